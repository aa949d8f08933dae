"""What changed in golden pictures, put into words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradproof.golden.message import Message
from gradproof.golden.pixels import PixelFigures
from gradproof.golden.review import Change, Review
from gradproof.report.numbers import written
from gradproof.report.phrases import Phrases

SHOWN = 3
"""Places of pixels, before the rest is counted."""
NAMES = 5
"""Names of pictures that changed alike, before the rest is counted."""
QUOTED = ("before", "after")
TIMES = {2.0: "twice", 0.5: "half"}


def printable(text: str) -> str:
    """A text from a file or a repository, with what could steer a terminal escaped."""
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


@dataclass(frozen=True)
class Words:
    """The sentences of a review in one language."""

    phrases: Phrases

    def say(self, message: str, **parameters: Any) -> str:
        """The sentence of this id, in plain parameters."""
        return self.phrases.say(message, **parameters)

    def sentence(self, sentence: Message) -> str:
        """A sentence with its arrows and numbers in words, and its panel before it."""
        shown = {
            key: self._parameter(key, value, sentence.message)
            for key, value in sentence.parameters.items()
        }
        text = self.say(sentence.message, **shown) + self._unchanged(sentence)
        if sentence.panel is None:
            return text
        return self.say("review.panel", panel=sentence.panel, text=text)

    def _unchanged(self, sentence: Message) -> str:
        """How many of the arrows that a change takes in it leaves as they were."""
        n = sentence.parameters.get("who", {}).get("unchanged")
        return self.say("review.unchanged", n=n) if n else ""

    def _spots(self, spots: Sequence[Mapping[str, Any]]) -> str:
        """Where pixels lie: the first places, and how many more."""
        told = [self._place(**spot) for spot in spots[:SHOWN]]
        first = self.say("comma").join(told)
        rest = len(spots) - SHOWN
        return self.say("review.more", names=first, n=rest) if rest > 0 else first

    def _place(self, where: str, panel: int, box: Sequence[int]) -> str:
        return self.say(f"review.place.{where}", panel=panel, **_stretches(box))

    def _parameter(self, key: str, value: Any, message: str) -> str:
        if isinstance(value, Mapping):
            return self.entries(value) if "axes" in value else self.who(value)
        if key == "factor" and message.endswith(("scaled", "scaled-hidden")):
            name = TIMES.get(value, "other")
            return self.say(f"review.times.{name}", factor=value)
        if key == "spots":
            return self._spots(value)
        if key == "size":
            return f"{value:.3g}"
        if key in QUOTED and message not in ("review.few-left", "review.ticks"):
            return _quoted(value)
        return printable(value) if isinstance(value, str) else written(value)

    def who(self, who: Mapping[str, Any]) -> str:
        """Arrows: one with its place, a few listed, many counted, or all."""
        count, total, first = who["count"], who["total"], who["arrows"]
        if count == 1:
            return self._one(*first[0])
        if count == total:
            return self.say("review.who.all", total=f"{total:,}")
        if count <= len(first):
            return self.say("review.who.few", list=", ".join(map(_place, first)))
        numbers = ", ".join(f"#{number}" for number, *_ in first)
        counts = {"count": f"{count:,}", "total": f"{total:,}"}
        return self.say("review.who.some", list=numbers, **counts)

    def _one(self, number: int, x: Any, y: Any) -> str:
        return self.say("review.who.one", number=number, x=_number(x), y=_number(y))

    def entries(self, who: Mapping[str, Any]) -> str:
        """Entries of an array: one by its indices, or how many, and where."""
        count, total, what = who["count"], who["total"], printable(who["what"])
        if count == 1 and total > 1:
            return self.say(
                "review.who.entries.one", place=_quoted(who["place"]), what=what
            )
        if count == total:
            return self.say("review.who.entries.all", total=f"{total:,}", what=what)
        counts = {"count": f"{count:,}", "total": f"{total:,}"}
        some = self.say("review.who.entries.some", what=what, **counts)
        where = [self._axis(who["axes"], *ends) for ends in who["where"]]
        if not where:
            return some
        return self.say(
            "review.who.entries.within", entries=some, where=", ".join(where)
        )

    def _axis(self, axes: int, axis: int, first: int, last: int) -> str:
        """The stretch of one axis; a matrix has rows and columns."""
        names = {1: [("index", "indices")], 2: [("row", "rows"), ("column", "columns")]}
        one, many = names[axes][axis] if axes in names else ("axis", "axes")
        if first == last:
            return self.say(f"review.who.entries.{one}", axis=axis, index=first)
        return self.say(f"review.who.entries.{many}", axis=axis, first=first, last=last)

    def pixels(self, change: Change) -> str | None:
        """How many pixels differ, by how much, and where."""
        if change.pixels is None:
            alike = change.status in ("same-pixels", "same-both")
            return self.say("review.no-pixels") if alike else None
        figures = change.pixels
        return self.say(
            "review.pixels",
            count=f"{figures.count:,}",
            total=f"{figures.total:,}",
            rms=f"{figures.rms:.3g}",
            **_stretches(figures.box),
        )

    def pixels_of(self, changes: Sequence[Change]) -> str | None:
        """The same of several pictures that changed alike: the most."""
        found = [change.pixels for change in changes if change.pixels]
        if len(changes) == 1 or not found:
            return self.pixels(changes[0])
        return self._most(found)

    def _most(self, figures: Sequence[PixelFigures]) -> str:
        count = max(f.count for f in figures)
        rms = max(f.rms for f in figures)
        return self.say("review.pixels-many", count=f"{count:,}", rms=f"{rms:.3g}")

    def status(self, change: Change) -> str:
        """A change's status, and whether it was accepted."""
        status = self.say(f"review.status.{change.status}")
        accepted = self.say("review.accepted")
        return f"{status}, {accepted}" if change.decided else status

    def names(self, names: Sequence[str], most: int = NAMES) -> str:
        """Names of pictures: the first, and how many more."""
        first = ", ".join(map(printable, names[:most]))
        if len(names) <= most:
            return first
        return self.say("review.more", names=first, n=len(names) - most)

    def headline(self, review: Review) -> str:
        """How many pictures changed, between what, and how many are undecided."""
        sides = {
            "before": printable(review.before),
            "after": printable(review.after) or self.say("review.working-tree"),
        }
        if not review.changes:
            return self.say("review.nothing", total=review.total, **sides)
        undecided = len(review.undecided)
        tally = {"undecided": undecided, "accepted": len(review.changes) - undecided}
        counts = [self.say(f"review.count.{k}", n=n) for k, n in tally.items() if n]
        numbers = {"changed": len(review.changes), "total": review.total}
        return self.say("review.headline", counts=", ".join(counts), **numbers, **sides)


def _stretches(box: Sequence[int]) -> dict[str, str]:
    """The pixels of a box across and down, as first–last."""
    ends = {"across": (box[0], box[2] - 1), "down": (box[1], box[3] - 1)}
    return {
        key: str(first) if first == last else f"{first}–{last}"
        for key, (first, last) in ends.items()
    }


def _number(value: Any) -> str:
    return "?" if value is None else written(value)


def _place(arrow: Sequence[Any]) -> str:
    number, x, y = arrow
    return f"#{number} ({_number(x)}, {_number(y)})"


def _quoted(value: Any) -> str:
    """A value of a field: texts in quotes, so that an empty one is seen."""
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_quoted, value))})"
    if isinstance(value, str):
        return printable(json.dumps(value, ensure_ascii=False))
    return "–" if value is None else written(value)


def alike(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes in groups that have the same to be said of them, in order."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        told = [(s.message, s.parameters, s.panel) for s in change.sentences]
        key = repr((change.status, change.decided, told))
        groups.setdefault(key, []).append(change)
    return list(groups.values())
