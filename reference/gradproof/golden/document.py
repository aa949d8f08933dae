"""The JSON beside a golden picture: its kind, its panels, a line for each row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
import numpy as np

from gradproof.golden.entries import Entries
from gradproof.golden.points import Points
from gradproof.golden.snapshot import LAYOUT, Arrows
from gradproof.golden.written import close, same, text

Panel: TypeAlias = Arrows | Entries | Points
Panels: TypeAlias = tuple[Panel, ...]
"""The panels of a picture are of one kind."""


class _Arrows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["gradproof-arrows/1"]
    panels: Annotated[tuple[Arrows, ...], msgspec.Meta(min_length=1)]


class _Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["gradproof-entries/1"]
    panels: Annotated[tuple[Entries, ...], msgspec.Meta(min_length=1)]


class _Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["gradproof-points/1"]
    panels: Annotated[tuple[Points, ...], msgspec.Meta(min_length=1)]


MAX_BYTES = 64 * 2**20
"""Of the file of a picture, or of the JSON beside it: what is larger is not read."""

KINDS: Mapping[str, type[_Arrows | _Entries | _Points]] = {
    "gradproof-arrows/1": _Arrows,
    "gradproof-entries/1": _Entries,
    "gradproof-points/1": _Points,
}
"""What a document holds, by its format."""


def kind(panels: Sequence[Panel]) -> str:
    """What the rows of panels are called: arrows, entries, or the points of paths."""
    return panels[0].ROWS if panels else "arrows"


def head(panel: Panel) -> list[str]:
    """The names of a panel's fields, but for its rows."""
    return [name for name in panel.__struct_fields__ if name != panel.ROWS]


def rows(panel: Panel) -> tuple[Any, ...]:
    """A panel's arrows, entries or points."""
    found: tuple[Any, ...] = getattr(panel, panel.ROWS)
    return found


def dumps(*panels: Panel) -> str:
    """JSON of a figure's panels: six decimals, and a line for each row.

    A number that is not finite is written as null, and −0 as 0.
    """
    body = ",\n".join(map(_panel, panels))
    form = f"gradproof-{kind(panels)}/1"
    return f'{{\n "format": "{form}",\n "panels": [\n{body}\n ]\n}}\n'


def _panel(panel: Panel) -> str:
    known = [key for key in head(panel) if getattr(panel, key) is not None]
    keys = [key for key in head(panel) if key in known or key not in LAYOUT]
    first = "".join(f'   "{k}": {text(getattr(panel, k))},\n' for k in keys)
    lines = ",\n".join(f"    {text(row)}" for row in rows(panel))
    return f'  {{\n{first}   "{panel.ROWS}": [\n{lines}\n   ]\n  }}'


def claimed(data: bytes) -> bool:
    """Whether the beginning of a JSON says that it is such a document."""
    return any(form.encode() in data for form in KINDS)


def loads(text: str) -> Panels:
    """The panels that `dumps` wrote.

    Raises ValueError, which names the line or the key, if the text is no such JSON.
    """
    known = "gradproof-arrows/1"
    try:
        form = _form(text)
        known = form if isinstance(form, str) and form in KINDS else known
        return msgspec.json.decode(text, type=KINDS[known]).panels
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ValueError(f"this is no {known}: {error}") from error


class _Form(msgspec.Struct):
    format: Any = None


def _form(text: str) -> Any:
    """What a document calls itself; raises ValueError, which names the line."""
    try:
        return msgspec.json.decode(text, type=_Form).format
    except msgspec.ValidationError:
        return None
    except msgspec.DecodeError:
        json.loads(text)
        raise


@dataclass(frozen=True)
class Difference:
    """A message's id, and what the sentence is about."""

    message: str
    parameters: Mapping[str, Any]


def difference(message: str, **parameters: Any) -> Difference:
    """The difference with these parameters."""
    return Difference(f"baseline.{message}", parameters)


def differences(a: Panel, b: Panel) -> list[Difference]:
    """What differs between two panels; nothing if they are the same."""
    if a.ROWS != b.ROWS:
        return [difference("kind", before=a.ROWS, after=b.ROWS)]
    told = [
        difference(
            "field", key=key, before=text(getattr(a, key)), after=text(getattr(b, key))
        )
        for key in head(a)
        if other(a, b, key)
    ]
    return told + _changed(a, b)


def other(a: Panel, b: Panel, key: str) -> bool:
    """Whether a field of the head differs; not if one of them does not know it."""
    old, new = getattr(a, key), getattr(b, key)
    unknown = key in LAYOUT and (old is None or new is None)
    return not unknown and not same(old, new)


def _changed(a: Panel, b: Panel) -> list[Difference]:
    old, new = rows(a), rows(b)
    if len(old) != len(new):
        return [difference(f"number.{a.ROWS}", before=len(old), after=len(new))]
    changed = np.flatnonzero(~close(a.values(), b.values()).all(axis=1))
    if not changed.size:
        return []
    first = int(changed[0])
    return [
        difference(
            f"changed.{a.ROWS}",
            count=changed.size,
            total=len(old),
            first=first,
            columns=a.COLUMNS,
            before=text(old[first]),
            after=text(new[first]),
        )
    ]
