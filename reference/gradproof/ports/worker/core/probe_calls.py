"""The f that a routine is given: the host is asked, or sent what was worked out."""

import threading
from typing import Any, Dict, List, Optional

import numpy as np

from .calls import ProbeError, StopError, components, kind, not_taken, numbers
from .channel import Channel
from .sent_function import SentFunction
from .wire import call, called, decode_number, dumps

MAX_UNSENT = 500
"""Calls of which the host does not know yet; it counts them."""
MAX_UNSENT_NUMBERS = 50000


class ProbeCalls:
    """The calls of f on one probe.

    What could be worked out here is kept, and sent before anything else is.
    """

    def __init__(self, channel: Channel, id: int, function: SentFunction) -> None:
        self._channel = channel
        self._id = id
        self._function = function
        self._known = 0
        self._over = False
        # The routine may call f in threads of its own, and may leave some behind.
        self._lock = threading.Lock()
        self._kind = ""
        self._kept: List[np.ndarray] = []
        self._size = 0

    def value(self, node: Any) -> Any:
        """f there."""
        with self._lock:
            if self._over:
                raise ProbeError("f is called after the routine has ended")
            self._channel.own()
            array, what = numbers(node), kind(node)
            y = self._function.value(array)
            if y is not None:
                assert array is not None
                self._keep(array, what)
                return y
            self._function.forget()
            return self._asked(node, array, what)

    def end(self) -> str:
        """No call is made any more; what the host does not know yet."""
        with self._lock:
            self._over = True
            return self._unsent()

    def _keep(self, array: np.ndarray, what: str) -> None:
        first = self._kept[0] if self._kept else array
        alike = first.shape == array.shape and self._kind == what
        if (self._kept and not alike) or self._is_much(array):
            self._channel.write(self._unsent())
        self._kind = what
        self._kept.append(array)
        self._size += array.size

    def _is_much(self, array: np.ndarray) -> bool:
        much = self._size + array.size > MAX_UNSENT_NUMBERS
        return bool(self._kept) and (much or len(self._kept) >= MAX_UNSENT)

    def _unsent(self) -> str:
        """The frame of the calls that are kept, which are not any more."""
        if not self._kept:
            return ""
        frame = called(self._id, self._known, np.array(self._kept), self._kind)
        self._known += len(self._kept)
        self._kept, self._size = [], 0
        return frame

    def _asked(self, node: Any, array: Optional[np.ndarray], what: str) -> Any:
        unsent = self._unsent()
        number, self._known = self._known, self._known + 1
        if array is None:
            asked = {"id": self._id, "n": number, "x": None, "kind": what}
            frame = dumps(dict(asked, op="call", size=len(components(node))))
        else:
            frame = call(self._id, number, array, what)
        self._channel.write(unsent, frame)
        return answer(self._channel.receive(), node)


def answer(frame: Dict[str, Any], node: Any) -> Any:
    """What the host's frame makes f give: a number, numbers, or an exception."""
    if frame["op"] == "raise":
        raise ProbeError(frame["text"])
    if frame["op"] != "value":
        raise StopError
    if frame.get("polynomial") is not None:
        try:
            return polynomial(frame["polynomial"], components(node))
        except Exception as error:
            raise not_taken(node) from error
    y = _numbers(frame["y"])
    if frame.get("imag") is None:
        return y
    # A product with 1j would make no number of an infinite part.
    whole = np.empty(np.shape(y), complex)
    whole.real, whole.imag = y, _numbers(frame["imag"])
    return whole[()]


def _numbers(sent: Any) -> Any:
    """A number, or an array of numbers, as they were sent."""
    if isinstance(sent, list):
        return np.array([decode_number(v) for v in sent])
    return np.float64(decode_number(sent))


def polynomial(terms: Any, parts: Any) -> Any:
    """Σ c·Π x_i^p_i by operators alone, for arguments that carry derivatives.

    A negative power is so many divisions.

    A whole coefficient is an integer, so that what is exact remains so: a fraction
    times 1.0 is no fraction, and a decimal does not take a float at all.
    """
    total: Any = 0
    for coefficient, powers in terms:
        product = int(coefficient) if coefficient == int(coefficient) else coefficient
        for i, power in enumerate(powers):
            for _ in range(power):
                product = product * parts[i]
            for _ in range(-power):
                product = product / parts[i]
        total = total + product
    return total
