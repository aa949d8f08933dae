"""A function without what it adds in its logarithm to keep away from log 0.

The book's cross entropy takes log(y + 1e-7), and its backward pass is the gradient of
the one with log(y). They differ by 1e-7/(y + 1e-7) of each term: little, but more than
a numerical gradient is off. What that is for a given function is found by taking the
1e-7 away again where it takes a logarithm.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

GUARD = 1e-7

LOST = 1e-6
"""Of the guard: by that y + 1e-7 in single precision may be less than 1e-7."""


class NotGuardedError(Exception):
    """A logarithm is taken of less than the guard: there was none."""


def unguarded(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function with log(y) wherever it takes log(y + 1e-7) by NumPy's name.

    It raises NotGuardedError where it is plain that nothing was added.
    """

    def without(x: Any) -> Any:
        with _logarithm_less(GUARD):
            return f(x)

    return without


@contextlib.contextmanager
def _logarithm_less(guard: float) -> Iterator[None]:
    """Have ``np.log`` take ``guard`` from its argument, in this thread alone."""
    log, own = np.log, threading.get_ident()

    def less(argument: Any, *rest: Any, **named: Any) -> Any:
        if threading.get_ident() != own:
            return log(argument, *rest, **named)
        bare = np.subtract(argument, guard)
        if np.any(bare < -LOST * guard):
            raise NotGuardedError
        return log(bare, *rest, **named)

    np.log = less  # type: ignore[assignment]
    try:
        yield
    finally:
        np.log = log
