"""What a scan takes a routine, with one job and with two, and how much memory.

    python benchmarks/scan.py [PORTS [ROUNDS]]

Routines that differ in their step are judged in this process, and by scans of one and
of two jobs, in turn; of several rounds the quickest counts, as other work on the
machine can only slow one down. What the command itself computes is told by its share of
processor time, and the most memory that it held: its judges are processes of their own.
Exits with 1 if a routine takes more than twice what judging it here takes, or two jobs
are less than 1.7 times as fast: run it on a quiet machine with two processors or more.
"""

from __future__ import annotations

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
PROMISED_RATIO = 2.0
"""Of what judging a routine in process takes."""
PROMISED_SPEED = 1.7


class Taken(NamedTuple):
    """Seconds a port; of the command itself those of processor time, and its MB."""

    wall: float
    own: float = 0.0
    memory: float = 0.0


def write(folder: Path, count: int) -> list[str]:
    """Routines of steps between 5e-5 and 2e-4; the targets."""
    targets = []
    for number in range(count):
        step = 5e-5 * 4 ** (number / count)
        path = folder / f"port{number:05}.py"
        path.write_text(TEXT.replace("STEP", repr(step)))
        targets.append(f"{path}:numerical_gradient")
    return targets


def here(targets: list[str]) -> Taken:
    """Judge them in this process."""
    examine(open_port(parse(targets[0])))
    begin = time.perf_counter()
    for target in targets:
        examine(open_port(parse(target)))
    return Taken((time.perf_counter() - begin) / len(targets))


def scanned(folder: Path, count: int, jobs: int) -> Taken:
    """Scan the folder by the command, its start and imports too."""
    begin = time.perf_counter()
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
    return Taken(wall / count, own / count, used.ru_maxrss / 1024)


def main() -> int:
    """Measure, and print it all."""
    count, rounds = map(int, [*sys.argv[1:], *("300", "3")[len(sys.argv) - 1 :]])
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
            f"{what:10} {1000 * each.wall:7.0f} ms a port;"
            f" the command itself {1000 * each.own:3.0f} ms, {each.memory:.0f} MB"
        )
    print(f"{one.wall / alone.wall:.2f} times what judging in process takes")
    print(f"two jobs are {one.wall / two.wall:.2f} times as fast")
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    slow = one.wall / alone.wall > PROMISED_RATIO
    return int(slow or one.wall / two.wall < PROMISED_SPEED)


if __name__ == "__main__":
    sys.exit(main())
