"""Watch a program at work: its gradient-like calls, and what f is given there.

A call is gradient-like when a function of the user's takes a function f and an
array x, and gives back an array of x's shape. f is replaced, in the frame of such a
call, by one that writes down what it is given: so it does not matter whether it is a
Python function at all. A function may also ask an f that is no argument of its own: a
global, one of an outer function, or a method. Nothing is judged here.

A function that was called again and again, and never was such a call, is watched no
more: a program's other work is to stay as quick as it is.
"""

import functools
import sys
import types
from threading import get_ident
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from ..core.wire import MAX_NUMBERS
from . import quivers
from .arguments import VARIABLE, first_f, first_x, replace
from .call_record import (
    FILE,
    PLAIN,
    TWO,
    Given,
    WatchedCall,
    recorder,
    result,
    unwrapped,
)
from .monitoring_hook import Monitor
from .profile_hook import Profile
from .reachable import WITHIN, code_of, codes_asked, within_reach
from .registry import Looked, Looks

MAX_CALLS = 4000
"""Calls that are recorded; later ones are counted."""
MAX_QUIVERS = 2000
MIN_CALLS_OF_F = 4
"""Calls of a function from within one with an array that make it an f."""
PAUSES = sys.version_info < (3, 12)
"""Whether a profile function watches, which is switched off while f is evaluated.
From 3.12 on there is `sys.monitoring`, which need not be."""

Stack = List[WatchedCall]
"""The calls that are under way in a thread, the innermost one last."""


class Watcher:
    """Holds what was seen in all threads."""

    def __init__(self, is_users: Callable[[str], bool], deadline: float) -> None:
        self.is_users = is_users
        self.deadline = deadline
        self.calls: List[WatchedCall] = []
        self.uncounted = 0
        self.quivers: List[Dict[str, Any]] = []
        self._looks = Looks(is_users)
        self._came_to_nothing = self._looks.came_to_nothing
        self._stacks: Dict[int, Stack] = {}
        self._open: Dict[int, Stack] = {}
        """The stack of each call under way, by its frame's id."""
        self._on = False
        self._within_library = 0
        """How deep the program is in a library that calls what it is given itself."""
        told_by: Any = Profile if PAUSES else Monitor
        self._told_by = told_by(self._looks, self._enter, self._leave, self._open)

    def start(self) -> None:
        """Watch, in this thread and in those that begin from now on."""
        self._on = True
        self._told_by.start()

    def stop(self) -> None:
        """Watch no more, and take what has not come to its end."""
        self._on = False
        self._told_by.stop()
        # Its f was called all the same.
        for stack in list(self._stacks.values()):
            while stack:
                self._end(stack, None, raised=True)

    def ignore_within(self, module: Any) -> None:
        """Record no call that the public functions of a module make.

        A program that has its routine checked did not give it those probes itself.
        """
        for name in module.__all__:
            function = getattr(module, name)
            if isinstance(function, types.FunctionType):
                setattr(module, name, self._unwatched(function))

    def _unwatched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def unwatched(*arguments: Any, **named: Any) -> Any:
            self._within_library += 1
            try:
                return function(*arguments, **named)
            finally:
                self._within_library -= 1

        return unwatched

    def watches(self, code: types.CodeType) -> bool:
        """Whether calls of a function are still looked at."""
        return bool(self._looks.at(code).names)

    # calls

    def _enter(self, frame: types.FrameType, looked: Looked) -> bool:
        """Whether the call is one to be looked at when it ends."""
        if not self._on or self._within_library:
            return False  # a thread that goes on when the program has ended, or probes
        stack = self._stacks.get(get_ident())
        if stack is None:
            stack = self._stacks[get_ident()] = []
        above = stack[-1] if stack else None
        if above is not None and above.f_name is not None:
            above = None
        code, names, asked = looked.code, looked.names, looked.asked
        if asked is None:
            asked = looked.asked = codes_asked(frame)
        single = len(names) == 1 and not code.co_flags & VARIABLE
        if single and above is None and not asked:
            self._came_to_nothing(looked)
            return False
        local = frame.f_locals
        given = [(n, local[n]) for n in names if n in local]
        values = _each(given) if code.co_flags & VARIABLE else given
        f_name, f = first_f(values)
        if f_name is None:
            if above is not None and above.frame is not _around(frame):
                above = None
            if above is None and not asked:
                self._came_to_nothing(looked)
                return False
        x_name, x = first_x(values, f_name is not None)
        if x is None:
            self._came_to_nothing(looked)
            return False
        if f_name is None and above is not None:
            above.callees[id(code)] = above.callees.get(id(code), 0) + 1
            if x.shape == TWO:
                above.take(PLAIN, x.tolist())
                above = None
                if not asked:
                    return False
        call = WatchedCall(frame, x_name, x, given)
        call.file, call.line = self._place(frame.f_back)
        if f_name is None:
            call.asker = above
            if not asked.isdisjoint(self._looks.resting):
                self._looks.wake(asked)
                self._told_by.restart()
        else:
            written = self._recorder(stack, call, f_name, f)
            replace(frame, local, f_name, f, written)
        stack.append(call)
        self._open[id(frame)] = stack
        return True

    def _recorder(self, stack: Stack, call: WatchedCall, f_name: str, f: Any) -> Any:
        """What is put in f's place, and writes down what it is given."""
        call.f_name, call.f = f_name, unwrapped(f)
        call.above = f.gradproof if f is not call.f else None
        if call.above is None and stack:
            same = (c for c in reversed(stack) if c.f is call.f)
            call.above = next(same, None)
        # What f itself calls is none of our business.
        code = code_of(call.f)
        if code is not None:
            looked = self._looks.at(code)
            if looked.names:
                self._looks.rest(looked)
        return recorder(call, call.f, self.deadline, self._told_by.hook)

    def _place(self, frame: Optional[types.FrameType]) -> Tuple[str, int]:
        """File and line of the nearest frame of the user's."""
        while frame is not None and not self.is_users(frame.f_code.co_filename):
            frame = frame.f_back
        return (frame.f_code.co_filename, frame.f_lineno) if frame else ("", 0)

    def _leave(self, frame: types.FrameType, value: Any, raised: bool) -> None:
        stack = self._open.get(id(frame))
        if stack is None:
            return
        while stack[-1].frame is not frame:  # ended unheard
            self._end(stack, None, raised=True)
        self._end(stack, value, raised)

    def _end(self, stack: Stack, value: Any, raised: bool) -> None:
        call = stack.pop()
        del self._open[id(call.frame)]
        if call.asker is not None:
            answer = None if raised else np.shape(value)
            given: Given = ("array", call.x.shape, answer)
            call.asker.take(given, call.x if call.x.size <= MAX_NUMBERS else None)
        if call.f_name is None and not self._has_own_f(call):
            call.frame = None
            self._pass_on(stack, call)
            return
        call.frame = None
        if call.plain:
            call.take(PLAIN, None, call.plain)
        if call.above is not None:
            call.above.absorb(call)
        call.result = result(value, call.x)
        call.ended = call.result is not None
        descends = call.alike > 1
        like = bool(call.seen) and (call.ended or (raised and not call.alike))
        if like and not descends:
            self._looks.known[id(call.code)].idle = 0
            call.kids = []
            self._hand_up(stack, [call])
        else:
            self._pass_on(stack, call)

    def _pass_on(self, stack: Stack, call: WatchedCall) -> None:
        """Of a call that is none of a gradient, those within it may be."""
        looked = self._looks.known[id(call.code)]
        if call.kids:
            looked.idle = 0
        else:
            self._came_to_nothing(looked)
        self._hand_up(stack, call.kids)

    def _has_own_f(self, call: WatchedCall) -> bool:
        """Whether it called one function again and again that is no argument."""
        if not call.callees or call.frame is None:
            return False
        code, count = max(call.callees.items(), key=lambda item: item[1])
        if count < MIN_CALLS_OF_F:
            return False
        reach = within_reach(call.frame)
        call.f = next((v for v in reach if id(code_of(v)) == code), None)
        return call.f is not None

    def _hand_up(self, stack: Stack, found: List[WatchedCall]) -> None:
        if not found:
            return
        above = stack[-1] if stack else _still_open(found[0].above)
        if above is not None:
            for each in found:
                above.alike += each.x.shape == above.x.shape
            room = max(MAX_CALLS - len(above.kids), 0)
            above.kids += found[:room]
            return
        room = max(MAX_CALLS - len(self.calls), 0)
        self.calls += found[:room]
        self.uncounted += len(found[room:])

    # quivers

    def watch_quivers(self) -> None:
        """Have every quiver written down, once Matplotlib is imported."""
        quivers.watch(self._drawn)

    def _drawn(self, told: Dict[str, Any]) -> Optional[Dict[str, Any]]:
        """Write down what is drawn; ``None`` if there is too much of it."""
        if len(self.quivers) >= MAX_QUIVERS:
            return None
        file, line = self._place(sys._getframe(2))
        record: Dict[str, Any] = dict(told, file=file, line=line, error=None)
        under_way = [call for stack in self._stacks.values() for call in stack]
        record["calls"] = len(self.calls) + sum(len(c.kids) for c in under_way)
        self.quivers.append(record)
        return record


def _still_open(call: Optional[WatchedCall]) -> Optional[WatchedCall]:
    """The innermost call under way, perhaps of another thread, around this one."""
    while call is not None and call.frame is None:
        call = call.above
    return call


def _around(frame: types.FrameType) -> Optional[types.FrameType]:
    """The frame of the function that a call was made from."""
    back = frame.f_back
    while back is not None and _is_within(back.f_code):
        back = back.f_back
    return back


def _is_within(code: types.CodeType) -> bool:
    """Whether it is a part of the function around it, or an f that was replaced."""
    return code.co_name in WITHIN or code.co_filename == FILE


def _each(given: List[Tuple[str, Any]]) -> List[Tuple[str, Any]]:
    """What a call was given, its variable arguments one by one."""
    *values, (rest, more) = given
    return values + [(rest, value) for value in more]
