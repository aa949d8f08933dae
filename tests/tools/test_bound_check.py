"""What the command prints of the bounds, on a slice."""

from __future__ import annotations

from random import Random

import pytest

from bound_check import FUNCTIONS, FUNCTIONS_TOO, KINDS, PARTS, ulps
from bound_check import tallied as tallied_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize("kind", KINDS)
def test_no_entry_is_outside_its_bounds(kind: str) -> None:
    tally = tallied_of(kind, 60, seed=1)
    assert tally.violated == 0
    assert tally.entries > 10 * tally.unbounded
    assert tally.within[100] > tally.entries / 4


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_the_bounds_can_be_left_out(part: str) -> None:
    kind, smaller = PARTS[part]
    with smaller():
        assert tallied_of(kind, 100, seed=0).violated > 0


@pytest.mark.parametrize("name", [*FUNCTIONS, *FUNCTIONS_TOO])
def test_functions_are_as_accurate_as_is_assumed(name: str) -> None:
    assert ulps(name, 300, Random(0)) <= (1 if name == "sqrt" else 4)
