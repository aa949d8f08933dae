"""The judges of a script that draws, asked of what is written down of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof.contract.verdicts import Judgement, broken, failed, not_covered, passed
from gradproof.scripts import clauses
from gradproof.scripts.alterations import Alteration
from gradproof.scripts.arrow_styles import Classification
from gradproof.scripts.evidence import Field, ScriptEvidence
from gradproof.scripts.objectives import Objective
from gradproof.scripts.records import (
    Failure,
    Given,
    GradientCall,
    Place,
    Quiver,
    Run,
)
from gradproof.scripts.results import ReturnedResult

PATH = Path("/somewhere/mine.py")
HERE = Place(str(PATH), 7)
PLACE = {"file": "mine.py", "line": 7}
ARROWS = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
QUIVER = Quiver(HERE, ARROWS, 2, 0, 1, 4, None)
RUN = Run(
    path=PATH,
    sources={str(PATH): "plt.quiver(x, y, u, v)"},
    calls=(),
    quivers=(QUIVER,),
    failures=(),
    broke=None,
    stubs=(),
    removed=(),
    notes=(),
    call_count=1,
    notebook=False,
)
POINT = Given("array", (2,), (), 8)
WHOLE = Given("array", (2, 3), (), 4)
CALL = GradientCall(
    number=0,
    f=0,
    name="gradient",
    qualified="mine.gradient",
    home="mine.py",
    place=HERE,
    f_name="f",
    stub=False,
    argument="x",
    shape=(2, 3),
    integers=False,
    x=None,
    result=None,
    ended=True,
    seen=(POINT,),
    points=np.zeros((0, 2)),
    answers=np.zeros((0, 3)),
    samples=(),
)
PLAIN = Classification("plain", -1, 1.0, 0, 2)
OBJECTIVE = Objective("f", "f(x)", None)
FIELD = Field(QUIVER, (CALL,), OBJECTIVE, 1e-4, True, PLAIN, None)
WRONG = replace(PLAIN, style="wrong", wrong=1)
RAISED = Failure(HERE, "", "ValueError", "why")
MISSING = Failure(HERE, "", "AttributeError", "x", ("torch", "jax"))
OFFLINE = Failure(HERE, "", "URLError", "no host")
SPACE = replace(QUIVER, kind="in-space")
LINES = replace(QUIVER, kind="streamlines")
FAILED = replace(QUIVER, error=("ValueError", "why"))


def ran(*fields: Field, **of_run: Any) -> ScriptEvidence:
    return ScriptEvidence(replace(RUN, **of_run), fields, None, None)


def raised(kind: str = "ValueError", text: str = "why") -> Judgement:
    return failed("script.raised", **PLACE, kind=kind, text=text)


RUNS: dict[str, tuple[ScriptEvidence, Judgement]] = {
    "right": (ran(), passed()),
    "raised": (ran(failures=(RAISED,)), raised()),
    "raised, without a module": (
        ran(failures=(MISSING,)),
        not_covered("script.not-installed", names="torch, jax", **PLACE),
    ),
    "raised in another cell": (ran(failures=(MISSING, RAISED)), raised()),
    "offline": (
        ran(failures=(OFFLINE,)),
        not_covered("script.no-network", kind="URLError", text="no host", **PLACE),
    ),
    "offline, and then raised": (
        ran(failures=(OFFLINE, RAISED)),
        not_covered("script.no-network", kind="URLError", text="no host", **PLACE),
    ),
    "raised, and then offline": (ran(failures=(RAISED, OFFLINE)), raised()),
    "a quiver that failed": (ran(quivers=(QUIVER, FAILED)), raised()),
    "names that are gone": (
        ran(removed=("np.float", "np.int")),
        passed("script.removed", names="np.float, np.int"),
    ),
    "late": (
        ran(broke=("timeout", "30 s")),
        broken("script.timeout", detail="30 s"),
    ),
    "out of memory": (
        ran(broke=("memory", "2 GB")),
        broken("script.memory", detail="2 GB"),
    ),
    "stand-ins": (
        ran(stubs=("torch", "jax")),
        not_covered("script.stubs", names="torch, jax"),
    ),
}


@pytest.mark.parametrize(("seen", "judgement"), RUNS.values(), ids=RUNS)
def test_a_script_runs_or_it_is_told_where_it_stopped(
    seen: ScriptEvidence, judgement: Judgement
) -> None:
    assert clauses.runs(seen) == judgement


NO_ARROWS = {"quivers": ()}
SILENT = {"quivers": (), "sources": {str(PATH): "print(1)"}}
NOT_DRAWN = "script.not-drawn"
DRAWS: dict[str, tuple[ScriptEvidence, Judgement]] = {
    "drawn": (ran(FIELD), passed()),
    "failed": (
        ran(replace(FIELD, quiver=FAILED), quivers=(FAILED,)),
        failed("script.quiver-failed"),
    ),
    "one failed": (ran(replace(FIELD, quiver=FAILED), FIELD), passed()),
    "a few arrows": (ran(), failed("script.quiver-failed")),
    "lines": (ran(quivers=(LINES,)), not_covered("script.streamlines")),
    "no word of it": (ran(**SILENT), not_covered("script.no-quiver")),
    "without a module": (
        ran(**NO_ARROWS, failures=(RAISED, MISSING)),
        not_covered(NOT_DRAWN),
    ),
    "offline": (ran(**NO_ARROWS, failures=(OFFLINE,)), not_covered(NOT_DRAWN)),
    "raised before": (ran(**NO_ARROWS, failures=(RAISED,)), broken(NOT_DRAWN)),
    "ended before": (ran(**NO_ARROWS, broke=("crash", "")), broken(NOT_DRAWN)),
    "not drawn": (ran(**NO_ARROWS), failed(NOT_DRAWN)),
}


@pytest.mark.parametrize(("seen", "judgement"), DRAWS.values(), ids=DRAWS)
def test_a_script_of_arrows_draws_some(
    seen: ScriptEvidence, judgement: Judgement
) -> None:
    assert clauses.draws(seen) == judgement


# What f is given


def of_call(**fields: Any) -> ScriptEvidence:
    return ran(replace(FIELD, calls=(replace(CALL, **fields),)))


MISGIVEN = {
    **PLACE,
    "routine": "gradient",
    "f": "f",
    "how": "whole-array",
    "actual": [2, 3],
    "count": 4,
    "calls": 4,
    "x": [2, 3],
}
POINTS: dict[str, tuple[ScriptEvidence, Judgement]] = {
    "points": (ran(FIELD), passed()),
    "no calls": (ran(), not_covered("script.no-calls")),
    "never asked": (of_call(seen=()), not_covered("script.no-calls")),
    "the whole array": (
        of_call(seen=(WHOLE,)),
        failed("script.not-points", **MISGIVEN),
    ),
    "some of it": (
        of_call(seen=(replace(WHOLE, count=2), POINT, replace(WHOLE, count=1))),
        failed("script.not-points", **{**MISGIVEN, "count": 3, "calls": 11}),
    ),
    "a stand-in for f": (of_call(stub=True), not_covered("script.stubbed-f")),
    "a stand-in for f, given it all": (
        of_call(stub=True, seen=(WHOLE,)),
        failed("script.not-points", **MISGIVEN),
    ),
}


@pytest.mark.parametrize(("seen", "judgement"), POINTS.values(), ids=POINTS)
def test_f_is_given_points(seen: ScriptEvidence, judgement: Judgement) -> None:
    assert clauses.points_only(seen) == judgement


def test_the_commonest_of_what_is_wrong_is_told() -> None:
    """Here it is all that f was given, as only where it was asked is wrong."""
    two = replace(CALL, shape=(2, 2), points=np.full((4, 2), 99.0))
    seen = (replace(POINT, count=3), replace(POINT, shape=(2,), count=5))
    found = clauses.points_only(ran(replace(FIELD, calls=(replace(two, seen=seen),))))
    said = {"actual": [2], "count": 8, "calls": 8, "x": [2, 2]}
    transposed = {**MISGIVEN, "how": "transposed-points", **said}
    assert found == failed("script.not-points", **transposed)
    lists = Given("list", (2, 3), (), 1)
    given = (lists, replace(WHOLE, shape=(1, 2, 3), count=6))
    wrong = clauses.points_only(of_call(seen=given)).parameters
    assert (wrong["actual"], wrong["count"], wrong["calls"]) == ([1, 2, 3], 7, 7)


# Arrows


def drawn(style: Any = "plain", **fields: Any) -> Field:
    return replace(FIELD, arrows=replace(PLAIN, style=style, **fields))


def said(message: str, verdict: Any = passed, **more: Any) -> Judgement:
    usual = {"what": "−∇f", "factor": 1.0, "wrong": 0, "total": 2, "proved": True}
    judgement: Judgement = verdict(message, **PLACE, **{**usual, **more})
    return judgement


def open_as(message: str, **more: Any) -> Judgement:
    found = said(message, not_covered, **more)
    parameters = {k: v for k, v in found.parameters.items() if k != "proved"}
    return replace(found, parameters=parameters)


UNKNOWN = Classification("unknown", -1, 1.0, 0, 0)
FORMLESS = Objective("f", None, None, "it is random")
ALTERED = Alteration("clipped", ARROWS.T, 1.0, -1.0, 2.0, 3, 4)


def altered(style: Any = "clipped", **fields: Any) -> Field:
    return drawn(style, alteration=replace(ALTERED, **fields))


ENDS = {"low": -1.0, "high": 2.0}
ELSEWHERE = replace(FIELD, arrows=WRONG, source=replace(PLAIN, sign=1, factor=2.0))
STYLES: dict[str, tuple[ScriptEvidence, Judgement]] = {
    "plain": (ran(FIELD), said("script.plain")),
    "up": (ran(drawn(sign=1)), said("script.plain", what="∇f")),
    "not proved": (
        ran(replace(FIELD, proved=False)),
        said("script.plain", proved=False),
    ),
    "scaled": (
        ran(drawn("scaled", factor=2.0)),
        said("script.scaled", factor=2.0),
    ),
    "wrong": (
        ran(drawn("wrong", wrong=1)),
        said("script.wrong", failed, wrong=1),
    ),
    "right and wrong": (
        ran(FIELD, drawn("wrong", wrong=1)),
        said("script.wrong", failed, wrong=1),
    ),
    "of one derivative": (ran(drawn("first-alone")), open_as("script.first-alone")),
    "cut off": (ran(drawn("cut-off")), open_as("script.cut-off")),
    "a sign": (ran(drawn("u-sign")), said("script.u-sign", failed)),
    "an axis that is inverted": (
        ran(replace(drawn("u-sign"), quiver=replace(QUIVER, mirrored=(True, False)))),
        said("script.x-inverted", failed),
    ),
    "the other axis that is inverted": (
        ran(replace(drawn("v-sign"), quiver=replace(QUIVER, mirrored=(False, True)))),
        said("script.y-inverted", failed),
    ),
    "both axes that are inverted": (
        ran(replace(drawn("u-sign"), quiver=replace(QUIVER, mirrored=(True, True)))),
        said("script.u-sign", failed),
    ),
    "clipped": (ran(altered()), open_as("script.clipped", **ENDS)),
    "clipped above": (
        ran(altered(low=-np.inf)),
        open_as("script.clipped-above", high=2.0),
    ),
    "clipped below": (
        ran(altered(high=np.inf)),
        open_as("script.clipped-below", low=-1.0),
    ),
    "rounded": (
        ran(altered("rounded", how="rounded")),
        said("script.rounded", decimals=4),
    ),
    "single": (ran(altered("single", how="single")), said("script.single")),
    "single, and scaled": (
        ran(
            replace(
                FIELD,
                arrows=replace(
                    PLAIN,
                    style="single",
                    factor=0.5,
                    alteration=replace(ALTERED, how="single"),
                ),
            )
        ),
        said("script.single", what="−0.5·∇f", factor=0.5),
    ),
    "right elsewhere": (
        ran(ELSEWHERE),
        said("script.elsewhere", failed, what="∇f", wrong=1),
    ),
    "right elsewhere, in its own order": (
        ran(replace(ELSEWHERE, quiver=replace(QUIVER, form=2))),
        said("script.plain", what="∇f", factor=2.0),
    ),
    "wrong there, too": (
        ran(replace(FIELD, arrows=WRONG, source=replace(WRONG, sign=1))),
        said("script.wrong", failed, wrong=1),
    ),
    "nothing": (ran(), not_covered("script.no-arrows")),
    "one that failed": (
        ran(replace(FIELD, quiver=FAILED)),
        not_covered("script.no-arrows"),
    ),
    "a stand-in for f": (of_call(stub=True), not_covered("script.stubbed-f")),
    "in space": (
        ran(replace(FIELD, quiver=SPACE)),
        not_covered("script.in-space", **PLACE),
    ),
    "without a call": (
        ran(replace(FIELD, calls=(), arrows=UNKNOWN)),
        not_covered("script.no-f", **PLACE),
    ),
    "of an f that is not sure": (
        ran(replace(FIELD, arrows=UNKNOWN)),
        not_covered("script.unsure", why="-", **PLACE),
    ),
    "of an f that has no gradient": (
        ran(replace(FIELD, arrows=UNKNOWN, objective=FORMLESS)),
        not_covered("script.no-gradient", why="it is random", **PLACE),
    ),
    "of no f": (
        ran(replace(FIELD, arrows=UNKNOWN, objective=None)),
        not_covered("script.no-gradient", why="-", **PLACE),
    ),
}


@pytest.mark.parametrize(("seen", "judgement"), STYLES.values(), ids=STYLES)
def test_arrows_are_told_by_their_style(
    seen: ScriptEvidence, judgement: Judgement
) -> None:
    assert clauses.arrows(seen) == judgement


# Results


X, ACTUAL, DUE = (np.array(v, float) for v in ([1, 2], [3, 4], [5, 6]))
RESULT = ReturnedResult((CALL,), "right", 1, 3, 2.0, X, ACTUAL, DUE)
NAMED = {**PLACE, "routine": "gradient"}
SHOWN = {"x": [1.0, 2.0], "actual": [3.0, 4.0], "expected": [5.0, 6.0]}
OFF = {**NAMED, **SHOWN, "factor": 2.0, "wrong": 1, "total": 3}


def returned(*kinds: Any, right: bool = True, **fields: Any) -> Judgement:
    found = tuple(replace(RESULT, kind=kind, **fields) for kind in kinds)
    names = frozenset({"mine.gradient"}) if right else frozenset()
    evidence = replace(ran(FIELD), returned=found, right_routines=names)
    return clauses.results(evidence)


@pytest.mark.parametrize(
    ("kind", "right", "judgement"),
    [
        ("right", True, passed()),
        ("right", False, passed()),
        ("wrong", True, failed("script.returned-wrong", **OFF)),
        ("wrong", False, not_covered("script.returned-unlike", **NAMED)),
        ("factor", False, failed("script.returned-factor", **OFF)),
        ("integers", False, failed("script.returned-integers", **OFF)),
        ("single", True, failed("script.returned-single", **OFF)),
        ("step", True, not_covered("script.returned-step", **NAMED)),
        ("changed", True, not_covered("script.returned-changed", **NAMED)),
        ("unknown", False, not_covered("script.returned-unknown", **NAMED)),
    ],
)
def test_what_calls_returned_is_the_gradient(
    kind: Any, right: bool, judgement: Judgement
) -> None:
    assert returned(kind, right=right) == judgement


def test_a_result_that_is_wrong_outweighs_others() -> None:
    assert returned() == not_covered("script.no-calls")
    assert returned("right", "factor").verdict == "fail"
    assert returned("right", "unknown").verdict == "pass"
    nothing = returned("factor", x=None, actual=None, expected=None)
    assert (nothing.parameters["x"], nothing.parameters["actual"]) == ([], [])


def test_every_clause_is_judged_in_its_order() -> None:
    ids = [finding.clause.id for finding in clauses.judge(ran(FIELD))]
    assert ids == ["S1", "S2", "S3", "S4", "S5"]
