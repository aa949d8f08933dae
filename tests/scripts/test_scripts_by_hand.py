"""What is said of a script as a whole, of evidence that is written down by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.scripts import clauses, examination
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.records import Failure, Place
from small_scripts import PRODUCT, SOURCE, X, by_rows, called, quiver, run

CLAUSES = {clause.id: clause for clause in clauses.CLAUSES}


def routine(verdict: Verdict, target: str = "mine.py:gradient") -> Any:
    return SimpleNamespace(verdict=verdict, target=target)


def script(
    routines: Any = (),
    enough: Any = (),
    terms: Terms = AS_WRITTEN,
    unknown: bool = False,
    evidence: Any = None,
    **verdicts: Verdict,
) -> ScriptExamination:
    """A script of these verdicts, and of routines with theirs; else all pass."""
    every = dict.fromkeys(("S1", "S2", "S3", "S4", "S5"), "pass") | verdicts
    findings = tuple(
        Finding(CLAUSES[id], Judgement(verdict, "holds"))  # type: ignore[arg-type]
        for id, verdict in every.items()
    )
    seen: Any = evidence or SimpleNamespace(unknown=unknown)
    return ScriptExamination(
        target="mine.py",
        findings=findings,
        notes=(),
        terms=terms,
        unknown=(),
        options=(),
        wall=0.0,
        evidence=seen,
        defects=(),
        routines=tuple(routines),
        enough=frozenset(enough),
    )


NOTHING: dict[str, Any] = dict.fromkeys(("S3", "S4", "S5"), "not-covered")


def test_that_a_script_runs_covers_nothing() -> None:
    assert script().verdict == "pass"
    assert script(**NOTHING).verdict == "not-covered"
    for id in NOTHING:
        assert script(**{**NOTHING, id: "pass"}).verdict == "pass"
    assert script(**{**NOTHING, "S1": "fail"}).verdict == "fail"
    alone = Terms(only=frozenset({"S1"}))
    assert script(terms=alone, **NOTHING).verdict == "pass"


def test_arrows_that_could_be_held_to_no_gradient_do_not_pass() -> None:
    assert script(unknown=True).verdict == "not-covered"
    assert script(unknown=True, S4="fail").verdict == "fail"
    assert script(unknown=True, terms=Terms(only=frozenset({"S4"}))).verdict == "pass"


def test_a_routine_that_is_wrong_makes_the_code_wrong_and_not_the_picture() -> None:
    wrong = script([routine("fail"), routine("pass", "mine.py:other")])
    assert (wrong.verdict, wrong.outcome, wrong.code) == ("pass", "fail", "fail")
    assert wrong.picture == "pass"
    assert [r.target for r in wrong.wrong_routines] == ["mine.py:gradient"]
    assert [r.target for r in wrong.told_routines] == [
        *("mine.py:gradient", "mine.py:other")
    ]
    assert script([routine("fail")], S1="error").outcome == "error"
    assert script([routine("error")]).outcome == "pass"
    assert script([routine("error")]).told_routines == ()


def test_a_routine_that_does_for_the_script_is_not_held_against_it() -> None:
    enough = script([routine("fail")], ["mine.py:gradient"])
    assert (enough.outcome, enough.code) == ("pass", "pass")
    assert (enough.wrong_routines, enough.told_routines) == ((), ())


@pytest.mark.parametrize(
    ("verdicts", "code", "picture"),
    [
        ({"S1": "fail"}, "fail", "pass"),
        ({"S3": "fail"}, "fail", "pass"),
        ({"S5": "fail"}, "fail", "pass"),
        ({"S2": "fail"}, "pass", "fail"),
        ({"S4": "fail"}, "pass", "fail"),
        ({"S4": "not-covered"}, "pass", "not-covered"),
        ({"S2": "fail", "S4": "not-covered"}, "pass", "fail"),
        ({"S2": "not-covered"}, "pass", "pass"),
    ],
)
def test_code_and_picture_have_clauses_of_their_own(
    verdicts: Any, code: str, picture: str
) -> None:
    found = script(**verdicts)
    assert (found.code, found.picture) == (code, picture)


# Names of what is wrong


def field(style: str, truncated: bool = False) -> Any:
    return SimpleNamespace(drawn=SimpleNamespace(style=style), truncated=truncated)


def returned(kind: str, name: str = "gradient") -> Any:
    return SimpleNamespace(kind=kind, call=SimpleNamespace(name=name))


@pytest.mark.parametrize(
    ("faulty", "fields", "kinds", "names"),
    [
        (None, [field("plain")], [], ()),
        ((0, "transposed-points"), [], [], ("transposed-points",)),
        (None, [field("swapped", truncated=True)], [], ("components-swapped",)),
        (None, [field("u-sign"), field("v-sign")], [], ("sign-flipped",)),
        (None, [field("wrong", truncated=True)], [], ("integer-truncation",)),
        (None, [], ["integers", "step", "single"],
         ("integer-truncation", "single-precision")),
        ((0, "whole-array"), [field("v-sign")], ["single"],
         ("whole-array", "sign-flipped", "single-precision")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_once(
    faulty: Any, fields: Any, kinds: Any, names: tuple[str, ...]
) -> None:
    evidence: Any = SimpleNamespace(
        faulty=faulty, fields=fields, returned=[returned(kind) for kind in kinds]
    )
    assert examination.defects(evidence) == names


@pytest.mark.parametrize("verdict", ["fail", "error", "pass"])
def test_defects_are_those_that_were_declared_of_the_clauses_that_are_wanted(
    verdict: Verdict,
) -> None:
    terms = Terms(diagnosis=("sign-flipped",))
    found = script(S4=verdict).findings
    told = examination._declared(terms, found, ("sign-flipped",))
    assert told is not None
    assert told.verdict == "pass"
    missing = examination._declared(terms, found, ())
    assert missing is not None
    why = "gone" if verdict == "pass" else "missing"
    assert missing.message == f"diagnosis.{why}"
    others = replace(terms, only=frozenset({"S1"}))
    gone = examination._declared(others, found, ())
    assert gone is not None
    assert gone.message == "diagnosis.gone"


def test_routines_that_could_not_be_probed_are_named() -> None:
    judged = [
        SimpleNamespace(name=name, qualified=f"A.{name}", seen=seen)
        for name, seen in (("c", (1,)), ("a", (1,)), ("unseen", ()), ("step", (1,)))
    ]
    evidence: Any = SimpleNamespace(
        judged=judged, returned=[returned("step", "step"), returned("single", "a")]
    )
    assert examination.unprobed(script(evidence=evidence)) == ["a", "c"]
    probed = script([routine("pass", "mine.py:A.c")], evidence=evidence)
    assert examination.unprobed(probed) == ["a"]


@pytest.mark.parametrize(
    ("shapes", "role", "plane", "unasked"),
    [
        ([(9, 2)], "gradient", True, {"G1", "P2"}),
        ([(9, 2), (2,)], "gradient", True, {"P2"}),
        ([(9, 2), (3,)], "gradient", False, {"P2"}),
        ([(2,)], "point-gradient", True, {"P2"}),
        ([(3,), (2,)], "point-gradient", False, {"P2"}),
        ([(2, 3, 3)], "point-gradient", True, {"G1", "P2"}),
    ],
)
def test_a_routine_does_for_what_it_is_given(
    shapes: Any, role: str, plane: bool, unasked: set[str], monkeypatch: Any
) -> None:
    asked: list[Any] = []
    failed: set[str] = set()

    def failing(port: Any, role: Any, *, plane: bool) -> set[str]:
        asked.append((role, plane))
        return failed

    monkeypatch.setattr(examination, "failing", failing)
    calls: Any = [SimpleNamespace(shape=shape) for shape in shapes]
    port: Any = None
    assert examination._is_enough(port, calls)
    assert asked == [(role, plane)]
    failed |= unasked
    assert examination._is_enough(port, calls)
    for clause in {"G1", "P2", "P1"} - unasked:
        failed.add(clause)
        assert not examination._is_enough(port, calls)
        failed.discard(clause)


# Records


@pytest.mark.parametrize(
    ("kind", "text", "offline"),
    [
        ("URLError", "refused", True),
        ("gaierror", "", True),
        ("OSError", "<urlopen error timed out>", True),
        ("ConnectionError", "Max retries: Failed to resolve 'a.b'", True),
        ("KeyError", "url", False),
        ("ModuleNotFoundError", "No module named 'a'", False),
    ],
)
def test_that_there_was_no_network_is_seen_in_a_failure(
    kind: str, text: str, offline: bool
) -> None:
    assert Failure(Place("mine.py", 1), "", kind, text).is_offline == offline


def test_arrows_of_axes_that_are_mirrored_point_the_other_way() -> None:
    directions = np.arange(18.0).reshape(9, 2) + 1
    drawn = quiver(directions)
    assert np.array_equal(drawn.positions, X)
    assert np.array_equal(drawn.directions, directions)
    turned = replace(drawn, mirrored=(False, True))
    assert np.array_equal(turned.directions, directions * [1, -1])
    both = replace(drawn, mirrored=(True, True))
    assert np.array_equal(both.directions, -directions)
    nothing = replace(drawn, arrows=None)
    assert nothing.positions.shape == nothing.directions.shape == (0, 2)


def test_a_file_is_named_without_its_folder_if_it_is_the_script() -> None:
    seen = replace(run(), path=Path("far/mine.ipynb"))
    for file, name in (
        ("far/mine.ipynb", "mine.ipynb"),
        ("far/mine.ipynb[2]", "mine.ipynb[2]"),
        ("far/other.py", "far/other.py"),
    ):
        assert seen.named(Place(str(Path(file)), 1)) == str(Path(name))


def test_a_script_is_one_that_does_something_or_fails_to() -> None:
    nothing = run()
    assert not nothing.is_script
    failure = Failure(Place("mine.py", 1), "", "KeyError", "a")
    call = called(by_rows, PRODUCT, X)
    for some in (
        run([call]),
        run([], [quiver(X)]),
        replace(nothing, failures=(failure,)),
        replace(nothing, broke=("timeout", "")),
        replace(nothing, notebook=True),
    ):
        assert some.is_script


def test_lines_of_a_field_are_no_arrows() -> None:
    assert not run([], [quiver(X)]).has_streamlines
    assert run([], [quiver(X), quiver(X, kind="streamlines")]).has_streamlines


def test_whether_a_script_speaks_of_quivers_is_in_its_own_text() -> None:
    assert run(source=SOURCE).speaks_of_quivers
    silent = run(source="plt.plot(x)")
    assert not silent.speaks_of_quivers
    assert not replace(silent, sources={"other.py": SOURCE}).speaks_of_quivers
    assert replace(silent, sources={"mine.py[3]": SOURCE}).speaks_of_quivers
