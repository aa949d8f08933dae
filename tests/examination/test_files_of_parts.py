"""What becomes of the classes of a file, and what is noted beside them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gradproof.contract import optimizers
from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.contract.layers import ROLE
from gradproof.contract.networks import ROLE as NETWORK
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.evidence import own_updates, script_checks, updates
from gradproof.evidence.updates import OptimizerEvidence
from gradproof.examination import layers
from gradproof.examination.layers import LayerExamination, OptimizerExamination
from gradproof.examination.networks import CheckExamination
from gradproof.examination.parts import Diagnosed
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.forms import value_and_gradient
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description

SAID = Description("A", "A")
MUST = next(c for c in CONTRACT["gradient"] if c.level == "must")


def fields(evidence: Any, *verdicts: Verdict) -> dict[str, Any]:
    findings = tuple(Finding(MUST, Judgement(each, "holds")) for each in verdicts)
    return {
        **{"target": "a.py:A", "evidence": evidence, "findings": findings},
        **{"diagnosis": (), "notes": (), "terms": AS_WRITTEN, "unknown": ()},
        **{"options": (), "wall": 0.0},
    }


def check(*checks: Any, missed: tuple[str, ...] = ()) -> CheckExamination:
    evidence = SimpleNamespace(checks=checks, missed=missed)
    return CheckExamination(**fields(evidence, "pass"))


def checked(samples: int = 5, zero: Any = (), missing: Any = ()) -> Any:
    parameters = [SimpleNamespace(name=n, zero=n in zero) for n in ("W1", "b1", "W2")]
    return SimpleNamespace(samples=samples, parameters=parameters, missing=missing)


def own(*seen: Any, verdict: Verdict = "fail", **more: Any) -> OptimizerExamination:
    evidence = OptimizerEvidence(SAID, manner=updates.OWN, own=seen, **more)
    return OptimizerExamination(**fields(evidence, verdict))


def optimizer() -> OptimizerExamination:
    evidence = OptimizerEvidence(SAID, manner="update")
    return OptimizerExamination(**fields(evidence, "not-covered"))


def layer() -> LayerExamination:
    return LayerExamination(**fields(SimpleNamespace(said=SAID), "not-covered"))


# Order, and what is left out


def test_what_is_run_as_it_stands_comes_last_and_networks_before() -> None:
    def of(role: Any, *methods: str) -> Description:
        return Description("A", "A", role=role, methods=methods)

    roles = (optimizers.ROLE, ROLE, value_and_gradient.ROLE, NETWORK)
    told = [of(role) for role in roles]
    told += [of(optimizers.ROLE, own_updates.METHOD), of(NETWORK, script_checks.METHOD)]
    assert [layers._effort(said) for said in told] == [0, 1, 2, 3, 4, 4]


def test_what_a_script_does_is_unknown_where_nothing_was_seen() -> None:
    assert layers._is_unknown(check())
    assert not layers._is_unknown(check(checked()))
    assert layers._is_unknown(own(verdict="not-covered"))
    assert not layers._is_unknown(own(verdict="fail"))
    assert not layers._is_unknown(optimizer())
    assert not layers._is_unknown(layer())
    assert [layers._own(each) for each in (own(), optimizer(), layer())] == [
        *(True, False, False)
    ]


# Notes


LEFT_OUT, UPWARDS = Note("training-left-out", {}), Note("updates-upwards", {})
OTHER = Note("found-above", {"module": "common"})
CUT = Note("training-cut", {"updates": 2})
UNSEEN = Note("training-unseen", {})
STOOD_IN = Note("data-stood-in", {"module": "mnist"})
CHECK_CUT, CHECK_UNSEEN = Note("check-cut", {}), Note("check-unseen", {})


def notes(*examined: Any, said: Any = (LEFT_OUT, OTHER, UPWARDS)) -> list[Note]:
    port: Any = SimpleNamespace(notes=said)
    return list(layers._notes(port, examined))


def test_without_a_script_the_notes_are_those_of_the_port() -> None:
    assert notes(layer(), optimizer()) == [LEFT_OUT, OTHER, UPWARDS]


def test_how_far_a_script_came_is_noted_in_the_place_of_that_it_was_left_out() -> None:
    seen = own("one", "two", missed=("mnist",))
    assert notes(layer(), seen) == [STOOD_IN, CUT, OTHER]
    assert notes(own("one", "two", verdict="not-covered")) == [CUT, OTHER, UPWARDS]
    assert notes(own(verdict="not-covered")) == [UNSEEN, OTHER, UPWARDS]


def test_what_a_script_itself_compares_is_noted_once() -> None:
    some = check(checked(), missed=("mnist",))
    assert notes(some) == [OTHER, UPWARDS, STOOD_IN, CHECK_CUT]
    assert notes(check()) == [OTHER, UPWARDS, CHECK_UNSEEN]
    assert notes(some, said=(STOOD_IN, CHECK_CUT, OTHER)) == [
        OTHER,
        STOOD_IN,
        CHECK_CUT,
    ]
    # Its updates were not seen, but its check was.
    unseen = own(verdict="not-covered")
    assert notes(unseen, some) == [OTHER, UPWARDS, STOOD_IN, CHECK_CUT]
    assert notes(unseen, check()) == [UNSEEN, OTHER, UPWARDS, CHECK_UNSEEN]
    assert notes(own("one", "two"), some) == [CUT, OTHER, STOOD_IN, CHECK_CUT]


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        ([checked(samples=2)], []),
        ([checked(), checked(samples=1)], [Note("check-of-one-sample", {})]),
        ([checked(zero=("b1", "W2"))], [Note("check-zero", {"names": "b1, W2"})]),
        ([checked(missing=("b2",))], [Note("check-lacks", {"names": "b2"})]),
        (
            [checked(zero=("W1",), missing=("b2", "b3")), checked(samples=1)],
            [
                Note("check-of-one-sample", {}),
                Note("check-zero", {"names": "W1"}),
                Note("check-lacks", {"names": "b2, b3"}),
            ],
        ),
    ],
)
def test_what_a_check_cannot_see_is_noted(checks: Any, told: list[Note]) -> None:
    assert list(layers._of_check(check(*checks))) == [CHECK_CUT, *told]


# What was declared


def explained(defect: str, explained: int = 3) -> Any:
    return SimpleNamespace(defect=defect, explained=explained, parts=3)


@pytest.mark.parametrize(
    ("verdict", "diagnosis", "message"),
    [
        ("fail", [explained("a"), explained("b")], "as-declared"),
        ("fail", [explained("b"), explained("a")], "changed"),
        ("error", [explained("a", 2)], "in-part"),
        ("fail", [], "missing"),
        ("error", [], "missing"),
        ("pass", [], "gone"),
    ],
)
def test_the_best_explanation_is_the_one_that_was_declared(
    verdict: Verdict, diagnosis: Any, message: str
) -> None:
    finding = Finding(MUST, Judgement(verdict, "holds"))
    found = Diagnosed(SimpleNamespace(), [finding], tuple(diagnosis), 0.0)
    told = found.fields("a.py:A", [OTHER], Terms(diagnosis=("a",)))
    assert told["declared"].message == f"diagnosis.{message}"
    assert (told["target"], told["notes"], told["unknown"]) == ("a.py:A", (OTHER,), ())
    assert told["findings"] == (finding,)
    assert told["wall"] > 0
    assert found.fields("a.py:A", [], AS_WRITTEN)["declared"] is None
