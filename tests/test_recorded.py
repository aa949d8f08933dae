"""A record tells what has changed, and not what another processor rounds otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import recorded
from places import PROGRAMS
from recorded import differences, summed
from recorded_programs import FILES

SAID = [
    "f: gradient fail",
    "hold: G1 G2",
    "fail G5: ∂f/∂x1 at (1, 2) is 24.9 and should be 25 ± 2e-08 (2 of 2 are off)",
    "note: it was asked 1,296 times",
    "evidence 40 numbers 310.250 words 0badcafe",
]


@dataclass(frozen=True)
class Evidence:
    """Numbers, words, and the time it took."""

    name: str
    values: Any
    seconds: float = 0.0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("fail", "pass"),
        ("G1 G2", "G1"),
        ("x1", "x0"),
        ("24.9", "23.1"),
        ("25 ±", "-25 ±"),
        ("2e-08", "7e-08"),
        ("2e-08", "0"),
        ("2 of 2", "1 of 2"),
        ("1,296", "1,400"),
        ("40 numbers", "41 numbers"),
        ("310.250", "310.300"),
        ("0badcafe", "0badcaff"),
    ],
)
def test_a_change_is_told_by_the_line_before_and_after(was: str, now: str) -> None:
    found = [line.replace(was, now, 1) for line in SAID]
    changed = [(a, b) for a, b in zip(SAID, found, strict=True) if a != b]
    told = differences(found, SAID)
    assert told == [f"- {a}" for a, _ in changed] + [f"+ {b}" for _, b in changed]


@pytest.mark.parametrize(
    ("was", "now"), [("24.9", "24.90001"), ("2e-08", "3.5e-08"), ("310.250", "310.26")]
)
def test_what_is_rounded_otherwise_is_none(was: str, now: str) -> None:
    assert differences([line.replace(was, now) for line in SAID], SAID) == []


def test_a_line_more_or_less_is_told_and_one_that_stands_elsewhere() -> None:
    assert differences(SAID[1:], SAID) == [f"- {SAID[0]}"]
    assert differences(SAID, SAID[1:]) == [f"+ {SAID[0]}"]
    assert differences(SAID[::-1], SAID) == ["in another order, or how often"]
    assert differences([*SAID, SAID[1]], SAID) == ["in another order, or how often"]


GIVEN = Evidence("softmax", {"x": np.array([[1.0, -2.0], [0.5, np.nan]]), "y": None})


@pytest.mark.parametrize(
    "other",
    [
        Evidence("sigmoid", GIVEN.values),
        Evidence("softmax", {"x": np.array([[1.0, -2.0], [0.5, 3.0]]), "y": None}),
        Evidence("softmax", {"x": np.array([[1.0, 2.0], [0.5, np.nan]]), "y": None}),
        Evidence("softmax", {"x": np.array([[1.0, 0.5], [-2.0, np.nan]]), "y": None}),
        Evidence("softmax", {"x": np.array([[1.0, -2.1], [0.5, np.nan]]), "y": None}),
        Evidence("softmax", {"x": np.array([1.0, -2.0, 0.5, np.nan]), "y": None}),
        Evidence("softmax", {"x": np.ones((2, 2), int), "y": None}),
        Evidence("softmax", {"x": GIVEN.values["x"], "y": "none"}),
        Evidence("softmax", {"z": GIVEN.values["x"], "y": None}),
    ],
)
def test_the_sum_is_another_where_a_number_or_a_word_is(other: Evidence) -> None:
    assert differences([summed(other)], [summed(GIVEN)]) != []


@pytest.mark.parametrize(
    "values",
    [
        {"x": GIVEN.values["x"] * (1 + 1e-12), "y": None},
        {"x": GIVEN.values["x"] + 1e-13, "y": None},
    ],
)
def test_the_sum_is_the_same_where_last_digits_differ(values: Any) -> None:
    other = summed(Evidence("softmax", values, seconds=3.0))
    assert differences([other], [summed(GIVEN)]) == []


def test_it_does_not_matter_where_the_programs_are_and_in_what_order_sets() -> None:
    here = [f"{PROGRAMS}/a.py", frozenset("abc"), "<object at 0x7f0123456789>"]
    there = ["/a.py", frozenset("cab"), "<object at >"]
    assert summed(here) == summed(there)


@pytest.mark.parametrize("file", FILES)
def test_what_is_recorded_is_of_these_programs(file: str) -> None:
    assert [*recorded.read(file)[1]] == [*FILES[file]]


def test_a_record_is_read_as_it_was_written(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    recorded.write("a.txt", {"one": SAID, "two, 二": SAID[:1]})
    recorded.read.cache_clear()
    assert recorded.read("a.txt") == (
        recorded.here(),
        {"one": SAID, "two, 二": SAID[:1]},
    )
    recorded.read.cache_clear()
