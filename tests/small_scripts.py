"""Scripts run in this process: routines, calls of them, and pictures, written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from gradproof.scripts import objectives
from gradproof.scripts.records import Given, GradientCall, Place, Quiver, Run
from gradproof.scripts.session import Session, UnansweredError, array

H = 2.0**-13
SIDE = np.array([-1.5, 0.5, 1.25])
X = np.stack(np.meshgrid(SIDE, SIDE + 0.25), axis=-1).reshape(-1, 2)
PATH = Path("mine.py")
HERE, THERE = Place("mine.py", 1), Place("mine.py", 9)
SOURCE = """g = gradient(f, np.array([X, Y]))


def gradient(f, x):
    return x


plt.quiver(X, Y, *-g)
"""


# Routines, and what f is to them


def slopes(f: Any, x: Any) -> Any:
    """Of one point, of whatever size."""
    return np.array([(f(x + e) - f(x - e)) / (2 * H) for e in H * np.eye(x.size)])


def by_rows(f: Any, x: Any) -> Any:
    return np.array([slopes(f, row) for row in x])


def one_point(f: Any, x: Any) -> Any:
    if x.ndim > 1:
        raise ValueError("one point, please")
    return slopes(f, x)


def of_whole(f: Any, x: Any) -> Any:
    """Of an array as if it was one point."""
    moved = np.eye(x.size).reshape(-1, *x.shape) * H
    return np.reshape([(f(x + e) - f(x - e)) / (2 * H) for e in moved], x.shape)


class Expression:
    """An f, and how a child would write it down at a point of some size."""

    def __init__(self, f: Callable[[Any], Any], tree: Callable[[int], Any]) -> None:
        self.f, self.tree = f, tree


def summed(power: int) -> Callable[[int], Any]:
    """Of the components of a point."""

    def tree(size: int) -> Any:
        terms = [["pow", ["x", n], ["number", str(power)]] for n in range(size)]
        return terms[0] if size == 1 else ["add", *terms]

    return tree


def fixed(tree: Any) -> Callable[[int], Any]:
    return lambda size: tree


X0, X1 = ["x", 0], ["x", 1]
PRODUCT = Expression(lambda x: x[0] * x[1], fixed(["mul", X0, X1]))
SQUARES = Expression(lambda x: np.sum(x**2), summed(2))
SLANTED = Expression(
    lambda x: x[0] * x[0] + 3 * x[1],
    fixed(["add", ["mul", X0, X0], ["mul", ["number", "3"], X1]]),
)


class Told:
    """A session with an f and its expression, and a routine that is called again."""

    def __init__(
        self, told: Expression, calls: Any = (), routine: Any = None, **lost: Any
    ) -> None:
        self.told, self.calls, self.routine = told, calls, routine
        self.lost = lost
        self.asked: list[tuple[str, Any]] = []

    def ask(self, op: str, **question: Any) -> dict[str, Any]:
        """As a session's."""
        self.asked.append((op, question))
        answer: dict[str, Any] = getattr(self, f"_{op}", self._nothing)(**question)
        return answer

    def _nothing(self, **_: Any) -> dict[str, Any]:
        raise UnansweredError("untold")

    def _evaluate(self, points: Any, **_: Any) -> dict[str, Any]:
        values = [float(self.told.f(row)) for row in array(points)]
        return {"values": values, "form": "f(x)"}

    def _expression(self, point: Any, **_: Any) -> dict[str, Any]:
        tree = self.told.tree(len(array(point)))
        if tree is None:
            raise UnansweredError("untold")
        return {"tree": tree, "decisions": []}

    def _again(self, call: int, terms: Any, how: Any) -> dict[str, Any]:
        """The call once more, for a sum of a factor and powers of x0 and x1."""
        if self.routine is None or how in self.lost:
            raise UnansweredError("it was called in another way")

        def f(x: Any) -> Any:
            x = np.ravel(x)
            return sum(c * x[0] ** m * x[1] ** n for c, (m, n) in terms)

        x = np.asarray(self.calls[call].x, float)
        try:
            if how == "each":
                value = np.array([self.routine(f, column) for column in x.T]).T
            else:
                value = self.routine(f, x.T.copy() if how == "transposed" else x)
        except Exception as error:
            raise UnansweredError(repr(error)) from error
        return {"value": objectives.record(value)}


class Watched:
    """An f, and all that it is given."""

    def __init__(self, f: Callable[[Any], Any]) -> None:
        self.f = f
        self.given: list[Any] = []
        self.answers: list[Any] = []

    def __call__(self, x: Any) -> Any:
        self.given.append(np.array(x))
        self.answers.append(self.f(x))
        return self.answers[-1]


def called(
    routine: Any, told: Expression, x: Any, number: int = 0, **fields: Any
) -> GradientCall:
    """A call of a routine, as it is written down."""
    f = Watched(told.f)
    result = routine(f, x)
    shapes = Counter(
        (given.shape, np.shape(answer))
        for given, answer in zip(f.given, f.answers, strict=True)
    )
    points = [g for g in f.given if g.shape == (2,)]
    usual: dict[str, Any] = {
        "seen": tuple(Given("array", *key, count) for key, count in shapes.items()),
        "points": np.array(points[:8]).reshape(-1, 2),
        "samples": tuple(g for g in f.given if g.shape != (2,))[:4],
        "answers": np.zeros((0, 3)),
    }
    return GradientCall(
        **{
            **{"number": number, "f": 0, "name": "gradient", "home": "mine.py"},
            **{"qualified": "gradient", "place": HERE, "f_name": "f", "stub": False},
            **{"argument": "x", "shape": x.shape, "integers": False, "x": x},
            **{"result": result, "ended": True, **usual, **fields},
        }
    )


def quiver(directions: Any, at: Any = X, **fields: Any) -> Quiver:
    arrows = np.concatenate([np.transpose(at), np.transpose(directions)])
    usual: dict[str, Any] = {"total": len(at), "hidden": 0, "calls": 99}
    return Quiver(
        **{
            **{"place": THERE, "arrows": arrows, "form": 4, "error": None},
            **usual,
            **fields,
        }
    )


def run(calls: Any = (), quivers: Any = (), source: str = SOURCE) -> Run:
    return Run(
        path=PATH,
        sources={"mine.py": source},
        calls=tuple(calls),
        quivers=tuple(quivers),
        failures=(),
        broke=None,
        stubs=(),
        removed=(),
        notes=(),
        call_count=len(calls),
        notebook=False,
    )


def session(told: Expression, calls: Any = (), **fields: Any) -> Session:
    return cast(Session, Told(told, calls, **fields))
