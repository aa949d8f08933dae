"""What a report prints to be run can be run, and shows what it was printed for."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradproof.examination.examination import Examination
from gradproof.ports.target import parse
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report import port_text
from gradproof.report.phrases import Phrases, remedy, reproduction
from gradproof.scripts.examined import ScriptExamination
from places import PROGRAMS

SLIP = """
import numpy as np

def slope(f, x):
    result = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        saved = x[i]
        x[i] = saved + 1e-4
        above = f(x)
        x[i] = saved - 1e-4
        result[i] = (above - f(x)) / 2 * 1e-4
        x[i] = saved
    return result

class Maths:
    def slope(self, f, x):
        return slope(f, x)
"""


ENDS = {"check": (1, "fail"), "fix": (0, "+++ "), "python": (0, "e-0")}
"""How each command ends, and what of it shows that it did what it was printed for."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a port in a file, in a module and in a folder below."""
    place = tmp_path / "a folder"
    place.mkdir()
    for file in ("mine.py", "it's mine.py"):
        (place / file).write_text(SLIP, "utf-8")
    (tmp_path / "module.py").write_text(SLIP, "utf-8")
    source = (PROGRAMS / "scripts" / "by_luck.ipynb").read_bytes()
    (tmp_path / "by_luck.ipynb").write_bytes(source)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(examination: Examination | ScriptExamination) -> Iterator[str]:
    """The commands that a report prints."""
    if isinstance(examination, ScriptExamination):
        failed = [f for f in examination.findings if f.judgement.verdict == "fail"]
        again = reproduction(examination, failed[0])
        assert again is not None
        yield from (again, remedy(examination.target, examination.options))
        return
    for label, _, text in port_text.rows(examination, Phrases()):
        if label in ("to repeat", "to see it", "fix"):
            yield text


@pytest.mark.once
@pytest.mark.part(5)
@pytest.mark.parametrize(
    ("target", "python", "kinds"),
    [
        ("a folder/mine.py:slope", None, {"check", "fix", "python"}),
        ("a folder/it's mine.py:slope", None, {"check", "fix"}),
        ("a folder/mine.py:Maths.slope", None, {"check", "fix"}),
        ("module:slope", sys.executable, {"check"}),
        ("by_luck.ipynb", None, {"check", "fix"}),
    ],
)
def test_what_is_printed_to_be_run_shows_it_again(
    folder: Path, target: str, python: str | None, kinds: set[str]
) -> None:
    table = PortTable(target, python=python)
    terms = checks.terms(table, strict=False, seed=0)
    examination = checks.check(table, parse(target), terms, 60)
    assert isinstance(examination, Examination | ScriptExamination)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = set()
    for command in commands(examination):
        kind = "python" if "python -c" in command else shlex.split(command)[1]
        found.add(kind)
        code, said = ENDS[kind]
        done = subprocess.run(
            ["bash", "-c", command],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, (command, done.stdout, done.stderr)
        assert said in done.stdout, command
    assert found == kinds
