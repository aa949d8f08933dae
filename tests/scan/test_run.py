"""Tasks in an executor: what ends its workers is named, and costs nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from typing import Any

import pytest

from gradproof.project.config import PortTable
from gradproof.report.scan_lines import ScanRecord
from gradproof.scan import run
from gradproof.scan.task import Done, Manner, Task

RECORD = ScanRecord("", 0, 1, "", [], "", "")


def task(number: int) -> Task:
    return Task(number, PortTable(f"{number}.py:f"), Manner(), RECORD)


class Fragile(Executor):
    """Ends with all that is under way when a killer comes; it runs them at the end."""

    def __init__(self, killers: set[int]) -> None:
        self.killers, self.broken = killers, False
        self.waiting: list[tuple[Future[Any], Callable[[], Any], int]] = []

    def submit(self, fn: Any, /, *args: Any, **_: Any) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args), args[0].number))
        return future

    def work(self) -> None:
        """One step; with a killer in hand it is the end of all."""
        killed = any(number in self.killers for _, _, number in self.waiting)
        for future, call, _ in self.waiting:
            if killed:
                self.broken = True
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(call())
        self.waiting.clear()


class FragilePool:
    """Executors that a killer breaks, one after the other."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, width: int, killers: set[int] = frozenset()) -> None:  # type: ignore[assignment] # never changed
        self.width, self.killers, self.renewed = width, killers, 0
        self.now = Fragile(killers)

    def executor(self) -> Executor:
        return self.now

    def renew(self) -> None:
        self.renewed += 1
        self.now = Fragile(self.killers)


def done(each: Task) -> Done:
    return Done(each.number, (b"",))


@pytest.fixture(autouse=True)
def _steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Waiting has a fragile executor do its work."""

    def waits(given: Any, **options: Any) -> Any:
        for pool in pools:
            pool.now.work()
        return wait(given, **options)

    monkeypatch.setattr(run, "wait", waits)
    yield
    pools.clear()


pools: list[FragilePool] = []


def outcome(killers: set[int], width: int, tasks: int = 10) -> tuple[Any, int]:
    pool = FragilePool(width, killers)
    pools.append(pool)
    found = run.results([task(n) for n in range(tasks)], pool, done)
    return sorted((each.number, isinstance(each, Task)) for each in found), pool.renewed


@pytest.mark.parametrize("width", [1, 3, 10])
def test_each_is_judged_once(width: int) -> None:
    found, renewed = outcome(set(), width)
    assert found == [(n, False) for n in range(10)]
    assert not renewed


@pytest.mark.parametrize("width", [1, 3, 10])
@pytest.mark.parametrize("killers", [{4}, {0, 9}, set(range(10))])
def test_what_ends_its_worker_is_named_and_the_others_are_judged(
    width: int, killers: set[int]
) -> None:
    found, renewed = outcome(killers, width)
    assert found == [(n, n in killers) for n in range(10)]
    assert renewed <= len(killers) * (1 + run.MAX_ALONE)


def test_what_judging_raises_is_raised() -> None:
    class Threads:
        width = 2
        lost: tuple[type[BaseException], ...] = (BrokenExecutor,)
        threads = ThreadPoolExecutor(2)

        def executor(self) -> Executor:
            return self.threads

        def renew(self) -> None:
            raise AssertionError

    def fails(_: Task) -> Done:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(run.results([task(1)], Threads(), fails))
