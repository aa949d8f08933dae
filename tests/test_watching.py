"""Programs are watched: which calls are of a gradient, and what f is given there."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.ports.worker.calling import Stop
from gradproof.ports.worker.watching import Call, Watcher

GRID = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])


def watched(program: Callable[[], Any], seconds: float = 60.0) -> Watcher:
    """Run a program of this file and watch it."""
    watcher = Watcher(lambda name: name == __file__, time.perf_counter() + seconds)
    watcher.start()
    try:
        program()
    except (Stop, ZeroDivisionError):
        pass
    finally:
        watcher.stop()
    return watcher


def only(watcher: Watcher) -> Call:
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
