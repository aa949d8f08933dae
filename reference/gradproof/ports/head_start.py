"""Start the child that runs a script or serves a function. Nothing heavy is here.

So it runs while the one who is to judge it gets ready.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from gradproof.ports.child_process import Process, launch
from gradproof.ports.limits import ADDRESS_BYTES
from gradproof.ports.orders import ScriptOrder, layers_order, routine_order
from gradproof.ports.target import Target, TargetError
from gradproof.ports.workers import worker_command


class Begun:
    """A child that runs already; whoever takes its process ends it."""

    def __init__(self, process: Process) -> None:
        self.at = time.monotonic()
        self._process: Process | None = process

    def take(self) -> Process | None:
        """The process, once."""
        process, self._process = self._process, None
        return process


@contextlib.contextmanager
def begun(
    target: Target | TargetError,
    timeout: float,
    python: str | None,
    *,
    as_layers: bool = False,
) -> Iterator[Begun | None]:
    """Run a script, load a function, or, ``as_layers``, the layers of a file.

    It is ended here if nobody has taken it. What is wrong with it is told when it is
    examined.
    """
    found = None
    with contextlib.suppress(TargetError):
        process = _started(target, timeout, python, as_layers)
        found = Begun(process) if process else None
    try:
        yield found
    finally:
        process = found.take() if found else None
        if process is not None:
            process.kill()


def _started(
    target: Target | TargetError, timeout: float, python: str | None, as_layers: bool
) -> Process | None:
    """The child of a target of Python's. Raises TargetError."""
    if isinstance(target, TargetError) or target.command or target.answers:
        return None
    if target.layer is not None:
        if not as_layers or target.path is None or target.cells:
            return None
        order = layers_order(target.path, ADDRESS_BYTES)
        return launch(worker_command(python), order, seconds=timeout)
    path = target.script
    if path is None:
        order = routine_order(target, ADDRESS_BYTES)
        return launch(worker_command(python), order, seconds=timeout)
    if not path.is_file():
        return None
    return ScriptOrder(path, target.cells, python).start(timeout)
