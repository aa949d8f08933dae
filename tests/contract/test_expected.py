"""What is expected of a result: which formula counts, and how far off it may be."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import expected
from gradproof.contract.expected import Expected
from gradproof.contract.verdicts import broken, not_covered
from gradproof.evidence.asked_formula import AskedFormula
from gradproof.evidence.evidence import Entry, Evidence, entries
from gradproof.evidence.stencil import Stencil, Unreadable
from gradproof.numerics import any_step, error_bounds, oracle
from gradproof.numerics.difference_formula import Formula
from gradproof.numerics.functions import cubic
from gradproof.ports.observation import Evaluation, Raised, Returned
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

POINT = Entry((0,), np.array([1.0, 2.0]), 0, None)
TENTH = Expected(POINT, 1.0, 0.5)


@pytest.mark.parametrize(
    ("value", "actual", "limit", "met"),
    [
        (1.0, 1.5, 0.5, True),
        (1.0, 0.5, 0.5, True),
        (1.0, np.nextafter(1.5, 2), 0.5, False),
        (1.0, np.nan, np.inf, False),
        (np.nan, np.nan, 0.0, True),
        (np.nan, 1.0, 0.5, False),
        (np.inf, np.inf, 0.0, True),
        (np.inf, -np.inf, 0.5, False),
        (1.0, 1.0, np.nan, True),
        (1.0, 1.25, np.nan, False),
    ],
)
def test_a_number_is_met_within_the_limit_or_by_itself(
    value: float, actual: float, limit: float, met: bool
) -> None:
    assert Expected(POINT, value, limit).met_by(actual) is met


def test_small_precision_is_widened_and_large_is_kept() -> None:
    for given, wide in ((np.float16, np.float64), (np.complex64, np.complex128)):
        assert expected.wide(np.zeros(1, given)).dtype == wide
    assert expected.wide(np.zeros(1, np.longdouble)).dtype == np.longdouble


def test_a_function_of_one_number_is_written_with_x() -> None:
    assert expected.of_number(cubic) == "x³"


def test_what_is_due_is_worked_out_once() -> None:
    evidence, unread = seen(right), replace(seen(right), readings={})
    for of in (expected.formulas, expected.own_formulas, expected.gradients):
        assert of(evidence, "rows") is of(evidence, "rows")
    assert expected._of_any_step(unread.observations["point"], True) is (
        expected._of_any_step(unread.observations["point"], True)
    )
    point = (1.0, 2.0)
    for of_point in (expected.exact_gradient, expected.book_bound):
        assert of_point(cubic, point) is of_point(cubic, point)


# Which formulas count


def test_of_a_batch_each_entry_has_the_formula_of_its_own_nodes() -> None:
    for evidence in (seen(right), seen(right, "array-gradient")):
        found = expected.formulas(evidence, "rows")
        assert [entry.index for entry, _ in found] == list(np.ndindex(3, 2))
        whole = evidence.role == "array-gradient"
        for number, (entry, read) in enumerate(found):
            assert entry.component == (number if whole else number % 2)
            assert entry.row == (None if whole else number // 2)
            assert whole or read is not None


def test_a_formula_of_another_shape_is_none() -> None:
    evidence = seen(by_rows(lambda f, x: slopes(f, x).sum()))
    assert isinstance(evidence.readings["point"], Stencil)
    assert all(read is None for _, read in expected.formulas(evidence, "point"))


def test_a_formula_that_asks_about_another_row_is_not_its_own() -> None:
    mixed = seen(on_batches(lambda g: np.array([g[0], g[2], g[2]])))
    counted = [read is not None for _, read in expected.formulas(mixed, "rows")]
    own = [read is not None for _, read in expected.own_formulas(mixed, "rows")]
    assert counted == [True] * 6
    assert own == [True, True, False, False, True, True]
    reads = dict(enumerate(expected.formulas(mixed, "rows")))
    x = mixed.observations["rows"].probe.x
    entry, read = reads[2]
    assert read is not None
    assert len(expected.strays(x, entry, read)) == len(read.nodes)
    assert expected.strays(x, replace(entry, row=2), read) == []
    assert expected.strays(x, replace(entry, row=None), read) == []


def test_where_none_was_read_the_nodes_of_the_call_make_one() -> None:
    evidence = replace(seen(right), readings={})
    assert all(read is None for _, read in expected.formulas(evidence, "rows"))
    for _, read in expected.own_formulas(evidence, "rows"):
        assert isinstance(read, AskedFormula)
    silent = changed(evidence, "rows", outcome=Raised("ValueError", ""))
    assert all(read is None for _, read in expected.own_formulas(silent, "rows"))


UNREAD = {
    "no formula": (None, not_covered("no-formula", probe="rows")),
    "unreadable": (
        Unreadable("not-linear", {"a": 1}),
        not_covered("unreadable", reason="not-linear", a=1),
    ),
    "broke": (
        Unreadable("broke-while-read", {"how": "crash", "detail": "SIGSEGV"}),
        broken("broke.crash", probe="rows", detail="SIGSEGV"),
    ),
}


@pytest.mark.parametrize("case", UNREAD)
def test_why_there_is_no_formula_is_told(case: str) -> None:
    reading, judgement = UNREAD[case]
    readings = {} if reading is None else {"rows": reading}
    assert expected.unread(replace(seen(right), readings=readings), "rows") == judgement


# How far off


def limits(evidence: Evidence, probe: str = "point") -> list[float]:
    return [e.limit for e in expected.gradients(evidence, probe)]


def bound(step: float, x: Any = (1.0, 2.0)) -> list[float]:
    found: list[float] = error_bounds.central(cubic, np.array(x), step).b1.tolist()
    return found


@functools.cache
def of_step(h: float) -> Evidence:
    return all_seen(by_rows(lambda f, x: slopes(f, x, h)), "gradient")


def test_the_exact_gradient_is_due_within_the_bound_of_the_formula_that_was_read() -> (
    None
):
    for step in (2.0**-13, 2.0**-7):
        found = expected.gradients(of_step(step), "point")
        assert [e.value for e in found] == [5.0, 25.0]
        for each, (_, read) in zip(
            found, expected.own_formulas(of_step(step), "point"), strict=True
        ):
            assert read is not None
            assert each.limit == expected.limit(cubic, each.entry, read)
            assert step**2 <= each.limit < 3 * step**2


def test_without_a_formula_the_books_bound_counts() -> None:
    evidence = seen(unreadable)
    for probe, x in (("point", [1.0, 2.0]), ("rows", evidence.observations["rows"])):
        at = getattr(x, "probe", None)
        books = np.ravel(bound(expected.BOOK_STEP, x if at is None else at.x))
        assert limits(evidence, probe) == pytest.approx(books.tolist(), rel=0)


def test_what_never_asks_f_may_have_any_step_that_is_admitted() -> None:
    evidence = replace(seen(right), readings={"point": Unreadable("by-name")})
    assert expected.gives_values_alone(evidence)
    any_bound = any_step.central(
        cubic, (1.0, 2.0), expected.MIN_STEP, expected.MAX_STEP
    )
    assert limits(evidence) == any_bound.tolist()
    found = expected.gradients(evidence, "rows")
    assert [e.entry.row for e in found] == [0, 0, 1, 1, 2, 2]
    assert [e.value for e in found[:2]] == [5.0, 25.0]
    for reading in (Unreadable("not-linear"), seen(right).readings["point"]):
        other = replace(evidence, readings={"point": reading})
        assert not expected.gives_values_alone(other)
    assert not expected.gives_values_alone(replace(evidence, readings={}))


def test_of_a_function_without_a_bound_for_any_step_the_books_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raising(error: type[Exception]) -> Any:
        def central(*_: Any) -> Any:
            raise error

        expected._any_step_bound.cache_clear()
        monkeypatch.setattr(any_step, "central", central)

    raising(NotImplementedError)
    second = replace(POINT, component=1, index=(1,))
    for entry in (POINT, second):
        books = bound(expected.BOOK_STEP)[entry.component]
        assert expected.any_step_limit(cubic, entry) == books
    raising(oracle.UnboundedError)
    assert np.isnan(expected.any_step_limit(cubic, POINT))


def test_where_values_alone_are_judged_the_nodes_that_were_asked_may_allow_more() -> (
    None
):
    """At other places no formula is read: that of the call's own nodes counts there."""
    books, coarse = of_step(1e-4), of_step(2.0**-6)
    probe = "far"
    assert probe not in coarse.readings
    near = limits(books, probe)
    wider = limits(coarse, probe)
    assert all(w > 10 * n for w, n in zip(wider, near, strict=True))
    value = value_of(coarse, probe)
    for entry in expected.gradients(coarse, probe):
        assert entry.met_by(value[entry.entry.index])


def test_a_value_that_no_formula_on_its_nodes_gives_has_the_books_bound() -> None:
    coarse = of_step(2.0**-6)
    value = value_of(coarse, "far")
    off = with_outcome(coarse, Returned(value * (1 + 1e-3)), "far")
    silent = replace(changed(off, "far", evaluations=()), readings={})
    x = coarse.observations["far"].probe.x
    assert limits(silent, "far") == bound(expected.BOOK_STEP, x)


def test_of_nodes_that_were_asked_only_a_formula_of_the_order_read_counts() -> None:
    one_sided = by_rows(
        lambda f, x: (
            (np.array([f(x + e) for e in 2.0**-7 * np.eye(x.size)]) - f(x)) / 2.0**-7
        )
    )
    evidence = all_seen(one_sided, "gradient")
    assert expected.order_read(evidence) == 1
    assert expected.order_read(of_step(H)) == 2
    assert expected.order_read(seen(unreadable)) is None
    assert expected.order_read(replace(evidence, readings={})) is None
    strays = seen(on_batches(lambda g: np.roll(g, 1, axis=0)))
    only_rows = replace(strays, readings={"rows": strays.readings["rows"]})
    assert expected.order_read(only_rows) is None
    assert limits(evidence, "far")[0] > 1e-3
    # Read at second order, a formula of the first is none.
    central = of_step(2.0**-7)
    swapped = replace(
        central,
        observations={
            **central.observations,
            "far": evidence.observations["far"],
        },
        readings={"point": of_step(1e-4).readings["point"]},
    )
    assert max(limits(swapped, "far")) < 1e-3


def test_a_step_that_is_drawn_anew_is_judged_by_the_order_that_was_read() -> None:
    fine, coarse = of_step(2.0**-7), of_step(2.0**-6)
    there = {**fine.observations, "far": coarse.observations["far"]}
    drawn = replace(fine, observations=there)
    found = expected.gradients(drawn, "far")
    value = value_of(coarse, "far")
    for entry, narrow in zip(found, limits(fine, "far"), strict=True):
        assert entry.limit > 2 * narrow
        assert entry.met_by(value[entry.entry.index])


def test_nodes_of_one_call_are_held_to_the_order_that_was_read_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = []
    own_limit = expected.own_limit

    def noted(observation: Any, entry: Any, by_rows: bool, order: int | None) -> float:
        orders.append(order)
        return own_limit(observation, entry, by_rows, order)

    monkeypatch.setattr(expected, "own_limit", noted)
    expected.gradients(changed(of_step(H), "far"), "far")
    assert orders == [2, 2]


def test_a_formula_is_admitted_by_its_order_or_its_accuracy() -> None:
    def formula(step: float, one_sided: bool = False) -> Formula:
        back = 0.0 if one_sided else -step
        nodes = np.array([[1 + step, 2.0], [1 + back, 2.0]])
        weights = np.array([1, -1]) / (step - back)
        return Formula(POINT.origin, nodes, weights, 0)

    central, forward = formula(2.0**-6), formula(2.0**-6, one_sided=True)
    assert expected.admitted(cubic, POINT, None, None) is None
    assert expected.admitted(cubic, POINT, central, 2) is central
    assert expected.admitted(cubic, POINT, central, 1) is central
    assert expected.admitted(cubic, POINT, forward, 2) is None
    # None was read: it has to be as accurate as any that is admitted.
    assert expected.admitted(cubic, POINT, central, None) is None
    for step in (2.0**-9, 2.0**-13, 2.0**-20):
        assert expected.admitted(cubic, POINT, formula(step), None) is not None
    accurate = formula(2.0**-26, one_sided=True)
    assert expected.admitted(cubic, POINT, accurate, 2) is accurate


def test_as_accurate_is_as_the_widest_of_both_ends() -> None:
    widest = max(bound(step)[0] for step in (expected.MIN_STEP, expected.MAX_STEP))
    assert expected._accurate(cubic, POINT, widest)
    assert not expected._accurate(cubic, POINT, float(np.nextafter(widest, 1)))
    second = replace(POINT, component=1)
    other = max(bound(step)[1] for step in (expected.MIN_STEP, expected.MAX_STEP))
    assert expected._accurate(cubic, second, other)
    assert not expected._accurate(cubic, second, float(np.nextafter(other, 1)))


def test_a_limit_of_what_has_no_result_of_that_shape_needs_no_nodes() -> None:
    evidence = replace(of_step(2.0**-9), readings={})
    observation = evidence.observations["far"]
    x = observation.probe.x
    entry = next(entries(x, by_rows=True))
    books = Expected(entry, 0.0, 0.0)
    for outcome in (Raised("ValueError", ""), Returned(np.zeros(x.size + 1))):
        seen_so = replace(observation, outcome=outcome)
        asked = {"by_rows": True, "order": 2}
        assert expected.own_limit(seen_so, books, **asked) == 0.0  # type: ignore[arg-type]
    assert expected.own_limit(observation, books, by_rows=True, order=2) > 0
    silent = replace(observation, evaluations=())
    assert expected.own_limit(silent, books, by_rows=True, order=2) == 0.0
    met = replace(books, value=value_of(evidence, "far")[entry.index])
    assert expected.own_limit(observation, met, by_rows=True, order=2) == 0.0


def test_a_formula_on_asked_nodes_has_what_its_weights_do_not_tell_added() -> None:
    evidence = replace(of_step(2.0**-9), readings={})
    ((entry, asked), *_) = expected.own_formulas(evidence, "point")
    assert isinstance(asked, AskedFormula)
    plain = Formula(asked.x, asked.nodes, asked.weights, asked.component)
    more = expected.limit(cubic, entry, asked) - expected.limit(cubic, entry, plain)
    unknown = asked.allowance((1, 0)) * 5.0 + asked.allowance((0, 1)) * 25.0
    assert more == pytest.approx(unknown, rel=1e-3)
    assert unknown > 0


def test_a_limit_that_is_not_finite_is_no_number() -> None:
    far = 2.0**400
    nodes = np.array([[far, 2.0], [-far, 2.0]])
    read = Formula(POINT.origin, nodes, np.array([1, -1]) / (2 * far), 0)
    with np.errstate(all="ignore"):
        assert np.isnan(expected.limit(cubic, POINT, read))


# Formulas of one place at another


def test_along_its_component_it_is_moved_into_any_space() -> None:
    evidence = seen(right)
    there = Entry((2,), np.array([4.0, 8.0, 16.0]), 2, None)
    found = expected.moved_along(evidence, there)
    assert found is not None
    assert (found.component, found.x.tolist()) == (2, [4.0, 8.0, 16.0])
    assert sorted(found.nodes.tolist()) == [[4, 8, 16 - H], [4, 8, 16 + H]]
    assert expected.moved_along(replace(evidence, readings={}), there) is None


def test_along_a_component_that_has_a_formula_of_its_own_that_counts() -> None:
    def uneven(f: Any, x: Any) -> Any:
        steps = [H, 4 * H, H][: x.size]
        return np.array([slopes(f, x, h)[i] for i, h in enumerate(steps)])

    evidence = seen(by_rows(uneven))
    origin = np.array([1.0, 2.0, 3.0])
    for component, step in ((0, H), (1, 4 * H), (2, H)):
        there = Entry((component,), origin, component, None)
        found = expected.moved_along(evidence, there)
        assert found is not None
        reach = np.abs(found.nodes - origin).max(axis=0)
        assert reach[component] == step
        assert np.delete(reach, component).tolist() == [0.0, 0.0]


def test_a_formula_that_moves_other_components_too_is_moved_nowhere() -> None:
    def aslant(f: Any, x: Any) -> Any:
        g = []
        for e in H * np.eye(x.size):
            d = e + np.roll(e, 1) / 2
            g.append((f(x + d) - f(x - d)) / (2 * H))
        return np.array(g)

    there = Entry((0,), np.array([1.0, 2.0, 3.0]), 0, None)
    assert expected.moved_along(seen(by_rows(aslant)), there) is None

    def first_aslant(f: Any, x: Any) -> Any:
        return np.array([aslant(f, x)[0], *slopes(f, x)[1:]])

    third = Entry((2,), np.array([1.0, 2.0, 3.0]), 2, None)
    found = expected.moved_along(seen(by_rows(first_aslant)), third)
    assert found is not None
    assert sorted(found.nodes[:, 2].tolist()) == [3 - H, 3 + H]


def test_the_place_that_was_read_first_is_the_only_one() -> None:
    evidence = changed(seen(right), "point", evaluations=())
    readings = {"point": Unreadable("not-linear"), **evidence.readings}
    second = replace(evidence, readings={**readings, "point": Unreadable("no")})
    assert expected.moved_along(second, POINT) is None


def test_what_is_met_needs_no_other_formula_and_what_is_not_may_have_it() -> None:
    """The step is drawn anew at each call, so that its own nodes are of no order."""
    coarse = of_step(2.0**-6)
    silent = changed(coarse, "far", evaluations=())
    x = silent.observations["far"].probe.x
    books = bound(expected.BOOK_STEP, x)
    for entry, narrow in zip(expected.gradients(silent, "far"), books, strict=True):
        read = expected.moved_along(silent, entry.entry)
        own = expected.limit(cubic_of(silent), entry.entry, read)
        assert entry.limit == own > narrow
    exact = np.array([e.value for e in expected.gradients(silent, "far")])
    met = with_outcome(silent, Returned(exact), "far")
    assert limits(met, "far") == books
    for outcome in (Raised("ValueError", ""), Returned(np.zeros(len(x) + 1))):
        assert limits(with_outcome(silent, outcome, "far"), "far") == books


def cubic_of(evidence: Evidence) -> Any:
    return expected.function_of(evidence.observations["far"])


def test_values_without_a_finite_bound_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def central(*_: Any) -> Any:
        raise oracle.UnboundedError

    monkeypatch.setattr(error_bounds, "central", central)
    evidence = replace(seen(right), readings={})
    fresh = changed(evidence, "point")
    found = expected.gradients(fresh, "point")
    assert np.isnan([e.limit for e in found]).all()
    assert expected.unbounded(fresh, "point") == broken(
        "no-bound", probe="point", point=[1.0, 2.0]
    )


# What is told


def test_of_what_is_off_the_worst_is_told_in_shares_of_its_limit() -> None:
    evidence = seen(right)
    observation = evidence.observations["point"]
    near, far = (Expected(e, 1.0, w) for e, w in zip(two(), (4.0, 0.25), strict=True))
    off = replace(observation, outcome=Returned(np.array([9.0, 2.0])))
    found = expected.off(off, [near, far])
    assert found == {
        "probe": "point",
        "function": cubic_text(),
        "point": [1.0, 2.0],
        "component": 1,
        "actual": 2.0,
        "expected": 1.0,
        "bound": 0.25,
        "count": 2,
        "total": 2,
    }
    below = [Expected(e, v, 1.0) for e, v in zip(two(), (1.0, -8.0), strict=True)]
    both = replace(observation, outcome=Returned(np.array([9.0, -6.0])))
    first = expected.off(both, below)
    assert first is not None
    assert (first["component"], first["count"]) == (0, 2)
    wide = replace(near, limit=8.0)
    one = expected.off(off, [wide, far])
    assert one is not None
    assert (one["count"], one["component"]) == (1, 1)
    assert expected.off(off, [wide]) is None


def two() -> list[Entry]:
    return list(entries(np.array([1.0, 2.0]), by_rows=True))


def cubic_text() -> str:
    return cubic.written(2)


def test_what_is_no_number_is_the_worst() -> None:
    observation = seen(right).observations["point"]
    off = replace(observation, outcome=Returned(np.array([1e300, np.nan])))
    found = expected.off(off, [Expected(e, 1.0, 0.25) for e in two()])
    assert found is not None
    assert found["component"] == 1


def test_a_complex_number_is_told_as_one() -> None:
    observation = seen(right).observations["point"]
    off = replace(observation, outcome=Returned(np.array([1 + 2j, 1.0])))
    found = expected.off(off, [Expected(e, 1.0, 0.25) for e in two()])
    assert found is not None
    assert found["actual"] == 1 + 2j
    assert isinstance(found["expected"], float)


def test_an_evaluation_of_numbers_is_what_nodes_are_made_of() -> None:
    complex_node = Evaluation(np.array([1j, 0]), "ndarray")
    evidence = replace(seen(right), readings={})
    foreign = changed(evidence, "point", evaluations=(complex_node,))
    assert all(r is None for _, r in expected.own_formulas(foreign, "point"))
