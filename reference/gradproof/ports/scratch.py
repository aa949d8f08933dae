"""Folders for what a run needs for a while; those of a run that was killed are cleared.

Each is locked as long as its process lives: the lock is the kernel's, and ends with it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = "gradproof-scratch-"


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """An empty folder among the temporary files, which ends with the block."""
    _clear_once(tempfile.gettempdir())
    path, lock = _made()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _made() -> tuple[Path, int | None]:
    """A new folder and what locks it; another run may just have taken it for litter."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = _lock(path)
        if path.exists():
            return path, lock
        if lock is not None:
            os.close(lock)


@functools.cache
def _clear_once(place: str) -> None:
    """Remove what killed runs have left there; once a process."""
    clear(place)


def clear(place: str | None = None) -> None:
    """Remove what processes that have ended left there, or among temporary files."""
    for left in Path(place or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = _lock(left)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _lock(path: Path) -> int | None:
    """What locks a folder, if nobody else has; none where there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = os.fstat(lock).st_uid == os.getuid()
    except OSError:
        mine = False
    if not mine:
        os.close(lock)
        return None
    return lock
