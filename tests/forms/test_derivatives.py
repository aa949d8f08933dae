"""Functions beside their derivative, written as people write them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from commandline import run
from examined import examined
from gradproof.ports.worker.forms import derivative_names

SWISH = """\
def swish(x):
    return x / (1 + np.exp(-x))

def {name}(x):
    s = 1 / (1 + np.exp(-x))
    return {slope}
"""
LOGISTIC = """\
def logistic(x):
    return 1 / (1 + np.exp(-x))

def {name}(s):
    return {slope}
"""
SCALAR = """\
import math

def softsign(x):
    if x > 0:
        return x / (1 + x)
    return x / (1 - x)

def {name}(x):
    return {slope}
"""
LAMBDAS = """\
cubic = lambda x: x ** 3 - 2 * x + 1
{name} = lambda x: {slope}
"""
LOGARITHM = """\
def entropy(x):
    return -np.sum(x * np.log(x))

def {name}(x):
    return {slope}
"""
VALLEY = """\
def valley(x):
    return np.sum(50 * (x[1:] - x[:-1] ** 2) ** 2 + (2 - x[:-1]) ** 2)

def {name}(x):
    g = np.zeros_like(x)
    g[:-1] = -200 * x[:-1] * (x[1:] - x[:-1] ** 2) - {two} * (2 - x[:-1])
    g[1:] += {inner} * (x[1:] - x[:-1] ** 2)
    return g
"""
PLANE = """\
def f(x, y):
    return x ** 2 * y + np.sin(y)

def {name}(x, y):
    return {slopes}
"""
POTENTIAL = """\
def potential(q):
    return 0.5 * np.sum(q ** 2) + 0.25 * np.sum(q ** 4)

def {name}(q):
    return {slope}
"""
LIKELIHOOD = """\
def log_likelihood(theta, X, y):
    z = X @ theta
    return np.sum(y * z - np.log(1 + np.exp(z)))

def {name}(theta, X, y):
    return X.T @ ({residual})
"""
COST = """\
def compute_cost(X, y, w, b):
    return np.sum((X @ w + b - y) ** 2) / (2 * len(y))

def {name}(X, y, w, b):
    error = X @ w + b - y
    dj_dw = X.T @ error / {samples}
    dj_db = np.sum(error) / {samples}
    return dj_db, dj_dw
"""
ERRORS = """\
def cross_entropy_cost(y_pred, y_true):
    return -np.sum(y_true * np.log(y_pred)) / len(y_true)

def {name}(y_pred, y_true):
    return {slope}
"""
POLAR = """\
def polar(x):
    return np.array([x[0] * np.cos(x[1]), x[0] * np.sin(x[1])])

def {name}(x):
    c, s = np.cos(x[1]), np.sin(x[1])
    return np.array({rows})
"""
DICTIONARY = """\
def squares(w, b):
    return (2 * w + b - 1) ** 2

def {name}(w, b):
    e = 2 * w + b - 1
    return {{"w": {of_w} * e, "b": 2 * e}}
"""
CURVE = """\
def line_model(x, a, b):
    return a * x + b

def {name}(x, a, b):
    return np.stack([{columns}], axis=1)
"""
RIDGE = """\
def ridge_cost(X, y, theta, lam):
    r = X @ theta - y
    return r @ r / (2 * len(y)) + lam * theta @ theta

def {name}(X, y, theta, lam):
    return X.T @ (X @ theta - y) / len(y) + {penalty} * lam * theta
"""
ABSOLUTE = """\
def mean_absolute(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))

def {name}(y_true, y_pred):
    return np.sign({difference}) / y_true.size
"""
LOGLOSS = """\
def logloss(w, X, y):
    return np.mean(np.log(1 + np.exp(-y * (X @ w))))

def {name}(w, X, y):
    return {sign}X.T @ (y / (1 + np.exp(y * (X @ w)))) / len(y)
"""
LOGITS = """\
def mean_nll(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))

def {name}(logits, labels):
    p = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p{average}
"""
ATTRACTION = """\
def attraction(r):
    return 4 * (r ** -12.0 - r ** -6.0)

def {name}(r):
    return 4 * (-12 * r ** -13.0 + {inner} * r ** -7.0)
"""
SOFTMAX = """\
def soft_weights(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)

def {name}(z):
    p = soft_weights(z)
    return np.diag(p) - {product}
"""

RIGHT = {
    "swish_derivative": (SWISH, {"slope": "s + x * s * (1 - s)"}),
    "d_swish": (SWISH, {"slope": "s * (1 + x * (1 - s))"}),
    "logistic_prime": (LOGISTIC, {"slope": "logistic(s) * (1 - logistic(s))"}),
    "logistic_grad": (LOGISTIC, {"slope": "s * (1 - s)"}),
    "softsign_der": (SCALAR, {"slope": "1 / (1 + abs(x)) ** 2"}),
    "dcubic": (LAMBDAS, {"slope": "3 * x ** 2 - 2"}),
    "entropy_gradient": (LOGARITHM, {"slope": "-np.log(x) - 1"}),
    "valley_der": (VALLEY, {"two": "2", "inner": "100"}),
    "grad_f": (PLANE, {"slopes": "np.array([2 * x * y, x ** 2 + np.cos(y)])"}),
    "df_dy": (PLANE, {"slopes": "x ** 2 + np.cos(y)"}),
    "forces": (POTENTIAL, {"slope": "-q - q ** 3"}),
    "grad_potential": (POTENTIAL, {"slope": "q + q ** 3"}),
    "score": (LIKELIHOOD, {"residual": "y - 1 / (1 + np.exp(-X @ theta))"}),
    "compute_gradient": (COST, {"samples": "len(y)"}),
    "cross_entropy_cost_derivative": (
        ERRORS,
        {"slope": "-y_true / y_pred / len(y_true)"},
    ),
    "cross_entropy_cost_prime": (ERRORS, {"slope": "(y_pred - y_true) / len(y_true)"}),
    "polar_jacobian": (POLAR, {"rows": "[[c, -x[0] * s], [s, x[0] * c]]"}),
    "soft_weights_jac": (SOFTMAX, {"product": "np.outer(p, p)"}),
    "squares_grad": (DICTIONARY, {"of_w": "4"}),
    "mean_nll_grad": (LOGITS, {"average": " / len(labels)"}),
    "attraction_prime": (ATTRACTION, {"inner": "6"}),
    "line_model_jac": (CURVE, {"columns": "x, np.ones_like(x)"}),
    "ridge_gradient": (RIDGE, {"penalty": "2"}),
    "mean_absolute_prime": (ABSOLUTE, {"difference": "y_pred - y_true"}),
    "logloss_grad": (LOGLOSS, {"sign": "-"}),
}
NEGATED, DOUBLED = "gradient-negated", "gradient-doubled"
HALVED, ONCE = "gradient-halved", "gradient-not-averaged"
WRONG = {
    "swish_derivative": (SWISH, {"slope": "s + x * s"}, ""),
    "swish_prime": (SWISH, {"slope": "-s - x * s * (1 - s)"}, NEGATED),
    "logistic_prime": (LOGISTIC, {"slope": "s * (1 + s)"}, ""),
    "logistic_grad": (
        LOGISTIC,
        {"slope": "2 * logistic(s) * (1 - logistic(s))"},
        DOUBLED,
    ),
    "softsign_der": (SCALAR, {"slope": "1 / (1 + x) ** 2"}, ""),
    "dcubic": (LAMBDAS, {"slope": "3 * x ** 2 - 2 * x"}, ""),
    "entropy_gradient": (LOGARITHM, {"slope": "-np.log(x)"}, ""),
    "valley_der": (VALLEY, {"two": "4", "inner": "100"}, ""),
    "valley_gradient": (VALLEY, {"two": "2", "inner": "50"}, ""),
    "grad_f": (PLANE, {"slopes": "np.array([2 * x * y, np.cos(y)])"}, ""),
    "df_dx": (PLANE, {"slopes": "x ** 2 + np.cos(y)"}, ""),
    "forces": (POTENTIAL, {"slope": "q + q ** 3"}, NEGATED),
    "grad_potential": (POTENTIAL, {"slope": "0.5 * q + 0.5 * q ** 3"}, HALVED),
    "score": (LIKELIHOOD, {"residual": "1 / (1 + np.exp(-X @ theta)) - y"}, NEGATED),
    "compute_gradient": (COST, {"samples": "1"}, ONCE),
    "cross_entropy_cost_derivative": (
        ERRORS,
        {"slope": "y_true / y_pred / len(y_true)"},
        NEGATED,
    ),
    "polar_jacobian": (POLAR, {"rows": "[[c, x[0] * s], [s, x[0] * c]]"}, ""),
    "polar_jac": (
        POLAR,
        {"rows": "[[c, s], [-x[0] * s, x[0] * c]]"},
        "jacobian-transposed",
    ),
    "soft_weights_jac": (SOFTMAX, {"product": "p ** 2"}, ""),
    "squares_grad": (DICTIONARY, {"of_w": "2"}, HALVED),
    "mean_nll_grad": (LOGITS, {"average": ""}, ONCE),
    "attraction_prime": (ATTRACTION, {"inner": "5"}, ""),
    "line_model_jac": (CURVE, {"columns": "np.ones_like(x), x"}, ""),
    "ridge_gradient": (RIDGE, {"penalty": "1"}, "regularization-gradient-wrong"),
    "mean_absolute_prime": (ABSOLUTE, {"difference": "y_true - y_pred"}, NEGATED),
    "logloss_grad": (LOGLOSS, {"sign": ""}, NEGATED),
}


IMPORT = "import numpy as np\n\n"


def judged(path: Path, text: str, name: str) -> tuple[str, str]:
    (found,) = [each for each in examined(path, IMPORT + text) if each.name == name]
    return found.verdict, "".join(d.defect for d in found.diagnosis)


@pytest.mark.once
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_derivative_passes(name: str, tmp_path: Path) -> None:
    text, parts = RIGHT[name]
    code = text.format(name=name, **parts)
    assert judged(tmp_path / "right.py", code, name) == ("pass", "")


@pytest.mark.once
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_derivative_is_found(name: str, tmp_path: Path) -> None:
    text, parts, defect = WRONG[name]
    code = text.format(name=name, **parts)
    assert judged(tmp_path / "wrong.py", code, name) == ("fail", defect)


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("logistic_grad", "fed-value"),
        ("cross_entropy_cost_prime", "fed-softmax"),
        ("logistic_prime", ""),
        ("df_dy", "derivative-by"),
        ("mean_absolute_prime", "derivative-by"),
    ],
)
def test_what_it_is_to_be_fed_is_said(name: str, note: str, tmp_path: Path) -> None:
    text, parts = RIGHT[name]
    (found,) = examined(tmp_path / "right.py", IMPORT + text.format(name=name, **parts))
    told = [n.id for n in found.notes if n.id.startswith(("fed", "derivative"))]
    told = told[-1:]
    assert told == ([note] if note else [])


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("def f(x): return x\ndef f_prime(x): return 1", ["f f_prime"]),
        ("def f(x): return x\ndef df(x): return 1", ["f df"]),
        ("def U(q): return q\ndef grad_U(q): return 1", ["U grad_U"]),
        ("def cost(w): return w\ndef gradient(w): return 1", ["cost gradient"]),
        (
            "def costFunction(w): return w\ndef gradCost(w): return 1",
            ["costFunction gradCost"],
        ),
        ("def cost(w): return w\ndef loss(w): return w\ndef gradient(w): return 1", []),
        ("def f(x): return x\ndef f_prime(x, y, z): return 1", []),
        ("def norm(w): return w\ndef grad_norm(w): return 1", []),
        (
            "def cost_function_reg(w): return w\ndef gradient_reg(w): return 1",
            ["cost_function_reg gradient_reg"],
        ),
        ("def cost_reg(w): return w\ndef gradient_data(w): return 1", []),
        ("def norm(w): return w\ndef norm_grad(w): return 1", ["norm norm_grad"]),
        ("def penalty(w): return w\ndef gradient_penalty(w): return 1", []),
        ("def descent(x): return x\ndef gradient_descent(x): return 1", []),
        ("def loss(p, t): return p\ndef d_loss(real, fake): return 1", []),
        ("def loss(w): return w\ndef dloss(w): return 1", ["loss dloss"]),
        ("def raw(x): return x\ndef draw(x): return 1", []),
        ("def log_likelihood(X, y): return X\ndef score(X, y): return 1", []),
        ("def logl(theta): return 1\ndef score(theta): return 1", ["logl score"]),
        ("def relu(x): return x\ndef relu_prime(x): return 1", []),
        ("def exp(x, y): return x\ndef exp_grad(dout, x): return 1", []),
        ("def f(x): return x\ndef f_prime(x): return (f(x + 1e-6) - f(x)) / 1e-6", []),
        ("def f(x): return x\ndef f_prime(x): return differences(f, x)", []),
        (
            "def f(x): return x\ndef f_prime(x):\n x[0] += 1\n a = f(x)\n x[0] -= 2\n"
            " return a - f(x)",
            [],
        ),
        (
            "def f(x): return x\ndef f_prime(x):\n g = 0 * x\n for i in range(3):\n"
            "  o = x[i]\n  x[i] = o + 1\n  g[i] = f(x) - o\n  x[i] = o\n return g",
            [],
        ),
        ("def f(g, x): return g(x)\ndef f_prime(g, x): return g(x)", []),
        (
            "def height(p): return p\ndef rise(p): return 1\n"
            "def make_case(): return (height, rise), (1.0,)",
            ["height rise"],
        ),
    ],
)
def test_a_derivative_and_its_function_are_found_by_name(
    text: str, pairs: list[str]
) -> None:
    found = derivative_names.pairs(ast.parse(text).body)
    assert [f"{pair.function} {pair.derivative}" for pair in found] == pairs


@pytest.mark.once
def test_slopes_of_entries_that_depend_on_others_are_not_judged(
    tmp_path: Path,
) -> None:
    code = SOFTMAX.replace("np.diag(p) - {product}", "p - p ** 2")
    code = code.format(name="soft_weights_grad")
    assert judged(tmp_path / "mine.py", code, "soft_weights_grad")[0] == "not-covered"


@pytest.mark.once
def test_a_variable_of_the_name_does_not_hide_what_cannot_be_judged(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def both(w):\n    loss = w @ w\n    grad = 2 * w\n    return loss, grad\n\n"
        "def grad(p, q, r):\n    return p + q + r\n"
    )
    result = run(file)
    assert "mine.py:grad: line 6" in result.stdout
    assert "1 right, 1 not judged" in result.stdout


GIVEN = """\
import numpy as np

def height(p, table):
    return np.sum(table["a"] * p ** 2)

def {rise}(p, table):
    return {factor} * table["a"] * p
"""
CASE = """

def make_case():
    return (height, rise), (np.array([1.0, -2.0, 0.5]), {"a": 3.0})
"""


@pytest.mark.once
def test_make_case_gives_a_pair_of_any_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(GIVEN.format(rise="rise", factor=2) + CASE)
    assert run(file).exit_code == 0
    file.write_text(GIVEN.format(rise="rise", factor=1) + CASE)
    result = run(file)
    assert result.exit_code == 1
    assert "gradient-halved" in result.stdout


MODEL = """\
import numpy as np

class Model:
    def __init__(self, scales):
        self.scales = scales

    def value_at(self, w):
        return np.sum(self.scales * w ** 2)

    def grad(self, w):
        return {factor} * self.scales * w
"""
MADE = """

def make_case():
    made = Model(np.array([1.0, 3.0]))
    return (made.value_at, made.grad), (np.array([0.5, -2.0]),)
"""


@pytest.mark.once
def test_the_next_step_for_a_method_works(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MODEL.format(factor=2))
    result = run(file)
    assert result.exit_code == 4
    assert "return (VALUE, made.grad), (…its arguments…)" in result.stdout
    file.write_text(MODEL.format(factor=2) + MADE)
    assert run(file).exit_code == 0
    file.write_text(MODEL.format(factor=-2) + MADE)
    result = run(file)
    assert result.exit_code == 1
    assert "gradient-negated" in result.stdout


@pytest.mark.once
def test_what_takes_differences_is_listed_with_a_step_that_works(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n\ndef f(x):\n    return np.sum(x ** 2)\n\n"
        "def grad_f(x):\n    g = np.zeros_like(x)\n    for i in range(len(x)):\n"
        "        e = np.zeros_like(x)\n        e[i] = 1e-4\n"
        "        g[i] = (f(x + e) - f(x - e)) / 2e-4\n    return g\n"
    )
    result = run(file)
    assert result.exit_code == 4
    assert "it takes differences of f" in result.stdout
    file.write_text(file.read_text().replace("grad_f(x)", "gradient(f, x)"))
    said = " ".join(run(f"{file}:gradient").stdout.split())
    assert "(f(x0 + h) − f(x0 − h)) / 2h" in said


@pytest.mark.once
def test_the_next_step_for_a_derivative_of_unknown_function_works(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(GIVEN.format(rise="grad_of_it", factor=2))
    result = run(file)
    assert result.exit_code == 4
    assert "return (FUNCTION, grad_of_it), (…its arguments…)" in result.stdout
    file.write_text(
        GIVEN.format(rise="grad_of_it", factor=2) + CASE.replace("rise", "grad_of_it")
    )
    assert run(file).exit_code == 0
