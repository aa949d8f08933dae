"""Profile functions: how one is told of calls before Python 3.12."""

import contextlib
import importlib.machinery
import opcode
import sys
import threading
import types
from typing import Any, Callable, Dict

from ..core.headless import at_import
from .registry import Looked, Looks

# The script may set these for itself.
_set_profile, _get_profile = sys.setprofile, sys.getprofile


def keep_heard() -> None:
    """Have cProfile, once it is imported, leave the profile function as it is.

    It is written in C and sets its own, of which there is one at a time. What it then
    tells is that it was switched on and off, for its reports fail on nothing.
    """

    def change(module: Any) -> None:
        enable, disable = module.Profile.enable, module.Profile.disable

        def enable_in_vain(self: Any, *arguments: Any, **named: Any) -> None:
            hook = _get_profile()
            enable(self, *arguments, **named)
            disable(self)
            _set_profile(hook)

        module.Profile.enable = enable_in_vain
        module.Profile.disable = lambda self: None

    at_import("cProfile", change)


class Profile:
    """Tells of calls that begin and end, in this thread and those that begin later."""

    def __init__(
        self,
        looks: Looks,
        enter: Callable[[types.FrameType, Looked], bool],
        leave: Callable[[types.FrameType, Any, bool], None],
        under_way: Dict[int, Any],
    ) -> None:
        self.hook = _hook(looks, enter, leave, under_way)
        """The profile function, which is to be switched off while f is evaluated."""
        self._is_users = looks.is_users
        self._undone = contextlib.ExitStack()

    def start(self) -> None:
        """Tell of all calls from now on."""
        _set_profile(self.hook)
        self._undone.callback(_only(self.hook))
        self._undone.callback(_unheard_imports(self._is_users))

    def stop(self) -> None:
        """Tell of none any more."""
        _set_profile(None)
        self._undone.close()

    def restart(self) -> None:
        """Nothing has to be done: all calls are told of."""


def _hook(
    looks: Looks,
    enter: Callable[[types.FrameType, Looked], bool],
    leave: Callable[[types.FrameType, Any, bool], None],
    under_way: Dict[int, Any],
) -> Any:
    known, look_at = looks.known.get, looks.at

    # Written out in one piece: it runs at every call and return, in any thread.
    def profile(frame: types.FrameType, event: str, arg: Any) -> None:
        if event == "call":
            looked = known(id(frame.f_code)) or look_at(frame.f_code)
            if looked.names:
                enter(frame, looked)
        elif event == "return" and id(frame) in under_way:
            leave(frame, arg, arg is None and _raises(frame))

    return profile


def _raises(frame: types.FrameType) -> bool:
    """Whether a frame that is left without a value is left by an exception."""
    operation = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    return not operation.startswith("RETURN")


def _only(hook: Callable[..., None]) -> Callable[[], None]:
    """Let ``hook`` alone be the profile function of threads; what undoes that.

    There is one at a time, where there is no `sys.monitoring`: the program may set
    another, but that does nothing.
    """
    kept = sys.setprofile, threading.setprofile

    def for_thread(function: Any) -> None:
        if function is hook:
            _set_profile(hook)

    def nothing(function: Any) -> None:
        pass

    threading.setprofile(hook)
    replaced: Any = (for_thread, nothing)
    sys.setprofile, threading.setprofile = replaced

    def undo() -> None:
        sys.setprofile, threading.setprofile = kept
        threading.setprofile(None)

    return undo


def _unheard_imports(is_users: Callable[[str], bool]) -> Callable[[], None]:
    """Watch no library while it is imported; what undoes that.

    Matplotlib's import would take twice its time.
    """
    loader: Any = importlib.machinery.SourceFileLoader
    execute = loader.exec_module

    def exec_module(self: Any, module: Any) -> None:
        profile = None if is_users(self.path) else _get_profile()
        if profile is not None:
            _set_profile(None)
        try:
            execute(self, module)
        finally:
            if profile is not None:
                _set_profile(profile)

    loader.exec_module = exec_module

    def undo() -> None:
        loader.exec_module = execute

    return undo
