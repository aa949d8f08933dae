"""Build an optimizer, have it update parameters, and write down all that it does.

A trial: {"name": of the class, "make": {parameter: value}, "seed": …, "steps": […]}.
The first step, {"do": "begin", "method": a manner, "arguments": the parameters}, hands
it the parameters; each other one, {"do": "update", "arguments": the gradients}, has it
update them once. What came of each is a dictionary, never an exception.
"""

import copy
import dis
import inspect
import types
import warnings
from typing import Any, Dict, Iterator, List, Optional

import numpy as np

from .calls import Noise, numbers, printing_into
from .trial import Made, _line, _names, _parameters, _tried, handed, helpers, seed

MAX_CONSTANTS = 40
METHODS = ("update", "update_one")


def is_optimizer(thing: Any) -> bool:
    """Whether a class, or an object, updates parameters: by ``update(params, grads)``.

    Or by DeZero's ``update_one(param)``. What goes forward and back is none.
    """
    if hasattr(thing, "forward") and hasattr(thing, "backward"):
        return False
    one = getattr(thing, "update_one", None)
    if _own(one):
        return True
    update = getattr(thing, "update", None)
    return _own(update) and takes_gradients(update)


def takes_gradients(update: Any) -> bool:
    """Whether it takes two, the second of which is by its name a gradient."""
    found = _parameters(update)
    required = [name for name, needed, _ in found if needed]
    return len(required) == 2 and required[1].lower()[:1] in ("g", "d")


def _own(method: Any) -> bool:
    """Whether it is a function that makes use of what it is given."""
    code = getattr(method, "__code__", None)
    return code is not None and any(
        step.opname.startswith("LOAD_FAST") for step in dis.get_instructions(code)
    )


def described(name: str, thing: Any) -> Dict[str, Any]:
    """What a class or an object says of itself.

    Of an object ``make`` are its numbers: they can be set.
    """
    cls: Any = thing if inspect.isclass(thing) else type(thing)
    methods = [cls.__dict__.get(m) or getattr(cls, m, None) for m in METHODS]
    pairs: List[Any] = list(zip(METHODS, methods))  # noqa: B905 - Python 3.8
    codes = [(name, f.__code__) for name, f in pairs if _own(f)]
    made = inspect.isclass(thing)
    return {
        "name": name,
        "kind": cls.__name__,
        "file": codes[0][1].co_filename if codes else "",
        "line": _line(cls),
        "lines": {method: code.co_firstlineno for method, code in codes},
        "make": _parameters(cls.__init__) if made else _own_numbers(thing),
        "forward": [],
        "backward": [],
        "methods": [n for n in dir(cls) if not n.startswith("_")][:100],
        "helpers": helpers(cls),
        "instance": not made,
        "given": [],
        "role": "optimizer",
        "constants": constants(cls)[:MAX_CONSTANTS],
    }


def _own_numbers(thing: Any) -> List[List[Any]]:
    return [
        [name, False, repr(value)]
        for name, value in vars(thing).items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


def constants(cls: Any) -> List[float]:
    """The numbers that stand in its methods, and in globals that these name."""
    found: Dict[float, None] = {}
    for base in getattr(cls, "__mro__", ())[:-1]:
        for value in vars(base).values():
            if _is_number(value):
                found[float(value)] = None
            if inspect.isfunction(value):
                for number in value.__defaults__ or ():
                    if _is_number(number):
                        found[float(number)] = None
                _of_code(value.__code__, found)
                for name in _names(value.__code__):
                    known: Any = value.__globals__.get(name)
                    if _is_number(known):
                        found[float(known)] = None
    return list(found)


def _of_code(code: types.CodeType, found: Dict[float, None]) -> None:
    for constant in code.co_consts:
        if _is_number(constant):
            found[float(constant)] = None
        elif isinstance(constant, types.CodeType):
            _of_code(constant, found)


def _is_number(value: Any) -> bool:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return plain and abs(value) < 1e300


def maker(thing: Any) -> Made:
    """Makes a class's optimizers; an object is copied, and its numbers are set."""
    if inspect.isclass(thing):
        whole = _completed(thing)
        return lambda given: whole(**given)

    def made(given: Dict[str, Any]) -> Any:
        optimizer = thing() if inspect.isfunction(thing) else copy.deepcopy(thing)
        for name, value in given.items():
            setattr(optimizer, name, value)
        return optimizer

    return made


class Setup:
    """What DeZero's optimizers are derived from, where it is missing."""

    target: Any = None

    def __init__(self) -> None:
        pass

    def setup(self, target: Any) -> Any:
        """Remember what has the parameters."""
        self.target = target
        return self

    def update(self) -> None:
        """Update each parameter that has a gradient."""
        one = vars(type(self)).get("update_one") or type(self).update_one  # type: ignore[attr-defined]
        for parameter in self.target.params():
            if parameter.grad is not None:
                one(self, parameter)


def _completed(cls: Any) -> Any:
    """The class, with what it should have been derived from if that is missing."""
    if not hasattr(cls, "update_one") or hasattr(cls, "setup"):
        return cls
    return type(cls.__name__, (cls, Setup), {"__module__": cls.__module__})


class Held:
    """An array and its gradient, as DeZero's parameters have them."""

    def __init__(self, data: Any, name: Optional[str] = None) -> None:
        self.data = data
        self.name = name
        self.grad: Any = None

    @property
    def shape(self) -> Any:
        """The array's."""
        return self.data.shape

    @property
    def dtype(self) -> Any:
        """The array's."""
        return self.data.dtype


class ParameterOwner:
    """What has parameters, as DeZero's models and layers have."""

    def __init__(self, parameters: List[Any]) -> None:
        self.parameters = parameters

    def params(self) -> Iterator[Any]:
        """One after the other."""
        return iter(self.parameters)


def perform(
    trial: Dict[str, Any], made: Made, variable: Any = None
) -> List[Dict[str, Any]]:
    """What came of each step, and before these of making the optimizer."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with printing_into(Noise()):
            return list(_moments(trial, made, variable))


def _moments(
    trial: Dict[str, Any], made: Made, variable: Any
) -> Iterator[Dict[str, Any]]:
    seed(trial["seed"])
    optimizer, moment = _tried(lambda: made(dict(trial["make"])))
    yield moment
    if moment["outcome"] != "returned":
        return
    run: Any = None
    for step in trial["steps"]:
        if step["do"] == "begin":
            arrays = [handed(a) for a in step["arguments"]]
            run = MANNERS[step["method"]](optimizer, arrays, variable)
            moment = {"outcome": "returned"}
        else:
            moment = run.updated([handed(g) for g in step["arguments"]])
        yield dict(moment, **run.state())
        if moment["outcome"] != "returned":
            return


class _UpdateRun:
    """An optimizer on its way, and the parameters that it was given."""

    def __init__(self, optimizer: Any, arrays: List[Any], variable: Any) -> None:
        self.optimizer = optimizer
        self.first = arrays
        self.variable = variable
        self.begin()

    def begin(self) -> None:
        """Hand it the parameters."""

    def update(self, gradients: List[Any]) -> None:
        """Have it update them."""

    def arrays(self) -> List[Any]:
        """The parameters as they are now."""
        raise NotImplementedError

    def updated(self, gradients: List[Any]) -> Dict[str, Any]:
        """What came of one update."""
        self.given = gradients
        before = [handed(g) for g in gradients]
        _, moment = _tried(lambda: self.update(gradients))
        moment["changed"] = [
            not np.array_equal(a, b)
            for a, b in zip(self.gradients(), before)  # noqa: B905 - Python 3.8
        ]
        return moment

    def gradients(self) -> List[Any]:
        """The gradients as they are now."""
        return self.given

    def state(self) -> Dict[str, Any]:
        """The parameters, and which are still the arrays that were given."""
        now = self.arrays()
        return {
            "params": [numbers(a) for a in now],
            "kept": [a is b for a, b in zip(now, self.first)],  # noqa: B905
        }


class _DictionaryRun(_UpdateRun):
    """``update(params, grads)`` with dictionaries, as the first volume has them."""

    def begin(self) -> None:
        kinds = ["W" if np.ndim(a) > 1 else "b" for a in self.first]
        self.names = [k + str(kinds[: n + 1].count(k)) for n, k in enumerate(kinds)]
        self.params = dict(zip(self.names, self.first))  # noqa: B905

    def update(self, gradients: List[Any]) -> None:
        self.grads = dict(zip(self.names, gradients))  # noqa: B905
        self.optimizer.update(self.params, self.grads)

    def gradients(self) -> List[Any]:
        return [self.grads.get(name) for name in self.names]

    def arrays(self) -> List[Any]:
        return [self.params.get(name) for name in self.names]


class _ListsRun(_UpdateRun):
    """``update(params, grads)`` with lists, as the second volume has them."""

    def begin(self) -> None:
        self.params = list(self.first)

    def update(self, gradients: List[Any]) -> None:
        self.grads = list(gradients)
        self.optimizer.update(self.params, self.grads)

    def gradients(self) -> List[Any]:
        return self._handed(self.grads)

    def arrays(self) -> List[Any]:
        return self._handed(self.params)

    def _handed(self, now: List[Any]) -> List[Any]:
        """What is in the places of what was handed: ``None`` where the list ends."""
        count = len(self.first)
        return (now + [None] * count)[:count]


class _Parameters(_UpdateRun):
    """``setup(target)``, ``update()``, ``update_one(param)``: DeZero's."""

    def begin(self) -> None:
        wrap = self.variable or Held
        self.params = [wrap(array) for array in self.first]
        self.optimizer.setup(ParameterOwner(self.params))

    def update(self, gradients: List[Any]) -> None:
        wrap = self.variable or Held
        for parameter, gradient in zip(self.params, gradients):  # noqa: B905
            parameter.grad = wrap(gradient)
        self.optimizer.update()

    def gradients(self) -> List[Any]:
        grads = [p.grad for p in self.params]
        return [getattr(g, "data", g) for g in grads]

    def arrays(self) -> List[Any]:
        return [p.data for p in self.params]


class _One(_Parameters):
    """``update_one(param)`` alone, where ``update`` is of another manner."""

    def begin(self) -> None:
        self.params = [(self.variable or Held)(array) for array in self.first]

    def update(self, gradients: List[Any]) -> None:
        for parameter, gradient in zip(self.params, gradients):  # noqa: B905
            parameter.grad = (self.variable or Held)(gradient)
            self.optimizer.update_one(parameter)


MANNERS = {
    "dictionary": _DictionaryRun,
    "lists": _ListsRun,
    "setup": _Parameters,
    "one": _One,
}
"""How an optimizer is given parameters and gradients."""
