"""Which probes a port is given, by what it did with those before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gradproof.evidence import probes, random_probes, value_probes
from gradproof.evidence.collection import gather, gather_more, of_like
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import LINES, PLANES
from gradproof.evidence.stencil import Unreadable
from gradproof.ports.observation import (
    Broke,
    Declined,
    Evaluation,
    Nonsense,
    Note,
    Observation,
    Outcome,
    Probe,
    Raised,
)


class Port:
    """A port that does this with a probe; it notes which it was given."""

    name, vectorized = "port", False
    notes: tuple[Note, ...] = ()

    def __init__(self, does: Callable[[Probe], Outcome], foreign: bool = False) -> None:
        self.does = does
        self.asked: list[str] = []
        self.evaluations = (Evaluation(None, "Dual"),) if foreign else ()

    def observe(self, probe: Probe) -> Observation:
        self.asked.append(probe.id)
        return Observation(probe, self.evaluations, self.does(probe), None)


RAISED, BROKE = Raised("TypeError", ""), Broke("crash", "")


def on(*ids: str, does: Outcome, else_: Outcome = RAISED) -> Callable[[Probe], Outcome]:
    return lambda probe: does if probe.id in ids else else_


def test_a_tangent_that_takes_no_number_is_asked_at_points() -> None:
    """If it returns something there, right or wrong, that is the evidence."""
    takes = Port(on(*PLANES, does=Nonsense("str")))
    assert set(gather(takes, "tangent").observations) == set(PLANES)
    takes_none = Port(lambda probe: RAISED)
    assert set(gather(takes_none, "tangent").observations) == set(LINES)
    assert set(takes_none.asked) == {*LINES, *PLANES, "formula"}


@pytest.mark.parametrize("outcome", [Nonsense("None"), Declined(), BROKE])
def test_one_that_does_not_raise_for_each_number_is_not(outcome: Outcome) -> None:
    port = Port(on(LINES[1], does=outcome))
    assert set(gather(port, "tangent").observations) == set(LINES)
    assert not set(port.asked) & set(PLANES)


def test_probes_that_are_wanted_are_given_alone() -> None:
    port = Port(lambda probe: RAISED)
    found = gather(port, "tangent", {PLANES[1], LINES[0]})
    assert set(found.observations) == {PLANES[1], LINES[0]}
    found = gather(port, "gradient", {"rows", PLANES[1]})
    assert set(found.observations) == {"rows"}


def test_of_a_port_that_broke_no_formula_is_read() -> None:
    port = Port(on("point", does=BROKE))
    found = gather(port, "gradient", {"point", "rows"})
    assert found.readings["point"] == Unreadable("broke")
    assert found.readings["rows"] == Unreadable("not-called")
    assert port.asked.count("point") == 1


MORE = [p.id for p in value_probes.more("gradient")]
DRAWN = [p.id for p in random_probes.drawn("gradient", 3)]


def seen(*outcomes: Outcome) -> Evidence:
    point = probes.fixed()[0]
    observed = {
        str(n): Observation(point, (), outcome, None)
        for n, outcome in enumerate(outcomes)
    }
    return Evidence("gradient", False, observed, {})


def test_values_are_asked_for_at_fixed_places_and_at_drawn_ones() -> None:
    port = Port(lambda probe: RAISED)
    found = gather_more(port, seen(RAISED), 3)
    assert port.asked == [*MORE, *DRAWN]
    assert list(found.observations) == ["0", *MORE, *DRAWN]


def test_a_port_that_has_broken_is_left_alone() -> None:
    port = Port(lambda probe: RAISED)
    assert list(gather_more(port, seen(RAISED, BROKE), 3).observations) == ["0", "1"]
    assert port.asked == []
    breaking = Port(on(MORE[1], does=BROKE))
    found = gather_more(breaking, seen(RAISED), 3)
    assert list(found.observations) == ["0", *MORE[:2]]


def test_numbers_that_cannot_be_divided_pass_over_a_quotient_alone() -> None:
    port = Port(lambda probe: RAISED, foreign=True)
    found = gather_more(port, seen(RAISED), 3)
    assert set(port.asked) - set(found.observations) == {"ratio"}


def test_a_tangent_is_asked_for_what_it_takes() -> None:
    more = value_probes.more("tangent")
    of_numbers = {p.id for p in more if p.x.ndim == 0}
    assert of_numbers
    assert {p.id for p in more} - of_numbers
    for x, due in ((np.array(1.0), True), (np.array([1.0, 2.0]), False)):
        took = {"": Observation(Probe("", float, x), (), RAISED, None)}
        found = {p.id for p in of_like(took, more)}
        assert found == (of_numbers if due else {p.id for p in more} - of_numbers)
    arrays = value_probes.more("gradient")
    assert list(of_like({}, arrays)) == list(arrays)
