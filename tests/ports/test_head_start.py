"""A script runs before those who judge it are ready, and is ended in any case."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from gradproof.commands import cli, exit_codes
from gradproof.ports.child_process import Process
from gradproof.ports.head_start import begun
from gradproof.ports.layer_doors import LayerFile
from gradproof.ports.target import parsed
from gradproof.scripts.session import session
from places import PROGRAMS

SCRIPTS = PROGRAMS / "scripts"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        (
            "ports.head_start",
            {"numpy", "sympy", "matplotlib", "msgspec", "click", "rich"},
        ),
        ("project.config", {"numpy", "sympy", "matplotlib", "rich"}),
    ],
)
def test_nothing_heavy_is_imported_to_start_a_child(
    module: str, heavy: set[str]
) -> None:
    code = f"import gradproof.{module}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not heavy & set(done.stdout.split())


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Process]:
    """The children that are started from now on."""
    found = []
    start = Process.__init__

    def counted(self: Process, *arguments: object) -> None:
        found.append(self)
        start(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Process, "__init__", counted)
    return found


@pytest.mark.parametrize(
    "target", ["nowhere.py", f"{SCRIPTS}/broken.ipynb", "exec:nothing", "no target"]
)
def test_what_cannot_be_run_is_not_begun(target: str) -> None:
    with begun(parsed(target), 30.0, None) as found:
        assert found is None


@pytest.mark.parametrize(
    "target", [f"{SCRIPTS}/mended.py", "gradproof.sample:numerical_gradient"]
)
def test_what_nobody_takes_is_ended(target: str, started: list[Process]) -> None:
    with begun(parsed(target), 30.0, None) as found:
        assert found is not None
        (process,) = started
        assert not process._child.has_ended(0)
    assert process._child.has_ended(0)
    assert found.take() is None


@pytest.mark.once
def test_a_script_that_has_begun_is_not_started_again(
    started: list[Process],
) -> None:
    path = SCRIPTS / "mended.py"
    with begun(parsed(str(path)), 30.0, None) as found:
        with session(path, 30.0, begun=found) as (_, run):
            assert run.quivers
        assert len(started) == 1
        # There is but one of it.
        with session(path, 30.0, begun=found) as (_, run):
            assert run.quivers
        assert len(started) == 2


@pytest.mark.once
def test_a_function_that_has_begun_is_not_started_again(
    started: list[Process],
) -> None:
    threads = threading.active_count()
    result = CliRunner().invoke(cli.cli, ["check", "gradproof.corrected:tangent_line"])
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert len(started) == 1
    assert threading.active_count() == threads


@pytest.mark.once
def test_what_is_wrong_with_the_usage_is_told_all_the_same() -> None:
    threads = threading.active_count()
    path = str(SCRIPTS / "mended.py")
    result = CliRunner().invoke(cli.cli, ["check", path, "--only", "S77"])
    assert result.exit_code == exit_codes.USAGE
    assert "S77" in result.stderr
    assert threading.active_count() == threads


@pytest.mark.once
def test_layers_are_loaded_where_no_role_is_given() -> None:
    path = PROGRAMS / "layers" / "volume1" / "layers.py"
    with begun(parsed(str(path)), 30.0, None) as child:
        assert child is None
    with begun(parsed(str(path)), 30.0, None, as_layers=True) as child:
        assert child is not None
        with LayerFile(path, begun=child) as port:
            assert "Affine" in [said.name for said in port.describe()]
        assert child.take() is None
