"""What was written by others is read, or refused in order: never a traceback."""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click import UsageError
from hypothesis import given, settings
from hypothesis import strategies as st

from gradproof.commands.options import read_baseline
from gradproof.edits import syntax
from gradproof.golden import baseline, document, pixels
from gradproof.golden.git import Repository, SourceError
from gradproof.ports import notebook
from gradproof.ports.contents import MAX_BYTES, contents
from gradproof.ports.frames import BreachError, Frame, Splitter
from gradproof.ports.protocol_child import frame_of
from gradproof.ports.target import TargetError, parsed
from gradproof.project import config

pytestmark = pytest.mark.once

few = settings(max_examples=60, deadline=None)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner)
    ),
    max_leaves=9,
)
HELLO = {"op": "hello", "protocol": 1, "name": "p", "language": "x", "roles": []}
FRAMES = [
    HELLO,
    {"op": "call", "id": 0, "n": 0, "x": {"dtype": "f8", "shape": [1], "data": [1.0]}},
    {"op": "result", "id": 0, "value": None, "x_after": None},
]
BOOK = {"cells": [{"cell_type": "code", "source": ["x = 1"]}], "nbformat": 4}
ARROWS = {"format": "gradproof-arrows/1", "panels": [{"arrows": [[0, 0, 1, 1]]}]}


def refusal(reads: Callable[[], Any], kind: type[Exception]) -> str:
    """What it says where it refuses; nothing where it does not."""
    try:
        reads()
    except kind as error:
        return str(error)
    return ""


@st.composite
def twisted(draw: st.DrawFn, right: Any) -> bytes:
    """Something right with one part of it put for another, or cut off, or changed."""
    told = json.loads(json.dumps(right))
    part = told
    while isinstance(part, (dict, list)) and part:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = draw(st.sampled_from(keys))
        if draw(st.booleans()):
            part[key] = draw(plain)
            break
        part = part[key]
    data = bytearray(json.dumps(told).encode())
    if draw(st.booleans()):
        data = data[: draw(st.integers(0, len(data)))]
    elif data and draw(st.booleans()):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@few
@given(st.binary(max_size=80) | st.sampled_from(FRAMES).flatmap(twisted))
def test_a_frame_is_one_or_a_breach(line: bytes) -> None:
    with contextlib.suppress(BreachError):
        frame_of(Frame(line, ""))


@few
@given(st.lists(st.binary(max_size=30) | st.just(b"@tag "), max_size=9))
def test_output_is_taken_apart_whatever_it_is(pieces: list[bytes]) -> None:
    splitter = Splitter(b"@tag ")
    for piece in pieces:
        assert all(b"\n" not in frame.line for frame in splitter.feed(piece))


@few
@given(st.binary(max_size=80) | twisted(BOOK))
def test_a_notebook_is_one_or_none(data: bytes) -> None:
    with contextlib.suppress(notebook.NotebookError):
        assert all(isinstance(text, str) for text in notebook.codes(data))


@few
@given(
    st.text(max_size=80) | twisted(ARROWS).map(lambda d: d.decode("utf-8", "replace"))
)
def test_a_baseline_is_one_or_names_what_is_wrong(text: str) -> None:
    said = refusal(lambda: document.loads(text), ValueError)
    assert said.startswith("this is no gradproof-") or not said


PORT: dict[str, Any] = {
    "target": "a.py:g",
    "verdict": "pass",
    "formula": [{"text": "f"}],
}
RECORD: dict[str, Any] = {
    "port": "a.py:g",
    "part": 0,
    "parts": 1,
    "state": "s",
    "copies": [],
}
LINE = {**PORT, "scan": {**RECORD, "standing": "pass", "headline": "h"}}
REPORT = {"ports": [PORT], "errors": []}
NO_REPORT = "is no JSON report of check, and no results of scan: line {}: "


@few
@given(data=st.binary(max_size=80) | st.sampled_from([REPORT, LINE]).flatmap(twisted))
def test_a_report_that_is_read_back_is_one_or_said_to_be_none(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("report") / "before.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b"\n" + data + b"\n")
    said = refusal(lambda: read_baseline(path, "en"), UsageError)
    assert NO_REPORT.format(2) in said or not said
    path.write_bytes(data)
    said = refusal(lambda: read_baseline(path, "en"), UsageError)
    assert "before.jsonl" in said or not said


def test_a_report_that_nests_without_end_is_none(tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    path.write_bytes(b'{"ports": ' + b"[" * 200_000 + b"\n")
    said = refusal(lambda: read_baseline(path, "en"), UsageError)
    assert NO_REPORT.format(1) in said


LARGE = 100 << 20


def large(path: Path, head: bytes) -> None:
    """A file of 100 MB that takes no place on the disk."""
    path.write_bytes(head)
    with path.open("r+b") as file:
        file.truncate(LARGE)


@pytest.mark.parametrize("head", [b'{\n "ports": [\n', b'{"target": "', b"\x00"])
def test_a_report_of_100_mb_is_not_read(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    large(path, head)
    tracemalloc.start()
    said = refusal(lambda: read_baseline(path, "en"), UsageError)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too large" in said
    assert most < 2.5 * MAX_BYTES  # one line, as it grows


def test_results_of_more_than_that_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "before.jsonl"
    line = json.dumps({**LINE, "note": " " * (1 << 20)}).encode() + b"\n"
    with path.open("wb") as file:
        for _ in range(MAX_BYTES // len(line) + 2):
            file.write(line)
    assert path.stat().st_size > MAX_BYTES
    found = read_baseline(path, "en")
    assert {each.target for each in found or []} == {"a.py:g"}


def test_arrows_of_100_mb_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "field.json"
    large(path, b'{"format": "gradproof-arrows/1", "panels": [')
    (said,) = baseline.changes_since(path, ())
    assert "too large" in said.parameters["text"]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)


@few
@given(st.binary(max_size=80) | NAMES.map(str.encode))
def test_what_git_says_is_understood_or_told(said: bytes) -> None:
    def git(*_: Any, **__: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], 0, said, b"")

    repository = Repository(Path(), "", bare=False)
    asks: list[Callable[[], object]] = [
        lambda: repository.entries("t", "f"),
        lambda: repository.statuses("f"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "run", git)
        for ask in asks:
            refusal(ask, SourceError)


def chunk(kind: bytes, data: bytes) -> bytes:
    return (
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
    )


def png(width: int, height: int, body: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body))
    return pixels.SIGNATURE + parts + chunk(b"IEND", b"")


@few
@given(st.data())
def test_a_picture_is_one_or_cannot_be_used(data: st.DataObject) -> None:
    right = bytearray(png(2, 2, b"\0" * 14))
    for _ in range(data.draw(st.integers(0, 4))):
        right[data.draw(st.integers(0, len(right) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.integers(0, len(right)))
    for one in (bytes(right), bytes(right[:cut])):
        with contextlib.suppress(pixels.UnreadableBaselineError):
            assert pixels.decode(one).shape[-1] == 4


@pytest.mark.parametrize("side", [60_000, 2**31 - 1, 2**32 - 1])
def test_a_picture_that_declares_to_be_huge_is_not_opened(side: int) -> None:
    with pytest.raises(pixels.UnreadableBaselineError) as caught:
        pixels.decode(png(side, side))
    assert caught.value.sentence.message == "review.png-huge"


@few
@given(st.text(max_size=40))
def test_a_target_is_one_or_said_to_be_none(text: str) -> None:
    found = parsed(text)
    assert isinstance(found, TargetError) or found.text == text


@few
@given(data=st.binary(max_size=60))
def test_a_projects_file_is_read_or_told_to_be_wrong(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("project") / "pyproject.toml"
    path.write_bytes(b"[tool.gradproof]\n" + data)
    said = refusal(lambda: config.read(path), config.ConfigError)
    assert "pyproject.toml" in said or not said


DEEP = {
    "signs": "x = " + "-" * 100_000 + "1",
    "parentheses": "x = " + "(" * 100_000,
    "sums": "x = " + "+".join("1" * 100_000),
    "attributes": "x = a" + ".a" * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_a_source_that_nests_deeply_is_python_or_none(name: str) -> None:
    # What is too deep is a matter of the Python: newer ones make trees of some.
    with contextlib.suppress(SyntaxError):
        syntax.parse(DEEP[name])


def test_a_source_is_not_read_if_it_is_larger_than_any(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(OSError, match="too large"):
        contents(path)
