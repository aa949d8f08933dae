"""Right layers with params and grads, written in other ways."""
import numpy as np

class Layer:
    def __init__(self, *params):
        self.params = list(params)
        self.grads = [np.zeros(p.shape) for p in params]
    def forward(self, *xs):
        raise NotImplementedError
    def backward(self, *dys):
        raise NotImplementedError

class Affine(Layer):
    def __init__(self, W, b):
        super().__init__(W, b)
    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]
    def backward(self, dout):
        np.matmul(self.x.T, dout, out=self.grads[0])
        np.sum(dout, axis=0, out=self.grads[1])
        return dout @ self.params[0].T

class MatMul(Layer):
    def __init__(self, W):
        super().__init__(W)
    def forward(self, x):
        self.x = x
        return np.dot(x, self.params[0])
    def backward(self, dout):
        self.grads[0][:] = np.dot(self.x.T, dout)
        return np.dot(dout, self.params[0].T)

class Embedding(Layer):
    def __init__(self, W):
        super().__init__(W)
    def forward(self, ids):
        self.ids = ids
        return np.take(self.params[0], ids, axis=0)
    def backward(self, dout):
        one_hot = np.eye(len(self.params[0]))[self.ids.ravel()]
        self.grads[0][...] = one_hot.T @ dout.reshape(len(one_hot), -1)

class TimeAffine(Layer):
    def __init__(self, W, b):
        super().__init__(W, b)
    def forward(self, xs):
        self.xs = xs
        return np.stack([xs[:, t] @ self.params[0] for t in range(xs.shape[1])], 1) + self.params[1]
    def backward(self, dys):
        for g in self.grads:
            g.fill(0)
        dxs = np.zeros_like(self.xs)
        for t in range(dys.shape[1]):
            self.grads[0] += self.xs[:, t].T @ dys[:, t]
            self.grads[1] += dys[:, t].sum(0)
            dxs[:, t] = dys[:, t] @ self.params[0].T
        return dxs

class RNN(Layer):
    def __init__(self, Wx, Wh, b):
        super().__init__(Wx, Wh, b)
    def forward(self, x, h_prev):
        both = np.concatenate([x, h_prev], axis=1)
        weight = np.concatenate(self.params[:2])
        self.kept = both, weight, np.tanh(both @ weight + self.params[2])
        return self.kept[2]
    def backward(self, dh_next):
        both, weight, h = self.kept
        dt = (1 + h) * (1 - h) * dh_next
        dweight, dboth = both.T @ dt, dt @ weight.T
        d = len(self.params[0])
        self.grads[0][...], self.grads[1][...] = dweight[:d], dweight[d:]
        self.grads[2][...] = dt.sum(0)
        return dboth[:, :d], dboth[:, d:]

class TimeRNN(Layer):
    def __init__(self, Wx, Wh, b, stateful=True):
        super().__init__(Wx, Wh, b)
        self.h, self.begins_anew = 0, not stateful
    def forward(self, xs):
        if self.begins_anew or np.ndim(self.h) == 0:
            self.h = np.zeros((len(xs), len(self.params[1])))
        self.cells, hs = [RNN(*self.params) for _ in range(xs.shape[1])], []
        for t, cell in enumerate(self.cells):
            self.h = cell.forward(xs[:, t], self.h)
            hs.append(self.h)
        return np.array(hs).transpose(1, 0, 2)
    def backward(self, dhs):
        dh, dxs = np.zeros_like(self.h), np.empty(dhs.shape[:2] + (len(self.params[0]),))
        for grad in self.grads:
            grad[...] = 0
        for t in range(dhs.shape[1] - 1, -1, -1):
            dxs[:, t], dh = self.cells[t].backward(dh + dhs[:, t])
            for grad, more in zip(self.grads, self.cells[t].grads):
                grad[...] = grad + more
        return dxs

class Sigmoid(Layer):
    def forward(self, x):
        self.e = np.exp(-x)
        return 1 / (1 + self.e)
    def backward(self, dout):
        return dout * self.e / (1 + self.e) ** 2

class Tanh(Layer):
    def forward(self, x):
        self.x = x
        return np.sinh(x) / np.cosh(x)
    def backward(self, dout):
        return dout / np.cosh(self.x) ** 2

class ReLU(Layer):
    def forward(self, x):
        self.keep = np.sign(np.clip(x, 0, None))
        return (np.abs(x) + x) / 2
    def backward(self, dout):
        return np.multiply(dout, self.keep)

class SoftmaxWithLoss(Layer):
    def forward(self, x, t):
        if t.ndim == 2:
            t = t.argmax(1)
        self.x, self.t = x, t
        top = x.max(1)
        total = top + np.log(np.exp(x - top[:, None]).sum(1))
        self.total = total
        return float(np.mean(total - x[np.arange(len(t)), t]))
    def backward(self, dout=1):
        dx = np.exp(self.x - self.total[:, None])
        dx[np.arange(len(self.t)), self.t] -= 1
        dx *= dout / len(self.t)
        return dx

class MeanSquaredError(Layer):
    def forward(self, y, t):
        self.y, self.t = y, t
        return 0.5 * np.linalg.norm(y - t) ** 2
    def backward(self, dout=1):
        return dout * (self.y - self.t)

class Dropout(Layer):
    def __init__(self, dropout_ratio=0.5):
        super().__init__()
        self.ratio = dropout_ratio
    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.binomial(1, 1 - self.ratio, x.shape)
            return x * self.mask
        return x * (1 - self.ratio)
    def backward(self, dout):
        out = np.zeros_like(dout)
        out[self.mask == 1] = dout[self.mask == 1]
        return out
