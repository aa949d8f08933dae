"""The package as a user meets it: its names, its start-up, its wheel."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import gradproof
from gradproof import corrected, layers, optimizers, sample, testing
from places import PROGRAMS, ROOT

HEAVY = {"hypothesis", "matplotlib", "scipy", "sympy"}
SHOW_MODULES = "import sys; print('loaded:', *sys.modules)"
RUN_MAIN = """
import runpy, sys
sys.argv[1:] = {arguments!r}
try:
    runpy.run_module("gradproof", run_name="__main__", alter_sys=True)
except SystemExit as stop:
    assert not stop.code, stop.code
"""
OLDEST = os.environ.get("GRADPROOF_OLDEST") == "1"
"""Set where the oldest dependencies that are declared should be installed."""


PUBLIC = [gradproof, corrected, layers, optimizers, sample, testing]
"""What a user may rely on is ``__all__`` of these modules."""

public_module = pytest.mark.parametrize("module", PUBLIC, ids=lambda m: m.__name__)


@public_module
def test_all_is_sorted(module: ModuleType) -> None:
    assert module.__all__ == sorted(set(module.__all__))


@public_module
def test_every_exported_name_is_there_and_is_listed(module: ModuleType) -> None:
    assert set(module.__all__) <= set(dir(module))


@public_module
def test_every_public_definition_is_exported(module: ModuleType) -> None:
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and getattr(value, "__module__", "") == module.__name__
    }
    assert public <= set(module.__all__)


def test_no_two_classes_have_one_name() -> None:
    """The layers that are wrong on purpose aside: they are shown, and not spoken of."""
    package = Path(gradproof.__file__).parent
    files = {*package.rglob("*.py")} - {package / "defects/layer_classes.py"}
    names = Counter(
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("import gradproof", id="import"),
        pytest.param(RUN_MAIN.format(arguments=["--help"]), id="help"),
        pytest.param(RUN_MAIN.format(arguments=["--version"]), id="version"),
    ],
)
def test_starting_up_imports_no_heavy_package(start: str) -> None:
    assert HEAVY & loaded_after(start) == set()


@pytest.mark.once
def test_what_is_right_is_judged_without_what_that_does_not_need() -> None:
    names = ("by_rows", "one_point", "whole_array", "five_point")
    targets = [f"{PROGRAMS}/right/{name}.py:gradient" for name in names]
    targets.append(f"{PROGRAMS}/layers/volume1/layers.py")
    loaded = loaded_after(RUN_MAIN.format(arguments=["check", *targets]))
    assert "numpy" in loaded
    assert {*HEAVY, "mpmath", "jinja2", "PIL"} & loaded == set()


def loaded_after(code: str) -> set[str]:
    """Names of the modules that a new interpreter holds after running ``code``."""
    output = run(sys.executable, "-c", f"{code}\n{SHOW_MODULES}")
    return set(output.rpartition("loaded:")[2].split())


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """What ``command`` prints; its error output is shown if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def applicable_requirements() -> list[Requirement]:
    """Run-time requirements that are due on this interpreter."""
    declared = map(Requirement, importlib.metadata.requires("gradproof") or [])
    return [
        requirement
        for requirement in declared
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]


@pytest.mark.parametrize("requirement", applicable_requirements(), ids=str)
def test_the_environment_is_as_old_as_it_claims(requirement: Requirement) -> None:
    installed = Version(importlib.metadata.version(requirement.name))
    (floor,) = (Version(s.version) for s in requirement.specifier if s.operator == ">=")
    assert installed == floor if OLDEST else installed in requirement.specifier


@pytest.mark.once
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    source = ROOT / "reference"
    files = (path for path in (source / "gradproof").rglob("*") if path.is_file())
    expected = {
        path.relative_to(source).as_posix() for path in files if path.suffix != ".pyc"
    }
    metadata = f"gradproof-{gradproof.__version__}.dist-info/"
    names = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.startswith(metadata)
    }
    assert names == expected


@pytest.mark.once
def test_what_an_index_shows_points_to_no_file_beside_it(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (n for n in archive.namelist() if n.endswith("/METADATA"))
    metadata = archive.read(name).decode()
    assert "Description-Content-Type: text/markdown" in metadata
    assert "as the faulty call draws it" in metadata
    assert re.findall(r"\]\((?!https?:)", metadata) == []


@pytest.mark.once
def test_the_readme_installs_and_demonstrates(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    unwanted = shutil.ignore_patterns(".git", ".tox", ".venv*")
    shutil.copytree(ROOT, tree, ignore=unwanted)
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    (command,) = (line for line in lines if line.endswith("/bin/gradproof demo"))
    assert run("bash", "-c", command, folder=tree)
