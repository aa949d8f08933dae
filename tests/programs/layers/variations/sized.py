"""Right layers that are made of sizes, or of a number each, and make their own W."""

import numpy as np

from gradproof import layers


class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.01
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class Linear:
    """Of weights that lie the other way, in dictionaries."""

    def __init__(self, in_features, out_features, bias=True):
        self.params = {
            "W": np.random.randn(out_features, in_features),
            "b": np.zeros(out_features),
        }
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"].T + self.params["b"]

    def backward(self, dout):
        self.grads["W"] = dout.T @ self.x
        self.grads["b"] = dout.sum(axis=0)
        return dout @ self.params["W"]


class FullyConnected:
    """Of other names, and a bias that is a row."""

    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(input_size, output_size)
        self.bias = np.zeros((1, output_size))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.bias

    def backward(self, grad_output):
        self.grad_weights = self.inputs.T @ grad_output
        self.grad_bias = grad_output.sum(axis=0, keepdims=True)
        return grad_output @ self.weights.T


class Affine:
    """Of lists."""

    def __init__(self, input_dim, output_dim):
        weights = np.random.randn(input_dim, output_dim)
        self.params = [weights, np.zeros(output_dim)]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x):
        y, self.back = layers.affine(x, *self.params)
        return y

    def backward(self, dout):
        dx, *found = self.back(dout)
        for grad, new in zip(self.grads, found, strict=True):
            grad[...] = new
        return dx


class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.eps, self.momentum = eps, momentum
        self.mean, self.var = np.zeros(num_features), np.ones(num_features)

    def forward(self, x, training=True):
        if not training:
            seen = {"mean": self.mean, "variance": self.var, "epsilon": self.eps}
            return layers.batch_normalization_at_test(
                x, self.gamma, self.beta, **seen
            )[0]
        old = 1 - self.momentum
        self.mean = old * self.mean + self.momentum * x.mean(axis=0)
        self.var = old * self.var + self.momentum * x.var(axis=0)
        given = x, self.gamma, self.beta
        y, self.back = layers.batch_normalization(*given, epsilon=self.eps)
        return y

    def backward(self, dout):
        dx, self.dgamma, self.dbeta = self.back(dout)
        return dx


class Conv2D:
    """Of one number for both sides of its filter."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.how = {"stride": stride, "pad": padding}
        self.W = np.random.randn(out_channels, in_channels, kernel_size, kernel_size)
        self.b = np.zeros(out_channels)

    def forward(self, x):
        y, self.back = layers.convolution(x, self.W, self.b, **self.how)
        return y

    def backward(self, dout):
        dx, self.dW, self.db = self.back(dout)
        return dx


class RNNCell:
    def __init__(self, input_size, hidden_size):
        self.Wx = np.random.randn(input_size, hidden_size)
        self.Wh = np.random.randn(hidden_size, hidden_size)
        self.b = np.zeros(hidden_size)

    def forward(self, x, h_prev):
        y, self.back = layers.rnn(x, h_prev, self.Wx, self.Wh, self.b)
        return y

    def backward(self, dh):
        dx, dh_prev, self.dWx, self.dWh, self.db = self.back(dh)
        return dx, dh_prev


class Embedding:
    def __init__(self, vocab_size, embedding_dim):
        self.W = np.random.randn(vocab_size, embedding_dim)

    def forward(self, idx):
        y, self.back = layers.embedding(self.W, ids=idx)
        return y

    def backward(self, dout):
        (self.dW,) = self.back(dout)


class EmbeddingDot:
    """Of W alone; given rows, and an id for each."""

    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, h, idx):
        self.kept = h, idx, self.params[0][idx]
        return (h * self.kept[2]).sum(axis=1)

    def backward(self, dout):
        h, idx, chosen = self.kept
        self.grads[0][...] = 0
        np.add.at(self.grads[0], idx, dout[:, np.newaxis] * h)
        return dout[:, np.newaxis] * chosen


class Pow:
    def __init__(self, c):
        self.c = c

    def forward(self, x):
        self.x = x
        return x**self.c

    def backward(self, gy):
        return gy * self.c * self.x ** (self.c - 1)


class Clip:
    def __init__(self, x_min, x_max):
        self.ends = x_min, x_max

    def forward(self, x):
        self.inside = (x >= self.ends[0]) & (x <= self.ends[1])
        return np.clip(x, *self.ends)

    def backward(self, gy):
        return gy * self.inside


class Reshape:
    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        self.of = x.shape
        return x.reshape(self.shape)

    def backward(self, gy):
        return gy.reshape(self.of)


class BroadcastTo:
    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        assert len(self.shape) > x.ndim
        return np.broadcast_to(x, self.shape).copy()

    def backward(self, gy):
        return gy.sum(axis=0)


class SumTo:
    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        assert x.shape[1:] == self.shape
        self.of = x.shape
        return x.sum(axis=0)

    def backward(self, gy):
        return np.broadcast_to(gy, self.of).copy()


class Sum:
    def __init__(self, axis, keepdims):
        self.how = {"axis": axis, "keepdims": True}

    def forward(self, x):
        self.of = x.shape
        return x.sum(**self.how)

    def backward(self, gy):
        return np.broadcast_to(gy, self.of).copy()


class GetItem:
    def __init__(self, slices):
        self.slices = slices

    def forward(self, x):
        self.of = x.shape
        return x[self.slices]

    def backward(self, gy):
        gx = np.zeros(self.of)
        np.add.at(gx, self.slices, gy)
        return gx
