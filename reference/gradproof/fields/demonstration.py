"""The demonstration: the bug of the book's script, and the proof of its fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradproof import corrected, sample
from gradproof.figures import canvas, quivers
from gradproof.numerics import error_bounds, functions
from gradproof.numerics.functions import Function
from gradproof.report.captions import in_language
from gradproof.report.messages import Language

Array = NDArray[Any]
Field = tuple[Array, Array, Array]

CASES: tuple[tuple[str, Callable[[Array], Any], Function], ...] = (
    ("squares", sample.function_2, functions.sum_of_squares),
    ("product", sample.function_xy, functions.product),
    ("sine", sample.function_sin_xy, functions.sine_of_product),
)


@dataclass(frozen=True, eq=False)
class DrawnField:
    """One way of asking for the field of a function, and what came of it.

    ``shapes`` counts the shapes of the arguments that f was given; ``wrong`` says
    which of the N arrows are outside the bound of their exact gradient.
    """

    x: Array
    y: Array
    gradient: Array
    shapes: Counter[tuple[int, ...]]
    wrong: NDArray[np.bool_]


def observe(
    draw: Callable[[Any], Field], f: Callable[[Array], Any], function: Function
) -> DrawnField:
    """Ask for the field of ``f`` and judge each arrow.

    An entry may be as far off as the book's formula can be at the place where f was
    asked: for the faulty call that is a point of 324 components.
    """
    shapes: Counter[tuple[int, ...]] = Counter()

    def recorded(x: Array) -> Any:
        shapes[x.shape] += 1
        return f(x)

    x, y, gradient = draw(recorded)
    exact = error_bounds.central(function, np.array([x, y]).T)
    limit = exact.b1
    if (2,) not in shapes:
        limit = np.maximum(limit, error_bounds.central(function, np.array([x, y])).b1.T)
    wrong = ~(abs(gradient.T - exact.gradient) <= limit).all(axis=1)
    return DrawnField(x, y, gradient, shapes, wrong)


@dataclass(frozen=True, eq=False)
class Compared:
    """The field of one function, as the faulty call gives it and as the right one."""

    name: str
    function: Function
    faulty: DrawnField
    right: DrawnField


def compared() -> Iterator[Compared]:
    """The three functions of the story, one after the other."""
    for name, f, function in CASES:
        faulty = observe(sample.faulty_field, f, function)
        yield Compared(
            name, function, faulty, observe(corrected.right_field, f, function)
        )


def write(each: Compared, folder: Path, language: Language = "en") -> list[Path]:
    """Write the faulty, the right and the compared picture of one function.

    The texts in it are in ``language``, if a font has its letters.
    Raises OSError when they cannot be written.
    """
    faulty, right = each.faulty, each.right
    drawn = {
        f"faulty-{each.name}": quivers.quiver(faulty.x, faulty.y, *-faulty.gradient),
        f"right-{each.name}": quivers.quiver(right.x, right.y, *-right.gradient),
        f"comparison-{each.name}": quivers.compare(
            right.x,
            right.y,
            -faulty.gradient,
            -right.gradient,
            faulty.wrong,
            in_language(language),
        ),
    }
    for stem, figure in drawn.items():
        canvas.write(figure, folder / f"{stem}.png")
    return [folder / f"{stem}.png" for stem in drawn]
