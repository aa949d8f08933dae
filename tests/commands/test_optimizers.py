"""Files of optimizers on the command line: a table, or one in full; and in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import gradproof
from commandline import line, run
from gradproof.commands import cli, exit_codes
from gradproof.evidence import valley
from gradproof.golden.document import loads
from gradproof.golden.written import close
from gradproof.ports.target import parse
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

OPTIMIZERS = PROGRAMS / "optimizers"
WRONG = OPTIMIZERS / "wrong" / "optimizer.py"


RIGHT = {
    "volume1/optimizer.py": 6,
    "volume2/optimizer.py": 5,
    "dezero_manner/optimizers.py": 4,
    "dezero_manner/own.py": 1,
    "variations/optimizer.py": 8,
}
"""Files of right optimizers, in the manners of the books and in others."""


@pytest.mark.once
@pytest.mark.parametrize(("name", "count"), RIGHT.items(), ids=RIGHT)
def test_right_optimizers_of_every_manner_make_a_table_without_a_mark(
    name: str, count: int
) -> None:
    result = run(OPTIMIZERS / name)
    told = [each for each in result.stdout.splitlines() if "right: " in each]
    assert len(told) == count
    assert "wrong" not in result.stdout
    unknown = result.stdout.count("no known rule")
    assert unknown == name.startswith("variations")
    assert result.exit_code == exit_codes.AS_EXPECTED


def test_the_published_forms_are_named() -> None:
    result = run(OPTIMIZERS / "variations" / "optimizer.py")
    assert "x − η·v" in line(result, "MomentumSGD")
    assert "√(h + ε)" in line(result, "AdaGrad")
    assert "(√v̂ + ε), η = 0.03" in line(result, "Adam")
    volume1 = run(OPTIMIZERS / "volume1" / "optimizer.py")
    assert "(√v̂ + ε̂/√(1 − β₂ᵗ))" in line(volume1, "Adam")


def test_a_file_of_wrong_optimizers_has_a_line_for_each() -> None:
    result = run(WRONG)
    assert result.exit_code == exit_codes.WRONG
    for name, defect in {
        "SGD": "rate-ignored",
        "Momentum": "update-once",
        "Nesterov": "nesterov-old-form",
        "AdaGrad": "epsilon-too-large",
        "RMSprop": "decay-swapped",
        "Adam": "bias-counted-by-parameters",
    }.items():
        assert f"({defect}; " in line(result, name)
    assert "parameters-rebound" in line(result, "Lists")
    assert "'rate' (optimizer.py:100)" in line(result, "Broken")


def test_one_optimizer_is_told_in_full_and_named_in_json() -> None:
    result = run(f"{WRONG}:Nesterov")
    assert result.exit_code == exit_codes.WRONG
    assert "after update 1, " in " ".join(result.stdout.split())
    assert "explains 40 of 40" in result.stdout
    report = json.loads(run(f"{WRONG}:Nesterov", "--format", "json").stdout)
    (port,) = report["ports"]
    assert port["role"] == "optimizer"
    assert port["verdict"] == "fail"
    assert port["diagnosis"][0]["defects"] == ["nesterov-old-form"]


def test_a_wrong_path_is_drawn_beside_the_right_one(tmp_path: Path) -> None:
    result = run(f"{WRONG}:Nesterov", "--figures", tmp_path)
    assert result.exit_code == exit_codes.WRONG
    assert "optimizer-Nesterov-path.png" in "".join(result.stdout.split())
    path = tmp_path / "optimizer-Nesterov-path.json"
    actual, expected = loads(path.read_text(encoding="utf-8"))
    assert (actual.title, expected.title) == ("Nesterov", "nesterov: right")
    assert close(expected.values(), valley.published("nesterov")).all()
    assert not close(actual.values(), expected.values())[1:].all(axis=1).any()


SCRIPTS = OPTIMIZERS / "scripts"


def test_of_a_script_that_compares_rules_the_ones_that_it_makes_are_judged() -> None:
    result = run(SCRIPTS / "compare.py")
    assert "its training was not run" in result.stdout
    names = ("SGD", "Momentum", "AdaGrad", "Adam")
    assert all("right: " in line(result, name) for name in names)
    assert result.stdout.count("right: ") == len(names)
    assert result.exit_code == exit_codes.AS_EXPECTED
    one = run(f"{SCRIPTS / 'compare.py'}:Adam")
    assert one.exit_code == exit_codes.AS_EXPECTED
    assert "taken for adam from its name" in one.stdout


def test_of_a_script_that_trains_the_optimizer_that_it_names_is_judged() -> None:
    result = run(SCRIPTS / "train.py")
    assert "nesterov-old-form" in line(result, "Nesterov")
    assert "  SGD " not in result.stdout
    assert "nowhere is not installed here; a placeholder was used" in result.stdout
    assert result.exit_code == exit_codes.WRONG


def test_pytest_judges_the_optimizer_of_a_file(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--gradproof", f"{WRONG}:Nesterov", "-rA")
    result.stdout.fnmatch_lines(["O2 rule (must):", "FAILED *:Nesterov::clauses*"])


def test_what_is_a_file_of_optimizers_is_seen_without_running_it(
    tmp_path: Path,
) -> None:
    assert parse(str(WRONG)).layer == ""
    assert parse(f"{WRONG}:Adam").layer == "Adam"
    path = tmp_path / "others.py"
    path.write_text(
        "class Counter:\n"
        "    def update(self, key, value): self.n[key] = value\n"
        "def update(self, params, grads): pass\n",
        encoding="utf-8",
    )
    assert parse(str(path)).layer is None


def test_layers_and_optimizers_of_one_file_make_one_table(tmp_path: Path) -> None:
    path = tmp_path / "both.py"
    path.write_text(
        "class Relu:\n"
        "    def forward(self, x):\n"
        "        self.on = x > 0\n"
        "        return x * self.on\n"
        "    def backward(self, dout): return dout * self.on\n"
        "class SGD:\n"
        "    def __init__(self, lr): self.lr = lr\n"
        "    def update(self, params, grads):\n"
        "        for k in params: params[k] -= self.lr * grads[k]\n",
        encoding="utf-8",
    )
    result = run(path)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "dx right" in line(result, "Relu")
    assert "right: sgd" in line(result, "SGD")


def test_a_defect_and_a_clause_of_optimizers_are_explained() -> None:
    said = CliRunner().invoke(cli.cli, ["explain", "nesterov-old-form"]).stdout
    assert "In optimizers of these rules: nesterov." in said
    assert "params[key] -= (1 + self.momentum)" in said
    japanese = ["explain", "decay-swapped", "--lang", "ja"]
    said = CliRunner().invoke(cli.cli, japanese).stdout
    assert "減衰率とその補数が入れ替わっている" in said
    assert "twice the way" in CliRunner().invoke(cli.cli, ["explain", "O3"]).stdout


class Adam:
    def __init__(self, alpha: float = 0.001) -> None:
        self.alpha = alpha
        self.state: Any = {}

    def update(self, params: Any, grads: Any) -> None:
        for key, grad in grads.items():
            m, v, t = self.state.get(key, (0, 0, 0))
            m, v, t = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2, t + 1
            self.state[key] = m, v, t
            step = (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8)
            params[key] -= self.alpha * step


@pytest.mark.parametrize("form", [Adam, Adam(0.5), lambda: Adam(alpha=2.0)])
def test_a_class_an_object_and_a_factory_are_checked(form: Any) -> None:
    report = gradproof.check_optimizer(form)
    assert report.verdict == "pass"
    assert "taken for adam from its name" in report.text()


def test_what_updates_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="no update"):
        gradproof.check_optimizer(object())
