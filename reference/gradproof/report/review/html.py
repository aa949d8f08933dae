"""A review as a page: one file that holds all pictures, and loads nothing.

Texts of pictures reach the page in two ways: through Jinja2, which escapes them, and
as JSON in blocks that no browser executes, which the page's script reads as text.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TextIO, TypeVar

import msgspec
from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup

from gradproof.golden import pixels
from gradproof.golden.decisions import UNDECIDABLE
from gradproof.golden.document import Panels
from gradproof.golden.pixels import UnreadableBaselineError
from gradproof.golden.review import Change, Review, panels
from gradproof.golden.sources import File, Version
from gradproof.report.messages import CATALOGUES
from gradproof.report.phrases import Phrases
from gradproof.report.review.overlay import overlay
from gradproof.report.review.words import Words, alike, printable

Read = TypeVar("Read")

PREFIX = "page."
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
"""What could end a block of JSON in HTML, or a line of it in JavaScript."""


def write(
    review: Review, phrases: Phrases, stream: TextIO, options: Sequence[str] = ()
) -> None:
    """Write the page of a review whose source is open, one picture at a time.

    ``options`` are those that the same review is called with.
    """
    words = Words(phrases)
    groups = alike(review.changes)
    changes = [change for group in groups for change in group]
    page = _template("page.html").generate(
        language=phrases.language,
        texts=_texts(phrases),
        headline=words.headline(review),
        groups=[_group(group, words) for group in groups],
        review=_json(_review(review, groups, words, options)),
        pictures=(_json(_picture(change, words)) for change in changes),
        style=_source("page.css"),
        script=_source("page.js"),
        hash=_hash,
    )
    stream.writelines(page)


@cache
def _environment() -> Environment:
    loader = PackageLoader("gradproof", "report/review/page")
    return Environment(loader=loader, autoescape=True, trim_blocks=True)


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _source(name: str) -> Markup:
    """A file of the page's own that goes into it as it is."""
    environment = _environment()
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, name)[0])


def _hash(text: str) -> str:
    """A source expression of a Content-Security-Policy that allows this text alone."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _json(value: Any) -> Markup:
    """JSON for a block in HTML: no character of it can end the block."""
    return Markup(msgspec.json.encode(value).decode().translate(ESCAPES))


def _texts(phrases: Phrases) -> dict[str, str]:
    """The page's own texts by their ids without prefix."""
    catalogue = CATALOGUES[phrases.language]
    return {
        message.removeprefix(PREFIX): text
        for message, text in catalogue.items()
        if message.startswith(PREFIX)
    }


def _group(changes: Sequence[Change], words: Words) -> dict[str, Any]:
    """Changes of which the same is said, as the list shows them."""
    first = changes[0]
    return {
        "status": first.status,
        "status_text": words.status(first),
        "sentence": words.sentence(first.sentences[0]),
        "names": [printable(change.name) for change in changes],
    }


def _review(
    review: Review,
    groups: Sequence[Sequence[Change]],
    words: Words,
    options: Sequence[str],
) -> dict[str, Any]:
    """What the script has to know of all pictures, but for pictures and arrows."""
    decidable = review.kind != "revisions"
    return {
        "texts": _texts(words.phrases),
        "before": printable(review.before),
        "after": printable(review.after) or words.say("review.working-tree"),
        "command": " ".join(["gradproof review", *map(quoted, options)]),
        "decidable": decidable,
        "changes": [
            _change(change, number, words, decidable)
            for number, group in enumerate(groups)
            for change in group
        ],
    }


def _change(
    change: Change, group: int, words: Words, decidable: bool
) -> dict[str, Any]:
    whole = change.status not in UNDECIDABLE and change.state != "unplaced"
    return {
        "name": printable(change.name),
        "quoted": quoted(change.name),
        "group": group,
        "status": change.status,
        "status_text": words.status(change),
        "sentences": [
            {"text": words.sentence(s), "warns": s.warns} for s in change.sentences
        ],
        "pixels": words.pixels(change),
        "box": change.pixels.box if change.pixels else None,
        "clusters": change.pixels.clusters if change.pixels else None,
        "accept": decidable and whole and not change.decided,
        "reject": decidable and change.status != "unmerged",
    }


def _picture(change: Change, words: Words) -> dict[str, Any]:
    """A picture's images and arrows; its after is null if it is the same image."""
    before, after = change.before, change.after
    old, new = _image(before.png), _image(after.png)
    arrows = overlay(_arrows(before), _arrows(after))
    return {
        "before": old,
        "after": None if old == new else new,
        "same": old is not None and old == new,
        "panels": arrows,
    }


def _image(png: File | None) -> str | None:
    """A PNG as a data: URL; ``None`` for what is none: the sentences say why."""
    return None if png is None else _or_none(lambda: _data_url(png.read()))


def _data_url(data: bytes) -> str:
    pixels.size(data)
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def _arrows(version: Version) -> Panels | None:
    return _or_none(lambda: panels(version))


def _or_none(read: Callable[[], Read]) -> Read | None:
    try:
        return read()
    except UnreadableBaselineError:
        return None


def quoted(word: str) -> str:
    """A word for a POSIX shell; with its bytes spelt out if it cannot be printed.

    The latter, ``$'…'``, is known to Bash, Zsh and Ksh.
    """
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(_spelt(word))}'"


def _spelt(word: str) -> Iterator[str]:
    for byte in os.fsencode(word):
        plain = chr(byte).isalnum() and byte < 128
        yield chr(byte) if plain or chr(byte) in "/._-" else f"\\x{byte:02x}"
