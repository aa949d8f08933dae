"""The Python API: check, assert_gradient, quiver."""

from __future__ import annotations

import builtins
import doctest
import importlib
import io
import json
import linecache
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from rich.console import Console

import gradproof
from gradproof import corrected
from gradproof.golden import snapshot, written
from gradproof.numerics import error_bounds, functions
from places import PROGRAMS


def halved(f: Any, x: Any) -> Any:
    return corrected.numerical_gradient(f, x) / 2


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder from which the command line does not find these functions."""
    monkeypatch.chdir(tmp_path)


def x_first(x: Any, f: Any) -> Any:
    return corrected.numerical_gradient(f, x)


def test_the_example_of_the_package_holds() -> None:
    assert doctest.testmod(gradproof).attempted == 3
    assert doctest.testmod(gradproof).failed == 0


@pytest.mark.once
def test_a_routine_is_judged_where_it_is() -> None:
    assert gradproof.check(corrected.numerical_gradient).verdict == "pass"
    assert gradproof.check(halved).verdict == "fail"


@pytest.mark.once
def test_numbers_that_are_too_large_are_no_warning_but_those_of_the_routine_are() -> (
    None
):
    """Where warnings are errors, as here."""
    signs = np.array([1.7e308, -1.7e308])
    wrong = gradproof.check(lambda f, x: np.resize(signs, np.shape(x)))
    assert wrong.verdict == "fail"
    warns = gradproof.check(lambda f, x: corrected.numerical_gradient(f, x) + signs * 9)
    assert "overflow encountered" in warns.text()


def test_a_report_is_text_json_and_html() -> None:
    report = gradproof.check(halved)
    assert "0.5·∂f/∂x0, not ∂f/∂x0" in str(report)
    assert "誤りです" in report.text("ja")
    assert json.loads(report.json())["ports"][0]["verdict"] == "fail"
    html = report._repr_html_()
    assert html.startswith('<div class="gradproof"')
    assert "halved" in html


def test_html_carries_no_markup_of_the_port() -> None:
    def port(f: Any, x: Any) -> Any:
        raise ValueError("<script>alert(1)</script>")

    html = gradproof.check(port, "gradient")._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_a_report_prints_itself_in_a_terminal() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80)
    console.print(gradproof.check(corrected.numerical_gradient))
    assert "is right." in stream.getvalue()
    assert "\x1b[" in stream.getvalue()


@pytest.mark.once
def test_a_report_is_true_if_the_port_passes() -> None:
    assert gradproof.check(corrected.numerical_gradient)
    assert not gradproof.check(halved)
    assert not gradproof.check_pair(lambda x: (x**2).sum(), lambda x: x, [1.0, 2.0])


def test_the_repr_of_a_report_is_one_line_with_its_verdict() -> None:
    said = repr(gradproof.check(halved))
    assert said.startswith("<Report fail: halved is wrong: it computes")
    assert "\n" not in said


class ZMQInteractiveShell:
    """A notebook's shell, by its name."""


def test_in_a_notebook_a_report_is_text_and_is_shown_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[object] = []
    display = ModuleType("IPython.display")
    display.display = shown.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(builtins, "get_ipython", ZMQInteractiveShell, raising=False)
    assert Console().is_jupyter
    report = gradproof.check(halved)
    assert str(report) == report.text() != ""
    assert report.text().startswith("halved is wrong")
    assert report._repr_html_().count("<h3") == 1
    assert "is wrong" in report._repr_html_()
    assert shown == []


def test_a_language_that_there_is_not_is_refused_at_once() -> None:
    asked: list[Callable[[Any], Any]] = [
        lambda lang: gradproof.check(halved, lang=lang),
        lambda lang: gradproof.check_layer(int, lang=lang),
        lambda lang: gradproof.check_pair(np.sum, np.ones_like, [1.0], lang=lang),
        gradproof.check(corrected.numerical_gradient).text,
    ]
    for each in asked:
        with pytest.raises(ValueError, match="lang is 'en' or 'ja', not 'fr'"):
            each("fr")


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (gradproof.check, "は呼び出せません"),
        (gradproof.check_layer, "forward と backward がありません"),
        (gradproof.check_optimizer, "もありません"),
        (gradproof.check_network, "がありません"),
    ],
)
def test_what_is_none_of_those_that_are_due_is_refused_in_the_language(
    check: Callable[..., Any], said: str
) -> None:
    thing = 1 if check is gradproof.check else int
    with pytest.raises(TypeError, match=said):
        check(thing, lang="ja")


@pytest.mark.once
def test_a_report_has_the_language_that_was_asked_for() -> None:
    report = gradproof.check(halved, lang="ja")
    assert "誤りです" in str(report)
    assert "誤りです" in repr(report)
    assert "誤りです" in report._repr_html_()
    assert "is wrong" in report.text("en")
    with pytest.raises(AssertionError, match="誤りです"):
        gradproof.assert_gradient(halved, lang="ja")
    with pytest.raises(TypeError, match="f と x"):
        gradproof.check(lambda: 0, lang="ja")
    with pytest.raises(TypeError, match="関数"):
        gradproof.quiver(lambda: np.zeros(3), lang="ja")
    plt.close("all")
    pair = gradproof.check_pair(lambda x: (x**2).sum(), lambda x: x, [1.0], lang="ja")
    assert "誤りです" in str(pair)


@pytest.mark.once
def test_no_command_is_told_that_cannot_be_run() -> None:
    def inside(f: Any, x: Any) -> Any:
        return halved(f, x)

    pair = gradproof.check_pair(lambda x: (x**2).sum(), lambda x: x, [1.0])
    for report in (gradproof.check(inside), gradproof.check(halved), pair):
        assert "again" not in str(report)
        assert "gradproof " not in str(report)
        (port,) = json.loads(report.json())["ports"]
        assert {clause["reproduce"] for clause in port["clauses"]} == {None}


@pytest.mark.once
def test_what_the_command_line_finds_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (PROGRAMS / "wrong" / "precedence.py").read_text("utf-8")
    (tmp_path / "mine_alone.py").write_text(source, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    mine = importlib.import_module("mine_alone")
    again = "gradproof check mine_alone:gradient --role gradient --only G4"
    assert again in str(gradproof.check(mine.gradient))
    monkeypatch.chdir(tmp_path.parent)
    assert "gradproof check" not in str(gradproof.check(mine.gradient))


def test_assert_gradient_raises_with_the_report() -> None:
    gradproof.assert_gradient(corrected.numerical_gradient)
    with pytest.raises(AssertionError, match=r"\Ahalved is wrong: it computes"):
        gradproof.assert_gradient(halved)


@pytest.mark.once
def test_terms_can_be_given() -> None:
    known = {clause: "half on purpose" for clause in ("G4", "G5", "G6")}
    assert gradproof.check(halved, expect=known).verdict == "pass"
    assert gradproof.check(halved, only=["G1"]).verdict == "pass"
    assert gradproof.check(corrected.numerical_gradient, strict=True).verdict == "pass"
    with pytest.raises(ValueError, match="no such clause: G0"):
        gradproof.check(halved, only=["G0"])


def test_a_batch_routine_is_declared() -> None:
    batched = partial(corrected.numerical_gradient, vectorized=True)
    assert gradproof.check(batched, vectorized=True).verdict == "pass"


def test_arguments_may_come_in_another_order() -> None:
    report = gradproof.check(x_first)
    assert report.verdict == "pass"
    assert "it is called with (x, f)" in str(report)


@pytest.mark.parametrize("what", [5, lambda: 0, lambda x: x.sum()])
def test_what_is_no_port_is_a_type_error(what: Any) -> None:
    with pytest.raises(TypeError):
        gradproof.check(what)


def test_a_claimed_gradient_is_judged_against_its_function() -> None:
    def f(w: Any) -> Any:
        return ((w @ [1.0, 2.0]) ** 2).sum()

    def backprop(w: Any) -> Any:
        return 2 * np.outer(w @ [1.0, 2.0], [1.0, 2.0])

    w = np.array([[1.0, -2.0], [0.5, 3.0]])
    assert gradproof.check_pair(f, backprop, w).verdict == "pass"
    report = gradproof.check_pair(f, lambda w: backprop(w) / 2, w)
    assert report.verdict == "fail"
    assert "R2 value" in str(report)


def test_a_field_is_drawn_on_axes_of_ones_own() -> None:
    _, ax = plt.subplots()
    assert gradproof.quiver(lambda x: x[0] * x[1], ax) is ax
    drawn = snapshot.snapshot(ax).values()
    plt.close("all")
    exact = error_bounds.central(functions.product, drawn[:, :2])
    assert len(drawn) == 324
    stored = written.RESOLUTION
    assert (abs(-drawn[:, 2:] - exact.gradient) <= exact.b1 + stored).all()


def test_a_field_is_drawn_on_the_current_axes_without_any() -> None:
    ax = gradproof.quiver(lambda x0, x1: x0 * x1, limits=(-1.0, 1.0))
    assert ax is plt.gca()
    assert ax.get_xlim() == (-1.0, 1.0)
    plt.close("all")
    with pytest.raises(TypeError, match="not a function of a point"):
        gradproof.quiver(lambda: np.zeros(3))
    plt.close("all")


@pytest.mark.parametrize(
    ("f", "grad", "x", "said"),
    [
        (np.sum, np.ones(2), np.ones(2), "a function of x"),
        (1.0, np.ones_like, np.ones(2), "cannot be called"),
        (np.sum, np.ones_like, np.ones(2) + 1j, "not hold real numbers"),
        (np.sum, np.ones_like, ["a"], "not hold real numbers"),
    ],
)
def test_a_pair_that_is_none_is_refused(f: Any, grad: Any, x: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        gradproof.check_pair(f, grad, x)


def test_a_class_of_a_notebooks_cell_is_judged_though_it_has_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As IPython runs a cell: in a module without a file, its text kept."""
    text = """
class Relu:
    def forward(self, x):
        self.mask = x <= 0
        return x * ~self.mask

    def backward(self, dout):
        return dout * self.mask
"""
    cell = "<ipython-input-1>"
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    lines = text.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, cell, (len(text), None, lines, cell))
    exec(compile(text, cell, "exec"), module.__dict__)
    report = gradproof.check_layer(module.Relu)
    assert report.verdict == "fail"


def test_a_report_on_an_object_does_not_say_where_it_is_in_memory() -> None:
    class Own:
        def __call__(self, f: Any, x: Any) -> Any:
            return corrected.numerical_gradient(f, x)

    routine = partial(corrected.numerical_gradient, step=1e-4)
    for made in (Own(), routine):
        report = gradproof.check(made, "gradient")
        target = json.loads(report.json())["ports"][0]["target"]
        assert " at 0x" not in target + str(report)
        assert target.startswith(repr(made).partition(" at 0x")[0])


MIXED = """\
import numpy as np


class Square:
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return dout * self.x


def numerical_gradient(f, x):
    h = 1e-4
    moves = h * np.eye(x.size)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in moves])


def cost_derivative(output, y):
    raise NotImplementedError
"""


@pytest.mark.once
def test_of_a_module_everything_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    Path("mixed_port.py").write_text(MIXED)
    report = gradproof.check(importlib.import_module("mixed_port"))
    assert report.verdict == "fail"
    assert not report
    said = str(report).splitlines()
    assert said[0] == "mixed_port.py: 1 wrong, 1 right, 1 not judged"
    assert repr(report) == f"<Report fail: {said[0]}>"
    told = json.loads(report.json())
    assert [port["verdict"] for port in told["ports"]] == ["fail", "pass"]
    (stub,) = told["not_judged"]
    assert stub["message"].endswith("line 19 is not written yet")
    assert report._repr_html_().count('<div class="gradproof"') == 1
    with pytest.raises(TypeError, match="a module without a file"):
        gradproof.check(sys)


def test_a_report_as_text_has_no_colours_though_they_are_forced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    report = gradproof.check(halved)
    assert "\x1b" not in repr(report) + str(report)
    with pytest.raises(AssertionError) as caught:
        gradproof.assert_gradient(halved)
    assert "\x1b" not in str(caught.value)
