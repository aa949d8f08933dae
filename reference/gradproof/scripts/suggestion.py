"""The line of a faulty call, mended: what a report says beside it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from gradproof.edits import calls
from gradproof.edits.calls import Site, Way
from gradproof.edits.text import edited, parsed
from gradproof.scripts.records import GradientCall, Place, Run
from gradproof.scripts.session import statement


@dataclass(frozen=True)
class Suggestion:
    """A statement as it is and as it should be."""

    place: Place
    before: str
    after: str


def suggestion(run: Run, call: GradientCall, way: Way) -> Suggestion | None:
    """The call's statement, mended; ``None`` if the call is not found in it."""
    text = parsed(run.sources.get(call.place.file, ""))
    edits = calls.edits(text, [site(run.sources, call)], way) if text else None
    new = edited(text.text, edits) if text and edits else None
    if text is None or new is None:
        return None
    line = call.place.line
    return Suggestion(call.place, statement(text.text, line), statement(new, line))


def site(sources: Mapping[str, str], call: GradientCall) -> Site:
    """The site of a call, from the texts of the files that it has to do with."""
    place = _place_of_points(sources.get(call.home, ""), call)
    return Site(call.place.line, call.name, call.argument, place, call.f_name)


def _place_of_points(home: str, call: GradientCall) -> int | None:
    """The place of the parameter in the routine's definition, self aside."""
    text = parsed(home)
    for node in ast.walk(text.tree) if text else ():
        if isinstance(node, ast.FunctionDef) and node.name == call.name:
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
            names = [n for n in names if n not in ("self", "cls")]
            return names.index(call.argument) if call.argument in names else None
    return None
