"""The language that a reader wants, where nobody names one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Literal, get_args

Language = Literal["en", "ja"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

CHOICE = "GRADPROOF_LANG"
"""What chooses the language of everything here, and of nothing else."""

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of POSIX, the first that says anything first."""


CHOSEN: ContextVar[Language | None] = ContextVar("CHOSEN", default=None)
"""The language that a command was given, while it runs."""


@contextlib.contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Have this language wanted, whatever the environment says."""
    before = CHOSEN.set(language)
    try:
        yield
    finally:
        CHOSEN.reset(before)


def wanted(environment: Mapping[str, str] | None = None) -> Language:
    """The language that a command was given, ``GRADPROOF_LANG``'s, or the locale's.

    English where none of them says one.
    """
    chosen = CHOSEN.get()
    if chosen is not None and environment is None:
        return chosen
    environment = os.environ if environment is None else environment
    for name in (CHOICE, *LOCALE):
        said = environment.get(name, "")
        if said:
            return named(said) or "en"
    return "en"


def named(locale: str) -> Language | None:
    """The language of a locale, ``ja`` of ``ja_JP.UTF-8``, if there is one."""
    code = locale.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return next((language for language in LANGUAGES if language == code), None)
