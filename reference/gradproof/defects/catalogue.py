"""The catalogue of defects: an example of each, and where to read more.

The sentences on a defect are messages: ``defect.ID.title``, ``.explanation`` and
``.remedy``. An example is a routine on its own (``np`` is NumPy); it has the defect
when it is examined under the role that it is given for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradproof.evidence.roles import RoleId


@dataclass(frozen=True)
class Defect:
    """A named way of being wrong.

    ``role`` is the one that its example plays. A reference ``book 4.4`` is a section
    of the book.
    """

    id: str
    role: RoleId | Literal["quiver-script"]
    example: str
    references: tuple[str, ...] = ()


BOOK = "book 4.4"
DERIVATIVE = "book 4.3"
UPSTREAM = "https://github.com/oreilly-japan/deep-learning-from-scratch"
PRECEDENCE = (
    "https://docs.python.org/3/reference/expressions.html#operator-precedence",
)
VIEWS = ("https://numpy.org/doc/stable/user/basics.copies.html",)
TYPES = (
    "https://numpy.org/doc/stable/reference/generated/numpy.zeros_like.html",
    "https://numpy.org/doc/stable/user/basics.indexing.html#assigning-values-to-indexed-arrays",
)
PASSED = (
    "https://docs.python.org/3/faq/programming.html"
    "#why-did-changing-list-y-also-change-list-x",
)


def _at_each(slope: str, h: str = "1e-4") -> str:
    """A routine whose slope along the unit vector e is the expression."""
    return (
        f"def gradient(f, x, h={h}):\n"
        f"    return np.array([{slope} for e in np.eye(x.size)])\n"
    )


def _in_turn(*lines: str) -> str:
    """A routine that moves each x[i] in turn; the lines say how."""
    return (
        "def gradient(f, x, h=1e-4):\n"
        "    slopes = np.zeros(x.size)\n"
        "    for i in range(x.size):\n"
        + "".join(f"        {line}\n" for line in lines)
        + "    return slopes\n"
    )


SLOPE = "slopes[i] = (ahead - behind) / (2 * h)"
RIGHT = "(f(x + h * e) - f(x - h * e)) / (2 * h)"

CATALOGUE: dict[str, Defect] = {
    defect.id: defect
    for defect in (
        Defect(
            "transposed-points",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    if x.ndim == 2:\n"
            "        return np.array([gradient(f, column) for column in x.T]).T\n"
            f"    return np.array([{RIGHT} for e in np.eye(x.size)])\n",
            (
                BOOK,
                f"{UPSTREAM}/pull/37",
                f"{UPSTREAM}/pull/5",
                "https://github.com/qiaohaoforever/DeepLearningFromScratch/issues/2",
                "https://github.com/youbeebee/deeplearning_from_scratch/issues/2",
            ),
        ),
        Defect(
            "whole-array",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    steps = h * np.eye(x.size).reshape(-1, *x.shape)\n"
            "    slopes = [(f(x + s) - f(x - s)) / (2 * h) for s in steps]\n"
            "    return np.reshape(slopes, x.shape)\n",
            (f"{UPSTREAM}/blob/master/common/gradient.py",),
        ),
        Defect(
            "row-by-row",
            "array-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    if x.ndim == 2:\n"
            "        return np.array([gradient(f, row) for row in x])\n"
            f"    return np.array([{RIGHT} for e in np.eye(x.size)])\n",
            (f"{UPSTREAM}/blob/master/common/gradient.py",),
        ),
        Defect(
            "first-row-only",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = np.zeros(x.shape)\n"
            "    for slope, row in zip(np.atleast_2d(slopes), np.atleast_2d(x)):\n"
            "        for i, e in enumerate(h * np.eye(row.size)):\n"
            "            slope[i] = (f(row + e) - f(row - e)) / (2 * h)\n"
            "        return slopes\n",
        ),
        Defect(
            "forward-difference",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x)) / h"),
            (DERIVATIVE,),
        ),
        Defect(
            "backward-difference",
            "point-gradient",
            _at_each("(f(x) - f(x - h * e)) / h"),
            (DERIVATIVE,),
        ),
        Defect(
            "missing-half",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / h"),
            (DERIVATIVE,),
        ),
        Defect(
            "operator-precedence",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / 2 * h"),
            PRECEDENCE,
        ),
        Defect(
            "step-too-small",
            "point-gradient",
            _at_each(RIGHT, "1e-10"),
            (DERIVATIVE,),
        ),
        Defect(
            "step-too-large",
            "point-gradient",
            _at_each(RIGHT, "0.1"),
            (DERIVATIVE,),
        ),
        Defect(
            "single-precision",
            "point-gradient",
            _in_turn(
                "ahead, behind = x.astype(np.float32), x.astype(np.float32)",
                "ahead[i] += h",
                "behind[i] -= h",
                "slopes[i] = (f(ahead) - f(behind)) / (2 * h)",
            ),
            (DERIVATIVE,),
        ),
        Defect(
            "not-restored",
            "point-gradient",
            _in_turn(
                "kept = x[i]",
                "x[i] = kept + h",
                "ahead = f(x)",
                "x[i] = kept - h",
                "behind = f(x)",
                SLOPE,
            ),
            (BOOK,),
        ),
        Defect(
            "wrong-restore",
            "point-gradient",
            _in_turn(
                "kept = x[i]",
                "x[i] = kept - h",
                "behind = f(x)",
                "x[i] = kept + h",
                "kept = x[i]",
                "ahead = f(x)",
                SLOPE,
                "x[i] = kept",
            ),
            (BOOK,),
        ),
        Defect(
            "aliased-result",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            f"    x[:] = [{RIGHT} for e in np.eye(x.size)]\n"
            "    return x\n",
            VIEWS,
        ),
        Defect(
            "input-mutated",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            f"    slopes = np.array([{RIGHT} for e in np.eye(x.size)])\n"
            "    x -= 0.1 * slopes\n"
            "    return slopes\n",
            (BOOK, *PASSED),
        ),
        Defect(
            "sign-flipped",
            "point-gradient",
            _at_each("(f(x - h * e) - f(x + h * e)) / (2 * h)"),
            (DERIVATIVE,),
        ),
        Defect(
            "components-swapped",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    steps = h * np.eye(x.size)[::-1]\n"
            "    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps])\n",
        ),
        Defect(
            "sum-for-difference",
            "point-gradient",
            _at_each("(f(x + h * e) + f(x - h * e)) / (2 * h)"),
            (DERIVATIVE,),
        ),
        Defect(
            "lost-index",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = np.zeros(x.size)\n"
            "    for e in np.eye(x.size):\n"
            f"        slopes = {RIGHT}\n"
            "    return slopes\n",
            (BOOK,),
        ),
        Defect(
            "f-per-element",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    return np.array([(f(c + h) - f(c - h)) / (2 * h) for c in x])\n",
            (BOOK,),
        ),
        Defect(
            "wrong-node",
            "point-gradient",
            _in_turn(
                "kept = x[i]",
                "x[i] = kept + h",
                "ahead = f(x)",
                "x[i] = kept",
                "x[i] = x[i] - 2 * h",
                "behind = f(x)",
                SLOPE,
                "x[i] = kept",
            ),
            (DERIVATIVE,),
        ),
        Defect(
            "saved-view",
            "point-gradient",
            _in_turn(
                "kept = x[i : i + 1]",
                "x[i] = kept[0] + h",
                "ahead = f(x)",
                "x[i] = kept[0] - h",
                "behind = f(x)",
                SLOPE,
                "x[i] = kept[0]",
            ),
            VIEWS,
        ),
        Defect(
            "whole-row-step",
            "point-gradient",
            _at_each("(f(x + h) - f(x - h)) / (2 * h)"),
            (BOOK,),
        ),
        Defect(
            "missing-call",
            "point-gradient",
            _in_turn(
                "ahead = f(x + h * np.eye(x.size)[i])",
                "behind = x[i] - h",
                SLOPE,
            ),
            (DERIVATIVE,),
        ),
        Defect(
            "wrong-factor",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / 1e-4", "2e-4"),
            (DERIVATIVE,),
        ),
        Defect(
            "integer-truncation",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = np.zeros_like(x)\n"
            f"    slopes[:] = [{RIGHT} for e in np.eye(x.size)]\n"
            "    return slopes\n",
            (BOOK, *TYPES),
        ),
        Defect(
            "not-restored-on-error",
            "point-gradient",
            _in_turn(
                "kept = x[i]",
                "x[i] = kept + h",
                "ahead = f(x)",
                "x[i] = kept - h",
                "behind = f(x)",
                SLOPE,
                "x[i] = kept",
            ),
            (
                BOOK,
                "https://docs.python.org/3/reference/compound_stmts.html#finally-clause",
            ),
        ),
        Defect(
            "nan-spreads",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    def at(x):\n"
            "        steps = h * np.eye(x.size)\n"
            "        return [(f(x + s) - f(x - s)) / (2 * h) for s in steps]\n"
            "\n"
            "    if x.ndim == 1:\n"
            "        return np.array(at(x))\n"
            "    rows = np.eye(len(x))\n"
            "    return sum(np.outer(row, at(x[n])) for n, row in enumerate(rows))\n",
            ("IEEE 754: 0 · NaN = NaN",),
        ),
        Defect(
            "start-mutated",
            "descent",
            "def descent(f, start, rate=0.01, steps=100):\n"
            "    x = start\n"
            "    for _ in range(steps):\n"
            "        x -= rate * gradient(f, x)\n"
            "    return x\n",
            (BOOK, *PASSED),
        ),
        Defect(
            "aliased-history",
            "descent",
            "def descent(f, start, rate=0.01, steps=100):\n"
            "    x, history = start.copy(), []\n"
            "    for _ in range(steps):\n"
            "        history.append(x)\n"
            "        x -= rate * gradient(f, x)\n"
            "    return x, history\n",
            (BOOK, *PASSED),
        ),
        Defect(
            "tangent-off-point",
            "tangent",
            "def tangent(f, x):\n"
            "    slope = gradient(f, x)\n"
            "    return lambda t: slope * t + f(x) - slope\n",
            (BOOK,),
        ),
        Defect(
            "missing-term",
            "pair",
            "def loss(w):\n"
            "    return np.sum((x @ w - t) ** 2) / 2 + 0.05 * np.sum(w**2)\n"
            "\n"
            "def backward(w):\n"
            "    return x.T @ (x @ w - t)  # the weight decay, 0.1 * w, is missing\n",
            (),
        ),
        Defect(
            "missing-constant",
            "pair",
            "def loss(w):\n"
            "    return np.sum((x @ w - t) ** 2) / 2 - 0.5 * np.sum(w)\n"
            "\n"
            "def backward(w):\n"
            "    return x.T @ (x @ w - t)  # the -0.5 of the linear term is missing\n",
            (),
        ),
        Defect(
            "missing-entries",
            "pair",
            "def loss(w):\n"
            "    weights, bias = w[:-1], w[-1]\n"
            "    return np.sum((x @ weights + bias - t) ** 2) / 2\n"
            "\n"
            "def backward(w):\n"
            "    grad = np.zeros_like(w)\n"
            "    grad[:-1] = x.T @ (x @ w[:-1] + w[-1] - t)\n"
            "    return grad  # its last row, the bias, is still 0\n",
            (),
        ),
    )
}
"""Every defect by its id, those that show in the arguments of f first."""
