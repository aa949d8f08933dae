"""Right functions as others write them: other names, other orders, one row alone."""

import numpy as np


def softmax(x):
    if x.ndim != 1:
        raise ValueError("one row")
    e = np.exp(x - x.max())
    return e / e.sum()


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sigmoid_derivative(z):
    e = np.exp(-np.abs(z))
    return e / (1 + e) ** 2


def tanh_grad(x):
    return 1 / np.cosh(x) ** 2


def cross_entropy(t, y):
    return -(t * np.log(y + 1e-12)).sum() / y.shape[0]


def mean_squared_error(pred, target):
    return np.mean((pred - target) ** 2)


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    """Columns, not rows: of another layout, and the numbers of the pads first."""
    pads = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
    view = np.lib.stride_tricks.sliding_window_view(
        np.pad(x, pads), (field_height, field_width), axis=(2, 3)
    )[:, :, ::stride, ::stride]
    rows = view.transpose(1, 4, 5, 2, 3, 0)
    return rows.reshape(x.shape[1] * field_height * field_width, -1)


def col2im_indices(cols, x_shape, field_height, field_width, padding=1, stride=1):
    n, c, h, w = x_shape
    image = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    down = (h + 2 * padding - field_height) // stride + 1
    cols = cols.reshape(c, field_height, field_width, down, -1, n)
    right = cols.shape[4]
    for i in range(field_height):
        for j in range(field_width):
            rows = slice(i, i + stride * down, stride)
            columns = slice(j, j + stride * right, stride)
            image[:, :, rows, columns] += cols[:, i, j].transpose(3, 0, 1, 2)
    return image[:, :, padding : h + padding, padding : w + padding]


def im2col_array(img, kernel_size, stride, pad, to_matrix=True):
    """As DeZero's is called; ``to_matrix`` is nothing that is due."""
    cols = im2col_indices(img, *kernel_size, pad, stride)
    n = len(img)
    rows = cols.reshape(len(cols), -1, n).transpose(2, 1, 0)
    return rows.reshape(-1, len(cols)) if to_matrix else cols
