"""Frames: lines of a child's output that begin with a tag; all else is noise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gradproof.ports.limits import Limit

MAX_LINE_BYTES = 1 << 23
"""Bytes of a frame: about 300,000 numbers. A longer line is a breach."""
MAX_NOISE_BYTES = 1 << 14
"""Bytes of noise that are kept: the last ones, for they tell of a crash."""


class ChildError(Exception):
    """What a child does in the place of a frame."""


class DeadlineError(ChildError):
    """No frame came by the deadline."""


class EndedError(ChildError):
    """The child has ended: ``how`` names the signal or the exit code."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class LimitError(ChildError):
    """The child was stopped for it took more than the ``limit``, an ``amount``."""

    def __init__(self, limit: Limit, amount: str) -> None:
        super().__init__(f"{limit}: {amount}")
        self.limit = limit
        self.amount = amount


class BreachError(ChildError):
    """The child wrote what no frame may be."""


class Frame(NamedTuple):
    """A frame without its tag, and what else was printed since the one before."""

    line: bytes
    noise: str


class Splitter:
    """Takes output apart into frames and noise, into whatever pieces it was cut."""

    def __init__(self, tag: bytes) -> None:
        self._tag = tag
        self._rest = bytearray()
        self._inside = False
        self._searched = 0
        self.noise = bytearray()
        """The end of what was no frame, since the last frame."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are complete with ``data``. Raises BreachError."""
        self._rest += data
        while self._inside or self._find_tag():
            end = self._rest.find(b"\n", self._searched)
            self._inside = end < 0
            self._searched = len(self._rest) if self._inside else 0
            if max(end, self._searched) > MAX_LINE_BYTES:
                raise BreachError("a line is too long")
            if self._inside:
                return
            line = bytes(self._rest[:end])
            del self._rest[: end + 1]
            yield Frame(line, text(self.noise))
            self.noise.clear()

    @property
    def unfinished(self) -> bytes:
        """The noise since the last frame, and what may yet become a frame."""
        return bytes(self.noise + self._rest)

    def _find_tag(self) -> bool:
        """Whether a tag is there; what stands before it is noise."""
        start = self._rest.find(self._tag)
        # The beginning of a tag may stand at the end.
        upto = start if start >= 0 else max(0, len(self._rest) - len(self._tag) + 1)
        self.noise += self._rest[:upto]
        del self.noise[:-MAX_NOISE_BYTES]
        del self._rest[: upto + len(self._tag) if start >= 0 else upto]
        return start >= 0


def text(printed: bytes | bytearray) -> str:
    """What was printed, as far as it is text."""
    return printed.decode("utf-8", "replace")
