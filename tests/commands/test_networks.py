"""Files of networks on the command line, and networks given in Python."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import gradproof
from gradproof.commands import cli
from gradproof.project import exit_codes
from places import PROGRAMS
from programs.networks import Dense

LAYERS = PROGRAMS / "layers"
WRONG = LAYERS / "wrong" / "networks.py"


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli.cli, ["check", *map(str, arguments)])


def line(result: Result, name: str) -> str:
    (found,) = (each for each in result.stdout.splitlines() if f"  {name} " in each)
    return found


RIGHT = {
    "variations/networks.py": ("TwoLayerNet", "DeepNet", "SimpleConvNet"),
    "volume2/networks.py": ("TwoLayerNet", "SimpleCBOW", "Rnnlm"),
    "dezero_manner/models.py": ("TwoLayerNet", "Linear"),
}
"""Networks of three manners, by file."""


@pytest.mark.once
@pytest.mark.parametrize("name", RIGHT)
def test_right_networks_of_every_manner_stand_in_their_files_table(name: str) -> None:
    result = run(LAYERS / name)
    assert result.exit_code == exit_codes.AS_EXPECTED
    for network in RIGHT[name]:
        assert "gradient right in 20 random directions" in line(result, network)
    assert "wrong" not in result.stdout


@pytest.mark.once
def test_where_a_layer_is_wrong_it_is_the_layer_that_is_named() -> None:
    result = run(WRONG)
    assert result.exit_code == exit_codes.WRONG
    assert line(result, "OfWrongLayers").endswith(
        "wrong, for a layer that it uses is: Affine: bias-first-row, the bias gradient"
        " is that of the first row (Affine.backward, layers.py:40)"
    )
    assert "4 times what is due in W1, b1, W2, as many" in line(result, "ByHand")
    assert "wonder" in line(result, "Strange")


@pytest.mark.once
def test_one_network_is_told_in_full_and_named_in_json() -> None:
    result = run(f"{WRONG}:OfWrongLayers")
    assert result.exit_code == exit_codes.WRONG
    assert "NN3 directions: its gradient is wrong in b1, b2" in result.stdout
    (port,) = json.loads(run(f"{WRONG}:ByHand", "--format", "json").stdout)["ports"]
    assert (port["role"], port["verdict"]) == ("network", "fail")
    clause = next(c for c in port["clauses"] if c["id"] == "NN3")
    assert clause["message_id"] == "network.departs-undivided"
    assert clause["parameters"]["where"] == "W1[:, :], b1[:], W2[:, :]"
    assert "gradproof check" in clause["reproduce"]
    japanese = run(f"{WRONG}:ByHand", "--lang", "ja").stdout
    assert "正しい値の 4 倍" in japanese


X = np.random.default_rng(1).normal(size=(5, 8))
T = np.array([0, 2, 1, 1, 0])


class RowLost(Dense):
    def gradient(self, x: Any, labels: Any) -> Any:
        grads = super().gradient(x, labels)
        grads["W1"][3] = 0
        return grads


def test_a_network_is_judged_in_python() -> None:
    report = gradproof.check_network(RowLost((8, 4, 3)), X, T)
    assert not report
    assert "wrong in row 3 of W1" in str(report).splitlines()[0]
    assert "W1 の行 3" in report.text("ja")
    assert "row 3 of W1" in report._repr_html_()
    clauses = json.loads(report.json())["ports"][0]["clauses"]
    assert [c["id"] for c in clauses] == [f"NN{n}" for n in range(1, 7)]
    assert clauses[0]["reproduce"] is None


@pytest.mark.once
def test_a_right_network_agrees_with_its_loss_and_a_class_is_made() -> None:
    report = gradproof.check_network(Dense((8, 4, 3)), X, T)
    assert report
    assert str(report).startswith("Dense agrees with its loss: 20 random directions")
    assert gradproof.check_network(Dense).verdict == "pass"


def test_what_is_no_network_is_refused() -> None:
    for thing, fed in ((object(), (X,)), (Dense((8, 4, 3)), ()), (int, ())):
        with pytest.raises(TypeError):
            gradproof.check_network(thing, *fed)
