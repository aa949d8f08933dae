"""A slice of the kills, and that half a change is seen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kill_check
from kill_check import Scene, is_wrong, killings

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform == "win32", reason="runs are killed by SIGKILL"),
]


def test_a_command_that_is_killed_leaves_nothing_half_done() -> None:
    found = killings("review --results --accept", 3, seed=1)
    assert not any(map(is_wrong, found)), found


CARELESS = """
import os
import time
from pathlib import Path
left = Path(f".gradproof-{os.getpid()}-x")
left.touch()
{}
time.sleep(0.15)
Path("b").write_text("new")
left.unlink()
"""
WAYS = {
    "half done": 'Path("a").write_text("new")',
    "WRONG: a is neither old nor new": 'Path("a").write_text("ne")',
    "WRONG: b is neither old nor new": 'Path("b").chmod(0o600)',
}


@pytest.mark.parametrize("expected", WAYS)
def test_a_command_that_writes_carelessly_is_found_out(
    expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(folder: Path) -> None:
        for name in "ab":
            (folder / name).write_text("old")

    def ours(folder: Path) -> Iterator[Path]:
        return folder.glob("?")

    ended = 'Path("a").write_text("new"); Path("b").chmod(0o644)'
    code = CARELESS.replace("{}", WAYS[expected]) + ended
    scene = Scene(prepare, (sys.executable, "-c", code), ours)
    monkeypatch.setitem(kill_check.SCENES, "careless", scene)
    found = killings("careless", 3, seed=0)
    assert any(what.endswith(expected) or expected in what for what in found), found
