"""Run a script as it stands until it has updated a network a few times, and look on.

What it changes in the parameters, after it has had their gradient, is an update of its
own, if no optimizer has been called meanwhile. Of each parameter some entries are kept,
before and after, and those of its gradient.
"""

import ast
import builtins
import contextlib
import inspect
import os
import signal
import sys
import types
import warnings
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import numpy as np

from . import networks, updates
from .calls import Noise, printing_into
from .loader import _unattended
from .stand_in_data import DATA
from .trial import seed

METHOD = "<script>"
"""What a description has for a method that is of a script's own updates."""

UPDATES = 4
"""After so many the script is stopped."""
SECONDS = 6.0
"""And after so long, wherever it is."""
ENTRIES = 200
"""Of each parameter."""

NEW_CLASS = "__gradproof_new_class__"
"""The name by which a script that is run tells of a class."""

WATCHABLE = hasattr(signal, "setitimer")
"""Whether what runs can be stopped wherever it is."""

Arrays = Dict[str, np.ndarray]


class CutError(BaseException):
    """Ends the script's loop: it is nothing that its own handlers are meant for."""


class Training:
    """A script, and the classes of networks and optimizers that it makes."""

    def __init__(
        self, path: str, source: str, line: int, classes: Iterable[Any]
    ) -> None:
        self.path = path
        self.source = source
        self.line = line
        self.classes = list(classes)

    def described(self, name: str) -> Dict[str, Any]:
        """What is said of it: an optimizer, which is the script itself."""
        said = {"name": name, "kind": name, "file": self.path, "line": self.line}
        lists = ("make", "forward", "backward", "helpers", "given", "constants")
        return {
            **said,
            **{what: [] for what in lists},
            "lines": {"update": self.line},
            "methods": [METHOD],
            "instance": True,
            "role": "optimizer",
        }

    def perform(self) -> List[Dict[str, Any]]:
        """A moment for each update, with "before", "gradient" and "after" of each."""
        watch = _UpdateWatch()
        missed: List[str] = []
        with watch.watching(self.classes), with_data(missed):
            run(self.path, _telling(self.source), {NEW_CLASS: watch.wrap_new})
            watch.look()
        return [{"outcome": "returned", "text": ", ".join(missed)}] + [
            {"outcome": "returned", "attributes": update} for update in watch.updates
        ]


@contextlib.contextmanager
def with_data(missed: List[str]) -> Iterator[None]:
    """Noise in the place of data that a file of the user's could not hand out."""
    changed = []
    for (last, name), made in DATA.items():
        for module in [m for m in list(sys.modules.values()) if m is not None]:
            full = str(getattr(module, "__name__", ""))
            function = vars(module).get(name)
            if full.split(".")[-1] == last and inspect.isfunction(function):
                changed.append((module, name, function))
                setattr(module, name, _or_noise(function, made, full, missed))
    try:
        yield
    finally:
        for module, name, function in changed:
            setattr(module, name, function)


def _or_noise(
    function: Callable[..., Any], made: Callable[..., Any], full: str, missed: List[str]
) -> Callable[..., Any]:
    def load(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except Exception:
            if full not in missed:
                missed.append(full)
            return made(*arguments, **options)

    return load


class _UpdateWatch:
    """The gradients that networks gave, and what became of the parameters then."""

    def __init__(self) -> None:
        self.given: Dict[int, Tuple[Any, Arrays, Arrays]] = {}
        self.updates: List[Arrays] = []
        self.optimized = False

    @contextlib.contextmanager
    def watching(self, classes: Iterable[Any]) -> Iterator[None]:
        """Look on while objects of these classes are used."""
        before = [
            (cls, name, getattr(cls, name), name in vars(cls))
            for cls in classes
            for name in _methods(cls)
        ]
        for cls in classes:
            self.wrap(cls)
        try:
            yield
        finally:
            for cls, name, method, own in before:
                if own:
                    setattr(cls, name, method)
                else:
                    delattr(cls, name)

    def wrap(self, cls: Any) -> None:
        """Look on whenever an object of the class gives, or uses, a gradient."""
        wrapped = self._updating if updates.is_optimizer(cls) else self._giving
        for name in _methods(cls):
            setattr(cls, name, wrapped(getattr(cls, name)))

    def wrap_new(self, cls: Any) -> None:
        """The same of a class that the script has just made, if it is of that kind."""
        with contextlib.suppress(Exception):
            if updates.is_optimizer(cls) or networks.is_network(cls):
                self.wrap(cls)

    def _updating(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def update(*arguments: Any, **options: Any) -> Any:
            self.optimized = True
            return method(*arguments, **options)

        return update

    def _giving(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def gradient(net: Any, *arguments: Any, **options: Any) -> Any:
            self.look()
            if len(self.updates) >= UPDATES:
                raise CutError
            result = method(net, *arguments, **options)
            with contextlib.suppress(Exception):  # it may be no network's after all
                self._gave(net, result)
            return result

        return gradient

    def _gave(self, net: Any, result: Any) -> None:
        network = networks.of(net)
        params = network.numbers()
        if isinstance(result, dict):
            found = {str(name): gradient for name, gradient in result.items()}
        else:
            found = dict(zip(params, getattr(net, "grads", [])))  # noqa: B905
            if len(found) != len(getattr(net, "params", [])):
                return
        gradients = {n: np.array(g) for n, g in found.items() if n in params}
        if all(gradients[n].shape == params[n].shape for n in gradients):
            self.optimized = False
            self.given[id(net)] = network, params, gradients

    def look(self) -> None:
        """Write down what has changed since gradients were given."""
        for network, params, gradients in list(self.given.values()):
            now = network.numbers()
            changed = [n for n in gradients if _other(now.get(n), params[n])]
            if changed and not self.optimized:
                self.updates.append(_told(params, gradients, now))
        self.given.clear()


def _other(now: Optional[np.ndarray], before: np.ndarray) -> bool:
    return now is not None and not np.array_equal(now, before)


def _methods(cls: Any) -> List[str]:
    """The methods that give a gradient, or make use of one."""
    if updates.is_optimizer(cls):
        return ["update"] if hasattr(cls, "update") else []
    if networks.manner(cls) == "lists":
        return ["backward"]
    return [n for n in dir(cls) if n.endswith("gradient") and n[0] != "_"]


def _told(params: Arrays, gradients: Arrays, now: Arrays) -> Arrays:
    """Some entries of each, by what they are and the parameter's name."""
    found = {}
    for name, gradient in gradients.items():
        if name in now and now[name].shape == gradient.shape and gradient.size:
            number = min(ENTRIES, gradient.size)
            at = np.linspace(0, gradient.size - 1, number).astype(int)
            for what, array in zip(  # noqa: B905 - Python 3.8
                ("before", "gradient", "after"), (params[name], gradient, now[name])
            ):
                found[what + "." + name] = np.ravel(array)[at]
    return found


def run(
    path: str,
    program: Any,
    given: Optional[Dict[str, Any]] = None,
    seconds: float = SECONDS,
) -> Optional[BaseException]:
    """Run a script to its end, until it is cut, or until its time is up: what ended it.

    It finds what is ``given`` by these names, and is a text, or the tree of one.
    """
    module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": path, "__builtins__": builtins}, **given or {})
    main, folder = sys.modules["__main__"], os.getcwd()
    try:
        sys.modules["__main__"] = module
        os.chdir(os.path.dirname(path) or ".")
        code = compile(program, path, "exec", dont_inherit=True)
        with _alarm(seconds), printing_into(Noise()), _unattended([]), unwarned():
            seed(0)
            exec(code, module.__dict__)
    except BaseException as error:
        # Whatever ends it: what it did until then was seen.
        return error
    finally:
        sys.modules["__main__"] = main
        os.chdir(folder)
    return None


def _telling(source: str) -> ast.Module:
    """The script, which tells of each class of its own as soon as there is one."""
    tree = ast.parse(source)
    body: List[ast.stmt] = []
    for statement in tree.body:
        body.append(statement)
        if isinstance(statement, ast.ClassDef):
            tell = ast.parse("{}({})".format(NEW_CLASS, statement.name)).body[0]
            for node in ast.walk(tell):
                ast.copy_location(node, statement)
            body.append(tell)
    tree.body = body
    return tree


@contextlib.contextmanager
def unwarned() -> Iterator[None]:
    """Nothing is said of numbers that are none."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise CutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
