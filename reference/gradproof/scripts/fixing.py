"""The line of a faulty call, mended: what a report says beside it."""

from __future__ import annotations

from dataclasses import dataclass

from gradproof.scripts.editing import edited, parsed
from gradproof.scripts.records import GradientCall, Place, Run
from gradproof.scripts.repairs import calls
from gradproof.scripts.repairs.calls import Way
from gradproof.scripts.running import statement


@dataclass(frozen=True)
class Fix:
    """A statement as it is and as it should be."""

    place: Place
    before: str
    after: str


def mended(run: Run, call: GradientCall, way: Way) -> Fix | None:
    """The call's statement, mended; ``None`` if the call is not found in it."""
    text = parsed(run.sources.get(call.place.file, ""))
    edits = calls.edits(text, [calls.site(run.sources, call)], way) if text else None
    new = edited(text.text, edits) if text and edits else None
    if text is None or new is None:
        return None
    line = call.place.line
    return Fix(call.place, statement(text.text, line), statement(new, line))
