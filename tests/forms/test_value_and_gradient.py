"""Functions that return their value and its gradient, written as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from commandline import run
from examined import examined
from gradproof.commands.cli import cli
from gradproof.forms import FORMS
from gradproof.forms.form import FormDefect, Rule
from gradproof.forms.value_and_gradient import FORM
from gradproof.forms.value_and_gradient.defects import (
    BY_FACTOR,
    BY_MESSAGE,
    JACOBIAN_TRANSPOSED,
    OF_LAYERS,
)
from gradproof.report.index import DEFECTS, OF_PARTS

SOFTMAX = """\
def {name}(W, X, y, reg):
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores)
    p /= np.sum(p, axis=1, keepdims=True)
    n = X.shape[0]
    loss = -np.sum(np.log(p[np.arange(n), y])){mean} + reg * np.sum(W * W)
    p[np.arange(n), y] -= 1
    dW = X.T.dot(p){average} + {term}
    return loss, dW
"""
SVM = """\
def {name}(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                {true_class}
    loss = loss / X.shape[0] + 0.5 * reg * np.sum(W * W)
    dW = dW / X.shape[0] + reg * W
    return loss, dW
"""
COST = """\
def {name}(theta, X, y, lambda_):
    m = len(y)
    h = 1 / (1 + np.exp(-X @ theta))
    J = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m
    J = J + lambda_ / (2 * m) * np.sum(theta[1:] ** 2)
    grad = X.T @ (h - y) / m
    {penalty}
    return J, grad
"""
PROPAGATE = """\
def {name}(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = {dw}
    db = {db}
    grads = {{"dw": dw, "db": db}}
    return grads, cost
"""
SCORES = """\
def {name}(x, y):
    n = x.shape[0]
    margins = np.maximum(0, x - x[np.arange(n), y][:, None] + 1)
    margins[np.arange(n), y] = 0
    loss = margins.sum() / n
    dx = (margins > 0) * 1.0
    dx[np.arange(n), y] -= {count}
    return loss, dx{average}
"""
LEAST = """\
def {name}(w, X, y, alpha=0.0):
    r = X @ w - y
    value = {half}(r @ r) + alpha * w @ w
    grad = {gradient} + 2 * alpha * w
    return value, grad
"""
POINT = """\
def {name}(x):
    cost = np.sum(x ** 4) + np.sum(x) ** 2
    grad = {gradient}
    return cost, grad
"""
TWO = """\
def {name}(w, b, X, y):
    r = X @ w + b - y
    loss = r @ r / len(y)
    dw = {dw}
    db = {db}
    return loss, dw, db
"""
softmax = {"mean": " / n", "average": " / n", "term": "2 * reg * W"}
svm = {"true_class": "dW[:, y[i]] -= X[i]"}
cost = {"penalty": "grad[1:] += lambda_ / m * theta[1:]"}
propagate = {"dw": "np.dot(X, (A - Y).T) / m", "db": "np.sum(A - Y) / m"}
scores = {"count": "np.sum(margins > 0, axis=1)", "average": " / n"}
least = {"half": "", "gradient": "2 * X.T @ r"}
GUARDED = """\
def {name}(w, b, X, Y):
    m = X.shape[1]
    A = 1 / (1 + np.exp(-(np.dot(w.T, X) + b)))
    if m < {small}:
        A = A * 1.0
    cost = -np.sum(Y * np.log(A + 1e-8) + (1 - Y) * np.log(1 - A + 1e-8)) / m
    dw = np.dot(X, (A - Y).T) / m
    db = np.sum(A - Y) / {m}
    grads = {{"dw": dw, "db": db}}
    return grads, cost
"""
NORMED = """\
def {name}(w, X, y):
    r = X @ w - y
    loss = np.sqrt(r @ r)
    dw = {factor} * X.T @ r / (loss + 1e-7)
    return loss, dw
"""
two = {"dw": "2 * X.T @ r / len(y)", "db": "2 * r.sum() / len(y)"}

RIGHT = {
    "softmax_loss_vectorized": (SOFTMAX, softmax),
    "softmax_loss_summed": (SOFTMAX, {**softmax, "mean": "", "average": ""}),
    "softmax_loss": (SOFTMAX, softmax),
    "guarded_logarithm": (GUARDED, {"m": "m", "small": "0"}),
    "guarded_among_constants": (GUARDED, {"m": "m", "small": "1e-9"}),
    "svm_loss_naive": (SVM, svm),
    "cost_function": (COST, cost),
    "propagate": (PROPAGATE, propagate),
    "svm_loss": (SCORES, scores),
    "loss_and_grad": (LEAST, least),
    "half_squares": (LEAST, {"half": "0.5 * ", "gradient": "X.T @ r"}),
    "quartic": (POINT, {"gradient": "4 * x ** 3 + 2 * np.sum(x)"}),
    "linear_loss": (TWO, two),
}
REGULAR, NEGATED = "regularization-gradient-wrong", "gradient-negated"
ONCE, TWICE = "gradient-not-averaged", "gradient-averaged-twice"
WRONG = {
    "softmax_half_penalty": (SOFTMAX, {**softmax, "term": "reg * W"}, REGULAR),
    "softmax_no_penalty": (SOFTMAX, {**softmax, "term": "0"}, REGULAR),
    "softmax_double_penalty": (SOFTMAX, {**softmax, "term": "4 * reg * W"}, REGULAR),
    "softmax_not_divided": (SOFTMAX, {**softmax, "average": ""}, ""),
    "softmax_negated": (
        SOFTMAX,
        {**softmax, "average": " / -n", "term": "-2 * reg * W"},
        NEGATED,
    ),
    "svm_without_the_true_class": (SVM, {"true_class": "pass"}, ""),
    "cost_without_penalty": (COST, {"penalty": "pass"}, ""),
    "cost_with_bias_penalty": (COST, {"penalty": "grad += lambda_ / m * theta"}, ""),
    "propagate_b_summed": (PROPAGATE, {**propagate, "db": "np.sum(A - Y)"}, ONCE),
    "propagate_negated": (
        PROPAGATE,
        {"dw": "np.dot(X, (Y - A).T) / m", "db": "np.sum(Y - A) / m"},
        NEGATED,
    ),
    "propagate_summed": (
        PROPAGATE,
        {"dw": "np.dot(X, (A - Y).T)", "db": "np.sum(A - Y)"},
        ONCE,
    ),
    "svm_scores_one_count": (SCORES, {**scores, "count": "1"}, ""),
    "svm_scores_summed": (SCORES, {**scores, "average": ""}, ONCE),
    "svm_scores_twice": (SCORES, {**scores, "average": " / n / n"}, TWICE),
    "squares_halved": (LEAST, {"half": "", "gradient": "X.T @ r"}, ""),
    "squares_doubled": (LEAST, {"half": "0.5 * ", "gradient": "2 * X.T @ r"}, ""),
    "quartic_doubled": (
        POINT,
        {"gradient": "8 * x ** 3 + 4 * np.sum(x)"},
        "gradient-doubled",
    ),
    "quartic_halved": (
        POINT,
        {"gradient": "2 * x ** 3 + np.sum(x)"},
        "gradient-halved",
    ),
    "quartic_without_a_term": (POINT, {"gradient": "4 * x ** 3"}, ""),
    "linear_bias_forgotten": (TWO, {**two, "db": "0 * r.sum()"}, "gradient-left-zero"),
    "guarded_and_summed": (GUARDED, {"m": "1", "small": "0"}, ONCE),
    "linear_bias_twice": (TWO, {**two, "db": "2 * r.mean() / len(y)"}, TWICE),
    "linear_weights_of_another_variable": (TWO, {**two, "dw": "2 * X.T @ y"}, ""),
}


def written(cases: dict[str, tuple[str, dict[str, str]]]) -> str:
    functions = [text.format(name=name, **n) for name, (text, n) in cases.items()]
    return "\n\n".join(["import numpy as np\n", *functions])


def judged(path: Path, text: str) -> dict[str, tuple[str, str]]:
    """The verdict of each function, and its defect."""
    return {
        e.name: (e.verdict, "".join(d.defect for d in e.diagnosis))
        for e in examined(path, text)
    }


@pytest.mark.once
def test_what_is_right_passes(tmp_path: Path) -> None:
    found = judged(tmp_path / "right.py", written(RIGHT))
    assert found == dict.fromkeys(RIGHT, ("pass", ""))


@pytest.mark.once
def test_what_is_wrong_is_found_and_most_of_it_is_named(tmp_path: Path) -> None:
    cases = {name: (text, numbers) for name, (text, numbers, _) in WRONG.items()}
    found = judged(tmp_path / "wrong.py", written(cases))
    assert found == {name: ("fail", defect) for name, (_, _, defect) in WRONG.items()}


@pytest.mark.once
def test_what_a_guard_of_the_code_may_change_is_not_blamed(tmp_path: Path) -> None:
    cases = {"guarded": (NORMED, {"factor": "1"}), "doubled": (NORMED, {"factor": "2"})}
    guarded, doubled = examined(tmp_path / "guards.py", written(cases))
    (gradient,) = [f for f in guarded.findings if f.clause.id == "gradient"]
    assert gradient.judgement.verdict == "not-covered"
    assert gradient.judgement.message == "network.within-guard"
    assert guarded.verdict == "not-covered"
    assert doubled.verdict == "fail"


UNKNOWN = """\
import numpy as np


def loss_of_everything(weights, frobnicate):
    loss = frobnicate["scale"] * np.sum(weights ** 2)
    grad = 2 * frobnicate["scale"] * weights
    return loss, grad
"""
CASE = """

def make_case():
    return loss_of_everything, (np.array([1.0, 2.0, -3.0]), {"scale": 0.5})
"""


@pytest.mark.once
def test_what_cannot_be_guessed_is_given_by_make_case(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(UNKNOWN)
    result = run(file)
    assert result.exit_code == 4
    assert "nothing is known of its argument frobnicate" in result.stdout
    assert "def make_case(): return loss_of_everything" in result.stdout
    file.write_text(UNKNOWN + CASE)
    assert run(file).exit_code == 0
    file.write_text(UNKNOWN.replace("2 * frob", "frob") + CASE)
    result = run(f"{file}:loss_of_everything")
    assert result.exit_code == 1
    assert "gradient-halved" in result.stdout


UNNAMED = """\
import numpy as np


def backprop_step(X, y, w):
    r = X @ w - y
    loss = r @ r
    result = {factor} * X.T @ r
    return loss, result
"""
ROWS = """

def make_case():
    X = np.array([[1.0, 2], [3, 5], [2, 1]])
    return backprop_step, (X, np.array([1.0, 2, 3]), np.array([0.5, -1]))
"""


@pytest.mark.once
def test_make_case_works_where_no_variable_is_named_for_a_gradient(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(UNNAMED.format(factor=2))
    result = run(file)
    assert result.exit_code == 4
    assert "add a function make_case() to the file" in result.stdout
    file.write_text(UNNAMED.format(factor=2) + ROWS)
    assert run(file).exit_code == 0
    file.write_text(UNNAMED.format(factor=-2) + ROWS)
    assert run(file).exit_code == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("return loss_of_everything, (weights,)", "NameError: name 'weights'"),
        ("return loss_of_everything", "TypeError: cannot unpack"),
        ("return loss_of_everything, (1, 2, 3)", "too many positional arguments"),
    ],
)
def test_what_is_wrong_with_make_case_is_said(
    case: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(f"{UNKNOWN}\n\ndef make_case():\n    {case}\n")
    result = run(file)
    assert result.exit_code == 4
    assert said in " ".join(result.stdout.split())


IMPORT = "import numpy as np\n\n\n"
DATA = """

def make_case():
    X = np.array([[0.0, 1, 2], [3, 4, 0], [1, 2, 3], [4, 0, 1]])
    return loss_and_grad, (np.array([0.5, -1, 0.25]), X, np.arange(4.0), 0.1)
"""


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.role)
def test_a_form_says_everything_in_both_languages(form: object) -> None:
    english, japanese = FORM.sentences("en"), FORM.sentences("ja")
    assert english.keys() == japanese.keys()
    assert all(english.values())
    assert all(japanese.values())


def test_each_defect_is_named_by_something_and_its_example_has_it() -> None:
    names = {defect.name for defect in FORM.defects}
    found = {*BY_MESSAGE.values(), *BY_FACTOR.values(), JACOBIAN_TRANSPOSED}
    assert found == {*names, *OF_LAYERS}
    assert {*OF_LAYERS} <= {*OF_PARTS}


def test_a_defect_has_one_record() -> None:
    assert len({*DEFECTS}) == len(DEFECTS)


@pytest.mark.once
def test_what_fix_cannot_mend_is_called_by_its_title(tmp_path: Path) -> None:
    (text, numbers, _) = WRONG["softmax_half_penalty"]
    file = tmp_path / "mine.py"
    file.write_text(written({"softmax_half_penalty": (text, numbers)}))
    said = CliRunner().invoke(cli, ["fix", str(file)]).output
    assert "the regularisation term is missing" in " ".join(said.split())
    assert "fix.regularization" not in said


@pytest.mark.once
@pytest.mark.parametrize("defect", FORM.defects, ids=lambda each: each.name)
def test_the_example_of_a_defect_has_it_and_the_fixed_one_is_right(
    defect: FormDefect, tmp_path: Path
) -> None:
    found = judged(tmp_path / "example.py", IMPORT + defect.example.code)
    assert list(found.values()) == [("fail", defect.name)]
    found = judged(tmp_path / "corrected.py", IMPORT + defect.example.corrected)
    assert list(found.values()) == [("pass", "")]


@pytest.mark.once
@pytest.mark.parametrize("rule", FORM.rules, ids=lambda each: each.name)
def test_the_example_of_a_rule_breaks_it_and_the_corrected_one_is_right(
    rule: Rule, tmp_path: Path
) -> None:
    (wrong,) = examined(tmp_path / "example.py", IMPORT + rule.example.code + DATA)
    verdicts = {f.clause.id: f.judgement.verdict for f in wrong.findings}
    assert verdicts[rule.name] in ("fail", "error")
    found = judged(tmp_path / "corrected.py", IMPORT + rule.example.corrected + DATA)
    assert list(found.values()) == [("pass", "")]
