"""The smallest code that breaks a clause, and how it is right.

Where the example of a part's defect breaks it plainly, that one stands for it. What is
no class is a routine, f with its claimed gradient at x, or a script.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.defects.examples import Example, changed
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.right_layers import AFFINE, LOSS, MAX_POOLING, RELU
from gradproof.defects.right_optimizers import MOMENTUM, SGD
from gradproof.defects.routine_clauses import OF_ROUTINES, above
from gradproof.defects.update_examples import EXAMPLES, STEP, ZEROS

EITHER_LOSS = LOSS.replace(
    "        powers",
    "        t = t if t.ndim == 2 else np.eye(x.shape[1])[t]\n        powers",
)
"""Of labels and of one-hot rows."""

LOSS_OVER_TIME = """\
class TimeSoftmaxWithLoss:
    def forward(self, xs, ts):
        powers = np.exp(xs - xs.max(axis=-1, keepdims=True))
        self.ys = powers / powers.sum(axis=-1, keepdims=True)
        self.counted = (ts != -1)[..., np.newaxis]
        self.ts = np.eye(xs.shape[-1], dtype=xs.dtype)[ts]
        logarithms = self.ts * np.log(self.ys + 1e-7)
        return -(logarithms * self.counted).sum() / self.counted.sum()

    def backward(self, dout=1):
        dxs = self.ys - self.ts
        return dout * dxs * self.counted / int(self.counted.sum())
"""

INSIDE = "        inside = slice(self.pad, -self.pad or None)\n"
PADDED_POOLING = changed(
    MAX_POOLING,
    ("pool_w, stride=1)", "pool_w, stride=1, pad=0)"),
    (
        "self.stride = pool_h, pool_w, stride\n",
        "self.stride = pool_h, pool_w, stride\n        self.pad = pad\n",
    ),
    (
        "        self.x = x\n",
        "        none, around = (0, 0), (self.pad, self.pad)\n"
        "        x = self.x = np.pad(x, [none, none, around, around])\n",
    ),
    (
        "        return dx\n",
        f"{INSIDE}        return dx[:, :, inside, inside]\n",
    ),
).code

AFFINE_OF_SEQUENCES = """\
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, xs):
        self.xs = xs
        return xs @ self.W + self.b

    def backward(self, dout):
        before = tuple(range(dout.ndim - 1))
        self.dW = np.tensordot(self.xs, dout, (before, before))
        self.db = dout.sum(axis=before)
        return dout @ self.W.T
"""

NETWORK = """\
class OneLayerNet:
    def __init__(self, input_size=4, output_size=3):
        W = np.random.randn(input_size, output_size)
        self.params = {"W": W, "b": np.zeros(output_size)}

    def predict(self, x):
        scores = x @ self.params["W"] + self.params["b"]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def loss(self, x, t):
        t = t if t.ndim == 2 else np.eye(self.params["b"].size)[t]
        return -(t * np.log(self.predict(x) + 1e-7)).sum() / len(x)

    def gradient(self, x, t):
        t = t if t.ndim == 2 else np.eye(self.params["b"].size)[t]
        dy = (self.predict(x) - t) / len(x)
        return {"W": x.T @ dy, "b": dy.sum(axis=0)}
"""

ONE_HOT = 't = t if t.ndim == 2 else np.eye(self.params["b"].size)[t]'
CHECKING = f"""\
import numpy as np


{NETWORK}
    def numerical_gradient(self, x, t, h=1e-4):
        slopes = {{}}
        for key, param in self.params.items():
            slopes[key] = np.zeros_like(param)
            for i in np.ndindex(param.shape):
                value = param[i]
                param[i] = value + h
                ahead = self.loss(x, t)
                param[i] = value - h
                behind = self.loss(x, t)
                slopes[key][i] = (ahead - behind) / (2 * h)
                param[i] = value
        return slopes


net = OneLayerNet()
x, t = np.random.rand(5, 4), np.array([0, 2, 1, 1, 0])
numerical, backward = net.numerical_gradient(x, t), net.gradient(x, t)
for key in numerical:
    print(key, np.abs(numerical[key] - backward[key]).max())
"""
"""A script that checks a network's gradient."""

GRADIENTS = 'return {"W": x.T @ dy, "b": dy.sum(axis=0)}'
DY = "dy = (self.predict(x) - t) / len(x)"

DECAYING = """\
class SGD:
    def __init__(self, lr=0.01, weight_decay=0.01):
        self.lr, self.decay = lr, weight_decay

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * (grads[key] + self.decay * params[key])
"""

SCRIPT = """\
import matplotlib.pyplot as plt
import numpy as np


def f(x):
    return np.sum(x**2)


def gradient(f, X, h=1e-4):
    if X.ndim == 2:
        return np.array([gradient(f, x) for x in X])
    return np.array([(f(X + h * e) - f(X - h * e)) / (2 * h) for e in np.eye(X.size)])


x0, x1 = np.meshgrid(np.arange(-2, 2.5), np.arange(-2, 2.5))
points = np.array([x0.ravel(), x1.ravel()])
grad = gradient(f, points.T).T
plt.quiver(*points, -grad[0], -grad[1], angles="xy")
plt.show()
"""

OF_DEFECTS: Mapping[str, str] = {
    "L2": "bias-missing",
    "L3": "one-minus-y-missing",
    "L4": "bias-averaged",
    "L5": "bias-not-summed",
    "L6": "gradient-not-kept",
    "L7": "gradient-into-parameters",
    "L8": "gradient-accumulated",
    "L9": "state-kept",
    "L11": "upstream-written",
    "L12": "drops-at-test",
    "L16": "overflow",
    "L17": "log-of-zero",
    "L18": "softmax-over-all",
    "L20": "state-never-filled",
    "L23": "spread-not-summed",
    "L24": "default-written-out",
    "O2": "update-uphill",
    "O3": "rate-ignored",
    "O4": "state-of-first-parameter",
    "O5": "parameters-rebound",
    "O7": "gradients-changed",
    "O8": "state-shared",
    "O9": "setting-ignored",
    "O10": "epsilon-missing",
    "O11": "bias-of-step-before",
    "O13": "clip-ratio-turned",
}
"""Clauses whose example is that of a defect."""

OF_THEIR_OWN: Mapping[str, Example] = {
    **OF_ROUTINES,
    "S1": changed(SCRIPT, ("-grad[1]", "-gard[1]")),
    "S2": changed(SCRIPT, ("plt.quiver(", "def draw():\n    plt.quiver(")),
    "S3": changed(SCRIPT, ("gradient(f, points.T).T", "gradient(f, points)")),
    "S4": changed(SCRIPT, ("-grad[0], -grad[1]", "-grad[1], -grad[0]")),
    "S5": changed(SCRIPT, ("/ (2 * h)", "/ h")),
    "L1": changed(AFFINE, ("        self.x = x\n", "")),
    "L10": changed(
        EITHER_LOSS,
        above("        t = t if", "self.labels = t.ndim == 1"),
        (
            "        return dout * (self.y - self.t) / len(self.t)\n",
            "        dx = dout * (self.y - self.t)\n"
            "        return dx if self.labels else dx / len(dx)\n",
        ),
    ),
    "L13": changed(
        RELU,
        above("        self.mask = x > 0", "self.x = x"),
        (
            "        dx = dout.copy()\n        dx[~self.mask] = 0\n        return dx\n",
            "        return dout * np.maximum(self.x, 0) / self.x\n",
        ),
    ),
    "L14": changed(
        MAX_POOLING,
        (
            "            largest = self.window(self.x[n, c], i, j).argmax()\n",
            "            seen = self.window(self.x[n, c], i, j)\n",
        ),
        ("part.flat[largest] +=", "part[seen == seen.max()] +="),
    ),
    "L15": changed(
        PADDED_POOLING,
        above("        none, around", "self.shape = x.shape"),
        ("np.zeros_like(self.x)", "np.zeros(self.shape)"),
        (f"{INSIDE}        return dx[:, :, inside, inside]\n", "        return dx\n"),
    ),
    "L19": changed(
        LOSS_OVER_TIME,
        ("dxs = self.ys - self.ts\n", "dxs = self.ys\n        dxs -= self.ts\n"),
    ),
    "L21": changed(RELU, ("dx = dout.copy()", "dx = dout * np.ones(dout.shape)")),
    "L22": changed(
        AFFINE_OF_SEQUENCES, ("dout.sum(axis=before)", "dout.sum(axis=(0, 1))")
    ),
    "NN1": changed(NETWORK, ('{"W": x.T', '{"W": self.x.T')),
    "NN2": changed(NETWORK, (', "b": dy.sum(axis=0)}', "}")),
    "NN3": changed(NETWORK, (DY, DY.removesuffix(" / len(x)"))),
    "NN4": changed(
        NETWORK,
        ("np.zeros(output_size)}\n", "np.zeros(output_size)}\n        self.db = 0\n"),
        above(f"        {GRADIENTS}", "self.db = self.db + dy.sum(axis=0)"),
        (', "b": dy.sum(axis=0)}', ', "b": self.db}'),
    ),
    "NN5": changed(
        NETWORK,
        above(f"        {GRADIENTS}", 'self.params["b"] -= 0.1 * dy.sum(axis=0)'),
    ),
    "NN6": changed(
        NETWORK, above("        scores = ", "x -= x.mean(axis=1, keepdims=True)")
    ),
    "NN7": changed(
        NETWORK,
        (
            f"gradient(self, x, t):\n        {ONE_HOT}\n",
            "gradient(self, x, t):\n"
            "        t = t if t.ndim == 2 else t[:, np.newaxis]\n",
        ),
    ),
    "GC1": changed(CHECKING, ("/ (2 * h)", "/ h")),
    "GC2": changed(CHECKING, (DY, DY.removesuffix(" / len(x)"))),
    "GC3": changed(CHECKING, ('"b": dy.sum(axis=0)', '"b": dy.mean(axis=0)')),
    "O1": changed(
        MOMENTUM, (f"        if self.v is None:\n            self.v = {ZEROS}\n", "")
    ),
    "O6": changed(SGD, (STEP, "params[key] = params[key] - self.lr * grads[key]")),
    "O12": changed(DECAYING, ("grads[key] + self.decay", "grads[key] - self.decay")),
}
"""Clauses whose example is there for them alone."""


def example_of(clause: str) -> Example:
    """The example that breaks a clause, by its id."""
    if clause in OF_DEFECTS:
        return {**LAYER_EXAMPLES, **EXAMPLES}[OF_DEFECTS[clause]]
    return OF_THEIR_OWN[clause]
