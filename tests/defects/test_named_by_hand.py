"""Which defect is named, of findings and gradients that are made by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.defects import (
    diagnosis,
    difference_diagnosis,
    layer_diagnosis,
    layer_matrix,
    update_diagnosis,
    update_matrix,
)
from gradproof.defects.diagnosis import Explanation
from gradproof.defects.layers import DEFECTS
from gradproof.defects.updates import DEFECTS as OF_UPDATES
from gradproof.evidence.bounds import BoundedNumbers
from gradproof.evidence.evidence import Evidence
from gradproof.evidence.layer_settings import Reference
from gradproof.evidence.optimizer_courses import upwards
from gradproof.evidence.passages import LayerEvidence
from gradproof.evidence.update_rules import FORMS, VALUES
from gradproof.ports.trials import Description, Helper


def finding(
    id: str, message: str = "", level: str = "must", verdict: str = "fail", **told: Any
) -> Any:
    return SimpleNamespace(
        clause=SimpleNamespace(id=id, level=level, name=id),
        judgement=SimpleNamespace(verdict=verdict, message=message, parameters=told),
    )


# By differences.

DUE = np.array([[1.0, -2.0], [0.5, 3.0]])
DY = np.array([[0.25, 1.0], [-1.5, 0.75]])


def passage(
    came: Any, due: Any = DUE, given: Any = (DY,), value: Any = DUE, **fields: Any
) -> Any:
    allowed = np.full(np.shape(due), 1e-6)
    expected = {"x": BoundedNumbers(np.asarray(due, float), allowed)}
    made = {
        "agrees": False,
        "expected": SimpleNamespace(gradients=expected),
        "gradients": {"x": None if came is None else np.asarray(came, float)},
        "given": given,
        "forward": SimpleNamespace(value=(np.asarray(value, float),)),
        "setting": SimpleNamespace(arrays={"x": np.zeros((4, 2))}),
    }
    return SimpleNamespace(**{**made, **fields})


MEASURED: dict[str, tuple[Any, str | None]] = {
    "right": (passage(DUE), None),
    "zeros": (passage(0 * DUE), "gradient-left-zero"),
    "negated": (passage(-DUE), "gradient-negated"),
    "returned": (passage(DY), "upstream-returned"),
    "returned, of two": (passage(DY, given=(DUE, DY)), "upstream-returned"),
    "a loss, not divided": (passage(4 * DUE, value=1.5), "batch-not-divided"),
    "a loss, divided twice": (passage(DUE / 4, value=[1.5]), "batch-divided-twice"),
    "no loss": (passage(4 * DUE), "gradient-scaled"),
    "of rows": (passage(np.stack([DUE, DUE]), 2 * DUE), "spread-not-summed"),
    "of columns": (passage([[1.0, 2], [3, 4]], [4.0, 6]), "spread-not-summed"),
    "turned": (passage(DUE.T), "gradient-turned"),
    "half": (passage(DUE / 2), "gradient-scaled"),
    "without the upstream": (passage(DUE - 1.5 * DY), "upstream-term-missing"),
    "of another shape": (passage(np.zeros(3) + 1), None),
    "all else": (passage(DUE**2), None),
    "with no gradient": (passage(None), None),
    "of what is due to be 0": (passage(DUE, 0 * DUE), None),
    "of two upstreams": (passage(DUE - DY, given=(DY, DUE + 1)), None),
    "of one number": (
        passage([2.0], [3.0], given=(np.array([1.0]),), value=[[1.0, 2]]),
        "gradient-scaled",
    ),
    "of an upstream of another shape": (passage(DUE - 1, given=(np.ones(2),)), None),
}


@pytest.mark.parametrize("case", MEASURED)
def test_a_gradient_that_is_no_difference_is_named(case: str) -> None:
    given, due = MEASURED[case]
    assert difference_diagnosis.named([given]) == (due and (due, 1))


def test_one_defect_has_to_make_all_that_is_wrong() -> None:
    half, turned, right = passage(DUE / 2), passage(DUE.T), passage(DUE)
    assert difference_diagnosis.named([half, right, half]) == ("gradient-scaled", 2)
    assert difference_diagnosis.named([half, turned]) is None


def test_where_forward_is_what_it_should_be_models_tell_more() -> None:
    assert difference_diagnosis.named([passage(DUE / 2, agrees=True)]) is None


# Of layers.

SAID = Description(
    "Layer", "Layer", "layers.py", 3, lines={"forward": 5, "backward": 9}
)
NOTHING = LayerEvidence(SAID, None)


def named(*findings: Any, evidence: LayerEvidence = NOTHING) -> list[tuple[str, str]]:
    found = layer_diagnosis.diagnose(evidence, findings)
    return [(each.defect, each.place.name) for each in found]


OVERFLOW = finding("L6", "layer.overflow", "should")
AGAIN, BACK = finding("L8", "layer.again"), finding("L9", "layer.back-again")


@pytest.mark.parametrize(
    ("findings", "due"),
    [
        ([], []),
        ([finding("L6", "layer.overflow", verdict="pass")], []),
        ([finding("L6", "layer.elsewhere")], []),
        ([OVERFLOW], [("overflow", "Layer.forward")]),
        ([OVERFLOW, AGAIN], [("state-kept", "Layer.forward")]),
        ([AGAIN, BACK], [("gradient-accumulated", "Layer.backward")]),
        (
            [AGAIN, BACK, finding("L7", "layer.written")],
            [("state-kept", "Layer.forward")],
        ),
        ([BACK], []),
        (
            [finding("L7", "layer.replaced"), AGAIN],
            [("gradient-array-replaced", "Layer.backward")],
        ),
        # What is wrong already may be so for some numbers alone.
        ([finding("L3", "layer.departs"), AGAIN], []),
        (
            [finding("L3", "layer.departs"), finding("L7", "layer.upstream-written")],
            [("upstream-written", "Layer.backward")],
        ),
    ],
)
def test_a_layer_that_has_no_kind_is_told_by_its_clauses(
    findings: Any, due: Any
) -> None:
    assert named(*findings) == due


def test_a_function_by_itself_is_the_place() -> None:
    alone = replace(NOTHING, said=replace(SAID, alone="function"))
    found = layer_diagnosis.diagnose(alone, [OVERFLOW])
    assert [each.place for each in found] == [Helper("Layer", "layers.py", 3)]
    found = layer_diagnosis.diagnose(NOTHING, [OVERFLOW])
    assert [each.place for each in found] == [Helper("Layer.forward", "layers.py", 5)]
    bare = replace(NOTHING, said=replace(SAID, lines={}))
    found = layer_diagnosis.diagnose(bare, [OVERFLOW])
    assert [each.place.line for each in found] == [3]


SIGMOID = next(kind for kind in layer_matrix.ALL if kind.id == "sigmoid")
SOFTMAX = next(kind for kind in layer_matrix.ALL if kind.id == "softmax")


def modelled(kind: Any, id: str, number: int = 0) -> LayerEvidence:
    evidence = layer_matrix.mutants(kind, DEFECTS[id])[number]
    return replace(evidence, said=replace(SAID, helpers=(HELPER,)))


HELPER = Helper("softmax", "functions.py", 7)


@pytest.mark.parametrize(
    ("clause", "known", "place"),
    [("L3", True, "backward"), ("L3", False, "forward"), ("L2", True, "forward")],
)
def test_it_stands_in_forward_if_the_value_is_wrong(
    clause: str, known: bool, place: str
) -> None:
    evidence = modelled(SIGMOID, "y-missing")
    passages = [replace(p, agrees=known) for p in evidence.first]
    evidence = replace(evidence, passages={"first": passages})
    (best, *_) = named(finding(clause), evidence=evidence)
    assert best == ("y-missing", f"Layer.{place}")


def test_it_stands_in_the_helper_that_a_layer_calls() -> None:
    evidence = modelled(SOFTMAX, "softmax-over-batch")
    (best, *_) = named(finding("L2"), evidence=evidence)
    assert best == ("softmax-over-batch", "softmax")
    other = replace(evidence, said=replace(evidence.said, helpers=()))
    (best, *_) = named(finding("L2"), evidence=other)
    assert best == ("softmax-over-batch", "Layer.forward")


def test_at_most_three_are_named_and_each_more_than_a_right_layer_explains() -> None:
    evidence = modelled(SIGMOID, "tanh-for-sigmoid", 1)
    found = layer_diagnosis.diagnose(evidence, [finding("L2")])
    assert found[0].defect == "tanh-for-sigmoid"
    assert found[0].explained == found[0].parts == 2 * len(evidence.first)
    assert len(found) <= 3
    counts = [each.explained for each in found]
    assert counts == sorted(counts, reverse=True)
    right = layer_matrix.mutant(SIGMOID, None)
    assert right is not None
    assert layer_diagnosis.diagnose(right, [finding("L3")]) == ()


def test_of_many_that_explain_alike_three_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alike = {str(n): replace(DEFECTS["y-missing"], id=str(n)) for n in range(5)}
    monkeypatch.setattr(layer_diagnosis, "DEFECTS", alike)
    found = named(finding("L3"), evidence=modelled(SIGMOID, "y-missing"))
    assert [defect for defect, _ in found] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("actual", "expected", "slack", "fits"),
    [
        (None, None, 0.0, True),
        (None, DUE, 0.0, False),
        (DUE, None, 0.0, False),
        (DUE[0], DUE, 0.0, False),
        (DUE, DUE, 0.0, True),
        (DUE + 3 * 1000 * 2.0**-52, DUE, 0.0, True),
        (DUE + 3 * 1100 * 2.0**-52, DUE, 0.0, False),
        (0 * DUE, 0 * DUE, 0.0, True),
        (0 * DUE + 1e-15, 0 * DUE, 0.0, False),
        (DUE + 0.099, DUE, 0.1, True),
        (DUE + 0.101, DUE, 0.1, False),
        (DUE * np.inf, DUE * np.inf, 0.0, False),
    ],
)
def test_what_came_fits_within_its_rounding(
    actual: Any, expected: Any, slack: float, fits: bool
) -> None:
    assert layer_diagnosis._fits(actual, expected, slack) == fits


def test_a_loss_that_is_multiplied_is_off_by_as_much_more() -> None:
    reference = Reference("loss", lambda x: (x, lambda dy: (dy,)), slack=0.25)

    def fitting(actual: float, times: float) -> list[bool]:
        sound: Any = SimpleNamespace(value=np.array(2.0), gradients={})
        expected: Any = SimpleNamespace(value=np.array(2.0 * times), gradients={})
        seen: Any = SimpleNamespace(
            forward=SimpleNamespace(value=(np.array(actual),)), gradients={}
        )
        return list(layer_diagnosis._fitting(seen, expected, reference, sound))

    assert fitting(8.99, 4) == [True]
    assert fitting(9.01, 4) == [False]
    assert fitting(1.24, 0.5) == [True]  # and never by less
    assert fitting(1.26, 0.5) == [False]


# Of optimizers.

SGD = next(form for form in FORMS if form.id == "sgd")
ADAM = next(form for form in FORMS if form.id == "adam")
DEPARTS = finding("O2", "optimizer.departs")


def of_updates(evidence: Any, *findings: Any) -> list[tuple[str, int]]:
    found = update_diagnosis.diagnose(evidence, findings)
    return [(each.defect, each.explained) for each in found]


def test_an_optimizer_is_told_by_its_way() -> None:
    evidence = update_matrix.mutant(SGD, OF_UPDATES["update-once"])
    assert of_updates(evidence, DEPARTS)[0] == ("update-once", update_diagnosis.PARTS)
    assert (
        of_updates(evidence, finding("O2", "optimizer.departs", verdict="pass")) == []
    )
    assert of_updates(evidence, finding("O9", "optimizer.epsilon")) == [
        ("epsilon-too-large", 1)
    ]


def test_adam_of_the_0th_step_is_no_number() -> None:
    no_number = finding("O2", "optimizer.not-finite")
    assert of_updates(update_matrix.mutant(ADAM, None), no_number) == [
        ("bias-of-step-before", 1)
    ]
    assert of_updates(update_matrix.mutant(SGD, None), no_number) == []


def by_another_rate(times: float) -> Any:
    """SGD that was given a rate, and goes by so many times of it."""
    evidence = update_matrix.mutant(SGD, None)
    first = evidence.courses["first"]
    rate = {"rate": VALUES["rate"][0] / times}
    told = replace(first, given=rate)
    return replace(evidence, courses={**evidence.courses, "first": told}, followed=None)


def test_another_rate_is_told_or_one_that_is_ignored() -> None:
    parts = update_diagnosis.PARTS
    evidence = by_another_rate(2.0)
    assert of_updates(evidence, DEPARTS) == [("rate-another", parts)]
    ignored = finding("O5", "optimizer.rate-ignored")
    assert of_updates(evidence, DEPARTS, ignored) == [("rate-ignored", parts)]


def test_what_says_that_it_climbs_is_not_blamed_for_it() -> None:
    evidence = update_matrix.mutant(SGD, OF_UPDATES["update-uphill"])
    assert of_updates(evidence, DEPARTS)[0][0] == "update-uphill"
    first = upwards(evidence.courses["first"])
    turned = replace(first, slopes=evidence.courses["first"].slopes)
    climbing = replace(evidence, courses={**evidence.courses, "first": turned})
    assert "update-uphill" not in dict(of_updates(climbing, DEPARTS))


def test_the_place_is_the_method_that_updates() -> None:
    evidence = update_matrix.mutant(SGD, None)
    lines = {"step": 12, "other": 20}
    said = replace(evidence.said, name="SGD", lines=lines, line=4, file="o.py")
    found = update_diagnosis._explanation(
        replace(evidence, said=said), "rate-twice", 1, 2
    )
    assert found.place == Helper("SGD.step", "o.py", 12)
    bare = update_diagnosis._explanation(
        replace(evidence, said=replace(said, lines={})), "rate-twice", 1, 2
    )
    assert bare.place == Helper("SGD.update", "o.py", 4)
    assert (bare.explained, bare.parts) == (1, 2)


# Of routines.


def test_of_those_that_name_the_same_the_first_stays() -> None:
    one, other = Explanation(("a",), 1, 2), Explanation(("b",), 2, 2)
    again = replace(one, explained=2)
    assert diagnosis._different([one, other, again]) == [one, other]
    assert list(diagnosis.names([other, one])) == ["b"]
    assert list(diagnosis.names([])) == []


@pytest.mark.parametrize(
    ("probe", "compared"),
    [("rows", True), (None, True), ("near-rows", False), ("random-rows", False)],
)
def test_models_are_compared_on_the_fixed_probes(probe: Any, compared: bool) -> None:
    empty = Evidence("gradient", False, {}, {})
    told = {} if probe is None else {"probe": probe}
    assert diagnosis._is_compared(empty, finding("G5", **told)) == compared


def test_a_batch_is_served_by_one_point_where_that_is_what_fails() -> None:
    seen: Any = dict.fromkeys(("point", "rows", "scalar", "near"))
    one = Evidence("point-gradient", False, seen, {})
    assert "rows" not in diagnosis.served(one, ("P1",))
    assert diagnosis.served(one, ("P1", "P2"))[-1] == "rows"
    assert "near" not in diagnosis.served(one, ("P2",))


@pytest.mark.parametrize(
    ("should", "role", "probes"),
    [
        ("isolation", "gradient", ("nan", "infinity")),
        ("integers", "gradient", ("point-integers", "rows-integers")),
        ("integers", "point-gradient", ("point-integers",)),
        (
            "restored-on-error",
            "array-gradient",
            ("point-raises-0", "point-raises-1", "rows-raises-0", "rows-raises-1"),
        ),
    ],
)
def test_a_should_is_judged_by_its_probes(should: str, role: Any, probes: Any) -> None:
    found = diagnosis._probes_of(should, Evidence(role, False, {}, {}))
    assert found == probes


def test_a_search_that_one_defect_ends_is_taken_before_the_first() -> None:
    def search(whole: bool) -> Any:
        return SimpleNamespace(is_explained_by_one=lambda: whole)

    first, second, third = search(False), search(True), search(True)
    assert diagnosis._fitting([first, second, third]) is second
    assert diagnosis._fitting([first, first]) is first
    assert diagnosis._fitting([second]) is second
