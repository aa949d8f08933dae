"""New contents lie beside their files, and what a killed run left there goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradproof.edits import replacement


def test_it_has_the_other_s_mode(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text("old")
    path.chmod(0o750)
    new = replacement.beside(path, b"new")
    assert (new.parent, new.read_bytes()) == (tmp_path, b"new")
    assert new.stat().st_mode & 0o777 == 0o750


def test_what_a_run_that_has_ended_left_is_cleared_away(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = {
        f".gradproof-{ended.pid}-left": False,
        f".gradproof-{os.getpid()}-mine": True,
        ".gradproof-own": True,
        ".gradproof-99999999999999999999-left": False,
    }
    for name in names:
        (tmp_path / name).touch()
    new = replacement.beside(tmp_path / "script.py", b"")
    assert {n: (tmp_path / n).exists() for n in names} == names
    assert new.exists()


def test_nothing_is_left_where_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "chmod", fails)
    with pytest.raises(OSError, match="full"):
        replacement.beside(tmp_path / "script.py", b"")
    assert list(tmp_path.iterdir()) == []
