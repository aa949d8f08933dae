"""Many ports at once on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli, exit_codes
from repositories import Repo

RIGHT = """\
import numpy as np
h = 1e-4
def numerical_gradient(f, x):
    grad = np.zeros_like(x, float)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x, float)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad
"""
RENAMED = (
    RIGHT.replace("grad[", "out[")
    .replace("grad =", "out =")
    .replace("return grad", "return out  # done")
)
WRONG = RIGHT.replace("/ (2 * h)", "/ 2 * h")
FILES = {
    "anna/ch04.py": RIGHT,
    "ben/ch04.py": RENAMED,
    "carl/ch04.py": WRONG,
    "carl/notes.py": "x = 1\n",
    "dora/grad.mjs": "export function numericalGradient(f, x) {}\n",
    "dora/grad.jl": "function numerical_gradient(f, x)\nend\n",
    "emil/broken.py": "def (\n",
    "emil/nb.ipynb": (
        '{"cells": [{"cell_type": "code", "source": "%matplotlib inline"},'
        '{"cell_type": "code", "source": "plt.quiver(X, Y, -g[0], -g[1])"}]}'
    ),
    "fay/pyproject.toml": (
        '[tool.gradproof.ports.fay]\ntarget = "mine.py:numerical_gradient"\n'
        'role = "gradient"\n[tool.gradproof.ports.other]\ntarget = "pkg.grad:slopes"\n'
    ),
    "fay/mine.py": RIGHT,
    "fay/src/pkg/grad.py": RIGHT.replace("numerical_gradient", "slopes"),
    "gus/pyproject.toml": "[tool.gradproof.ports.gus]\nwrong = 1\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli.cli, ["scan", *map(str, arguments)])


LISTED = """\
all/fay/mine.py
  numerical_gradient  declared
all/fay/src/pkg/grad.py
  slopes  declared
all/anna/ch04.py
  numerical_gradient  named for a gradient, line 3
    copy: all/ben/ch04.py:numerical_gradient
all/carl/ch04.py
  numerical_gradient  named for a gradient, line 3
all/emil/nb.ipynb
  nb.ipynb  a notebook that draws arrows or calls a gradient
in other languages, found and not judged:
  all/dora/grad.jl:1  numerical_gradient
      there is no starting point for its language; docs/protocol.md says how to judge it
  all/dora/grad.mjs:1  numericalGradient
      to judge it: gradproof init javascript --from all/dora/grad.mjs:numericalGradient
not judged: all/gus/pyproject.toml: Object contains unknown field `wrong`\
 - at `$.tool.gradproof.ports[...]`
all: passed over 1 with nothing to judge, 1 that are not Python
  1 that are not Python: all/emil/broken.py
5 to judge; 1 more are copies; 2 in other languages
"""


def test_what_is_found_is_listed_and_nothing_is_run(folder: Path) -> None:
    result = run("all", "--list")
    assert result.stdout == LISTED
    assert result.exit_code == exit_codes.AS_EXPECTED


def test_the_list_is_had_in_japanese(folder: Path) -> None:
    result = run("all", "--list", "--lang", "ja")
    assert "判定の対象 5 件、その写し 1 件、他の言語 2 件" in result.stdout


def test_a_folder_without_ports_has_nothing_to_judge(tmp_path: Path) -> None:
    assert run(tmp_path, "--list").exit_code == exit_codes.NOTHING_COVERED


def test_what_a_branch_has_touched_is_found_by_all_that_it_reaches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    uses = "from util import h\n" + RIGHT.replace("h = 1e-4\n", "")
    files = {
        "a.py": RIGHT,
        "b.py": uses,
        "c.py": uses.replace("util", "other"),
        "util.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--message", "all")
    repo.git("switch", "--quiet", "--create", "branch")
    (tmp_path / "util.py").write_text("h = 1e-4\n")
    (tmp_path / "new.py").write_text(WRONG)
    result = run(".", "--list", "--changed-since", "main")
    lines = result.stdout.splitlines()
    assert [line for line in lines if line.endswith(".py")] == ["b.py", "new.py"]
    assert "2 not touched" in result.stdout
    assert run(".", "--changed-since", "nowhere").exit_code == exit_codes.USAGE
