"""What is drawn, what a script's own updates are, and when a claim departs."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.evidence import pairs, random_probes
from gradproof.evidence.own_updates import METHOD, OwnUpdate, is_own, watched
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.directions import Survey
from gradproof.numerics.slope_records import Unknown
from gradproof.ports.observation import Probe
from gradproof.ports.trials import Description, Moment
from told_port import ToldPort

# Numbers that are drawn.


class Given(Random):
    """These, and then the middle of all that may be drawn."""

    def __new__(cls, *numbers: float) -> Given:
        return super().__new__(cls)

    def __init__(self, *numbers: float) -> None:
        super().__init__(0)
        self.numbers = list(numbers)

    def random(self) -> float:
        return self.numbers.pop(0) if self.numbers else 0.5


LAST = 1 - 2.0**-53


@pytest.mark.parametrize(
    ("drawn", "number"),
    [
        ((0.0,), 0.0),
        ((0.124,), 0.0),
        ((0.125, 0.25, 0.0, 0.49), 1.25 / 8),
        ((0.5, 0.0, LAST, 0.49), 4.0),
        ((0.5, 0.5, LAST, 0.5), -6.0),
    ],
)
def test_a_number_is_0_or_of_either_sign_and_from_an_eighth_to_8(
    drawn: Any, number: float
) -> None:
    assert random_probes._number(Given(*drawn)) == number


@pytest.mark.parametrize(("drawn", "number"), [(0.0, 2), (0.499, 5), (LAST, 9)])
def test_whole_numbers_are_drawn_from_the_least_to_the_most(
    drawn: float, number: int
) -> None:
    assert random_probes._whole(Given(drawn), 2, 9) == number


BLANK = Probe("blank", float, np.array(0.0))


@pytest.mark.parametrize(
    ("make", "drawn", "shape"),
    [
        (random_probes._point, (0.0,), (1,)),
        (random_probes._point, (LAST,), (6,)),
        (random_probes._batch, (0.0, 0.0), (2, 1)),
        (random_probes._batch, (LAST, LAST), (9, 4)),
        (random_probes._array, (0.0, 0.0, 0.0, 0.0), (1, 1, 1, 1)),
        (random_probes._array, (LAST, LAST, LAST, LAST), (4, 4, 1, 1)),
        (random_probes._array, (LAST, 0.0, LAST, LAST), (4, 1, 3, 1)),
        (random_probes._array, (0.0, 0.0, LAST, LAST), (1, 1, 3, 2)),
        (random_probes._of_number, (), ()),
        (random_probes._line, (), ()),
        (random_probes._plane, (0.0,), (2,)),
        (random_probes._plane, (LAST,), (4,)),
        (random_probes._step, (0.0,), (1,)),
        (random_probes._step, (LAST,), (3,)),
    ],
)
def test_shapes_are_drawn_within_bounds(make: Any, drawn: Any, shape: Any) -> None:
    assert make(BLANK, Given(*drawn)).x.shape == shape


def test_a_row_may_be_the_first_once_more() -> None:
    sizes = (0.0, LAST)  # two rows of four
    numbers = [n for k in range(8) for n in (0.5, k / 8, 0.5, 0.0)]
    apart = random_probes._batch(BLANK, Given(*sizes, *numbers, 0.5, 0.125)).x
    again = random_probes._batch(BLANK, Given(*sizes, *numbers, 0.5, 0.124)).x
    assert apart.tolist() == [[1, 1.125, 1.25, 1.375], [1.5, 1.625, 1.75, 1.875]]
    assert again.tolist() == [apart[0].tolist()] * 2


def test_lines_and_planes_are_asked_two_away_at_least() -> None:
    at_0 = (0.0,)
    line = random_probes._line(BLANK, Given(*at_0, 0.0, 0.5, 0.0, 0.0, 0.5))
    assert line.layout == "number"
    assert line.at is not None
    assert line.at.tolist() == [0.0, 2.0, -2.125]
    plane = random_probes._plane(BLANK, Given(0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0, 0.6))
    assert plane.at is not None
    assert plane.at.tolist() == [[0, 0], [2, 0], [0, 2.125], [-4, -4.25]]


@pytest.mark.parametrize(("drawn", "rate"), [(0.0, 0.125), (0.5, 0.1875)])
def test_a_step_has_a_rate_from_an_eighth_to_a_quarter(
    drawn: float, rate: float
) -> None:
    step = random_probes._step(BLANK, Given(0.0, 0.0, drawn))
    assert step.keywords == {"lr": rate, "step_num": 1}


# A script's own updates.

BEFORE, SLOPE = np.array([1.0, -2.0, 4.0]), np.array([0.5, 1.0, -0.25])


def factor(after: Any, slope: Any = SLOPE, before: Any = BEFORE) -> float | None:
    found = OwnUpdate({"W": before}, {"W": np.asarray(slope)}, {"W": np.asarray(after)})
    return found.factors["W"]


def test_a_parameter_moves_by_a_factor_of_its_gradient() -> None:
    assert factor(BEFORE - 0.25 * SLOPE) == pytest.approx(-0.25)
    assert factor(BEFORE + 3 * SLOPE) == pytest.approx(3)
    assert factor(BEFORE) == 0.0
    assert factor(BEFORE - 0.25 * SLOPE**2) is None
    assert factor(BEFORE - 0.25 * SLOPE + [0, 0, 1e-9]) is None


def test_one_whose_gradient_is_0_all_over_tells_nothing() -> None:
    assert OwnUpdate({}, {"W": np.zeros(3)}, {}).factors == {}


def test_in_single_precision_rounding_is_as_much_larger() -> None:
    single = BEFORE.astype(np.float32)
    after = (single - np.float32(0.1) * SLOPE.astype(np.float32)).astype(np.float32)
    assert factor(after, SLOPE.astype(np.float32), single) == pytest.approx(
        -0.1, rel=1e-5
    )
    assert factor(after.astype(float)) is None


def test_steps_of_whole_numbers_are_in_double_precision() -> None:
    whole = np.array([1, -2, 4])
    assert factor(whole - 2 * SLOPE, SLOPE, whole) == -2


SCRIPT = Description("script", "script", methods=(METHOD,))


def test_updates_are_told_by_the_parts_of_their_names() -> None:
    told = {
        "before.W.a": BEFORE,
        "gradient.W.a": SLOPE,
        "after.W.a": BEFORE - SLOPE,
        "elsewhere.W.a": BEFORE,
    }
    port = ToldPort(
        Moment("returned", text="mnist, cifar"),
        Moment("returned", attributes={"before.W": BEFORE}),
        Moment("returned", attributes=told),
    )
    (one,), missed = watched(port, SCRIPT)
    assert missed == ("mnist", "cifar")
    assert one.factors == {"W.a": pytest.approx(-1)}
    assert watched(ToldPort(Moment("raised", text="no")), SCRIPT) == ((), ())


def test_a_script_s_own_update_is_known_by_its_method() -> None:
    assert is_own(SCRIPT)
    assert not is_own(Description("SGD", "SGD", methods=("update",)))


# A claimed gradient.


def claim(value: Any, *slopes: Any, survey: Any = None) -> Any:
    entries = tuple(
        SimpleNamespace(index=(k,), value=s, limit=0.25, doubt=0.5)
        for k, s in enumerate(slopes)
    )
    known = SimpleNamespace(entries=entries)
    seen = SimpleNamespace(
        value=None if value is None else np.asarray(value),
        probe=SimpleNamespace(x=np.zeros(2)),
    )
    both = dict.fromkeys(GIVEN, seen)
    slopes_of: Any = dict.fromkeys(GIVEN, known)
    return SimpleNamespace(observations=both, slopes=slopes_of, survey=survey)


@pytest.mark.parametrize(
    ("value", "departs"),
    [
        ([1.0, 2.0], False),
        ([1.75, 2.0], False),
        ([1.0, 2.76], True),
        ([0.24, 2.0], True),
        ([np.nan, 2.0], True),
        ([1.0, 2.0 + 9j], False),
        ([1.0], False),
        (None, False),
    ],
)
def test_a_claim_departs_where_an_entry_is_off_by_more_than_both(
    value: Any, departs: bool
) -> None:
    assert pairs._departs(claim(value, 1.0, 2.0)) == departs


def test_of_unknown_slopes_nothing_departs() -> None:
    unknown = claim([9.0, 9.0])
    unknown.slopes = dict.fromkeys(GIVEN, Unknown("random"))
    assert not pairs._departs(unknown)


@pytest.mark.parametrize(
    ("answer", "departs"), [("agrees", False), ("departs", True), ("unclear", True)]
)
def test_where_there_are_too_many_entries_directions_tell(
    answer: Any, departs: bool
) -> None:
    told = Survey(answer, 1, 1.0, 1.0, 1.0, 2, 1)
    assert pairs._departs(claim([9.0, 9.0], 1.0, 2.0, survey=told)) == departs
