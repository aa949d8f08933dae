"""The defects of optimizers, in English: title, explanation, remedy."""

from __future__ import annotations

TOLD: dict[str, tuple[str, str, str]] = {
    "update-uphill": (
        "it goes uphill",
        "The gradient points to where the loss grows; the step is added where it is to be subtracted, so the loss grows at every update.",
        "Subtract the step, or let the velocity have the minus: v = momentum * v - lr * grad.",
    ),
    "update-once": (
        "parameters are updated at the first call alone",
        "The update stands in the branch that makes the state, `if self.v is None:`, so that from the second call on nothing is done.",
        "Move the update out of the branch: one level of indentation less.",
    ),
    "update-of-first-parameter": (
        "the first parameter alone is updated",
        "The loop over the parameters ends after its first round: a return or a break stands inside of it.",
        "Move the return out of the loop, or leave it away.",
    ),
    "state-not-kept": (
        "what it remembers is not kept",
        "Velocity or squares begin at 0 at every call, so nothing of earlier gradients is left: momentum becomes plain descent, AdaGrad takes steps of one size.",
        "Make the state once, in `if self.v is None:`, and store what was worked out: self.v[key] = …",
    ),
    "state-of-first-call": (
        "what it remembers is that of the first call",
        "The state is filled at the first call and never written again: every later update works out a new one and forgets it.",
        "Store the new state at every update.",
    ),
    "velocity-of-first-call": (
        "it moves by the velocity of the first call",
        "The velocity is worked out at the first call alone, and added at every later one: later gradients have no effect.",
        "Work the velocity out at every update: v = momentum * v - lr * grad.",
    ),
    "state-of-first-parameter": (
        "what it remembers is that of the first parameter",
        "The first parameter's state is kept, that of the others is made anew at each call: the branch that makes it looks at one key, or stores one.",
        "Keep a state for each key or number, and make all of them at once.",
    ),
    "nesterov-old-form": (
        "Nesterov's rule in the book's old form",
        "The velocity is renewed before it is used in x + μ²·v − (1 + μ)·η·dx, which is meant for the velocity before the step. So the gradient counts (1 + μ + μ²) times. The book's code had it until 2021, and volume 2's code still has.",
        "Use v before it is renewed, or x + μ·v − η·dx with the new one.",
    ),
    "nesterov-without-look-ahead": (
        "Nesterov's rule without its look ahead",
        "x moves by the velocity alone: that is plain momentum.",
        "Move by μ·v − η·dx with the new velocity v.",
    ),
    "velocity-late": (
        "the velocity is renewed after it was used",
        "x moves by the velocity of the step before; each gradient takes effect one update late, and the first update does nothing.",
        "Renew the velocity first, then add it.",
    ),
    "step-added-twice": (
        "the gradient's step is added twice",
        "The velocity holds −η·dx already, and −η·dx is added once more.",
        "Add the velocity alone.",
    ),
    "rate-twice": (
        "the rate is applied twice",
        "The velocity takes η·dx, and is multiplied by η once more when it is added: steps are η times as long.",
        "Let η stand in one of the two places.",
    ),
    "velocity-reversed": (
        "the velocity is remembered with the other sign",
        "Each step takes the velocity before it with the wrong sign: momentum brakes where it should carry on.",
        "Use one sign convention: v = μ·v − η·dx and x + v, or v = μ·v + η·dx and x − v.",
    ),
    "decay-swapped": (
        "decay and its complement are swapped",
        "h takes (1 − ρ) of what it was and ρ of the new square: it forgets at once what it should keep.",
        "h = ρ·h + (1 − ρ)·dx².",
    ),
    "momentum-swapped": (
        "momentum and its complement are swapped",
        "The velocity keeps 1 − μ of what it was, and not μ.",
        "v = μ·v − η·dx.",
    ),
    "beta-complements": (
        "β and 1 − β are swapped",
        "m and v take 1 − β of what they were and β of what is new.",
        "m = β₁·m + (1 − β₁)·dx, v = β₂·v + (1 − β₂)·dx².",
    ),
    "betas-swapped": (
        "β₁ and β₂ are swapped",
        "The average of the gradients fades with β₂, that of their squares with β₁.",
        "β₁ belongs to m, β₂ to v.",
    ),
    "squares-summed": (
        "the squares do not fade",
        "h only grows, as AdaGrad's does: the factor ρ is missing, and steps get ever shorter.",
        "h = ρ·h + (1 − ρ)·dx².",
    ),
    "squares-unweighted": (
        "the new square is not weighed",
        "The factor 1 − ρ is missing: h is 1/(1 − ρ) times too large, and steps are too short.",
        "h = ρ·h + (1 − ρ)·dx².",
    ),
    "squares-late": (
        "the square is added after it was used",
        "The first step divides by √0 + ε and is huge; each later one lacks its own square.",
        "Add the square first, then divide.",
    ),
    "not-squared": (
        "gradients are not squared",
        "h sums up |dx|, and not dx².",
        "h += dx * dx.",
    ),
    "root-missing": (
        "the root is missing",
        "The step is divided by the squares themselves: it gets the longer the smaller the gradient is.",
        "Divide by np.sqrt(h) + ε.",
    ),
    "bias-not-corrected": (
        "the bias is not corrected",
        "m and v begin at 0 and are too small at first; without 1 − βᵗ the first steps have another length than the rate.",
        "Divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ, or the rate by both as the book does.",
    ),
    "bias-corrected-twice": (
        "the bias is corrected twice",
        "m̂ and v̂ are used, and the rate is corrected as well.",
        "Correct one or the other.",
    ),
    "bias-of-next-step": (
        "the bias is corrected for the next step",
        "t is one too large: the first update must have t = 1.",
        "Begin with 0, and add 1 before it is used, once an update.",
    ),
    "bias-of-step-before": (
        "the bias is corrected for step 0",
        "t is 0 at the first update: 1 − β⁰ = 0, and a division by it leaves no number.",
        "Add 1 to t before it is used.",
    ),
    "bias-of-first-step": (
        "the bias is always corrected for the first step",
        "t stays 1: m is divided by 1 − β₁ for ever, and steps are ten times too long in the end.",
        "Add 1 to t at every update.",
    ),
    "bias-counted-by-parameters": (
        "steps are counted at every parameter",
        "t grows with each parameter, and not with each update: the correction fades too soon, and differs between parameters.",
        "Add 1 to t before the loop over the parameters.",
    ),
    "bias-of-m-alone": (
        "only m is corrected",
        "v is used as it is, too small at first: the first steps are too long.",
        "Divide v by 1 − β₂ᵗ as well.",
    ),
    "bias-of-v-alone": (
        "only v is corrected",
        "m is used as it is, too small at first: the first steps are too short.",
        "Divide m by 1 − β₁ᵗ as well.",
    ),
    "bias-corrected-state": (
        "the corrected averages are kept",
        "m̂ and v̂ are stored in place of m and v, and are corrected again at the next step.",
        "Keep m and v; let m̂ and v̂ have names of their own.",
    ),
    "rate-ignored": (
        "the rate is ignored",
        "Whatever rate it is given, it takes one of its own.",
        "Store the rate, self.lr = lr, and use it in update.",
    ),
    "rate-another": (
        "it takes another rate than the given one",
        "All steps are those of the rule, but for one factor.",
        "Look for what multiplies the rate or the gradient.",
    ),
    "epsilon-too-large": (
        "ε is much too large",
        "ε is there to keep from dividing by 0; one of this size takes the place of the root, and steps are far too short. 1e7 is written where 1e-7 is meant.",
        "1e-7 or 1e-8.",
    ),
    "epsilon-missing": (
        "ε is missing",
        "Without ε an entry whose gradient has always been 0 is divided by 0: 0/0 is no number.",
        "Add ε: np.sqrt(h) + 1e-7.",
    ),
    "clip-ratio-turned": (
        "the ratio that cuts gradients is turned round",
        "A gradient whose norm is above the limit is to be multiplied by limit / norm, which is less than 1. With norm / limit large gradients are made larger still, or small ones smaller.",
        "rate = max_norm / (norm + 1e-6), and multiply if rate < 1.",
    ),
    "clip-always": (
        "gradients are brought to the limit, whatever their size",
        "Only gradients above the limit are to be cut. If all of them are multiplied by limit / norm, small ones near the minimum are blown up to the limit, and training never settles.",
        "Multiply only where norm > max_norm: rate = min(1, max_norm / norm).",
    ),
    "clip-comparison-turned": (
        "small gradients are enlarged, and large ones are left",
        "The comparison is the wrong way round: what is below the limit is multiplied by limit / norm, what is above it stays as it is.",
        "Multiply where norm > max_norm.",
    ),
    "parameters-rebound": (
        "parameters are put in anew, and not changed in place",
        "params[i] = params[i] - … makes a new array. The layers hold on to the old one, so they do not learn.",
        "params[i] -= …, or params[i][...] = ….",
    ),
    "gradients-changed": (
        "the gradients are changed",
        "The update writes into the gradients: who logs, clips or adds to them later has others than were worked out.",
        "Work with a new array: step = lr * grads[key].",
    ),
    "state-shared": (
        "optimizers share their state",
        "The state belongs to the class or to a default argument, and not to the object: a second optimizer goes on with that of the first.",
        "Make the state in __init__: self.v = None.",
    ),
    "setting-ignored": (
        "a number that it is given is ignored",
        "Another number stands in the code, and the one that it was given is not used.",
        "Use what __init__ has stored.",
    ),
}

MESSAGES = {
    f"defect.{id}.{part}": text
    for id, texts in TOLD.items()
    for part, text in zip(("title", "explanation", "remedy"), texts, strict=True)
}
