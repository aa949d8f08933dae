"""A script that has its own code checked is not judged by the probes of that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commandline import run

pytestmark = pytest.mark.once

ROUTINE = """\
import numpy as np
import gradproof


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = kept
    return grad


def f(x):
    return x[0] ** 2 + 3 * x[1]


"""
CHECKS = {
    "check": "report = gradproof.check(numerical_gradient)\nprint(report)\n",
    "assert": "gradproof.assert_gradient(numerical_gradient)\n",
    "pair": "gradproof.check_pair(f, lambda x: x, np.array([1.0, 2.0]))\n",
    "by name": (
        "from gradproof import check\n"
        "assert check(numerical_gradient, 'point-gradient').verdict == 'pass'\n"
    ),
}
OWN = "print(numerical_gradient(f, np.array([3.0, 4.0])))\n"
BATCH = """\
import matplotlib.pyplot as plt
X, Y = (each.ravel() for each in np.meshgrid(np.arange(4.0), np.arange(5.0)))
grad = faulty(f, np.array([X, Y]))
plt.quiver(X, Y, -grad[0], -grad[1])
"""


def clauses(path: Path, *cells: str) -> dict[str, str]:
    if path.suffix == ".ipynb":
        code = [{"cell_type": "code", "source": cell} for cell in cells]
        path.write_text(json.dumps({"cells": code}))
    else:
        path.write_text("".join(cells))
    (script, *_) = json.loads(run(path, "--format", "json").stdout)["ports"]
    return {clause["id"]: clause["verdict"] for clause in script["clauses"]}


@pytest.mark.parametrize("name", ["mine.py", "mine.ipynb"])
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_right_script_stays_right(check: str, name: str, tmp_path: Path) -> None:
    found = clauses(tmp_path / name, ROUTINE, check, OWN)
    assert (found["S1"], found["S3"], found["S5"]) == ("pass", "pass", "pass")


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_call_of_its_own_that_is_wrong_is_still_seen(
    check: str, tmp_path: Path
) -> None:
    faulty = ROUTINE + (
        "def faulty(f, X):\n"
        "    return np.array([numerical_gradient(f, x) for x in X])\n"
    )
    found = clauses(tmp_path / "mine.py", faulty, check, BATCH)
    assert found["S3"] == "fail"
