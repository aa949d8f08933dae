"""The recipe at work in the routines that are built upon it: a tangent, a descent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradproof.defects.recipe import Recipe


@dataclass(frozen=True)
class Tangent(Recipe):
    """A tangent of a function of one number whose slope is made by the recipe.

    ``off_point``: the height at 0 is f(x) − slope, and not f(x) − slope·x.
    """

    off_point: bool = False

    def __call__(self, f: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
        """The tangent at a number, as a function."""
        slope = super().__call__(f, x)
        height = f(x) - slope * (1 if self.off_point else x)
        return lambda t: slope * t + height


@dataclass(frozen=True)
class Descent(Recipe):
    """Steps down a gradient that is made by the recipe, and the points left.

    ``start`` says whether the caller's array is moved, ``history`` whether the
    points' numbers are kept or, each time, the one array that is moved.
    """

    start: Literal["kept", "moved"] = "kept"
    history: Literal["copies", "aliased"] = "copies"

    def __call__(
        self, f: Callable[[Any], Any], x: Any, lr: float = 0.01, step_num: int = 100
    ) -> Any:
        """Where the steps from x, (D,), lead, and the history, (step_num, D)."""
        at = x if self.start == "moved" else np.array(x)
        history = []
        for _ in range(step_num):
            history.append(at if self.history == "aliased" else at.copy())
            at -= lr * super().__call__(f, at)
        return at, np.array(history)
