"""Layers in the manner of the book's second volume: params and grads are lists."""

import numpy as np
from data_sets import spiral


class MatMul:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x):
        (W,) = self.params
        self.x = x
        return x @ W

    def backward(self, dout):
        (W,) = self.params
        self.grads[0][...] = self.x.T @ dout
        return dout @ W.T


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
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ W.T


class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, idx):
        self.idx = idx
        return self.params[0][idx]

    def backward(self, dout):
        (dW,) = self.grads
        dW[...] = 0
        np.add.at(dW, self.idx, dout)


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(h_prev @ Wh + x @ Wx + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        found = (x.T @ dt, h_prev.T @ dt, dt.sum(axis=0))
        for grad, value in zip(self.grads, found):
            grad[...] = value
        return dt @ Wx.T, dt @ Wh.T


class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.stateful = stateful
        self.h, self.dh = None, None
        self.layers = None

    def set_state(self, h):
        self.h = h

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        hs = np.empty((N, T, H), dtype="f")
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype="f")
        self.layers = []
        for t in range(T):
            layer = RNN(*self.params)
            self.h = layer.forward(xs[:, t], self.h)
            hs[:, t] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, H = dhs.shape
        dxs = np.empty((N, T, self.params[0].shape[0]), dtype="f")
        dh = 0
        totals = [0, 0, 0]
        for t in reversed(range(T)):
            dx, dh = self.layers[t].backward(dhs[:, t] + dh)
            dxs[:, t] = dx
            for i, grad in enumerate(self.layers[t].grads):
                totals[i] += grad
        for grad, total in zip(self.grads, totals):
            grad[...] = total
        self.dh = dh
        return dxs


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        H = h_prev.shape[1]
        A = x @ Wx + h_prev @ Wh + b
        f, g = sigmoid(A[:, :H]), np.tanh(A[:, H : 2 * H])
        i, o = sigmoid(A[:, 2 * H : 3 * H]), sigmoid(A[:, 3 * H :])
        c_next = f * c_prev + g * i
        h_next = o * np.tanh(c_next)
        self.cache = (x, h_prev, c_prev, i, f, g, o, c_next)
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, b = self.params
        x, h_prev, c_prev, i, f, g, o, c_next = self.cache
        tanh_c = np.tanh(c_next)
        ds = dc_next + (dh_next * o) * (1 - tanh_c**2)
        df = ds * c_prev * f * (1 - f)
        dg = ds * i * (1 - g**2)
        di = ds * g * i * (1 - i)
        do = dh_next * tanh_c * o * (1 - o)
        dA = np.hstack((df, dg, di, do))
        self.grads[0][...] = x.T @ dA
        self.grads[1][...] = h_prev.T @ dA
        self.grads[2][...] = dA.sum(axis=0)
        return dA @ Wx.T, dA @ Wh.T, ds * f


class TimeLSTM:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.stateful = stateful
        self.h = self.c = self.dh = None

    def forward(self, xs):
        N, T, D = xs.shape
        H = self.params[1].shape[0]
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype=np.float32)
            self.c = np.zeros((N, H), dtype=np.float32)
        self.layers, hs = [], []
        for t in range(T):
            layer = LSTM(*self.params)
            self.h, self.c = layer.forward(xs[:, t], self.h, self.c)
            hs.append(self.h)
            self.layers.append(layer)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        dh = dc = 0
        dxs = []
        for grad in self.grads:
            grad[...] = 0
        for t, layer in reversed(list(enumerate(self.layers))):
            dx, dh, dc = layer.backward(dhs[:, t] + dh, dc)
            dxs.insert(0, dx)
            for grad, more in zip(self.grads, layer.grads):
                grad += more
        self.dh = dh
        return np.stack(dxs, axis=1)


class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return np.tensordot(x, self.params[0], 1) + self.params[1]

    def backward(self, dout):
        rows = self.x.reshape(-1, self.x.shape[-1])
        dys = dout.reshape(-1, dout.shape[-1])
        self.grads[0][...] = rows.T @ dys
        self.grads[1][...] = dys.sum(axis=0)
        return (dys @ self.params[0].T).reshape(self.x.shape)


class TimeEmbedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, xs):
        self.layers = []
        N, T = xs.shape
        out = np.empty((N, T, self.params[0].shape[1]), dtype="f")
        for t in range(T):
            layer = Embedding(self.params[0])
            out[:, t] = layer.forward(xs[:, t])
            self.layers.append(layer)
        return out

    def backward(self, dout):
        total = 0
        for t, layer in enumerate(self.layers):
            layer.backward(dout[:, t])
            total += layer.grads[0]
        self.grads[0][...] = total
        return None


class TimeSoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []
        self.ignore_label = -1

    def forward(self, xs, ts):
        N, T, V = xs.shape
        mask = (ts != self.ignore_label).reshape(N * T)
        rows, labels = xs.reshape(N * T, V), ts.reshape(N * T)
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        ys = powers / powers.sum(axis=1, keepdims=True)
        ls = np.log(ys[np.arange(N * T), labels]) * mask
        self.cache = (labels, ys, mask, (N, T, V))
        return -ls.sum() / mask.sum()

    def backward(self, dout=1):
        labels, ys, mask, shape = self.cache
        dx = ys.copy()
        dx[np.arange(len(labels)), labels] -= 1
        dx *= dout / mask.sum()
        dx *= mask[:, np.newaxis]
        return dx.reshape(shape)
