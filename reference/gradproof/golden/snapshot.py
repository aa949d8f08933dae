"""What a quiver shows, as data: read off the axes, kept as JSON, compared.

Pixels alone are blind. Matplotlib scales arrows by their mean, so all of them
twice as long is the same picture; and an arrow outside the limits is in none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.quiver import Quiver

FORMAT = "gradproof-arrows/1"

RESOLUTION = 1e-6
"""One unit of the sixth decimal, the last that is written."""

Arrow = tuple[float | None, float | None, float | None, float | None]
Limits = tuple[float, float]


class Arrows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one quiver shows.

    ``arrows`` holds (x, y, u, v) of each; ``None`` is not a number, or masked.
    ``scale`` is the one in force, if need be Matplotlib's own. ``angles`` is a
    name, or degrees for each arrow; ``colours`` holds one for all, or one each.
    """

    title: str
    labels: tuple[str, str]
    limits: tuple[Limits, Limits]
    angles: str | tuple[float, ...]
    scale: float | None
    scale_units: str | None
    units: str
    pivot: str
    colours: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    arrows: tuple[Arrow, ...]

    def values(self) -> NDArray[np.float64]:
        """x, y, u and v as the columns of an array (N, 4), NaN for ``None``."""
        return np.array(self.arrows, dtype=float).reshape(-1, 4)


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["gradproof-arrows/1"]
    panels: Annotated[tuple[Arrows, ...], msgspec.Meta(min_length=1)]


HEAD = tuple(name for name in Arrows.__struct_fields__ if name != "arrows")


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
        arrows=_arrows(quiver),
    )


def _only_quiver(axes: Axes) -> Quiver:
    from matplotlib.quiver import Quiver

    quivers = [artist for artist in axes.collections if isinstance(artist, Quiver)]
    if len(quivers) != 1:
        raise ValueError(f"one quiver is due; the axes hold {len(quivers) or 'none'}")
    return quivers[0]


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


def dumps(*panels: Arrows) -> str:
    """JSON of a figure's panels: six decimals, and a line for each arrow.

    A number that is not finite is written as null, and −0 as 0.
    """
    body = ",\n".join(map(_panel, panels))
    return f'{{\n "format": "{FORMAT}",\n "panels": [\n{body}\n ]\n}}\n'


def _panel(panel: Arrows) -> str:
    head = "".join(f'   "{key}": {_text(getattr(panel, key))},\n' for key in HEAD)
    rows = ",\n".join(f"    {_text(arrow)}" for arrow in panel.arrows)
    return f'  {{\n{head}   "arrows": [\n{rows}\n   ]\n  }}'


def _text(value: str | float | tuple[Any, ...] | None) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    if value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _number(value)


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "null"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def loads(text: str) -> tuple[Arrows, ...]:
    """The panels that `dumps` wrote.

    Raises ValueError, which names the line or the key, if the text is no such JSON.
    """
    try:
        json.loads(text)  # its errors name the line
        return msgspec.json.decode(text, type=_Document).panels
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ValueError(f"this is no {FORMAT}: {error}") from error


def close(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    """Where two numbers are the same at the resolution; NaN is the same as NaN.

    A written number lies half a unit from the true one at most. So two written
    ones of equal truths are equal or a unit apart, and a written and a fresh one
    half a unit, which leaves the other half for another release's rounding.
    Reading rounds to the nearest double: u(|a| + |b|), u = eps/2; the difference
    and the unit's own double cost u·10⁻⁶ each, within the other half of eps.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    eps = np.finfo(float).eps
    with np.errstate(over="ignore"):  # an infinite difference is one
        near = np.abs(a - b) <= RESOLUTION + eps * np.abs(a) + eps * np.abs(b)
    return np.asarray(near | (np.isnan(a) & np.isnan(b)))


def differences(a: Arrows, b: Arrows) -> list[str]:
    """What differs between two quivers, a sentence each; none if they are the same."""
    head = [
        f"{key}: {_text(getattr(a, key))} → {_text(getattr(b, key))}"
        for key in HEAD
        if not same(getattr(a, key), getattr(b, key))
    ]
    return head + _changed(a, b)


def same(a: Any, b: Any) -> bool:
    """Whether two values of a field are the same, numbers at the resolution."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and isinstance(b, float):
        return bool(close(a, b))
    return bool(a == b)


def _changed(a: Arrows, b: Arrows) -> list[str]:
    if len(a.arrows) != len(b.arrows):
        return [f"number of arrows: {len(a.arrows)} → {len(b.arrows)}"]
    changed = np.flatnonzero(~close(a.values(), b.values()).all(axis=1))
    if not changed.size:
        return []
    first = int(changed[0])
    return [
        f"{changed.size} of {len(a.arrows)} arrows changed, first #{first}"
        f" [x, y, u, v]: {_text(a.arrows[first])} → {_text(b.arrows[first])}"
    ]
