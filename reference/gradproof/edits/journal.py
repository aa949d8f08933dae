"""Files that change together: all of them or none, also where a run is killed.

New contents lie beside their files first. Then each folder gets a copy of a journal,
which names all of them, and they take their places. What a killed run left half done is
finished by its journal, as soon as a file of one of the folders is read or written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from gradproof.edits import replacement
from gradproof.edits.replacement import JOURNAL, PREFIX, beside, gone


class PartlyWrittenError(Exception):
    """Files that were changed, while others could not be, nor these put back."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__(*paths)
        self.paths = paths


class JournalEntry(NamedTuple):
    """A file: what lies beside it, if it is not to go, and what it held until then.

    ``before`` is the hash of its bytes, None if there was no file.
    """

    path: Path
    new: Path | None
    before: str | None


def replace_all(
    contents: Mapping[Path, bytes | None], last: Callable[[], object] = lambda: None
) -> None:
    """Give files new contents, or with ``None`` delete them: all of them or none.

    What is to be done ``last`` belongs to it. Raises OSError, and what that raises,
    with every file as it was; PartlyWrittenError if that cannot be had either.
    """
    for path in contents:
        finish(path.parent)
    before = {path: path.read_bytes() if path.exists() else None for path in contents}
    ready: dict[Path, Path] = {}
    journals: list[Path] = []
    try:
        for path, data in contents.items():
            if data is not None:
                ready[path] = beside(path, data)
        entries = [JournalEntry(p, ready.get(p), _hash(before[p])) for p in contents]
        if len(entries) > 1:
            journals += _written(entries)
        for entry in entries:
            _put(entry)
        last()
    except BaseException as error:
        for journal in journals:
            gone(journal)
        kept = [path for path, data in before.items() if not _is_put_back(path, data)]
        if kept:
            raise PartlyWrittenError(kept) from error
        raise
    finally:
        for left in (*journals, *ready.values()):
            gone(left)


def finish(folder: Path) -> None:
    """Do what a run that was killed had begun to do to files of the folder.

    A file that was changed since then is left alone. A journal of which a folder that
    it names has no copy is none: what it was to say was not written, and nothing done.
    """
    for journal in sorted(folder.glob(f"{PREFIX}[0-9]*{JOURNAL}")):
        if replacement.has_ended(journal):
            entries = list(_read(journal))
            for entry in entries:
                with contextlib.suppress(OSError):
                    if _hash(_bytes(entry.path)) == entry.before:
                        _put(entry)
            for copy in {journal, *(e.path.parent / journal.name for e in entries)}:
                gone(copy)


def finish_below(folder: Path) -> None:
    """The same for a folder and all that are in it; what is of no use then is gone."""
    for where, _, names in os.walk(folder):
        if any(name.startswith(PREFIX) for name in names):
            finish(Path(where))
            replacement.clear(Path(where))


def _put(entry: JournalEntry) -> None:
    if entry.new is None:
        entry.path.unlink(missing_ok=True)
    elif entry.new.exists():
        os.replace(entry.new, entry.path)


def _written(entries: list[JournalEntry]) -> Iterator[Path]:
    """The copies of a journal, one in each folder."""
    records = [
        [str(e.path.absolute()), e.new.name if e.new else None, e.before]
        for e in entries
    ]
    data = json.dumps(records).encode()
    name = ""
    for folder in sorted({entry.path.parent.absolute() for entry in entries}):
        copy = beside(folder / JOURNAL, data)
        name = name or f"{copy.name}{JOURNAL}"
        os.replace(copy, folder / name)
        yield folder / name


def _read(journal: Path) -> Iterator[JournalEntry]:
    """What a journal names; nothing unless each of the folders holds a copy of it.

    So it reaches no folder but those into which its writer could write.
    """
    data = _bytes(journal)
    try:
        records: Any = json.loads(data or b"")
        entries = [
            JournalEntry(
                Path(path), None if new is None else Path(path).parent / new, before
            )
            for path, new, before in records
        ]
    except (ValueError, TypeError):
        return
    for entry in entries:
        new = entry.new
        own = new is None or (
            new.parent == entry.path.parent and new.name.startswith(PREFIX)
        )
        copy = entry.path.parent / journal.name
        if not own or not entry.path.is_absolute() or _bytes(copy) != data:
            return
    yield from entries


def _is_put_back(path: Path, data: bytes | None) -> bool:
    try:
        if data is None:
            path.unlink(missing_ok=True)
        elif _bytes(path) != data:
            os.replace(beside(path, data), path)
    except OSError:
        return False
    return True


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _hash(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()
