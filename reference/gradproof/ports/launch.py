"""How a child is started. Nothing heavy is imported here: it is to begin at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gradproof.ports.child_process import Process
from gradproof.ports.target import LoadError

WORKER = Path(__file__).parent / "worker"

MEMORY = 8 << 30
"""Bytes of address space that a Python port may have."""

ENVIRONMENT = {
    "MPLBACKEND": "Agg",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONIOENCODING": "utf-8",
}
"""No windows, nothing left in the port's folders, the same run each time."""


def worker_command(python: str | None = None) -> list[str]:
    """What starts a worker that takes its order from the first line it is sent."""
    return [python or sys.executable, str(WORKER)]


def launch(command: Sequence[str], order: bytes = b"") -> Process:
    """Start a child, and send it the first line if there is one.

    Raises LoadError.
    """
    try:
        process = Process(command, ENVIRONMENT)
    except (OSError, ValueError) as error:
        text = getattr(error, "strerror", None) or str(error)
        raise LoadError("load.not-started", command=command[0], text=text) from error
    if order:
        process.send(order)
    return process
