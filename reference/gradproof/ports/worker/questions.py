"""Answer the host's questions about an f, once the script has ended.

Its values at points; its value as an expression, as far as it can be read, or in 50
digits; and what its gradient routine gives when it is called once more, with another f
or another x.
"""

import contextlib
import gc
import math
import types
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import numpy as np

from .core.calls import Noise, StopError, numbers, printing_into, text
from .core.printable import clean
from .core.user_files import users_files
from .core.wire import decode_array, decode_number, encode_array, encode_number
from .trace.arrays import array_of
from .trace.copies import Copies
from .trace.digits import differences
from .trace.expression import FLOATS, TracedExpression, TracedRun
from .trace.expression import result as traced_result
from .trace.number import math_traced, point_of
from .watch.call_record import WatchedCall, result

FORMS: Dict[str, Callable[[Callable[..., Any], Any], Any]] = {
    "f(x)": lambda f, p: f(p),
    "f(x0, x1)": lambda f, p: f(*p),
    "f(x), x of one row": lambda f, p: f(p[None, :]),
    "f(x), x of one column": lambda f, p: f(p[:, None]),
}
"""The ways in which a point may be given to f."""


class Asked:
    """The f's of a script, by number, and its calls."""

    def __init__(self, calls: List[WatchedCall], functions: Dict[int, Any]) -> None:
        self.calls = calls
        self.functions = functions

    def answer(self, frame: Dict[str, Any]) -> Dict[str, Any]:
        """The frame that answers the host's; never an exception but `StopError`."""
        ask = {
            "evaluate": self._evaluate,
            "expression": self._expression,
            "digits": self._digits,
            "again": self._again,
        }.get(frame["op"])
        reply: Dict[str, Any] = {"op": frame["op"], "error": None}
        if ask is None:
            return dict(reply, error="there is no such question")
        try:
            with _quietly():
                reply.update(ask(frame))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            reply["error"] = clean("{}: {}".format(type(error).__name__, text(error)))
        return reply

    def _evaluate(self, frame: Dict[str, Any]) -> Dict[str, Any]:
        """Values at points (M, 2), and the form in which f takes a point."""
        f = self.functions[frame["f"]]
        points = decode_array(frame["points"])
        form = frame.get("form") or form_of(f, points)
        if form is None:
            return {"form": None, "values": None}
        values = [value(f, form, p) for p in points]
        return {"form": form, "values": [encode_number(v) for v in values]}

    def _expression(self, frame: Dict[str, Any]) -> Dict[str, Any]:
        """f's expression over the components of a point, and what it decides there."""
        course = TracedRun(FLOATS)
        point = decode_array(frame["point"])
        found = _traced(self.functions[frame["f"]], frame["form"])(course, list(point))
        return {"tree": found.tree, "decisions": course.decisions}

    def _digits(self, frame: Dict[str, Any]) -> Dict[str, Any]:
        """What differences in 50 digits tell of f at points (M, 2)."""
        f, form = self.functions[frame["f"]], frame["form"]
        answer = differences(
            _traced(f, form),
            lambda point: value(f, form, point),
            decode_array(frame["points"]),
            frame["step"],
        )
        return {name: encode_array(array) for name, array in answer.items()}

    def _again(self, frame: Dict[str, Any]) -> Dict[str, Any]:
        """The routine's result for f or a polynomial.

        ``how``: "same", at x; "transposed", at its transpose; "each", at each column
        by itself, the results as columns.
        """
        call = self.calls[frame["call"]]
        if not call.arguments or " " in call.x_name or call.f_name is None:
            raise ValueError("the call cannot be made again")
        terms = frame.get("terms")
        arguments = dict(call.arguments)
        if terms is not None:
            arguments[call.f_name] = _polynomial(terms)
        x = np.array(call.x)
        if frame["how"] != "each":
            at = x.T.copy() if frame["how"] == "transposed" else x
            return {"value": encode_array(_result(call, arguments, at))}
        columns = [_result(call, arguments, column.copy()) for column in x.T]
        return {"value": encode_array(np.array(columns).T)}


def _traced(f: Any, form: str) -> Callable[[TracedRun, List[Any]], TracedExpression]:
    """The answer of a copy of f at points of traced numbers."""
    copy = Copies(users_files([])).of(f)

    def answer(course: TracedRun, values: List[Any]) -> TracedExpression:
        with math_traced():
            return traced_result(FORMS[form](copy, array_of(point_of(course, values))))

    return answer


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with printing_into(Noise()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def form_of(f: Any, points: np.ndarray) -> Optional[str]:
    """The first form in which f gives a number at one of the points."""
    for form in FORMS:
        for point in points[:5]:
            with contextlib.suppress(Exception):
                if not math.isnan(value(f, form, point)):
                    return form
    return None


def value(f: Any, form: str, point: np.ndarray) -> float:
    """f's one number at a point; NaN where it gives none."""
    try:
        array = numbers(FORMS[form](f, point.copy()))
    except StopError:
        raise
    except Exception:
        return math.nan
    return (
        float(array.reshape(-1)[0])
        if array is not None and array.size == 1
        else math.nan
    )


def _result(call: WatchedCall, arguments: Dict[str, Any], x: np.ndarray) -> np.ndarray:
    value = result(_function(call)(**dict(arguments, **{call.x_name: x})), x)
    if value is None or not value.size:
        raise ValueError("it gives no array of x's shape")
    return value


def _function(call: WatchedCall) -> Callable[..., Any]:
    """The function object of a call, or one made of its code."""
    for found in gc.get_referrers(call.code):
        if isinstance(found, types.FunctionType) and found.__code__ is call.code:
            return found
    return types.FunctionType(call.code, call.space)


def _polynomial(terms: List[Tuple[float, List[int]]]) -> Callable[..., float]:
    """Of the first components that it is given, in whatever shape."""

    def f(*arguments: Any) -> float:
        x = np.asarray(arguments[0] if len(arguments) == 1 else arguments, float)
        x = x.ravel()
        total = 0.0
        for coefficient, powers in terms:
            product = decode_number(coefficient)
            for component, power in zip(x, powers):  # noqa: B905 - Python 3.8
                for _ in range(power):
                    product = product * component
            total += product
        return total

    return f
