"""Functions by themselves, as layers: without a backward, or as another's backward."""

import inspect
import types
from typing import Any, Iterator, Set, Tuple

import numpy as np

from .core.trial import PLAIN

ADJOINTS = {"col2im": "im2col"}
"""Parts of names: the function of the first is the adjoint of that of the second."""


def functions(
    module: types.ModuleType, classes: Set[str]
) -> Iterator[Tuple[str, type]]:
    """The module's own; one that makes a layer of one of the classes is left out."""
    for name, value in list(vars(module).items()):
        own = inspect.isfunction(value) and value.__module__ == module.__name__
        if not own or value.__name__ != name or classes & set(value.__code__.co_names):
            continue
        there = _of_adjoint(module, name)
        yield name, lone(value) if there is None else adjoint(value, there)


def _of_adjoint(module: types.ModuleType, name: str) -> Any:
    """What a function of that name is the adjoint of, if the module has it."""
    for part, other in ADJOINTS.items():
        found = getattr(module, name.replace(part, other), None)
        if part in name and inspect.isfunction(found):
            return found
    return None


def lone(function: Any) -> type:
    """A layer that goes forward alone."""

    class Lone:
        ALONE = "function"

        def forward(self, *xs: Any) -> Any:
            return function(*xs)

    return _as(Lone, function, forward=function)


def adjoint(function: Any, there: Any) -> type:
    """A layer that the function is the backward of: it takes the shape of x."""

    class Adjoint:
        ALONE = "adjoint"

        def forward(self, x: Any, *how: Any) -> Any:
            self.shape, self.how = np.shape(x), how
            return there(x, *how)

        def backward(self, dy: Any) -> Any:
            return function(dy, self.shape, *self.how)

    return _as(Adjoint, function, forward=there, backward=function)


def _as(cls: type, function: Any, **methods: Any) -> type:
    """The class by the function's name; ``methods`` are what its methods stand for."""
    cls.__name__ = cls.__qualname__ = function.__name__
    for name, stood_for in methods.items():
        getattr(cls, name).__wrapped__ = stood_for
    cls.OF = function  # type: ignore[attr-defined]
    setattr(cls, PLAIN, True)
    return cls
