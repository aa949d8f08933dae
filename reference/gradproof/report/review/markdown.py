"""A review as Markdown, for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from gradproof.golden.review import Change, Review
from gradproof.report.escapes import code, plain
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words, alike, printable


def dumps(review: Review, phrases: Phrases) -> str:
    """One item for each change, like ones as one; ends with a newline."""
    return "\n".join(_lines(review, Words(phrases))) + "\n"


def _lines(review: Review, words: Words) -> Iterator[str]:
    yield f"**{plain(words.headline(review))}**"
    if review.changes:
        yield ""
    for changes in alike(review.changes):
        yield from _item(changes, words)


def _item(changes: list[Change], words: Words) -> Iterator[str]:
    first = changes[0]
    told = [plain(words.sentence(sentence)) for sentence in first.sentences]
    names = ", ".join(code(printable(change.name)) for change in changes)
    yield f"- {names}: {told[0]}  "
    for text in told[1:]:
        yield f"  {text}  "
    facts = [words.status(first), words.pixels_of(changes)]
    yield f"  _{'; '.join(plain(fact) for fact in facts if fact)}_"
