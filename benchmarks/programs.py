"""What it costs to judge a program over the line protocol, beside a port of Python's.

    python benchmarks/programs.py

A call of f back to the host is timed for a program of each language that is installed,
in turns with the worker's; then the whole check of a compiled port is, with that of a
Python one, each in a process of its own. Exits with 1 when, in three of four turns, a
call of f of a compiled program is dearer than the worker's, or its check slower.
"""

from __future__ import annotations

import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from gradproof.evidence.probes import fixed
from gradproof.ports.observation import Port
from gradproof.ports.program import ProgramPort
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import parse
from gradproof.starters import files, starter
from gradproof.starters.languages import LANGUAGES

PYTHON = f"{Path(__file__).parents[1]}/tests/programs/right/by_rows.py:gradient"
NEEDS = {"c": "cc", "rust": "rustc", "go": "go", "javascript": "node", "ruby": "ruby"}
COMPILED = ("c", "rust", "go")
ROUNDS = 9
REPEATED = 40
"""Runs of the probe in a round: 24 calls of f each."""
(POINT,) = (probe for probe in fixed() if probe.id == "point")
PROBE = replace(POINT, x=np.linspace(-2, 3, 12))


@contextmanager
def built(language: str) -> Iterator[tuple[Path, str]]:
    """The folder of a language's starting point, built, and its command."""
    with tempfile.TemporaryDirectory() as name:
        folder, made = Path(name), starter.own(LANGUAGES[language])
        files.write(made.files, folder)
        if made.build:
            subprocess.run(
                shlex.split(made.build), cwd=folder, check=True, capture_output=True
            )
        yield folder, made.run


def call_seconds(port: Port) -> float:
    """Wall time of a call of f, all that is between two of them included."""
    begin = time.perf_counter()
    calls = sum(len(port.observe(PROBE).evaluations) for _ in range(REPEATED))
    return (time.perf_counter() - begin) / calls


def check_seconds(target: str, folder: Path) -> float:
    """Wall time of a whole check, in a process of its own."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "gradproof", "check", target]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def ratios(
    runs: dict[str, Callable[[], float]], base: str, unit: float, name: str
) -> dict[str, float]:
    """Print the median of each and its ratio to the base, turn by turn.

    What comes back are the ratios that three of four turns exceed.
    """
    for run in runs.values():
        run()
    taken = [{id: run() for id, run in runs.items()} for _ in range(ROUNDS)]
    found = {}
    for id in runs:
        middle = statistics.median(turn[id] for turn in taken)
        beside = [turn[id] / turn[base] for turn in taken]
        found[id], ratio, _ = statistics.quantiles(beside, n=4)
        print(f"{id:24} {middle / unit:8.1f} {name}  {ratio:6.2f} x {base}")
    return found


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
        calls = ratios(
            {id: lambda p=port: call_seconds(p) for id, port in ports.items()},  # type: ignore[misc]
            *("Python worker", 1e-6, "µs"),
        )
        print(f"\na whole check, the median of {ROUNDS} turns")
        checks: dict[str, Callable[[], float]] = {
            "Python port": lambda: check_seconds(PYTHON, Path.cwd())
        }
        for each in COMPILED:
            if each in places:
                folder, run = places[each]
                checks[each] = lambda t=f"exec:{run}", f=folder: check_seconds(t, f)  # type: ignore[misc]
        whole = ratios(checks, "Python port", 1e-3, "ms")
    dearer = [id for id in COMPILED if calls.get(id, 0) > 1]
    slower = [id for id in COMPILED if whole.get(id, 0) > 1]
    for id in dearer:
        print(f"a call of f is dearer: {id}", file=sys.stderr)
    for id in slower:
        print(f"the check is slower: {id}", file=sys.stderr)
    return int(bool(dearer or slower))


if __name__ == "__main__":
    sys.exit(main())
