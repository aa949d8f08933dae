"""What the functions are called that layers are made of, by kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradproof.ports.worker.forms.derivative_names import OF_LAYERS

NAMES: Mapping[str, tuple[str, ...]] = {
    "softmax": ("softmax", "softmaxfunction", "softmaxsimple", "stablesoftmax"),
    "sigmoid": ("sigmoid", "sigmoidfunction", "sigmoidsimple"),
    "tanh": ("tanh", "tanhfunction"),
    "relu": ("relu", "relufunction"),
    "identity": ("identity", "identityfunction"),
    "step": ("stepfunction", "step"),
    **{f"{kind}-grad": slopes for kind, slopes in OF_LAYERS.items()},
    "cross-entropy": ("crossentropyerror", "crossentropy"),
    "softmax-with-loss": ("softmaxloss", "softmaxcrossentropy", "softmaxwithloss"),
    "squared-error": (
        *("meansquarederror", "mse", "mseloss", "squarederror"),
        *("sumsquarederror", "sumofsquareserror", "sumofsquarederror"),
    ),
    "im2col": ("im2col", "im2colarray", "im2colindices"),
    "col2im": ("col2im", "col2imarray", "col2imindices"),
}
"""As `plain` writes them."""


def plain(name: str) -> str:
    """A name as names are compared: small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def kind_of(name: str) -> str | None:
    """The kind that a function of that name says it is."""
    key = plain(name)
    return next((kind for kind, names in NAMES.items() if key in names), None)
