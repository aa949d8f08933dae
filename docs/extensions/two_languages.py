"""Japanese pages, below ja/, beside the English ones: each with its own contents.

What the theme says of itself, as "Next", is in the language of the page; a page that
is there in both languages has a link to the other at the head of its contents.
"""

from __future__ import annotations

import functools
import gettext
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sphinx
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

JAPANESE = "ja/"
CATALOGUE = Path(sphinx.__file__).parent / "locale"
AFTER_THE_THEME = 900
OWN = {"Next": "次", "Previous": "前", "On this page": "目次"}
"""What the theme says and Sphinx has no Japanese for."""

FIRST_OF_JAPANESE = "\u3000"


def setup(app: Sphinx) -> dict[str, Any]:
    """Have each page made in its language."""
    app.connect("doctree-read", _without_blanks)
    app.connect("html-page-context", _in_its_language, priority=AFTER_THE_THEME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _without_blanks(app: Sphinx, doctree: nodes.document) -> None:
    """Where a line of Japanese ends, the text goes on without a blank."""
    if not app.env.docname.startswith(JAPANESE):
        return
    for parent in list(doctree.findall(nodes.TextElement)):
        for place, (before, end, after) in enumerate(triples(parent.children)):
            meeting = before.astext()[-1:] + after.astext()[:1]
            if end == "\n" and _is_japanese(meeting, all):
                parent[place + 1] = nodes.Text("")


def triples(of: list[nodes.Node]) -> list[tuple[nodes.Node, ...]]:
    """Each that has neighbours, between them."""
    return list(zip(of, of[1:], of[2:], strict=False))


def _in_its_language(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    japanese = page.startswith(JAPANESE)
    if japanese:
        context.update(language="ja", _=_told, gettext=_told)
    for way in ("prev", "next"):
        # A chapter of one language is not followed by one of the other.
        if (near := context.get(way)) and _leaves(near["link"], japanese):
            context[way] = None
    tree = context.get("furo_navigation_tree")
    if tree:
        context["furo_navigation_tree"] = _contents(app, page, context, tree, japanese)


@functools.cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("sphinx", CATALOGUE, ["ja"])


def _told(text: str) -> str:
    """What the theme says, in Japanese."""
    return OWN.get(text) or _catalogue().gettext(text)


def _leaves(link: str, japanese: bool) -> bool:
    return link.startswith("../" if japanese else JAPANESE)


def _contents(
    app: Sphinx, page: str, context: dict[str, Any], tree: str, japanese: bool
) -> str:
    """The groups of links of one language, and a link to the other."""
    soup = BeautifulSoup(tree, "html.parser")
    for caption in soup.find_all("p", class_="caption"):
        links = caption.find_next_sibling("ul")
        if _is_japanese(caption.get_text()) != japanese:
            caption.decompose()
            links.decompose()
    other = page.removeprefix(JAPANESE) if japanese else JAPANESE + page
    if other not in app.env.found_docs:
        other = "index" if japanese else JAPANESE + "index"
    language, text = ("en", "English") if japanese else ("ja", "日本語")
    link = f'<a lang="{language}" href="{context["pathto"](other)}">{text}</a>'
    return f'<p class="caption">{link}</p>{soup}'


def _is_japanese(text: str, how_many: Callable[..., bool] = any) -> bool:
    return how_many(letter >= FIRST_OF_JAPANESE for letter in text)
