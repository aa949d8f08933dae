"""The pictures themselves: what is drawn, and what a reader is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

from gradproof import sample
from gradproof.figures import canvas, palette, quivers
from gradproof.golden.snapshot import snapshot

X, Y = sample.grid()
ARROWS = np.array([-Y, -X])
NONE = np.zeros(324, dtype=bool)


def some(*indices: int) -> Any:
    mask = NONE.copy()
    mask[list(indices)] = True
    return mask


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_field_is_drawn_as_in_the_book() -> None:
    figure = quivers.quiver(X, Y, *ARROWS)
    (axes,) = figure.axes
    seen = snapshot(axes)
    assert seen.labels == ("x0", "x1")
    assert seen.limits == ((-2, 2), (-2, 2))
    assert (seen.angles, seen.colours) == ("xy", ("#666666",))
    assert np.array_equal(seen.values(), np.column_stack([X, Y, *ARROWS]))
    assert all(line.get_visible() for line in axes.get_xgridlines())


def test_a_grid_may_keep_its_two_dimensions() -> None:
    square = [part.reshape(18, 18) for part in (X, Y, *ARROWS)]
    drawn, flat = quivers.quiver(*square), quivers.quiver(X, Y, *ARROWS)
    assert snapshot(drawn.axes[0]) == snapshot(flat.axes[0])


def test_the_colour_may_be_chosen() -> None:
    figure = quivers.quiver(X, Y, *ARROWS, color="#d55e00")
    assert snapshot(figure.axes[0]).colours == ("#d55e00",)


def test_the_limits_may_be_chosen() -> None:
    figure = quivers.quiver(X, Y, *ARROWS, limits=(0, 5))
    assert snapshot(figure.axes[0]).limits == ((0, 5), (0, 5))


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_arrows_without_a_mean_length_are_drawn_all_the_same(
    value: float, tmp_path: Path
) -> None:
    figure = quivers.quiver(X, Y, X * 0 + value, Y)
    canvas.write(figure, tmp_path / "one.png")
    figure = quivers.quiver(X, Y, X * 0 + value, Y * 0)
    canvas.write(figure, tmp_path / "both.png")
    mask = some(0)
    figure = quivers.compare(X, Y, ARROWS * 0 + value, ARROWS * 0 + value, mask)
    canvas.write(figure, tmp_path / "compare.png")


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one size; they have \[324, 324, 2, 324\]"):
        quivers.quiver(X, Y, X[:2], Y)
    with pytest.raises(ValueError, match="2 entries for 324 arrows"):
        quivers.compare(X, Y, ARROWS, ARROWS, [True, False])
    with pytest.raises(ValueError, match=r"right must be \(2, N\); it is \(324, 2\)"):
        quivers.compare(X, Y, ARROWS, ARROWS.T, NONE)


def test_a_picture_depends_on_no_setting_of_the_user(tmp_path: Path) -> None:
    def drawn(name: str) -> bytes:
        canvas.write(quivers.quiver(X, Y, *ARROWS), tmp_path / name)
        return (tmp_path / name).read_bytes()

    settings: Any = {"axes.facecolor": "black", "savefig.bbox": "tight", "font.size": 5}
    usual = drawn("usual.png")
    with matplotlib.rc_context(settings):
        assert drawn("other.png") == usual


def test_pyplot_is_left_alone() -> None:
    load = "import sys, gradproof.figures.quivers"
    look = f"{load}; print('matplotlib.pyplot' in sys.modules)"
    run = [sys.executable, "-c", look]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_comparison_has_the_faulty_call_left_and_both_at_one_scale() -> None:
    figure = quivers.compare(X, Y, 3 * ARROWS, ARROWS, ~NONE)
    left, right = map(snapshot, figure.axes)
    assert np.array_equal(left.values()[:, 2:], 3 * ARROWS.T)
    assert np.array_equal(right.values()[:, 2:], ARROWS.T)
    alone = snapshot(quivers.quiver(X, Y, *ARROWS).axes[0])
    assert left.scale == right.scale == pytest.approx(alone.scale)
    assert (left.labels, left.limits) == (right.labels, right.limits)


def test_wrong_arrows_differ_by_colour_and_by_thickness_and_are_counted() -> None:
    figure = quivers.compare(X, Y, -ARROWS, ARROWS, some(7, 9))
    left, right = map(snapshot, figure.axes)
    odd = [i for i, colour in enumerate(left.colours) if colour != palette.GREY]
    assert odd == [7, 9]
    assert right.colours == (palette.GREY,)
    thick = np.asarray(figure.axes[0].collections[0].get_linewidth())
    assert np.flatnonzero(thick).tolist() == [7, 9]
    assert left.title == "faulty call: 2 of 324 arrows wrong"
    assert legend(figure)[:2] == [
        "wrong (thick): 2 of 324",
        "as it should be: 322 of 324",
    ]


def test_arrows_that_cannot_be_seen_are_marked_and_counted() -> None:
    faulty = ARROWS.copy()
    faulty[:, 3:10] = 0
    faulty[0, 20] = np.nan
    faulty[1, 21] = np.inf
    figure = quivers.compare(X, Y, faulty, ARROWS, some(*range(3, 10), 20, 21))
    # The arrow at the origin is zero by right.
    assert legend(figure)[2:] == [
        "zero, or too short to draw: 8 left, 1 right",
        "not finite: 2 left, 0 right",
    ]
    _, rings, crosses = figure.axes[0].collections
    assert len(np.asarray(rings.get_offsets())) == 8
    assert np.array_equal(
        np.asarray(crosses.get_offsets()), np.column_stack([X, Y])[20:22]
    )


def test_marks_that_are_not_needed_are_not_explained() -> None:
    x, y = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    arrows = np.ones((2, 2))
    figure = quivers.compare(x, y, arrows, arrows, [False, False])
    assert len(legend(figure)) == 2


def test_rings_mark_exactly_the_arrows_that_matplotlib_draws_as_dots() -> None:
    lengths = np.linspace(0, 1, 324)
    faulty = np.array([lengths, 0 * lengths])
    figure = quivers.compare(X, Y, faulty, ARROWS, ~NONE)
    snapshot(figure.axes[0])
    quiver, rings, _ = figure.axes[0].collections
    # A dot is a hexagon about its place; an arrow of an even shape has a tip.
    dots = sum(_is_hexagon(path.vertices) for path in quiver.get_paths())
    assert len(np.asarray(rings.get_offsets())) == dots > 1


def _is_hexagon(vertices: Any) -> bool:
    radii = np.hypot(*np.asarray(vertices)[:6].T)
    return bool(np.ptp(radii) < 1e-9 * radii.max())


def test_a_picture_is_100_dots_an_inch_and_the_same_bytes_every_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.png"
    canvas.write(quivers.quiver(X, Y, *ARROWS), path)
    first = path.read_bytes()
    canvas.write(quivers.quiver(X, Y, *ARROWS), str(path))
    assert path.read_bytes() == first
    assert b"Software" not in first
    assert matplotlib.image.imread(path).shape == (480, 640, 4)


def test_a_picture_must_be_named_png(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"written as PNG; 'a.svg' is not named so"):
        canvas.write(quivers.quiver(X, Y, *ARROWS), tmp_path / "a.svg")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere.a\.png"):
        canvas.write(Figure(), tmp_path / "nowhere" / "a.png")
