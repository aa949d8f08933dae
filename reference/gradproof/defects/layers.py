"""Named ways in which layers are wrong: each a small change of what a right one does.

The model of a defect predicts the value and the gradients of a layer that has it, from
those of the right layer. It is a mutant that the contract must catch, and a hypothesis
on a layer that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from gradproof import layers as kit
from gradproof.evidence.layer_settings import Reference, Setting
from gradproof.layers import Layer
from gradproof.layers.layer import Backward

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Doing:
    """What a layer does: its value, and its gradients by role; None is not there.

    ``dy`` is the cotangent that it was given, ``back`` gives the gradients for another.
    ``given`` are those that another layer was given, whose value may have another
    shape: then ``dy`` is ones.
    """

    setting: Setting
    layer: Layer
    dy: Array
    value: Array
    gradients: Mapping[str, Array | None]
    back: Callable[[Array], Mapping[str, Array]]
    given: tuple[Any, ...]

    def array(self, role: str) -> Array:
        """An array that it was given."""
        return np.asarray(self.setting.arrays[role])

    def gradient(self, role: str) -> Array:
        """A gradient that it has."""
        return np.asarray(self.gradients[role])

    @property
    def rows(self) -> int:
        """The size of the batch."""
        return len(next(iter(self.setting.arrays.values())))

    def but(self, **gradients: Any) -> Doing:
        """The same with other gradients."""
        return replace(self, gradients={**self.gradients, **gradients})

    def every(self, change: Callable[[Array], Any]) -> Doing:
        """The same with all gradients changed."""
        return self.but(**{r: change(self.gradient(r)) for r in self.gradients})

    def dx(self, dx: Any) -> Doing:
        """The same with another gradient of its first input."""
        return self.but(**{next(iter(self.gradients)): dx})

    def crossed(self, layer: Layer) -> Doing:
        """Its value, with the gradients of another layer."""
        return replace(doing(layer, self.setting, self.given), value=self.value)


def doing(layer: Layer, setting: Setting, given: tuple[Any, ...]) -> Doing:
    """What a layer does in a setting, for the cotangents that are given."""
    arrays = setting.arrays
    value, backward = layer(*arrays.values())

    def back(*dys: Any) -> Mapping[str, Array]:
        return dict(zip(arrays, backward(*dys), strict=True))

    first = value[0] if isinstance(value, tuple) else value
    dys = [np.asarray(dy, float) for dy in given]
    if np.shape(dys[0]) != np.shape(first):
        dys[0] = np.ones(np.shape(first))
    rest = dys[1:]
    return Doing(
        setting,
        layer,
        dys[0],
        np.asarray(first),
        back(*dys),
        lambda dy: back(dy, *rest),
        given,
    )


Model = Callable[[Doing], "Doing | None"]
"""What a layer with the defect does, beside what a right one does; None: the same."""


def predicted(model: Model, right: Doing) -> Doing | None:
    """What a model says, if it says anything of such a layer."""
    try:
        return model(right)
    except (ValueError, IndexError, KeyError, TypeError):
        return None


@dataclass(frozen=True)
class LayerDefect:
    """A named way in which layers of these kinds are wrong.

    ``helpers`` are the functions in which it may stand, by the names they go by;
    ``others`` are models of it beside the first.
    """

    id: str
    kinds: tuple[str, ...]
    model: Model
    helpers: tuple[str, ...] = ()
    others: tuple[Model, ...] = ()

    def of(self, right: Doing) -> list[Doing]:
        """What its layers do beside a right one, if it is not the same.

        A model of rows says nothing of a single row.
        """
        return [d for m in self.models if (d := predicted(m, right)) is not None]

    @property
    def models(self) -> tuple[Model, ...]:
        """All of them: the same is done in more ways than one."""
        return self.model, *self.others

    def concerns(self, kind: str) -> bool:
        """Whether layers of the kind can have it; without kinds, all can."""
        return kind in self.kinds or not self.kinds


AFFINE = ("affine", "time-affine")
WEIGHED = (*AFFINE, "matmul", "convolution")
BIASED = (*AFFINE, "convolution", "rnn", "lstm", "gru")
RECURRENT = ("time-rnn", "time-lstm", "time-gru")
SEQUENCES = ("time-affine", *RECURRENT)
CROSS = "cross-entropy"
LOSSES = ("softmax-with-loss", "time-softmax-with-loss", "sigmoid-with-loss")
OF_CHANCES = ("categorical-cross-entropy", "binary-cross-entropy")
MEANS = (*LOSSES, *OF_CHANCES, "mean-squared-error")
SOFTMAXES = ("softmax-with-loss",)
NORMAL = ("batch-normalization",)
POOLS = ("max-pooling", "average-pooling")
WINDOWED = ("convolution", *POOLS, "col2im")


def _last(old: Array, new: Array) -> Array:
    return new


def _first(old: Array, new: Array) -> Array:
    """What was there: windows are laid down one by one, and the last of them stays.

    Of all that a pixel gets it has then the first, in the order of the places in a
    window.
    """
    return np.where(old == 0, new, old)


def _by_rows(array: Array) -> Array:
    """Its columns, or its channels, one row a sample, a step or a pixel."""
    last = np.moveaxis(array, 1, -1) if array.ndim == 4 else array
    return last.reshape(-1, last.shape[-1])


def _bias(change: Callable[[Array], Any]) -> Model:
    """A bias gradient made otherwise of the rows that are to be summed."""

    def model(d: Doing) -> Doing | None:
        if "b" not in d.gradients:
            return None
        rows = _by_rows(d.dy)
        same = rows.shape[1] == d.array("b").size
        return d.but(b=change(rows)) if same else None

    return model


def _bias_lost(d: Doing) -> Doing | None:
    """Forward without b; its gradient may be there."""
    if "b" not in d.setting.arrays:
        return None
    arrays = {**d.setting.arrays, "b": np.zeros_like(d.array("b"))}
    found = doing(d.layer, replace(d.setting, arrays=arrays), d.given)
    return replace(found, setting=d.setting)


def _bias_forgotten(d: Doing) -> Doing | None:
    found = _bias_lost(d)
    return found and found.but(b=None)


def _left_zero(role: str) -> Model:
    """A gradient that nobody has worked out."""

    def model(d: Doing) -> Doing | None:
        found = d.gradients.get(role)
        return None if found is None else d.but(**{role: np.zeros_like(found)})

    return model


def _upstream_dropped(d: Doing) -> Doing | None:
    if d.dy.ndim == 0:
        return None
    return replace(d, gradients=d.back(np.ones_like(d.dy)))


def _upstream_returned(d: Doing) -> Doing | None:
    first = next(iter(d.gradients))
    return d.dx(d.dy) if d.dy.shape == d.array(first).shape else None


def _operands_swapped(d: Doing) -> Doing:
    """The weights not turned: where they are not square, that cannot be."""
    return d.dx((d.dy @ d.array("W")).reshape(d.array("x").shape))


def _divided(d: Doing) -> Doing | None:
    return None if d.dy.ndim == 0 else d.every(lambda g: g / d.rows)


def _with(name: str, wrong: Any) -> Model:
    """The kit's layer with one of its parts made otherwise."""
    return lambda d: doing(partial(d.layer, **{name: wrong}), d.setting, d.given)


def _averaged(d: Doing) -> Doing | None:
    """Each pixel divided by how many windows it is in."""
    size = d.array("W").shape[2:] if "W" in d.setting.arrays else None
    options = d.setting.options
    size = size or (options["pool_h"], options["pool_w"])
    how = {"size": size, "stride": options["stride"], "pad": options["pad"]}
    x = d.array("x")
    windows, back = kit.windows(np.ones_like(x), **how)
    (count,) = back(np.ones_like(windows))
    return d.dx(d.gradient("x") / np.maximum(count, 1))


def _turned(d: Doing) -> Doing | None:
    x, w, b = d.setting.arrays.values()
    other = replace(d.setting, arrays={"x": x, "W": w[:, :, ::-1, ::-1], "b": b})
    found = doing(d.layer, other, (d.dy,))
    return d.dx(found.gradient("x"))


def _of_y(change: Callable[[Array, Array], Any]) -> Model:
    """A gradient made of the cotangent and the value."""
    return lambda d: d.dx(change(d.dy, d.value))


def _of_x(change: Callable[[Array, Array], Any]) -> Model:
    """A gradient made of the cotangent and the input."""
    return lambda d: d.dx(change(d.dy, d.array("x")))


def _as_layer(layer: Layer) -> Model:
    """Another layer, forward and back."""
    return lambda d: doing(layer, d.setting, d.given)


def _softmax_axis(axis: int | None) -> Model:
    """Softmax over another axis, in forward and, through y, in backward."""

    def model(d: Doing) -> Doing | None:
        x = d.array("x")
        y, _ = kit.softmax(x, axis=axis)
        if "t" not in d.setting.fed:
            back = y * (d.dy - (d.dy * y).sum(axis=1, keepdims=True))
            return replace(d.dx(back), value=y)
        target = kit.losses.one_hot(d.setting.fed["t"], x)
        loss = -(target * np.log(y)).sum() / len(x)
        return replace(d.dx((y - target) / len(x)), value=np.asarray(loss))

    return model


def _target_missing(d: Doing) -> Doing | None:
    x = d.array("x")
    return d.dx(kit.softmax(x)[0] / len(x))


def _labels_as_rows(d: Doing) -> Doing | None:
    x, t = d.array("x"), np.asarray(d.setting.fed["t"])
    if t.ndim == x.ndim:
        return None
    y, _ = kit.softmax(x)
    return d.dx((y - t[:, np.newaxis]) / len(x))


def _labels_as_numbers(d: Doing) -> Doing | None:
    """The loss, with labels as factors of whole rows."""
    (x,), t = d.setting.arrays.values(), np.asarray(d.setting.fed["t"])
    if t.ndim == x.ndim:
        return None
    y = x if "y" in d.setting.arrays else kit.softmax(x)[0]
    log_y = np.log(y)
    return replace(d, value=np.asarray(-(t[:, np.newaxis] * log_y).sum() / len(x)))


def _mean_lost(x: Array) -> tuple[Array, Backward]:
    """What is left of x without its mean, that goes back as if it were x itself."""
    return kit.centred(x)[0], lambda dy: (dy,)


def _size_lost(x: Array, **epsilon: float) -> tuple[Array, Backward]:
    """x over its size, that goes back as if the size were a given number."""
    y, _ = kit.scaled(x, **epsilon)
    part = (x * y).sum(axis=0) / (x * x).sum(axis=0)
    return y, lambda dy: (dy * part,)


def _gamma_lost(d: Doing) -> Doing:
    arrays = {**d.setting.arrays, "gamma": np.ones_like(d.array("gamma"))}
    found = doing(d.layer, replace(d.setting, arrays=arrays), d.given)
    return d.dx(found.gradient("x"))


def _not_normalized(d: Doing) -> Doing:
    return d.but(gamma=_by_rows(d.dy * d.array("x")).sum(axis=0))


def _swapped_parameters(d: Doing) -> Doing:
    return d.but(gamma=d.gradient("beta"), beta=d.gradient("gamma"))


def _scale_lost(d: Doing) -> Doing:
    return d.dx(d.dy * (d.value != 0))


def _mask_lost(d: Doing) -> Doing | None:
    held = d.layer.keywords if isinstance(d.layer, partial) else {}
    return d.dx(d.dy * held.get("scale", 1.0))


def _put(places: Callable[[Array], Any]) -> Model:
    """The cotangent of each window put at these of its places."""

    def model(d: Doing) -> Doing:
        o = d.setting.options
        size = (o["pool_h"], o["pool_w"])
        windows, back = kit.windows(d.array("x"), size=size, stride=o["stride"])
        return d.dx(*back(places(windows) * d.dy[..., np.newaxis, np.newaxis]))

    return model


def _first_place(windows: Array) -> Array:
    there = np.zeros(windows.shape)
    there[..., 0, 0] = 1
    return there


def _largest_along(axis: int) -> Callable[[Array], Array]:
    """The largest of each row, or column, of a window, not of all of it."""
    return lambda windows: windows == windows.max(axis=axis, keepdims=True)


def _assigned_ids(d: Doing) -> Doing:
    dw = np.zeros_like(d.array("W"))
    dw[d.setting.fed["ids"]] = d.dy
    return d.but(W=dw)


def _step_alone(step: int) -> Model:
    """The parameters' gradients of one step alone."""

    def model(d: Doing) -> Doing | None:
        if d.dy.ndim != 3:
            return None
        alone = np.zeros_like(d.dy)
        alone[:, step] = d.dy[:, step]
        found = d.back(alone)
        return d.but(**{r: found[r] for r in d.gradients if r != "x"})

    return model


_CELLS: dict[str, tuple[Layer, Layer, int]] = {
    "time-rnn": (kit.time_rnn, kit.rnn, 1),
    "time-lstm": (kit.time_lstm, kit.lstm, 2),
    "time-gru": (kit.time_gru, kit.gru, 1),
}
_KIND_OF_GATES = {1: "time-rnn", 4: "time-lstm", 3: "time-gru"}


def _sequence(cell_of: Callable[[Layer, int], Layer]) -> Model:
    """A sequence of which the cell is another."""

    def model(d: Doing) -> Doing:
        wx, wh = d.array("Wx"), d.array("Wh")
        over, cell, states = _CELLS[_KIND_OF_GATES[wx.shape[1] // len(wh)]]
        xs = d.array("x")
        zeros = [np.zeros((len(xs), len(wh)))] * states
        changed = cell_of(cell, states)
        _, backward = over(xs, *zeros, wx, wh, d.array("b"), cell=changed)
        dxs, *_, dwx, dwh, db = backward(d.dy)
        return d.but(x=dxs, Wx=dwx, Wh=dwh, b=db)

    return model


def _not_carried(cell: Layer, states: int) -> Layer:
    """A cell that hands no cotangent back to its state."""
    return _losing(cell, range(1, 1 + states))


def _c_not_carried(cell: Layer, states: int) -> Layer:
    return _losing(cell, range(2, 1 + states))


def _losing(cell: Layer, lost: range) -> Layer:
    def loses(*arguments: Any, **held: Any) -> Any:
        value, backward = cell(*arguments, **held)
        return value, lambda *dys: tuple(
            g * 0 if k in lost else g for k, g in enumerate(backward(*dys))
        )

    return loses


def _gates_swapped(order: Sequence[int]) -> Model:
    """A cell that hands back its gates' gradients in another order."""

    def model(d: Doing) -> Doing | None:
        wx, wh = d.array("Wx"), d.array("Wh")
        if wx.shape[1] != len(order) * len(wh):
            return None
        cell = partial(_cell(d.layer), recurrence=_reordered(order))
        if "h" in d.setting.arrays:
            return doing(cell, d.setting, d.given)
        return doing(partial(d.layer, cell=cell), d.setting, d.given)

    return model


def _cell(layer: Layer) -> Layer:
    """The cell of an LSTM, or of one over time, whichever gates it has."""
    held = layer.keywords if isinstance(layer, partial) else {}
    gates = {"gates": held["gates"]} if "gates" in held else {}
    found: Layer = held.get("cell") or partial(kit.lstm, **gates)
    return found


def _reordered(order: Sequence[int]) -> Layer:
    """A recurrence that takes the blocks of its cotangent in another order."""

    def recurrence(*arguments: Any) -> Any:
        value, backward = kit.recurrence(*arguments)

        def back(da: Array) -> Any:
            blocks = np.split(da, len(order), axis=1)
            return backward(np.concatenate([blocks[n] for n in order], axis=1))

        return value, back

    return recurrence


GATES = [order for order in permutations(range(4)) if order != (0, 1, 2, 3)]


def _returned_early(d: Doing) -> Doing | None:
    """A backward that returns from its loop after the last step, which comes first."""
    if d.dy.ndim != 3:
        return None
    alone = np.zeros_like(d.dy)
    alone[:, -1] = d.dy[:, -1]
    found = dict(d.back(alone))
    found["x"] = np.where(
        np.arange(d.dy.shape[1])[:, np.newaxis] == d.dy.shape[1] - 1, found["x"], 0
    )
    return d.but(**found)


def _one_step_returned(d: Doing) -> Doing | None:
    """A forward that returns from its loop after the first step."""
    if d.value.ndim != 3:
        return None
    value = np.zeros_like(d.value)
    value[:, 0] = d.value[:, 0]
    return replace(d, value=value)


def _slope_lost(d: Doing) -> Doing:
    return d.crossed(kit.recurrence)


def _all_means(factor: Callable[[Doing], float]) -> Model:
    return lambda d: d.every(lambda g: g * factor(d))


def _count(d: Doing) -> int:
    """How many samples, or steps, a loss is the mean of."""
    x = next(iter(d.setting.arrays.values()))
    return int(np.prod(x.shape[:-1])) if x.ndim == 3 else len(x)


def _not_averaged(d: Doing) -> Doing:
    return replace(d, value=np.asarray(d.value * _count(d)))


def _value_averaged_twice(d: Doing) -> Doing:
    return replace(d, value=np.asarray(d.value / _count(d)))


def _sides_swapped(d: Doing) -> Doing:
    """Windows as wide as they should be high."""
    option = d.setting.options or d.setting.fed
    size = (
        option["size"]
        if "pool_h" not in option
        else (option["pool_h"], option["pool_w"])
    )
    return doing(partial(d.layer, size=size[::-1]), d.setting, d.given)


def _filter_swapped(d: Doing) -> Doing:
    """A filter's numbers, read as those of one as wide as it is high."""
    x, w, b = d.setting.arrays.values()
    other = {"x": x, "W": w.reshape(*w.shape[:2], *w.shape[:1:-1]), "b": b}
    found = doing(d.layer, replace(d.setting, arrays=other), d.given)
    return replace(found.but(W=found.gradient("W").reshape(w.shape)), setting=d.setting)


def _output_swapped(d: Doing) -> Doing:
    """An output that is read as one as wide as it is high."""
    n, k, high, wide = d.value.shape
    flat = d.value.transpose(0, 2, 3, 1)
    value = flat.reshape(n, wide, high, k).transpose(0, 3, 1, 2)
    found = replace(d, value=value)
    if np.shape(d.given[0]) != value.shape:
        return found
    rows = np.asarray(d.given[0]).transpose(0, 2, 3, 1).reshape(n, high, wide, k)
    return replace(found, gradients=d.back(rows.transpose(0, 3, 1, 2)))


def _rows_swapped(d: Doing) -> Doing:
    """The windows' rows by their columns first."""
    x, o = d.array("x"), d.setting.fed
    size = (o["pool_h"], o["pool_w"]) if "pool_h" in o else o["size"]
    windows, _ = kit.windows(x, size=size, stride=o["stride"], pad=o["pad"])
    rows = windows.transpose(0, 3, 2, 1, 4, 5)
    return replace(d, value=rows.reshape(d.value.shape))


SOFTMAX_HELPERS = ("softmax",)
LOSS_HELPERS = ("cross_entropy_error", "cross_entropy", "loss")
WINDOW_HELPERS = ("col2im", "col2im_array")
IM2COL_HELPERS = ("im2col", "im2col_array", "im2col_indices")

DEFECTS: Mapping[str, LayerDefect] = {
    defect.id: defect
    for defect in (
        LayerDefect(
            "softmax-over-all",
            ("softmax", *SOFTMAXES),
            _softmax_axis(None),
            SOFTMAX_HELPERS,
        ),
        LayerDefect(
            "softmax-over-batch",
            ("softmax", *SOFTMAXES),
            _softmax_axis(0),
            SOFTMAX_HELPERS,
        ),
        LayerDefect("loss-not-averaged", (*MEANS, CROSS), _not_averaged, LOSS_HELPERS),
        LayerDefect("batch-not-divided", MEANS, _all_means(_count)),
        LayerDefect("batch-divided-twice", MEANS, _all_means(lambda d: 1 / _count(d))),
        LayerDefect(
            "loss-averaged-twice", (*MEANS, CROSS), _value_averaged_twice, LOSS_HELPERS
        ),
        LayerDefect("target-missing", SOFTMAXES, _target_missing),
        LayerDefect(
            "labels-as-one-hot",
            (*SOFTMAXES, CROSS, "categorical-cross-entropy"),
            _labels_as_rows,
            others=(_labels_as_numbers,),
        ),
        LayerDefect(
            "factor-missing",
            ("mean-squared-error",),
            lambda d: d.every(lambda g: g / 2),
        ),
        LayerDefect(
            "factor-doubled",
            ("mean-squared-error",),
            lambda d: d.every(lambda g: g * 2),
        ),
        LayerDefect("divided-by-batch", (), _divided),
        LayerDefect(
            "weight-divided-by-batch",
            WEIGHED,
            lambda d: d.but(W=d.gradient("W") / d.rows),
        ),
        LayerDefect("bias-missing", BIASED, _bias_lost, others=(_bias_forgotten,)),
        LayerDefect("bias-not-summed", BIASED, _bias(lambda rows: rows)),
        LayerDefect("bias-first-row", BIASED, _bias(lambda rows: rows[0])),
        LayerDefect("bias-averaged", BIASED, _bias(lambda rows: rows.mean(axis=0))),
        LayerDefect("bias-wrong-axis", BIASED, _bias(lambda rows: rows.sum(axis=1))),
        LayerDefect("bias-one-number", BIASED, _bias(lambda rows: rows.sum())),
        LayerDefect("operands-swapped", ("affine", "matmul"), _operands_swapped),
        LayerDefect(
            "weight-gradient-transposed",
            ("affine", "matmul"),
            lambda d: d.but(W=d.gradient("W").T),
        ),
        LayerDefect(
            "overlaps-assigned",
            WINDOWED,
            _with("windows", partial(kit.windows, add=_last)),
            WINDOW_HELPERS,
            others=(_with("windows", partial(kit.windows, add=_first)),),
        ),
        LayerDefect("overlaps-averaged", WINDOWED, _averaged, WINDOW_HELPERS),
        LayerDefect(
            "stride-ignored",
            ("convolution", *POOLS, "im2col"),
            _with("stride", 1),
            IM2COL_HELPERS,
        ),
        LayerDefect(
            "pad-ignored",
            ("convolution", "im2col"),
            _with("pad", 0),
            IM2COL_HELPERS,
        ),
        LayerDefect(
            "height-width-swapped",
            ("convolution", *POOLS, "im2col"),
            _sides_swapped,
            IM2COL_HELPERS,
            others=(_filter_swapped, _output_swapped, _rows_swapped),
        ),
        LayerDefect("filter-turned", ("convolution",), _turned),
        LayerDefect(
            "window-not-divided",
            ("average-pooling",),
            lambda d: d.dx(
                d.gradient("x")
                * d.setting.options["pool_h"]
                * d.setting.options["pool_w"]
            ),
        ),
        LayerDefect("largest-not-kept", ("max-pooling",), _put(_first_place)),
        LayerDefect(
            "largest-by-one-axis",
            ("max-pooling",),
            _put(_largest_along(-1)),
            others=(_put(_largest_along(-2)),),
        ),
        LayerDefect("mask-reversed", ("relu",), lambda d: d.dx(d.dy - d.gradient("x"))),
        LayerDefect("mask-compared", ("relu",), _upstream_returned),
        LayerDefect("one-minus-y-missing", ("sigmoid",), _of_y(lambda dy, y: dy * y)),
        LayerDefect("y-missing", ("sigmoid",), _of_y(lambda dy, y: dy * (1 - y))),
        LayerDefect(
            "tanh-for-sigmoid",
            ("sigmoid",),
            _of_y(lambda dy, y: dy * (1 - y * y)),
            others=(_as_layer(kit.tanh),),
        ),
        LayerDefect(
            "sigmoid-for-tanh",
            ("tanh",),
            _of_y(lambda dy, y: dy * y * (1 - y)),
            others=(_as_layer(kit.sigmoid),),
        ),
        LayerDefect("square-missing", ("tanh",), _of_y(lambda dy, y: dy * (1 - y))),
        LayerDefect(
            "sigmoid-of-input",
            ("sigmoid",),
            _of_x(lambda dy, x: dy * x * (1 - x)),
        ),
        LayerDefect("tanh-of-input", ("tanh",), _of_x(lambda dy, x: dy * (1 - x * x))),
        LayerDefect(
            "derivative-of-output",
            ("sigmoid", "tanh"),
            lambda d: d.dx(*d.layer(d.value)[1](d.dy)),
        ),
        LayerDefect(
            "softmax-diagonal", ("softmax",), _of_y(lambda dy, y: dy * y * (1 - y))
        ),
        LayerDefect("mean-path-missing", NORMAL, _with("centred", _mean_lost)),
        LayerDefect("variance-path-missing", NORMAL, _with("scaled", _size_lost)),
        LayerDefect("gamma-missing", NORMAL, _gamma_lost),
        LayerDefect("gamma-not-normalized", NORMAL, _not_normalized),
        LayerDefect("gamma-beta-swapped", NORMAL, _swapped_parameters),
        LayerDefect("dropout-scale-missing", ("dropout",), _scale_lost),
        LayerDefect(
            "dropout-mask-missing",
            ("dropout",),
            _mask_lost,
            others=(_upstream_returned,),
        ),
        LayerDefect(
            "repeated-ids-assigned", ("embedding", "time-embedding"), _assigned_ids
        ),
        LayerDefect(
            "return-in-loop", SEQUENCES, _returned_early, others=(_one_step_returned,)
        ),
        LayerDefect(
            "gates-swapped",
            ("lstm", "time-lstm"),
            _gates_swapped(GATES[0]),
            others=tuple(map(_gates_swapped, GATES[1:])),
        ),
        LayerDefect("first-step-alone", SEQUENCES, _step_alone(0)),
        LayerDefect("last-step-alone", SEQUENCES, _step_alone(-1)),
        LayerDefect("state-not-carried", RECURRENT, _sequence(_not_carried)),
        LayerDefect("cell-not-carried", ("time-lstm",), _sequence(_c_not_carried)),
        LayerDefect("slope-missing", ("rnn",), _slope_lost),
        LayerDefect("upstream-dropped", (), _upstream_dropped),
        LayerDefect("upstream-returned", (), _upstream_returned),
        LayerDefect(
            "gradient-left-zero",
            (),
            _left_zero("W"),
            others=tuple(map(_left_zero, ("b", "gamma", "beta", "Wx", "Wh"))),
        ),
        LayerDefect("gradient-negated", (), lambda d: d.every(np.negative)),
    )
}
"""Every defect that has a model, by its id: what is more special comes first."""

BY_CLAUSE: Mapping[str, str] = {
    "layer.missing": "gradient-not-kept",
    "layer.replaced": "gradient-array-replaced",
    "layer.written": "gradient-into-parameters",
    "layer.again": "state-kept",
    "layer.near": "state-kept",
    "layer.drops-at-test": "drops-at-test",
    "layer.scale-at-test": "scale-at-test",
    "layer.mask-kept": "mask-kept",
    "layer.one-mask-for-rows": "one-mask-for-rows",
    "layer.test-as-training": "test-as-training",
    "layer.statistics-not-kept": "statistics-not-kept",
    "layer.statistics-swapped": "statistics-swapped",
    "layer.newest-alone": "momentum-at-the-newest",
    "layer.root-missing": "variance-without-root",
    "layer.deviation-for-variance": "deviation-for-variance",
    "layer.ratio-kept": "ratio-swapped",
    "layer.ratio-swapped": "ratio-swapped",
    "layer.ratio-ignored": "ratio-ignored",
    "layer.overflow": "overflow",
    "layer.infinite": "log-of-zero",
    "layer.state-lost": "state-never-filled",
    "layer.state-not-reset": "state-not-reset",
    "layer.not-summed": "spread-not-summed",
    "layer.upstream-written": "upstream-written",
    "layer.argument-written": "input-written",
    "layer.default-alone": "default-written-out",
}
"""The defects that a clause names by itself, by the message of its failure."""


ACCUMULATED = "gradient-accumulated"
"""A second backward, and a second call, that are wrong where the first was right."""

MEASURED = ("gradient-scaled", "gradient-turned", "upstream-term-missing")
"""What differences of forward tell of a gradient, and no model does."""

IDS = tuple(dict.fromkeys([*DEFECTS, *BY_CLAUSE.values(), ACCUMULATED, *MEASURED]))
"""Every defect that a layer can have."""


def right(reference: Reference, setting: Setting, given: tuple[Any, ...]) -> Doing:
    """What the right layer does."""
    return doing(reference.layer, setting, given)
