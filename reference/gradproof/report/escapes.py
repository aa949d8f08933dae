"""Text that stands for itself in Markdown and HTML."""

from __future__ import annotations

import html
import re

from gradproof.report.characters import printable

SPECIAL = re.compile(r"[\\`*_{}\[\]|~@#]")


def code(name: str) -> str:
    """A name in a form in which nothing of it is Markdown, HTML or a mention."""
    return f"<code>{plain(name)}</code>"


def plain(text: str) -> str:
    """Text that stands for itself in Markdown: its marks as character references."""
    escaped = html.escape(printable(text), quote=False)
    return SPECIAL.sub(lambda mark: f"&#{ord(mark[0])};", escaped)
