"""The files of a port, to be laid out on another machine as they lie on this one."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gradproof.finding import files
from gradproof.ports import scratch
from gradproof.ports.target import EXEC
from gradproof.scan.plan import Planned

MAX_FILE_BYTES = 4 << 20
MAX_BYTES = 32 << 20
"""Of what travels with a port beside the code that it reaches."""

_one = threading.Lock()
"""The working folder is one for all threads of a process."""


@dataclass(frozen=True)
class Bundle:
    """Files by their absolute paths, and the folder in which the port is judged."""

    cwd: str
    files: tuple[tuple[str, bytes], ...]


def of(port: Planned) -> Bundle:
    """The files that a port reaches, and what lies beside it; data that are large stay.

    A program takes its whole folder along.
    """
    if port.target.startswith(EXEC):
        beside: Iterable[Path] = files.below(Path(port.table.cwd or ".")).files
    else:
        beside = sorted(p for p in port.found.path.parent.iterdir() if p.is_file())
    found: dict[str, bytes] = {}
    for path in port.files:
        if path.is_file():
            found[_name(path)] = path.read_bytes()
    left = MAX_BYTES
    for path in beside:
        size = path.stat().st_size
        if size <= min(MAX_FILE_BYTES, left) and _name(path) not in found:
            found[_name(path)] = path.read_bytes()
            left -= size
    return Bundle(_name(Path.cwd()), tuple(found.items()))


def _name(path: Path) -> str:
    """An absolute path without its root."""
    absolute = path.absolute()
    return PurePosixPath(*absolute.parts[1:]).as_posix()


@contextlib.contextmanager
def laid_out(bundle: Bundle) -> Iterator[Path]:
    """The root under which the files lie; the working folder is that of the bundle.

    One at a time in a process: others wait.
    """
    with _one, scratch.folder() as place:
        root = place.resolve()
        for relative, data in bundle.files:
            path = root / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        folder = root / bundle.cwd
        folder.mkdir(parents=True, exist_ok=True)
        before = os.getcwd()
        os.chdir(folder)
        try:
            yield root
        finally:
            os.chdir(before)
