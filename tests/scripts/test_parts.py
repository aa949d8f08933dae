"""Parts of what judges scripts: notebooks, statements, fixes, expressions, tracing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

from gradproof.ports import notebook, target
from gradproof.ports.worker.core import user_files
from gradproof.ports.worker.trace import expression, number
from gradproof.ports.worker.trace.expression import TracingError
from gradproof.ports.worker.trace.number import Tracer
from gradproof.scripts import objectives, suggestion
from gradproof.scripts.provenance import misgiven, wrong_givens
from gradproof.scripts.records import Given, GradientCall, Place, Run
from gradproof.scripts.session import statement


def traced(f: Callable[[Any], Any]) -> Any:
    point = np.empty(2, object)
    point[:] = [Tracer(["x", 0]), Tracer(["x", 1])]
    with number.math_traced():
        return expression.tree(f(point))


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x: np.sum(x**2), "x0² + x1²"),
        (lambda x: x[0] ** 2 / 20.0 + x[1] ** 2, "x0²/20 + x1²"),
        (lambda x: np.float64(3.0) * x[0] * x[1], "3·x0·x1"),
        (lambda x: np.sin(x[0] * x[1]), "sin(x0·x1)"),
        (lambda x: np.exp(-(x**2)).sum(), "exp(−x1²) + exp(−x0²)"),
        (lambda x: math.exp(x[0]) * math.sqrt(x[1]), "√"),
        (lambda x: np.dot(x, x), "x0² + x1²"),
        (lambda x: x @ np.array([[2.0, 0.0], [0.0, 1.0]]) @ x, "2·x0² + x1²"),
        (lambda x: np.abs(x[0]) + np.power(x[1], 3), "x1³ + Abs(x0)"),
        (lambda x: 0.1 * x[0] - x[1], "x0/10 − x1"),
    ],
)
def test_an_expression_is_read_by_running_f_once(
    f: Callable[[Any], Any], text: str
) -> None:
    function = objectives.function_of(traced(f))
    shown = objectives.written(function.expression(2)[0])
    assert shown == text or text == "√"
    point = np.array([0.7, 1.3])
    assert function.point(point) == pytest.approx(float(f(point)), rel=1e-14)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x[0] if x[0] > 0 else x[1],
        lambda x: float(x[0]),
        lambda x: max(x[0], x[1]),
        lambda x: x[0] * 1j,
        lambda x: "x0",
    ],
)
def test_what_cannot_be_followed_is_refused(f: Callable[[Any], Any]) -> None:
    with pytest.raises((TracingError, TypeError)):
        traced(f)


@pytest.mark.parametrize(
    "tree",
    [
        [],
        ["x", 2],
        ["number", "__import__('os')"],
        ["pow", ["number", "9"], ["number", "9999999999"]],
        ["call", ["x", 0]],
        ["sin", ["x", 0], ["x", 1]],
        "x0",
        ["div", ["x", 0], ["sub", ["x", 1], ["x", 1]]],
    ],
)
def test_an_expression_from_the_child_is_not_trusted(tree: Any) -> None:
    with pytest.raises(objectives.NotReadError):
        objectives.function_of(tree)


def test_a_tree_that_is_too_deep_is_refused() -> None:
    tree: Any = ["x", 0]
    for _ in range(500):
        tree = ["sin", tree]
    with pytest.raises(objectives.NotReadError):
        objectives.function_of(tree)


@pytest.mark.parametrize(
    ("shape", "answer", "kind", "wrong"),
    [
        ((2,), (), "array", None),
        ((1, 2), (1,), "array", None),
        ((2, 1), (1,), "array", None),
        ((2,), (), "numbers", None),
        ((324, 2), (324,), "array", None),
        ((2, 324), (324,), "array", None),
        ((2, 18, 18), (18, 18), "arrays", None),
        ((324,), (), "array", "transposed-points"),
        ((324,), (324,), "array", "transposed-points"),
        ((2, 324), (), "array", "whole-array"),
        ((), (), "number", "f-per-element"),
        ((), (), "nothing", None),
        ((324,), None, "array", "transposed-points"),
        ((), None, "number", "f-per-element"),
        ((2,), None, "array", None),
        ((2, 324), None, "array", None),
        ((2, 324), None, "arrays", None),
    ],
)
def test_what_f_is_given_is_a_point_or_has_a_name(
    shape: tuple[int, ...], answer: tuple[int, ...] | None, kind: str, wrong: str | None
) -> None:
    given = Given(kind, shape, answer, 1)
    assert misgiven(call(shape=(2, 324)), given) == wrong


@pytest.mark.parametrize(
    ("answer", "ended", "counted"),
    [((), True, 1), (None, True, 0), (None, False, 1)],
    ids=["answered", "refused", "refused in the end"],
)
def test_what_f_refused_was_but_tried_if_the_routine_went_on(
    answer: tuple[int, ...] | None, ended: bool, counted: int
) -> None:
    seen = (Given("array", (324,), answer, 1), Given("array", (2,), (), 4))
    assert len(wrong_givens(call(ended=ended, seen=seen))) == counted


@pytest.mark.parametrize(
    ("double", "text"),
    [
        (2 * math.pi, "2·pi·x0"),
        (math.e / 3, "E·x0/3"),
        (1 / 3, "x0/3"),
        (0.1, "x0/10"),
        (0.1234567891, "0.1234567891·x0"),
    ],
)
def test_numbers_are_shown_as_what_doubles_stand_for(double: float, text: str) -> None:
    x0 = sympy.Symbol("x0", real=True)
    exact = sympy.Rational(*double.as_integer_ratio())
    assert objectives.written(objectives.readable(exact * x0)) == text


def call(**changes: Any) -> GradientCall:
    fields: dict[str, Any] = {
        "number": 0,
        "f": 0,
        "name": "numerical_gradient",
        "qualified": "numerical_gradient",
        "home": "a.py",
        "place": Place("a.py", 1),
        "f_name": "f",
        "stub": False,
        "argument": "x",
        "shape": (2, 3),
        "integers": False,
        "x": np.zeros((2, 3)),
        "result": None,
        "ended": True,
        "seen": (),
        "points": np.empty((0, 2)),
        "answers": np.empty((0, 3)),
        "samples": (),
    }
    return GradientCall(**{**fields, **changes})


def run_of(source: str) -> Run:
    path = Path("a.py")
    return Run(path, {"a.py": source}, (), (), (), None, (), (), (), 0, False)


DEFINED = "\n\ndef numerical_gradient(f, x):\n    return x\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "g = numerical_gradient(f, np.array([X, Y]))",
            "g = numerical_gradient(f, np.array([X, Y]).T).T",
        ),
        (
            "g = -numerical_gradient(f, x=both + 0)",
            "g = -numerical_gradient(f, x=(both + 0).T).T",
        ),
        (
            "勾配 = net.numerical_gradient(f, 点)",
            "勾配 = net.numerical_gradient(f, 点.T).T",
        ),
    ],
)
def test_the_fix_is_the_line_transposed_there_and_back(before: str, after: str) -> None:
    fix = suggestion.suggestion(run_of(before + DEFINED), call(), "transposed")
    assert fix is not None
    assert (fix.before, fix.after) == (before, after)


def test_the_fix_for_a_routine_of_whole_arrays_is_a_call_for_each_point() -> None:
    source = "import numpy\ng = numerical_gradient(f, a + b)" + DEFINED
    fix = suggestion.suggestion(run_of(source), call(place=Place("a.py", 2)), "each")
    assert fix is not None
    assert fix.after == (
        "g = numpy.array([numerical_gradient(f, p) for p in (a + b).T]).T"
    )


@pytest.mark.parametrize(
    "line", ["g = other(h, X)", "g = numerical_gradient(*both)", "a = 1"]
)
def test_there_is_no_fix_where_the_call_is_not_found(line: str) -> None:
    assert suggestion.suggestion(run_of(line + DEFINED), call(), "each") is None


def test_a_statement_over_several_lines_is_shown_in_one() -> None:
    source = "x = 1\ng = grad(\n    f,\n    np.array([X,\n              Y]),\n)\n"
    assert statement(source, 4) == "g = grad(f, np.array([X, Y]))"
    assert statement("for g in grad(f, x):\n    pass\n", 1) == "for g in grad(f, x):"
    assert statement("no python (", 1) == "no python ("
    assert statement("", 7) == ""


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass  # %matplotlib inline\nx = 1"),
        ("!pip install numpy", "pass  # !pip install numpy"),
        ("if a:\n    %pylab\nb", "if a:\n    pass  # %pylab\nb"),
        ("%time g = f(x)", "g = f(x)"),
        ("%timeit -n 3 f(x)", "pass  # %timeit -n 3 f(x)"),
        ("%%time\ng = f(x)", "pass  # %%time\ng = f(x)"),
        ("%%bash\nls", "# %%bash\n# ls"),
        ("np.sum?", "pass  # np.sum?"),
        ("files = !ls", "files = []  # !ls"),
        ("if a:\n    t = %timeit -o f(x)", "if a:\n    t = None  # %timeit -o f(x)"),
        ("g = %time f(x)", "g = f(x)"),
        ("!pip install a \\\n  b\nx = 1", "pass  # !pip install a \\\n#   b\nx = 1"),
        ("y = 1 + \\\n  2\n!ls", "y = 1 + \\\n  2\npass  # !ls"),
        ("y = 5 %2", "y = 5 %2"),
        ("y = (5\n     %2)", "y = (5\n     %2)"),
        ("a = '''\n%d\n'''", "a = '''\n%d\n'''"),
    ],
)
def test_magics_are_set_aside_line_by_line(cell: str, plain: str) -> None:
    assert notebook.plain(cell) == plain


def test_a_notebook_of_an_older_format_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    cells = [
        {"cell_type": "markdown", "source": ["text"]},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"]},
    ]
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert target.cells(path) == [(f"{path}[1]", "a = 1\nb = 2")]


def test_the_users_files_are_told_from_the_librarys() -> None:
    is_users = user_files.users_files(["<cell>"])
    assert is_users(__file__)
    assert is_users("<cell>")
    assert not is_users(np.__file__)
    assert not is_users(json.__file__)
    assert not is_users(user_files.__file__)
    assert not is_users("<string>")
