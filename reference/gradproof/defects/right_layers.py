"""Right layers as texts, as short as can be, of which examples of defects are made.

``np`` is NumPy. Each says in its own words what the layers of its kind do.
"""

from __future__ import annotations

AFFINE = """\
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
"""

MATMUL = """\
class MatMul:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0].T
"""

ADD = """\
class Add:
    def forward(self, a, b):
        self.shapes = a.shape, b.shape
        return a + b

    def backward(self, dout):
        summed = dout.sum(axis=0)
        return tuple(dout if s == dout.shape else summed for s in self.shapes)
"""

SIGMOID = """\
class Sigmoid:
    def forward(self, x):
        self.x, self.y = x, 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)
"""

TANH = """\
class Tanh:
    def forward(self, x):
        self.x, self.y = x, np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y**2)
"""

RELU = """\
class Relu:
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, dout):
        dx = dout.copy()
        dx[~self.mask] = 0
        return dx
"""

LEAKY_RELU = """\
class LeakyRelu:
    def __init__(self, alpha=0.01):
        self.alpha = alpha

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.alpha * x)

    def backward(self, dout):
        return np.where(self.mask, dout, self.alpha * dout)
"""

CUBE = """\
class Cube:
    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, dout):
        return 3 * self.x**2 * dout
"""

SHORTCUT = """\
class Shortcut:
    def forward(self, x):
        self.x = x
        return x + x**3 / 3

    def backward(self, dout):
        return dout + dout * self.x**2
"""

SOFTMAX = """\
class Softmax:
    def forward(self, x):
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = powers / powers.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        return self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))
"""

LOSS = """\
class SoftmaxWithLoss:
    def forward(self, x, t):
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = powers / powers.sum(axis=1, keepdims=True), t
        return -(t * np.log(self.y + 1e-7)).sum() / len(x)

    def backward(self, dout=1):
        return dout * (self.y - self.t) / len(self.t)
"""

LOSS_OF_LABELS = """\
class SoftmaxWithLoss:
    def forward(self, x, t):
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = powers / powers.sum(axis=1, keepdims=True), t
        return -np.log(self.y[np.arange(len(t)), t] + 1e-7).sum() / len(t)

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.t] -= 1
        return dout * dx / len(dx)
"""

SQUARES = """\
class MeanSquaredError:
    def forward(self, y, t):
        self.off = y - t
        return (self.off**2).sum() / len(y)

    def backward(self, dout=1):
        dy = dout * 2 * self.off / len(self.off)
        return dy, -dy
"""

HALVED_SQUARES = """\
class MeanSquaredError:
    def forward(self, y, t):
        self.off = y - t
        return (self.off**2).sum() / 2 / len(y)

    def backward(self, dout=1):
        dy = dout * self.off / len(self.off)
        return dy, -dy
"""

DROPOUT = """\
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.ratio = dropout_ratio

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x * (1 - self.ratio)
        self.mask = np.random.rand(*x.shape) > self.ratio
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
"""

SCALED_DROPOUT = """\
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.ratio = dropout_ratio

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x
        self.mask = np.random.rand(*x.shape) > self.ratio
        return x * self.mask / (1 - self.ratio)

    def backward(self, dout):
        return dout * self.mask / (1 - self.ratio)
"""

NORMALIZATION = """\
class BatchNormalization:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        self.x, self.s = x, np.sqrt(x.var(axis=0) + 1e-7)
        self.xn = (x - x.mean(axis=0)) / self.s
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xn).sum(axis=0)
        dxn = self.gamma * dout
        by_mean = dxn.mean(axis=0)
        by_variance = self.xn * (dxn * self.xn).mean(axis=0)
        return (dxn - by_mean - by_variance) / self.s
"""

RUNNING_NORMALIZATION = """\
class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9):
        self.gamma, self.beta, self.momentum = gamma, beta, momentum
        self.mean, self.var = np.zeros_like(gamma), np.zeros_like(gamma)

    def forward(self, x, train_flg=True):
        mean, var = x.mean(axis=0), x.var(axis=0)
        if train_flg:
            self.mean = self.averaged(self.mean, mean)
            self.var = self.averaged(self.var, var)
        else:
            mean, var = self.mean, self.var
        self.s = np.sqrt(var + 1e-7)
        self.xn = (x - mean) / self.s
        return self.gamma * self.xn + self.beta

    def averaged(self, kept, new):
        return self.momentum * kept + (1 - self.momentum) * new

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.xn).sum(axis=0)
        dxn = self.gamma * dout
        along = self.xn * (dxn * self.xn).mean(axis=0)
        return (dxn - dxn.mean(axis=0) - along) / self.s
"""

EMBEDDING = """\
class Embedding:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, ids):
        self.ids = ids
        return self.params[0][ids]

    def backward(self, dout):
        (dW,) = self.grads
        dW[...] = 0
        np.add.at(dW, self.ids, dout)
"""

CONVOLUTION = """\
class Convolution:
    def __init__(self, W, b, stride=1, pad=0):
        self.W, self.b = W, b
        self.stride, self.pad = stride, pad

    def window(self, images, i, j):
        i, j = i * self.stride, j * self.stride
        return images[:, :, i : i + self.W.shape[2], j : j + self.W.shape[3]]

    def forward(self, x):
        around = (self.pad, self.pad)
        self.x = np.pad(x, [(0, 0), (0, 0), around, around])
        rows = (self.x.shape[2] - self.W.shape[2]) // self.stride + 1
        columns = (self.x.shape[3] - self.W.shape[3]) // self.stride + 1
        y = np.zeros((len(x), len(self.W), rows, columns), x.dtype)
        for i, j in np.ndindex(rows, columns):
            seen = self.window(self.x, i, j)
            y[:, :, i, j] = np.einsum("nchw,kchw->nk", seen, self.W) + self.b
        return y

    def backward(self, dout):
        dx, self.dW = np.zeros_like(self.x), np.zeros_like(self.W)
        self.db = dout.sum(axis=(0, 2, 3))
        for i, j in np.ndindex(dout.shape[2:]):
            seen, dy = self.window(self.x, i, j), dout[:, :, i, j]
            self.dW += np.einsum("nk,nchw->kchw", dy, seen)
            part = np.einsum("nk,kchw->nchw", dy, self.W)
            self.window(dx, i, j)[...] += part
        inside = slice(self.pad, -self.pad or None)
        return dx[:, :, inside, inside]
"""

AVERAGE_POOLING = """\
class AveragePooling:
    def __init__(self, pool_h, pool_w, stride=1):
        self.high, self.wide, self.stride = pool_h, pool_w, stride

    def window(self, images, i, j):
        i, j = i * self.stride, j * self.stride
        return images[:, :, i : i + self.high, j : j + self.wide]

    def forward(self, x):
        self.x = x
        rows = (x.shape[2] - self.high) // self.stride + 1
        columns = (x.shape[3] - self.wide) // self.stride + 1
        y = np.zeros((*x.shape[:2], rows, columns), x.dtype)
        for i, j in np.ndindex(rows, columns):
            y[:, :, i, j] = self.window(x, i, j).mean(axis=(2, 3))
        return y

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i, j in np.ndindex(dout.shape[2:]):
            part = dout[:, :, i, j, None, None] / (self.high * self.wide)
            self.window(dx, i, j)[...] += part
        return dx
"""

MAX_POOLING = """\
class MaxPooling:
    def __init__(self, pool_h, pool_w, stride=1):
        self.high, self.wide, self.stride = pool_h, pool_w, stride

    def window(self, image, i, j):
        i, j = i * self.stride, j * self.stride
        return image[i : i + self.high, j : j + self.wide]

    def forward(self, x):
        self.x = x
        rows = (x.shape[2] - self.high) // self.stride + 1
        columns = (x.shape[3] - self.wide) // self.stride + 1
        y = np.zeros((*x.shape[:2], rows, columns), x.dtype)
        for n, c, i, j in np.ndindex(y.shape):
            y[n, c, i, j] = self.window(x[n, c], i, j).max()
        return y

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for n, c, i, j in np.ndindex(dout.shape):
            largest = self.window(self.x[n, c], i, j).argmax()
            part = self.window(dx[n, c], i, j)
            part.flat[largest] += dout[n, c, i, j]
        return dx
"""

IM2COL = """\
def im2col(x, filter_h, filter_w, stride=1, pad=0):
    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    n, c, high, wide = x.shape
    rows = range(0, high - filter_h + 1, stride)
    columns = range(0, wide - filter_w + 1, stride)
    col = [
        x[k, :, i : i + filter_h, j : j + filter_w].ravel()
        for k in range(n)
        for i in rows
        for j in columns
    ]
    return np.array(col)
"""

TIME_AFFINE = """\
class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, xs):
        W, b = self.params
        self.xs = xs
        return xs @ W + b

    def backward(self, dout):
        dW, db = self.grads
        dW[...], db[...] = 0, 0
        for t in range(dout.shape[1]):
            dW += self.xs[:, t].T @ dout[:, t]
            db += dout[:, t].sum(axis=0)
        return dout @ self.params[0].T
"""

RNN = """\
class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        self.x, self.h_prev = x, h_prev
        self.h = np.tanh(x @ Wx + h_prev @ Wh + b)
        return self.h

    def backward(self, dh):
        Wx, Wh, b = self.params
        da = dh * (1 - self.h**2)
        for grad, new in zip(
            self.grads, (self.x.T @ da, self.h_prev.T @ da, da.sum(axis=0))
        ):
            grad[...] = new
        return da @ Wx.T, da @ Wh.T
"""

TIME_RNN = """\
class TimeRNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs):
        Wx, Wh, b = self.params
        self.xs, self.hs = xs, [np.zeros((len(xs), len(Wh)), xs.dtype)]
        for t in range(xs.shape[1]):
            self.hs.append(np.tanh(xs[:, t] @ Wx + self.hs[-1] @ Wh + b))
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        dWx[...], dWh[...], db[...] = 0, 0, 0
        dxs, dh = np.zeros_like(self.xs), 0
        for t in reversed(range(dhs.shape[1])):
            da = (dhs[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            dWx += self.xs[:, t].T @ da
            dWh += self.hs[t].T @ da
            db += da.sum(axis=0)
            dxs[:, t], dh = da @ Wx.T, da @ Wh.T
        return dxs
"""

STATEFUL_RNN = """\
class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params, self.stateful = [Wx, Wh, b], stateful
        self.grads = [np.zeros_like(p) for p in self.params]
        self.reset_state()

    def reset_state(self):
        self.h = None

    def forward(self, xs):
        Wx, Wh, b = self.params
        h = np.zeros((len(xs), len(Wh)), xs.dtype)
        if self.stateful and self.h is not None:
            h = self.h
        self.xs, self.hs = xs, [h]
        for t in range(xs.shape[1]):
            self.hs.append(np.tanh(xs[:, t] @ Wx + self.hs[-1] @ Wh + b))
        self.h = self.hs[-1]
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        dWx[...], dWh[...], db[...] = 0, 0, 0
        dxs, dh = np.zeros_like(self.xs), 0
        for t in reversed(range(dhs.shape[1])):
            da = (dhs[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            dWx += self.xs[:, t].T @ da
            dWh += self.hs[t].T @ da
            db += da.sum(axis=0)
            dxs[:, t], dh = da @ Wx.T, da @ Wh.T
        return dxs
"""

TIME_LSTM = """\
class TimeLSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs):
        Wx, Wh, b = self.params
        h = c = np.zeros((len(xs), len(Wh)), xs.dtype)
        self.xs, self.kept, hs = xs, [], []
        for t in range(xs.shape[1]):
            f, g, i, o = np.split(xs[:, t] @ Wx + h @ Wh + b, 4, axis=1)
            f, i, o = (1 / (1 + np.exp(-gate)) for gate in (f, i, o))
            g = np.tanh(g)
            self.kept.append((h, c, f, g, i, o))
            c = f * c + g * i
            h = o * np.tanh(c)
            hs.append(h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dWx, dWh, db = self.grads
        dWx[...], dWh[...], db[...] = 0, 0, 0
        dxs, dh, dc = np.zeros_like(self.xs), 0, 0
        for t in reversed(range(dhs.shape[1])):
            h, c, f, g, i, o = self.kept[t]
            y = np.tanh(f * c + g * i)
            dh = dhs[:, t] + dh
            dc = dc + dh * o * (1 - y**2)
            df, dg = dc * c * f * (1 - f), dc * i * (1 - g**2)
            di, do = dc * g * i * (1 - i), dh * y * o * (1 - o)
            da = np.hstack((df, dg, di, do))
            dWx += self.xs[:, t].T @ da
            dWh += h.T @ da
            db += da.sum(axis=0)
            dxs[:, t], dh, dc = da @ Wx.T, da @ Wh.T, dc * f
        return dxs
"""
