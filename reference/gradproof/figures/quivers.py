"""A gradient field as the book draws it, and two side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from gradproof.figures.canvas import canvas
from gradproof.figures.captions import ENGLISH, Captions
from gradproof.figures.palette import GREY, VERMILION

LIMITS = (-2.0, 2.0)
WIDTH = 0.06 / 18
"""A shaft's width in widths of the axes: Matplotlib's own for 18 × 18 arrows."""

Array = NDArray[np.float64]


def quiver(
    x: ArrayLike,
    y: ArrayLike,
    u: ArrayLike,
    v: ArrayLike,
    *,
    color: str = GREY,
    limits: tuple[float, float] = LIMITS,
) -> Figure:
    """The field of −gradient as the book draws it: u = −∂f/∂x0, v = −∂f/∂x1.

    ``limits`` are those of both axes. A zero arrow is a dot; one that is not finite
    is left out. Raises ValueError unless the four have one size.
    """
    with canvas() as figure:
        field(figure.subplots(), x, y, u, v, color=color, limits=limits)
    return figure


def field(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    u: ArrayLike,
    v: ArrayLike,
    *,
    color: str = GREY,
    limits: tuple[float, float] = LIMITS,
) -> None:
    """Draw the field of `quiver` on axes of one's own."""
    x, y, u, v = _alike(x, y, u, v)
    _axes(axes, limits)
    axes.quiver(x, y, u, v, angles="xy", color=color, scale=_idle_scale(u, v))


def _alike(*parts: ArrayLike) -> tuple[Array, ...]:
    """The parts as flat arrays of floats, of one size."""
    flat = tuple(np.ravel(np.asarray(part, dtype=float)) for part in parts)
    sizes = [part.size for part in flat]
    if len(set(sizes)) != 1:
        raise ValueError(f"x, y, u and v must have one size; they have {sizes}")
    return flat


def _axes(axes: Axes, limits: tuple[float, float] = LIMITS) -> Axes:
    axes.set(xlim=limits, ylim=limits, xlabel="x0", ylabel="x1")
    axes.grid()
    return axes


def _mean_length(u: Array, v: Array) -> float:
    """Mean length of the finite arrows, 0 if there are none."""
    lengths = np.hypot(u, v)
    finite = lengths[np.isfinite(lengths)]
    return float(finite.mean()) if finite.size else 0.0


def _idle_scale(u: Array, v: Array) -> float | None:
    """``None``, for Matplotlib's own scale, where it has a mean to divide by."""
    return None if _mean_length(u, v) else 1.0


@dataclass(frozen=True)
class _Panel:
    """One side of a comparison: its arrows, and which of them are wrong."""

    x: Array
    y: Array
    u: Array
    v: Array
    wrong: NDArray[np.bool_]

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Arrows that are not finite, which a quiver leaves out."""
        return ~np.isfinite(self.u + self.v)

    def short(self, scale: float) -> NDArray[np.bool_]:
        """Arrows below Matplotlib's least length, a shaft's width: mere dots."""
        return np.asarray(np.hypot(self.u, self.v) < scale * WIDTH)


def compare(
    x: ArrayLike,
    y: ArrayLike,
    wrong: ArrayLike,
    right: ArrayLike,
    wrong_mask: ArrayLike,
    captions: Captions = ENGLISH,
) -> Figure:
    """The faulty call's arrows, left, beside the right call's, at one scale.

    ``wrong`` and ``right`` hold −gradient, (2, N); ``wrong_mask``, (N,), says
    which arrows differ by more than they may. These are vermilion and thick.
    Rings mark zero arrows, crosses those that are not finite. Raises ValueError
    if sizes do not fit.
    """
    mask = np.ravel(np.asarray(wrong_mask, dtype=bool))
    left = _panel(x, y, _components(wrong, "wrong"), mask)
    other = _panel(x, y, _components(right, "right"), np.zeros_like(mask))
    scale = _scale(other) or _scale(left) or 1.0
    with canvas(captions.font, figsize=(11, 5.8)) as figure:
        figure.subplots_adjust(0.06, 0.18, 0.985, 0.94, wspace=0.18)
        left_axes, right_axes = map(_axes, figure.subplots(1, 2))
        counts = {"count": int(mask.sum()), "total": mask.size}
        left_axes.set_title(captions.text("faulty-call", **counts))
        right_axes.set_title(captions.text("right-call"))
        _draw(left_axes, left, scale)
        _draw(right_axes, other, scale)
        _legend(figure, left, other, scale, captions)
    return figure


def _components(field: ArrayLike, name: str) -> Array:
    array = np.asarray(field, dtype=float)
    if array.ndim != 2 or len(array) != 2:
        raise ValueError(f"{name} must be (2, N); it is {array.shape}")
    return array


def _panel(x: ArrayLike, y: ArrayLike, uv: Array, mask: NDArray[np.bool_]) -> _Panel:
    x, y, u, v = _alike(x, y, *uv)
    if mask.size != x.size:
        raise ValueError(f"wrong_mask has {mask.size} entries for {x.size} arrows")
    return _Panel(x, y, u, v, mask)


def _scale(panel: _Panel) -> float:
    """Matplotlib's own scale for these arrows; 0 if none is finite and not zero."""
    return 1.8 * _mean_length(panel.u, panel.v) * max(10.0, math.sqrt(panel.x.size))


def _draw(axes: Axes, panel: _Panel, scale: float) -> None:
    colours = np.where(panel.wrong, VERMILION, GREY)
    axes.quiver(
        panel.x,
        panel.y,
        panel.u,
        panel.v,
        angles="xy",
        scale=scale,
        width=WIDTH,
        color=colours.tolist(),
        edgecolor=colours.tolist(),
        linewidth=np.where(panel.wrong, 1.2, 0.0).tolist(),
        zorder=2,  # above the grid's 1.5
    )
    short, lost = panel.short(scale), panel.lost
    rings = axes.scatter(panel.x[short], panel.y[short], s=22, c="none")
    rings.set_edgecolor(colours[short].tolist())
    axes.scatter(panel.x[lost], panel.y[lost], s=22, c=colours[lost], marker="x")


def _legend(
    figure: Figure, left: _Panel, right: _Panel, scale: float, captions: Captions
) -> None:
    """What colours and marks mean, and how many there are of each."""
    size, wrong = left.x.size, int(left.wrong.sum())
    marks = (
        ("o", "short", left.short(scale), right.short(scale)),
        ("x", "lost", left.lost, right.lost),
    )
    handles: list[Patch | Line2D] = [
        Patch(color=colour, label=captions.text(name, count=count, total=size))
        for colour, name, count in (
            (VERMILION, "wrong", wrong),
            (GREY, "right", size - wrong),
        )
    ]
    handles += [
        _mark(marker, captions.text(text, left=a.sum(), right=b.sum()))
        for marker, text, a, b in marks
        if a.any() or b.any()
    ]
    figure.legend(handles=handles, loc="lower center", ncols=len(handles))


def _mark(marker: str, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markerfacecolor="none",
        color="black",
        label=label,
    )
