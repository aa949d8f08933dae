"""The pictures of layers' defects: of those that show in the entries of an array."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradproof.defects import part_hiding
from gradproof.defects.examples import Example
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.fields import entry_pictures
from gradproof.figures.palette import GREY

FRAMES = re.compile(r"M(\d+) (\d+)h\.8v\.8h-\.8z")
COLOURS = re.compile(r'<path d="([Mh\d ]+)" stroke="(#\w{6})"/>')


def framed(svg: str) -> set[tuple[int, int]]:
    """The rows and columns of entries that have a frame."""
    return {(int(y), int(x)) for x, y in FRAMES.findall(svg)}


def panels(svg: str) -> list[dict[tuple[int, int], str]]:
    """The colour at each row and column, of either array."""
    return [
        {
            (int(y), int(x)): colour
            for path, colour in COLOURS.findall(panel)
            for x, y in re.findall(r"M(\d+) (\d+)h1", path)
        }
        for panel in svg.split("translate(0 .5)")[1:]
    ]


def test_frames_are_where_the_numbers_differ() -> None:
    # Of what is not above 0 the gradient should be 0, and is what came.
    expected = {(int(y), int(x)) for y, x in np.argwhere(part_hiding.X <= 0)}
    svg = entry_pictures.svg("mask-compared")
    assert framed(svg) == expected
    actual, right = panels(svg)
    assert {right[place] for place in expected} == {entry_pictures.WHITE}
    assert all((actual[p] != right[p]) <= (p in expected) for p in right)
    assert any(actual[place] != right[place] for place in expected)


def test_an_array_of_another_shape_is_framed_as_a_whole() -> None:
    svg = entry_pictures.svg("weight-gradient-transposed")
    actual, right = panels(svg)
    assert framed(svg) == set(np.ndindex(3, 4))
    # What is wrong is the place alone.
    assert {(x, y): colour for (y, x), colour in actual.items()} == right


def test_blocks_stand_apart() -> None:
    actual, right = panels(entry_pictures.svg("gates-swapped"))
    two_of_five_by_four = {(y, x) for y, x in np.ndindex(5, 9) if x != 4}
    assert set(actual) == set(right) == two_of_five_by_four


def test_what_is_no_number_has_a_colour_of_its_own() -> None:
    actual, right = panels(entry_pictures.svg("overflow"))
    assert GREY in actual.values()
    assert GREY not in right.values()


@pytest.mark.parametrize(
    ("id", "use", "name"),
    [
        ("bias-averaged", "usual", "db"),
        ("bias-missing", "usual", "forward"),
        ("operands-swapped", "square-weights", "backward"),  # else it raises
        ("scale-at-test", "at-test", "forward(x, False)"),
        ("upstream-written", "usual", "dout"),
        # Its own list has another array, which is right.
        ("gradient-array-replaced", "usual", "held = grads[0]"),
        ("weight-divided-by-batch", "usual", "dW"),
    ],
)
def test_it_is_the_first_use_and_array_that_show_it(
    id: str, use: str, name: str
) -> None:
    found = entry_pictures.shown(id)
    assert found is not None
    assert (found.use, found.name) == (use, name)


@pytest.mark.parametrize(
    "id",
    [
        "loss-not-averaged",  # one number
        "gradient-not-kept",  # nothing there
        "state-kept",  # wrong at a second call
        "gradient-accumulated",
    ],
)
def test_what_no_array_of_one_call_shows_is_not_found_in_one(id: str) -> None:
    assert entry_pictures.shown(id) is None


def test_what_is_right_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = {e.corrected: Example(e.corrected, e.corrected) for e in _examples()}
    monkeypatch.setattr(entry_pictures, "LAYER_EXAMPLES", codes)
    for code in codes:
        assert entry_pictures.shown.__wrapped__(code) is None


def _examples() -> list[Example]:
    return list(LAYER_EXAMPLES.values())


def test_a_difference_within_one_colour_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = LAYER_EXAMPLES["mask-compared"].corrected
    slight = right.replace("return dx", "return dx * (1 + 1e-5)")
    monkeypatch.setattr(
        entry_pictures, "LAYER_EXAMPLES", {"slight": Example(slight, right)}
    )
    assert entry_pictures.shown.__wrapped__("slight") is None


@pytest.mark.once
@pytest.mark.parametrize("id", LAYER_EXAMPLES)
def test_a_picture_shows_a_difference_in_few_bytes(id: str) -> None:
    found = entry_pictures.shown(id)
    if found is None:
        return
    svg = entry_pictures.svg(id)
    actual, right = panels(svg)
    assert actual != right
    assert len(framed(svg)) == found.wrong.sum() > 0
    assert len(svg.encode()) < 4400
