"""The files of a script: their texts, what of them may be changed, and writing that."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradproof.edits.journal import PartlyWrittenError as PartlyWrittenError
from gradproof.edits.journal import finish, replace_all
from gradproof.edits.text import BOM, FileText, NotTextError, source
from gradproof.ports import notebook
from gradproof.ports.target import LoadError, Target


class FileChangedError(Exception):
    """A file is no longer what was read."""


class UnclearCellError(Exception):
    """A change of a notebook's cell that cannot be made in its own text."""

    def __init__(self, cell: int) -> None:
        super().__init__(cell)
        self.cell = cell


@dataclass(frozen=True, eq=False)
class FileChange:
    """A file as it is, and as it should be."""

    path: Path
    before: FileText
    after: FileText


class Files:
    """Texts by the names of their files, or of a notebook's cells, as they are run."""

    def __init__(self, path: Path, cells: Mapping[str, str]) -> None:
        self.path = path
        self.cells = cells
        """The plain text of each cell, by its name."""
        self._sources: dict[str, FileText] = {}

    @classmethod
    def read(cls, target: Target) -> Files:
        """The script's or the notebook's own. Raises LoadError."""
        path = target.path.absolute() if target.path else None
        if path is None or not path.is_file():
            raise LoadError("load.no-file")
        found = cls(path, dict(target.cells or ()))
        found.source(str(path))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The script's file, or the notebook's cells."""
        return tuple(self.cells) or (str(self.path),)

    def source(self, file: str) -> FileText:
        """A whole file. Raises LoadError."""
        if file not in self._sources:
            finish(Path(file).parent)
            try:
                data = Path(file).read_bytes()
                self._sources[file] = (
                    _raw(data) if file.endswith(".ipynb") else source(data)
                )
            except NotTextError as error:
                raise LoadError("script.undecodable") from error
            except OSError as error:
                raise LoadError("fix.not-read", text=error.strerror) from error
        return self._sources[file]

    def text(self, file: str) -> str:
        """What is run of a file or a cell; nothing if it cannot be had."""
        if file in self.cells:
            return self.cells[file]
        try:
            return self.source(file).text
        except LoadError:
            return ""

    def may_change(self, file: str) -> bool:
        """Whether a text is one of the user's that can be written again."""
        return bool(self.text(file)) and not (
            file == str(self.path) and bool(self.cells)
        )

    def changes(self, texts: Mapping[str, str]) -> tuple[FileChange, ...]:
        """The files with these texts. Raises UnclearCellError."""
        found = []
        cells = {name: text for name, text in texts.items() if name in self.cells}
        if cells:
            found.append(self._notebook(cells))
        for file, text in texts.items():
            if file not in cells:
                before = self.source(file)
                after = FileText(text, before.encoding, before.bom)
                found.append(FileChange(Path(file), before, after))
        return tuple(found)

    def _notebook(self, texts: Mapping[str, str]) -> FileChange:
        before = self.source(str(self.path))
        data = before.data
        sources: dict[int, str] = {}
        originals = notebook.originals(data)
        for name, text in texts.items():
            number = int(name.rpartition("[")[2][:-1])
            own = originals[number - 1]
            merged = notebook.merged(own, self.cells[name], text)
            if merged is None:
                raise UnclearCellError(number)
            sources[number] = merged
        return FileChange(self.path, before, _raw(notebook.rewritten(data, sources)))


def _raw(data: bytes) -> FileText:
    """A notebook's JSON, as a text to be compared."""
    try:
        text = data.decode("utf-8")
    except UnicodeError as error:
        raise NotTextError(str(error)) from error
    bom = text.startswith(BOM)
    return FileText(text[1:] if bom else text, bom=bom)


def write(changes: Sequence[FileChange]) -> None:
    """Put the changed texts into their files' places, all or none of them.

    Nothing is written unless all files are as they were, and all texts are on the
    disk. Raises FileChangedError, OSError, and PartlyWrittenError.
    """
    for change in changes:
        path = change.path.resolve()  # a link stays one
        if path.read_bytes() != change.before.data:
            raise FileChangedError(str(change.path))
        if not path.stat().st_mode & stat.S_IWUSR:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    replace_all({c.path.resolve(): c.after.data for c in changes})
