"""Of each slip, and of what is unusual and right, the whole report stays as it was.

What is meant to be told otherwise is recorded anew: see `recorded_programs`.
"""

from __future__ import annotations

import pytest

import recorded_programs
from recorded_programs import FILES

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", FILES["slips.txt"])
def test_of_a_slip_is_said_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("slips.txt", name) == []


@pytest.mark.parametrize("name", FILES["unusual.txt"])
def test_of_what_is_unusual_is_said_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("unusual.txt", name) == []
