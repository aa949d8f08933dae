"""Functions that return a value and its gradient: f(W, X, y, reg) → (loss, dW)."""

import ast
import inspect
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

import numpy as np

from ..core import networks
from ..core.calls import Noise, printing_into
from ..core.trial import called_by, handed
from .returned_names import GRADIENT, VALUE, is_gradient, returned
from .subject import Subject, description

ROLE = "value-and-gradient"
FACTORY = "make_case"
"""The function of a file that returns a function and its arguments."""


def subjects(
    module: Any, path: str, body: List[ast.stmt]
) -> Iterator[Tuple[str, Subject]]:
    """Yield the functions, with the arguments of ``make_case`` where it gives them."""
    given: Dict[Any, Any] = {}
    otherwise = None
    case = getattr(module, FACTORY, None)
    if inspect.isfunction(case):
        try:
            function, arguments = case()
            given[function] = tuple(arguments)
        except Exception as error:
            otherwise = error
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found = returned(node)
            function = getattr(module, node.name, None)
            if found and inspect.isfunction(function):
                yield (
                    node.name,
                    ValueAndGradient(function, found, given.get(function, otherwise)),
                )


class ValueAndGradient(Subject):
    """A function of this form; ``parts`` are the names of what it returns.

    ``given`` are its arguments, or what went wrong in the file's giving them.
    """

    role = ROLE

    def __init__(
        self,
        function: Callable[..., Any],
        parts: List[str],
        given: Union[Exception, Tuple[Any, ...], None],
    ) -> None:
        self.function, self.parts, self.given = function, parts, given

    def described(self, name: str) -> Dict[str, Any]:
        """Return its place and its parameters; it is given where the file says how."""
        code = self.function.__code__
        return description(
            name,
            ROLE,
            file=code.co_filename,
            line=code.co_firstlineno,
            lines={"loss": code.co_firstlineno, "gradient": code.co_firstlineno},
            forward=_parameters(self.function),
            methods=["loss"],
            instance=self.given is not None,
            uses=[],
            constants=networks.small_constants(
                [self.function, *called_by([self.function]).values()]
            ),
        )

    def perform(self, trial: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Return what came of feeding it, and of each step."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with printing_into(Noise()):
                begun = lambda: Fed(self, trial["make"])  # noqa: E731
                return list(networks.moments(trial, begun))


def _parameters(function: Callable[..., Any]) -> List[Any]:
    """Return of each argument the name, whether it is required, and its default."""
    return [
        [p.name, p.default is p.empty, "" if p.default is p.empty else repr(p.default)]
        for p in inspect.signature(function).parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]


class Fed(networks.Network):
    """The function with its arguments: those that have a gradient are parameters."""

    def __init__(self, subject: ValueAndGradient, make: Dict[str, Any]) -> None:
        self.function, self.parts = subject.function, subject.parts
        if isinstance(subject.given, Exception):
            said = (FACTORY, type(subject.given).__name__, subject.given)
            raise TypeError("{}() raises {}: {}".format(*said)) from subject.given
        if subject.given is not None:
            bound = inspect.signature(self.function).bind(*subject.given)
            make = dict(bound.arguments)
        self.arguments = {name: handed(value) for name, value in make.items()}
        self.of = self._owners(self._called())
        self.held_arrays = {
            name: np.array(self.arguments[name], float) for name in self.of
        }
        super().__init__(None)

    def _called(self) -> List[Any]:
        """Return what comes of a call with copies of the arguments."""
        given = {name: handed(value) for name, value in self.arguments.items()}
        result = self.function(**given)
        if not isinstance(result, tuple) or len(result) != len(self.parts):
            raise TypeError("it does not return {} parts".format(len(self.parts)))
        return list(result)

    def _owners(self, result: List[Any]) -> Dict[str, Tuple[int, Optional[str]]]:
        """Return where the gradient of each argument is: a part, and a key in it."""
        found: Dict[str, Tuple[int, Optional[str]]] = {}
        floats = [n for n, v in self.arguments.items() if _is_float(v)]
        for number, (name, value) in enumerate(zip(self.parts, result)):  # noqa: B905
            if not is_gradient(name):
                continue
            parts = value.items() if isinstance(value, dict) else [(name, value)]
            for key, _ in parts:
                owner = _owner(str(key), floats)
                if owner is None and not isinstance(value, dict) and not found:
                    owner = floats[0] if floats else None
                if owner is not None and owner not in found:
                    at = key if isinstance(value, dict) else None
                    found[owner] = (number, at)
        return found

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return the arguments that have a gradient."""
        return self.held_arrays

    def _now(self) -> List[Any]:
        for name, array in self.held_arrays.items():
            number = not isinstance(self.arguments[name], np.ndarray)
            self.arguments[name] = array.item() if number else array.copy()
        return self._called()

    def ahead(self, arguments: List[Any]) -> Any:
        """Return the value, of one number as a scalar."""
        result = self._now()
        (number,) = [k for k, n in enumerate(self.parts) if VALUE.fullmatch(n)]
        value = np.asarray(result[number], float)
        return value.reshape(()) if value.size == 1 else value

    def back(self, arguments: List[Any], cotangents: List[Any]) -> Dict[str, Any]:
        """Return the gradients by the arguments that they belong to."""
        result = self._now()
        return {
            name: result[number] if key is None else result[number][key]
            for name, (number, key) in self.of.items()
        }


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


def _owner(gradient: str, arguments: List[str]) -> Optional[str]:
    """Return the argument that a gradient is named for: W of dW."""
    found = GRADIENT.fullmatch(gradient)
    stem = next((s for s in found.groups() if s), "") if found else ""
    plain = stem.replace("_", "").lower()
    for name in arguments:
        if plain and name.replace("_", "").lower() == plain:
            return name
    close = [n for n in arguments if plain and n.lower().startswith(plain)]
    return close[0] if len(close) == 1 else None
