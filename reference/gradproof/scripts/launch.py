"""Start the child that runs a script. Nothing heavy is imported here.

So the script runs while the one who is to judge it gets ready.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradproof.ports.child_process import (
    MAX_MEMORY_BYTES,
    Process,
    launch,
    worker_command,
)
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


class Begun:
    """A script that runs already; whoever takes its process ends it."""

    def __init__(self, process: Process) -> None:
        self.at = time.monotonic()
        self._process: Process | None = process

    def take(self) -> Process | None:
        """The process, once."""
        process, self._process = self._process, None
        return process


@contextlib.contextmanager
def begun(
    target: Target | TargetError, timeout: float, python: str | None
) -> Iterator[Begun | None]:
    """Run a target, if it is a script; it is ended here if nobody has taken it.

    What is wrong with it is told when it is examined.
    """
    found = None
    with contextlib.suppress(TargetError):
        path = target.script if isinstance(target, Target) else None
        runs = path is not None and path.is_file()
        if isinstance(target, Target) and path and runs and target.layer is None:
            order = Order(path, target.cells, python)
            found = Begun(order.start(timeout))
    try:
        yield found
    finally:
        process = found.take() if found else None
        if process is not None:
            process.kill()
