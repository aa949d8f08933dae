"""What changed between two paths, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof.golden.message import Message
from gradproof.golden.points import Points
from gradproof.golden.written import close, same


def of_points(before: Points, after: Points) -> Iterator[Message]:
    """What is to be said of one panel: points are compared step by step."""
    a, b = before.values(), after.values()
    if len(a) != len(b):
        counts = {"before": len(a), "after": len(b)}
        yield Message("review.path-length", {"what": before.title, **counts})
    common = min(len(a), len(b))
    a, b = a[:common], b[:common]
    there, is_there = (np.asarray(np.isfinite(x).all(axis=1)) for x in (a, b))
    if (there & ~is_there).any():
        yield _tell("review.path-lost", before, there & ~is_there)
    if (~there & is_there).any():
        yield _tell("review.path-found", before, ~there & is_there)
    moved = np.asarray(~close(a, b).all(axis=1) & there & is_there)
    if moved.any():
        size = float(np.hypot(*(b - a)[moved].T).max())
        # The first may be the only one, or all from it on.
        on = bool(moved[moved.argmax() :].all()) and moved.sum() > 1
        message = "review.path-moved-on" if on else "review.path-moved"
        yield _tell(message, before, moved, size=size)
    if not same(before.title, after.title):
        titles = {"before": before.title, "after": after.title}
        yield Message("review.title", titles)


def _tell(
    message: str, panel: Points, mask: NDArray[np.bool_], **parameters: Any
) -> Message:
    """A sentence about these points, counted from 0, the start."""
    numbers = tuple(map(int, np.flatnonzero(mask)))
    told = {
        "what": panel.title,
        "count": len(numbers),
        "total": len(panel.points),
        "first": numbers[0],
        **parameters,
    }
    return Message(message, told, numbers=numbers)
