"""A file's definitions, without what it trains: imports, definitions, assignments.

Modules that are missing are stood in for, what NumPy has done away with is given back,
and single precision is read as double. Lines keep their numbers.
"""

import __future__

import ast
import builtins
import importlib.machinery
import os
import re
import sys
import types
import warnings
from typing import Any, Callable, Dict, Optional, Set, Tuple

from . import loader, old_names, stand_ins
from .calls import Noise, printing_into
from .loader import Notes
from .printable import clean
from .stand_ins import StandInModule
from .texts import NONE, Texts
from .user_files import users_files

HARMLESS = {
    *("np", "numpy", "math", "os", "sys", "functools", "collections", "itertools"),
    *vars(builtins),
}
"""Whose calls an assignment may make: none of them trains."""

ASSIGNED = (ast.Assign, ast.AnnAssign, ast.AugAssign)
DEFINED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, *ASSIGNED)


def load(path: str, texts: Texts = NONE) -> "tuple[types.ModuleType, Notes]":
    """The module of a file's definitions, and the notes. Raises RoutineError."""
    notes: Notes = []
    _, tree = loader.parsed(path, texts)
    module = loader._module(path, os.path.splitext(os.path.basename(path))[0], notes)
    old_names.serve()
    old_names.note_used(tree, notes)
    missing = _Missing(notes)
    missing.heed(path, tree)
    sys.meta_path.append(missing)
    _read_doubly(users_files([path]), texts, missing)
    module.__package__ = loader._package(os.path.dirname(path), tree, notes)
    if module.__package__:
        module.__name__ = module.__package__ + "." + module.__name__
    loader._register(module)
    flags = future_flags(tree)
    with printing_into(Noise()), loader._unattended(notes), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for statement in tree.body:
            _run(statement, path, module, notes, flags)
    return module, notes


def future_flags(tree: ast.Module) -> int:
    """Return the compiler's flags for what a file imports from __future__.

    Each statement is compiled by itself, and these hold for all of them.
    """
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                feature = getattr(__future__, alias.name, None)
                flags |= getattr(feature, "compiler_flag", 0)
    return flags


def _run(
    statement: ast.stmt, path: str, module: types.ModuleType, notes: Notes, flags: int
) -> None:
    """Run what defines something; an assignment that fails was a script's."""
    if not _defines(statement):
        return
    tree = ast.parse("")
    tree.body = [statement]
    code = compile(doubled(tree, notes), path, "exec", flags, dont_inherit=True)
    try:
        _executed(code, module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if not isinstance(statement, (*ASSIGNED, ast.If, ast.Try, ast.Expr)):
            raise loader._import_failure(error, path) from error


MAX_NAMES = 20
"""That one statement may take from modules that are stood in for."""


def _executed(code: types.CodeType, module: types.ModuleType) -> None:
    """Run a statement; a name that is not there may be one that a star was to bring."""
    for _ in range(MAX_NAMES):
        try:
            exec(code, module.__dict__)
            return
        except NameError as error:
            name = re.search(r"name '(\w+)' is not defined", str(error))
            if name is None or not stand_ins.STARRED or name.group(1) in vars(module):
                raise
            star = sys.modules[stand_ins.STARRED[-1]]
            module.__dict__[name.group(1)] = getattr(star, name.group(1))
    exec(code, module.__dict__)


def _defines(statement: ast.stmt) -> bool:
    if isinstance(statement, ASSIGNED):
        value = statement.value
        return value is None or _calls(value) <= HARMLESS
    if isinstance(statement, ast.Expr):
        # Where siblings are found is said by calls: sys.path.append(os.pardir).
        return "sys.path" in ast.dump(statement).replace(
            "value=Name(id='sys', ctx=Load()), attr='path'", "sys.path"
        )
    if isinstance(statement, ast.If):
        main = "__main__" in ast.dump(statement.test)
        return not main and all(map(_defines, statement.body + statement.orelse))
    if isinstance(statement, ast.Try):
        return all(map(_defines, statement.body))
    return isinstance(statement, (*DEFINED, ast.Pass))


def _calls(value: ast.AST) -> Set[str]:
    """The first names of what is called in an expression; "" for what has none."""
    found = set()
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            root: Any = node.func
            while isinstance(root, ast.Attribute):
                root = root.value
            found.add(root.id if isinstance(root, ast.Name) else "")
    return found


def doubled(tree: ast.Module, notes: Notes) -> ast.Module:
    """The tree with double precision where single is asked for: 'f', np.float32."""
    before = ast.dump(tree)
    _double_all(tree)
    note = ["read-doubly", {}]
    if note not in notes and ast.dump(tree) != before:
        notes.append(note)
    return tree


def _double_all(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "float32":
            node.attr = "float64"
        if isinstance(node, ast.Call):
            asked = [k.value for k in node.keywords if k.arg == "dtype"]
            if isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
                asked += node.args[:1]
            for value in asked:
                _double(value)


def _double(value: Any) -> None:
    for field in ("value", "s"):  # until Python 3.7 a text has its own node, Str
        if getattr(value, field, None) in ("f", "float32", "f4"):
            setattr(value, field, "float64")


def _read_doubly(
    is_users: Callable[[str], bool], texts: Texts, missing: "_Missing"
) -> None:
    """Have every import of a user's file read single precision as double.

    What was compiled before is not used.
    """
    found: Any = importlib.machinery.SourceFileLoader
    own_code, to_code = found.get_code, found.source_to_code

    def get_code(self: Any, name: str) -> Any:
        path = self.get_filename(name)
        if not is_users(path):
            return own_code(self, name)
        source = texts.of(path)
        data = self.get_data(path) if source is None else source
        tree = ast.parse(data)
        missing.heed(path, tree)
        return to_code(self, doubled(tree, missing.notes), path)

    found.get_code = get_code


class _Missing:
    """Finds, when all others have failed, a module that answers with nothing."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.guarded: Dict[str, Set[int]] = {}

    def heed(self, path: str, tree: ast.Module) -> None:
        """Remember where a file does without a module that is missing."""
        self.guarded[path] = {
            line
            for node in ast.walk(tree)
            if isinstance(node, ast.Try) and node.handlers
            for statement in node.body
            for line in range(statement.lineno, _end(statement) + 1)
        }

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.split(".")[0] in _standard():
            return None
        place = _importer()
        if place is None or place[1] in self.guarded.get(place[0], ()):
            return None
        note = ["stood-in", {"module": clean(name)}]
        if note not in self.notes:
            self.notes.append(note)
        loading: Any = self
        return importlib.machinery.ModuleSpec(name, loading, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass  # it is asked for its names, one by one


def _standard() -> Set[str]:
    return set(getattr(sys, "stdlib_module_names", ())) | {"numpy"}


def _end(statement: ast.stmt) -> int:
    """The last line on which something of a statement begins."""
    return max(getattr(node, "lineno", 0) for node in ast.walk(statement))


BETWEEN = (__file__, importlib.__file__, stand_ins.__file__)
"""Files whose frames are on the way: a stand-in imports what is below it."""


def _importer() -> Optional[Tuple[str, int]]:
    """File and line of an import, if it is a user's: libraries try much in vain."""
    is_users = users_files([])
    frame: Optional[types.FrameType] = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith("<") and name not in BETWEEN:
            return (name, frame.f_lineno) if is_users(name) else None
        frame = frame.f_back
    return None
