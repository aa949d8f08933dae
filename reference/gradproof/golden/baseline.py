"""The JSON beside a golden picture."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from matplotlib.figure import Figure

from gradproof.edits.journal import finish, replace_all
from gradproof.golden.document import (
    MAX_BYTES,
    Difference,
    Panels,
    difference,
    differences,
    dumps,
    loads,
)
from gradproof.golden.snapshot import LAYOUT, Arrows, snapshot


def panels_of(figure: Figure) -> tuple[Arrows, ...]:
    """The arrows of each of the figure's axes.

    Raises ValueError for axes without a quiver, or with several.
    """
    return tuple(snapshot(axes) for axes in figure.axes)


def changes_since(path: Path, panels: Panels) -> list[Difference]:
    """What the baseline says otherwise; that it cannot be read is a change too."""
    finish(path.parent)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        known = loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [difference("unread", text=str(error))]
    if len(known) != len(panels):
        return [difference("panels", before=len(known), after=len(panels))]
    pairs = zip(known, panels, strict=True)
    return [change for pair in pairs for change in differences(*pair)]


def update(path: Path, panels: Panels) -> bool:
    """Write the baseline anew if it says otherwise, or less; whether it was."""
    if not _is_to_be_written(path, panels):
        return False
    replace_all({path: _written(panels)})
    return True


def _is_to_be_written(path: Path, panels: Panels) -> bool:
    return bool(changes_since(path, panels)) or _knows_more(path, panels)


def _knows_more(path: Path, panels: Panels) -> bool:
    """Whether these hold what an older baseline does not."""
    pairs = zip(loads(path.read_text(encoding="utf-8")), panels, strict=True)
    return any(
        getattr(old, key, 0) is None and getattr(new, key, None) is not None
        for old, new in pairs
        for key in LAYOUT
    )


def update_both(path: Path, panels: Panels, picture: Path) -> None:
    """The same, and with it the PNG beside it, whose new bytes are those of a file.

    Both are written or none, also where the run is killed.
    """
    finish(path.parent)
    contents: dict[Path, bytes | None] = {}
    if _is_to_be_written(path, panels):
        contents[path] = _written(panels)
    beside = path.with_suffix(picture.suffix)
    if not beside.exists() or beside.read_bytes() != picture.read_bytes():
        contents[beside] = picture.read_bytes()
    replace_all(contents)


def _written(panels: Panels) -> bytes:
    return dumps(*panels).encode()
