"""Run a script as it stands until it has updated a network a few times, and look on.

What it changes in the parameters, after it has had their gradient, is an update of its
own, if no optimizer has been called meanwhile. Of each parameter some entries are kept,
before and after, and those of its gradient.
"""

import ast
import contextlib
import inspect
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import numpy as np

from . import networks, updates
from .script_runs import CutError, described, run, with_data

METHOD = "<script>"
"""What a description has for a method that is of a script's own updates."""

UPDATES = 4
"""After so many the script is stopped."""
SECONDS = 6.0
"""And after so long, wherever it is."""
ENTRIES = 200
"""Of each parameter."""

Arrays = Dict[str, np.ndarray]


class Training:
    """A script, and the classes of networks and optimizers that it makes."""

    def __init__(
        self, path: str, tree: ast.Module, line: int, classes: Iterable[Any]
    ) -> None:
        self.path = path
        self.tree = tree
        self.line = line
        self.classes = list(classes)

    def described(self, name: str) -> Dict[str, Any]:
        """What is said of it: an optimizer, which is the script itself."""
        return described(name, self.path, self.line, METHOD, "optimizer", "update")

    def perform(self) -> List[Dict[str, Any]]:
        """A moment for each update, with "before", "gradient" and "after" of each."""
        watch = _UpdateWatch()
        missed: List[str] = []
        with watch.watching(self.classes), with_data(missed):
            run(self.path, self.tree, watch.own, SECONDS)
            watch.look()
        return [{"outcome": "returned", "text": ", ".join(missed)}] + [
            {"outcome": "returned", "attributes": update} for update in watch.updates
        ]


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

    def own(self, made: Any) -> Any:
        """What the script itself defines: a class of that kind is looked on, too."""
        with contextlib.suppress(Exception):
            if inspect.isclass(made) and (
                updates.is_optimizer(made) or networks.is_network(made)
            ):
                self.wrap(made)
        return made

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
