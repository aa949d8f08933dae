"""What a command that is interrupted has written, it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commandline import HEEDFUL
from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.fields import drawing
from gradproof.figures import canvas
from gradproof.ports.target import LoadError
from gradproof.project import checks
from gradproof.report import pictures
from gradproof.report.phrases import Unusable
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

NONE = "interrupted: no file was written."


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text("def f(x):\n    return x[0] * x[1]\n")
    Path("old.json").write_text("what was there")


def interrupted(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def after(number: int, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, interrupted when it was called so many times."""
    left = [number]

    def counted(*arguments: Any) -> Any:
        result = function(*arguments)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return result

    return counted


def said(*words: str) -> str:
    return CliRunner().invoke(cli, words).stderr


@pytest.mark.parametrize("options", [(), ("--figures", "pictures")])
def test_a_check_has_written_nothing_and_left_what_was_there(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "check", interrupted)
    assert NONE in said("check", "mine.py:f", "--output", "old.json", *options)
    assert Path("old.json").read_text() == "what was there"


def test_a_check_that_writes_nothing_says_nothing_of_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "check", interrupted)
    assert "file" not in said("check", "mine.py:f")


def test_a_check_names_the_pictures_that_it_has_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def draw(_: Any, folder: Path, *__: Any) -> None:
        folder.mkdir()
        (folder / "Affine-dW.png").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(pictures, "has_any", lambda _: True)
    monkeypatch.setattr(checks, "check_subject", lambda *_: [object()])
    monkeypatch.setattr(exit_codes, "of_result", lambda *_, **__: 0)
    monkeypatch.setattr(pictures, "draw", draw)
    told = said("check", "layers.py", "--figures", "pictures")
    assert f"already written: {Path('pictures/Affine-dW.png')}." in told


def test_a_report_is_written_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(table: Any, *_: Any) -> Unusable:
        return Unusable(table.target, LoadError("load.no-file"))

    monkeypatch.setattr(checks, "check", check)
    assert said("check", "none.py:f", "--output", "old.json", "--format", "json") == ""
    assert "none.py:f" in Path("old.json").read_text()


@pytest.mark.once
@pytest.mark.parametrize(
    ("command", "first", "told"),
    [
        (("draw", "mine.py:f"), 1, "already written: f.png."),
        (("draw", "mine.py:f", "--output", "g.png"), 1, "already written: g.png."),
        (("demo", "--figures", "p"), 2, "faulty-squares.png, p/right-squares.png."),
    ],
)
def test_pictures_that_are_written_are_named(
    command: tuple[str, ...], first: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "write", after(first, canvas.write))
    assert told in said(*command)


def test_where_no_picture_is_written_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "field", interrupted)
    assert NONE in said("draw", "mine.py:f")


@pytest.mark.parametrize("options", [("--format", "html"), ("--output", "old.json")])
def test_so_it_is_of_a_review(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradproof.golden.sources.open_source", interrupted)
    assert NONE in said("review", *options)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("after", [0.0, 0.3, 1.0])
def test_a_scan_whose_terminal_ends_it_says_so_and_no_more(
    number: int, after: float
) -> None:
    """Each process of the terminal is sent the signal, be it while it imports."""
    right = (PROGRAMS / "right" / "by_rows.py").read_text(encoding="utf-8")
    slow = f"{right}\nimport time\n\ntime.sleep(5)  # the scan must not end first\n"
    Path("port.py").write_text(slow, encoding="utf-8")
    command = [*HEEDFUL, "scan", ".", "--jobs", "2"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, start_new_session=True
    ) as scan:
        end = time.monotonic() + 60
        while not has_a_server(scan.pid) and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(after)
        os.killpg(scan.pid, number)
        assert scan.stderr is not None
        told = scan.stderr.read().decode()
    assert f"interrupted ({signal.Signals(number).name})" in told
    assert "Traceback" not in told
    assert "Warning" not in told


def has_a_server(parent: int) -> bool:
    """Whether the process that those of a scan are forked from has been started."""
    path = Path(f"/proc/{parent}/task/{parent}/children")
    children = path.read_text().split()
    words = [Path(f"/proc/{child}/cmdline") for child in children]
    return any(b"forkserver" in each.read_bytes() for each in words if each.exists())
