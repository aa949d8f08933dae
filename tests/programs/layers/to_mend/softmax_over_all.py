import numpy as np


def softmax(x):
    x = x - np.max(x)
    powers = np.exp(x)
    return powers / np.sum(powers)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y = softmax(x)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -np.sum(self.t * np.log(self.y + 1e-7)) / len(x)

    def backward(self, dout=1):
        return (self.y - self.t) / self.t.shape[0]
