"""The smallest code that breaks a clause about a routine, and how it is right.

A clause that several roles have is broken in each by the same change. Of several
functions in a text the last one is the routine.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.defects.examples import Change, Example, changed

ROUTINE = """\
def gradient(f, x, h=1e-4):
    if x.ndim == 2:
        return np.array([gradient(f, row) for row in x])
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])
"""
"""Of points that are rows."""

POINT = """\
def gradient(f, x, h=1e-4):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)])
"""
"""Of one point."""

WHOLE = """\
def gradient(f, x, h=1e-4):
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        slopes[i] = (f(x + e) - f(x - e)) / (2 * h)
    return slopes
"""
"""Of a whole array of parameters."""

DERIVATIVE = """\
def derivative(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)
"""

TANGENT = """\
def tangent(f, x, h=1e-4):
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return lambda t: f(x) + slope * (t - x)
"""

DESCENT = f"""\
{POINT}

def descent(f, init_x, lr=0.01, step_num=100):
    x, history = init_x.copy(), []
    for _ in range(step_num):
        history.append(x.copy())
        x -= lr * gradient(f, x)
    return x, np.array(history)
"""

PAIR = """\
def f(W):
    return np.sum(W**2)


def gradient(W):
    return 2 * W


x = np.linspace(-1, 1, 12).reshape(3, 4)
"""
"""f with its claimed gradient at x."""

LARGE_PAIR = PAIR.replace("12).reshape(3, 4)", "2400)")


def above(line: str, *new: str) -> Change:
    """Lines above another that begins so, as far in as that is."""
    blanks = " " * (len(line) - len(line.lstrip()))
    return line, "".join(f"{blanks}{each}\n" for each in new) + line


def _moving(shape: str, loop: str) -> str:
    """The lines of a routine that moves the entries of x themselves, in turn."""
    return (
        f"    slopes = np.zeros({shape})\n"
        f"    for i in {loop}:\n"
        "        kept = x[i]\n"
        "        x[i] = kept + h\n"
        "        ahead = f(x)\n"
        "        x[i] = kept - h\n"
        "        behind = f(x)\n"
        "        x[i] = kept\n"
        "        slopes[i] = (ahead - behind) / (2 * h)\n"
        "    return slopes\n"
    )


CAREFUL = (
    ("        x[i] = kept + h\n", "        try:\n            x[i] = kept + h\n"),
    ("        ahead", "            ahead"),
    ("        x[i] = kept - h", "            x[i] = kept - h"),
    ("        behind", "            behind"),
    ("        x[i] = kept\n", "        finally:\n            x[i] = kept\n"),
)
"""What has a routine that moves x put it back if f raises, too."""

LAST = "    return np.array([(f"
"""How the line with the differences begins."""

DIFFERENCES = "[(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(x.size)]"
FILLED = (
    f"    return np.array({DIFFERENCES})\n",
    "    slopes = np.zeros(x.size)\n"
    f"    slopes[:] = {DIFFERENCES}\n"
    "    return slopes\n",
)
"""What has a routine fill an array."""

UNMOVED: Mapping[str, str] = {"G": ROUTINE, "P": POINT, "A": WHOLE}
"""Right routines that leave x alone, by the letter of their clauses."""

HEAD = POINT.partition(LAST)[0]
MOVED: Mapping[str, str] = {
    "G": ROUTINE.partition(LAST)[0] + _moving("x.size", "range(x.size)"),
    "P": HEAD + _moving("x.size", "range(x.size)"),
    "A": HEAD + _moving("x.shape", "np.ndindex(x.shape)"),
}
"""Those that move x, and put it back."""

BY_COLUMNS = "np.array([gradient(f, column) for column in x.T]).T"
BY_ROWS = "np.array([gradient(f, row) for row in x])"
IN_ORDER = 'x = np.frombuffer(x.tobytes(order="A")).reshape(x.shape)'
PRINTED = 'print("f(x) =", f(x))'
ROUNDED = (
    ("        kept = x[i]\n", ""),
    ("x[i] = kept + h", "x[i] += h"),
    ("x[i] = kept - h", "x[i] -= 2 * h"),
    ("x[i] = kept\n", "x[i] += h\n"),
)
"""What has x put back by sums, which are rounded."""

OF_MOVED: Mapping[str, Example] = {
    f"{letter}{number}": example
    for letter, right in MOVED.items()
    for in_floats in [changed(right, above("    slopes = ", "x = x.astype(float)"))]
    for number, example in {
        7: changed(right, ("        x[i] = kept\n", "")),
        8: changed(right, *ROUNDED),
        9: Example(right, changed(right, *CAREFUL).code),
        10: Example(right, in_floats.code),
        11: Example(right, in_floats.code),
    }.items()
}

OF_POINTS: Mapping[str, Example] = {
    f"{letter}{number}": example
    for letter in "GP"
    for right in [UNMOVED[letter]]
    for filled in [changed(right, FILLED).code]
    for number, example in {
        1: changed(right, ("[(f", "[[(f"), ("(2 * h) for", "(2 * h)] for")),
        4: changed(right, ("/ (2 * h)", "/ h")),
        5: changed(right, ("np.array([(f", "np.abs([(f")),
        6: changed(right, ("f(x - h * e)) / (2 * h)", "f(x)) / h")),
        12: changed(right, above(right.splitlines()[1], IN_ORDER)),
        15: changed(right, above(LAST, PRINTED)),
        16: changed(
            filled,
            ("h=1e-4)", "h=1e-4, made={})"),
            ("np.zeros(x.size)", "made.setdefault(x.size, np.zeros(x.size))"),
        ),
    }.items()
}


def _guarded(right: str, shapes: str, said: str) -> Example:
    """A routine that is not guarded against an x of other shapes; mended, it is."""
    guard = f"if x.ndim {shapes}:", f'    raise ValueError("{said}")'
    return Example(right, changed(right, above(right.splitlines()[1], *guard)).code)


OF_ROUTINES: Mapping[str, Example] = {
    **OF_MOVED,
    **OF_POINTS,
    "G2": changed(ROUTINE, ("gradient(f, row) for row", "gradient(f, x[0]) for _")),
    "G3": changed(ROUTINE, (BY_ROWS, BY_COLUMNS)),
    "G13": changed(ROUTINE, (BY_ROWS, f"np.eye(len(x)) @ {BY_ROWS}")),
    "G14": Example(
        ROUTINE, ROUTINE.replace("for row in x])", "for row in x]).reshape(x.shape)")
    ),
    "G17": _guarded(ROUTINE, "not in (1, 2)", "x is no point and no rows of points"),
    "P2": changed(POINT, above(LAST, "x = x.ravel()")),
    "P3": changed(POINT, (DIFFERENCES, "[(f(c + h) - f(c - h)) / (2 * h) for c in x]")),
    "P17": _guarded(POINT, "!= 1", "x is no point"),
    "A1": changed(WHOLE, ("return slopes", "return slopes.ravel()")),
    "A2": changed(
        WHOLE, above("    slopes = ", "if x.ndim == 2:", f"    return {BY_ROWS}")
    ),
    "A4": changed(WHOLE, ("/ (2 * h)", "/ h")),
    "A5": changed(WHOLE, ("= (f(x", "= abs(f(x")),
    "A6": changed(WHOLE, ("f(x - e)) / (2 * h)", "f(x)) / h")),
    "A12": changed(WHOLE, above("    slopes = ", IN_ORDER)),
    "A14": changed(WHOLE, above("    return", 'print("steepest:", slopes.max())')),
    "A15": changed(WHOLE, above("        slopes[i]", PRINTED)),
    "A16": changed(
        WHOLE,
        ("h=1e-4)", "h=1e-4, made={})"),
        ("s = np.zeros(x.shape)", "s = made.setdefault(x.shape, np.zeros(x.shape))"),
    ),
    "D4": changed(DERIVATIVE, ("/ (2 * h)", "/ h")),
    "D5": changed(DERIVATIVE, ("return (", "return abs(")),
    "D6": changed(DERIVATIVE, ("f(x - h)) / (2 * h)", "f(x)) / h")),
    "T1": changed(TANGENT, ("slope * (t - x)", "slope * t")),
    "T2": changed(TANGENT, ("/ (2 * h)", "/ h")),
    "N1": changed(
        DESCENT, ("gradient(f, x)\n    return x", "gradient(f, init_x)\n    return x")
    ),
    "N2": changed(DESCENT, ("init_x.copy()", "init_x")),
    "N3": changed(DESCENT, ("append(x.copy())", "append(x)")),
    "R1": changed(PAIR, ("return 2 * W", "return 2 * W.ravel()")),
    "R2": changed(PAIR, ("return 2 * W", "return W")),
    "R3": changed(
        LARGE_PAIR,
        ("    return 2 * W\n", "    grad = 2 * W\n    grad[7] = 0\n    return grad\n"),
    ),
}
"""By the ids of the clauses."""
