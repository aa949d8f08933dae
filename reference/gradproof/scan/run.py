"""Many tasks in an executor: what ends its workers is found out, and named.

When a worker is lost, so may be what others had in hand. All of that is tried again,
one after the other: what ends a worker then has done so by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from gradproof.scan.task import Done, Task

MAX_ALONE = 2
"""How often what may have ended a worker is tried by itself: one may end by chance."""

Judge = Callable[[Any], Done]
"""What judges a task, or what became of it for the way."""
Pack = Callable[[Task], Any]


class Pool(Protocol):
    """Where tasks are judged, ``width`` of them at once."""

    width: int
    lost: tuple[type[BaseException], ...]
    """What is raised of a task whose worker has ended."""

    def executor(self) -> Executor:
        """One that works; another one after `renew`."""

    def renew(self) -> None:
        """Give up the executor that there is."""


def results(
    tasks: Iterable[Task], pool: Pool, judge: Judge, pack: Pack = lambda task: task
) -> Iterator[Done | Task]:
    """What comes of each, as it comes; a task itself if it ends every worker.

    What is sent is the task as ``pack`` makes it, when its turn comes.
    """
    by = _Packed(judge, pack)
    suspects: list[Task] = []
    yield from _round(iter(tasks), pool, pool.width, by, suspects)
    for task in sorted(suspects, key=lambda each: each.number):
        yield from _alone(task, pool, by)


@dataclass(frozen=True)
class _Packed:
    judge: Judge
    pack: Pack


def _alone(task: Task, pool: Pool, by: _Packed) -> Iterator[Done | Task]:
    for _ in range(MAX_ALONE):
        lost: list[Task] = []
        yield from _round(iter([task]), pool, 1, by, lost)
        if not lost:
            return
    yield task


def _round(
    tasks: Iterator[Task], pool: Pool, width: int, by: _Packed, lost: list[Task]
) -> Iterator[Done]:
    """Judge tasks, so many at once; those whose worker ended are ``lost``."""
    running: dict[Future[Done], Task] = {}
    while True:
        for task in islice(tasks, width - len(running)):
            running[_submitted(pool, by, task)] = task
        if not running:
            return
        ended = False
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, pool.lost):
                lost.append(task)
                ended = True
            else:
                raise error
        if ended:
            for future in [f for f in running if f.done() and f.exception()]:
                lost.append(running.pop(future))
            pool.renew()


def _submitted(pool: Pool, by: _Packed, task: Task) -> Future[Done]:
    try:
        return pool.executor().submit(by.judge, by.pack(task))
    except pool.lost:
        # It was lost meanwhile: another one has not been.
        pool.renew()
        return pool.executor().submit(by.judge, by.pack(task))
