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


class Last:
    """A convolution without padding, of images whose channels come last."""

    def __init__(self, W: Array, b: Array, stride: int = 1) -> None:
        self.W, self.b, self.stride = W, b, stride

    def forward(self, x: Array) -> Array:
        view, s = np.lib.stride_tricks.sliding_window_view, self.stride
        self.x, self.windows = x, view(x, self.W.shape[:2], axis=(1, 2))[:, ::s, ::s]
        return np.einsum("nhwcij,ijcf->nhwf", self.windows, self.W) + self.b

    def backward(self, dout: Array) -> Array:
        self.db = self.of_bias(dout)
        self.dW = np.einsum("nhwcij,nhwf->ijcf", self.windows, dout)
        dx, s = np.zeros_like(self.x), self.stride
        rows, columns = dout.shape[1:3]
        for i, j in np.ndindex(*self.W.shape[:2]):
            part = dx[:, i : i + rows * s : s, j : j + columns * s : s]
            part += dout @ self.W[i, j].T
        return dx

    def of_bias(self, dout: Array) -> Array:
        return dout.sum(axis=(0, 1, 2))


class LastOfFirst(Last):
    def of_bias(self, dout: Array) -> Array:
        return dout[0].sum(axis=(0, 1))


def test_a_convolution_of_channels_that_come_last_is_judged() -> None:
    found = examined("Conv2D", Last)
    assert found.verdict == "pass"
    assert (found.of("L3"), found.of("L4")) == ("pass", "pass")
    assert examined("Conv2D", LastOfFirst).of("L4") == "fail"


class Normal:
    """Batch normalization that leaves ε out of its slope."""

    little = 1e-7

    def __init__(self, gamma: Array, beta: Array) -> None:
        self.gamma, self.beta = gamma, beta

    def forward(self, x: Array) -> Array:
        self.xc, self.v = x - x.mean(axis=0), x.var(axis=0)
        self.std = np.sqrt(self.v + self.little)
        return self.gamma * self.xc / self.std + self.beta

    def backward(self, dout: Array) -> Array:
        self.dgamma = (dout * self.xc / self.std).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        g = dout * self.gamma / self.std
        return g - g.mean(axis=0) - self.xc * (g * self.xc).mean(axis=0) / self.v


class FarFromNormal(Normal):
    little = 1e-3


def test_an_epsilon_that_is_left_out_of_a_slope_is_blamed_where_it_shows() -> None:
    assert examined("BatchNorm", Normal).of("L3") == "pass"
    assert examined("BatchNorm", FarFromNormal).of("L3") == "fail"
