"""Probes drawn at random: the same for a seed, and moderate."""

from __future__ import annotations

import numpy as np
import pytest

from gradproof.evidence.probe_ids import SEED
from gradproof.evidence.random_probes import drawn
from gradproof.numerics import error_bounds
from gradproof.ports.observation import Probe
from gradproof.ports.role_ids import PORT_ROLES, PortRoleId

SEEDS = range(60)


def told(probe: Probe) -> tuple[object, ...]:
    at = None if probe.at is None else probe.at.tobytes()
    return probe.id, probe.x.shape, probe.x.tobytes(), at, tuple(probe.keywords.items())


@pytest.mark.parametrize("role", PORT_ROLES)
def test_a_seed_gives_the_same_and_another_gives_others(role: PortRoleId) -> None:
    first, again, other = ([told(p) for p in drawn(role, s)] for s in (5, 5, 6))
    assert first == again != other
    assert first


def test_what_the_usual_seed_gives_stays_as_it_is() -> None:
    """Whatever Python and NumPy are there: a report can be had again elsewhere."""
    point, rows = drawn("gradient", SEED)
    assert point.x.tolist() == [
        *(-0.35514289520771125, 0.4459496472586931, 1.9081128851953353),
        *(-0.4045922491688329, 7.240868943986358, 3.797676575935987),
    ]
    assert rows.x.shape == (2, 2)


def test_shapes_differ_and_zeros_and_equal_rows_come_up() -> None:
    rows = [drawn("gradient", seed)[1].x for seed in SEEDS]
    arrays = [drawn("array-gradient", seed)[1].x for seed in SEEDS]
    assert len({x.shape for x in rows}) > 15
    assert len({x.shape for x in arrays}) > 15
    assert any((x == 0).any() for x in rows)


def test_of_the_rows_after_the_first_an_eighth_are_the_first_once_more() -> None:
    arrays = [drawn("gradient", seed)[1].x for seed in range(400)]
    again = [(x[1:] == x[0]).all(axis=1) for x in arrays if x.shape[1] > 2]
    assert np.concatenate(again).mean() == pytest.approx(1 / 8, abs=0.03)


@pytest.mark.parametrize("role", PORT_ROLES)
def test_every_place_is_near_and_has_a_bound(role: PortRoleId) -> None:
    for seed in SEEDS:
        for probe in drawn(role, seed):
            assert np.max(np.abs(probe.x)) < 8
            assert probe.x.size <= 36
    for probe in drawn(role, SEED):
        assert probe.function is not None
        points = np.atleast_1d(probe.x)
        points = points if points.ndim < 3 else points.ravel()
        assert (error_bounds.central(probe.function, points).b1 < 1e-6).all()
