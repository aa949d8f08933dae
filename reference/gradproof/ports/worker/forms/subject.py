"""One thing in a file that computes a gradient by hand, as the worker serves it."""

import inspect
import warnings
from typing import Any, Callable, Dict, List, Tuple, Union

import numpy as np

from ..core import networks
from ..core.calls import Noise, printing_into
from ..core.trial import called_by
from .case_names import FACTORY

Given = Union[Exception, Tuple[Any, ...], None]
"""The arguments that a file gives, what went wrong in that, or None."""


class NotFittingError(TypeError):
    """What comes of a function has not the shape of a gradient of its arguments."""


class Subject:
    """A subject of a form; a subclass runs it on the inputs of a trial."""

    role = ""

    def described(self, name: str) -> Dict[str, Any]:
        """Return the fields of a description: name, kind, file, line, parameters."""
        raise NotImplementedError

    def perform(self, trial: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Return the outcome of each step, the first of making the subject."""
        raise NotImplementedError


class Case:
    """What a file's ``make_case`` returns: a function, or a pair, and arguments."""

    def __init__(self, module: Any) -> None:
        self.of: Tuple[Any, ...] = ()
        self.arguments: Given = None
        case = getattr(module, FACTORY, None)
        if inspect.isfunction(case):
            try:
                functions, arguments = case()
                pair = isinstance(functions, tuple)
                self.of = functions if pair else (functions,)
                self.arguments = tuple(arguments)
            except Exception as error:
                self.arguments = error

    def given(self, *functions: Any) -> Given:
        """Return the arguments for functions: for a pair also those of its second."""
        if isinstance(self.arguments, Exception):
            return self.arguments
        return self.arguments if self.of in (functions, functions[-1:]) else None


class FunctionSubject(Subject):
    """A function whose arguments are guessed by their names, or ``given``."""

    def __init__(self, function: Callable[..., Any], given: Given) -> None:
        self.function, self.given = function, given

    def described(self, name: str) -> Dict[str, Any]:
        """Return its place and its parameters; it is given where the file says how."""
        code = self.function.__code__
        return description(
            name,
            self.role,
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
                begun = lambda: self.fed(trial["make"])  # noqa: E731
                return list(networks.moments(trial, begun))

    def fed(self, make: Dict[str, Any]) -> networks.Network:
        """Return it with arguments."""
        raise NotImplementedError

    def bound(self) -> Dict[str, Any]:
        """Return the arguments that the file gives, by name.

        Raises TypeError where giving them went wrong.
        """
        if isinstance(self.given, Exception):
            said = (FACTORY, type(self.given).__name__, self.given)
            raise TypeError("{}() raises {}: {}".format(*said)) from self.given
        given = self.given or ()
        return dict(inspect.signature(self.function).bind(*given).arguments)


def _parameters(function: Callable[..., Any]) -> List[Any]:
    """Return of each argument the name, whether it is required, and its default."""
    return [
        [p.name, p.default is p.empty, "" if p.default is p.empty else repr(p.default)]
        for p in inspect.signature(function).parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]


def is_float(value: Any) -> bool:
    """Return whether it is a real number, or an array of them."""
    return isinstance(value, float) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f"
    )


def description(name: str, role: str, **fields: Any) -> Dict[str, Any]:
    """Return a description with every field that the host expects."""
    empty: Dict[str, Any] = {
        "name": name,
        "kind": name,
        "file": "",
        "line": 0,
        "lines": {},
        "make": [],
        "forward": [],
        "backward": [],
        "methods": [],
        "helpers": [],
        "instance": False,
        "given": [],
        "alone": "",
        "role": role,
    }
    return dict(empty, **fields)
