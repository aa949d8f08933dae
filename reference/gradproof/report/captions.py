"""What pictures say, in the reader's language as far as a font has its letters."""

from __future__ import annotations

from functools import cache

from gradproof.figures.captions import Captions, captions
from gradproof.report.messages import CATALOGUES, Language

PREFIX = "picture."


@cache
def in_language(language: Language) -> Captions:
    """The captions in a language, or in English where no font can show it."""
    catalogue = CATALOGUES[language].items()
    return captions(
        {
            key.removeprefix(PREFIX): text
            for key, text in catalogue
            if key.startswith(PREFIX)
        }
    )
