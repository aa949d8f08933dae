"""A layer that has a window of its own is not held to one that it does not take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.ports.layer_doors import Layers

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

Array = Any


def examined(name: str, cls: Any) -> LayerExamination:
    (found,) = examine_layers(Layers({name: type(name, (cls,), {})}), "").layers
    assert isinstance(found, LayerExamination)
    return found


class Largest:
    """The largest of each window of a square's size."""

    side, step = 2, 2

    def forward(self, x: Array) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(
            x, (self.side, self.side), axis=(2, 3)
        )[:, :, :: self.step, :: self.step]
        flat = windows.reshape(*windows.shape[:4], -1)
        self.shape, self.most = x.shape, flat.argmax(axis=-1)
        return flat.max(axis=-1)

    def backward(self, dout: Array) -> Array:
        dx = np.zeros(self.shape)
        for n, c, i, j in np.ndindex(*dout.shape):
            row, column = divmod(self.most[n, c, i, j], self.side)
            at = n, c, i * self.step + row, j * self.step + column
            dx[at] += self.given(dout[n, c, i, j])
        return dx

    def given(self, upstream: float) -> float:
        return upstream


class OfAForeignName(Largest):
    def __init__(self, side_length: int = 2, stride: int = 2) -> None:
        self.side, self.step = side_length, stride


class OfALetter(OfAForeignName):
    def __init__(self, k: int = 2, stride: int = 2) -> None:
        super().__init__(k, stride)


class Doubling(OfAForeignName):
    def given(self, upstream: float) -> float:
        return 2 * upstream


@pytest.mark.parametrize("cls", [Largest, OfAForeignName, OfALetter])
def test_a_pool_of_its_own_window_is_not_blamed(cls: Any) -> None:
    assert examined("MaxPooling", cls).verdict == "pass"


def test_its_gradient_is_judged_all_the_same() -> None:
    found = examined("MaxPooling", Doubling)
    assert found.of("L2") == "not-covered"
    assert found.of("L3") == "fail"


class Same:
    """A convolution that keeps the size of its images."""

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = W, b

    def forward(self, x: Array) -> Array:
        height, width = self.W.shape[2:]
        pads = ((height - 1) // 2, height // 2), ((width - 1) // 2, width // 2)
        padded = np.pad(x, ((0, 0), (0, 0), *pads))
        view = np.lib.stride_tricks.sliding_window_view
        self.windows = view(padded, (height, width), axis=(2, 3))
        self.padded, self.pads, self.size = padded, pads, x.shape[2:]
        y = np.einsum("nchwij,fcij->nfhw", self.windows, self.W)
        return y + self.b[:, np.newaxis, np.newaxis]

    def backward(self, dout: Array) -> Array:
        self.db = dout.sum(axis=(0, 2, 3))
        self.dW = np.einsum("nchwij,nfhw->fcij", self.windows, dout)
        dx = np.zeros_like(self.padded)
        rows, columns = dout.shape[2:]
        for i, j in np.ndindex(*self.W.shape[2:]):
            part = np.einsum("nfhw,fc->nchw", dout, self.W[:, :, i, j])
            dx[:, :, i : i + rows, j : j + columns] += part
        (top, _), (left, _) = self.pads
        return dx[:, :, top : top + rows, left : left + columns]


def test_a_convolution_with_a_padding_of_its_own_is_not_blamed() -> None:
    found = examined("Conv2D", Same)
    assert found.verdict == "pass"
    assert found.of("L2") == "not-covered"
