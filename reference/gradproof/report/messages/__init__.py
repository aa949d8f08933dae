"""The sentences of the reports, one catalogue a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gradproof.report.messages import en, ja

Language = Literal["en", "ja"]

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    "en": en.MESSAGES,
    "ja": ja.MESSAGES,
}
