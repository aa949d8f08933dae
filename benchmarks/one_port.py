"""What it costs to judge one port: in this process, and through a child.

    python benchmarks/one_port.py [FILE.py:FUNCTION]

Everything is measured side by side in one run, as a ratio to the bare probes: the
routine called on them with their plain f, unrecorded and unjudged. What the command
takes from start to end is measured by `commands.py`. Exits with 1 when judging takes
longer than is promised.
"""

from __future__ import annotations

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
    over = [name for name, limit in PROMISED.items() if taken[name] > limit]
    for name in over:
        print(f"too slow: {name}", file=sys.stderr)
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
