"""What is written where nothing may be written goes into a folder of its own.

Behind a wall a script's files cannot be changed. It may write beside itself all the
same, as if it could, and read that again.
"""

import builtins
import errno
import functools
import io
import os
import shutil
import sys
from contextlib import suppress
from typing import Any

WRITES = frozenset("wax+")


def _is_new(error: OSError, there: str) -> bool:
    """Whether it was to lie in a folder that has been made there."""
    return error.errno == errno.ENOENT and os.path.isdir(os.path.dirname(there))


class _Diversion:
    """The folder, and what opened and made folders until now."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.open_there, self.make_there = io.open, os.mkdir

    def place(self, name: Any) -> str:
        """Where what is called so lies, if it was diverted."""
        path = os.path.abspath(os.fsdecode(name))
        return os.path.join(self.folder, os.path.splitdrive(path)[1].lstrip(os.sep))

    def open(self, file: Any, mode: Any = "r", *more: Any, **named: Any) -> Any:
        """As `io.open`; there, if it may not be written here."""
        if isinstance(file, int) or not isinstance(mode, str):
            return self.open_there(file, mode, *more, **named)
        there = self.place(file)
        if os.path.isfile(there):
            return self.open_there(there, mode, *more, **named)
        try:
            return self.open_there(file, mode, *more, **named)
        except OSError as error:
            diverts = error.errno == errno.EROFS or _is_new(error, there)
            if not (diverts and WRITES & {*mode}):
                raise
        os.makedirs(os.path.dirname(there), exist_ok=True)
        if "w" not in mode:
            with suppress(OSError):
                shutil.copyfile(file, there)
        return self.open_there(there, mode, *more, **named)

    def mkdir(self, path: Any, *more: Any, **named: Any) -> None:
        """As `os.mkdir`; there, if it may not be made here."""
        try:
            self.make_there(path, *more, **named)
        except OSError as error:
            there = self.place(path)
            if not (error.errno == errno.EROFS or _is_new(error, there)):
                raise
            os.makedirs(os.path.dirname(there), exist_ok=True)
            self.make_there(there)


class _Found:
    """A function of a path; it is given that there, if there is none here.

    Not a function itself: a class that keeps it (`pathlib` of Python 3.10 keeps
    `os.stat` so) must not make it a method.
    """

    def __init__(self, function: Any, place: Any) -> None:
        self.function, self.place = function, place
        functools.update_wrapper(self, function)

    def __call__(self, path: Any, *more: Any, **named: Any) -> Any:
        try:
            return self.function(path, *more, **named)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EROFS):
                raise
            if isinstance(path, int) or not os.path.lexists(self.place(path)):
                raise
            return self.function(self.place(path), *more, **named)


def install(folder: str) -> None:
    """Divert what is opened to be written, and folders that are made."""
    diversion = _Diversion(folder)
    builtins.open = io.open = diversion.open
    # NumPy has kept the one that there was.
    source: Any = sys.modules.get("numpy.lib._datasource")
    with suppress(AttributeError):
        source._file_openers._file_openers[None] = diversion.open
    os.mkdir = diversion.mkdir
    for name in ("stat", "unlink", "remove", "rmdir"):
        setattr(os, name, _Found(getattr(os, name), diversion.place))
