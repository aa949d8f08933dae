"""NumPy's logarithm without what a function adds to keep away from log 0."""

import contextlib
import threading
from typing import Any, Iterator

import numpy as np

LOST = 1e-6
"""Of the guard: by that y + 1e-7 in single precision may be less than 1e-7."""


class NotGuardedError(Exception):
    """A logarithm is taken of less than the guard: there was none."""


@contextlib.contextmanager
def guard_taken(guard: float) -> Iterator[None]:
    """Have ``np.log`` take ``guard`` from its argument, in this thread alone."""
    if not guard:
        yield
        return
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
