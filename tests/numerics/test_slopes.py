"""Slopes at single entries, told of functions whose slopes are known."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from gradproof.numerics import slopes as module
from gradproof.numerics.high_precision import Precise
from gradproof.numerics.slope_estimates import SlopeEstimate
from gradproof.numerics.slope_records import Slope, Slopes, Unknown
from gradproof.numerics.slopes import (
    FunctionEndedError,
    number_of,
    slopes,
    slopes_beside,
    value_of,
)

SINGLE = 2.0**-24
X = np.array([1.5, -0.75], np.float32)


def in_doubles(f: Any) -> Any:
    """f, of numbers that it makes doubles of, whatever it is given."""
    return lambda x: f(*(float(v) for v in x))


def seen(f: Any, x: Any = X) -> Slopes:
    found = slopes(in_doubles(f), x)
    assert isinstance(found, Slopes)
    return found


def test_of_two_steps_the_slope_of_a_cubic_is_exact_but_for_rounding() -> None:
    first, second = seen(lambda a, b: a**3 - 2 * b**3).entries
    assert first.value == pytest.approx(3 * 1.5**2, rel=1e-9)
    assert second.value == pytest.approx(-6 * 0.75**2, rel=1e-9)
    assert abs(first.value - 3 * 1.5**2) <= first.doubt


def test_a_limit_holds_the_rounding_of_both_values() -> None:
    """They are rounded to x's precision, also where by chance they are exact."""
    first, _ = seen(lambda a, b: 1024 + a + b).entries
    widest = 2 * 2.0**-8 * 2
    assert first.limit >= 2 * SINGLE * 1024 / widest


def test_what_an_estimate_has_to_tell_is_a_thousandth_of_the_largest_slope() -> None:
    doubles = seen(lambda a, b: a * a + b, X.astype(float))
    assert doubles.aim == pytest.approx(3e-3, rel=1e-6)
    assert [slope.tells for slope in doubles.entries] == [True, True]


ESTIMATE = SlopeEstimate((1.0, 1.0), (0.1, 0.1), 0.0, "")


@pytest.mark.parametrize(
    ("known", "kinked", "trouble", "estimate", "tells"),
    [
        (True, False, "", None, True),
        (True, True, "", None, False),
        (False, False, "", None, False),
        (False, False, "", ESTIMATE, True),
        (False, True, "", ESTIMATE, False),
        (False, False, "kink", ESTIMATE, False),
        (True, False, "kink", ESTIMATE, True),
    ],
)
def test_a_slope_tells_where_it_is_known_or_estimated_and_there_is_no_kink(
    known: bool, kinked: bool, trouble: Any, estimate: Any, tells: bool
) -> None:
    slope = Slope((0,), 1.0, 0.0, 0.1, trouble, known, kinked, estimate)
    assert slope.tells == tells


# Why nothing is known


class Changing:
    """A function that gives another value each time."""

    calls = 0

    def __call__(self, x: Any) -> float:
        self.calls += 1
        return float(x.sum()) + self.calls


def ends(x: Any) -> float:
    raise FunctionEndedError("SystemExit: 3")


def divides(x: Any) -> float:
    return 1 / 0


POINT = np.array([1.5, -0.75])
NOTHING: dict[str, tuple[Any, Any, str, dict[str, Any]]] = {
    "raises": (
        *(divides, POINT, "raises"),
        {"kind": "ZeroDivisionError", "text": "division by zero"},
    ),
    "ends": (ends, POINT, "ends", {"text": "SystemExit: 3"}),
    "complex": (lambda x: x[0] * 1j, POINT, "complex", {"value": "1.5j"}),
    "complex, (1, 1)": (
        *(lambda x: np.full((1, 1), 2j), POINT, "complex"),
        {"value": "2j"},
    ),
    "several complex": (lambda x: x * 1j, POINT, "no-number", {"kind": "ndarray"}),
    "array": (lambda x: x, POINT, "array", {"actual": [2]}),
    "no entry": (lambda x: x[:0], POINT, "array", {"actual": [0]}),
    "text": (lambda x: "1", POINT, "no-number", {"kind": "str"}),
    "none": (lambda x: None, POINT, "no-number", {"kind": "NoneType"}),
    "infinite": (lambda x: x.sum() * np.inf, POINT, "infinite", {}),
    "random": (Changing(), POINT, "random", {}),
    "empty": (lambda x: 1.0, POINT[:0], "empty", {}),
    "same": (lambda x: 1.0, POINT, "same", {}),
    "large": (lambda x: x.sum(), np.ones(2001), "large", {"total": 2001, "most": 2000}),
}


@pytest.mark.parametrize(("f", "x", "id", "parameters"), NOTHING.values(), ids=NOTHING)
def test_why_nothing_is_known_is_told(
    f: Any, x: Any, id: str, parameters: dict[str, Any]
) -> None:
    assert slopes(f, x) == Unknown(id, parameters)


@pytest.mark.parametrize("y", [2.0, np.array([[2.0]]), np.float32(2), 2, np.int8(2)])
def test_one_number_is_a_value_in_whatever_it_is_held(y: Any) -> None:
    assert number_of(y) == 2
    assert value_of(lambda x: y, POINT) == 2


def test_what_f_raises_beside_the_place_is_told() -> None:
    def there(x: Any) -> Any:
        if (x != POINT).any():
            raise ValueError("too far")
        return x.sum()

    why = {"kind": "ValueError", "text": "too far"}
    assert slopes(there, POINT) == Unknown("raises", why)
    known = slopes(lambda x: x.sum(), POINT)
    assert slopes_beside(there, POINT, known) == Unknown("raises", why)


def test_f_is_asked_four_times_whether_it_gives_the_same() -> None:
    calls: list[Any] = []
    assert value_of(lambda x: len(calls.append(x) or "ab"), POINT) == 2  # type: ignore[func-returns-value]
    assert len(calls) == 4
    assert all(x is not POINT and (x == POINT).all() for x in calls)


def test_a_function_that_answers_only_nearby_is_not_the_same_elsewhere() -> None:
    def near(x: Any) -> Any:
        if abs(x[0] - 1.5) > 0.01:
            raise ValueError("too far")
        return x[0] * x[1]

    assert [e.value for e in known(near)] == pytest.approx([-0.75, 1.5])


# What is known in high precision


def known(f: Any, x: Any = POINT) -> tuple[Slope, ...]:
    found = slopes(f, x)
    assert isinstance(found, Slopes)
    assert found.size == x.size
    return found.entries


def test_slopes_are_known_far_better_than_they_have_to_be() -> None:
    found = slopes(lambda x: x[0] ** 3 + np.exp(x[1]) * x[0], POINT)
    assert isinstance(found, Slopes)
    assert not found.estimated
    due = 3 * 1.5**2 + np.exp(-0.75), 1.5 * np.exp(-0.75)
    assert found.aim == pytest.approx(1e-6 * due[0])
    for index, (entry, slope) in enumerate(zip(found.entries, due, strict=True)):
        assert entry.index == (index,)
        assert entry.value == pytest.approx(slope, rel=1e-15)
        assert 0 <= entry.doubt < 1e-30
        assert (entry.known, entry.kinked, entry.trouble) == (True, False, "")


@pytest.mark.parametrize(
    ("factor", "power"),
    [(1.0, -13), (64.0, -17), (1024.0, -21)],
    ids=["smooth", "rougher", "roughest"],
)
def test_a_limit_is_the_error_at_the_first_step_that_is_good_enough(
    factor: float, power: int
) -> None:
    """Of (c·x)³ it is c³h², beside a slope of 3c where c·x is 1."""
    (entry,) = known(lambda x: (factor * x[0]) ** 3, np.array([1 / factor]))
    assert entry.value == pytest.approx(3 * factor)
    assert entry.limit == pytest.approx(factor**3 * 4.0**power, rel=1e-2)
    assert entry.trouble == ""


def test_steps_grow_with_the_place() -> None:
    (entry,) = known(lambda x: x[0] ** 3, np.array([3.0]))
    assert entry.limit == pytest.approx((4 * 2.0**-13) ** 2, rel=1e-3)


def test_what_is_in_the_way_is_told() -> None:
    (rounded,) = known(lambda x: x[0] + 1e14, POINT[:1])
    assert (rounded.trouble, rounded.known) == ("cancellation", True)
    assert rounded.limit == pytest.approx(2.0**-53 * 2e14 / 2.0**-11, rel=0.5)
    (bent,) = known(lambda x: abs(x[0] - 1e-9) + x[0], np.zeros(1))
    assert (bent.trouble, bent.kinked, bent.value) == ("kink", False, 0)
    (wide,) = known(lambda x: np.exp(x[0]), np.array([709.782712893384]))
    assert (wide.trouble, wide.limit) == ("overflow", np.inf)


def test_a_kink_at_the_very_place_is_told_and_no_aim() -> None:
    found = slopes(lambda x: abs(x[0]) + abs(x[1]), np.zeros(2))
    assert isinstance(found, Slopes)
    assert found.aim == 0
    assert [entry.kinked for entry in found.entries] == [True, True]
    one = slopes(lambda x: 9 * abs(x[0]) + x[1] * x[1] / 2, np.array([0.0, 1.0]))
    assert isinstance(one, Slopes)
    assert one.aim == pytest.approx(1e-6)
    assert [entry.kinked for entry in one.entries] == [True, False]


@pytest.mark.parametrize("value", [1.0, -3.0, 0.0])
@pytest.mark.parametrize(("share", "fits"), [(0.99, True), (1.01, False)])
def test_in_high_precision_f_gives_what_it_gives_in_its_own(
    value: float, share: float, fits: bool
) -> None:
    """To a thousandth of 1 + |f|; else it does something else there."""

    def f(x: Any) -> Any:
        off = share * 1e-3 * (1 + abs(value))
        return x[0] + off if isinstance(x[0], Precise) else x[0]

    found = slopes(f, np.array([value]))
    assert isinstance(found, Slopes)
    assert found.estimated != fits


def test_what_takes_too_long_in_high_precision_is_estimated() -> None:
    """2 000 000 operations for all: 12 evaluations of each entry."""

    def f(x: Any, operations: int) -> Any:
        return sum((x[0] for _ in range(operations)), x[1])

    x = np.ones(100)
    most = 2_000_000 // (12 * len(x))
    for operations, estimated in ((most + 1, True), (most // 9, False)):
        found = slopes(functools.partial(f, operations=operations), x)
        assert isinstance(found, Slopes)
        assert found.estimated == estimated


@pytest.mark.parametrize(
    ("size", "dtype", "count"),
    [(99, np.float32, 99), (100, np.float32, 100), (350, np.float32, 100)],
)
def test_of_single_precision_a_hundred_entries_are_looked_at(
    size: int, dtype: Any, count: int
) -> None:
    indices = module._spread(np.zeros((size, 1), dtype))
    assert len(indices) == count
    assert indices == [(k * size // count, 0) for k in range(count)]
    assert len(module._spread(np.zeros(350))) == 350


@pytest.mark.parametrize(
    ("x", "scale"), [(0, 1), (0.3, 1), (1, 1), (-1.5, 2), (2, 2), (-5, 8)]
)
def test_steps_are_scaled_by_the_power_of_two_above(x: float, scale: float) -> None:
    assert module._scale(np.float64(x)) == scale


# One entry, by the values of f at a few nodes

STEP = 2.0**-10


def differences(values: dict[float, float], centre: float) -> Any:
    """Those of an f that is known at ½, and at so many steps from there."""

    def f(x: Any) -> float:
        return {0.0: centre, **values}[(float(x[0]) - 0.5) / STEP]

    return module._Differences(f, np.array([0.5]), module.DOUBLE)


def test_two_quotients_are_extrapolated_and_doubted_by_their_distance() -> None:
    found = differences({1: STEP, -1: -STEP, 0.5: STEP, -0.5: -STEP}, 0.0)
    slope, doubt, kink = found._slope((0,))
    assert (slope, doubt, kink) == (pytest.approx(2 + 1 / 3), 1, False)


def test_a_slope_is_doubted_by_sixteen_roundings_over_the_step() -> None:
    same = {1: 1 + STEP, -1: 1 - STEP, 0.5: 1 + STEP / 2, -0.5: 1 - STEP / 2}
    slope, doubt, kink = differences(same, 1.0)._slope((0,))
    assert (slope, doubt, kink) == (1, 16 * 2.0**-53 / (STEP / 2), False)


@pytest.mark.parametrize(("share", "kinked"), [(0.74, False), (0.76, True)])
def test_what_bends_as_much_at_half_the_step_is_a_kink(
    share: float, kinked: bool
) -> None:
    bent = {1: STEP, -1: STEP, 0.5: share * STEP / 2, -0.5: share * STEP / 2}
    assert differences(bent, 0.0)._slope((0,))[2] == kinked


@pytest.mark.parametrize(("roundings", "kinked"), [(128, False), (130, True)])
def test_what_rounding_may_bend_is_no_kink(roundings: int, kinked: bool) -> None:
    """16 times the noise of 16 roundings, of two values together."""
    by = roundings * 2.0**-53
    bent = {1: 1 + by, -1: 1 + by, 0.5: 1 + by, -0.5: 1 + by}
    assert differences(bent, 1.0)._slope((0,))[2] == kinked


@pytest.mark.parametrize(
    ("errors", "aim", "limit", "trouble", "looked"),
    [
        ([(3, 1), (1, 2), (0.5, 0.5), (9, 9)], 1, 1, "cancellation", 4),
        ([(3, 1), (1, 2), (0.5, 0.5), (9, 9)], 30, 3, "cancellation", 2),
        ([(3, 1), (1, 2), (0.5, 0.5), (9, 9)], 40, 4, "kink", 1),
        ([(3, 1), (2, 2), (2, 2), (2, 2)], 1, 4, "kink", 4),
        ([(np.inf, np.inf)] * 4, 1, np.inf, "overflow", 4),
    ],
)
def test_steps_are_tried_until_one_resolves_a_tenth_of_the_aim(
    errors: Any, aim: float, limit: float, trouble: str, looked: int
) -> None:
    found, left = differences({}, 0.0), list(errors)
    found._errors = lambda *_: left.pop(0)
    assert found._limit((0,), 1.0, aim) == (limit, trouble)
    assert len(left) == 4 - looked


def test_errors_are_of_truncation_and_of_rounding() -> None:
    """P is 1 and M is 0, and ¼ and ⅛ off what they are in the numbers of the kit."""
    h = 2.0**-13

    def f(x: Any) -> float:
        ahead = float(x[0]) > 0.5
        return (1.0 if ahead else 0.0) if own else (0.75 if ahead else 0.125)

    found = differences({}, 0.0)
    found.f, own = f, True
    found._at = lambda index, entry: 0.75 if entry > 0.5 else 0.125
    truncation, evaluation = found._errors((0,), 3.0, -13)
    u = 2.0**-53
    assert truncation == abs(0.625 / (2 * h) - 3)
    assert evaluation == (0.375 + u + 3 * u) / (2 * h) + 3 * u
    found.f = lambda x: np.inf
    assert found._errors((0,), 3.0, -13) == (np.inf, np.inf)


def test_a_slope_is_known_that_is_a_hundred_times_surer_than_its_limit() -> None:
    found = differences({}, 0.0)
    found._limit = lambda *_: (1.0, "kink")
    for doubt, sure in ((0.01, True), (0.011, False)):
        entry = found._entry((0,), (2.0, doubt, True), 1.0)
        assert (entry.value, entry.doubt, entry.limit) == (2, doubt, 1)
        # In double precision nothing is sharper than a claim in double precision.
        assert (entry.known, entry.kinked, entry.trouble) == (False, True, "")
        found.unit = 2.0**-24
        assert found._entry((0,), (2.0, doubt, False), 0.9).known == sure
        assert found._entry((0,), (2.0, doubt, False), 0.9).trouble == "kink"
        found.unit = 2.0**-53


# Beside another function


def test_limits_are_those_of_the_function_that_f_hardly_differs_from() -> None:
    other = slopes(lambda x: x[0] ** 3 + x[1], POINT)
    assert isinstance(other, Slopes)
    for f in (lambda x: 2 * x[0] + 5 * x[1], in_doubles(lambda a, b: 2 * a + 5 * b)):
        found = slopes_beside(f, POINT, other)
        assert isinstance(found, Slopes)
        assert [e.value for e in found.entries] == pytest.approx([2, 5], rel=1e-9)
        assert [e.limit for e in found.entries] == [e.limit for e in other.entries]
        assert (found.size, found.aim) == (other.size, other.aim)
    bent = slopes_beside(lambda x: abs(x[0] - 1.5) + x[1], POINT, other)
    assert isinstance(bent, Slopes)
    assert [e.kinked for e in bent.entries] == [True, False]
    assert slopes_beside(divides, POINT, other) == slopes(divides, POINT)


def test_beside_what_is_not_known_f_is_looked_at_by_itself() -> None:
    def f(x: Any) -> Any:
        return 2 * x[0] + 5 * x[1]

    estimated = slopes(in_doubles(lambda a, b: a + b), POINT)
    for other in (Unknown("random"), estimated):
        assert slopes_beside(f, POINT, other) == slopes(f, POINT)


# Estimates


def test_estimates_say_what_is_in_the_way() -> None:
    """The aim is a thousandth of the largest slope that is no doubtful one."""
    smooth, bent, steep = slopes_of(
        lambda a, b, c: 3 * a + abs(b) + (4 * c if a != 1 or c <= 0 else np.inf),
        np.array([1.0, 0.0, 0.0]),
    )
    assert (smooth.trouble, smooth.kinked, smooth.limit) == ("", False, 0)
    assert (bent.trouble, bent.kinked) == ("kink", True)
    assert (steep.trouble, steep.doubt) == ("overflow", np.inf)
    assert [e.estimate is not None for e in (smooth, bent, steep)] == [True] * 3
    assert [e.index for e in (smooth, bent, steep)] == [(0,), (1,), (2,)]


def slopes_of(f: Any, x: Any) -> tuple[Slope, ...]:
    found = slopes(in_doubles(f), x)
    assert isinstance(found, Slopes)
    assert found.estimated
    return found.entries


def test_where_every_slope_is_doubtful_nothing_is_aimed_at() -> None:
    x = np.zeros(2)
    found = slopes(in_doubles(lambda a, b: 0.0 if (a, b) == (0, 0) else np.inf), x)
    assert isinstance(found, Slopes)
    assert found.aim == 0
    assert [e.trouble for e in found.entries] == ["overflow", "overflow"]


def test_what_rounding_hides_of_an_estimate_is_cancellation() -> None:
    flat, _ = slopes_of(lambda a, b: 1e-9 * a + b + 1e6, np.array([0.5, 0.25]))
    assert (flat.trouble, flat.known, flat.kinked) == ("", False, False)
    hidden, _ = slopes_of(lambda a, b: 1e-9 * a + b + 1e12, np.array([0.5, 0.25]))
    assert hidden.trouble == "cancellation"
