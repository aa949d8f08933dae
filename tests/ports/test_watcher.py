"""Programs are watched: which calls are of a gradient, and what f is given there."""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from gradproof.ports.worker.core.calls import StopError
from gradproof.ports.worker.watch import registry
from gradproof.ports.worker.watch.call_record import WatchedCall
from gradproof.ports.worker.watch.watcher import Watcher

GRID = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])


def watched(program: Callable[[], Any], seconds: float = 60.0) -> Watcher:
    """Run a program of this file and watch it."""
    watcher = Watcher(lambda name: name == __file__, time.perf_counter() + seconds)
    watcher.start()
    try:
        program()
    except (StopError, ZeroDivisionError):
        pass
    finally:
        watcher.stop()
    return watcher


def only(watcher: Watcher) -> WatchedCall:
    (call,) = watcher.calls
    return call


def bowl(x: Any) -> Any:
    return np.sum(np.asarray(x) ** 2)


def at_point(f: Any, x: Any) -> Any:
    slopes = np.zeros(len(x))
    for i in range(len(x)):
        d = np.zeros(len(x))
        d[i] = 1e-4
        slopes[i] = (f(x + d) - f(x - d)) / 2e-4
    return slopes


def by_rows(f: Any, X: Any) -> Any:
    return np.array([at_point(f, row) for row in X])


def descend(f: Any, x: Any) -> Any:
    x = x.copy()
    for _ in range(3):
        x -= 0.1 * at_point(f, x)
    return x


def swallow(f: Any, x: Any) -> None:
    at_point(f, x)


def broken(f: Any, x: Any) -> Any:
    f(x)
    return 1 / 0


def of_bowl(x: Any) -> Any:
    slopes = np.zeros(2)
    for i in range(2):
        d = 1e-4 * np.eye(2)[i]
        slopes[i] = (bowl(x + d) - bowl(x - d)) / 2e-4
    return slopes


def two(f: Any, x: Any, y: Any) -> Any:
    return (
        (f(x + 1e-4, y) - f(x - 1e-4, y)) / 2e-4,
        (f(x, y + 1e-4) - f(x, y - 1e-4)) / 2e-4,
    )


def test_a_batch_is_one_call_and_its_points_are_counted() -> None:
    call = only(watched(lambda: by_rows(bowl, GRID.T)))
    assert (call.code.co_name, call.x_name, call.f_name) == ("by_rows", "X", "f")
    assert call.seen == {("array", (2,), ()): 12}
    assert call.points[0] == [1e-4, 3.0]
    assert call.ended
    assert call.result is not None
    assert call.result.shape == (3, 2)


def test_rows_that_are_no_points_are_told_by_their_shape() -> None:
    call = only(watched(lambda: by_rows(bowl, GRID)))
    assert call.seen == {("array", (3,), ()): 12}
    assert len(call.samples) == 4


def test_a_descent_is_not_a_gradient_but_its_steps_are() -> None:
    calls = watched(lambda: descend(bowl, np.ones(2))).calls
    assert [call.code.co_name for call in calls] == ["at_point"] * 3


def test_a_function_that_gives_nothing_back_is_looked_through() -> None:
    assert only(watched(lambda: swallow(bowl, np.ones(2)))).code.co_name == "at_point"


def test_a_call_that_fails_is_told_of_with_what_f_was_given() -> None:
    call = only(watched(lambda: broken(bowl, GRID)))
    assert not call.ended
    assert call.seen == {("array", (2, 3), ()): 1}


def test_a_call_that_is_out_of_time_is_told_of_too() -> None:
    call = only(watched(lambda: by_rows(slow, GRID), seconds=0.05))
    assert not call.ended
    assert call.code.co_name in ("by_rows", "at_point")
    assert ("array", (3,), ()) in call.seen


def slow(x: Any) -> float:
    time.sleep(0.01)
    return 0.0


def test_a_global_function_that_is_asked_again_and_again_is_an_f() -> None:
    call = only(watched(lambda: of_bowl(np.ones(2))))
    assert call.f is bowl
    assert sum(call.seen.values()) == 4


@pytest.mark.parametrize(
    "f",
    [
        bowl,
        lambda x: bowl(x),
        functools.partial(bowl),
        np.sum,
        type("F", (), {"__call__": lambda self, x: 1.0})(),
    ],
    ids=["function", "lambda", "partial", "builtin", "object"],
)
def test_f_may_be_anything_that_is_called(f: Any) -> None:
    call = only(watched(lambda: at_point(f, np.ones(2))))
    assert call.f is f
    assert sum(call.seen.values()) == 4


def test_two_coordinates_are_a_point_and_arrays_of_them_are_points() -> None:
    call = only(watched(lambda: two(lambda x, y: x * y, GRID[0], GRID[1])))
    assert call.seen == {("arrays", (2, 3), (3,)): 4}
    assert np.array_equal(call.x, GRID)
    call = only(watched(lambda: two(lambda x, y: x * y, 1.0, 2.0)))
    assert call.seen == {("numbers", (2,), ()): 4}


def test_f_is_the_users_own_again_when_the_watch_is_over() -> None:
    kept = []

    def keep(f: Any, x: Any) -> Any:
        kept.append(f)
        return at_point(f, x)

    watched(lambda: keep(bowl, np.ones(2)))
    assert kept[0] is not bowl
    assert kept[0].__wrapped__ is bowl
    assert kept[0](np.ones(2)) == 2.0


def test_what_f_does_to_its_argument_does_not_change_the_record() -> None:
    def spoil(x: Any) -> float:
        x[:] = 77
        return 0.0

    call = only(watched(lambda: at_point(spoil, np.ones(2))))
    assert call.points == [[1.0001, 1.0], [0.9999, 1.0], [1.0, 1.0001], [1.0, 0.9999]]


def two_of(x: Any) -> Any:
    a, b = x
    return a * b


def per_element(f: Any, x: Any) -> Any:
    return np.array([f(x[i]) for i in range(len(x))])


def tries(f: Any, x: Any) -> Any:
    try:
        f(np.ones(3))
    except ValueError:
        return at_point(f, x)


@pytest.mark.parametrize(
    ("program", "given", "samples"),
    [
        (lambda: at_point(two_of, np.ones(3)), ("array", (3,), None), 1),
        (lambda: per_element(two_of, np.ones(2)), ("number", (), None), 1),
        (lambda: at_point(lambda x: x[2], np.ones(2)), ("array", (2,), None), 0),
        (lambda: two(lambda x, y: 1 / 0, 1.0, 2.0), ("numbers", (2,), None), 0),
    ],
    ids=["rows", "numbers", "a point", "coordinates"],
)
def test_what_f_was_given_counts_even_if_it_raises(
    program: Callable[[], Any], given: Any, samples: int
) -> None:
    def caught() -> None:
        with pytest.raises((ValueError, TypeError, IndexError, ZeroDivisionError)):
            program()

    call = only(watched(caught))
    assert call.seen == {given: 1}
    assert (len(call.samples), len(call.points)) == (samples, 1 - samples)
    assert not call.ended


def test_what_f_refuses_is_told_from_what_it_answers() -> None:
    call = only(watched(lambda: tries(two_of, np.ones(2))))
    assert call.seen == {("array", (3,), None): 1, ("array", (2,), ()): 4}
    assert call.ended


# ways in which a call may go


def deep(f: Any, x: Any, depth: int) -> Any:
    return deep(f, x, depth - 1) if depth else broken(f, x)


def test_an_exception_that_unwinds_many_frames_leaves_the_watch_in_order() -> None:
    def program() -> None:
        with pytest.raises(ZeroDivisionError):
            deep(bowl, np.ones(2), 5)
        at_point(bowl, np.ones(2))

    first, second = watched(program).calls
    assert (first.code.co_name, first.ended) == ("broken", False)
    assert (second.code.co_name, second.ended) == ("at_point", True)
    assert sum(second.seen.values()) == 4


def recursive(f: Any, x: Any) -> Any:
    if x.ndim > 1:
        return np.array([recursive(f, row) for row in x])
    return at_point(f, x)


def test_a_routine_that_calls_itself_for_each_row_is_one_call() -> None:
    call = only(watched(lambda: recursive(bowl, GRID.T)))
    assert call.seen == {("array", (2,), ()): 12}
    assert len(call.points) == 12


def points_of(X: Any) -> Iterator[Any]:
    yield from X


def test_rows_from_a_generator_are_calls_like_others() -> None:
    calls = watched(lambda: [at_point(bowl, p) for p in points_of(GRID.T)]).calls
    assert len(calls) == 3


def lazily(f: Any, X: Any) -> Iterator[Any]:
    for row in X:
        yield at_point(f, row)


def test_a_generator_of_gradients_is_looked_through() -> None:
    calls = watched(lambda: list(lazily(bowl, GRID.T))).calls
    assert [call.code.co_name for call in calls] == ["at_point"] * 3
    assert all(call.f is bowl for call in calls)


def in_thread(run: Callable[[], Any]) -> None:
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_gradient_call_in_a_thread_is_seen() -> None:
    call = only(watched(lambda: in_thread(lambda: by_rows(bowl, GRID.T))))
    assert call.code.co_name == "by_rows"
    assert call.seen == {("array", (2,), ()): 12}


def test_calls_in_threads_at_one_time_are_told_apart() -> None:
    together = threading.Barrier(3, timeout=30)

    def waits(x: Any) -> Any:
        together.wait()
        return bowl(x)

    def program() -> None:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda p: at_point(waits, p), GRID.T))

    calls = watched(program).calls
    assert len(calls) == 3
    for call in calls:
        assert call.seen == {("array", (2,), ()): 4}
        assert np.abs(np.array(call.points) - call.x).max() < 1e-3


def pooled(f: Any, X: Any) -> Any:
    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(lambda p: at_point(f, p), X)))


def test_a_routine_that_shares_its_rows_among_threads_is_one_call() -> None:
    call = only(watched(lambda: pooled(bowl, GRID.T)))
    assert (call.code.co_name, call.ended) == ("pooled", True)
    assert call.seen == {("array", (2,), ()): 12}


def threaded(f: Any, x: Any) -> Any:
    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(f, [x, x])))


def test_f_may_be_called_in_threads_of_the_routines_own() -> None:
    call = only(watched(lambda: threaded(bowl, np.ones(2))))
    assert call.seen == {("array", (2,), ()): 2}


@pytest.mark.parametrize("how", [sys.setprofile, threading.setprofile, sys.settrace])
def test_a_profile_function_of_the_programs_own_does_not_end_the_watch(
    how: Callable[..., Any],
) -> None:
    name, home = how.__name__, sys.modules[how.__module__]

    def program() -> None:
        before = sys.gettrace()
        getattr(home, name)(lambda *_: None)
        at_point(bowl, np.ones(2))
        getattr(home, name)(before if name == "settrace" else None)

    call = only(watched(program))
    assert sum(call.seen.values()) == 4
    assert getattr(home, name) is how


def test_a_program_that_is_traced_line_by_line_is_watched_as_well() -> None:
    lines = 0

    def trace(frame: Any, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line" and len(frame.f_locals) > 0
        return trace

    def program() -> None:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            by_rows(bowl, GRID.T)
        finally:
            sys.settrace(before)

    call = only(watched(program))
    assert call.seen == {("array", (2,), ()): 12}
    assert call.ended
    assert lines > 12


def test_the_watch_may_be_ended_and_begun_again() -> None:
    watcher = Watcher(lambda name: name == __file__, time.perf_counter() + 60)
    for _ in range(2):
        watcher.start()
        at_point(bowl, np.ones(2))
        watcher.stop()
        at_point(bowl, np.ones(2))
    assert len(watcher.calls) == 2


# f that is no argument, and arguments that are not usual


def closed_over(f: Any) -> Any:
    def gradient(x: Any) -> Any:
        return np.array([f(x + d) - f(x - d) for d in 1e-4 * np.eye(2)]) / 2e-4

    return gradient


class _Holder:
    def __init__(self, f: Any = None, x: Any = None) -> None:
        self.f, self.x = f, x

    def loss(self, x: Any) -> Any:
        return bowl(x)

    def of_attribute(self, x: Any) -> Any:
        d = 1e-4 * np.eye(2)
        return np.array([self.f(x + e) - self.f(x - e) for e in d]) / 2e-4

    def of_method(self, x: Any) -> Any:
        d = 1e-4 * np.eye(2)
        return np.array([self.loss(x + e) - self.loss(x - e) for e in d]) / 2e-4

    @staticmethod
    def plain(f: Any, x: Any) -> Any:
        return at_point(f, x)

    @classmethod
    def of_class(cls, f: Any, x: Any) -> Any:
        return at_point(f, x)

    def method(self, f: Any, x: Any) -> Any:
        return at_point(f, x)


def keywords(*, x: Any, f: Any) -> Any:
    return at_point(f, x)


def anything(*args: Any) -> Any:
    f, x = args
    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4 * np.ones(2)


def decorated(routine: Any) -> Any:
    @functools.wraps(routine)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return routine(*args, **kwargs)

    return inner


ONE = np.ones(2)


@pytest.mark.parametrize(
    ("program", "count"),
    [
        (lambda: closed_over(bowl)(ONE), 4),
        (lambda: _Holder(bowl).of_attribute(ONE), 4),
        (lambda: _Holder(bowl, ONE).of_attribute(ONE), 4),
        (lambda: _Holder().of_method(ONE), 4),
        (lambda: at_point(_Holder().loss, ONE), 4),
        (lambda: _Holder.plain(bowl, ONE), 4),
        (lambda: _Holder.of_class(bowl, ONE), 4),
        (lambda: _Holder().method(bowl, ONE), 4),
        (lambda: keywords(f=bowl, x=ONE), 4),
        (lambda: anything(bowl, ONE), 2),
        (lambda: decorated(at_point)(bowl, ONE), 4),
        (lambda: at_point(decorated(bowl), ONE), 4),
        (lambda: at_point(f=bowl, x=ONE), 4),
        (lambda: at_point(functools.partial(bowl), ONE), 4),
        (lambda: (lambda f, x: at_point(f, x))(bowl, ONE), 4),
    ],
    ids=[
        "of an outer function",
        "attribute",
        "attribute that came with an array",
        "method",
        "bound method as f",
        "static method",
        "class method",
        "method with f",
        "keywords alone",
        "further arguments",
        "decorated routine",
        "decorated f",
        "by keyword",
        "partial",
        "lambda",
    ],
)
def test_a_gradient_is_seen_however_it_is_written(
    program: Callable[[], Any], count: int
) -> None:
    call = only(watched(program))
    assert call.seen == {("array", (2,), ()): count}
    assert call.f is not None
    assert call.ended


def many(X: Any) -> Any:
    return (X**2).sum(axis=1)


def test_an_f_of_batches_that_is_a_global_is_told_with_its_answers() -> None:
    def slopes(X: Any) -> Any:
        d = 1e-4 * np.eye(2)
        return np.stack([(many(X + e) - many(X - e)) / 2e-4 for e in d], axis=1)

    call = only(watched(lambda: slopes(GRID.T)))
    assert call.seen == {("array", (3, 2), (3,)): 4}
    assert call.f is many


def test_a_function_is_left_alone_after_many_calls_that_were_none() -> None:
    def add(a: Any, b: Any) -> Any:
        return a + b

    def program() -> None:
        for i in range(registry.MAX_IDLE_CALLS + 10):
            add(i, 1)
            if i % 500 == 0:
                at_point(bowl, ONE)

    watcher = watched(program)
    assert len(watcher.calls) == 3
    assert watcher.watches(at_point.__code__)
    assert not watcher.watches(add.__code__)


def test_an_f_that_was_left_alone_is_heard_again_where_it_is_a_global() -> None:
    def program() -> None:
        for _ in range(registry.MAX_IDLE_CALLS + 10):
            bowl(ONE)
        at_point(bowl, ONE)
        of_bowl(ONE)

    first, second = watched(program).calls
    assert (first.code.co_name, second.code.co_name) == ("at_point", "of_bowl")
    assert sum(second.seen.values()) == 4


def test_numbers_that_are_asked_for_first_do_not_hide_the_points() -> None:
    def program() -> None:
        for t in range(300):
            at_any(bowl, float(t))
        at_any(bowl, ONE)

    assert only(watched(program)).seen == {("array", (2,), ()): 2}


def at_any(f: Any, x: Any) -> Any:
    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4 * np.ones(np.shape(x))


def wrapping(f: Any, x: Any) -> Any:
    @functools.wraps(f)
    def counted(p: Any) -> Any:
        return f(p)

    return at_point(counted, x)


def test_a_routine_may_wrap_its_f() -> None:
    call = only(watched(lambda: wrapping(bowl, ONE)))
    assert (call.code.co_name, call.f) == ("wrapping", bowl)
    assert call.seen == {("array", (2,), ()): 4}


def coordinates(f: Any, x: Any, y: Any) -> Any:
    return (f(x + 1e-4, y) - f(x - 1e-4, y)) / 2e-4, f(x, y + 1e-4) - f(x, y - 1e-4)


def test_an_f_may_keep_its_values_or_be_made_for_arrays() -> None:
    kept = functools.lru_cache(lambda x, y: x * y)
    call = only(watched(lambda: coordinates(kept, 1.0, 2.0)))
    assert (call.f, call.seen) == (kept, {("numbers", (2,), ()): 4})
    many = np.vectorize(lambda x, y: x * y)
    call = only(watched(lambda: coordinates(many, GRID[0], GRID[1])))
    assert (call.f, call.seen) == (many, {("arrays", (2, 3), (3,)): 4})
