import numpy as np


class Sigmoid:
    def forward(self, x):
        self.x = x
        return 1.0 / (1.0 + np.exp(-x))

    def backward(self, dout):
        return dout * self.x * (1.0 - self.x)
