"""Serve a routine over standard input and output, one frame a line.

    PYTHON path/to/worker WHAT

WHAT is JSON: {"path": … or null, "module": …, "name": …, "memory": bytes}. Frames of
this side begin with the value of the environment variable GRADPROOF_TAG, so that
whatever else is printed is noise.
"""

import contextlib
import json
import os
import platform
import sys
import threading
from typing import Any, Callable, Dict, Optional

if __package__ in (None, ""):
    # Started as a folder: make it a package of a name that no port has, and leave
    # nothing of it on the path.
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    if os.path.abspath(sys.path[0]) == here:
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
    __spec__ = None  # else newer Pythons warn that the two do not agree

try:
    import numpy as np
except ImportError as error:
    # Nothing of the worker but its frames runs without.
    missing = {"version": platform.python_version(), "text": str(error)}
    frame = {"op": "failed", "reason": "no-numpy", "parameters": missing}
    print(os.environ["GRADPROOF_TAG"] + json.dumps(frame))
    sys.exit()

from . import headless
from .adapting import adapt
from .calling import ProbeError, Stop, components, kind, not_taken, numbers, observe
from .loading import LoadFailure, Notes, load
from .wire import clean, decode_array, decode_number, dumps, encode_array

ROLES = ("gradient", "derivative", "tangent", "descent")
"""What the host may ask for: a routine of Python is called the same for each."""


class Channel:
    """Frames out, frames in; the port's own input and output are kept apart."""

    def __init__(self) -> None:
        self.tag = os.environ.pop("GRADPROOF_TAG", "")
        self.process = os.getpid()
        self.input = os.fdopen(os.dup(0), "r", encoding="utf-8")
        self.output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        # What the port prints goes where its errors go: nothing can come between
        # the halves of a frame.
        os.dup2(2, 1)

    def send(self, **frame: Any) -> None:
        """Write a frame. A copy of this process, made by the port, ends here."""
        if os.getpid() != self.process:
            os._exit(0)
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
    path = what["path"] and _file_name(what["path"])
    sys.argv[:] = [path or what["module"]]
    _limit(what["memory"])
    pictures: Notes = []
    headless.install(pictures)
    try:
        found, notes = load(path, what["module"], what["name"])
        routine, more = adapt(found)
    except LoadFailure as failure:
        channel.send(op="failed", reason=failure.reason, parameters=failure.parameters)
        return
    channel.send(
        op="hello",
        protocol=1,
        name=clean(what["name"]),
        language="Python " + platform.python_version(),
        library="numpy " + np.__version__,
        roles=list(ROLES),
        f=["callback"],
        notes=notes + pictures + more,
    )
    while True:
        frame = channel.receive()
        if frame["op"] == "bye":
            return
        if frame["op"] == "echo":
            x = decode_array(frame["x"])
            channel.send(op="echo", id=frame["id"], x=encode_array(x))
        elif frame["op"] in ROLES:
            serve(channel, routine, frame)
        else:
            channel.send(op="unsupported", id=frame.get("id"), reason=frame["op"])


def _file_name(path: str) -> str:
    """The path in the encoding of this interpreter's file names.

    Python 3.6 takes them for ASCII where the locale says nothing.
    """
    if os.name != "posix":
        return path
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _limit(memory: int) -> None:
    """Limit the memory, where the platform can, and have no cores dumped."""
    try:
        import resource
    except ImportError:
        return
    for what, limit in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):
        hard = resource.getrlimit(what)[1]
        if hard == resource.RLIM_INFINITY or limit < hard:
            # macOS knows the one for memory by name alone.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(what, (limit, limit))


def serve(channel: Channel, routine: Callable[..., Any], frame: Dict[str, Any]) -> None:
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
            call: Dict[str, Any] = {"op": "call", "id": frame["id"], "n": number}
            array = numbers(node)
            if array is None:
                call.update(x=None, kind=kind(node), size=len(components(node)))
            else:
                call.update(x=encode_array(array), kind=kind(node))
            channel.send(**call)
            return answer(channel.receive(), node)

    x, at = frame["x"], frame.get("at")
    seen = observe(
        routine,
        decode_array(x),
        x.get("layout", "C"),
        ask,
        frame.get("keywords"),
        None if at is None else decode_array(at).tolist(),
    )
    with lock:
        calls = None
    for key in ("value", "second", "x_after"):
        if seen.get(key) is not None:
            seen[key] = encode_array(seen[key])
    channel.send(op="result", id=frame["id"], **seen)


def answer(frame: Dict[str, Any], node: Any) -> Any:
    """What the host's frame makes f give: a number, numbers, or an exception."""
    if frame["op"] == "raise":
        raise ProbeError(frame["text"])
    if frame["op"] != "value":
        raise Stop
    if frame.get("polynomial") is not None:
        try:
            return polynomial(frame["polynomial"], components(node))
        except Exception as error:
            raise not_taken(node) from error
    y = frame["y"]
    if isinstance(y, list):
        return np.array([decode_number(v) for v in y])
    if frame.get("imag") is not None:
        return np.complex128(complex(decode_number(y), decode_number(frame["imag"])))
    return np.float64(decode_number(y))


def polynomial(terms: Any, parts: Any) -> Any:
    """Σ c·Π x_i^p_i by operators alone, for arguments that carry derivatives."""
    total: Any = 0.0
    for coefficient, powers in terms:
        product = coefficient
        for i, power in enumerate(powers):
            for _ in range(power):
                product = product * parts[i]
        total = total + product
    return total


if __name__ == "__main__":
    code = 0
    try:
        main()
    except Stop:
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    # The port may have left threads behind, which would keep the process alive.
    os._exit(code)
