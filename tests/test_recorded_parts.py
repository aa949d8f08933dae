"""Of examples, files and scripts the whole report stays as it was.

What is meant to be told otherwise is recorded anew: see `recorded_programs`.
"""

from __future__ import annotations

import pytest

import recorded_programs
from recorded_programs import FILES

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", FILES["examples.txt"])
def test_of_an_example_is_said_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("examples.txt", name) == []


@pytest.mark.parametrize("name", FILES["files.txt"])
def test_of_a_file_is_said_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("files.txt", name) == []


@pytest.mark.parametrize("name", FILES["scripts.txt"])
def test_of_a_script_is_said_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("scripts.txt", name) == []


@pytest.mark.parametrize("name", FILES["kinds.txt"])
def test_of_a_kind_is_asked_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("kinds.txt", name) == []
