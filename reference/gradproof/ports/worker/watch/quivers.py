"""What a program draws: its quivers, and the arrows that it draws one by one.

Also what it may have drawn in ways that Matplotlib has done away with.
"""

import functools
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from ..core.headless import at_import
from ..core.printable import clean

MAX_ARROWS = 20000
"""Arrows of a quiver that are told of one by one; of more, each n-th."""

Told = Callable[[Dict[str, Any]], Optional[Dict[str, Any]]]
"""What is called at each drawing, and keeps what it is told, or not."""

GCA = "gca(projection=…)"


def watch(told: Told) -> None:
    """Have all arrows told of, once Matplotlib is imported.

    A quiver that fails is told of too, with the exception, and the program goes on.
    That streamlines are drawn is told as well, but none of them.
    """

    def flat(module: Any) -> None:
        _patch(module.Axes, "quiver", _quiver, told)
        _patch(module.Axes, "arrow", _arrow, told)
        _patch(module.Axes, "streamplot", _streamlines, told)

    def in_space(module: Any) -> None:
        _patch(module.Axes3D, "quiver", _in_space, told)
        module.Axes3D.quiver3D = module.Axes3D.quiver

    at_import("matplotlib.axes._axes", flat)
    at_import("mpl_toolkits.mplot3d.axes3d", in_space)


def _patch(
    owner: Any,
    name: str,
    describe: Callable[[Tuple[Any, ...], Dict[str, Any]], Dict[str, Any]],
    told: Told,
) -> None:
    drawn = getattr(owner, name)

    @functools.wraps(drawn)
    def draw(axes: Any, *arguments: Any, **named: Any) -> Any:
        record = told(describe(arguments, named))
        try:
            made = drawn(axes, *arguments, **named)
            if record is not None and describe is _quiver:
                record["made"] = made
            return made
        except Exception as error:
            if record is not None:
                record["error"] = [type(error).__name__, clean(str(error))]
            if describe is _streamlines:
                raise
            return drawn(axes, *[0.0] * (6 if describe is _in_space else 4))

    setattr(owner, name, draw)


def _quiver(arguments: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
    data = named.get("data")
    if data is not None:
        arguments = tuple(_of_data(data, value) for value in arguments)
    form = 2 if len(arguments) < 4 else 4
    return dict(_arrows(arguments), kind="quiver", form=form)


def mirrored(made: Any) -> List[bool]:
    """Of a quiver's u and v, whether they are drawn against the numbers of an axis.

    Asked for when the program has ended: an axis may be inverted after its arrows are
    drawn. Arrows whose angles are not "xy" keep to the screen.
    """
    try:
        if made is None or not isinstance(made.angles, str) or made.angles != "uv":
            return [False, False]
        return [bool(made.axes.xaxis_inverted()), bool(made.axes.yaxis_inverted())]
    except Exception:
        return [False, False]


def _of_data(data: Any, value: Any) -> Any:
    """What a string names in the keyword ``data``; anything else is meant itself."""
    try:
        return data[value] if isinstance(value, str) else value
    except Exception:
        return value


def _arrow(arguments: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
    given = [*arguments, *(named[n] for n in ("x", "y", "dx", "dy") if n in named)]
    return dict(_arrows(tuple(given)), kind="arrow", form=4)


def _streamlines(arguments: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
    return {"kind": "streamlines", "form": 4, "arrows": None, "total": 0, "hidden": 0}


def _in_space(arguments: Tuple[Any, ...], named: Dict[str, Any]) -> Dict[str, Any]:
    try:
        total = int(np.size(arguments[0]))
    except Exception:
        total = 0
    return {"kind": "in-space", "form": 6, "arrows": None, "total": total, "hidden": 0}


def _arrows(arguments: Tuple[Any, ...]) -> Dict[str, Any]:
    """Flat x, y, u, v of the arrows that are drawn, and how many there were to be."""
    try:
        held: List[Any] = [
            np.ma.masked_invalid(np.ma.array(a, float)) for a in arguments[:4]
        ]
        if len(arguments) < 4:
            u, v = np.ma.atleast_2d(*held[:2])
            rows, columns = np.indices(np.shape(u))
            held = [np.ma.array(columns), np.ma.array(rows), u, v]
        x, y, u, v = held
        if x.size != u.size and x.ndim == y.ndim == 1:
            x, y = (np.ma.array(a) for a in np.meshgrid(x, y))
        parts = [np.ma.ravel(a) for a in (x, y, u, v)]
        hidden = functools.reduce(np.logical_or, map(np.ma.getmaskarray, parts))
    except Exception:
        return {"arrows": None, "total": 0, "hidden": 0}
    table = np.array([np.ma.getdata(p)[~hidden] for p in parts], float)
    each = -(-table.shape[1] // MAX_ARROWS) or 1
    return {
        "arrows": table[:, ::each],
        "total": int(table.shape[1]),
        "hidden": int(hidden.sum()),
    }


def give_back_gca() -> None:
    """Let ``gca(projection=…)`` make axes again, as it did until Matplotlib 3.6."""

    def of_figure(module: Any) -> None:
        owner = getattr(module, "FigureBase", module.Figure)
        get = owner.gca

        @functools.wraps(get)
        def gca(figure: Any, **named: Any) -> Any:
            return figure.add_subplot(**named) if named else get(figure)

        owner.gca = gca

    def of_pyplot(module: Any) -> None:
        module.gca = lambda **named: module.gcf().gca(**named)

    at_import("matplotlib.figure", of_figure)
    at_import("matplotlib.pyplot", of_pyplot)
