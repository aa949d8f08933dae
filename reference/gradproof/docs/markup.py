"""What the generated pages in Markdown have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    """The picture of a defect, beside the words for who does not see it."""
    above = "../" if phrases.language == "ja" else ""
    return f"![{what}]({above}images/defects/{id}.svg)"


def code(text: str) -> str:
    """A block of code."""
    return explain_text.indented(text)


def patch(lines: Sequence[str]) -> str:
    """A block of lines that are taken out and put in."""
    return "\n".join(["```diff", *lines, "```"])
