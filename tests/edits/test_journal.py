"""Files that change together do so whenever the run that changes them is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gradproof.edits import journal, replacement

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="runs are killed by SIGKILL"
)
FOLDERS = ("one", "two")


@pytest.fixture
def contents(tmp_path: Path) -> dict[Path, bytes | None]:
    """Two files to be changed, one to be made and one to go, in two folders."""
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    changes: dict[Path, bytes | None] = {
        tmp_path / "one" / "a": b"A",
        tmp_path / "two" / "b": b"B",
        tmp_path / "one" / "new": b"N",
        tmp_path / "two" / "old": None,
    }
    for path in changes:
        if path.name != "new":
            path.write_bytes(b"before")
            path.chmod(0o640)
    return changes


def held(contents: dict[Path, bytes | None]) -> list[bytes | None]:
    return [p.read_bytes() if p.exists() else None for p in contents]


def killed(change: Callable[[], object], step: int) -> bool:
    """Whether the change was killed, at that of its calls that alter a folder."""
    process = os.fork()
    if process == 0:
        try:
            done = 0
            with pytest.MonkeyPatch.context() as patch:
                for name in ("replace", "unlink"):
                    call = getattr(os, name)

                    def counted(*given: object, call: object = call, **named: object):  # type: ignore[no-untyped-def]
                        nonlocal done
                        if done == step:
                            os.kill(os.getpid(), signal.SIGKILL)
                        done += 1
                        return call(*given, **named)  # type: ignore[operator]

                    patch.setattr(os, name, counted)
                change()
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)


def test_wherever_it_is_killed_the_next_run_finds_all_or_none(
    contents: dict[Path, bytes | None], tmp_path: Path
) -> None:
    before, after = held(contents), list(contents.values())
    seen = set()
    for step in range(100):
        if not killed(lambda: journal.replace_all(contents), step):
            break
        each = held(contents)
        assert all(now in (b, a) for now, b, a in zip(each, before, after, strict=True))
        seen.add(each not in (before, after))
        for folder in FOLDERS:
            journal.finish(tmp_path / folder)
        assert held(contents) in (before, after)
        for folder in FOLDERS:
            replacement.clear(tmp_path / folder)
            assert not list((tmp_path / folder).glob(".gradproof-*"))
        for path, data in zip(contents, before, strict=True):
            path.unlink(missing_ok=True)
            if data is not None:
                path.write_bytes(data)
                path.chmod(0o640)
    else:
        pytest.fail("it is not done after 100 steps")
    # Two copies of a journal and three files; pathlib's own calls are not all counted.
    assert step >= 5
    assert seen == {True, False}  # some were half done
    assert held(contents) == after
    assert (tmp_path / "one" / "a").stat().st_mode & 0o777 == 0o640


def half_done(contents: dict[Path, bytes | None]) -> None:
    """Kill a run between the first file and the second."""
    before = held(contents)
    for step in range(100):
        assert killed(lambda: journal.replace_all(contents), step)
        if held(contents) != before:
            return


def test_what_was_changed_since_then_is_left_alone(
    contents: dict[Path, bytes | None], tmp_path: Path
) -> None:
    half_done(contents)
    a, b, *_ = contents
    b.write_bytes(b"mine")
    journal.finish(tmp_path / "one")
    assert (a.read_bytes(), b.read_bytes()) == (b"A", b"mine")


def test_the_next_change_is_made_after_what_was_left_undone(
    contents: dict[Path, bytes | None],
) -> None:
    half_done(contents)
    a, b, *_ = contents
    journal.replace_all({a: b"later"})
    assert (a.read_bytes(), b.read_bytes()) == (b"later", b"B")


def ended() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '[["a"]]', "null", "[[1, 2, 3]]", '[["/x", 3, null]]']
)
def test_what_is_no_journal_does_nothing(text: str, tmp_path: Path) -> None:
    found = tmp_path / f".gradproof-{ended()}-x{replacement.JOURNAL}"
    found.write_text(text)
    (tmp_path / "a").write_text("a")
    journal.finish(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("new", [None, "../inside/planted", "planted"])
def test_a_journal_reaches_no_folder_without_a_copy_of_it(
    new: str | None, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "planted").write_text("planted")
    victim = outside / "victim"
    victim.write_text("mine")
    hash = journal._hash(b"mine")
    name = f".gradproof-{ended()}-x{replacement.JOURNAL}"
    (inside / name).write_text(json.dumps([[str(victim), new, hash]]))
    journal.finish(inside)
    assert victim.read_text() == "mine"


def test_what_a_run_had_got_ready_when_it_was_killed_is_cleared_away(
    contents: dict[Path, bytes | None], tmp_path: Path
) -> None:
    before = held(contents)
    assert killed(lambda: journal.replace_all(contents), 0)  # no journal is there yet
    assert list(tmp_path.glob("*/.gradproof-*"))
    mine = replacement.beside(tmp_path / "one" / "a", b"of a run that goes on")
    journal.finish_below(tmp_path)
    assert list(tmp_path.glob("*/.gradproof-*")) == [mine]
    assert held(contents) == before
