"""Scripts that compare a network's gradient with differences, as they stand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from commandline import run
from gradproof.commands import exit_codes
from places import PROGRAMS

NETS = PROGRAMS / "training" / "nets.py"

SCRIPT = """\
import numpy as np
from nets import TwoLayers

network = TwoLayers(6, 5, 3)
x, t = np.random.rand(4, 6), np.eye(3)[[0, 2, 1, 1]]
numerical = network.numerical_gradient(x, t)
backprop = network.gradient(x, t)
for key in numerical:
    print(key, np.average(np.abs(backprop[key] - numerical[key])))
"""

GIVEN = "            name: slopes(lambda _: self.loss(x, t), p)\n"
ONE_TWICE = GIVEN.replace("t), p)", "t), p) * (1 + (name == 'b1'))")
BACK = '            "b1": da.sum(axis=0),\n'
BACK_TWICE = BACK.replace("sum(axis=0)", "sum(axis=0) * 2")
KEPT = "        x[place] = kept\n"
PLACE = "for place in np.ndindex(x.shape):"
LOSS = "return -np.sum(t * np.log(self.predict(x))) / len(x)"
RANDOM = LOSS.replace("self.predict(x)", "self.predict(x * np.random.rand())")

GUARDED = "np.log(self.predict(x) + 1e-7)"

RIGHT = "both gradients are right where they were held to the loss"
NUMERICAL = "the numerical gradient of b1 is wrong: b1["
BACKWARD = "the gradient by backpropagation of b1 is wrong: b1["
ALIKE = "both gradients of b1 are wrong, and alike"

MUTANTS: dict[str, tuple[dict[str, str], str, str]] = {
    "right": ({}, RIGHT, "at most"),
    "a smaller step": ({"1e-4": "1e-6", "2e-4": "2e-6"}, RIGHT, "at most"),
    "one-sided": ({"kept - 1e-4": "kept", "2e-4": "1e-4"}, RIGHT, "at most"),
    "guarded": ({"np.log(self.predict(x))": GUARDED}, RIGHT, "at most"),
    "numerical": ({GIVEN: ONE_TWICE}, NUMERICAL, BACKWARD),
    "backward": ({BACK: BACK_TWICE}, BACKWARD, NUMERICAL),
    "both alike": ({GIVEN: ONE_TWICE, BACK: BACK_TWICE}, ALIKE, NUMERICAL),
    "not restored": ({KEPT: ""}, "leaves W1, b1, W2, b2 changed", BACKWARD),
    "another step than it is divided by": (
        {"2e-4": "1e-4"},
        "the numerical gradient of W1, b1, W2, b2 is wrong",
        BACKWARD,
    ),
    "a copy is moved": (
        {PLACE: "x = x.copy()\n    " + PLACE},
        "the numerical gradient of W1, b1, W2, b2 is wrong",
        BACKWARD,
    ),
    "random": ({LOSS: RANDOM}, "the loss is not the same twice", NUMERICAL),
}
"""Changes of the network's file, what is said of them, and what is not."""


def row(result: Result) -> str:
    (found,) = (line for line in result.stdout.splitlines() if "  check " in line)
    return found


def written(folder: Path, changes: dict[str, str], script: str = SCRIPT) -> Path:
    """A script beside the network's file, in which something is changed."""
    text = NETS.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "nets.py").write_text(text, encoding="utf-8")
    file = folder / "gradient_check.py"
    file.write_text(script, encoding="utf-8")
    return file


@pytest.mark.once
@pytest.mark.parametrize("name", MUTANTS)
def test_it_is_told_which_of_both_gradients_is_wrong(name: str, tmp_path: Path) -> None:
    changes, said, unsaid = MUTANTS[name]
    result = run(written(tmp_path, changes))
    assert said in row(result)
    assert (unsaid in row(result)) == (unsaid == "at most")
    assert "prints the differences, and compares them with nothing" in result.stdout
    assert (result.exit_code == exit_codes.AS_EXPECTED) == (said == RIGHT)


@pytest.mark.once
def test_of_each_parameter_the_largest_difference_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, {BACK: BACK_TWICE})
    said = row(run(file)).partition("the two differ by at most ")[2]
    by_name = {part.split()[2]: float(part.split()[0]) for part in said.split(", ")}
    assert list(by_name) == ["W1", "b1", "W2", "b2"]
    assert by_name.pop("b1") > 1e-3
    assert max(by_name.values()) < 1e-8
    report = json.loads(run(file, "--format", "json").stdout)
    (port,) = [p for p in report["ports"] if p["role"] == "gradient-check"]
    clauses = {c["id"]: c for c in port["clauses"]}
    assert {id: c["verdict"] for id, c in clauses.items()} == {
        **{"GC1": "pass", "GC2": "fail", "GC3": "fail"},
    }
    told = clauses["GC3"]["parameters"]["differences"]
    assert [[name, *sizes] for name, _, *sizes in told] == [
        *(["W1", 30, 30], ["b1", 5, 5], ["W2", 15, 15], ["b2", 3, 3]),
    ]
    words = clauses["GC2"]["reproduce"].split()
    assert words[:2] == ["gradproof", "check"]
    assert "b1 is wrong" in run(*words[2:]).stdout
    japanese = run(file, "--lang", "ja").stdout
    assert "b1 の誤差逆伝播の勾配が誤りです" in japanese
    assert "両者の差は最大で W1 で" in japanese
    page = run(file, "--format", "html").stdout
    assert "the gradient by backpropagation of b1 is wrong" in page
    assert "the two differ by at most" in page


@pytest.mark.once
def test_a_check_that_sums_its_differences_is_taken_for_no_training(
    tmp_path: Path,
) -> None:
    summed = "    total += np.abs(backprop[key] - numerical[key]).max()\nprint(total)\n"
    loop = "total = 0\n" + SCRIPT[SCRIPT.index("for key") :].splitlines()[0] + "\n"
    script = SCRIPT[: SCRIPT.index("for key")] + loop + summed
    result = run(written(tmp_path, {}, script))
    assert RIGHT in row(result)
    assert "training" not in result.stdout


@pytest.mark.once
def test_gradients_for_other_data_are_not_blamed_on_either(tmp_path: Path) -> None:
    script = SCRIPT.replace(
        "numerical_gradient(x, t)", "numerical_gradient(x[:2], t[:2])"
    )
    result = run(written(tmp_path, {}, script))
    assert "compares gradients for different data" in row(result)
    assert "wrong" not in row(result)


OF_ONE = SCRIPT.replace("rand(4, 6)", "rand(1, 6)").replace("[0, 2, 1, 1]", "[1]")


@pytest.mark.once
def test_what_the_check_cannot_see_is_told(tmp_path: Path) -> None:
    still = {'"b1": da.sum': '"b1": 0 * da.sum', GIVEN: ONE_TWICE.replace("1 +", "1 -")}
    result = run(written(tmp_path, still, OF_ONE))
    assert "uses one sample" in result.stdout
    assert "both gradients of b1 are 0 in every entry" in result.stdout
    assert "both gradients of b1 are wrong, and alike" in row(result)
    lacking = {'            "b2": dz.sum(axis=0),\n': ""}
    result = run(written(tmp_path, lacking))
    assert "check of the gradient leaves out b2" in result.stdout


BY_ITSELF = """

def wrong(f, x):
    return {factor} * slopes(f, x)


network = TwoLayers(6, 5, 3)
x, t = np.random.rand(4, 6), np.eye(3)[[0, 2, 1, 1]]
gradient = network.gradient(x, t)
for name, p in network.params.items():
    numerical_gradient = wrong(lambda _: network.loss(x, t), p)
    assert abs(numerical_gradient - gradient[name]).max() < 1e-6
"""


@pytest.mark.once
@pytest.mark.parametrize("factor", [1, 2])
def test_a_script_may_hold_its_network_and_its_routine_itself(
    factor: int, tmp_path: Path
) -> None:
    text = NETS.read_text(encoding="utf-8") + BY_ITSELF.format(factor=factor)
    text = text.replace("wrong(", "numerical_slopes(")
    (tmp_path / "whole.py").write_text(text, encoding="utf-8")
    said = row(run(tmp_path / "whole.py"))
    if factor == 1:
        assert RIGHT in said
    else:
        assert "the numerical gradient of W1" in said


LISTS = """\
import numpy as np


def numerical_gradient(f, x):
    found = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + 1e-4
        ahead = f(x)
        x[i] = kept - 1e-4
        found[i] = (ahead - f(x)) / 2e-4
        x[i] = kept
    return found


class Model:
    def __init__(self, input_size, output_size):
        W = np.random.randn(input_size, output_size)
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, x, t):
        self.x, self.off = x, x @ self.params[0] - t
        return (self.off**2).sum() / 2

    def backward(self, dout=1):
        self.grads[0][...] = self.x.T @ self.off * dout{end}


if __name__ == "__main__":
    model = Model(4, 3)
    x, t = np.random.randn(5, 4), np.random.randn(5, 3)
    model.forward(x, t)
    model.backward()
    for p, g in zip(model.params, model.grads):
        numerical = numerical_gradient(lambda w: model.forward(x, t), p)
        print(abs(numerical - g).max())
"""


@pytest.mark.once
@pytest.mark.parametrize(("end", "said"), [("", RIGHT), (" / 2", "backpropagation")])
def test_lists_of_parameters_are_compared_too(
    end: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "model.py"
    file.write_text(LISTS.replace("{end}", end), encoding="utf-8")
    assert said in row(run(file))


@pytest.mark.once
def test_a_large_network_is_asked_for_a_part_of_its_large_arrays() -> None:
    result = run(NETS.parent / "gradient_check.py")
    assert RIGHT in row(result)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "in W1 (196 of 39,200 entries)" in row(result)
    wrong = run(NETS.parent / "check_of_one.py")
    assert "the gradient by backpropagation of W1 is wrong" in row(wrong)
    assert wrong.exit_code == exit_codes.WRONG


@pytest.mark.once
def test_a_check_that_does_not_come_to_its_end_is_no_verdict(tmp_path: Path) -> None:
    script = SCRIPT.replace("numerical = n", "raise OSError\nnumerical = n")
    shutil.copy(NETS, tmp_path)
    (tmp_path / "gradient_check.py").write_text(script, encoding="utf-8")
    result = run(tmp_path / "gradient_check.py")
    assert "both gradients were not seen" in result.stdout
    assert result.exit_code == exit_codes.AS_EXPECTED
