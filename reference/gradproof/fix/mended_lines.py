"""The lines that a change for a defect would alter: the change is not proved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradproof.edits.catalogue import candidates
from gradproof.edits.text import NotTextError, source
from gradproof.edits.text import parsed as parsed_text
from gradproof.examination.examination import Examination
from gradproof.ports.target import UsageError, parsed


def first(examination: Examination, defects: Sequence[str]) -> tuple[Path, int] | None:
    """Return the file, absolute, and the first line that a change for defects alters.

    ``defects`` are one, or two at once. Other lines could be changed, too.
    """
    target = parsed(examination.target)
    if isinstance(target, UsageError) or target.path is None:
        return None
    try:
        text = parsed_text(source(target.path.read_bytes()).text)
    except (OSError, ValueError, NotTextError):
        return None
    if text is None:
        return None
    for changed in candidates(text, target.function, *defects) if defects else ():
        line = _first_changed(text.text.splitlines(), changed.splitlines())
        return target.path.absolute(), line
    return None


def _first_changed(before: Sequence[str], after: Sequence[str]) -> int:
    same = (old == new for old, new in zip(before, after, strict=False))
    return next((n for n, is_same in enumerate(same, 1) if not is_same), len(before))
