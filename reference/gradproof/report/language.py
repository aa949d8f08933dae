"""The language that a reader wants, where nobody names one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, get_args

Language = Literal["en", "ja"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

CHOICE = "GRADPROOF_LANG"
"""What chooses the language of everything here, and of nothing else."""

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables of POSIX, the first that says anything first."""


def wanted(environment: Mapping[str, str] | None = None) -> Language:
    """The language of ``GRADPROOF_LANG``, or of the locale; else English."""
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
