"""Call a routine on one probe, and write down all that it does."""

import contextlib
import io
import sys
import time
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Set

import numpy as np

from .printable import clean
from .wire import MAX_NUMBERS

MAX_WARNINGS = 5
MAX_NOISE_CHARACTERS = 2000
"""Characters of what a routine prints that are kept."""


MAX_COMPONENTS = 100
"""Of an argument that is no array of numbers."""


class ProbeError(Exception):
    """What f raises when a probe says so."""


class StopError(BaseException):
    """Ends a routine that would go on; no ``except Exception`` holds it up."""


class MissingError(BaseException):
    """A routine has used what is stood in for: a message's id and its parameters."""

    def __init__(self, reason: str, **parameters: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.parameters = parameters


def not_taken(node: Any) -> ProbeError:
    """What f raises for an argument that it can do nothing with."""
    array = numbers(node)
    what = kind(node) if array is None else "an array of shape {}".format(array.shape)
    return ProbeError("f does not take {}".format(what))


def present(x: Any, layout: str) -> Any:
    """``x`` as the array, or the list, of that layout in memory."""
    x = np.array(x)
    if layout in ("list", "number"):
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


class _Asked:
    """Who answers for an f, and the array that its routine was handed."""

    def __init__(self) -> None:
        self.ask: Callable[[Any], Any] = not_asked
        self.handed: Any = None
        self.manners: Set[str] = set()

        def f(*arguments: Any, **named: Any) -> Any:
            whole = arguments + tuple(named.values())
            return self.ask(_node(whole, self.handed, self.manners))

        self.f = f


def not_asked(node: Any) -> Any:
    """What an f does that no call has been made with."""
    raise ProbeError("f is called before the routine")


class Earlier:
    """What was handed over last, f and array, and the result that came of it."""

    def __init__(self) -> None:
        self._asked = _Asked()
        self._handed: Any = None
        self._look: Optional[Callable[[], Any]] = None

    def handed(self, x: Any, layout: str) -> Any:
        """The same array once more, now of these numbers, if it can hold them."""
        last = self._handed
        fits = isinstance(last, np.ndarray) and last.flags.writeable
        if not fits or (last.shape, last.dtype) != (x.shape, x.dtype):
            return present(x, layout)
        last[...] = x
        return last

    def f(
        self, ask: Callable[[Any], Any], handed: Any, manners: Set[str], same: bool
    ) -> Callable[..., Any]:
        """An f that ``ask`` answers for: the same object once more, or a new one."""
        asked = self._asked = self._asked if same else _Asked()
        asked.ask, asked.handed, asked.manners = ask, handed, manners
        return asked.f

    def keep(self, handed: Any, look: Optional[Callable[[], Any]]) -> None:
        """Remember an array, and how to look at the result, if there is one."""
        self._handed, self._look = handed, look

    def result(self) -> Any:
        """What the result is now, as an array of numbers, or None."""
        if self._look is None:
            return None
        try:
            return self._look()
        except KeyboardInterrupt:
            raise
        except BaseException:  # a function that asks f, which is over by now
            return None


class _Kept(io.BytesIO):
    """Keeps the beginning of what is written, and stays open."""

    def write(self, data: Any) -> int:
        super().write(bytes(data)[: max(0, 4 * MAX_NOISE_CHARACTERS - self.tell())])
        return len(data)

    def close(self) -> None:
        pass


class Noise(io.TextIOWrapper):
    """Stands in for what a routine prints to; ``kept`` is the beginning of it.

    It has a ``buffer``, as the true one has, and does not mind being closed.
    """

    def __init__(self) -> None:
        self._bytes = _Kept()
        super().__init__(self._bytes, "utf-8", "replace", "\n", write_through=True)

    @property
    def kept(self) -> str:
        """The text, as far as it is kept."""
        return self._bytes.getvalue().decode("utf-8", "replace")[:MAX_NOISE_CHARACTERS]

    def close(self) -> None:
        """Stay open: others print here too."""


@contextlib.contextmanager
def printing_into(noise: Noise) -> Iterator[None]:
    """Have all that is printed go there, even if the routine takes sys.stdout away."""
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = noise
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def observe(
    routine: Callable[..., Any],
    x: Any,
    layout: str,
    ask: Callable[[Any], Any],
    keywords: Optional[Dict[str, Any]] = None,
    at: Optional[List[Any]] = None,
    earlier: Optional[Earlier] = None,
    again: bool = False,
    same_f: bool = False,
) -> Dict[str, Any]:
    """Call ``routine(f, x, **keywords)`` and give what came of it, as a dictionary.

    ``ask(node)`` answers for f; it gets what the routine gave f, as an array of
    numbers where that can be. With ``at`` the routine is to return a function: its
    values there are the result. Keys: ``outcome`` (returned, raised, exited,
    nonsense) with ``value`` or ``kind`` and ``text``; ``x_after``;
    ``shares_memory``; ``unpacked`` (the result was the first item of a tuple, and
    ``second`` the next, or None); ``manners`` (how f was called); ``warnings``;
    ``noise``; ``seconds``. ``again``: x is handed over in the array of the ``earlier``
    call, whose result is then looked at once more, as ``earlier``. ``same_f``: f is the
    very object of that call.
    """
    earlier = earlier or Earlier()
    handed = earlier.handed(np.array(x), layout) if again else present(x, layout)
    manners: Set[str] = set()
    f = earlier.f(ask, handed, manners, same_f)
    noise = Noise()
    begin = time.perf_counter()
    # What a routine does to NumPy's error handling is undone at the end.
    with warnings.catch_warnings(record=True) as caught, np.errstate():
        warnings.simplefilter("always")
        with printing_into(noise):
            seen = _call(routine, f, handed, keywords or {}, at)
            if again:
                seen["earlier"] = earlier.result()
    earlier.keep(handed, seen.pop("look", None))
    seen["seconds"] = time.perf_counter() - begin
    seen["x_after"] = numbers(handed)
    seen["manners"] = sorted(manners)
    seen["noise"] = noise.kept
    said = ["{}: {}".format(w.category.__name__, text(w.message)) for w in caught or ()]
    seen["warnings"] = sorted({clean(line) for line in said})[:MAX_WARNINGS]
    return seen


def _call(
    routine: Callable[..., Any],
    f: Callable[..., Any],
    x: Any,
    keywords: Dict[str, Any],
    at: Optional[List[Any]],
) -> Dict[str, Any]:
    try:
        result = routine(f, x, **keywords)
        if at is not None:
            return _values(result, at)
    except (StopError, MissingError, KeyboardInterrupt):
        raise
    except SystemExit as error:
        return {"outcome": "exited", "kind": "SystemExit", "text": text(error)}
    except BaseException as error:
        return {"outcome": "raised", "kind": kind(error), "text": text(error)}
    return _result(result, x)


def numbers(data: Any) -> Optional[np.ndarray]:
    """A copy of ``data`` as an array, or None if it is not one of numbers, or huge."""
    if isinstance(data, np.ndarray):
        if data.size > MAX_NUMBERS:
            return None
        if _is_masked_array(data):
            data = _unmasked(data)
        if data.dtype.kind in "biufc":
            return np.array(data)
    try:
        with warnings.catch_warnings():
            # Old NumPys warn of ragged lists where newer ones refuse them.
            warnings.simplefilter("error")
            copy = np.array(data)
    except Exception:
        return None
    fitting = copy.dtype.kind in "biufc" and copy.size <= MAX_NUMBERS
    return copy if fitting else None


def _is_masked_array(data: Any) -> bool:
    """Whether it is one: there are none before their module is imported.

    NumPy imports that when it is first asked for, which takes its time.
    """
    masked = getattr(sys.modules.get("numpy.ma"), "MaskedArray", None)
    return masked is not None and isinstance(data, masked)


def _unmasked(data: Any) -> np.ndarray:
    """What a mask hides is not there: it is no number."""
    if data.dtype.kind not in "biufc" or not np.ma.is_masked(data):
        return np.asarray(data.data)
    hidden = data if data.dtype.kind in "fc" else data.astype(float)
    filled: np.ndarray = hidden.filled(np.nan)
    return filled


def components(node: Any) -> Any:
    """The components of what is no array of numbers; none if f cannot take it."""
    if isinstance(node, (str, bytes, dict, type(None))):
        return ()
    try:
        flat = node.reshape(-1) if hasattr(node, "reshape") else node
        if not hasattr(flat, "__len__"):
            return (flat,)
        return flat if len(flat) <= MAX_COMPONENTS else ()
    except Exception:
        return ()


def kind(thing: Any) -> str:
    """What an object is, for a reader: its type, and the shape of a huge array."""
    name = type(thing).__name__
    if not (name.isidentifier() and len(name) < 80):
        name = clean(name, 80)
    if isinstance(thing, np.ndarray) and thing.size > MAX_NUMBERS:
        return "{} of shape {}".format(name, thing.shape)
    if isinstance(thing, np.ndarray) and thing.dtype.kind not in "iufc":
        return "{} of {}".format(name, clean(str(thing.dtype), 80))
    return name


def text(error: Any) -> str:
    """What an exception says, in one line; nothing if it cannot."""
    try:
        return clean(str(error))
    except Exception:
        return ""


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


def _values(result: Any, at: List[Any]) -> Dict[str, Any]:
    """The values of a function that was returned, each a number.

    Of a function of points, which are handed over as arrays, each may also be an array
    of a point's shape: what is wrong with it is to be seen.
    """
    seen = {"kind": kind(result), "unpacked": False, "shares_memory": False}
    if not callable(result):
        return dict(seen, outcome="nonsense")
    values: List[Any] = []
    for place in at:
        value = result(np.array(place) if isinstance(place, list) else place)
        number = numbers(value)
        if number is None or not _is_value(number, place, values):
            what = "a function of {}".format(kind(value))
            return dict(seen, outcome="nonsense", kind=what)
        values.append(number.ravel()[0] if number.size == 1 else number)

    def look() -> Any:
        return _values(result, at).get("value")

    return dict(seen, outcome="returned", value=np.array(values), look=look)


def _is_value(number: Any, place: Any, before: List[Any]) -> bool:
    """Whether it is one number, or for a point as many, and like those before it."""
    if number.dtype.kind == "b":
        return False
    shape = () if number.size == 1 else number.shape
    due = ((), np.shape(place)) if isinstance(place, list) else ((),)
    return shape in due and all(np.shape(value) == shape for value in before)


def _shown(result: Any) -> Any:
    """A result with NaN where a mask hides what is there."""
    if not (_is_masked_array(result) and result.dtype.kind in "iufc"):
        return result
    wide = np.result_type(result.dtype, np.float64)
    return np.ma.filled(result.astype(wide), np.nan)


def _result(result: Any, handed: Any) -> Dict[str, Any]:
    whole = numbers(_shown(result))
    pair = isinstance(result, tuple) and result
    first = numbers(_shown(result[0])) if pair else None
    shape = np.shape(handed)
    unpacked = (
        first is not None
        and first.shape == shape
        and (whole is None or whole.shape != shape)
    )
    value = first if unpacked else whole
    second = numbers(result[1]) if unpacked and len(result) > 1 else None
    if unpacked:
        result = result[0]
    seen = {
        "unpacked": unpacked,
        "second": second,
        "kind": kind(result),
        "shares_memory": False,
    }
    if value is None or value.dtype.kind == "b":
        what = "None" if result is None else seen["kind"]
        return dict(seen, outcome="nonsense", kind=what)
    if isinstance(result, np.ndarray) and isinstance(handed, np.ndarray):
        seen["shares_memory"] = bool(np.may_share_memory(result, handed))
    # What lies in x's own memory changes when x is given other numbers.
    look = None if seen["shares_memory"] else lambda: numbers(_shown(result))
    return dict(seen, outcome="returned", value=value, look=look)
