# A network of two layers: a loss, a gradient by the chain rule and one by differences.
import numpy as np


def slopes(f, x):
    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        kept = x[place]
        x[place] = kept + 1e-4
        ahead = f(x)
        x[place] = kept - 1e-4
        found[place] = (ahead - f(x)) / 2e-4
        x[place] = kept
    return found


class TwoLayers:
    def __init__(self, input_size, hidden_size, output_size, halved=False):
        self.halved = halved
        self.params = {
            "W1": 0.3 * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": 0.3 * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def predict(self, x):
        p = self.params
        self.x, self.h = x, np.tanh(x @ p["W1"] + p["b1"])
        z = self.h @ p["W2"] + p["b2"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, x, t):
        return -np.sum(t * np.log(self.predict(x))) / len(x)

    def numerical_gradient(self, x, t):
        return {
            name: slopes(lambda _: self.loss(x, t), p)
            for name, p in self.params.items()
        }

    def gradient(self, x, t):
        dz = (self.predict(x) - t) / len(x)
        da = dz @ self.params["W2"].T * (1 - self.h**2)
        dW1 = x.T @ da
        if self.halved:
            dW1 = dW1 / 2
        return {
            "W1": dW1,
            "b1": da.sum(axis=0),
            "W2": self.h.T @ dz,
            "b2": dz.sum(axis=0),
        }
