"""Programs in any language that have layers, networks and optimizers."""

from __future__ import annotations

import shlex
import shutil
import sys
from typing import Any

import numpy as np
import pytest

from gradproof.contract import optimizers
from gradproof.contract.moments import not_run
from gradproof.examination.parts import LayersExamination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.ports import layer_program, protocol
from gradproof.ports.layer_doors import LayerFile
from gradproof.ports.layer_program import LayerProgram
from gradproof.ports.target import LoadError
from gradproof.ports.trials import Moment, Step, Trial
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report.messages.optimizers_en import MESSAGES
from gradproof.report.phrases import Unusable
from places import PROGRAMS

PYTHON = [sys.executable, f"{PROGRAMS}/exec/layers.py"]
NODE = ["node", f"{PROGRAMS}/exec/layers.mjs"]


def examined(command: list[str], *words: str) -> LayersExamination:
    table = PortTable("exec:" + shlex.join([*command, *words]))
    found = checks.check_declared(table, AS_WRITTEN, 60.0)
    assert isinstance(found, LayersExamination), found
    return found


def outcome(found: LayersExamination) -> tuple[dict[str, str], list[str]]:
    verdicts = {layer.target: str(layer.verdict) for layer in found.layers}
    named = [told.defect for layer in found.layers for told in layer.diagnosis[:1]]
    return verdicts, named


CASES = {
    "right": (PYTHON, "right", [], []),
    "a bias of the first row": (
        *(PYTHON, "bias"),
        ["Affine", "TwoLayerNet"],
        ["bias-first-row"],
    ),
    "uphill": (PYTHON, "momentum", ["Momentum"], ["update-uphill"]),
    "a network's own slip": (PYTHON, "network", ["TwoLayerNet"], []),
    "right in JavaScript": (NODE, "right", [], []),
    "a mask that is lost": (NODE, "relu", ["Relu"], ["mask-compared"]),
    "squares that are not": (NODE, "adagrad", ["AdaGrad"], ["not-squared"]),
}


@pytest.mark.once
@pytest.mark.parametrize(
    ("command", "kind", "wrong", "named"), CASES.values(), ids=CASES
)
def test_what_a_program_has_is_judged_as_that_of_a_file_is(
    command: list[str], kind: str, wrong: list[str], named: list[str]
) -> None:
    if not shutil.which(command[0]):
        pytest.skip("needs node: apt-get install nodejs")
    found = examined(command, kind)
    verdicts, defects = outcome(found)
    assert [name for name, verdict in verdicts.items() if verdict != "pass"] == wrong
    assert defects == named


@pytest.mark.once
def test_what_it_does_not_tell_is_not_covered() -> None:
    found = examined(PYTHON, "right")
    untold = {"Affine": "L11", "TwoLayerNet": "NN6", "SGD": "O7", "Momentum": "O6"}
    seen = {layer.target: layer for layer in found.layers}
    assert {name: seen[name].of(id) for name, id in untold.items()} == dict.fromkeys(
        untold, "not-covered"
    )


AFFINE = Trial("Affine", {}, ())


def tried(*moments: list[protocol.MomentSaid]) -> protocol.Tried:
    return protocol.Tried(0, list(moments))


@pytest.mark.parametrize(
    "frame",
    [
        tried(),
        tried([], []),
        tried(
            [
                protocol.MomentSaid(
                    "returned", attributes={"W": protocol.Array("f8", [2], [1.0])}
                )
            ]
        ),
        protocol.Described(0, []),
    ],
    ids=["no trial", "too many", "numbers that do not fit", "another frame"],
)
def test_what_is_not_due_is_the_programs_fault(frame: protocol.FromProgram) -> None:
    program = LayerProgram(["true"])
    with pytest.raises(LoadError):
        program._tried([AFFINE], frame)


ONE = np.zeros((1, 1))
RETURNED = Moment("returned", value=(ONE,), params=(ONE,))
RAISED = Moment("raised")


@pytest.mark.parametrize(
    ("do", "moments", "fits"),
    [
        ("forward", [RETURNED, RETURNED], True),
        ("forward", [RAISED], True),
        ("forward", [RETURNED, RAISED], True),
        ("forward", [], False),
        ("forward", [RETURNED], False),
        ("forward", [RETURNED] * 3, False),
        ("forward", [RAISED, RETURNED], False),
        ("forward", [RETURNED, Moment("returned")], False),
        ("begin", [RETURNED, RETURNED], True),
        ("begin", [RETURNED, Moment("returned")], False),
    ],
)
def test_an_answer_that_lacks_something_or_has_too_much_does_not_fit(
    do: Any, moments: list[Moment], fits: bool
) -> None:
    actual = layer_program.fitting(Trial("Net", {}, (Step(do, (ONE,)),)), moments)
    assert (actual is moments) == fits
    assert fits or (actual[0].outcome, actual[0].kind) == ("broke", "program.misfit")


def test_a_networks_gradients_may_come_by_name_in_any_order() -> None:
    said = {
        name: protocol.encode_array(np.array([number]))
        for name, number in (("b1", 2.0), ("W1", 1.0))
    }
    at = {"W1": np.zeros(1), "b1": np.zeros(1), "b2": np.zeros(1)}
    moment = protocol.MomentSaid("returned", gradients=said)
    ((actual,),) = LayerFile._tried(
        LayerProgram(["true"]), [Trial("Net", {}, (), at=at)], tried([moment])
    )
    assert [None if v is None else float(v[0]) for v in actual.value] == [1, 2, None]


@pytest.mark.once
def test_layers_and_routines_do_not_go_together() -> None:
    code = (
        'import os; print(os.environ[\'GRADPROOF_TAG\'] + \'{"op":"hello","protocol":1,'
        '"name":"p","language":"p","roles":["layer","gradient"],"f":["callback"]}\','
        " flush=True)\nimport sys, json\nframe = json.loads(sys.stdin.readline())\n"
        "print(os.environ['GRADPROOF_TAG'] + json.dumps(frame), flush=True)\n"
        "sys.stdin.readline()"
    )
    table = PortTable("exec:" + shlex.join([sys.executable, "-c", code]))
    found = checks.check_declared(table, AS_WRITTEN, 30.0)
    assert isinstance(found, Unusable)
    assert found.error.message == "program.layers-apart"


def test_an_answer_that_does_not_fit_is_an_error_and_told_as_such() -> None:
    misfit = Moment("broke", kind="program.misfit", text="0 moments where 2 are due")
    judged = not_run(misfit)
    assert judged is not None
    assert (judged.verdict, judged.message) == ("error", "layer.misfit")


@pytest.mark.once
def test_a_program_that_has_none_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LayerProgram, "describe", lambda _: [])
    table = PortTable("exec:" + shlex.join([*PYTHON, "right"]))
    found = checks.check_declared(table, AS_WRITTEN, 60.0)
    assert isinstance(found, Unusable)
    assert found.error.message == "load.no-layer"


@pytest.mark.once
@pytest.mark.parametrize("name", ["Affine", "SGD"])
def test_a_program_that_dies_is_told_by_its_last_words_and_started_again(
    name: str,
) -> None:
    found = examined(PYTHON, f"dies at {name}")
    broke = [layer for layer in found.layers if layer.verdict != "pass"]
    assert [layer.target for layer in broke] == [name]
    told = [f.judgement for f in broke[0].findings if f.judgement.verdict == "error"]
    assert told[0].message == "layer.died"
    assert "no W9 to be found" in told[0].parameters["how"]


RETURNED_SAID = protocol.MomentSaid("returned")


def test_another_number_of_trials_is_said_in_words() -> None:
    trials = [Trial("Net", {}, ())] * 2
    with pytest.raises(LoadError) as told:
        LayerFile._tried(LayerProgram(["true"]), trials, tried([RETURNED_SAID]))
    assert told.value.parameters["text"] == "moments of 1 trials where 2 are due"


def test_no_place_is_named_where_a_program_tells_none() -> None:
    raised = Moment("raised", kind="KeyError", text="'W9'")
    judged = optimizers._raised(raised, "update")
    assert judged.message == "optimizer.raised-unplaced"
    assert "{file}" not in MESSAGES[judged.message]
