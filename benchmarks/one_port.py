"""What it costs to judge one port: in this process, and through a child.

    python benchmarks/one_port.py [FILE.py:FUNCTION]

Everything is measured side by side in one run, as a ratio to the bare probes: the
routine called on them with their plain f, unrecorded and unjudged. The command line
is compared with the imports of NumPy and SymPy, which it needs, in processes of their
own that are run in turns; compile the bytecode beforehand. Exits with 1 when judging
takes longer than is promised; the command's ratio depends on how many processors are
free, and is told with what is aimed at.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gradproof.evidence.collection import gather
from gradproof.evidence.probe_ids import SERVED
from gradproof.evidence.probes import fixed
from gradproof.examination.examination import examine
from gradproof.ports.in_process import FunctionPort, open_port
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import Target, parse

DEFAULT = f"{Path(__file__).parents[1]}/tests/programs/right/by_rows.py:gradient"
ROUNDS = 7
PROMISED = {"judged in process": 0.1, "judged through a child": 1.0}
"""Seconds, imports aside."""
AIM = 2.0
"""Of the command, in imports of NumPy and SymPy."""


def bare(port: FunctionPort) -> None:
    """The probes that every port has to serve, and nothing around them."""
    for probe in fixed():
        if probe.id in SERVED:
            port.routine(probe.answer, probe.x.copy())


def through_child(target: Target) -> None:
    """All that there is to it: a child is started, asked, judged, and ended."""
    with ChildPort("port", python_command(target)) as port:
        examine(port)


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one run."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def process(*arguments: str) -> None:
    """A process of this interpreter, which is to end as it should."""
    command = [sys.executable, *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def compare_command(target: str) -> None:
    """Print what the command takes, beside the imports, turn by turn."""
    imports = ("-c", "import numpy, sympy")
    check = ("-m", "gradproof", "check", target)
    for warm in (imports, check):
        process(*warm)
    taken = [
        (seconds(lambda: process(*imports)), seconds(lambda: process(*check)))
        for _ in range(ROUNDS)
    ]
    own, whole = (statistics.median(column) for column in zip(*taken, strict=True))
    ratio = statistics.median(whole / own for own, whole in taken)
    print(f"{'import numpy, sympy':24} {own:8.4f} s, the median")
    print(f"{'gradproof check':24} {whole:8.4f} s  {ratio:7.2f} x  aimed at {AIM:g}")


def main() -> int:
    """Measure in turns, and print the quickest of each."""
    target = parse(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
    port = open_port(target)
    runs: dict[str, Callable[[], object]] = {
        "bare": lambda: bare(port),
        "observed in process": lambda: [port.observe(p) for p in fixed()],
        "read in process": lambda: gather(port, "gradient"),
        "judged in process": lambda: examine(port),
        "judged through a child": lambda: through_child(target),
    }
    for run in runs.values():
        run()  # imports, and what is worked out once
    taken = {
        name: min(seconds(run) for _ in range(ROUNDS)) for name, run in runs.items()
    }
    print(f"{target.text}, the quickest of {ROUNDS}")
    for name, time_taken in taken.items():
        promised = f"  promised {PROMISED[name]:g} s" if name in PROMISED else ""
        ratio = time_taken / taken["bare"]
        print(f"{name:24} {time_taken:8.4f} s  {ratio:7.1f} x bare{promised}")
    compare_command(target.text)
    over = [name for name, limit in PROMISED.items() if taken[name] > limit]
    for name in over:
        print(f"too slow: {name}", file=sys.stderr)
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
