"""Wherever a port runs, the report on it is the same, time and environment aside."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gradproof.examination.examination import Examination, examine
from gradproof.examination.policy import AS_WRITTEN
from gradproof.fix.repair import mend
from gradproof.ports.child_process import TAG
from gradproof.ports.in_process import open_port
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import parse
from gradproof.ports.workers import WORKER
from gradproof.project import checks
from gradproof.project.config import PortTable
from gradproof.report import json_report as report
from gradproof.report.phrases import Unusable
from gradproof.scripts.records import Place
from gradproof.scripts.session import session
from places import PROGRAMS

ROOT = PROGRAMS
VERSIONS = ("3.6", "3.8", "3.13")
PORTS = (
    "right/book.py:gradient",
    "right/by_rows.py:gradient",
    "right/copies.py:gradient",
    "right/five_point.py:gradient",
    "right/one_point.py:gradient",
    "right/whole_array.py:gradient",
    "wrong/forward.py:gradient",
    "wrong/not_restored.py:gradient",
    "wrong/precedence.py:gradient",
    "wrong/sign.py:gradient",
    "wrong/transposed_inside.py:gradient",
    "manners/calls.py:starred",
    "manners/calls.py:nothing",
    "manners/results.py:lists",
    "manners/arguments.py:without_default",
    "bad/results.py:nothing",
    "bad/results.py:huge",
    "bad/arguments.py:text",
    "bad/exceptions.py:loud",
    "bad/exceptions.py:exits",
    "roles/book.py:numerical_diff",
    "roles/book.py:tangent_line",
    "roles/book.py:steps_down",
)
OFTEN = (*PORTS[:2], "wrong/precedence.py:gradient", *PORTS[11:18:3], *PORTS[-3:])
"""Those that each interpreter runs; the others would show no more of it."""


def comparable(examination: Examination) -> dict[str, Any]:
    """The report's record of a port, without the time it took."""
    (port,) = json.loads(report.dumps(report.report([examination])))["ports"]
    return {key: value for key, value in port.items() if key != "wall"}


@functools.cache
def in_child(name: str, python: str | None = None) -> dict[str, Any]:
    command = python_command(parse(f"{ROOT}/{name}"), python)
    with ChildPort(name, command) as port:
        return comparable(examine(port))


def in_process(name: str) -> dict[str, Any]:
    return comparable(examine(open_port(parse(f"{ROOT}/{name}"), name)))


@pytest.mark.once
@pytest.mark.parametrize("name", PORTS)
def test_a_child_tells_the_same_as_this_process(name: str) -> None:
    assert in_child(name) == in_process(name)


def interpreter(version: str) -> str | None:
    """An interpreter of that version that starts; some only say that they would."""
    found = shutil.which(f"python{version}")
    if found is None:
        return None
    works = subprocess.run([found, "-c", ""], capture_output=True).returncode == 0
    return found if works else None


@pytest.fixture(scope="session")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with pip, which installs for the others too."""
    folder = tmp_path_factory.mktemp("pip")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="session", params=VERSIONS)
def python(
    request: pytest.FixtureRequest, pip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An interpreter of another version, with a NumPy of its own."""
    version: str = request.param
    found = interpreter(version)
    if found is None:
        pytest.skip(f"there is no Python {version} on PATH")
    folder = tmp_path_factory.mktemp(f"python{version}")
    run(found, "-m", "venv", "--without-pip", folder)
    packages = folder / "lib" / f"python{version}" / "site-packages"
    what = ("--python-version", version, "--only-binary", ":all:", "--no-compile")
    run(pip, "-m", "pip", "install", "-q", "--target", packages, *what, "numpy")
    own = folder / "bin" / "python"
    # A worker writes no bytecode: without this each would compile NumPy anew.
    run(own, "-c", "import sys; sys.dont_write_bytecode = False; import numpy.linalg")
    yield str(own)
    shutil.rmtree(folder)


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.part(2)
@pytest.mark.once
def test_another_interpreter_tells_the_same_as_this_one(python: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        there = list(pool.map(lambda name: in_child(name, python), OFTEN))
    assert there == [in_child(name) for name in OFTEN]


@pytest.mark.once
def test_another_interpreter_finds_a_file_whatever_its_locale(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "right" / "book.py", tmp_path / "勾配.py")
    monkeypatch.setenv("LC_ALL", "C")
    command = python_command(parse(f"{tmp_path}/勾配.py:gradient"), python)
    with ChildPort("勾配", command) as port:
        assert not port.notes
        assert port._process is not None
        # The worker itself gives no Python a reason to warn.
        assert port._process.last_words == ""


CALLS_AND_FAILS = """
import numpy as np
from valley import bowl


def gradient(f, x):
    d = 1e-4 * np.eye(2)
    return np.array([f(x + e) - f(x - e) for e in d]) / 2e-4


gradient(bowl, np.ones(2))
1 / 0
"""


@pytest.mark.once
@pytest.mark.parametrize("cells", [False, True], ids=["script", "notebook"])
def test_another_interpreter_names_a_scripts_files_as_they_are(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: bool
) -> None:
    folder = tmp_path / "勾配"
    folder.mkdir()
    (folder / "valley.py").write_text("def bowl(x):\n    return sum(x**2)\n", "utf-8")
    path = folder / ("図.ipynb" if cells else "図.py")
    path.write_text("" if cells else CALLS_AND_FAILS, "utf-8")
    name = f"{path}[1]" if cells else str(path)
    monkeypatch.setenv("LC_ALL", "C")
    own = [(name, CALLS_AND_FAILS)] if cells else None
    with session(path, 30.0, own, python) as (_, run):
        (called,), (failed,) = run.calls, run.failures
        assert (called.home, called.place) == (name, Place(name, 11))
        assert (failed.cell, failed.place, failed.kind) == (
            name,
            Place(name, 12),
            "ZeroDivisionError",
        )
        assert run.sources == {name: CALLS_AND_FAILS}


@pytest.mark.once
def test_a_method_is_found_and_mended_whatever_runs_the_script(python: str) -> None:
    """A call is found by its line and name: before 3.11 there are no columns."""
    found = mend(parse(str(ROOT / "scripts" / "draws_nothing.py")), 30.0, python)
    assert [m.routine for m in found.mended] == ["Slopes.at"]
    assert found.done


@pytest.mark.once
@pytest.mark.parametrize("version", VERSIONS)
def test_the_worker_is_read_by_every_interpreter(version: str, tmp_path: Path) -> None:
    found = interpreter(version)
    if found is None:
        pytest.skip(f"there is no Python {version} on PATH")
    copies = shutil.copytree(WORKER, tmp_path / "worker")
    files = sorted(copies.glob("*.py"))
    assert len(files) > 4
    run(found, "-W", "error", "-m", "py_compile", *files)


@pytest.mark.once
def test_the_worker_imports_nothing_of_the_package_but_itself() -> None:
    """Isolated, and without the packages that were installed besides NumPy."""
    target = parse(f"{ROOT}/right/by_rows.py:gradient")
    loaded = (
        "import sys, runpy; sys.argv = [sys.argv[1], sys.argv[2]]\n"
        "import os; os._exit = lambda code: print(*sys.modules, file=sys.stderr)\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    _, worker, what = python_command(target)
    done = subprocess.run(
        [sys.executable, "-c", loaded, worker, what],
        input="",
        capture_output=True,
        text=True,
        env={**os.environ, TAG: "@ "},
    )
    modules = done.stderr.split()
    assert "numpy" in modules
    assert not [m for m in modules if m.startswith(("gradproof", "sympy", "msgspec"))]


@pytest.mark.once
@pytest.mark.parametrize("target", ["right/by_rows.py:gradient", "scripts/mended.py"])
def test_what_is_no_python_3_is_said_to_be_none(target: str, tmp_path: Path) -> None:
    """The old one is a program that answers as Python 2.7 does."""
    old = tmp_path / "python2.7"
    old.write_text('#!/bin/sh\n[ "$1" = -c ] && echo gradproof 2.7 || exit 1\n')
    old.chmod(0o755)
    table = {
        "/bin/true": "load.no-python",
        str(old): "load.python-too-old",
        str(tmp_path / "nowhere"): "load.not-started",
    }
    for python, message in table.items():
        ports = checks.check(
            PortTable(f"{ROOT}/{target}", python=python),
            parse(f"{ROOT}/{target}"),
            AS_WRITTEN,
            30.0,
        )
        assert isinstance(ports, Unusable)
        assert ports.error.message == message
