"""What a script has done to results is read off the arrows, and nothing else is."""

from __future__ import annotations

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
