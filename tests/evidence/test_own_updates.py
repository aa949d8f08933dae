"""What a script's own update is told to be by, from the numbers before and after."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.evidence.own_updates import OwnUpdate


def update(seed: int, off: float = 0.0) -> OwnUpdate:
    """One of small steps from weights, of which one is 0: there rounding is least."""
    random = np.random.default_rng(seed)
    before = random.normal(size=20)
    before[3] = 0
    gradient = 1e-4 * random.normal(size=20)
    after = before - 0.1 * gradient
    after[7] += off * gradient[7]
    return OwnUpdate({"W": before}, {"W": gradient}, {"W": after})


@pytest.mark.parametrize("seed", range(50))
def test_rounding_of_the_ways_is_no_other_rule(seed: int) -> None:
    factor = update(seed).factors["W"]
    assert factor is not None
    assert factor == pytest.approx(-0.1, rel=1e-12)


@pytest.mark.parametrize("seed", range(50))
def test_an_entry_that_goes_another_way_is_another_rule(seed: int) -> None:
    assert update(seed, off=1e-6).factors["W"] is None
