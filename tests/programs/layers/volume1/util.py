import numpy as np


def im2col(images, height, width, stride=1, pad=0):
    n, c, h, w = images.shape
    rows = (h + 2 * pad - height) // stride + 1
    columns = (w + 2 * pad - width) // stride + 1
    padded = np.pad(images, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    patches = np.empty((n, rows, columns, c, height, width))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            patches[:, i, j] = padded[:, :, top : top + height, left : left + width]
    return patches.reshape(n * rows * columns, -1)


def col2im(columns, shape, height, width, stride=1, pad=0):
    n, c, h, w = shape
    down = (h + 2 * pad - height) // stride + 1
    right = (w + 2 * pad - width) // stride + 1
    patches = columns.reshape(n, down, right, c, height, width)
    image = np.zeros((n, c, h + 2 * pad, w + 2 * pad))
    for i in range(down):
        for j in range(right):
            top, left = i * stride, j * stride
            image[:, :, top : top + height, left : left + width] += patches[:, i, j]
    return image[:, :, pad : pad + h, pad : pad + w]
