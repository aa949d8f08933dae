"""The code of a notebook: read with what is not Python set aside, and written back.

A cell keeps its lines, so that what is said of a line holds for the notebook too.
"""

from __future__ import annotations

import contextlib
import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradproof.edits import syntax

NOT_RUN = re.compile(r"\s*%%(?!time\b|timeit\b|capture\b|prun\b)")
"""A cell that is another language's, or a file's: all of it is set aside."""
LINE = re.compile(r"(\s*)([%!?].*|[\w.\[\]]+\?{1,2}\s*)$")
ASSIGNED = re.compile(r"(\s*[\w.,\s\[\]]+=\s*)([%!](?!=).*)$")
"""What a magic gives, or the lines that a command prints, put into a variable."""
TIMED = re.compile(r"(\s*(?:[\w.,\s\[\]]+=\s*)?)(%(?:time|timeit|prun)\s+)(?!-)(\S.*)$")

DECODER = json.JSONDecoder()
SPACE = re.compile(r"[ \t\n\r]*")
ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)")


class NotebookError(Exception):
    """Bytes that are no notebook; the text says why."""


def codes(data: bytes) -> list[str]:
    """The Python of each code cell of a file's bytes. Raises NotebookError.

    What is set aside becomes a comment, or ``pass``.
    """
    return [plain(source) for source in originals(data)]


def joined(cells: Sequence[str]) -> str:
    """Return the Python of all cells as one text; each begins on a line of its own."""
    return "\n".join(cells) + "\n"


def place_of(line: int, cells: Sequence[str]) -> tuple[int, int]:
    """Return the cell, counted from 1, and the line in it of a line of all joined."""
    for number, cell in enumerate(cells, 1):
        lines = cell.count("\n") + 1
        if line <= lines:
            return number, line
        line -= lines
    return len(cells), line


def originals(data: bytes) -> list[str]:
    """The text of each code cell of a file's bytes, as it is. Raises NotebookError."""
    try:
        return list(_sources(json.loads(data.decode("utf-8-sig"))))
    except (ValueError, RecursionError) as error:
        raise NotebookError(str(error)) from error
    except (AttributeError, KeyError, TypeError) as error:
        raise NotebookError("no cells") from error


def _sources(book: dict[str, Any]) -> Iterator[str]:
    """The text of code cells; the format before 4 held them in worksheets."""
    sheets = [book] if "cells" in book else book["worksheets"]
    for sheet in sheets:
        for cell in sheet["cells"]:
            if cell["cell_type"] == "code":
                text = cell.get("source", cell.get("input", ""))
                yield text if isinstance(text, str) else "".join(text)


def plain(source: str) -> str:
    """A cell's Python, with magics and commands set aside.

    What is Python as it stands is left alone: a line may begin with % there too.
    """
    if _is_python(source):
        return source
    lines = source.split("\n")
    if NOT_RUN.match(lines[0]):
        return "\n".join("# " + line for line in lines)
    found: list[str] = []
    goes_on = False
    for line in lines:
        found.append(f"# {line}" if goes_on else _plain_line(line))
        goes_on = line.endswith("\\") and (goes_on or found[-1] != line)
    return "\n".join(found)


def _is_python(source: str) -> bool:
    with contextlib.suppress(SyntaxError, ValueError):
        syntax.parse(source)
        return True
    return False


def _plain_line(line: str) -> str:
    timed = TIMED.match(line)
    if timed:
        return f"{timed[1]}{timed[3]}"
    assigned = ASSIGNED.match(line)
    if assigned:
        nothing = "[]" if assigned[2].startswith("!") else "None"
        return f"{assigned[1]}{nothing}  # {assigned[2].strip()}"
    magic = LINE.match(line)
    # It may be all that a block holds.
    return f"{magic[1]}pass  # {magic[2].strip()}" if magic else line


# what was edited goes back to where it came from


def merged(original: str, plain_before: str, plain_after: str) -> str | None:
    """A cell's text with the edit that was made to its ``plain`` text.

    Lines that did not change keep the original; ``%time`` and its like are put before
    an expression again. None where it is not clear what becomes of a magic.
    """
    before, after = plain_before.split("\n"), plain_after.split("\n")
    lines = original.split("\n")
    if len(lines) != len(before):
        return None
    found: list[str | None] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        found += _hunk(lines[i:i_end], before[i:i_end], after[j:j_end])
    if lines[0].lstrip().startswith("%%") and found[0] != lines[0]:
        return None  # it speaks of the whole cell, from its first line alone
    text = "\n".join(line for line in found if line is not None)
    return text if None not in found and plain(text) == plain_after else None


def _hunk(
    lines: list[str], before: list[str], after: list[str]
) -> Sequence[str | None]:
    """Lines with an edit made to their plain text; None for what is not clear."""
    if before == after:
        return lines
    if before == lines:
        return after
    if len(before) != len(after):
        return [None]
    return list(map(_timed, lines, before, after))


def _timed(line: str, before: str, after: str) -> str | None:
    """One line with an edit made to its plain text."""
    if line == before:
        return after
    timed = TIMED.match(line)
    if timed is None:
        return None
    indent = after[: len(after) - len(after.lstrip())]
    before_it = timed[1] if after.startswith(timed[1]) else indent
    expression = after[len(before_it) :]
    if ("=" in timed[1] and before_it != timed[1]) or not _is_python(expression):
        return None
    return f"{before_it}{timed[2]}{expression}"


def rewritten(data: bytes, sources: Mapping[int, str]) -> bytes:
    """A notebook's bytes with the text of some code cells replaced, and nothing else.

    Cells are counted from 1, as those of ``codes``. A text stays in one piece, or in
    a list of lines, whichever it was. Raises NotebookError, and KeyError for a cell
    that there is not.
    """
    originals(data)  # it is sound, which the search for places relies on
    text = data.decode("utf-8")
    places = list(_places(text))
    style = _Style.of(text)
    for number in sorted(sources, reverse=True):
        place = places[number - 1] if 0 < number <= len(places) else None
        if place is None:
            raise KeyError(number)
        start, end = place
        value = _value(text, start, end, sources[number], style)
        text = text[:start] + value + text[end:]
    return text.encode()


def _places(text: str) -> Iterator[tuple[int, int] | None]:
    """Start and end of the text, if it has one, of each code cell in JSON."""
    book = _object(text, _skipped(text, text.startswith("\ufeff")))
    sheets = (
        [book]
        if "cells" in book
        else [_object(text, at) for _, at, _ in _members(text, book["worksheets"][0])]
    )
    for sheet in sheets:
        for _, at, _ in _members(text, sheet["cells"][0]):
            cell = _object(text, at)
            start, end = cell["cell_type"]
            if json.loads(text[start:end]) == "code":
                yield cell.get("source", cell.get("input"))


def _object(text: str, at: int) -> dict[str, tuple[int, int]]:
    """Start and end of the values of the object that begins there."""
    return {key: (start, end) for key, start, end in _members(text, at)}


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """Key, start and end of the values of the object, or the array, that begins there.

    The keys of an array are empty.
    """
    named = text[at] == "{"
    at = _skipped(text, at + 1)
    while text[at] not in "]}":
        key = ""
        if named:
            key, at = DECODER.raw_decode(text, at)
            at = _skipped(text, _skipped(text, at) + 1)
        _, end = DECODER.raw_decode(text, at)
        yield key, at, end
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)


def _skipped(text: str, at: int) -> int:
    """Where the white space that begins there ends."""
    space = SPACE.match(text, at)
    assert space is not None
    return space.end()


def _value(text: str, start: int, end: int, source: str, style: _Style) -> str:
    """The JSON of a source, in the form of the one that is there now."""
    if text[start] != "[":
        return style.string(source)
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    spans = [(at, to) for _, at, to in _members(text, start)]
    known = {json.loads(text[at:to]): text[at:to] for at, to in spans}
    written = [known.get(line) or style.string(line) for line in lines]
    if not written:
        return "[]"
    gap = " " if text[start - 1] == " " else ""
    if not spans:
        return f"[{f',{gap}'.join(written)}]"
    opening, closing = text[start : spans[0][0]], text[spans[-1][1] : end]
    between = "," + (opening[1:] or gap)
    if len(spans) > 1:
        between = text[spans[0][1] : spans[1][0]]
    return opening + between.join(written) + closing


@dataclass(frozen=True)
class _Style:
    """How a JSON text writes characters: by themselves, or by which escapes."""

    escapes: Mapping[str, str]
    is_ascii: bool

    @classmethod
    def of(cls, text: str) -> _Style:
        used = {json.loads(f'"{each}"'): each for each in set(ESCAPE.findall(text))}
        bare = set(ESCAPE.sub("", text).removeprefix("\ufeff"))
        escapes = {char: each for char, each in used.items() if char not in bare}
        # If it shows no letter beyond ASCII at all, none is escaped, as by Jupyter.
        is_ascii = max(bare) < "\x80" and any(char >= "\x80" for char in used)
        return cls(escapes, is_ascii)

    def string(self, text: str) -> str:
        """The text as a string of JSON."""
        return f'"{"".join(map(self._char, text))}"'

    def _char(self, char: str) -> str:
        usual = json.dumps(char, ensure_ascii=self.is_ascii)[1:-1]
        return self.escapes.get(char, usual)
