"""The judges of the musts, one at a time: what each fails, and what it lets through.

The evidence is what a right routine does, changed at one place, or what a small wrong
one does at the few probes that matter.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import expected, musts
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Outcome,
    Raised,
    Returned,
    Unserved,
)
from small_evidence import (
    H,
    all_seen,
    by_rows,
    changed,
    on_batches,
    right,
    seen,
    slopes,
    unreadable,
    value_of,
    with_outcome,
)

# Rows


def mixing(g: Any) -> Any:
    return g + g[::-1] / 1024


APART: dict[str, tuple[Evidence, Judgement]] = {
    "right": (seen(right), passed()),
    "right, unreadable": (seen(unreadable), passed()),
    "a batch of another shape": (
        with_outcome(seen(right), Returned(np.zeros((2, 3))), "rows"),
        failed("wrong-shape", probe="rows", actual=[2, 3], expected=[3, 2]),
    ),
    "another batch, of another shape": (
        with_outcome(seen(right), Returned(np.zeros((3, 4))), "others"),
        failed("wrong-shape", probe="others", actual=[3, 4], expected=[4, 3]),
    ),
    "a batch that is not served": (
        with_outcome(seen(unreadable), Unserved("by-name"), "others"),
        not_covered("no-result", probe="others"),
    ),
    "the first of two, not served": (
        with_outcome(seen(unreadable), Unserved("by-name"), "wide"),
        not_covered("no-result", probe="others"),
    ),
}


@pytest.mark.parametrize(("evidence", "judgement"), APART.values(), ids=APART)
def test_rows_are_told_apart(evidence: Evidence, judgement: Judgement) -> None:
    found = musts.rows_apart(evidence)
    if judgement.verdict == "not-covered":
        # Of what is not covered the first is told: that no formula was read.
        assert found.verdict == "not-covered"
        assert musts._rows_isolated(evidence) == judgement
    else:
        assert found == judgement


def test_a_formula_that_asks_another_row_is_told_with_its_node() -> None:
    found = musts.rows_apart(seen(on_batches(mixing)))
    assert (found.verdict, found.message) == ("fail", "other-row")
    assert found.parameters == {
        "probe": "rows",
        "entry": [0, 0],
        "node": [7.0 + H, 11.0],
        "other": 2,
    }


def test_of_what_cannot_be_read_a_row_is_the_same_among_others() -> None:
    evidence = seen(unreadable)
    wide, others = value_of(evidence, "wide"), value_of(evidence, "others")
    row = 1
    bounds = np.array(
        [
            [e.limit for e in expected.gradients(evidence, probe) if e.entry.row == row]
            for probe in ("wide", "others")
        ]
    )
    assert (bounds > 0).all()
    limit = bounds.sum(axis=0)

    def moved(by: float, component: int) -> Judgement:
        value = others.copy()
        value[row] = wide[row]
        value[row, component] += by
        return musts.rows_apart(with_outcome(evidence, Returned(value), "others"))

    for component in range(3):
        assert moved(0.99 * limit[component], component).verdict == "pass"
        off = moved(-1.01 * limit[component], component)
        assert (off.verdict, off.message) == ("fail", "rows-mixed")
        assert off.parameters["row"] == row
        assert off.parameters["difference"] == pytest.approx(
            1.01 * limit[component], rel=0.01
        )
    at, nothing = wide.copy(), others.copy()
    at[row], nothing[row] = limit, 0
    just = with_outcome(evidence, Returned(at), "wide")
    just = with_outcome(just, Returned(nothing), "others")
    assert musts.rows_apart(just).verdict == "pass"
    other_rows = others.copy()
    other_rows[[0, 2, 3]] = 99.0
    left_alone = with_outcome(evidence, Returned(other_rows), "others")
    assert musts.rows_apart(left_alone).verdict == "pass"


# Batches given to what takes one point


def refusing(f: Any, x: Any) -> Any:
    if np.ndim(x) != 1:
        raise TypeError("one point")
    return slopes(f, x)


point = seen(right, "point-gradient")
refused = seen(refusing, "point-gradient")
WRONG = Returned(np.full((3, 2), 1.5))

NO_WRONG_BATCH: dict[str, tuple[Evidence, Judgement]] = {
    "by rows": (point, passed("batch-by-rows")),
    "refused": (refused, passed("batch-refused", kind="TypeError")),
    "raises everywhere": (
        with_outcome(refused, Raised("TypeError", ""), "point"),
        not_covered("answers-nowhere"),
    ),
    "wrong": (
        with_outcome(point, WRONG, "rows"),
        failed("wrong-batch", x=[[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]),
    ),
    "another shape": (
        with_outcome(point, Returned(np.zeros(2)), "rows"),
        failed("wrong-batch", x=[[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]),
    ),
    "breaks": (
        with_outcome(point, Broke("crash", "SIGSEGV"), "rows"),
        broken("broke.crash", probe="rows", detail="SIGSEGV"),
    ),
    "breaks at another": (
        with_outcome(refused, Broke("crash", "SIGSEGV"), "others"),
        broken("broke.crash", probe="others", detail="SIGSEGV"),
    ),
    "breaks at one that is judged": (
        with_outcome(refused, Broke("crash", "SIGSEGV"), "wide"),
        broken("broke.crash", probe="wide", detail="SIGSEGV"),
    ),
    "does not serve another": (
        with_outcome(refused, Unserved("by-name"), "others"),
        passed("batch-refused", kind="TypeError"),
    ),
    "wrong, and breaks at another": (
        with_outcome(with_outcome(point, WRONG, "rows"), Broke("crash", ""), "others"),
        failed("wrong-batch", x=[[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]),
    ),
}


@pytest.mark.parametrize(
    ("evidence", "judgement"), NO_WRONG_BATCH.values(), ids=NO_WRONG_BATCH
)
def test_a_batch_is_refused_or_right(evidence: Evidence, judgement: Judgement) -> None:
    assert musts.no_wrong_batch(evidence) == judgement


def test_a_batch_without_a_finite_bound_is_an_error() -> None:
    giant = by_rows(lambda f, x: slopes(f, x, 2.0**400))
    with np.errstate(all="ignore"):
        found = musts.no_wrong_batch(seen(giant, "point-gradient"))
    assert (found.verdict, found.message) == ("error", "no-bound")


def test_batches_that_were_not_given_are_no_matter() -> None:
    alone = {p: refused.observations[p] for p in ("point", "rows")}
    few = replace(refused, observations=alone)
    assert musts.no_wrong_batch(few) == passed("batch-refused", kind="TypeError")


# Points of other sizes


def refusing_sizes(f: Any, x: Any) -> Any:
    if np.size(x) != 2:
        raise IndexError("two components")
    return right(f, x)


small = all_seen(refusing_sizes, "point-gradient")
REFUSED = Raised("IndexError", "two components")
OTHER_SIZES = [
    name
    for name, o in small.observations.items()
    if o.outcome == REFUSED and o.probe.x.ndim == 1 and name != "scalar"
]

SIZES: dict[str, tuple[Evidence, str, str, str]] = {
    "all refused": (small, "component", "pass", "refused"),
    "the usual size": (small, "far", "pass", "holds"),
    "the usual size, raised": (
        with_outcome(small, REFUSED, "far"),
        "far",
        "error",
        "raised",
    ),
    "one taken, another refused": (
        with_outcome(small, Returned(np.zeros(1)), "component"),
        "many",
        "error",
        "raised",
    ),
    "one taken": (
        with_outcome(small, Returned(np.zeros(1)), "component"),
        "component",
        "pass",
        "holds",
    ),
    "one that is drawn, taken": (
        with_outcome(small, Returned(np.zeros(3)), "random-point"),
        "many",
        "error",
        "raised",
    ),
    "one not served": (
        with_outcome(small, Unserved("by-name"), "component"),
        "many",
        "pass",
        "refused",
    ),
    "one not served, itself": (
        with_outcome(small, Unserved("by-name"), "component"),
        "component",
        "not-covered",
        "by-name",
    ),
    "a usual size beside": (small, "many", "pass", "refused"),
}


@pytest.mark.parametrize(
    ("evidence", "probe", "verdict", "message"), SIZES.values(), ids=SIZES
)
def test_other_sizes_are_all_taken_or_all_refused(
    evidence: Evidence, probe: str, verdict: str, message: str
) -> None:
    assert {"component", "many"} <= set(OTHER_SIZES)
    found = musts.shape_or_refusal(evidence, probe)
    assert (found.verdict, found.message) == (verdict, message)


# What f is given


def asked(*shapes: tuple[int, ...] | None) -> tuple[Evaluation, ...]:
    return tuple(
        Evaluation(None if shape is None else np.zeros(shape), "ndarray")
        for shape in shapes
    )


def given(
    shapes: tuple[Any, ...], probe: str = "rows", evidence: Evidence | None = None
) -> Evidence:
    return changed(evidence or seen(right), probe, evaluations=asked(*shapes))


vectorized = replace(seen(right), vectorized=True)
whole = seen(right, "array-gradient")
apart = changed(
    replace(seen(right)),
    "point",
    manners=("f(*x)",),
    probe=replace(seen(right).observations["point"].probe, x=np.array([2.0])),
)
ROWS_X = [[1.0, 2.0], [3.0, 5.0], [7.0, 11.0]]


def not_points(actual: list[int], count: int, calls: int, **more: Any) -> Judgement:
    said = {"probe": "rows", "expected": [2], "x": ROWS_X, **more}
    return failed("not-points", actual=actual, count=count, calls=calls, **said)


POINTS: dict[str, tuple[Evidence, str, Judgement]] = {
    "points": (given(((2,), (2,))), "rows", passed()),
    "never": (given(()), "rows", not_covered("f-not-called", probe="rows")),
    "no numbers": (given((None,)), "rows", not_covered("f-not-called", probe="rows")),
    "a batch": (given(((2,), (3, 2), (1, 2))), "rows", not_points([3, 2], 2, 3)),
    "a number": (given(((), (2,))), "rows", not_points([], 1, 2)),
    "a batch, vectorized": (
        given(((3, 2), (2,)), evidence=vectorized),
        "rows",
        passed(),
    ),
    "another batch, vectorized": (
        given(((3, 3),), evidence=vectorized),
        "rows",
        not_points([3, 3], 1, 1),
    ),
    "all, as one": (given(((3, 2),), evidence=whole), "rows", passed()),
    "a row, of what is one": (
        given(((2,),), evidence=whole),
        "rows",
        not_points([2], 1, 1, expected=[3, 2]),
    ),
    "one component by itself": (given(((),), "point", apart), "point", passed()),
    "one component": (given(((1,),), "point", apart), "point", passed()),
    "two components by themselves": (
        given(((),), "rows", apart),
        "rows",
        not_points([], 1, 1),
    ),
}


@pytest.mark.parametrize(
    ("evidence", "probe", "judgement"), POINTS.values(), ids=POINTS
)
def test_f_is_given_points(
    evidence: Evidence, probe: str, judgement: Judgement
) -> None:
    assert musts.points_only(evidence, probe) == judgement


def test_a_number_is_no_point_of_one_component_unless_all_come_apart() -> None:
    together = changed(apart, "point", manners=())
    assert musts.points_only(given(((),), "point", together), "point").verdict == "fail"


# The formula


def test_a_consistent_formula_is_read_at_its_own_row() -> None:
    assert musts.consistent(seen(right), "rows") == passed()
    assert musts.consistent(seen(right), "point") == passed()


def test_a_wrong_factor_is_told_with_the_formula() -> None:
    double = seen(by_rows(lambda f, x: 2 * slopes(f, x)))
    found = musts.consistent(double, "point")
    assert (found.verdict, found.message) == ("fail", "inconsistent")
    assert found.parameters["probe"] == "point"
    assert found.parameters["formula"]["derivative"] == "∂f/∂x0"
    number = seen(lambda f, x: (f(x + H) - f(x - H)) / H, "derivative")
    told = musts.consistent(number, "number").parameters["formula"]
    assert told["derivative"] == "f′(x)"


def test_what_is_added_is_told() -> None:
    added = seen(by_rows(lambda f, x: slopes(f, x) + np.array([0, 0.25, 0])[: x.size]))
    assert musts.consistent(added, "rows") == failed("adds", constant=0.25)
    assert musts.consistent(added, "point") == failed("adds", constant=0.25)


def test_without_a_formula_consistency_is_not_covered() -> None:
    for evidence in (seen(unreadable), replace(seen(right), readings={})):
        assert musts.consistent(evidence, "rows").verdict == "not-covered"
    # Of one entry whose formula asks another row there is none.
    stray = seen(on_batches(lambda g: g + np.roll(g, 1, axis=0) / 1024))
    assert musts.consistent(stray, "rows").message == "no-formula"


# Values


def test_a_value_is_within_its_bound_or_off() -> None:
    evidence = seen(right)
    for probe in ("point", "rows"):
        assert musts.value(evidence, probe) == passed()
        value, limits = value_of(evidence, probe), expected.gradients(evidence, probe)
        for entry in limits:
            for times, verdict in ((0.999, "pass"), (1.001, "fail")):
                off = value.copy()
                off[entry.entry.index] = entry.value - times * entry.limit
                found = with_outcome(evidence, Returned(off), probe)
                assert musts.value(found, probe).verdict == verdict


def test_without_a_result_of_the_right_shape_no_value_is_judged() -> None:
    for outcome in (Raised("ValueError", ""), Returned(np.zeros(3))):
        found = musts.value(with_outcome(seen(right), outcome, "point"), "point")
        assert found == not_covered("no-result", probe="point")


def test_a_bound_that_is_not_finite_where_the_formula_was_read_is_an_error() -> None:
    giant = seen(by_rows(lambda f, x: slopes(f, x, 2.0**400)))
    first, later = next(iter(giant.readings)), "zeros"
    known = all_seen(right, "gradient").observations[later]
    both = replace(giant, observations={**giant.observations, later: known})
    with np.errstate(all="ignore"):
        assert musts.value(both, "rows").message == "no-bound"
        assert musts.value(both, "rows").parameters["probe"] == "rows"
        there = musts.value(both, later)
    assert (there.verdict, there.message) == ("error", "no-bound")
    assert there.parameters["probe"] == first
    assert musts.value(replace(both, readings={}), later).verdict == "pass"


def central(f: Any, x: float) -> float:
    return float((f(x + H) - f(x - H)) / (2 * H))


def test_a_number_is_within_its_bound_or_told_with_its_place() -> None:
    evidence = seen(central, "derivative")
    assert musts.number_value(evidence, "number") == passed()
    off = with_outcome(evidence, Returned(np.array(1.0)), "number")
    found = musts.number_value(off, "number")
    (entry,) = expected.gradients(evidence, "number")
    assert found == failed(
        "off-number",
        function=expected.of_number(expected.function_of(off.observations["number"])),
        at=2.0,
        actual=1.0,
        expected=entry.value,
        bound=entry.limit,
    )
    others: dict[Outcome, Judgement] = {
        Raised("ValueError", "why"): broken(
            "raised", probe="number", kind="ValueError", text="why"
        ),
        Returned(np.zeros(1)): failed("wrong-shape-number", probe="number", actual=[1]),
    }
    for outcome, judgement in others.items():
        seen_so = with_outcome(evidence, outcome, "number")
        assert musts.number_value(seen_so, "number") == judgement


def test_a_number_without_a_finite_bound_is_an_error() -> None:
    def giant(f: Any, x: float) -> float:
        return float((f(x + 2.0**400) - f(x - 2.0**400)) / 2.0**401)

    with np.errstate(all="ignore"):
        found = musts.number_value(seen(giant, "derivative"), "number")
    assert (found.verdict, found.message) == ("error", "no-bound")


# Accuracy


def rough(f: Any, x: Any) -> Any:
    return (np.array([f(x + e) for e in H * np.eye(x.size)]) - f(x)) / H


def test_what_is_not_accurate_is_told_with_its_first_place() -> None:
    assert musts.accuracy(seen(right), "rows") == passed()
    found = musts.accuracy(seen(by_rows(rough)), "rows")
    assert (found.verdict, found.message) == ("fail", "inaccurate")
    said = dict(found.parameters)
    # f″/2·h is 3·h for x0³ at 1; the largest entry of the row is 25.
    assert said.pop("allowed") == expected.MAX_RELATIVE_ERROR * 25
    assert 3 * H <= said.pop("error") < 3.01 * H
    function = expected.function_of(seen(right).observations["rows"]).written(2)
    assert said == {"function": function, "point": [1.0, 2.0], "component": 0}


def test_a_number_that_is_not_accurate_is_told_as_a_number() -> None:
    evidence = seen(lambda f, x: (f(x + H) - f(x)) / H, "derivative")
    found = musts.accuracy(evidence, "number")
    assert (found.verdict, found.message) == ("fail", "inaccurate-number")
    assert found.parameters["at"] == 2.0
    assert set(found.parameters) == {"error", "allowed", "function", "at"}
    assert musts.accuracy(seen(central, "derivative"), "number") == passed()


def policy(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    monkeypatch.setattr(expected, "MAX_RELATIVE_ERROR", share)


def one_sided(times: int) -> Evidence:
    step = times * H
    found: Evidence = seen(lambda f, x: (f(x + step) - f(x)) / step, "derivative")
    return found


def shares(evidence: Evidence) -> tuple[list[float], list[float]]:
    """Shares of the derivative about the error's, and what is allowed by each."""
    error = musts.accuracy(evidence, "number").parameters["error"]
    (entry,) = expected.gradients(evidence, "number")
    share = error / entry.value
    near = [float(s) for s in (np.nextafter(share, 0), share, np.nextafter(share, 1))]
    return near, [each * entry.value for each in near]


def test_an_error_of_just_what_is_allowed_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for evidence in map(one_sided, range(1, 20)):
        error = musts.accuracy(evidence, "number").parameters["error"]
        near, allowed = shares(evidence)
        if error in allowed:  # of some errors no double times the derivative is one
            break
    assert error in allowed
    for share, most in zip(near, allowed, strict=True):
        policy(monkeypatch, share)
        passes = musts.accuracy(evidence, "number").verdict == "pass"
        assert passes == (most >= error)


def test_terms_that_do_not_belong_into_the_formula_add_to_its_error() -> None:
    """Twice the derivative is off by the derivative itself, whatever its bound."""
    for factor, off in ((2.0, 5.0), (0.5, 2.5)):
        evidence = seen(by_rows(lambda f, x, c=factor: c * slopes(f, x)))
        found = musts.accuracy(evidence, "rows")
        assert found.verdict == "fail"
        assert off <= found.parameters["error"] < off * 1.01 + 1e-3


def test_accuracy_needs_a_formula_and_a_bound() -> None:
    assert musts.accuracy(seen(unreadable), "rows").verdict == "not-covered"
    giant = seen(by_rows(lambda f, x: slopes(f, x, 2.0**400)))
    with np.errstate(all="ignore"):
        assert musts.accuracy(giant, "rows").message == "no-bound"


def test_x_is_to_be_what_it_was_where_there_is_a_result() -> None:
    evidence = seen(right)
    assert musts.restored(evidence, "point").verdict == "pass"
    moved = changed(evidence, "point", x_after=np.array([1.5, 2.0]))
    assert musts.restored(moved, "point").verdict == "fail"
    raised = with_outcome(moved, Raised("ValueError", ""), "point")
    assert musts.restored(raised, "point") == not_covered("no-result", probe="point")
