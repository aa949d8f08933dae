"""Cells of recurrent layers, and these over time."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import Reference, Settings, one_setting
from gradproof.layers import Layer
from gradproof.layers.layer import Backward

CELLS = {
    1: "tanh(x·Wx + h·Wh + b)",
    3: "(1 − z)·h + z·tanh(x·Wx + (r·h)·Wh + b)",
    4: "o·tanh(f·c + g·i)",
}
"""What the cells compute, by the number of their blocks."""


CELL_OF: Mapping[Layer, Layer] = {kit.time_lstm: kit.lstm}


def cell_settings(layer: Layer, gates: int, states: int) -> Settings:
    """One step of a cell; or a sequence, from a state."""
    blocks, formula = 4 * gates, CELLS[gates]
    shapes: dict[str, tuple[int, ...]] = {
        "x": (2, 3),
        **{role: (2, 4) for role in ("h", "c")[:states]},
        "Wx": (3, blocks),
        "Wh": (4, blocks),
        "b": (blocks,),
    }
    over: dict[Layer, Layer] = {
        **{kit.rnn: kit.time_rnn, kit.lstm: kit.time_lstm},
        kit.gru: kit.time_gru,
    }
    step = one_setting(formula, layer, "one step", _gates(layer), None, **shapes)
    steps = _from_state(over[layer], gates, states)
    return lambda seed: [*step(seed), *steps(seed)]


def _from_state(layer: Layer, gates: int, states: int) -> Settings:
    """A cell's sequence, from a state h that is given; what else it has is 0."""
    blocks = 4 * gates

    def from_state(
        xs: Any, h: Any, wx: Any, wh: Any, b: Any, **held: Any
    ) -> tuple[Any, Backward]:
        value, backward = layer(xs, h, *[h * 0] * (states - 1), wx, wh, b, **held)

        def back(dhs: Any) -> tuple[Any, ...]:
            dxs, dh, *rest = backward(dhs)
            return dxs, dh, *rest[states - 1 :]

        return value[0], back

    shapes: dict[str, tuple[int, ...]] = {
        **{"x": (2, 3, 3), "h": (2, 4)},
        **{"Wx": (3, blocks), "Wh": (4, blocks), "b": (blocks,)},
    }
    others = [
        Reference(
            f"{r.name}, step by step", functools.partial(from_state, cell=r.layer)
        )
        for r in _gates(CELL_OF.get(layer, layer))
    ]
    formula = f"{CELLS[gates]}, step by step"
    return one_setting(formula, from_state, "a sequence", others, None, **shapes)


GATES = ("ifgo", "ifog", "igfo", "iofg", "fiog", "figo", "fogi")
"""Orders of an LSTM's gates in other code than the second volume's, which is fgio."""


def _gates(layer: Layer) -> Sequence[Reference]:
    """The same cell with its gates in other orders."""
    if layer is not kit.lstm:
        return ()
    return [
        Reference(f"{CELLS[4]}, gates {order}", functools.partial(layer, gates=order))
        for order in GATES
    ]


def over_time_settings(layer: Layer, gates: int, states: int) -> Settings:
    """A cell over time, from zero."""
    blocks, formula = 4 * gates, CELLS[gates]

    def from_zero(
        xs: Any, wx: Any, wh: Any, b: Any, **held: Any
    ) -> tuple[Any, Backward]:
        zero = np.zeros((len(xs), wh.shape[0]), xs.dtype)
        if xs.dtype == object:
            zero = xs[:, 0, :1] * 0 + zero
        value, backward = layer(xs, *[zero] * states, wx, wh, b, **held)

        def back(dys: Any) -> tuple[Any, ...]:
            dxs, *rest = backward(dys)
            return dxs, *rest[states:]

        return value[0], back

    shapes: dict[str, tuple[int, ...]] = {
        "x": (2, 3, 3),
        "Wx": (3, blocks),
        "Wh": (4, blocks),
        "b": (blocks,),
    }
    others = [
        Reference(
            f"{r.name}, step by step",
            functools.partial(from_zero, cell=r.layer),
        )
        for r in _gates(CELL_OF.get(layer, layer))
    ]
    by_step, options = f"{formula}, step by step", {"stateful": False}
    return one_setting(by_step, from_zero, "from zero", others, options, **shapes)
