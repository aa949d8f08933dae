"""A file's new content, which lies beside it until it takes its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

PREFIX = ".gradproof-"
JOURNAL = ".journal"
"""How the name of a journal ends: a run that was killed is finished by it."""


def beside(path: Path, data: bytes) -> Path:
    """A new file with these bytes, in the folder of another and with its mode.

    What another run has left there, when it was killed, is cleared away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    clear(path.parent)
    prefix = f"{PREFIX}{os.getpid()}-"
    descriptor, name = tempfile.mkstemp(prefix=prefix, dir=path.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o644)
    except BaseException:
        gone(Path(name))
        raise
    return Path(name)


def clear(folder: Path) -> None:
    """Remove the files of runs that have ended, unless a journal speaks of them."""
    journals = folder.glob(f"{PREFIX}[0-9]*{JOURNAL}")
    kept = {_process(journal) for journal in journals}
    for left in folder.glob(f"{PREFIX}[0-9]*-*"):
        if _process(left) not in kept and has_ended(left):
            gone(left)


def has_ended(left: Path) -> bool:
    """Whether the run that a file beside others is of has come to its end."""
    return not _runs(_process(left))


def _process(left: Path) -> str:
    return left.name.removeprefix(PREFIX).partition("-")[0]


def gone(path: Path) -> None:
    """Remove a file, if it is there and can be."""
    with contextlib.suppress(OSError):
        path.unlink()


def _runs(process: str) -> bool:
    """Whether a process of that number runs; where that cannot be asked it does."""
    if sys.platform == "win32" or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
