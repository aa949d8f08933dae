"""Targets are taken apart, or it is said what is wrong with them."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path

import pytest

from gradproof.ports.target import UsageError, is_script, parse
from gradproof.ports.worker.core import rule_names, script_calls


def test_a_file_and_a_function_of_it() -> None:
    target = parse("ch04/port.py:numerical_gradient")
    assert target.path == Path("ch04/port.py")
    assert target.function == "numerical_gradient"


def test_a_notebook_and_a_function_of_it() -> None:
    target = parse("ch04/book.ipynb:numerical_gradient")
    assert target.path == Path("ch04/book.ipynb")
    assert target.function == "numerical_gradient"


def test_a_notebook_without_a_function_lists_those_that_it_has(tmp_path: Path) -> None:
    sources = ["def g(f, x): ...", "%pylab\ndef h(): ...", "no (", "def g(f, x): ..."]
    cells = [{"cell_type": "code", "source": [source]} for source in sources]
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    with pytest.raises(UsageError) as caught:
        parse(str(path)).of_function()
    assert caught.value.parameters["choice"] == f"\n  {path}:g\n  {path}:h"


def test_a_file_alone_is_a_script_as_a_whole(tmp_path: Path) -> None:
    target = parse(f"{tmp_path}/script.py")
    assert target.script == tmp_path / "script.py"
    assert (target.function, target.cells) == ("", None)
    assert parse(f"{tmp_path}/script.py:f").script is None


def test_a_method_is_named_with_its_class() -> None:
    assert parse("port.py:Net.gradient").function == "Net.gradient"


def test_a_module_and_a_function_of_it() -> None:
    target = parse("common.gradient:numerical_gradient")
    assert (target.path, target.module) == (None, "common.gradient")


def test_a_windows_drive_belongs_to_the_path() -> None:
    target = parse(r"C:\work\port.py:g")
    assert (str(target.path), target.function) == (r"C:\work\port.py", "g")


def test_a_file_without_a_function_lists_those_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("port.py").write_text("raise SystemExit\ndef g(f, x): ...")
    with pytest.raises(UsageError) as caught:
        parse("port.py").of_function()
    assert caught.value.parameters["choice"] == "\n  port.py:g"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port", "usage.name-function"),
        ("", "usage.name-function"),
        ("port.py", "usage.name-function"),
        ("book.ipynb", "usage.name-function"),
        ("book.ipynb:", "usage.no-function-name"),
        (":", "usage.no-function-name"),
        ("port.py:", "usage.no-function-name"),
        ("m:g h", "usage.no-function-name"),
        ("a b:g", "usage.no-module-name"),
    ],
)
def test_what_is_no_target_is_a_matter_of_usage(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text).of_function()
    assert caught.value.message == message


NETWORKS = """
import numpy as np
from nets import TwoLayers
"""
ONE = "net = TwoLayers(7, 5, 3)\n"
SCRIPTS = {
    "training": f"{ONE}for step in range(9):\n    g = net.gradient(x, t)\n",
    "a check": f"{ONE}a, b = net.gradient(x, t), net.numerical_gradient(x, t)\n",
    "several": (
        "nets = {}\nfor n in (5, 9):\n    nets[n] = TwoLayers(7, n, 3)\n"
        "    print(nets[n].gradient(x, t))\n"
    ),
    "in a function": (
        "def train():\n    net = TwoLayers(7, 5, 3)\n    return net.gradient(x, t)\n"
        "print(train())\n"
    ),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_trains_or_checks_a_network_has_the_network(
    name: str, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(NETWORKS + SCRIPTS[name])
    assert parse(str(script)).layer is None  # nothing is known of it
    methods = "".join(
        f"    def {m}(self, x, t): return x\n" for m in ("loss", "gradient")
    )
    (tmp_path / "nets.py").write_text(f"class TwoLayers:\n{methods}")
    assert parse(str(script)).layer == ""
    assert parse(f"{script}:TwoLayers").layer == "TwoLayers"
    body = ast.parse(script.read_text()).body
    assert not is_script(body, tmp_path)
    script.write_text(script.read_text() + "numerical_gradient(net.loss, x)\n")
    assert parse(str(script)).layer is None
    # By differences a script may compare the gradient of parameters itself.
    script.write_text(script.read_text().replace("loss, x", "loss, net.params[0]"))
    assert parse(str(script)).layer == ""
    script.write_text(script.read_text() + "plt.quiver(x, t)\n")
    assert parse(str(script)).layer is None


CHECKS = {
    "printed": ("x = data[:3]", "print(a - b)", {"check-only-prints"}),
    "of one": ("x = data[:1]", "assert abs(a - b) < 1", {"check-of-one-sample"}),
    "made for one": (
        "x = np.random.rand(100).reshape((1, 1, 10, 10))",
        "print(a - b)",
        {"check-of-one-sample", "check-only-prints"},
    ),
    "compared": ("x = data[2:4]", "np.testing.assert_allclose(a, b)", set()),
    "told apart": ("x = data[0:8]", "if abs(a - b) > 1e-6:\n    print('!')", set()),
    "of unknown size": ("x = data[:size]", "assert np.allclose(a, b)", set()),
}


@pytest.mark.parametrize("name", CHECKS)
def test_what_a_scripts_own_check_cannot_see_is_named(name: str) -> None:
    data, told, expected = CHECKS[name]
    asked = "a = net.numerical_gradient(x, t)\nb = net.gradient(x, t)"
    body = ast.parse("\n".join([NETWORKS, ONE, data, asked, told])).body
    assert set(script_calls.doubts(body, {"TwoLayers"})) == expected
    assert not script_calls.doubts(body, {"Another"})


STEPS = {
    "net.params[key] += 0.1 * b[key]": ["updates-upwards"],
    "net.params[key] -= 0.1 * b[key]": [],
    "net.params[key] += -0.1 * b[key]": [],
    "net.params[key] += 0.1 * noise[key]": [],
    "total[key] += b[key]": [],
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("around", ["for key in b:", "def step(key):"])
def test_an_update_that_climbs_is_named(step: str, around: str) -> None:
    asked = f"b = net.gradient(x, t)\n{around}\n    {step}\n"
    body = ast.parse("\n".join([NETWORKS, ONE, asked])).body
    assert script_calls.doubts(body, {"TwoLayers"}) == STEPS[step]


def test_optimizers_that_a_function_makes_are_those_of_the_script() -> None:
    text = (
        "def main():\n    each = {'a': SGD(), 'b': optim.Adam(lr=0.1)}\n    f(Rows())\n"
    )
    assert rule_names.made(ast.parse(text).body) == {"SGD", "Adam"}


def test_the_books_descent_is_no_optimizer() -> None:
    text = "def gradient_descent(f, x): pass\ngradient_descent(f, x)\nSGD()\n"
    assert rule_names.made(ast.parse(text).body) == {"SGD"}


def test_many_names_from_many_files_are_looked_up_in_little_time(
    tmp_path: Path,
) -> None:
    stars = "".join(f"from part{n} import *\n" for n in range(12))
    for n in range(12):
        classes = "".join(f"class C{n}x{k}(Base): pass\n" for k in range(20))
        (tmp_path / f"part{n}.py").write_text(stars + classes)
    made = "".join(f"a{n} = C{n}x1()\n" for n in range(12))
    script = tmp_path / "script.py"
    script.write_text(f"{stars}{made}a1.gradient(1, 2)\n")
    begin = time.process_time()
    assert parse(str(script)).layer is None
    assert time.process_time() - begin < 5
