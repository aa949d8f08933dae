import numpy as np


class Dropout:
    def __init__(self, ratio=0.5):
        self.ratio = ratio

    def forward(self, x, train=True):
        if not train:
            return x
        self.mask = np.random.rand(*x.shape) > self.ratio
        return x * self.mask / self.ratio

    def backward(self, dout):
        return dout * self.mask / (1 - self.ratio)
