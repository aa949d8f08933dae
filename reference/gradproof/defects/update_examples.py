"""The smallest code that has a defect, for each defect of an optimizer."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "update-uphill": "params[key] += self.lr * grads[key]",
    "update-once": """\
if self.v is None:
    self.v = {key: np.zeros_like(p) for key, p in params.items()}
    for key in params:
        self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
        params[key] += self.v[key]""",
    "update-of-first-parameter": """\
for key in params:
    params[key] -= self.lr * grads[key]
    return params""",
    "state-not-kept": """\
for key in params:
    v = np.zeros_like(params[key])
    v = self.momentum * v - self.lr * grads[key]
    params[key] += v""",
    "state-of-first-call": """\
for key in params:
    v = self.momentum * self.v[key] - self.lr * grads[key]
    if key not in self.kept:
        self.v[key] = self.kept[key] = v
    params[key] += v""",
    "velocity-of-first-call": """\
if self.v is None:
    self.v = {key: -self.lr * grads[key] for key in params}
for key in params:
    params[key] += self.v[key]""",
    "state-of-first-parameter": """\
if self.v is None:
    self.v = {first: np.zeros_like(params[first])}
for key in params:
    v = self.momentum * self.v.get(key, 0) - self.lr * grads[key]
    if key == first:
        self.v[key] = v
    params[key] += v""",
    "nesterov-old-form": """\
self.v[key] *= self.momentum
self.v[key] -= self.lr * grads[key]
params[key] += self.momentum * self.momentum * self.v[key]
params[key] -= (1 + self.momentum) * self.lr * grads[key]""",
    "nesterov-without-look-ahead": """\
self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
params[key] += self.v[key]""",
    "velocity-late": """\
params[key] += self.v[key]
self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]""",
    "step-added-twice": """\
self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
params[key] += self.v[key] - self.lr * grads[key]""",
    "rate-twice": """\
self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
params[key] += self.lr * self.v[key]""",
    "velocity-reversed": """\
self.v[key] = -self.momentum * self.v[key] - self.lr * grads[key]
params[key] += self.v[key]""",
    "decay-swapped": """\
self.h[key] *= 1 - self.decay_rate
self.h[key] += self.decay_rate * grads[key] ** 2""",
    "momentum-swapped": (
        "self.v[key] = (1 - self.momentum) * self.v[key] - self.lr * grads[key]"
    ),
    "beta-complements": """\
self.m[key] = (1 - self.beta1) * self.m[key] + self.beta1 * grads[key]
self.v[key] = (1 - self.beta2) * self.v[key] + self.beta2 * grads[key] ** 2""",
    "betas-swapped": """\
self.m[key] += (1 - self.beta2) * (grads[key] - self.m[key])
self.v[key] += (1 - self.beta1) * (grads[key] ** 2 - self.v[key])""",
    "squares-summed": "self.h[key] += (1 - self.decay_rate) * grads[key] ** 2",
    "squares-unweighted": """\
self.h[key] *= self.decay_rate
self.h[key] += grads[key] ** 2""",
    "squares-late": """\
params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e-7)
self.h[key] += grads[key] ** 2""",
    "not-squared": "self.h[key] += np.abs(grads[key])",
    "root-missing": "params[key] -= self.lr * grads[key] / (self.h[key] + 1e-7)",
    "bias-not-corrected": (
        "params[key] -= self.lr * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)"
    ),
    "bias-corrected-twice": """\
lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
m_hat = self.m[key] / (1 - self.beta1**self.t)
v_hat = self.v[key] / (1 - self.beta2**self.t)
params[key] -= lr_t * m_hat / (np.sqrt(v_hat) + 1e-7)""",
    "bias-of-next-step": """\
self.t = 1  # in __init__
…
self.t += 1  # in update, before it is used""",
    "bias-of-step-before": """\
self.t = 0  # in __init__
…
m_hat = self.m[key] / (1 - self.beta1**self.t)  # in update
…
self.t += 1  # after it is used""",
    "bias-of-first-step": """\
self.t = 1  # in __init__, and nowhere else
m_hat = self.m[key] / (1 - self.beta1**self.t)""",
    "bias-counted-by-parameters": """\
for key in params:
    self.t += 1
    …""",
    "bias-of-m-alone": """\
m_hat = self.m[key] / (1 - self.beta1**self.t)
params[key] -= self.lr * m_hat / (np.sqrt(self.v[key]) + 1e-7)""",
    "bias-of-v-alone": """\
v_hat = self.v[key] / (1 - self.beta2**self.t)
params[key] -= self.lr * self.m[key] / (np.sqrt(v_hat) + 1e-7)""",
    "bias-corrected-state": """\
self.m[key] = self.beta1 * self.m[key] + (1 - self.beta1) * grads[key]
self.m[key] = self.m[key] / (1 - self.beta1**self.t)""",
    "rate-ignored": "params[key] -= 0.01 * grads[key]",
    "rate-another": "params[key] -= self.lr * grads[key] / len(params)",
    "epsilon-too-large": (
        "params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key]) + 1e7)"
    ),
    "epsilon-missing": "params[key] -= self.lr * grads[key] / np.sqrt(self.h[key])",
    "clip-ratio-turned": """\
rate = norm / self.max_norm  # where self.max_norm / norm is due
if norm > self.max_norm:
    grad = grad * rate""",
    "clip-always": "grad = grad * self.max_norm / (norm + 1e-6)  # whatever norm is",
    "clip-comparison-turned": """\
if norm < self.max_norm:  # where norm > self.max_norm is due
    grad = grad * self.max_norm / norm""",
    "parameters-rebound": "params[i] = params[i] - self.lr * grads[i]",
    "gradients-changed": """\
grads[key] *= self.lr
params[key] -= grads[key]""",
    "state-shared": """\
class Momentum:
    v = {}  # of the class, not of the object""",
    "setting-ignored": (
        "self.v[key] = 0.5 * self.v[key] - self.lr * grads[key]"
        "  # where self.momentum is due"
    ),
}
