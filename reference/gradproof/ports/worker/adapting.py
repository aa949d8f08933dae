"""Make ``routine(f, x)`` of what is there, and note what had to be assumed."""

import contextlib
import inspect
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from .calling import numbers
from .loading import LoadFailure, Notes

NAMES_OF_F = {"f", "fn", "fun", "func", "function", "loss", "loss_func", "cost"}
NAMES_OF_X = {"x", "X", "x0", "xs", "w", "W", "p", "point", "params", "theta", "init_x"}
NAMES_OF_H = {"h", "eps", "epsilon", "delta", "dx", "step", "step_size"}
STEP = 1e-4


def adapt(found: Any) -> Tuple[Callable[..., Any], Notes]:
    """A routine that is called with (f, x), and the notes.

    Raises LoadFailure for what takes other arguments, or is no gradient but looks
    like the f of one.
    """
    required, positional = _parameters(found)
    if required is None:
        return found, []
    given = {name: STEP for name in required[2:] if name in NAMES_OF_H}
    more = [name for name in required[2:] if name not in NAMES_OF_H]
    if positional < 2:
        raise _too_few(found)
    if more:
        raise LoadFailure("needs-more", names=", ".join(more))
    notes: Notes = [["step-given", {"name": name, "step": STEP}] for name in given]
    if _is_objective(found, 2) and len(required) == 2:
        raise LoadFailure("objective")
    if _swapped(found, given):
        notes.append(["x-first", {}])
        return (lambda f, x: found(x, f, **given)), notes
    return ((lambda f, x: found(f, x, **given)) if given else found), notes


def _parameters(found: Any) -> Tuple[Optional[List[str]], int]:
    """Names of the required parameters, and how many may be given by position."""
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):  # some builtins do not tell
        return None, 0
    by_position = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    )
    places = [p for p in parameters if p.kind in by_position]
    required = [p.name for p in places if p.default is p.empty]
    required += [
        p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty
    ]
    many = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return required, 2 if many else len(places)


def _too_few(found: Any) -> LoadFailure:
    if _is_objective(found, 1):
        return LoadFailure("objective")
    return LoadFailure("needs-f-and-x")


def _is_objective(found: Any, count: int) -> bool:
    """Whether it gives a number for a point, or for two numbers."""
    arguments: List[Any] = [np.array([1.5, 2.5])] if count == 1 else [1.5, 2.5]
    try:
        value = numbers(found(*arguments))
    except Exception:
        return False
    return value is not None and value.ndim == 0


def _swapped(found: Any, given: Dict[str, float]) -> bool:
    """Whether x comes first: by the parameters' names, else by trying."""
    names = list(inspect.signature(found).parameters)[:2]
    if len(names) == 2 and not _varied(found):
        if names[0] in NAMES_OF_F or names[1] in NAMES_OF_X:
            return False
        if names[0] in NAMES_OF_X or names[1] in NAMES_OF_F:
            return True
    return not _works(found, given, 0) and _works(found, given, 1)


def _varied(found: Any) -> bool:
    kinds = [p.kind for p in inspect.signature(found).parameters.values()]
    return inspect.Parameter.VAR_POSITIONAL in kinds


def _works(found: Any, given: Dict[str, float], place_of_f: int) -> bool:
    """Whether f is called when it stands in that place."""
    called = []

    def f(*arguments: Any) -> float:
        called.append(arguments)
        return 1.0

    arguments: List[Any] = [np.array([1.0, 2.0])]
    arguments.insert(place_of_f, f)
    with contextlib.suppress(Exception):
        found(*arguments, **given)
    return bool(called)
