"""Copies are told by all that they reach, names, comments and formatting aside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gradproof.finding.reach import reach

ROUTINE = """\
import numpy as np
h = 1e-4
def numerical_gradient(f, x):
    grad = np.zeros_like(x)
    for i in range(x.size):
        grad[i] = slope(f, x, i)
    return grad
def slope(f, x, i):
    e = np.eye(x.size)[i] * h
    return (f(x + e) - f(x - e)) / (2 * h)
"""
OTHER_NAMES = """\
import numpy
# the step
step = 1e-4
def num_grad(f, x):
    '''The gradient.'''
    result = numpy.zeros_like( x )
    for k in range(x.size):
        result[k] = one(f, x, k)   # one by one

    return result
def one(g, at, number):
    unit = numpy.eye(at.size)[number] * step
    return (g(at + unit) - g(at - unit)) / (2 * step)
"""
COPIES: dict[str, tuple[str, str]] = {
    "names and comments": (ROUTINE, OTHER_NAMES),
    "what is not reached": (ROUTINE, ROUTINE + "\ndef other(x): return x\nk = 3\n"),
    "the part that is run alone": (
        ROUTINE,
        ROUTINE + "\nif __name__ == '__main__':\n    print(slope(abs, 1, 0))\n",
    ),
    "a local name that the file has too": (ROUTINE, "result = 3\n" + OTHER_NAMES),
}
NO_COPIES: dict[str, tuple[str, str]] = {
    "another step": (ROUTINE, ROUTINE.replace("h = 1e-4", "h = 1e-50")),
    "another helper": (ROUTINE, ROUTINE.replace("(2 * h)", "h")),
    "a helper that is replaced": (ROUTINE, ROUTINE + "\nslope = lambda f, x, i: 0\n"),
    "a step that is changed": (ROUTINE, ROUTINE + "\nh *= 2\n"),
    "something that is run": (ROUTINE, ROUTINE + "\nnp.seterr(all='raise')\n"),
    "another module": (ROUTINE, ROUTINE.replace("numpy", "numpyro")),
    "names that are exchanged": (
        ROUTINE,
        ROUTINE.replace("f(x + e) - f(x - e)", "f(x - e) - f(x + e)"),
    ),
    "another order of parameters": (
        ROUTINE,
        ROUTINE.replace("numerical_gradient(f, x)", "numerical_gradient(x, f)"),
    ),
    "names by which arguments are given": (
        "def grad(f, x): return g(f, x, a=1, b=2)\ndef g(f, x, a, b): return a - b",
        "def grad(f, x): return g(f, x, a=1, b=2)\ndef g(f, x, b, a): return b - a",
    ),
    "a name that means the file's outside of a scope": (
        "k = 1\ndef grad(f, x): return k + sum(k for k in x)",
        "k = 1\ndef grad(f, x): return k + sum(j for j in x)",
    ),
    "a derivative by its name": (
        "def gradient(f, x): return (f(x + 1) - f(x)) / 1",
        "def numerical_diff(f, x): return (f(x + 1) - f(x)) / 1",
    ),
    "what is asked by its name": (
        "import numpy as np\nclass A:\n    h = 1\n    def g(self, f, x): return self.h",
        "import numpy as np\nclass A:\n    k = 1\n    def g(self, f, x): return self.h",
    ),
}
FUNCTIONS = (
    "numerical_gradient",
    "num_grad",
    "grad",
    "gradient",
    "numerical_diff",
    "A",
)


def mark(folder: Path, text: str, files: Mapping[str, str] = {}) -> str | None:
    for name, other in {**files, "port.py": text}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(other)
    name = next(n for n in FUNCTIONS if f"def {n}(" in text or f"class {n}:" in text)
    return reach(folder / "port.py", name).mark


@pytest.mark.parametrize("case", COPIES)
def test_copies_have_the_same_mark(tmp_path: Path, case: str) -> None:
    one, other = COPIES[case]
    assert mark(tmp_path / "a", one) == mark(tmp_path / "b", other) is not None


@pytest.mark.parametrize("case", NO_COPIES)
def test_what_differs_in_what_it_reaches_has_another(tmp_path: Path, case: str) -> None:
    one, other = NO_COPIES[case]
    assert mark(tmp_path / "a", one) != mark(tmp_path / "b", other)


NESTED = (
    "try:\n    from util import slope\nexcept ImportError:\n    slope = abs\n"
    "def grad(f, x): return slope(f, x)\n"
)
INSIDE = "def grad(f, x):\n    from util import slope\n    return slope(f, x)\n"
IMPORTS = "from util import slope\ndef grad(f, x): return slope(f, x)\n"
STAR = "from util import *\ndef grad(f, x): return slope(f, x)\n"
WHOLE = "import util\ndef grad(f, x): return util.slope(f, x)\n"
RIGHT, WRONG = "def slope(f, x): return f(x)\n", "def slope(f, x): return -f(x)\n"


@pytest.mark.parametrize("text", [IMPORTS, STAR, WHOLE, NESTED, INSIDE])
def test_equal_text_may_call_another_helper(tmp_path: Path, text: str) -> None:
    marks = [
        mark(tmp_path / str(number), text, {"util.py": util})
        for number, util in enumerate((RIGHT, RIGHT, WRONG))
    ]
    assert marks[0] == marks[1] != marks[2]
    assert marks[0] is not None


def test_a_helper_is_found_above_and_by_other_helpers(tmp_path: Path) -> None:
    files = {"common/util.py": "from common.step import h\ndef slope(f, x): return h\n"}
    text = "from common.util import slope\ndef grad(f, x): return slope(f, x)\n"
    marks = [
        mark(tmp_path / step, text, {**files, "common/step.py": f"h = {step}\n"})
        for step in ("1e-4", "1e-50")
    ]
    assert None not in marks
    assert marks[0] != marks[1]


UNTOLD = {
    "by a name in a text": "def grad(f, x): return eval('slope')(f, x)",
    "by data": "import numpy as np\ndef grad(f, x): return np.load('h.npy')",
    "by a file that is read": (
        "from pathlib import Path\nh = float(Path('h.txt').read_text())\n"
        "def grad(f, x): return f(x + h)"
    ),
    "by a package that may read one": (
        "import sqlite3\ndef grad(f, x): return sqlite3.connect('h.db')"
    ),
    "by where it lies": "def grad(f, x): return f(x) if 'anna' in __file__ else x",
    "by where it is run": (
        "import os\nh = len(os.getcwd())\ndef grad(f, x): return f(x + h)"
    ),
    "by its own name": "def grad(f, x): return f(x) / len(grad.__name__)",
    "by its docstring": "def grad(f, x):\n    '2'\n    return float(grad.__doc__)",
    "by a place that is not seen": (
        "import sys\nsys.path.append('/opt')\nfrom somewhere_else import slope\n"
        "def grad(f, x): return slope(f, x)"
    ),
}


@pytest.mark.parametrize("case", UNTOLD)
def test_what_cannot_be_told_has_no_mark(tmp_path: Path, case: str) -> None:
    assert mark(tmp_path, UNTOLD[case]) is None


def test_where_to_import_from_may_be_said(tmp_path: Path) -> None:
    """As the book's own scripts do."""
    said = "import sys, os\nsys.path.append(os.pardir)\n"
    near = "import sys, os\nsys.path.append(os.path.dirname(__file__))\n"
    for number, lead in enumerate((said, near)):
        where = {"util.py": RIGHT}
        assert mark(tmp_path / str(number), lead + IMPORTS, where) is not None


def test_a_file_has_the_names_of_its_classes(tmp_path: Path) -> None:
    text = "class Relu:\n    def forward(self, x):\n        y = x\n        return y\n"
    texts = [text, text.replace("y", "z"), text.replace("Relu", "Tanh")]
    paths = [tmp_path / f"{number}.py" for number in range(3)]
    for path, each in zip(paths, texts, strict=True):
        path.write_text(each)
    one, renamed, other = (reach(path).mark for path in paths)
    assert one == renamed != other


def test_the_files_that_are_reached_are_told(tmp_path: Path) -> None:
    mark(tmp_path, IMPORTS, {"util.py": RIGHT, "other.py": RIGHT})
    found = reach(tmp_path / "port.py", "grad").files
    assert [path.name for path in found] == ["port.py", "util.py"]
