"""Weight decay beside a rule: in the forms that are published, and against their sign.

Added to the gradient it is the derivative of λ/2·x², or of λ·x² (Krogh and Hertz,
NeurIPS 1991); apart from the step it is x − η·λ·x, or x − λ·x (Loshchilov and Hutter,
Decoupled Weight Decay Regularization, ICLR 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradproof.evidence.update_rules import Move, role_of

NUMBER = "weight_decay"
"""What its number is called among those of a rule."""


@dataclass(frozen=True)
class Decay:
    """So many times λ·x, ``inside`` the gradient, or ``apart``, with the rate or not.

    ``times`` is negative where it drives weights away from 0.
    """

    place: str
    times: float

    @property
    def right(self) -> bool:
        """Whether it draws towards 0."""
        return self.times > 0


FORMS = tuple(
    Decay(place, times)
    for times in (1.0, 2.0, -1.0, -2.0)
    for place in ("inside", "apart", "after", "apart-without-rate")
)


def is_one(parameter: str) -> bool:
    """Whether a parameter of that name sets it."""
    return role_of(parameter) == "none"


def moved(rule: Move, decay: Decay) -> Move:
    """A rule with weight decay beside it."""

    def move(x: Any, dx: Any, *memory: Any, weight_decay: Any, **numbers: Any) -> Any:
        pull = decay.times * weight_decay
        if decay.place == "inside":
            return rule(x, dx + pull * x, *memory, **numbers)
        new, *rest = rule(x, dx, *memory, **numbers)
        if decay.place == "after":
            return new - numbers["rate"] * pull * new, *rest
        rate = 1.0 if decay.place == "apart-without-rate" else numbers["rate"]
        return new - rate * pull * x, *rest

    return move
