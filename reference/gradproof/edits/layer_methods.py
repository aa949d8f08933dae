"""The methods of a layer, and the functions that it calls, as they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gradproof.edits.text import ATOMS, Edit, Edits, Text, last_name, numpy_name

Function = ast.FunctionDef
SPACE = " \t\f\r\n\\"
LOOSE = (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr, ast.Tuple)
"""Expressions that bind less than any sum."""


@dataclass(frozen=True)
class WrittenValue:
    """A value that is returned, or put somewhere: what it is put into, as written.

    ``start`` and ``end`` are its characters, parentheses included.
    """

    text: Text
    node: ast.expr
    target: str
    start: int
    end: int

    @property
    def written(self) -> str:
        """Its text."""
        return self.text.text[self.start : self.end]

    @property
    def factor(self) -> str:
        """Its text as a factor."""
        sums = isinstance(self.node, ast.BinOp) and isinstance(
            self.node.op, (ast.Add, ast.Sub)
        )
        return self._grouped(sums or isinstance(self.node, LOOSE))

    @property
    def atom(self) -> str:
        """Its text as what an attribute may be taken of."""
        return self._grouped(not isinstance(self.node, ATOMS))

    def _grouped(self, loose: bool) -> str:
        has = self.written.startswith("(") and not self._is_bare
        return f"({self.written})" if loose and not has else self.written

    @property
    def _is_bare(self) -> bool:
        """Whether no parentheses are around it."""
        return (self.start, self.end) == self.text.span(self.node)

    def becomes(self, new: str) -> Edits:
        """Another text for it."""
        return (Edit(self.start, self.end, new),)


@dataclass(frozen=True)
class Method:
    """A method of a layer, or a function that it calls, in a file.

    ``owner`` is the class.
    """

    text: Text
    function: Function
    owner: ast.ClassDef | None = None
    file: str = ""

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of it, in the order of the text."""
        found = [n for s in self.function.body for n in ast.walk(s)]
        return sorted(
            found, key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0))
        )

    @cached_property
    def loops(self) -> list[ast.AST]:
        """All nodes within its loops."""
        loops = [n for n in self.nodes if isinstance(n, (ast.For, ast.While))]
        return [n for loop in loops for s in loop.body for n in ast.walk(s)]

    @property
    def numpy(self) -> str:
        """NumPy's name in the file, with a dot."""
        return numpy_name(self.text.tree)

    @property
    def parameters(self) -> list[str]:
        """Names of the parameters, self aside."""
        given = self.function.args
        names = [a.arg for a in (*given.posonlyargs, *given.args)]
        return [n for n in names if n not in ("self", "cls")]

    @property
    def is_backward(self) -> bool:
        """Whether it goes back, by its name."""
        return "backward" in self.function.name.lower()

    def other(self, name: str) -> Function | None:
        """Another method of the class, by its name."""
        body = self.owner.body if self.owner else []
        found = [n for n in body if isinstance(n, Function) and n.name == name]
        return found[0] if found else None

    @cached_property
    def attributes(self) -> list[str]:
        """The attributes that the class gives itself, in the order of the text."""
        nodes = ast.walk(self.owner) if self.owner else ()
        found = [
            n
            for n in nodes
            if isinstance(n, ast.Attribute)
            and isinstance(n.ctx, ast.Store)
            and _is_self(n.value)
        ]
        found.sort(key=lambda n: (n.lineno, n.col_offset))
        return list(dict.fromkeys(n.attr for n in found))

    @cached_property
    def values(self) -> list[WrittenValue]:
        """What it returns, and puts somewhere; each of a tuple by itself."""
        return list(self._values())

    def _values(self) -> Iterator[WrittenValue]:
        for node in self.nodes:
            match node:
                case ast.Return(ast.expr() as value):
                    yield from self._of(value, "", node)
                case ast.Assign([target], value):
                    yield from self._of(value, self.text.of(target), node, target)
                case ast.AugAssign(target, _, value):
                    yield from self._of(value, self.text.of(target), node)

    def _of(
        self, value: ast.expr, target: str, node: ast.stmt, into: ast.expr | None = None
    ) -> Iterator[WrittenValue]:
        if isinstance(value, (ast.Tuple, ast.List)):
            targets: Sequence[str] = [target] * len(value.elts)
            if isinstance(into, ast.Tuple) and len(into.elts) == len(value.elts):
                targets = [self.text.of(each) for each in into.elts]
            for each, name in zip(value.elts, targets, strict=True):
                yield WrittenValue(self.text, each, name, *self._within(each))
            return
        start = self.text.span(value)[0]
        while self.text.text[start - 1] in SPACE + "(":
            start -= 1
        end = self.text.span(node)[1]
        start += len(self.text.text[start:end]) - len(
            self.text.text[start:end].lstrip(SPACE)
        )
        yield WrittenValue(self.text, value, target, start, end)

    def _within(self, node: ast.expr) -> tuple[int, int]:
        """The characters of a node that stands among others."""
        start, end = self.text.span(node)
        around = self.text.text[start - 1 : start] + self.text.text[end : end + 1]
        return (start - 1, end + 1) if around == "()" else (start, end)

    @property
    def counts(self) -> list[str]:
        """How the size of the batch may be written here, what is at hand first."""
        found = [
            *(f"len({name})" for name in self._measured("len")),
            *(f"{name}.shape[0]" for name in self._measured("shape")),
        ]
        named = [name for node in self.nodes for name in _named_counts(node)]
        inputs = [f"self.{a}" for a in ("t", "y", "x") if a in self.attributes]
        given = [] if self.is_backward and inputs else self.parameters[:1]
        rest = [f"{name}.shape[0]" for name in (*inputs, *given, *self.parameters[:1])]
        return list(dict.fromkeys([*named, *found, *rest]))

    def _measured(self, how: str) -> Iterator[str]:
        """What its length, or the first of its shape, is taken of here."""
        for node in self.nodes:
            match node:
                case ast.Call(ast.Name("len"), [each]) if how == "len":
                    yield self.text.of(each)
                case ast.Subscript(ast.Attribute(each, "shape"), ast.Constant(0)) if (
                    how == "shape"
                ):
                    yield self.text.of(each)


def _named_counts(node: ast.AST) -> Iterator[str]:
    """The name that the size of a batch is given."""
    match node:
        case ast.Assign([ast.Name(name)], value) if _is_count(value):
            yield name
        case ast.Assign([ast.Tuple([ast.Name(name), *_])], ast.Attribute(_, "shape")):
            yield name


def _is_count(value: ast.expr) -> bool:
    match value:
        case ast.Call(ast.Name("len"), [_]):
            return True
        case ast.Subscript(ast.Attribute(_, "shape"), ast.Constant(0)):
            return True
    return False


def _is_self(node: ast.expr) -> bool:
    return last_name(node) == "self"


def of_class(text: Text, name: str, file: str = "") -> list[Method]:
    """The methods of a class: back, ahead, and the others."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            own = [n for n in node.body if isinstance(n, Function)]
            own.sort(key=lambda n: ("backward" not in n.name, "forward" not in n.name))
            return [Method(text, n, node, file) for n in own]
    return []


def of_pair(text: Text, stem: str, file: str = "") -> list[Method]:
    """The functions that go ahead and back under a name, and one of that name."""
    found = [
        n
        for n in text.tree.body
        if isinstance(n, Function)
        and (n.name == stem or ("ward" in n.name and stem in n.name))
    ]
    found.sort(key=lambda n: "backward" not in n.name)
    return [Method(text, n, file=file) for n in found]


def at_line(text: Text, name: str, line: int, file: str = "") -> list[Method]:
    """The function of that name that holds a line."""
    return [
        Method(text, n, file=file)
        for n in ast.walk(text.tree)
        if isinstance(n, Function)
        and n.name == name
        and n.lineno <= line <= (n.end_lineno or n.lineno)
    ]
