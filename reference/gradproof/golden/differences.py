"""What changed between two baselines, in sentences: each is checked before it is said.

Arrows are matched by number, or by their points where these come in another order.
Those that changed are divided into groups that one map of few parameters explains
(`maps`), most numbers first; what no map explains is counted and measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.golden import maps
from gradproof.golden.document import Panel, head, other
from gradproof.golden.entries import Entries
from gradproof.golden.entry_differences import of_entries
from gradproof.golden.message import Message
from gradproof.golden.pairing import Floats, Indices, Pairing, keys, pair
from gradproof.golden.point_differences import of_points
from gradproof.golden.points import Points
from gradproof.golden.snapshot import Arrows, Ticks
from gradproof.golden.written import RESOLUTION, close, same

Complex = NDArray[np.complex128]
Mask = NDArray[np.bool_]

SHOWN = 3
"""Arrows that are told by number and place, where more are counted."""
MAX_GROUPS = 8
SETTING_TICKS = ("figure", "box", "limits")
"""If one of these changed, so may the ticks."""
POINT_MAPS = ("review.shifted", "review.swapped", "review.scaled", "review.u-v-times")


def describe(before: Sequence[Panel], after: Sequence[Panel]) -> tuple[Message, ...]:
    """What changed between the panels of two baselines; nothing if they mean the same.

    Panels are compared in order, and numbered from 1 where there are several.
    """
    if len(before) != len(after):
        counts = {"before": len(before), "after": len(after)}
        return (Message("review.panels", counts),)
    pairs = list(zip(before, after, strict=True))
    told = [list(_panel(a, b)) for a, b in pairs]
    if len(pairs) == 1:
        return tuple(told[0])
    return tuple(
        replace(sentence, panel=number)
        for number, sentences in enumerate(told, 1)
        for sentence in sentences
    )


def _panel(before: Panel, after: Panel) -> Iterator[Message]:
    if isinstance(before, Arrows) and isinstance(after, Arrows):
        yield from _of_arrows(before, after)
    elif isinstance(before, Entries) and isinstance(after, Entries):
        yield from of_entries(before, after)
    elif isinstance(before, Points) and isinstance(after, Points):
        yield from of_points(before, after)
    else:
        kinds = {"before": before.ROWS, "after": after.ROWS}
        yield Message("review.kind", kinds)


def _of_arrows(before: Arrows, after: Arrows) -> Iterator[Message]:
    a, b = before.values(), after.values()
    yield from _matched(before, after, a, b)
    for key in head(before):
        if key not in ("scale", "ticks") and other(before, after, key):
            yield _head(key, getattr(before, key), getattr(after, key))
    if not any(other(before, after, key) for key in SETTING_TICKS):
        yield from _ticks(before, after)


def _ticks(before: Arrows, after: Arrows) -> Iterator[Message]:
    """The ticks of an axis that changed by themselves."""
    if before.ticks is None or after.ticks is None:
        return
    for axis, old, new in zip("xy", before.ticks, after.ticks, strict=True):
        if not same(old, new):
            ends = {"before": _labels(old), "after": _labels(new)}
            yield Message("review.ticks", {"axis": axis, **ends})


def _labels(ticks: Ticks) -> str:
    """The labels of ticks: of many the first, the last, and how many."""
    labels = [label or f"{at:g}" for at, label in ticks]
    if len(labels) <= SHOWN:
        return ", ".join(labels) or "–"
    return f"{labels[0]}, {labels[1]}, …, {labels[-1]} ({len(labels)})"


def _head(key: str, old: Any, new: Any) -> Message:
    """A title, a label, limits or a style that changed."""
    lists = isinstance(old, tuple) and isinstance(new, tuple)
    if key in ("colours", "angles") and lists and len(old) == len(new) > 1:
        count = sum(not same(x, y) for x, y in zip(old, new, strict=True))
        counts = {"count": count, "total": len(old)}
        return Message(f"review.{key}-of", counts)
    plain = {"before": _plain(old), "after": _plain(new)}
    return Message(f"review.{key}", plain)


def _plain(value: Any) -> Any:
    """A value of the head as a message holds it; many are only counted."""
    if not isinstance(value, tuple):
        return value
    if len(value) == 1:
        return _plain(value[0])
    return list(map(_plain, value)) if len(value) in (2, 4) else f"{len(value)} values"


@dataclass(frozen=True)
class _Field:
    """Arrows that are compared one by one: numbers, points (N, 2), and both values."""

    numbers: Indices
    points: Floats
    a: Complex
    b: Complex

    @property
    def total(self) -> int:
        return len(self.numbers)

    def who(self, mask: Mask) -> dict[str, Any]:
        """These arrows, as a message's parameter: how many, of how many, the first."""
        some = np.flatnonzero(mask)
        first = [
            [int(self.numbers[i]), *map(_number, self.points[i])] for i in some[:SHOWN]
        ]
        told = {"count": len(some), "total": self.total, "arrows": first}
        still = int((mask & _alike(self.a, self.b)).sum())
        return {**told, "unchanged": still} if still and mask.all() else told

    def tell(self, message: str, mask: Mask, **parameters: Any) -> Message:
        """A sentence about these arrows."""
        numbers = tuple(map(int, self.numbers[mask]))
        told = {"who": self.who(mask), **parameters}
        return Message(message, told, numbers=numbers)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _matched(before: Arrows, after: Arrows, a: Floats, b: Floats) -> Iterator[Message]:
    """Points first, then the arrows at the points that both have."""
    pairing = pair(a, b)
    yield from _of_points(pairing, a, b)
    i, j = pairing.before, pairing.after
    field = _Field(i, a[i, :2], _complex(a[i, 2:]), _complex(b[j, 2:]))
    told = list(_arrows(field))
    scale = None if same(before.scale, after.scale) else (before.scale, after.scale)
    if scale:
        told = _with_scale(told, field, scale)
    yield from told


def _complex(pairs: Floats) -> Complex:
    z = np.empty(len(pairs), dtype=complex)
    z.real, z.imag = pairs.T  # u + 1j·v would make NaN of both
    return z


def _of_points(pairing: Pairing, a: Floats, b: Floats) -> Iterator[Message]:
    """What is to be said of the points."""
    counts = {"count": len(a), "before": len(a), "after": len(b)}
    if pairing.manner == "reordered":
        yield Message("review.reordered", counts)
    elif pairing.manner == "moved":
        yield _moved(a, b)
    elif pairing.manner == "by-points":
        yield Message("review.points", {"common": len(pairing.before), **counts})


def _moved(a: Floats, b: Floats) -> Message:
    """Points that moved, as one shift or one factor where that is what happened."""
    field = _Field(np.arange(len(a)), a[:, :2], _complex(a[:, :2]), _complex(b[:, :2]))
    moved = ~_alike(field.a, field.b)
    found = maps.best(field.a[moved], field.b[moved], POINT_MAPS)
    if found and found[1].all():
        name = found[0].message.replace("review.", "review.points-")
        whom = _obedient(field, moved, found[0])
        return field.tell(name, whom, **found[0].parameters)
    size = float(np.nanmax(np.abs(field.b - field.a)[moved], initial=0))
    return field.tell("review.points-moved", moved, size=size)


def _arrows(field: _Field) -> Iterator[Message]:
    """What happened to the arrows, in as few sentences as explain it."""
    ok_a, ok_b = (np.isfinite(z.real) & np.isfinite(z.imag) for z in (field.a, field.b))
    if (ok_a & ~ok_b).any():
        yield field.tell("review.lost", ok_a & ~ok_b)
    if (~ok_a & ok_b).any():
        yield field.tell("review.found", ~ok_a & ok_b)
    changed = ~_alike(field.a, field.b)
    half = changed & ~ok_a & ~ok_b
    if half.any():
        yield field.tell("review.partly", half)
    rest = changed & ok_a & ok_b
    if rest.any():
        yield from _finite(field, rest)


def _alike(a: Complex, b: Complex) -> Mask:
    return np.asarray(close(a.real, b.real) & close(a.imag, b.imag))


def _finite(field: _Field, changed: Mask) -> Iterator[Message]:
    """Arrows that are numbers before and after, and changed."""
    whole = (
        _transposed(field) or _by_one_map(field, changed) or _rearranged(field, changed)
    )
    if whole:
        yield whole
    else:
        yield from _groups(field, changed)


def _transposed(field: _Field) -> Message | None:
    """Points given as two rows: f then read two of each row's entries.

    With the rows of x0 and x1 for points, the arrows' first components are f's two
    derivatives at (x0 of arrow 0, x0 of arrow 1), and the second ones those at the
    same two x1: both stand in the right picture, if these are points of its grid.
    """
    for faulty, right, message in (
        (field.b, field.a, "review.transposed"),
        (field.a, field.b, "review.transposed-no-more"),
    ):
        some = np.abs(faulty) > maps.RADIUS
        if field.total > 4 and not some[2:].any() and 2 * _count(right) > field.total:
            expected = _two_rows(field.points, right)
            if (
                expected is not None
                and _alike(faulty[:2], expected).all()
                and some.any()
            ):
                return field.tell(
                    message, some, count=int(some.sum()), total=field.total
                )
    return None


def _count(z: Complex) -> int:
    """How many arrows are not zero."""
    return int((np.abs(z) > maps.RADIUS).sum())


def _two_rows(points: Floats, right: Complex) -> Complex | None:
    """The first two arrows of the faulty call; ``None`` if the grid does not tell."""
    found = []
    for axis in (0, 1):
        at = close(points, points[:2, axis]).all(axis=1)
        if not at.any():
            return None
        found.append(right[at.argmax()])
    u, v = found
    return np.array([complex(u.real, v.real), complex(u.imag, v.imag)])


def _by_one_map(field: _Field, changed: Mask) -> Message | None:
    """One map for all arrows that changed."""
    found = maps.best(field.a[changed], field.b[changed])
    if not found or not found[1].all():
        return None
    return _told(field, changed, found[0])


def _told(field: _Field, mask: Mask, found: maps.Map) -> Message:
    """A map, and whom it holds for: all, if the unchanged ones obey it as well.

    Two parameters say no more of one arrow than its own two numbers.
    """
    if mask.sum() == 1 and found.free == 2:
        (a,), (b,) = field.a[mask], field.b[mask]
        values = {"before": [a.real, a.imag], "after": [b.real, b.imag]}
        plain = {key: list(map(float, value)) for key, value in values.items()}
        return field.tell("review.became", mask, **plain)
    whom = _obedient(field, mask, found)
    few = _few_left(field, found)
    return few or field.tell(found.message, whom, **found.parameters)


def _obedient(field: _Field, mask: Mask, found: maps.Map) -> Mask:
    everyone = found.fits(field.a, field.b)
    return everyone if everyone.all() else mask


def _rearranged(field: _Field, changed: Mask) -> Message | None:
    """All arrows in another order, one that has a name."""
    if changed.sum() < 3:
        return None
    for name, parameters, order in _orders(field):
        if _alike(field.a[order], field.b).all():
            everyone = np.ones(field.total, dtype=bool)
            return field.tell(f"review.order-{name}", everyone, **parameters)
    return None


def _orders(field: _Field) -> Iterator[tuple[str, dict[str, int], Indices]]:
    """Orders by name: arrow n then holds the value of arrow ``order[n]``."""
    n = field.total
    numbers = np.arange(n)
    yield "reversed", {}, numbers[::-1]
    width = len(set(keys(field.points[:, :1])))
    if 1 < width < n and n % width == 0:
        grid = numbers.reshape(-1, width)
        if grid.shape[0] == grid.shape[1]:
            yield "transposed", {}, grid.T.ravel()
        yield "rows", {}, grid[::-1].ravel()
        yield "columns", {}, grid[:, ::-1].ravel()
    first = close(field.a.real, field.b.real[0]) & close(field.a.imag, field.b.imag[0])
    for shift in np.flatnonzero(first):
        places = int(shift) if 2 * shift <= n else int(shift) - n
        yield "rolled", {"places": -places}, np.roll(numbers, -shift)


def _groups(field: _Field, changed: Mask) -> Iterator[Message]:
    """Groups that one map explains, the largest first, then what none explains.

    Where more is left over than was explained, the groups are chance, or no help.
    """
    rest = changed.copy()
    told: list[Message] = []
    while len(told) < MAX_GROUPS and (found := _group(field, rest)):
        told.append(found[0])
        rest &= ~found[1]
    if 2 * rest.sum() > changed.sum() > SHOWN:
        told, rest = [], changed
    yield from told
    if rest.any():
        yield _unexplained(field, rest)


def _group(field: _Field, rest: Mask) -> tuple[Message, Mask] | None:
    """The sentence that explains most numbers by fewest parameters, and for whom.

    A permutation is as many parameters as arrows. A single arrow is told by itself
    while there are few.
    """
    numbers = np.flatnonzero(rest)
    found = maps.best(field.a[rest], field.b[rest]) if rest.any() else None
    cycle = _permuted(field.a[rest], field.b[rest])
    score = 2 * int(found[1].sum()) - found[0].free if found else 0
    if cycle.sum() > score:
        mask = np.isin(np.arange(field.total), numbers[cycle])
        name = "review.exchanged" if cycle.sum() == 2 else "review.permuted"
        return field.tell(name, mask), mask
    if found is None or (found[1].sum() == 1 and len(numbers) > SHOWN):
        return None
    mask = np.isin(np.arange(field.total), numbers[found[1]])
    return _told(field, mask, found[0]), mask


def _few_left(field: _Field, found: maps.Map) -> Message | None:
    """Where most arrows are zero now: how many are left."""
    left, before = _count(field.b), _count(field.a)
    finite = np.isfinite(field.b).all()
    if found.message != "review.zero" or 4 * left > before or not (left and finite):
        return None
    still = np.abs(field.b) > maps.RADIUS
    return field.tell("review.few-left", still, before=before)


def _permuted(a: Complex, b: Complex) -> Mask:
    """Arrows that hold each other's values: as many of each value before as after.

    Arrows whose new value nobody held, or whose old value nobody holds, are put
    aside until none is left of them.
    """
    pairs = np.concatenate([a, b])
    values = keys(np.column_stack([pairs.real, pairs.imag]))
    numbers = {key: n for n, key in enumerate(dict.fromkeys(values))}
    old, new = np.array([numbers[key] for key in values], dtype=int).reshape(2, -1)
    inside = np.ones(len(a), dtype=bool)
    while True:
        kept = inside & np.isin(new, old[inside]) & np.isin(old, new[inside])
        if kept.sum() == inside.sum():
            break
        inside = kept
    balanced = np.array_equal(np.sort(old[inside]), np.sort(new[inside]))
    return inside if balanced else np.zeros_like(inside)


def _unexplained(field: _Field, rest: Mask) -> Message:
    sizes = np.where(rest, np.abs(field.b - field.a), -1.0)
    largest = np.arange(field.total) == sizes.argmax()
    size = float(sizes.max())
    return field.tell("review.otherwise", rest, largest=field.who(largest), size=size)


def _with_scale(
    told: list[Message], field: _Field, scale: tuple[float | None, float | None]
) -> list[Message]:
    """What the scale, in which arrows are drawn, does to what was told."""
    before, after = scale
    values = {"before": before, "after": after}
    if before and after and _follows(field, before, after):
        factors = [s.parameters["factor"] for s in told if s.message == "review.scaled"]
        if len(told) == 1 and factors and _everyone(told[0]):
            return [replace(told[0], message="review.scaled-hidden")]
        return [*told, Message("review.scale-follows", values)]
    return [*told, Message("review.scale", values)]


def _everyone(sentence: Message) -> bool:
    who = sentence.parameters["who"]
    return bool(who["count"] == who["total"])


def _follows(field: _Field, before: float, after: float) -> bool:
    """Whether the scale went with the mean length, as quiver's own does.

    Stored scales are off by half a unit at most, mean lengths by `maps.RADIUS`.
    """
    means = [float(np.abs(z[np.isfinite(z)]).mean()) for z in (field.a, field.b)]
    if not all(map(np.isfinite, means)):
        return False
    off = abs(after * means[0] - before * means[1])
    allowed = RESOLUTION / 2 * sum(means) + maps.RADIUS * (before + after)
    return bool(off <= allowed + 16 * maps.EPS * after * means[0])
