"""How a network is made and fed: by what its parameters are named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import UnbuildableError, role_of
from gradproof.ports.trials import Description, Parameter

Array = np.ndarray[Any, Any]

SIZES: Mapping[str, int] = {"input": 7, "hidden": 5, "output": 3, "vocab": 6, "word": 4}
"""All different, and different from the number of samples: what is confused shows."""

SAMPLES, STEPS = 4, 2
WORDS_AROUND = 1
"""Words on each side of one that is to be guessed."""

IMAGE = (1, 10, 10)
DEEP_IMAGE = (1, 28, 28)
CLASSES = 10

NAMES: tuple[tuple[str, str], ...] = (
    ("vocab", r"vocab\w*|v"),
    ("word", r"word\w*|embed\w*|d"),
    ("hidden-list", r"hidden\w*(list|sizes|units|layers|dims)"),
    ("list", r"(\w*_)?(size_list|sizes|layers|units|dims)"),
    ("image", r"(input|image|in)_(dim|shape)"),
    ("input", r"(n_|num_)?in(put)?s?(_\w+)?|i"),
    ("hidden", r"(n_|num_)?hid\w*|h|units?|mid\w*|\w+_hidden|hidden\d*_size"),
    ("output", r"(n_|num_)?(out\w*|class\w*)|o"),
    ("window", r"window\w*"),
    ("corpus", r"corpus"),
    ("std", r"\w*std|\w*scale|sigma"),
)
"""What parameters that make a network are called, as patterns, by role."""

TARGETS = re.compile(r"t|ts|targets?|labels?|y|teacher|answers?")


@dataclass(frozen=True, eq=False)
class NetworkSetting:
    """One way to make and feed a network: how it is made, and what loss is given."""

    id: str
    make: Mapping[str, Any]
    fed: tuple[Any, ...]


def ways(said: Description) -> list[dict[str, Any]]:
    """The values that it may be made with, the likeliest first.

    Small ones for all sizes, all different; then words as long as what is hidden, as
    where weights are shared; then what is required alone, and the network's own
    defaults. Raises UnbuildableError.
    """
    found: dict[str, dict[str, Any]] = {}
    alike = {**SIZES, "word": SIZES["hidden"]}
    for small, sizes in ((True, SIZES), (True, alike), (False, SIZES)):
        made = {p.name: v for p, v in _values(said.make, sizes, small=small)}
        found.setdefault(str(made), made)
    return list(found.values())


def _values(
    parameters: Sequence[Parameter], sizes: Mapping[str, int], *, small: bool
) -> Iterator[tuple[Parameter, Any]]:
    for parameter in parameters:
        if not (small or parameter.required):
            continue
        value = _value(role(parameter.name), parameter, sizes)
        if value is None and parameter.required:
            raise UnbuildableError(parameter.name)
        if value is not None:
            yield parameter, value


def role(name: str) -> str:
    """What a parameter is, by its name."""
    found = (r for r, names in NAMES if re.fullmatch(names, name.lower()))
    return next(found, "")


def _value(kind: str, parameter: Parameter, sizes: Mapping[str, int]) -> Any:
    """The small value; None where the default is to stay."""
    if kind == "list":
        return (sizes["input"], sizes["hidden"], sizes["output"])
    if kind == "hidden-list":
        return (sizes["hidden"], sizes["word"])
    if kind == "corpus":
        return np.arange(40) % sizes["vocab"]
    if kind == "window":
        return WORDS_AROUND
    if kind == "std":
        return 0.3 if parameter.required else None
    if kind == "image" or _is_image(parameter):
        return IMAGE
    return sizes.get(kind)


def _is_image(parameter: Parameter) -> bool:
    return isinstance(parameter.plain, tuple)


def settings(
    said: Description, make: Mapping[str, Any], arrays: Sequence[Array]
) -> Iterator[NetworkSetting]:
    """What loss may be given, by its parameters' names and the network's own arrays."""
    roles = {role(p.name): make.get(p.name, p.plain) for p in said.make}
    fed = [p for p in said.forward if p.required]
    rng = np.random.default_rng(5)
    for id, data in _data(roles, [p.name for p in fed], arrays, rng):
        yield NetworkSetting(id, make, with_mode(said.forward, data))


def with_mode(
    parameters: Sequence[Parameter], data: tuple[Any, ...]
) -> tuple[Any, ...]:
    """The arguments, with training switched on where a parameter says so."""
    rest = parameters[len(data) :]
    modes = [n for n, p in enumerate(rest) if role_of(p.name, ["train"])]
    if not modes:
        return data
    before = [p.plain for p in rest[: modes[0]]]
    return (*data, *before, True)


def _data(
    roles: Mapping[str, Any],
    names: Sequence[str],
    arrays: Sequence[Array],
    rng: np.random.Generator,
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if "vocab" in roles:
        yield from _of_words(roles, names, rng)
        return
    classes = roles.get("output") or _last(arrays)
    for x in _inputs(roles, arrays, rng):
        if len(names) == 1:
            yield "rows", (x,)
            continue
        labels = np.arange(SAMPLES) % classes
        yield "one-hot", (x, np.eye(classes)[labels])
        yield "labels", (x, labels)
        yield "numbers", (x, rng.normal(size=(SAMPLES, classes)))


def _inputs(
    roles: Mapping[str, Any], arrays: Sequence[Array], rng: np.random.Generator
) -> Iterator[Array]:
    image = roles.get("image")
    first = next((a for a in arrays if a.ndim in (2, 4)), None)
    if isinstance(image, (tuple, list)):
        yield rng.normal(size=(SAMPLES, *image))
    if roles.get("input"):
        yield rng.normal(size=(SAMPLES, int(roles["input"])))
    elif first is not None and first.ndim == 2:
        yield rng.normal(size=(SAMPLES, first.shape[0]))
    if first is not None and first.ndim == 4:
        yield rng.normal(size=(SAMPLES, first.shape[1], *DEEP_IMAGE[1:]))
    if first is None:
        yield rng.normal(size=(SAMPLES, SIZES["input"]))
        yield rng.normal(size=(SAMPLES, 3, *IMAGE[1:]))


def _last(arrays: Sequence[Array]) -> int:
    last = next((a for a in reversed(arrays) if a.ndim in (1, 2)), None)
    return CLASSES if last is None else int(last.shape[-1])


def _of_words(
    roles: Mapping[str, Any], names: Sequence[str], rng: np.random.Generator
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Words by number or one-hot: a sequence and the next, or those around and one."""
    count = int(roles["vocab"])

    def words(*shape: int) -> Array:
        return np.asarray(rng.integers(count, size=shape))

    sequence = words(SAMPLES, STEPS)
    if len(names) == 1:
        yield "words", (sequence,)
        return
    around, one = words(SAMPLES, 2 * WORDS_AROUND), np.arange(SAMPLES) % count
    if any(name.startswith("context") for name in names):
        yield "words-one-hot", (np.eye(count)[around], np.eye(count)[one])
        yield "words", (around, one)
        return
    hidden = int(roles.get("hidden") or SIZES["hidden"])
    if TARGETS.fullmatch(names[1]):
        yield "words", (sequence, words(SAMPLES, STEPS))
        yield "words-to-labels", (sequence, one)
        return
    yield "words-and-state", (sequence, rng.normal(size=(SAMPLES, hidden)))
    yield "words-and-states", (sequence, rng.normal(size=(SAMPLES, STEPS, hidden)))
