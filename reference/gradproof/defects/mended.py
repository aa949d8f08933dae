"""How the examples of those defects of routines are right that no field shows."""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.examples import Example, changed
from gradproof.defects.routine_clauses import POINT, ROUTINE, WHOLE

UNSEEN = (
    *("forward-difference", "backward-difference", "step-too-small", "step-too-large"),
    *("single-precision", "few-digits", "not-restored", "wrong-restore"),
)
"""Defects whose field is the right one to the eye."""

OTHERWISE: Mapping[str, str] = {
    **dict.fromkeys(UNSEEN, POINT),
    "row-by-row": WHOLE,
    "unguarded-batch": POINT,
    "aliased-result": POINT,
    "input-mutated": POINT,
    "integer-truncation": POINT,
    "not-restored-on-error": POINT,
    "nan-spreads": ROUTINE,
}
"""Right routines of the same role."""

CHANGES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "start-mutated": (("x = start\n", "x = start.copy()\n"),),
    "aliased-history": (("append(x)", "append(x.copy())"),),
    "tangent-off-point": (("f(x) - slope", "f(x) - slope * x"),),
    "tangent-by-component": (
        ("f(x) - slope * x", "f(x) - np.sum(slope * x)"),
        ("slope * t", "np.sum(slope * t)"),
    ),
    "missing-term": (("- t)  # the", "- t) + 0.1 * w  # the"),),
    "missing-constant": (("- t)  # the", "- t) - 0.5  # the"),),
    "missing-entries": (
        (
            "    return grad  #",
            "    grad[-1] = np.sum(x @ w[:-1] + w[-1] - t)\n    return grad  #",
        ),
    ),
}
"""What is put in the place of what."""


def example_of(defect: str) -> Example:
    """The example of one of these defects, and how it is right."""
    code = CATALOGUE[defect].example
    if defect in OTHERWISE:
        return Example(code, OTHERWISE[defect])
    return Example(code, changed(code, *CHANGES[defect]).code)
