"""Find a routine where its author has left it: in a file, a notebook, a module.

A file is run as it stands, under its own name, in its own folder; it is never
copied. What had to be assumed on the way is noted: a list of [id, parameters].
"""

import ast
import builtins
import contextlib
import importlib
import importlib.machinery
import importlib.util
import inspect
import os
import re
import sys
import tokenize
import traceback
import types
import unicodedata
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from . import old_names
from .calls import Noise, printing_into, text
from .printable import clean
from .stand_ins import StandIns, is_stand_in
from .texts import NONE, Texts

Notes = List[List[Any]]
"""What had to be assumed: [id, parameters] each."""

MAX_FOLDERS_ABOVE = 3
"""How many folders above a file's own are searched for what it imports."""


def _nothing(*_: Any, **__: Any) -> None:
    pass


class _Shell:
    """Stands in for IPython."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return _nothing


OF_NOTEBOOKS: Dict[str, Any] = {"display": _nothing, "get_ipython": _Shell}
"""Names that a notebook has without importing them."""


class RoutineError(Exception):
    """A routine that cannot be had: a message's id and its parameters."""

    def __init__(self, reason: str, **parameters: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.parameters = parameters


class _AgainError(Exception):
    """What was missing is stood in for: all is to be run again."""


def load(
    path: Optional[str],
    module: str,
    name: str,
    cells: Optional[Sequence[Tuple[str, str]]] = None,
    texts: Texts = NONE,
) -> Tuple[Any, Notes]:
    """The object ``name`` of a file (``path``) or a module, and the notes.

    ``name`` may be dotted, as ``Class.method``; the class is then made without
    arguments. ``cells`` are those of a file that is a notebook, each a name and its
    source. A text is run in the place of the file that it is for. What an import does
    not find is stood in for. Raises RoutineError.
    """
    stand_ins = StandIns()
    while True:
        notes: Notes = []
        try:
            found = _loaded(path, module, name, cells, texts, notes, stand_ins)
            break
        except _AgainError:
            stand_ins.install()
    if is_stand_in(found):
        raise RoutineError("missing", names=", ".join(stand_ins.names))
    if not callable(found):
        raise RoutineError("not-callable", kind=type(found).__name__)
    if not stand_ins.names:
        return found, notes
    notes += [["stood-in", {"module": clean(name)}] for name in stand_ins.names]
    return stand_ins.guarded(found), notes


def _loaded(
    path: Optional[str],
    module: str,
    name: str,
    cells: Optional[Sequence[Tuple[str, str]]],
    texts: Texts,
    notes: Notes,
    stand_ins: StandIns,
) -> Any:
    noise = Noise()
    with printing_into(noise), _unattended(notes), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path is None:
            space = _import_module(module, stand_ins)
        elif cells is None:
            space = _run_file(os.path.abspath(path), name, notes, texts, stand_ins)
        else:
            space = _run_cells(os.path.abspath(path), cells, name, notes, stand_ins)
        found = _find(space, name, notes)
    if noise.kept.strip():
        notes.append(["printed-on-import", {}])
    return found


@contextlib.contextmanager
def _unattended(notes: Notes) -> Iterator[None]:
    """Answer every question with an empty line: nobody is there."""
    asked = builtins.input

    def answer(prompt: object = "") -> str:
        if ["asked-for-input", {}] not in notes:
            notes.append(["asked-for-input", {}])
        return ""

    builtins.input = answer
    try:
        yield
    finally:
        builtins.input = asked


def _import_module(name: str, stand_ins: StandIns) -> types.ModuleType:
    old_names.serve()
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if stand_ins.add(error, name):
            raise _AgainError from error
        raise _import_failure(error, None) from error


def _run_file(
    path: str, name: str, notes: Notes, texts: Texts, stand_ins: StandIns
) -> types.ModuleType:
    """The module made of the file's text.

    If running it fails after the routine was defined, the routine is taken.
    """
    source, tree = parsed(path, texts)
    old_names.serve()
    old_names.note_used(tree, notes)
    module = _module(path, os.path.splitext(os.path.basename(path))[0], notes)
    folder = os.path.dirname(path)
    try:
        module.__package__ = _package(folder, tree, notes)
        if module.__package__:
            module.__name__ = module.__package__ + "." + module.__name__
        _register(module)
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if name.split(".")[0] not in module.__dict__:
            if stand_ins.add(error):
                raise _AgainError from error
            raise _import_failure(error, path) from error
        notes.append(
            ["failed-after", {"kind": _kind(error), "line": _line(error, path)}]
        )
    return module


def _run_cells(
    path: str,
    cells: Sequence[Tuple[str, str]],
    name: str,
    notes: Notes,
    stand_ins: StandIns,
) -> types.ModuleType:
    """The module that a notebook's cells make, one after the other.

    After one that fails it is gone on, as people do; the first such is told of.
    """
    old_names.serve()
    module = _module(path, "__main__", notes)
    module.__dict__.update(OF_NOTEBOOKS)
    _register(module)
    wanted = name.split(".")[0]
    failed: List[Tuple[str, Dict[str, Any]]] = []
    for number, (cell, source) in enumerate(cells, 1):
        try:
            exec(compile(source, cell, "exec", dont_inherit=True), module.__dict__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if wanted not in module.__dict__ and stand_ins.add(error):
                raise _AgainError from error
            where = {"cell": number, "line": _line(error, cell) or 1}
            failed.append(
                (source, {"kind": _kind(error), "text": text(error), **where})
            )
    if wanted not in module.__dict__:
        for source, failure in failed:
            if re.search(r"\b{}\b".format(re.escape(wanted)), source):
                raise RoutineError("cell-failed", **failure)
    for _, failure in failed[:1]:
        del failure["text"]
        notes.append(["cell-failed", failure])
    return module


def _module(path: str, name: str, notes: Notes) -> types.ModuleType:
    """An empty module in the file's place: its folder is where it works and imports."""
    folder = os.path.dirname(path)
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.meta_path.append(_Above(folder, notes))
    module = types.ModuleType(name)
    module.__file__ = path
    return module


def _register(module: types.ModuleType) -> None:
    """Dataclasses, pickle and the like look a module up by its name.

    One that was imported keeps it: a file may be named like a standard module.
    """
    known = sys.modules.get(module.__name__)
    if getattr(known, "__spec__", None) is None:
        sys.modules[module.__name__] = module


UNREADABLE = (
    *(SyntaxError, ValueError, OSError, RecursionError, MemoryError),
    LookupError,  # for an encoding that is not one of text
)
"""What comes of a file that is no Python."""


def parsed(path: str, texts: Texts) -> Tuple[str, ast.Module]:
    """What is run of a file, its text or another, and its tree. Raises RoutineError."""
    if not os.path.isfile(path):
        raise RoutineError("no-file")
    try:
        source = texts.of(path)
        if source is None:
            with tokenize.open(path) as file:
                source = file.read()
        return source, ast.parse(source)
    except UNREADABLE as error:
        said = text(getattr(error, "msg", error)) or _kind(error)
        what = {"kind": _kind(error), "text": said}
        line = getattr(error, "lineno", None)
        if not line:
            raise RoutineError("not-python", **what) from error
        shown = _shown(error)
        reason = "not-python-shown" if shown else "not-python-at"
        raise RoutineError(reason, line=line, **shown, **what) from error


def _shown(error: BaseException) -> Dict[str, Any]:
    """The line of a syntax error, and how many columns are before it; or nothing."""
    source, column = getattr(error, "text", None), getattr(error, "offset", None)
    if not isinstance(source, str) or not source.strip() or not column:
        return {}
    before = clean(source[: column - 1] + "|", 200)[:-1]
    wide = sum(unicodedata.east_asian_width(c) in "FW" for c in before)
    return {"source": clean(source, 200), "column": len(before) + wide}


def _package(folder: str, tree: ast.Module, notes: Notes) -> str:
    """Make the package that the file's relative imports need; its name.

    It is made of as many folders as the imports go up, and is named for them.
    """
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    folders: List[str] = []
    while len(folders) < max([n.level or 0 for n in nodes] or [0]):
        folders.insert(0, folder)
        folder = os.path.dirname(folder)
    package = ""
    for each in folders:
        part = os.path.basename(each).replace(".", "_")
        package = package + "." + part if package else _free(part, each)
        _make_package(package, each)
    if package:
        sys.path.insert(1, folder)
        notes.append(["relative-imports", {"package": clean(package)}])
    return package


def _free(name: str, folder: str) -> str:
    """A name for the package in that folder: a folder may be named like another."""
    while name in sys.modules and _folders(sys.modules[name]) != [folder]:
        name += "_"
    return name


def _folders(package: types.ModuleType) -> List[str]:
    return list(getattr(package, "__path__", []))


def _make_package(name: str, folder: str) -> None:
    """A package that lies in that folder, whether it says that it is one or not."""
    spec = importlib.util.spec_from_file_location(
        name,
        os.path.join(folder, "__init__.py"),
        submodule_search_locations=[folder],
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    if os.path.isfile(os.path.join(folder, "__init__.py")):
        spec.loader.exec_module(package)


class _Above:
    """Finds, as a last resort, modules in the folders above, up to a repository's."""

    def __init__(self, folder: str, notes: Notes) -> None:
        self.notes = notes
        self.folders: List[str] = []
        self.root = ""
        for _ in range(MAX_FOLDERS_ABOVE):
            if os.path.exists(os.path.join(folder, ".git")):
                self.root = folder
                break
            above = os.path.dirname(folder)
            if above == folder:
                break
            self.folders.append(above)
            folder = above

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if path is not None:
            return None
        folders = list(self.folders)
        folders += [os.path.join(f, "src") for f in (*folders, self.root) if f]
        if name == os.path.basename(self.root):  # a repository's own name
            folders.append(os.path.dirname(self.root))
        for folder in folders:
            spec = importlib.machinery.PathFinder.find_spec(name, [folder])
            if spec is not None and (spec.loader is not None or _has_modules(spec)):
                note = ["found-above", {"module": clean(name)}]
                if note not in self.notes:
                    self.notes.append(note)
                return spec
        return None


def _has_modules(spec: Any) -> bool:
    """Whether a folder without ``__init__`` holds Python files, or a folder of it."""
    folders = list(spec.submodule_search_locations or ())
    folders += [e.path for f in folders for e in os.scandir(f) if e.is_dir()]
    return any(name.endswith(".py") for f in folders for name in os.listdir(f))


def _find(space: types.ModuleType, name: str, notes: Notes) -> Any:
    found: Any = space
    for part in name.split("."):
        if inspect.isclass(found) and part in _instance_methods(found):
            found = _instance(found, notes)
        if not hasattr(found, part):
            near = ", ".join(_functions(space)) or "-"
            raise RoutineError("not-there", name=name, functions=clean(near))
        found = getattr(found, part)
    if inspect.isclass(found) and "__call__" in _instance_methods(found):
        return _instance(found, notes)
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
    name = clean(cls.__name__)
    try:
        made = cls()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        what = {"kind": _kind(error), "text": text(error)}
        raise RoutineError("not-made", name=name, **what) from error
    notes.append(["made-instance", {"name": name}])
    return made


def _functions(space: types.ModuleType) -> List[str]:
    return [
        name
        for name, value in vars(space).items()
        if inspect.isfunction(value) and value.__module__ == space.__name__
    ]


def _import_failure(error: BaseException, path: Optional[str]) -> RoutineError:
    what = {"kind": _kind(error), "text": text(error)}
    line = _line(error, path)
    if line:
        return RoutineError("import-failed-at", line=line, **what)
    return RoutineError("import-failed", **what)


def _kind(error: BaseException) -> str:
    return clean(type(error).__name__, 80)


def _line(error: BaseException, path: Optional[str]) -> int:
    """The last line of the file that the error came through; 0 if there is none."""
    if isinstance(error, SyntaxError) and path and error.filename == path:
        return error.lineno or 0
    steps = traceback.extract_tb(error.__traceback__)
    lines = [
        step[1] or 0 for step in steps if path and os.path.abspath(step[0]) == path
    ]
    return lines[-1] if lines else 0
