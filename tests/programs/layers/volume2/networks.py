"""Networks in the manner of the book's second volume: params and grads are lists."""

import numpy as np

from layers import *


class SoftmaxWithLoss:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        self.t = t.argmax(axis=1) if t.ndim == 2 else t
        return -np.sum(np.log(self.y[np.arange(len(x)), self.t] + 1e-7)) / len(x)

    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.t] -= 1
        return dx * dout / len(dx)


class Sigmoid:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        I, H, O = input_size, hidden_size, output_size
        self.layers = [
            Affine(0.01 * np.random.randn(I, H), np.zeros(H)),
            Sigmoid(),
            Affine(0.01 * np.random.randn(H, O), np.zeros(O)),
        ]
        self.loss_layer = SoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class SimpleCBOW:
    """Two words around share one array: it is listed twice."""

    def __init__(self, vocab_size, hidden_size):
        W_in = 0.01 * np.random.randn(vocab_size, hidden_size).astype("f")
        W_out = 0.01 * np.random.randn(hidden_size, vocab_size).astype("f")
        self.before, self.after = MatMul(W_in), MatMul(W_in)
        self.out, self.loss_layer = MatMul(W_out), SoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in (self.before, self.after, self.out):
            self.params += layer.params
            self.grads += layer.grads

    def forward(self, contexts, target):
        h = self.before.forward(contexts[:, 0]) + self.after.forward(contexts[:, 1])
        return self.loss_layer.forward(self.out.forward(h * 0.5), target)

    def backward(self, dout=1):
        dh = self.out.backward(self.loss_layer.backward(dout)) * 0.5
        self.after.backward(dh)
        self.before.backward(dh)


class Rnnlm:
    """Word by word; what is embedded and what comes out share their weights."""

    def __init__(self, vocab_size=10000, wordvec_size=650, hidden_size=650):
        V, D, H = vocab_size, hidden_size, hidden_size
        normal = np.random.randn
        embed_W = (normal(V, D) / 100).astype("f")
        self.layers = [
            TimeEmbedding(embed_W),
            TimeLSTM(
                (normal(D, 4 * H) / np.sqrt(D)).astype("f"),
                (normal(H, 4 * H) / np.sqrt(H)).astype("f"),
                np.zeros(4 * H).astype("f"),
                stateful=True,
            ),
            TimeAffine(embed_W.T, np.zeros(V).astype("f")),
        ]
        self.loss_layer = TimeSoftmaxWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, xs):
        for layer in self.layers:
            xs = layer.forward(xs)
        return xs

    def forward(self, xs, ts):
        return self.loss_layer.forward(self.predict(xs), ts)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def reset_state(self):
        self.layers[1].h = self.layers[1].c = None
