"""The smallest class that has a defect, for defects of layers: whole, and to be run.

Each is a right layer with one line made otherwise. ``np`` is NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping


def _affine(
    dx: str = "dout @ self.W.T",
    dw: str = "self.x.T @ dout",
    db: str = "dout.sum(axis=0)",
    before: str = "",
) -> str:
    """x·W + b; ``before`` is what its backward does first."""
    first = f"        {before}\n" if before else ""
    return (
        "class Affine:\n"
        "    def __init__(self, W, b):\n"
        "        self.W, self.b = W, b\n"
        "\n"
        "    def forward(self, x):\n"
        "        self.x = x\n"
        "        return x @ self.W + self.b\n"
        "\n"
        "    def backward(self, dout):\n"
        f"{first}"
        f"        self.dW = {dw}\n"
        f"        self.db = {db}\n"
        f"        return {dx}\n"
    )


def _function(name: str, y: str, dx: str, kept: str = "y") -> str:
    """A function of each entry, that keeps its output y or its input x."""
    return (
        f"class {name}:\n"
        "    def forward(self, x):\n"
        f"        y = {y}\n"
        f"        self.{kept} = {kept}\n"
        "        return y\n"
        "\n"
        "    def backward(self, dout):\n"
        f"        return {dx}\n"
    )


def _sigmoid(dx: str, kept: str = "y") -> str:
    return _function("Sigmoid", "1 / (1 + np.exp(-x))", dx, kept)


def _tanh(dx: str, kept: str = "y") -> str:
    return _function("Tanh", "np.tanh(x)", dx, kept)


def _relu(dx: str) -> str:
    return (
        "class Relu:\n"
        "    def forward(self, x):\n"
        "        self.mask = x > 0\n"
        "        return np.where(x > 0, x, 0)\n"
        "\n"
        "    def backward(self, dout):\n"
        f"        return {dx}\n"
    )


def _loss(
    loss: str = "-(t * np.log(self.y + 1e-7)).sum() / len(x)",
    dx: str = "dout * (self.y - self.t) / len(self.t)",
    axis: str = "axis=1, keepdims=True",
) -> str:
    """Softmax with the cross entropy, for targets that are one-hot."""
    return (
        "class SoftmaxWithLoss:\n"
        "    def forward(self, x, t):\n"
        f"        powers = np.exp(x - x.max({axis}))\n"
        f"        self.y, self.t = powers / powers.sum({axis}), t\n"
        f"        return {loss}\n"
        "\n"
        "    def backward(self, dout=1):\n"
        f"        return {dx}\n"
    )


def _dropout(forward: str, backward: str) -> str:
    return (
        "class Dropout:\n"
        "    def __init__(self, dropout_ratio=0.5):\n"
        "        self.dropout_ratio = dropout_ratio\n"
        "\n"
        "    def forward(self, x, train_flg=True):\n"
        "        if not train_flg:\n"
        "            return x * (1 - self.dropout_ratio)\n"
        "        self.mask = np.random.rand(*x.shape) > self.dropout_ratio\n"
        f"        return {forward}\n"
        "\n"
        "    def backward(self, dout):\n"
        f"        return {backward}\n"
    )


ALONG = "self.xn * (self.xn * dxn).mean(axis=0)"
"""The part of a gradient that a normalization takes out, for its variance."""


def _normalization(
    dgamma: str = "(self.xn * dout).sum(axis=0)",
    dbeta: str = "dout.sum(axis=0)",
    dxn: str = "self.gamma * dout",
    dx: str = f"(dxn - dxn.mean(axis=0) - {ALONG}) / self.s",
) -> str:
    return (
        "class BatchNormalization:\n"
        "    def __init__(self, gamma, beta):\n"
        "        self.gamma, self.beta = gamma, beta\n"
        "\n"
        "    def forward(self, x, train_flg=True):\n"
        "        self.s = np.sqrt(x.var(axis=0) + 1e-7)\n"
        "        self.xn = (x - x.mean(axis=0)) / self.s\n"
        "        return self.gamma * self.xn + self.beta\n"
        "\n"
        "    def backward(self, dout):\n"
        f"        self.dgamma, self.dbeta = {dgamma}, {dbeta}\n"
        f"        dxn = {dxn}\n"
        f"        return {dx}\n"
    )


def _embedding(*lines: str) -> str:
    told = "".join(f"        {line}\n" for line in lines)
    return (
        "class Embedding:\n"
        "    def __init__(self, W):\n"
        "        self.params, self.grads = [W], [np.zeros_like(W)]\n"
        "\n"
        "    def forward(self, idx):\n"
        "        self.idx = idx\n"
        "        return self.params[0][idx]\n"
        "\n"
        "    def backward(self, dout):\n"
        "        dW, = self.grads\n"
        "        dW[...] = 0\n"
        f"{told}"
    )


LAYER_EXAMPLES: Mapping[str, str] = {
    "bias-missing": _affine().replace("self.W + self.b", "self.W"),
    "bias-not-summed": _affine(db="dout"),
    "bias-first-row": _affine(db="dout[0]"),
    "bias-averaged": _affine(db="dout.mean(axis=0)"),
    "bias-wrong-axis": _affine(db="dout.sum(axis=1)"),
    "bias-one-number": _affine(db="dout.sum()"),
    "weight-divided-by-batch": _affine(dw="self.x.T @ dout / len(dout)"),
    "weight-gradient-transposed": _affine(dw="dout.T @ self.x"),
    "divided-by-batch": _affine(
        "dout @ self.W.T / len(dout)",
        "self.x.T @ dout / len(dout)",
        "dout.mean(axis=0)",
    ),
    "gradient-negated": _affine(
        "-(dout @ self.W.T)", "-(self.x.T @ dout)", "-dout.sum(axis=0)"
    ),
    "gradient-left-zero": _affine(dw="np.zeros_like(self.W)"),
    "gradient-not-kept": _affine().replace("self.dW = ", "dW = "),
    "gradient-into-parameters": _affine(before="self.W -= 0.1 * self.x.T @ dout"),
    "upstream-written": _affine().replace("return dout", "dx = dout")
    + "        dout *= 2\n        return dx\n",
    "one-minus-y-missing": _sigmoid("dout * self.y"),
    "y-missing": _sigmoid("dout * (1 - self.y)"),
    "tanh-for-sigmoid": _sigmoid("dout * (1 - self.y**2)"),
    "sigmoid-of-input": _sigmoid("dout * self.x * (1 - self.x)", "x"),
    "upstream-dropped": _sigmoid("self.y * (1 - self.y)"),
    "sigmoid-for-tanh": _tanh("dout * self.y * (1 - self.y)"),
    "square-missing": _tanh("dout * (1 - self.y)"),
    "tanh-of-input": _tanh("dout * (1 - self.x**2)", "x"),
    "derivative-of-output": _tanh("dout * (1 - np.tanh(self.y) ** 2)"),
    "mask-reversed": _relu("np.where(self.mask, 0, dout)"),
    "upstream-returned": _sigmoid("dout"),
    "mask-compared": _relu("dout").replace(
        "        return dout", "        dout[~self.mask] == 0\n        return dout"
    ),
    "softmax-over-batch": _loss(axis="axis=0, keepdims=True"),
    "softmax-over-all": _loss(axis=""),
    "loss-not-averaged": _loss(loss="-(t * np.log(self.y + 1e-7)).sum()"),
    "loss-averaged-twice": _loss(
        loss="-(t * np.log(self.y + 1e-7)).sum() / len(x) ** 2"
    ),
    "batch-not-divided": _loss(dx="dout * (self.y - self.t)"),
    "batch-divided-twice": _loss(dx="dout * (self.y - self.t) / len(self.t) ** 2"),
    "target-missing": _loss(dx="dout * self.y / len(self.t)"),
    "log-of-zero": _loss(loss="-(t * np.log(self.y)).sum() / len(x)"),
    "overflow": _loss().replace("x - x.max(axis=1, keepdims=True)", "x"),
    "dropout-mask-missing": _dropout("x * self.mask", "dout"),
    "mask-kept": _dropout("x * self.mask", "dout * self.mask").replace(
        "        self.mask = np",
        "        if not hasattr(self, 'mask'):\n            self.mask = np",
    ),
    "drops-at-test": _dropout("x * self.mask", "dout * self.mask").replace(
        "        if not train_flg:\n            return x * (1 - self.dropout_ratio)\n",
        "",
    ),
    "scale-at-test": _dropout("x * self.mask", "dout * self.mask").replace(
        " * (1 - self.dropout_ratio)\n", "\n"
    ),
    "one-mask-for-rows": _dropout("x * self.mask", "dout * self.mask").replace(
        "rand(*x.shape)", "rand(*x.shape[1:])"
    ),
    "mean-path-missing": _normalization(dx=f"(dxn - {ALONG}) / self.s"),
    "variance-path-missing": _normalization(dx="(dxn - dxn.mean(axis=0)) / self.s"),
    "gamma-missing": _normalization(dxn="dout"),
    "gamma-beta-swapped": _normalization(
        "dout.sum(axis=0)", "(self.xn * dout).sum(axis=0)"
    ),
    "repeated-ids-assigned": _embedding("dW[self.idx] = dout"),
}
"""By the ids of the defects that have one."""
