"""The catalogue of defects: an example of each, where to read more, and its model.

The sentences on a defect are messages: ``defect.ID.title``, ``.explanation`` and
``.remedy``. An example is a routine on its own (``np`` is NumPy); it has the defect
when it is examined under the role that it is given for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gradproof.contract.expected import MAX_STEP, MIN_STEP
from gradproof.defects.changes import (
    Fields,
    RecipeChange,
    always,
    by_a_factor,
    in_single_precision,
    step_above,
    step_below,
)
from gradproof.evidence.roles import ARRAY_ROLES
from gradproof.numerics.number_formats import NumberFormat
from gradproof.ports.role_ids import PORT_ROLES, RoleId

EVERYWHERE = PORT_ROLES
"""A derivative at a number has one component, and no x that could be left moved."""

BY_STEPS: tuple[RoleId, ...] = (*ARRAY_ROLES, "descent")
"""What goes from component to component, and shows in where a descent leads."""

ROWS: tuple[RoleId, ...] = ("gradient",)
"""What has rows that are points."""


@dataclass(frozen=True)
class Lesser:
    """A should that a defect breaks, in which roles, and what it changes there.

    ``manners`` are the fields of the recipe that it sets, the first those of mutants.
    """

    should: str
    roles: tuple[RoleId, ...]
    manners: tuple[Fields, ...]


@dataclass(frozen=True)
class Defect:
    """A named way of being wrong.

    ``role`` is the one that its example plays. A reference ``book 4.4`` is a section
    of the book.

    ``change`` is what it changes in the recipe, ``roles`` those whose musts show it.
    ``where_given`` are those in which it is told only if they were given: the port
    plays another one, rightly. ``lesser`` is the should that shows it. ``rounded`` is
    what it changes if it rounds results: numbers of many decimals show it, and it is
    known by the numbers themselves.
    """

    id: str
    role: RoleId | Literal["quiver-script"]
    example: str
    references: tuple[str, ...] = ()
    change: RecipeChange | None = None
    roles: tuple[RoleId, ...] = ()
    where_given: tuple[RoleId, ...] = ()
    lesser: Lesser | None = None
    rounded: tuple[Fields, ...] = ()


TWO_DECIMALS = NumberFormat("decimals", 2)
"""As ``%.2f`` writes them. Six would be within what any step may be off by."""

THREE_DIGITS = NumberFormat("significant", 3)
"""As ``%.3g`` writes them."""

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
            change=always({"points": "columns"}),
            roles=ROWS,
        ),
        Defect(
            "whole-array",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    steps = h * np.eye(x.size).reshape(-1, *x.shape)\n"
            "    slopes = [(f(x + s) - f(x - s)) / (2 * h) for s in steps]\n"
            "    return np.reshape(slopes, x.shape)\n",
            (f"{UPSTREAM}/blob/master/common/gradient.py",),
            change=always({"points": "whole"}),
            where_given=("gradient", "point-gradient"),
        ),
        Defect(
            "row-by-row",
            "array-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    if x.ndim == 2:\n"
            "        return np.array([gradient(f, row) for row in x])\n"
            f"    return np.array([{RIGHT} for e in np.eye(x.size)])\n",
            (f"{UPSTREAM}/blob/master/common/gradient.py",),
            change=always({"points": "rows"}),
            where_given=("array-gradient",),
        ),
        Defect(
            "unguarded-batch",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    x = x.ravel()\n"
            f"    return np.array([{RIGHT} for e in np.eye(x.size)])\n",
            (BOOK,),
            change=always({"points": "piece"}),
            roles=("point-gradient",),
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
            change=always({"points": "first-row"}),
            roles=ROWS,
        ),
        Defect(
            "forward-difference",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x)) / h"),
            (DERIVATIVE,),
            change=always({"taps": ((1, 1.0), (0, -1.0))}),
            roles=EVERYWHERE,
        ),
        Defect(
            "backward-difference",
            "point-gradient",
            _at_each("(f(x) - f(x - h * e)) / h"),
            (DERIVATIVE,),
            change=always({"taps": ((0, 1.0), (-1, -1.0))}),
            roles=EVERYWHERE,
        ),
        Defect(
            "missing-half",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / h"),
            (DERIVATIVE,),
            change=always({"factor": 2.0}),
            roles=EVERYWHERE,
        ),
        Defect(
            "operator-precedence",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / 2 * h"),
            PRECEDENCE,
            change=always({"power": 1}),
            roles=EVERYWHERE,
        ),
        Defect(
            "step-too-small",
            "point-gradient",
            _at_each(RIGHT, "1e-10"),
            (DERIVATIVE,),
            change=step_below(MIN_STEP),
            roles=EVERYWHERE,
        ),
        Defect(
            "step-too-large",
            "point-gradient",
            _at_each(RIGHT, "0.1"),
            (DERIVATIVE,),
            change=step_above(MAX_STEP),
            roles=EVERYWHERE,
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
            change=in_single_precision,
            roles=EVERYWHERE,
            lesser=Lesser("single", ARRAY_ROLES, ({"work": "own"},)),
        ),
        Defect(
            "few-digits",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            f"    slopes = [{RIGHT} for e in np.eye(x.size)]\n"
            '    return np.array([float("%.6f" % slope) for slope in slopes])\n',
            (
                "https://en.cppreference.com/w/c/io/fprintf",
                "https://www.gnu.org/software/gawk/manual/html_node/OFMT.html",
                "https://docs.oracle.com/cd/E19957-01/806-3568/ncg_goldberg.html",
            ),
            rounded=({"kept": TWO_DECIMALS}, {"kept": THREE_DIGITS}),
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
            change=always(
                {"restores": "nothing"}, {"restores": "nothing", "work": "copy"}
            ),
            roles=BY_STEPS,
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
            change=always({"restores": "ahead"}, {"restores": "ahead", "work": "copy"}),
            roles=BY_STEPS,
        ),
        Defect(
            "aliased-result",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            f"    x[:] = [{RIGHT} for e in np.eye(x.size)]\n"
            "    return x\n",
            VIEWS,
            change=always({"alias": "at-end"}, {"alias": "from-start"}),
            roles=ARRAY_ROLES,
        ),
        Defect(
            "input-mutated",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            f"    slopes = np.array([{RIGHT} for e in np.eye(x.size)])\n"
            "    x -= 0.1 * slopes\n"
            "    return slopes\n",
            (BOOK, *PASSED),
            change=always({"spoils": True}),
            roles=ARRAY_ROLES,
        ),
        Defect(
            "sign-flipped",
            "point-gradient",
            _at_each("(f(x - h * e) - f(x + h * e)) / (2 * h)"),
            (DERIVATIVE,),
            change=always({"sign": -1.0}),
            roles=EVERYWHERE,
        ),
        Defect(
            "components-swapped",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    steps = h * np.eye(x.size)[::-1]\n"
            "    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps])\n",
            change=always({"stored": "reversed"}, {"stored": "rolled"}),
            roles=BY_STEPS,
        ),
        Defect(
            "sum-for-difference",
            "point-gradient",
            _at_each("(f(x + h * e) + f(x - h * e)) / (2 * h)"),
            (DERIVATIVE,),
            change=always({"taps": ((1, 0.5), (-1, 0.5))}),
            roles=EVERYWHERE,
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
            change=always({"stored": "over-all"}, {"stored": "everywhere"}),
            roles=BY_STEPS,
        ),
        Defect(
            "first-component-only",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = np.zeros(x.size)\n"
            "    for i, e in enumerate(np.eye(x.size)):\n"
            f"        slopes[i] = {RIGHT}\n"
            "        return slopes\n",
            (BOOK,),
            change=always({"loop": "first"}, {"loop": "first-alone"}),
            roles=ARRAY_ROLES,
        ),
        Defect(
            "f-per-element",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    return np.array([(f(c + h) - f(c - h)) / (2 * h) for c in x])\n",
            (BOOK,),
            change=always({"given": "element"}),
            roles=BY_STEPS,
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
            change=always({"taps": ((1, 0.5), (-2, -0.5))}),
            roles=EVERYWHERE,
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
            change=always({"taps": ((1, 0.5), (0, -0.5))}),
            roles=BY_STEPS,
        ),
        Defect(
            "whole-row-step",
            "point-gradient",
            _at_each("(f(x + h) - f(x - h)) / (2 * h)"),
            (BOOK,),
            change=always({"moves": "row"}),
            roles=BY_STEPS,
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
            change=always({"second_call": False}),
            roles=EVERYWHERE,
        ),
        Defect(
            "all-zero",
            "point-gradient",
            _in_turn(
                "e = h * np.eye(x.size)[i]",
                "slope = (f(x + e) - f(x - e)) / (2 * h)",
            ),
            (DERIVATIVE,),
            change=always({"stored": "nowhere"}, {"taps": ((0, 0.5), (0, -0.5))}),
            roles=ARRAY_ROLES,
        ),
        Defect(
            "partly-filled",
            "point-gradient",
            _in_turn(
                "if i:",
                "    e = h * np.eye(x.size)[i]",
                "    slopes[i] = (f(x + e) - f(x - e)) / (2 * h)",
            ),
            (BOOK,),
            change=always({"loop": "but-first"}, {"stored": "into-first"}),
            roles=ARRAY_ROLES,
        ),
        Defect(
            "rows-shared",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slope = np.zeros(x.shape[-1])\n"
            "    slopes = [slope for _ in np.atleast_2d(x)]\n"
            "    for n, row in enumerate(np.atleast_2d(x)):\n"
            "        for i, e in enumerate(h * np.eye(row.size)):\n"
            "            slopes[n][i] = (f(row + e) - f(row - e)) / (2 * h)\n"
            "    return np.reshape(slopes, x.shape)\n",
            (BOOK, *PASSED),
            change=always({"rows": "shared"}),
            roles=ROWS,
        ),
        Defect(
            "stored-by-columns",
            "gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = [\n"
            "        (f(row + e) - f(row - e)) / (2 * h)\n"
            "        for row in np.atleast_2d(x)\n"
            "        for e in h * np.eye(row.size)\n"
            "    ]\n"
            '    return np.reshape(slopes, x.shape, order="F")\n',
            (BOOK,),
            change=always({"rows": "from-columns"}, {"rows": "by-columns"}),
            roles=ROWS,
        ),
        Defect(
            "wrong-factor",
            "point-gradient",
            _at_each("(f(x + h * e) - f(x - h * e)) / 1e-4", "2e-4"),
            (DERIVATIVE,),
            change=by_a_factor,
            roles=EVERYWHERE,
        ),
        Defect(
            "integer-truncation",
            "point-gradient",
            "def gradient(f, x, h=1e-4):\n"
            "    slopes = np.zeros_like(x)\n"
            f"    slopes[:] = [{RIGHT} for e in np.eye(x.size)]\n"
            "    return slopes\n",
            (BOOK, *TYPES),
            lesser=Lesser(
                "integers",
                ARRAY_ROLES,
                ({"work": "own", "result": "own"}, {"result": "own"}, {"work": "own"}),
            ),
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
            lesser=Lesser("restored-on-error", ARRAY_ROLES, ({"careful": False},)),
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
            lesser=Lesser("isolation", ROWS, ({"spreads": True},)),
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
            lesser=Lesser("start-kept", ("descent",), ({"start": "moved"},)),
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
            lesser=Lesser("history", ("descent",), ({"history": "aliased"},)),
        ),
        Defect(
            "tangent-off-point",
            "tangent",
            "def tangent(f, x):\n"
            "    slope = gradient(f, x)\n"
            "    return lambda t: slope * t + f(x) - slope\n",
            (BOOK,),
            change=always({"off_point": True}),
            roles=("tangent",),
        ),
        Defect(
            "tangent-by-component",
            "tangent",
            "def tangent(f, x):\n"
            "    slope = gradient(f, x)\n"
            "    height = f(x) - slope * x\n"
            "    return lambda t: slope * t + height\n",
            (BOOK,),
            change=always(
                {"summed": "neither"}, {"summed": "height"}, {"summed": "place"}
            ),
            roles=("tangent",),
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
