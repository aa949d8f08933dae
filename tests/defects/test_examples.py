"""Examples are right texts with a piece made otherwise, and say how they are mended."""

from __future__ import annotations

import pytest

from gradproof.defects.examples import changed

RIGHT = "def f(x):\n    y = 2 * x\n    return y\n"


def test_an_example_is_the_right_text_but_for_what_is_changed() -> None:
    example = changed(RIGHT, ("2 * x", "3 * x"), ("return y", "return -y"))
    assert example.code == "def f(x):\n    y = 3 * x\n    return -y\n"
    assert example.corrected == RIGHT


@pytest.mark.parametrize("piece", ["z", "y"])
def test_a_piece_that_is_not_there_once_is_refused(piece: str) -> None:
    with pytest.raises(ValueError, match="times"):
        changed(RIGHT, (piece, "a"))


def test_it_is_mended_by_the_lines_that_differ_and_no_others() -> None:
    assert changed(RIGHT, ("2 * x", "3 * x")).mended == ["- y = 3 * x", "+ y = 2 * x"]


def test_the_lines_keep_their_place_in_each_other() -> None:
    moved = ("    return y", "        return")
    example = changed(RIGHT, ("    y = 2 * x\n", ""), moved)
    assert example.mended == ["-     return", "+ y = 2 * x", "+ return y"]
