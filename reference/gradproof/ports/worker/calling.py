"""Call a routine on one probe, and write down all that it does."""

import contextlib
import io
import time
import warnings
from typing import Any, Callable, Dict, Optional, Set

import numpy as np

LAYOUTS = ("C", "F", "strided", "reversed", "read-only", "byte-swapped", "list")
MOST_WARNINGS = 5
MOST_NOISE = 2000


class ProbeError(Exception):
    """What f raises when a probe says so."""


class Stop(BaseException):
    """Ends a routine that would go on; no ``except Exception`` holds it up."""


def present(x: Any, layout: str) -> Any:
    """``x`` as the array, or the list, of that layout in memory."""
    x = np.array(x)
    if layout == "list":
        return x.tolist()
    if layout == "F":
        return np.array(x, order="F")
    if layout == "strided":
        wide = np.zeros([2 * n for n in x.shape], x.dtype)
        view = wide[tuple(slice(None, None, 2) for _ in x.shape)]
    elif layout == "reversed":
        view = np.zeros(x.shape, x.dtype)[tuple(slice(None, None, -1) for _ in x.shape)]
    elif layout == "byte-swapped":
        view = np.zeros(x.shape, x.dtype.newbyteorder())
    else:
        view = np.zeros(x.shape, x.dtype)
    view[...] = x
    view.flags.writeable = layout != "read-only"
    return view


def observe(
    routine: Callable[..., Any], x: Any, layout: str, ask: Callable[[Any], Any]
) -> Dict[str, Any]:
    """Call ``routine(f, x)`` and give what came of it, as a dictionary.

    ``ask(node)`` answers for f; it gets what the routine gave f, as an array of
    numbers where that can be. Keys: ``outcome`` (returned, raised, exited, nonsense)
    with ``value`` or ``kind`` and ``text``; ``x_after``; ``shares_memory``;
    ``unpacked`` (the result was the first item of a tuple); ``manners`` (how f was
    called); ``warnings``; ``noise``; ``seconds``.
    """
    handed = present(x, layout)
    manners: Set[str] = set()

    def f(*arguments: Any, **named: Any) -> Any:
        return ask(_node(arguments + tuple(named.values()), handed, manners))

    seen: Dict[str, Any] = {"unpacked": False, "shares_memory": False}
    noise = io.StringIO()
    begin = time.perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.redirect_stdout(noise):
            try:
                result = routine(f, handed)
            except Exception as error:
                kind = type(error).__name__
                seen.update(outcome="raised", kind=kind, text=_text(error))
            except SystemExit as error:
                seen.update(outcome="exited", kind="SystemExit", text=str(error.code))
            else:
                seen.update(_result(result, handed))
    seen["seconds"] = time.perf_counter() - begin
    seen["x_after"] = numbers(handed)
    seen["manners"] = sorted(manners)
    seen["noise"] = noise.getvalue()[:MOST_NOISE]
    said = ["{}: {}".format(w.category.__name__, w.message) for w in caught]
    seen["warnings"] = sorted(set(said))[:MOST_WARNINGS]
    return seen


def numbers(data: Any) -> Optional[np.ndarray]:
    """A copy of ``data`` as an array, or None if it is not one of numbers."""
    try:
        with warnings.catch_warnings():
            # Old NumPys warn of ragged lists where newer ones refuse them.
            warnings.simplefilter("error")
            copy = np.array(data)
    except Exception:
        return None
    return copy if copy.dtype.kind in "biufc" else None


def _node(arguments: Any, handed: Any, manners: Set[str]) -> Any:
    """What f is asked about: its argument, or its arguments as one point.

    A function without arguments closes over the array that the routine moves.
    """
    if len(arguments) == 1:
        return arguments[0]
    if not arguments:
        manners.add("f()")
        return handed
    manners.add("f(*x)")
    return np.array(arguments)


def _result(result: Any, handed: Any) -> Dict[str, Any]:
    whole = numbers(result)
    first = numbers(result[0]) if isinstance(result, tuple) and result else None
    shape = np.shape(handed)
    unpacked = (
        first is not None
        and first.shape == shape
        and (whole is None or whole.shape != shape)
    )
    value = first if unpacked else whole
    if unpacked:
        result = result[0]
    seen = {"unpacked": unpacked, "kind": type(result).__name__}
    if value is None:
        kind = "None" if result is None else seen["kind"]
        return dict(seen, outcome="nonsense", kind=kind)
    arrays = isinstance(result, np.ndarray) and isinstance(handed, np.ndarray)
    seen["shares_memory"] = arrays and bool(np.may_share_memory(result, handed))
    return dict(seen, outcome="returned", value=value)


def _text(error: Exception) -> str:
    try:
        return str(error)[:500]
    except Exception:
        return ""
