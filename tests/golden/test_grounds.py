"""Where pixels differ, and which of them a change of the arrows does not explain."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from gradproof.figures import canvas, quivers
from gradproof.golden import document
from gradproof.golden.baseline import changes_since, panels_of, update
from gradproof.golden.clusters import MOST, clusters, overlap
from gradproof.golden.review import Change, compare
from gradproof.golden.snapshot import LAYOUT, Arrows
from gradproof.golden.sources import File, Picture, Version
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

GRID = np.meshgrid(np.arange(-2, 2.25, 0.5), np.arange(-2, 2.25, 0.5))
X, Y = (part.ravel() for part in GRID)
Edit = Callable[[Figure], object]


@given(st.sets(st.tuples(st.integers(0, 399), st.integers(0, 299))))
def test_each_pixel_is_in_one_cluster_and_each_side_touches_one(
    dots: set[tuple[int, int]],
) -> None:
    mask = np.zeros((300, 400), dtype=bool)
    for x, y in dots:
        mask[y, x] = True
    found = clusters(mask)
    assert len(found) <= MOST
    held = np.zeros(mask.shape, dtype=int)
    for left, top, right, bottom in found:
        held[top:bottom, left:right] += 1
        own = mask[top:bottom, left:right]
        assert own[0].any()
        assert own[-1].any()
        assert own[:, 0].any()
        assert own[:, -1].any()
    assert held.max(initial=0) <= 1
    assert (held[mask] == 1).all()


def test_what_is_far_apart_is_two_and_what_is_close_is_one() -> None:
    mask = np.zeros((300, 400), dtype=bool)
    mask[10, 10:20] = mask[14, 25] = mask[250, 300] = True
    assert clusters(mask) == ((10, 10, 26, 15), (300, 250, 301, 251))
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3))
    assert not overlap((0, 0, 2, 2), (2, 0, 3, 3))


def drawn(
    change: Callable[[Any], object] = lambda uv: None,
    edit: Edit = lambda figure: None,
    dots: tuple[tuple[int, int], ...] = (),
    *,
    known: bool = True,
    **saved: Any,
) -> Version:
    """A picture of x0·x1, its arrows changed in place, its figure edited; its JSON."""
    uv = np.stack([-Y, -X])
    change(uv)
    figure = quivers.quiver(X, Y, *uv)
    # A scale of its own: else it follows the arrows, and they are all drawn anew.
    (quiver,) = figure.axes[0].collections
    quiver.scale = 30.0  # type: ignore[attr-defined]
    edit(figure)
    panels = panels_of(figure)
    if not known:
        nothing = dict.fromkeys(LAYOUT)
        panels = tuple(msgspec.structs.replace(p, **nothing) for p in panels)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100, **saved)
    with Image.open(stream) as picture:
        for dot in dots:
            picture.putpixel(dot, (0, 0, 0, 255))
        again = io.BytesIO()
        picture.save(again, format="PNG")
    text = document.dumps(*panels)
    return Version(_file("a.png", again.getvalue()), _file("a.json", text.encode()))


@functools.cache
def plain() -> Version:
    """The picture as it should be."""
    return drawn()


def _file(path: str, data: bytes) -> File:
    return File(path, len(data), False, None, lambda: data)


def reviewed(before: Version, after: Version) -> Change:
    found = compare(Picture("a", before, after))
    assert found
    return found


def told(before: Version, after: Version) -> list[str]:
    return [Words(Phrases("en")).sentence(s) for s in reviewed(before, after).sentences]


def flip(*numbers: int) -> Callable[[Any], object]:
    def change(uv: Any) -> None:
        uv[:, list(numbers)] *= -1

    return change


@pytest.mark.parametrize("number", [0, 12, 41, 80])
def test_an_arrow_that_changed_explains_its_pixels(number: int) -> None:
    change = reviewed(plain(), drawn(flip(number)))
    assert change.pixels is not None
    assert change.pixels.unexplained == ()
    assert len(change.sentences) == 1


EXPLAINED: dict[str, Callable[[], tuple[Version, Version]]] = {
    "all arrows twice as long": lambda: (plain(), drawn(lambda uv: uv.__imul__(2))),
    "another title": lambda: (plain(), drawn(edit=lambda f: f.axes[0].set(title="f"))),
    "a title of arrows that changed": lambda: (
        plain(),
        drawn(flip(30), lambda f: f.axes[0].set(title="f", xlabel="x2")),
    ),
    "other limits": lambda: (
        plain(),
        drawn(edit=lambda f: f.axes[0].set(xlim=(-3, 2))),
    ),
    "other colours": lambda: (
        plain(),
        drawn(edit=lambda f: f.axes[0].collections[0].set(color="red")),
    ),
    "an older baseline": lambda: (
        drawn(known=False),
        drawn(flip(30), dots=((300, 200),)),
    ),
    "a part of the figure": lambda: (
        drawn(bbox_inches="tight"),
        drawn(dots=((300, 200), (30, 30)), bbox_inches="tight"),
    ),
}


@pytest.mark.parametrize("case", EXPLAINED)
def test_nothing_is_said_of_pixels_that_are_explained_or_cannot_be_placed(
    case: str,
) -> None:
    before, after = EXPLAINED[case]()
    said = [s.message for s in reviewed(before, after).sentences]
    assert not {"review.unexplained", "review.unexplained-at"} & set(said), said


CASES: dict[str, tuple[Callable[[], Version], list[str]]] = {
    "a dot beside an arrow": (
        lambda: drawn(flip(41), dots=((400, 300),)),
        [
            "arrow #41 at (0.5, 0) turned by 180°",
            "pixels differ where nothing changed that the JSON tells of:"
            " within the axes (x 400, y 300)",
        ],
    ),
    "dots around the axes": (
        lambda: drawn(dots=((300, 20), (20, 200), (620, 200), (300, 470))),
        [
            "the arrows, labels and limits are the same",
            "the pixels that differ lie above the axes (x 300, y 20), left of the"
            " axes (x 20, y 200), right of the axes (x 620, y 200) and 1 more",
        ],
    ),
    "axes that moved": (
        lambda: drawn(edit=lambda f: f.subplots_adjust(left=0.2)),
        [
            "the axes' place in the figure (left, bottom, width, height):"
            " (0.125, 0.11, 0.775, 0.77) → (0.2, 0.11, 0.7, 0.77)",
        ],
    ),
    "fewer ticks": (
        lambda: drawn(edit=lambda f: f.axes[0].set_xticks([-2, 0, 2])),
        ["ticks along x: −2.0, −1.5, …, 2.0 (9) → −2, 0, 2"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_no_arrow_explains_is_named(case: str) -> None:
    after, expected = CASES[case]
    assert told(plain(), after()) == expected


def test_a_dot_beside_a_changed_title_is_named() -> None:
    after = drawn(edit=lambda f: f.axes[0].set(title="f"), dots=((300, 200), (30, 30)))
    assert told(plain(), after)[-1].endswith("within the axes (x 300, y 200)")


def test_an_older_baseline_is_read_and_learns_where_the_axes_are(
    tmp_path: Path,
) -> None:
    figure = quivers.quiver(X, Y, -Y, -X)
    (new,) = panels_of(figure)
    old: Arrows = msgspec.structs.replace(new, **dict.fromkeys(LAYOUT))
    path = tmp_path / "a.json"
    path.write_text(document.dumps(old), encoding="utf-8")
    assert not any(f'"{key}"' in path.read_text("utf-8") for key in LAYOUT)
    assert document.loads(path.read_text("utf-8")) == (
        document.loads(document.dumps(old))
    )
    assert changes_since(path, (new,)) == []
    assert update(path, (new,))
    assert not update(path, (new,))
    assert changes_since(path, (old,)) == []


def test_axes_that_are_not_straight_are_not_placed() -> None:
    with canvas.canvas() as figure:
        axes = figure.add_subplot(projection="polar")
        axes.quiver([0, 1], [1, 1], [1, 2], [1, 2])
        (panel,) = panels_of(figure)
    assert (panel.figure, panel.box, panel.ticks) == (None, None, None)
