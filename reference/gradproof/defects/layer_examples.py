"""The smallest class that has a defect, for defects of layers: whole, and to be run.

Each is a right layer with a piece of its text made otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.defects.examples import Change, Example, changed
from gradproof.defects.right_layers import (
    ADD,
    AFFINE,
    AVERAGE_POOLING,
    CONVOLUTION,
    CUBE,
    DROPOUT,
    EMBEDDING,
    HALVED_SQUARES,
    IM2COL,
    LEAKY_RELU,
    LOSS,
    LOSS_OF_LABELS,
    MATMUL,
    MAX_POOLING,
    NORMALIZATION,
    RELU,
    RNN,
    RUNNING_NORMALIZATION,
    SCALED_DROPOUT,
    SHORTCUT,
    SIGMOID,
    SOFTMAX,
    SQUARES,
    STATEFUL_RNN,
    TANH,
    TIME_AFFINE,
    TIME_LSTM,
    TIME_RNN,
)

DW, DB, DX = "self.x.T @ dout", "dout.sum(axis=0)", "dout @ self.W.T"
"""The gradients of an affine layer, as its text has them."""

SIGMOID_SLOPE = "dout * self.y * (1 - self.y)"
TANH_SLOPE = "dout * (1 - self.y**2)"
LOGARITHMS = "-(t * np.log(self.y + 1e-7)).sum() / len(x)"
ERRORS = "dout * (self.y - self.t) / len(self.t)"
OF_ROWS = "axis=1, keepdims=True"
PART = "part = dout[:, :, i, j, None, None] / (self.high * self.wide)"
ADDED = "self.window(dx, i, j)[...] += part"
PADDED = "    x = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])\n"
LARGEST = "            largest = self.window(self.x[n, c], i, j).argmax()\n"
STEPS = (
    "            dWx += self.xs[:, t].T @ da\n"
    "            dWh += self.hs[t].T @ da\n"
    "            db += da.sum(axis=0)\n"
)


def _affine(*changes: Change) -> Example:
    return changed(AFFINE, *changes)


def _sigmoid(slope: str) -> Example:
    return changed(SIGMOID, (SIGMOID_SLOPE, slope))


def _tanh(slope: str) -> Example:
    return changed(TANH, (TANH_SLOPE, slope))


def _loss(loss: str = LOGARITHMS, dx: str = ERRORS) -> Example:
    return changed(LOSS, (LOGARITHMS, loss), (ERRORS, dx))


def _softmax(axis: str) -> Example:
    """The exponentials, and their sum, taken along another axis."""
    return changed(
        LOSS,
        (f"x.max({OF_ROWS})", f"x.max({axis})"),
        (f"powers.sum({OF_ROWS})", f"powers.sum({axis})"),
    )


LAYER_EXAMPLES: Mapping[str, Example] = {
    "softmax-over-all": _softmax(""),
    "softmax-over-batch": _softmax("axis=0, keepdims=True"),
    "loss-not-averaged": _loss("-(t * np.log(self.y + 1e-7)).sum()"),
    "loss-averaged-twice": _loss(f"{LOGARITHMS} / len(x)"),
    "batch-not-divided": _loss(dx="dout * (self.y - self.t)"),
    "batch-divided-twice": _loss(dx=f"{ERRORS} / len(self.t)"),
    "target-missing": _loss(dx="dout * self.y / len(self.t)"),
    "labels-as-one-hot": changed(
        LOSS_OF_LABELS,
        (
            "        dx = self.y.copy()\n        dx[np.arange(len(dx)), self.t] -= 1\n",
            "        dx = self.y - self.t[:, np.newaxis]\n",
        ),
    ),
    "factor-missing": changed(SQUARES, ("dout * 2 * self.off", "dout * self.off")),
    "factor-doubled": changed(
        HALVED_SQUARES, ("dout * self.off", "dout * 2 * self.off")
    ),
    "divided-by-batch": _affine(
        (DW, f"{DW} / len(dout)"),
        (DB, "dout.mean(axis=0)"),
        (DX, f"{DX} / len(dout)"),
    ),
    "weight-divided-by-batch": _affine((DW, f"{DW} / len(dout)")),
    "bias-missing": _affine((" + self.b\n", "\n")),
    "bias-not-summed": _affine((DB, "dout")),
    "bias-first-row": _affine((DB, "dout[0]")),
    "bias-averaged": _affine((DB, "dout.mean(axis=0)")),
    "bias-wrong-axis": _affine((DB, "dout.sum(axis=1)")),
    "bias-one-number": _affine((DB, "dout.sum()")),
    "operands-swapped": _affine((DX, "dout @ self.W")),
    "weight-gradient-transposed": _affine((DW, "dout.T @ self.x")),
    "overlaps-assigned": changed(AVERAGE_POOLING, (ADDED, ADDED.replace("+=", "="))),
    "overlaps-averaged": changed(
        AVERAGE_POOLING,
        (
            "        dx = np.zeros_like(self.x)\n",
            "        dx, count = np.zeros_like(self.x), np.zeros_like(self.x)\n",
        ),
        (f"{ADDED}\n", f"{ADDED}\n            self.window(count, i, j)[...] += 1\n"),
        ("return dx", "return dx / np.maximum(count, 1)"),
    ),
    "stride-ignored": changed(
        IM2COL,
        ("filter_h + 1, stride)", "filter_h + 1)"),
        ("filter_w + 1, stride)", "filter_w + 1)"),
    ),
    "pad-ignored": changed(IM2COL, (PADDED, "")),
    "height-width-swapped": changed(
        IM2COL,
        ("high - filter_h", "high - filter_w"),
        ("wide - filter_w", "wide - filter_h"),
        ("i : i + filter_h, j : j + filter_w", "i : i + filter_w, j : j + filter_h"),
    ),
    "filter-turned": changed(
        CONVOLUTION, ("dy, self.W)", "dy, self.W[:, :, ::-1, ::-1])")
    ),
    "window-not-divided": changed(
        AVERAGE_POOLING, (PART, PART.removesuffix(" / (self.high * self.wide)"))
    ),
    "largest-not-kept": changed(
        MAX_POOLING, (LARGEST, ""), ("flat[largest]", "flat[0]")
    ),
    "mask-reversed": changed(RELU, ("dx[~self.mask]", "dx[self.mask]")),
    "mask-compared": changed(RELU, ("dx[~self.mask] = 0", "dx[~self.mask] == 0")),
    "one-minus-y-missing": _sigmoid("dout * self.y"),
    "y-missing": _sigmoid("dout * (1 - self.y)"),
    "tanh-for-sigmoid": _sigmoid(TANH_SLOPE),
    "sigmoid-for-tanh": _tanh(SIGMOID_SLOPE),
    "square-missing": _tanh("dout * (1 - self.y)"),
    "sigmoid-of-input": _sigmoid("dout * self.x * (1 - self.x)"),
    "tanh-of-input": _tanh("dout * (1 - self.x**2)"),
    "derivative-of-output": _tanh("dout * (1 - np.tanh(self.y) ** 2)"),
    "softmax-diagonal": changed(
        SOFTMAX,
        (
            "self.y * (dout - (dout * self.y).sum(axis=1, keepdims=True))",
            SIGMOID_SLOPE,
        ),
    ),
    "mean-path-missing": changed(NORMALIZATION, (" - by_mean", "")),
    "variance-path-missing": changed(NORMALIZATION, (" - by_variance", "")),
    "gamma-missing": changed(NORMALIZATION, ("dxn = self.gamma * dout", "dxn = dout")),
    "gamma-not-normalized": changed(
        NORMALIZATION, ("(dout * self.xn)", "(dout * self.x)")
    ),
    "gamma-beta-swapped": changed(
        NORMALIZATION,
        ("self.dbeta =", "self.d ="),
        ("self.dgamma =", "self.dbeta ="),
        ("self.d =", "self.dgamma ="),
    ),
    "dropout-scale-missing": changed(
        SCALED_DROPOUT, ("dout * self.mask / (1 - self.ratio)", "dout * self.mask")
    ),
    "dropout-mask-missing": changed(DROPOUT, ("dout * self.mask", "dout")),
    "repeated-ids-assigned": changed(
        EMBEDDING, ("np.add.at(dW, self.ids, dout)", "dW[self.ids] = dout")
    ),
    "return-in-loop": changed(
        TIME_RNN, ("        return dxs", "            return dxs")
    ),
    "gates-swapped": changed(TIME_LSTM, ("(df, dg, di, do))", "(df, di, dg, do))")),
    "first-step-alone": changed(
        TIME_RNN,
        (STEPS, STEPS.replace(" +=", "[...] =")),
    ),
    "last-step-alone": changed(
        TIME_AFFINE, ("dW +=", "dW[...] ="), ("db +=", "db[...] =")
    ),
    "state-not-carried": changed(TIME_RNN, ("(dhs[:, t] + dh)", "dhs[:, t]")),
    "cell-not-carried": changed(TIME_LSTM, ("dc = dc + dh * o", "dc = dh * o")),
    "slope-missing": changed(RNN, ("da = dh * (1 - self.h**2)", "da = dh")),
    "upstream-dropped": _sigmoid("self.y * (1 - self.y)"),
    "upstream-returned": _sigmoid("dout"),
    "gradient-left-zero": _affine((DW, "np.zeros_like(self.W)")),
    "gradient-negated": _affine((DW, f"-{DW}"), (DB, f"-{DB}"), (DX, f"-{DX}")),
    "gradient-not-kept": _affine(("self.dW = ", "dW = ")),
    "gradient-array-replaced": changed(MATMUL, ("self.grads[0][...]", "self.grads[0]")),
    "gradient-into-parameters": _affine(
        (f"self.dW = {DW}\n", f"self.dW = {DW}\n        self.W -= 0.1 * self.dW\n")
    ),
    "state-kept": _affine(
        ("self.x = x\n", 'if not hasattr(self, "x"):\n            self.x = x\n')
    ),
    "drops-at-test": changed(
        DROPOUT,
        ("        if not train_flg:\n            return x * (1 - self.ratio)\n", ""),
    ),
    "scale-at-test": changed(DROPOUT, ("return x * (1 - self.ratio)", "return x")),
    "mask-kept": changed(
        DROPOUT,
        (
            "        self.mask = np",
            '        if not hasattr(self, "mask"):\n            self.mask = np',
        ),
    ),
    "one-mask-for-rows": changed(DROPOUT, ("rand(*x.shape)", "rand(*x.shape[1:])")),
    "test-as-training": changed(
        RUNNING_NORMALIZATION,
        ("        else:\n            mean, var = self.mean, self.var\n", ""),
    ),
    "statistics-not-kept": changed(
        RUNNING_NORMALIZATION,
        ("            self.mean = self.averaged(self.mean, mean)\n", ""),
    ),
    "statistics-swapped": changed(
        RUNNING_NORMALIZATION, ("mean, var = self.mean", "var, mean = self.mean")
    ),
    "momentum-at-the-newest": changed(
        RUNNING_NORMALIZATION,
        (
            "self.momentum * kept + (1 - self.momentum) * new",
            "self.momentum * new + (1 - self.momentum) * kept",
        ),
    ),
    "variance-without-root": changed(
        RUNNING_NORMALIZATION,
        (
            "        self.s = np.sqrt(var + 1e-7)\n",
            "        self.s = np.sqrt(var + 1e-7) if train_flg else var + 1e-7\n",
        ),
    ),
    "deviation-for-variance": changed(
        RUNNING_NORMALIZATION,
        ("self.averaged(self.var, var)", "self.averaged(self.var, np.sqrt(var))"),
    ),
    "ratio-swapped": changed(DROPOUT, ("> self.ratio", "> 1 - self.ratio")),
    "ratio-ignored": changed(DROPOUT, ("> self.ratio", "> 0.5")),
    "overflow": changed(SOFTMAX, (f" - x.max({OF_ROWS})", "")),
    "log-of-zero": _loss("-(t * np.log(self.y)).sum() / len(x)"),
    "state-never-filled": changed(STATEFUL_RNN, ("        self.h = self.hs[-1]\n", "")),
    "state-not-reset": changed(
        STATEFUL_RNN,
        ("        self.reset_state()\n", "        self.h = None\n"),
        ("(self):\n        self.h = None\n", "(self):\n        pass\n"),
    ),
    "spread-not-summed": changed(
        ADD,
        (
            "        summed = dout.sum(axis=0)\n"
            "        return tuple(dout if s == dout.shape else summed"
            " for s in self.shapes)\n",
            "        return dout, dout\n",
        ),
    ),
    "upstream-written": changed(RELU, ("dx = dout.copy()", "dx = dout")),
    "input-written": changed(
        RELU,
        (
            "return np.where(self.mask, x, 0)",
            "x[~self.mask] = 0\n        return x",
        ),
    ),
    "default-written-out": changed(
        LEAKY_RELU, ("dout, self.alpha * dout", "dout, 0.01 * dout")
    ),
    "gradient-accumulated": _affine(
        (f"self.dW = {DW}", f'self.dW = getattr(self, "dW", 0) + {DW}')
    ),
    "gradient-scaled": changed(CUBE, ("3 * self.x**2 * dout", "self.x**2 * dout")),
    "gradient-turned": changed(
        CUBE, ("3 * self.x**2 * dout", "(3 * self.x**2 * dout).T")
    ),
    "upstream-term-missing": changed(
        SHORTCUT, ("dout + dout * self.x", "dout * self.x")
    ),
    "largest-by-one-axis": changed(
        MAX_POOLING,
        (".argmax()", ".argmax(axis=1)"),
        ("part.flat[largest]", "part[np.arange(self.high), largest]"),
    ),
}
"""By the ids of the defects, each of which has one."""
