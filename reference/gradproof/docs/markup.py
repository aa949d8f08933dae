"""What the generated pages in Markdown have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradproof.defects.part_hiding import USUAL
from gradproof.defects.update_examples import EXAMPLES
from gradproof.fields import entry_pictures, pictures
from gradproof.fields.views import VIEWS
from gradproof.report import explain_text
from gradproof.report.phrases import Phrases

MARKS = re.compile(r"(?<!\s)\*|\*(?!\s)|_(?=_)|(?<=_)_|<(?=\w)")
"""What would mark something in Markdown: not a product between blanks."""


def plain(text: str) -> str:
    """A sentence whose powers and underscores mark nothing; code in it stays code."""
    pieces = text.split("`")
    pieces[::2] = (MARKS.sub(r"\\\g<0>", piece) for piece in pieces[::2])
    return "`".join(pieces)


def picture(what: str, id: str, phrases: Phrases) -> str:
    """The picture of a defect or a clause, beside words for who does not see it."""
    above = "../" if phrases.language == "ja" else ""
    return f"![{what}]({above}{pictures.file(id)})"


def viewed(id: str, phrases: Phrases) -> str:
    """What a picture shows that is one of a line of code."""
    return phrases.say("docs.view", line=VIEWS[id].shown)


def part_picture(id: str, phrases: Phrases) -> str:
    """What the picture of a layer's or an optimizer's defect shows."""
    if id in VIEWS:
        return viewed(id, phrases)
    if id in EXAMPLES:
        return phrases.say("docs.path", defect=id)
    found = entry_pictures.shown(id)
    assert found is not None
    if found.use in USUAL:
        return phrases.say("docs.entries", defect=id, array=found.name)
    use = phrases.say(f"use.{found.use}")
    return phrases.say("docs.entries-with", defect=id, array=found.name, use=use)


def code(text: str) -> str:
    """A block of code."""
    return explain_text.indented(text)


def patch(lines: Sequence[str]) -> str:
    """A block of lines that are taken out and put in."""
    return "\n".join(["```diff", *lines, "```"])
