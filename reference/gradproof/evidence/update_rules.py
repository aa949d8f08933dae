"""The rules that optimizers follow, in every form in which they are published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof import optimizers as kit
from gradproof.ports.worker.core.rule_names import plain

Array = np.ndarray[Any, Any]
Numbers = Mapping[str, Any]
"""What a rule is followed with, by role: "rate", "momentum", "epsilon" and so on."""

Move = Callable[..., tuple[Any, ...]]
"""One step: (x, dx, *memory, **numbers) gives the next x, and what to remember."""


@dataclass(frozen=True)
class RuleVariant:
    """A form of a rule: where ε stands, how the rate is folded in; ``text`` says it.

    ``roles`` are those of its numbers beside the rate.
    """

    id: str
    rule: str
    text: str
    move: Move
    roles: tuple[str, ...] = ()


def _placed(rule: Move, place: str) -> Move:
    """A rule with its ε where it is put by ``place``."""

    def move(x: Any, dx: Any, *memory: Any, epsilon: Any, **held: Any) -> Any:
        return rule(x, dx, *memory, **{"epsilon": 0, **held, place: epsilon})

    return move


def _averaged(x: Any, dx: Any, *memory: Any, rate: Any, momentum: Any) -> Any:
    return kit.momentum(x, dx, *memory, rate=rate * (1 - momentum), momentum=momentum)


ADAM = "x − η·m̂ / {root}, m ← β₁·m + (1 − β₁)·dx, v ← β₂·v + (1 − β₂)·dx²"
ADAGRAD = "x − η·dx / {root}, h ← h + dx²"
RMSPROP = "x − η·dx / {root}, h ← ρ·h + (1 − ρ)·dx²"
BETAS = ("beta1", "beta2", "epsilon")


def _adam(id: str, place: str, root: str) -> RuleVariant:
    return RuleVariant(
        id, "adam", ADAM.format(root=root), _placed(kit.adam, place), BETAS
    )


FORMS: tuple[RuleVariant, ...] = (
    RuleVariant("sgd", "sgd", "x − η·dx", kit.sgd),
    RuleVariant(
        "momentum",
        "momentum",
        "x + v, v ← μ·v − η·dx",
        kit.momentum,
        ("momentum",),
    ),
    RuleVariant(
        "momentum-averaged",
        "momentum",
        "x − η·v, v ← μ·v + (1 − μ)·dx",
        _averaged,
        ("momentum",),
    ),
    RuleVariant(
        "nesterov",
        "nesterov",
        "x + μ·v − η·dx, v ← μ·v − η·dx",
        kit.nesterov,
        ("momentum",),
    ),
    RuleVariant(
        "adagrad",
        "adagrad",
        ADAGRAD.format(root="(√h + ε)"),
        _placed(kit.adagrad, "epsilon"),
        ("epsilon",),
    ),
    RuleVariant(
        "adagrad-inside",
        "adagrad",
        ADAGRAD.format(root="√(h + ε)"),
        _placed(kit.adagrad, "inside"),
        ("epsilon",),
    ),
    RuleVariant(
        "rmsprop",
        "rmsprop",
        RMSPROP.format(root="(√h + ε)"),
        _placed(kit.rmsprop, "epsilon"),
        ("decay", "epsilon"),
    ),
    RuleVariant(
        "rmsprop-inside",
        "rmsprop",
        RMSPROP.format(root="√(h + ε)"),
        _placed(kit.rmsprop, "inside"),
        ("decay", "epsilon"),
    ),
    _adam("adam", "epsilon", "(√v̂ + ε)"),
    _adam("adam-hat", "epsilon_hat", "(√v̂ + ε̂/√(1 − β₂ᵗ))"),
    _adam("adam-inside", "inside", "√(v̂ + ε)"),
    _adam("adam-inside-hat", "inside_hat", "√((v + ε)/(1 − β₂ᵗ))"),
)
"""Every form that is right; of a rule the first is the one that the kit begins with."""

MOVES: Mapping[str, Move] = {form.id: form.move for form in FORMS}
"""One step of each form."""

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "rate": ("lr", "learningrate", "eta", "rate", "stepsize", "learnrate", "eps0"),
    "momentum": ("momentum", "mu", "mom", "m"),
    "decay": ("decayrate", "decay", "rho", "decayfactor"),
    "beta1": ("beta1", "b1", "rho1"),
    "beta2": ("beta2", "b2", "rho2"),
    "epsilon": ("epsilon", "eps", "e", "delta"),
    "factor": ("beta", "gamma", "alpha"),
    "limit": (
        *("maxnorm", "maxgrad", "maxgradnorm", "gradclip", "clipgrad", "clipnorm"),
        *("clip", "clipvalue", "clipping", "clippingthreshold", "clipthreshold"),
        *("gradthreshold", "maxgradient"),
    ),
    "none": ("weightdecay", "weightdecayrate", "wd", "l2", "lambda", "lambd"),
}
"""What their parameters are called, by role; a "factor" is any but the rate."""

VALUES: Mapping[str, tuple[float, float]] = {
    "rate": (0.03, 0.07),
    "momentum": (0.8, 0.6),
    "decay": (0.7, 0.6),
    "beta1": (0.85, 0.65),
    "beta2": (0.95, 0.92),
    "epsilon": (1e-6, 1e-5),
    "factor": (0.75, 0.55),
    "limit": (1e9, 1e9),
    "none": (0.0, 0.0),
}
"""What they are given; the second where the first is what they have by default.

So large a limit cuts nothing.
"""

USUAL: Mapping[str, tuple[float, ...]] = {
    "momentum": (0.9,),
    "decay": (0.99, 0.9),
    "beta1": (0.9,),
    "beta2": (0.999,),
    "epsilon": (1e-7, 1e-8, 1e-10, 1e-6, 1e-5, 2.0**-52, 2.0**-23, 0.0),
}
"""What is followed where it is neither given nor found in the code."""


def role_of(parameter: str) -> str | None:
    """What a parameter of that name is there for."""
    for role, names in PARAMETERS.items():
        if plain(parameter) in names:
            return role
    return None


def walk(
    move: Move, numbers: Numbers, starts: Sequence[Any], slopes: Sequence[Sequence[Any]]
) -> Iterator[list[Any]]:
    """Where the parameters are after each step, each with a memory of its own."""
    now = list(starts)
    memories: list[tuple[Any, ...]] = [()] * len(now)
    for step in slopes:
        for i, dx in enumerate(step):
            now[i], *memory = move(now[i], dx, *memories[i], **numbers)
            memories[i] = tuple(memory)
        yield list(now)
