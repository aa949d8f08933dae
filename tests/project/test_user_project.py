"""A small project of one's own: from installing to a red and then a green run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

from places import PROGRAMS, ROOT, installing

RIGHT = PROGRAMS / "right" / "copies.py"
WRONG = PROGRAMS / "wrong" / "forward.py"

PRE_COMMIT = """
repos:
  - repo: {repo}
    rev: {revision}
    hooks:
      - id: gradproof
"""

pytestmark = pytest.mark.once


def run(*command: object, at: Path, code: int = 0) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    clean.update(CI="", GIT_CONFIG_GLOBAL=os.devnull, PRE_COMMIT_HOME=str(at / ".pc"))
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=at, capture_output=True, text=True, env=clean)
    assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def git(*arguments: object, at: Path) -> str:
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return run("git", *names, *arguments, at=at)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that declares one gradient, which is wrong."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.gradproof.ports.mine]\ntarget = "mine.py:gradient"\nrole = "gradient"\n'
    )
    shutil.copy(WRONG, tmp_path / "mine.py")
    return tmp_path


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tools of a virtual environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    tools = ["pytest", "tox", "tox-uv", "pre-commit"]
    run(*installing(folder / "bin" / "python"), wheel, *tools, at=folder)
    return folder / "bin"


def test_pytest_is_red_and_after_the_mending_green(
    project: Path, environment: Path
) -> None:
    pytest_ = [environment / "pytest", "--gradproof-project", "-q"]
    assert "forward-difference" in run(*pytest_, at=project, code=1)
    shutil.copy(RIGHT, project / "mine.py")
    run(*pytest_, at=project)


def init(*words: str, environment: Path, at: Path) -> None:
    """Have the tool's file written into a project that declares its ports."""
    run(environment / "gradproof", "init", *words, at=at)


def test_what_is_written_for_tox_runs_the_gradients_of_the_project(
    project: Path, environment: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(variable, str(wheel.parent))
    init("tox", environment=environment, at=project)
    tox = [environment / "tox", "run", "-q", "-e", "gradients"]
    assert "G6-accuracy" in run(*tox, at=project, code=1)
    shutil.copy(RIGHT, project / "mine.py")
    run(*tox, at=project)


def steps(workflow: str) -> list[str]:
    """The shell lines of a workflow."""
    found = re.findall(r"^ +- run: (?:>-\n((?: {10}.*\n)+)|(.*)\n)", workflow, re.M)
    return [" ".join(folded.split()) or line for folded, line in found]


def test_the_steps_of_the_workflow_are_red_and_after_the_mending_green(
    project: Path, environment: Path, wheel: Path
) -> None:
    (project / ".git").mkdir()
    set_up = f"export PATH={environment}:$PATH PIP_FIND_LINKS={wheel.parent}"
    init("ci", environment=environment, at=project)
    workflow = project / ".github" / "workflows" / "gradproof.yml"
    install, check = steps(workflow.read_text("utf-8"))
    run("bash", "-c", f"{set_up}; {install}", at=project)
    judge = f"{set_up} GITHUB_STEP_SUMMARY={project}/summary.md; {check}"
    said = run("bash", "-c", judge, at=project, code=1)
    assert "forward-difference" in said
    assert re.search(r"^::error file=mine.py,line=\d+,title=", said, re.M)
    for name in ("summary.md", "gradproof.xml", "gradproof.sarif"):
        assert "forward" in (project / name).read_text("utf-8"), name
    shutil.copy(RIGHT, project / "mine.py")
    assert "::error" not in run("bash", "-c", judge, at=project)


@pytest.mark.part(0)
def test_pre_commit_checks_the_port_that_has_changed(
    project: Path, environment: Path
) -> None:
    hook = project / ".hook"
    git("clone", "-q", ROOT, hook, at=project)
    revision = git("rev-parse", "HEAD", at=hook).strip()
    config = PRE_COMMIT.format(repo=hook, revision=revision)
    (project / ".pre-commit-config.yaml").write_text(config)
    (project / ".gitignore").write_text(".hook\n.pc\n")
    git("init", "-q", at=project)
    git("add", ".", at=project)
    check = [environment / "pre-commit", "run", "gradproof", "--files", "mine.py"]
    assert "forward-difference" in run(*check, at=project, code=1)
    # Where the file that declares it has changed, it is judged as well.
    declared = [*check[:-1], "pyproject.toml"]
    assert "forward-difference" in run(*declared, at=project, code=1)
    shutil.copy(RIGHT, project / "mine.py")
    run(*check, at=project)


def test_what_is_written_for_pre_commit_judges_what_is_staged(
    project: Path, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(environment), prepend=os.pathsep)
    init("pre-commit", environment=environment, at=project)
    git("init", "-q", at=project)
    git("add", ".", at=project)
    commit = [environment / "pre-commit", "run", "gradproof", "--all-files"]
    assert "forward-difference" in run(*commit, at=project, code=1)
    shutil.copy(RIGHT, project / "mine.py")
    run(*commit, at=project)
