"""What a piece of code reaches by its free names, and a mark of all that.

Two pieces have the same mark only if they are the same but for names, comments and
formatting, with all the definitions, and all else of the files that is run, that they
reach. Where that cannot be told from the text there is no mark.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gradproof.evidence.roles import OTHER_ROLES, ROLES
from gradproof.finding import modules
from gradproof.finding.modules import DEFINES, IMPORTS, Module
from gradproof.finding.untold import is_untold
from gradproof.ports.worker.core import adapters
from gradproof.ports.worker.core.stand_ins import SELF

NAMED = (adapters.NAMES_OF_F, adapters.NAMES_OF_X)
"""Of a parameter that has one of these names it matters which of them."""
KEPT = {
    SELF,
    *adapters.NAMES_OF_H,
    *(n for s in adapters.OWN_NAMES.values() for n in s),
}
"""Names of parameters by which arguments are given, or of which notes speak."""

Key = tuple[Path, str]
"""A name of a file; "" is all of it."""


@dataclass(frozen=True)
class Reach:
    """The files that are reached, and the mark, if there is one."""

    files: tuple[Path, ...]
    mark: str | None


def reach(path: Path, function: str = "") -> Reach:
    """What a function of a file reaches; without one, the file."""
    files = tuple(_files(path.absolute()))
    found = [module for module in map(modules.read, files) if module is not None]
    if len(found) < len(files) or any(map(is_untold, found)):
        return Reach(files, None)
    marks = _Marks({module.path: module for module in found})
    return Reach(files, marks.of(path.absolute(), function))


def _files(path: Path) -> Iterator[Path]:
    """The file, and those that it imports, one from the other."""
    waiting, seen = [path], {path}
    while waiting:
        here = waiting.pop(0)
        yield here
        module = modules.read(here)
        for node in ast.walk(ast.Module(module.body, [])) if module else ():
            if isinstance(node, ast.stmt):
                for file in modules.imported(node, here):
                    if file not in seen:
                        seen.add(file)
                        waiting.append(file)


@dataclass
class _Marks:
    """Numbers the names that are reached, in the order in which they are."""

    modules: dict[Path, Module]
    numbers: dict[Key, int] = field(default_factory=dict)
    whole: dict[Path, bool] = field(default_factory=dict)
    """The files of which all is reached."""

    def __post_init__(self) -> None:
        nodes = [
            node
            for module in self.modules.values()
            for statement in module.body
            for node in ast.walk(statement)
        ]
        self.keywords = {n.arg for n in nodes if isinstance(n, ast.keyword)}
        """Names by which arguments are given: parameters keep them."""

    def of(self, path: Path, function: str) -> str:
        """The mark of a function, or a file. Order and names of files are in it."""
        first, _, method = function.partition(".")
        lead = f"{method}|{self._told(path, first)}"
        self._follow(path, first)
        kept = [self._said(path, first) for path in self._places(path)]
        return hashlib.sha256("\0".join([lead, *kept]).encode()).hexdigest()

    def _told(self, path: Path, function: str) -> str:
        """What the function's own name, and those of its parameters, say of it."""
        roles = [role for role in OTHER_ROLES if ROLES[role].names(function)]
        node = self._function(path, function)
        if not function or not isinstance(node, ast.FunctionDef):
            return ""
        names = [a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)]
        classes = [
            name if name in KEPT else tuple(name in each for each in NAMED)
            for name in names
        ]
        return f"{roles}{classes}"

    def _function(self, path: Path, name: str) -> ast.stmt | None:
        module = self.modules[path]
        numbers = module.binders.get(name, ())
        return module.body[numbers[-1]] if numbers else None

    def _places(self, path: Path) -> list[Path]:
        reached = [file for file, _ in self.numbers]
        return list(dict.fromkeys([path, *reached, *self.modules]))

    def _follow(self, path: Path, name: str) -> None:
        """Number all that is reached from a name, and from what is run beside it."""
        waiting: list[Key] = [(path, name)]
        waiting += [(file, "\0") for file in self.modules]
        while waiting:
            key = waiting.pop(0)
            if key in self.numbers:
                continue
            self.numbers[key] = len(self.numbers)
            if not key[1]:
                self.whole[key[0]] = True
            for number in self._statements(*key):
                statement = self.modules[key[0]].body[number]
                waiting += self._reached(statement, key[0])

    def _statements(self, path: Path, name: str) -> Iterable[int]:
        """The statements of a name; of "" all, of a NUL those that have effects."""
        module = self.modules[path]
        if not name:
            return range(len(module.body))
        if name == "\0":
            return [n for n in module.effects if not _is_guard(module.body[n])]
        return module.binders.get(name, ())

    def _reached(self, statement: ast.stmt, path: Path) -> Iterator[Key]:
        own = _own(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id not in own:
                yield from self._keys(path, node.id)
            elif isinstance(node, IMPORTS):
                # What is imported by its name is followed by it, at the top of a file.
                by_name = node is statement and isinstance(node, ast.ImportFrom)
                for file in modules.imported(node, path):
                    if not by_name or node.names[0].name == "*":
                        yield file, ""

    def _keys(self, path: Path, name: str) -> list[Key]:
        """Where a global name is defined: here, or in files that it comes from."""
        module = self.modules[path]
        found: list[Key] = []
        for number in module.binders.get(name, ()):
            statement = module.body[number]
            if isinstance(statement, ast.ImportFrom):
                found += self._from(statement, path, name)
        stars = [s for s in module.body if isinstance(s, ast.ImportFrom)]
        for statement in stars:
            if statement.names[0].name == "*":
                found += self._from(statement, path, name)
        return found or ([(path, name)] if name in module.binders else [])

    def _from(self, node: ast.ImportFrom, path: Path, name: str) -> list[Key]:
        originals = {a.asname or a.name: a.name for a in node.names}
        original = originals.get(name, name if "*" in originals else "")
        files = [f for f in modules.imported(node, path) if f in self.modules]
        return [
            (file, original if original in self.modules[file].binders else "")
            for file in files
            if original in self.modules[file].binders or file.stem == original
        ]

    def _said(self, path: Path, function: str) -> str:
        """The statements of a file that are reached, in its order, names aside."""
        module = self.modules[path]
        names = {name: n for (file, name), n in self.numbers.items() if file == path}
        kept = sorted({n for name in names for n in self._statements(path, name)})
        said = [self._dumped(module, module.body[n]) for n in kept]
        return "\n".join(said)

    def _dumped(self, module: Module, statement: ast.stmt) -> str:
        literal = bool(self.whole.get(module.path))
        renamed = _Renamed(self, module.path, literal=literal)
        return ast.dump(renamed.visit(_copied(statement)))


def _is_guard(node: ast.stmt) -> bool:
    """Whether it is for the file that is run, and not for one that is imported."""
    test = node.test if isinstance(node, ast.If) else None
    left = test.left if isinstance(test, ast.Compare) else None
    return isinstance(left, ast.Name) and left.id == "__name__"


def _copied(statement: ast.stmt) -> ast.stmt:
    return ast.parse(ast.unparse(statement)).body[0]


class _Renamed(ast.NodeTransformer):
    """Names as numbers: of a function's own in its order, of others as reached.

    ``literal``: names of the file are kept, and those of its functions alone are not.
    """

    def __init__(self, marks: _Marks, path: Path, *, literal: bool) -> None:
        self.marks, self.path, self.literal = marks, path, literal
        self.own: dict[str, str] = {}
        self.attributes: set[str] = set()
        self.depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outermost = not self.depth
        if outermost:
            self.own = self._names_of(node)
        if self.depth:
            node.name = self.own.get(node.name, node.name)
        elif node.name not in self.attributes:
            node.name = self._global(node.name)
        self.depth += 1
        _without_docstring(node)
        self.generic_visit(node)
        self.depth -= 1
        if outermost:
            self.own = {}
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if not self.depth:
            node.name = self._global(node.name)
        _without_docstring(node)
        kept, self.attributes = self.attributes, _attributes(node)
        self.generic_visit(node)
        self.attributes = kept
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if self.depth or node.id not in self.attributes:
            node.id = self.own.get(node.id) or self._global(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.own.get(node.arg, node.arg)
        self.generic_visit(node)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self.own.get(node.name or "", node.name)
        self.generic_visit(node)
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._global(name) for name in node.names]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        node.names = [self.own.get(name, name) for name in node.names]
        return node

    def visit_alias(self, node: ast.alias) -> ast.AST:
        if not self.depth and not self.literal:
            node.asname = None
        return node

    def _global(self, name: str) -> str:
        if self.literal:
            return name
        keys = self.marks._keys(self.path, name)
        numbers = [self.marks.numbers[key] for key in keys if key in self.marks.numbers]
        return "#".join(["", *map(str, numbers)]) if numbers else name

    def _names_of(self, node: ast.FunctionDef) -> dict[str, str]:
        """What becomes of the names that a function has of its own."""
        inside = [n for s in (node.args, *node.body) for n in ast.walk(s)]
        outer = set(_bound_in(node)) - _declared(node)
        given = {a.arg for a in inside if isinstance(a, ast.arg)}
        kept = given if None in self.marks.keywords else given & self.marks.keywords
        order = dict.fromkeys(n for each in inside for n in _binds(each))
        chosen = [
            name
            for name in order
            if name not in kept and (name in outer or self._is_inner(name, node))
        ]
        return {name: f"${number}" for number, name in enumerate(chosen)}

    def _is_inner(self, name: str, node: ast.FunctionDef) -> bool:
        """Whether what is bound in a scope inside can be nothing else outside of that.

        A star may have brought it from anywhere.
        """
        module = self.marks.modules[self.path]
        imports = [s for s in module.body if isinstance(s, ast.ImportFrom)]
        stars = any(s.names[0].name == "*" for s in imports)
        known = name in module.binders or hasattr(builtins, name)
        return not (stars or known or name in _declared(node))


def _attributes(node: ast.ClassDef) -> set[str]:
    """The names that a class binds in its body: others speak of them as they are."""
    return {name for statement in node.body for name in modules.bound(statement)}


def _own(statement: ast.stmt) -> set[str]:
    """The names that are a function's own wherever they stand in it."""
    if not isinstance(statement, ast.FunctionDef):
        return set()
    outside = [*statement.decorator_list, *statement.args.defaults]
    outside += [d for d in statement.args.kw_defaults if d is not None]
    named = {n.id for o in outside for n in ast.walk(o) if isinstance(n, ast.Name)}
    return set(_bound_in(statement)) - named - _declared(statement)


def _declared(node: ast.AST) -> set[str]:
    """The names that are said to be the file's."""
    found = (n for n in ast.walk(node) if isinstance(n, ast.Global))
    return {name for each in found for name in each.names}


def _bound_in(node: ast.FunctionDef) -> Iterator[str]:
    """The names that a function binds in its own scope."""
    yield from (a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg))
    for statement in node.body:
        yield from modules.bound(statement)


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a node by itself binds in some scope."""
    if isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, DEFINES):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name


def _without_docstring(node: ast.FunctionDef | ast.ClassDef) -> None:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        node.body = node.body[1:] or [ast.Pass()]
