"""What a scan takes a routine, with one job and with two, and how much memory.

    python benchmarks/scan.py [PORTS]

Routines that differ in their step are judged in this process, and by scans of one and
of two jobs, in turn. Memory is the most that the command's processes held at once. The
load is told, on which times depend. Exits with 1 if a routine takes more than 50 ms of
wall time beyond what judging it here takes, or two jobs are less than 1.7 times as
fast: run it on a quiet machine with two processors or more.
"""

from __future__ import annotations

import contextlib
import os
import resource
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
PROMISED_BEYOND = 0.05
"""Seconds a routine, beyond judging it in process."""
PROMISED_SPEED = 1.7
LOOK_SECONDS = 0.2


class Taken(NamedTuple):
    """Seconds a port, and the most memory, in MB."""

    wall: float
    memory: float


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
    wall = time.perf_counter() - begin
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Taken(wall / len(targets), most)


def scanned(folder: Path, count: int, jobs: int) -> Taken:
    """Scan the folder by the command, its start and imports too."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "gradproof", "scan", str(folder)]
    process = subprocess.Popen(
        [*command, "--jobs", str(jobs), "--output", str(folder / f"{jobs}.jsonl")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0.0
    while process.poll() is None:
        most = max(most, family(process.pid))
        time.sleep(LOOK_SECONDS)
    wall = time.perf_counter() - begin
    return Taken(wall / count, most)


def family(session: int) -> float:
    """Megabytes that the processes of a session hold, shared pages shared out."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            if int(stat[3]) == session:
                rollup = (place / "smaps_rollup").read_text().split("Pss:")[1]
                total += int(rollup.split()[0])
    return total / 1024


def main() -> int:
    """Measure, and print it all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{count} routines; load {os.getloadavg()[0]:.1f} at the beginning")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        targets = write(folder, count)
        taken = {
            "in process": here(targets[: min(count, 100)]),
            "scan --jobs 1": scanned(folder, count, 1),
            "scan --jobs 2": scanned(folder, count, 2),
        }
    for what, each in taken.items():
        print(f"{what:14} {1000 * each.wall:7.0f} ms a port {each.memory:6.0f} MB")
    alone, one, two = (each.wall for each in taken.values())
    print(f"beyond judging in process {1000 * (one - alone):.0f} ms a port")
    print(f"two jobs are {one / two:.2f} times as fast")
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return int(one - alone > PROMISED_BEYOND or one / two < PROMISED_SPEED)


if __name__ == "__main__":
    sys.exit(main())
