"""Serve a routine: answer the host's probes until it says bye.

The order: {"path": … or null, "module": …, "name": …, "cells": [[name, source], …] or
null, "texts": {path: text}, "memory": bytes}. ``cells`` are those of a notebook;
``texts`` are run in the place of files.
"""

import platform
import sys
from typing import Any, Callable, Dict

import numpy as np

from .core import headless
from .core.adapters import adapt
from .core.calls import Earlier, MissingError, observe
from .core.channel import Channel, file_name, limit
from .core.loader import Notes, RoutineError, load
from .core.printable import clean
from .core.probe_calls import ProbeCalls
from .core.sent_function import SentFunction
from .core.texts import Texts
from .core.wire import decode_array, dumps, encode_array

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
        f=["callback", "formula"],
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
    calls = ProbeCalls(channel, frame["id"], SentFunction(frame["f"]))
    x, at = frame["x"], frame.get("at")
    try:
        seen = observe(
            routine,
            decode_array(x),
            x.get("layout", "C"),
            calls.value,
            frame.get("keywords"),
            None if at is None else decode_array(at).tolist(),
            earlier,
            frame.get("again", False),
            frame.get("same_f", False),
        )
    except MissingError as error:
        channel.send(op="failed", reason=error.reason, parameters=error.parameters)
        return
    unsent = calls.end()
    for key in ("value", "second", "x_after", "earlier"):
        if seen.get(key) is not None:
            seen[key] = encode_array(seen[key])
    result = {"op": "result", "id": frame["id"]}
    channel.write(unsent, dumps({**result, **seen}))
