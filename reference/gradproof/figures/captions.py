"""What pictures say in words, and the font that has letters for it.

A language whose letters no font has is not drawn as empty boxes: it becomes English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.font_manager import FontManager

TEXTS: Mapping[str, str] = {
    "actual": "{title}: actual",
    "expected": "expected",
    "difference": "difference: {count} of {total} wrong",
    "blocks": "blocks: axis {axis}",
    "blocks-of": "blocks: axes 0 to {axis}",
    "faulty-call": "faulty call: {count} of {total} arrows wrong",
    "right-call": "right call",
    "wrong": "wrong (thick): {count} of {total}",
    "right": "as it should be: {count} of {total}",
    "short": "zero, or too short to draw: {left} left, {right} right",
    "lost": "not finite: {left} left, {right} right",
}


@dataclass(frozen=True)
class Captions:
    """The texts of pictures by their ids, and the font for what the usual one lacks."""

    texts: Mapping[str, str]
    font: str | None = None

    def text(self, name: str, **parameters: Any) -> str:
        """A text with its numbers."""
        return self.texts[name].format(**parameters)


ENGLISH = Captions(TEXTS)

JAPANESE = (
    *("Hiragino Sans", "Hiragino Kaku Gothic ProN", "Hiragino Maru Gothic Pro"),
    *("Yu Gothic", "Meiryo", "BIZ UDGothic", "MS Gothic"),
    *("Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "IPAPGothic", "IPAGothic"),
    *("TakaoPGothic", "VL PGothic", "Noto Serif CJK JP", "IPAMincho"),
)
"""Families of macOS, Windows and Linux that have Japanese letters, the best first."""
FILES = (
    "hiragino",
    "yugoth",
    "meiryo",
    "bizud",
    "msgothic",
    "noto",
    "ipa",
    "takao",
    "vl",
)
"""How the files of these families are named."""


def captions(texts: Mapping[str, str], manager: FontManager | None = None) -> Captions:
    """These texts if a font has all their letters, else English ones.

    ``manager`` knows the fonts; Matplotlib's own by default, which is told of those
    that were installed since it looked for them.
    """
    needed = {letter for text in texts.values() for letter in text if letter > "\u2fff"}
    if not needed:
        return Captions(texts)
    font = japanese_font(needed, manager)
    return Captions(texts, font) if font else ENGLISH


def japanese_font(letters: set[str], manager: FontManager | None = None) -> str | None:
    """The first family of `JAPANESE` that has these letters."""
    from matplotlib import font_manager

    if manager is not None:
        return _family(manager, letters)
    known = font_manager.fontManager
    found = _family(known, letters)
    return found or (_family(known, letters) if _looked_again(known) else None)


def _family(manager: FontManager, letters: set[str]) -> str | None:
    from matplotlib.font_manager import get_font

    files = {entry.name: entry.fname for entry in reversed(manager.ttflist)}
    codes = set(map(ord, letters))
    for family in JAPANESE:
        # The list is kept on disk: a font may be gone since.
        if family in files:
            try:
                if codes <= get_font(files[family]).get_charmap().keys():
                    return family
            except OSError:
                continue
    return None


def _looked_again(manager: FontManager) -> bool:
    """Whether a font was found that is not in the list that Matplotlib keeps."""
    from matplotlib.font_manager import findSystemFonts

    known = {entry.fname for entry in manager.ttflist}
    new = [
        path
        for path in findSystemFonts()
        if path not in known
        and path.replace("\\", "/").rpartition("/")[2].lower().startswith(FILES)
    ]
    for path in new:
        try:
            manager.addfont(path)
        except (OSError, RuntimeError):
            continue
    return bool(new)
