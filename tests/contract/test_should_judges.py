"""The judges of the shoulds, one at a time: what each fails, and what it lets through.

The evidence is what a right routine does, changed at one place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import expected, shoulds
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probes import LAYOUTS, PROBE_ERROR, SPOILT_ROW
from gradproof.numerics.rounding import SINGLE_ROUNDOFF
from gradproof.ports.observation import (
    Broke,
    Evaluation,
    Nonsense,
    Outcome,
    Raised,
    Returned,
    Unserved,
)
from small_evidence import (
    changed,
    right,
    seen,
    slopes,
    unreadable,
    value_of,
    with_outcome,
)

RIGHT = seen(right)
POINT = np.array([1.0, 2.0])
CRASHED = Broke("crash", "SIGSEGV")


def crash(probe: str) -> Judgement:
    return broken("broke.crash", probe=probe, detail="SIGSEGV")


def test_x_is_what_it_was_to_the_last_bit() -> None:
    assert shoulds.bitwise(RIGHT, "point") == passed()
    moved = changed(RIGHT, "point", x_after=np.nextafter(POINT, 9))
    assert shoulds.bitwise(moved, "point").message == "not-bitwise"
    raised = with_outcome(moved, Raised("ValueError", ""), "point")
    assert shoulds.bitwise(raised, "point") == not_covered("no-result", probe="point")


# When f fails


def failing(first: Outcome, second: Outcome | None = None, **fields: Any) -> Evidence:
    found = with_outcome(RIGHT, first, "point-raises-0")
    if second is not None:
        found = with_outcome(found, second, "point-raises-1")
    return changed(found, "point-raises-0", **fields) if fields else found


PASSED_ON = Raised(PROBE_ERROR, "")
TWO = tuple(Evaluation(POINT, "ndarray") for _ in range(2))
FAILING: dict[str, tuple[Evidence, Judgement]] = {
    "passed on": (RIGHT, passed()),
    "swallowed": (
        failing(Returned(np.zeros(2))),
        failed("error-swallowed", probe="point-raises-0"),
    ),
    "replaced": (
        failing(Raised("RuntimeError", "")),
        failed("error-replaced", probe="point-raises-0", kind="RuntimeError"),
    ),
    "replaced later": (
        failing(PASSED_ON, Raised("RuntimeError", "")),
        failed("error-replaced", probe="point-raises-1", kind="RuntimeError"),
    ),
    "swallowed for nonsense": (
        failing(Nonsense("None")),
        failed("error-swallowed", probe="point-raises-0"),
    ),
    "broke": (failing(CRASHED), crash("point-raises-0")),
}


@pytest.mark.parametrize(("evidence", "judgement"), FAILING.values(), ids=FAILING)
def test_when_f_fails_its_exception_comes_through(
    evidence: Evidence, judgement: Judgement
) -> None:
    assert shoulds.restored_on_error(evidence, "point") == judgement


def test_when_f_fails_x_is_put_back() -> None:
    moved = changed(RIGHT, "point-raises-1", x_after=POINT + 0.5)
    found = shoulds.restored_on_error(moved, "point")
    assert (found.verdict, found.message) == ("fail", "not-restored")


def test_f_that_was_not_asked_so_often_did_not_fail() -> None:
    def asked(count: int, raises: int) -> Judgement:
        probe = f"point-raises-{raises}"
        few = tuple(Evaluation(POINT, "ndarray") for _ in range(count))
        evidence = changed(RIGHT, probe, evaluations=few)
        evidence = with_outcome(evidence, Returned(np.zeros(2)), probe)
        return shoulds._restored_on_error(evidence, probe)

    assert asked(0, 0) == not_covered("f-did-not-fail", probe="point-raises-0")
    assert asked(1, 1) == not_covered("f-did-not-fail", probe="point-raises-1")
    assert asked(1, 0).message == asked(2, 1).message == "error-swallowed"


# Other kinds of numbers


def integers(outcome: Outcome) -> Judgement:
    return shoulds.integers(with_outcome(RIGHT, outcome, "point-integers"), "point")


GRADIENT = np.array([5.0, 25.0])


def test_integers_are_served_in_floats_or_refused() -> None:
    assert shoulds.integers(RIGHT, "point") == passed()
    refused = passed("refused", probe="point-integers", kind="TypeError")
    assert integers(Raised("TypeError", "")) == refused
    exact = with_outcome(RIGHT, Returned(GRADIENT.astype(int)), "point-integers")
    no_floats = failed("no-floats", probe="point-integers", kind="int64")
    assert shoulds.integers(exact, "point") == no_floats
    off = integers(Returned(np.array([4, 25])))
    assert (off.verdict, off.message) == ("fail", "off-for")
    assert integers(Returned(np.zeros(3))).message == "wrong-shape"


def test_single_precision_may_round_the_result_once_more() -> None:
    assert shoulds.single(RIGHT, "point") == passed()
    (entry, _) = expected.gradients(RIGHT, "point")
    allowed = entry.limit + SINGLE_ROUNDOFF * (5.0 + entry.limit)
    for times, verdict in ((0.999, "pass"), (1.001, "fail")):
        for sign in (1, -1):
            value = GRADIENT + [sign * times * allowed, 0]  # noqa: RUF005
            found = with_outcome(RIGHT, Returned(value), "point-single")
            assert shoulds.single(found, "point").verdict == verdict


def in_steps(f: Any, x: Any) -> Any:
    """Of a formula that is off by nearly as much as the value itself."""
    return slopes(f, x, 2.0)


def test_the_result_that_is_rounded_may_be_off_already() -> None:
    far = seen(in_steps)
    (entry, _) = expected.gradients(far, "point")
    assert entry.limit > 3
    allowed = entry.limit + SINGLE_ROUNDOFF * (5.0 + entry.limit)
    for times, verdict in ((1 - 1e-8, "pass"), (1 + 1e-8, "fail")):
        value = np.array([5.0 - times * allowed, 25.0])
        found = with_outcome(far, Returned(value), "point-single")
        found = with_outcome(found, Returned(GRADIENT), "point")
        assert shoulds.single(found, "point").verdict == verdict


def test_what_is_wrong_in_plain_numbers_is_held_to_its_own_answer() -> None:
    half = seen(halved)
    assert shoulds.single(half, "point") == passed()
    assert shoulds.integers(half, "point") == passed()
    exact = with_outcome(half, Returned(GRADIENT), "point-single")
    off = shoulds.single(exact, "point")
    assert off.message == "off-own"  # never told to be what should come
    assert off.parameters["expected"] == pytest.approx(12.5)  # and not 25
    nothing = with_outcome(exact, Raised("ValueError", ""), "point")
    assert shoulds.single(nothing, "point") == passed()


def halved(f: Any, x: Any) -> Any:
    return right(f, x) / 2


# Layouts


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "F"])
def test_where_x_lies_in_memory_does_not_matter_or_is_refused(layout: str) -> None:
    probe = f"point-{layout}"

    def judged(outcome: Outcome) -> Judgement:
        return shoulds.layouts(with_outcome(RIGHT, outcome, probe), "point")

    off = judged(Returned(GRADIENT + 1))
    assert (off.verdict, off.message, off.parameters["probe"]) == (
        "fail",
        "off-own",
        probe,
    )
    assert judged(Raised("TypeError", "")).verdict == "pass"
    assert judged(CRASHED) == crash(probe)


def test_all_layouts_that_were_given_are_right() -> None:
    assert shoulds.layouts(RIGHT, "point") == passed()
    assert shoulds.layouts(RIGHT, "rows") == passed()
    by_columns = with_outcome(RIGHT, Returned(np.zeros((3, 2))), "rows-F")
    assert shoulds.layouts(by_columns, "rows").verdict == "fail"


def test_two_right_answers_are_each_within_the_bound() -> None:
    value = value_of(RIGHT, "point")
    limit = [2 * e.limit for e in expected.gradients(RIGHT, "point")]
    for times, verdict in ((0.999, "pass"), (1.001, "fail")):
        other = value + times * np.array([0, limit[1]])
        found = with_outcome(RIGHT, Returned(other), "point-again")
        assert shoulds.fresh(found, "point").verdict == verdict


def test_without_a_plain_answer_there_is_nothing_to_compare() -> None:
    nothing = with_outcome(RIGHT, Returned(np.zeros(3)), "point")
    none = not_covered("no-result", probe="point")
    assert shoulds.fresh(nothing, "point") == none
    assert shoulds.layouts(nothing, "point") == none


# Rows that are not finite


def test_a_row_that_is_not_finite_leaves_the_others_alone() -> None:
    for probe in ("nan", "infinity"):
        assert shoulds.isolated(RIGHT, probe) == passed()
        value = value_of(RIGHT, "wide").copy()
        value[SPOILT_ROW] = 99.0
        alone = with_outcome(RIGHT, Returned(value), probe)
        assert shoulds.isolated(alone, probe) == passed()
        for row in (0, 1, 3):
            spread = value.copy()
            spread[row] = np.nan
            found = with_outcome(RIGHT, Returned(spread), probe)
            assert shoulds.isolated(found, probe).message == "off-own"


# A result of its own


def test_a_result_is_an_array_of_its_own_and_stays() -> None:
    assert shoulds.fresh(RIGHT, "point") == passed()
    shared = with_outcome(RIGHT, Returned(GRADIENT, shares_memory=True), "point")
    assert shoulds.fresh(shared, "point") == failed("shares-memory", probe="point")
    raised = with_outcome(RIGHT, Raised("ValueError", ""), "point")
    assert shoulds.fresh(raised, "point").verdict == "not-covered"


def looked_at_again(now: Any, before: Any = GRADIENT) -> Judgement:
    later = RIGHT.observations["rosenbrock"]
    probe = replace(later.probe, after="square")
    evidence = changed(RIGHT, "rosenbrock", probe=probe, earlier=now)
    outcome = Returned(before) if before is not None else Raised("ValueError", "")
    return shoulds.fresh(with_outcome(evidence, outcome, "square"), "point")


def test_a_result_that_is_looked_at_again_is_what_it_was() -> None:
    assert looked_at_again(GRADIENT) == passed()
    assert looked_at_again(GRADIENT + 1) == failed("result-changed", probe="square")
    lost = np.array([np.nan, 1.0])
    assert looked_at_again(lost, lost) == passed()
    assert looked_at_again(None) == passed()
    assert looked_at_again(GRADIENT, None) == passed()
    only_told = changed(RIGHT, "rosenbrock", earlier=GRADIENT)
    assert shoulds.fresh(only_told, "point") == passed()


# Cost


def test_f_is_asked_no_more_often_than_the_formula_needs() -> None:
    assert shoulds.cost(RIGHT, "point") == passed()
    more = tuple(Evaluation(POINT, "ndarray") for _ in range(5))
    found = changed(RIGHT, "point", evaluations=more)
    too_many = failed("too-many-calls", probe="point", calls=5, expected=4)
    assert shoulds.cost(found, "point") == too_many
    nothing = (*more[:4], Evaluation(None, "str"))
    assert shoulds.cost(changed(RIGHT, "point", evaluations=nothing), "point") == (
        passed()
    )
    assert shoulds.cost(seen(unreadable), "point").verdict == "not-covered"


def test_the_rows_of_a_batch_are_counted_one_by_one() -> None:
    batch = Evaluation(np.zeros((12, 2)), "ndarray")
    one = changed(RIGHT, "rows", evaluations=(batch,))
    assert shoulds.cost(one, "rows") == passed()
    more = changed(RIGHT, "rows", evaluations=(batch, TWO[0]))
    assert shoulds.cost(more, "rows") == failed(
        "too-many-calls", probe="rows", calls=13, expected=12
    )
    whole = seen(of_all, "array-gradient")
    assert shoulds.cost(whole, "rows") == passed()
    matrix = Evaluation(np.zeros((3, 2)), "ndarray")
    once_more = changed(whole, "rows", evaluations=(matrix,) * 13)
    assert shoulds.cost(once_more, "rows").parameters["calls"] == 13


def of_all(f: Any, x: Any) -> Any:
    flat = np.asarray(x, float)
    return slopes(lambda v: f(v.reshape(flat.shape)), flat.ravel()).reshape(flat.shape)


# Refusals


REFUSALS: dict[str, tuple[Outcome, Judgement]] = {
    "raises": (
        Raised("TypeError", ""),
        passed("refused", probe="scalar", kind="TypeError"),
    ),
    "returns": (
        Returned(np.zeros((2, 3))),
        failed("not-refused", probe="scalar", actual=[2, 3]),
    ),
    "crashes": (CRASHED, crash("scalar")),
    "does not serve it": (Unserved("by-name"), not_covered("by-name")),
    "ends": (
        Broke("exit", "SystemExit: 3"),
        failed("broke.exit", probe="scalar", detail="SystemExit: 3"),
    ),
    "says nothing": (
        Nonsense("None"),
        failed("nonsense", probe="scalar", what="None"),
    ),
}


@pytest.mark.parametrize(("outcome", "judgement"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_no_point_is_refused_by_an_exception(
    outcome: Outcome, judgement: Judgement
) -> None:
    evidence = with_outcome(RIGHT, outcome, "scalar")
    assert shoulds.refused(evidence, "scalar") == judgement


def test_the_nodes_of_the_call_itself_may_allow_more() -> None:
    """A step of another size in the second call has its own bound."""

    def coarse(f: Any, x: Any) -> Any:
        return slopes(f, x, 2.0**-9)

    there = seen(coarse).observations["point-again"]
    evidence = replace(
        RIGHT,
        observations={**RIGHT.observations, "point-again": there},
    )
    assert shoulds.fresh(evidence, "point") == passed()
    silent = changed(evidence, "point-again", evaluations=())
    assert shoulds.fresh(silent, "point").message == "off-own"
