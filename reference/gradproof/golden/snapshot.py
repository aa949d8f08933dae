"""What a quiver shows, as data: read off the axes.

Pixels alone are blind. Matplotlib scales arrows by their mean, so all of them
twice as long is the same picture; and an arrow outside the limits is in none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.quiver import Quiver

Arrow = tuple[float | None, float | None, float | None, float | None]
Limits = tuple[float, float]
Ticks = tuple[tuple[float, str], ...]

LAYOUT = ("figure", "box", "ticks")
"""What older baselines do not hold; nothing is said where it is not known."""


class Arrows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one quiver shows.

    ``arrows`` holds (x, y, u, v) of each; ``None`` is not a number, or masked.
    ``scale`` is the one in force, if need be Matplotlib's own. ``angles`` is a
    name, or degrees for each arrow; ``colours`` holds one for all, or one each.
    ``figure`` is its width and height in inches, ``box`` the axes' left, bottom, width
    and height in parts of it, ``ticks`` those along x and y, each with its label;
    ``None`` if that is not known, as of axes that are not straight.
    """

    ROWS: ClassVar[str] = "arrows"
    COLUMNS: ClassVar[str] = "[x, y, u, v]"

    title: str
    labels: tuple[str, str]
    limits: tuple[Limits, Limits]
    angles: str | tuple[float, ...]
    scale: float | None
    scale_units: str | None
    units: str
    pivot: str
    colours: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    figure: tuple[float, float] | None = None
    box: tuple[float, float, float, float] | None = None
    ticks: tuple[Ticks, Ticks] | None = None
    arrows: tuple[Arrow, ...]

    def values(self) -> NDArray[np.float64]:
        """x, y, u and v as the columns of an array (N, 4), NaN for ``None``."""
        return np.array(self.arrows, dtype=float).reshape(-1, 4)


def snapshot(axes: Axes) -> Arrows:
    """What the one quiver of ``axes`` shows; the figure is laid out for it.

    Raises ValueError if the axes hold no quiver, or several.
    """
    quiver = _only_quiver(axes)
    # Scale and mapped colours are settled when drawn. All arrows zero: scale 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        axes.figure.canvas.figure.draw_without_rendering()
    return Arrows(
        title=axes.get_title(),
        labels=(axes.get_xlabel(), axes.get_ylabel()),
        limits=(_limits(axes.get_xlim()), _limits(axes.get_ylim())),
        angles=_angles(quiver.angles),
        scale=None if quiver.scale is None else float(quiver.scale),
        scale_units=quiver.scale_units,
        units=quiver.units,
        pivot=quiver.pivot,
        colours=_colours(quiver),
        **_layout(axes),
        arrows=_arrows(quiver),
    )


def _only_quiver(axes: Axes) -> Quiver:
    from matplotlib.quiver import Quiver

    quivers = [artist for artist in axes.collections if isinstance(artist, Quiver)]
    if len(quivers) != 1:
        raise ValueError(f"one quiver is due; the axes hold {len(quivers) or 'none'}")
    return quivers[0]


def _layout(axes: Axes) -> dict[str, Any]:
    """Where the axes stand, and their ticks: of straight axes with even scales."""
    even = (axes.name, axes.get_xscale(), axes.get_yscale())
    if even != ("rectilinear", "linear", "linear"):
        return {}
    figure = axes.figure.canvas.figure
    box: Any = axes.bbox.transformed(figure.transFigure.inverted())
    return {
        "figure": tuple(map(float, figure.get_size_inches())),
        "box": tuple(map(float, box.bounds)),
        "ticks": (_ticks(axes.xaxis), _ticks(axes.yaxis)),
    }


def _ticks(axis: Axis) -> Ticks:
    """The ticks between the limits, and what stands beside each."""
    low, high = sorted(axis.get_view_interval())
    found = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
    return tuple(
        (float(at), label.get_text() if label.get_visible() else "")
        for at, label in found
        if low <= at <= high
    )


def _limits(ends: tuple[float, float]) -> Limits:
    return float(ends[0]), float(ends[1])


def _angles(angles: str | ArrayLike) -> str | tuple[float, ...]:
    if isinstance(angles, str):
        return angles
    return tuple(np.ravel(angles).astype(float).tolist())


def _colours(quiver: Quiver) -> tuple[str, ...]:
    from matplotlib.colors import to_hex

    rgba: Any = quiver.get_facecolor()
    each = [to_hex(colour, keep_alpha=colour[3] != 1) for colour in rgba]
    return tuple(each[:1] if len(set(each)) == 1 else each)


def _arrows(quiver: Quiver) -> tuple[Arrow, ...]:
    place: Any = quiver.get_offsets()
    u, v = (np.where(quiver.Umask, np.nan, uv) for uv in (quiver.U, quiver.V))
    columns = (place[:, 0], place[:, 1], u, v)
    return tuple(zip(*(_column(c, len(place)) for c in columns), strict=True))


def _column(numbers: Any, size: int) -> list[float | None]:
    filled = np.ma.filled(np.ma.asarray(numbers).astype(float), np.nan)
    return [float(n) if np.isfinite(n) else None for n in np.broadcast_to(filled, size)]
