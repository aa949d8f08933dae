"""What commands cost from start to end, beside the imports that a user would expect.

    python benchmarks/commands.py [ROUNDS]

Every command and every import is a process of its own, run in turns. Told are the
ratios of processor time, children included, and of wall time. On a busy machine a check
waits for its child, so that wall time tells of the others as well: processor time is
held to what is promised. Compile the bytecode beforehand, as pip does:
``python -m compileall -q reference``. Exits with 1 when something takes longer.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

PROGRAMS = Path(__file__).resolve().parents[1] / "tests" / "programs"
ROUNDS = 7
GRADPROOF = ("-m", "gradproof")
NUMPY_AND_SYMPY = ("-c", "import numpy, sympy")

COMPARED = {
    "check of a right routine": (
        (*GRADPROOF, "check", f"{PROGRAMS}/right/by_rows.py:gradient"),
        NUMPY_AND_SYMPY,
        2.0,
    ),
    "check of eight right layers": (
        (*GRADPROOF, "check", "eight/layers.py"),
        NUMPY_AND_SYMPY,
        2.5,
    ),
    "--help": ((*GRADPROOF, "--help"), ("-c", "import click"), 1.3),
}
"""The command, what it is compared with, and the ratio that is promised."""

NINTH = re.compile(r"^class Tanh\b.*?(?=^class )", re.MULTILINE | re.DOTALL)
"""What the book's file has not, whose eight layers are the measure."""


def write_eight(folder: Path) -> None:
    """A folder with the book's eight layers."""
    shutil.copytree(PROGRAMS / "layers" / "volume1", folder)
    text = (folder / "layers.py").read_text("utf-8")
    (folder / "layers.py").write_text(NINTH.sub("", text), "utf-8")


class Taken(NamedTuple):
    """Seconds of a process and its children: of processors, and on the wall."""

    processor: float
    wall: float


def taken(arguments: tuple[str, ...]) -> Taken:
    """What a Python with these arguments takes."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    wall, after = (
        time.perf_counter() - begin,
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    user, system = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime
    return Taken(user + system, wall)


def main() -> int:
    """Measure in turns, and print the medians of the ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_eight(Path("eight"))
        over = _compare(rounds)
        os.chdir(PROGRAMS)
    print("load", *(f"{load:.1f}" for load in os.getloadavg()))
    return int(over)


def _compare(rounds: int) -> bool:
    """Print the ratios; whether one is over what is promised."""
    over = False
    for name, (command, imports, promised) in COMPARED.items():
        for warm in (command, imports):
            taken(warm)
        pairs = [(taken(imports), taken(command)) for _ in range(rounds)]
        processor = statistics.median(c.processor / i.processor for i, c in pairs)
        wall = statistics.median(c.wall / i.wall for i, c in pairs)
        seconds = statistics.median(c.wall for _, c in pairs)
        print(
            f"{name:28} {processor:5.2f} x the imports in processor time, {wall:5.2f} x"
            f" in wall time ({seconds:.2f} s); promised {promised:g}"
        )
        over |= processor > promised
    return over


if __name__ == "__main__":
    sys.exit(main())
