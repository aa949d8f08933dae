"""Gradient calls that are given rows for points: the array turned there and back."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gradproof.edits.text import (
    ATOMS,
    Edit,
    Edits,
    Text,
    last_name,
    numpy_name,
)

NAMES = ("p", "point", "one_point", "a_single_point")
"""Names for a point of the array, the first that the script does not use."""

Way = Literal["transposed", "each", "result"]
"""``transposed``: (X).T for the array, and .T after the call. ``each``: a call for
each column, and the results as columns again: for a routine that takes the whole
array for a point. ``result``: .T after the call alone."""
WHERE_CALLED = ("transposed-points", "whole-array")
"""The defects of a routine that a call of it can be mended for."""
WAYS: tuple[Way, ...] = ("transposed", "each")
"""Those that give f points where it was given none."""


@dataclass(frozen=True)
class Site:
    """Where a call is: its line and name, and the argument that is the array.

    ``place`` is that of the argument among those without a name, if it has one; ``f``
    is the name of the function that it is given.
    """

    line: int
    name: str
    argument: str
    place: int | None
    f: str = ""


def edits(text: Text, sites: Sequence[Site], way: Way) -> Edits | None:
    """What mends the calls; ``None`` if one is not found or not clear."""
    found: list[Edit] = []
    for site in sites:
        if not any(True for _ in _calls(text, [site])):
            return None
    for call, site in _calls(text, sites):
        array = _argument(call, site)
        if array is None:
            return None
        found += EDITS[way](text, call, array)
    return tuple(found)


def _calls(text: Text, sites: Sequence[Site]) -> Iterator[tuple[ast.Call, Site]]:
    """The calls at these lines: those that begin there before others, each once.

    A frame tells the line where a call begins, or that of its name, and the name that
    the routine was defined under: it may have been imported under another one.
    """
    nodes = [n for n in ast.walk(text.tree) if isinstance(n, ast.Call)]
    found: dict[ast.Call, Site] = {}
    for site in sites:
        names = _names(text.tree, site.name)
        here = [n for n in nodes if n.lineno <= site.line <= (n.end_lineno or 0)]
        named = [n for n in here if last_name(n.func) in names]
        # Under a name that is not known: one call, and f is given to it.
        around = named or [n for n in here if _is_given(n, site.f)]
        begins = [n for n in around if n.lineno == site.line]
        if named or len(around) == 1:
            for node in begins or around:
                found.setdefault(node, site)
    yield from found.items()


def _names(tree: ast.Module, name: str) -> set[str]:
    """The names that a function has in a file: by import, or by assignment."""
    names = {name}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname for a in node.names if a.asname and a.name == name}
        elif isinstance(node, ast.Assign) and last_name(node.value) in names:
            names |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return names


def _is_given(call: ast.Call, f: str) -> bool:
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return bool(f) and any(last_name(argument) == f for argument in given)


def _argument(call: ast.Call, site: Site) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == site.argument:
            return keyword.value
    if site.place is None or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    return call.args[site.place] if site.place < len(call.args) else None


def _transposed(text: Text, call: ast.Call, array: ast.expr) -> Iterator[Edit]:
    """(X).T for the array, and .T after the call."""
    yield from _turned(text, array)
    yield from _turned(text, _with_transpose(text, call))


def _turned(text: Text, node: ast.expr) -> Iterator[Edit]:
    """.T after an expression, or its own taken away."""
    start, end = text.span(node)
    if _is_transpose(text, node):
        yield Edit(end - 2, end, "")
    elif isinstance(node, ATOMS):
        yield Edit(end, end, ".T")
    else:
        yield Edit(start, start, "(")
        yield Edit(end, end, ").T")


def _with_transpose(text: Text, call: ast.Call) -> ast.expr:
    """The call; with the .T after it, if there is one."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Attribute) and node.value is call:
            return node if _is_transpose(text, node) else call
    return call


def _is_transpose(text: Text, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "T"
        and text.of(node).endswith(".T")
    )


def _each(text: Text, call: ast.Call, array: ast.expr) -> Iterator[Edit]:
    """A call for each column, and the results as columns again."""
    used = {n.id for n in ast.walk(text.tree) if isinstance(n, ast.Name)}
    p = next((name for name in NAMES if name not in used), NAMES[-1])
    (first, last), (start, end) = text.span(call), text.span(array)
    inner = text.of(array)
    if _is_transpose(text, array):
        columns = inner[:-2]
    else:
        columns = f"{inner}.T" if isinstance(array, ATOMS) else f"({inner}).T"
    yield Edit(first, first, f"{numpy_name(text.tree)}array([")
    yield Edit(start, end, p)
    yield Edit(last, last, f" for {p} in {columns}]).T")


def _result(text: Text, call: ast.Call, _: ast.expr) -> Iterator[Edit]:
    """.T after the call."""
    yield from _turned(text, _with_transpose(text, call))


EDITS = {"transposed": _transposed, "each": _each, "result": _result}
