"""An example of a defect: code that has it, and the same code without it."""

from __future__ import annotations

import difflib
import textwrap
from typing import Any, NamedTuple

import numpy as np

Change = tuple[str, str]
"""A piece of a text that occurs in it once, and what stands in its place."""


class Example(NamedTuple):
    """Code that can be run where ``np`` is NumPy, and how it is right."""

    code: str
    corrected: str

    @property
    def mended(self) -> list[str]:
        """The lines that are taken out, behind "- ", and those put in, behind "+ ".

        They are set in no further than they have to be.
        """
        before, after = self.code.splitlines(), self.corrected.splitlines()
        told = difflib.unified_diff(before, after, n=0, lineterm="")
        lines = [line for line in list(told)[2:] if not line.startswith("@@")]
        bodies = textwrap.dedent("\n".join(line[1:] for line in lines)).splitlines()
        return [f"{line[0]} {body}" for line, body in zip(lines, bodies, strict=True)]


def defined(code: str, **names: Any) -> dict[str, Any]:
    """What an example's text defines, by name, in its order.

    ``np`` comes first, and what it is given by other names.
    """
    namespace: dict[str, Any] = {"np": np, **names}
    exec(code, namespace)
    return namespace


def changed(right: str, *changes: Change) -> Example:
    """The example that a right text becomes by changes.

    ``ValueError`` for a piece that is not there once.
    """
    code = right
    for old, new in changes:
        if code.count(old) != 1:
            raise ValueError(f"{code.count(old)} times {old!r} in:\n{code}")
        code = code.replace(old, new)
    return Example(code, right)
