"""Right layers of the second volume, and others, that are met less often."""

import numpy as np


class MaxPool:
    """The largest of every window of images (N, H, W, C)."""

    def __init__(self, pool_h, pool_w, stride=1):
        self.size, self.stride = (pool_h, pool_w), stride

    def windows(self):
        n, h, w, c = self.x.shape
        for i in range((h - self.size[0]) // self.stride + 1):
            for j in range((w - self.size[1]) // self.stride + 1):
                top, left = i * self.stride, j * self.stride
                rows = slice(top, top + self.size[0])
                yield i, j, (slice(None), rows, slice(left, left + self.size[1]))

    def forward(self, x):
        self.x = x
        found = {(i, j): x[at].max(axis=(1, 2)) for i, j, at in self.windows()}
        rows, columns = max(found)
        return np.stack(
            [
                np.stack([found[i, j] for j in range(columns + 1)], axis=1)
                for i in range(rows + 1)
            ],
            axis=1,
        )

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j, at in self.windows():
            window = self.x[at]
            flat = window.reshape(len(window), -1, window.shape[-1])
            mask = np.zeros_like(flat)
            best = flat.argmax(axis=1)[:, None]
            np.put_along_axis(mask, best, 1.0, axis=1)
            dx[at] += mask.reshape(window.shape) * dout[:, i : i + 1, j : j + 1]
        return dx


class Deconv2d:
    """Every number of an image (N, C, H, W) spread by a window (C, OC, KH, KW)."""

    def __init__(self, stride=1):
        self.stride = stride

    def forward(self, x, W, b):
        self.kept = x, W
        (n, _, h, w), (_, oc, kh, kw) = x.shape, W.shape
        s = self.stride
        y = np.zeros((n, oc, (h - 1) * s + kh, (w - 1) * s + kw))
        for i in range(h):
            for j in range(w):
                part = np.tensordot(x[:, :, i, j], W, (1, 0))
                y[:, :, i * s : i * s + kh, j * s : j * s + kw] += part
        return y + b[:, None, None]

    def backward(self, dy):
        x, W = self.kept
        dx, dW, s = np.zeros_like(x), np.zeros_like(W), self.stride
        kh, kw = W.shape[2:]
        for i in range(x.shape[2]):
            for j in range(x.shape[3]):
                part = dy[:, :, i * s : i * s + kh, j * s : j * s + kw]
                dx[:, :, i, j] = np.tensordot(part, W, ((1, 2, 3), (1, 2, 3)))
                dW += np.tensordot(x[:, :, i, j], part, (0, 0))
        return dx, dW, dy.sum(axis=(0, 2, 3))


class BatchNorm:
    """Of rows, with the running statistics that it is made with."""

    def __init__(self, mean, var, decay=0.9, eps=2e-5):
        self.mean, self.var, self.decay, self.eps = mean, var, decay, eps

    def forward(self, x, gamma, beta):
        mean, var = x.mean(axis=0), x.var(axis=0)
        self.mean = self.decay * self.mean + (1 - self.decay) * mean
        self.var = self.decay * self.var + (1 - self.decay) * var
        self.deviation = np.sqrt(var + self.eps)
        self.xn, self.gamma = (x - mean) / self.deviation, gamma
        return self.xn * gamma + beta

    def backward(self, dy):
        dbeta, dgamma = dy.sum(axis=0), (dy * self.xn).sum(axis=0)
        dxn = dy - (dbeta + self.xn * dgamma) / len(dy)
        return self.gamma * dxn / self.deviation, dgamma, dbeta


class _Steps:
    """A plain recurrent layer over a sequence."""

    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs):
        Wx, Wh, b = self.params
        self.xs, self.hs = xs, [np.zeros((len(xs), len(Wh)))]
        for t in range(xs.shape[1]):
            self.hs.append(np.tanh(xs[:, t] @ Wx + self.hs[-1] @ Wh + b))
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        for grad in self.grads:
            grad[...] = 0
        dxs, dh = np.zeros_like(self.xs), 0
        for t in reversed(range(self.xs.shape[1])):
            dz = (dhs[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            self.grads[0] += self.xs[:, t].T @ dz
            self.grads[1] += self.hs[t].T @ dz
            self.grads[2] += dz.sum(axis=0)
            dxs[:, t], dh = dz @ Wx.T, dz @ Wh.T
        return dxs


class TimeBiRNN:
    """A sequence read from both ends, one beside the other."""

    def __init__(self, Wx1, Wh1, b1, Wx2, Wh2, b2):
        self.ahead, self.behind = _Steps(Wx1, Wh1, b1), _Steps(Wx2, Wh2, b2)
        self.params = self.ahead.params + self.behind.params
        self.grads = self.ahead.grads + self.behind.grads

    def forward(self, xs):
        behind = self.behind.forward(xs[:, ::-1])[:, ::-1]
        return np.concatenate([self.ahead.forward(xs), behind], axis=2)

    def backward(self, dhs):
        half = dhs.shape[2] // 2
        dxs = self.ahead.backward(dhs[:, :, :half])
        return dxs + self.behind.backward(dhs[:, ::-1, half:])[:, ::-1]


class NegativeSamplingLoss:
    """The right word's score is to be high, those of some drawn words low."""

    def __init__(self, W, corpus, power=0.75, sample_size=3):
        self.size = sample_size
        self.chances = np.bincount(corpus).astype(float) ** power
        self.params = [W] * (sample_size + 1)
        self.grads = [np.zeros_like(W) for _ in self.params]

    def forward(self, h, target):
        self.h, self.ids = h, [target, *self.drawn(target)]
        self.rows = [W[ids] for W, ids in zip(self.params, self.ids)]
        scores = [(row * h).sum(axis=1) for row in self.rows]
        self.y = [1 / (1 + np.exp(-score)) for score in scores]
        losses = [self.y[0], *(1 - y for y in self.y[1:])]
        return -sum(np.log(chance + 1e-7).mean() for chance in losses)

    def drawn(self, target):
        found = []
        for word in target:
            chances = self.chances.copy()
            chances[word] = 0
            chances /= chances.sum()
            size = len(chances)
            found.append(np.random.choice(size, self.size, replace=False, p=chances))
        return np.array(found).T

    def backward(self, dout=1):
        dh = np.zeros_like(self.h)
        for number, (y, row, grad) in enumerate(zip(self.y, self.rows, self.grads)):
            ds = (dout * (y - (number == 0)) / len(y))[:, None]
            grad[...] = 0
            np.add.at(grad, self.ids[number], ds * self.h)
            dh += ds * row
        return dh
