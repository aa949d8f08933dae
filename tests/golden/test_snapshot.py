"""What a quiver shows, as data: read, written, read back and compared."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gradproof.golden.document import differences, dumps, loads
from gradproof.golden.snapshot import LAYOUT, Arrows, snapshot
from gradproof.golden.written import close
from gradproof.report.phrases import Phrases

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

SMALL = Arrows(
    title="",
    labels=("x0", "x1"),
    limits=((-2.0, 2.0), (-2.0, 2.0)),
    angles="xy",
    scale=12.5,
    scale_units=None,
    units="width",
    pivot="tail",
    colours=("#666666",),
    arrows=((0.0, 1.0, 2.0, -3.0), (0.5, 1.0, None, None)),
)

WRITTEN = """\
{
 "format": "gradproof-arrows/1",
 "panels": [
  {
   "title": "",
   "labels": ["x0", "x1"],
   "limits": [[-2, 2], [-2, 2]],
   "angles": "xy",
   "scale": 12.5,
   "scale_units": null,
   "units": "width",
   "pivot": "tail",
   "colours": ["#666666"],
   "arrows": [
    [0, 1, 2, -3],
    [0.5, 1, null, null]
   ]
  }
 ]
}
"""


def changed(**fields: Any) -> Arrows:
    return msgspec.structs.replace(SMALL, **fields)


def axes_with(*quivers: tuple[Any, ...], **options: Any) -> Any:
    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for arrows in quivers:
        axes.quiver(*arrows, **options)
    return axes


def test_a_snapshot_holds_what_the_quiver_was_given() -> None:
    axes = axes_with(
        ([0, 0.5], [1, 1], [2, np.nan], [-3, 4]),
        angles="xy",
        scale=12.5,
        color="#666666",
    )
    axes.set(xlim=(-2, 2), ylim=(-2, 2), xlabel="x0", ylabel="x1")
    seen = snapshot(axes)
    assert msgspec.structs.replace(seen, **dict.fromkeys(LAYOUT)) == SMALL
    assert seen.figure == (6.4, 4.8)
    assert seen.box == pytest.approx((0.125, 0.11, 0.775, 0.77))
    assert seen.ticks is not None
    assert [at for at, _ in seen.ticks[0]] == np.arange(-2, 2.5, 0.5).tolist()
    assert seen.ticks[1][0] == (-2.0, "−2.0")


def test_a_snapshot_holds_what_differs_from_the_defaults() -> None:
    axes = axes_with(
        ([0, 1], [1, 1], [2, 2], [3, 3]),
        angles=[10, 20],
        scale=3,
        scale_units="inches",
        units="dots",
        pivot="mid",
        color=["red", (0, 0, 1, 0.5)],
    )
    axes.set_title("two")
    seen = snapshot(axes)
    assert (seen.angles, seen.scale, seen.title) == ((10.0, 20.0), 3.0, "two")
    assert (seen.scale_units, seen.units, seen.pivot) == ("inches", "dots", "middle")
    assert seen.colours == ("#ff0000", "#0000ff80")


def test_the_scale_is_known_before_the_figure_was_drawn_and_stays() -> None:
    axes = axes_with(([0, 1], [1, 1], [3, 3], [4, 4]))
    before = snapshot(axes)
    axes.figure.canvas.draw()
    assert before.scale == pytest.approx(1.8 * 5 * 10)  # Matplotlib's own recipe
    assert snapshot(axes) == before


def test_colours_mapped_from_values_are_those_drawn() -> None:
    axes = axes_with(([0, 1], [1, 1], [2, 2], [3, 3], [0, 1]), cmap="gray")
    assert snapshot(axes).colours == ("#000000", "#ffffff")


def test_masked_arrows_are_missing() -> None:
    masked = np.ma.array([2.0, 2.0], mask=[True, False])
    seen = snapshot(axes_with(([0, 1], [1, 1], masked, [3, 3])))
    assert seen.arrows == ((0, 1, None, None), (1, 1, 2, 3))


def test_a_grid_given_by_its_axes_is_written_out() -> None:
    seen = snapshot(axes_with(([0, 1], [5, 6], np.ones((2, 2)), np.zeros((2, 2)))))
    assert [arrow[:2] for arrow in seen.arrows] == [(0, 5), (1, 5), (0, 6), (1, 6)]


def test_arrows_that_are_all_zero_have_scale_zero() -> None:
    assert snapshot(axes_with(([0, 1], [1, 1], [0, 0], [0, 0]))).scale == 0


@pytest.mark.parametrize(("count", "told"), [(0, "none"), (2, "2")])
def test_axes_without_one_quiver_are_refused(count: int, told: str) -> None:
    axes = axes_with(*[([0], [0], [1], [1])] * count)
    with pytest.raises(ValueError, match=f"one quiver is due; the axes hold {told}"):
        snapshot(axes)


def test_arrows_are_written_one_a_line() -> None:
    assert dumps(SMALL) == WRITTEN
    assert loads(WRITTEN) == (SMALL,)


def test_panels_are_kept_in_order() -> None:
    other = changed(title="右", angles=(1.5, 2.0))
    assert loads(dumps(SMALL, other)) == (SMALL, other)
    assert json.loads(dumps(SMALL, other))["panels"][1]["title"] == "右"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.0, "0"),
        (-4e-7, "0"),
        (5e-7 - 1e-12, "0"),
        (6e-7, "0.000001"),
        (100.0, "100"),
        (1 / 3, "0.333333"),
        (-1e20, "-100000000000000000000"),
        (math.nan, "null"),
        (-math.inf, "null"),
    ],
)
def test_numbers_have_six_decimals(number: float, text: str) -> None:
    assert f"[{text}, 0, 0, 0]" in dumps(changed(arrows=((number, 0.0, 0.0, 0.0),)))


entries = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(entries, entries, entries, entries)))
def test_what_is_read_back_is_the_same(rows: list[Any]) -> None:
    arrows = changed(arrows=tuple(rows))
    (back,) = loads(dumps(arrows))
    assert differences(arrows, back) == []
    assert dumps(back) == dumps(arrows)


MALFORMED: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda text: "", "line 1"),
    "cut off": (lambda text: text[:-5], "line 19"),
    "a comma too few": (lambda text: text.replace("-3],", "-3]"), "line 16"),
    "another format": (lambda text: text.replace("/1", "/2"), r"\$\.format"),
    "a list": (lambda text: "[]", "Expected `object`"),
    "nesting": (
        lambda text: text.replace("{", '{"a": ' + "[" * 100_000, 1),
        "recursion|nest",
    ),
    "no panels": (lambda text: dumps(), r"length >= 1 - at `\$\.panels`"),
    "an unknown key": (lambda text: text.replace("pivot", "tail"), "`tail`"),
    "a missing key": (lambda text: text.replace('   "title": "",\n', ""), "`title`"),
    "a short arrow": (lambda text: text.replace(", -3", ""), r"\.arrows\[0\]"),
    "a word": (lambda text: text.replace("-3", '"3"'), r"\.arrows\[0\]\[3\]"),
    "not a number": (lambda text: text.replace("-3", "NaN"), "malformed"),
    "beyond doubles": (lambda text: text.replace("-3", "1e999"), "out of range"),
    "no colour": (lambda text: text.replace('"#666666"', ""), r"\.colours"),
    "a surrogate": (lambda text: text.replace("x0", "\ud800"), "surrogates"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_text_is_a_value_error_that_says_where(case: str) -> None:
    spoil, where = MALFORMED[case]
    with pytest.raises(ValueError, match=rf"^this is no gradproof-arrows/1: .*{where}"):
        loads(spoil(WRITTEN))


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (0.0, 1e-6, True),
        (0.123456, 0.123457, True),
        (90.123456, 90.123457, True),
        (0.0, 1.001e-6, False),
        (0.123456, 0.123458, False),
        (1e12, 1e12 + 2**-12, True),
        (1e12, 1e12 + 1, False),
        (math.nan, math.nan, True),
        (math.nan, 0.0, False),
        (1e308, -1e308, False),
    ],
)
def test_a_unit_of_the_sixth_decimal_is_the_same(
    a: float, b: float, same: bool
) -> None:
    assert bool(close(a, b)) is same
    assert bool(close(b, a)) is same


def test_nothing_differs_from_itself() -> None:
    assert differences(SMALL, SMALL) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": "new"}, 'title: "" → "new"'),
        ({"labels": ("x1", "x0")}, 'labels: ["x0", "x1"] → ["x1", "x0"]'),
        (
            {"limits": ((-2.0, 2.5), (-2.0, 2.0))},
            "limits: [[-2, 2], [-2, 2]] → [[-2, 2.5], [-2, 2]]",
        ),
        ({"angles": "uv"}, 'angles: "xy" → "uv"'),
        ({"angles": (1.0, 2.0)}, 'angles: "xy" → [1, 2]'),
        ({"scale": 25.0}, "scale: 12.5 → 25"),
        ({"scale": None}, "scale: 12.5 → null"),
        ({"scale_units": "xy"}, 'scale_units: null → "xy"'),
        ({"units": "dots"}, 'units: "width" → "dots"'),
        ({"pivot": "tip"}, 'pivot: "tail" → "tip"'),
        ({"colours": ("#000000",)}, 'colours: ["#666666"] → ["#000000"]'),
        (
            {"colours": ("#666666", "#000000")},
            'colours: ["#666666"] → ["#666666", "#000000"]',
        ),
        ({"arrows": SMALL.arrows[:1]}, "number of arrows: 2 → 1"),
        (
            {"arrows": (SMALL.arrows[0], (0.5, 1.0, 4.0, None))},
            "1 of 2 arrows changed, first #1 [x, y, u, v]:"
            " [0.5, 1, null, null] → [0.5, 1, 4, null]",
        ),
        (
            {"arrows": SMALL.arrows[::-1]},
            "2 of 2 arrows changed, first #0 [x, y, u, v]:"
            " [0, 1, 2, -3] → [0.5, 1, null, null]",
        ),
    ],
)
def test_a_difference_is_told_with_both_values(
    fields: dict[str, Any], told: str
) -> None:
    found = differences(SMALL, changed(**fields))
    assert [Phrases().say(each.message, **each.parameters) for each in found] == [told]


def test_every_field_is_compared() -> None:
    """A field that is added must be compared too: each is given a strange value."""
    known = changed(figure=(6.0, 4.0), box=(0.1, 0.1, 0.8, 0.8), ticks=((), ()))
    for name in Arrows.__struct_fields__:
        strange: Any = () if name == "arrows" else ("strange",)
        other = msgspec.structs.replace(known, **{name: strange})
        assert len(differences(known, other)) == 1, name
