"""Functions that return a value and its gradient: f(W, X, y, reg) → (loss, dW)."""

import ast
import inspect
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import numpy as np

from ..core import networks
from ..core.trial import handed
from .case_names import functions_of_case
from .returned_names import GRADIENT, VALUE, is_gradient, plain, returned
from .subject import Case, FunctionSubject, Given, NotFittingError, Subject, is_float

ROLE = "value-and-gradient"


def subjects(
    module: Any, body: List[ast.stmt], case: Case
) -> Iterator[Tuple[str, Subject]]:
    """Yield the functions, with the arguments of the file's ``case``."""
    given_names = functions_of_case(body)
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found = returned(node, given_names)
            function = getattr(module, node.name, None)
            if found and inspect.isfunction(function):
                given = case.given(function)
                yield node.name, ValueAndGradient(function, found, given)


class ValueAndGradient(FunctionSubject):
    """A function of this form; ``parts`` are the names of what it returns."""

    role = ROLE

    def __init__(
        self, function: Callable[..., Any], parts: List[str], given: Given
    ) -> None:
        super().__init__(function, given)
        self.parts = parts

    def fed(self, make: Dict[str, Any]) -> networks.Network:
        """Return it with arguments."""
        return Fed(self, make if self.given is None else self.bound())


class Fed(networks.Network):
    """The function with its arguments: those that have a gradient are parameters."""

    def __init__(self, subject: ValueAndGradient, make: Dict[str, Any]) -> None:
        self.function, self.parts = subject.function, subject.parts
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
            raise NotFittingError("it does not return {} parts".format(len(self.parts)))
        return list(result)

    def _owners(self, result: List[Any]) -> Dict[str, Tuple[int, Optional[str]]]:
        """Return where the gradient of each argument is: a part, and a key in it."""
        found: Dict[str, Tuple[int, Optional[str]]] = {}
        floats = [n for n, v in self.arguments.items() if is_float(v)]
        for number, (name, value) in enumerate(zip(self.parts, result)):  # noqa: B905
            if not is_gradient(name):
                continue
            parts = value.items() if isinstance(value, dict) else [(name, value)]
            for key, _ in parts:
                owner = _owner(str(key), floats)
                if owner is None and not isinstance(value, dict) and not found:
                    shape = np.shape(value)
                    alike = [n for n in floats if np.shape(self.arguments[n]) == shape]
                    owner = next(iter(alike or floats), None)
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


def _owner(gradient: str, arguments: List[str]) -> Optional[str]:
    """Return the argument that a gradient is named for: W of dW."""
    found = GRADIENT.fullmatch(gradient)
    stem = next((s for s in found.groups() if s), "") if found else ""
    wanted = plain(stem)
    for name in arguments:
        if wanted and plain(name) == wanted:
            return name
    close = [n for n in arguments if wanted and n.lower().startswith(wanted)]
    return close[0] if len(close) == 1 else None
