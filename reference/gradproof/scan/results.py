"""The file of results: a line a port, written as they come, in order at the end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from gradproof.report import scan_lines
from gradproof.report.scan_lines import Line


@dataclass
class Results:
    """Lines by the number of the task that they are of; and the file, if there is one.

    Of what is in the file only what a summary asks for is kept here.
    """

    path: Path | None = None
    found: dict[int, list[Line]] = field(default_factory=dict)
    _whole: dict[int, bytes] = field(default_factory=dict)
    _places: dict[int, tuple[int, int]] = field(default_factory=dict)

    def begin(self) -> None:
        """Start the file anew. Raises OSError."""
        if self.path is not None:
            self.path.write_bytes(b"")

    def add(self, number: int, lines: Iterable[bytes]) -> None:
        """Keep a task's lines, and append them to the file as a whole."""
        data = [*lines]
        self.found[number] = [scan_lines.decoded(line) for line in data]
        if self.path is None:
            self._whole[number] = b"".join(data)
        else:
            with self.path.open("ab") as stream:
                start = stream.tell()
                stream.write(b"".join(data))
                self._places[number] = start, stream.tell()

    def finish(self) -> None:
        """Put the file's lines into the order of the tasks."""
        if self.path is None:
            return
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        places = {}
        with beside.open("wb") as stream:
            for number, data in zip(sorted(self._places), self.data(), strict=True):
                places[number] = stream.tell(), stream.tell() + len(data)
                stream.write(data)
        beside.replace(self.path)
        self._places = places

    def data(self) -> Iterator[bytes]:
        """The lines as they are, in the order of the tasks."""
        if self.path is None:
            yield from (data for _, data in sorted(self._whole.items()))
            return
        with self.path.open("rb") as stream:
            for _, (start, end) in sorted(self._places.items()):
                stream.seek(start)
                yield stream.read(end - start)

    @property
    def lines(self) -> list[Line]:
        """All of them, in the order of the tasks."""
        return [line for _, each in sorted(self.found.items()) for line in each]


def kept(path: Path) -> Mapping[tuple[str, str], list[bytes]]:
    """Lines of an earlier run by port and state, of those that have all their parts.

    What is no such line is left out. Raises OSError.
    """
    found: dict[tuple[str, str], dict[int, bytes]] = {}
    parts: dict[tuple[str, str], int] = {}
    for data in scan_lines.whole_lines(path.read_bytes()):
        try:
            scan = scan_lines.decoded(data).scan
        except msgspec.MsgspecError:
            continue
        if scan is not None:
            found.setdefault((scan.port, scan.state), {})[scan.part] = data
            parts[scan.port, scan.state] = scan.parts
    return {
        key: [lines[number] for number in sorted(lines)]
        for key, lines in found.items()
        if len(lines) == parts[key]
    }
