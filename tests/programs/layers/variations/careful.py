"""Right layers that copy, keep and check everything."""
import numpy as np

class Relu:
    def __init__(self):
        self.mask = None
    def forward(self, x):
        self.mask = (x > 0).astype(x.dtype)
        return x * self.mask
    def backward(self, dout):
        return dout.copy() * self.mask

class Sigmoid:
    def forward(self, x):
        out = np.empty_like(x)
        out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
        e = np.exp(x[x < 0])
        out[x < 0] = e / (1 + e)
        self.out = out.copy()
        return out
    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out

class Affine:
    def __init__(self, W, b):
        self.params = {"W": W, "b": b}
        self.grads = {}
    def forward(self, x):
        self.x = x.copy()
        return x.dot(self.params["W"]) + self.params["b"]
    def backward(self, dout):
        self.grads["W"] = self.x.T.dot(dout)
        self.grads["b"] = dout.sum(axis=0)
        return dout.dot(self.params["W"].T)

class Embedding:
    def __init__(self, W):
        self.W = W
        self.dW = np.zeros_like(W)
    def forward(self, idx):
        self.idx = np.array(idx)
        return self.W[idx]
    def backward(self, dout):
        self.dW = np.zeros_like(self.W)
        for i, row in zip(self.idx.ravel(), dout.reshape(-1, self.W.shape[1])):
            self.dW[i] += row
        return None

class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.95):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.running_mean = self.running_var = None
    def forward(self, x, train_flg=True):
        if self.running_mean is None:
            self.running_mean = np.zeros(x.shape[1])
            self.running_var = np.ones(x.shape[1])
        if train_flg:
            mean, var = x.mean(axis=0), (x ** 2).mean(axis=0) - x.mean(axis=0) ** 2
            m = self.momentum
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.running_var
        self.s = np.sqrt(var + 1e-5)
        self.xn = (x - mean) / self.s
        return self.gamma * self.xn + self.beta
    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.xn).sum(0), dout.sum(0)
        n = len(dout)
        return self.gamma / (n * self.s) * (n * dout - self.dbeta - self.xn * self.dgamma)

class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b, self.stride, self.pad = W, b, stride, pad
    def _places(self, shape):
        fh, fw = self.W.shape[2:]
        for i in range((shape[2] - fh) // self.stride + 1):
            for j in range((shape[3] - fw) // self.stride + 1):
                top, left = i * self.stride, j * self.stride
                yield i, j, slice(top, top + fh), slice(left, left + fw)
    def forward(self, x):
        p = self.pad
        self.x = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        places = list(self._places(self.x.shape))
        i, j = places[-1][:2]
        out = np.zeros((len(x), len(self.W), i + 1, j + 1))
        for i, j, rows, columns in places:
            window = self.x[:, :, rows, columns].reshape(len(x), -1)
            out[:, :, i, j] = window @ self.W.reshape(len(self.W), -1).T + self.b
        return out
    def backward(self, dout):
        self.dW, dx = np.zeros_like(self.W), np.zeros_like(self.x)
        self.db = dout.sum(axis=(0, 2, 3))
        for i, j, rows, columns in self._places(self.x.shape):
            g = dout[:, :, i, j]
            self.dW += np.tensordot(g, self.x[:, :, rows, columns], axes=(0, 0))
            dx[:, :, rows, columns] += np.tensordot(g, self.W, axes=1)
        p = self.pad
        return dx[:, :, p:dx.shape[2] - p, p:dx.shape[3] - p]

class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=1, pad=0):
        self.h, self.w, self.stride = pool_h, pool_w, stride
    def _places(self):
        for i in range((self.x.shape[2] - self.h) // self.stride + 1):
            for j in range((self.x.shape[3] - self.w) // self.stride + 1):
                top, left = i * self.stride, j * self.stride
                yield i, j, slice(top, top + self.h), slice(left, left + self.w)
    def forward(self, x):
        self.x = x
        places = list(self._places())
        i, j = places[-1][:2]
        self.out = np.zeros(x.shape[:2] + (i + 1, j + 1))
        for i, j, rows, columns in places:
            self.out[:, :, i, j] = x[:, :, rows, columns].max(axis=(2, 3))
        return self.out
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, rows, columns in self._places():
            window = self.x[:, :, rows, columns]
            hit = window == self.out[:, :, i, j][:, :, None, None]
            dx[:, :, rows, columns] += hit * dout[:, :, i, j][:, :, None, None]
        return dx

class AveragePooling(MaxPooling):
    def forward(self, x):
        self.x = x
        places = list(self._places())
        i, j = places[-1][:2]
        out = np.zeros(x.shape[:2] + (i + 1, j + 1))
        for i, j, rows, columns in places:
            out[:, :, i, j] = x[:, :, rows, columns].mean(axis=(2, 3))
        return out
    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, rows, columns in self._places():
            dx[:, :, rows, columns] += (dout[:, :, i, j] / self.h / self.w)[:, :, None, None]
        return dx

class SigmoidWithLoss:
    def forward(self, x, t):
        self.t, self.y = t, 1 / (1 + np.exp(-x))
        return -(t * np.log(self.y + 1e-7) + (1 - t) * np.log(1 - self.y + 1e-7)).mean()
    def backward(self, dout=1):
        return (self.y - self.t) * dout / len(self.t)
