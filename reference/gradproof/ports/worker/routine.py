"""Serve a routine: answer the host's probes until it says bye.

The order: {"path": … or null, "module": …, "name": …, "cells": [[name, source], …] or
null, "texts": {path: text}, "memory": bytes}. ``cells`` are those of a notebook;
``texts`` are run in the place of files.
"""

import platform
import sys
import threading
from typing import Any, Callable, Dict, Optional

import numpy as np

from .core import headless
from .core.adapters import adapt
from .core.calls import (
    Earlier,
    MissingError,
    ProbeError,
    StopError,
    components,
    kind,
    not_taken,
    numbers,
    observe,
)
from .core.channel import Channel, file_name, limit
from .core.loader import Notes, RoutineError, load
from .core.printable import clean
from .core.texts import Texts
from .core.wire import call, decode_array, decode_number, encode_array

ROLES = ("gradient", "derivative", "tangent", "descent")
"""What the host may ask for: a routine of Python is called the same for each."""


def run(channel: Channel, order: Dict[str, Any]) -> None:
    """Load the routine, say hello, and answer until the host says bye."""
    path = order["path"] and file_name(order["path"])
    sys.argv[:] = [path or order["module"]]
    limit(order["memory"])
    texts = Texts({file_name(name): text for name, text in order["texts"].items()})
    texts.install()
    cells = order["cells"]
    if cells is not None:
        cells = [(file_name(name), source) for name, source in cells]
    pictures: Notes = []
    headless.install(pictures)
    try:
        found, notes = load(path, order["module"], order["name"], cells, texts)
        routine, more = adapt(found)
    except RoutineError as failure:
        channel.send(op="failed", reason=failure.reason, parameters=failure.parameters)
        return
    channel.send(
        op="hello",
        protocol=1,
        name=clean(order["name"]),
        language="Python " + platform.python_version(),
        library="numpy " + np.__version__,
        roles=list(ROLES),
        f=["callback"],
        notes=notes + pictures + more,
    )
    _answer_probes(channel, routine)


def _answer_probes(channel: Channel, routine: Callable[..., Any]) -> None:
    earlier = Earlier()
    while True:
        frame = channel.receive()
        if frame["op"] == "bye":
            return
        if frame["op"] == "echo":
            x = decode_array(frame["x"])
            channel.send(op="echo", id=frame["id"], x=encode_array(x))
        elif frame["op"] in ROLES:
            serve(channel, routine, frame, earlier)
        else:
            channel.send(op="unsupported", id=frame.get("id"), reason=frame["op"])


def serve(
    channel: Channel,
    routine: Callable[..., Any],
    frame: Dict[str, Any],
    earlier: Earlier,
) -> None:
    """Run one probe; f is the host's."""
    calls: Optional[int] = 0
    lock = threading.Lock()

    def ask(node: Any) -> Any:
        nonlocal calls
        # The routine may call f in threads of its own, and may leave some behind.
        with lock:
            if calls is None:
                raise ProbeError("f is called after the routine has ended")
            number, calls = calls, calls + 1
            array, what = numbers(node), kind(node)
            if array is None:
                size = len(components(node))
                told = {"id": frame["id"], "n": number, "kind": what, "size": size}
                channel.send(op="call", x=None, **told)
            else:
                channel.write(call(frame["id"], number, array, what))
            return answer(channel.receive(), node)

    x, at = frame["x"], frame.get("at")
    try:
        seen = observe(
            routine,
            decode_array(x),
            x.get("layout", "C"),
            ask,
            frame.get("keywords"),
            None if at is None else decode_array(at).tolist(),
            earlier,
            frame.get("again", False),
            frame.get("same_f", False),
        )
    except MissingError as error:
        channel.send(op="failed", reason=error.reason, parameters=error.parameters)
        return
    with lock:
        calls = None
    for key in ("value", "second", "x_after", "earlier"):
        if seen.get(key) is not None:
            seen[key] = encode_array(seen[key])
    channel.send(op="result", id=frame["id"], **seen)


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
