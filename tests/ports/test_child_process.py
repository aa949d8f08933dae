"""A child process is heard by a deadline, told apart by how it ends, and ended."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradproof.ports.child_process import TAG, Process
from gradproof.ports.frames import (
    MAX_LINE_BYTES,
    MAX_NOISE_BYTES,
    BreachError,
    DeadlineError,
    EndedError,
    Frame,
    LimitError,
    Splitter,
)
from gradproof.ports.limits import Limits

PRELUDE = f"""
import os, signal, subprocess, sys, time
tag = os.environ["{TAG}"]
def frame(text, end="\\n"):
    sys.stdout.write(tag + text + end)
    sys.stdout.flush()
"""
SOON = 5.0
"""Seconds within which what is to come comes, on a busy machine too."""

Start = Callable[[str], Process]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a Python program; what was started is over at the end."""
    processes = []

    def start(body: str) -> Process:
        process = Process([sys.executable, "-ISc", PRELUDE + body], {})
        processes.append(process)
        return process

    before = threading.active_count()
    yield start
    for process in processes:
        process.kill()
    assert threading.active_count() == before


def receive(process: Process, seconds: float = SOON) -> Frame:
    return process.receive(time.monotonic() + seconds)


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def is_over(pid: int) -> bool:
    """Whether a process that was killed is gone, now or in a moment."""
    end = time.monotonic() + SOON
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_running(pid)


def feed(splitter: Splitter, output: bytes, size: int) -> list[Frame]:
    """The frames of the output, in pieces of that size."""
    return [
        frame
        for start in range(0, len(output), size)
        for frame in splitter.feed(output[start : start + size])
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_output_is_split_alike_into_whatever_pieces_it_was_cut(size: int) -> None:
    output = b"noise@tag one\nmore@ta\n@tag two\n\n@tag @tag three\nrest"
    frames = feed(Splitter(b"@tag "), output, size)
    assert frames == [
        Frame(b"one", "noise"),
        Frame(b"two", "more@ta\n"),
        Frame(b"@tag three", "\n"),
    ]


def test_noise_is_kept_to_a_limit_and_a_tag_in_it_is_found_all_the_same() -> None:
    splitter = Splitter(b"@tag ")
    for _ in range(100):
        assert not list(splitter.feed(b"x" * MAX_NOISE_BYTES))
    (frame,) = splitter.feed(b"end@tag 1\n")
    assert frame.line == b"1"
    assert len(frame.noise) == MAX_NOISE_BYTES
    assert frame.noise.endswith("xend")


@pytest.mark.parametrize("piece", [1 << 16, MAX_LINE_BYTES + 2])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_line_that_is_too_long_is_a_breach(piece: int, end: bytes) -> None:
    line = b"@tag " + b"x" * (MAX_LINE_BYTES + 1) + end
    with pytest.raises(BreachError):
        feed(Splitter(b"@tag "), line, piece)


def test_the_longest_line_is_none_too_long() -> None:
    splitter = Splitter(b"@tag ")
    (frame,) = splitter.feed(b"@tag " + b"x" * MAX_LINE_BYTES + b"\n")
    assert len(frame.line) == MAX_LINE_BYTES


@pytest.mark.once
def test_what_is_sent_arrives_and_what_is_answered_comes_back(start: Start) -> None:
    process = start("for line in sys.stdin: frame(line.upper(), end='')")
    for text in (b"one", b"two", b"x" * 200_000):
        process.send(text)
        assert receive(process).line == text.upper()


@pytest.mark.once
def test_a_frame_after_a_print_without_a_newline_is_one(start: Start) -> None:
    process = start("sys.stdout.write('working... '); frame('1'); time.sleep(9)")
    assert receive(process) == Frame(b"1", "working... ")


@pytest.mark.once
def test_a_frame_without_the_tag_is_noise(start: Start) -> None:
    process = start("print('{}'); print(tag[:-2], '{}'); frame('1')")
    assert receive(process).line == b"1"
    with pytest.raises(EndedError, match="exit code 0"):
        receive(process)


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("pass", "exit code 0"),
        ("sys.exit(3)", "exit code 3"),
        ("os._exit(7)", "exit code 7"),
        ("os.abort()", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("frame('half', end=''); os._exit(1)", "exit code 1"),
        ("os.close(1); os.close(2); time.sleep(60)", "closed its output"),
    ],
)
def test_it_is_told_how_a_child_ended(start: Start, body: str, how: str) -> None:
    process = start(body)
    with pytest.raises(EndedError) as caught:
        receive(process)
    assert caught.value.how == how


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
        "while True: pass",
        "frame('half', end=''); time.sleep(60)",
        "os.close(0); time.sleep(60)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
    ],
)
def test_a_deadline_holds_whatever_the_child_does(start: Start, body: str) -> None:
    process = start(body)
    begin = time.monotonic()
    with pytest.raises(DeadlineError):
        receive(process, 0.2)
    process.kill()
    assert time.monotonic() - begin < SOON


@pytest.mark.once
@pytest.mark.parametrize("stream", [1, 2])
def test_a_flood_is_stopped_and_said_to_be_one(start: Start, stream: int) -> None:
    process = start(f"while True: os.write({stream}, b'x\\n' * 32768)")
    with pytest.raises(LimitError) as caught:
        receive(process)
    assert (caught.value.limit, caught.value.amount) == ("output", "64 MB")


TAKES = {
    "memory": "held = [b'x' * (1 << 20) for _ in range(400)]; time.sleep(60)",
    "tasks": "[subprocess.Popen(['sleep', '60']) for _ in range(30)]; time.sleep(60)",
    "processor": "while True: pass",
}
LITTLE = Limits(memory=200 << 20, tasks=20, processor=1)


@pytest.mark.once
@pytest.mark.parametrize("what", TAKES)
def test_what_takes_too_much_is_stopped_and_said_to(what: str) -> None:
    command = [sys.executable, "-ISc", PRELUDE + TAKES[what]]
    process = Process(command, {}, limits=LITTLE)
    with pytest.raises(LimitError) as caught:
        receive(process)
    process.kill()
    assert caught.value.limit == what


SHARED = """
held = bytearray(b"x") * (120 << 20)
for _ in range(3):
    if not os.fork():
        time.sleep(60)
time.sleep(0.3)
frame("1")
"""


@pytest.mark.once
def test_memory_that_is_shared_is_counted_once() -> None:
    command = [sys.executable, "-ISc", PRELUDE + SHARED]
    process = Process(command, {}, limits=LITTLE)
    assert receive(process).line == b"1"
    process.kill()


@pytest.mark.once
def test_a_deadline_that_is_over_is_over_also_when_a_frame_waits(start: Start) -> None:
    process = start("frame('1'); frame('2')")
    receive(process)
    with pytest.raises(DeadlineError):
        receive(process, -1.0)


@pytest.mark.once
def test_a_child_that_never_reads_does_not_hold_the_host_up(start: Start) -> None:
    process = start("frame('1'); time.sleep(60)")
    receive(process)
    begin = time.monotonic()
    for _ in range(100):
        process.send(b"x" * 100_000)
    process.kill()
    assert time.monotonic() - begin < SOON


@pytest.mark.once
def test_frames_without_end_are_not_gathered(start: Start) -> None:
    process = start("while True: frame('x' * 1000)")
    time.sleep(0.3)
    assert receive(process).line == b"x" * 1000
    process.kill()


@pytest.mark.once
@pytest.mark.parametrize("end", ["kill", "close"])
def test_what_a_child_has_started_is_ended_with_it(start: Start, end: str) -> None:
    process = start(
        "sleeper = subprocess.Popen([sys.executable, '-ISc', 'import time, signal\\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\\ntime.sleep(60)'])\n"
        "frame(str(sleeper.pid))"
    )
    grandchild = int(receive(process).line)
    assert is_running(grandchild)
    getattr(process, end)()
    assert is_over(grandchild)


LEAVES = {
    "a session of its own": "sleeper(start_new_session=True)",
    "a daemon": "os.fork() or (os.setsid(), os.fork() or sleeper(), os._exit(0))",
    "ends before it": "sleeper(start_new_session=True); os._exit(3)",
    "ignores signals": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32));"
    "sleeper(start_new_session=True)",
}
SLEEPER = """
def sleeper(**options):
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    frame(str(subprocess.Popen([sys.executable, "-ISc", code], **options).pid))
"""


@pytest.mark.once
@pytest.mark.parametrize("how", LEAVES)
def test_what_has_left_its_family_is_gone_when_the_child_is(
    start: Start, how: str
) -> None:
    process = start(SLEEPER + LEAVES[how] + "\ntime.sleep(60)")
    grandchild = int(receive(process).line)
    assert is_running(grandchild)
    process.kill()
    assert not is_running(grandchild)


@pytest.mark.once
def test_a_child_is_let_end_by_itself_and_leaves_no_zombie(
    start: Start, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    process = start(
        f"frame(str(os.getpid())); sys.stdin.read(); open({str(left)!r}, 'w')"
    )
    pid = int(receive(process).line)
    process.close()
    assert left.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.once
def test_the_last_words_are_of_the_errors_first(start: Start) -> None:
    process = start("print('printed'); sys.stdout.flush(); 1 / 0")
    with pytest.raises(EndedError):
        receive(process)
    process.kill()
    assert process.last_words == "ZeroDivisionError: division by zero"


@pytest.mark.once
def test_last_words_survive_a_flood(start: Start) -> None:
    process = start("sys.stderr.write('x\\n' * 10**6); sys.stderr.write('the end')")
    with pytest.raises(EndedError):
        receive(process)
    process.kill()
    assert process.last_words == "the end"


@pytest.mark.once
def test_what_cannot_be_started_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Process([str(tmp_path / "none")], {})


@pytest.mark.once
def test_killing_twice_and_after_the_end_does_no_harm(start: Start) -> None:
    process = start("pass")
    with pytest.raises(EndedError):
        receive(process)
    process.kill()
    process.kill()
    process.close()


@pytest.mark.once
def test_the_tag_differs_each_time_and_descriptors_are_given_back(start: Start) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    tags = set()
    for _ in range(3):
        process = start("frame(tag)")
        tags.add(receive(process).line)
        process.kill()
    assert len(tags) == 3
    assert len(os.listdir("/proc/self/fd")) == open_before
