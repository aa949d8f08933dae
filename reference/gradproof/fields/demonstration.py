"""The demonstration: the bug of the book's script, and the proof of its fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.text import Text

from gradproof import corrected, sample
from gradproof.figures import canvas, quivers
from gradproof.numerics import error_bounds, functions
from gradproof.numerics.functions import Function
from gradproof.report.phrases import Phrases

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


def run(folder: Path, phrases: Phrases, console: Console) -> None:
    """Print the demonstration and write its pictures into ``folder``.

    Raises OSError when the pictures cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def line(message: str, style: str = "", **parameters: Any) -> None:
        text = phrases.say(f"demo.{message}", **parameters)
        console.print(Text(text, style), soft_wrap=True)

    line("title", "bold")
    pictures = []
    for name, f, function in CASES:
        faulty = observe(sample.faulty_field, f, function)
        right = observe(corrected.right_field, f, function)
        if name == "squares":
            line("given", **_seen(faulty), call="np.array([X, Y])")
            line("expected", **_seen(right), call="np.array([X, Y]).T")
        wrong, total = int(faulty.wrong.sum()), faulty.wrong.size
        which = "faulty" if wrong else "lucky"
        style = "red" if wrong else "yellow"
        line(which, style, function=function.text, wrong=wrong, total=total)
        left = int(right.wrong.sum())
        verdict, style = ("unproved", "bold red") if left else ("proved", "green")
        line(verdict, style, function=function.text, wrong=left, total=total)
        pictures += _pictures(folder, name, faulty, right)
    line("why")
    line("pictures", folder=folder.resolve(), count=len(pictures))
    for picture in pictures:
        console.print(Text(f"  {picture.name}"), soft_wrap=True)


def _seen(field: DrawnField) -> dict[str, Any]:
    """How often f was given what; the numbers are counted, not known beforehand."""
    shape, count = field.shapes.most_common(1)[0]
    return {"shape": list(shape), "calls": f"{count:,}"}


def _pictures(
    folder: Path, name: str, faulty: DrawnField, right: DrawnField
) -> list[Path]:
    """Write the faulty, the right and the compared picture of one function."""
    drawn = {
        f"faulty-{name}": quivers.quiver(faulty.x, faulty.y, *-faulty.gradient),
        f"right-{name}": quivers.quiver(right.x, right.y, *-right.gradient),
        f"comparison-{name}": quivers.compare(
            right.x, right.y, -faulty.gradient, -right.gradient, faulty.wrong
        ),
    }
    for stem, figure in drawn.items():
        canvas.write(figure, folder / f"{stem}.png")
    return [folder / f"{stem}.png" for stem in drawn]
