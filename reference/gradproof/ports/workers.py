"""The process in which a Python port runs: forked if that cannot be seen.

Any worker imports NumPy before the port. Where Matplotlib is there before it too, that
could be seen if a file beside the port has the name of a module that comes with it:
there Matplotlib is left to the port.

A routine that comes first may well be the only one: its worker is started, as a process
to fork others from would not pay.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import all_suffixes
from pathlib import Path

from gradproof.ports import fork_server, kept
from gradproof.ports.contents import contents
from gradproof.ports.kept import Kept
from gradproof.ports.limits import Limits

WORKER = Path(__file__).parent / "worker"
MODULES = tuple(f"_gradproof_worker.{name}" for name in ("routine", "script", "layer"))
"""Those of the worker's that take orders; they import NumPy."""
PYPLOT = "matplotlib.pyplot"

DRAWS = b"matplotlib", b"pylab"
"""What a source has in it if it is to have Matplotlib."""
THERE = {"numbers", "test"}
"""Names that are usual for files, of modules that NumPy imports or nobody does."""
STYLE = "matplotlibrc"
"""A file that Matplotlib reads in the working folder when it is imported."""

_routines = itertools.count()
"""Workers for routines that were wanted so far."""


def worker_command(python: str | None = None) -> list[str]:
    """What starts a worker that takes its order from the first line it is sent."""
    return [python or sys.executable, str(WORKER)]


def own_order(command: Sequence[str]) -> bytes:
    """The order of a worker that has it as its last word; nothing for others."""
    own = len(command) == 3 and command[1] == str(WORKER)
    return command[2].encode() if own else b""


def forked(
    command: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path | None,
    order: bytes,
    limits: Limits,
    wall: Sequence[str] = (),
) -> Kept | None:
    """A worker that is about to take this order; None where it is to be started."""
    if not kept.is_supported() or list(command) != worker_command() or not order:
        return None
    what = json.loads(order)
    if what["op"] == "routine" and next(_routines) == 0:
        return None
    folder = Path(what["path"]).parent if what["path"] else Path()
    draws = _draws(what) and not _is_seen(folder)
    imports = (*MODULES, *((PYPLOT,) if draws else ()))
    return fork_server.fork(command, environment, cwd, imports, limits, wall)


def _draws(order: Mapping[str, object]) -> bool:
    """Whether what is to be run speaks of Matplotlib."""
    told = json.dumps([order.get("cells"), order.get("texts")]).encode()
    if order["path"]:
        with contextlib.suppress(OSError):
            told += contents(Path(str(order["path"])))
    return any(name in told for name in DRAWS)


def _is_seen(folder: Path) -> bool:
    """Whether a file beside the port would be taken for a module that is there."""
    return any(
        entry.name == STYLE or (_name(entry) in _importable() and _is_module(entry))
        for place in (folder, folder.parent)
        for entry in _entries(place)
    )


def _is_module(entry: Path) -> bool:
    if "." in entry.name:
        return entry.name.endswith(tuple(all_suffixes()))
    return (entry / "__init__.py").is_file()


@functools.cache
def _importable() -> frozenset[str]:
    """The names of modules that come with this interpreter or are installed for it."""
    ours = (sys.prefix, sys.base_prefix)
    folders = [Path(path) for path in sys.path if path.startswith(ours)]
    installed = {_name(entry) for folder in folders for entry in _entries(folder)}
    return frozenset(sys.stdlib_module_names | installed) - THERE


def _name(entry: Path) -> str:
    return entry.name.partition(".")[0]


def _entries(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return list(folder.iterdir())
    return []
