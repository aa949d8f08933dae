"""The JSON beside a golden picture."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from gradproof.golden.document import Panels, differences, dumps, loads
from gradproof.golden.snapshot import LAYOUT, Arrows, snapshot


def panels_of(figure: Figure) -> tuple[Arrows, ...]:
    """The arrows of each of the figure's axes.

    Raises ValueError for axes without a quiver, or with several.
    """
    return tuple(snapshot(axes) for axes in figure.axes)


def changes_since(path: Path, panels: Panels) -> list[str]:
    """What the baseline says otherwise; that it cannot be read is a change too."""
    try:
        known = loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [str(error)]
    if len(known) != len(panels):
        return [f"number of panels: {len(known)} → {len(panels)}"]
    pairs = zip(known, panels, strict=True)
    return [change for pair in pairs for change in differences(*pair)]


def update(path: Path, panels: Panels) -> bool:
    """Write the baseline anew if it says otherwise, or less; whether it was."""
    if not changes_since(path, panels) and not _knows_more(path, panels):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(*panels), encoding="utf-8", newline="\n")
    return True


def _knows_more(path: Path, panels: Panels) -> bool:
    """Whether these hold what an older baseline does not."""
    pairs = zip(loads(path.read_text(encoding="utf-8")), panels, strict=True)
    return any(
        getattr(old, key, 0) is None and getattr(new, key, None) is not None
        for old, new in pairs
        for key in LAYOUT
    )
