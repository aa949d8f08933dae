"""A function without what it adds in its logarithm to keep away from log 0.

The book's cross entropy takes log(y + 1e-7), and its backward pass is the gradient of
the one with log(y). They differ by 1e-7/(y + 1e-7) of each term: little, but more than
a numerical gradient is off. What that is for a given function is found by taking the
1e-7 away again where it takes a logarithm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradproof.ports.worker.core.logarithm import guard_taken

GUARD = 1e-7
LARGEST = 1e-5
"""Of what is added to keep away from 0; larger constants are steps and rates."""


def unguarded(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function with log(y) wherever it takes log(y + 1e-7) by NumPy's name.

    It raises NotGuardedError where it is plain that nothing was added.
    """

    def without(x: Any) -> Any:
        with guard_taken(GUARD):
            return f(x)

    return without
