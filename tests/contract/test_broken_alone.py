"""What breaks at one probe alone is not right, whatever it does at all others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradproof import corrected
from gradproof.contract.clauses import judge
from gradproof.contract.verdicts import Verdict, fold
from gradproof.evidence.collection import gather, gather_more
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.probe_ids import MORE_POINTS, SERVED
from gradproof.evidence.roles import ROLES
from gradproof.ports import in_process
from gradproof.ports.observation import Broke, Nonsense, Outcome, Raised, Unserved
from gradproof.ports.role_ids import ArrayRoleId

pytestmark = pytest.mark.once

RAISED = Raised("ValueError", "not here")
BREAKAGES = [RAISED, Broke("crash", "SIGSEGV"), Broke("timeout", "3"), Nonsense("str")]
OF_OTHER_SIZES = ("component", "zeros", "many", "random-point")


def of_one_point(f, x):  # type: ignore[no-untyped-def]
    if x.ndim != 1:
        raise ValueError("x is one point")
    return corrected.numerical_gradient(f, x)


def of_an_array(f, x):  # type: ignore[no-untyped-def]
    return corrected.numerical_gradient(
        lambda flat: f(flat.reshape(x.shape)), x.ravel()
    ).reshape(x.shape)


ROUTINES = {
    "gradient": corrected.numerical_gradient,
    "point-gradient": of_one_point,
    "array-gradient": of_an_array,
}


@pytest.fixture(scope="module", params=ROUTINES)
def right(request: pytest.FixtureRequest) -> Evidence:
    """What a right routine of a role does."""
    role: ArrayRoleId = request.param
    port = in_process.port_of(ROUTINES[role], role)
    return gather_more(port, gather(port, role))


def verdict(evidence: Evidence, **instead: Outcome) -> Verdict:
    """The verdict, where something else came of these probes."""
    seen = dict(evidence.observations)
    for name, outcome in instead.items():
        probe = name.replace("_", "-")
        seen[probe] = replace(seen[probe], outcome=outcome)
    found = judge(replace(evidence, observations=seen), level="must")
    return fold(finding.judgement.verdict for finding in found)


def test_it_is_right_where_it_answers_everywhere(right: Evidence) -> None:
    assert verdict(right) == "pass"


@pytest.mark.parametrize("outcome", BREAKAGES, ids=lambda o: type(o).__name__)
def test_a_breakage_at_one_probe_alone_is_an_error(
    right: Evidence, outcome: Outcome
) -> None:
    role = ROLES[right.role]
    refuses = role.id == "point-gradient" and outcome is RAISED
    probes = ("point", *MORE_POINTS) if refuses else (*SERVED, *role.more, *role.drawn)
    passing = [p for p in probes if verdict(right, **{p: outcome}) == "pass"]
    assert not passing


def test_points_of_all_other_sizes_may_be_refused(right: Evidence) -> None:
    if right.role == "point-gradient":
        assert verdict(right, **dict.fromkeys(OF_OTHER_SIZES, RAISED)) == "pass"


def test_what_was_not_asked_is_no_size_that_is_taken(right: Evidence) -> None:
    if right.role == "point-gradient":
        refused: dict[str, Outcome] = dict.fromkeys(OF_OTHER_SIZES, RAISED)
        unasked = {**refused, "random-point": Unserved("no-vector")}
        assert verdict(right, **unasked) == "pass"
