"""Heat maps of gradients: what is seen of each entry."""

from __future__ import annotations

import io
import math
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from gradproof.figures import heat_maps
from gradproof.figures.blocks import blocks
from gradproof.golden.entries import entries

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def pixels(array: Any, expected: Any, wrong: Any) -> Any:
    figure = heat_maps.draw(entries("dW", array, expected, wrong))
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=heat_maps.DPI)
    return np.asarray(Image.open(stream).convert("RGB"))


def at(picture: Any, panel: int, place: tuple[int, int], size: int) -> object:
    """The colour of the middle of an entry of a panel so many entries wide."""
    cell = heat_maps.CELL
    across = heat_maps.LEFT + panel * (size * cell + heat_maps.BETWEEN)
    y, x = (int((n + 0.5) * cell) for n in place)
    return tuple(picture[heat_maps.TOP + y, across + x].tolist())


ZERO = np.zeros((2, 3))


def only(place: tuple[int, int], value: float) -> Any:
    found = ZERO.copy()
    found[place] = value
    return found


def test_zero_is_white_on_every_panel_and_the_ends_are_the_scales() -> None:
    picture = pixels(only((0, 1), 2.0), only((1, 2), -1.0), ZERO == 0)
    nothing, most = at(picture, 0, (1, 1), 3), at(picture, 0, (0, 1), 3)
    colours = mpl.colormaps[heat_maps.COLOURS]
    assert most == tuple(colours(1.0, bytes=True)[:3])
    assert nothing == tuple(colours(0.5, bytes=True)[:3])
    assert at(picture, 1, (0, 1), 3) == nothing
    half = tuple(colours(0.25, bytes=True)[:3])
    assert at(picture, 1, (1, 2), 3) == half
    assert at(picture, 2, (0, 1), 3) == most


def test_a_difference_that_is_as_small_as_it_may_be_is_none() -> None:
    picture = pixels(only((0, 1), 1e-17), ZERO, np.zeros((2, 3), bool))
    assert at(picture, 2, (0, 1), 3) == at(picture, 2, (1, 1), 3)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_black_and_does_not_set_the_scale(value: float) -> None:
    actual = only((0, 1), value)
    actual[1, 0] = 0.5
    picture = pixels(actual, ZERO, ZERO == 0)
    assert at(picture, 0, (0, 1), 3) == BLACK
    end = mpl.colormaps[heat_maps.COLOURS](1.0, bytes=True)[:3]
    assert at(picture, 0, (1, 0), 3) == tuple(end)


def test_the_frame_is_the_smallest_around_what_is_wrong() -> None:
    wrong = np.zeros((4, 4), bool)
    wrong[1, 2] = wrong[2, 1] = True
    zeros = np.zeros((4, 4))
    picture = pixels(zeros, zeros, wrong)
    bare = pixels(zeros, zeros, np.zeros((4, 4), bool))
    ys, xs = np.nonzero((picture != bare).any(axis=2))
    left, top, cell = heat_maps.LEFT, heat_maps.TOP, heat_maps.CELL
    first = xs < left + 4 * cell
    below_title = ys >= top
    there = first & below_title
    assert abs(ys[there].min() - (top + cell)) <= heat_maps.FRAME
    assert abs(ys[there].max() - (top + 3 * cell)) <= heat_maps.FRAME
    assert abs(xs[there].min() - (left + cell)) <= heat_maps.FRAME
    assert abs(xs[there].max() - (left + 3 * cell)) <= heat_maps.FRAME


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((), (1, 1, 1, 1)),
        ((5,), (1, 1, 1, 5)),
        ((2, 3), (1, 1, 2, 3)),
        ((2, 3, 4), (1, 2, 3, 4)),
        ((2, 3, 4, 5), (2, 3, 4, 5)),
        ((2, 3, 4, 5, 6), (6, 4, 5, 6)),
    ],
)
def test_more_axes_make_blocks(
    shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    array = np.arange(math.prod(shape), dtype=float).reshape(shape)
    found = blocks(array)
    assert found.shape == expected
    assert np.array_equal(found.ravel(), array.ravel())
    heat_maps.draw(entries("dW", array, array, np.zeros(shape, bool)))


def test_a_large_array_is_a_picture_of_a_bounded_width() -> None:
    array = np.zeros((784, 50))
    picture = pixels(array, array, array == 0)
    assert picture.shape[0] < 1100
