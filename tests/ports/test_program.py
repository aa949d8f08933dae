"""Programs that speak the protocol by themselves: what is asked, and what is told."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from gradproof.commands import exit_codes
from gradproof.evidence.probes import planes
from gradproof.examination.examination import Examination, ProgramExamination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.ports import program, protocol
from gradproof.ports.frames import BreachError, Frame
from gradproof.ports.observation import Unserved
from gradproof.ports.protocol_child import frame_of
from gradproof.ports.subprocess_port import _failure
from gradproof.ports.target import LoadError, UsageError, parse
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report.examined import Examined, judged
from gradproof.report.phrases import Phrases, Unusable
from places import PROGRAMS

ROUTINE = f"{PROGRAMS}/exec/routine.py"


def target(*words: str, python: str = sys.executable) -> str:
    return "exec:" + shlex.join([python, ROUTINE, *words])


def checked(table: PortTable, timeout: float = 60.0) -> checks.Checked:
    return checks.check_declared(table, AS_WRITTEN, timeout)


def examined(*words: str) -> Examined:
    found = checked(PortTable(target(*words)))
    assert not isinstance(found, Unusable), Phrases("en").unusable(found)
    return found


def verdicts(found: Examined, role: str = "") -> dict[str, str]:
    return {f.clause.id: f.judgement.verdict for f in judged(found)[role].findings}


@pytest.mark.once
def test_what_takes_f_by_name_is_right_by_its_values_and_says_what_is_open() -> None:
    found = examined("right", "named")
    assert found.verdict == "pass"
    seen = verdicts(found)
    assert [seen[id] for id in ("G1", "G2", "G5")] == ["pass"] * 3
    assert [seen[id] for id in ("G3", "G4", "G6")] == ["not-covered"] * 3


@pytest.mark.once
def test_wrong_values_of_functions_by_name_fail() -> None:
    assert verdicts(examined("times", "named"))["G5"] == "fail"


@pytest.mark.once
def test_a_program_is_judged_under_each_role_that_it_serves() -> None:
    found = examined("two-roles")
    assert isinstance(found, ProgramExamination)
    assert [each.role for each in found.roles] == ["gradient", "derivative"]
    assert found.verdict == "pass"


def test_a_program_may_say_in_its_own_words_why_it_cannot_be_had() -> None:
    error = _failure(protocol.Failed("no such routine\x1b[31m"))
    assert error.message == "load.said"
    assert "no such routine" in error.parameters["text"]
    assert "\x1b" not in error.parameters["text"]


def test_a_program_is_asked_for_the_tangent_at_no_point() -> None:
    plane = next(planes())
    seen = program.ProgramPort("p", ["p"]).observe(plane)
    assert seen.outcome == Unserved("numbers-alone")


def test_numbers_of_too_few_digits_that_overflow_are_told_as_such() -> None:
    port = program.ProgramPort("exec:true", ("true",))
    frame = b'{"op":"echo","id":0,"x":{"dtype":"f8","shape":[1],"data":[%s]}}'
    with pytest.raises(BreachError) as breach:
        frame_of(Frame(frame % b"1.79769313486232e+308", ""))
    assert port._not_loaded(breach.value).message == "program.digits"


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "message", "said"),
    [
        ("silent", "program.silent", "ready to serve"),
        ("dies", "program.ended", "no such model file: weights.bin"),
        ("garbage", "program.no-frame", "malformed"),
        ("no-role", "program.serves-nothing", "gradient"),
        ("short-numbers", "load.inexact", "0.30000000000000004 came back as 0.3"),
    ],
)
def test_a_program_that_cannot_be_spoken_to_is_told_why(
    kind: str, message: str, said: str
) -> None:
    found = checked(PortTable(target(kind)), 3.0 if kind == "silent" else 60.0)
    assert isinstance(found, Unusable)
    assert found.error.message == message
    assert said in Phrases("en").unusable(found)
    assert exit_codes.of_result(found) == 3


@pytest.mark.once
def test_a_role_that_it_does_not_serve_is_refused_with_those_that_it_does() -> None:
    found = checked(PortTable(target("right"), "descent"))
    assert isinstance(found, Unusable)
    assert found.error.message == "program.not-served"
    assert found.error.parameters == {"role": "descent", "served": "gradient"}


@pytest.mark.once
def test_what_ends_midway_is_a_crash_with_its_last_words() -> None:
    found = examined("dies-midway")
    assert found.verdict == "error"
    (first,) = (f for f in judged(found)[""].findings if f.clause.id == "G1")
    assert "out of cheese" in Phrases("en").judgement(first.judgement)


@pytest.mark.once
def test_it_is_built_and_started_where_and_with_what_was_declared(
    tmp_path: Path,
) -> None:
    source = Path(ROUTINE).read_text("utf-8")
    build = f"open('built.py', 'w').write({source!r})"
    table = PortTable(
        "exec:" + shlex.join([sys.executable, "built.py"]),
        cwd=str(tmp_path),
        build=(sys.executable, "-c", build),
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    found = checked(table)
    assert isinstance(found, Examination)
    assert found.verdict == "pass"


def test_a_build_that_fails_is_told_with_its_last_lines() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('x.rs:3: expected `;`')"]
    with pytest.raises(LoadError) as caught:
        program.build(command, None, {})
    assert caught.value.message == "program.not-built"
    assert "expected `;`" in caught.value.parameters["words"]


def test_a_command_is_divided_as_a_shell_divides_it() -> None:
    assert parse("exec:node 'my port.mjs' --fast").command == (
        *("node", "my port.mjs", "--fast"),
    )


@pytest.mark.parametrize("text", ["exec:", "exec:  ", "exec:node 'port.mjs"])
def test_what_is_no_command_is_a_matter_of_usage(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)
