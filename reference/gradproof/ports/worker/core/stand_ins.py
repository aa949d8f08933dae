"""Stand-ins for what is not installed: they answer anything with nothing.

What is told of the port is not to be their doing: they note when they are used. Only
what hands out the books' data gives something (`stand_in_data`).
"""

import ast
import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import re
import sys
import types
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

import numpy as np

from .calls import MissingError
from .stand_in_data import DATA

MAX_STAND_INS = 6
"""Modules that are stood in for, one after the other."""
SELF = "self"
"""The name of the object that a method without its class is given."""

STARRED: List[str] = []
"""Modules of which a star has taken all: any name may have been meant to be theirs."""

USUAL = {"np": "numpy", "plt": "matplotlib.pyplot"}
"""Some take NumPy and Matplotlib from where they happen to be."""


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules that are missing, by their names and those below."""

    def __init__(self, names: Tuple[str, ...] = ()) -> None:
        self.names = list(names)
        self._kept: Dict[str, Any] = {}

    def install(self) -> None:
        """Have the modules found, from now on and before anywhere else."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def add(self, error: Optional[BaseException], own: str = "") -> bool:
        """Stand in for what an import did not find; whether that can be done.

        Not for ``own``, the module that is asked for, and what it lies in.
        """
        missing = getattr(error, "name", None)
        if not isinstance(error, ModuleNotFoundError) or not missing:
            return False
        first = missing.split(".")[0]
        name = missing if _is_there(first) else first
        if (own + ".").startswith(name + ".") or name in self.names:
            return False
        self.names.append(name)
        return len(self.names) <= MAX_STAND_INS

    def used(self) -> Dict[str, int]:
        """How often each has been used."""
        return {n: len(root.mock_calls) for n, root in self._kept.items()}

    def of(self, name: str) -> Any:
        """The stand-in of that name."""
        if name not in self._kept:
            self._kept[name] = _kind()(name=name)
        return self._kept[name]

    def guarded(self, found: Callable[..., Any]) -> Callable[..., Any]:
        """A routine that raises MissingError where it has used a stand-in."""

        @functools.wraps(found)
        def routine(*arguments: Any, **named: Any) -> Any:
            before = self.used()
            try:
                return found(*arguments, **named)
            finally:
                used = self.used()
                names = [n for n in sorted(used) if used[n] > before.get(n, 0)]
                if names == [SELF]:
                    raise MissingError("needs-self")
                if names:
                    raise MissingError("missing", names=", ".join(names))

        return routine

    def _name(self, module: str) -> Optional[str]:
        for name in self.names:
            if module == name or module.startswith(name + "."):
                return name
        return None

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> Optional[importlib.machinery.ModuleSpec]:
        """Of a module that is stood in for."""
        if self._name(name) is None:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """One that has every name."""
        name = self._name(spec.name)
        assert name is not None
        return StandInModule(spec.name, self.of(name))

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing in it that would have to be run."""


def forget() -> None:
    """Leave none of the modules for others to import."""
    del KEPT[:]
    for name, module in list(sys.modules.items()):
        if isinstance(module, StandInModule):
            del sys.modules[name]


def is_stand_in(thing: Any) -> bool:
    """Whether a thing is none of the user's, nor of a library's."""
    return type(thing).__module__ == "unittest.mock"


KEPT: List[Any] = []
"""The stand-ins of modules that are there to be imported."""


def uses() -> List[int]:
    """How often each of those has been used."""
    return [len(root.mock_calls) for root in KEPT]


def used_since(before: List[int]) -> List[str]:
    """The packages of which a stand-in has been used since then."""
    return sorted(
        {
            _package(root)
            for number, root in enumerate(KEPT)
            if len(root.mock_calls) > sum(before[number : number + 1])
        }
    )


def met(error: BaseException) -> List[str]:
    """The packages of the stand-ins that an exception may have come of.

    They are what its frames name or hold, and the bases of what these hold.
    """
    found = set()
    step = None if is_own(error, None) else error.__traceback__
    while step is not None:
        frame, step = step.tb_frame, step.tb_next
        named = [frame.f_globals.get(name) for name in frame.f_code.co_names]
        for thing in named + list(frame.f_locals.values()):
            found.update(_packages(thing))
    return sorted(found)


def _packages(thing: Any) -> List[str]:
    if isinstance(thing, StandInModule):
        return [thing.__name__.split(".")[0]]
    owner = thing if isinstance(thing, type) else type(thing)
    bases = [b for k in owner.__mro__ for b in vars(k).get("__orig_bases__", ())]
    return [_package(known) for known in [thing, *bases] if is_stand_in(known)]


def _package(stand_in: Any) -> str:
    """The package that a stand-in is a part of."""
    name: str = stand_in._extract_mock_name()
    return name.split(".")[0]


def not_imported(error: BaseException) -> List[str]:
    """The module from which a name was to come, where the file does without it.

    It has its import in a ``try``, and what is not there is missed in the end.
    """
    name = re.search("'(.*?)'", str(error)) if isinstance(error, NameError) else None
    step = error.__traceback__
    found: Set[str] = set()
    while name is not None and step is not None:
        path, step = step.tb_frame.f_code.co_filename, step.tb_next
        found.update(_tried_imports("".join(linecache.getlines(path)), name[1]))
    return sorted(found)


@functools.lru_cache(maxsize=64)
def _tried_imports(text: str, name: str) -> "Tuple[str, ...]":
    """The modules from which a text tries to import that name."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return ()
    tried = [node for node in nodes if isinstance(node, ast.Try) and node.handlers]
    imports = [n for t in tried for part in t.body for n in ast.walk(part)]
    return tuple(
        node.module or name if isinstance(node, ast.ImportFrom) else alias.name
        for node in imports
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if name == (alias.asname or alias.name).split(".")[0]
    )


def is_own(error: BaseException, texts: Optional[List[str]]) -> bool:
    """Whether no stand-in can have had a part in an exception, whatever it was.

    None can in a text that is no Python; in a name that a library has not; or in one
    that none of the texts ever gives a value, unless a star was to bring it. They are
    all that the exception may have come of; ``None`` if there are others.
    """
    if isinstance(error, SyntaxError):
        return True
    if isinstance(error, AttributeError):
        owner = getattr(error, "obj", None)  # from Python 3.10 on
        return isinstance(owner, types.ModuleType) and not isinstance(
            owner, StandInModule
        )
    if isinstance(error, NameError) and texts is not None and not STARRED:
        name = re.search("'(.*?)'", str(error))
        return name is not None and not any(_binds(text, name[1]) for text in texts)
    return False


def _binds(text: str, name: str) -> bool:
    """Whether a text gives that name a value somewhere."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return True
    return any(
        name in (getattr(node, "name", None), getattr(node, "asname", None))
        or (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names)
        or (
            isinstance(node, ast.Name)
            and node.id == name
            and not isinstance(node.ctx, ast.Load)
        )
        for node in nodes
    )


class StandInModule(types.ModuleType):
    """A module that has every name; what they stand for are parts of one stand-in."""

    def __init__(self, name: str, root: Any = None) -> None:
        super().__init__(name)
        self.__dict__["_root"] = _kind()(name=name) if root is None else root
        KEPT.append(self.__dict__["_root"])

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":  # a star finds nothing in it
            STARRED.append(self.__name__)
            return []
        if name.startswith("__"):
            raise AttributeError(name)
        here = self.__name__.split(".")[-1]
        if name in {module for module, _ in DATA}:
            return importlib.import_module(self.__name__ + "." + name)
        return (
            DATA.get((here, name))
            or sys.modules.get(USUAL.get(name, ""))
            or getattr(self._root, name)
        )


@functools.lru_cache(maxsize=None)
def _kind() -> Any:
    """The class of stand-ins; it is slow to import what it is made of."""
    from unittest.mock import MagicMock

    class StandIn(MagicMock):
        def __mro_entries__(self, bases: Any) -> Tuple[type, ...]:
            """A class that is derived from it has what it defines itself."""
            return ()

        def get_array_module(self, *arrays: Any) -> Any:
            """NumPy: cupy, and DeZero, ask so for the library of an array."""
            return np

    return StandIn


def _is_there(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
