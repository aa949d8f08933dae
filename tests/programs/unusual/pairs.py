"""f and its gradient, rightly, at an array x."""

import numpy as np

RNG = np.random.default_rng(21)
INPUTS = RNG.normal(size=(7, 3))
TARGETS = RNG.normal(size=7)
CLASSES = np.eye(4)[RNG.integers(4, size=7)]
WEIGHTS = RNG.normal(size=(3, 4))


def squares():
    """Least squares with weight decay."""

    def loss(w):
        return np.sum((INPUTS @ w - TARGETS) ** 2) / 2 + 0.05 * np.sum(w**2)

    def backward(w):
        return INPUTS.T @ (INPUTS @ w - TARGETS) + 0.1 * w

    return loss, backward, np.array([0.5, -1.5, 2.0])


def softmax_by_logarithm():
    """The logarithm of a sum of exponentials, shifted by the largest."""

    def loss(w):
        a = INPUTS @ w
        top = a.max(axis=1, keepdims=True)
        total = top[:, 0] + np.log(np.exp(a - top).sum(axis=1))
        return np.sum(total) - np.sum(a * CLASSES)

    def backward(w):
        e = np.exp(INPUTS @ w)
        return INPUTS.T @ (e / e.sum(axis=1, keepdims=True) - CLASSES)

    return loss, backward, WEIGHTS


def softmax_with_a_small_number():
    """The book's cross entropy adds 1e-7 within the logarithm."""

    def softmax(a):
        e = np.exp(a - a.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(w):
        return -np.sum(CLASSES * np.log(softmax(INPUTS @ w) + 1e-7)) / 7

    def backward(w):
        return INPUTS.T @ (softmax(INPUTS @ w) - CLASSES) / 7

    return loss, backward, WEIGHTS


def two_layers():
    """A hidden layer of hyperbolic tangents."""
    second = RNG.normal(size=4)

    def loss(w):
        return np.sum((np.tanh(INPUTS @ w) @ second - TARGETS) ** 2) / 2

    def backward(w):
        hidden = np.tanh(INPUTS @ w)
        off = hidden @ second - TARGETS
        return INPUTS.T @ (np.outer(off, second) * (1 - hidden**2))

    return loss, backward, WEIGHTS


def rectified():
    """A hidden layer of rectifiers, away from their kinks."""

    def loss(w):
        return np.sum(np.maximum(INPUTS @ w, 0) ** 2)

    return loss, lambda w: INPUTS.T @ (2 * np.maximum(INPUTS @ w, 0)), WEIGHTS


def filled_in_place():
    """f fills an array of zeros, as im2col does."""

    def loss(w):
        padded = np.zeros((w.shape[0] + 2, w.shape[1] + 2))
        padded[1:-1, 1:-1] = w
        return np.sum((padded[1:, 1:] - padded[:-1, :-1]) ** 2)

    def backward(w):
        padded = np.pad(w, 1)
        down = padded[1:-1, 1:-1] - padded[:-2, :-2]
        up = padded[2:, 2:] - padded[1:-1, 1:-1]
        return 2 * (down - up)

    return loss, backward, WEIGHTS


def determinant():
    """The logarithm of a determinant, and the inverse transposed."""
    matrix = np.array([[3.0, 0.5, -1.0], [1.0, 4.0, 0.25], [0.5, -0.75, 5.0]])

    def log_determinant(a):
        return np.linalg.slogdet(a)[1]

    return log_determinant, lambda a: np.linalg.inv(a).T, matrix


def many_entries():
    """A matrix of more entries than one would look at singly."""

    def loss(w):
        return np.sum(w**2) / 2 + np.sum(w[1:] * w[:-1])

    def backward(w):
        slopes = w.copy()
        slopes[1:] += w[:-1]
        slopes[:-1] += w[1:]
        return slopes

    return loss, backward, np.linspace(-2, 2, 8 * 10).reshape(8, 10)


def a_list_of_floats():
    """The gradient comes as nested lists."""
    return lambda w: np.sum(w**3), lambda w: (3 * w**2).tolist(), WEIGHTS


def zeros_in_the_point():
    """Entries of x are zero, and slopes are too."""
    x = np.array([0.0, 2.0, 0.0, -1.5])
    return lambda w: np.sum(w**4) + w[0], lambda w: 4 * w**3 + np.eye(4)[0], x
