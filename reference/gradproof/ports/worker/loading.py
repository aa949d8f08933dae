"""Find a routine where its author has left it: in a file, a module, a class.

A file is run as it stands, under its own name, in its own folder; it is never
copied. What had to be assumed on the way is noted: a list of [id, parameters].
"""

import ast
import contextlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import io
import os
import sys
import tokenize
import traceback
import types
from typing import Any, List, Optional, Set, Tuple

Notes = List[List[Any]]
"""What had to be assumed: [id, parameters] each."""

PARENTS = 3
"""How many folders above a file's own are searched for what it imports."""


class LoadFailure(Exception):
    """A routine that cannot be had: a message's id and its parameters."""

    def __init__(self, reason: str, **parameters: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.parameters = parameters


def load(path: Optional[str], module: str, name: str) -> Tuple[Any, Notes]:
    """The object ``name`` of a file (``path``) or a module, and the notes.

    ``name`` may be dotted, as ``Class.method``; the class is then made without
    arguments. Raises LoadFailure.
    """
    notes: Notes = []
    noise = io.StringIO()
    with contextlib.redirect_stdout(noise):
        space = _run_file(path, name, notes) if path else _import_module(module)
        found = _find(space, name, notes)
    if noise.getvalue():
        notes.append(["printed-on-import", {}])
    if not callable(found):
        raise LoadFailure("not-callable", kind=type(found).__name__)
    return found, notes


def _import_module(name: str) -> types.ModuleType:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _import_failure(error, None) from error


def _run_file(path: str, name: str, notes: Notes) -> types.ModuleType:
    """The module made of the file's text.

    If running it fails after the routine was defined, the routine is taken.
    """
    path = os.path.abspath(path)
    text, tree = _parse(path)
    folder = os.path.dirname(path)
    os.chdir(folder)
    stem = os.path.splitext(os.path.basename(path))[0]
    module = types.ModuleType(stem)
    module.__file__ = path
    package, root = _package(folder, tree)
    module.__package__ = package
    sys.path.insert(0, folder)
    if package:
        sys.path.insert(1, root)
        notes.append(["relative-imports", {"package": package}])
    else:
        # Dataclasses, pickle and the like look a module up by its name.
        sys.modules.setdefault(stem, module)
    sys.meta_path.append(_Above(folder, notes))
    try:
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if name.split(".")[0] not in module.__dict__:
            raise _import_failure(error, path) from error
        line = _line(error, path)
        notes.append(["failed-after", {"kind": type(error).__name__, "line": line}])
    return module


def _parse(path: str) -> Tuple[str, ast.Module]:
    if not os.path.isfile(path):
        raise LoadFailure("no-file")
    try:
        with tokenize.open(path) as source:
            text = source.read()
        return text, ast.parse(text)
    except (SyntaxError, UnicodeDecodeError, ValueError) as error:
        line = getattr(error, "lineno", None) or 0
        kind, text = type(error).__name__, str(error)
        raise LoadFailure("not-python", kind=kind, text=text, line=line) from error


def _package(folder: str, tree: ast.Module) -> Tuple[str, str]:
    """The package that relative imports need, and the folder that it lies in."""
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level]
    levels = max([n.level for n in nodes] or [0])
    names: List[str] = []
    while levels and os.path.basename(folder):
        names.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
        levels -= 1
    return ".".join(names), folder


class _Above:
    """Finds, as a last resort, modules in the folders above, up to a repository's."""

    def __init__(self, folder: str, notes: Notes) -> None:
        self.notes = notes
        self.folders: List[str] = []
        for _ in range(PARENTS):
            if os.path.exists(os.path.join(folder, ".git")):
                break
            above = os.path.dirname(folder)
            if above == folder:
                break
            self.folders.append(above)
            folder = above

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if path is not None:
            return None
        for folder in self.folders:
            spec = importlib.machinery.PathFinder.find_spec(name, [folder])
            if spec is not None and (spec.loader is not None or _has_modules(spec)):
                self.notes.append(["found-above", {"module": name}])
                return spec
        return None


def _has_modules(spec: Any) -> bool:
    """Whether a folder without ``__init__`` holds Python files: it may hold none."""
    return any(
        name.endswith(".py")
        for folder in spec.submodule_search_locations or ()
        for name in os.listdir(folder)
    )


def _find(space: types.ModuleType, name: str, notes: Notes) -> Any:
    found: Any = space
    for part in name.split("."):
        if inspect.isclass(found) and part in _instance_methods(found):
            found = _instance(found, notes)
        if not hasattr(found, part):
            near = ", ".join(_functions(space)) or "-"
            raise LoadFailure("not-there", name=name, functions=near)
        found = getattr(found, part)
    return found


def _instance_methods(cls: type) -> Set[str]:
    """Names of the methods that are called on an instance."""
    return {
        name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if inspect.isfunction(value)
    }


def _instance(cls: type, notes: Notes) -> Any:
    try:
        made = cls()
    except Exception as error:
        kind, text = type(error).__name__, str(error)
        raise LoadFailure(
            "not-made", name=cls.__name__, kind=kind, text=text
        ) from error
    notes.append(["made-instance", {"name": cls.__name__}])
    return made


def _functions(space: types.ModuleType) -> List[str]:
    return [
        name
        for name, value in vars(space).items()
        if inspect.isfunction(value) and value.__module__ == space.__name__
    ]


def _import_failure(error: BaseException, path: Optional[str]) -> LoadFailure:
    return LoadFailure(
        "import-failed",
        kind=type(error).__name__,
        text=str(error),
        line=_line(error, path),
    )


def _line(error: BaseException, path: Optional[str]) -> int:
    """The last line of the file that the error came through; 0 if there is none."""
    steps = traceback.extract_tb(error.__traceback__)
    lines = [step[1] for step in steps if path and os.path.abspath(step[0]) == path]
    return lines[-1] if lines else 0
