"""The changes for several targets as one patch, each file once."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gradproof.edits.text import FileText, diff
from gradproof.fix.files import FileChange


class Patch:
    """Changes of files, as they come target by target."""

    def __init__(self) -> None:
        self._changes: dict[Path, FileChange] = {}

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """Each file's, in the order in which they came."""
        return tuple(self._changes.values())

    def in_the_way(self, changes: Iterable[FileChange]) -> FileChange | None:
        """The first of these that cannot be made beside those that are here."""
        return next((c for c in changes if self._together(c) is None), None)

    def add(self, changes: Sequence[FileChange]) -> None:
        """Put in changes that nothing is in the way of."""
        for change in changes:
            together = self._together(change)
            assert together is not None
            self._changes[change.path.resolve()] = together

    def _together(self, change: FileChange) -> FileChange | None:
        """A file's change with the one that is here; ``None`` if it is another."""
        known = self._changes.get(change.path.resolve())
        if known is None or known.after == change.after:
            return known or change
        if known.after == change.before:  # it was written, and changed once more
            return FileChange(change.path, known.before, change.after)
        if known.before != change.before:
            return None
        before, after = known.before, known.after
        merged = merge(before.text, after.text, change.after.text)
        if merged is None:
            return None
        text = FileText(merged, after.encoding, after.bom)
        return FileChange(change.path, before, text)


def merge(base: str, one: str, other: str) -> str | None:
    """Return a text with the changes of both; ``None`` where they touch.

    Changes are whole lines of ``base``. They touch where both change a line, or lines
    next to each other.
    """
    lines = base.split("\n")
    changed = sorted({*changed_lines(lines, one), *changed_lines(lines, other)})
    merged: list[str] = []
    end = -1
    for start, stop, new in changed:
        if start <= end:
            return None
        merged += [*lines[max(end, 0) : start], *new]
        end = stop
    return "\n".join([*merged, *lines[max(end, 0) :]])


def changed_lines(
    lines: Sequence[str], text: str
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield where lines are replaced in another text: from, to, and by what."""
    new = text.split("\n")
    matcher = difflib.SequenceMatcher(None, lines, new, autojunk=False)
    for kind, start, stop, first, last in matcher.get_opcodes():
        if kind != "equal":
            yield start, stop, tuple(new[first:last])


def folder_to_apply_in(paths: Sequence[Path], here: Path) -> Path:
    """Where ``git apply`` reaches all files: here, or the nearest repository above.

    It takes no path out of the folder that it runs in. Where there is no repository
    that has them all it is the folder that they have in common.
    """
    files = [_plain(path) for path in paths]
    folders = [here, *(p for p in here.parents if (p / ".git").exists())]
    for folder in folders:
        if all(folder in file.parents for file in files):
            return folder
    common = Path(os.path.commonpath([file.parent for file in files]))
    above = (p for p in (common, *common.parents) if (p / ".git").exists())
    return next(above, common)


def _plain(path: Path) -> Path:
    """An absolute path without `..`; links are not followed, as git follows none."""
    return Path(os.path.abspath(path))


def text_of(change: FileChange, folder: Path) -> bytes:
    """A file's part of the patch, by its path from the folder."""
    name = _plain(change.path).relative_to(folder).as_posix()
    return diff(change.before, change.after, name).encode(change.before.encoding)
