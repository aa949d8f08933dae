"""A Dask cluster that there is, as a pool: its workers judge what is sent to them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from importlib import metadata
from typing import Any

from msgspec import structs

from gradproof.report.release import __version__
from gradproof.scan import bundle
from gradproof.scan.bundle import Bundle
from gradproof.scan.machine import QUEUED
from gradproof.scan.task import Done, Task, judge

CONNECT_SECONDS = 20


class ClusterError(Exception):
    """Why there is no cluster to be had: a message's id and its text."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message, text)
        self.message, self.text = message, text


class Cluster:
    """Its threads, each of which has a task under way and one that waits.

    A worker that is lost has its tasks done by others: Dask sees to it, and gives up
    a task that loses several.
    """

    def __init__(self, client: Any) -> None:
        from distributed.scheduler import KilledWorker

        self._executor: Executor = client.get_executor(pure=False)
        threads = sum(client.nthreads().values())
        self.width = QUEUED * max(1, threads)
        self.lost: tuple[type[BaseException], ...] = (KilledWorker,)

    def executor(self) -> Executor:
        """The one that there is."""
        return self._executor

    def renew(self) -> None:
        """It mends itself."""


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """The cluster of that scheduler. Raises ClusterError."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("cluster.missing") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError("cluster.unreachable", str(error)) from error
    with client:
        _accept(client)
        yield Cluster(client)


def _accept(client: Any) -> None:
    """See that there are workers that can judge. Raises ClusterError.

    Those without this package could not read a task, and would seem to end by it.
    """
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise ClusterError("cluster.empty") from error
    found = client.run(metadata.version, "gradproof", on_error="return")
    others = {str(each) for each in found.values()} - {__version__}
    if others:
        raise ClusterError("cluster.other", ", ".join(sorted(others)))


def judge_there(packed: tuple[Task, Bundle]) -> Done:
    """Judge a port with the files that came along, as on the machine they are from."""
    task, files = packed
    with bundle.laid_out(files) as root:
        done = judge(replace(task, table=_below(task, str(root))))
    # What a report says of places is said of those that its reader has.
    prefix = str(root).encode()
    lines = tuple(line.replace(prefix, b"") for line in done.lines)
    return Done(done.number, lines, done.page.replace(str(root), ""))


def _below(task: Task, root: str) -> Any:
    """The port's table; what it names absolutely lies below this root."""
    table = task.table
    moved = {
        name: f"{root}{value}"
        for name in ("target", "cwd")
        if (value := getattr(table, name)).startswith("/")
    }
    return structs.replace(table, **moved) if moved else table
