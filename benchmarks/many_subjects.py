"""What a file of many subjects costs beside its parts, each checked by itself.

    python benchmarks/many_subjects.py [COUNT]

The file has a third each of layers, gradient routines and functions that cannot be
judged. Whole and parts are run in turns, each as processes of their own; of the parts
the imports, which every process pays for, are taken off but once. The ratios of wall
time and of the largest resident memory are shown: at most 1.3 is promised.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TURNS = 3
LAYER = """
class Square{n}:
    def forward(self, x):
        self.x = x
        return {n} * x * x

    def backward(self, dout):
        return 2 * {n} * dout * self.x
"""
ROUTINE = """
def gradient_{n}(f, x):
    e = {n}e-5 * np.eye(x.size)
    return np.array([(f(x + d) - f(x - d)) / (2 * {n}e-5) for d in e])
"""
UNJUDGED = """
def loss_{n}_derivative(w, x, y):
    return {n} * x.T @ (x @ w - y)
"""


def run(*targets: str) -> tuple[float, float]:
    """Return the wall seconds and the largest memory, in MB, of a check."""
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "gradproof", "check", *targets],
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 4):
        sys.exit(f"{targets} ended with {child.returncode}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def main() -> None:
    """Measure in turns, and print the medians."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    numbers = range(1, count // 3 + 1)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        parts = (LAYER, ROUTINE, UNJUDGED)
        text = [each.format(n=n) for each in parts for n in numbers]
        Path("many.py").write_text("import numpy as np\n" + "\n".join(text))
        names = [f"Square{n}" for n in numbers] + [f"gradient_{n}" for n in numbers]
        targets = [f"many.py:{name}" for name in names]
        run("many.py")
        found = []
        for _ in range(TURNS):
            alone = run(targets[0])[0], run(targets[0])[1]
            found.append((run("many.py"), run(*targets), alone))
    for what, column in (("seconds", 0), ("MB", 1)):
        whole, together = (
            statistics.median(each[k][column] for each in found) for k in (0, 1)
        )
        ratio = statistics.median(each[0][column] / each[1][column] for each in found)
        print(
            f"{count} subjects in one file {whole:8.2f} {what}, "
            f"its parts in one process {together:8.2f} {what}, x {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
