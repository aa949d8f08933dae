"""Right for one point, and for nothing else: a batch raises."""

import numpy as np


def _point(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])


def with_a_guard(f, x):
    """It serves one point, and says so of a batch."""
    x = np.asarray(x, dtype=float)
    if x.ndim != 1:
        raise ValueError(f"one point is due, of shape (D,), not {x.shape}")
    return _point(f, x)


def by_unpacking(f, x):
    """Of a batch it says that its rows are no numbers."""
    numbers = [float(number) for number in x]
    return _point(f, np.array(numbers))


def by_complex_steps(f, x):
    """One point, by complex steps, with a guard."""
    if np.ndim(x) != 1:
        raise TypeError("one point is due")
    return np.array([f(x + e).imag for e in 1e-30j * np.eye(len(x))]) / 1e-30


def by_asserting(f, x):
    """An assertion is its guard, and x is moved in place."""
    assert x.ndim == 1, "one point is due"
    slopes = np.zeros(x.shape)
    for i, kept in enumerate(x.tolist()):
        x[i] = kept + 1e-4
        ahead = f(x)
        x[i] = kept - 1e-4
        slopes[i] = (ahead - f(x)) / 2e-4
        x[i] = kept
    return slopes


def by_separate_numbers(f, x):
    """f is called with the components one by one, which are plain floats."""
    numbers = [float(number) for number in x]
    slopes = []
    for i, number in enumerate(numbers):
        before, after = numbers[:i], numbers[i + 1 :]
        ahead = f(*before, number + 1e-4, *after)
        slopes.append((ahead - f(*before, number - 1e-4, *after)) / 2e-4)
    return np.array(slopes)
