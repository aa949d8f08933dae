import numpy as np


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9):
        self.gamma, self.beta, self.m = gamma, beta, momentum
        self.mean = self.var = 0

    def forward(self, x, train=True):
        if not train:
            xn = (x - self.mean) / (self.var + 1e-7)
            return self.gamma * xn + self.beta
        m = self.m
        self.mean = m * self.mean + (1 - m) * x.mean(axis=0)
        self.var = m * self.var + (1 - m) * x.var(axis=0)
        self.s = np.sqrt(x.var(axis=0) + 1e-7)
        self.xn = (x - x.mean(axis=0)) / self.s
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xn).sum(axis=0)
        dxn = dout - dout.mean(axis=0) - self.xn * (dout * self.xn).mean(axis=0)
        return self.gamma / self.s * dxn
