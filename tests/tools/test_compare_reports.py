"""Two revisions' outputs are one if they differ in time alone."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

import compare_reports
import places
from reports import forms, outputs, tasks
from reports.tasks import Batch, Task

TASK = Task(("check", "mine.py:gradient"))
PORT = {"target": "mine.py:gradient", "wall": 0.25, "message": "holds", "value": 25.0}


def output(text: str = "", code: int = 0, **port: Any) -> dict[str, Any]:
    """What a command gave: this text, or a report of one port."""
    record = {"environment": {"numpy": "2.0"}, "ports": [{**PORT, **port}]}
    stdout = text or json.dumps(record)
    return {"code": code, "stdout": stdout, "stderr": "", "files": {}}


def compared(before: dict[str, Any], after: dict[str, Any], *allow: str) -> int:
    """The exit code for one command that gave these."""
    name = TASK.name
    patterns = forms.sentences("\n".join(allow))
    batch = Batch("mine.py:gradient", (TASK,))
    return compare_reports.told([batch], {name: before}, {name: after}, patterns)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (output(), output(wall=30.5)),
        (output(), output(json.dumps({"environment": {}, "ports": [PORT]}))),
        (output("f is <f at 0x7f0011aa>"), output("f is <f at 0x7f0022bb>")),
    ],
    ids=["time", "environment", "address"],
)
def test_what_varies_from_run_to_run_is_no_difference(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert compared(before, after) == 0


@pytest.mark.parametrize(
    "after",
    [
        output(message="fails"),
        output(value=25.000000000000004),
        output(code=1),
        output(json.dumps({"ports": []})),
        {**output(), "stderr": "Warning"},
        {**output(), "files": {"made/field.png": "sha256 00"}},
    ],
    ids=["message", "number", "code", "port", "stderr", "file"],
)
def test_anything_else_is_a_difference_and_is_shown(
    after: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(output(), after) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("$ gradproof check mine.py:gradient\n--- before\n+++ after")
    assert shown.endswith("1 outputs compared, 1 differ\n")


def test_how_far_a_port_came_in_its_time_is_no_behaviour() -> None:
    ended: dict[str, Any] = {"message_id": "script.timeout"}
    assert compared(output(**ended, calls=1_200), output(**ended, calls=3)) == 0
    assert compared(output(**ended, f="f"), output(**ended, f="g")) == 1
    assert compared(output(calls=1_200), output(calls=3)) == 1


def test_a_listed_sentence_may_differ_and_break_elsewhere() -> None:
    before = output("the result is 3,\n  and 4 is due")
    after = output("the result is 3, and\n  4 is expected")
    assert compared(before, after) == 1
    assert compared(before, after, "# renamed", "", r"\d is (due|expected)") == 0
    assert compared(before, after, r"\d is due") == 1


def test_beside_a_listed_sentence_nothing_else_may_differ() -> None:
    before, after = output("4 is due: fail"), output("4 is expected: pass")
    assert compared(before, after, r"\d is (due|expected)") == 1


def test_a_long_difference_is_cut() -> None:
    after = "\n".join(map(str, range(100)))
    lines = forms.difference("name", "", after).splitlines()
    assert lines[-1] == "… 63 lines more"
    assert len(lines) == 1 + forms.LINES + 1


def test_every_public_function_and_method_of_a_file_is_a_target(
    tmp_path: Path,
) -> None:
    text = """
    def gradient(f, x): ...
    def _helper(x): ...
    class Net:
        def __init__(self): ...
        def gradient(self, f, x): ...
    """
    file = tmp_path / "mine.py"
    file.write_text(textwrap.dedent(text), "utf-8")
    assert list(tasks.functions(file)) == ["gradient", "Net.gradient"]


def test_every_room_of_programs_is_compared_and_no_command_twice() -> None:
    batches = tasks.batches(places.PROGRAMS, ["G4"])
    rooms = {batch.subject.partition("/")[0] for batch in batches}
    assert {*tasks.ROOMS, "scripts", "explain", "demo", "review"} <= rooms
    names = [task.name for batch in batches for task in batch.tasks]
    assert len(names) == len(set(names))


def test_the_ids_are_read_off_the_list() -> None:
    text = "Defects\n  lost-index   It is overwritten\n\nClauses\n  G4 consistent\n"
    assert tasks.listed(text) == ["lost-index", "G4"]


def test_an_examination_serves_equal_arguments_but_not_others() -> None:
    calls = []

    def check(path: Any, seconds: float = 5.0, begun: Any = None) -> int:
        calls.append(path)
        return len(calls)

    once = outputs.kept(check, {})
    assert once(Path("mine.py")) == once(Path("mine.py").absolute(), begun=object())
    assert once(Path("mine.py"), 6.0) == 2
    assert once(object()) != once(object())


def test_a_command_gives_its_code_and_what_it_said_on_both_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["pytest"])
    listed = outputs.run(["explain"])
    assert (listed["code"], listed["stderr"]) == (0, "")
    assert "transposed-points" in tasks.listed(listed["stdout"])
    misused = outputs.run(["explain", "nothing"])
    assert misused["code"] == 2
    assert re.search("nothing", misused["stderr"])
