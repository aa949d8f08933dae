"""The syntax tree of a source, whatever the source is."""

from __future__ import annotations

import ast


def parse(source: str | bytes) -> ast.Module:
    """The tree. Raises SyntaxError, too for what nests too deeply, else ValueError.

    Of such a source Python says that its memory, or its stack, has come to an end.
    """
    try:
        return ast.parse(source)
    except (MemoryError, RecursionError) as error:
        raise SyntaxError("nested too deeply") from error
