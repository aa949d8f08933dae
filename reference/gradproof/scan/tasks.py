"""The tasks of a plan, each with a mark of all that its result comes from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gradproof.report.release import __version__
from gradproof.report.scan_lines import ScanRecord
from gradproof.scan.plan import Planned, ScanPlan
from gradproof.scan.task import Manner, Task


def tasks(plan: ScanPlan, manner: Manner) -> list[Task]:
    """One a port, numbered in order."""
    digests: dict[Path, bytes] = {}
    return [
        Task(
            number,
            port.table,
            manner,
            _record(port, number, manner, digests),
            port.found.form,
            port.found.problem,
        )
        for number, port in enumerate(plan.ports)
    ]


def _record(
    port: Planned, number: int, manner: Manner, digests: dict[Path, bytes]
) -> ScanRecord:
    return ScanRecord(
        port=port.target,
        part=0,
        parts=1,
        state=_state(port, manner, digests),
        copies=[copy.target for copy in port.copies],
        standing="",
        headline="",
        page=_page(port.target, number) if manner.pages else "",
    )


def _page(target: str, number: int) -> str:
    """The name of a port's page: a number, and what can be read of its target."""
    words = re.sub(r"[^A-Za-z0-9_.]+", "-", target).strip("-.")[-60:]
    return f"{number + 1:05}-{words}.html"


def _state(port: Planned, manner: Manner, digests: dict[Path, bytes]) -> str:
    """A mark of the files that a port reaches, and of how it is judged."""
    how = __version__, manner, port.found.form
    parts = [repr(how).encode(), msgspec.json.encode(port.table)]
    parts += [_digest(file, digests) for file in port.files]
    return _hashed(parts).hex()[:16]


def _digest(file: Path, digests: dict[Path, bytes]) -> bytes:
    if file not in digests:
        data = file.read_bytes() if file.is_file() else b""
        digests[file] = _hashed([str(file).encode(), data])
    return digests[file]


def _hashed(parts: Sequence[bytes]) -> bytes:
    return hashlib.sha256(b"\0".join(parts)).digest()
