"""What a file of a user's holds, if it is one, and of a size that a source has."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MAX_BYTES = 64 << 20
"""Of a source, a notebook or a file of answers."""


def contents(path: Path) -> bytes:
    """Its bytes. Raises OSError, too for a pipe or a device, which have no end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if found.st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_bytes()
