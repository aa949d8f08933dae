"""Networks in the book's manner: parameters in a dictionary, layers that keep state."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]

GUARD = 1e-7


def softmax(scores: Any) -> Any:
    powers = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


class LossLayer:
    """Softmax and cross entropy, with what keeps the logarithm away from 0."""

    def __init__(self) -> None:
        self.y: Any = None

    def forward(self, scores: Any, labels: Array) -> Any:
        """The loss of scores (N, C) with labels (N,)."""
        self.y = softmax(scores)
        picked = self.y[np.arange(len(labels)), labels]
        return -np.sum(np.log(picked + GUARD)) / len(labels)

    def backward(self, labels: Array) -> Any:
        """The gradient of the scores, of the loss without the guard."""
        errors = self.y.copy()
        errors[np.arange(len(labels)), labels] -= 1
        return errors / len(labels)


class Dense:
    """Two affine layers with a ReLU between."""

    def __init__(self, sizes: tuple[int, int, int], seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.params: Arrays = {
            "W1": 0.01 * random.normal(size=sizes[:2]),
            "b1": np.zeros(sizes[1]),
            "W2": 0.01 * random.normal(size=sizes[1:]),
            "b2": np.zeros(sizes[2]),
        }
        self.last = LossLayer()
        self.hidden: Any = None

    def loss(self, x: Array, labels: Array) -> Any:
        """The loss of a batch."""
        p = self.params
        self.hidden = np.maximum(x @ p["W1"] + p["b1"], 0)
        return self.last.forward(self.hidden @ p["W2"] + p["b2"], labels)

    def gradient(self, x: Array, labels: Array) -> Arrays:
        """Of the parameters, by name."""
        self.loss(x, labels)
        errors = self.last.backward(labels)
        below = errors @ self.params["W2"].T * (self.hidden > 0)
        return {
            "W1": x.T @ below,
            "b1": below.sum(0),
            "W2": self.hidden.T @ errors,
            "b2": errors.sum(0),
        }


class Convolution:
    """Filters over images, through an array of zeros that is filled; then the loss."""

    def __init__(self, filters: int, size: int, classes: int, image: int) -> None:
        random = np.random.default_rng(1)
        self.side = image - size + 1
        self.params: Arrays = {
            "W1": 0.1 * random.normal(size=(filters, 1, size, size)),
            "W2": 0.1 * random.normal(size=(filters * self.side**2, classes)),
        }
        self.last = LossLayer()
        self.patches: Any = None
        self.flat: Any = None

    def loss(self, x: Array, labels: Array) -> Any:
        """The loss of a batch."""
        w = self.params["W1"]
        size, side = w.shape[-1], self.side
        patches = np.zeros((len(x), side, side, size, size))
        for i in range(size):
            for j in range(size):
                patches[..., i, j] = x[:, 0, i : i + side, j : j + side]
        self.patches = patches.reshape(len(x) * side**2, -1)
        maps = np.zeros((len(x) * side**2, len(w)))
        maps[...] = self.patches @ w.reshape(len(w), -1).T
        self.flat = np.maximum(maps, 0).reshape(len(x), -1)
        return self.last.forward(self.flat @ self.params["W2"], labels)

    def gradient(self, x: Array, labels: Array) -> Arrays:
        """Of the parameters, by name."""
        self.loss(x, labels)
        errors = self.last.backward(labels)
        w = self.params["W1"]
        below = errors @ self.params["W2"].T * (self.flat > 0)
        of_maps = below.reshape(-1, len(w))
        return {
            "W1": (self.patches.T @ of_maps).T.reshape(w.shape),
            "W2": self.flat.T @ errors,
        }
