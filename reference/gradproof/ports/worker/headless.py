"""No windows and no picture files: a port's drawing is not what is judged."""

import importlib.abc
import importlib.util
import sys
from typing import Any, Callable, Dict, List

from .loading import Notes


def install(notes: Notes) -> None:
    """Have Matplotlib, once it is imported, open and write nothing.

    A note is added when something was to be shown or written.
    """
    sys.meta_path.insert(0, _Finder(notes))


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the others find Matplotlib's modules, and changes them once loaded."""

    def __init__(self, notes: Notes) -> None:
        def nothing(*_: Any, **__: Any) -> None:
            if ["no-pictures", {}] not in notes:
                notes.append(["no-pictures", {}])

        def silently(*_: Any, **__: Any) -> None:
            pass

        self.changes: Dict[str, Callable[[Any], None]] = {
            "matplotlib": lambda m: _replace(m, ["use"], silently),
            "matplotlib.figure": lambda m: _replace(m.Figure, ["savefig"], nothing),
            "matplotlib.pyplot": lambda m: _replace(
                m, ["show", "pause", "ginput", "savefig"], nothing
            ),
        }

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        change = self.changes.pop(name, None)
        if change is None:
            return None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            _call_afterwards(spec.loader, change)
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
