"""What macOS and Windows take in the place of Linux's: their calls are put in here.

Nothing was run there. A new branch upon the platform is noticed:
`test_each_branch_upon_the_platform_is_known` counts them.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import gradproof
from gradproof.commands import signals
from gradproof.commands.cli import cli
from gradproof.commands.scan import scan
from gradproof.edits import replacement
from gradproof.ports import child_process, kept, scratch, spawned, wall, workers
from gradproof.ports.child_process import Process
from gradproof.ports.frames import EndedError
from gradproof.ports.lifeline import Lifeline
from gradproof.ports.limits import Limits
from gradproof.ports.target import LoadError
from gradproof.ports.worker import keeper
from gradproof.ports.worker.core import channel
from gradproof.scan import unheard
from gradproof.scan.machine import machine
from places import PROGRAMS

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="what is put in is not Linux's"),
]

PACKAGE = Path(gradproof.__file__).parent
BRANCH = re.compile(
    r"sys\.platform|os\.name\b|hasattr\((?:os|signal), |import resource\b"
)
TELLS = {"report/json_report.py", "report/html_report.py"}
"""These print what the platform is."""
BRANCHES = {
    "commands/scan.py": 1,
    "commands/signals.py": 2,
    "edits/replacement.py": 1,
    "ports/kept.py": 1,
    "ports/lifeline.py": 1,
    "ports/scratch.py": 2,
    "ports/spawned.py": 3,
    "ports/streams.py": 1,
    "ports/wall.py": 1,
    "ports/worker/core/channel.py": 3,
    # Each of these runs beside a port: tests/ports/test_interpreters.py. The keeper
    # is Linux's alone, and so is what it is forked from.
    "ports/worker/core/script_runs.py": 1,
    "ports/worker/fork_server.py": 1,
    "ports/worker/keeper.py": 2,
    "ports/worker/script.py": 1,
    "scan/machine.py": 1,
    "scan/unheard.py": 1,
}


def test_each_branch_upon_the_platform_is_known() -> None:
    found = Counter(
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for _ in BRANCH.findall(path.read_text("utf-8"))
    )
    assert {name: n for name, n in found.items() if name not in TELLS} == BRANCHES


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")


@pytest.fixture
def fresh() -> Iterator[None]:
    """Walls are asked for anew, and forgotten."""
    wall.refusal.cache_clear()
    wall.want("auto")
    yield
    wall.refusal.cache_clear()
    wall.want("auto")


ECHO = (
    "import os, sys;"
    " print(os.environ['GRADPROOF_TAG'] + sys.stdin.readline(), end='', flush=True)"
)
STAYS = "; import subprocess, time; subprocess.Popen(['sleep', '98']); time.sleep(98)"


def child(code: str) -> Process:
    return Process([sys.executable, "-c", code], {})


def soon(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    return what()


def test_where_nothing_is_kept_a_child_speaks_and_ends(macos: None) -> None:
    assert not kept.is_supported()
    process = child(f"{ECHO}; sys.exit(3)")
    process.send(b"hello")
    assert process.receive(time.monotonic() + 60).line == b"hello"
    with pytest.raises(EndedError, match="exit code 3"):
        process.receive(time.monotonic() + 60)
    process.kill()


def test_where_nothing_is_kept_a_child_s_group_ends_with_it(macos: None) -> None:
    process = child(ECHO + STAYS)
    group = process._child._child.pid  # type: ignore[union-attr]
    process.send(b"hello")
    process.receive(time.monotonic() + 60)
    assert soon(lambda: len(alive(group)) == 2)
    process.kill()
    assert soon(lambda: not alive(group))


def alive(group: int) -> list[str]:
    """The processes of a group that have not ended, reaped or not."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its = entry.read_text().rpartition(") ")[2].split()[:3]
            if int(its) == group and state != "Z":
                found.append(entry.parent.name)
    return found


def test_where_nothing_is_kept_no_worker_is_forked(macos: None) -> None:
    command, order = workers.worker_command(), b'{"op": "script"}'
    assert workers.forked(command, {}, None, order, Limits()) is None


def test_where_there_is_no_bubblewrap_it_is_said(macos: None, fresh: None) -> None:
    assert wall.around() == "none"
    wall.want("require")
    with pytest.raises(LoadError) as caught:
        wall.around()
    assert "no bubblewrap for darwin" in str(caught.value.parameters["text"])


def test_what_cannot_be_waited_for_without_reaping_is_waited_for(
    macos: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "waitid")
    running = spawned.Spawned([sys.executable, "-c", "input()"], os.environ, None)
    assert not running.has_ended(0.05)
    running.stdin.write(b"\n")
    assert running.has_ended(60)
    running.kill()
    assert running.wait() == 0
    for stream in (running.stdin, running.stdout, running.stderr):
        stream.close()


class Recorder:
    """Stands in for what starts a process."""

    pid = 4321
    returncode = None

    def __init__(self) -> None:
        self.calls: list[tuple[Any, dict[str, Any]]] = []
        self.stdin = self.stdout = self.stderr = open(os.devnull, "r+b")  # noqa: SIM115

    def __call__(self, command: Any, **options: Any) -> Recorder:
        self.calls.append((command, options))
        return self


def test_on_windows_a_group_is_made_and_ended_by_windows_own_means(
    windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 512, raising=False)
    monkeypatch.setattr(subprocess, "Popen", recorder)
    monkeypatch.setattr(subprocess, "run", recorder)
    spawned.Spawned(["python"], {}, None).kill()
    recorder.stdin.close()
    (_, started), (ends, _) = recorder.calls
    assert started["creationflags"] == 512
    assert not started["start_new_session"]
    assert ends == ["taskkill", "/F", "/T", "/PID", "4321"]


def test_on_windows_no_shell_is_tied_to_a_group(
    windows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(subprocess, "Popen", recorder)
    Lifeline(4321).cut()
    recorder.stdin.close()
    assert recorder.calls == []


def test_on_windows_no_other_run_is_taken_to_have_ended(
    windows: None, tmp_path: Path
) -> None:
    left = tmp_path / f"{replacement.PREFIX}999999999-x"
    left.touch()
    replacement.clear(tmp_path)
    assert left.exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "platform", "linux")
        replacement.clear(tmp_path)
    assert not left.exists()


def test_on_windows_names_are_texts_already(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "日本\udc80.py"
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        there = channel.file_name(name), channel.told_name(name)
    assert there == (name, name)


def test_where_there_are_no_limits_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    channel.limit(1)
    assert bytearray(1 << 20)


def test_a_signal_that_a_platform_lacks_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(signal, "SIGHUP")

    def ended() -> None:
        with signals.heard():
            signal.raise_signal(signal.SIGTERM)

    with pytest.raises(signals.SignalError):
        ended()


def test_without_threads_signals_one_is_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []
    monkeypatch.delattr(signal, "pthread_kill")
    monkeypatch.setattr(signal, "raise_signal", sent.append)
    signals._sent(signal.SIGTERM)
    assert sent == [signal.SIGTERM]


def test_where_processors_cannot_be_asked_for_they_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (jobs,) = (option for option in scan.params if option.name == "jobs")
    default: Any = jobs.default
    assert default() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert default() == (os.cpu_count() or 1)


def test_a_page_has_a_usual_size_where_it_is_not_told() -> None:
    assert os.sysconf("SC_PAGE_SIZE") == keeper.PAGE
    assert sys.version_info[:2] >= child_process.MIN_PYTHON


def test_on_windows_a_scratch_folder_ends_with_its_run_and_no_other_does(
    windows: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{scratch.PREFIX}x"
    left.mkdir()
    scratch._clear_once.cache_clear()
    with scratch.folder() as own:
        (own / "file").touch()
        assert {*tmp_path.iterdir()} == {left, own}
    assert [*tmp_path.iterdir()] == [left]


WITHOUT_ALARM = """\
#!/bin/sh
exec {python} -c '
import runpy, signal, sys
del signal.setitimer
sys.argv[:] = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
' "$@"
"""


def checked_without_alarm(folder: Path, *arguments: str) -> str:
    """What a check by an interpreter without an alarm says."""
    python = folder / "python"
    python.write_text(WITHOUT_ALARM.format(python=sys.executable))
    python.chmod(0o755)
    options = ("--python", str(python), "--sandbox", "off")
    return CliRunner().invoke(cli, ["check", *arguments, *options]).stdout


def test_without_an_alarm_a_script_is_stopped_at_a_call(tmp_path: Path) -> None:
    script = str(PROGRAMS / "scripts/many_points.py")
    said = checked_without_alarm(tmp_path, script, "--timeout", "6")
    assert "it did not finish in time" in said
    assert "f was given arrays of shape (202500,)" in said


def test_without_an_alarm_no_training_is_run_and_it_is_said(tmp_path: Path) -> None:
    said = checked_without_alarm(tmp_path, str(PROGRAMS / "training/train.py"))
    assert "its training was not run" in said
    assert "TwoLayers  gradient right" in said


def test_where_processes_cannot_be_forked_those_of_a_scan_are_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    monkeypatch.chdir(tmp_path)
    with machine(1) as found:
        assert found.executor().submit(os.getcwd).result(60) == str(tmp_path)


def test_where_signals_cannot_be_held_those_of_a_scan_are_left_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = {signal.SIGINT, signal.SIGHUP}
    before = signal.getsignal(signal.SIGINT), sys.excepthook
    was = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        with monkeypatch.context() as patch:
            patch.delattr(signal, "pthread_sigmask")
            importlib.reload(unheard)
        assert (signal.getsignal(signal.SIGINT), sys.excepthook) == before
        assert held <= signal.pthread_sigmask(signal.SIG_BLOCK, ())
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, was)
