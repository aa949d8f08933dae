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


def install(folder: str) -> None:
    """Divert what is opened to be written, and folders that are made."""
    open_there, make_there = io.open, os.mkdir

    def place(name: Any) -> str:
        path = os.path.abspath(os.fsdecode(name))
        return os.path.join(folder, os.path.splitdrive(path)[1].lstrip(os.sep))

    def opened(file: Any, mode: Any = "r", *more: Any, **named: Any) -> Any:
        if isinstance(file, int) or not isinstance(mode, str):
            return open_there(file, mode, *more, **named)
        there = place(file)
        if os.path.isfile(there):
            return open_there(there, mode, *more, **named)
        try:
            return open_there(file, mode, *more, **named)
        except OSError as error:
            diverts = error.errno == errno.EROFS or _is_new(error, there)
            if not (diverts and WRITES & {*mode}):
                raise
        os.makedirs(os.path.dirname(there), exist_ok=True)
        if "w" not in mode:
            with suppress(OSError):
                shutil.copyfile(file, there)
        return open_there(there, mode, *more, **named)

    def made(path: Any, *more: Any, **named: Any) -> None:
        try:
            make_there(path, *more, **named)
        except OSError as error:
            if not (error.errno == errno.EROFS or _is_new(error, place(path))):
                raise
            os.makedirs(os.path.dirname(place(path)), exist_ok=True)
            make_there(place(path))

    def found(function: Any) -> Any:
        @functools.wraps(function)
        def there(path: Any, *more: Any, **named: Any) -> Any:
            try:
                return function(path, *more, **named)
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.EROFS):
                    raise
                if isinstance(path, int) or not os.path.lexists(place(path)):
                    raise
                return function(place(path), *more, **named)

        return there

    builtins.open = io.open = opened
    # NumPy has kept the one that there was.
    source: Any = sys.modules.get("numpy.lib._datasource")
    with suppress(AttributeError):
        source._file_openers._file_openers[None] = opened
    os.mkdir = made
    for name in ("stat", "unlink", "remove", "rmdir"):
        setattr(os, name, found(getattr(os, name)))
