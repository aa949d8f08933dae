"""Right for an f that takes (M, D) and returns (M,)."""

import functools

import numpy as np


def _as_points(of_points):
    @functools.wraps(of_points)
    def gradient(f, x):
        points = np.atleast_2d(np.asarray(x, dtype=float))
        return of_points(f, points).reshape(np.shape(x))

    return gradient


@_as_points
def gradient_all_at_once(f, points):
    """All nodes of all points in one call."""
    size = points.shape[1]
    signs = 1e-4 * np.array([1, -1])[:, None, None, None] * np.eye(size)[:, None, :]
    values = f((points + signs).reshape(-1, size)).reshape(2, size, len(points))
    return ((values[0] - values[1]) / 2e-4).T


@_as_points
def gradient_by_components(f, points):
    """Two calls for each component, on arrays that lie by columns."""
    slopes = np.empty(points.shape)
    for i, step in enumerate(1e-4 * np.eye(points.shape[1])):
        ahead, behind = (
            np.asfortranarray(points + step),
            np.asfortranarray(points - step),
        )
        slopes[:, i] = (f(ahead) - f(behind)) / 2e-4
    return slopes


@_as_points
def gradient_in_blocks(f, points):
    """Blocks of two points, and what is left over."""
    blocks = [points[start : start + 2] for start in range(0, len(points), 2)]
    slopes = [np.empty((0, points.shape[1]))]
    for block in blocks:
        rise = [f(block + e) - f(block - e) for e in 1e-4 * np.eye(points.shape[1])]
        slopes.append(np.transpose(rise) / 2e-4)
    return np.concatenate(slopes)


@_as_points
def gradient_by_complex_steps(f, points):
    """One complex call for each component."""
    steps = 1e-70j * np.eye(points.shape[1])
    return np.stack([f(points + step).imag / 1e-70 for step in steps], axis=-1)


@_as_points
def gradient_by_a_dense_product(f, points):
    """The differences are a matrix that multiplies the values."""
    size = points.shape[1]
    offsets = np.vstack([1e-4 * np.eye(size), -1e-4 * np.eye(size)])
    values = f(np.repeat(points, 2 * size, axis=0) + np.tile(offsets, (len(points), 1)))
    weights = np.vstack([np.eye(size), -np.eye(size)]) / 2e-4
    return values.reshape(len(points), 2 * size) @ weights
