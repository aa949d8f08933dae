"""Build a network, have its loss and the gradient that it claims, and write them down.

A trial: {"name": of the class, "make": {parameter: value}, "at": {parameter: array},
"seed": …, "steps": […]}. A step: {"do": "loss" | "gradient", "arguments": […], …}.
Before each step the parameters are put ``at`` these, a state is reset, and the random
numbers begin anew. What came of each is a dictionary, never an exception; of parameters
it has those that were changed, and for each that is too large a None.
"""

import dis
import inspect
import re
import types
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple

import numpy as np

from .calls import Noise, numbers, printing_into
from .logarithm import guard_taken
from .trial import (
    Made,
    _data,
    _names,
    _parameters,
    _tried,
    called,
    handed,
    helpers,
    parts,
    seed,
)
from .user_files import users_files

SIZE = re.compile(r"(?!kernel|pool|filter|window|batch|sample).*(size|dim|sizes|list)")
ARRAYS = re.compile(r"W\w?|b|gamma|beta|weights?|bias|kernel")
"""Names of what a class is made with: a network is of sizes, a layer of arrays."""

STATES = re.compile(r"[hc](_?prev|_?0|_?t|idden.*)?|(prev_?|state|hidden|cell).*", re.I)
"""Names of what a step of a sequence is given beside its input."""

QUIET = "quiet"
"""The method of a step of which it is enough that it was done."""

MAX_PARAMETERS = 200
SMALL = 1e-3
"""Of a number that is added to keep away from another."""
MAX_USED = 50
"""Classes that a network uses."""


def manner(thing: Any) -> str:
    """How a class, or an object, has its loss and its gradient: "" if it has none.

    "dictionary": ``loss(x, t)`` and ``gradient(x, t)``, as in the first volume;
    "variables": ``params()``, ``cleargrads()`` and variables, as DeZero's models;
    "lists": ``forward(x, t)`` and ``backward()``, as in the second volume.
    """

    def has(*names: str) -> bool:
        return all(callable(getattr(thing, name, None)) for name in names)

    if has("loss", "gradient"):
        return "dictionary"
    if has("params", "cleargrads", "forward"):
        return "variables"
    return "lists" if has("forward", "backward") else ""


def is_network(thing: Any) -> bool:
    """Whether a class, or an object, is one.

    What goes forward and back is, if it is made of sizes and has data and labels, or
    words: a layer is made of arrays.
    """
    how = manner(thing)
    if how == "variables":
        return uses_arguments(thing.forward)
    if how != "lists":
        return bool(how)
    if not inspect.isclass(thing):
        return bool(getattr(thing, "params", None)) and hasattr(thing, "grads")
    owner: Any = thing
    names = [name for name, _, _ in _parameters(owner.__init__)]
    fed = [name for name, required, _ in _parameters(owner.forward) if required]
    words = any(name.startswith("vocab") for name in names)
    words = words and not owner.__name__.lower().startswith("embed")
    others = [n for n in fed[1:] if not (STATES.fullmatch(n) or ARRAYS.fullmatch(n))]
    return (bool(others) or words) and _of_sizes(names)


def _of_sizes(names: List[str]) -> bool:
    if any(ARRAYS.fullmatch(name) for name in names):
        return False
    return any(SIZE.fullmatch(name) for name in names)


def uses_arguments(method: Any) -> bool:
    """Whether it makes use of what it is given: a base class only announces."""
    code = getattr(method, "__code__", None)
    if code is None:
        return False
    return any(s.opname.startswith("LOAD_FAST") for s in dis.get_instructions(code))


def described(name: str, cls: Any) -> Dict[str, Any]:
    """What a class or an object says of itself: its place and its parameters' names.

    ``forward`` are those of its loss, ``backward`` those of its gradient.
    """
    owner: Any = cls if inspect.isclass(cls) else type(cls)
    ahead, back = METHODS[manner(cls)]
    code = getattr(getattr(owner, ahead), "__code__", None)
    return {
        "name": name,
        "kind": owner.__name__,
        "file": code.co_filename if code else "",
        "line": code.co_firstlineno if code else 0,
        "lines": {
            method: getattr(owner, method).__code__.co_firstlineno
            for method in (ahead, back)
            if hasattr(getattr(owner, method, None), "__code__")
        },
        "make": _parameters(owner.__init__) if inspect.isclass(cls) else [],
        "forward": _parameters(getattr(owner, ahead)),
        "backward": _parameters(getattr(owner, back)) if back else [],
        "methods": [n for n in dir(owner) if not n.startswith("_")][:100],
        "helpers": helpers(owner),
        "instance": not inspect.isclass(cls),
        "given": [],
        "role": "network",
        "constants": _small(owner),
        "uses": sorted(used(owner)),
    }


def _small(owner: type) -> List[float]:
    """The small numbers that stand in its code, and in that of what it uses."""
    functions: List[Any] = []
    for cls in _with_bases([owner, *used(owner).values()]):
        functions += [m for m in vars(cls).values() if inspect.isfunction(m)]
        functions += called(cls).values()
    return small_constants(functions)


def small_constants(functions: Sequence[Any]) -> List[float]:
    """Return the small numbers in the code of functions, the least first."""
    found: Set[float] = set()
    for function in functions:
        found.update(_numbers_in(function.__code__, function.__globals__))
    return sorted(number for number in found if 0 < number < SMALL)


def _numbers_in(code: types.CodeType, space: Dict[str, Any]) -> Iterator[float]:
    """Those that are written in code, or that it has a name for."""
    for thing in [*code.co_consts, *map(space.get, code.co_names)]:
        if isinstance(thing, float):
            yield thing
        elif isinstance(thing, types.CodeType):
            yield from _numbers_in(thing, space)


def used(owner: Any) -> Dict[str, type]:
    """The user's classes that go forward and back and that a class's methods name."""
    is_users = users_files([])
    found: Dict[str, type] = {}
    todo = [owner if inspect.isclass(owner) else type(owner)]
    while todo and len(found) < MAX_USED:
        for name, cls in _named(todo.pop()):
            code = getattr(getattr(cls, "forward", None), "__code__", None)
            if code is None or not hasattr(cls, "backward") or name in found:
                continue
            if is_users(code.co_filename):
                found[name] = cls
                todo.append(cls)
    return found


def _with_bases(classes: Sequence[type]) -> Set[type]:
    return {base for cls in classes for base in cls.__mro__} - {object}


def _named(owner: type) -> Iterator[Tuple[str, type]]:
    for method in [m for cls in _with_bases([owner]) for m in vars(cls).values()]:
        if inspect.isfunction(method):
            for name in _names(method.__code__):
                value = method.__globals__.get(name)
                if inspect.isclass(value):
                    yield value.__name__, value


METHODS = {
    "dictionary": ("loss", "gradient"),
    "lists": ("forward", "backward"),
    "variables": ("forward", ""),
}
"""The methods that go ahead and back, by manner."""


def perform(trial: Dict[str, Any], made: Made) -> List[Dict[str, Any]]:
    """What came of each step, and before these of making the network."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        with printing_into(Noise()):
            return list(moments(trial, lambda: _begun(trial, made)))


def moments(
    trial: Dict[str, Any], begun: Callable[[], "Network"]
) -> Iterator[Dict[str, Any]]:
    """Yield what came of making a network, and then of each step."""
    seed(trial["seed"])
    network, moment = _tried(begun)
    if moment["outcome"] != "returned":
        yield moment
        return
    at = trial.get("at") or {}
    attributes = {} if at else network.numbers()
    missing = 0 if at else len(network.arrays()) - len(attributes)
    yield dict(moment, attributes=attributes, params=[None] * missing)
    for step in trial["steps"]:
        moment = network.step(step, at, trial["seed"])
        yield moment
        if moment["outcome"] != "returned":
            return


def _begun(trial: Dict[str, Any], made: Made) -> "Network":
    """A network with all its parameters: some make them when first they are used."""
    make = {name: _handed(name, v) for name, v in trial["make"].items()}
    network = of(made(make))
    if network.lazy and trial["steps"]:
        network.ahead([handed(a) for a in trial["steps"][0]["arguments"]])
    return network


def _handed(name: str, value: Any) -> Any:
    """The sizes of several layers are a list: they are added to others."""
    listed = isinstance(value, tuple) and ("list" in name or "sizes" in name)
    return list(value) if listed else handed(value)


def of(net: Any) -> "Network":
    """The network in its manner."""
    return MANNERS[manner(net)](net)


class Network:
    """Parameters by name, loss and gradient of a network of some manner."""

    lazy = False

    def __init__(self, net: Any) -> None:
        self.net = net
        self.first = self.held()

    def arrays(self) -> Dict[str, np.ndarray]:
        """The parameters themselves, each once."""
        raise NotImplementedError

    def ahead(self, arguments: List[Any]) -> Any:
        """The loss, or what else comes out."""
        raise NotImplementedError

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        """The gradient of each parameter, of <cotangents, what comes out>."""
        raise NotImplementedError

    def held(self) -> List[Any]:
        """The arrays that an optimizer holds on to."""
        return []

    def put(self, at: Dict[str, Any]) -> None:
        """Write numbers into the parameters."""
        arrays = self.arrays()
        for name, value in at.items():
            arrays[name][...] = value

    def gathered(self) -> Dict[str, Any]:
        """The gradients that it keeps itself, by name."""
        return {}

    def numbers(self) -> Dict[str, Any]:
        """Copies of the parameters, as far as they are numbers."""
        found = {name: numbers(a) for name, a in self.arrays().items()}
        return {name: array for name, array in found.items() if array is not None}

    def reset(self) -> None:
        """Forget what earlier data have left."""
        for name in ("reset_state", "reset_states", "reset"):
            method = getattr(self.net, name, None)
            if callable(method):
                method()
                return

    def step(self, step: Dict[str, Any], at: Dict[str, Any], number: int) -> Any:
        """What came of one step."""
        arguments = [handed(value) for value in step["arguments"]]
        before = [handed(value) for value in arguments]

        def done() -> Any:
            self.put(at)
            self.reset()
            seed(number)
            with guard_taken(step.get("guard", 0.0)):
                if step["do"] == "loss":
                    return self.ahead(arguments)
                return self.back(arguments, step["cotangents"])

        result, moment = _tried(done)
        moment["changed"] = [
            isinstance(a, np.ndarray) and not np.array_equal(a, b)
            for a, b in zip(arguments, before)  # noqa: B905 - Python 3.8
        ]
        if moment["outcome"] != "returned":
            return moment
        if step["do"] == "loss":
            return dict(moment, value=[numbers(_data(p)) for p in parts(result)])
        names = list(self.arrays())
        return dict(
            moment,
            value=[
                None if step.get("method") == QUIET else _number(result.get(name))
                for name in names
            ],
            attributes={n: a for n, a in self.numbers().items() if _other(a, at[n])},
            kept=[a is b for a, b in zip(self.held(), self.first)],  # noqa: B905
        )


def _other(array: np.ndarray, before: Any) -> bool:
    return not np.array_equal(array, before)


def _number(thing: Any) -> Optional[np.ndarray]:
    return None if thing is None else numbers(_data(thing))


class _DictionaryNetwork(Network):
    """``loss``, ``gradient`` and the dictionary ``params``."""

    def arrays(self) -> Dict[str, np.ndarray]:
        """Those of the dictionary, or the attributes that are arrays."""
        found = getattr(self.net, "params", None)
        if not isinstance(found, dict):
            found = vars(self.net)
        floats = {str(k): a for k, a in found.items() if _is_floats(a)}
        return dict(list(floats.items())[:MAX_PARAMETERS])

    def ahead(self, arguments: List[Any]) -> Any:
        return self.net.loss(*arguments)

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        found = self.net.gradient(*arguments)
        names = list(self.arrays())
        if not isinstance(found, dict):
            return dict(zip(names, parts(found)))  # noqa: B905 - Python 3.8
        return {str(name): gradient for name, gradient in found.items()}


def _is_floats(thing: Any) -> bool:
    return isinstance(thing, np.ndarray) and thing.dtype.kind == "f"


class _ListsNetwork(Network):
    """``forward``, ``backward``, and the lists ``params`` and ``grads``.

    What is listed twice, or is the transpose of another, is one parameter: its
    gradients add up.
    """

    def arrays(self) -> Dict[str, np.ndarray]:
        return {name: a for name, a, turned in self._listed() if turned is None}

    def _listed(self) -> List[Tuple[str, Any, Optional[bool]]]:
        """Of each parameter its name, itself, and whether it is another's transpose.

        None stands for what is the first that lies in its memory.
        """
        found: List[Tuple[str, Any, Optional[bool]]] = []
        params = list(getattr(self.net, "params", []))
        for number, array in enumerate(params[:MAX_PARAMETERS]):
            name, turned = "params[{}]".format(number), None
            for other, base, repeats in found:
                if repeats is None and _same(array, base):
                    name, turned = other, False
                elif repeats is None and _same(array, base.T):
                    name, turned = other, True
            found.append((name, array, turned))
        return found

    def held(self) -> List[Any]:
        return list(getattr(self.net, "grads", []))

    def ahead(self, arguments: List[Any]) -> Any:
        return self.net.forward(*arguments)

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        out = self.ahead(arguments)
        weights = cotangents if np.ndim(_data(parts(out)[0])) else []
        takes = _parameters(type(self.net).backward)
        if not weights and any(required for _, required, _ in takes):
            weights = [1]
        self.net.backward(*map(handed, weights))
        return self.gathered()

    def gathered(self) -> Dict[str, Any]:
        """The gradients that are there, by their parameters' names."""
        found: Dict[str, Any] = {}
        for (name, _, turned), gradient in zip(self._listed(), self.held()):  # noqa: B905
            one = np.array(gradient)
            one = one.T if turned else one
            found[name] = found[name] + one if name in found else one
        return found


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are the same numbers in memory, in the same order."""
    return a is b or (
        a.size > 0
        and a.__array_interface__["data"][0] == b.__array_interface__["data"][0]
        and (a.shape, a.strides, a.dtype) == (b.shape, b.strides, b.dtype)
    )


def _numbered(number: int, variable: Any) -> str:
    """What a variable is called among others: by number, and its own name."""
    name = getattr(variable, "name", None)
    called = "params[{}]".format(number)
    return "{}.{}".format(called, name) if isinstance(name, str) and name else called


class _Variables(Network):
    """A model of DeZero's: ``params()``, ``cleargrads()``, and a graph of variables."""

    lazy = True

    def parameters(self) -> Dict[str, Any]:
        """The parameters by what their layers call them."""
        flat: Dict[str, Any] = {}
        flatten = getattr(self.net, "_flatten_params", None)
        if callable(flatten):
            flatten(flat)
        if not flat:
            flat = {
                _numbered(number, each): each
                for number, each in enumerate(self.net.params())
            }
        return {name.replace("/", "."): flat[name] for name in sorted(flat)}

    def arrays(self) -> Dict[str, np.ndarray]:
        found = {name: p.data for name, p in self.parameters().items()}
        return {name: a for name, a in found.items() if _is_floats(a)}

    def ahead(self, arguments: List[Any]) -> Any:
        """What comes out; of what keeps a state the second time, when there is one."""
        if callable(getattr(self.net, "reset_state", None)):
            self.net(*arguments)
        self.out = self.net(*arguments)
        return tuple(_data(part) for part in parts(self.out))

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        try:
            return self._back(arguments, cotangents, as_variables=True)
        except (AttributeError, TypeError, ValueError):
            # In DeZero's first steps a gradient is an array.
            return self._back(arguments, cotangents, as_variables=False)

    def _back(
        self, arguments: List[Any], cotangents: List[Any], as_variables: bool
    ) -> Dict[str, Any]:
        self.net.cleargrads()
        self.ahead(arguments)
        for out, weights in zip(parts(self.out), cotangents):  # noqa: B905
            array = np.array(weights, float).reshape(np.shape(_data(out)))
            out.grad = type(out)(array) if as_variables else array
            out.backward()
        found = {name: _data(p.grad) for name, p in self.parameters().items()}
        # Optimizers pass over what has none: of what is not used the slope is 0.
        still = {n: np.zeros_like(a) for n, a in self.arrays().items()}
        return {n: still.get(n) if g is None else g for n, g in found.items()}


MANNERS = {
    "dictionary": _DictionaryNetwork,
    "lists": _ListsNetwork,
    "variables": _Variables,
}
"""A network's class here, by manner."""
