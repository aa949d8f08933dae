"""Start the child that runs a script or serves a function. Nothing heavy is here.

So it runs while the one who is to judge it gets ready.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradproof.ports.child_process import (
    MAX_MEMORY_BYTES,
    Process,
    launch,
    worker_command,
)
from gradproof.ports.orders import Begun, routine_order
from gradproof.ports.target import Target, TargetError
from gradproof.ports.worker.core.texts import NONE, Texts


@dataclass(frozen=True)
class Order:
    """What is run, and how.

    ``cells`` are those of a notebook, each a name and its source; ``texts`` are run in
    the place of files and of cells, by their names. ``stubs`` are modules and
    ``removed`` names that are stood in for; ``folder`` is the working folder.
    """

    path: Path
    cells: Sequence[tuple[str, str]] | None = None
    python: str | None = None
    stubs: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    folder: Path | None = None
    texts: Texts = NONE

    def start(self, seconds: float) -> Process:
        """The child; the script in it has so many seconds. Raises LoadError."""
        frame = {
            "op": "script",
            "path": str(self.path),
            "cells": self.texts.put_into(self.cells),
            "texts": self.texts.all,
            "seconds": seconds,
            "memory": MAX_MEMORY_BYTES,
            "stubs": self.stubs,
            "removed": self.removed,
            "folder": str(self.folder or self.path.parent),
        }
        return launch(worker_command(self.python), json.dumps(frame).encode())


@contextlib.contextmanager
def begun(
    target: Target | TargetError, timeout: float, python: str | None
) -> Iterator[Begun | None]:
    """Run a script, or load a function; it is ended here if nobody has taken it.

    What is wrong with it is told when it is examined.
    """
    found = None
    with contextlib.suppress(TargetError):
        process = _started(target, timeout, python)
        found = Begun(process) if process else None
    try:
        yield found
    finally:
        process = found.take() if found else None
        if process is not None:
            process.kill()


def _started(
    target: Target | TargetError, timeout: float, python: str | None
) -> Process | None:
    """The child of a target of Python's that is no layer. Raises TargetError."""
    if isinstance(target, TargetError) or target.command or target.layer is not None:
        return None
    path = target.script
    if path is None:
        return launch(worker_command(python), routine_order(target, MAX_MEMORY_BYTES))
    if not path.is_file():
        return None
    return Order(path, target.cells, python).start(timeout)
