"""What a child may take, together with all that it starts."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, dataclass, replace
from typing import Literal

Limit = Literal["memory", "tasks", "output", "processor"]
"""One for which a child is stopped, by its name in `Limits`."""

GIB = 1 << 30
ADDRESS_BYTES = 8 * GIB
"""Bytes of address space of a Python worker: a larger array is a MemoryError in it.

Other runtimes may reserve more than they use: of theirs, what is in use is looked at.
"""
CORES = os.cpu_count() or 1
"""A library of linear algebra starts a thread on each."""
SPARE_SECONDS = 10
"""Of processor time, beyond what fits into the wall time."""


@dataclass(frozen=True)
class Limits:
    """Limits of a child: on the family of its processes, or on each of them.

    ``memory`` is in bytes, in use by the family; ``tasks`` its processes and threads;
    ``output`` the bytes that it may print beside its frames. Of each process:
    ``processor``, in seconds; ``file``, the bytes of one; and ``files`` that are open.
    """

    memory: int = 2 * GIB
    tasks: int = 256 + 4 * CORES
    output: int = 64 << 20
    processor: int = 3600
    file: int = GIB
    files: int = 4096

    def within(self, seconds: float) -> Limits:
        """With the processor time that fits into these seconds of wall time."""
        fits = math.ceil(seconds * CORES) + SPARE_SECONDS
        return replace(self, processor=fits)

    def amount(self, name: str) -> str:
        """A limit, for a reader."""
        value = int(getattr(self, name))
        if name in ("memory", "file"):
            return f"{value / GIB:.3g} GB"
        if name == "output":
            return f"{value >> 20} MB"
        return f"{value:,} s" if name == "processor" else f"{value:,}"

    def as_plain(self) -> dict[str, int]:
        """As a frame holds them."""
        return asdict(self)
