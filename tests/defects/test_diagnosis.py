"""Diagnosis: what is wrong is named, and what is right is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from gradproof.contract.clauses import CONTRACT, Finding, judge
from gradproof.defects import kill_matrix, model_runs, models
from gradproof.defects.catalogue import CATALOGUE
from gradproof.defects.changes import Clues
from gradproof.defects.diagnosis import Explanation, diagnose
from gradproof.defects.fitted_parameters import _offsets, clues_of
from gradproof.defects.models import Model
from gradproof.defects.recipe import Recipe
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import SERVED
from gradproof.evidence.roles import ARRAY_ROLES
from gradproof.examination import examination
from gradproof.numerics import error_bounds, functions
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.ports import target
from gradproof.ports.in_process import FunctionPort, load
from gradproof.ports.role_ids import RoleId
from gradproof.report.phrases import Phrases
from gradproof.sample import numerical_gradient
from manners import MANNERS
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

RIGHT = PROGRAMS / "right"
LOST = "step-too-small"
WRONG = ("fail", "error")


def diagnosed(
    routine: Callable[..., Any], role: RoleId = "gradient", given: bool = True
) -> tuple[Explanation, ...]:
    evidence = gather(FunctionPort("port", routine), role)
    return diagnose(evidence, judge(evidence), role_given=given)


def musts(evidence: Evidence) -> tuple[Finding, ...]:
    clauses = CONTRACT[evidence.role]
    with np.errstate(all="ignore"):
        return tuple(
            Finding(c, c.judge(evidence)) for c in clauses if c.level == "must"
        )


def test_what_is_wrong_where_no_model_is_run_is_not_explained() -> None:
    """A step ahead of 1.5e-8 is accurate enough; that it is forward is no reason."""

    def forward(f: Any, x: Any) -> Any:
        if np.ndim(x) == 2:
            return np.array([forward(f, row) for row in x])
        h = 1.5e-8 * np.maximum(1, abs(x))
        return np.array([(f(x + e) - f(x)) / max(e) for e in np.diag(h)])

    def in_a_matrix(f: Any, x: Any) -> Any:
        return forward(f, x)[None] if np.shape(x) == (1,) else forward(f, x)

    port = FunctionPort("port", in_a_matrix)
    evidence = gather_more(port, gather(port, "gradient"))
    found = judge(evidence)
    assert {f.clause.id for f in found if f.judgement.verdict in WRONG} & {"G1"}
    told = diagnose(evidence, found, role_given=True)
    assert not [e for e in told if e.level == "must"]


# One defect.


@pytest.mark.once
@pytest.mark.parametrize("role", ARRAY_ROLES)
def test_every_mutant_is_named_first_and_explained_wholly(role: RoleId) -> None:
    for defect, recipe in kill_matrix.mutants(role).items():
        evidence = model_runs.evidence(recipe, role)
        best = diagnose(evidence, judge(evidence), role_given=True)[0]
        if defect == "integer-truncation":
            # Its numbers of single precision are cut as well.
            assert best.clauses[0].endswith("10")
        assert (best.defects, best.whole) == ((defect,), True), defect


@pytest.mark.once
@pytest.mark.parametrize(
    ("defect", "role", "routine"),
    [pytest.param(*m, id=f"{m[0]}-{m[2].__name__}-{m[1]}") for m in MANNERS],
)
def test_a_defect_in_another_manner_is_named(
    defect: str, role: RoleId, routine: Callable[..., Any]
) -> None:
    best = diagnosed(routine, role)[0]
    assert best.defects == (defect,)
    assert best.level == "must"


def test_each_defect_that_a_must_catches_is_met_in_another_manner() -> None:
    shoulds = {"integer-truncation", "not-restored-on-error", "nan-spreads"}
    modelled = {id for role in ARRAY_ROLES for id in kill_matrix.mutants(role)}
    assert {defect for defect, _, _ in MANNERS} == modelled - shoulds


@pytest.mark.once
@pytest.mark.parametrize("step", [1e-3, 2.5e-5, 1 / 3000, 2.0**-14])
def test_the_step_is_taken_from_what_was_read(step: float) -> None:
    recipe = Recipe(step=step, sign=-1.0)
    read = clues_of(model_runs.evidence(recipe, "gradient")).step
    assert abs(read - step) <= 4 * UNIT_ROUNDOFF * (2 + step)  # at (1, 2)
    assert diagnosed(recipe)[0].defects == ("sign-flipped",)


def of_one_point(f: Any, x: Any, *, moved: float = 1e-4, ends: bool = False) -> Any:
    """The book's loop over what has no guard against a batch."""
    slopes = np.zeros(x.shape)
    for i in range(len(x)):
        kept = x[i].copy()
        x[i] = kept + moved
        ahead = f(x)
        x[i] = kept - moved
        slopes[i] = (ahead - f(x)) / 2e-4
        x[i] = kept
        if ends:
            break
    return slopes


def test_a_loop_that_ends_is_explained_for_one_point_and_for_a_batch() -> None:
    best, *_ = diagnosed(partial(of_one_point, ends=True), "point-gradient")
    assert best.defects == ("first-component-only", "unguarded-batch")
    assert (best.clauses, best.whole) == (("P2", "P5"), True)
    (alone,) = diagnosed(of_one_point, "point-gradient")[:1]
    assert (alone.defects, alone.clauses) == (("unguarded-batch",), ("P2",))


@pytest.mark.parametrize(("moved", "defect"), [(0, "all-zero"), (1e-49, LOST)])
def test_a_step_that_is_none_is_not_told_as_one_that_is_too_small(
    moved: float, defect: str
) -> None:
    def gradient(f: Any, x: Any) -> Any:
        steps = moved * np.eye(x.size)
        return np.array([(f(x + e) - f(x - e)) / 2e-4 for e in steps])

    found = examination.examine(FunctionPort("port", gradient))
    assert found.diagnosis[0].defects == (defect,)


# All points in one call.


def all_at_once(taps: Any, step: float = 1e-4, order: int = 1) -> Callable[..., Any]:
    """A routine that gives f a batch: for each component the taps (m, c)."""

    def routine(f: Any, x: Any) -> Any:
        points = np.atleast_2d(np.asarray(x, float))
        slopes = [
            sum(c * f(points + m * step * e) for m, c in taps) / step
            for e in np.eye(points.shape[1])[::order]
        ]
        return np.stack(slopes, axis=-1).reshape(np.shape(x))

    return routine


AT_ONCE = {
    "forward-difference": all_at_once([(1, 1), (0, -1)]),
    "missing-half": all_at_once([(1, 1), (-1, -1)]),
    "sign-flipped": all_at_once([(1, -0.5), (-1, 0.5)]),
    "sum-for-difference": all_at_once([(1, 0.5), (-1, 0.5)]),
    "step-too-large": all_at_once([(1, 0.5), (-1, -0.5)], step=0.1),
    "components-swapped": all_at_once([(1, 0.5), (-1, -0.5)], order=-1),
}


@pytest.mark.once
@pytest.mark.parametrize("defect", AT_ONCE)
def test_a_vectorized_port_is_diagnosed_by_its_formula(defect: str) -> None:
    found = examination.examine(FunctionPort("port", AT_ONCE[defect], True))
    best = found.diagnosis[0]
    assert (best.defects, best.whole) == ((defect,), True)


def test_a_right_vectorized_port_is_given_no_defect() -> None:
    port = FunctionPort("port", all_at_once([(1, 0.5), (-1, -0.5)]), True)
    assert examination.examine(port).diagnosis == ()


# Two at once.

SAME = {
    ("forward-difference", "not-restored"): "forward-difference",
    ("missing-half", "saved-view"): "forward-difference",
    ("not-restored", "saved-view"): "saved-view",
    ("aliased-result", "input-mutated"): "aliased-result",
    ("components-swapped", "whole-row-step"): "whole-row-step",
    ("f-per-element", "whole-row-step"): "f-per-element",
    ("transposed-points", "f-per-element"): "f-per-element",
    ("f-per-element", "whole-array"): "f-per-element",
    ("f-per-element", "row-by-row"): "f-per-element",
}
"""Pairs that do on every probe what one defect does, and which.

The last node of a forward difference, and that of a saved view, is x: nothing is left
to be restored. Twice a half is one. What is written over x last is what is left. All
entries of a step by the whole row are one number, in any order. An element is an
element, of whatever it is taken.
"""

SAME_AT_A_POINT = {pair: one for pair, one in SAME.items() if "whole-array" not in pair}


def pairs(role: RoleId) -> dict[tuple[str, ...], Model]:
    """Two defects at once, each in its first manner, with numbers that are wrong."""
    found: dict[tuple[str, ...], Model] = {}
    for clues in kill_matrix.WRONG_CLUES:
        for model in models.pairs(role, True, clues):
            if model.first:
                found.setdefault(model.defects, model)
    return found


@pytest.mark.part(2)
@pytest.mark.once
@pytest.mark.parametrize("role", ARRAY_ROLES)
def test_a_pair_is_caught_and_named_or_is_known_to_be_as_one(role: RoleId) -> None:
    """Every third is tried, as all together take minutes."""
    for defects, model in list(pairs(role).items())[::3]:
        evidence = model_runs.evidence(model.recipe, role, SERVED)
        findings = musts(evidence)
        assert any(f.judgement.verdict in WRONG for f in findings), defects
        best = diagnose(evidence, findings, role_given=True)[0]
        known = SAME if role != "point-gradient" else SAME_AT_A_POINT
        expected = (known[defects],) if defects in known else defects
        assert best.whole, defects
        assert set(best.defects) == set(expected), defects


def test_the_pairs_that_are_as_one_are_pairs() -> None:
    assert set(SAME) <= {pair for role in ARRAY_ROLES for pair in pairs(role)}


@pytest.mark.parametrize(
    "defects",
    [
        ("missing-half", "sign-flipped"),
        ("forward-difference", "transposed-points"),
        ("operator-precedence", "not-restored"),
        ("step-too-large", "components-swapped"),
        ("missing-half", "operator-precedence"),
    ],
)
def test_two_defects_at_once_are_both_named(defects: tuple[str, str]) -> None:
    model = next(m for d, m in pairs("gradient").items() if set(d) == set(defects))
    assert set(diagnosed(model.recipe)[0].defects) == set(defects)


def test_one_defect_is_tried_before_two() -> None:
    halved = replace(Recipe(), taps=((1, 0.5), (0, -0.5)), factor=2.0)
    assert diagnosed(halved)[0].defects == ("forward-difference",)


# Right, or of a kind that is not known.

RIGHT_SHOULDS = {
    "book": "G9 G10 G11",
    "by_rows": "G9 G10 G11",
    "flat_indices": "A9 A10 A11",
    "lists_back": "G10 G11",
    "named_divisor": "G9 G10 G11",
    "nditer": "A9 A10 A11",
    "one_point": "P9 P10 P11",
    "repeated_pass": "G9 G10 G11",
    "same_name": "G10",
    "there_and_back": "G9",
    "whole_array": "A9 A10 A11",
}
"""Right ports, and the unmet shoulds of theirs that are explained; the others' none."""

BY_NUMBER = {
    "9": "not-restored-on-error",
    "10": "integer-truncation",
    "11": "single-precision",
}
VECTORIZED = {"stacked", "vectorized"}


@pytest.mark.once
@pytest.mark.parametrize("name", sorted(path.stem for path in RIGHT.glob("*.py")))
def test_a_right_port_is_given_no_defect_but_those_of_its_shoulds(name: str) -> None:
    routine, _ = load(target.parse(f"{RIGHT / name}.py:gradient"))
    port = FunctionPort(name, routine, name in VECTORIZED)
    examined = examination.examine(port)
    assert not [
        f
        for f in examined.findings
        if f.clause.level == "must" and f.judgement.verdict in WRONG
    ]
    explained = {e.clauses[0]: e.defects for e in examined.diagnosis}
    expected = RIGHT_SHOULDS.get(name, "").split()
    assert explained == {clause: (BY_NUMBER[clause[1:]],) for clause in expected}
    assert all(e.whole and e.level == "should" for e in examined.diagnosis)


def test_there_are_at_least_twenty_right_ports() -> None:
    assert len(list(RIGHT.glob("*.py"))) >= 20


def test_of_what_no_model_does_nothing_is_said() -> None:
    def nowhere_near(f: Any, x: Any) -> Any:
        f(np.zeros(5))
        return np.full(x.shape, np.pi)

    found = diagnosed(nowhere_near)
    assert found == ()
    assert (
        Phrases("en").diagnosis(found, wrong=True)
        == "none of the known defects explains it"
    )
    assert Phrases("ja").diagnosis(found, wrong=True) == "既知の欠陥では説明できません"


def turned_and_shifted(f: Any, x: Any) -> Any:
    return 7 - Recipe()(f, x)


def of_one_term(f: Any, x: Any) -> Any:
    return Recipe(taps=((1, -0.5),))(f, x)


def rough_for_single(f: Any, x: Any) -> Any:
    return Recipe()(f, x) * (1 + 1e-5 * (np.asarray(x).dtype == np.float32))


@pytest.mark.parametrize("routine", [turned_and_shifted, of_one_term, rough_for_single])
def test_what_a_defect_explains_but_in_part_is_not_given_it(
    routine: Callable[..., Any],
) -> None:
    evidence = gather(FunctionPort("port", routine), "gradient")
    findings = judge(evidence)
    assert any(f.judgement.verdict == "fail" for f in findings)
    assert diagnose(evidence, findings, role_given=True) == ()


def test_what_is_wrong_at_one_place_alone_is_not_explained_wholly() -> None:
    def odd(f: Any, x: Any) -> Any:
        slopes = Recipe()(f, x)
        return slopes if x.shape == (2, 2) else -slopes

    best = diagnosed(odd)[0]
    assert best.defects == ("sign-flipped",)
    assert (best.explained, best.probes) == (5, 6)


def test_a_role_of_another_kind_is_named_only_if_the_role_was_given() -> None:
    whole = Recipe(points="whole")
    assert diagnosed(whole, given=True)[0].defects == ("whole-array",)
    assert "whole-array" not in {
        d for e in diagnosed(whole, given=False) for d in e.defects
    }


# Musts and shoulds.


def test_musts_come_before_shoulds_and_with_a_runner_up() -> None:
    book = replace(Recipe(), careful=False, work="own", result="own", sign=-1.0)
    first, *others = diagnosed(book)
    assert first.defects == ("sign-flipped",)
    assert first.clauses == ("G4", "G5", "G6")
    assert [(e.defects, e.clauses) for e in others if e.level == "should"] == [
        (("not-restored-on-error",), ("G9",)),
        (("integer-truncation",), ("G10",)),
        (("single-precision",), ("G11",)),
    ]
    said = Phrases("en").diagnosis((first, *others), wrong=True)
    assert said == "sign-flipped (explains 6 of 6 answers)"


def test_the_runner_up_is_kept_where_it_explains_something() -> None:
    best, next_ = diagnosed(replace(Recipe(), alias="at-end"))
    assert (best.defects, next_.defects) == (("aliased-result",), ("input-mutated",))
    assert "; next best: input-mutated (explains 6 of 6 answers)" in Phrases(
        "en"
    ).diagnosis((best, next_), wrong=True)


def test_a_should_that_a_musts_defect_breaks_is_not_explained_again() -> None:
    (only,) = diagnosed(Recipe(restores="nothing"))
    assert only.defects == ("not-restored",)


@pytest.mark.parametrize(
    "taps",
    [
        pytest.param(((-1, -0.5), (1, 0.5)), id="behind-first"),
        pytest.param(((2, -1 / 12), (1, 2 / 3), (-1, -2 / 3), (-2, 1 / 12)), id="five"),
        pytest.param(((0, 0.0), (1, 0.5), (-1, -0.5)), id="asks-once-more"),
    ],
)
def test_x_left_by_a_failing_f_is_explained_with_the_ports_own_formula(
    taps: Any,
) -> None:
    found = diagnosed(Recipe(taps=taps, careful=False))
    assert [e.defects for e in found] == [("not-restored-on-error",)]


def test_a_should_that_fails_in_an_unknown_manner_is_given_no_defect() -> None:
    def swallows(f: Any, x: Any) -> Any:
        try:
            return Recipe()(f, x)
        except Exception:
            return np.zeros(np.shape(x))

    assert diagnosed(swallows) == ()


# What the picture of a sum of squares does not show.

GRID = np.stack(np.meshgrid(*[np.arange(-2, 2.5, 0.25)] * 2), -1).reshape(-1, 2)


@pytest.mark.parametrize(
    ("routine", "defect"),
    [
        pytest.param(numerical_gradient, "integer-truncation", id="the-book"),
        pytest.param(Recipe(restores="nothing"), "not-restored", id="not-restored"),
    ],
)
def test_it_is_found_although_the_field_of_a_sum_of_squares_is_right(
    routine: Callable[..., Any], defect: str
) -> None:
    f = functions.sum_of_squares
    limit = error_bounds.central(f, GRID)
    off = abs(routine(f.point, GRID.copy()) - limit.gradient)
    assert (off <= limit.b1).all()
    assert defect in {d for e in diagnosed(routine) for d in e.defects}


def test_every_defect_that_is_named_is_in_the_catalogue() -> None:
    for role in ARRAY_ROLES:
        for model in models.singles(role, True, Clues(step=1.0, factor=3.0)):
            assert set(model.defects) <= set(CATALOGUE)


PARTS: dict[str, tuple[tuple[int, ...], tuple[int | slice, ...]]] = {
    "a whole": ((2, 3, 1), ()),
    "a block": ((2, 3, 1), (1,)),
    "a block of several columns": ((2, 3, 2), (1,)),
    "a row": ((2, 3), (1,)),
    "a column": ((2, 3), (slice(None), 2)),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_node_is_compared_with_the_part_of_x_that_it_is(part: str) -> None:
    shape, index = PARTS[part]
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    node = x[index] + 0.25
    assert [*_offsets(x, node)] == [(0.25, origin) for origin in x[index].flat]


def test_of_no_rows_none_is_near() -> None:
    assert [*_offsets(np.zeros((0, 2)), np.zeros(2))] == []
