import numpy as np


class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, xs):
        W, b = self.params
        self.xs = xs
        return xs @ W + b

    def backward(self, dout):
        W, b = self.params
        dW, db = np.zeros_like(W), np.zeros_like(b)
        for t in range(dout.shape[1]):
            dW = self.xs[:, t].T @ dout[:, t]
            db = dout[:, t].sum(axis=0)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dout @ W.T
