"""What a worker is told to serve or to run. Nothing heavy is here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gradproof.ports.child_process import Process, launch
from gradproof.ports.limits import ADDRESS_BYTES
from gradproof.ports.target import Target
from gradproof.ports.worker.core.texts import NONE, Texts
from gradproof.ports.workers import worker_command

EMPTY: Mapping[str, str] = MappingProxyType({})


def routine_order(target: Target, memory: int, texts: Texts = NONE) -> bytes:
    """The order for a routine, in one line of ASCII. Raises TargetError."""
    target = target.of_function()
    order = {
        "op": "routine",
        "path": str(target.path.absolute()) if target.path else None,
        "module": target.module,
        "name": target.function,
        "cells": texts.put_into(target.cells),
        "texts": texts.all,
        "memory": memory,
    }
    return json.dumps(order).encode()


def layers_order(path: Path, memory: int, texts: Mapping[str, str] = EMPTY) -> bytes:
    """The order for the layers of a file, in one line of ASCII."""
    order = {
        "op": "layers",
        "path": str(path.absolute()),
        "texts": dict(texts),
        "memory": memory,
    }
    return json.dumps(order).encode()


@dataclass(frozen=True)
class ScriptOrder:
    """What script is run, and how.

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
            "memory": ADDRESS_BYTES,
            "stubs": self.stubs,
            "removed": self.removed,
            "folder": str(self.folder or self.path.parent),
        }
        command = worker_command(self.python)
        return launch(command, json.dumps(frame).encode(), seconds=seconds)
