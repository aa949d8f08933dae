"""What changed between two heat maps, in sentences: each is checked before it is said.

One map of all entries that moved is looked for (`maps`, of numbers as complex ones);
what none explains is counted, placed and measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.golden import maps
from gradproof.golden.entries import Entries, Floats, Mask
from gradproof.golden.message import Message
from gradproof.golden.written import close, same

MAPS = (
    *("review.zero", "review.turned", "review.scaled", "review.turned-scaled"),
    *("review.set", "review.shifted"),
)
HALF_TURN = 180.0


def of_entries(before: Entries, after: Entries) -> Iterator[Message]:
    """What is to be said of one panel."""
    if before.shape != after.shape:
        shapes = {"before": list(before.shape), "after": list(after.shape)}
        yield Message("review.shape", shapes)
    else:
        yield from _scaled(before, after) or _of_one_shape(before, after)
    if not same(before.title, after.title):
        titles = {"before": before.title, "after": after.title}
        yield Message("review.title", titles)


def _of_one_shape(before: Entries, after: Entries) -> list[Message]:
    return [
        *_moved(before, before.actual, after.actual),
        *_expected(before, after.expected),
        *_judged(before, after.wrong),
    ]


def _scaled(before: Entries, after: Entries) -> list[Message]:
    """All values and what is expected of them by one factor: colours are the same."""
    if not np.array_equal(before.wrong, after.wrong):
        return []
    old, new = (np.stack([e.actual, e.expected]) for e in (before, after))
    found = _map(old, new, ~close(old, new))
    if found is None or found.message != "review.scaled":
        return []
    if not found.fits(_complex(old), _complex(new)).all():
        return []
    everyone = np.ones(before.shape, dtype=bool)
    times = found.parameters["factor"]
    return [tell("review.entries-scaled-hidden", before, everyone, times=times)]


def _moved(panel: Entries, a: Floats, b: Floats) -> Iterator[Message]:
    """What happened to the actual values."""
    there, is_there = np.isfinite(a), np.isfinite(b)
    if (there & ~is_there).any():
        yield tell("review.lost", panel, there & ~is_there)
    if (~there & is_there).any():
        yield tell("review.found", panel, ~there & is_there)
    moved = ~close(a, b) & there & is_there
    if moved.any():
        yield _told(panel, a, b, moved)


def _told(panel: Entries, a: Floats, b: Floats, moved: Mask) -> Message:
    if moved.sum() == 1:
        values = {"before": float(a[moved][0]), "after": float(b[moved][0])}
        return tell("review.became", panel, moved, **values)
    if moved.any() and a.ndim == 2 and a.shape[0] == a.shape[1] and close(a.T, b).all():
        return tell("review.entries-transposed", panel, moved)
    found = _map(a, b, moved)
    if found is not None:
        return _by_map(found, panel, moved)
    size = float(np.max(np.abs(b - a)[moved]))
    return tell("review.entries-moved", panel, moved, size=size)


def _map(a: Floats, b: Floats, moved: Mask) -> maps.Map | None:
    """The one map of all entries that moved, if there is one."""
    some = moved & np.isfinite(a) & np.isfinite(b)
    if not some.any():
        return None
    found = maps.best(_complex(a[some]), _complex(b[some]), MAPS)
    if found is None or not found[1].all():
        return None
    turn = found[0].parameters.get("degrees", HALF_TURN)
    return found[0] if turn == HALF_TURN else None


def _complex(numbers: Floats) -> NDArray[np.complex128]:
    return np.ravel(numbers).astype(complex)


def _by_map(found: maps.Map, panel: Entries, moved: Mask) -> Message:
    factor = found.parameters.get("factor", 1.0)
    value = found.parameters.get("u", 0.0)
    return {
        "review.zero": lambda: tell("review.zero", panel, moved),
        "review.turned": lambda: tell("review.entries-negated", panel, moved),
        "review.scaled": lambda: tell(
            "review.entries-times", panel, moved, times=factor
        ),
        "review.turned-scaled": lambda: tell(
            "review.entries-times", panel, moved, times=-factor
        ),
        "review.set": lambda: tell("review.entries-set", panel, moved, value=value),
        "review.shifted": lambda: tell("review.entries-by", panel, moved, value=value),
    }[found.message]()


def _expected(before: Entries, new: Floats) -> Iterator[Message]:
    old = before.expected
    moved = ~close(old, new)
    if moved.any():
        size = float(np.nanmax(np.abs(new - old)[moved], initial=0))
        yield tell("review.expected-moved", before, moved, size=size)


def _judged(before: Entries, new: Mask) -> Iterator[Message]:
    """Which entries are judged otherwise."""
    if (before.wrong & ~new).any():
        yield tell("review.entries-mended", before, before.wrong & ~new)
    if (~before.wrong & new).any():
        yield tell("review.entries-wrong", before, ~before.wrong & new)


def tell(message: str, panel: Entries, mask: Mask, **parameters: Any) -> Message:
    """A sentence about these entries."""
    numbers = tuple(map(int, np.flatnonzero(mask)))
    return Message(message, {"who": who(panel, mask), **parameters}, numbers=numbers)


def who(panel: Entries, mask: Mask) -> Mapping[str, Any]:
    """These entries: how many, of how many of what, and between which indices.

    ``where`` holds (axis, first, last) of each axis of which they have not all.
    """
    places = np.argwhere(mask)
    ends = zip(places.min(axis=0), places.max(axis=0), panel.shape, strict=True)
    where = [
        [axis, int(low), int(high)]
        for axis, (low, high, size) in enumerate(ends)
        if (low, high) != (0, size - 1)
    ]
    total = int(np.prod(panel.shape, dtype=int))
    return {
        "count": len(places),
        "total": total,
        "what": panel.title,
        "place": list(map(int, places[0])),
        "axes": len(panel.shape),
        "where": where,
    }
