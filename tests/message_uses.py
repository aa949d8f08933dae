"""Where the package makes messages: their ids and parameters, read off its code."""

from __future__ import annotations

import ast
import fnmatch
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import gradproof
from gradproof.report.messages import CATALOGUES

SOURCES = Path(gradproof.__file__).parent

MAKERS = {
    **dict.fromkeys(("passed", "failed", "broken", "not_covered"), ("", 0)),
    **dict.fromkeys(
        ("TargetError", "LoadError", "UsageError", "StarterError"), ("", 0)
    ),
    **dict.fromkeys(("say", "Obstacle", "Sentence"), ("", 0)),
    **dict.fromkeys(("Unreadable", "_NotReadableError"), ("unreadable.", 0)),
    **dict.fromkeys(("LoadFailure", "LoadFailureError"), ("load.", 0)),
    "Judgement": ("", 1),
    "Note": ("note.", 0),
}
"""What makes a message: what its id begins with, and which argument is the rest."""


@dataclass(frozen=True)
class Use:
    """A message that is made somewhere; ``*`` in its id stands for what is not seen.

    ``parameters`` are their names, ``None`` where the code does not show them.
    """

    maker: str
    message: str
    parameters: frozenset[str] | None
    place: str


def uses() -> list[Use]:
    """Every place that makes a message, once for each id that it may have."""
    paths = (p for p in sorted(SOURCES.rglob("*.py")) if p.parent.name != "messages")
    return [use for path in paths for use in _in_module(path)]


def _in_module(path: Path) -> Iterator[Use]:
    tree = ast.parse(path.read_bytes())
    named = _assigned(ast.iter_child_nodes(tree))
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.Module | ast.FunctionDef):
            continue
        nodes = list(_inside(scope))
        values = {**named, **_assigned(nodes)}
        for node in nodes:
            for maker, id, keys in _made(node):
                place = f"{path.relative_to(SOURCES)}:{getattr(node, 'lineno', 0)}"
                for text in _texts(id, values, frozenset()):
                    message = MAKERS[maker][0] + text
                    yield Use(maker, message, keys, place)


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """What is in a module or a function, and not in a function within."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _inside(node)


def _made(node: ast.AST) -> Iterator[tuple[str, ast.expr, frozenset[str] | None]]:
    """The maker, the id and the parameters' names, if a message is made here."""
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name == "append" and node.args and isinstance(node.args[0], ast.List):
        # A note of the worker's, which has no records.
        if len(node.args[0].elts) == 2:
            id, parameters = node.args[0].elts
            yield "Note", id, _keys(parameters)
    elif name in MAKERS and not (name == "UsageError" and _of_click(node)):
        id, *more = node.args[MAKERS[name][1] :] or [ast.Constant(None)]
        yield name, id, _keys(*more, keywords=node.keywords)


def _keys(
    *arguments: ast.expr, keywords: Iterable[ast.keyword] = ()
) -> frozenset[str] | None:
    """The names of the parameters, where the code shows them all."""
    found: set[str | None] = {keyword.arg for keyword in keywords}
    for argument in arguments:
        if not isinstance(argument, ast.Dict):
            return None
        for key in argument.keys:
            found.add(str(key.value) if isinstance(key, ast.Constant) else None)
    return None if None in found else frozenset(map(str, found))


def _of_click(call: ast.Call) -> bool:
    """Whether a usage error is click's, whose text is no message's id."""
    function = call.func
    module = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(module, ast.Name) and module.id in ("click", "pytest")


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    """All that the names are given there."""
    found = defaultdict(list)
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.expr):
                found[target.id].append(value)
    return found


def _texts(
    node: ast.expr, values: Mapping[str, list[ast.expr]], seen: frozenset[str]
) -> Iterator[str]:
    """The texts that an expression can be, as far as its module shows them."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, values, seen)
            yield from _texts(orelse, values, seen)
        case ast.Subscript(value=table):
            yield from _texts(table, values, seen)
        case ast.Dict(values=entries):
            for entry in entries:
                yield from _texts(entry, values, seen)
        case ast.Name(id=name) if name not in seen:
            for value in values.get(name, []):
                yield from _texts(value, values, seen | {name})
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "*"
                for part in parts
            )


def known(message: str) -> list[str]:
    """The ids of the catalogue that a pattern stands for."""
    return fnmatch.filter(CATALOGUES["en"], message)


def fields(message: str) -> set[str]:
    """The names of the parameters in a message's sentence."""
    parts = string.Formatter().parse(CATALOGUES["en"][message])
    return {name for _, name, _, _ in parts if name}
