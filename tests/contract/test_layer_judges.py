"""The judges of layers, one at a time: what each fails, and what it lets through.

The evidence is that of a small layer of rows, y = x·w, changed at one place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradproof.contract import layers
from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.evidence.bounds import CERTAIN, POLICY, BoundedNumbers
from gradproof.evidence.dropout_kinds import RATIO_KEPT
from gradproof.evidence.layer_extras import Extra
from gradproof.evidence.layer_modes import Modes
from gradproof.evidence.layer_plan import Plan
from gradproof.evidence.layer_settings import Kind, Reference, Setting
from gradproof.evidence.layer_states import States
from gradproof.evidence.passages import ExpectedPassage, LayerEvidence, Passage
from gradproof.ports.trials import Description, Moment

X = np.array([[1.0, -2.0], [3.0, 4.0], [-5.0, 6.0]])
W = np.array([[0.5, 0.25, 2.0], [-1.0, 4.0, 1.0]])
DOUT = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0], [2.0, 1.0, 1.0]])
ALLOWED = 2.0**-30


def never(*_: Any) -> Any:
    raise AssertionError


def due(value: Any, allowed: float = ALLOWED, **more: Any) -> BoundedNumbers:
    value = np.asarray(value, float)
    return BoundedNumbers(value, np.full(value.shape, allowed), **more)


def of(*values: Any, **more: Any) -> Moment:
    arrays = tuple(None if v is None else np.asarray(v, float) for v in values)
    return Moment("returned", arrays, **more)


REFERENCE = Reference("x·W", never)
SETTING = Setting("rows", {"x": X, "W": W}, never)
X_FREE = replace(SETTING, optional=frozenset({"x"}))
W_FREE = replace(SETTING, optional=frozenset({"W"}))
PLAN = Plan({"W": "W"}, ("x",))
DX, DW = DOUT @ W.T, X.T @ DOUT
DUE = ExpectedPassage(REFERENCE, (due(X @ W),), {"x": due(DX), "W": due(DW)})
RIGHT = Passage(
    setting=SETTING,
    plan=PLAN,
    made=Moment("returned"),
    forward=of(X @ W, changed=(False,)),
    backward=of(DX, attributes={"W": W}, changed=(False,)),
    gradients={"x": DX, "W": DW},
    expected=DUE,
    agrees=True,
)
KIND = Kind("affine", ("affine",), ("x",), ("W",), never)
SAID = Description("Affine", "Affine")
RAISED = Moment("raised", kind="ValueError", text="why", place=(r"a\b\mine.py", 7))
ENDED = Moment("exited", kind="SystemExit", text="3")
DIED = Moment("broke", kind="program.died", text="SIGSEGV")


def but(passage: Passage = RIGHT, **fields: Any) -> Passage:
    return replace(passage, **fields)


def with_due(passage: Passage = RIGHT, **fields: Any) -> Passage:
    return but(passage, expected=replace(passage.expected, **fields))


def with_gradients(passage: Passage = RIGHT, **found: Any) -> Passage:
    return but(passage, gradients={**passage.gradients, **found})


def evidence(*first: Passage, **fields: Any) -> LayerEvidence:
    found: dict[str, Any] = {"said": SAID, "kind": KIND, **fields}
    later = found.pop("passages", {})
    return LayerEvidence(passages={"first": first, **later}, **found)


def off(value: Any, place: Any, by: float) -> Any:
    changed = np.array(value)
    changed[place] += by
    return changed


# It runs


def stopped(step: str, broke: Moment) -> Passage:
    later = {"made": ("made", "forward", "backward"), "forward": ("forward",)}
    fields: dict[str, Any] = dict.fromkeys(later.get(step, ()), Moment("returned"))
    return but(**{**fields, "backward": None, step: broke})


def raised(step: str, setting: str = "rows") -> Judgement:
    said = {"kind": "ValueError", "text": "why", "file": "mine.py", "line": 7}
    return broken("layer.raised", step=step, setting=setting, **said)


UNPLACED = broken(
    "layer.raised-unplaced",
    step="forward",
    setting="rows",
    kind="SystemExit",
    text="3",
    file="",
    line=0,
)
ELSEWHERE = but(setting=replace(SETTING, id="columns"))
RUNS: dict[str, tuple[LayerEvidence, Judgement]] = {
    "right": (evidence(RIGHT), passed()),
    "not made": (
        LayerEvidence(SAID, KIND, problem="size"),
        not_covered("layer.not-made", parameter="size"),
    ),
    "not made, but tried": (evidence(RIGHT, problem="size"), passed()),
    "lacking": (
        LayerEvidence(SAID, KIND, lacking="W"),
        not_covered("layer.lacking", kind="affine", role="W"),
    ),
    "lacking what a kind has, of none": (
        LayerEvidence(SAID, None, lacking="W"),
        not_covered("layer.unknown"),
    ),
    "unknown": (LayerEvidence(SAID, None), not_covered("layer.unknown")),
    "raised in __init__": (evidence(stopped("made", RAISED)), raised("__init__")),
    "raised in forward": (evidence(stopped("forward", RAISED)), raised("forward")),
    "raised in backward": (evidence(but(backward=RAISED)), raised("backward")),
    "raised in the second": (
        evidence(RIGHT, but(ELSEWHERE, backward=RAISED)),
        raised("backward", "columns"),
    ),
    "ended": (evidence(stopped("forward", ENDED)), UNPLACED),
    "died": (evidence(stopped("forward", DIED)), broken("layer.died", how="SIGSEGV")),
    "raised, and then died": (
        evidence(stopped("forward", RAISED), stopped("forward", DIED)),
        broken("layer.died", how="SIGSEGV"),
    ),
    "nothing": (
        evidence(but(forward=of())),
        broken("layer.no-numbers", step="forward", setting="rows"),
    ),
    "no numbers": (
        evidence(but(forward=of(X @ W, None))),
        broken("layer.no-numbers", step="forward", setting="rows"),
    ),
    "no backward": (evidence(but(backward=None)), passed()),
}


@pytest.mark.parametrize(("seen", "judgement"), RUNS.values(), ids=RUNS)
def test_a_layer_runs_or_it_is_told_where_it_stopped(
    seen: LayerEvidence, judgement: Judgement
) -> None:
    assert layers.runs(seen) == judgement


# Its value


def departing(value: Any, reference: Any, **more: Any) -> Passage:
    return but(
        forward=of(value, changed=(False,)),
        expected=replace(DUE, value=(due(reference),), **more),
        agrees=False,
    )


WRONG = departing(off(X @ W, (1, 2), 0.5), X @ W)
NOT_ITS_OWN = with_gradients(WRONG, x=off(DX, (0, 0), 1.0))
WRONG_SHAPE = departing(np.zeros((2, 3)), X @ W)
NUMBER = due(1.5)
ALONE = replace(SAID, alone="function")
CERTAIN_KIND = replace(KIND, certain=("affine",))
SAID_OFF = {
    "place": [1, 2],
    "actual": float((X @ W)[1, 2]) + 0.5,
    "expected": float((X @ W)[1, 2]),
    "allowed": ALLOWED,
    "count": 1,
    "total": 9,
}


def forward_failed(**said: Any) -> Judgement:
    return failed("layer.forward", setting="rows", formula="x·W", **said)


def shape_failed(actual: list[int], expected: list[int]) -> Judgement:
    said = {"setting": "rows", "formula": "x·W"}
    return failed("layer.forward-shape", **said, actual=actual, expected=expected)


DROPPED = Plan({"ratio": "ratio"}, ("x",))
BLAMED = replace(DUE, reference=replace(REFERENCE, fault="layer.fault"))
LOSS = departing(np.array([1.5]), 1.5)

FORWARD: dict[str, tuple[LayerEvidence, Judgement]] = {
    "right": (evidence(RIGHT), passed("layer.computes", formula="x·W")),
    "a doubt": (
        evidence(with_due(reference=replace(REFERENCE, doubt="layer.doubt"))),
        not_covered("layer.doubt", formula="x·W"),
    ),
    "a doubt, and it is off": (
        evidence(
            with_due(NOT_ITS_OWN, reference=replace(REFERENCE, doubt="layer.doubt"))
        ),
        forward_failed(**SAID_OFF),
    ),
    "a fault that is blamed": (
        evidence(but(plan=DROPPED, expected=BLAMED)),
        failed("layer.fault", setting="rows", formula="x·W"),
    ),
    "a fault that is not": (
        evidence(but(expected=BLAMED)),
        passed("layer.computes", formula="x·W"),
    ),
    "a fault of what is not so": (
        evidence(but(NOT_ITS_OWN, plan=DROPPED, expected=replace(BLAMED))),
        forward_failed(**{**SAID_OFF}),
    ),
    "off": (evidence(NOT_ITS_OWN), forward_failed(**SAID_OFF)),
    "another formula, with gradients of its own": (
        evidence(WRONG),
        not_covered("layer.another", formula="x·W", setting="rows"),
    ),
    "another, of a name that leaves nothing open": (
        evidence(WRONG, kind=CERTAIN_KIND),
        forward_failed(**SAID_OFF),
    ),
    "another, of a function alone": (
        evidence(WRONG, said=ALONE),
        forward_failed(**SAID_OFF),
    ),
    "taken by its looks": (
        evidence(WRONG, by_looks=True),
        not_covered("layer.looks", formula="x·W"),
    ),
    "unknown, and fed nothing": (
        evidence(with_due(but(plan=Plan({"W": "W"}, ())), reference=None)),
        not_covered("layer.no-formula"),
    ),
    "no result": (
        evidence(but(WRONG, forward=replace(WRONG.forward, value=(None,)))),
        not_covered("no-probe"),
    ),
    "of another shape": (
        evidence(with_gradients(WRONG_SHAPE, x=off(DX, (0, 0), 1.0))),
        shape_failed([2, 3], [3, 3]),
    ),
    "of another shape, and gradients": (
        evidence(WRONG_SHAPE),
        shape_failed([2, 3], [3, 3]),
    ),
    "laid out otherwise, of a function alone": (
        evidence(departing((X @ W).T.reshape(9), X @ W), said=ALONE),
        not_covered("layer.laid-out", actual=[9]),
    ),
    "laid out otherwise": (
        evidence(departing((X @ W).T.reshape(9), X @ W)),
        shape_failed([9], [3, 3]),
    ),
    "laid out otherwise, and off": (
        evidence(departing((X @ W + 0.5).reshape(9), X @ W), said=ALONE),
        shape_failed([9], [3, 3]),
    ),
    "a loss that is no one number": (
        evidence(with_gradients(LOSS, x=off(DX, (0, 0), 1.0))),
        shape_failed([1], []),
    ),
    "a loss that is no one number, with gradients of its own": (
        evidence(LOSS),
        not_covered("layer.another", formula="x·W", setting="rows"),
    ),
    "unknown": (
        evidence(with_due(reference=None)),
        not_covered("layer.no-formula-between", low=-5.0, high=6.0),
    ),
    "did not run": (evidence(but(backward=RAISED)), not_covered("no-probe")),
}


@pytest.mark.parametrize(("seen", "judgement"), FORWARD.values(), ids=FORWARD)
def test_a_value_is_as_is_due_or_told_how_it_departs(
    seen: LayerEvidence, judgement: Judgement
) -> None:
    found = layers.forward(seen)
    assert found.verdict == judgement.verdict
    assert found.message == judgement.message
    if "allowed" not in judgement.parameters:
        assert found == judgement
    else:
        kept = {k: found.parameters[k] for k in SAID_OFF}
        assert kept == SAID_OFF


def test_numbers_laid_out_otherwise_are_the_same_in_their_order_and_limits() -> None:
    value, allowed = [[1.0, 5.0], [3.0, 7.0]], [[0.5, 0], [0, 0]]
    reference = BoundedNumbers(np.array(value), np.array(allowed))
    same = layers._same_numbers
    assert same(reference, np.array([7.0, 5.0, 3.0, 1.5]))
    assert not same(reference, np.array([7.0, 5.0, 3.0, 1.75]))
    assert not same(reference, np.array([7.5, 5.0, 3.0, 1.0]))
    assert not same(reference, np.array([7.0, 5.0, 3.0]))
    assert same(reference, np.array([[7.0], [5.0], [3.0], [1.0]]).reshape(4))


FAIL, ERROR, OPEN, PASS = failed("f"), broken("e"), not_covered("n"), passed("p")


@pytest.mark.parametrize(
    ("judgements", "first"),
    [
        ([PASS, OPEN], OPEN),
        ([OPEN, ERROR, PASS], ERROR),
        ([ERROR, OPEN, FAIL], FAIL),
        ([PASS, passed("q")], PASS),
        ([FAIL, failed("g")], FAIL),
        ([], not_covered("no-probe")),
    ],
)
def test_one_that_is_right_says_nothing_of_the_others(
    judgements: list[Judgement], first: Judgement
) -> None:
    assert layers.all_of(iter(judgements)) == first


# Its gradients


def estimated(passage: Passage, role: str, allowed: float) -> Passage:
    value = passage.expected.gradients[role].value
    rough = due(value + 8 * allowed, allowed)
    found = {**passage.expected.gradients, role: due(value, allowed, rough=rough)}
    return with_due(passage, gradients=found)


def gradient(message: str, verdict: Any = failed, **said: Any) -> Judgement:
    judgement: Judgement = verdict(message, what="dx", setting="rows", **said)
    return judgement


A = 2.0**-20
ESTIMATED = estimated(RIGHT, "x", A)


def furthest(by: float, allowed: float) -> dict[str, Any]:
    return {
        "place": [2, 1],
        "actual": float(DX[2, 1]) + by,
        "expected": float(DX[2, 1]),
        "allowed": allowed,
        "count": 1,
        "total": 6,
    }


GRADIENT: dict[str, tuple[Passage, Judgement | None]] = {
    "right": (RIGHT, passed()),
    "just within": (with_gradients(x=off(DX, (2, 1), ALLOWED)), passed()),
    "just off": (
        with_gradients(x=off(DX, (2, 1), 2 * ALLOWED)),
        gradient("layer.gradient", **furthest(2 * ALLOWED, ALLOWED)),
    ),
    "none": (with_gradients(x=None), gradient("layer.no-gradient", not_covered)),
    "none that is due": (
        with_due(gradients={}),
        gradient("layer.another-function", not_covered),
    ),
    "none, and none needed": (
        but(with_gradients(x=None), setting=X_FREE),
        None,
    ),
    "one that is not needed": (
        but(RIGHT, setting=X_FREE),
        passed(),
    ),
    "one that is not needed, off": (
        but(
            with_gradients(x=off(DX, (2, 1), 1.0)),
            setting=X_FREE,
        ),
        gradient("layer.gradient", **furthest(1.0, ALLOWED)),
    ),
    "of another shape": (
        with_gradients(x=np.zeros(2)),
        gradient("layer.gradient-shape", not_covered, actual=[2], expected=[3, 2]),
    ),
    "by differences": (ESTIMATED, passed()),
    "within an estimate": (with_gradients(ESTIMATED, x=off(DX, (2, 1), A)), passed()),
    "too close to tell": (
        with_gradients(ESTIMATED, x=off(DX, (2, 1), 2 * A)),
        gradient("layer.too-close", not_covered),
    ),
    "off at one step alone": (
        with_gradients(ESTIMATED, x=off(DX, (2, 1), 12 * A)),
        gradient("layer.too-close", not_covered),
    ),
    "off at both": (
        with_gradients(ESTIMATED, x=off(DX, (2, 1), 19 * A)),
        gradient("layer.departs", **furthest(19 * A, A)),
    ),
}


@pytest.mark.parametrize(("passage", "judgement"), GRADIENT.values(), ids=GRADIENT)
def test_a_gradient_is_as_is_due_or_told_how_it_departs(
    passage: Passage, judgement: Judgement | None
) -> None:
    assert CERTAIN == 10
    assert layers.of_role(passage, "x") == judgement


OFF_X = with_gradients(x=off(DX, (2, 1), 1.0))
OFF_W = with_gradients(W=off(DW, (0, 0), 1.0))
IN_X = gradient("layer.gradient", **furthest(1.0, ALLOWED))
BESIDE = evidence(OFF_X, said=ALONE)


def test_the_gradients_of_inputs_and_of_parameters_are_told_apart() -> None:
    assert layers.input_gradients(evidence(RIGHT)) == passed()
    assert layers.input_gradients(evidence(OFF_W)) == passed()
    assert layers.input_gradients(evidence(RIGHT, OFF_X)) == IN_X
    assert layers.parameter_gradients(evidence(RIGHT)) == passed()
    assert layers.parameter_gradients(evidence(OFF_X)) == passed()
    in_w = layers.parameter_gradients(evidence(RIGHT, OFF_W))
    assert (in_w.verdict, in_w.parameters["what"]) == ("fail", "dW")
    assert layers.own_roles(RIGHT) == ["W"]


def test_passages_at_other_numbers_of_its_own_count_too() -> None:
    assert layers.input_gradients(evidence(RIGHT, own=[OFF_X])) == IN_X
    assert layers.parameter_gradients(evidence(RIGHT, own=[OFF_W])).verdict == "fail"


def test_a_parameter_of_its_own_that_could_not_be_looked_at_is_told() -> None:
    found = layers.parameter_gradients(evidence(RIGHT, unjudged=("scale",)))
    assert found == not_covered("layer.own-unjudged", what="scale")


def test_what_a_function_returns_beside_a_loss_need_be_no_gradient() -> None:
    found = layers.input_gradients(BESIDE)
    assert found == not_covered("layer.beside-value", what="dx")
    assert layers.input_gradients(evidence(RIGHT, said=ALONE)) == passed()
    adjoint = replace(SAID, alone="adjoint")
    assert layers.input_gradients(evidence(OFF_X, said=adjoint)) == IN_X


def test_a_passage_that_did_not_come_to_an_end_has_no_gradients() -> None:
    broke = but(OFF_X, backward=RAISED)
    for judge in (
        layers.input_gradients,
        layers.parameter_gradients,
        layers.shapes,
        layers.placed,
        layers.parameters_kept,
        layers.arguments_kept,
    ):
        assert judge(evidence(broke)).verdict == "not-covered"


def test_a_gradient_has_the_shape_of_what_it_is_of() -> None:
    assert layers.shapes(evidence(RIGHT)) == passed()
    assert layers.shapes(evidence(with_gradients(W=None))) == passed()
    assert layers.shapes(evidence(with_gradients(W=DW.T))) == failed(
        "layer.gradient-shape",
        what="dW",
        setting="rows",
        actual=[3, 2],
        expected=[2, 3],
    )


KEPT = {"params": (W,), "grads": (DW,)}
PLACED: dict[str, tuple[Passage, Judgement]] = {
    "right": (RIGHT, passed()),
    "missing": (with_gradients(W=None), failed("layer.missing", what="dW")),
    "both missing": (
        with_gradients(W=None, x=None),
        failed("layer.missing", what="dx, dW"),
    ),
    "one that is not needed": (
        but(with_gradients(W=None), setting=W_FREE),
        passed(),
    ),
    "in their places": (but(backward=of(DX, kept=(True, True), **KEPT)), passed()),
    "replaced": (
        but(backward=of(DX, kept=(True, False), **KEPT)),
        failed("layer.replaced", what="grads[1]"),
    ),
    "no parameters": (
        but(backward=of(DX, kept=(False,), grads=(DW,))),
        passed(),
    ),
    "no gradients": (but(backward=of(DX, kept=(False,), params=(W,))), passed()),
}


@pytest.mark.parametrize(("passage", "judgement"), PLACED.values(), ids=PLACED)
def test_gradients_are_where_an_optimizer_finds_them(
    passage: Passage, judgement: Judgement
) -> None:
    assert layers.placed(evidence(passage)) == judgement


FOREIGN_LOSS = but(
    with_due(with_gradients(x=None, t=None), reference=None),
    setting=replace(SETTING, arrays={"x": X, "t": X, "W": W}),
    plan=Plan({"W": "W"}, ("x", "t")),
    forward=of(1.5),
)


def test_a_loss_of_a_foreign_name_needs_no_gradient_of_what_it_is_held_against() -> (
    None
):
    def missing(passage: Passage) -> str:
        found = layers.placed(evidence(passage))
        return found.parameters.get("what", "") if found.verdict == "fail" else ""

    assert missing(FOREIGN_LOSS) == "dx"
    assert missing(but(FOREIGN_LOSS, forward=of([1.5]))) == "dx"
    assert missing(but(FOREIGN_LOSS, forward=of([1.5, 2.5]))) == "dx, dt"
    assert missing(but(FOREIGN_LOSS, forward=of(1.5, 2.5))) == "dx, dt"
    assert missing(with_due(FOREIGN_LOSS, reference=REFERENCE)) == "dx, dt"


def after(attributes: Any = None, **fields: Any) -> Passage:
    return but(backward=of(DX, attributes=attributes or {}, **fields))


PARAMETERS: dict[str, tuple[Passage, Judgement]] = {
    "kept": (RIGHT, passed()),
    "written": (after({"W": W + 1}), failed("layer.written", what="W")),
    "not told": (after(), passed()),
    "none": (but(plan=Plan({}, ("x", "W"))), not_covered("layer.no-parameters")),
    "no backward": (but(backward=None), not_covered("layer.no-parameters")),
    "listed": (
        but(after(params=(W, X)), made=of(params=(W, X))),
        passed(),
    ),
    "listed, and written": (
        but(after(params=(W, X + 1)), made=of(params=(W, X))),
        failed("layer.written", what="params[1]"),
    ),
    "one more listed": (
        but(after(params=(W, X + 1)), made=of(params=(W,))),
        passed(),
    ),
    "one that was none": (
        but(after(params=(W, X)), made=of(params=(None, X))),
        passed(),
    ),
    "one that is none": (
        but(after(params=(None, X)), made=of(params=(W, X))),
        passed(),
    ),
    "by another name": (
        but(after({"weight": W + 1}), plan=Plan({"weight": "W"}, ("x",))),
        failed("layer.written", what="weight"),
    ),
    "not its own to keep": (
        but(after({"W": W + 1}), plan=Plan({"size": "n_in"}, ("x",))),
        passed(),
    ),
}


@pytest.mark.parametrize(("passage", "judgement"), PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_are_left_as_they_are(
    passage: Passage, judgement: Judgement
) -> None:
    assert layers.parameters_kept(evidence(passage)) == judgement


# Later passages


def later(id: str, *passages: Passage, first: Any = (RIGHT,)) -> LayerEvidence:
    return evidence(*first, passages={id: passages})


UNLIKE = but(departing(off(X @ W, (0, 0), 1.0), X @ W))
AS_FIRST: dict[str, tuple[tuple[Passage, ...], tuple[Passage, ...], Judgement]] = {
    "the same": ((RIGHT,), (RIGHT,), passed()),
    "wrong now": ((RIGHT,), (OFF_X,), failed("m", what="dx", setting="rows")),
    "both wrong now": (
        (RIGHT,),
        (with_gradients(OFF_X, W=off(DW, (0, 0), 1.0)),),
        failed("m", what="dx, dW", setting="rows"),
    ),
    "wrong from the first": ((OFF_X,), (OFF_X,), passed()),
    "open at first": ((with_gradients(x=None),), (OFF_X,), passed()),
    "another value": (
        (RIGHT,),
        (UNLIKE,),
        failed("m", what="forward", setting="rows"),
    ),
    "another value at first": (
        (UNLIKE,),
        (RIGHT,),
        not_covered("layer.not-at-first"),
    ),
    "of an unknown formula": (
        (with_due(UNLIKE, reference=None),),
        (RIGHT,),
        passed(),
    ),
    "did not run at first": (
        (but(backward=RAISED),),
        (RIGHT,),
        not_covered("layer.not-at-first"),
    ),
    "raised now": ((RIGHT,), (but(backward=RAISED),), raised("backward")),
    "one of two": (
        (but(backward=RAISED), RIGHT),
        (RIGHT, OFF_X),
        failed("m", what="dx", setting="rows"),
    ),
    "raised, then wrong": (
        (RIGHT, RIGHT),
        (but(backward=RAISED), OFF_X),
        failed("m", what="dx", setting="rows"),
    ),
    "not tried": ((RIGHT,), (), not_covered("no-probe")),
}


@pytest.mark.parametrize(("first", "now", "judgement"), AS_FIRST.values(), ids=AS_FIRST)
@pytest.mark.parametrize(
    ("judge", "id", "message"),
    [
        (layers.back_again, "back-again", "layer.back-again"),
        (layers.again, "again", "layer.again"),
        (layers.again, "near", "layer.near"),
    ],
)
def test_a_later_passage_is_as_right_as_the_first(
    judge: Any, id: str, message: str, first: Any, now: Any, judgement: Judgement
) -> None:
    said = message if judgement.message == "m" else judgement.message
    found = judge(later(id, *now, first=first))
    assert found == replace(judgement, message=said)


def beside(passage: Passage, kind: Kind | None = KIND, first: Passage = RIGHT) -> Any:
    return layers.apart(evidence(first, kind=kind, passages={"beside": (passage,)}))


EPS = float(np.finfo(float).eps)
LIMIT = POLICY * EPS * float(np.max(np.abs(X @ W)))


def mixed(by: float) -> Passage:
    return but(forward=of(off(X @ W, (0, 1), by)))


def test_the_first_row_comes_out_alike_beside_others() -> None:
    assert beside(but(forward=of(off(X @ W, (1, 1), 9.0)))) == passed()
    assert beside(mixed(LIMIT / 2)) == passed()
    little = beside(mixed(2 * LIMIT))
    assert (little.verdict, little.message) == ("not-covered", "layer.mixed-little")
    much = beside(mixed(-20 * LIMIT))
    assert (much.verdict, much.message) == ("fail", "layer.mixed")
    assert much.parameters["what"] == "forward"
    assert much.parameters["setting"] == "rows"
    assert much.parameters["off"] == pytest.approx(20 * LIMIT, rel=0.05)


def test_of_gradients_only_those_of_inputs_have_rows() -> None:
    assert beside(with_gradients(W=off(DW, (0, 0), 1.0))) == passed()
    found = beside(with_gradients(x=off(DX, (0, 0), 1.0)))
    assert found == failed("layer.mixed", what="dx", off=1.0, setting="rows")
    assert beside(with_gradients(x=off(DX, (0, 0), 1.0)), kind=None) == passed()


def test_what_did_not_run_or_has_no_rows_is_not_compared() -> None:
    for broke in ("first", "other"):
        stop = but(backward=RAISED)
        first, other = (stop, RIGHT) if broke == "first" else (RIGHT, stop)
        assert beside(other, first=first) == not_covered("layer.no-result")
    number = but(forward=of(1.0), gradients={})
    assert beside(number, first=number) == not_covered("no-probe")
    other = but(forward=of(np.zeros((3, 2))), gradients={})
    assert beside(other) == not_covered("no-probe")
    fewer = but(forward=of((X @ W)[:2]), gradients={})
    assert beside(fewer, first=fewer) == not_covered("no-probe")
    nothing = but(forward=Moment("returned", (None,)), gradients={"x": None})
    assert beside(nothing, first=nothing) == not_covered("no-probe")


def exactly(by: float) -> Passage:
    one = np.zeros((3, 3))
    one[2, 2] = 1.0
    return but(forward=of(off(one, (0, 1), by)), gradients={})


def test_what_is_off_by_just_the_limit_is_alike() -> None:
    allowed = POLICY * EPS
    first = exactly(0.0)
    for times, verdict in (
        (1, "pass"),
        (1 + 2 * EPS, "not-covered"),
        (CERTAIN, "not-covered"),
        (CERTAIN * (1 + 2 * EPS), "fail"),
    ):
        assert beside(exactly(times * allowed), first=first).verdict == verdict


# Sequences


STATES = States(of(X), of(DX), None, due(X), due(DX), due(X + 1))
STATEFUL: dict[str, tuple[States | None, Judgement]] = {
    "none": (None, not_covered("layer.no-result")),
    "right": (STATES, passed()),
    "state lost": (replace(STATES, second=of(X + 1)), failed("layer.state-lost")),
    "another value": (
        replace(STATES, second=of(X + 2)),
        failed("layer.stateful", what="forward"),
    ),
    "another gradient": (
        replace(STATES, back=of(DX + 1)),
        failed("layer.stateful", what="dx"),
    ),
    "another shape": (
        replace(STATES, second=of(X[:1])),
        failed("layer.stateful", what="forward"),
    ),
    "reset": (replace(STATES, reset=of(X + 1)), passed()),
    "not reset": (replace(STATES, reset=of(X)), failed("layer.state-not-reset")),
    "raised": (
        replace(STATES, back=RAISED),
        broken("layer.stateful-raised", kind="ValueError", text="why"),
    ),
    "raised at the reset": (
        replace(STATES, reset=RAISED),
        broken("layer.stateful-raised", kind="ValueError", text="why"),
    ),
    "died": (
        replace(STATES, second=DIED),
        broken("layer.died", how="SIGSEGV"),
    ),
}


@pytest.mark.parametrize(("states", "judgement"), STATEFUL.values(), ids=STATEFUL)
def test_a_state_is_kept_and_forgotten_when_it_is_to_be(
    states: States | None, judgement: Judgement
) -> None:
    assert layers.states(evidence(RIGHT, states=states)) == judgement


# Labels


def loss(id: str, value: float = 1.5, **fields: Any) -> Passage:
    number = replace(DUE, value=(due(value),), gradients={"x": due(DX)})
    passage = but(expected=number, forward=of(value), gradients={"x": DX})
    setting = replace(SETTING, id=id, arrays={"x": X})
    return but(passage, setting=setting, **fields)


OTHER = Reference("another", never)
ONE_HOT, LABELS = loss("one-hot"), loss("labels")


def unlike(id: str, x: Any = DX) -> Passage:
    return but(loss(id), agrees=False, gradients={"x": x})


NO_LABELS, LABELS_FAIL = not_covered("layer.no-labels"), failed("layer.labels")
DX_LIMIT = POLICY * EPS * float(np.max(np.abs(DX)))
LABELLED: dict[str, tuple[tuple[Passage, ...], Judgement]] = {
    "the same": ((ONE_HOT, LABELS), passed()),
    "one-hot alone": ((ONE_HOT,), NO_LABELS),
    "others": ((ONE_HOT, loss("rows")), NO_LABELS),
    "labels break": ((ONE_HOT, but(LABELS, backward=RAISED)), NO_LABELS),
    "one-hot breaks": ((but(ONE_HOT, backward=RAISED), LABELS), NO_LABELS),
    "another gradient": (
        (ONE_HOT, but(LABELS, gradients={"x": off(DX, (0, 0), 1.0)})),
        LABELS_FAIL,
    ),
    "another value": ((ONE_HOT, unlike("labels")), LABELS_FAIL),
    "another formula, another number": (
        (ONE_HOT, with_due(loss("labels", 2.5), reference=OTHER)),
        LABELS_FAIL,
    ),
    "another formula, the same number": (
        (ONE_HOT, with_due(LABELS, reference=OTHER)),
        passed(),
    ),
    "the same formula": ((ONE_HOT, loss("labels", 2.5)), passed()),
    "both unlike, alike": ((unlike("one-hot"), unlike("labels")), passed()),
    "both unlike, a rounding off": (
        (unlike("one-hot"), unlike("labels", off(DX, (0, 0), DX_LIMIT / 4))),
        passed(),
    ),
    "both unlike, and by another": (
        (
            unlike("one-hot", off(DX, (0, 0), 3.0)),
            unlike("labels", off(DX, (0, 0), 1.0)),
        ),
        LABELS_FAIL,
    ),
    "both unlike, of other shapes": (
        (unlike("one-hot", DX[:1]), unlike("labels", DX[:2])),
        LABELS_FAIL,
    ),
    "both unlike, without": (
        (unlike("one-hot", None), unlike("labels", None)),
        passed(),
    ),
    "both unlike, one without": (
        (unlike("one-hot", DX[:1]), unlike("labels", None)),
        LABELS_FAIL,
    ),
}


@pytest.mark.parametrize(("first", "judgement"), LABELLED.values(), ids=LABELLED)
def test_labels_are_served_as_one_hot_rows_are(
    first: Any, judgement: Judgement
) -> None:
    assert layers.labels(evidence(*first)) == judgement


def test_gradients_that_differ_by_a_rounding_are_alike() -> None:
    ones = np.zeros((2, 2))
    ones[1, 1] = -1.0
    for times, alike in ((1, True), (1 + 2 * EPS, False)):
        other = off(ones, (0, 0), times * POLICY * EPS)
        one, also = unlike("one-hot", ones), unlike("labels", other)
        assert layers._give_alike(one, also) is alike


# What it is given


ARGUMENTS: dict[str, tuple[Passage, Judgement]] = {
    "kept": (RIGHT, passed()),
    "not told": (but(forward=of(X @ W)), not_covered("not-told")),
    "its input": (
        but(forward=of(X @ W, changed=(False, True)), plan=Plan({}, ("x", "t"))),
        failed("layer.argument-written", step="forward", what="t"),
    ),
    "its cotangent": (
        but(backward=of(DX, changed=(True,))),
        failed("layer.upstream-written"),
    ),
    "no backward": (but(backward=None), passed()),
}


@pytest.mark.parametrize(("passage", "judgement"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_are_left_as_they_are(passage: Passage, judgement: Judgement) -> None:
    assert layers.arguments_kept(evidence(passage)) == judgement


# Modes


BATCH = np.linspace(-2, 2, 24).reshape(4, 6) + 0.01
MASK = np.array([[1, 0, 1, 1, 0, 1], [0, 1, 1, 0, 1, 1]] * 2)
DROPOUT = replace(KIND, id="dropout")
MODES = Modes(
    setting=SETTING,
    plan=Plan({"ratio": "ratio"}, ("x",)),
    batches=(),
    x=BATCH,
    trained=BATCH * MASK,
    tested=BATCH * (16 / 24),
)


def of_modes(kind: Kind | None = DROPOUT, **fields: Any) -> Judgement:
    return layers.modes(evidence(RIGHT, kind=kind, modes=replace(MODES, **fields)))


def test_a_dropout_is_judged_in_both_modes() -> None:
    none = not_covered("layer.no-modes")
    assert layers.modes(evidence(RIGHT)) == none
    assert of_modes() == passed()
    assert of_modes(trained=None) == none
    assert of_modes(tested=BATCH * MASK).message == "layer.drops-at-test"
    assert of_modes(tested=BATCH[:2]) == none
    assert of_modes(trained=BATCH[:2]) == none
    assert of_modes(kind=None) == none


def test_without_a_test_it_is_seen_how_a_dropout_trains() -> None:
    assert of_modes(tested=None) == not_covered("layer.no-test")
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(20, 30)) * (rng.random(30) < 0.5)
    kept = failed("layer.one-mask-for-rows")
    assert of_modes(tested=None, trained=wide) == kept
    assert of_modes(trained=wide, x=wide, tested=wide).verdict == "fail"


GAMMA, BETA = np.array([2.0, 0.5]), np.array([1.0, -1.0])
BATCHES = tuple(k + np.random.default_rng(k).uniform(0, 2, (4, 2)) for k in (1, 2, 3))
TEST = np.random.default_rng(4).uniform(0, 3, (4, 2))


def normalized(mean: Any, variance: Any, images: bool = False) -> Judgement:
    def laid(rows: Any) -> Any:
        return rows.T.reshape(1, 2, 2, 2) if images else rows

    test = GAMMA * (TEST - mean) / np.sqrt(variance + 1e-7) + BETA
    setting = Setting("rows", {"x": TEST, "gamma": GAMMA, "beta": BETA}, never)
    modes = replace(
        MODES,
        setting=setting,
        batches=tuple(map(laid, BATCHES)),
        x=laid(TEST),
        trained=laid(TEST),
        tested=laid(test),
    )
    kind = replace(KIND, id="batch-normalization")
    return layers.modes(evidence(RIGHT, kind=kind, modes=modes))


@pytest.mark.parametrize("images", [False, True])
def test_a_normalization_at_test_is_judged_by_its_running_statistics(
    images: bool,
) -> None:
    mean = np.mean([b.mean(axis=0) for b in BATCHES], axis=0)
    variance = np.mean([b.var(axis=0) for b in BATCHES], axis=0)
    assert normalized(mean, variance, images) == passed()
    own = normalized(TEST.mean(axis=0), TEST.var(axis=0), images)
    assert own == failed("layer.test-as-training")


# The shoulds


def extra(id: str, *moments: Moment, given: Any = 0.0, **fields: Any) -> LayerEvidence:
    made = Moment("returned")
    found = Extra(SETTING, (made, *moments), np.asarray(given, float))
    return evidence(RIGHT, extras={id: found}, **fields)


NOTHING = not_covered("layer.no-result")
G = [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("seen", "judgement"),
    [
        (evidence(RIGHT), NOTHING),
        (extra("kinks", of([0.0, 1.0, 3.0]), given=G), passed()),
        (extra("kinks", of([-0.5, 1.0, 3.0]), given=G), failed("layer.kink")),
        (extra("kinks", of([0.0, 1.0, 3.5]), given=G), failed("layer.kink")),
        (extra("kinks", of([0.0, 1.0]), given=G), NOTHING),
        (extra("kinks", RAISED, given=G), NOTHING),
        (extra("kinks", of(None), given=G), NOTHING),
    ],
)
def test_at_a_kink_a_gradient_is_between_both_sides(
    seen: LayerEvidence, judgement: Judgement
) -> None:
    assert layers.kinks(seen) == judgement


def tied(*dx: float) -> LayerEvidence:
    return extra("ties", of(dx), given=[4.0, 4.0])


def test_ties_share_what_one_would_have() -> None:
    assert layers.ties(evidence(RIGHT)) == NOTHING
    assert layers.ties(extra("ties", RAISED)) == NOTHING
    assert layers.ties(tied(4, 2, 2)) == passed()
    twice = failed("layer.ties", actual=16.0, expected=8.0)
    assert layers.ties(tied(8, 8, 0)) == twice
    just = 3 * EPS * 8
    assert layers.ties(tied(4, 4, just)) == passed()
    assert layers.ties(tied(4, 4, 2 * just)).verdict == "fail"
    assert layers.ties(tied(4, 4, -2 * just)).verdict == "fail"
    negative = extra("ties", of([-4.0, -4.0, just]), given=[-4.0, -4.0])
    assert layers.ties(negative) == passed()


def test_what_is_padded_runs() -> None:
    assert layers.padded(evidence(RIGHT)) == NOTHING
    assert layers.padded(extra("padded", of(X))) == passed()
    wrong = failed("layer.padded", kind="ValueError", text="why")
    assert layers.padded(extra("padded", RAISED)) == wrong
    died = broken("layer.died", how="SIGSEGV")
    assert layers.padded(extra("padded", of(X), DIED)) == died


def test_huge_numbers_and_no_chance_stay_finite() -> None:
    for judge, id in ((layers.huge, "huge"), (layers.finite_loss, "no-chance")):
        assert judge(evidence(RIGHT)) == NOTHING
        assert judge(extra(id, RAISED)) == NOTHING
        assert judge(extra(id, of(X))) == passed()
    lost = of([1.0, np.inf, np.nan])
    assert layers.huge(extra("huge", lost)) == failed("layer.overflow", count=2)
    assert layers.finite_loss(extra("no-chance", lost)) == failed("layer.infinite")


def single(*kinds: Any) -> Moment:
    return Moment("returned", tuple(np.zeros(2, kind) for kind in kinds))


def test_single_precision_stays_so_step_by_step() -> None:
    def judged(*moments: Moment) -> Judgement:
        return layers.stays_single(extra("single", *moments))

    small, wide = single(np.float32), single(np.float32, np.float64)
    assert judged(small, small) == passed()
    assert judged(wide, small) == failed("layer.widened", step="forward")
    assert judged(small, wide) == failed("layer.widened", step="backward")
    assert judged(small, RAISED) == NOTHING
    number = Moment("returned", (np.asarray(1.0), None))
    assert judged(number, small) == passed()


def test_what_is_wrong_for_rows_is_told_once() -> None:
    rows = [OFF_X, with_gradients(OFF_X, W=off(DW, (0, 0), 1.0)), RIGHT]
    found = layers.rows_too(evidence(RIGHT, rows=rows))
    assert found == failed("layer.of-sequences", what="dx, dW")
    alone = layers.rows_too(evidence(RIGHT, rows=[RIGHT]))
    assert alone == failed("layer.of-sequences", what="forward")


def test_what_is_spread_over_rows_is_summed_over_them() -> None:
    def judged(*passages: Passage) -> Judgement:
        return layers.spread(evidence(RIGHT, spread=passages))

    assert judged(RIGHT) == passed()
    assert judged(with_gradients(W=None)).message == "layer.no-gradient"
    assert judged(OFF_X) == IN_X
    assert judged(but(backward=RAISED)) == NOTHING
    wide = {"actual": [3, 2, 3], "expected": [2, 3]}
    not_summed = failed("layer.not-summed", what="dW", setting="rows", **wide)
    assert judged(with_gradients(W=np.zeros((3, 2, 3)))) == not_summed
    free = but(with_gradients(W=None), setting=W_FREE)
    assert judged(free) == passed()


def elsewhere(*passages: Passage, first: Passage = RIGHT) -> Judgement:
    return layers.at_others(evidence(first, others={"alpha": passages}))


def test_what_is_right_at_the_default_is_right_at_other_numbers() -> None:
    held = replace(PLAN, held={"alpha": 0.25})
    assert elsewhere(but(plan=held)) == passed()
    said = {"what": "dx", "parameter": "alpha", "setting": "rows"}
    wrong = failed("layer.default-alone", **said, value=0.25)
    assert elsewhere(but(OFF_X, plan=held)) == wrong
    last = replace(PLAN, last=(0.75, 2.0))
    to_forward = failed("layer.default-alone", **said, value=0.75)
    assert elsewhere(but(OFF_X, plan=last)) == to_forward
    assert elsewhere(but(OFF_X, plan=held), first=OFF_X) == passed()
    open_there = not_covered("layer.not-at-others", parameter="alpha", setting="rows")
    assert elsewhere(with_gradients(x=None)) == open_there
    free = but(with_gradients(x=None), setting=X_FREE)
    assert elsewhere(free) == passed()
    first_of_two = layers.at_others(
        evidence(ELSEWHERE, OFF_X, others={"alpha": (but(OFF_X, plan=held),)})
    )
    assert first_of_two == passed()


# What is told


def test_the_entry_that_is_furthest_off_in_what_is_allowed_is_told() -> None:
    value = np.array([0.0, 0.0, 0.0])
    allowed = BoundedNumbers(value, np.array([1.0, 0.25, 0.0]))
    found = layers._departure(allowed, np.array([8.0, 4.0, 0.0]))
    assert found == {
        "place": [1],
        "actual": 4.0,
        "expected": 0.0,
        "allowed": 0.25,
        "count": 2,
        "total": 3,
    }
    exact = layers._departure(allowed, np.array([8.0, 4.0, 1e-200]))
    assert exact["place"] == [2]
    nan = layers._departure(allowed, np.array([np.nan, 4.0, 0.0]))
    assert nan["place"] == [0]


# Which clauses


BASE = {"L10", "L12", "L13", "L14", "L15", "L16", "L17", "L19", "L20", "L21"}
OTHERS = {"L22", "L23", "L24"}


def left_out(seen: LayerEvidence) -> set[str]:
    every = {clause.id for clause in layers.CLAUSES}
    return every - {finding.clause.id for finding in layers.judge(seen)}


INPUTS_ALONE = but(plan=Plan({}, ("x", "W")))
PARAMETERS_ALONE = but(plan=Plan({"x": "x", "W": "W"}, ()))
BESIDE_OF: dict[str, tuple[LayerEvidence, set[str]]] = {
    "a layer of rows": (evidence(RIGHT), set()),
    "one without parameters": (evidence(INPUTS_ALONE), {"L4", "L7"}),
    "one whose parameters could not be looked at": (
        evidence(INPUTS_ALONE, unjudged=("scale",)),
        {"L7"},
    ),
    "one of other numbers": (evidence(INPUTS_ALONE, own=[RIGHT]), {"L7"}),
    "one of parameters alone": (evidence(PARAMETERS_ALONE), {"L3"}),
    "one that mixes rows": (evidence(RIGHT, kind=replace(KIND, mixes=True)), {"L18"}),
    "an unknown one": (evidence(RIGHT, kind=None), {"L18"}),
    "an adjoint": (
        evidence(RIGHT, said=replace(SAID, alone="adjoint")),
        {"L2", "L4", "L6", "L7", "L18"},
    ),
    "a function": (
        evidence(but(gradients={}), said=ALONE),
        {"L3", "L4", "L5", "L6", "L7", "L8", "L18"},
    ),
    "a function with gradients": (
        evidence(RIGHT, said=ALONE),
        {"L4", "L5", "L6", "L7", "L8", "L18"},
    ),
}


@pytest.mark.parametrize(("seen", "ids"), BESIDE_OF.values(), ids=BESIDE_OF)
def test_clauses_about_what_a_layer_has_not_are_left_out(
    seen: LayerEvidence, ids: set[str]
) -> None:
    assert left_out(seen) == BASE | OTHERS | ids
    musts = {c.id for c in layers.CLAUSES if c.level == "must"}
    assert layers.musts(seen) == musts - left_out(seen)


def test_clauses_are_about_what_was_tried() -> None:
    def found(**fields: Any) -> set[str]:
        return (BASE | OTHERS) - left_out(evidence(RIGHT, **fields))

    assert found(kind=replace(KIND, loss=True)) == {"L10"}
    assert found(states=STATES) == {"L20"}
    assert found(modes=replace(MODES, trained=None)) == {"L12"}
    assert found(rows=[RIGHT]) == {"L22"}
    assert found(spread=[RIGHT]) == {"L23"}
    assert found(others={"alpha": [RIGHT]}) == {"L24"}
    extras = {"kinks": "L13", "ties": "L14", "padded": "L15", "huge": "L16"}
    for id, clause in {**extras, "no-chance": "L17", "single": "L21"}.items():
        tried = Extra(SETTING, (Moment("returned"),), np.zeros(()))
        assert found(extras={id: tried}) == {clause}
    over_time = replace(KIND, id="time-softmax-with-loss")
    assert left_out(evidence(RIGHT, kind=over_time)) == (
        (BASE | OTHERS | {"L8"}) - {"L19"}
    )
    assert LayerEvidence(SAID, None).first == ()
    assert left_out(LayerEvidence(SAID, None)) == BASE | OTHERS | {"L18"}


def test_a_fault_of_the_share_that_is_kept_is_told_by_its_name() -> None:
    fault = replace(DUE, reference=replace(REFERENCE, fault=RATIO_KEPT))
    named = but(plan=Plan({"dropout_ratio": "ratio"}, ("x",)), expected=fault)
    assert layers.forward(evidence(named)).verdict == "fail"
    either = but(plan=Plan({"p": "ratio"}, ("x",)), expected=fault)
    assert layers.forward(evidence(either)).verdict == "pass"


# Of several values the first is the layer's


def second(value: Any) -> Any:
    return np.asarray(value) + 9.0


TWO_DUE = (due(X @ W), due(second(X @ W)))


def test_of_several_values_the_first_is_judged_here() -> None:
    off_first = off(X @ W, (1, 2), 0.5)
    two = but(
        NOT_ITS_OWN,
        forward=of(off_first, second(X @ W), changed=(False,)),
        expected=replace(DUE, value=TWO_DUE),
    )
    found = layers.forward(evidence(two)).parameters
    assert {key: found[key] for key in SAID_OFF} == SAID_OFF
    pair = but(forward=of(X @ W, X @ W)), but(forward=of(X @ W, off_first + 9))
    assert beside(pair[1], first=pair[0]) == passed()
    states = replace(STATES, second=of(X, X + 9), back=of(DX, DX + 9))
    reset = replace(states, reset=of(X + 1, X))
    assert layers.states(evidence(RIGHT, states=reset)) == passed()
    one, other = (
        with_due(loss(id), reference=reference, value=(due(1.5), due(more)))
        for id, reference, more in (
            ("one-hot", REFERENCE, 7.0),
            ("labels", OTHER, 8.0),
        )
    )
    assert layers.labels(evidence(one, other)) == passed()


def test_between_which_numbers_it_was_fed_is_told_by_the_first() -> None:
    unknown = with_due(reference=None)
    without = but(unknown, plan=Plan({"W": "W"}, ()))
    found = layers.forward(evidence(unknown, without))
    assert found == not_covered("layer.no-formula-between", low=-5.0, high=6.0)


def test_what_cannot_be_compared_hides_no_other_that_can() -> None:
    other = but(
        forward=of(np.zeros((3, 2))), gradients={"x": off(DX, (0, 0), 1.0), "W": DW}
    )
    assert beside(other) == failed("layer.mixed", what="dx", off=1.0, setting="rows")
    both = with_gradients(OFF_X, W=off(DW, (0, 0), 1.0))
    held = but(both, plan=replace(PLAN, held={"alpha": 0.25}))
    found = elsewhere(held, first=OFF_X)
    assert (found.message, found.parameters["what"]) == ("layer.default-alone", "dW")


def test_roundings_are_those_of_the_largest_number_however_small() -> None:
    small = np.zeros((3, 3))
    small[2, 2] = 0.25
    first = but(forward=of(small), gradients={})
    allowed = POLICY * EPS / 4
    for times, verdict in ((1.0, "pass"), (2.0, "not-covered")):
        other = but(forward=of(off(small, (0, 1), times * allowed)), gradients={})
        assert beside(other, first=first).verdict == verdict
        one, also = (
            unlike(id, array)
            for id, array in (
                ("one-hot", small),
                ("labels", off(small, (0, 1), times * allowed)),
            )
        )
        assert layers._give_alike(one, also) is (verdict == "pass")


def test_the_furthest_is_that_in_what_it_is_off() -> None:
    below = BoundedNumbers(np.array([1.0, -8.0]), np.ones(2))
    found = layers._departure(below, np.array([9.0, -5.0]))
    assert (found["place"], found["count"]) == ([0], 2)
    exact = BoundedNumbers(np.zeros(2), np.zeros(2))
    assert layers._departure(exact, np.array([1.0, 2.0]))["place"] == [1]
