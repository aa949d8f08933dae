"""Uses that hide a defect of a layer or an optimizer are found by trying them."""

from __future__ import annotations

import pytest

import recorded_programs
from gradproof.defects import part_hiding as module
from gradproof.defects.examples import Example
from gradproof.defects.layer_examples import LAYER_EXAMPLES
from gradproof.defects.part_hiding import TRIED, hiding
from gradproof.defects.update_examples import EXAMPLES
from gradproof.report.messages import CATALOGUES
from recorded_programs import FILES

pytestmark = pytest.mark.once  # the same under each version

ALL = {**LAYER_EXAMPLES, **EXAMPLES}


@pytest.mark.parametrize(
    ("defect", "hides"),
    [
        # A mean over one is the one, and so is a sum.
        ("batch-not-divided", {"one-sample"}),
        ("bias-first-row", {"one-sample"}),
        # W is its own transpose; a square one only has the shape of that.
        ("operands-swapped", {"symmetric-weights"}),
        # 1 is the factor that is missing.
        ("upstream-dropped", {"ones"}),
        # A column of equal numbers moves nothing: its gradient is 0 anyway.
        ("gamma-missing", {"gamma-one", "ones"}),
        # What is swapped is the same.
        ("ratio-swapped", {"ratio-half"}),
        ("decay-swapped", {"decay-half"}),
        ("height-width-swapped", {"square-window"}),
        # There is nothing that could be added, or carried on.
        ("overlaps-assigned", {"side-by-side"}),
        ("state-not-carried", {"one-step"}),
        ("update-of-first-parameter", {"one-parameter"}),
        # What is kept is of the first call.
        ("update-once", {"one-update"}),
        # The sign is wrong everywhere.
        ("gradient-negated", set()),
        ("update-uphill", set()),
    ],
)
def test_what_hides_a_defect_is_what_theory_says(defect: str, hides: set[str]) -> None:
    found = hiding(defect)
    tried = TRIED[ALL[defect].corrected]
    assert set(found.hides) == hides
    assert set(found.shows) == set(tried) - hides


@pytest.mark.parametrize("id", ALL)
def test_every_defect_is_shown_by_a_use_that_was_tried(id: str) -> None:
    assert hiding(id).shows


def test_what_is_right_is_shown_by_no_use(monkeypatch: pytest.MonkeyPatch) -> None:
    right = {e.corrected: Example(e.corrected, e.corrected) for e in ALL.values()}
    monkeypatch.setattr(module, "LAYER_EXAMPLES", right)
    monkeypatch.setattr(module, "EXAMPLES", {})
    for text in right:
        assert hiding.__wrapped__(text).shows == ()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_use_has_its_words_and_none_is_left_over(language: str) -> None:
    tried = {id for runs in TRIED.values() for id in runs}
    said = CATALOGUES[language]  # type: ignore[index]
    assert {id for id in said if id.startswith("use.")} == {f"use.{u}" for u in tried}


@pytest.mark.parametrize("name", FILES["uses.txt"])
def test_of_a_use_comes_what_was_recorded(name: str) -> None:
    assert recorded_programs.changes("uses.txt", name) == []
