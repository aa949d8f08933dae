"""The lines that a change for a defect would alter: the change is not proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradproof.edits.catalogue import candidates
from gradproof.edits.text import NotTextError, source
from gradproof.edits.text import parsed as parsed_text
from gradproof.examination.examination import Examination
from gradproof.ports.target import UsageError, parsed


def first(examination: Examination) -> tuple[Path, int] | None:
    """The file, absolute, and the line of a routine that would be changed first.

    It need not be the only one that could be.
    """
    target = parsed(examination.target)
    if isinstance(target, UsageError) or target.path is None:
        return None
    told = [e.defects for e in examination.diagnosis if e.whole and e.level == "must"]
    try:
        text = parsed_text(source(target.path.read_bytes()).text)
    except (OSError, ValueError, NotTextError):
        return None
    if text is None:
        return None
    for defects in told:
        for changed in candidates(text, target.function, *defects):
            line = _first_changed(text.text.splitlines(), changed.splitlines())
            return target.path.absolute(), line
    return None


def _first_changed(before: Sequence[str], after: Sequence[str]) -> int:
    same = (old == new for old, new in zip(before, after, strict=False))
    return next((n for n, is_same in enumerate(same, 1) if not is_same), len(before))
