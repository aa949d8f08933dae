"""What classes that follow an update rule are called, and which of them a script makes.

Scripts name them by a call, ``Adam(lr=0.01)``, or to one that makes them by their name,
``Trainer(network, optimizer='adam')``.
"""

import ast
from typing import Any, Dict, List, Optional, Set, Tuple

from .script_calls import all_calls, name_of

NAMES: Dict[str, Tuple[str, ...]] = {
    "sgd": ("sgd", "gradientdescent", "stochasticgradientdescent"),
    "momentum": ("momentum", "momentumsgd", "sgdmomentum", "sgdwithmomentum"),
    "nesterov": ("nesterov", "nag", "nesterovag", "nesterovmomentum", "nesterovsgd"),
    "adagrad": ("adagrad",),
    "rmsprop": ("rmsprop",),
    "adam": ("adam",),
}
"""By rule, without case and underscores."""


DESCENT = "gradient_descent"
"""The book's function, which is called with f and makes no optimizer."""


def plain(name: str) -> str:
    """A name without case and underscores."""
    return name.lower().replace("_", "")


def climbs(name: str) -> bool:
    """Whether a name says that something is to become as large as it can."""
    return any(part in plain(name) for part in ("ascent", "maximi"))


def named(kind: str) -> Optional[str]:
    """The rule that a class is named for."""
    for rule, names in NAMES.items():
        if plain(kind) in names:
            return rule
    return None


def made(body: List[ast.stmt]) -> Set[str]:
    """The names of rules by which a script, or a function of it, makes optimizers."""
    found = all_calls(body)
    names = {name_of(call) for call in found} - {DESCENT}
    for call in found:
        names |= {
            _text(k.value) for k in call.keywords if k.arg in ("optimizer", "optim")
        }
    return {name for name in names if named(name)}


def _text(node: Any) -> str:
    """The text that a constant is; until Python 3.7 it has a node of its own."""
    value = getattr(node, "value", getattr(node, "s", ""))
    return value if isinstance(value, str) else ""
