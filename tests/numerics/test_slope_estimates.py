"""Slopes along a line are those of functions whose slopes are known, and so doubted."""

from __future__ import annotations

import functools
import math

import pytest

from gradproof.numerics import line_slopes, slope_estimates
from gradproof.numerics.line_slopes import LineSlopes
from gradproof.numerics.slope_estimates import (
    Answer,
    Line,
    SlopeEstimate,
    estimate,
    noise,
)

U, SINGLE_ROUNDOFF = 2.0**-53, 2.0**-24
STEP = 2.0**-16
FIRST, RATIO = 2.0**-10, 8
WIDEST, SHORTEST = 0.5, 2.0**-28


class Asked:
    """A line, and where it was asked for its values."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.at: list[float] = []

    def __call__(self, t: float) -> float:
        self.at.append(t)
        return self.line(t)


# What is told of a claim


@pytest.mark.parametrize(
    ("claimed", "jump", "answer"),
    [
        (1.125, 0, "agrees"),
        (0.875, 0, "agrees"),
        (1 + 0.125j, 0, "agrees"),
        (1.126, 0, "unclear"),
        (1.0, 0.5, "unclear"),
        (-0.5, 0, "unclear"),  # decisive of the first alone
        (4.0, 0, "unclear"),  # ten times the doubt of both, and no more
        (4.01, 0, "departs"),
        (-1.01, 0, "departs"),
        (4.01, 1.0, "unclear"),
        (4.49, 1.0, "unclear"),
        (4.51, 1.0, "departs"),
        (math.nan, 0, "departs"),
        (-math.inf, 1.0, "departs"),
    ],
)
def test_a_claim_departs_where_both_differences_say_so(
    claimed: complex, jump: float, answer: Answer
) -> None:
    found = SlopeEstimate((1.0, 1.5), (0.125, 0.25), jump, "")
    assert found.answer(claimed) == answer


# Noise


def test_noise_is_seen_in_eight_values_close_together() -> None:
    line = Asked(lambda t: 0.1)
    noise(line, 2.0)
    assert line.at == [k * 2.0 * STEP / 64 for k in range(8)]


def scattered(*values: float) -> Line:
    """A line whose values, one after the other, are these over and over."""
    left = list(values) * 8
    return lambda t: left.pop(0)


@pytest.mark.parametrize(
    ("line", "due"),
    [
        (scattered(0.1, -0.1), 4 * math.sqrt((8 * 0.1) ** 2 / 20)),
        (scattered(0.1), 8 * U * 0.1),
        (scattered(-0.3), 8 * U * 0.3),
        (scattered(0.5), 8 * SINGLE_ROUNDOFF * 0.5),
        (scattered(1e300), 8 * U * 1e300),
        (scattered(0.0), 0.0),
    ],
)
def test_noise_is_four_deviations_and_eight_roundings_at_least(
    line: Line, due: float
) -> None:
    assert noise(line, 1.0) == pytest.approx(due, rel=1e-9, abs=0)


def test_noise_leaves_slopes_and_curvature_aside() -> None:
    scale = 64 / STEP  # so that t is 0, 1, …, 7
    curved = noise(lambda t: 0.1 + 3 * t + 5 * t * t, scale)
    assert curved == pytest.approx(8 * U * 266.1)
    assert noise(lambda t: t**3 / 3, scale) == pytest.approx(4 * 2 / math.sqrt(20))


# Estimates at two steps


def test_differences_are_at_a_step_and_twice_that() -> None:
    line = Asked(lambda t: 3 * t + t**3)
    found = estimate(line, 0.0, 0.0, 2.0, 1.0)
    h = 2.0 * STEP
    assert line.at == [h, -h, 2 * h, -2 * h]
    assert found.slopes == pytest.approx((3 + h * h, 3 + 4 * h * h), rel=1e-15)
    assert found.doubts == pytest.approx((3 * h * h, 3 * h * h), rel=1e-4)


def test_steps_are_tried_until_one_is_good_enough() -> None:
    line = Asked(lambda t: 3 * t)
    found = estimate(line, 0.0, STEP, 1.0, 2.0**-4)
    assert {abs(t) / STEP for t in line.at} == {
        *(1, 2),
        *(2.0**-4, 2.0**-3),
        *(2.0**4, 2.0**5),
    }
    assert (found.value, found.doubts) == (3, (2.0**-4, 2.0**-5))
    line = Asked(lambda t: 0.0)
    assert estimate(line, 0.0, 0.0, 1.0, 0.0).doubt == 0
    assert len(line.at) == 4


def test_without_a_step_that_is_good_enough_the_best_is_taken() -> None:
    line = Asked(lambda t: 3 * t)
    found = estimate(line, 0.0, STEP, 1.0, 0.0)
    assert len(line.at) == 16
    assert found.doubt == 2.0**-4
    kinked = estimate(lambda t: 3 * t + max(t - STEP / 16, 0), 0.0, 0.0, 1.0, 0.0)
    assert (kinked.value, kinked.doubt) == (3, 0)


def test_a_kink_at_the_very_place_is_the_jump_of_the_slope() -> None:
    found = estimate(
        lambda t: 1 + 3 * t + 2 * abs(t) + 5 * t * t, 1.0, 0.0, 2.0**16, 10
    )
    assert found.value == 3
    assert found.jump == pytest.approx(4)
    assert found.trouble == "kink"


@pytest.mark.parametrize(
    ("near", "far", "jump", "kept", "trouble"),
    [
        (2.0, 2.25, 4.75, 0.0, "cancellation"),  # 9·0.5 + 0.25 of rounding
        (2.0, 2.25, -4.8, 4.8, "kink"),
        (2.0, 2.5, 0.0, 0.0, "cancellation"),
        (2.0, 2.6, 0.0, 0.0, "kink"),
        (2.6, 2.0, 0.0, 0.0, "kink"),
    ],
)
def test_what_is_beyond_rounding_is_a_kink(
    near: float, far: float, jump: float, kept: float, trouble: str
) -> None:
    found = slope_estimates._weighed(near, far, jump, 0.5)
    apart = abs(near - far)
    assert found.slopes == (near, far)
    assert found.doubts == (apart + 0.5, apart + 0.25)
    assert (found.jump, found.trouble) == (kept, trouble)
    same = line_slopes._weighed((near, far), abs(jump), 0.0, 0.5)
    assert same == found


def test_a_jump_that_is_unsure_is_none() -> None:
    weighed = line_slopes._weighed
    assert weighed((2.0, 2.25), 5.0, 0.25, 0.5).jump == 0
    assert weighed((2.0, 2.25), 5.01, 0.25, 0.5).jump == 5.01


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_overflow(number: float) -> None:
    for near, far, jump in ((number, 2, 3), (1, number, 3), (1, 2, number)):
        found = slope_estimates._weighed(near, far, jump, 0.5)
        again = line_slopes._weighed((near, far), jump, 0.0, 0.5)
        for each in (found, again):
            assert (each.doubts, each.jump) == ((math.inf, math.inf), 0)
            assert each.trouble == "overflow"
    unsure = line_slopes._weighed((1.0, 2.0), 3.0, number, 0.5)
    assert unsure.trouble == "overflow"


# Lines through one place


def at(
    line: Line, enough: float = 0.0, noise: float = 0.0, slack: float = 0.0
) -> line_slopes._At:
    """What is seen at a step of 1/8 beside a size of 2."""
    return line_slopes._Steps(line, line(0.0), 2.0, slack, noise).at(0.125, enough)


CURVED = Asked(lambda t: 2 * t + t**3)
H = 0.25


def test_where_a_line_is_curved_a_third_step_takes_that_away() -> None:
    CURVED.at.clear()
    found = at(CURVED, 0.0, 2.0**-20, 2.0**-18)
    assert sorted(map(abs, CURVED.at[1:])) == [H, H, 2 * H, 2 * H, 4 * H, 4 * H]
    rounding = 1.5 * (2.0**-20 / H + 2.0**-18)
    assert found.estimate.slopes == (2, 2)
    assert found.estimate.doubts == (rounding, rounding / 2)
    assert (found.step, found.rough, found.doubt) == (0.125, False, rounding)
    fifth = at(lambda t: 2 * t + t**5)
    # (4·h⁴ − 16·h⁴)/3 and (64·h⁴ − 256·h⁴)/3 are left.
    assert fifth.estimate.slopes == pytest.approx((2 - 4 * H**4, 2 - 64 * H**4))
    assert fifth.rough


@pytest.mark.parametrize(("less", "asked"), [(0.0, 4), (2.0**-30, 6)])
def test_two_steps_are_enough_where_they_are_near_enough_to_each_other(
    less: float, asked: int
) -> None:
    """They are 3h² apart, which is doubted beside rounding."""
    noise = 2.0**-20
    for enough, of in ((3 * H**2 + noise / H, noise), (0.0, 3 * H**3)):
        CURVED.at.clear()
        at(CURVED, enough - less if enough else 0.0, of if enough else of - less)
        assert len(CURVED.at) - 1 == asked


def bent_by(jump: float, t: float) -> float:
    return jump / 2 * abs(t)


def test_a_kink_at_the_place_is_told_by_the_third_step_as_well() -> None:
    line = Asked(lambda t: 3 * t + 2 * abs(t))
    found = at(line)
    assert len(line.at) - 1 == 6
    assert (found.estimate.slopes, found.estimate.doubts) == ((3, 3), (0, 0))
    assert (found.estimate.jump, found.rough) == (4, True)
    bent = at(lambda t: 1 + 2 * abs(t) + abs(t) ** 3)
    assert bent.estimate.jump == pytest.approx(4 - 16 * H**2 / 7)
    assert at(lambda t: 7 + 5 * t * t).estimate.jump == 0
    # What is no more than rounding is not looked at a third time.
    for jump, asked in ((9.0, 4), (9.1, 6)):
        line = Asked(functools.partial(bent_by, jump))
        at(line, 0.0, H)
        assert len(line.at) - 1 == asked


def test_a_jump_is_no_surer_than_its_two_values_are_near() -> None:
    """|t|³ of 12h²/7 between them, of 4h² that it looks like."""
    assert at(lambda t: abs(t) ** 3, 0.0).estimate.jump == pytest.approx(16 / 7 * H**2)
    assert at(lambda t: abs(t) ** 3, 0.0, 2.0**-6).estimate.jump == 0


def test_what_is_no_number_at_a_step_is_rough() -> None:
    found = at(lambda t: math.inf if t > 0 else 0.0)
    assert (found.rough, found.estimate.trouble) == (True, "overflow")


def walked(line: Line, noise: float, enough: float = 0.0) -> LineSlopes:
    slopes = LineSlopes(noise)
    slopes.slope(line, line(0.0), 1.0, 0.0, enough)
    return slopes


def test_steps_are_as_wide_as_a_line_is_smooth() -> None:
    straight = walked(lambda t: 2 * t, 2.0**-30)
    assert (straight.step, straight.usual) == (WIDEST, 2.0**-30 / WIDEST)
    kinked = walked(lambda t: 2 * t + 5 * max(t - 2.0**-12, 0), 0.0)
    assert (kinked.step, kinked.usual) == (FIRST / RATIO, 0)
    nearer = walked(lambda t: 2 * t + 5 * max(t - 2.0**-40, 0), 0.0)
    assert nearer.step >= SHORTEST


def test_a_step_that_is_good_enough_is_kept() -> None:
    slopes = walked(lambda t: 2 * t, 2.0**-30, 2.0**-20)
    assert (slopes.step, slopes.usual) == (FIRST, 2.0**-20)
    asked = Asked(lambda t: 2 * t)
    found = slopes.slope(asked, 0.0, 1.0, 7 * 2.0**-20, 0.0)  # eight times the usual
    assert (len(asked.at), found.doubt) == (4, 2.0**-17)
    slopes.slope(asked, 0.0, 1.0, 7.1 * 2.0**-20, 0.0)
    assert len(asked.at) > 8
    # That was no better by a shorter step, and the first line's stays the usual one.
    assert (slopes.step, slopes.usual) == (FIRST, 2.0**-20)


def test_a_line_that_needs_shorter_steps_makes_them_the_usual_ones() -> None:
    def kinked(t: float) -> float:
        return 2 * t + 5 * max(t - 2.0**-12, 0)

    slopes = walked(lambda t: 2 * t, 2.0**-40, 2.0**-30)
    assert slopes.step == FIRST
    slopes.slope(kinked, 0.0, 1.0, 0.0, 1.0)
    assert slopes.step == FIRST
    found = slopes.slope(kinked, 0.0, 1.0, 0.0, 0.0)
    assert found.value == 2
    assert (slopes.step, slopes.usual) == (FIRST / RATIO, 2.0**-40 / (FIRST / RATIO))


def test_finer_steps_are_a_64th_of_the_usual_ones_if_they_may_be() -> None:
    for step, finer in ((FIRST, FIRST / 64), (2 * SHORTEST, SHORTEST)):
        slopes, line = LineSlopes(2.0**-30), Asked(lambda t: 2 * t)
        slopes.step = step
        found = slopes.finer(line, 0.0, 2.0, 2.0**-10)
        assert max(line.at) == 2 * finer * 2.0
        assert found.doubt == 2.0**-30 / (2 * finer) + 2.0**-10
