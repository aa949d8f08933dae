"""The judges of a pair, asked of slopes that are written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import pairs
from gradproof.contract.verdicts import Judgement, failed, not_covered, passed
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.log_guard import GUARD
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.directions import Departure, Survey, WrongEntry
from gradproof.numerics.slope_estimates import SlopeEstimate
from gradproof.numerics.slope_records import Slope, Slopes, Unknown
from gradproof.ports.observation import Observation, Outcome, Probe, Raised, Returned

X = np.array([1.0, 2.0])
DOUBLE, SINGLE = GIVEN


def slope(index: Any = (0,), value: float = 3.0, **fields: Any) -> Slope:
    """Known to within 1/4, and a central difference comes as near as 1/2."""
    usual: dict[str, Any] = {"doubt": 0.25, "limit": 0.5, "trouble": ""}
    usual |= {"known": True, "kinked": False, **fields}
    return Slope(index, value, **usual)


FIRST, SECOND = slope((0,)), slope((1,), 5.0)


def seen(probe: str, outcome: Outcome, x: Any = X) -> Observation:
    return Observation(Probe(probe, float, np.asarray(x)), (), outcome, None)


def evidence(
    claimed: Any = (3.0, 5.0),
    *entries: Slope,
    single: Any = None,
    x: Any = X,
    known: Any = None,
    **fields: Any,
) -> Evidence:
    slopes = known or Slopes(entries or (FIRST, SECOND), 2, 1.0)
    other = claimed if single is None else single
    return Evidence(
        "pair",
        False,
        {
            DOUBLE: seen(DOUBLE, Returned(np.asarray(claimed)), x),
            SINGLE: seen(SINGLE, Returned(np.asarray(other)), x),
        },
        {},
        slopes={DOUBLE: slopes, SINGLE: slopes},
        **fields,
    )


HOLDS = passed("pair.holds")


def off(message: str = "pair.off", verdict: Any = failed, **said: Any) -> Judgement:
    usual = {"probe": DOUBLE, "place": [0], "actual": 4.0, "expected": 3.0}
    judgement: Judgement = verdict(
        message, **{**usual, "bound": 0.75, "count": 1, "total": 2, **said}
    )
    return judgement


NAN, INF = float("nan"), float("inf")
AT_A_KINK: dict[str, Any] = {"trouble": "kink"}
VALUES: dict[str, tuple[Evidence, Judgement]] = {
    "right": (evidence(), HOLDS),
    "just within": (evidence((3.75, 4.25)), HOLDS),
    "just off": (
        evidence((np.nextafter(3.75, 4), 5.0)),
        off(actual=float(np.nextafter(3.75, 4))),
    ),
    "below": (evidence((2.0, 5.0)), off(actual=2.0)),
    "off": (evidence((4.0, 5.0)), off()),
    "both off, the second worse": (
        evidence((4.0, 7.0)),
        off(place=[1], actual=7.0, expected=5.0, count=2),
    ),
    "both off, the second of a wider bound": (
        evidence((4.0, 7.0), FIRST, replace(SECOND, limit=7.75)),
        off(count=1),
    ),
    "both off, the first worse in bounds": (
        evidence((4.0, 9.0), FIRST, replace(SECOND, limit=3.5)),
        off(count=2),
    ),
    "no number": (evidence((NAN, 5.0)), off(actual=NAN)),
    "infinite": (evidence((INF, 5.0)), off(actual=INF)),
    "a kink": (
        evidence((4.0, 5.0), slope(kinked=True), SECOND),
        off("pair.kink", not_covered),
    ),
    "a kink, and another off": (
        evidence((4.0, 9.0), slope(kinked=True), SECOND),
        off(place=[1], actual=9.0, expected=5.0),
    ),
    "near a kink, and off": (
        evidence((4.0, 5.0), slope(**AT_A_KINK), SECOND),
        off("pair.kink", not_covered),
    ),
    "near a kink, and exact": (evidence((3.0, 5.0), slope(**AT_A_KINK), SECOND), HOLDS),
    "near a kink, and within": (
        evidence((3.5, 5.0), slope(**AT_A_KINK), SECOND),
        off("pair.kink", not_covered, actual=3.5),
    ),
    "an overflow": (
        evidence((4.0, 5.0), slope(trouble="overflow"), SECOND),
        off("pair.overflow", not_covered),
    ),
    "without a limit": (
        evidence((4.0, 5.0), slope(limit=INF), SECOND),
        off("pair.overflow", not_covered, bound=INF),
    ),
    "not known": (
        evidence((4.0, 5.0), slope(known=False), SECOND),
        off("pair.cancellation", not_covered),
    ),
    "not known, for a kink": (
        evidence((4.0, 5.0), slope(known=False, **AT_A_KINK), SECOND),
        off("pair.kink", not_covered),
    ),
    "cancellation, and off": (
        evidence((4.0, 5.0), slope(trouble="cancellation"), SECOND),
        off(),
    ),
    "cancellation, and within": (
        evidence((3.5, 5.0), slope(trouble="cancellation"), SECOND),
        off("pair.cancellation", not_covered, actual=3.5),
    ),
    "an overflow and a kink": (
        evidence((4.0, 6.0), slope(trouble="overflow"), slope((1,), kinked=True)),
        off("pair.overflow", not_covered),
    ),
    "a kink and cancellation": (
        evidence((4.0, 6.0), slope(known=False), slope((1,), kinked=True)),
        off("pair.kink", not_covered, place=[1], actual=6.0),
    ),
    "a number": (evidence(3.0, slope(()), x=1.0), HOLDS),
    "a number that is off": (
        evidence(4.0, slope(()), x=1.0),
        off("pair.off-number", place=[], total=1),
    ),
    "a number at a kink": (
        evidence(4.0, slope((), kinked=True), x=1.0),
        off("pair.kink-number", not_covered, place=[], total=1),
    ),
    "of another shape": (
        evidence((3.0, 5.0, 7.0)),
        not_covered("no-result", probe=DOUBLE),
    ),
    "unknown": (
        evidence(known=Unknown("random", {"one": 1.0})),
        not_covered("pair.random", one=1.0),
    ),
    "an imaginary part of rounding": (evidence((3.0 + 0.5j, 5.0)), HOLDS),
    "an imaginary part within the bound, and off": (
        evidence((4.0 + 0.75j, 5.0)),
        off(),
    ),
    "an imaginary part": (
        evidence((3.0, 5.0 - 1j)),
        failed("pair.imaginary", place=[1], probe=DOUBLE, actual="(5-1j)"),
    ),
    "an imaginary number": (
        evidence(3.0 + 1j, slope(()), x=1.0),
        failed("pair.imaginary-number", probe=DOUBLE, actual="(3+1j)"),
    ),
}


def same(found: Judgement, due: Judgement) -> bool:
    """Equal, where no number is itself."""
    numbers = {k: str(v) for k, v in found.parameters.items()}
    expected = {k: str(v) for k, v in due.parameters.items()}
    return (found.verdict, found.message, numbers) == (
        due.verdict,
        due.message,
        expected,
    )


@pytest.mark.parametrize(("given", "judgement"), VALUES.values(), ids=VALUES)
def test_each_entry_is_held_to_the_slope_of_the_function(
    given: Evidence, judgement: Judgement
) -> None:
    assert same(pairs.values(given), judgement)


def test_without_a_result_nothing_is_held() -> None:
    given = evidence()
    broke = {**given.observations, DOUBLE: seen(DOUBLE, Raised("ValueError", ""))}
    found = pairs.values(replace(given, observations=broke))
    assert found == not_covered("no-result", probe=DOUBLE)


def test_a_failure_that_only_single_precision_has_counts() -> None:
    single = pairs.values(evidence(single=(4.0, 5.0)))
    assert single == off(probe=SINGLE)
    both = pairs.values(evidence((6.0, 5.0), single=(4.0, 5.0)))
    assert both == off(actual=6.0)
    right_in_single = pairs.values(evidence((6.0, 5.0), single=(3.0, 5.0)))
    assert right_in_single == off(actual=6.0)


# By estimates


def guessed(trouble: Any = "", jump: float = 0.0, index: Any = (0,)) -> Slope:
    estimate = SlopeEstimate((3.0, 3.0), (0.25, 0.25), jump, trouble)
    return slope(index, limit=0.0, trouble=trouble, known=False, estimate=estimate)


ESTIMATED = passed("pair.estimated", doubt=0.25, total=2)
BY_ESTIMATE: dict[str, tuple[Evidence, Judgement]] = {
    "agrees": (evidence((3.0, 3.25), guessed(), guessed(index=(1,))), ESTIMATED),
    "departs": (
        evidence((6.0, 5.0), guessed(), SECOND),
        off("pair.departs", actual=6.0, bound=0.25),
    ),
    "unclear": (
        evidence((4.0, 5.0), guessed(), SECOND),
        off("pair.cancellation", not_covered, bound=0.25),
    ),
    "unclear for a kink": (
        evidence((4.0, 5.0), guessed("kink"), SECOND),
        off("pair.kink", not_covered, bound=0.25),
    ),
    "agrees at a kink": (
        evidence((3.0, 5.0), guessed("kink"), SECOND),
        off("pair.kink", not_covered, actual=3.0, bound=0.25),
    ),
    "departs at an overflow": (
        evidence((9.0, 5.0), guessed("overflow"), SECOND),
        off("pair.overflow", not_covered, actual=9.0, bound=0.25),
    ),
    "departs at a kink": (
        evidence((9.0, 5.0), guessed("kink"), SECOND),
        off("pair.departs", actual=9.0, bound=0.25),
    ),
    "a number": (
        evidence(6.0, replace(guessed(), index=()), x=1.0),
        off("pair.departs-number", place=[], actual=6.0, bound=0.25, total=1),
    ),
}


@pytest.mark.parametrize(("given", "judgement"), BY_ESTIMATE.values(), ids=BY_ESTIMATE)
def test_by_an_estimate_there_are_three_answers(
    given: Evidence, judgement: Judgement
) -> None:
    assert pairs.values(given) == judgement


def test_of_estimates_the_largest_doubt_is_told() -> None:
    wide = replace(guessed(index=(1,)), doubt=0.5)
    found = pairs.values(evidence((3.0, 3.0), guessed(), wide))
    assert found == passed("pair.estimated", doubt=0.5, total=2)


# Without what guards a logarithm


def without(
    claimed: Any, entries: tuple[Slope, ...] = (FIRST, SECOND), **fields: Any
) -> Evidence:
    return evidence(claimed, *entries, **fields)


MOVED = (slope((0,), 4.0), slope((1,), 5.0))
BOTH_MOVED = (slope((0,), 9.0), slope((1,), 9.0))


def either(claimed: Any, *entries: Slope) -> Judgement:
    return pairs.values(evidence(claimed, unguarded=evidence(claimed, *entries)))


def test_the_gradient_without_the_guard_is_right_too() -> None:
    assert either((3.0, 5.0), *MOVED) == HOLDS
    said = {"guard": GUARD, "effect": 1.0}
    assert either((4.0, 5.0), *MOVED) == passed("pair.holds-unguarded", **said)


def test_the_effect_of_the_guard_is_told_where_both_are_known() -> None:
    given = evidence((4.0, 5.0), slope((0,), 3.0), slope((1,), 5.0))
    first_alone = Slopes((slope((0,), 4.0),), 2, 1.0)
    found = pairs.values(
        replace(given, unguarded=evidence((4.0, 5.0), known=first_alone))
    )
    assert found.parameters["effect"] == 1.0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # In shares of what both the limit and the doubt allow.
        ((3.0, 4.0, 0.5, 0.25), (5.0, 8.5, 2.0, 0.0)),
        # In what it is off, not in how large it is.
        ((3.0, 4.0, 0.5, 0.25), (0.5, 2.5, 0.5, 0.25)),
        # Where nothing is allowed.
        ((3.0, 4.0, 0.0, 0.0), (5.0, 7.0, 0.0, 0.0)),
    ],
)
def test_the_entry_that_is_furthest_off_is_told(first: Any, second: Any) -> None:
    entries = [
        slope((number,), value, limit=limit, doubt=doubt)
        for number, (value, _, limit, doubt) in enumerate((first, second))
    ]
    found = pairs.values(evidence((first[1], second[1]), *entries))
    assert (found.message, found.parameters["count"]) == ("pair.off", 2)
    assert found.parameters["place"] == [1]


def test_what_is_neither_is_told_by_the_one_that_is_nearer() -> None:
    fewer = off(place=[1], actual=6.0, expected=5.0)
    assert either((4.0, 6.0), *MOVED) == fewer
    assert either((4.0, 6.0), *BOTH_MOVED).parameters["count"] == 2
    own = off(count=1, actual=4.0)
    assert either((4.0, 5.0), *BOTH_MOVED) == own
    as_many = (slope((0,), 9.0), slope((1,), 5.0))
    assert either((4.0, 5.0), *as_many) == own


@pytest.mark.parametrize("trouble", ["kink", "cancellation"])
def test_where_the_other_cannot_be_told_nothing_is(trouble: Any) -> None:
    lost = slope((0,), known=False, trouble=trouble), SECOND
    found = either((4.0, 5.0), *lost)
    assert (found.verdict, found.message) == ("not-covered", f"pair.{trouble}")
    infinite = evidence((4.0, 5.0), known=Unknown("infinite"))
    told = pairs.values(evidence((4.0, 5.0), unguarded=infinite))
    assert told == not_covered("pair.infinite")
    overflow = evidence((4.0, 5.0), slope(trouble="overflow"), SECOND)
    assert pairs.values(evidence((4.0, 5.0), unguarded=overflow)) == off()


def test_what_is_open_by_itself_stays_open() -> None:
    given = evidence((4.0, 5.0), slope(known=False), SECOND)
    other = evidence((9.0, 5.0), *MOVED)
    found = pairs.values(replace(given, unguarded=other))
    assert found == off("pair.cancellation", not_covered)


# Random directions


SURVEY = Survey("agrees", 20, 1e-7, 1e-4, 0.125, 9, 82)
SAW = {"directions": 20, "evaluations": 82}
TOLD = {**SAW, "threshold": 1e-7, "typical": 1e-4}
EXAMPLE = WrongEntry((1, 2), 2.0, 1.0, 1e-9)
ENTRY = {"place": [1, 2], "actual": 2.0, "expected": 1.0, "doubt": 1e-9}
WHOLE = Departure("x", (2, 3), ((0, 2), (0, 3)), None)
ROW = Departure("x", (2, 3), ((1, 2), (0, 3)), EXAMPLE)
PART = Departure("x", (4, 3), ((1, 3), (2, 3)), None)


def surveyed(survey: Any, claimed: Any = (3.0, 5.0)) -> Judgement:
    return pairs.directions(evidence(claimed, survey=survey))


def departs(*places: Departure, complete: bool = True) -> Judgement:
    found = replace(SURVEY, answer="departs", places=places, complete=complete)
    return surveyed(found)


def test_random_directions_agree_or_it_is_told_why_not() -> None:
    assert surveyed(SURVEY) == passed("pair.directions", miss="2⁻²⁰", **TOLD)
    unclear = replace(SURVEY, answer="unclear", trouble="kink")
    assert surveyed(unclear) == not_covered("pair.directions-kink", **TOLD)
    assert surveyed(None) == not_covered("no-result", probe=DOUBLE)
    large = Unknown("large", {"size": 9})
    assert surveyed(large) == not_covered("pair.large", size=9)
    somewhere = not_covered("pair.imaginary-somewhere")
    assert surveyed(SURVEY, (3.0, 1j)) == somewhere
    assert surveyed(SURVEY, (3.0 + 0j, 5.0)).verdict == "pass"
    without_guard = evidence(survey=SURVEY)
    own = evidence(survey=replace(SURVEY, answer="departs"))
    found = pairs.directions(replace(own, unguarded=without_guard))
    said = {"guard": GUARD, "effect": 0.125}
    assert found == passed("pair.directions-unguarded", miss="2⁻²⁰", **TOLD, **said)


def test_where_a_claim_departs_is_told() -> None:
    entry = failed("pair.directions-entry", **ENTRY, where="x[1, :]", **SAW, count=3)
    assert departs(ROW) == entry
    first_shown = departs(WHOLE, ROW)
    assert first_shown == failed(
        "pair.directions-entry", **ENTRY, where="x[1, :]", **SAW, count=9
    )
    within = failed("pair.directions-within", where="x[:, :]", **SAW, count=6)
    assert departs(WHOLE) == within
    some = failed("pair.directions-within", where="x[1:3, 2]", **SAW, count=2)
    assert departs(PART) == some
    unfinished = "pair.directions-unfinished"
    nowhere = failed(unfinished, where="x", **SAW, count=9)
    assert departs() == nowhere
    there = failed(unfinished, where="x[1, :]", **SAW, count=3)
    assert departs(ROW, complete=False) == there


def test_too_many_entries_are_told_by_their_number_alone() -> None:
    assert pairs.large(evidence(known=Unknown("large")))
    given = evidence(known=Unknown("large"))
    single = {**given.slopes, SINGLE: Unknown("random")}
    assert pairs.large(replace(given, slopes=single))
    assert not pairs.large(evidence(known=Unknown("random")))
    assert not pairs.large(evidence())
