"""What is written down of a call that may be of a gradient: what its f was given."""

import functools
import math
import sys
import types
from time import perf_counter
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np

from ..core.calls import StopError, numbers
from ..core.wire import MAX_NUMBERS
from .arguments import VARIABLE, Values, parameters

MAX_POINTS = 4000
"""Points of two components that f was given which are kept, a call."""
MAX_ANSWERS = 4
"""Points of which f's answer is kept too, a call."""
MAX_SAMPLES = 4
"""Arguments of f of another shape that are kept, a call."""
MAX_SHAPES = 20
"""Different shapes of f's arguments that are told apart, a call."""

DOUBLE = np.dtype(float)
Array = np.ndarray
TWO = (2,)
NUMBERS = (np.float64, float)
PLAIN: "Given" = ("array", TWO, ())
"""What f is given and gives nearly always."""

Given = Tuple[str, Tuple[int, ...], Optional[Tuple[int, ...]]]
"""Kind and shape of what f is given, and the shape of its answer; none if it raises."""

FILE = (lambda: None).__code__.co_filename
"""This one, as frames name it."""
# The script may set it for itself.
_set_profile = sys.setprofile


class WatchedCall:
    """A call that may be of a gradient: of what, from where, and what f was given."""

    __slots__ = (
        "above",
        "alike",
        "answers",
        "asker",
        "callees",
        "code",
        "ended",
        "f",
        "f_name",
        "file",
        "frame",
        "given",
        "kids",
        "line",
        "plain",
        "points",
        "result",
        "samples",
        "seen",
        "space",
        "x",
        "x_name",
    )

    def __init__(
        self, frame: types.FrameType, x_name: str, x: Any, given: Values
    ) -> None:
        self.frame: Optional[types.FrameType] = frame
        self.code = frame.f_code
        self.space = frame.f_globals
        self.x_name = x_name
        self.x = x
        self.given = given
        self.f_name: Optional[str] = None
        self.f: Any = None
        self.above: Optional[WatchedCall] = None
        """The call under way, of the same f, that this one is a part of."""
        self.asker: Optional[WatchedCall] = None
        """The call whose f this one may turn out to be an evaluation of."""
        self.file, self.line = "", 0
        self.seen: Dict[Given, int] = {}
        self.points: List[Any] = []
        self.samples: List[np.ndarray] = []
        self.answers: List[List[float]] = []
        """Some points, each with f's answer there as the last number."""
        self.plain = 0
        """How often it was given a point as an array, and gave a number: not yet seen.
        A tuple is slow to look up by."""
        self.kids: List[WatchedCall] = []
        self.alike = 0
        """Gradient-like calls from within this one, at an x of this shape."""
        self.callees: Dict[int, int] = {}
        self.result: Optional[np.ndarray] = None
        self.ended = False

    @property
    def arguments(self) -> Dict[str, Any]:
        """What the call was given, to call it again; nothing if that cannot be."""
        if self.code.co_flags & VARIABLE:
            return {}
        names = parameters(self.code)
        return {n: unwrapped(v) for n, v in self.given if n in names}

    def take(self, given: Given, value: Any, times: int = 1) -> None:
        """Write down one argument of f: a list, for a point of two components."""
        seen = self.seen
        if given in seen:
            seen[given] += times
        elif len(seen) < MAX_SHAPES:
            seen[given] = times
        if value is None:
            return
        if type(value) is list:
            if len(self.points) < MAX_POINTS:
                self.points.append(value)
        elif len(self.samples) < MAX_SAMPLES:
            self.samples.append(value)

    def absorb(self, part: "WatchedCall") -> None:
        """Write down what f was given in a part of this call."""
        for given, times in part.seen.items():
            self.take(given, None, times)
        if len(self.points) < MAX_POINTS:
            self.points += part.points
        if len(self.samples) < MAX_SAMPLES:
            self.samples += part.samples


def recorder(call: WatchedCall, f: Any, deadline: float, profile: Any = None) -> Any:
    """f, writing down what it is given in a call.

    A profile function is switched off meanwhile.
    """
    points, samples, limited = call.points, call.samples, deadline < math.inf
    answers = call.answers

    # Written out in one piece: it runs at every evaluation of f.
    def recorded(*arguments: Any, **named: Any) -> Any:
        if call.frame is None:
            return f(*arguments, **named)
        if profile is not None:
            _set_profile(None)
        try:
            if limited and perf_counter() > deadline:
                raise StopError
            # f is free to change its argument: what is kept of it is a copy.
            value = arguments[0] if len(arguments) == 1 and not named else None
            if type(value) is Array and value.shape == TWO and value.dtype is DOUBLE:
                point = value.tolist()
                try:
                    answer = f(value)
                except BaseException:
                    call.take(("array", TWO, None), point)
                    raise
                if type(answer) in NUMBERS:
                    call.plain += 1
                    if len(points) < MAX_POINTS:
                        points.append(point)
                    if len(answers) < MAX_ANSWERS:
                        answers.append([*point, float(answer)])
                    return answer
                call.take(("array", TWO, getattr(answer, "shape", ())), point)
                return answer
            kind, shape, value = given((*arguments, *named.values()))
            kept: Any = None
            if shape == TWO:
                kept = [float(np.real(v)) for v in value]
            elif len(samples) < MAX_SAMPLES:
                kept = numbers(value)
            try:
                answer = f(*arguments, **named)
            except BaseException:
                call.take((kind, shape, None), kept)
                raise
            call.take((kind, shape, getattr(answer, "shape", ())), kept)
            if type(kept) is list and len(answers) < MAX_ANSWERS and is_real(answer):
                answers.append([*kept, float(answer)])
            return answer
        finally:
            if profile is not None:
                _set_profile(profile)

    return _named_as(recorded, f, call)


def _named_as(recorded: Any, f: Any, call: WatchedCall) -> Any:
    """The recording function under f's own name."""
    if type(f) is types.FunctionType:
        recorded.__name__, recorded.__qualname__ = f.__name__, f.__qualname__
        recorded.__module__, recorded.__doc__ = f.__module__, f.__doc__
    else:
        functools.update_wrapper(recorded, f, updated=())
    recorded.__wrapped__ = f
    recorded.gradproof = call
    return recorded


def is_real(answer: Any) -> bool:
    """Whether f gave one real number, or an array of one without dimensions."""
    return np.ndim(answer) == 0 and isinstance(
        answer, (int, float, np.integer, np.floating, np.ndarray)
    )


def given(arguments: Tuple[Any, ...]) -> Tuple[str, Tuple[int, ...], Any]:
    """Kind, shape and value of what f is given.

    Of several arguments that are no coordinates it is the first one's.
    """
    if len(arguments) > 1:
        if all(type(v) in (float, np.float64) for v in arguments):
            return "numbers", (len(arguments),), arguments
        shapes = [np.shape(value) for value in arguments]
        if all(shape == shapes[0] for shape in shapes):
            kind = "arrays" if shapes[0] else "numbers"
            return kind, (len(arguments), *shapes[0]), arguments
    if not arguments:
        return "nothing", (), None
    value = arguments[0]
    if isinstance(value, np.ndarray):
        return "array", value.shape, value
    if isinstance(value, (list, tuple)):
        array = numbers(value)
        return "list", (len(value),) if array is None else array.shape, value
    return "number" if np.isscalar(value) else type(value).__name__, (), value


def unwrapped(f: Any) -> Any:
    """The user's own f; of what is no f, itself."""
    if type(f) is tuple:
        return tuple(map(unwrapped, f))
    # A program that wraps it copies its attributes.
    is_ours = type(f) is types.FunctionType and "gradproof" in f.__dict__
    return f.__wrapped__ if is_ours and f.__code__.co_filename == FILE else f


def result(value: Any, x: np.ndarray) -> Optional[np.ndarray]:
    """What is returned as an array of x's shape, or None if it is none.

    An array that is too large to keep is empty.
    """
    shape = x.shape
    if type(value) is Array and value.dtype.kind == "f" and value.shape == shape:
        return value.copy() if value.size <= MAX_NUMBERS else np.empty(0)
    parts = list(value[:1]) if isinstance(value, tuple) and value else []
    for each in [value, *parts]:
        array = numbers(each) if isinstance(each, (np.ndarray, list, tuple)) else None
        if array is not None and array.shape == shape:
            return array
    return None


def told(calls: List[WatchedCall]) -> Iterator[Tuple[WatchedCall, int]]:
    """The calls with the number of their f: one number for all of one code."""
    known: Dict[Any, int] = {}
    for call in calls:
        code = getattr(getattr(call.f, "__func__", call.f), "__code__", None)
        yield call, known.setdefault(code or id(call.f), len(known))
