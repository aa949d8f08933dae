"""Run a script, watch it, and answer questions about its f afterwards.

The order: {"path": …, "cells": [[name, source], …] or null, "texts": {path: text},
"seconds": …, "memory": …, "stubs": [module, …], "removed": [name, …], "folder": …}.
``cells`` are those of a notebook; ``texts`` are run in the place of files. What was
seen is told when the script has ended: a frame for each call and each quiver, and then
"ran".
"""

import builtins
import contextlib
import functools
import gc
import math
import os
import signal
import subprocess
import sys
import time
import traceback
import types
import warnings
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import numpy as np

from .core import headless, loader
from .core.calls import StopError, text
from .core.channel import Channel, file_name, limit, told_name
from .core.loader import Notes, RoutineError
from .core.old_names import OLD
from .core.printable import clean
from .core.stand_ins import StandIns, is_own, is_stand_in
from .core.texts import Texts
from .core.user_files import users_files
from .core.wire import encode_array
from .questions import Asked
from .watch import profile_hook, quivers
from .watch.call_record import WatchedCall, told
from .watch.watcher import PAUSES, Watcher

MAX_TOLD_CALLS = 2000
"""Calls that are told of one by one."""
MAX_TOLD_NUMBERS = 20000
"""Numbers of an array of a call that are told."""
ALARM = hasattr(signal, "setitimer")

Cells = List[Tuple[str, str]]


class Ending:
    """How the script, or a cell, ended: finished, raised, exited or stopped."""

    def __init__(self, stand_ins: StandIns, texts: Dict[str, str]) -> None:
        self.stand_ins = stand_ins
        self.texts = texts
        self.failures: List[Dict[str, Any]] = []
        self.stopped = False

    def failed(
        self, error: BaseException, cell: str, files: Callable[..., bool]
    ) -> None:
        """Write down an exception and where, in the user's files, it came from."""
        steps = [s for s in traceback.extract_tb(error.__traceback__) if files(s[0])]
        file, line = (steps[-1][0], steps[-1][1] or 0) if steps else (cell, 0)
        if isinstance(error, SyntaxError) and error.lineno:
            file, line = cell, error.lineno
        whole = list(self.texts.values()) if file in self.texts else None
        used = {} if is_own(error, whole) else self.stand_ins.used()
        self.failures.append(
            {
                "cell": told_name(cell),
                "file": told_name(file),
                "line": line,
                "kind": clean(type(error).__name__, 80),
                "text": text(error),
                "missing": [n for n, times in used.items() if times],
                "module": getattr(error, "name", None)
                if isinstance(error, ModuleNotFoundError)
                else None,
            }
        )


def run(channel: Channel, order: Dict[str, Any]) -> None:
    """Run what the host says, tell what was seen, and answer until it says bye."""
    limit(order["memory"])
    path = file_name(order["path"])
    texts = Texts({file_name(name): text for name, text in order["texts"].items()})
    texts.install()
    try:
        if order["cells"] is None:
            cells: Cells = [(path, loader.parsed(path, texts)[0])]
        else:
            cells = [(file_name(name), source) for name, source in order["cells"]]
    except RoutineError as failure:
        channel.send(op="failed", reason=failure.reason, parameters=failure.parameters)
        return
    notes: Notes = []
    is_users = users_files([name for name, _ in cells])
    # Where there is an alarm it alone says when the time is up: once.
    end = math.inf if ALARM else time.perf_counter() + order["seconds"]
    watcher = Watcher(is_users, end)
    headless.install(notes)
    watcher.watch_quivers()
    headless.at_import("gradproof", watcher.ignore_within)
    if PAUSES:
        profile_hook.keep_heard()
    stand_ins = StandIns(tuple(order["stubs"]))
    ending = _run(path, cells, order, watcher, notes, stand_ins)
    calls = watcher.calls[-MAX_TOLD_CALLS:]
    functions: Dict[int, Any] = {}
    for number, (call, f) in enumerate(told(calls)):
        functions.setdefault(f, call.f)
        channel.send(op="call", number=number, f=f, **_call(call))
    dropped = len(watcher.calls) - len(calls)
    for quiver in watcher.quivers:
        arrows, made = quiver.pop("arrows"), quiver.pop("made", None)
        quiver["mirrored"] = quivers.mirrored(made)
        quiver["file"] = told_name(quiver["file"])
        quiver["calls"] = max(quiver["calls"] - dropped, 0)
        quiver["arrows"] = None if arrows is None else encode_array(arrows)
        channel.send(op="quiver", **quiver)
    channel.send(
        op="ran",
        failures=ending.failures,
        stopped=ending.stopped,
        notes=notes,
        calls=len(watcher.calls) + watcher.uncounted,
    )
    asked = Asked(calls, functions)
    while True:
        frame = channel.receive()
        if frame["op"] == "bye":
            return
        channel.send(**asked.answer(frame))


def _run(
    path: str,
    cells: Cells,
    order: Dict[str, Any],
    watcher: Watcher,
    notes: Notes,
    stand_ins: StandIns,
) -> Ending:
    folder = os.path.dirname(path)
    sys.argv[:] = [path]
    sys.path.insert(0, folder)
    sys.meta_path.append(loader._Above(folder, notes))
    if stand_ins.names:
        stand_ins.install()
    _give_back(order["removed"])
    os.chdir(file_name(order["folder"]))
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = builtins
    if order["cells"] is not None:
        module.__dict__.update(loader.OF_NOTEBOOKS)
    sys.modules["__main__"] = module
    ending = Ending(stand_ins, dict(cells))
    try:
        with _unattended(notes), warnings.catch_warnings(), _alarm(order["seconds"]):
            warnings.simplefilter("ignore")
            for name, source in cells:
                if not _run_cell(name, source, module, watcher, ending):
                    break
    except StopError:  # between two cells
        ending.stopped = True
    return ending


def _run_cell(
    name: str, source: str, module: types.ModuleType, watcher: Watcher, ending: Ending
) -> bool:
    """Whether it is to be gone on with."""
    try:
        code = compile(source, name, "exec", dont_inherit=True)
        watcher.start()
        exec(code, module.__dict__)
    except StopError:
        ending.stopped = True
    except SystemExit as error:
        if error.code not in (None, 0):
            ending.failed(error, name, watcher.is_users)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        ending.failed(error, name, watcher.is_users)
    finally:
        watcher.stop()
    return not ending.stopped


def _call(call: WatchedCall) -> Dict[str, Any]:
    """What is told of a call; arrays that are too large by their shapes alone."""
    small = np.size(call.x) <= MAX_TOLD_NUMBERS
    kept = call.result is not None and call.result.size and small
    return {
        "name": clean(call.code.co_name, 80),
        "qualified": clean(_qualified(call.code), 200),
        "home": told_name(call.code.co_filename),
        "file": told_name(call.file),
        "line": call.line,
        "f_name": clean(_name(call.f), 80),
        "stub": is_stand_in(call.f),
        "argument": call.x_name,
        "shape": list(np.shape(call.x)),
        "integers": bool(np.asarray(call.x).dtype.kind in "iu"),
        "x": encode_array(call.x) if small else None,
        "result": encode_array(call.result) if kept else None,
        "ended": call.ended,
        "seen": [[k, s, _shape(a), n] for (k, s, a), n in call.seen.items()],
        "points": [[repr(float(v)) for v in p] for p in call.points],
        "answers": [[repr(float(v)) for v in a] for a in call.answers],
        "samples": [encode_array(s) for s in call.samples if s.size <= 1000],
    }


def _shape(shape: Any) -> Optional[List[int]]:
    """That of an answer; a module that is stood in for answers with anything."""
    return None if shape is None else list(shape)


@functools.lru_cache(maxsize=None)
def _qualified(code: types.CodeType) -> str:
    """The name of a function with those of its classes; before 3.11 by its object."""
    if hasattr(code, "co_qualname"):
        return str(code.co_qualname)
    for found in gc.get_referrers(code):
        if isinstance(found, types.FunctionType) and found.__code__ is code:
            return found.__qualname__
    return code.co_name


def _name(f: Any) -> str:
    return getattr(f, "__name__", None) or type(f).__name__


# what a script may not do, and what it may miss


@contextlib.contextmanager
def _unattended(notes: Notes) -> Iterator[None]:
    """Nobody answers questions, and no other program is started."""
    start = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> Any:
        if _of_a_library():
            # Matplotlib asks for the machine's fonts when it is first imported.
            return start(*arguments, **options)
        _once(notes, "no-programs")
        return _Ended(arguments[0] if arguments else options.get("args"))

    def system(*_: Any) -> int:
        _once(notes, "no-programs")
        return 0

    with loader._unattended(notes):
        subprocess.Popen = popen  # type: ignore[assignment,misc]
        os.system = system  # type: ignore[assignment]
        yield


def _of_a_library() -> bool:
    """Whether it is an installed package that would start a program."""
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") == "subprocess":
        frame = frame.f_back
    file = frame.f_code.co_filename if frame is not None else ""
    return "site-packages" in file or "dist-packages" in file


class _Ended:
    """A program that has ended well, and said nothing."""

    returncode = 0
    pid = 0
    stdin = stdout = stderr = None

    def __init__(self, args: Any = ()) -> None:
        self.args = args

    def __enter__(self) -> "_Ended":
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def wait(self, *_: Any, **__: Any) -> int:
        return 0

    poll = wait

    def communicate(self, *_: Any, **__: Any) -> Tuple[bytes, bytes]:
        return b"", b""

    def kill(self) -> None:
        pass

    terminate = kill


def _once(notes: Notes, id: str) -> None:
    if [id, {}] not in notes:
        notes.append([id, {}])


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Stop what runs, wherever it is, when its time is up (where there are alarms)."""
    if not ALARM:
        yield
        return

    def stop(*_: Any) -> None:
        raise StopError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _give_back(names: List[str]) -> None:
    """Give NumPy and Matplotlib back what they have done away with."""
    if quivers.GCA in names:
        quivers.give_back_gca()
    for name in names:
        if name in OLD:
            setattr(np, name, OLD[name])
