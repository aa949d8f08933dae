"""What it costs to watch a program, beside the program's own work.

Each program below is run bare and watched, in turns within one run, so that a machine
that is busy for a while slows both; ratios are taken turn by turn and medians shown.
Most draw nothing: drawing is hardly slowed, and would hide what watching costs.

    python benchmarks/watching.py [--turns N] [NAME …]

Only this interpreter is measured: how a program is watched depends on its version.
Before 3.12 a profile function has to watch, and what one costs that does nothing at all
is shown in brackets. Programs whose f is a single multiplication have no limit, but one
with their picture.

Exits with 1 if a limit is exceeded.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from gradproof.ports.worker.watch.watcher import PAUSES, Watcher

LIMIT = 4.0
"""Times the program's own work."""
PROGRAM = "<program>"
LEAST = 0.02
"""Seconds that a turn takes at least: quicker programs are run several times."""

ROUTINE = """
import numpy as np

def point_gradient(f, x):
    h = 1e-4
    slopes = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = float(kept) + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        slopes[i] = (ahead - behind) / (2 * h)
        x[i] = kept
    return slopes

def gradient(f, X):
    if X.ndim == 1:
        return point_gradient(f, X)
    slopes = np.zeros_like(X)
    for i, x in enumerate(X):
        slopes[i] = point_gradient(f, x)
    return slopes

def bowl(x):
    return np.sum(x**2)

def product(x):
    return x[0] * x[1]

def rosenbrock(x):
    return 100.0 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

def square(t):
    return t * t

def valley(x, scale=100.0):
    return scale * square(x[1] - square(x[0])) + square(1 - x[0])

def grid(points):
    side = np.linspace(-2, 2, int(points ** 0.5))
    X, Y = np.meshgrid(side, side)
    return np.array([X.ravel(), Y.ravel()])
"""

PICTURE = """
from matplotlib.figure import Figure

def slopes(f, x, y, h=1e-4):
    return ((f(x + h, y) - f(x - h, y)) / (2 * h),
            (f(x, y + h) - f(x, y - h)) / (2 * h))

figure = Figure()
u, v = {}.T
figure.add_subplot().quiver(*grid(324), -u, -v)
figure.canvas.draw()
"""

PROGRAMS = {
    "rows for points": "gradient(bowl, grid(324))",
    "324 points": "gradient(bowl, grid(324).T)",
    "10,000 points": "gradient(bowl, grid(10_000).T)",
    "x0·x1, 324 points": "gradient(product, grid(324).T)",
    "Rosenbrock, 324 points": "gradient(rosenbrock, grid(324).T)",
    "f of small helpers": "gradient(valley, grid(324).T)",
    "f as a lambda": "gradient(lambda x: x[0] * x[1], grid(324).T)",
    "a call a point": "[point_gradient(bowl, p) for p in grid(324).T]",
    "f of two numbers": """
def slopes(f, x, y, h=1e-4):
    return ((f(x + h, y) - f(x - h, y)) / (2 * h),
            (f(x, y + h) - f(x, y - h)) / (2 * h))
[slopes(lambda x, y: x * y, x, y) for x, y in grid(324).T]
""",
    "x0·x1, with its picture": PICTURE.format("gradient(product, grid(324).T)"),
    "f of two, with its picture": PICTURE.format(
        "np.array([slopes(lambda x, y: x * y, x, y) for x, y in grid(324).T])"
    ),
    "a global f": """
def slopes(x, h=1e-4):
    found = np.zeros_like(x)
    for i in range(x.size):
        d = np.zeros_like(x)
        d[i] = h
        found[i] = (product(x + d) - product(x - d)) / (2 * h)
    return found
[slopes(p) for p in grid(324).T]
""",
    "descent": """
x = np.array([-3.0, 4.0])
for _ in range(300):
    x -= 0.1 * gradient(bowl, x)
""",
    "a network's loss": """
def softmax(a):
    e = np.exp(a - a.max())
    return e / e.sum()
class Net:
    def __init__(self):
        self.W = np.ones((20, 10))
    def loss(self, x, t):
        return -np.log(softmax(x @ self.W)[t])
net = Net()
gradient(lambda W: net.loss(np.ones(20), 3), net.W)
""",
    "small calls": """
def step(a, b):
    return a + b
total = 0
for i in range(100_000):
    total = step(total, i)
""",
    "small calls with arrays": """
def dot(a, b):
    return a @ b
w = np.ones(3)
total = 0
for i in range(20_000):
    total += dot(w, w)
""",
    "small calls with a function": """
def apply(g, t):
    return g(t)
total = 0
for i in range(20_000):
    total += apply(abs, i)
""",
    "small methods with a list": """
class Cell:
    def __init__(self, values):
        self.values = values
    def add(self, values):
        return self.values[0] + values[0]
cell = Cell([1, 2])
for i in range(20_000):
    cell.add([i, i])
""",
}
"""Each is run after ``ROUTINE``, in the same namespace."""

SINGLE = ("x0·x1, 324 points", "f as a lambda", "f of two numbers", "a global f")
"""Those whose f is a single multiplication, beside which nothing is for free."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and say whether a limit was exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("name", nargs="*", help="programs; all, without any")
    chosen = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, limit {LIMIT:g}")
    exceeded = 0
    for name in chosen.name or PROGRAMS:
        own, ratio, floor = _measure(PROGRAMS[name], chosen.turns)
        over = ratio > LIMIT and name not in SINGLE
        exceeded += over
        beside = f"  [{floor:.2f}]" if PAUSES else ""
        mark = "  exceeded" if over else ""
        print(f"{name:<28} {own * 1e3:>8.2f} ms  x {ratio:.2f}{beside}{mark}")
    print(f"{exceeded} of the limits exceeded" if exceeded else "within all limits")
    return int(exceeded > 0)


def _measure(program: str, turns: int) -> tuple[float, float, float]:
    """Seconds of the program's own work, and median ratios to it.

    Of the program watched, and with a profile function that does nothing.
    """
    repeats = max(1, round(LEAST / _seconds(_bare, program, 1)))
    found = [
        [_seconds(run, program, repeats) for run in (_bare, _watched, _profiled)]
        for _ in range(turns)
    ]
    own = statistics.median(bare for bare, _, _ in found)
    ratio = statistics.median(watched / bare for bare, watched, _ in found)
    floor = statistics.median(profiled / bare for bare, _, profiled in found)
    return own, ratio, floor


def _seconds(run: Callable[[Any, Any], float], program: str, repeats: int) -> float:
    """Mean time of the program's own part, each time compiled anew."""
    total = 0.0
    for _ in range(repeats):
        space: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(ROUTINE, PROGRAM, "exec"), space)
        total += run(compile(program, PROGRAM, "exec"), space)
    return total / repeats


def _bare(code: Any, space: Any) -> float:
    begin = time.perf_counter()
    exec(code, space)
    return time.perf_counter() - begin


def _profiled(code: Any, space: Any) -> float:
    if PAUSES:
        sys.setprofile(lambda *_: None)
    try:
        return _bare(code, space)
    finally:
        if PAUSES:
            sys.setprofile(None)


def _watched(code: Any, space: Any) -> float:
    watcher = Watcher(lambda name: name == PROGRAM, float("inf"))
    begin = time.perf_counter()
    watcher.start()
    try:
        exec(code, space)
    finally:
        watcher.stop()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
