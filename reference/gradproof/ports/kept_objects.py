"""What a function can reach, as it was before: objects, dictionaries, lists, arrays."""

from __future__ import annotations

import contextlib
import functools
import operator
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Restore = Callable[[], None]

LEFT_ALONE = (type, types.ModuleType, str, bytes, int, float, complex, type(None))
LIBRARIES = sys.stdlib_module_names - {"builtins", "functools", "__main__"} | {
    *("gradproof", "matplotlib", "mpmath", "scipy", "sympy"),
    *("_pytest", "pluggy", "pytest"),
}


@contextlib.contextmanager
def kept(*functions: Any) -> Iterator[Restore]:
    """Put back, in the end, what the functions can reach and may have changed.

    That is what their names, cells, defaults and objects lead to: attributes, entries
    of dictionaries and lists, numbers in arrays; not what modules and classes hold.
    It may be asked for in between as well, by what the context gives.
    """
    restores = [_restore(found) for found in _reached(list(functions))]

    def restore() -> None:
        for each in restores:
            each()

    try:
        yield restore
    finally:
        restore()


def _reached(waiting: list[Any]) -> Iterator[Any]:
    known: dict[int, Any] = {}  # the objects too: an id is one's own while it lives
    while waiting:
        found = waiting.pop()
        if id(found) not in known and not _left_alone(found):
            known[id(found)] = found
            waiting.extend(_within(found))
            yield found


def _left_alone(found: Any) -> bool:
    """What cannot change, and what belongs to no user."""
    owner = getattr(found, "__module__", None) or type(found).__module__
    return isinstance(found, LEFT_ALONE) or str(owner).partition(".")[0] in LIBRARIES


def _restore(found: Any) -> Restore:
    """How to put one of them back."""
    for kind, keep in KEPT.items():
        if isinstance(found, kind):
            return keep(found)
    return _slots(found)


def _within(found: Any) -> Iterator[Any]:
    """What an object leads to, without running any code of the user's."""
    if isinstance(found, np.ndarray):
        yield from found.ravel() if found.dtype == object else ()
    elif isinstance(found, dict):
        yield from found.values()
    elif isinstance(found, (list, tuple, set, frozenset)):
        yield from found
    elif isinstance(found, types.FunctionType):
        yield from (found.__globals__.get(name) for name in _used(found.__code__))
        yield from found.__closure__ or ()
        yield from found.__defaults__ or ()
        yield from (found.__kwdefaults__ or {}).values()
    elif isinstance(found, types.CellType):
        with contextlib.suppress(ValueError):  # it is empty
            yield found.cell_contents
    elif isinstance(found, types.MethodType):
        yield from (found.__self__, found.__func__)
    else:
        yield from _of_object(found)


def _of_object(found: Any) -> Iterator[Any]:
    """The attributes, the functions of the class, and what a partial holds."""
    own = getattr(found, "__dict__", None)
    if isinstance(own, dict):
        yield own
    for each in type(found).__mro__:
        members = vars(each).values()
        yield from (m for m in members if isinstance(m, types.FunctionType))
        yield from (getattr(found, name, None) for name in _own_slots(each))
    if isinstance(found, functools.partial):
        yield from (found.func, found.args, found.keywords)


def _used(code: types.CodeType) -> Iterator[str]:
    """Names that the code, or a function within it, may look up."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _used(each)


def _array(found: np.ndarray[Any, Any]) -> Restore:
    if not found.flags.writeable:
        return lambda: None
    before = found.copy()

    def restore() -> None:
        if not _same(found, before):
            found[...] = before

    return restore


def _same(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    if a.dtype == object:
        return all(x is y for x, y in zip(a.ravel(), b.ravel(), strict=True))
    return a.tobytes() == b.tobytes()


def _dictionary(found: dict[Any, Any]) -> Restore:
    before = dict(found)

    def restore() -> None:
        alike = [*found] == [*before] and all(found[k] is before[k] for k in before)
        if not alike:
            found.clear()
            found.update(before)

    return restore


def _list(found: list[Any]) -> Restore:
    before = list(found)

    def restore() -> None:
        if len(found) != len(before) or not all(map(operator.is_, found, before)):
            found[:] = before

    return restore


def _cell(found: types.CellType) -> Restore:
    try:
        before = found.cell_contents
    except ValueError:
        return lambda: None
    return lambda: setattr(found, "cell_contents", before)


def _names(function: types.FunctionType) -> Restore:
    """The globals that the function has names for."""
    names, space = set(_used(function.__code__)), function.__globals__
    before = {name: space[name] for name in names if name in space}

    def restore() -> None:
        space.update(before)

    return restore


def _slots(found: Any) -> Restore:
    """The attributes of an object that has no dictionary for them."""
    names = [name for each in type(found).__mro__ for name in _own_slots(each)]
    before = {name: getattr(found, name) for name in names if hasattr(found, name)}

    def restore() -> None:
        for name, value in before.items():
            if getattr(found, name, None) is not value:
                setattr(found, name, value)

    return restore


def _own_slots(each: type) -> list[str]:
    members = vars(each).items()
    return [n for n, m in members if isinstance(m, types.MemberDescriptorType)]


KEPT: dict[type, Callable[[Any], Restore]] = {
    np.ndarray: _array,
    dict: _dictionary,
    list: _list,
    types.FunctionType: _names,
    types.CellType: _cell,
}
