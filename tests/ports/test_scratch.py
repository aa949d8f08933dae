"""Scratch folders end with their run, or with the next where that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gradproof.ports import scratch

WAITS = """\
from gradproof.ports import scratch
with scratch.folder() as path:
    (path / "below").mkdir()
    print(path, flush=True)
    input()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_there_as_long_as_its_block(place: Path) -> None:
    with scratch.folder() as path:
        (path / "file").write_text("")
        with scratch.folder() as other:
            assert other != path
        assert [*place.iterdir()] == [path]
    assert [*place.iterdir()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no locks of folders")
def test_what_others_have_there_is_left_alone(place: Path) -> None:
    kept = [place / "gradproof-other", place / f"{scratch.PREFIX}file"]
    kept[0].mkdir()
    kept[1].write_text("")
    (place / f"{scratch.PREFIX}link").symlink_to(kept[0])
    (place / f"{scratch.PREFIX}left" / "below").mkdir(parents=True)
    with scratch.folder():
        pass
    assert {*place.iterdir()} == {*kept, place / f"{scratch.PREFIX}link"}


@pytest.mark.once
@pytest.mark.skipif(sys.platform == "win32", reason="there are no locks of folders")
def test_a_killed_runs_folder_goes_at_the_next_start_and_a_living_ones_stays(
    place: Path,
) -> None:
    found = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", WAITS],
            env={**os.environ, "TMPDIR": str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        found.append((process, Path(process.stdout.readline().strip())))
    (killed, left), (living, used) = found
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert left.is_dir()
    with scratch.folder():
        assert not left.exists()
        assert used.is_dir()
    living.communicate("\n")
    assert [*place.iterdir()] == []
