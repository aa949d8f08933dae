"""`gradproof fix layers.py`: what mends each defect, and that it is proved."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli, exit_codes
from gradproof.edits.layer_catalogue import OPERATORS, RAISES, candidates
from gradproof.edits.layer_methods import Method, of_class, of_pair
from gradproof.edits.text import Text
from gradproof.examination.layers import LayerExamination, examine_layers
from gradproof.fix import layer_search
from gradproof.fix.layer_acceptance import is_better, is_right, is_worse, loses
from gradproof.ports.layer_doors import Layers
from places import PROGRAMS

FOLDER = PROGRAMS / "layers"
TO_MEND = FOLDER / "to_mend"
AXIS = "axis=-1, keepdims=True"

DUE: dict[str, list[str]] = {
    "bias-not-summed": ["self.db = np.sum(dout, axis=0)"],
    "bias-first-row": ["self.db = np.sum(dout, axis=0)"],
    "bias-averaged": ["self.db = np.sum(dout, axis=0)"],
    "bias-wrong-axis": ["self.db = np.sum(dout, axis=0)"],
    "bias-one-number": ["self.db = np.sum(dout, axis=0)"],
    "weight-gradient-transposed": ["self.dW = np.dot(self.x.T, dout)"],
    "weight-divided-by-batch": ["self.dW = np.dot(self.x.T, dout)"],
    "operands-swapped": ["return np.dot(dout, self.W.T)"],
    "gradient-negated": [
        "self.dW = np.dot(self.x.T, dout)",
        "self.db = np.sum(dout, axis=0)",
        "return np.dot(dout, self.W.T)",
    ],
    "one-minus-y-missing": ["return dout * self.out * (1 - self.out)"],
    "y-missing": ["return dout * self.out * (1.0 - self.out)"],
    "tanh-for-sigmoid": ["return dout * self.out * (1 - self.out)"],
    "sigmoid-of-input": ["self.x = 1.0 / (1.0 + np.exp(-x))", "return self.x"],
    "upstream-dropped": ["return dout * self.out * (1.0 - self.out)"],
    "sigmoid-for-tanh": ["return dout * (1 - self.y**2)"],
    "square-missing": ["return dout * (1 - self.y**2)"],
    "mask-reversed": ["return dout * self.mask"],
    "upstream-returned": ["return dout * self.mask"],
    "softmax-over-all": [
        f"x = x - np.max(x, {AXIS})",
        f"return powers / np.sum(powers, {AXIS})",
    ],
    "softmax-over-batch": [
        f"x = x - np.max(x, {AXIS})",
        f"return powers / np.sum(powers, {AXIS})",
    ],
    "loss-not-averaged": [
        "return -np.sum(self.t * np.log(self.y + 1e-7)) / self.t.shape[0]"
    ],
    "batch-not-divided": ["return (self.y - self.t) / self.t.shape[0]"],
    "batch-divided-twice": ["return (self.y - self.t) / self.t.shape[0]"],
    "dropout-scale-missing": ["return dout * self.mask / (1 - self.ratio)"],
    "dropout-mask-missing": ["return dout * self.mask / (1 - self.ratio)"],
    "repeated-ids-assigned": ["np.add.at(dW, self.ids, dout)"],
    "gradient-array-replaced": [
        "self.grads[0][...] = dW",
        "self.grads[1][...] = db",
    ],
    "gradient-not-kept": ["self.dW = dW"],
    "gradient-into-parameters": ["self.grads[1][...] = db"],
    "gradient-accumulated": ["self.grads[0][...] = dW", "self.grads[1][...] = db"],
    "overlaps-assigned": ["dx[:, :, rows, columns] += share"],
    "window-not-divided": ["return dx / (self.pool_h * self.pool_w)"],
    "gamma-missing": ["dxn = dout * self.gamma"],
    "gamma-not-normalized": ["self.dgamma = (dout * self.xn).sum(axis=0)"],
    "gamma-beta-swapped": [
        "self.dbeta = dout.sum(axis=0)",
        "self.dgamma = (dout * self.xn).sum(axis=0)",
    ],
    "factor-missing": ["dx = 2 * self.difference / len(self.difference)"],
    "factor-doubled": ["dx = self.difference / len(self.difference)"],
    "last-step-alone": [
        "dW += self.xs[:, t].T @ dout[:, t]",
        "db += dout[:, t].sum(axis=0)",
    ],
    "bias-missing": ["return np.dot(x, self.W) + self.b"],
    "momentum-at-the-newest": [
        "self.mean = m * self.mean + (1 - m) * x.mean(axis=0)",
        "self.var = m * self.var + (1 - m) * x.var(axis=0)",
    ],
    "variance-without-root": ["xn = (x - self.mean) / np.sqrt(self.var + 1e-7)"],
    "ratio-swapped": ["return x * self.mask / (1 - self.ratio)"],
    "scale-at-test": ["return x * (1 - self.ratio)"],
    "state-kept": ["if not self.stateful or self.h is None:"],
    RAISES: ["self.dW = np.dot(self.xx.T, dout)"],
}
"""For each defect the lines that a program that has it gets."""

MARRED = {"mask-compared": ["dout[self.mask] = 0"]}
"""Those that are mended at the cost of a should: dout is written to, as in the book."""


def written(defect: str) -> str:
    return (TO_MEND / f"{defect.replace('-', '_')}.py").read_text("utf-8")


def examined(text: str) -> LayerExamination:
    """The one class of a text, tried in this process."""
    space: dict[str, Any] = {"np": np, "__name__": "layers"}
    exec(compile(text, "layers", "exec", dont_inherit=True), space)
    found = {n: v for n, v in space.items() if isinstance(v, type)}
    (layer,) = examine_layers(Layers(found), "").layers
    assert isinstance(layer, LayerExamination)
    return layer


def methods(text: str, layer: LayerExamination) -> list[Method]:
    tree = Text(text)
    helpers = [m for n in ("softmax",) for m in of_pair(tree, n)]
    return [*of_class(tree, layer.evidence.said.kind), *helpers]


def lines_added(before: str, after: str) -> list[str]:
    compared = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line[2:].strip() for line in compared if line.startswith("+ ")]


@pytest.mark.once
@pytest.mark.parametrize("defect", [*DUE, *MARRED])
def test_the_first_text_with_which_a_layer_is_right_is_the_one_due(
    defect: str,
) -> None:
    text = written(defect)
    before = examined(text)
    assert before.verdict in ("fail", "error")
    for _, new in candidates(methods(text, before), defect):
        after = examined(new)
        if is_right(before, after):
            assert lines_added(text, new) == {**DUE, **MARRED}[defect]
            assert loses(before, after) == (defect in MARRED)
            assert not is_worse(before, after)
            return
    pytest.fail("no change mends it")


def test_every_program_is_one_of_a_defect_that_there_is_a_change_for() -> None:
    names = {path.stem.replace("_", "-") for path in TO_MEND.glob("*.py")}
    assert names == {*DUE, *MARRED}
    assert names <= OPERATORS.keys()


AFFINE = written("bias-not-summed").replace("self.db = dout", "self.db = {db}")
RIGHT = AFFINE.format(db="dout.sum(axis=0)")


@pytest.mark.once
def test_what_can_no_longer_be_judged_is_not_taken_for_right() -> None:
    before = examined(AFFINE.format(db="dout[0]"))
    gone = AFFINE.replace("self.db = {db}", "pass")
    assert not is_right(before, examined(gone))
    assert not is_better(before, examined(gone))
    broken = RIGHT.replace("return np.dot(dout", "return np.dott(dout")
    assert not is_right(before, examined(broken))
    assert not is_better(before, examined(broken))


@pytest.mark.once
def test_another_layer_is_no_right_one() -> None:
    before = examined(AFFINE.format(db="dout[0]"))
    other = RIGHT.replace("+ self.b\n", "+ 0 * self.b\n").replace(
        "dout.sum", "0*dout.sum"
    )
    assert not is_right(before, examined(other))
    assert is_right(before, examined(RIGHT))


@pytest.mark.once
def test_less_that_is_wrong_is_better() -> None:
    both = AFFINE.format(db="dout[0]").replace("self.x.T, dout)", "self.x.T, dout) * 2")
    one = RIGHT.replace("self.x.T, dout)", "self.x.T, dout) * 2")
    assert is_better(examined(both), examined(one))
    assert not is_better(examined(one), examined(both))
    assert not is_right(examined(both), examined(one))


# the command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.cli, ["fix", *map(str, arguments)])


@pytest.mark.once
def test_the_layers_of_a_file_are_mended_with_the_functions_that_they_call(
    tmp_path: Path,
) -> None:
    for name in ("layers.py", "util.py"):
        data = (FOLDER / "wrong" / name).read_bytes().replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(b"# \xe5\xb1\xa4\r\n" + data)
    result = run(tmp_path / "layers.py", "--write")
    assert result.exit_code == exit_codes.AS_EXPECTED, result.stderr
    added = [n[1:].strip() for n in result.stdout.split("\n") if n.startswith("+ ")]
    assert added == [
        f"x = x - np.max(x, {AXIS})",
        f"return np.exp(x) / np.sum(np.exp(x), {AXIS})",
        "dout[self.mask] = 0",
        "return dout * self.out * (1 - self.out)",
        "self.db = np.sum(dout, axis=0)",
        "return dout * (1 - self.y**2)",
        "img[:, :, rows, j : j + stride * ow : stride] += col[:, :, i, j]",
    ]
    assert "judged with this change no layer is wrong" in result.stderr
    assert "(overlaps-assigned)" in result.stderr
    for name in ("layers.py", "util.py"):
        after = (tmp_path / name).read_bytes()
        assert after.startswith(b"# \xe5\xb1\xa4\r\n")
        assert after.count(b"\r\n") == after.count(b"\n")
    again = run(tmp_path / "layers.py:Convolution")
    assert again.stdout == ""
    assert "nothing to mend" in again.stderr


@pytest.mark.once
def test_a_layer_is_mended_by_itself_and_the_others_left(tmp_path: Path) -> None:
    wrong = FOLDER / "wrong"
    for name in ("layers.py", "util.py"):
        (tmp_path / name).write_bytes((wrong / name).read_bytes())
    result = run(f"{tmp_path / 'layers.py'}:Affine")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert result.stdout.count("\n@@") == 1
    assert "+        self.db = np.sum(dout, axis=0)" in result.stdout
    for name in ("layers.py", "util.py"):
        assert (tmp_path / name).read_bytes() == (wrong / name).read_bytes()


@pytest.mark.once
def test_right_layers_are_left_alone() -> None:
    result = run(FOLDER / "variations" / "terse.py")
    assert (result.exit_code, result.stdout) == (exit_codes.AS_EXPECTED, "")
    assert "nothing to mend" in result.stderr


@pytest.mark.once
def test_what_no_change_mends_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_search, "MAX_PROBES", 3)
    path = tmp_path / "layers.py"
    text = AFFINE.format(db="np.sum(np.sin(dout), axis=0) + 3")
    path.write_text(text, encoding="utf-8")
    result = run(path)
    assert (result.exit_code, result.stdout) == (exit_codes.WRONG, "")
    assert "Affine: db is wrong" in result.stderr


SHARED = """\
import numpy as np


def back(dout, y):
    return dout * y * (1 - y)
"""
CLASS = """

class {name}:
    def forward(self, x):
        self.y = {value}
        return self.y

    def backward(self, dout):
        return back(dout, self.y)
"""


@pytest.mark.once
def test_a_helper_is_not_changed_to_the_harm_of_another_layer(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    sigmoid = CLASS.format(name="Sigmoid", value="1 / (1 + np.exp(-x))")
    tanh = CLASS.format(name="Tanh", value="np.tanh(x)")
    path.write_text(SHARED + tanh, encoding="utf-8")
    assert "+    return dout * (1 - y**2)" in run(path).stdout
    path.write_text(SHARED + sigmoid + tanh, encoding="utf-8")
    result = run(path)
    assert (result.exit_code, result.stdout) == (exit_codes.WRONG, "")
    assert "Tanh: the sigmoid stands in the place of tanh" in result.stderr


# the offer


@pytest.mark.once
def test_a_fix_is_offered_where_there_is_a_change_to_try(tmp_path: Path) -> None:
    def checked(name: str, text: str) -> str:
        path = tmp_path / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(cli.cli, ["check", str(path)]).stdout

    wrong = checked("wrong", AFFINE.format(db="dout[0]"))
    assert f"fix: gradproof fix {tmp_path / 'wrong.py'}" in wrong
    assert "gradproof fix" not in checked("right", RIGHT)
    strange = AFFINE.format(db="np.cos(dout.sum(axis=0)) + 3")
    assert "gradproof fix" not in checked("strange", strange)


@pytest.mark.once
def test_without_a_terminal_it_is_told_now_and_then_what_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gradproof.commands.fix.MAX_SILENCE", 0.0)
    path = tmp_path / "layers.py"
    path.write_text(AFFINE.format(db="np.mean(dout, axis=0)"), encoding="utf-8")
    assert f"{path}:Affine: change 1 is tried" in run(path).stderr


WRITING = """
import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        return -(self.t * np.log(self.y)).sum() / len(x)

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.t) * dout


class Relu:
    def forward(self, x):
        # Keeps where x is not positive.
        self.mask = x <= 0
        x[self.mask] = 0
        return x

    def backward(self, dout):
        dout[self.mask] = 0
        return dout
"""


@pytest.mark.once
def test_what_layers_should_do_is_mended_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "layers.py"
    path.write_text(WRITING)
    plain = run(path)
    assert (plain.exit_code, plain.stdout) == (exit_codes.AS_EXPECTED, "")
    strict = CliRunner().invoke(cli.cli, ["fix", "--strict", str(path)])
    assert strict.exit_code == exit_codes.AS_EXPECTED
    added = [e[1:].strip() for e in strict.stdout.splitlines() if e.startswith("+ ")]
    assert added == [
        "return -(self.t * np.log(self.y + 1e-7)).sum() / len(x)",
        *("x = x.copy()", "dout = dout.copy()"),
    ]
