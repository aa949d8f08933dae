"""What a worker is told to serve, and a child that has begun. Nothing heavy is here.

So a child gets ready while the one who is to judge it does.
"""

from __future__ import annotations

import json
import time

from gradproof.ports.child_process import Process
from gradproof.ports.target import Target
from gradproof.ports.worker.core.texts import NONE, Texts


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


class Begun:
    """A child that runs already; whoever takes its process ends it."""

    def __init__(self, process: Process) -> None:
        self.at = time.monotonic()
        self._process: Process | None = process

    def take(self) -> Process | None:
        """The process, once."""
        process, self._process = self._process, None
        return process
