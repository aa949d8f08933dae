"""Functions beside their derivative: f(x) and f_prime(x), cost(w) and gradient(w)."""

import ast
import inspect
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from ..core import networks
from ..core.trial import called_by, handed
from .derivative_names import AS, DerivativePair, pairs
from .returned_names import plain
from .subject import Case, FunctionSubject, Given, NotFittingError, Subject, is_float
from .value_and_gradient import ROLE

METHODS = ["loss", "derivative"]


def subjects(
    module: Any, body: List[ast.stmt], case: Case
) -> Iterator[Tuple[str, Subject]]:
    """Yield the derivatives, with the arguments of the file's ``case``."""
    for pair in pairs(body):
        function: Any = getattr(module, pair.function, None)
        derivative: Any = getattr(module, pair.derivative, None)
        if pair.given and len(case.of) == 2:
            function, derivative = case.of
        if _has_code(function) and _has_code(derivative):
            given = case.given(function, derivative)
            yield pair.derivative, Derivative(function, derivative, pair, given)


def _has_code(thing: Any) -> bool:
    return inspect.isfunction(thing) or inspect.ismethod(thing)


class Derivative(FunctionSubject):
    """A derivative and its function; ``given`` are their arguments, where known."""

    role = ROLE

    def __init__(
        self,
        function: Callable[..., Any],
        derivative: Callable[..., Any],
        pair: DerivativePair,
        given: Given,
    ) -> None:
        super().__init__(function, given)
        self.derivative, self.pair = derivative, pair

    def described(self, name: str) -> Dict[str, Any]:
        """Return the place of the derivative, and the parameters of the function."""
        code = self.derivative.__code__
        both = [self.function, self.derivative]
        return dict(
            super().described(name),
            kind=self.pair.function,
            file=code.co_filename,
            line=code.co_firstlineno,
            lines=dict.fromkeys(METHODS, code.co_firstlineno),
            methods=METHODS,
            constants=networks.small_constants([*both, *called_by(both).values()]),
        )

    def fed(self, make: Dict[str, Any]) -> networks.Network:
        """Return both with arguments."""
        how, feed, number, by = str(make[AS]).split()
        given = {n: handed(v) for n, v in make.items() if n != AS}
        if self.given is not None:
            given = {n: handed(v) for n, v in self.bound().items()}
        layout = Each if how == "each" else Whole
        return layout(self, given, feed, by.split(",")[int(number) :])


class FedPair(networks.Network):
    """A function and its derivative with arguments; ``by`` are those that it is by."""

    def __init__(
        self,
        subject: Derivative,
        arguments: Dict[str, Any],
        feed: str,
        candidates: Sequence[str],
    ) -> None:
        self.subject, self.arguments, self.feed = subject, arguments, feed
        self.candidates = candidates
        self.parts = list(subject.pair.parts)
        self.held_arrays = self._held()
        super().__init__(None)

    def _held(self) -> Dict[str, np.ndarray]:
        """Return the arguments that the derivative is by, as arrays to be moved."""
        raise NotImplementedError

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return what the derivative is by."""
        return self.held_arrays

    def value(self, arguments: Dict[str, Any]) -> np.ndarray:
        """Return what the function gives."""
        return np.asarray(self.subject.function(**_copies(arguments)), float)

    def claim(self, arguments: Dict[str, Any], by: str) -> Any:
        """Return what the derivative gives, fed as it is to be."""
        given = _copies(arguments)
        if self.feed == "value":
            value = self.value(arguments)
            given[by] = value.item() if isinstance(given[by], float) else value
        names = list(inspect.signature(self.subject.derivative).parameters)
        if set(given) == set(names):
            result = self.subject.derivative(**given)
        else:
            result = self.subject.derivative(*given.values())
        sign = -1 if self.subject.pair.negated else 1
        if isinstance(result, dict):
            self.parts = list(map(str, result))
            return [sign * np.asarray(part, float) for part in result.values()]
        if isinstance(result, (tuple, list)) and self.subject.pair.parts:
            return [sign * np.asarray(part, float) for part in result]
        return sign * np.asarray(result, float)

    def through(self, array: np.ndarray) -> np.ndarray:
        """Return what both are fed in place of an argument that has been moved."""
        if self.feed == "softmax":
            e = np.exp(array - np.max(array, axis=-1, keepdims=True))
            return np.asarray(e / np.sum(e, axis=-1, keepdims=True))
        return 1 / (1 + np.exp(-array)) if self.feed == "sigmoid" else array

    def _owner(self, fitting: Sequence[str]) -> str:
        """Return the argument, of those whose shape fits, that the derivative is by."""
        by = plain(self.subject.pair.by)
        named = [n for n in fitting if by and plain(n) == by]
        named += [n for n in self.candidates if n in fitting and not by]
        if not named:
            raise NotFittingError(
                "what it returns has the shape of no derivative by one of its arguments"
            )
        return named[0]


def _copies(arguments: Dict[str, Any]) -> Dict[str, Any]:
    return {name: handed(value) for name, value in arguments.items()}


class Each(FedPair):
    """Arguments that are one number each; several points are taken one by one."""

    def _held(self) -> Dict[str, np.ndarray]:
        floats = [n for n, v in self.arguments.items() if np.ndim(v) == 1]
        (point, *_) = self._points(self.arguments)
        claim = _flat(self.claim(point, floats[0]))
        if self.value(point).size != 1:
            raise NotFittingError("it does not return one number")
        if claim.size == 1:
            self.by = [self._owner(floats)]
        elif claim.size == len(floats):
            self.by = _by_name(floats, self.parts) or floats
        else:
            raise NotFittingError(
                "it returns {} numbers for {}".format(claim.size, len(floats))
            )
        return {name: np.array(self.arguments[name], float) for name in self.by}

    def _points(self, arguments: Dict[str, Any]) -> Iterator[Dict[str, Any]]:
        count = max(np.size(v) for v in arguments.values())
        for k in range(count):
            yield {
                name: float(value[k]) if np.ndim(value) else value
                for name, value in arguments.items()
            }

    def ahead(self, arguments: List[Any]) -> Any:
        """Return the sum of the function's values."""
        points = self._points({**self.arguments, **self.held_arrays})
        return np.sum([self.value(point) for point in points])

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        """Return the derivative at each of the points."""
        points = self._points({**self.arguments, **self.held_arrays})
        claims = np.array([_flat(self.claim(p, self.by[0])) for p in points])
        return dict(zip(self.by, claims.T))  # noqa: B905 - Python 3.8


def _flat(claim: Any) -> np.ndarray:
    parts = claim if isinstance(claim, list) else [claim]
    return np.concatenate([np.ravel(part) for part in parts])


class Whole(FedPair):
    """Arguments as they are: a gradient, the slopes of each entry, or a Jacobian."""

    def _held(self) -> Dict[str, np.ndarray]:
        floats = [n for n, v in self.arguments.items() if is_float(v)]
        if not floats:
            raise NotFittingError(
                "none of its arguments is a number that has a derivative"
            )
        value = self.value(self.arguments)
        claim = self.claim(self.arguments, floats[0])
        if isinstance(claim, list):
            self.by, self.manner = self._parts(claim, floats, value), "parts"
        elif value.size == 1:
            fitting = [n for n in floats if _same_shape(claim, self.arguments[n])]
            self.by, self.manner = [self._owner(fitting)], "gradient"
        else:
            single = self._fits_entries(floats, value)
            if claim.shape == value.shape and single:
                self.by, self.manner = [self._owner(single)], "entries"
            elif claim.shape == (value.size, len(_numbers(self.arguments))):
                self.by, self.manner = _numbers(self.arguments), "columns"
            elif single == floats and claim.shape == (len(floats), *value.shape):
                self.by, self.manner = floats, "parts"
            else:
                turned = "jac" in self.subject.pair.derivative.lower()
                fitting = [
                    n
                    for n in floats
                    if _is_jacobian(claim, value, self.arguments[n], turned)
                ]
                self.by, self.manner = [self._owner(fitting)], "jacobian"
        held = {n: np.array(self.arguments[n], float) for n in self.by}
        if self.manner in ROWS:
            self.rows = value.size
            held = {n: np.array([x] * self.rows) for n, x in held.items()}
        return held

    def _parts(
        self, claim: List[Any], floats: Sequence[str], value: np.ndarray
    ) -> List[str]:
        """Return the arguments that the parts of a tuple belong to, in their order."""
        by = _by_name(floats, self.parts)
        if not by and len(claim) == len(floats):
            by = list(floats)
        shapes = [_same_shape(c, self.arguments[n]) for c, n in zip(claim, by)]  # noqa: B905
        if not by or value.size != 1 or not all(shapes):
            raise NotFittingError("it does not return the gradients of a number")
        return by

    def _fits_entries(self, floats: Sequence[str], value: np.ndarray) -> List[str]:
        """Return the arguments of which each entry changes one of the results alone."""
        found = []
        for name in floats:
            x = np.array(self.arguments[name], float)
            if x.shape != value.shape:
                continue
            x.flat[0] = 1.1 * x.flat[0] + 0.01
            moved = self.value({**self.arguments, name: x})
            if np.allclose(moved.flat[1:], value.flat[1:], rtol=1e-12, atol=0):
                found.append(name)
        return found

    def _moved(self, row: Optional[int] = None) -> Dict[str, Any]:
        """Return the arguments where they are now; those of one row of a Jacobian."""
        moved = dict(self.arguments)
        for name, array in self.held_arrays.items():
            now = array if row is None else array[row]
            number = not isinstance(self.arguments[name], np.ndarray)
            moved[name] = now.item() if number else self.through(now)
        return moved

    def ahead(self, arguments: List[Any]) -> Any:
        """Return the value, or the sum of the entries that the derivative is of."""
        if self.manner in ROWS:
            values = [self.value(self._moved(k)).flat[k] for k in range(self.rows)]
            return np.sum(values)
        return np.sum(self.value(self._moved()))

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        """Return the derivative by each argument, in the argument's shape."""
        (first, *_) = self.by
        if self.manner == "columns":
            claims = [self.claim(self._moved(k), first)[k] for k in range(self.rows)]
            return dict(zip(self.by, np.transpose(claims)))  # noqa: B905
        if self.manner == "jacobian":
            shape = self.held_arrays[first].shape
            wide = (self.rows, np.size(self.arguments[first]))
            claims = [self.claim(self._moved(k), first) for k in range(self.rows)]
            if np.squeeze(claims[0]).shape != wide:
                return {first: claims[0]}
            claims = [np.reshape(claim, wide) for claim in claims]
            if self.feed == "transposed":
                claims = [claim.T for claim in claims]
            rows = [claim[k] for k, claim in enumerate(claims)]
            return {first: np.reshape(rows, shape)}
        claim = self.claim(self._moved(), first)
        parts = list(claim) if self.manner == "parts" else [claim]
        return {
            name: np.reshape(part, self.held_arrays[name].shape)
            for name, part in zip(self.by, parts)  # noqa: B905 - Python 3.8
        }


ROWS = ("jacobian", "columns")
"""Manners in which each value has arguments of its own."""


def _numbers(arguments: Dict[str, Any]) -> List[str]:
    """Return the arguments that are one number each, beside an array."""
    return [n for n, v in arguments.items() if isinstance(v, float)]


def _same_shape(claim: Any, argument: Any) -> bool:
    return bool(np.squeeze(claim).shape == np.squeeze(np.asarray(argument)).shape)


def _is_jacobian(
    claim: np.ndarray, value: np.ndarray, argument: Any, turned: bool
) -> bool:
    """Return whether a claim has a row for each value and a column for each entry.

    What may be ``turned`` is one also the other way round.
    """
    vectors = np.squeeze(value).ndim == 1 and np.squeeze(np.asarray(argument)).ndim == 1
    shape, wide = np.squeeze(claim).shape, (value.size, np.size(argument))
    return vectors and (shape == wide or (turned and shape == wide[::-1]))


def _by_name(floats: Sequence[str], parts: Sequence[str]) -> List[str]:
    """Return the arguments that parts are named for, w of dj_dw; [] if not all are."""
    found: List[str] = []
    for part in map(plain, parts):
        named = [
            n
            for n in floats
            if part == plain(n)
            or (part.startswith(("d", "g")) and part.endswith(plain(n)))
        ]
        if not named:
            return []
        found.append(max(named, key=len))
    return found if len(set(found)) == len(found) else []
