"""A large claimed gradient is judged in random directions, and what is off is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.numerics import directions
from gradproof.numerics.directions import Survey, survey
from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.numerics.slope_estimates import SlopeEstimate

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]

RANDOM = np.random.default_rng(3)
SAMPLES = 8
X = RANDOM.random((SAMPLES, 60))
LABELS = np.eye(5)[RANDOM.integers(5, size=SAMPLES)]
PARAMETERS = {
    "W1": 0.1 * RANDOM.normal(size=(60, 40)),
    "b1": 0.1 * RANDOM.normal(size=40),
    "W2": 0.3 * RANDOM.normal(size=(40, 5)),
    "b2": np.zeros(5),
}


def forward(p: Arrays) -> tuple[Array, Array]:
    hidden = np.maximum(X @ p["W1"] + p["b1"], 0)
    scores = hidden @ p["W2"] + p["b2"]
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return hidden, powers / powers.sum(1, keepdims=True)


def loss(p: Arrays) -> float:
    return float(-np.sum(LABELS * np.log(forward(p)[1])) / SAMPLES)


def gradient() -> Arrays:
    hidden, shares = forward(PARAMETERS)
    errors = (shares - LABELS) / SAMPLES
    below = errors @ PARAMETERS["W2"].T * (hidden > 0)
    return {
        "W1": X.T @ below,
        "b1": below.sum(0),
        "W2": hidden.T @ errors,
        "b2": errors.sum(0),
    }


def wrong(name: str, index: Any, value: Callable[[Array], Array]) -> Arrays:
    """The right gradient, but for a part of one array."""
    claimed = gradient()
    claimed[name][index] = value(claimed[name][index])
    return claimed


SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_gradient_agrees_to_a_small_part_of_a_typical_entry(seed: int) -> None:
    found = survey(loss, PARAMETERS, gradient(), seed=seed)
    assert found.answer == "agrees"
    assert found.directions == 20
    assert 0 < found.threshold < 1e-3 * found.typical
    size = sum(g.size for g in gradient().values())
    rms = np.sqrt(sum(np.sum(g**2) for g in gradient().values()) / size)
    assert 0.3 * rms < found.typical < 3 * rms


WRONG: dict[str, tuple[Arrays, list[tuple[str, tuple[tuple[int, int], ...]]]]] = {
    "one-entry": (
        wrong("W1", (41, 7), lambda g: g + 1e-4),
        [("W1", ((41, 42), (7, 8)))],
    ),
    "zeroed-row": (
        wrong("W1", 40, np.zeros_like),
        [("W1", ((40, 41), (0, 40)))],
    ),
    "zeroed-column": (
        wrong("W2", (slice(None), 3), np.zeros_like),
        [("W2", ((0, 40), (3, 4)))],
    ),
    "doubled-bias": (
        wrong("b2", slice(None), lambda g: 2 * g),
        [("b2", ((0, 5),))],
    ),
    "no-number": (
        wrong("b1", 17, lambda g: g * np.nan),
        [("b1", ((17, 18),))],
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_where_it_is(name: str, seed: int) -> None:
    claimed, places = WRONG[name]
    found = survey(loss, PARAMETERS, claimed, seed=seed)
    assert found.answer == "departs"
    assert [(p.name, p.within) for p in found.places] == places
    (place,) = found.places
    assert place.example is not None
    right = gradient()[place.name][place.example.index]
    assert place.example.claimed == pytest.approx(
        claimed[place.name][place.example.index], nan_ok=True
    )
    if np.isfinite(place.example.slope):
        assert abs(place.example.slope - right) <= place.example.doubt
    assert found.evaluations < 300


def test_what_is_wrong_everywhere_is_told_of_every_array() -> None:
    claimed = {name: 1.001 * g for name, g in gradient().items()}
    found = survey(loss, PARAMETERS, claimed)
    assert [p.name for p in found.places] == list(PARAMETERS)
    for place in found.places:
        assert place.size == PARAMETERS[place.name].size
        if place.example:
            right = gradient()[place.name][place.example.index]
            assert place.example.claimed == pytest.approx(1.001 * right)


def test_a_missing_division_by_the_batch_is_told_of_every_array() -> None:
    claimed = {name: SAMPLES * g for name, g in gradient().items()}
    found = survey(loss, PARAMETERS, claimed)
    assert [p.name for p in found.places] == list(PARAMETERS)


@pytest.mark.parametrize("factor", [2.0, 1.001, -1.0, 0.0])
@pytest.mark.parametrize("name", ["W1", "b1"])
def test_a_factor_of_one_array_is_told(name: str, factor: float) -> None:
    claimed = wrong(name, slice(None), lambda g: factor * g)
    (place,) = survey(loss, PARAMETERS, claimed).places
    assert place.name == name
    assert place.factor == pytest.approx(factor, abs=1e-7)


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_a_factor_is_told_whatever_the_size_of_the_loss(scale: float) -> None:
    """How far a ratio is off is relative to the slope: else none or any would do."""
    claimed = {n: scale * g for n, g in gradient().items()}
    claimed["W1"] *= 2
    places = survey(lambda p: scale * loss(p), PARAMETERS, claimed).places
    assert [p.name for p in places] == ["W1"]
    assert places[0].factor == pytest.approx(2, abs=1e-7)


def test_evaluations_are_counted() -> None:
    asked: list[Arrays] = []

    def counted(p: Arrays) -> float:
        asked.append(p)
        return loss(p)

    assert survey(counted, PARAMETERS, gradient()).evaluations == len(asked)


def test_what_is_claimed_is_doubted_by_sixteen_roundings_of_its_products() -> None:
    at = {"w": np.zeros(4)}
    claims = {"w": np.full(4, 0.3)}
    meter = directions._Meter(lambda _: 0.0, at, claims, 100)
    way = {"w": np.array([1.0, -1.0, 1.0, 1.0])}
    meter.begin(way)
    found = meter.along(way)
    assert found.claimed == pytest.approx(0.6)
    due = 16 * UNIT_ROUNDOFF * 4 * 0.3
    assert found.estimate.doubt == pytest.approx(due, rel=1e-9, abs=0)


def test_two_equal_errors_that_a_direction_hides_are_mostly_found_beside_another() -> (
    None
):
    """Each of two more directions shows them with a probability of one half."""
    claimed = wrong("W1", (41, 7), lambda g: g + 1e-3)
    claimed["W2"][[3, 9], 2] += 1e-3
    found = [survey(loss, PARAMETERS, claimed, seed=seed).places for seed in range(24)]
    named = [{place.name for place in places} for places in found]
    assert all("W1" in names for names in named)
    assert sum("W2" in names for names in named) >= 21


def test_slopes_and_doubts_of_parts_add_up() -> None:
    def measured(slopes: Any, doubts: Any, claimed: float, direction: Any) -> Any:
        estimate = SlopeEstimate(slopes, doubts, 0.25, "")
        return directions._Measured({"w": np.array(direction)}, claimed, estimate)

    whole = measured((5.0, 6.0), (0.5, 0.25), 7.0, [1.0, -1.0])
    part = measured((2.0, 4.0), (0.125, 1.0), 3.0, [1.0, 0.0])
    rest = directions._lacking(whole, part)
    assert rest.estimate == SlopeEstimate((3.0, 2.0), (0.625, 1.25), 0.5, "")
    assert (rest.claimed, rest.direction["w"].tolist()) == (4.0, [0.0, -1.0])


@pytest.mark.parametrize("scale", [1, 1e8])
def test_what_is_off_by_no_factor_is_told_without_one(scale: float) -> None:
    claimed = wrong("W1", slice(None), lambda g: g + 1e-3 * RANDOM.normal(size=g.shape))
    claimed = {name: scale * g for name, g in claimed.items()}
    (place,) = survey(lambda p: scale * loss(p), PARAMETERS, claimed).places
    assert (place.size, place.factor) == (PARAMETERS["W1"].size, None)


def smooth(p: Arrays) -> float:
    return float(np.mean(np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]))


def smooth_gradient() -> Arrays:
    hidden = np.tanh(X @ PARAMETERS["W1"] + PARAMETERS["b1"])
    errors = np.full((SAMPLES, 5), 1 / SAMPLES / 5)
    below = errors @ PARAMETERS["W2"].T * (1 - hidden**2)
    return {
        "W1": X.T @ below,
        "b1": below.sum(0),
        "W2": hidden.T @ errors,
        "b2": errors.sum(0),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_are_wide_where_the_loss_is_smooth(seed: int) -> None:
    found = survey(smooth, PARAMETERS, smooth_gradient(), seed=seed)
    assert found.answer == "agrees"
    assert found.threshold < 1e-7 * found.typical
    assert found.evaluations <= 200


def test_single_precision_is_no_reason_to_blame() -> None:
    def single(p: Arrays) -> float:
        hidden = np.tanh(X @ p["W1"] + p["b1"]).astype(np.float32)
        return float(np.mean((hidden @ p["W2"] + p["b2"]).astype(np.float32)))

    found = survey(single, PARAMETERS, smooth_gradient())
    assert found.answer != "departs"
    doubled = {name: 2 * g for name, g in smooth_gradient().items()}
    assert survey(single, PARAMETERS, doubled).answer == "departs"


def test_the_search_ends_at_the_budget_and_says_so() -> None:
    claimed = {name: SAMPLES * g for name, g in gradient().items()}
    found = survey(loss, PARAMETERS, claimed, budget=40)
    assert (found.answer, found.complete) == ("departs", False)
    assert found.evaluations == 40
    assert survey(loss, PARAMETERS, gradient(), budget=40).answer == "unclear"


def rectified(p: Arrays) -> float:
    return float(np.maximum(p["x"], 0).sum() + 3 * np.sin(p["x"]).sum())


def test_a_kink_at_the_very_place_is_not_blamed() -> None:
    x = RANDOM.normal(size=3000)
    x[5] = 0
    claimed = (x > 0) + 3 * np.cos(x)
    found = survey(rectified, {"x": x}, {"x": claimed})
    assert (found.answer, found.trouble) == ("unclear", "kink")
    claimed[7] += 2
    assert survey(rectified, {"x": x}, {"x": claimed}).answer == "departs"


def test_what_is_hidden_by_rounding_is_unclear() -> None:
    x = RANDOM.normal(size=3000)

    def rough(p: Arrays) -> float:
        return float(np.sum(p["x"] ** 2) + 1e14)

    found = survey(rough, {"x": x}, {"x": 2 * x})
    assert (found.answer, found.trouble) == ("unclear", "cancellation")


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_a_sum_that_is_no_number_departs() -> None:
    x = RANDOM.normal(size=40)
    claimed = {"x": np.full(40, 1.7e308)}
    found = survey(lambda p: float(p["x"].sum()), {"x": x}, claimed)
    assert found.answer == "departs"


def test_a_loss_is_given_arrays_of_its_own() -> None:
    x = np.ones(10)

    def spoiling(p: Arrays) -> float:
        value = float(np.sum(p["x"] ** 2))
        p["x"][...] = 0
        return value

    assert survey(spoiling, {"x": x}, {"x": 2 * x}).answer == "agrees"
    assert (x == 1).all()


@pytest.mark.parametrize("seed", range(20))
def test_two_equal_errors_never_pass_all_directions(seed: int) -> None:
    x = np.arange(1.0, 5.0)
    claimed = 2 * x + np.array([0.0, 1e-3, 1e-3, 0.0])
    found: Survey = survey(
        lambda p: float(np.sum(p["x"] ** 2)), {"x": x}, {"x": claimed}, seed=seed
    )
    assert found.answer == "departs"


# Of losses that are sums, and differ from place to place by known numbers


SLOPES = {"w": np.array([[3.0, -4.0, 0.5], [1.0, 2.0, -8.0]]), "b": np.array([0.25])}
PLACE: Arrays = {name: np.zeros(slopes.shape) for name, slopes in SLOPES.items()}


def linear(p: Arrays) -> float:
    return float(sum(np.sum(SLOPES[name] * a) for name, a in p.items()))


def claims(**changes: Any) -> Arrays:
    """Right ones, with others in some arrays."""
    return {**{name: slopes.copy() for name, slopes in SLOPES.items()}, **changes}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_where_no_number_is_claimed_no_direction_is_needed(value: float) -> None:
    claimed = claims()
    claimed["w"][1, 2] = value
    found = survey(linear, PLACE, claimed)
    (place,) = found.places
    assert (place.name, place.shape) == ("w", (2, 3))
    assert (place.within, place.size) == (((1, 2), (2, 3)), 1)
    assert (found.answer, found.complete, found.directions) == ("departs", True, 0)
    assert (found.typical, found.size, place.factor) == (0, 7, None)
    assert np.isnan([found.threshold, found.departure]).all()
    assert found.evaluations < 30
    assert place.example is not None
    assert place.example.index == (1, 2)
    assert place.example.slope == pytest.approx(-8)
    assert place.example.doubt < 1e-9
    assert np.isnan(place.example.claimed) or place.example.claimed == value


def test_that_a_claim_departs_may_be_told_without_its_places() -> None:
    claimed = claims(w=2 * SLOPES["w"])
    found = survey(linear, PLACE, claimed, located=False)
    assert (found.answer, found.places, found.complete) == ("departs", (), False)
    assert found.directions == 1
    # Of one direction the mean square over all entries is that of its slope.
    off = along_first(SLOPES["w"], np.zeros(1))
    assert found.departure == pytest.approx(abs(off), rel=1e-9)
    whole = along_first(SLOPES["w"], SLOPES["b"])
    assert found.typical == pytest.approx(abs(whole) / np.sqrt(7), rel=1e-9)
    assert 0 < found.threshold < 1e-4  # claims may be of single precision


def along_first(w: Array, b: Array) -> float:
    """The slope along the first direction in which seed 0 judges."""
    random = np.random.default_rng(0)
    for _ in range(2):  # the noise is seen along another
        signs = {n: random.choice([-1.0, 1.0], size=a.shape) for n, a in PLACE.items()}
    return float(np.sum(signs["w"] * w) + np.sum(signs["b"] * b))


def test_as_many_directions_are_asked_as_are_wanted() -> None:
    found = survey(linear, PLACE, claims(), directions=3)
    assert (found.answer, found.directions, found.trouble) == ("agrees", 3, "")
    assert (found.places, found.complete, found.size) == ((), True, 7)
    assert found.departure < found.threshold


def test_places_are_told_in_arrays_of_any_number_of_axes() -> None:
    claimed = claims(b=SLOPES["b"] + 1)
    claimed["w"][0, 1] += 1
    claimed["w"][1, 1] += 2
    found = survey(linear, PLACE, claimed)
    assert [(p.name, p.within) for p in found.places] == [
        ("w", ((0, 2), (1, 2))),
        ("b", ((0, 1),)),
    ]
    column, bias = found.places
    assert column.example is not None
    assert (column.example.index, column.size) == ((1, 1), 2)
    assert column.example.claimed == 4
    assert bias.example is not None
    assert (bias.example.index, bias.example.claimed) == ((0,), 1.25)


def meter(at: Arrays, claimed: Arrays, loss: Any = lambda p: 0.0) -> Any:
    return directions._Meter(loss, at, claimed, 7)


def test_steps_are_as_long_as_the_largest_entry_and_one_at_least() -> None:
    way = {"w": np.array([3.0, 4.0])}
    for largest, scale in ((7.0, 7.0), (0.5, 1.0)):
        at = {"w": np.array([0.25, -largest]), "b": np.zeros(2)}
        found = meter(at, {name: np.ones(2) for name in at})
        assert (found.scale, found.size) == (scale, 4)
        assert found._line(way)[1] == scale / 5


@pytest.mark.parametrize(("claim", "unit"), [(0.3, UNIT_ROUNDOFF), (0.5, 2.0**-24)])
def test_claims_of_single_precision_are_rounded_to_that(
    claim: float, unit: float
) -> None:
    found = meter({"w": np.zeros(2)}, {"w": np.array([0.25, claim])})
    assert found.unit == unit


def test_only_what_a_direction_names_is_moved_and_the_budget_is_kept() -> None:
    seen: list[Arrays] = []

    def noting(p: Arrays) -> float:
        seen.append({name: a.copy() for name, a in p.items()})
        p["b"][:] = 99
        return 1.0

    at = {"w": np.array([1.0, 2.0]), "b": np.array([3.0])}
    found = meter(at, at, noting)
    assert found._value({"w": np.array([1.0, -1.0])}, 0.5) == 1
    assert seen[0]["w"].tolist() == [1.5, 1.5]
    for k in range(6):
        assert found.used == k + 1
        found._value({}, 0.5)
    assert all(p["b"].tolist() == [3] for p in seen)
    with pytest.raises(directions._SpentError):
        found._value({}, 0.0)
    assert len(seen) == 7


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        ([0.1] * 10, 1.0),
        ([1.7e308] * 4, np.inf),
        ([1.7e308, 1.7e308, -1.7e308, -1.7e308, 2.0**1000], 2.0**1000),
    ],
)
def test_sums_are_rounded_once(numbers: list[float], total: float) -> None:
    assert directions._sum(np.array(numbers)) == total


def narrowing(*parts: tuple[float, float, float], kinks: int = 0) -> Any:
    """A search that has measured (slope, doubt, claim) of parts; some beside kinks."""
    seen = [
        directions._Measured(
            {"w": np.ones(8)},
            claim,
            SlopeEstimate(
                (slope, slope), (doubt, doubt), 0.0, "kink" if k < kinks else ""
            ),
        )
        for k, (slope, doubt, claim) in enumerate(parts)
    ]
    found = directions._Narrowing(meter({"w": np.zeros(8)}, {"w": np.ones(8)}), seen[0])
    found.seen = seen
    return found


@pytest.mark.parametrize("ratio", [2.0, 0.5, -3.0])
@pytest.mark.parametrize(("share", "told"), [(0.99, True), (1.01, False)])
def test_a_factor_is_one_that_each_part_has_within_ten_doubts(
    ratio: float, share: float, told: bool
) -> None:
    """0.01 of its own and 0.0025 of its slope, 1, for the surest slope, 4."""
    off = share * 10 * (0.01 + 0.0025) * max(abs(ratio), 1)
    for sign in (-1, 1):
        parts = (
            (1.0, 0.01, ratio + sign * off),
            (-2.0, 0.01, -2 * ratio),
            (4.0, 0.01, 4 * ratio),
        )
        assert narrowing(*parts).factor == (ratio if told else None)


def test_three_parts_that_are_no_zero_tell_a_factor() -> None:
    parts = [(1.0, 0.01, 2.0), (2.0, 0.01, 4.0), (4.0, 0.01, 8.0)]
    assert narrowing(*parts).factor == 2
    assert narrowing(*parts[:2]).factor is None
    assert narrowing(*parts[:2], (0.01, 0.01, 0.02)).factor is None
    assert narrowing(*parts[:2], (0.011, 0.01, 0.022)).factor == 2
    one = narrowing(*parts)
    one.within = [(3, 4)]
    assert one.factor is None


def test_parts_beside_kinks_tell_no_factor_where_three_others_do() -> None:
    parts = [(1.0, 0.01, 9.0), (1.0, 0.01, 2.0), (2.0, 0.01, 4.0), (4.0, 0.01, 8.0)]
    assert narrowing(*parts, kinks=1).factor == 2
    assert narrowing(*parts, kinks=0).factor is None
    assert narrowing(*parts, kinks=2).factor is None


def test_what_one_half_shows_the_other_lacks() -> None:
    search = narrowing((1.0, 0.1, 1.0))

    def part(slope: float, doubt: float, claim: float) -> Any:
        estimate = SlopeEstimate((slope, slope), (doubt, doubt), 0.0, "")
        return directions._Measured({"w": np.ones(8)}, claim, estimate)

    whole = part(4.0, 0.1, 10.0)
    # The first half shows all of it: 0.9 are left, and doubted by a tenth of that.
    nothing = search._rest(whole, part(2.0, 0.01, 7.0 + 0.1))
    assert nothing is not None
    assert nothing.answer != "departs"
    assert search._rest(whole, part(2.0, 0.01, 5.0)) is not None  # departs, as well
    assert search._rest(whole, part(2.0, 0.01, 7.0 - 0.2)) is not None
    assert search._rest(part(4.0, 0.1, 5.0), part(2.0, 0.1, 2.5)) is None
    # Something is left, and by the wider step it cannot be told what.
    first = part(2.0, 0.01, 7.0 - 0.2)
    wide = replace(first.estimate, doubts=(0.01, 0.4))
    assert search._rest(whole, replace(first, estimate=wide)) is None


def test_one_example_is_looked_for_where_most_departs() -> None:
    due = {"w": np.arange(1.0, 9.0), "c": np.arange(2.0, 6.0)}
    at = {name: np.zeros(slopes.shape) for name, slopes in due.items()}

    def loss(p: Arrays) -> float:
        return float(sum(np.sum(due[name] * a) for name, a in p.items()))

    for name, other in (("w", "c"), ("c", "w")):
        claimed = {name: due[name] + 100.0, other: due[other] + 1.0}
        found = survey(loss, at, {key: claimed[key] for key in at})
        examples = {place.name: place.example for place in found.places}
        assert set(examples) == {"w", "c"}
        assert examples[other] is None
        example = examples[name]
        assert example is not None
        assert example.claimed == due[name][example.index] + 100
        assert example.slope == pytest.approx(due[name][example.index])


def test_a_departure_of_one_array_is_looked_for_in_it_alone() -> None:
    """The part of the first direction that departs is that of the array."""
    claimed = claims()
    claimed["b"] += 1
    found = survey(linear, PLACE, claimed)
    (place,) = found.places
    assert (place.name, place.within) == ("b", ((0, 1),))
    only = {"b": PLACE["b"]}
    alone = survey(
        lambda p: float(np.sum(SLOPES["b"] * p["b"])), only, {"b": claimed["b"]}
    )
    assert [p.within for p in alone.places] == [((0, 1),)]
    assert alone.evaluations < found.evaluations


def measured(claim: float, doubt: float, trouble: Any) -> Any:
    """A direction of four entries with a slope of 8."""
    estimate = SlopeEstimate((8.0, 8.0), (doubt, doubt), 0.0, trouble)
    return directions._Measured({"w": np.ones(4)}, claim, estimate)


@pytest.mark.parametrize("share", [0.009, 0.011])
def test_agreement_is_worth_something_where_it_excludes_a_small_part(
    share: float,
) -> None:
    """A hundredth of a typical entry, by a threshold of twice the doubt."""
    # The root mean square of an entry is 8/√4.
    seen = [measured(8, share * 4 / 2, "kink"), measured(8, 0.001, "cancellation")]
    one = meter({"w": np.zeros(4)}, {"w": np.ones(4)})
    found = directions._agreed(one, seen)
    if share < 0.01:
        assert (found.answer, found.trouble) == ("agrees", "")
    else:
        assert (found.answer, found.trouble) == ("unclear", "kink")
    assert found.typical == 4
    assert found.threshold == pytest.approx(share * 4)


def test_of_what_is_doubtful_the_worst_is_in_the_way() -> None:
    one = meter({"w": np.zeros(4)}, {"w": np.ones(4)})
    agrees, unclear = measured(8, 0.009, "kink"), measured(8.005, 0.001, "cancellation")
    found = directions._agreed(one, [agrees, unclear])
    assert (found.answer, found.trouble) == ("unclear", "cancellation")
    worse = measured(8.03, 0.004, "overflow")
    found = directions._agreed(one, [agrees, worse, unclear])
    assert (found.answer, found.trouble) == ("unclear", "overflow")
    assert found.departure == pytest.approx(0.03)


def part(size: int, example: bool = False) -> directions.Departure:
    shown = directions.WrongEntry((0,), 1.0, 2.0, 0.1) if example else None
    return directions.Departure("w", (8,), ((0, size),), shown)


@pytest.mark.parametrize(
    ("parts", "spent", "answer", "sizes"),
    [
        ([part(1, example=True)], False, "departs", [1]),
        ([part(1)], False, "unclear", []),
        ([part(4)], False, "departs", [4]),
        ([part(1), part(4)], False, "departs", [4]),
        ([part(1), part(1)], False, "unclear", []),
        ([part(1)], True, "departs", [1]),
        ([], False, "departs", []),
    ],
)
def test_what_one_entry_does_not_bear_out_is_a_kink_there(
    parts: list[directions.Departure],
    spent: bool,
    answer: str,
    sizes: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Unless the budget ended the search."""
    left = list(parts)

    class Search:
        def __init__(self, meter: Any, of: Any) -> None:
            self.measured, self.place = of, left.pop(0)
            self.example = "not to be looked for"

        def narrow(self) -> None:
            if spent:
                raise directions._SpentError

    alike = [measured(9, 0.01, "")] * len(parts)
    monkeypatch.setattr(directions, "_of_arrays", lambda *_: iter(alike))
    monkeypatch.setattr(directions, "_Narrowing", Search)
    one, random = meter({"w": np.zeros(4)}, {"w": np.ones(4)}), np.random.default_rng(0)
    found = directions._located(one, [measured(9, 0.01, "")], random)
    assert (found.answer, [p.size for p in found.places]) == (answer, sizes)
    assert found.trouble == ("kink" if answer == "unclear" else "")
    assert found.complete != spent


def slope_of(value: float, doubt: float) -> SlopeEstimate:
    return SlopeEstimate((value, value), (doubt, doubt), 0.0, "")


@pytest.mark.parametrize(
    ("first", "finer", "kept"),
    [
        (slope_of(1, 0.5), slope_of(2, 0.02), "finer"),
        (slope_of(1, 0.5), slope_of(2.5, 0.3), "first"),
        (slope_of(1, 1.5), None, "first"),
        (slope_of(1, 0.01), None, "first"),
    ],
    ids=["then told", "unclear again", "agrees", "departs"],
)
def test_what_is_unclear_of_a_claim_of_2_is_measured_once_more(
    first: SlopeEstimate, finer: SlopeEstimate | None, kept: str
) -> None:
    class Slopes:
        asked = ""

        def slope(self, *_: Any) -> SlopeEstimate:
            self.asked += "first "
            return first

        def finer(self, *_: Any) -> SlopeEstimate | None:
            self.asked += "finer"
            return finer

    one, slopes = meter({"w": np.zeros(1)}, {"w": np.array([2.0])}), Slopes()
    one.slopes = slopes
    found = one.along({"w": np.ones(1)}).estimate
    assert found is (finer if kept == "finer" else first)
    assert slopes.asked == ("first finer" if finer else "first ")
