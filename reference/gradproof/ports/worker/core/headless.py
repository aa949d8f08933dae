"""No windows and no picture files: a port's drawing is not what is judged."""

import importlib.abc
import importlib.util
import sys
from typing import Any, Callable, List, Optional

from .loader import Notes


def install(notes: Notes) -> None:
    """Have Matplotlib, once it is imported, open and write nothing.

    A note is added when something was to be shown or written.
    """

    def nothing(*_: Any, **__: Any) -> None:
        if ["no-pictures", {}] not in notes:
            notes.append(["no-pictures", {}])

    def silently(*_: Any, **__: Any) -> None:
        pass

    def figures(module: Any) -> None:
        save = module.Figure.savefig

        def savefig(figure: Any, fname: Any, *more: Any, **named: Any) -> None:
            if hasattr(fname, "write"):
                # What is kept in memory may be looked at again.
                save(figure, fname, *more, **named)
            else:
                nothing()

        module.Figure.savefig = savefig

    shown = ["show", "pause", "ginput"]
    at_import("matplotlib", lambda m: _replace(m, ["use"], silently))
    at_import("matplotlib.figure", figures)
    at_import("matplotlib.pyplot", lambda m: _replace(m, shown, nothing))


def at_import(name: str, change: Callable[[Any], None]) -> None:
    """Have a module changed as soon as it has been loaded, or at once if it has."""
    if name in sys.modules:
        change(sys.modules[name])
    else:
        sys.meta_path.insert(0, _Finder(name, change))


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the others find a module, and changes it once it is loaded."""

    def __init__(self, name: str, change: Callable[[Any], None]) -> None:
        self.name: Optional[str] = name
        self.change = change

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self.name:
            return None
        self.name = None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            _call_afterwards(spec.loader, self.change)
        return spec


def _replace(owner: Any, names: List[str], by: Callable[..., None]) -> None:
    for name in names:
        if hasattr(owner, name):
            setattr(owner, name, by)


def _call_afterwards(loader: Any, change: Callable[[Any], None]) -> None:
    execute = loader.exec_module

    def execute_and_change(module: Any) -> None:
        execute(module)
        change(module)

    loader.exec_module = execute_and_change
