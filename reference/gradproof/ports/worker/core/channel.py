"""What a worker has of the world: frames out and in, and limits."""

import contextlib
import json
import os
from typing import Any, Dict

from .wire import dumps


class Channel:
    """Frames out, frames in; the port's own input and output are kept apart."""

    def __init__(self) -> None:
        self.tag = os.environ.pop("GRADPROOF_TAG", "")
        self.process = os.getpid()
        self.input = os.fdopen(os.dup(0), "rb")
        self.output = os.fdopen(os.dup(1), "wb", 0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        # What the port prints goes where its errors go: nothing can come between
        # the halves of a frame.
        os.dup2(2, 1)

    def send(self, **frame: Any) -> None:
        """Write a frame."""
        self.write(dumps(frame))

    def own(self) -> None:
        """A copy of this process, made by the port, ends here."""
        if os.getpid() != self.process:
            os._exit(0)

    def write(self, *texts: str) -> None:
        """Write frames' texts, as far as there are any, together."""
        self.own()
        line = "".join(self.tag + text + "\n" for text in texts if text).encode("ascii")
        while line:
            line = line[self.output.write(line) :]

    def receive(self) -> Dict[str, Any]:
        """The host's next frame; bye when there is none."""
        line = self.input.readline()
        said = line.decode("utf-8")
        frame: Dict[str, Any] = json.loads(said) if said else {"op": "bye"}
        return frame


def file_name(path: str) -> str:
    """The path in the encoding of this interpreter's file names.

    Python 3.6 takes them for ASCII where the locale says nothing.
    """
    if os.name != "posix":
        return path
    return os.fsdecode(path.encode("utf-8", "surrogateescape"))


def told_name(path: str) -> str:
    """A path that this interpreter has, as the host knows it."""
    if os.name != "posix":
        return path
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def limit(memory: int) -> None:
    """Limit the memory, where the platform can, and have no cores dumped."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):
        hard = resource.getrlimit(what)[1]
        if hard == resource.RLIM_INFINITY or most < hard:
            # macOS knows the one for memory by name alone.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(what, (most, most))
