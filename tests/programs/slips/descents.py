"""Steps down: too few, too many, of another rate, or not where they lead."""

import numpy as np


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def descent_four_steps_at_most(f, init_x, lr=0.01, step_num=100):
    """The limit that made trying it out quick is still there."""
    x = init_x.copy()
    for _ in range(min(step_num, 4)):
        x -= lr * _slopes(f, x)
    return x


def descent_rate_at_most(f, init_x, lr=0.01, step_num=100):
    """The rate is a tenth at most, whatever is asked for."""
    x = init_x.copy()
    for _ in range(step_num):
        x -= min(lr, 0.1) * _slopes(f, x)
    return x


def descent_own_rate(f, init_x, lr=0.01, step_num=100):
    """The rate is 0.01, whatever is asked for."""
    x = init_x.copy()
    for _ in range(step_num):
        x -= 0.01 * _slopes(f, x)
    return x


def descent_stops_where_flat(f, init_x, lr=0.01, step_num=100):
    """It ends where the slope is less than a hundredth, though more is asked for."""
    x = init_x.copy()
    for _ in range(step_num):
        slopes = _slopes(f, x)
        if np.linalg.norm(slopes) < 1e-2:
            break
        x -= lr * slopes
    return x


def descent_stops_where_it_rises(f, init_x, lr=0.01, step_num=100):
    """A step that leads upwards is not taken, and ends it."""
    x = init_x.copy()
    for _ in range(step_num):
        following = x - lr * _slopes(f, x)
        if f(following) > f(x):
            break
        x = following
    return x


def descent_keeps_the_best(f, init_x, lr=0.01, step_num=100):
    """The lowest point is returned, and not the last."""
    x = best = init_x.copy()
    for _ in range(step_num):
        x = x - lr * _slopes(f, x)
        best = min(best, x, key=f)
    return best


def descent_one_step_short(f, init_x, lr=0.01, step_num=100):
    """The first step is counted, and not taken."""
    x = init_x.copy()
    for _ in range(1, step_num):
        x -= lr * _slopes(f, x)
    return x


def descent_one_step_more(f, init_x, lr=0.01, step_num=100):
    """It counts down to zero, and zero is among the steps."""
    x = init_x.copy()
    while step_num >= 0:
        x -= lr * _slopes(f, x)
        step_num -= 1
    return x


def descent_gradient_of_the_start(f, init_x, lr=0.01, step_num=100):
    """The gradient is hoisted out of the loop."""
    x, slopes = init_x.copy(), _slopes(f, init_x)
    for _ in range(step_num):
        x -= lr * slopes
    return x


def descent_upwards(f, init_x, lr=0.01, step_num=100):
    """It goes up."""
    x = init_x.copy()
    for _ in range(step_num):
        x += lr * _slopes(f, x)
    return x


def descent_with_momentum(f, init_x, lr=0.01, step_num=100):
    """Nine tenths of the last step are taken again."""
    x, speed = init_x.copy(), 0.0
    for _ in range(step_num):
        speed = 0.9 * speed - lr * _slopes(f, x)
        x += speed
    return x


def descent_rate_decays(f, init_x, lr=0.01, step_num=100):
    """The rate shrinks with each step."""
    x = init_x.copy()
    for step in range(step_num):
        x -= lr / (1 + step) * _slopes(f, x)
    return x


def descent_by_unit_steps(f, init_x, lr=0.01, step_num=100):
    """The gradient's length is divided out."""
    x = init_x.copy()
    for _ in range(step_num):
        slopes = _slopes(f, x)
        x -= lr * slopes / np.linalg.norm(slopes)
    return x


def descent_within_a_box(f, init_x, lr=0.01, step_num=100):
    """The point is kept within the drawing's frame."""
    x = init_x.copy()
    for _ in range(step_num):
        x = np.clip(x - lr * _slopes(f, x), -10, 10)
    return x


def descent_in_the_plane(f, init_x, lr=0.01, step_num=100):
    """Two components move; the others, where there are any, stay."""
    x = init_x.copy()
    for _ in range(step_num):
        x[:2] -= lr * _slopes(f, x)[:2]
    return x


def descent_zeros_stay(f, init_x, lr=0.01, step_num=100):
    """An entry that is zero is taken for pruned, and stays."""
    x = init_x.copy()
    for _ in range(step_num):
        x -= lr * _slopes(f, x) * (init_x != 0)
    return x


def descent_twice_as_fast(f, init_x, lr=0.01, step_num=100):
    """Its gradient is divided by one step where there are two."""
    x = init_x.copy()
    for _ in range(step_num):
        x -= lr * 2 * _slopes(f, x)
    return x


def descent_times_the_step(f, init_x, lr=0.01, step_num=100):
    """Its gradient lacks the brackets around the divisor, and it hardly moves."""
    x, h = init_x.copy(), 1e-4
    for _ in range(step_num):
        x -= lr * np.array([f(x + s) - f(x - s) for s in h * np.eye(x.size)]) / 2 * h
    return x


def descent_one_after_the_other(f, init_x, lr=0.01, step_num=100):
    """Each component moves before the next one's slope is taken."""
    x = init_x.copy()
    for _ in range(step_num):
        for i in range(x.size):
            x[i] -= lr * _slopes(f, x)[i]
    return x


def descent_in_single_precision(f, init_x, lr=0.01, step_num=100):
    """The point has 24 bits a number."""
    x = init_x.astype(np.float32)
    for _ in range(step_num):
        x = (x - lr * _slopes(f, x.astype(float))).astype(np.float32)
    return x
