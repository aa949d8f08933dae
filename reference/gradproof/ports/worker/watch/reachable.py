"""Functions that are no arguments of a call, and that it may ask all the same.

A global, one of an outer function, or an attribute of the object itself.
"""

import functools
import types
from typing import Any, FrozenSet, Iterator

import numpy as np

from .arguments import INSTANCE
from .call_record import unwrapped

WITHIN = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
"""Names of frames that are a part of the function around them."""


def codes_asked(frame: types.FrameType) -> FrozenSet[int]:
    """Code, by its id, of the functions that are no arguments and may be asked."""
    found = [code_of(value) for value in within_reach(frame)]
    return frozenset(id(code) for code in found if code is not None)


def within_reach(frame: types.FrameType) -> Iterator[Any]:
    """The functions that are no arguments and a function has names for."""
    code, local = frame.f_code, frame.f_locals
    for name in code.co_freevars:
        yield unwrapped(local.get(name))
    first = code.co_varnames[0] if code.co_argcount else None
    own = local.get(first) if first in INSTANCE else None
    for name in _used(code):
        yield unwrapped(frame.f_globals.get(name))
        yield unwrapped(_attribute(own, name))


def _used(code: types.CodeType) -> Iterator[str]:
    """The names of globals and attributes, also within its comprehensions."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, types.CodeType) and each.co_name in WITHIN:
            yield from _used(each)


def _attribute(own: Any, name: str) -> Any:
    """An attribute that can be had without running any code of the user's."""
    held = getattr(own, "__dict__", {})
    if name in held:
        return held[name]
    classes = own.__mro__ if isinstance(own, type) else type(own).__mro__
    found = next((c.__dict__[name] for c in classes if name in c.__dict__), None)
    if isinstance(found, (staticmethod, classmethod, types.FunctionType)):
        return getattr(own, name)
    return None


def code_of(f: Any) -> Any:
    """The code of a function, a method, a partial or an object that is called."""
    while isinstance(f, functools.partial):
        f = f.func
    f = getattr(f, "__func__", f)
    if isinstance(f, types.FunctionType):
        return f.__code__
    if isinstance(f, (type, types.ModuleType, types.BuiltinFunctionType, np.ndarray)):
        return None
    of_class = getattr(type(f), "__call__", None)  # noqa: B004 - not whether, but what
    return getattr(of_class, "__code__", None)
