"""Run a script's own check of a gradient as it stands, and look on.

Both gradients that a network gives are kept, that by differences and the other, and of
some entries of each parameter the loss on a line through them. Of arrays that are large
a part is asked for, since differences take two evaluations of the loss an entry.
"""

import ast
import contextlib
import functools
import inspect
import sys
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import numpy as np

from . import networks
from .logarithm import NotGuardedError, guard_taken
from .script_runs import CutError, described, run, unwarned, with_data
from .trial import _data, called, handed, parts, seed
from .user_files import users_files

METHOD = "<check>"
"""What a description has for a method that is of a script's own check."""

WHOLE = 2000
"""A network of no more entries than these is asked for all of them."""
PART = 200
"""Entries that are asked for of an array, where there are more."""
CHECKS = 3
"""After so many the script is stopped."""
IDLE = 4
"""And after so many gradients that are compared with nothing."""
SECONDS = 10.0
"""And after so long; as long again may be spent on the loss."""
ENTRIES = 5
"""Of each parameter of which the loss is followed on a line."""
MANY = 8
FEWER = 3
"""Of those of a network that has more than so many parameters."""
GUARD = 1e-7

Arrays = Dict[str, np.ndarray]


class Checking:
    """A script, and the classes of the networks that it makes."""

    def __init__(
        self, path: str, tree: ast.Module, line: int, classes: Dict[str, Any]
    ) -> None:
        self.path = path
        self.tree = tree
        self.line = line
        self.classes = classes

    def described(self, name: str) -> Dict[str, Any]:
        """What is said of it: a network, which the script itself compares."""
        return described(name, self.path, self.line, METHOD, "network", "check")

    def perform(self, lengths: Iterable[float]) -> List[Dict[str, Any]]:
        """A moment for each check: of every parameter both gradients, and the loss.

        The loss is followed on lines of these ``lengths``.
        """
        watch, missed = _CheckWatch(), []  # type: _CheckWatch, List[str]
        with watch.watching(self.classes.values()), with_data(missed):
            ended = run(self.path, self.tree, watch.own, SECONDS)
            end = time.monotonic() + SECONDS
            with unwarned():
                told = [_told(check, list(lengths), end) for check in watch.checks()]
        said = {"outcome": "returned", "text": ", ".join(missed)}
        said["kind"] = "" if ended is None else type(ended).__name__
        return [said, *told]


class _Check:
    """What a network has given of its gradient, by differences and otherwise.

    ``at`` are the parameters for which it has, ``moved`` is by how much differences
    have left each of them changed; of ``parts`` alone there are differences.
    """

    def __init__(self, net: Any) -> None:
        self.network = networks.of(net)
        self.at = self.network.numbers()
        self.numerical: Arrays = {}
        self.parts: Dict[str, Tuple[np.ndarray, ...]] = {}
        self.backward: Arrays = {}
        self.fed: List[Any] = []
        self.named: Dict[str, Any] = {}
        self.moved: Dict[str, float] = {}
        self.fed_otherwise = False

    @property
    def complete(self) -> bool:
        """Whether there is something to compare."""
        return bool(set(self.numerical) & set(self.backward))

    def loss(self) -> float:
        """With what it was fed last."""
        ahead = getattr(self.network.net, networks.METHODS[self._manner][0])
        fed = [handed(value) for value in self.fed]
        value = _data(parts(ahead(*fed, **self.named))[0])
        return float(np.sum(value))

    @property
    def _manner(self) -> str:
        return networks.manner(self.network.net)


class _CheckWatch:
    """The networks that a script uses, and what it has of their gradients."""

    def __init__(self) -> None:
        self.seen: Dict[int, _Check] = {}
        self.done: List[_Check] = []
        self.inside = ""
        self.idle = 0
        self.last: Optional[Tuple[Any, List[Any], Dict[str, Any]]] = None
        self.undo: List[Tuple[Any, str, Any, bool]] = []

    def checks(self) -> List[_Check]:
        """Those that there is something to compare in."""
        return [c for c in [*self.done, *self.seen.values()] if c.complete]

    @contextlib.contextmanager
    def watching(self, classes: Iterable[Any]) -> Iterator[None]:
        """Look on while objects of these classes are used, and their routines."""
        for cls in classes:
            self._watch(cls)
        try:
            yield
        finally:
            for owner, name, value, own in reversed(self.undo):
                if own:
                    setattr(owner, name, value)
                else:
                    delattr(owner, name)

    def own(self, made: Any) -> Any:
        """What the script itself defines: looked on as it is made."""
        if inspect.isclass(made):
            if networks.is_network(made):
                self._watch(made)
            return made
        return self._routine(made) if _may_be_routine(made) else made

    def _watch(self, cls: Any) -> None:
        ahead = networks.METHODS[networks.manner(cls)][0]
        self._replace(cls, ahead, self._fed)
        for name in _gradients(cls):
            wrap = self._numerical if "numerical" in name else self._backward
            self._replace(cls, name, wrap)
        for function in _routines(cls):
            for space in _spaces():
                for name, value in list(vars(space).items()):
                    if value is function:
                        self._replace(space, name, self._routine)

    def _replace(self, owner: Any, name: str, wrap: Callable[..., Any]) -> None:
        value = getattr(owner, name)
        if not hasattr(value, "__watched__"):
            self.undo.append((owner, name, value, name in vars(owner)))
            wrapped = wrap(value)
            wrapped.__watched__ = True
            setattr(owner, name, wrapped)

    def _of(self, net: Any) -> _Check:
        if id(net) not in self.seen:
            self.seen[id(net)] = _Check(net)
        return self.seen[id(net)]

    def _fed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def ahead(net: Any, *arguments: Any, **options: Any) -> Any:
            if self.inside or networks.manner(net) == "lists":
                self.last = net, list(arguments), options
            return method(net, *arguments, **options)

        return ahead

    def _numerical(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def gradient(net: Any, *arguments: Any, **options: Any) -> Any:
            if self.inside:
                return method(net, *arguments, **options)
            check = self._begun(net)
            with self._within("numerical"):
                result = method(net, *arguments, **options)
            self._keep(check)
            check.numerical.update(_by_name(check, result))
            self._ended(check)
            return result

        return gradient

    def _begun(self, net: Any) -> _Check:
        """What is to be compared: for parameters that have moved, all anew."""
        check = self._of(net)
        if _moved(check.at, check.network.numbers()):
            self.done += [check] if check.complete else []
            self.seen.pop(id(net))
            check = self._of(net)
        return check

    def _backward(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def gradient(net: Any, *arguments: Any, **options: Any) -> Any:
            if self.inside:
                return method(net, *arguments, **options)
            check = self._begun(net)
            if arguments:
                self.last = net, list(arguments), options
            with self._within("backward"):
                result = method(net, *arguments, **options)
            check.backward = _by_name(check, result)
            if networks.manner(net) == "lists" or arguments:
                self._keep(check, of_backward=True)
            self.idle += 1
            if self.idle > IDLE:
                raise CutError
            self._ended(check)
            return result

        return gradient

    def _ended(self, check: _Check) -> None:
        """Put a check that is whole aside; after some of them that is all."""
        if not set(check.backward) or not set(check.backward) <= set(check.numerical):
            return
        self.idle = 0
        self.done.append(check)
        self.seen.pop(id(check.network.net), None)
        if len(self.done) >= CHECKS:
            raise CutError

    @contextlib.contextmanager
    def _within(self, what: str) -> Iterator[None]:
        before, self.inside = self.inside, what
        try:
            yield
        finally:
            self.inside = before

    def _keep(self, check: _Check, of_backward: bool = False) -> None:
        """What its loss was fed with, when it was asked last."""
        if self.last is None or self.last[0] is not check.network.net:
            return
        _, arguments, options = self.last
        fed = [handed(argument) for argument in arguments]
        if check.fed and not _alike(check.fed, fed):
            check.fed_otherwise = True
        if not (of_backward and check.fed):
            check.fed, check.named = fed, dict(options)

    def _routine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def routine(*given: Any, **options: Any) -> Any:
            if len(given) < 2 or not (callable(given[0]) and _is_array(given[1])):
                return function(*given, **options)
            f, x, rest = given[0], given[1], given[2:]
            direct = not self.inside
            with self._within(self.inside or "routine"):
                if direct:
                    self._meet(f, x)
                found = self._owner(x)
                if found is None:
                    return function(*given, **options)
                check, name = found
                self._keep(check)
                result = self._asked(
                    check, name, f, x, lambda g, y: function(g, y, *rest, **options)
                )
            if direct and np.shape(result) == x.shape:
                check.numerical[name] = np.array(result, float)
            return result

        return routine

    def _meet(self, f: Any, x: Any) -> None:
        """See whose loss a function is, by calling it."""
        self.last = None
        with contextlib.suppress(Exception):
            f(x)
        if self.last is not None:
            self._begun(self.last[0])

    def _owner(self, x: Any) -> Optional[Tuple[_Check, str]]:
        """Whose parameter an array is, and its name."""
        for check in self.seen.values():
            for name, array in check.network.arrays().items():
                if networks._same(array, x):
                    return check, name
        return None

    def _asked(
        self, check: _Check, name: str, f: Any, x: Any, ask: Callable[..., Any]
    ) -> Any:
        """The gradient by differences: of a large array that of a part of it."""
        before = x.copy()
        size = sum(a.size for a in check.network.arrays().values())
        if size <= WHOLE or x.size <= PART:
            result = ask(f, x)
        else:
            at = _part(x.shape)
            of_part, part = _of_part(f, x, at)
            result = _spread(ask(of_part, part), at, x.shape)
            x[at] = part
            check.parts[name] = at
        moved = float(np.max(np.abs(x - before), initial=0.0))
        if moved > 4 * np.finfo(float).eps * np.max(np.abs(before), initial=0.0):
            check.moved[name] = moved
            x[...] = before
        return result


def _is_array(thing: Any) -> bool:
    return isinstance(thing, np.ndarray) and thing.dtype.kind == "f"


def _part(shape: Tuple[int, ...]) -> Tuple[np.ndarray, ...]:
    """Indices of some entries, along every axis: the first and the last among them."""
    counts = list(shape)
    while np.prod(counts) > PART:
        counts[int(np.argmax(counts))] = max(counts) - 1
    return np.ix_(
        *(
            np.linspace(0, n - 1, k).astype(int)
            for n, k in zip(shape, counts)  # noqa: B905 - Python 3.8
        )
    )


def _of_part(f: Any, x: np.ndarray, at: Any) -> Tuple[Any, np.ndarray]:
    """The function of a part of an array, and that part.

    What stands in the part when f is called stands in the array; f is given this, or a
    copy of it where a copy of the part was given.
    """
    part = x[at].copy()

    def of_part(given: Any) -> Any:
        x[at] = part
        whole = x
        if given is not part:
            whole = x.copy()
            whole[at] = given
        return f(whole)

    return of_part, part


def _spread(result: Any, at: Any, shape: Tuple[int, ...]) -> Any:
    """A part's gradient where it belongs, among what was not asked for."""
    whole = np.full(shape, np.nan)
    whole[at] = result
    return whole


def _gradients(cls: Any) -> List[str]:
    """The methods that give a gradient, either way."""
    numerical = [n for n in dir(cls) if "numerical" in n and callable(getattr(cls, n))]
    if networks.manner(cls) == "lists":
        return [*numerical, "backward"]
    others = [n for n in dir(cls) if n.endswith("gradient") and n[0] != "_"]
    return numerical + [n for n in others if n not in numerical]


def _routines(cls: Any) -> List[Any]:
    """The functions by which gradients may be had by differences."""
    found = {f for f in called(cls).values() if _may_be_routine(f)}
    for space in _spaces():
        for name, value in vars(space).items():
            if "numerical" in name and inspect.isfunction(value):
                found.add(value)
    return [f for f in found if _may_be_routine(f)]


def _may_be_routine(function: Any) -> bool:
    return inspect.isfunction(function) and function.__code__.co_argcount >= 2


def _spaces() -> List[Any]:
    """The user's modules."""
    is_users = users_files([])
    modules = [m for m in list(sys.modules.values()) if m is not None]
    return [m for m in modules if is_users(getattr(m, "__file__", None) or "<")]


def _by_name(check: _Check, result: Any) -> Arrays:
    """The gradients that were given, of their parameters' shapes and by their names."""
    if isinstance(result, dict):
        found = {str(name): gradient for name, gradient in result.items()}
    elif networks.manner(check.network.net) == "lists" and not _is_list(result):
        found = check.network.gathered()
    else:
        found = dict(zip(check.at, parts(result)))  # noqa: B905 - Python 3.8
    arrays = {n: np.array(_data(g), float) for n, g in found.items() if n in check.at}
    return {n: g for n, g in arrays.items() if g.shape == check.at[n].shape}


def _is_list(result: Any) -> bool:
    return isinstance(result, (list, tuple))


def _alike(one: List[Any], other: List[Any]) -> bool:
    """Whether a loss was fed the same data; what else it takes does not matter."""
    pairs = zip(one, other)  # noqa: B905 - Python 3.8
    return all(
        np.array_equal(a, b)
        for a, b in pairs
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    )


def _moved(at: Arrays, now: Arrays) -> bool:
    return any(n in now and not np.array_equal(a, now[n]) for n, a in at.items())


# what is told of a check


def _told(check: _Check, lengths: List[float], end: float) -> Dict[str, Any]:
    """Both gradients of some entries of every parameter, and the loss beside these."""
    names = [n for n in check.at if n in check.numerical and n in check.backward]
    samples = np.shape(check.fed[0])[:1] if check.fed else ()
    told: Dict[str, Any] = {
        "samples": np.array(samples, float),
        "otherwise": np.array(float(check.fed_otherwise)),
    }
    for name in names:
        told.update(_of_parameter(check, name, len(names)))
    with contextlib.suppress(Exception):
        check.network.put(check.at)
        told["losses"] = np.array([check.loss(), check.loss()])
        guards = _guards(check)
        for name in names:
            if time.monotonic() > end:
                break
            told.update(_followed(check, name, told["entry." + name], lengths, guards))
    missing = [n for n in check.at if n not in names]
    return {"outcome": "returned", "attributes": told, "text": ", ".join(missing)}


def _of_parameter(check: _Check, name: str, count: int) -> Dict[str, Any]:
    numerical, backward = check.numerical[name], check.backward[name]
    asked = np.zeros(numerical.shape, bool)
    asked[check.parts.get(name, ...)] = True
    off = np.abs(numerical - backward)[asked]
    entries = list(_entries(numerical, backward, asked, count))
    at = tuple(np.array(entries).T)
    largest = [np.max(np.abs(a[asked]), initial=0.0) for a in (numerical, backward)]
    extent = [np.max(off, initial=0.0), off.size, numerical.size, *largest]
    return {
        "entry." + name: np.array(entries, float),
        "numerical." + name: numerical[at],
        "backward." + name: backward[at],
        "extent." + name: np.array(extent, float),
        "moved." + name: np.array(check.moved.get(name, 0.0)),
    }


def _entries(
    numerical: np.ndarray, backward: np.ndarray, asked: np.ndarray, count: int
) -> Iterator[Tuple[int, ...]]:
    """Where they differ most, where each is largest, and some others."""
    limit = ENTRIES if count <= MANY else FEWER
    sizes = [np.abs(numerical - backward), np.abs(backward), np.abs(numerical)]
    known = [np.where(asked, np.nan_to_num(size, nan=np.inf), -1) for size in sizes]
    places = np.flatnonzero(asked)
    some = places[np.linspace(0, places.size - 1, limit).astype(int)]
    order = [int(np.argmax(size)) for size in known] + [int(place) for place in some]
    for flat in list(dict.fromkeys(order))[:limit]:
        yield tuple(int(i) for i in np.unravel_index(flat, numerical.shape))


def _guards(check: _Check) -> Tuple[float, ...]:
    """With what is added in the loss's logarithm, and without, if that matters."""
    with contextlib.suppress(NotGuardedError):
        seed(0)
        plain = check.loss()
        seed(0)
        with guard_taken(GUARD):
            if check.loss() != plain and np.isfinite(check.loss()):
                return (0.0, GUARD)
    return (0.0,)


def _followed(
    check: _Check, name: str, entries: Any, lengths: List[float], guards: Any
) -> Dict[str, Any]:
    """The loss where an entry is moved by these lengths, for each of the entries."""
    array = check.network.arrays()[name]
    found = {}
    for guard in guards:
        rows = []
        for entry in np.array(entries, int):
            rows.append(list(_line(check, array, tuple(entry), lengths, guard)))
        found[("bare." if guard else "line.") + name] = np.array(rows)
    return found


def _line(
    check: _Check, array: Any, entry: Any, lengths: List[float], guard: float
) -> Iterator[float]:
    kept = array[entry]
    for length in lengths:
        array[entry] = kept + length
        try:
            check.network.reset()
            seed(0)
            with guard_taken(guard):
                yield check.loss()
        except NotGuardedError:
            yield np.nan
        finally:
            array[entry] = kept
