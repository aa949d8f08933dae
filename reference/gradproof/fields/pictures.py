"""The picture of a defect or a clause: what it gives beside what is right, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradproof.defects import mended, part_hiding
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.clause_examples import OF_DEFECTS, OF_THEIR_OWN
from gradproof.defects.examples import Example, defined
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.update_examples import EXAMPLES
from gradproof.fields import (
    defect_pictures,
    entry_pictures,
    line_pictures,
    path_pictures,
)
from gradproof.fields.views import VIEWS, View

Array = NDArray[Any]

STEP = 1e-4
"""That of the examples."""

WRONG, RIGHT = "✗", "✓"
"""Of no language, since pages of each show them."""

DEFECTS = (*CATALOGUE, *LAYER_EXAMPLES, *EXAMPLES)

PYPLOT = "import matplotlib.pyplot as plt\n"
OWN_F, SHOWING = "np.sum(x**2)", "x[0] * x[1]"
"""What the script's example draws, and what shows that it is wrong."""


def files() -> dict[str, str]:
    """All pictures by the names of their files."""
    ids = (*DEFECTS, *OF_THEIR_OWN)
    return {file(id): picture(id) for id in ids if is_drawn(id)}


def file(id: str) -> str:
    """Where the picture of a defect or a clause stands, below docs/."""
    id = OF_DEFECTS.get(id, id)
    return f"images/{'defects' if id in DEFECTS else 'clauses'}/{id}.svg"


def picture(id: str, title: str | None = None) -> str:
    """The picture of a defect or a clause that `is_drawn`.

    A clause whose example is that of a defect has the picture of that. A ``title`` is
    what browsers and screen readers call it.
    """
    id = OF_DEFECTS.get(id, id)
    if id in VIEWS:
        svg = drawn(id, VIEWS[id], example_of(id))
    elif id in LAYER_EXAMPLES:
        svg = entry_pictures.svg(id)
    elif id in EXAMPLES:
        svg = path_pictures.svg(id)
    else:
        svg = defect_pictures.svg(id)
    if title is None:
        return svg
    head, _, tail = svg.partition("<title>")
    return f"{head}<title>{escape(title)}{tail[tail.index('</title>') :]}"


def is_drawn(id: str) -> bool:
    """Whether there is a picture of a defect or a clause."""
    id = OF_DEFECTS.get(id, id)
    if id in LAYER_EXAMPLES and id not in VIEWS:
        return entry_pictures.shown(id) is not None
    if id in EXAMPLES and id not in VIEWS:
        return path_pictures.visible(id)
    return id in VIEWS or (id in CATALOGUE and defect_pictures.shown(id) is not None)


def example_of(id: str) -> Example:
    """The code that is drawn, and how it is right."""
    if id in CATALOGUE:
        return mended.example_of(id)
    code, corrected = {**OF_THEIR_OWN, **LAYER_EXAMPLES, **EXAMPLES}[id]
    if id == "S3":
        code, corrected = (text.replace(OWN_F, SHOWING) for text in (code, corrected))
    return Example(code, corrected)


class Seen(NamedTuple):
    """The value of a line, and what is drawn with it: points, or a curve under it."""

    value: Any
    beside: Any


def drawn(id: str, view: View, example: Example) -> str:
    """What an example gives, and what it gives when it is mended."""
    wrong = seen(example.code, view, view.shown)
    right = seen(example.corrected, view, view.right or view.shown)
    line = "" if view.kind == "field" else f": {view.shown}"
    title = f"{id}{line}, f = {view.f}" if view.f else f"{id}{line}"
    return DRAWN[view.kind](title, view, wrong, right)


class _Plot:
    """What a script draws with: it keeps the arrows."""

    arrows: Array | None = None

    def quiver(self, _x: Any, _y: Any, u: Any, v: Any, **_: Any) -> None:
        self.arrows = np.transpose([u, v])

    def show(self) -> None:
        pass


def _tried(gradient: Any, f: Any, x: Array) -> Any:
    """What a routine gives; NaN where it raises."""
    try:
        return gradient(f, x)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return np.full(x.shape, np.nan)


def _fails(_: Array) -> float:
    raise ValueError


def _asked(gradient: Any, f: Any, x: Array) -> Array:
    """Where a routine asks for f, in steps from x."""
    seen: list[Array] = []

    def recorded(place: Array) -> Any:
        seen.append((place - x) / STEP)
        return f(place)

    gradient(recorded, x.copy())
    return np.array(seen)


def seen(code: str, view: View, line: str) -> Seen:
    """The value of a line after a text, and after what the view needs."""
    names: dict[str, Any] = {
        "plt": _Plot(),
        "print": lambda *_: None,
        "asked": _asked,
        "fails": _fails,
        "path": lambda made: np.array(list(path_pictures.walked(made, False))),
        "ticks": defect_pictures.AXIS,
        "tried": _tried,
    }
    *steps, last = (statement.strip() for statement in line.split(";"))
    shown = [f"shown = {last}", f"beside = {view.beside or None}"]
    text = "\n".join([code.replace(PYPLOT, ""), view.before, *steps, *shown])

    def run(_: None) -> list[Any]:
        found = defined(text, **names)
        return [found["shown"], found["beside"]]

    return Seen(*part_hiding.seeded(run)(None))


def _entries(title: str, view: View, wrong: Seen, right: Seen) -> str:
    both = (np.asarray(a, float) for a in (wrong.value, right.value) if a is not None)
    allowed = part_hiding.allowed_beside([a[np.isfinite(a)] for a in both])
    found = entry_pictures.compared("", view.shown, wrong.value, right.value, allowed)
    return entry_pictures.drawn(found, [title], [WRONG, RIGHT])


def _field(title: str, _: View, wrong: Seen, right: Seen) -> str:
    titles = f"{WRONG} {title}", f"{RIGHT} −∇f"
    return defect_pictures.beside(titles, right.beside, wrong.value, right.value)


def _path(title: str, _: View, wrong: Seen, right: Seen) -> str:
    titles = f"{WRONG} {title}", RIGHT
    return path_pictures.beside(titles, wrong.value, right.value)


def _curve(title: str, _: View, wrong: Seen, right: Seen) -> str:
    titles = f"{WRONG} {title}", RIGHT
    return line_pictures.curves(titles, wrong.value, right.value, right.beside)


def _nodes(title: str, _: View, wrong: Seen, right: Seen) -> str:
    titles = f"{WRONG} {title}", RIGHT
    return line_pictures.places(titles, wrong.value, right.value)


DRAWN: Mapping[str, Callable[[str, View, Seen, Seen], str]] = {
    "entries": _entries,
    "field": _field,
    "path": _path,
    "curve": _curve,
    "nodes": _nodes,
}
