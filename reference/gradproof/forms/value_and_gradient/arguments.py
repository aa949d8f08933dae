"""What a function that returns a value and its gradient may be given, by its names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.network_plan import NetworkSetting
from gradproof.ports.trials import Description, Parameter
from gradproof.ports.worker.forms.derivative_names import AS

SAMPLES, FEATURES, CLASSES = 5, 4, 3
"""All different, so that an axis that is taken for another shows."""
STRENGTH = 0.3
"""Of a regularisation: as large as what else there is in a loss."""

KINDS: Mapping[str, re.Pattern[str]] = {
    "bias": re.compile(r"(\w*_)?b(ias)?\d*", re.IGNORECASE),
    "strength": re.compile(
        r"(\w*_)?(reg|regularization|lambda\w*|lambd|lam\w*|alpha|l2\w*|decay|C|mu)_?"
    ),
    "prediction": re.compile(
        r"(y_?|\w+_)?(pred\w*|hat|prob\w*)|output(_activation)?s?|a_?l?",
        re.IGNORECASE,
    ),
    "labels": re.compile(
        r"(y|t|label|target|truth|actual)s?(_\w+)?|y\w*|gold", re.IGNORECASE
    ),
    "data": re.compile(
        r"(x|data|features?|inputs?|A|logits?|scores?)(_\w+)?\d*|x\w+|phi",
        re.IGNORECASE,
    ),
    "weights": re.compile(
        r"w(eights?)?\d*|theta\d*|params?|parameters|coef\w*|beta\d*|initial_\w+|p",
        re.IGNORECASE,
    ),
}
"""What an argument is, by its name: the first that fits."""


def kind_of(name: str) -> str:
    """Return what an argument of that name is; "" if that is not known."""
    for kind in ("weights", "bias", "strength", "prediction", "labels", "data"):
        if KINDS[kind].fullmatch(name):
            return kind
    return ""


@dataclass(frozen=True)
class Layout:
    """Shapes that go together: of data in rows or in columns, and of one output."""

    id: str
    weights: tuple[int, ...]
    bias: tuple[int, ...]
    data: tuple[int, ...]
    labels: str


N, D, C = SAMPLES, FEATURES, CLASSES
LAYOUTS = (
    Layout("classes", (D, C), (C,), (N, D), "classes"),
    Layout("one-hot", (D, C), (C,), (N, D), "one-hot"),
    Layout("classes-by-rows", (C, D), (C,), (N, D), "classes"),
    Layout("vector", (D,), (), (N, D), "binary"),
    Layout("signs", (D,), (), (N, D), "signs"),
    Layout("column", (D, 1), (), (N, D), "binary-column"),
    Layout("samples-in-columns", (D, 1), (), (D, N), "binary-row"),
    Layout("classes-in-columns", (C, D), (C, 1), (D, N), "one-hot-columns"),
    Layout("matrix", (D, C), (1, C), (N, D), "numbers"),
    Layout("line", (), (), (N,), "binary"),
)
SCORES = (
    Layout("scores", (), (), (N, C), "classes"),
    Layout("scores-one-hot", (), (), (N, C), "one-hot"),
    Layout("numbers", (), (), (N, C), "numbers"),
    Layout("vectors", (), (), (N,), "binary"),
)
"""Of what has no weights: the gradient is that of the scores, or of a point."""


def settings(said: Description) -> Iterator[NetworkSetting]:
    """Yield what the function may be given, the likeliest first.

    Raises UnbuildableError for a required argument of which nothing is known.
    """
    if said.instance:  # the file gives the arguments itself
        yield NetworkSetting("given", {}, ())
        return
    wanted = {p.name: kind_of(p.name) for p in said.forward if _is_given(p)}
    for name, kind in wanted.items():
        if not kind:
            raise UnbuildableError(name)
    weighted = "weights" in wanted.values()
    for layout in LAYOUTS if weighted else SCORES:
        arguments = _arguments(layout, wanted)
        data = arguments.get(next((n for n, k in wanted.items() if k == "data"), ""))
        rows = data if data is not None and data.shape[0] == N else np.zeros((N, 1))
        yield NetworkSetting(layout.id, arguments, (rows,))


def _is_given(parameter: Parameter) -> bool:
    """Return whether it is required, or a strength that is 0 by default."""
    return parameter.required or (
        kind_of(parameter.name) == "strength" and parameter.number is not None
    )


def _arguments(layout: Layout, wanted: Mapping[str, str]) -> dict[str, Any]:
    rng = np.random.default_rng(7)
    made: dict[str, Any] = {}
    for name, kind in wanted.items():
        if kind == "strength":
            made[name] = STRENGTH
        elif kind == "labels":
            made[name] = _labels(layout.labels, rng)
        elif kind == "prediction":
            made[name] = _probabilities(layout.data, rng)
        else:
            shape = getattr(layout, kind)
            made[name] = rng.normal(size=shape) if shape else float(rng.normal())
    return made


def _probabilities(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Return numbers between 0 and 1; of a matrix each row adds up to 1."""
    if len(shape) < 2:
        return rng.uniform(0.15, 0.85, size=shape)
    positive = rng.uniform(0.5, 2, size=shape)
    return positive / positive.sum(axis=-1, keepdims=True)


def _labels(kind: str, rng: np.random.Generator) -> Any:
    classes = np.arange(N) % C
    binary = np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    return {
        "classes": classes,
        "one-hot": np.eye(C)[classes],
        "one-hot-columns": np.eye(C)[classes].T,
        "binary": binary,
        "binary-column": binary[:, None],
        "binary-row": binary[None, :],
        "signs": 2 * binary - 1,
        "numbers": rng.normal(size=(N, C)),
    }[kind]


INPUT, VALUE = "input", "value"
TRANSPOSED = "transposed"
FEEDS = (INPUT, VALUE, "softmax", "sigmoid", TRANSPOSED)
"""What a derivative may be fed: the input, or what its function gives for that.

Or both functions are fed what a softmax or sigmoid gives; a Jacobian may be transposed.
"""

MANY = 8
VECTORS: tuple[tuple[int, ...], ...] = ((MANY,), (4, 3), *((n,) for n in range(2, 7)))
COLUMNS: tuple[tuple[int, ...], ...] = ((4, 1), (3, 1), (2, 1))


def settings_of_derivative(said: Description) -> Iterator[NetworkSetting]:
    """Yield what a function and its derivative may be given, the likeliest first."""
    by = _by([p.name for p in said.forward])
    for setting, how in _of_derivative(said):
        yield replace(setting, make={**setting.make, AS: f"{how} {INPUT} 0 {by}"})


def _by(names: Sequence[str]) -> str:
    """Return the arguments that a derivative is by, separated by commas.

    That is all but labels; or any, if all are labels.
    """
    return ",".join([n for n in names if kind_of(n) != "labels"] or names)


def _of_derivative(said: Description) -> Iterator[tuple[NetworkSetting, str]]:
    """Yield each setting with how it is fed: whole, or each entry by itself."""
    if said.instance:
        yield NetworkSetting("given", {}, ()), "whole"
        return
    names = [p.name for p in said.forward if _is_given(p)]
    kinds = {name: kind_of(name) for name in names}
    if len(names) > 1 and all(kinds.values()):
        for setting in settings(said):
            yield setting, "whole"
    # Vectors as long as there are arguments may be taken for what they are not.
    shapes = [s for s in VECTORS if len(names) == 1 or s[0] > len(names)]
    for drawn in (_spread, _positive):
        for shape in (*shapes, *(COLUMNS if len(names) == 1 else ())):
            made = {name: drawn(shape, k) for k, name in enumerate(names)}
            yield NetworkSetting(f"{drawn.__name__}-{shape}", made, ()), "whole"
            if shape == (MANY,) and len(names) > 1:  # a curve at x, by its parameters
                made |= {n: float(made[n][0]) for n in names[1:]}
                yield NetworkSetting(f"{drawn.__name__}-curve", made, ()), "whole"
        made = {name: drawn((MANY,), k) for k, name in enumerate(names)}
        yield NetworkSetting(f"{drawn.__name__}-each", made, ()), "each"


def is_guessed_layout(setting: NetworkSetting) -> bool:
    """Return whether shapes were guessed by what the arguments are called."""
    return setting.id in {layout.id for layout in (*LAYOUTS, *SCORES)}


def other_feeds(setting: NetworkSetting) -> Iterator[NetworkSetting]:
    """Yield the setting with what else the derivative may be by, or be fed."""
    how, _, _, by = str(setting.make[AS]).split()
    others = [(INPUT, k) for k in range(1, len(by.split(",")))]
    for feed, number in (*others, *((feed, 0) for feed in FEEDS[1:])):
        made = {**setting.make, AS: f"{how} {feed} {number} {by}"}
        yield replace(setting, make=made)


def feed_of(setting: NetworkSetting) -> str:
    """Return what a derivative is fed."""
    return str(setting.make[AS]).split()[1] if AS in setting.make else INPUT


def _spread(shape: tuple[int, ...], number: int) -> Any:
    """Return numbers of both signs, of size 0.5 to 1.5.

    Powers of them do not differ by so much that a large one hides what is small.
    """
    rng = np.random.default_rng(7 + number)
    signs = np.where(np.arange(math.prod(shape)) % 2, -1, 1).reshape(shape)
    return signs * rng.uniform(0.5, 1.5, size=shape)


def _positive(shape: tuple[int, ...], number: int) -> Any:
    """Return numbers between 0 and 1."""
    return np.random.default_rng(7 + number).uniform(0.15, 0.85, size=shape)
