"""What is usually wrong with a function that returns its value and its gradient."""

from __future__ import annotations

from gradproof.contract.verdicts import Judgement
from gradproof.defects.examples import Example
from gradproof.forms.form import Bilingual, FormDefect

BY_MESSAGE = {
    "network.departs-term": "regularization-gradient-wrong",
    "network.departs-undivided": "gradient-not-averaged",
    "network.departs-divided-twice": "gradient-averaged-twice",
    "network.departs-zero": "gradient-left-zero",
    "network.again": "gradient-depends-on-earlier-calls",
}
"""The defects that a failure names by itself, by its message."""

OF_LAYERS = ("gradient-left-zero", "gradient-negated")
"""Those of the defects that layers have as well, and that are recorded there."""

JACOBIAN_TRANSPOSED = "jacobian-transposed"

BY_FACTOR = {-1.0: "gradient-negated", 2.0: "gradient-doubled", 0.5: "gradient-halved"}
"""The defects of a gradient that is a multiple of the right one."""


def named(judgement: Judgement, *, turned: bool = False) -> str:
    """Return the defect that a failed judgement names; "" if it names none.

    A gradient that is right when it is ``turned`` is a transposed Jacobian.
    """
    if judgement.verdict != "fail":
        return ""
    if turned:
        return JACOBIAN_TRANSPOSED
    if judgement.message == "network.departs-factor":
        return BY_FACTOR.get(round(judgement.parameters["factor"], 3), "")
    return BY_MESSAGE.get(judgement.message, "")


def _function(loss: str, gradient: str) -> str:
    return (
        "def loss_and_grad(w, X, y, reg):\n"
        "    r = X @ w - y\n"
        f"    loss = {loss}\n"
        f"    dw = {gradient}\n"
        "    return loss, dw\n"
    )


def _example(loss: str, wrong: str, right: str) -> Example:
    """Return the function of a loss with a wrong gradient, and with the right one."""
    return Example(_function(loss, wrong), _function(loss, right))


MEAN = "r @ r / len(y)"

LOGARITHM_OF_NEGATIVES = Example(
    _function("np.log(r).sum()", "X.T @ (1 / r)"),
    _function("np.log(np.abs(r)).sum()", "X.T @ (1 / r)"),
)
NOT_SUMMED = _example("r @ r", "2 * X * r[:, np.newaxis]", "2 * X.T @ r")
HALVED = _example("r @ r", "X.T @ r", "2 * X.T @ r")
ACCUMULATED = Example(
    "total = 0\n\n\n"
    "def loss_and_grad(w, X, y, reg):\n"
    "    global total\n"
    "    r = X @ w - y\n"
    "    loss = r @ r\n"
    "    total = dw = total + 2 * X.T @ r\n"
    "    return loss, dw\n",
    _function("r @ r", "2 * X.T @ r"),
)

DEFECTS = (
    FormDefect(
        "regularization-gradient-wrong",
        Bilingual(
            "the gradient of the regularisation term is missing or has another factor",
            "正則化項の勾配がないか、係数が誤り",
        ),
        Bilingual(
            "What the gradient lacks is a multiple of the parameters themselves: the "
            "value has reg·Σw², whose derivative is 2·reg·w; or ½·reg·Σw², whose "
            "derivative is reg·w.",
            "勾配に足りないのはパラメータ自身の定数倍です。"
            "値に reg·Σw² があれば微分は 2·reg·w、½·reg·Σw² なら reg·w です。",
        ),
        Bilingual(
            "Differentiate the regularisation term as it stands in the value.",
            "値に含まれる正則化項を、そのまま微分してください。",
        ),
        _example(
            f"{MEAN} + reg * w @ w",
            "2 * X.T @ r / len(y) + reg * w",
            "2 * X.T @ r / len(y) + 2 * reg * w",
        ),
    ),
    FormDefect(
        "gradient-not-averaged",
        Bilingual(
            "the value is a mean over the samples, and the gradient is a sum",
            "値はサンプルの平均なのに、勾配は合計",
        ),
        Bilingual(
            "The gradient is as many times too large as there are samples.",
            "勾配が、サンプル数の倍数だけ大きくなっています。",
        ),
        Bilingual(
            "Divide the gradient by the number of samples, as the value is.",
            "値と同じように、勾配もサンプル数で割ってください。",
        ),
        _example(MEAN, "2 * X.T @ r", "2 * X.T @ r / len(y)"),
    ),
    FormDefect(
        "gradient-averaged-twice",
        Bilingual(
            "the gradient is divided by the number of samples once too often",
            "勾配をサンプル数で余分に割っている",
        ),
        Bilingual(
            "The gradient is as many times too small as there are samples.",
            "勾配が、サンプル数の分の 1 になっています。",
        ),
        Bilingual(
            "Divide the gradient as often as the value.",
            "割る回数を値とそろえてください。",
        ),
        _example(MEAN, "2 * X.T @ (r / len(y)) / len(y)", "2 * X.T @ r / len(y)"),
    ),
    FormDefect(
        JACOBIAN_TRANSPOSED,
        Bilingual("the Jacobian is transposed", "ヤコビ行列が転置されている"),
        Bilingual(
            "Its rows belong to the variables and its columns to the functions. In a "
            "Jacobian, entry (i, j) is ∂f_i/∂x_j: a row for each function.",
            "行が変数、列が関数に対応しています。ヤコビ行列の要素 (i, j) は "
            "∂f_i/∂x_j で、各行が 1 つの関数に対応します。",
        ),
        Bilingual("Return the transposed matrix.", "転置した行列を返してください。"),
        Example(
            "def curve(x):\n"
            "    return np.array([x[0] * x[1], x[0] + x[1] ** 2])\n"
            "\n\n"
            "def curve_jacobian(x):\n"
            "    return np.array([[x[1], 1], [x[0], 2 * x[1]]])\n",
            "def curve(x):\n"
            "    return np.array([x[0] * x[1], x[0] + x[1] ** 2])\n"
            "\n\n"
            "def curve_jacobian(x):\n"
            "    return np.array([[x[1], x[0]], [1, 2 * x[1]]])\n",
        ),
    ),
    FormDefect(
        "gradient-doubled",
        Bilingual("the gradient is twice the right one", "勾配が正しい値の 2 倍"),
        Bilingual(
            "The value has a factor ½ that the gradient does not know of.",
            "値にある係数 ½ が、勾配に反映されていません。",
        ),
        Bilingual(
            "Halve the gradient, or drop the ½ of the value.",
            "勾配を半分にするか、値の ½ を外してください。",
        ),
        _example("r @ r / 2", "2 * X.T @ r", "X.T @ r"),
    ),
    FormDefect(
        "gradient-halved",
        Bilingual("the gradient is half the right one", "勾配が正しい値の半分"),
        Bilingual(
            "The factor 2 of the derivative of a square is missing.",
            "2 乗の微分で現れる係数 2 がありません。",
        ),
        Bilingual("Multiply the gradient by 2.", "勾配に 2 を掛けてください。"),
        HALVED,
    ),
    FormDefect(
        "gradient-depends-on-earlier-calls",
        Bilingual(
            "the gradient depends on earlier calls",
            "勾配が以前の呼び出しに依存している",
        ),
        Bilingual(
            "The same arguments give another gradient later: something is kept, or "
            "accumulated, between calls.",
            "同じ引数でも後の呼び出しでは別の勾配になります。呼び出しの間で何かを保持、"
            "または累積しています。",
        ),
        Bilingual(
            "Begin with an array of zeros in each call.",
            "呼び出しごとに 0 の配列から始めてください。",
        ),
        ACCUMULATED,
    ),
)
