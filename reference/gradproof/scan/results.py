"""The file of results: a line a port, written as they come, in order at the end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

import msgspec

from gradproof.report import scan_lines
from gradproof.report.scan_lines import Line, ScanRecord

Place: TypeAlias = tuple[int, int]
"""Of lines in the file: where they begin and end."""


@dataclass
class Results:
    """Lines by the number of the task that they are of; and the file, if there is one.

    Of what is in the file only what a summary asks for is kept here.
    """

    path: Path | None = None
    found: dict[int, list[Line]] = field(default_factory=dict)
    _whole: dict[int, bytes] = field(default_factory=dict)
    _places: dict[int, Place] = field(default_factory=dict)

    def begin(self, known: Mapping[int, Sequence[Place]]) -> None:
        """Start the file anew, with what it has of tasks already. Raises OSError."""
        if self.path is None:
            return
        with self._rewritten(self.path) as stream:
            if known:
                with self.path.open("rb") as before:
                    for number, places in known.items():
                        self._put(stream, number, [_at(before, p) for p in places])

    def add(self, number: int, lines: Iterable[bytes]) -> None:
        """Keep a task's lines, and append them to the file as a whole."""
        data = [*lines]
        if self.path is None:
            self._whole[number] = b"".join(data)
            self.found[number] = [*map(scan_lines.decoded, data)]
        else:
            with self.path.open("ab") as stream:
                self._put(stream, number, data)

    def _put(self, stream: IO[bytes], number: int, lines: Sequence[bytes]) -> None:
        start = stream.tell()
        stream.write(b"".join(lines))
        self._places[number] = start, stream.tell()
        self.found[number] = [*map(scan_lines.decoded, lines)]

    def finish(self) -> None:
        """Put the file's lines into the order of the tasks."""
        if self.path is None:
            return
        places = {}
        with self._rewritten(self.path) as stream:
            for number, data in zip(sorted(self._places), self.data(), strict=True):
                places[number] = stream.tell(), stream.tell() + len(data)
                stream.write(data)
        self._places = places

    @contextlib.contextmanager
    def _rewritten(self, path: Path) -> Iterator[IO[bytes]]:
        """What is to stand in the file: it does from the end of the block on."""
        place = path.resolve()
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            with beside.open("wb") as stream:
                yield stream
            beside.replace(place)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def data(self) -> Iterator[bytes]:
        """The lines as they are, in the order of the tasks."""
        if self.path is None:
            yield from (data for _, data in sorted(self._whole.items()))
            return
        with self.path.open("rb") as stream:
            for _, place in sorted(self._places.items()):
                yield _at(stream, place)

    @property
    def lines(self) -> list[Line]:
        """All of them, in the order of the tasks."""
        return [line for _, each in sorted(self.found.items()) for line in each]


def _at(stream: IO[bytes], place: Place) -> bytes:
    start, end = place
    stream.seek(start)
    return stream.read(end - start)


def kept(path: Path) -> Mapping[tuple[str, str], Sequence[Place]]:
    """Where lines of an earlier run are, by port and state; those with all their parts.

    What is no whole line is left out. Raises OSError.
    """
    found: dict[tuple[str, str], dict[int, Place]] = {}
    parts: dict[tuple[str, str], int] = {}
    end = 0
    with path.open("rb") as stream:
        for data in stream:
            start, end = end, end + len(data)
            scan = _record(data)
            if scan is not None:
                found.setdefault((scan.port, scan.state), {})[scan.part] = start, end
                parts[scan.port, scan.state] = scan.parts
    return {
        key: [places[number] for number in sorted(places)]
        for key, places in found.items()
        if len(places) == parts[key]
    }


def _record(data: bytes) -> ScanRecord | None:
    try:
        return scan_lines.decoded(data).scan if data.endswith(b"\n") else None
    except msgspec.MsgspecError:
        return None
