"""The clauses as a whole: which are judged of what evidence, and where."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradproof.contract.clauses import CONTRACT, judge
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import GIVEN
from gradproof.numerics.slope_records import Slope, Slopes, Unknown
from gradproof.ports.observation import Observation, Probe, Returned
from small_evidence import changed, right, seen, value_of

DOUBLE, SINGLE = GIVEN
SLOPES = Slopes((Slope((0,), 3.0, 0.25, 0.5, "", True, False),), 1, 1.0)


def of_a_pair(known: Any = SLOPES, **shapes: int) -> Evidence:
    """Three from ones, of so many entries at a probe instead of one."""
    x = np.ones(1)
    sizes = {DOUBLE: shapes.get("double", 1), SINGLE: shapes.get("single", 1)}
    observations = {
        probe: Observation(
            Probe(probe, float, x), (), Returned(np.full(size, 3.0)), None
        )
        for probe, size in sizes.items()
    }
    slopes = dict.fromkeys(GIVEN, known)
    return Evidence("pair", False, observations, {}, slopes=slopes)


def verdicts(evidence: Evidence, level: Any = None) -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in judge(evidence, level)}


def test_one_of_two_clauses_has_to_hold_for_a_pair_s_numbers() -> None:
    about = {c.id for clauses in CONTRACT.values() for c in clauses if c.numbers}
    assert about == {"R2", "R3"}


def test_directions_are_judged_where_entries_are_too_many() -> None:
    assert verdicts(of_a_pair()) == {"R1": "pass", "R2": "pass"}
    assert set(verdicts(of_a_pair(Unknown("large", {"count": 3})))) == {
        *("R1", "R2", "R3")
    }


def test_the_shape_of_a_pair_s_gradient_is_that_in_double_precision() -> None:
    assert verdicts(of_a_pair(double=2))["R1"] != "pass"
    assert verdicts(of_a_pair(single=2))["R1"] == "pass"


def test_one_level_can_be_asked_for() -> None:
    evidence = seen(right)
    by_level = {
        level: {c.id for c in CONTRACT["gradient"] if c.level == level}
        for level in ("must", "should")
    }
    assert set(verdicts(evidence, "must")) == by_level["must"]
    assert set(verdicts(evidence, "should")) == by_level["should"]
    assert set(verdicts(evidence)) == by_level["must"] | by_level["should"]
    assert set(verdicts(of_a_pair(), "should")) == set()


def test_a_clause_is_judged_at_each_of_its_probes() -> None:
    evidence = seen(right)
    assert set(verdicts(evidence, "must").values()) == {"pass"}
    for probe in ("point", "rows", "rosenbrock"):
        off = changed(evidence, probe, outcome=Returned(value_of(evidence, probe) + 1))
        assert verdicts(off)["G5"] == "fail"
