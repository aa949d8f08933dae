"""A port can do anything, and nothing is lost: each fault gets a verdict of its own.

    pytest -m once tests/test_faults.py -k table -s

prints what came of each, in how many seconds, and what was left behind.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from faults import ENDS, FAULTS, WAITS, target
from places import PROGRAMS

# A minute and a half, of which the half is waited.
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are kept on Linux"),
]

SECONDS = {"ends": "60"}
A_FEW = "8"
PART = 3
"""Of the faults every third is tried, if not all are wanted."""
"""For each port: little where it has to be waited for to the end of it."""
GOOD = ("by_rows", "copies", "smaller_step")
FOREVER = b"98765"
"""Seconds that what they start would sleep."""
WORKERS = b"gradproof/ports/worker"
SOON = 3.0
PATIENCE = 400.0


@dataclass(frozen=True)
class Row:
    """What was said of a fault, after how many seconds if it was judged."""

    verdict: str
    said: str
    seconds: float | None


@dataclass(frozen=True)
class Ran:
    """What came of the faults, of the good ports among them, and what was left."""

    faults: dict[str, Row]
    good: list[dict[str, Any]]
    processes: list[str]
    files: list[str]
    seconds: float


def stamps(folder: Path) -> list[str]:
    """The files in a folder, with what they hold."""
    return sorted(
        f"{path} {path.stat().st_mtime_ns} {path.read_bytes()!r}"
        for path in folder.rglob("*.py")
    )


def elsewhere() -> set[str]:
    """What faults have left in folders that everybody writes to."""
    places = (Path("/tmp"), Path("/dev/shm"))
    return {str(p) for place in places for p in place.glob("*fault-*")}


def running() -> list[str]:
    """The command lines of what was started for a port, or by it, and still runs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
            ours = str(os.getpid()).encode() != entry.name.encode()
            mine = (entry / "environ").read_bytes()
        except OSError:
            continue
        if ours and (FOREVER in words or (WORKERS in words and MARK in mine)):
            found.append(words.replace(b"\0", b" ").decode("utf-8", "replace"))
    return found


MARK = b"MPLCONFIGDIR=/nowhere/faults-of-" + str(os.getpid()).encode()
"""A variable that a child keeps behind a wall, too."""


def started(
    folder: Path, names: list[str], seconds: str, *options: str
) -> subprocess.Popen[bytes]:
    """One command for all of them, with good ports before, among and after them."""
    good = [f"{PROGRAMS / 'right' / name}.py:gradient" for name in GOOD]
    half = len(names) // 2
    faulty = [target(folder, name) for name in names]
    targets = [good[0], *faulty[:half], good[1], *faulty[half:], good[2]]
    words = ["check", *targets, "--timeout", seconds, "--format", "json", *options]
    variable, _, value = MARK.decode().partition("=")
    return subprocess.Popen(
        [sys.executable, "-m", "gradproof", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.parent,
        env={**os.environ, variable: value},
    )


def rows(report: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    for port in report["ports"]:
        wrong = [c for c in port["clauses"] if c["verdict"] in ("fail", "error")]
        words = "; ".join(c["message"] or "" for c in wrong)
        yield port["target"], Row(port["verdict"], words, port["wall"])
    for error in report["errors"]:
        yield error["target"], Row("unusable", error["message"], None)


def ran(folder: Path, groups: dict[str, list[str]], *options: str) -> Ran:
    before, begin = elsewhere(), time.monotonic()
    shutil.copytree(PROGRAMS / "faults", folder / "faults")
    stamped = stamps(folder)
    children = [
        started(folder / "faults", names, SECONDS.get(group, A_FEW), *options)
        for group, names in groups.items()
    ]
    said: dict[str, Row] = {}
    good = []
    for child in children:
        out, errors = child.communicate(timeout=PATIENCE)
        assert b"Traceback" not in errors, errors.decode()
        assert b"Warning" not in errors, errors.decode()
        report = json.loads(out)
        said.update(rows(report))
        ports = [p for p in report["ports"] if "/right/" in p["target"]]
        good.append({p["target"]: clauses(p) for p in ports})
    seconds = time.monotonic() - begin
    end = time.monotonic() + SOON
    while running() and time.monotonic() < end:  # what was killed may not be gone
        time.sleep(0.05)
    names = [name for group in groups.values() for name in group]
    left = [*(elsewhere() - before), *({*stamps(folder)} ^ {*stamped})]
    faults = {name: said[target(folder / "faults", name)] for name in names}
    return Ran(faults, good, running(), left, seconds)


def clauses(port: dict[str, Any]) -> list[Any]:
    return [port["verdict"], [(c["id"], c["verdict"]) for c in port["clauses"]]]


@pytest.fixture(scope="module")
def all_of_them(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Ran:
    # As the tests below: each third, if not all are wanted.
    every = pytestconfig.getoption("every")
    names = list(FAULTS)[:: 1 if every else PART]
    ends, waits = ([n for n in names if n in kind] for kind in (ENDS, WAITS))
    half = len(waits) // 2
    groups = {"ends": ends, "waits": waits[:half], "waits too": waits[half:]}
    return ran(tmp_path_factory.mktemp("run"), groups)


def test_each_file_is_expected_and_there_are_at_least_sixty() -> None:
    files = {path.stem for path in (PROGRAMS / "faults").glob("*.py")}
    assert files == set(FAULTS)
    assert len(files) >= 60


@pytest.mark.part(PART)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_gets_its_own_verdict(name: str, all_of_them: Ran) -> None:
    verdict, words = FAULTS[name]
    row = all_of_them.faults[name]
    assert row.verdict == verdict, row.said
    assert re.search(words, row.said, re.DOTALL), row.said


def test_good_ports_beside_them_are_judged_as_if_alone(
    all_of_them: Ran, tmp_path: Path
) -> None:
    (alone,) = ran(tmp_path, {"ends": []}).good
    assert [port[0] for port in alone.values()] == ["pass", "pass", "pass"]
    assert all_of_them.good == [alone, alone, alone]


def test_nothing_is_left_of_them(all_of_them: Ran) -> None:
    assert all_of_them.processes == []
    assert all_of_them.files == []


def test_table(all_of_them: Ran) -> None:
    """Which fault, which verdict, how long, what was left behind."""
    for name, row in all_of_them.faults.items():
        seconds = "" if row.seconds is None else f"{row.seconds:.1f}"
        print(f"{name:30} {row.verdict:9} {seconds:>5}  {row.said[:90]}")
    processes, files = len(all_of_them.processes), len(all_of_them.files)
    print(f"{len(all_of_them.faults)} faults in {all_of_them.seconds:.0f} s;", end=" ")
    print(f"left behind: {processes} processes, {files} files")
    assert processes + files == 0


UNWALLED = ["session_of_its_own", "daemon", "daemons", "kills_its_group", "hangs"]
UNWALLED += ["thread_left", "is_killed", "script_leaves", "f_in_a_fork"]
UNWALLED += ["stops_its_parent"]


def test_without_a_wall_the_keeper_ends_what_is_left(tmp_path: Path) -> None:
    found = ran(tmp_path, {"waits": UNWALLED}, "--sandbox", "off")
    for name in UNWALLED:
        verdict, words = FAULTS[name]
        row = found.faults[name]
        assert (name, row.verdict) == (name, verdict)
        assert re.search(words, row.said, re.DOTALL), row.said
    assert found.processes == []


NAMES = {
    "a newline": "new\nline.py",
    "quotes": "quo'te\".py",
    "an escape": "esc\x1b[31m.py",
    "Japanese": "日本語.py",
    "a backslash": "back\\slash.py",
    "bidirectional": "turn\u202e.py",
    "blanks": " blank .py",
}


def test_a_file_may_have_any_name_and_none_reaches_the_terminal_raw(
    tmp_path: Path,
) -> None:
    right = (PROGRAMS / "right" / "by_rows.py").read_text()
    for name in NAMES.values():
        (tmp_path / name).write_text(right)
    words = [f"./{name}:gradient" for name in NAMES.values()]
    done = checked(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode()
    assert said.count(" is right.") == len(NAMES)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not [line for line in said.splitlines() if line.startswith("line.py")]
    (tmp_path / "b\u200fy\x1bmarks.py").write_text("class A:\n" + LAYER)
    (tmp_path / "b\u200fy\x1bscript.py").write_text("import matplotlib\n1 / 0\n")
    for command in ("check", "scan"):
        said = checked(tmp_path, ".", command=command).stdout.decode()
        assert "marks.py" in said
        assert not {"\x1b", "\u202e", "\u200f"} & {*said}
        assert not [line for line in said.splitlines() if line.startswith("line.py")]


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "endless.py").symlink_to("/dev/zero")
    (tmp_path / "folder.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    names = ("loop", "gone", "endless", "folder", "pipe")
    done = checked(tmp_path, *(f"{name}.py:gradient" for name in names))
    assert done.returncode == 3, done.stderr
    assert done.stdout.count(b"there is no such file") == len(names)


LAYER = """\
    def forward(self, x):
        return x

    def backward(self, dout):
        return 2 * dout
"""


def checked(
    folder: Path, *targets: str, command: str = "check"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "gradproof", command, *targets],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
    )
