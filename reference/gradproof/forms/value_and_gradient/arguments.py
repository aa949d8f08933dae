"""What a function that returns a value and its gradient may be given, by its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import UnbuildableError
from gradproof.evidence.network_plan import NetworkSetting
from gradproof.ports.trials import Description, Parameter

SAMPLES, FEATURES, CLASSES = 5, 4, 3
"""All different, so that an axis that is taken for another shows."""
STRENGTH = 0.3
"""Of a regularisation: as large as what else there is in a loss."""

KINDS: Mapping[str, re.Pattern[str]] = {
    "bias": re.compile(r"(\w*_)?b(ias)?\d*", re.IGNORECASE),
    "strength": re.compile(
        r"(\w*_)?(reg|regularization|lambda\w*|lambd|lam\w*|alpha|l2\w*|decay|C|mu)_?"
    ),
    "labels": re.compile(r"(y|t|label|target|truth)s?(_\w+)?|y\w*|gold", re.IGNORECASE),
    "data": re.compile(
        r"(x|data|features?|inputs?|A)(_\w+)?\d*|x\w+|phi", re.IGNORECASE
    ),
    "weights": re.compile(
        r"w(eights?)?\d*|theta\d*|params?|parameters|coef\w*|beta\d*|initial_\w+|p",
        re.IGNORECASE,
    ),
}
"""What an argument is, by its name: the first that fits."""


def kind_of(name: str) -> str:
    """Return what an argument of that name is; "" if that is not known."""
    for kind in ("weights", "bias", "strength", "labels", "data"):
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
        else:
            shape = getattr(layout, kind)
            made[name] = rng.normal(size=shape) if shape else float(rng.normal())
    return made


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
