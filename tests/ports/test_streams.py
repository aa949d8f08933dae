"""The streams of a child are read and written alike, polled or by threads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO

import pytest

from gradproof.ports import streams
from gradproof.ports.frames import (
    MAX_LINE_BYTES,
    BreachError,
    DeadlineError,
    Frame,
    LimitError,
)
from gradproof.ports.limits import Limits
from gradproof.ports.streams import Heard, Polled, Streams, Threaded

TAG = b"@tag "
SOON = 5.0


class Ends:
    """The child's ends of its streams, and what is at the other end of them."""

    def __init__(self, kind: Callable[..., Streams], output: int = 64 << 20) -> None:
        pipes = [os.pipe() for _ in range(3)]
        (self.input, ours), (out, self.output), (err, self.errors) = pipes
        self.heard = Heard(TAG, Limits(output=output))
        opened: list[IO[bytes]] = [
            os.fdopen(ours, "wb", 0),
            os.fdopen(out, "rb", 0),
            os.fdopen(err, "rb", 0),
        ]
        self.streams = kind(opened, self.heard)

    def say(self, data: bytes, end: int | None = None) -> None:
        os.write(self.output if end is None else end, data)

    def end(self) -> None:
        """As when a child ends."""
        for descriptor in (self.input, self.output, self.errors):
            os.close(descriptor)

    def receive(self, seconds: float = SOON) -> streams.Item:
        return self.streams.receive(time.monotonic() + seconds)


@pytest.fixture(params=[Polled, Threaded])
def kind(request: pytest.FixtureRequest) -> Iterator[Callable[..., Streams]]:
    before = threading.active_count()
    yield request.param
    end = time.monotonic() + SOON
    while threading.active_count() != before and time.monotonic() < end:
        time.sleep(0.01)
    assert threading.active_count() == before


def test_frames_come_in_order_and_then_the_end(kind: Callable[..., Streams]) -> None:
    ends = Ends(kind)
    ends.say(b"noise@tag one\n@tag t")
    assert ends.receive() == Frame(b"one", "noise")
    ends.say(b"wo\n@tag three\nrest")
    ends.say(b"an error", ends.errors)
    ends.end()
    assert [ends.receive() for _ in range(3)] == [
        Frame(b"two", ""),
        Frame(b"three", ""),
        None,
    ]
    ends.streams.close(SOON)
    assert bytes(ends.heard.errors) == b"an error"
    assert ends.heard.splitter.unfinished == b"rest"


def test_what_is_larger_than_a_pipe_is_written_while_one_waits(
    kind: Callable[..., Streams],
) -> None:
    ends = Ends(kind)
    for each in (b"x" * 300_000, b"y" * 300_000, b"\n"):
        ends.streams.send(each)
    ends.streams.finish()
    arrived = []

    def read() -> None:
        while data := os.read(ends.input, 1 << 16):
            arrived.append(data)
        ends.say(b"@tag all\n")

    reader = threading.Thread(target=read)
    reader.start()
    assert ends.receive() == Frame(b"all", "")
    reader.join()
    assert b"".join(arrived) == b"x" * 300_000 + b"y" * 300_000 + b"\n"
    ends.end()
    ends.streams.close(SOON)


def test_nothing_is_waited_for_longer_than_told(kind: Callable[..., Streams]) -> None:
    ends = Ends(kind)
    begin = time.monotonic()
    with pytest.raises(DeadlineError):
        ends.receive(0.05)
    ends.say(b"@tag late\n")
    with pytest.raises(DeadlineError):
        ends.receive(-1.0)
    assert time.monotonic() - begin < SOON
    ends.end()
    ends.streams.close(SOON)


def test_who_holds_on_to_the_streams_does_not_hold_up_the_end() -> None:
    """A process that was not to be ended may; of threads, those are left behind."""
    ends = Ends(Polled)
    ends.say(b"last", ends.errors)
    begin = time.monotonic()
    ends.streams.close(0.05)
    assert time.monotonic() - begin < SOON
    assert bytes(ends.heard.errors) == b"last"
    ends.end()


def test_what_is_sent_to_one_that_has_ended_is_lost(
    kind: Callable[..., Streams],
) -> None:
    ends = Ends(kind)
    ends.end()
    for _ in range(3):
        ends.streams.send(b"x" * 100_000)
    assert ends.receive() is None
    ends.streams.close(SOON)
    ends.streams.send(b"x")
    ends.streams.close(SOON)


@pytest.mark.parametrize("stream", ["output", "errors"])
def test_too_much_is_told_once(kind: Callable[..., Streams], stream: str) -> None:
    ends = Ends(kind, output=100)
    for _ in range(3):
        ends.say(b"x" * 60, getattr(ends, stream))
        time.sleep(0.01)
    found = ends.receive()
    assert isinstance(found, LimitError)
    assert found.limit == "output"
    ends.end()
    assert ends.receive() is None
    ends.streams.close(SOON)


def test_what_stands_before_a_breach_is_heard(kind: Callable[..., Streams]) -> None:
    ends = Ends(kind)
    said = b"@tag one\n@tag " + b"x" * (MAX_LINE_BYTES + 1)

    def say() -> None:
        try:
            while rest := said[len(done) :]:
                done.extend(rest[: os.write(ends.output, rest[: 1 << 16])])
        except BrokenPipeError:
            pass

    done = bytearray()
    writer = threading.Thread(target=say)
    writer.start()
    assert ends.receive() == Frame(b"one", "")
    assert isinstance(ends.receive(), BreachError)
    writer.join()
    ends.end()
    ends.streams.close(SOON)
