"""English: the uses of layers and optimizers that hide a defect or show it."""

from __future__ import annotations

USES = {
    "usual": "the usual use, several samples",
    "one-sample": "a single sample",
    "ones": "an upstream gradient of ones",
    "twice": "two calls, each with other data",
    "square-weights": "square weights",
    "symmetric-weights": "symmetric weights",
    "positive": "positive inputs alone",
    "another-slope": "another slope than the default",
    "square-input": "as many samples as columns",
    "large": "inputs of a size of 500",
    "sure-miss": "a true class of probability 0",
    "ratio-half": "a ratio of 0.5",
    "at-test": "a call at test, after training",
    "gamma-one": "γ = 1, as it begins",
    "ids-apart": "ids of which none comes twice",
    "one-pixel": "filters of one pixel",
    "stride-one": "a stride of 1",
    "no-pad": "no padding",
    "square-window": "square windows",
    "side-by-side": "windows that do not overlap",
    "one-step": "sequences of one step",
    "stateful": "two stretches of a sequence, made with stateful",
    "after-reset": "a call after reset_state",
    "spread": "a row that is added to several",
    "updates": "several updates",
    "one-update": "the first update alone",
    "one-parameter": "a single parameter",
    "defaults": "the default numbers",
    "momentum-half": "a momentum of 0.5",
    "second-optimizer": "a second optimizer of the class",
    "still": "an entry whose gradient stays 0",
    "decay-half": "a decay of 0.5",
    "betas-half": "β₁ = β₂ = 0.5",
    "below-limit": "small gradients",
    "above-limit": "gradients beyond the limit",
}

MESSAGES = {f"use.{id}": text for id, text in USES.items()} | {
    "use-and": "; ",
    "explain.hidden-with": "All that it gives is right, so that it stays hidden, with: {uses}.",
    "explain.shown-with": "It shows with: {uses}.",
    "explain.never-hidden": "Whatever was tried shows it: {uses}.",
}
