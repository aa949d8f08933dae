"""Files of layers on the command line: a table, or one layer in full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from commandline import line, run
from gradproof.commands import cli, exit_codes
from gradproof.finding.subjects import subjects
from gradproof.golden.document import loads
from gradproof.golden.entries import Entries
from gradproof.ports.target import parse
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

LAYERS = PROGRAMS / "layers"
WRONG = LAYERS / "wrong" / "layers.py"


RIGHT = {
    "volume1/layers.py": 9,
    "volume2/layers.py": 11,
    "dezero_manner/functions.py": 5,
    "dezero_manner/core.py": 1,
    "variations/terse.py": 9,
    "variations/careful.py": 9,
    "variations/lists.py": 11,
    "variations/functions.py": 10,
    "variations/sized.py": 16,
    "variations/rarer.py": 6,
    "functions/right.py": 12,
    "functions/other.py": 9,
}
"""Files of right layers, in the manners of the books and in others."""


@pytest.mark.once
@pytest.mark.parametrize(("name", "count"), RIGHT.items(), ids=RIGHT)
def test_right_layers_of_every_manner_make_a_table_without_a_mark(
    name: str, count: int
) -> None:
    result = run(LAYERS / name)
    told = [each for each in result.stdout.splitlines() if " right" in each]
    assert len(told) == count
    assert "wrong" not in result.stdout
    assert "not judged" not in result.stdout
    assert result.exit_code == exit_codes.AS_EXPECTED


RARER = LAYERS / "variations" / "rarer.py"
LOST = {
    "overlaps assigned": ("dx[at] +=", "dx[at] =", "MaxPool", "dx wrong"),
    "the largest of none": ("flat.argmax", "flat.argmin", "MaxPool", "dx wrong"),
    "its own transpose": (
        "(x[:, :, i, j], part,",
        "(x[:, :, 0, j], part,",
        *("Deconv2d", "dW wrong"),
    ),
    "the mean held still": ("dy - (dbeta + ", "dy - (0 + ", "BatchNorm", "dx wrong"),
    "one end alone": (
        "return dxs + self.behind",
        "self.behind",
        "TimeBiRNN",
        "backward",
    ),
    "not turned back": ("half:])[:, ::-1]", "half:])", "TimeBiRNN", "dx wrong"),
    "a word drawn twice": (
        "np.add.at(grad, self.ids[number], ds * self.h)",
        "grad[self.ids[number]] = ds * self.h",
        *("NegativeSamplingLoss", "dW wrong"),
    ),
    "drawn words' sign": ("(number == 0)", "1", "NegativeSamplingLoss", "wrong"),
}
"""What is changed of rarer layers, which is wrong then, and what is said."""


@pytest.mark.once
@pytest.mark.parametrize("name", LOST)
def test_rarer_layers_are_told_where_they_are_wrong(name: str, tmp_path: Path) -> None:
    old, new, layer, said = LOST[name]
    text = RARER.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rarer.py").write_text(text.replace(old, new), encoding="utf-8")
    result = run(tmp_path / "rarer.py")
    assert said in line(result, layer)
    assert result.exit_code == exit_codes.WRONG


def test_a_file_of_wrong_layers_has_a_line_for_each() -> None:
    result = run(WRONG)
    assert result.exit_code == exit_codes.WRONG
    assert line(result, "Convolution").endswith(
        "dx wrong: what overlaps is assigned, not added"
        " (overlaps-assigned; col2im, util.py:25)  ·  dW right  ·  db right"
    )
    assert line(result, "Affine").endswith(
        "dx right  ·  dW right  ·  db wrong: the bias gradient is that"
        " of the first row (bias-first-row; Affine.backward, layers.py:40)"
    )
    assert "(mask-compared; " in line(result, "Relu")
    assert "(one-minus-y-missing; " in line(result, "Sigmoid")
    assert "AttributeError" in line(result, "Tanh")
    assert "layers.py:85" in line(result, "Tanh")
    assert "(softmax-over-all; " in line(result, "SoftmaxWithLoss")
    assert "softmax, layers.py:6)" in line(result, "SoftmaxWithLoss")


def test_one_layer_is_told_in_full_and_named_in_json() -> None:
    result = run(f"{WRONG}:Affine")
    assert result.exit_code == exit_codes.WRONG
    assert "db is wrong" in result.stdout
    report = json.loads(run(f"{WRONG}:Affine", "--format", "json").stdout)
    (port,) = report["ports"]
    assert port["target"] == f"{WRONG}:Affine"
    assert port["role"] == "layer"
    assert port["verdict"] == "fail"
    assert port["diagnosis"][0]["defects"] == ["bias-first-row"]


def test_the_json_of_a_file_has_a_port_for_each_class() -> None:
    report = json.loads(run(WRONG, "--format", "json").stdout)
    names = [port["target"].rpartition(":")[2] for port in report["ports"]]
    assert {port["role"] for port in report["ports"]} == {"layer", "function"}
    assert names == [
        "Relu",
        "Sigmoid",
        "Affine",
        "SoftmaxWithLoss",
        "Convolution",
        "Tanh",
        "softmax",
    ]


def test_functions_by_themselves_have_a_line_each() -> None:
    wrong = run(LAYERS / "functions" / "wrong.py")
    assert wrong.exit_code == exit_codes.WRONG
    for name, said in {
        "softmax": "(softmax-over-all; ",
        "sigmoid": "(tanh-for-sigmoid; ",
        "sigmoid_grad": "value wrong",
        "relu": "value wrong",
        "relu_grad": "forward raises TypeError",
        "cross_entropy_error": "(loss-not-averaged; ",
        "mean_squared_error": "value wrong",
        "im2col": "(stride-ignored; ",
    }.items():
        assert said in line(wrong, name)
    assigns = line(run(LAYERS / "functions" / "assigns.py"), "col2im")
    assert "(overlaps-assigned; " in assigns
    assert "col2im, assigns.py:7)" in assigns


@pytest.mark.parametrize(
    ("name", "defect"),
    [("softmax", "overflow"), ("cross_entropy_error", "log-of-zero")],
)
def test_what_a_function_should_bear_is_said_and_does_not_count(
    name: str, defect: str
) -> None:
    target = f"{LAYERS / 'functions' / 'assigns.py'}:{name}"
    result = run(target)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert defect in result.stdout
    assert run(target, "--strict").exit_code == exit_codes.WRONG


STRANGER = """\
class Stranger:
    def __init__(self, outsize):
        self.outsize = outsize

    def forward(self, x, W, b):
        raise ValueError

    def backward(self, gy):
        return gy

class Relu:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
"""


def test_what_can_be_made_of_nothing_spoils_no_other_class(tmp_path: Path) -> None:
    path = tmp_path / "strange.py"
    path.write_text(STRANGER, encoding="utf-8")
    assert "dx right" in line(run(path), "Relu")


def test_a_file_of_functions_beside_a_gradient_is_not_one_of_layers(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.py"
    path.write_text("def softmax(x): ...\ndef numerical_gradient(f, x): ...\n")
    assert parse(str(path)).layer is None


FACTORY = """\
import numpy as np

class Scale:
    def __init__(self, how_many):
        self.params = [np.linspace(1, 2, how_many)]
        self.grads = [np.zeros(how_many)]

    def forward(self, x):
        self.x = x
        return x * self.params[0]

    def backward(self, dout):
        self.grads[0][...] = (dout * self.x).sum(axis=0){slip}
        return dout * self.params[0]

def make_layer():
    return Scale(3), np.array([[1.0, 2.0, 4.0], [-1.0, 3.0, 0.5]])
"""


@pytest.mark.parametrize(
    ("slip", "code"), [("", exit_codes.AS_EXPECTED), (" / 2", exit_codes.WRONG)]
)
def test_a_factory_gives_a_layer_that_is_judged_by_differences(
    tmp_path: Path, slip: str, code: int
) -> None:
    path = tmp_path / "scale.py"
    path.write_text(FACTORY.format(slip=slip), encoding="utf-8")
    result = run(f"{path}:make_layer")
    assert result.exit_code == code
    assert "differences" in result.stdout
    table = run(path).stdout
    assert "nothing is known of its parameter how_many" in table
    assert "make_layer" in table


PAIR = """\
import numpy as np

def affine_forward(x, w, b):
    return x @ w + b, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, {bias}
"""


@pytest.mark.parametrize(
    ("bias", "said"), [("dout.sum(axis=0)", "db right"), ("dout[0]", "db wrong")]
)
def test_two_functions_with_a_cache_are_a_layer(
    tmp_path: Path, bias: str, said: str
) -> None:
    path = tmp_path / "pair.py"
    path.write_text(PAIR.format(bias=bias), encoding="utf-8")
    assert f"dx right  ·  dW right  ·  {said}" in line(run(path), "affine")


def test_what_is_a_file_of_layers_is_seen_without_running_it(tmp_path: Path) -> None:
    assert parse(str(WRONG)).layer == ""
    assert parse(f"{WRONG}:Affine").layer == "Affine"
    assert parse(f"{WRONG}:softmax").layer == "softmax"
    assert parse(f"{WRONG.parent}/util.py").layer == ""
    assert parse(f"{WRONG}:forward").layer is None
    assert parse(f"{PROGRAMS}/right/by_rows.py").layer is None
    script = tmp_path / "script.py"
    script.write_text(
        "class Layer:\n"
        "    def forward(self, x): return x\n"
        "    def backward(self, d): return d\n"
        "print(numerical_gradient(f, x))\n",
        encoding="utf-8",
    )
    # It has both: a script that is run as it stands, and parts.
    assert [each.form for each in subjects(script)] == ["script", "parts"]


def test_a_file_without_layers_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text(
        "class Base:\n"
        "    def forward(self, x): raise NotImplementedError\n"
        "    def backward(self, d): raise NotImplementedError\n",
        encoding="utf-8",
    )
    result = run(path)
    assert result.exit_code == exit_codes.NOTHING_COVERED
    assert "nothing in it looks like a hand-written gradient" in result.stdout


def test_a_defect_of_layers_is_explained_in_both_languages() -> None:
    said = CliRunner().invoke(cli.cli, ["explain", "overlaps-assigned"]).stdout
    assert "In layers of these kinds: convolution, max-pooling" in said
    japanese = ["explain", "bias-first-row", "--lang", "ja"]
    said = CliRunner().invoke(cli.cli, japanese).stdout
    assert "バイアスの勾配が先頭の行だけ" in said


def test_a_clause_of_layers_is_explained_and_chosen() -> None:
    assert "second forward" in CliRunner().invoke(cli.cli, ["explain", "L9"]).stdout
    result = run(f"{WRONG}:Affine", "--only", "L3")
    assert result.exit_code == exit_codes.AS_EXPECTED


@pytest.mark.once
def test_wrong_gradients_are_drawn_beside_their_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    result = run(WRONG, "--figures", folder)
    assert result.exit_code == exit_codes.WRONG
    names = [
        *("Affine-db", "Convolution-dx", "Relu-dx", "Sigmoid-dx"),
        "SoftmaxWithLoss-dx",
    ]
    files = [f"layers-{name}{end}" for name in names for end in (".json", ".png")]
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)
    assert f"5 pictures, each with its numbers beside it, in {folder}" in (
        result.stdout
    )
    (entries,) = loads((folder / "layers-Affine-db.json").read_text("utf-8"))
    assert isinstance(entries, Entries)
    assert (entries.title, entries.shape) == ("Affine db", (5,))
    assert entries.wrong.all()
    assert abs(entries.actual - entries.expected).min() > 1e-3


def test_of_a_layer_that_is_asked_for_right_gradients_are_drawn_too(
    tmp_path: Path,
) -> None:
    result = run(f"{WRONG}:Affine", "--figures", tmp_path, "--format", "json")
    (port,) = json.loads(result.stdout)["ports"]
    expected = [
        str(tmp_path / f"layers-Affine-{name}.png") for name in ("dx", "dW", "db")
    ]
    assert sorted(port["figures"]) == sorted(expected)
    (entries,) = loads((tmp_path / "layers-Affine-dW.json").read_text("utf-8"))
    assert isinstance(entries, Entries)
    assert not entries.wrong.any()


@pytest.mark.once
def test_files_of_one_name_do_not_write_over_each_others_pictures(
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy" / "layers.py"
    copy.parent.mkdir()
    text = WRONG.read_text("utf-8").replace("from util import col2im, im2col", "")
    copy.write_text(text, encoding="utf-8")
    folder = tmp_path / "figures"
    run(f"{WRONG}:Relu", f"{copy}:Relu", "--figures", folder)
    assert {p.stem for p in folder.iterdir()} == {"layers-Relu-dx", "layers-Relu-dx-2"}


@pytest.mark.once
def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    volume1 = run(LAYERS / "volume1" / "layers.py", "--figures", tmp_path / "a")
    assert "no picture: no gradient is wrong in its entries" in volume1.stdout
    assert not list((tmp_path / "a").iterdir())
    book = run(f"{PROGRAMS / 'right' / 'book.py'}", "--figures", tmp_path / "b")
    assert "only gradients of layers and paths of optimizers" in book.stderr
    assert not (tmp_path / "b").exists()
    (tmp_path / "file").write_text("")
    refused = run(f"{WRONG}:Relu", "--figures", tmp_path / "file" / "below")
    assert refused.exit_code == exit_codes.USAGE


@pytest.mark.once
@pytest.mark.parametrize(
    ("defect", "kinds"),
    [("mask-kept", ""), ("overlaps-assigned", "convolution, max-pooling")],
)
def test_of_what_is_explained_the_kinds_are_told_where_they_have_names(
    defect: str, kinds: str
) -> None:
    said = CliRunner().invoke(cli.cli, ["explain", defect]).stdout
    assert ("layers of these kinds" in said) == bool(kinds)
    assert f"kinds: {kinds}" in said or not kinds
