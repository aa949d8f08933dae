"""What a batched gradient costs, beside the evaluations that it cannot do without.

A central difference in D components needs 2·D values of f at every point. Each time
in the table is divided by that of 2·D bare calls f(X) on the same points: 1 is a
routine that costs nothing itself. It can be less, as f may work faster on blocks
that stay in the cache and in columns than on the whole of X.

Everything is measured in turns within one run, and ratios are taken turn by turn, so
that a machine that is busy for a while slows both sides of a ratio; medians are shown.
A loop over rows is timed on the first of them only, and scaled.

Exits with 1 if a limit is exceeded.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof import corrected

ROWS_OF_THE_LOOP = 500
ELEMENTS_OF_A_PEER = 200_000
"""A peer that takes all of X at once is left out above this."""


@dataclass(frozen=True)
class Case:
    """A function of a batch (M, D), and of one point, and the ratio that it may cost.

    ``cheap`` functions are a single multiplication, beside which nothing is for free.
    """

    name: str
    f: Callable[[Any], Any]
    cheap: bool = False

    def limit(self, count: int) -> float:
        """Largest ratio that is allowed for so many points."""
        if self.cheap:
            return 5.0
        return 2.0 if count <= 324 else 1.6


def rosenbrock(x: Any) -> Any:
    """Rosenbrock's function of D components, at a point or at the rows of x."""
    left, right = x[..., :-1], x[..., 1:]
    return np.sum((1 - left) ** 2 + 100 * (right - left**2) ** 2, axis=-1)


CASES = (
    Case("sum of squares", lambda x: np.sum(x**2, axis=-1)),
    Case("x0·x1", lambda x: x[..., 0] * x[..., 1], cheap=True),
    Case("sin(x0·x1)", lambda x: np.sin(x[..., 0] * x[..., 1])),
    Case("Rosenbrock", rosenbrock),
)
SIZES = ((324, 2), (10_000, 10), (1_000_000, 2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and say whether a limit was exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="fewer turns, and no million points"
    )
    quick = parser.parse_args(arguments).quick
    jacobian = _scipy_jacobian()
    if jacobian is None:
        print("scipy.differentiate is not installed: left out.")
    print(f"{'N':>9} {'D':>3}  {'f':<15} {'batched':>8} {'limit':>6}", end="")
    print(f" {'a loop':>9} {'SciPy':>7}")
    exceeded = 0
    for count, dimension in SIZES[:2] if quick else SIZES:
        points = np.random.default_rng(0).uniform(-2, 2, (count, dimension))
        for case in CASES:
            ratios = _measure(case, points, jacobian, turns=7 if quick else 21)
            exceeded += _print(case, points, ratios)
    print(f"{exceeded} of the limits exceeded" if exceeded else "within all limits")
    return int(exceeded > 0)


def _print(case: Case, points: Any, ratios: dict[str, float]) -> bool:
    """Print a line of the table; whether it exceeds its limit."""
    count, dimension = points.shape
    limit = case.limit(count)
    exceeded = ratios["batched"] > limit
    peer = f"{ratios['scipy']:.1f}" if "scipy" in ratios else "-"
    print(
        f"{count:>9} {dimension:>3}  {case.name:<15} {ratios['batched']:>8.2f} "
        f"{limit:>6.1f} {ratios['loop']:>9.0f} {peer:>7}"
        f"{'  exceeded' if exceeded else ''}",
        flush=True,
    )
    return exceeded


def _measure(case: Case, points: Any, jacobian: Any, turns: int) -> dict[str, float]:
    """Median over the turns of each routine's ratio to 2·D bare evaluations."""
    f, dimension = case.f, points.shape[1]
    few = points[:ROWS_OF_THE_LOOP].copy()
    scale = len(points) / len(few)
    routines: dict[str, Callable[[], Any]] = {
        "batched": lambda: corrected.numerical_gradient(f, points, vectorized=True),
        "loop": lambda: corrected.numerical_gradient(f, few),
    }
    if jacobian is not None and points.size <= ELEMENTS_OF_A_PEER:
        routines["scipy"] = lambda: jacobian(
            lambda x: f(np.moveaxis(x, 0, -1)), points.T
        )
    repeats = max(1, 50_000 // points.size)
    ratios: dict[str, list[float]] = {name: [] for name in routines}
    for turn in range(turns):
        bare = 2 * dimension * _seconds(lambda: f(points), repeats)
        for name, routine in routines.items():
            if name == "batched":
                ratios[name].append(_seconds(routine, repeats) / bare)
            elif turn < 3:  # slow, and far from any limit
                ratios[name].append(_seconds(routine, 1) / bare)
    medians = {name: statistics.median(values) for name, values in ratios.items()}
    return medians | {"loop": medians["loop"] * scale}


def _seconds(routine: Callable[[], Any], repeats: int) -> float:
    """Time of one call."""
    start = time.perf_counter()
    for _ in range(repeats):
        routine()
    return (time.perf_counter() - start) / repeats


def _scipy_jacobian() -> Callable[..., Any] | None:
    """SciPy's routine as a central difference of the same order and step."""
    try:
        from scipy.differentiate import jacobian
    except ImportError:
        return None

    def central(f: Callable[[Any], Any], x: Any) -> Any:
        return jacobian(f, x, order=2, maxiter=1, initial_step=1e-4)

    return central


if __name__ == "__main__":
    raise SystemExit(main())
