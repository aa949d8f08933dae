"""Whatever ends gradproof, nothing that it has started goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from commandline import HEEDFUL
from gradproof.commands import signals
from places import PROGRAMS

MARKER = "GRADPROOF_TEST_MARKER"
PATIENCE = 60.0
"""Seconds that are waited for what takes milliseconds where the machine is free."""

UNWALLED = "check", "--sandbox", "off"
"""Behind a wall nobody would see what is marked."""
HOLDS_ON = "max(itertools.repeat(1))"  # in C, which lets no other thread run
GOES_ON = "\n    while True:\n        pass"
STARTS = (
    "subprocess.Popen([sys.executable, '-c', 'while True: pass']);"
    " max(itertools.repeat(1))"
)

PORT = """
import itertools, pathlib, subprocess, sys
def gradient(f, x):
    pathlib.Path("spins").touch()
    {work}
"""
SCRIPT = """
import itertools, pathlib, subprocess, sys
def spin():
    pathlib.Path("spins").touch()
    {work}
spin()
"""
CODES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGKILL": -9}


def marked(marker: str) -> list[int]:
    """The processes that have it in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def waited_for(what: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not what.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert what.exists()


def started(folder: Path, marker: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*HEEDFUL, *arguments],
        cwd=folder,
        env={**os.environ, MARKER: marker},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize(
    ("text", "target", "work"),
    [
        (PORT, "spinning.py:gradient", GOES_ON),
        (PORT, "spinning.py:gradient", HOLDS_ON),
        (SCRIPT, "spinning.py", GOES_ON),
        (SCRIPT, "spinning.py", STARTS),
    ],
    ids=["routine", "routine-in-c", "script", "script-with-a-child"],
)
def test_nothing_is_left_running(
    name: str, text: str, target: str, work: str, tmp_path: Path
) -> None:
    marker = uuid.uuid4().hex
    (tmp_path / "spinning.py").write_text(text.format(work=work))
    running = started(tmp_path, marker, *UNWALLED, target, "--timeout", "120")
    try:
        waited_for(tmp_path / "spins")
        running.send_signal(signal.Signals[name])
        _, said = running.communicate(timeout=PATIENCE)
        assert running.returncode == CODES[name], said.decode()
        assert b"Traceback" not in said
        end = time.monotonic() + PATIENCE
        while marked(marker) and time.monotonic() < end:
            time.sleep(0.05)
        assert marked(marker) == []
    finally:
        running.kill()
        for process in marked(marker):
            os.kill(process, signal.SIGKILL)


@pytest.mark.once
def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    marker = uuid.uuid4().hex
    (tmp_path / "quick.py").write_text(
        "import pathlib, time\n"
        "def gradient(f, x):\n"
        "    pathlib.Path('spins').touch()\n"
        "    time.sleep(0.2)\n"
        "    return 2 * x\n"
    )
    ignoring = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
    ignoring += " os.execv(sys.executable, [sys.executable, '-m', 'gradproof',"
    ignoring += " 'check', '--sandbox', 'off', 'quick.py:gradient', '--timeout', '5'])"
    running = subprocess.Popen(
        [sys.executable, "-c", ignoring],
        cwd=tmp_path,
        env={**os.environ, MARKER: marker},
        stdout=subprocess.DEVNULL,
    )
    waited_for(tmp_path / "spins")
    running.send_signal(signal.SIGHUP)
    assert running.wait(60) in (0, 1)
    assert marked(marker) == []


@pytest.fixture
def heard() -> Iterator[None]:
    # A shell may have started the tests with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with signals.heard():
        yield
    signal.signal(signal.SIGINT, before)


def test_what_may_not_be_interrupted_is_done_first(heard: None) -> None:
    done = []

    def writes() -> None:
        with signals.held():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("written")

    with pytest.raises(signals.SignalError) as caught:
        writes()
    assert (done, caught.value.code) == (["written"], 143)


def test_how_things_stand_is_said_if_a_signal_comes(
    heard: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        with signals.told(lambda: "as before"):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    with pytest.raises(signals.SignalError):
        interrupted()
    assert capsys.readouterr().err == "as before\n"


class Dying:
    """To whom a signal comes where nothing can be raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass


def test_a_signal_that_comes_while_an_object_dies_is_heard() -> None:
    def waits() -> None:
        Dying()
        time.sleep(30)

    # Here and not in a fixture: some pytests hear what is unraisable in tests alone.
    with signals.heard(), pytest.raises(signals.SignalError) as caught:
        waits()
    assert caught.value.name == "SIGTERM"


def test_a_library_s_signals_are_as_before() -> None:
    def now() -> list[object]:
        return [signal.getsignal(signal.SIGTERM), sys.unraisablehook]

    before = now()
    with signals.heard():
        assert all(a != b for a, b in zip(now(), before, strict=True))
    assert now() == before


@pytest.mark.once
def test_a_fix_that_is_interrupted_says_what_it_has_written(tmp_path: Path) -> None:
    slip = (PROGRAMS / "wrong" / "precedence.py").read_text()
    (tmp_path / "first.py").write_text(slip)
    (tmp_path / "spinning.py").write_text(PORT.format(work=GOES_ON))
    targets = "first.py:gradient", "spinning.py:gradient"
    unwalled = "fix", "--sandbox", "off", "--timeout", "120"
    for write, said in ((("--write",), b"already written: first.py"), ((), b"no file")):
        (tmp_path / "spins").unlink(missing_ok=True)
        running = started(tmp_path, "0", *unwalled, *targets, *write)
        waited_for(tmp_path / "spins")
        running.send_signal(signal.SIGINT)
        assert said in running.communicate(timeout=PATIENCE)[1]
        assert running.returncode == 130
    assert (tmp_path / "first.py").read_text() != slip
