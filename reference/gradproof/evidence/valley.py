"""The paths of optimizers over the book's valley, x²/20 + y², from (−7, 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradproof.evidence.update_rules import FORMS, Numbers, RuleVariant
from gradproof.ports.trials import Description, LayerPort, Step, Trial

Array = np.ndarray[Any, Any]

START = np.array([-7.0, 2.0])
STEPS = 30

RATES: Mapping[str | None, float] = {
    "sgd": 0.95,
    "momentum": 0.1,
    "nesterov": 0.1,
    "adagrad": 1.5,
    "rmsprop": 0.3,
    "adam": 0.3,
}
"""The rates of the book's script, and for the two that it leaves out their like's."""


def slope(place: Array) -> Array:
    """The gradient of the valley."""
    found: Array = place * np.array([0.1, 2.0])
    return found


def right(form: RuleVariant, numbers: Numbers) -> Array:
    """Where a right rule leads: the start and the place after each step, (N + 1, 2)."""
    place, memory = START, ()
    places = [place]
    with np.errstate(all="ignore"):
        for _ in range(STEPS):
            place, *memory = form.move(place, slope(place), *memory, **numbers)  # type: ignore[assignment] # of any length
            places.append(place)
    return np.array(places)


def walked(
    port: LayerPort, said: Description, make: Mapping[str, Any], manner: str
) -> Array:
    """Where an optimizer leads, as far as it goes: each step is taken anew.

    A trial is given its gradients beforehand, so the places are found one by one.
    """
    places, slopes = [START], [slope(START)]
    for _ in range(STEPS):
        steps = [Step("update", (gradient,)) for gradient in slopes]
        trial = Trial(said.name, make, (Step("begin", (START,), manner), *steps))
        moments = port.run([trial])[0]
        last = moments[-1]
        if last.outcome != "returned" or len(moments) != len(steps) + 2:
            break
        now = last.params[0]
        if now is None or now.shape != START.shape:
            break
        places.append(np.asarray(now, float))
        slopes.append(slope(places[-1]))
    return np.array(places)


def published(rule: str) -> Array:
    """The path of a rule in its first form, with the usual numbers."""
    usual = {"momentum": 0.9, "decay": 0.99, "beta1": 0.9, "beta2": 0.999}
    form = next(form for form in FORMS if form.rule == rule)
    numbers = {role: usual.get(role, 1e-7) for role in form.roles}
    return right(form, {"rate": RATES[rule], **numbers})
