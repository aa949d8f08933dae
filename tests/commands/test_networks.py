"""Files of networks on the command line, and networks given in Python."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradproof
from commandline import line, run
from gradproof.commands import exit_codes
from places import PROGRAMS
from programs.networks import Dense

LAYERS = PROGRAMS / "layers"
WRONG = LAYERS / "wrong" / "networks.py"


RIGHT = {
    "variations/networks.py": ("TwoLayerNet", "DeepNet", "SimpleConvNet"),
    "volume2/networks.py": ("TwoLayerNet", "SimpleCBOW", "Rnnlm"),
    "dezero_manner/models.py": ("TwoLayerNet", "Linear", "Recurrent", "Centred"),
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


MODELS = LAYERS / "dezero_manner" / "models.py"
LOST = {
    "the state is cut off": ("(y, lambda gz: gz)", "", "Recurrent", "params[2].W"),
    "the mean is forgotten": (" - gy.mean(axis=0)", "", "Centred", "params[0].W"),
    "the mean is trained": (
        "y.origin = ((z, lambda gy: gy - gy.mean(axis=0)),)",
        "y.origin = ((z, lambda gy: gy - gy.mean(axis=0)),"
        " (self.avg_mean, lambda gy: gy.sum(axis=0)))",
        "Centred",
        "avg_mean",
    ),
    "a parameter is written to": (
        "z = self.x2h(x)",
        "z = self.x2h(x); self.x2h.W.data[...] *= 0.5",
        "Recurrent",
        "params[0].W",
    ),
}
"""What is changed, the model that is wrong then, and what is named."""


@pytest.mark.once
@pytest.mark.parametrize("name", LOST)
def test_what_a_models_variables_lose_is_seen(name: str, tmp_path: Path) -> None:
    old, new, model, named = LOST[name]
    text = MODELS.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "models.py").write_text(text.replace(old, new), encoding="utf-8")
    result = run(tmp_path / "models.py")
    said = line(result, model)
    assert "its gradient is" in said or "writes into" in said
    assert named in said
    assert result.exit_code == exit_codes.WRONG


@pytest.mark.once
def test_where_a_layer_is_wrong_it_is_the_layer_that_is_named() -> None:
    result = run(WRONG)
    assert result.exit_code == exit_codes.WRONG
    assert line(result, "OfWrongLayers").endswith(
        "wrong, because a layer that it uses is wrong: Affine: the bias gradient is"
        " that of the first row (bias-first-row; Affine.backward, layers.py:40)"
    )
    assert "4 times the right one in W1, b1, W2, as many" in line(result, "ByHand")
    assert "wonder" in line(result, "Strange")


@pytest.mark.once
def test_one_network_is_told_in_full_and_named_in_json() -> None:
    result = run(f"{WRONG}:OfWrongLayers")
    assert result.exit_code == exit_codes.WRONG
    assert "its gradient is wrong in b1, b2" in result.stdout
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


@pytest.mark.once
def test_folders_make_one_table(tmp_path: Path) -> None:
    for file in (WRONG, WRONG.parent / "layers.py", WRONG.parent / "util.py"):
        shutil.copy(file, tmp_path)
    shutil.copy(PROGRAMS / "wrong" / "sign.py", tmp_path)
    (tmp_path / "nothing.py").write_text("x = 1\n", encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == exit_codes.WRONG
    assert "(bias-first-row; " in line(result, "OfWrongLayers")
    assert "(bias-first-row; " in line(result, "Affine")
    assert "is wrong" in line(result, "gradient")
    assert f"{tmp_path}: passed over 1 with nothing to judge" in result.stdout
    assert (
        "対象外は判定するもののないファイル 1" in run(tmp_path, "--lang", "ja").stdout
    )


def test_a_folder_with_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "nothing.py").write_text("x = 1\n", encoding="utf-8")
    result = run(tmp_path)
    assert result.exit_code == exit_codes.NOTHING_COVERED
    assert "nothing to judge" in result.stdout


SEEDS = range(4)


def entry(grads: Any) -> Any:
    grads["W1"][30, 7] += 0.05 * np.sqrt(np.mean(grads["W1"] ** 2))
    return grads


def row(grads: Any) -> Any:
    grads["W1"][30] = 0
    return grads


FAULTS: dict[str, tuple[Any, str, str]] = {
    "right": (lambda g: g, "network.agrees-unguarded", ""),
    "entry": (entry, "network.departs-entry", "W1[30, 7]"),
    "row": (row, "network.departs-entry", "W1[30, :]"),
    "bias": (lambda g: {**g, "b1": 2 * g["b1"]}, "network.departs-factor", "b1[:]"),
    "all": (
        lambda g: {name: 1.001 * each for name, each in g.items()},
        "network.departs-factor",
        "W1[:, :], b1[:], W2[:, :], b2[:]",
    ),
}
"""What is claimed, the message that is expected, and the place in it."""


@pytest.mark.once
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_faults_are_told_as_they_are_over_seeds(name: str, seed: int) -> None:
    change, message, where = FAULTS[name]

    class Claiming(Dense):
        def gradient(self, x: Any, labels: Any) -> Any:
            return change(super().gradient(x, labels))

    random = np.random.default_rng(seed)
    x, t = random.random((10, 100)), random.integers(10, size=10)
    report = gradproof.check_network(Claiming((100, 20, 10), seed), x, t)
    clauses = json.loads(report.json())["ports"][0]["clauses"]
    (found,) = [clause for clause in clauses if clause["id"] == "NN3"]
    said = found["parameters"]
    assert (found["message_id"], said.get("where", "")) == (message, where)
    assert said["evaluations"] <= 300
    assert said.get("threshold", 0) < 2e-7
    assert name != "all" or said["factor"] == 1.001


SLOW = """
import time

import numpy as np


class Slow:
    def __init__(self, input_size, output_size):
        self.params = {"W": np.random.randn(input_size, output_size)}

    def loss(self, x, t):
        time.sleep(1)
        return float(np.sum(x @ self.params["W"]))

    def gradient(self, x, t):
        return {"W": x.sum(axis=0)[:, None] * np.ones_like(self.params["W"])}


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]
"""


@pytest.mark.once
def test_what_takes_long_leaves_time_for_the_others(tmp_path: Path) -> None:
    file = tmp_path / "slow.py"
    file.write_text(SLOW, encoding="utf-8")
    result = run(file, "--timeout", "6")
    assert "time ran out" in line(result, "Slow")
    assert "right: sgd" in line(result, "SGD")
    order = [result.stdout.index(name) for name in ("  Slow ", "  SGD ")]
    assert order == sorted(order)


TRAINING = PROGRAMS / "training"


@pytest.mark.once
def test_a_script_that_trains_or_checks_is_judged_by_the_network_that_it_makes() -> (
    None
):
    wrong = run(TRAINING / "check_of_one.py")
    # The network is wrong where the script switches on what is not its default.
    assert "0.5 times the right one in W1" in line(wrong, "TwoLayers")
    assert "one sample" in wrong.stdout
    right = run(TRAINING / "train.py")
    assert right.exit_code == exit_codes.AS_EXPECTED
    assert "dataset is not installed here; a placeholder was used" in right.stdout
    assert "gradient right" in line(right, "TwoLayers")


SCRIPT = """\
import numpy as np
from nets import TwoLayers

x, t = np.random.rand(40, 20), np.eye(4)[np.random.randint(0, 4, 40)]
network = TwoLayers(20, 8, 4)
try:
    for step in range(10**9):  # to be cut
        gradient = network.gradient(x, t)
        for key in network.params:
            {update}
except Exception:
    network = None
"""

UPDATES = {
    "network.params[key] -= 0.1 * gradient[key]": "right: sgd, x − η·dx, η = 0.1",
    "network.params[key] = network.params[key] - 0.5 * gradient[key]; step += 1": (
        "right: sgd, x − η·dx, η = 0.5"
    ),
    "network.params[key] += 0.1 * gradient[key]": "update-uphill",
    "network.params[key] += -0.1 * gradient[key]": "right: sgd",
    "network.params[key] += 0.1 * gradient[key]  # maximize": "right: gradient ascent",
    "network.params[key] -= 0.1 * gradient[key] * (key != 'b2')": "b2 did not move",
    "network.params[key] -= 0.1 * gradient['W1'].mean()": "",
}
"""How a script updates a network itself, and what is said of that."""


@pytest.mark.once
@pytest.mark.parametrize("update", UPDATES)
def test_a_training_loop_is_run_as_it_stands_and_cut_short(
    update: str, tmp_path: Path
) -> None:
    shutil.copy(TRAINING / "nets.py", tmp_path)
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.format(update=update), encoding="utf-8")
    result = run(script)
    assert "cut short after 4 updates" in result.stdout
    assert "gradient right" in line(result, "TwoLayers")
    if not UPDATES[update]:  # it is of no rule that is known, and that may be meant
        assert "training  " not in result.stdout
    else:
        assert UPDATES[update] in line(result, "training")
    wrong = "uphill" in UPDATES[update] or "did not" in UPDATES[update]
    assert result.exit_code == (exit_codes.WRONG if wrong else exit_codes.AS_EXPECTED)


@pytest.mark.once
@pytest.mark.parametrize("update", [*UPDATES][:3])
def test_a_training_loop_beside_its_network_is_run_as_well(
    update: str, tmp_path: Path
) -> None:
    """The class is made anew when its file is run, and watched there."""
    network = (TRAINING / "nets.py").read_text("utf-8")
    imported, loop = "from nets import TwoLayers\n", SCRIPT.format(update=update)
    assert imported in loop
    script = tmp_path / "all.py"
    script.write_text(network + loop.replace(imported, ""), encoding="utf-8")
    result = run(script)
    assert "cut short after 4 updates" in result.stdout
    assert "gradient right" in line(result, "TwoLayers")
    assert UPDATES[update] in line(result, "training")
    assert "its training was not run" not in result.stdout


@pytest.mark.once
def test_a_training_loop_whose_data_are_not_to_be_had_is_run_with_noise(
    tmp_path: Path,
) -> None:
    shutil.copytree(TRAINING, tmp_path / "training")
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    (dataset / "mnist.py").write_text(
        "def load_mnist(normalize=True, flatten=True, one_hot_label=False):\n"
        "    raise OSError('to be fetched')\n",
        encoding="utf-8",
    )
    result = run(tmp_path / "training" / "train.py")
    assert "dataset.mnist could not hand out its data here" in result.stdout
    assert "right: sgd, x − η·dx, η = 0.1" in line(result, "training")
    assert result.exit_code == exit_codes.AS_EXPECTED
