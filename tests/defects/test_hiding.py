"""Functions that hide a defect are found by trying, and are those of the theory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradproof.defects import hiding as module
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.hiding import TRIED, hiding

SUMS = {"Σ xᵢ²", "Σ xᵢ⁴"}
QUADRATIC = {"Σ xᵢ²", "x0·x1", "x0² + 2·x1²"}
APART = {"Σ xᵢ²", "Σ xᵢ⁴", "x0² + 2·x1²"}


@pytest.mark.parametrize(
    ("defect", "hides"),
    [
        # A sum of one function of every entry, by the theorem of the story.
        ("transposed-points", SUMS),
        # Its error is half of h times a second derivative by one component: 0.
        ("forward-difference", {"x0·x1"}),
        # Its error is a third derivative.
        ("step-too-large", QUADRATIC),
        # What is not put back shows in a mixed derivative.
        ("not-restored", APART),
        ("sign-flipped", set()),
        ("nan-spreads", {f.text for f in TRIED}),
    ],
)
def test_what_hides_a_defect_is_what_theory_says(defect: str, hides: set[str]) -> None:
    found = hiding(defect)
    assert found is not None
    assert {f.text for f in found.hides} == hides
    assert {f.text for f in found.shows} == {f.text for f in TRIED} - hides


def test_a_right_routine_is_shown_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    right = CATALOGUE["sign-flipped"]
    text = (
        "def gradient(f, x, h=1e-4):\n"
        "    if x.ndim == 2:\n"
        "        return np.array([gradient(f, row) for row in x])\n"
        "    steps = h * np.eye(x.size)\n"
        "    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps])\n"
    )
    put = {right.id: replace(right, role="gradient", example=text)}
    monkeypatch.setattr(module, "CATALOGUE", put)
    hiding.cache_clear()
    found = hiding(right.id)
    hiding.cache_clear()
    assert found is not None
    assert found.shows == ()
