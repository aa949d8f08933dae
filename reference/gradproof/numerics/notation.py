"""Mathematics as text for a reader: raised digits, and SymPy's expressions."""

from __future__ import annotations

import re
from typing import Any

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def superscript(number: int) -> str:
    """The number in superscript digits; nothing for 1."""
    return "" if number == 1 else str(number).translate(SUPERSCRIPTS)


def expression_text(expression: Any) -> str:
    """An expression of SymPy's, its whole powers raised."""
    text = str(expression)
    text = re.sub(r"\*\*(\d+)", lambda m: m[1].translate(SUPERSCRIPTS), text)
    return text.replace("**", "^").replace("*", "·").replace("-", "−")
