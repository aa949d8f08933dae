import numpy as np


class Affine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        W, b = self.params
        self.x = x
        return x @ W + b

    def backward(self, dout):
        W, b = self.params
        dW = self.x.T @ dout
        db = dout.sum(axis=0)
        self.grads[0][...] += dW
        self.grads[1][...] += db
        return dout @ W.T
