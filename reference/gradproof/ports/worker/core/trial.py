"""Build a layer, run it forward and back, and write down all that it does.

A trial: {"name": of the class, "make": {parameter: value}, "seed": …, "steps": […]}.
A step: {"do": "forward" | "backward" | "call" | "slopes", "arguments": […], …}.
What came of each is a dictionary, never an exception.
"""

import ast
import copy
import functools
import inspect
import linecache
import random
import textwrap
import traceback
import types
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from . import stand_ins
from .calls import Noise, StopError, kind, numbers, printing_into, text
from .logarithm import guard_taken
from .printable import clean
from .stand_ins import is_stand_in
from .user_files import users_files

MAX_ATTRIBUTES = 60
MAX_PARTS = 20
"""Of a result that is a tuple, or of a list of parameters."""

Made = Callable[[Dict[str, Any]], Any]
"""Gives a layer for what its parameters are."""


def perform(trial: Dict[str, Any], made: Made, variable: Any) -> List[Dict[str, Any]]:
    """What came of each step, and before these of making the layer.

    ``variable`` is the class that wraps the arrays of a DeZero function, or None.
    """
    noise = Noise()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with printing_into(noise):
            return list(_moments(trial, made, variable))


def _moments(
    trial: Dict[str, Any], made: Made, variable: Any
) -> Iterator[Dict[str, Any]]:
    given = {name: handed(value) for name, value in trial["make"].items()}
    seed(trial["seed"])
    layer, moment = _tried(lambda: made(given))
    run = _TrialRun(layer, variable, trial, made)
    yield dict(moment, **run.state())
    if moment["outcome"] != "returned":
        return
    for step in trial["steps"]:
        yield run.step(step)


def handed(value: Any) -> Any:
    """A copy of an array, so that what the layer does to it is seen."""
    return np.array(value) if isinstance(value, np.ndarray) else value


def seed(number: int) -> None:
    """Both generators of random numbers that layers use."""
    random.seed(number)
    np.random.seed(number)  # noqa: NPY002 - the one that layers use


class _TrialRun:
    """A layer that has been made, on its way through the steps."""

    def __init__(
        self, layer: Any, variable: Any, trial: Dict[str, Any], made: Made
    ) -> None:
        self.layer = layer
        self.variable = variable
        self.trial = trial
        self.made = made
        self.first_grads = list(_list(layer, "grads"))

    def step(self, step: Dict[str, Any]) -> Dict[str, Any]:
        if step["do"] == "slopes":
            value, moment = _tried(lambda: self._slopes(step))
            return dict(moment, value=[value])
        arguments = [handed(value) for value in step["arguments"]]
        before = [handed(value) for value in arguments]
        if step["do"] == "forward":
            seed(self.trial["seed"])
        result, moment = _tried(lambda: self._called(step, arguments))
        moment["value"] = [_numbers(part) for part in parts(result)]
        moment["none"] = result is None
        moment["changed"] = [
            isinstance(a, np.ndarray) and not np.array_equal(a, b)
            for a, b in zip(arguments, before)  # noqa: B905 - Python 3.8
        ]
        return dict(moment, **self.state())

    def _called(self, step: Dict[str, Any], arguments: List[Any]) -> Any:
        if self.variable is not None:
            if step["do"] == "forward":
                return self._applied(arguments)
            return _back_in_variables(self.layer, arguments, self.variable)
        method = step.get("method") or step["do"]
        return getattr(self.layer, method)(*arguments)

    def _applied(self, arguments: List[Any]) -> Any:
        """A DeZero function's outputs; it holds on to them weakly, and we strongly."""
        self.outputs = self.layer(
            *[self.variable(a) if isinstance(a, np.ndarray) else a for a in arguments]
        )
        return tuple(_data(part) for part in parts(self.outputs))

    def _slopes(self, step: Dict[str, Any]) -> Any:
        """Central differences of <c, forward>, a row for each step's length.

        ``of`` is a parameter's name or the number of an argument.
        """
        of, arguments = step["of"], step["arguments"]
        base = self.trial["make"][of] if isinstance(of, str) else arguments[of]

        def weighed(array: np.ndarray) -> float:
            make, feeds = dict(self.trial["make"]), list(arguments)
            if isinstance(of, str):
                make[of] = array
            else:
                feeds[of] = array
            seed(self.trial["seed"])
            made = self.made({name: handed(value) for name, value in make.items()})
            run = _TrialRun(made, self.variable, self.trial, self.made)
            seed(self.trial["seed"])
            ahead = {"do": "forward", "arguments": feeds}
            with guard_taken(step.get("guard", 0.0)):
                value = parts(run._called(ahead, [handed(f) for f in feeds]))
            pairs = zip(step["cotangents"], value)  # noqa: B905 - Python 3.8
            return float(sum(np.sum(c * np.asarray(v)) for c, v in pairs))

        rows = []
        for h in step["lengths"]:
            row = []
            for entry in range(base.size):
                ends = []
                for sign in (1, -1):
                    moved = np.array(base, float)
                    moved.reshape(-1)[entry] += sign * h
                    ends.append((weighed(moved), moved.reshape(-1)[entry]))
                (ahead, right), (behind, left) = ends
                row.append((ahead - behind) / (right - left))
            rows.append(row)
        return np.array(rows)

    def state(self) -> Dict[str, Any]:
        """All arrays of the layer: its attributes, and its lists."""
        grads = _list(self.layer, "grads")
        return {
            "attributes": _attributes(self.layer),
            "params": [_numbers(p) for p in _list(self.layer, "params")],
            "grads": [_numbers(g) for g in grads],
            "kept": [
                number < len(self.first_grads) and g is self.first_grads[number]
                for number, g in enumerate(grads)
            ],
        }


def _back_in_variables(function: Any, arguments: List[Any], variable: Any) -> Any:
    """The gradients of a DeZero function."""
    arguments = [np.asarray(a) for a in arguments]
    try:
        result = function.backward(*map(variable, arguments))
        found = tuple(_data(part) for part in parts(result))
        if all(p is None or _numbers(p) is not None for p in found):
            return found
    except Exception:
        # The first steps' backward takes arrays.
        found = ()
    return tuple(_data(part) for part in parts(function.backward(*arguments)))


def _data(part: Any) -> Any:
    """The array that a variable holds; a stand-in would have data without end."""
    held = (np.ndarray, np.generic)
    while not (isinstance(part, held) or is_stand_in(part)) and hasattr(part, "data"):
        part = part.data
    return part


def parts(result: Any) -> Sequence[Any]:
    """The arrays of a result: of a tuple or a list each one, else it alone."""
    if isinstance(result, (tuple, list)) and any(
        isinstance(r, (np.ndarray, tuple)) or hasattr(r, "data") for r in result
    ):
        flat: List[Any] = []
        for part in result[:MAX_PARTS]:
            flat.extend(parts(part) if isinstance(part, tuple) else [part])
        return flat
    return [result]


def _tried(do: Callable[[], Any]) -> "Tuple[Any, Dict[str, Any]]":
    """What came of it; where a stand-in had a part in that, what is missing."""
    before, missing = stand_ins.uses(), []  # type: List[int], List[str]
    result = None
    try:
        result, moment = do(), {"outcome": "returned"}
    except (StopError, KeyboardInterrupt):
        raise
    except BaseException as error:
        moment = _raised(error)
        missing = stand_ins.met(error) or stand_ins.not_imported(error)
    missing = stand_ins.used_since(before) or missing
    if missing:
        return None, {"outcome": "missing", "text": clean(", ".join(missing))}
    return result, moment


def _raised(error: BaseException) -> Dict[str, Any]:
    return {
        "outcome": "exited" if isinstance(error, SystemExit) else "raised",
        "kind": kind(error),
        "text": text(error),
        "place": place(error),
    }


def place(error: BaseException) -> Optional[List[Any]]:
    """File and line of the user's code that an exception came from."""
    is_users = users_files([])
    steps = [s for s in traceback.extract_tb(error.__traceback__) if is_users(s[0])]
    return [steps[-1][0], steps[-1][1] or 0] if steps else None


def _numbers(thing: Any) -> Optional[np.ndarray]:
    return None if thing is None else numbers(_data(thing))


def _list(layer: Any, name: str) -> List[Any]:
    found = getattr(layer, name, None)
    return list(found[:MAX_PARTS]) if isinstance(found, (list, tuple)) else []


def _attributes(layer: Any) -> Dict[str, Any]:
    """Its arrays by name; those of a dictionary as "grads.W"."""
    found: Dict[str, Any] = {}
    for name, value in owned(layer).items():
        inner = value.items() if isinstance(value, dict) else [(None, value)]
        for key, thing in inner:
            full = clean(name if key is None else "{}.{}".format(name, key), 80)
            simple = isinstance(thing, (np.ndarray, np.number, int, float))
            array = numbers(thing) if simple else None
            if array is not None and len(found) < MAX_ATTRIBUTES:
                found[full] = array
    return found


def owned(thing: Any) -> Dict[str, Any]:
    """What an object has of its own, by name: in its dictionary, or in slots."""
    found = dict(getattr(thing, "__dict__", {}))
    for base in type(thing).__mro__:
        slots = vars(base).get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if name != "__dict__" and hasattr(thing, name):
                found.setdefault(name, getattr(thing, name))
    return found


# classes and what is said of them


def maker(cls: Any) -> Made:
    """Makes a class's layers; an object is copied, and a function makes one.

    What else is given is put into the arrays that the layer then has: "W", "params[0]",
    "params.W".
    """
    known = set(_making(cls)) if inspect.isclass(cls) else set()

    def made(given: Dict[str, Any]) -> Any:
        if inspect.isclass(cls):
            layer = cls(**{n: _plain(v) for n, v in given.items() if n in known})
        else:
            layer = instance(cls)[0] if inspect.isfunction(cls) else copy.deepcopy(cls)
        for name, value in given.items():
            if name not in known:
                _put(layer, name, value)
        return layer

    return made


def _making(cls: Any) -> List[str]:
    """The names of what a class is made of."""
    return [name for name, _, _ in _parameters(cls.__init__)]


def _plain(value: Any) -> Any:
    """An array without axes as the number that it is."""
    alone = isinstance(value, np.ndarray) and value.ndim == 0
    return value.item() if alone else value


def _put(layer: Any, name: str, value: Any) -> None:
    """Write into the array that a layer has by that name, or put a number there."""
    place, key = _place(layer, name)
    there = owned(layer)[key] if place is layer else place[key]
    if isinstance(there, np.ndarray):
        there[...] = value
    elif place is layer:
        setattr(layer, key, _plain(value))
    else:
        place[key] = _plain(value)


def _place(layer: Any, name: str) -> "Tuple[Any, Any]":
    """The list or the dictionary in which a layer has something, and where in it.

    It is the layer itself that has attributes.
    """
    owner, _, number = name.partition("[")
    if number:
        return getattr(layer, owner), int(number[:-1])
    owner, _, key = name.partition(".")
    return (getattr(layer, owner), key) if key else (layer, owner)


def instance(factory: Any) -> "Tuple[Any, List[Any]]":
    """The layer that a function makes, and what forward is given, if it says so."""
    found = factory()
    if isinstance(found, tuple):
        return found[0], list(found[1:])
    return found, []


def described(name: str, cls: Any) -> Dict[str, Any]:
    """What a class or an object says of itself: its place, and its parameters' names.

    ``helpers`` are the user's functions that it calls: name, file and line.
    """
    inputs: List[Any] = []
    if inspect.isfunction(cls):
        cls, inputs = instance(cls)
    owner: Any = cls if inspect.isclass(cls) else type(cls)
    methods = {
        method: inspect.unwrap(getattr(owner, method))
        for method in ("forward", "backward")
        if hasattr(owner, method)
    }
    own = getattr(owner, "OF", None)
    code: Any = getattr(own or methods["forward"], "__code__", None)
    return {
        "name": name,
        "kind": owner.__name__,
        "file": code.co_filename if code else "",
        "line": _line(owner) if own is None else code.co_firstlineno,
        "lines": {
            name: method.__code__.co_firstlineno
            for name, method in methods.items()
            if hasattr(method, "__code__")
        },
        "make": _parameters(owner.__init__) if inspect.isclass(cls) else [],
        "forward": _parameters(owner.forward, owner),
        "backward": (
            _parameters(owner.backward, owner) if "backward" in methods else []
        ),
        "alone": getattr(owner, "ALONE", ""),
        "methods": [n for n in dir(owner) if not n.startswith("_")][:100],
        "helpers": helpers(owner),
        "instance": not inspect.isclass(cls),
        "given": inputs,
    }


def _line(owner: Any) -> int:
    """The line on which a class begins, its decorators too; 0 if it is not there."""
    try:
        file = inspect.getsourcefile(owner) or ""
    except (TypeError, OSError):
        # A class of a notebook's cell has no file; its methods name the cell.
        codes = (getattr(each, "__code__", None) for each in vars(owner).values())
        file = next((code.co_filename for code in codes if code is not None), "")
    return _class_lines("".join(linecache.getlines(file))).get(owner.__qualname__, 0)


@functools.lru_cache(maxsize=16)
def _class_lines(source: str) -> Dict[str, int]:
    """The first lines of a text's classes, by their full names: the last of each."""
    try:
        return dict(_classes(ast.parse(source), ""))
    except (SyntaxError, ValueError):
        return {}


def _classes(node: ast.AST, owner: str) -> "Iterator[Tuple[str, int]]":
    for child in ast.iter_child_nodes(node):
        inner = owner
        if isinstance(child, ast.ClassDef):
            first = [child.lineno] + [d.lineno for d in child.decorator_list]
            yield owner + child.name, min(first)
            inner = owner + child.name + "."
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = owner + child.name + ".<locals>."
        if not isinstance(child, ast.expr):
            for found in _classes(child, inner):
                yield found


PLAIN = "PLAIN"
"""What a class has that is made of plain functions: these take no self."""


def _parameters(function: Any, owner: Any = None) -> List[List[Any]]:
    """[name, whether it is required, default as text] of each but self.

    What a class gives is given its object first, whatever the name of that is, but for
    static methods of the ``owner`` and plain functions.
    """
    if function is object.__init__:
        return []
    name = getattr(function, "__name__", "")
    static = isinstance(inspect.getattr_static(owner, name, None), staticmethod)
    first = inspect.isfunction(function) and not static and not hasattr(owner, PLAIN)
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if any(p.kind is p.VAR_POSITIONAL for p in found):
        return [["*", False, ""]]
    skip = 1 if first else 0
    return [
        [p.name, p.default is p.empty, "" if p.default is p.empty else repr(p.default)]
        for p in named[skip:]
    ]


def helpers(owner: Any) -> List[List[Any]]:
    """Name, file and line of each of the functions that are `called`."""
    return [
        [name, function.__code__.co_filename, _store(function)]
        for name, function in called(owner).items()
    ]


def called(owner: Any) -> Dict[str, Any]:
    """The user's functions that the class's methods call, with theirs, by name."""
    methods = [inspect.unwrap(m) for m in vars(owner).values() if inspect.isfunction(m)]
    return called_by(methods)


def called_by(functions: Sequence[Any]) -> Dict[str, Any]:
    """Return the user's functions that some functions call, with theirs, by name."""
    is_users = users_files([])
    found: Dict[str, Any] = {}
    todo = list(functions)
    while todo and len(found) < 50:
        for name in _names(todo[0].__code__):
            function = todo[0].__globals__.get(name)
            if not inspect.isfunction(function) or name in found:
                continue
            if is_users(function.__code__.co_filename):
                found[name] = function
                todo.append(function)
        todo.pop(0)
    return found


def _store(function: Any) -> int:
    """The line on which a function stores into an array in a loop; else its first."""
    first: int = function.__code__.co_firstlineno
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, ValueError):
        return first
    lines = [
        node.lineno
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For)
        for node in ast.walk(loop)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
    ]
    return first + max(lines) - 1 if lines else first


def _names(code: types.CodeType) -> List[str]:
    found = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += _names(constant)
    return found
