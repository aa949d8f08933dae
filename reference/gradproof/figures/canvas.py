"""What the pictures are drawn on, and how they are written.

A picture depends neither on pyplot's state nor on the user's settings: each has a
Figure of its own and Matplotlib's default style.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matplotlib import rcParams, style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


@contextmanager
def canvas(font: str | None = None, **size: Any) -> Iterator[Figure]:
    """A figure with the options of ``Figure``, to draw on in the default style.

    ``font`` is taken for the letters that the usual one has not.
    """
    with style.context("default"):
        if font:
            rcParams["font.family"] = [*rcParams["font.sans-serif"][:1], font]
        figure = Figure(**size)
        FigureCanvasAgg(figure)
        yield figure


def write(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG at 100 dpi; the same figure gives the same bytes.

    Raises ValueError if ``path`` is not named ``.png``, and OSError if it cannot
    be written; a picture that cannot be drawn leaves no file.
    """
    path = Path(path)
    if path.suffix.lower() != ".png":
        raise ValueError(f"a picture is written as PNG; {path.name!r} is not named so")
    path.write_bytes(png(figure))


def png(figure: Figure) -> bytes:
    """A figure as a PNG at 100 dpi; the same figure gives the same bytes."""
    picture = io.BytesIO()
    with style.context("default"):
        # The tag names Matplotlib's version.
        figure.savefig(picture, format="png", dpi=100, metadata={"Software": None})
    return picture.getvalue()
