"""A review as JSON: the stable interface. Messages in it are English."""

from __future__ import annotations

from typing import Any

import msgspec

from gradproof.golden.clusters import Box
from gradproof.golden.message import Message
from gradproof.golden.pixels import PixelFigures
from gradproof.golden.review import Change, Review, Status
from gradproof.golden.sources import File, Kind, State, Version
from gradproof.report.phrases import Phrases
from gradproof.report.release import __version__
from gradproof.report.review.words import Words

FORMAT = "gradproof-review/1"
ENGLISH = Words(Phrases("en"))


class SentenceRecord(msgspec.Struct, frozen=True):
    """What changed; ``message_id`` and ``parameters`` make ``message``."""

    message: str
    message_id: str
    parameters: dict[str, Any]
    panel: int | None
    warns: bool


class PixelRecord(msgspec.Struct, frozen=True):
    """Pixels that differ; ``box`` is left, top, right and bottom, the last two after.

    ``rms`` is over all channels, of 255. ``clusters`` are boxes around those that lie
    together, ``unexplained`` around those that the JSON beside it does not explain.
    """

    count: int
    total: int
    rms: float
    box: Box
    clusters: tuple[Box, ...]
    unexplained: tuple[Box, ...]


class VersionRecord(msgspec.Struct, frozen=True):
    """The paths of a version's files, null where there is none."""

    png: str | None
    json: str | None


class ChangeRecord(msgspec.Struct, frozen=True):
    """A picture that changed; ``pixels`` is null where none differ or sizes do."""

    name: str
    status: Status
    state: State
    sentences: list[SentenceRecord]
    pixels: PixelRecord | None
    before: VersionRecord
    after: VersionRecord


class ReviewRecord(msgspec.Struct, frozen=True):
    """A whole review; ``after`` is empty for the working tree."""

    format: str
    version: str
    kind: Kind
    before: str
    after: str
    folder: str
    total: int
    undecided: int
    changes: list[ChangeRecord]


def report(review: Review) -> ReviewRecord:
    """A review as a record."""
    return ReviewRecord(
        format=FORMAT,
        version=__version__,
        kind=review.kind,
        before=review.before,
        after=review.after,
        folder=review.folder,
        total=review.total,
        undecided=len(review.undecided),
        changes=[_change(change) for change in review.changes],
    )


def dumps(record: ReviewRecord) -> str:
    """JSON of two spaces' indent; ends with a newline."""
    encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(record)))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _encodable(value: Any) -> Any:
    """A value whose texts are Unicode: bytes of file names that are none are shown."""
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value


def _change(change: Change) -> ChangeRecord:
    return ChangeRecord(
        name=change.name,
        status=change.status,
        state=change.state,
        sentences=[_sentence(sentence) for sentence in change.sentences],
        pixels=_pixels(change.pixels),
        before=_version(change.before),
        after=_version(change.after),
    )


def _pixels(figures: PixelFigures | None) -> PixelRecord | None:
    if figures is None:
        return None
    return PixelRecord(
        figures.count,
        figures.total,
        figures.rms,
        figures.box,
        figures.clusters,
        figures.unexplained,
    )


def _sentence(sentence: Message) -> SentenceRecord:
    return SentenceRecord(
        message=ENGLISH.sentence(sentence),
        message_id=sentence.message,
        parameters=dict(sentence.parameters),
        panel=sentence.panel,
        warns=sentence.warns,
    )


def _version(version: Version) -> VersionRecord:
    return VersionRecord(_path(version.png), _path(version.json))


def _path(file: File | None) -> str | None:
    return None if file is None else file.path
