"""Watch a program at work: its gradient-like calls, what f is given, its quivers.

A call is gradient-like when a function of the user's takes a function f and an
array x, and gives back an array of x's shape. f is replaced, in the frame of such a
call, by one that writes down what it is given: so it does not matter whether it is a
Python function at all. Nothing is judged here.
"""

import functools
import importlib.abc
import importlib.util
import opcode
import os
import sys
import sysconfig
import types
from threading import get_ident
from time import perf_counter
from typing import Any, Callable, Dict, Iterator, List, Optional, Set, Tuple

import numpy as np

from .calling import Stop, numbers
from .wire import MOST_NUMBERS, clean

MOST_CALLS = 4000
"""Calls that are recorded; later ones are counted."""
MOST_POINTS = 4000
"""Points of two components that f was given which are kept, a call."""
MOST_SAMPLES = 4
"""Arguments of f of another shape that are kept, a call."""
MOST_ARROWS = 20000
"""Arrows of a quiver that are told of one by one; of more, each n-th."""
MOST_QUIVERS = 2000
MOST_SHAPES = 20
"""Different shapes of f's arguments that are told apart, a call."""
ENOUGH = 4
"""Calls of a global function, from within one with an array, that make it an f."""

PAUSES = sys.version_info < (3, 12)
"""Whether a profile function watches, which is switched off while f is evaluated.
From 3.12 on there is `sys.monitoring`, which need not be."""
MONITORING: Any = getattr(sys, "monitoring", None)
TOOL = 2  # its PROFILER_ID
SUSPENDED = 0x20 | 0x80 | 0x200
"""Code of generators and coroutines: they are left and entered again."""

INSTANCE = ("self", "cls")
VARIABLE = 0x04  # inspect.CO_VARARGS

Given = Tuple[str, Tuple[int, ...], Tuple[int, ...]]


class Call:
    """A call that may be of a gradient: of what, from where, and what f was given."""

    def __init__(self, frame: types.FrameType, x_name: str, x: Any) -> None:
        self.frame: Optional[types.FrameType] = frame
        self.code = frame.f_code
        self.space = frame.f_globals
        self.x_name = x_name
        self.x = x
        self.f_name: Optional[str] = None
        self.f: Any = None
        self.arguments: Dict[str, Any] = {}
        self.file, self.line = "", 0
        self.seen: Dict[Given, int] = {}
        self.points: List[Any] = []
        self.samples: List[np.ndarray] = []
        self.kids: List["Call"] = []
        self.alike = 0
        """Gradient-like calls from within this one, at an x of this shape."""
        self.callees: Dict[Any, int] = {}
        self.result: Optional[np.ndarray] = None
        self.ended = False

    def take(self, given: Given, value: Any) -> None:
        """Write down one argument of f: a list, for a point of two components."""
        known = self.seen.get(given, 0)
        if known or len(self.seen) < MOST_SHAPES:
            self.seen[given] = known + 1
        if type(value) is list:
            if len(self.points) < MOST_POINTS:
                self.points.append(value)
        elif value is not None and len(self.samples) < MOST_SAMPLES:
            self.samples.append(value)


class Watcher:
    """Holds what was seen; ``profile`` is what the interpreter is given."""

    def __init__(self, is_users: Callable[[str], bool], deadline: float) -> None:
        self.is_users = is_users
        self.deadline = deadline
        self.calls: List[Call] = []
        self.uncounted = 0
        self.quivers: List[Dict[str, Any]] = []
        self._kinds: Dict[types.CodeType, bool] = {}
        self._stack: List[Call] = []
        self._active: Dict[int, List[Call]] = {}
        self._wrappers: Dict[int, Any] = {}
        self._local: Set[types.CodeType] = set()
        self.thread = get_ident()

    def profile(self, frame: types.FrameType, event: str, arg: Any) -> None:
        """What `sys.setprofile` calls at every call and return."""
        if event == "call":
            code = frame.f_code
            watched = self._kinds.get(code)
            if watched is None:
                watched = self._kinds[code] = self._is_watched(code)
            if watched:
                self._enter(frame, code)
        elif event == "return" and self._stack and self._stack[-1].frame is frame:
            raised = arg is None and _raises(frame)
            self._leave(self._stack.pop(), arg, raised)

    def start(self) -> None:
        """Watch, in this thread."""
        if PAUSES:
            sys.setprofile(self.profile)
            return
        tool = MONITORING
        events = tool.events
        tool.use_tool_id(TOOL, "gradproof")
        tool.register_callback(TOOL, events.PY_START, self._started)
        tool.register_callback(TOOL, events.PY_RETURN, self._returned)
        tool.register_callback(TOOL, events.PY_UNWIND, self._unwound)
        tool.set_events(TOOL, events.PY_START | events.PY_UNWIND)
        tool.restart_events()

    def stop(self) -> None:
        """Watch no more, and take what has not come to its end."""
        if PAUSES:
            sys.setprofile(None)
        elif MONITORING.get_tool(TOOL) is not None:
            MONITORING.set_events(TOOL, 0)
            MONITORING.free_tool_id(TOOL)
        self.finish()

    # From 3.12 on: what is not watched is not told of again, and costs nothing.

    def _started(self, code: types.CodeType, _: int) -> Any:
        watched = self._kinds.get(code)
        if watched is None:
            watched = self._kinds[code] = self._is_watched(code)
        if not watched:
            return MONITORING.DISABLE
        if get_ident() == self.thread:
            known = len(self._stack)
            self._enter(sys._getframe(1), code)
            if len(self._stack) > known and code not in self._local:
                self._local.add(code)
                event = MONITORING.events.PY_RETURN
                MONITORING.set_local_events(TOOL, code, event)
        return None

    def _returned(self, code: types.CodeType, _: int, value: Any) -> None:
        if self._stack and self._stack[-1].frame is sys._getframe(1):
            self._leave(self._stack.pop(), value, raised=False)

    def _unwound(self, code: types.CodeType, _: int, error: BaseException) -> None:
        if self._stack and self._stack[-1].frame is sys._getframe(1):
            self._leave(self._stack.pop(), None, raised=True)

    def finish(self) -> None:
        """Take what has not come to its end: its f was called all the same."""
        while self._stack:
            self._leave(self._stack.pop(), None, raised=True)

    def _is_watched(self, code: types.CodeType) -> bool:
        named = code.co_name == "<lambda>" or not code.co_name.startswith("<")
        if code.co_flags & SUSPENDED:
            return False
        return named and code.co_argcount > 0 and self.is_users(code.co_filename)

    def _enter(self, frame: types.FrameType, code: types.CodeType) -> None:
        local = frame.f_locals
        names = [
            name
            for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
            if name not in INSTANCE and name in local
        ]
        x_name, x = _x(names, local)
        if x is None:
            return
        f_name = next((n for n in names if _is_function(local[n])), None)
        caller = self._stack[-1] if self._stack else None
        if f_name is None and caller is not None and caller.frame is frame.f_back:
            given: Given = ("array", np.shape(x), ())
            if caller.f_name is None:
                caller.callees[code] = caller.callees.get(code, 0) + 1
                caller.take(given, x.tolist() if given[1] == (2,) else x)
        call = Call(frame, x_name, x)
        call.file, call.line = self._place(frame.f_back)
        if f_name is not None:
            call.f_name, call.f = f_name, unwrapped(local[f_name])
        call.arguments = self._arguments(frame, code, local)
        self._stack.append(call)
        if f_name is not None:
            self._active.setdefault(id(call.f), []).append(call)
            wrapped = self._wrappers.get(id(call.f))
            if wrapped is None:
                wrapped = self._wrappers[id(call.f)] = self._wrapped(call.f)
            local[f_name] = wrapped
            if sys.version_info[:2] == (3, 12):
                # Before, the interpreter does this after a profile function, and
                # after, there is nothing to be done.
                _write_back(frame)

    def _arguments(
        self, frame: types.FrameType, code: types.CodeType, local: Any
    ) -> Dict[str, Any]:
        """What the call was given, to call it again."""
        if code.co_flags & VARIABLE:
            return {}
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        return {n: unwrapped(local[n]) for n in names if n in local}

    def _place(self, frame: Optional[types.FrameType]) -> Tuple[str, int]:
        """File and line of the nearest frame of the user's."""
        while frame is not None and not self.is_users(frame.f_code.co_filename):
            frame = frame.f_back
        return (frame.f_code.co_filename, frame.f_lineno) if frame else ("", 0)

    def _wrapped(self, f: Any) -> Any:
        """f, writing down what it is given in all calls that are under way."""
        active = self._active[id(f)]
        # What f itself calls is none of our business.
        code = getattr(getattr(f, "__func__", f), "__code__", None)
        if code is not None:
            self._kinds[code] = False

        # Written out in one piece: it runs at every evaluation of f.
        def watched(*arguments: Any, **named: Any) -> Any:
            pauses = PAUSES and get_ident() == self.thread
            if pauses:
                sys.setprofile(None)
            try:
                if perf_counter() > self.deadline:
                    raise Stop
                first = arguments[0] if len(arguments) == 1 and not named else None
                if type(first) is np.ndarray:
                    kind, shape, value = "array", first.shape, first
                else:
                    kind, shape, value = given((*arguments, *named.values()))
                # f is free to change its argument.
                kept: Any = None
                if shape == (2,):
                    kept = np.asarray(value, float).tolist()
                elif active and len(active[0].samples) < MOST_SAMPLES:
                    kept = numbers(value)
                answer = f(*arguments, **named)
                key = (kind, shape, getattr(answer, "shape", ()))
                for call in active:
                    call.take(key, kept)
                return answer
            finally:
                if pauses:
                    sys.setprofile(self.profile)

        functools.update_wrapper(watched, f, updated=())
        watched.__wrapped__ = f  # type: ignore[attr-defined]
        watched.gradproof = True  # type: ignore[attr-defined]
        return watched

    def _leave(self, call: Call, value: Any, raised: bool) -> None:
        call.frame = None
        if call.f_name is not None:
            self._active[id(call.f)].remove(call)
        elif not self._has_global_f(call):
            self._hand_up(call.kids)
            return
        call.result = result(value, call.x)
        call.ended = call.result is not None
        descends = call.alike > 1
        like = bool(call.seen) and (call.ended or (raised and not call.alike))
        if like and not descends:
            call.kids = []
            self._hand_up([call])
        else:
            self._hand_up(call.kids)

    def _has_global_f(self, call: Call) -> bool:
        """Whether it called one function of its module again and again."""
        code, count = max(
            call.callees.items(), key=lambda item: item[1], default=(None, 0)
        )
        if count < ENOUGH:
            return False
        call.f = next(
            (v for v in call.space.values() if getattr(v, "__code__", None) is code),
            None,
        )
        return call.f is not None

    def _hand_up(self, calls: List[Call]) -> None:
        if self._stack:
            above = self._stack[-1]
            above.alike += sum(np.shape(c.x) == np.shape(above.x) for c in calls)
            room = MOST_CALLS - len(above.kids)
            above.kids += calls[: max(room, 0)]
            return
        room = max(MOST_CALLS - len(self.calls), 0)
        self.calls += calls[:room]
        self.uncounted += len(calls[room:])

    # quivers

    def watch_quivers(self) -> None:
        """Have every quiver written down, once Matplotlib is imported."""
        sys.meta_path.insert(0, _AtImport("matplotlib.axes._axes", self._patch))

    def _patch(self, module: Any) -> None:
        drawn = module.Axes.quiver

        @functools.wraps(drawn)
        def quiver(axes: Any, *arguments: Any, **named: Any) -> Any:
            record = self._quiver(arguments)
            try:
                return drawn(axes, *arguments, **named)
            except Exception as error:
                if record is not None:
                    record["error"] = [type(error).__name__, clean(str(error))]
                return drawn(axes, [0.0], [0.0], [0.0], [0.0])

        module.Axes.quiver = quiver

    def _quiver(self, arguments: Tuple[Any, ...]) -> Optional[Dict[str, Any]]:
        if len(self.quivers) >= MOST_QUIVERS:
            return None
        file, line = self._place(sys._getframe(2))
        record: Dict[str, Any] = {"file": file, "line": line, "error": None}
        record["calls"] = len(self.calls) + sum(len(c.kids) for c in self._stack)
        record["form"] = 2 if len(arguments) < 4 else 4
        record.update(_arrows(arguments))
        self.quivers.append(record)
        return record


def given(arguments: Tuple[Any, ...]) -> Tuple[str, Tuple[int, ...], Any]:
    """Kind, shape and value of what f is given.

    Of several arguments that are no coordinates it is the first one's.
    """
    if len(arguments) > 1:
        shapes = [np.shape(value) for value in arguments]
        if all(shape == shapes[0] for shape in shapes):
            kind = "arrays" if shapes[0] else "numbers"
            return kind, (len(arguments), *shapes[0]), arguments
    if not arguments:
        return "nothing", (), None
    value = arguments[0]
    if isinstance(value, np.ndarray):
        return "array", value.shape, value
    if isinstance(value, (list, tuple)):
        array = numbers(value)
        return "list", (len(value),) if array is None else array.shape, value
    return "number" if np.isscalar(value) else type(value).__name__, (), value


def unwrapped(f: Any) -> Any:
    """The user's own f."""
    return f.__wrapped__ if getattr(f, "gradproof", False) is True else f


def result(value: Any, x: Any) -> Optional[np.ndarray]:
    """What is returned as an array of x's shape, or None if it is none.

    An array that is too large to keep is empty.
    """
    shape = np.shape(x)
    if type(value) is np.ndarray and value.dtype.kind == "f" and value.shape == shape:
        return value.copy() if value.size <= MOST_NUMBERS else np.empty(0)
    parts = list(value[:1]) if isinstance(value, tuple) and value else []
    for each in [value, *parts]:
        array = numbers(each) if isinstance(each, (np.ndarray, list, tuple)) else None
        if array is not None and array.shape == shape:
            return array
    return None


def _write_back(frame: types.FrameType) -> None:
    import ctypes

    write = ctypes.pythonapi.PyFrame_LocalsToFast
    write(ctypes.py_object(frame), ctypes.c_int(0))


def _raises(frame: types.FrameType) -> bool:
    """Whether a frame that is left without a value is left by an exception."""
    operation = opcode.opname[frame.f_code.co_code[frame.f_lasti]]
    return not operation.startswith("RETURN")


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, (type, np.ndarray))


def _x(names: List[str], local: Any) -> Tuple[str, Any]:
    """The name and a copy of the first array; of two coordinates, both."""
    arrays = [n for n in names if _is_array(local[n])]
    if len(arrays) == 1:
        return arrays[0], np.array(local[arrays[0]])
    if len(arrays) > 1 and np.shape(local[arrays[0]]) == np.shape(local[arrays[1]]):
        pair = [np.array(local[n]) for n in arrays[:2]]
        if any(_is_function(local[n]) for n in names):
            return "{} {}".format(*arrays[:2]), np.array(pair)
    if arrays:
        return arrays[0], np.array(local[arrays[0]])
    reals = [n for n in names if isinstance(local[n], (float, int, np.number))]
    if len(reals) > 1 and any(_is_function(local[n]) for n in names):
        return "{} {}".format(*reals[:2]), np.array([local[n] for n in reals[:2]])
    return "", None


def _is_array(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf" and value.ndim > 0
    if not isinstance(value, (list, tuple)) or not 1 < len(value) < 10000:
        return False
    if not isinstance(value[0], (float, int, np.number, np.ndarray, list, tuple)):
        return False
    array = numbers(value)
    return array is not None and array.dtype.kind in "biuf"


def _arrows(arguments: Tuple[Any, ...]) -> Dict[str, Any]:
    """Flat x, y, u, v of the arrows that are drawn, and how many there were to be."""
    try:
        held: List[Any] = [
            np.ma.masked_invalid(np.ma.array(a, float)) for a in arguments[:4]
        ]
        if len(arguments) < 4:
            u, v = np.ma.atleast_2d(*held[:2])
            rows, columns = np.indices(np.shape(u))
            held = [np.ma.array(columns), np.ma.array(rows), u, v]
        x, y, u, v = held
        if x.size != u.size and x.ndim == y.ndim == 1:
            x, y = (np.ma.array(a) for a in np.meshgrid(x, y))
        parts = [np.ma.ravel(a) for a in (x, y, u, v)]
        hidden = functools.reduce(np.logical_or, map(np.ma.getmaskarray, parts))
    except Exception:
        return {"arrows": None, "total": 0, "hidden": 0}
    table = np.array([np.ma.getdata(p)[~hidden] for p in parts], float)
    each = -(-table.shape[1] // MOST_ARROWS) or 1
    return {
        "arrows": table[:, ::each],
        "total": int(table.shape[1]),
        "hidden": int(hidden.sum()),
    }


class _AtImport(importlib.abc.MetaPathFinder):
    """Changes a module as soon as it has been loaded, once."""

    def __init__(self, name: str, change: Callable[[Any], None]) -> None:
        self.name: Optional[str] = name
        self.change = change

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self.name:
            return None
        self.name = None
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            loader = spec.loader
            execute = loader.exec_module

            def execute_and_change(module: Any) -> None:
                execute(module)
                self.change(module)

            loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec


def users_files(own: List[str]) -> Callable[[str], bool]:
    """Tells the user's files from the library's; ``own`` are names that are none."""
    places = ("stdlib", "platstdlib", "purelib", "platlib")
    library = {os.path.realpath(sysconfig.get_path(p)) + os.sep for p in places}
    library.add(os.path.dirname(os.path.realpath(__file__)) + os.sep)
    known: Dict[str, bool] = dict.fromkeys(own, True)

    def is_users(name: str) -> bool:
        if name not in known:
            real = os.path.realpath(name)
            known[name] = not (
                name.startswith("<")
                or real.startswith(tuple(library))
                or "site-packages" in real
            )
        return known[name]

    return is_users


def told(calls: List[Call]) -> Iterator[Tuple[Call, int]]:
    """The calls with the number of their f: one number for all of one code."""
    known: Dict[Any, int] = {}
    for call in calls:
        code = getattr(getattr(call.f, "__func__", call.f), "__code__", None)
        yield call, known.setdefault(code or id(call.f), len(known))
