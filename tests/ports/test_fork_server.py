"""A forked worker is as one that was started, and ends as one."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradproof.ports import child_process, fork_server, kept, wall, workers
from gradproof.ports.child_process import Process
from gradproof.ports.frames import EndedError
from gradproof.ports.limits import Limits
from gradproof.ports.orders import ScriptOrder
from gradproof.ports.workers import worker_command

# Ports are judged by it in every environment; here it is looked at by itself.
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not kept.is_supported(), reason="workers are forked on Linux alone"
    ),
]
SOON = 20.0
"""Seconds within which what is to come comes, on a busy machine too."""

Run = Callable[..., str]


@pytest.fixture(autouse=True)
def unwalled() -> Iterator[None]:
    """What is told of workers is found in files that they write."""
    before = wall.wanted.set("off")
    yield
    wall.wanted.reset(before)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a script that prints, in a worker; what it has printed."""

    def run(code: str, forked: bool = True, **variables: str) -> str:
        path = tmp_path / "script.py"
        path.write_text(code)
        with pytest.MonkeyPatch.context() as patch:
            # What is left in a buffer when a worker ends is lost.
            patch.setenv("PYTHONUNBUFFERED", "1")
            for name, value in variables.items():
                patch.setenv(name, value)
            if not forked:
                patch.setattr(child_process, "forked", lambda *_: None)
            process = ScriptOrder(path).start(SOON)
        assert isinstance(process._child, kept.Kept)
        assert (process._child._keeper is None) == forked
        try:
            while b'"op": "ran"' not in process.receive(time.monotonic() + SOON).line:
                pass
            process.close()
            return process.last_lines(99)
        finally:
            process.kill()

    return run


def is_running(pid: int) -> bool:
    """A process that has ended and is not waited for yet has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def end_of(process: Process) -> str:
    """How a process ended by itself, before it had answered."""
    with pytest.raises(EndedError) as ended:
        process.receive(time.monotonic() + SOON)
    return ended.value.how


def ends(pid: int) -> bool:
    end = time.monotonic() + SOON
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_running(pid)


SEEN = """
import os, sys, signal
print(os.getcwd(), sys.argv, sys.path, sorted(os.environ), file=sys.stderr)
print(os.getpid() == os.getpgrp() == os.getsid(0), sys.stdin.read(), file=sys.stderr)
print([signal.getsignal(s) for s in (2, 15, 17)], sys.flags, file=sys.stderr)
print(sys.stdout.encoding, sys.stdout.line_buffering, file=sys.stderr)
print(sorted(os.listdir("/proc/self/fd")), sys.warnoptions, file=sys.stderr)
import warnings, threading
print(warnings.filters, threading.active_count(), __name__, file=sys.stderr)
"""


@pytest.mark.parametrize("head", ["", "import matplotlib.pyplot\n"])
def test_a_script_sees_no_difference(run: Run, head: str) -> None:
    variables = {"SEEN_BY": "日本"}
    forked = run(head + SEEN, **variables)
    assert "SEEN_BY" in forked
    assert forked == run(head + SEEN, forked=False, **variables)


def test_what_is_beside_a_script_is_imported_by_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cycler.py").write_text("ours = 'the one beside it'")
    code = "import cycler, sys\nprint(cycler.ours)\n'matplotlib'"
    assert run(code) == "the one beside it"


@pytest.mark.parametrize("name", ["queue.py", "queue/__init__.py", "matplotlibrc"])
def test_matplotlib_is_left_to_a_script_that_might_see_it(
    run: Run, tmp_path: Path, name: str
) -> None:
    code = "import sys\nprint('matplotlib.pyplot' in sys.modules)"
    assert run(code) == "True"  # for the text names it
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    assert run(code) == "False"


def test_a_folder_without_modules_is_not_seen(run: Run, tmp_path: Path) -> None:
    (tmp_path / "queue").mkdir()
    (tmp_path / "queue.txt").touch()
    assert run("import sys\nprint('matplotlib.pyplot' in sys.modules)") == "True"


def test_each_draws_its_own_numbers(run: Run) -> None:
    code = "import numpy, random\nprint(numpy.random.rand(), random.random())"
    first, second = run(code).split(), run(code).split()
    assert not set(first) & set(second)


def test_what_one_does_the_next_does_not_see(run: Run) -> None:
    run("import json, numpy, os\nos.ours = json.loads = numpy.sin = None")
    assert run("import numpy, os\nprint(numpy.sin(0), hasattr(os, 'ours'))") == (
        "0.0 False"
    )


def test_variables_that_are_read_at_the_start_are(run: Run, tmp_path: Path) -> None:
    code = "import matplotlib\nprint(matplotlib.get_cachedir())"
    folders = [str(tmp_path / name) for name in ("one", "two")]
    for folder in folders:
        assert run(code, MPLCONFIGDIR=folder).startswith(folder)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    started = []

    def start(code: str) -> Process:
        (tmp_path / "script.py").write_text(code)
        started.append(ScriptOrder(tmp_path / "script.py").start(SOON))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os\nos._exit(7)", "exit code 7"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import os\nos.abort()", "SIGABRT"),
    ],
)
def test_it_is_told_how_it_ended(
    start: Callable[[str], Process], code: str, how: str
) -> None:
    with pytest.raises(EndedError) as ended:
        start(code).receive(time.monotonic() + SOON)
    assert ended.value.how == how


LEAVES = """
import subprocess, sys, time
sleeper = subprocess.Popen([sys.executable, "-ISc", "import time; time.sleep(999)"])
open("pid", "w").write(str(sleeper.pid))
time.sleep(999)
"""


def told(path: Path) -> list[int]:
    end = time.monotonic() + SOON
    while not (path.exists() and path.read_text()) and time.monotonic() < end:
        time.sleep(0.01)
    return list(map(int, path.read_text().split()))


def test_what_it_has_started_ends_with_it(
    start: Callable[[str], Process], tmp_path: Path
) -> None:
    process = start(LEAVES)
    (pid,) = told(tmp_path / "pid")
    process.kill()
    assert ends(pid)


def test_it_ends_with_the_process_that_wanted_it(tmp_path: Path) -> None:
    told_of = LEAVES.replace("str(sleeper.pid)", "f'{sleeper.pid} {os.getppid()}'")
    (tmp_path / "script.py").write_text("import os" + told_of)
    code = (
        "import pathlib, sys, time; from gradproof.ports import wall;"
        "from gradproof.ports.orders import ScriptOrder; wall.wanted.set('off');"
        "process = ScriptOrder(pathlib.Path(sys.argv[1])).start(99); time.sleep(99)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "script.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as host:
        sleeper, keeper = told(tmp_path / "pid")
        server = int(Path(f"/proc/{keeper}/stat").read_text().rsplit(")")[1].split()[1])
        host.kill()
    assert ends(sleeper)
    assert ends(keeper)
    assert ends(server)


def test_a_server_that_was_killed_is_replaced(
    start: Callable[[str], Process], run: Run
) -> None:
    end_of(
        start("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos._exit(0)")
    )
    assert run("print(1)") == "1"


PARENTS = """
import os, resource, signal, time
keeper = os.getppid()
server = int(open(f"/proc/{keeper}/stat").read().rsplit(")")[1].split()[1])
open("pid", "w").write(f"{os.getpid()} {keeper} {server}")
"""


def test_a_keeper_that_is_stopped_is_ended_with_what_it_keeps(
    start: Callable[[str], Process], tmp_path: Path
) -> None:
    stops = "os.kill(keeper, signal.SIGSTOP)\ntime.sleep(999)"
    assert end_of(start(PARENTS + stops)) == "SIGKILL"
    worker, keeper, server = told(tmp_path / "pid")
    assert ends(worker)
    assert ends(keeper)
    assert is_running(server)


def test_a_keeper_that_can_open_nothing_is_ended_with_what_it_keeps(
    start: Callable[[str], Process], tmp_path: Path
) -> None:
    blinds = "resource.prlimit(keeper, resource.RLIMIT_NOFILE, (3, 3))\ntime.sleep(999)"
    assert end_of(start(PARENTS + blinds)) == "SIGKILL"
    assert all(map(ends, told(tmp_path / "pid")[:2]))


@pytest.mark.parametrize("replaced", ["when it is asked", "for other variables"])
@pytest.mark.parametrize(
    "change",
    [
        "resource.prlimit(server, resource.RLIMIT_FSIZE, (9, 9))",
        "os.setpriority(os.PRIO_PROCESS, server, 19)",
        "os.kill(server, signal.SIGSTOP)",
    ],
)
def test_a_server_that_was_changed_is_replaced(
    start: Callable[[str], Process],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    replaced: str,
) -> None:
    monkeypatch.setattr(fork_server, "ANSWER_SECONDS", 2.0)
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    if replaced == "for other variables":  # than those of `run`
        monkeypatch.delenv("PYTHONUNBUFFERED")
    process = start(f"{PARENTS}\n{change}")
    assert b'"op": "ran"' in process.receive(time.monotonic() + SOON).line
    process.kill()
    *_, server = told(tmp_path / "pid")
    assert run(f"import os\nprint(os.getpid() != {server})") == "True"
    assert ends(server)


def test_a_server_that_is_stopped_does_not_outlive_the_process_that_wanted_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "script.py").write_text(f"{PARENTS}\nos.kill(server, signal.SIGSTOP)")
    code = (
        "import pathlib, sys, time; from gradproof.ports import wall;"
        "from gradproof.ports.orders import ScriptOrder; wall.wanted.set('off');"
        "process = ScriptOrder(pathlib.Path(sys.argv[1])).start(99);"
        "process.receive(time.monotonic() + 99)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "script.py")]
    subprocess.run(command, check=True, timeout=SOON * 3)
    assert all(map(ends, told(tmp_path / "pid")))


def test_a_worker_outlives_a_change_of_variables(
    start: Callable[[str], Process], run: Run
) -> None:
    process = start("import time\ntime.sleep(0.5)")
    run("", MPLCONFIGDIR="/elsewhere")
    assert b'"op": "ran"' in process.receive(time.monotonic() + SOON).line


def test_the_first_routine_is_started_and_those_after_it_are_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_routines", itertools.count())
    asked: list[object] = []
    monkeypatch.setattr(fork_server, "fork", lambda *given: asked.append(given))
    for op, forked in (("routine", 0), ("script", 1), ("routine", 2)):
        order = json.dumps({"op": op, "path": None}).encode()
        workers.forked(worker_command(), {}, None, order, Limits())
        assert len(asked) == forked


def test_a_server_without_numpy_lets_the_worker_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As one that was started does."""
    monkeypatch.setattr(workers, "MODULES", ("nowhere.at_all",))
    order = json.dumps({"op": "script", "path": "/none.py"}).encode()
    environment = {**os.environ, "GRADPROOF_TAG": "@"}
    child = workers.forked(worker_command(), environment, None, order, Limits())
    assert child is not None
    assert not child.has_ended(0.0)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    for stream in (child.stdin, child.stdout, child.stderr):
        stream.close()
