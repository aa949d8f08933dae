"""Revisions of the repository, unpacked side by side, and what their packages say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reports import outputs
from reports.tasks import Batch

ROOT = Path(__file__).parents[3]
PROGRAMS = ("tests/programs", "tests/ports")

Outputs = dict[str, dict[str, Any]]
"""By a command's name: exit code, streams and files (outputs.py)."""


@dataclass(frozen=True)
class Revision:
    """A commit, and the folder that it is unpacked and run in."""

    commit: str
    folder: Path

    @classmethod
    def unpacked(cls, name: str, folder: Path) -> Revision:
        """The revision of that name. Raises CalledProcessError if there is none."""
        commit = _git("rev-parse", "--verify", f"{name}^{{commit}}").strip()
        archive = folder.with_suffix(".zip")
        _git("archive", "--format=zip", f"--output={archive}", commit)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder / "tree")
        return cls(commit, folder)

    @property
    def programs(self) -> Path:
        """What its tests judge."""
        return next(p for p in map(self._path, PROGRAMS) if p.is_dir())

    @property
    def pictures(self) -> Path:
        """Its golden pictures."""
        return self._path("baseline_images")

    def _path(self, name: str) -> Path:
        return self.folder / "tree" / name

    def outputs(self, batches: Sequence[Batch], name: str) -> Outputs:
        """What its package makes of the batches, in one process of that name."""
        given, made = (self.folder / f"{name}.{kind}" for kind in ("batches", "made"))
        given.write_text(dumped(batches), "utf-8")
        package = self._path("reference")
        script = outputs.__file__
        command = [
            sys.executable,
            script,
            *map(str, (package, self.folder, given, made)),
        ]
        subprocess.run(command, env=_environment(package), check=True)
        return json.loads(made.read_text("utf-8"))  # type: ignore[no-any-return]


def dumped(batches: Sequence[Batch]) -> str:
    """The batches as outputs.py reads them."""
    return json.dumps(
        [[{**asdict(t), "name": t.name} for t in b.tasks] for b in batches]
    )


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _environment(package: Path) -> dict[str, str]:
    """The environment of commands; with bytecode, their children start faster."""
    unset = ("COLUMNS", "FORCE_COLOR", "PYTHONDONTWRITEBYTECODE")
    given = {key: value for key, value in os.environ.items() if key not in unset}
    return {**given, "PYTHONPATH": str(package), "MPLBACKEND": "Agg"}
