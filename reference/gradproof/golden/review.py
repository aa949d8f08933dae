"""What changed in golden pictures: one record a picture, made of both versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gradproof.golden import grounds, pixels, visibility
from gradproof.golden.differences import describe
from gradproof.golden.document import Panels, loads, rows
from gradproof.golden.message import Message
from gradproof.golden.pixels import PixelFigures, UnreadableBaselineError
from gradproof.golden.sources import (
    File,
    Kind,
    Picture,
    Source,
    State,
    Version,
    arrows_in,
)

Status = Literal[
    "added",
    "removed",
    "changed",
    "same-pixels",
    "same-meaning",
    "same-both",
    "orphan",
    "unreadable",
    "unmerged",
]
Size = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """A picture that changed.

    ``sentences`` say what: the meaning first, then what hinders or limits the
    comparison. ``pixels`` are None where none differ or sizes do. ``sizes`` are
    (width, height) before and after, None for a PNG that is missing or unreadable.
    """

    picture: Picture
    status: Status
    sentences: tuple[Message, ...]
    pixels: PixelFigures | None = None
    sizes: tuple[Size | None, Size | None] = (None, None)

    @property
    def name(self) -> str:
        """The picture's name: its path below the folder, without suffix."""
        return self.picture.name

    @property
    def state(self) -> State:
        """Whether it was decided upon."""
        return self.picture.state

    @property
    def before(self) -> Version:
        """The files before, to be read while the source is open."""
        return self.picture.before

    @property
    def after(self) -> Version:
        """The files after."""
        return self.picture.after

    @property
    def decided(self) -> bool:
        """Whether the change was accepted already."""
        return self.picture.state == "accepted"


@dataclass(frozen=True)
class Review:
    """All changes of a source, of ``total`` pictures, and what its sides are called."""

    kind: Kind
    before: str
    after: str
    folder: str
    total: int
    changes: tuple[Change, ...]

    @property
    def undecided(self) -> tuple[Change, ...]:
        """Changes that are still to be accepted or rejected."""
        return tuple(change for change in self.changes if not change.decided)


def review(source: Source) -> Review:
    """Compare the two versions of each picture of a source, which must be open."""
    found = (compare(picture) for picture in source.pictures)
    return Review(
        source.kind,
        source.before,
        source.after,
        source.folder,
        len(source.pictures),
        tuple(change for change in found if change),
    )


def panels(version: Version) -> Panels | None:
    """The arrows of a version; ``None`` if its JSON holds none, or is not there.

    Raises UnreadableBaselineError if it claims to hold arrows and does not.
    """
    if version.json is None:
        return None
    data = version.json.read()
    if not arrows_in(version.json):
        return None
    try:
        return loads(data.decode("utf-8"))
    except ValueError as error:
        text = str(error)
        raise UnreadableBaselineError("review.json-broken", text=text) from error


def compare(picture: Picture) -> Change | None:
    """What changed in one picture; ``None`` if nothing did."""
    before, after = picture.before, picture.after
    if picture.state == "unmerged":
        return Change(picture, "unmerged", (Message("review.unmerged", warns=True),))
    if _same(before.png, after.png) and _same(before.json, after.json):
        return None
    if not after:
        return Change(picture, "removed", (Message("review.removed"),))
    facts = _facts(picture)
    sentences = tuple(_sentences(facts))
    return Change(picture, _status(facts), sentences, facts.figures, facts.sizes)


def _same(a: File | None, b: File | None) -> bool:
    """Whether two files hold the same bytes; what cannot be read is not the same."""
    if a is None or b is None:
        return a is b
    if a.same_as(b):
        return True
    try:
        return a.size == b.size and a.read() == b.read()
    except UnreadableBaselineError:
        return False


@dataclass(frozen=True)
class _Facts:
    """What was found out about a picture: pixels, meaning, and what was in the way."""

    picture: Picture
    sizes: tuple[Size | None, Size | None]
    figures: PixelFigures | None
    old: Panels | None
    new: Panels | None
    told: tuple[Message, ...]
    troubles: tuple[Message, ...]

    @property
    def compared(self) -> bool:
        """Whether both versions have a meaning."""
        return self.old is not None and self.new is not None

    @property
    def resized(self) -> bool:
        return None not in self.sizes and self.sizes[0] != self.sizes[1]

    @property
    def pixels_differ(self) -> bool:
        return self.figures is not None or self.sizes[0] != self.sizes[1]

    @property
    def orphan(self) -> bool:
        """Whether a file was left alone by the other."""
        before, after = self.picture.before, self.picture.after
        if after.png is None:
            return True
        return self.picture.whole and after.json is None and before.json is not None


def _facts(picture: Picture) -> _Facts:
    troubles: list[Message] = []
    old, new = (_panels(v, troubles) for v in (picture.before, picture.after))
    sizes, figures = _pixels(picture, (old, new), troubles)
    json = picture.after.json
    if old is not None and new is None and json is not None and not troubles:
        troubles.append(Message("review.json-stopped", {"path": json.path}, warns=True))
    told = describe(old, new) if old is not None and new is not None else ()
    return _Facts(picture, sizes, figures, old, new, told, tuple(troubles))


def _pixels(
    picture: Picture,
    panels: tuple[Panels | None, Panels | None],
    troubles: list[Message],
) -> tuple[tuple[Size | None, Size | None], PixelFigures | None]:
    """Sizes, and how pixels differ; the pixels themselves are let go of at once."""
    before, after = picture.before.png, picture.after.png
    if before and after and _same(before, after):
        return (None, None), None
    old, new = (_decoded(png, troubles) for png in (before, after))
    sizes = _size(old), _size(new)
    if old is None or new is None or sizes[0] is None or sizes[0] != sizes[1]:
        return sizes, None
    explained = grounds.explained(panels[0] or (), panels[1] or (), sizes[0])
    return sizes, pixels.compare(old, new, explained)


def _size(decoded: pixels.Pixels | None) -> Size | None:
    return None if decoded is None else (decoded.shape[1], decoded.shape[0])


def _decoded(png: File | None, troubles: list[Message]) -> pixels.Pixels | None:
    if png is None:
        return None
    try:
        return pixels.decode(png.read())
    except UnreadableBaselineError as error:
        troubles.append(_trouble(error, png))
        return None


def _panels(version: Version, troubles: list[Message]) -> Panels | None:
    try:
        return panels(version)
    except UnreadableBaselineError as error:
        assert version.json is not None
        troubles.append(_trouble(error, version.json))
        return None


def _trouble(error: UnreadableBaselineError, file: File) -> Message:
    parameters = {"path": file.path, **error.sentence.parameters}
    return Message(error.sentence.message, parameters, warns=True)


def _status(facts: _Facts) -> Status:
    if facts.troubles:
        return "unreadable"
    if facts.orphan:
        return "orphan"
    if not facts.picture.before:
        return "added"
    gained = (facts.old is None) != (facts.new is None)
    if not facts.pixels_differ:
        return "same-pixels" if facts.told or gained else "same-both"
    return "same-meaning" if facts.compared and not facts.told else "changed"


def _sentences(facts: _Facts) -> Iterator[Message]:
    """The meaning first, then the size, then what hinders or limits a decision."""
    yield from _first(facts)
    yield from facts.told
    yield from _meaning(facts)
    yield from _unexplained(facts)
    if facts.resized:
        before, after = facts.sizes
        yield Message("review.sizes", {"before": before, "after": after})
    if facts.told and not facts.pixels_differ and _unfit(facts):
        yield Message("review.unfit", warns=True)
    if facts.picture.guessed:
        yield Message("review.guessed")
    if facts.picture.state == "unplaced":
        yield Message("review.unplaced", warns=True)
    yield from facts.troubles


def _first(facts: _Facts) -> Iterator[Message]:
    if facts.orphan and not facts.troubles:
        kind = "png" if facts.picture.after.png else "json"
        yield Message(f"review.orphan-{kind}", warns=True)
    elif not facts.picture.before:
        yield Message("review.added")


def _meaning(facts: _Facts) -> Iterator[Message]:
    """What is said where no change of meaning is: why there is none."""
    if facts.troubles or not facts.picture.after.png:
        return
    if facts.compared and not facts.told:
        yield Message(_same_meaning(facts))
    elif not facts.picture.whole:
        yield Message("review.run-left-out")
    elif facts.new is not None and facts.old is None:
        name = facts.new[0].ROWS
        counts = {name: sum(map(len, map(rows, facts.new))), "panels": len(facts.new)}
        told = {
            "arrows": "review.arrows",
            "entries": "review.entries",
            "points": "review.points-of-paths",
        }
        yield Message(told[name], counts)
    elif facts.new is None and facts.old is None:
        yield Message("review.pixels-only")


def _unexplained(facts: _Facts) -> Iterator[Message]:
    """Where pixels differ that no change of meaning explains."""
    figures, new, size = facts.figures, facts.new, facts.sizes[1]
    if figures is None or not figures.unexplained or new is None or size is None:
        return
    axes = grounds.axes_boxes(new, size) or []
    found = grounds.places(figures.unexplained, axes)
    told = [{"where": p.where, "panel": p.panel, "box": list(p.box)} for p in found]
    name = "review.unexplained" if facts.told else "review.unexplained-at"
    yield Message(name, {"spots": told}, warns=bool(facts.told))


def _same_meaning(facts: _Facts) -> str:
    if not facts.pixels_differ:
        return "review.same-both"
    same = {"entries": "review.same-entries", "points": "review.same-points"}
    return same.get(facts.new[0].ROWS if facts.new else "", "review.same")


def _unfit(facts: _Facts) -> bool:
    return visibility.seen(facts.old or (), facts.new or ())
