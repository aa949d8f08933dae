"""The smallest class that has a defect, for defects of optimizers: to be run.

Each is a right optimizer with a piece of its text made otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradproof.defects.examples import Change, Example, changed
from gradproof.defects.right_optimizers import (
    ADAGRAD,
    ADAM,
    CLIPPING,
    LISTED,
    MOMENTUM,
    NESTEROV,
    RMSPROP,
    SGD,
)

STEP = "params[key] -= self.lr * grads[key]"
VELOCITY = "self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]"
MOVED = "params[key] += self.v[key]"
ROOT = "(np.sqrt(self.h[key]) + 1e-7)"
SQUARES = "self.decay * self.h[key] + (1 - self.decay) * grads[key] ** 2"
ZEROS = "{key: np.zeros_like(params[key]) for key in params}"
KEPT = "self.m[key], self.v[key] = m, v"
M_HAT = "m / (1 - self.beta1**self.t)"
V_HAT = "v / (1 - self.beta2**self.t)"


IN_TURN = changed(
    ADAGRAD,
    ("self.lr, self.h = lr, None", "self.lr, self.h = lr, {}"),
    (f"        if self.h is None:\n            self.h = {ZEROS}\n", ""),
    (
        "            self.h[key] += grads[key] ** 2\n",
        "            h = self.h.get(key, 0) + grads[key] ** 2\n"
        "            self.h[key] = h\n",
    ),
    (ROOT, ROOT.replace("self.h[key]", "h")),
).code
"""AdaGrad that has no squares of a parameter before it comes to it: as right."""


def _momentum(*changes: Change) -> Example:
    return changed(MOMENTUM, *changes)


def _adam(*changes: Change) -> Example:
    return changed(ADAM, *changes)


EXAMPLES: Mapping[str, Example] = {
    "update-uphill": changed(SGD, (STEP, STEP.replace("-=", "+="))),
    "update-once": _momentum(
        ("        for key in params:\n", "            for key in params:\n"),
        (f"            {VELOCITY}\n", f"                {VELOCITY}\n"),
        (f"            {MOVED}\n", f"                {MOVED}\n"),
    ),
    "update-of-first-parameter": changed(
        SGD, (f"{STEP}\n", f"{STEP}\n            return\n")
    ),
    "state-not-kept": _momentum(
        ("        if self.v is None:\n            self.v = {", "        self.v = {")
    ),
    "state-of-first-call": changed(
        IN_TURN, ("self.h[key] = h\n", "self.h.setdefault(key, h)\n")
    ),
    "velocity-of-first-call": _momentum(
        (
            ZEROS,
            "{key: -self.lr * grads[key] for key in params}",
        ),
        (f"            {VELOCITY}\n", ""),
    ),
    "state-of-first-parameter": _momentum(
        (
            "        for key in params:\n",
            "        first = next(iter(params))\n        for key in params:\n",
        ),
        (VELOCITY, VELOCITY.replace("self.v[key] =", "v =")),
        (
            MOVED,
            "params[key] += v\n"
            "            if key == first:\n"
            "                self.v[key] = v",
        ),
    ),
    "nesterov-old-form": changed(
        NESTEROV,
        (
            "params[key] += self.momentum * self.v[key] - self.lr * grads[key]",
            "params[key] += self.momentum**2 * self.v[key]\n"
            "            params[key] -= (1 + self.momentum) * self.lr * grads[key]",
        ),
    ),
    "nesterov-without-look-ahead": changed(
        NESTEROV,
        ("params[key] += self.momentum * self.v[key] - self.lr * grads[key]", MOVED),
    ),
    "velocity-late": _momentum(
        (f"            {VELOCITY}\n", ""),
        (MOVED, f"{MOVED}\n            {VELOCITY}"),
    ),
    "step-added-twice": _momentum((MOVED, f"{MOVED} - self.lr * grads[key]")),
    "rate-twice": _momentum((MOVED, "params[key] += self.lr * self.v[key]")),
    "velocity-reversed": _momentum(
        ("= self.momentum * self", "= -self.momentum * self")
    ),
    "decay-swapped": changed(
        RMSPROP,
        (
            SQUARES,
            "(1 - self.decay) * self.h[key] + self.decay * grads[key] ** 2",
        ),
    ),
    "momentum-swapped": _momentum(
        ("= self.momentum * self", "= (1 - self.momentum) * self")
    ),
    "beta-complements": _adam(
        (
            "self.beta1 * self.m[key] + (1 - self.beta1) * g",
            "(1 - self.beta1) * self.m[key] + self.beta1 * g",
        ),
        (
            "self.beta2 * self.v[key] + (1 - self.beta2) * g",
            "(1 - self.beta2) * self.v[key] + self.beta2 * g",
        ),
        (M_HAT, "m / (1 - (1 - self.beta1) ** self.t)"),
        (V_HAT, "v / (1 - (1 - self.beta2) ** self.t)"),
    ),
    "betas-swapped": _adam(
        ("self.lr, self.beta1, self.beta2 =", "self.lr, self.beta2, self.beta1 ="),
    ),
    "squares-summed": changed(
        RMSPROP, (SQUARES, SQUARES.removeprefix("self.decay * "))
    ),
    "squares-unweighted": changed(
        RMSPROP, (SQUARES, SQUARES.replace("(1 - self.decay) * ", ""))
    ),
    "squares-late": changed(
        ADAGRAD,
        ("            self.h[key] += grads[key] ** 2\n", ""),
        (f"/ {ROOT}\n", f"/ {ROOT}\n            self.h[key] += grads[key] ** 2\n"),
    ),
    "not-squared": changed(ADAGRAD, ("grads[key] ** 2", "np.abs(grads[key])")),
    "root-missing": changed(ADAGRAD, (ROOT, "(self.h[key] + 1e-7)")),
    "bias-not-corrected": _adam((M_HAT, "m"), (V_HAT, "v")),
    "bias-corrected-twice": _adam(
        (
            "self.t += 1\n",
            "self.t += 1\n"
            "        lr = self.lr * np.sqrt(1 - self.beta2**self.t)\n"
            "        lr /= 1 - self.beta1**self.t\n",
        ),
        ("-= self.lr * m_hat", "-= lr * m_hat"),
    ),
    "bias-of-next-step": _adam(("None, None, 0", "None, None, 1")),
    "bias-of-step-before": _adam(
        ("        self.t += 1\n", ""),
        ("+ 1e-8)\n", "+ 1e-8)\n        self.t += 1\n"),
    ),
    "bias-of-first-step": _adam(
        ("None, None, 0", "None, None, 1"), ("        self.t += 1\n", "")
    ),
    "bias-counted-by-parameters": _adam(
        ("        self.t += 1\n", ""),
        (
            "            g = grads[key]\n",
            "            self.t += 1\n            g = grads[key]\n",
        ),
    ),
    "bias-of-m-alone": _adam((V_HAT, "v")),
    "bias-of-v-alone": _adam((M_HAT, "m")),
    "bias-corrected-state": _adam(
        (f"            {KEPT}\n", ""),
        (
            f"v_hat = {V_HAT}\n",
            f"v_hat = {V_HAT}\n            self.m[key], self.v[key] = m_hat, v_hat\n",
        ),
    ),
    "rate-ignored": changed(SGD, (STEP, "params[key] -= 0.01 * grads[key]")),
    "rate-another": changed(SGD, (STEP, f"{STEP} / len(params)")),
    "setting-ignored": _momentum((VELOCITY, VELOCITY.replace("self.momentum", "0.9"))),
    "parameters-rebound": changed(
        LISTED,
        (
            "params[i] -= self.lr * grads[i]",
            "params[i] = params[i] - self.lr * grads[i]",
        ),
    ),
    "gradients-changed": changed(
        SGD, (STEP, "grads[key] *= self.lr\n            params[key] -= grads[key]")
    ),
    "state-shared": _momentum(
        ("class Momentum:\n", "class Momentum:\n    v = {}\n\n"),
        ("self.momentum, self.v = lr, momentum, None", "self.momentum = lr, momentum"),
        (f"        if self.v is None:\n            self.v = {ZEROS}\n", ""),
        ("* self.v[key] -", "* self.v.get(key, 0) -"),
    ),
    "epsilon-missing": changed(ADAGRAD, (ROOT, "np.sqrt(self.h[key])")),
    "epsilon-too-large": changed(ADAGRAD, (ROOT, "(np.sqrt(self.h[key]) + 1e7)")),
    "clip-ratio-turned": changed(
        CLIPPING, ("self.max_norm / norm", "norm / self.max_norm")
    ),
    "clip-always": changed(
        CLIPPING,
        (
            "ratio = 1.0\n"
            "        if norm > self.max_norm:\n"
            "            ratio = self.max_norm / norm\n",
            "ratio = self.max_norm / norm\n",
        ),
    ),
    "clip-comparison-turned": changed(
        CLIPPING, ("norm > self.max_norm", "norm < self.max_norm")
    ),
}
"""By the ids of the defects, each of which has one."""
