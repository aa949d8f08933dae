"""The field of a function of one's own is drawn rightly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli
from gradproof.fields import drawing
from gradproof.figures import canvas, quivers
from gradproof.numerics import error_bounds, functions
from gradproof.ports import target

FUNCTIONS = """
import math
import numpy as np

def product(x):
    return x[0] * x[1]

def of_two_numbers(x0, x1):
    return math.sin(x0 * x1)

def of_rows(x):
    return np.sum(x ** 2) if x.ndim == 1 else np.sum(x ** 2, axis=1)

def log(x):
    return math.log(x[0] * x[1])

def of_three(x):
    return x[2]

def a_word(x):
    return "word"

def a_gradient(f, x):
    return f(x)
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.py"
    path.write_text(FUNCTIONS)
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["draw", *arguments])


def test_the_arrows_are_those_of_the_exact_gradient(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[str, np.ndarray[Any, Any]] = {}

    def keep(x: object, y: object, u: object, v: object, **_: object) -> object:
        drawn.update(points=np.array([x, y]).T, arrows=np.array([u, v]).T)
        return "figure"

    monkeypatch.setattr(quivers, "quiver", keep)
    monkeypatch.setattr(canvas, "write", lambda figure, path: None)
    drawing.draw(target.parse("mine.py:product"), None, (-2.0, 2.0))
    exact = error_bounds.central(functions.product, drawn["points"])
    assert len(drawn["points"]) == 324
    assert (abs(-drawn["arrows"] - exact.gradient) <= exact.b1).all()


@pytest.mark.parametrize("name", ["product", "of_two_numbers", "of_rows"])
def test_a_function_may_take_a_point_or_two_numbers(file: Path, name: str) -> None:
    result = run(f"mine.py:{name}")
    assert result.exit_code == 0
    assert result.stdout.strip() == f"{name}.png"
    assert (file.parent / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_picture_can_be_named_and_the_range_given(file: Path) -> None:
    result = run("mine.py:log", "--output", "場.png", "--limits", "1", "3")
    assert result.exit_code == 0
    assert (file.parent / "場.png").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["mine.py:log"], 3, "ValueError"),
        (["mine.py:of_three"], 3, "IndexError"),
        (["mine.py:a_word"], 3, "f(x): -> str"),
        (["mine.py:a_gradient"], 3, "this is not a function of a point"),
        (["mine.py:missing"], 3, "there is no missing in it; its functions: product"),
        (["mine.py"], 2, "mine.py:product"),
        (["mine.py:product", "--output", "field.svg"], 2, "written as .png"),
        (["mine.py:product", "--output", "no/field.png"], 2, "No such file"),
        (["mine.py:product", "--limits", "2", "1"], 2, "must be the smaller"),
        (["mine.py:product", "--limits", "nan", "1"], 2, "must be the smaller"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_the_way_out(
    file: Path, arguments: list[str], code: int, said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(file.parent.glob("*.png"))
