"""Right descents, written another way."""

import functools
import itertools
from collections import deque

import numpy as np


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def descent_with_a_copy(f, init_x, lr=0.01, step_num=100):
    """The start is copied, and a history kept of copies."""
    x, history = np.array(init_x, dtype=float), []
    for _ in range(step_num):
        history.append(x.copy())
        x -= lr * _slopes(f, x)
    return x, np.array(history)


def descent_by_recursion(f, init_x, lr=0.01, step_num=100):
    """The rest of the steps begins where the first one led."""
    if step_num == 0:
        return np.array(init_x, dtype=float)
    first = init_x - lr * _slopes(f, init_x)
    return descent_by_recursion(f, first, lr, step_num - 1)


def descent_by_a_generator(f, init_x, lr=0.01, step_num=100):
    """A generator goes on for ever, and the point of the last step is taken."""

    def points(x):
        while True:
            yield x
            x = x - lr * _slopes(f, x)

    start = np.array(init_x, dtype=float)
    return next(itertools.islice(points(start), step_num, None))


def descent_by_reduce(f, init_x, lr=0.01, step_num=100):
    """A fold over nothing in particular."""
    return functools.reduce(
        lambda x, _: x - lr * _slopes(f, x), range(step_num), np.array(init_x, float)
    )


def descent_by_counting_down(f, init_x, lr=0.01, step_num=100):
    """A while loop that counts down."""
    x = np.array(init_x, dtype=float)
    while step_num > 0:
        x, step_num = x - lr * _slopes(f, x), step_num - 1
    return x


def descent_with_the_last_points(f, init_x, lr=0.01, step_num=100):
    """The last two points are kept, and the newer one returned."""
    points = deque([np.array(init_x, dtype=float)], maxlen=2)
    for _ in range(step_num):
        points.append(points[-1] - lr * _slopes(f, points[-1]))
    return points[-1]


def descent_by_other_names(fun, start, learning_rate=0.01, n_iter=100):
    """Rate and number have other names, and the slopes have five points."""
    x = np.array(start, dtype=float)
    for _ in itertools.repeat(None, n_iter):
        near, far = (
            np.array([fun(x + h * e) - fun(x - h * e) for e in np.eye(x.size)])
            for h in (1e-3, 2e-3)
        )
        x = x - learning_rate * (8 * near - far) / 12e-3
    return x


def descent_that_watches(f, init_x, lr=0.01, step_num=100):
    """f's value is taken at each step, and comes back as a third result."""
    x, history, values = np.array(init_x, dtype=float), [], []
    for _ in range(step_num):
        history.append(x)
        values.append(f(x))
        x = x - lr * _slopes(f, x)
    return x, np.array(history), values


def descent_with_momentum_of_none(f, init_x, lr=0.01, step_num=100, momentum=0.0):
    """Momentum can be asked for, and is not."""
    x, speed = np.array(init_x, dtype=float), 0.0
    for _ in range(step_num):
        speed = momentum * speed - lr * _slopes(f, x)
        x = x + speed
    return x


def descent_in_lists(f, init_x, lr=0.01, step_num=100):
    """Plain lists of floats."""
    x = list(map(float, init_x))
    for _ in range(step_num):
        slopes = _slopes(f, np.array(x)).tolist()
        x = [place - lr * slope for place, slope in zip(x, slopes, strict=True)]
    return x
