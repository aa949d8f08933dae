"""The folders that commands run in: programs, a project, a repository of pictures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

PROJECT = """\
[tool.gradproof.ports.right]
target = "../programs/right/by_rows.py:gradient"

[tool.gradproof.ports.forward]
target = "../programs/wrong/forward.py:gradient"
expect = {G6 = "one-sided on purpose"}
diagnosis = ["forward-difference"]

[tool.gradproof.ports.stale]
target = "../programs/right/copies.py:gradient"
expect = {G4 = "long mended", Q1 = "no clause"}

[tool.gradproof.ports.script]
target = "../programs/scripts/book_before_fix.py"
diagnosis = ["transposed-points"]
"""
OBJECTIVE = "def f(x):\n    return x[0] * x[1]\n"
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "a@localhost" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_DATE": "2000-01-01T00:00Z" for who in ("AUTHOR", "COMMITTER")},
}


def build(folder: Path, programs: Path, pictures: Path) -> None:
    """Build them in a new folder, of a revision's programs and golden pictures."""
    shutil.copytree(programs, folder / "programs")
    project = folder / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(PROJECT, "utf-8")
    (project / "objective.py").write_text(OBJECTIVE, "utf-8")
    repository(folder / "repository", pictures)


def repository(root: Path, pictures: Path) -> None:
    """A repository of two commits and a working tree, each with its changes."""
    golden = root / "baseline_images"
    golden.mkdir(parents=True)
    for name in ("turned", "dotted", "retitled", "broken", "gone", "moved", "same"):
        _copy(pictures, "right-sine", golden, name)
    _git(root, "init", "--quiet", "--initial-branch", "main")
    _commit(root)
    _redraw(golden / "retitled.png", (10, 10))
    _change(golden / "retitled.json", title="another title")
    _turn(golden / "dotted.json")
    _commit(root)
    _turn(golden / "turned.json")
    _redraw(golden / "turned.png", (100, 100))
    _redraw(golden / "dotted.png", (20, 30))
    (golden / "broken.json").write_text("{", "utf-8")
    for ending in ("png", "json"):
        (golden / f"gone.{ending}").unlink()
        (golden / f"moved.{ending}").rename(golden / f"elsewhere.{ending}")
    _copy(pictures, "faulty-product", golden, "new")


def _copy(pictures: Path, old: str, golden: Path, new: str) -> None:
    for ending in ("png", "json"):
        shutil.copy(pictures / f"{old}.{ending}", golden / f"{new}.{ending}")


def _change(path: Path, **members: Any) -> None:
    """Set members of every panel of a file of arrows."""
    record = json.loads(path.read_text("utf-8"))
    for panel in record["panels"]:
        panel.update(members)
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


def _turn(path: Path) -> None:
    """Turn every third arrow round."""
    arrows = json.loads(path.read_text("utf-8"))["panels"][0]["arrows"]
    turned = [
        [x, y, -u, -v] if i % 3 == 0 else [x, y, u, v]
        for i, (x, y, u, v) in enumerate(arrows)
    ]
    _change(path, arrows=turned)


def _redraw(path: Path, corner: tuple[int, int]) -> None:
    """Put a red square into a picture."""
    with Image.open(path) as picture:
        drawn = picture.convert("RGB")
    drawn.paste((255, 0, 0), (*corner, corner[0] + 12, corner[1] + 12))
    drawn.save(path)


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "a change")


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, env={**os.environ, **GIT}, check=True)
