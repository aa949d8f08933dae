"""A target's verdict covers everything in it, and every command says the same of it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import gradproof
from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.finding.subjects import subjects

MIXED = """\
import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        below = f(x)
        grad[i] = (above - below) / h
        x[i] = kept
    return grad
"""
ARROWS = """\
import matplotlib.pyplot as plt
import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    if x.ndim == 2:
        return np.array([numerical_gradient(f, row) for row in x]).reshape(x.shape)
    moves = h * np.eye(x.size)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in moves])


def never_called(f, x):
    h = 1e-4
    moves = h * np.eye(x.size)
    return np.array([(f(x + e) - f(x - e)) / h for e in moves])


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out


def f(x):
    return x[0] ** 2 + x[0] * x[1]


if __name__ == "__main__":
    X, Y = (a.ravel() for a in np.meshgrid(np.arange(-2.0, 2.5), np.arange(-2.0, 2.5)))
    g = numerical_gradient(f, np.array([X, Y]).T)
    plt.quiver(X, Y, -g[:, 0], -g[:, 1])
    plt.show()
"""
STUBS = """\
import numpy as np


def affine_backward(dout, cache):
    dx, dw, db = None, None, None
    # TODO: write this
    pass
    return dx, dw, db


def loss_gradient(w, x, y):
    raise NotImplementedError


class Model:
    def fit(self, X, y, rate=0.1):
        w = np.zeros(X.shape[1])
        for _ in range(100):
            dw = X.T @ (X @ w - y) / len(y)
            w -= rate * dw
        return w
"""
CELLS = (
    "import numpy as np\ndef slope(f, x):\n    return (f(x + 1e-4) - f(x)) / 1e-4\n",
    "def numerical_gradient(f, x):\n    e = 1e-4 * np.eye(x.size)\n"
    "    return np.array([(f(x + d) - f(x - d)) / 2e-4 for d in e])\n",
    "%matplotlib inline\nclass Tanh:\n    def forward(self, x):\n"
    "        self.out = np.tanh(x)\n        return self.out\n"
    "    def backward(self, dout):\n        return dout * (1 - self.out)\n",
)
FILES = {
    "mixed.py": MIXED,
    "arrows.py": ARROWS,
    "stubs.py": STUBS,
    "broken.py": "def numerical_gradient(f, x):\n    return f(x\n",
    "book.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": cell} for cell in CELLS]}
    ),
    "net/__init__.py": "",
    "net/act.py": "import numpy as np\n\n\ndef squash(x):\n    return np.tanh(x)\n",
    "net/layers.py": (
        "from .act import squash\n\n\n"
        "class Tanh:\n"
        "    def forward(self, x):\n"
        "        self.out = squash(x)\n"
        "        return self.out\n\n"
        "    def backward(self, dout):\n"
        "        return dout * (1 - self.out**2)\n"
    ),
}
FOUND = {
    "arrows.py": "right",
    "arrows.py:Sigmoid": "wrong",
    "arrows.py:never_called": "wrong",
    "arrows.py:numerical_gradient": "right",
    "book.ipynb:Tanh": "wrong",
    "book.ipynb:numerical_gradient": "right",
    "book.ipynb:slope": "wrong",
    "broken.py": "not loaded",
    "mixed.py:Affine": "right",
    "mixed.py:numerical_gradient": "wrong",
    "net/layers.py:Tanh": "right",
    "stubs.py:Model.fit": "not judged",
    "stubs.py:affine_backward": "not judged",
    "stubs.py:loss_gradient": "not judged",
}
WORDS = {"pass": "right", "fail": "wrong"}
COUNTED = "14 ports: 5 wrong, 5 right, 3 not judged, 1 could not be loaded"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("mixed")
    for name, text in FILES.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def ran(*arguments: str) -> Any:
    return CliRunner().invoke(cli, arguments)


def of_report(text: str) -> dict[str, str]:
    """What a report in JSON says of each subject."""
    report = json.loads(text)
    found = {port["target"]: WORDS[port["verdict"]] for port in report["ports"]}
    found |= {each["target"]: "not loaded" for each in report["errors"]}
    return found | {each["target"]: "not judged" for each in report["not_judged"]}


@pytest.mark.once
def test_a_folder_and_each_of_its_files_are_judged_alike(folder: Path) -> None:
    result = ran("check", ".", "--format", "json")
    assert result.exit_code == exit_codes.WRONG
    assert of_report(result.stdout) == FOUND
    by_file: dict[str, str] = {}
    for name in FILES:
        by_file |= of_report(ran("check", name, "--format", "json").stdout)
    # Of a file in which there is nothing that is said.
    for name in ("net/__init__.py", "net/act.py"):
        assert by_file.pop(name) == "not judged"
    assert by_file == FOUND


@pytest.mark.once
def test_a_scan_finds_the_same_and_counts_alike(folder: Path) -> None:
    result = ran("scan", ".", "--jobs", "1", "--format", "json")
    assert result.exit_code == exit_codes.WRONG
    words = {"unloaded": "not loaded", "not-covered": "not judged", **WORDS}
    lines = map(json.loads, result.stdout.splitlines())
    assert {each["target"]: words[each["scan"]["standing"]] for each in lines} == FOUND
    assert ran("scan", ".", "--jobs", "1").stdout.splitlines()[-1] == COUNTED
    assert COUNTED in ran("check", ".").stdout.splitlines()


@pytest.mark.once
def test_sarif_names_what_is_wrong_and_what_was_not_judged(folder: Path) -> None:
    (run,) = json.loads(ran("check", ".", "--format", "sarif").stdout)["runs"]
    errors = {
        place["fullyQualifiedName"]: result["ruleId"]
        for result in run["results"]
        if result["level"] == "error"
        for place in result["locations"][0]["logicalLocations"]
    }
    assert errors == {
        "arrows.py:Sigmoid": "one-minus-y-missing",
        "arrows.py:never_called": "missing-half",
        "book.ipynb:Tanh": "square-missing",
        "book.ipynb:slope": "forward-difference",
        "broken.py": "loads",
        "mixed.py:numerical_gradient": "missing-half",
    }
    notes = run["invocations"][0]["toolExecutionNotifications"]
    names = {
        n["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for n in notes
    }
    assert names >= {t for t, word in FOUND.items() if word == "not judged"}


@pytest.mark.once
def test_fix_makes_every_wrong_subject_right(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mixed.py", "arrows.py"):
        shutil.copy(folder / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ran("fix", ".", "--write").exit_code == exit_codes.AS_EXPECTED
    result = ran("check", ".", "--format", "json")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert set(of_report(result.stdout).values()) == {"right"}


@pytest.mark.once
def test_pytest_tests_every_subject(folder: Path, pytester: pytest.Pytester) -> None:
    shutil.copy(folder / "mixed.py", pytester.path)
    pytester.makepyprojecttoml('[tool.gradproof.ports.mixed]\ntarget = "mixed.py"\n')
    result = pytester.runpytest_subprocess("--gradproof-project", "-p", "no:mpl", "-v")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["* PASSED Affine-L3-input-gradient *", "* FAILED P5-value *"]
    )


@pytest.mark.once
def test_python_agrees(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "mixed", raising=False)
    import mixed  # type: ignore[import-not-found]

    report = gradproof.check(mixed)
    wanted = {t: word for t, word in FOUND.items() if t.startswith("mixed.py")}
    assert of_report(report.json()) == wanted


@pytest.mark.once
def test_what_was_not_judged_fails_where_all_is_to_be_judged(folder: Path) -> None:
    assert ran("check", "stubs.py").exit_code == exit_codes.NOTHING_COVERED
    assert ran("check", "stubs.py", "--strict").exit_code == exit_codes.WRONG
    assert ran("check", "broken.py").exit_code == exit_codes.NOT_LOADED
    said = ran("check", "stubs.py").stdout.splitlines()
    assert said[0] == "stubs.py: 3 not judged"


LOOKALIKES = {
    "by name": ("def d_loss_grad(w, x):\n    return w * x\n", ["d_loss_grad"]),
    "a jacobian": ("def jacob_h(x):\n    return x @ x.T\n", ["jacob_h"]),
    "by shape": (
        "def step(W, X, y):\n    p = X @ W\n    dW = 2 * X.T @ (p - y)\n"
        "    return dW\n",
        ["step"],
    ),
    "by use": (
        "from scipy.optimize import minimize\ndef slopes(x):\n    return 2 * x\n"
        "minimize(lambda x: x @ x, [1.0], jac=slopes)\n",
        ["slopes"],
    ),
    "a loop": (
        "import numpy as np\nw = np.zeros(3)\nfor _ in range(9):\n"
        "    dw = 2 * (w - 1)\n    w -= 0.1 * dw\n",
        ["dw"],
    ),
    "what checks, plots or clips": (
        "def check_gradient(net, x):\n    return x\n"
        "def plot_grad(g):\n    return g\ndef clip_grads(grads, most):\n    pass\n"
        "def zero_grad(params):\n    pass\n",
        [],
    ),
    "what only uses them": (
        "def train(net, x, rate):\n    g = net.gradient(x)\n"
        "    net.w = net.w - rate * g\n    return net\n",
        [],
    ),
    "an abstract base": (
        "class Layer:\n    def forward(self, x):\n        raise NotImplementedError\n"
        "    def backward(self, d):\n        raise NotImplementedError\n",
        [],
    ),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_what_looks_like_a_gradient_and_is_not_judged_is_found(
    name: str, tmp_path: Path
) -> None:
    text, names = LOOKALIKES[name]
    (tmp_path / "mine.py").write_text(text)
    assert [each.function for each in subjects(tmp_path / "mine.py")] == names
