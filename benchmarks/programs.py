"""What it costs to judge a program over the line protocol, beside a port of Python's.

    python benchmarks/programs.py

A call of f back to the host is timed for a program of each language that is installed,
in turns with the worker's; then the whole check of a compiled port is, with that of a
Python one, each in a process of its own, by wall and by processor time: the latter is
the steadier where others use the machine. Exits with 1 when, in three of four turns, a
call of f of a compiled program is dearer than the worker's, or its check slower by
both.
"""

from __future__ import annotations

import re
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from gradproof.evidence.probes import fixed
from gradproof.ports.observation import Port
from gradproof.ports.program import ProgramPort
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import parse

PYTHON = f"{Path(__file__).parents[1]}/tests/programs/right/by_rows.py:gradient"
NEEDS = {"c": "cc", "rust": "rustc", "go": "go", "javascript": "node", "ruby": "ruby"}
COMPILED = ("c", "rust", "go")
T = TypeVar("T")
ROUNDS = 9
REPEATED = 40
"""Runs of the probe in a round: 24 calls of f each."""
(POINT,) = (probe for probe in fixed() if probe.id == "point")
PROBE = replace(POINT, x=np.linspace(-2, 3, 12))


@contextmanager
def built(language: str) -> Iterator[tuple[Path, str]]:
    """The folder of a language's starting point, built, and its command."""
    with tempfile.TemporaryDirectory() as folder:
        begin = [sys.executable, "-m", "gradproof", "init", language]
        run = partial(subprocess.run, cwd=folder, check=True, capture_output=True)
        run(begin)
        readme = Path(folder, "README.gradproof.md").read_text("utf-8")
        told = dict(re.findall(r'^ +(build|command) = "(.*)"$', readme, re.MULTILINE))
        if "build" in told:
            run(shlex.split(told["build"]))
        yield Path(folder), told["command"]


def call_seconds(port: Port) -> float:
    """Wall time of a call of f, all that is between two of them included."""
    begin = time.perf_counter()
    calls = sum(len(port.observe(PROBE).evaluations) for _ in range(REPEATED))
    return (time.perf_counter() - begin) / calls


Seconds = dict[str, float]
"""By the port's name, of one turn."""


def check_seconds(target: str, folder: Path) -> tuple[float, float]:
    """Wall and processor time of a whole check, in a process of its own.

    To the processor's belongs that of all its children that it has waited for.
    """
    before, begin = _processor(), time.perf_counter()
    command = [sys.executable, "-m", "gradproof", "check", target]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ratios(turns: list[Seconds], base: str, unit: float, name: str) -> Seconds:
    """Print the median of each and its ratio to the base, turn by turn.

    What comes back are the ratios that three of four turns exceed.
    """
    found = {}
    for id in turns[0]:
        middle = statistics.median(turn[id] for turn in turns)
        beside = [turn[id] / turn[base] for turn in turns]
        found[id], ratio, _ = statistics.quantiles(beside, n=4)
        print(f"{id:24} {middle / unit:8.1f} {name}  {ratio:6.2f} x {base}")
    return found


def taken(runs: Mapping[str, Callable[[], T]]) -> list[dict[str, T]]:
    """What each run takes, in turns, after one that is not counted."""
    for run in runs.values():
        run()
    return [{id: run() for id, run in runs.items()} for _ in range(ROUNDS)]


def main() -> int:
    """Measure in turns."""
    there = [language for language, tool in NEEDS.items() if shutil.which(tool)]
    with ExitStack() as stack:
        places = {each: stack.enter_context(built(each)) for each in there}
        ports: dict[str, ChildPort] = {
            "Python worker": ChildPort("python", python_command(parse(PYTHON)))
        }
        for each, (folder, run) in places.items():
            ports[each] = ProgramPort(each, shlex.split(run), timeout=600, cwd=folder)
        for port in ports.values():
            port.timeout = 600
            stack.enter_context(port)
        print(f"a call of f, the median of {ROUNDS} turns")
        asked = {id: partial(call_seconds, port) for id, port in ports.items()}
        calls = ratios(taken(asked), "Python worker", 1e-6, "µs")
        checks = {"Python port": partial(check_seconds, PYTHON, Path.cwd())}
        for each in COMPILED:
            if each in places:
                folder, run = places[each]
                checks[each] = partial(check_seconds, f"exec:{run}", folder)
        turns = taken(checks)
        whole: list[Seconds] = []
        for number, kind in enumerate(("wall", "processor")):
            print(f"\na whole check, {kind} time, the median of {ROUNDS} turns")
            each_turn = [{id: t[number] for id, t in turn.items()} for turn in turns]
            whole.append(ratios(each_turn, "Python port", 1e-3, "ms"))
    dearer = [id for id in COMPILED if calls.get(id, 0) > 1]
    slower = [id for id in COMPILED if all(w.get(id, 0) > 1 for w in whole)]
    for id in dearer:
        print(f"a call of f is dearer: {id}", file=sys.stderr)
    for id in slower:
        print(f"the check is slower: {id}", file=sys.stderr)
    return int(bool(dearer or slower))


if __name__ == "__main__":
    sys.exit(main())
