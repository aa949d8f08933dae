"""Starting points as a user has them, and with slips that their languages invite."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradproof.examination.examination import Examination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report.examined import judged
from gradproof.report.phrases import Phrases
from gradproof.starters import files, readme, starter
from gradproof.starters.languages import LANGUAGES

NEEDS = {
    "javascript": ["node"],
    "c": ["cc", "/usr/include/jansson.h"],
    "go": ["go"],
    "ruby": ["ruby"],
    "rust": ["rustc"],
    "cpp": ["g++", "/usr/include/nlohmann/json.hpp"],
    "java": ["javac"],
    "typescript": ["node", "tsc"],
}
"""The commands and files of each language; `.ci/run` installs them."""


@dataclass(frozen=True)
class Slip:
    """A slip in a language's routine: what is changed in its text, and what is due.

    ``changes`` map texts that occur once to what stands in their place.
    """

    language: str
    name: str
    changes: Mapping[str, str]
    failing: str
    defect: str


def require(language: str) -> None:
    """Skip the test where the language is not installed."""
    needed = NEEDS[language]
    missing = [each for each in needed if not (shutil.which(each) or _there(each))]
    if missing:
        packages = " ".join(LANGUAGES[language].packages)
        pytest.skip(f"needs {', '.join(missing)}: apt-get install {packages}")


def _there(path: str) -> bool:
    return path.startswith("/") and Path(path).exists()


def written(language: str, folder: Path) -> starter.Starter:
    """The starting point, written into the folder with its README."""
    made = starter.own(LANGUAGES[language])
    text = readme.text(made, Phrases("en").say)
    files.write({**made.files, readme.NAME: text}, folder)
    return made


def run_as_told(folder: Path) -> str:
    """What the commands of the README print, run one after the other by a shell."""
    text = (folder / readme.NAME).read_text("utf-8")
    commands = re.findall(r"^\d\. (?:Build|Check): `(.+)`$", text, re.MULTILINE)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-ec", "\n".join(commands)],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not ended.returncode, ended.stdout + ended.stderr
    return ended.stdout


def examined(slip: Slip, folder: Path) -> Examination:
    """The starting point with the slip in it, built and judged."""
    made = written(slip.language, folder)
    routine = folder / made.routine
    text = routine.read_text("utf-8")
    for right, wrong in slip.changes.items():
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    routine.write_text(text, "utf-8")
    return judged_in(made, folder)


def judged_in(made: starter.Starter, folder: Path) -> Examination:
    """What lies in the folder, built and judged as its README says."""
    table = PortTable(f"exec:{made.run}", cwd=str(folder), build=made.build)
    if made.build:
        build(made.build, folder)
    found = checks.check_declared(table, AS_WRITTEN, 120.0)
    assert isinstance(found, Examination), found
    return found


def build(command: str, folder: Path) -> None:
    """Build by the README's command; a slip that does not compile is none."""
    ended = subprocess.run(
        shlex.split(command), cwd=folder, capture_output=True, text=True, check=False
    )
    assert not ended.returncode, ended.stderr


def outcome(found: Examination, level: str = "") -> tuple[str, str]:
    """The clauses that fail, of all levels or one, and the defect that is named."""
    findings = judged(found)[""].findings
    verdicts = {
        f.clause.id: f.judgement.verdict
        for f in findings
        if level in ("", f.clause.level)
    }
    failing = [id for id, verdict in verdicts.items() if verdict in ("fail", "error")]
    named = [defect for told in found.diagnosis for defect in told.defects]
    return " ".join(failing), " ".join(named)
