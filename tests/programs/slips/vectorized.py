"""For an f that takes (M, D) and returns (M,): blocks are mixed up or lost."""

import numpy as np


def _slopes(f, x, h=1e-4):
    slopes = np.empty(x.shape)
    for i, step in enumerate(h * np.eye(x.shape[1])):
        slopes[:, i] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes


def gradient_stacked_the_other_way(f, x):
    """The moved points are stacked by components, and taken apart by rows."""
    points = np.atleast_2d(np.asarray(x, float))
    steps = 1e-4 * np.eye(points.shape[1])[:, None, :]
    ahead, behind = (points + steps, points - steps)
    rise = f(ahead.reshape(-1, points.shape[1])) - f(
        behind.reshape(-1, points.shape[1])
    )
    return (rise / 2e-4).reshape(np.shape(x))


def gradient_halves_exchanged(f, x):
    """Ahead and behind are stacked, and told apart the wrong way round."""
    points = np.atleast_2d(np.asarray(x, float))
    slopes = np.empty(points.shape)
    for i, step in enumerate(1e-4 * np.eye(points.shape[1])):
        ahead, behind = np.split(f(np.vstack([points - step, points + step])), 2)
        slopes[:, i] = (ahead - behind) / 2e-4
    return slopes.reshape(np.shape(x))


def gradient_one_row_squeezed(f, x):
    """A batch of one row loses its axis."""
    return np.squeeze(_slopes(f, np.atleast_2d(np.asarray(x, float))))


def gradient_of_the_sum(f, x):
    """f's values are summed over the batch before the difference is taken."""
    points = np.atleast_2d(np.asarray(x, float))
    slopes = np.empty(points.shape)
    for i, step in enumerate(1e-4 * np.eye(points.shape[1])):
        slopes[:, i] = (f(points + step).sum() - f(points - step).sum()) / 2e-4
    return slopes.reshape(np.shape(x))


def gradient_remainder_lost(f, x):
    """Blocks of four are served; what is left over is not."""
    points = np.atleast_2d(np.asarray(x, float))
    slopes = np.zeros(points.shape)
    size = min(4, len(points))
    for start in range(0, len(points) - size + 1, size or 1):
        slopes[start : start + size] = _slopes(f, points[start : start + size])
    return slopes.reshape(np.shape(x))
