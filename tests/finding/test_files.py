"""What git ignores is left alone, in a repository and out of one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gradproof.commands import cli
from gradproof.finding import files, foreign
from gradproof.golden import git


def written(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old/\n*_old.py\n" if ".gitignore" in name else "x = 1\n")
    return folder


def names(folder: Path) -> list[str]:
    return [str(file.relative_to(folder)) for file in files.below(folder).files]


def initialised(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


@pytest.mark.parametrize("repository", [True, False])
def test_what_is_ignored_is_left_out_and_told(tmp_path: Path, repository: bool) -> None:
    if repository:
        initialised(tmp_path)
    written(tmp_path, ".gitignore", "a.py", "b_old.py", "old/c.py", "d/e.py")
    assert names(tmp_path) == ["a.py", "d/e.py"]
    passed = files.below(tmp_path).passed
    ignored = {
        p.relative_to(tmp_path).name for p, w in passed.items() if w == "ignored"
    }
    assert ignored == {"b_old.py", "old"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have such names not")
def test_a_name_that_is_no_text_is_passed_over(tmp_path: Path) -> None:
    name = b"\xff.py".decode("utf-8", "surrogateescape")
    written(tmp_path, "a.py", name)
    assert names(tmp_path) == ["a.py"]
    assert files.below(tmp_path).passed[tmp_path / name] == "unnamed"
    listed = CliRunner().invoke(cli.cli, ["scan", str(tmp_path), "--list"])
    assert "1 with names that are no text" in listed.output
    assert "\\udcff.py" in listed.output


def test_repositories_inside_are_looked_through_by_their_own_rules(
    tmp_path: Path,
) -> None:
    written(tmp_path, "one/a.py", "two/.gitignore", "two/b_old.py", "two/c.py")
    for name in ("one", "two"):
        initialised(tmp_path / name)
    assert names(tmp_path) == ["one/a.py", "two/c.py"]
    initialised(tmp_path)
    assert names(tmp_path) == ["one/a.py", "two/c.py"]


def test_a_folder_that_is_ignored_itself_was_asked_for(tmp_path: Path) -> None:
    initialised(tmp_path)
    written(tmp_path, ".gitignore", "old/c.py")
    assert names(tmp_path / "old") == ["c.py"]


def test_a_repository_has_nothing_run(tmp_path: Path) -> None:
    initialised(tmp_path)
    mark = tmp_path / "mark"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    command = ["git", "-C", str(tmp_path), "config", "core.fsmonitor", str(hook)]
    subprocess.run(command, check=True)
    written(tmp_path, "a.py")
    assert names(tmp_path) == ["a.py", "hook"]
    assert not mark.exists()


def test_without_git_all_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise git.SourceError("review.git-failed")

    monkeypatch.setattr(git, "output", missing)
    written(tmp_path, ".gitignore", "a.py", "old/c.py")
    assert names(tmp_path) == ["a.py", "old/c.py"]


SOURCES = {
    "grad.mjs": "export function numericalGradient(f, x) {\n}",
    "grad.ts": "// h\nexport const numericalGradient = (f: F) => 1;",
    "grad.rs": "pub fn numerical_gradient(f: &dyn Fn(f64) -> f64) -> f64 {",
    "grad.go": "func NumericalGradient(f func([]float64) float64) []float64 {",
    "grad.c": "static double *numerical_gradient(double (*f)(double)) {\n",
    "Grad.java": "    public static double[] numericalGradient(F f, double[] x) {",
    "grad.rb": "def self.numerical_gradient(f, x)\n",
    "grad.jl": "function numerical_gradient(f, x)\n",
    "grad.R": "num_grad <- function(f, x) {\n",
}
NONE = {
    "call.c": "  g = numerical_gradient(f, x);\n",
    "call.mjs": "console.log(numericalGradient(f, x))",
    "grad.rs": "fn gradient(x: f64) -> f64 {",
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_function_of_another_language_is_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(SOURCES[name])
    assert foreign.is_source(path)
    (found,) = foreign.functions(path)
    assert found.function.lower().startswith("num")
    assert SOURCES[name].splitlines()[found.line - 1].count(found.function)
    assert (found.language is None) == (path.suffix in (".jl", ".R"))


@pytest.mark.parametrize("name", NONE)
def test_a_call_is_no_function(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(NONE[name])
    assert not list(foreign.functions(path))
