import numpy as np


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.stateful, self.h = stateful, None

    def forward(self, xs):
        Wx, Wh, b = self.params
        if self.h is None:
            self.h = np.zeros((len(xs), len(Wh)))
        self.xs, self.hs = xs, [self.h]
        for t in range(xs.shape[1]):
            self.h = np.tanh(xs[:, t] @ Wx + self.h @ Wh + b)
            self.hs.append(self.h)
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = (np.zeros_like(p) for p in self.params)
        dxs, dh = np.zeros_like(self.xs), 0
        for t in reversed(range(dhs.shape[1])):
            da = (dhs[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            dWx += self.xs[:, t].T @ da
            dWh += self.hs[t].T @ da
            db += da.sum(axis=0)
            dxs[:, t], dh = da @ Wx.T, da @ Wh.T
        for grad, found in zip(self.grads, (dWx, dWh, db)):
            grad[...] = found
        return dxs

    def reset_state(self):
        self.h = None
