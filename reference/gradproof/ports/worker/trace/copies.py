"""A copy of f for traced numbers; f, and all that it refers to, is left as it is.

In the copy `float` leaves a traced number alone, arrays that NumPy makes can hold it,
and the user's functions, objects and modules that f refers to are copies likewise.
"""

import abc
import contextlib
import functools
import math
import types
from typing import Any, Callable, Dict, List, Set

import numpy as np

from .arrays import Numbers
from .number import MATH, Tracer, _either

MAX_ITEMS = 1000
"""Of a list whose items are looked at."""

_LRU = type(functools.lru_cache()(lambda: None))


class _OfFloats(type):
    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, (float, Tracer))


class Float(float, metaclass=_OfFloats):
    """`float`, and NumPy's, for which a traced number is one."""

    dtype = np.dtype(float)  # what NumPy takes it for where a type is given

    def __new__(cls, value: Any = 0.0) -> Any:
        """A traced number as it is, any other as a float."""
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(-1)[0]
        return value if isinstance(value, Tracer) else float(value)


def _array(values: Any, *rest: Any, **named: Any) -> Any:
    if isinstance(values, np.ndarray) and values.dtype != object:
        return np.array(values, *rest, **named)
    probe = np.array(values, dtype=object)
    if not any(isinstance(v, Tracer) for v in probe.ravel()[:MAX_ITEMS]):
        return np.array(values, *rest, **named)
    dtype = rest[0] if rest else named.get("dtype")
    if dtype is not None and np.dtype(dtype) not in (np.dtype(float), np.dtype(object)):
        return probe.view(Numbers).astype(dtype)
    least = named.get("ndmin", 0)
    return np.array(probe, ndmin=least).view(Numbers)


def _filled(name: str, value: float) -> Callable[..., Any]:
    """An array of floats, as one of objects; of other types, as it is."""

    def fill(shape: Any, dtype: Any = None, *rest: Any, **named: Any) -> Any:
        if np.dtype(dtype or float) != np.dtype(float):
            return getattr(np, name)(shape, dtype, *rest, **named)
        array = np.empty(shape, object)
        array[...] = value
        return array.view(Numbers)

    return fill


def _full(shape: Any, value: Any, dtype: Any = None, **named: Any) -> Any:
    return _filled("zeros", value)(shape, dtype, **named)


def _vectorize(function: Any, *_: Any, **__: Any) -> Callable[..., Any]:
    def over(*values: Any) -> Any:
        count = len(values)
        found = np.frompyfunc(function, count, 1)(*map(np.asarray, values))
        return found.view(Numbers) if isinstance(found, np.ndarray) else found

    return over


NUMPY: Dict[str, Any] = {
    "array": _array,
    "asarray": _array,
    "asanyarray": _array,
    "asarray_chkfinite": _array,
    "ascontiguousarray": _array,
    "asfarray": _array,
    "double": Float,
    "empty": _filled("zeros", 0.0),
    "float64": Float,
    "float_": Float,
    "full": _full,
    "ones": _filled("ones", 1.0),
    "vectorize": _vectorize,
    "zeros": _filled("zeros", 0.0),
}


class _Module:
    """A module, with some of its names other than they are."""

    def __init__(self, module: Any, shim: Callable[[str, Any], Any]) -> None:
        self.__dict__.update(_module=module, _shim=shim)

    def __getattr__(self, name: str) -> Any:
        return self._shim(name, getattr(self._module, name))


_numpy = _Module(np, lambda name, found: NUMPY.get(name, found))


class Copies:
    """The copies of one question: one of each thing."""

    def __init__(self, is_users: Callable[[str], bool]) -> None:
        self.is_users = is_users
        self.known: Dict[int, Any] = {}
        self.spaces: Dict[int, Dict[str, Any]] = {}
        self.kept: List[Any] = []
        for name, shim in NUMPY.items():
            self._put(getattr(np, name, None), shim)
        for name, shim in MATH.items():
            if hasattr(math, name):
                self._put(getattr(math, name), _either(getattr(math, name), shim))
        self._put(np, _numpy)
        self._put(float, Float)

    def of(self, thing: Any) -> Any:
        """The copy of anything; itself where there is nothing to be copied."""
        if id(thing) in self.known:
            return self.known[id(thing)]
        copy = self._copier(thing)
        if copy is None:
            return thing
        try:
            return copy(thing)
        except Exception:  # a class that is not to be derived from, and the like
            self._put(thing, thing)
            return thing

    def _put(self, thing: Any, copy: Any) -> Any:
        if thing is not None:
            # An id is that of one thing only as long as the thing is there.
            self.kept.append(thing)
            self.known[id(thing)] = copy
        return copy

    def _copier(self, thing: Any) -> Any:
        kind = type(thing)
        simple = {
            types.FunctionType: self._function,
            types.MethodType: self._method,
            types.ModuleType: self._module,
            functools.partial: self._partial,
            np.vectorize: lambda v: self._put(v, _vectorize(self.of(v.pyfunc))),
            _LRU: lambda f: self._put(f, self.of(f.__wrapped__)),
            list: self._list,
            tuple: self._list,
            dict: self._dict,
        }
        if kind in simple:
            return simple[kind]
        if isinstance(thing, type):
            return self._class if self._of_users(thing) and _is_quiet(thing) else None
        return self._object if self._of_users(kind) else None

    def _of_users(self, kind: type) -> bool:
        """Whether a class has methods that are the user's."""
        return any(
            isinstance(f, types.FunctionType) and self.is_users(f.__code__.co_filename)
            for base in kind.__mro__
            for f in vars(base).values()
        )

    def _function(self, f: Any) -> Any:
        if not self.is_users(f.__code__.co_filename):
            return f
        original = f.__globals__
        space = self.spaces.get(id(original))
        if space is None:
            space = self.spaces[id(original)] = dict(original)
            space.setdefault("float", Float)
            self.kept.append(original)
        cells = [_cell() for _ in f.__closure__ or ()]
        copy = types.FunctionType(
            f.__code__, space, f.__name__, f.__defaults__, tuple(c[0] for c in cells)
        )
        copy.__dict__.update(f.__dict__)
        self._put(f, copy)
        for name in names(f.__code__):
            if name in original and space[name] is original[name]:
                space[name] = self.of(original[name])
        free = f.__code__.co_freevars
        for name, cell, (_, fill) in zip(free, f.__closure__ or (), cells):  # noqa: B905
            with contextlib.suppress(ValueError):  # an empty one
                held = cell.cell_contents
                fill(held if name == "__class__" else self.of(held))
        if f.__defaults__:
            copy.__defaults__ = tuple(map(self.of, f.__defaults__))
        if f.__kwdefaults__:
            copy.__kwdefaults__ = {k: self.of(v) for k, v in f.__kwdefaults__.items()}
        return copy

    def _method(self, method: Any) -> Any:
        return types.MethodType(self.of(method.__func__), self.of(method.__self__))

    def _module(self, module: Any) -> Any:
        if not self.is_users(getattr(module, "__file__", None) or "<none>"):
            return module
        return self._put(module, _Module(module, lambda name, found: self.of(found)))

    def _partial(self, partial: Any) -> Any:
        arguments = map(self.of, partial.args)
        named = {k: self.of(v) for k, v in partial.keywords.items()}
        return functools.partial(self.of(partial.func), *arguments, **named)

    def _list(self, items: Any) -> Any:
        if len(items) > MAX_ITEMS:
            return items
        return type(items)(map(self.of, items))

    def _dict(self, items: Any) -> Any:
        if len(items) > MAX_ITEMS:
            return items
        return {key: self.of(value) for key, value in items.items()}

    def _class(self, kind: Any) -> Any:
        """A class derived from the user's, with its methods copied."""
        made = self._put(kind, type(kind)(kind.__name__, (kind,), {}))
        for base in reversed(kind.__mro__):
            for name, found in vars(base).items():
                own = found
                while isinstance(own, (staticmethod, classmethod)):
                    own = own.__func__
                if isinstance(found, property):
                    parts = found.fget, found.fset, found.fdel
                    setattr(made, name, property(*map(self.of, parts)))
                elif isinstance(own, types.FunctionType):
                    copy = self.of(own)
                    wrap = type(found) if found is not own else (lambda f: f)
                    setattr(made, name, wrap(copy))
        return made

    def _object(self, thing: Any) -> Any:
        kind = self.of(type(thing))
        if kind is type(thing):
            return thing
        copy = self._put(thing, object.__new__(kind))
        for name, held in vars(thing).items():
            object.__setattr__(copy, name, self.of(held))
        return copy


def _is_quiet(kind: type) -> bool:
    """Whether nothing of the user's takes note of a class that is derived from it."""
    asked = any("__init_subclass__" in vars(base) for base in kind.__mro__[:-1])
    return type(kind) in (type, abc.ABCMeta) and not asked


def _cell() -> Any:
    """A cell, and what fills it."""
    held: Any = None

    def get() -> Any:
        return held

    def fill(value: Any) -> None:
        nonlocal held
        held = value

    return get.__closure__[0], fill  # type: ignore[index]


def names(code: types.CodeType) -> Set[str]:
    """The names that a function's code refers to, and the code within it."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= names(constant)
    return found
