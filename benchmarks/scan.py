"""What a scan takes a routine, with one job and with two, and how much memory.

    python benchmarks/scan.py [PORTS [ROUNDS]]
    python benchmarks/scan.py memory [PORTS...]

Routines that differ in their step are judged in this process, and by scans of one and
of two jobs, in turn; of several rounds the quickest counts, as other work on the
machine can only slow one down. Beside the time on the clock stands the time of
processors: of a scan, that of all its processes, and that of the command itself, whose
judges are processes of their own, with the most memory that it held.
Exits with 1 if a routine takes more than twice what judging it here takes, or two jobs
are less than 1.7 times as fast: run it on a quiet machine with two processors or more.

With ``memory`` it scans so many routines each, 300, 1,000 and 3,000 if none are told,
which raise at once and so take little time, and tells the most memory that the command
held. Exits with 1 if that of the most is more than half as much again as of the fewest.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from gradproof.examination.examination import examine
from gradproof.ports.in_process import open_port
from gradproof.ports.target import parse

TEXT = """\
import numpy as np
h = STEP
def numerical_gradient(f, x):
    if x.ndim > 1:
        return np.array([numerical_gradient(f, row) for row in x])
    e = h * np.eye(x.size)
    return np.array([(f(x + each) - f(x - each)) / (2 * h) for each in e])
"""
RAISES = """\
def numerical_gradient(f, x):
    raise ValueError(STEP)
"""
PR_SET_CHILD_SUBREAPER = 36
"""Of linux/prctl.h: who has lost its parent becomes a child of this process."""
PROMISED_RATIO = 2.0
"""Of what judging a routine in process takes."""
PROMISED_SPEED = 1.7
PROMISED_MEMORY = 1.5
"""Of the memory that the fewest routines take."""


class Taken(NamedTuple):
    """Seconds a port, and of processors; of the command itself these, and its MB."""

    wall: float
    processor: float
    own: float = 0.0
    memory: float = 0.0


def write(folder: Path, count: int, text: str = TEXT) -> list[str]:
    """Routines of steps between 5e-5 and 2e-4; the targets."""
    targets = []
    for number in range(count):
        step = 5e-5 * 4 ** (number / count)
        path = folder / f"port{number:05}.py"
        path.write_text(text.replace("STEP", repr(step)))
        targets.append(f"{path}:numerical_gradient")
    return targets


def here(targets: list[str]) -> Taken:
    """Judge them in this process."""
    examine(open_port(parse(targets[0])))
    begin, used = time.perf_counter(), time.process_time()
    for target in targets:
        examine(open_port(parse(target)))
    used = time.process_time() - used
    return Taken((time.perf_counter() - begin) / len(targets), used / len(targets))


def scanned(folder: Path, count: int, jobs: int) -> Taken:
    """Scan the folder by the command, its start and imports too."""
    begin, before = time.perf_counter(), of_children()
    command = [sys.executable, "-m", "gradproof", "scan", str(folder)]
    process = subprocess.Popen(
        [*command, "--jobs", str(jobs), "--output", str(folder / f"{jobs}.jsonl")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    own = used.ru_utime + used.ru_stime
    processor = of_children() - before
    memory = used.ru_maxrss / 1024
    return Taken(wall / count, processor / count, own / count, memory)


def of_children() -> float:
    """Seconds of processors that all took which have come of this process and ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    times = os.times()
    return times.children_user + times.children_system


def memory(counts: list[int]) -> int:
    """Measure the memory of so many routines each, and print it."""
    found = []
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            write(Path(name), count, RAISES)
            taken = scanned(Path(name), count, os.cpu_count() or 1)
        found.append(taken.memory)
        print(f"{count:6} routines: the command itself holds {taken.memory:.0f} MB")
    return int(found[-1] > PROMISED_MEMORY * found[0])


def main() -> int:
    """Measure what is asked for."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if sys.argv[1:2] == ["memory"]:
        return memory([*map(int, sys.argv[2:])] or [300, 1000, 3000])
    count, rounds = map(int, [*sys.argv[1:], *("300", "3")[len(sys.argv) - 1 :]])
    return rates(count, rounds)


def rates(count: int, rounds: int) -> int:
    """Measure what a routine takes, and print it all."""
    print(f"{count} routines; load {os.getloadavg()[0]:.1f} at the beginning")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        targets = write(folder, count)
        every = [
            (here(targets[:100]), scanned(folder, count, 1), scanned(folder, count, 2))
            for _ in range(rounds)
        ]
    alone, one, two = (min(each) for each in zip(*every, strict=True))
    for what, each in {"in process": alone, "--jobs 1": one, "--jobs 2": two}.items():
        print(
            f"{what:10} {1000 * each.wall:5.0f} ms a port, {1000 * each.processor:5.0f}"
            f" of processors; the command itself {1000 * each.own:3.0f} of these,"
            f" {each.memory:.0f} MB"
        )
    print(
        f"{one.wall / alone.wall:.2f} times what judging in process takes,"
        f" {one.processor / alone.processor:.2f} times by processors"
    )
    print(f"two jobs are {one.wall / two.wall:.2f} times as fast")
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    slow = one.wall / alone.wall > PROMISED_RATIO
    return int(slow or one.wall / two.wall < PROMISED_SPEED)


if __name__ == "__main__":
    sys.exit(main())
