"""In the process that those of a scan are forked from: a signal is its parent's matter.

It is of the same terminal, and so hears Ctrl-C as well, be it while it imports. What
cannot be begun any more, since its parent has ended, is not told either.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import TracebackType

NAMES = ("SIGINT", "SIGHUP")
TOO_LATE = (KeyboardInterrupt, FileNotFoundError, EOFError, ConnectionError)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """What is started meanwhile hears none of them, until it lets them through."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _numbers())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _numbers() -> set[int]:
    return {getattr(signal, name) for name in NAMES}


def _untold(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if not isinstance(error, TOO_LATE):
        sys.__excepthook__(kind, error, trace)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _numbers())
    sys.excepthook = _untold


if hasattr(signal, "pthread_sigmask") and _numbers() <= signal.pthread_sigmask(
    signal.SIG_BLOCK, ()
):
    _begin()  # it is the first that is imported in that process
