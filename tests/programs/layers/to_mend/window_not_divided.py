import numpy as np


class AveragePooling:
    def __init__(self, pool_h, pool_w, stride=1, pad=0):
        self.pool_h, self.pool_w = pool_h, pool_w
        self.stride, self.pad = stride, pad

    def forward(self, x):
        n, c, h, w = self.shape = x.shape
        oh = (h - self.pool_h) // self.stride + 1
        ow = (w - self.pool_w) // self.stride + 1
        out = np.zeros((n, c, oh, ow))
        for i in range(oh):
            for j in range(ow):
                out[:, :, i, j] = x[
                    :,
                    :,
                    i * self.stride : i * self.stride + self.pool_h,
                    j * self.stride : j * self.stride + self.pool_w,
                ].mean(axis=(2, 3))
        return out

    def backward(self, dout):
        dx = np.zeros(self.shape)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                rows = slice(i * self.stride, i * self.stride + self.pool_h)
                columns = slice(j * self.stride, j * self.stride + self.pool_w)
                share = dout[:, :, i : i + 1, j : j + 1]
                dx[:, :, rows, columns] += share
        return dx
