"""Signals that end a command: it takes leave in order, and says what it has done.

They are the command line's alone; who uses gradproof from Python has their own.
"""

from __future__ import annotations

import contextlib
import functools
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import click

from gradproof.commands import exit_codes

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
AGAIN_SECONDS = 0.05
"""Seconds after which a signal that was dropped is sent again."""


class SignalError(KeyboardInterrupt):
    """A signal that ends the command, by its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name

    @property
    def code(self) -> int:
        """The exit code, as a shell has it."""
        return exit_codes.OF_SIGNALS + self.number


class _Held:
    """How deep in what may not be interrupted, and the signal that came meanwhile."""

    depth = 0
    number = 0


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Raise SignalError upon each signal, but for those that are ignored."""
    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, _raised)
    unraisable = sys.unraisablehook
    sys.unraisablehook = functools.partial(_unraised, unraisable)
    try:
        yield
    finally:
        sys.unraisablehook = unraisable
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def _unraised(
    otherwise: Callable[[sys.UnraisableHookArgs], object], what: sys.UnraisableHookArgs
) -> None:
    """Send a signal again that came where nothing can be raised.

    Python drops what is raised while an object dies: an import's lock does, at the end
    of each. A command that was importing went on as if nobody had told it to end.
    """
    if isinstance(what.exc_value, SignalError):
        timer = threading.Timer(AGAIN_SECONDS, _sent, [what.exc_value.number])
        timer.daemon = True
        timer.start()
    else:
        otherwise(what)


def _sent(number: int) -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)


def _raised(number: int, _: FrameType | None) -> None:
    if _Held.depth:
        _Held.number = number
    else:
        raise SignalError(number)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """What may not be interrupted: a signal is heard at its end."""
    _Held.depth += 1
    try:
        yield
    finally:
        _Held.depth -= 1
    if not _Held.depth and _Held.number:
        number, _Held.number = _Held.number, 0
        raise SignalError(number)


@contextlib.contextmanager
def told(say: Callable[[], str]) -> Iterator[None]:
    """Say how things stand, if a signal ends what is done meanwhile."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(say(), err=True)
        raise
