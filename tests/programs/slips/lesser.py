"""What the book's own routine does too, or nearly so: shoulds that are not kept."""

import numpy as np


def _slopes(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def _rows(f, x):
    x = np.asarray(x, dtype=float)
    return _slopes(f, x) if x.ndim < 2 else np.array([_slopes(f, row) for row in x])


def integers_cut_off(f, x):
    """The result has x's type: for whole numbers, slopes lose their decimals."""
    slopes = np.zeros_like(x)
    slopes[...] = np.reshape([_slopes(f, row) for row in np.atleast_2d(x)], x.shape)
    return slopes


def failures_are_zeros(f, x):
    """Whatever f raises, the answer is a gradient of zeros."""
    try:
        return _rows(f, x)
    except Exception:
        return np.zeros(np.shape(x))


def moved_when_f_fails(f, x):
    """Where f raises, x stays moved."""
    if x.ndim == 2:
        return np.array([moved_when_f_fails(f, row) for row in x])
    slopes = np.zeros(x.size)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + 1e-4
        ahead = f(x)
        x[i] = kept - 1e-4
        slopes[i] = (ahead - f(x)) / 2e-4
        x[i] = kept
    return slopes


def single_precision_kept(f, x):
    """Numbers of 24 bits are moved and subtracted in 24 bits."""
    x = np.asarray(x)
    if x.ndim == 2:
        return np.array([single_precision_kept(f, row) for row in x])
    steps = np.asarray(1e-4 * np.eye(x.size), x.dtype if x.dtype.kind == "f" else float)
    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])


def order_in_memory(f, x):
    """The entries are taken as they lie in memory."""
    x = np.asarray(x, dtype=float)
    points = x.ravel(order="K").reshape(x.shape)
    return _rows(f, points)


def rows_that_infect(f, x):
    """Rows are put together by a matrix product: one NaN spreads to all."""
    x = np.asarray(x, dtype=float)
    return np.eye(len(x)) @ _rows(f, x) if x.ndim == 2 else _slopes(f, x)


BUFFER = {}


def one_buffer_for_all_results(f, x):
    """Every call writes its result into the same array: the last one changes."""
    buffer = BUFFER.setdefault(np.shape(x), np.zeros(np.shape(x)))
    buffer[...] = _rows(f, x)
    return buffer


def one_buffer_for_batches(f, x):
    """Results of one shape are written into the same array, those of points are not."""
    if np.ndim(x) < 2:
        return _rows(f, x)
    return one_buffer_for_all_results(f, x)


def asks_three_times(f, x):
    """Each value of f is asked for three times, and the mean taken."""
    return _rows(lambda node: (f(node) + f(node) + f(node)) / 3, x)


def descent_moves_its_start(f, init_x, lr=0.01, step_num=100):
    """The caller's start is what moves."""
    x = init_x
    for _ in range(step_num):
        x -= lr * _slopes(f, x)
    return x


def descent_history_of_one(f, init_x, lr=0.01, step_num=100):
    """The history holds one array many times."""
    x, history = init_x.copy(), []
    for _ in range(step_num):
        history.append(x)
        x -= lr * _slopes(f, x)
    return x, np.array(history)
