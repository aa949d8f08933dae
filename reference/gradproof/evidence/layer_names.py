"""Layers of no known kind whose parameters have names that say what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.evidence.layer_plan import Plan, role_of
from gradproof.evidence.layer_settings import Setting, distinct
from gradproof.ports.function_names import plain
from gradproof.ports.trials import Description

Shape = tuple[int, ...]

SHAPES: tuple[Mapping[str, Shape], ...] = (
    {"x": (3, 4), "W": (4, 5), "b": (5,), "gamma": (5,), "beta": (5,)},
    {"x": (3, 4), "gamma": (4,), "beta": (4,)},
    {"x": (2, 2, 3, 6), "W": (3, 2, 2, 3), "b": (3,), "gamma": (3,), "beta": (3,)},
    {"x": (2, 4, 2, 3), "gamma": (4,), "beta": (4,)},
    {"x": (2, 4, 2, 3), "gamma": (1, 4, 1, 1), "beta": (1, 4, 1, 1)},
    {"x": (3, 4), "W": (5, 4), "ids": (3,), "t": (3,)},
    {"h": (3, 4), "W": (5, 4), "ids": (3,), "t": (3,)},
    {"h": (3, 4), "W": (8, 4), "t": (3,)},
    {"x": (2, 2, 3, 4), "W": (2, 3, 2, 3), "b": (3,)},
    *(
        {
            "x": (2, 3, 4),
            **{f"Wx{n}": (4, blocks) for n in (1, 2)},
            **{f"Wh{n}": (2, blocks) for n in (1, 2)},
            **{f"b{n}": (blocks,) for n in (1, 2)},
        }
        for blocks in (8, 6, 2)
    ),
)
"""What arrays may be like together: rows, images, rows with an id each, images of which
a convolution made others, and sequences that are read both ways by cells of 2 numbers
with four blocks, three or one."""

LABELS = ("ids", "t")
"""The roles of whole numbers."""

OPTIONS: Mapping[str, Any] = {
    **{"stride": 1, "pad": 0, "pool_h": 2, "pool_w": 2, "size": 2, "groups": 2},
    **{"train": True, "ratio": 0.2, "kept": 0.8},
    "corpus": np.array([0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 1, 4]),
}

IDS = np.array([1, 4, 1])
"""One of them twice: a gradient that is assigned is told from one that is added."""


def tried(said: Description) -> Iterator[tuple[Plan, Setting, Setting]]:
    """What such a layer may be made of and given, and the same with other numbers."""
    make, fed = _roles(said.make), _roles(said.forward)
    if make is None or not fed or any(p.name == "*" for p in said.forward):
        return
    roles = [*make.values(), *fed.values()]
    if len(set(roles)) < len(roles):
        return
    for shapes in SHAPES:
        arrays = [role for role in roles if role not in OPTIONS]
        if set(arrays) <= set(shapes) and len(arrays) > 1:
            one, other = (_setting(seed, arrays, shapes) for seed in (0, 1))
            yield Plan(make, tuple(fed.values())), one, other


SLOPES = ("slope", "negativeslope", "leak", "alpha", "scale")
"""Names of numbers that are no arrays, whoever is given them."""

MADE_OF: Mapping[str, Sequence[Any]] = {
    **dict.fromkeys(SLOPES, (0.3,)),
    **dict.fromkeys(("c", "power", "exponent", "n"), (3, 2.5)),
    **dict.fromkeys(("xmin", "amin", "low"), (0.3,)),
    **dict.fromkeys(("xmax", "amax", "high"), (0.6,)),
    **dict.fromkeys(("shape", "newshape", "outshape"), ((4,), (2, 3, 4), (4, 3))),
    **{"axis": (0, 1), "dim": (0, 1, 4)},
    **dict.fromkeys(("size", "features", "numfeatures", "nfeatures", "dims"), (4,)),
    **dict.fromkeys(("channels", "nchannels", "numchannels", "normshape"), (4,)),
    **dict.fromkeys(("axes", "order"), ((1, 0),)),
    **dict.fromkeys(("slices", "index", "key"), (1,)),
    **dict.fromkeys(("inshape", "inputshape", "xshape"), ((3, 4),)),
    **dict.fromkeys(("keepdims", "keepdim"), (False, True)),
}
"""What a layer of one array may be made of, by what its parameters are named.

The array is of 3 rows of 4: summed to one of its rows, spread over 2 of itself, laid
out as 4 rows of 3.
"""


def made_of(needed: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """What may be tried for parameters of these names; none where one is foreign."""
    values = {name: MADE_OF.get(plain(name), ()) for name in needed}
    if not all(values.values()):
        return
    for n in range(max(map(len, values.values()))):
        yield {name: found[min(n, len(found) - 1)] for name, found in values.items()}


def last(said: Description) -> tuple[Any, ...]:
    """What forward is given after its arrays: numbers, by their names."""
    found: list[Any] = []
    needed = [plain(p.name) for p in said.forward if p.required]
    while len(needed) > 1 and needed[-1] in SLOPES:
        number, *_ = MADE_OF[needed.pop()]
        found.append(number)
    return tuple(found)


DICTIONARIES = ("param", "params", "parameters", "cfg", "config", "hparams")
"""What the names of dictionaries of settings end with."""


def dictionary(said: Description) -> str:
    """The parameter of forward that is a dictionary by its name, if there is one."""
    names = (p.name for p in said.forward if p.required)
    return next((name for name in names if name.endswith(DICTIONARIES)), "")


def _roles(parameters: Any) -> dict[str, str] | None:
    """The role of each parameter that is needed; ``None`` where one has none."""
    known = [*{role for shapes in SHAPES for role in shapes}, *OPTIONS]
    found: dict[str, str] = {}
    for parameter in parameters:
        if not parameter.required:
            break
        left = [role for role in known if role not in found.values()]
        role = role_of(parameter.name, left)
        if role is None:
            return None
        found[parameter.name] = role
    return found


def lower(setting: Setting) -> Iterator[Setting]:
    """The same with what is added made smaller: more of a ReLU's windows are all 0."""
    added = {r: a - 1 for r, a in setting.arrays.items() if r in ("b", "beta")}
    if added:
        id = f"{setting.id}, {' and '.join(added)} − 1"
        yield replace(setting, id=id, arrays={**setting.arrays, **added})


def _setting(seed: int, roles: list[str], shapes: Mapping[str, Shape]) -> Setting:
    rng = np.random.default_rng([29, seed])
    arrays = {r: distinct(rng, shapes[r]) for r in roles if r not in LABELS}
    fed = {role: np.roll(IDS, seed) for role in LABELS if role in roles}
    id = ", ".join(f"{r} {'×'.join(map(str, a.shape))}" for r, a in arrays.items())
    return Setting(id, arrays, lambda observed, arrays: (), fed, OPTIONS)
