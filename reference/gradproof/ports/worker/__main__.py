"""Serve a routine over standard input and output, one frame a line.

    PYTHON path/to/worker WHAT

WHAT is JSON: {"path": … or null, "module": …, "name": …}. Frames of this side begin
with the value of the environment variable GRADPROOF_TAG, so that whatever else is
printed is noise.
"""

import json
import os
import platform
import sys
from typing import Any, Callable, Dict

if __package__ in (None, ""):
    # Started as a folder: make it a package of a name that no port has, and leave
    # nothing of it on the path.
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path.pop(0)
    spec = importlib.util.spec_from_file_location(
        "_gradproof_worker",
        os.path.join(here, "__init__.py"),
        submodule_search_locations=[here],
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["_gradproof_worker"] = package
    spec.loader.exec_module(package)
    __package__ = "_gradproof_worker"

import numpy as np

from .adapting import adapt
from .calling import ProbeError, Stop, numbers, observe
from .loading import LoadFailure, load
from .wire import decode_array, decode_number, dumps, encode_array


class Channel:
    """Frames out, frames in; the port's own input and output are kept apart."""

    def __init__(self) -> None:
        self.tag = os.environ.pop("GRADPROOF_TAG", "")
        self.input = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self.output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        # What the port prints goes where its errors go: nothing can come between
        # the halves of a frame.
        os.dup2(2, 1)

    def send(self, **frame: Any) -> None:
        """Write a frame."""
        self.output.write(self.tag + dumps(frame) + "\n")
        self.output.flush()

    def receive(self) -> Dict[str, Any]:
        """The host's next frame; bye when there is none."""
        line = self.input.readline()
        frame: Dict[str, Any] = json.loads(line) if line else {"op": "bye"}
        return frame


def main() -> None:
    """Load the routine, say hello, and answer until the host says bye."""
    channel = Channel()
    what = json.loads(sys.argv[1])
    sys.argv[1:] = []
    try:
        found, notes = load(what["path"], what["module"], what["name"])
        routine, more = adapt(found)
    except LoadFailure as failure:
        channel.send(op="failed", reason=failure.reason, parameters=failure.parameters)
        return
    channel.send(
        op="hello",
        protocol=1,
        name=what["name"],
        language="Python " + platform.python_version(),
        library="numpy " + np.__version__,
        roles=["gradient"],
        f=["callback"],
        notes=notes + more,
    )
    while True:
        frame = channel.receive()
        if frame["op"] == "bye":
            return
        if frame["op"] == "echo":
            x = decode_array(frame["x"])
            channel.send(op="echo", id=frame["id"], x=encode_array(x))
        elif frame["op"] == "gradient":
            serve(channel, routine, frame)
        else:
            channel.send(op="unsupported", id=frame.get("id"), reason=frame["op"])


def serve(channel: Channel, routine: Callable[..., Any], frame: Dict[str, Any]) -> None:
    """Run one probe; f is the host's."""
    calls = 0

    def ask(node: Any) -> Any:
        nonlocal calls
        array = numbers(node)
        number, calls = calls, calls + 1
        call: Dict[str, Any] = {"op": "call", "id": frame["id"], "n": number}
        if array is None:
            call.update(x=None, kind=type(node).__name__, size=int(np.size(node)))
        else:
            call.update(x=encode_array(array), kind=type(node).__name__)
        channel.send(**call)
        return answer(channel.receive(), node)

    x = frame["x"]
    seen = observe(routine, decode_array(x), x["layout"], ask)
    if seen.get("value") is not None:
        seen["value"] = encode_array(seen["value"])
    seen["x_after"] = None if seen["x_after"] is None else encode_array(seen["x_after"])
    channel.send(op="result", id=frame["id"], **seen)


def answer(frame: Dict[str, Any], node: Any) -> Any:
    """What the host's frame makes f give: a number, numbers, or an exception."""
    if frame["op"] == "raise":
        raise ProbeError(frame["text"])
    if frame["op"] != "value":
        raise Stop
    if frame.get("polynomial") is not None:
        return polynomial(frame["polynomial"], node)
    y = frame["y"]
    if isinstance(y, list):
        return np.array([decode_number(v) for v in y])
    if frame.get("imag") is not None:
        return np.complex128(complex(decode_number(y), decode_number(frame["imag"])))
    return np.float64(decode_number(y))


def polynomial(terms: Any, node: Any) -> Any:
    """Σ c·Π x_i^p_i by operators alone, for arguments that carry derivatives."""
    total: Any = 0.0
    for coefficient, powers in terms:
        product = coefficient
        for i, power in enumerate(powers):
            for _ in range(power):
                product = product * node[i]
        total = total + product
    return total


if __name__ == "__main__":
    main()
