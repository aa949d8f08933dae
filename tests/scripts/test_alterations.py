"""What a script has done to results is read off the arrows, and nothing else is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.scripts.alterations import altered
from gradproof.scripts.composition import composition

Array = NDArray[np.float64]

RESULTS = np.random.default_rng(6).normal(scale=3, size=(60, 2))
UNIT = RESULTS / np.hypot(*RESULTS.T)[:, None]

ALTERED = {
    "rounded": ("rounded", np.round(RESULTS, 2)),
    "rounded to whole numbers": ("rounded", -np.round(RESULTS)),
    "printed and read": (
        "rounded",
        np.array([[round(v, 3) for v in r] for r in RESULTS]),
    ),
    "rounded lengths of one": ("rounded", -np.round(UNIT, 2)),
    "a tenth, rounded": ("rounded", np.round(-0.1 * RESULTS, 3)),
    "in float32": ("single", -RESULTS.astype(np.float32)),
    "in float16": ("half", RESULTS.astype(np.float16)),
    "clipped": ("clipped", np.clip(-RESULTS, -2, 1)),
    "clipped, and turned": ("clipped", -np.clip(RESULTS, -2, 1)),
    "clipped from above": ("clipped", np.minimum(RESULTS, 2)),
    "halved and clipped": ("clipped", np.clip(RESULTS / 2, -1, 1.5)),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_done_is_told(name: str) -> None:
    how, arrows = ALTERED[name]
    found = altered(arrows.astype(float), RESULTS)
    assert found is not None
    assert (found.how, found.part) == (how, 1.0)
    assert composition(arrows.astype(float), RESULTS).alteration is not None


def test_where_components_are_clipped_and_how_many_decimals_are_kept_is_told() -> None:
    clipped = altered(np.clip(-RESULTS, -2, 1), RESULTS)
    assert clipped is not None
    assert (clipped.low, clipped.high) == (-2, 1)
    assert clipped.count == (np.clip(-RESULTS, -2, 1) != -RESULTS).any(axis=1).sum()
    above = altered(np.minimum(RESULTS, 2), RESULTS)
    assert above is not None
    assert (above.low, above.high) == (-np.inf, 2)
    rounded = altered(np.round(RESULTS, 5), RESULTS)
    assert rounded is not None
    assert rounded.decimals == 5


def one_off(arrows: Array) -> Array:
    arrows = arrows.copy()
    arrows[7] *= 1.01
    return arrows


def test_an_arrow_that_is_off_besides_is_left_as_it_is_drawn() -> None:
    for arrows in (np.round(RESULTS, 2), RESULTS.astype(np.float32).astype(float)):
        found = altered(one_off(arrows), RESULTS)
        assert found is not None
        assert found.part == 59 / 60
        assert (found.before[7] == one_off(arrows)[7]).all()


@pytest.mark.parametrize(
    "arrows",
    [
        pytest.param(RESULTS, id="nothing at all"),
        pytest.param(-0.3 * RESULTS, id="a factor"),
        pytest.param(np.round(RESULTS[::-1], 2), id="others, rounded"),
        pytest.param(np.round(RESULTS[:, ::-1], 2), id="swapped and rounded"),
        pytest.param(np.maximum(RESULTS, 0), id="signs lost"),
        pytest.param(np.sign(RESULTS), id="signs alone"),
        pytest.param(one_off(np.clip(RESULTS, -2, 1)), id="clipped but for one"),
        pytest.param(RESULTS * [1.0, 1.5], id="components scaled differently"),
        pytest.param(0 * RESULTS, id="zeros"),
        pytest.param(np.full((60, 2), np.nan), id="no numbers"),
    ],
)
def test_what_is_something_else_is_not_called_altered(arrows: Array) -> None:
    assert altered(arrows, RESULTS) is None


def how(arrows: Array, results: Array = RESULTS) -> str:
    found = altered(arrows, results)
    return found.how if found else "not at all"


def test_results_of_which_one_is_no_number_are_not_said_to_be_altered() -> None:
    results = RESULTS.copy()
    results[3, 1] = np.nan
    assert how(np.round(RESULTS, 2), results) == "not at all"


@pytest.mark.parametrize(("most", "told"), [(30, "not at all"), (29, "rounded")])
def test_more_than_half_of_the_arrows_are_altered_alike(most: int, told: str) -> None:
    arrows = np.round(RESULTS, 2)
    arrows[:most] += 0.5
    assert how(arrows) == told


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("sign", [-1, 1])
def test_what_is_small_is_rounded_as_well(size: float, sign: int) -> None:
    decimals = 3 - round(np.log10(size))
    results = size * RESULTS
    found = altered(sign * np.round(results, decimals), results)
    assert found is not None
    assert (found.how, found.part, found.decimals) == ("rounded", 1.0, decimals)
    assert (found.before == sign * results).all()


def test_a_result_of_zero_stays_zero() -> None:
    results = RESULTS.copy()
    results[5], results[7, 0] = 0, 0
    length = np.hypot(*results.T)[:, None]
    unit = results / np.where(length == 0, 1, length)
    for arrows in (np.round(results, 2), np.round(unit, 2), np.round(0.1 * results, 3)):
        found = altered(arrows, results)
        assert found is not None
        assert (found.how, found.part) == ("rounded", 1.0)
    assert how(np.clip(results, -2, 1), results) == "clipped"
    assert how(results, results) == "not at all"


def test_where_every_arrow_or_every_result_is_zero_nothing_is_told() -> None:
    assert how(0 * RESULTS) == "not at all"
    assert how(RESULTS, 0 * RESULTS) == "not at all"
    alternating = RESULTS.copy()
    alternating[::2] = 0
    assert how(alternating, RESULTS - alternating) == "not at all"


def test_twelve_decimals_are_told_and_more_are_those_of_the_results() -> None:
    found = altered(np.round(RESULTS, 12), RESULTS)
    assert found is not None
    assert (found.how, found.decimals) == ("rounded", 12)
    assert how(np.round(RESULTS, 13)) == "not at all"


@pytest.mark.parametrize(("most", "told"), [(2, "not at all"), (3, "rounded")])
def test_three_sizes_besides_zero_tell_that_arrows_were_rounded(
    most: int, told: str
) -> None:
    results = np.clip(RESULTS, -most - 0.3, most + 0.3)
    assert how(np.round(results), results) == told


def clipped_few(*beyond: float) -> tuple[Array, Array]:
    """Arrows, clipped at −1 and 1, and results of which those are beyond 1."""
    results = np.random.default_rng(8).uniform(-0.9, 0.9, (20, 2))
    results[0] = -1.0, 0.5
    results[1 : 1 + len(beyond), 0] = beyond
    return np.clip(results, -1, 1), results


@pytest.mark.parametrize(
    ("beyond", "told"),
    [
        ((1.2, 1.5, 2.0), "clipped"),
        ((1.2, 1.5), "not at all"),
        ((1.2, 1.5, 1.5), "not at all"),
        ((1.2, 1.5, 1.5, 1.7), "clipped"),
    ],
)
def test_three_components_beyond_an_end_tell_that_arrows_were_clipped(
    beyond: tuple[float, ...], told: str
) -> None:
    assert how(*clipped_few(*beyond)) == told


def test_arrows_that_an_end_does_not_change_are_not_counted() -> None:
    arrows, results = clipped_few(1.2, 1.5, 2.0, 1.0)
    found = altered(arrows, results)
    assert found is not None
    assert (found.count, found.low, found.high) == (3, -np.inf, 1.0)
    arrows, results = clipped_few(1.2, 1.5, 2.0)
    below = altered(-arrows, -results)
    assert below is not None
    assert (below.count, below.low, below.high) == (3, -1.0, np.inf)


def test_an_arrow_that_is_beyond_an_end_is_drawn_up_to_it() -> None:
    arrows, results = clipped_few(1.2, 1.5, 2.0, 1.7)
    assert how(arrows, results) == "clipped"
    arrows[4, 0] = 0.8
    assert how(arrows, results) == "not at all"


@pytest.mark.parametrize("cut", [np.minimum, np.maximum])
def test_arrows_that_lose_their_sign_are_not_clipped(cut: Any) -> None:
    assert how(cut(RESULTS, 0)) == "not at all"


def test_one_component_may_be_zero_throughout() -> None:
    results = RESULTS * [1, 0]
    found = altered(np.round(0.1 * results, 3), results)
    assert found is not None
    assert (found.how, found.part, found.decimals) == ("rounded", 1.0, 3)
