from collections import OrderedDict

import numpy as np

from layers import Affine, Relu


class Loss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-7)) / len(t)

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.t)


class Smooth:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y**2)


class OfWrongLayers:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }
        p = self.params
        self.layers = OrderedDict(
            one=Affine(p["W1"], p["b1"]), two=Smooth(), three=Affine(p["W2"], p["b2"])
        )
        self.last = Loss()

    def loss(self, x, t):
        for layer in self.layers.values():
            x = layer.forward(x)
        return self.last.forward(x, t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward()
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        one, three = self.layers["one"], self.layers["three"]
        return {"W1": one.dW, "b1": one.db, "W2": three.dW, "b2": three.db}


class ByHand:
    """The factor of the mean is lost."""

    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": np.random.randn(hidden_size, output_size),
        }

    def loss(self, x, t):
        p = self.params
        self.h = np.tanh(x @ p["W1"] + p["b1"])
        e = np.exp(self.h @ p["W2"])
        self.y = e / e.sum(axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y)) / len(x)

    def gradient(self, x, t):
        self.loss(x, t)
        errors = self.y - t
        below = errors @ self.params["W2"].T * (1 - self.h**2)
        return {"W1": x.T @ below, "b1": below.sum(axis=0), "W2": self.h.T @ errors}


class Strange:
    def __init__(self, wonder):
        self.params = {"W": wonder}

    def loss(self, x, t):
        return np.sum(x @ self.params["W"] - t)

    def gradient(self, x, t):
        return {"W": np.ones_like(self.params["W"])}
