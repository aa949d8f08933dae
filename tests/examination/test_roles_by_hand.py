"""A role is inferred from what was seen, written down by hand; and so is the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.defects.diagnosis import Explanation
from gradproof.evidence.evidence import Evidence
from gradproof.examination import examination, role_inference
from gradproof.examination.policy import Terms
from gradproof.examination.role_inference import _Candidate
from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Observation,
    Probe,
    Raised,
    Returned,
)
from gradproof.ports.role_ids import RoleId

ROWS = np.arange(6.0).reshape(3, 2)
RAISED = Raised("ValueError", "no batch")
TIMEOUT = Broke("timeout", "")


def observed(given: Any, outcome: Any, x: Any = ROWS) -> Observation:
    """What f was given, each an array or something else, and what came of it."""
    probe = Probe("rows", lambda argument: 0.0, x)
    evaluations = tuple(
        Evaluation(each if isinstance(each, np.ndarray) else None, type(each).__name__)
        for each in given
    )
    if not isinstance(outcome, (Raised, Broke)):
        outcome = Returned(np.asarray(outcome))
    return Observation(probe, evaluations, outcome, None)


def evidence(
    rows: Observation, role: RoleId = "gradient", **others: Observation
) -> Evidence:
    return Evidence(role, False, {"rows": rows, **others}, {})


# What a batch rules out


POINTS = list(ROWS)
WHOLE = [ROWS, ROWS + 1]
FLAT = [ROWS.ravel()]


@pytest.mark.parametrize(
    ("given", "outcome", "roles"),
    [
        (POINTS, ROWS, {"gradient"}),
        (POINTS, RAISED, {"gradient", "point-gradient"}),
        (WHOLE, ROWS, {"gradient", "point-gradient", "array-gradient"}),
        (WHOLE, RAISED, {"gradient", "point-gradient", "array-gradient"}),
        (FLAT, ROWS, {"gradient", "point-gradient"}),
        ([*WHOLE, POINTS[0]], ROWS, {"gradient", "array-gradient"}),
        ([], RAISED, {"gradient", "point-gradient"}),
        ([], ROWS, {"gradient"}),
        (["a list"], ROWS, {"gradient", "array-gradient"}),
        (["a list", POINTS[0]], ROWS, {"gradient"}),
        (["a list", ROWS], ROWS, {"gradient", "array-gradient"}),
    ],
)
def test_what_was_seen_of_a_batch_leaves_roles(
    given: Any, outcome: Any, roles: set[str]
) -> None:
    seen = evidence(observed(given, outcome))
    assert set(role_inference._possible(seen)) == roles


# Which of them it is


def candidate(
    role: RoleId, musts: dict[str, Verdict], rows: Any = None, given: Any = POINTS
) -> _Candidate:
    outcome = ROWS if rows is None else rows
    return _Candidate(evidence(observed(given, outcome), role), musts)


RIGHT: dict[str, Verdict] = {"value": "pass", "shape": "not-covered"}
WRONG: dict[str, Verdict] = {"value": "fail", "shape": "pass"}
WORSE: dict[str, Verdict] = {"value": "fail", "shape": "error"}
UNGUARDED: dict[str, Verdict] = {"value": "pass", "no-wrong-batch": "fail"}
LATE: dict[str, Verdict] = {"value": "error", "shape": "pass"}


def chosen(
    rows: dict[str, Verdict],
    point: dict[str, Verdict] | None = None,
    whole: dict[str, Verdict] | None = None,
    outcome: Any = None,
    given: Any = POINTS,
) -> tuple[str, str]:
    musts: dict[RoleId, dict[str, Verdict] | None] = {
        "gradient": rows,
        "point-gradient": point,
        "array-gradient": whole,
    }
    under = {
        role: candidate(role, each, outcome, given)
        for role, each in musts.items()
        if each is not None
    }
    choice = role_inference._of_arrays(under) or role_inference._least_wrong(under)
    return choice.evidence.role, choice.why


def test_the_most_particular_role_is_the_one_whose_musts_hold() -> None:
    whole, point = ("array-gradient", "role-whole"), ("point-gradient", "role-point")
    rows = ("gradient", "role-rows")
    assert chosen(RIGHT, RIGHT, RIGHT, RAISED) == whole
    assert chosen(RIGHT, RIGHT, WRONG, RAISED) == point
    assert chosen(RIGHT, RIGHT, None, RAISED) == point
    assert chosen(RIGHT, RIGHT, None, ROWS) == rows
    assert chosen(RIGHT, WRONG, WRONG, RAISED) == rows
    assert chosen(RIGHT) == rows


def test_who_gives_other_numbers_for_a_batch_alone_is_unguarded() -> None:
    unguarded = ("point-gradient", "role-unguarded")
    assert chosen(WRONG, UNGUARDED, None, ROWS, WHOLE) == unguarded
    both: dict[str, Verdict] = {**UNGUARDED, "value": "fail"}
    assert chosen(WORSE, both, None)[1] == "role-fewest-wrong"


def test_a_whole_array_that_was_given_no_time_is_not_held_to_anything_else() -> None:
    late = ("array-gradient", "role-fewest-wrong")
    assert chosen(WRONG, UNGUARDED, LATE, TIMEOUT) == late
    assert chosen(WRONG, UNGUARDED, WRONG, TIMEOUT)[1] == "role-unguarded"
    crashed = Broke("crash", "")
    assert chosen(WRONG, UNGUARDED, LATE, crashed)[1] == "role-unguarded"
    assert candidate("gradient", LATE, TIMEOUT).out_of_time
    assert not candidate("gradient", WRONG, TIMEOUT).out_of_time
    assert not candidate("gradient", LATE, ROWS).out_of_time


@pytest.mark.parametrize(
    ("point", "outcome", "given", "role"),
    [
        (WRONG, ROWS, POINTS, "gradient"),
        (WRONG, RAISED, POINTS, "point-gradient"),
        (WRONG, ROWS, FLAT, "point-gradient"),
        (WORSE, RAISED, FLAT, "gradient"),
    ],
)
def test_else_it_is_the_role_with_the_fewest_musts_that_fail(
    point: Any, outcome: Any, given: Any, role: str
) -> None:
    """Rows, where both are wrong alike, unless the batch was none to it."""
    expected = (role, "role-fewest-wrong")
    assert chosen(WRONG, point, WORSE, outcome, given) == expected
    assert chosen(WORSE, WORSE, WRONG, ROWS) == ("array-gradient", "role-fewest-wrong")


def test_a_candidate_holds_that_has_something_right_and_nothing_wrong() -> None:
    nothing: dict[str, Verdict] = {"value": "not-covered"}
    holding = [candidate("gradient", m).holds for m in (RIGHT, WRONG, LATE, nothing)]
    assert holding == [True, False, False, False]
    assert candidate("gradient", WORSE).failing == ["value", "shape"]
    assert [candidate("gradient", m).wrong for m in (RIGHT, WRONG, WORSE)] == [0, 1, 2]


# Numbers


@pytest.mark.parametrize(
    ("given", "single"),
    [
        ([np.array(1.0), np.array([2.0])], True),
        ([np.array(1.0), np.array([2.0, 3.0])], False),
        ([np.array(1.0), "a list"], False),
        ([], False),
    ],
)
def test_f_was_given_numbers_alone(given: Any, single: bool) -> None:
    assert role_inference._number_by_number(observed(given, 1.0)) == single


@pytest.mark.parametrize(
    ("role", "value", "given", "number"),
    [
        ("derivative", 2.0, [np.array(1.0)], True),
        ("derivative", [2.0], [np.array(1.0)], False),
        ("derivative", RAISED, [np.array(1.0)], False),
        ("derivative", 2.0, [np.ones(2)], False),
        ("tangent", 2.0, [np.array(1.0)], False),
    ],
)
def test_a_derivative_gives_a_number_for_numbers(
    role: RoleId, value: Any, given: Any, number: bool
) -> None:
    seen = observed(given, value, np.array(1.0))
    found = role_inference._gives_a_number(evidence(seen, role, number=seen))
    assert found == number


# The reason, and what was declared


MUSTS = {c.name: c for c in CONTRACT["point-gradient"] if c.level == "must"}
SHOULD = next(c for c in CONTRACT["point-gradient"] if c.level == "should")


def findings(**verdicts: Verdict) -> list[Finding]:
    return [
        Finding(MUSTS[name.replace("_", "-")], Judgement(verdict, "holds"))
        for name, verdict in verdicts.items()
    ]


def test_what_is_wrong_at_a_point_too_is_not_right_for_one() -> None:
    wished = Finding(SHOULD, Judgement("fail", "holds"))
    alone = [*findings(no_wrong_batch="fail", value="pass"), wished]
    assert examination._why("role-unguarded", alone) == "role-unguarded"
    for verdict in ("fail", "error"):
        both = findings(no_wrong_batch="fail", value=verdict)
        assert examination._why("role-unguarded", both) == "role-fewest-wrong"
        assert examination._why("role-rows", both) == "role-rows"


def explained(*defects: str, **fields: Any) -> Explanation:
    return Explanation(defects, **{"explained": 3, "probes": 3, **fields})


@pytest.mark.parametrize(
    ("verdict", "diagnosis", "message"),
    [
        ("fail", [explained("a", "b"), explained("c")], "as-declared"),
        ("fail", [explained("a"), explained("b")], "changed"),
        ("fail", [explained("a", "b", explained=2)], "in-part"),
        ("error", [explained("a", "b")], "as-declared"),
        ("fail", [explained("a", "b", level="should")], "missing"),
        ("fail", [], "missing"),
        ("pass", [], "gone"),
        ("pass", [explained("a", level="should", clauses=("P9",))], "gone"),
    ],
)
def test_the_defects_of_the_musts_are_those_that_were_declared(
    verdict: Verdict, diagnosis: Any, message: str
) -> None:
    terms = Terms(diagnosis=("a", "b"), expect={SHOULD.id: "known"})
    found = examination._declared(terms, findings(value=verdict), diagnosis)
    assert found is not None
    assert found.message == f"diagnosis.{message}"


def test_of_shoulds_the_defects_of_those_that_are_known_to_fail_are_told() -> None:
    own = explained("a", level="should", clauses=(SHOULD.id,))
    terms = Terms(diagnosis=("a", "b"), expect={SHOULD.id: "known"})
    other = explained("b", level="should", clauses=("P99", SHOULD.id))
    for told, message in (((own, other), "as-declared"), ((own,), "changed")):
        found = examination._declared(terms, findings(value="pass"), told)
        assert found is not None
        assert found.message == f"diagnosis.{message}"
    short = replace(other, explained=2)
    found = examination._declared(terms, findings(value="pass"), (own, short))
    assert found is not None
    assert found.message == "diagnosis.in-part"


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ((), ["x"]),
        ((2,), ["x0", "x1"]),
        ((2, 3), ["x[0,0]", "x[0,1]", "x[0,2]", "x[1,0]", "x[1,1]", "x[1,2]"]),
    ],
)
def test_components_have_names(shape: tuple[int, ...], names: list[str]) -> None:
    assert examination._names(shape) == names
