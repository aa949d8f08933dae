"""Make ``routine(f, x)`` of what is there, and note what had to be assumed."""

import functools
import inspect
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from .calls import Noise, numbers, printing_into
from .loader import Notes, RoutineError
from .stand_ins import SELF, StandIns

NAMES_OF_F = {"f", "fn", "fun", "func", "function", "loss", "loss_func", "cost"}
NAMES_OF_X = {"x", "X", "x0", "xs", "w", "W", "p", "point", "params", "theta", "init_x"}
NAMES_OF_H = {"h", "eps", "epsilon", "delta", "dx", "step", "step_size"}
STEP = 1e-4

OWN_NAMES = {
    "lr": {"lr", "learning_rate", "rate", "alpha", "eta", "gamma"},
    "step_num": {
        *("step_num", "steps", "num_steps", "n_steps", "iterations", "num_iterations"),
        *("n_iterations", "iters", "num_iters", "n_iters", "n_iter", "max_iter"),
        *("epochs", "num_epochs", "n_epochs"),
    },
}
"""What descents call the rate and the number of steps, by the book's names."""

DESCENT = {"lr": 0.01, "step_num": 1}
"""Handed to a descent that needs them, where a probe does not say."""


def adapt(found: Any) -> Tuple[Callable[..., Any], Notes]:
    """A routine that is called with (f, x), and by the book's names; and the notes.

    Raises RoutineError for what takes other arguments, or is no gradient but looks
    like the f of one.
    """
    required, places = _parameters(found)
    if required is None:
        return found, []
    if inspect.isfunction(found) and places[0:1] == [SELF]:
        stand_ins = StandIns()
        method = functools.partial(found, stand_ins.of(SELF))
        adapted, noted = adapt(stand_ins.guarded(method))
        return adapted, [["without-self", {}], *noted]
    given: Dict[str, float] = {n: STEP for n in required[2:] if n in NAMES_OF_H}
    notes: Notes = [["step-given", {"name": name, "step": STEP}] for name in given]
    own = _own_names(found)
    given.update({own[n]: DESCENT[n] for n in own if own[n] in required[2:]})
    more = [name for name in required[2:] if name not in given]
    if len(places) < 2:
        point = [np.array([1.5, 2.5])]
        raise RoutineError(
            "objective" if _gives_number(found, point) else "needs-f-and-x"
        )
    if more:
        raise RoutineError("needs-more", names=", ".join(more))
    x_first = _x_first(found, places[:2], given)
    if x_first:
        notes.append(["x-first", {}])
    elif not given and all(name == own[name] for name in own):
        return found, notes

    def routine(f: Any, x: Any, **keywords: Any) -> Any:
        named = {own.get(name, name): value for name, value in keywords.items()}
        return found(*((x, f) if x_first else (f, x)), **dict(given, **named))

    return routine, notes


def _own_names(found: Any) -> Dict[str, str]:
    """The names of the rate and the number of steps, by the book's."""
    names = list(inspect.signature(found).parameters)[2:]
    return {
        book: name for book, own in OWN_NAMES.items() for name in names if name in own
    }


def _parameters(found: Any) -> Tuple[Optional[List[str]], List[str]]:
    """Names of the required parameters, and of those that may be given by position.

    ``*arguments`` stand for as many as one likes, without a name.
    """
    try:
        parameters = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):  # some builtins do not tell
        return None, []
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
    return required, [p.name for p in places] + ["", ""] * many


def _x_first(found: Any, names: List[str], given: Dict[str, float]) -> bool:
    """Whether x comes before f: by f's name, else by trying, else by x's name."""
    if names[0] in NAMES_OF_F or names[1] in NAMES_OF_F:
        return names[0] not in NAMES_OF_F
    for x in ([1.0, 2.0], [[1.0, 2.0], [3.0, 5.0]]):
        for order in ("fx", "xf"):
            if _calls_f(found, given, order, np.array(x)):
                return order == "xf"
    if not given and _gives_number(found, [1.5, 2.5]):
        raise RoutineError("objective")
    return names[0] in NAMES_OF_X and names[1] not in NAMES_OF_X


def _calls_f(found: Any, given: Dict[str, float], order: str, x: np.ndarray) -> bool:
    called = []

    def f(*arguments: Any) -> float:
        called.append(arguments)
        return 1.0

    _tried(found, [f, x] if order == "fx" else [x, f], given)
    return bool(called)


def _gives_number(found: Any, arguments: List[Any]) -> bool:
    """Whether it gives a number for a point, or for two numbers."""
    value = numbers(_tried(found, arguments, {}))
    return value is not None and value.ndim == 0


def _tried(found: Any, arguments: List[Any], given: Dict[str, float]) -> Any:
    """What comes of a call; None if it fails, whatever way it does."""
    try:
        with printing_into(Noise()), warnings.catch_warnings(), np.errstate():
            warnings.simplefilter("ignore")
            return found(*arguments, **given)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None
