"""The numbers of probes are what makes them tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.evidence import update_rules, value_probes, weight_decay
from gradproof.evidence.probes import fixed
from gradproof.evidence.roles import ROLES, Role


def probes(plane: bool = False) -> dict[str, Any]:
    return {probe.id: probe.x for probe in fixed(plane=plane)}


def test_roots_are_of_primes_so_that_none_is_made_of_others() -> None:
    roots = value_probes.R2, value_probes.R3, value_probes.R5, value_probes.R7
    assert np.square(roots) == pytest.approx([2, 3, 5, 7])


def test_places_that_are_near_are_as_near_as_is_said_in_every_component() -> None:
    assert (np.abs(value_probes.ASIDE) == 1).all()
    for name, distance in (
        ("nearest", value_probes.NEAREST),
        ("nearer", value_probes.NEARER),
        ("near", value_probes.NEAR),
    ):
        _, place = value_probes.PLACES[name]
        assert np.abs(place - value_probes.FLAT) == pytest.approx(distance, rel=1e-6)


def test_another_function_is_asked_about_at_places_that_are_known_by_then() -> None:
    known = probes()
    for name, other in (("twin", "point"), ("twin-rows", "rows")):
        function, place = value_probes.PLACES[name]
        assert function is value_probes.TWIN
        assert np.array_equal(place, known[other])


def test_descents_of_several_steps_begin_at_the_point_and_take_as_many() -> None:
    for name, (_, steps) in value_probes.TAKEN.items():
        assert name == f"steps-{steps}"
        _, place = value_probes.PLACES[name]
        assert np.array_equal(place, probes()["point"])


@pytest.mark.parametrize("plane", [False, True])
def test_one_number_of_one_row_is_not_finite(plane: bool) -> None:
    found = probes(plane)
    for name in ("nan", "infinity"):
        spoilt = ~np.isfinite(np.asarray(found[name], float))
        assert np.argwhere(spoilt).tolist() == [[2, 1]]
        same = np.asarray(found[name])[~spoilt] == np.asarray(found["wide"])[~spoilt]
        assert same.all()


SHARES = ("momentum", "decay", "beta1", "beta2")


def test_shares_that_are_given_or_usual_are_between_nothing_and_all() -> None:
    for role in SHARES:
        one, other = update_rules.VALUES[role]
        usual = update_rules.USUAL[role]
        assert one != other
        assert not {one, other} & set(usual)
        assert all(0 < share < 1 for share in (one, other, *usual))


def test_each_decay_is_tried_once_and_twice_as_much_to_either_side() -> None:
    forms = {(form.place, form.times) for form in weight_decay.FORMS}
    assert len(forms) == len(weight_decay.FORMS) == 16
    assert {times for _, times in forms} == {1, 2, -1, -2}
    assert sum(form.right for form in weight_decay.FORMS) == 8


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_a_formula_is_shown_where_the_musts_are_judged(role: Role) -> None:
    assert set(role.shown) <= set(role.served)
    assert bool(role.shown) == (role.call != "claim")
