"""Layers of rows, and cells of one step, taken over the axes of larger arrays."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradproof.layers.layer import Array, Backward, Layer


def over_rows(layer: Layer) -> Layer:
    """A layer of rows (M, D), for x (…, D): every vector along the last axis is a row.

    The rows are one batch: parameters serve all of them, and get one gradient.
    """

    @functools.wraps(layer)
    def of_rows(x: Array, *parameters: Array, **held: Any) -> tuple[Array, Backward]:
        y, rows_backward = layer(_rows(x), *parameters, **held)

        def backward(dy: Array) -> tuple[Array, ...]:
            dx, *dparameters = rows_backward(_rows(dy))
            return dx.reshape(x.shape), *dparameters

        return y.reshape(*x.shape[:-1], y.shape[-1]), backward

    return of_rows


def over_channels(layer: Layer) -> Layer:
    """A layer of rows (M, C), for images (N, C, H, W): every pixel is a row."""
    of_rows = over_rows(layer)

    @functools.wraps(layer)
    def of_images(x: Array, *parameters: Array, **held: Any) -> tuple[Array, Backward]:
        y, rows_backward = of_rows(np.moveaxis(x, 1, -1), *parameters, **held)

        def backward(dy: Array) -> tuple[Array, ...]:
            dx, *dparameters = rows_backward(np.moveaxis(dy, 1, -1))
            return np.moveaxis(dx, -1, 1), *dparameters

        return np.moveaxis(y, -1, 1), backward

    return of_images


def over_time(cell: Layer, states: int) -> Layer:
    """A recurrent cell, run along the T steps of a sequence with the same parameters.

    ``cell(x, *state, *parameters)`` returns the next state, of ``states`` arrays: one
    array, or a tuple of them. The first is also what it puts out.

    The layer takes xs (N, T, D) for x. Its value is the outputs (N, T, H) and the last
    state, with which the next stretch of the sequence may start. Its ``backward`` takes
    a cotangent of the outputs and, unless these are zero, those of the last state. To
    hand on the state and no cotangent is truncated backpropagation through time.
    """

    @functools.wraps(cell)
    def of_steps(
        xs: Array, *arguments: Array, **held: Any
    ) -> tuple[tuple[Array, ...], Backward]:
        state, parameters = arguments[:states], arguments[states:]
        outputs, backwards = [], []
        for x in np.moveaxis(xs, 1, 0):
            value, cell_backward = cell(x, *state, *parameters, **held)
            state = value if isinstance(value, tuple) else (value,)
            outputs.append(state[0])
            backwards.append(cell_backward)

        def backward(dys: Array, *dlast: Array) -> tuple[Array, ...]:
            dstate: Sequence[Any] = dlast or (0,) * states
            dxs, dparameters = [], []
            steps = zip(np.moveaxis(dys, 1, 0)[::-1], backwards[::-1], strict=True)
            for dy, cell_backward in steps:
                # The first of a state is put out and handed on: both come back.
                dx, *rest = cell_backward(dstate[0] + dy, *dstate[1:])
                dstate = rest[:states]
                dxs.append(dx)
                dparameters.append(rest[states:])
            shared = map(sum, zip(*dparameters, strict=True))
            return np.stack(dxs[::-1], axis=1), *dstate, *shared

        return (np.stack(outputs, axis=1), *state), backward

    return of_steps


def _rows(x: Array) -> Array:
    return x.reshape(-1, x.shape[-1])
