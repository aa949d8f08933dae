import numpy as np


class BatchNormalization:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        self.xc = x - x.mean(axis=0)
        self.std = np.sqrt(np.mean(self.xc**2, axis=0) + 1e-7)
        self.xn = self.xc / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = (dout * self.xn).sum(axis=0)
        self.dgamma = dout.sum(axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dxc -= self.xc * np.mean(dxn * self.xc, axis=0) / self.std**3
        return dxc - dxc.mean(axis=0)
