"""f and a claimed gradient that is not its own, at an array x."""

import numpy as np

RNG = np.random.default_rng(20)
INPUTS = RNG.normal(size=(7, 3))
TARGETS = RNG.normal(size=7)
CLASSES = np.eye(4)[RNG.integers(4, size=7)]
WEIGHTS = RNG.normal(size=(3, 4))


def weight_decay_forgotten():
    """The loss has weight decay, its gradient has none."""

    def loss(w):
        return np.sum((INPUTS @ w - TARGETS) ** 2) / 2 + 0.05 * np.sum(w**2)

    return loss, lambda w: INPUTS.T @ (INPUTS @ w - TARGETS), np.array([0.5, -1.5, 2.0])


def factor_of_the_square():
    """The two of the square is missing."""

    def loss(w):
        return np.sum((INPUTS @ w - TARGETS) ** 2)

    return loss, lambda w: INPUTS.T @ (INPUTS @ w - TARGETS), np.array([0.5, -1.5, 2.0])


def batch_not_divided():
    """The loss is a mean, its gradient a sum."""

    def loss(w):
        return np.mean((INPUTS @ w - TARGETS) ** 2)

    def backward(w):
        return 2 * INPUTS.T @ (INPUTS @ w - TARGETS)

    return loss, backward, np.array([0.5, -1.5, 2.0])


def transposed_square_matrix():
    """The gradient of a square matrix comes transposed."""
    left, right = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 4.0])

    def bilinear(w):
        return left @ w @ right + np.sum(w * w)

    return bilinear, lambda w: np.outer(right, left) + 2 * w, RNG.normal(size=(3, 3))


def square_not_squared():
    """The hyperbolic tangent's derivative is 1 − y², and not 1 − y."""

    def loss(w):
        return np.sum(np.tanh(INPUTS @ w))

    def backward(w):
        return INPUTS.T @ (1 - np.tanh(INPUTS @ w))

    return loss, backward, WEIGHTS


def input_for_output():
    """The sigmoid's derivative y·(1 − y) is given the input."""

    def loss(w):
        return np.sum(1 / (1 + np.exp(-(INPUTS @ w))))

    def backward(w):
        a = INPUTS @ w
        return INPUTS.T @ (a * (1 - a))

    return loss, backward, WEIGHTS


def softmax_over_everything():
    """The loss takes softmax by rows, its gradient over the whole array."""

    def loss(w):
        a = INPUTS @ w
        return np.sum(np.log(np.sum(np.exp(a), axis=1))) - np.sum(CLASSES * a)

    def backward(w):
        y = np.exp(INPUTS @ w)
        return INPUTS.T @ (y / np.sum(y) - CLASSES)

    return loss, backward, WEIGHTS


def first_sample_twice():
    """The gradient takes the first sample for the last."""

    def loss(w):
        return np.sum((INPUTS @ w - TARGETS) ** 2) / 2

    def backward(w):
        inputs, targets = INPUTS.copy(), TARGETS.copy()
        inputs[-1], targets[-1] = inputs[0], targets[0]
        return inputs.T @ (inputs @ w - targets)

    return loss, backward, np.array([0.5, -1.5, 2.0])


def sign_of_one_class():
    """One entry has the other sign."""

    def loss(w):
        return np.sum(w**4)

    def backward(w):
        slopes = 4 * w**3
        slopes[1, 2] *= -1
        return slopes

    return loss, backward, WEIGHTS


def one_row_of_many_missing():
    """One row of a matrix has no gradient."""

    def loss(w):
        return np.sum(w**2) / 2

    def backward(w):
        slopes = w.copy()
        slopes[5] = 0
        return slopes

    return loss, backward, np.linspace(-2, 2, 8 * 10).reshape(8, 10)


def one_entry_of_many():
    """One entry of a matrix is off."""

    def loss(w):
        return np.sum(w) ** 2 / 2

    def backward(w):
        slopes = np.full(w.shape, np.sum(w))
        slopes[8, 4] += 1
        return slopes

    return loss, backward, np.linspace(-2, 3, 16 * 14).reshape(16, 14)


def shift_the_other_way():
    """f fills an array of zeros; its gradient takes the neighbours on one side."""

    def loss(w):
        padded = np.zeros(w.size + 1)
        padded[1:] = w
        return np.sum((padded[1:] - padded[:-1]) ** 2) / 2

    def backward(w):
        padded = np.zeros(w.size + 1)
        padded[1:] = w
        return padded[1:] - padded[:-1]

    return loss, backward, np.array([0.5, -1.5, 2.0, 0.75])


def single_precision_claimed():
    """The claimed gradient was computed in 24 bits."""

    def loss(w):
        return np.sum(np.sin(w))

    return loss, lambda w: np.cos(w.astype(np.float32)), np.array([0.1, -2.3, 1.7])


def small_slopes_dropped():
    """Slopes below a thousandth are left out, as in sparse updates."""

    def loss(w):
        return np.sum(w**4)

    def backward(w):
        slopes = 4 * w**3
        return np.where(abs(slopes) < 1e-3, 0, slopes)

    return loss, backward, np.array([0.05, -1.5, 0.7])
