"""Try mutants in forks of one process that has collected the tests.

Nothing is imported anew: in the fork the code of the functions that differ is put in
the place of theirs. That is how nearly all mutants can be tried; what a module does
when it is imported cannot be changed so.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType

import pytest

HANGS_SECONDS = 900.0
"""Of wall time: what takes so long waits for something that does not come."""
CANNOT = 71
"""The exit code of a fork in which the change cannot be made."""


@dataclass(frozen=True)
class Job:
    """A file, its source as it is and as it is to be, and the tests that are to notice.

    ``limit`` is of the processor time, in seconds.
    """

    path: Path
    source: str
    mutated: str
    tests: Sequence[str]
    limit: float


@dataclass(frozen=True)
class Result:
    """Whether a test noticed, and which: of a change that cannot be made, None."""

    killed: bool | None
    by: str = ""


def changed(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """The functions that differ, outermost first; None if more does."""
    functions = old.co_flags & 2  # CO_NEWLOCALS: no module and no body of a class
    if not functions and _own(old) != _own(new):
        return None
    inner: list[tuple[CodeType, CodeType]] = []
    for a, b in zip(_inner(old), _inner(new), strict=False):
        if a == b:
            continue
        below = changed(a, b)
        if below is None:
            return None
        inner += below
    return [(old, new), *inner] if functions else inner


def _own(code: CodeType) -> tuple[object, ...]:
    constants = [repr(c) for c in code.co_consts if not isinstance(c, CodeType)]
    nested = [c.co_name for c in _inner(code)]
    return code.co_code, constants, nested, code.co_names


def _inner(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def functions_of(paths: Collection[str]) -> dict[CodeType, list[FunctionType]]:
    """The functions that there are of these files, by their code."""
    found: dict[CodeType, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in paths:
            found.setdefault(each.__code__, []).append(each)
    return found


def swap(job: Job, functions: Mapping[CodeType, Sequence[FunctionType]]) -> bool:
    """Whether the functions that there are could be changed so."""
    name = str(job.path)
    pairs = changed(*(compile(s, name, "exec") for s in (job.source, job.mutated)))
    exchanged = [(f, now) for was, now in pairs or () for f in functions.get(was, ())]
    for function, now in exchanged:
        try:
            function.__code__ = now
        except ValueError:  # it closes over other names
            return False
    return bool(exchanged)


@dataclass
class _Fork:
    index: int
    pid: int
    pipe: int
    began: float = field(default_factory=time.monotonic)


class Trying:
    """Given to pytest: in the place of the tests, it runs them once for each job."""

    def __init__(
        self,
        jobs: Sequence[Job],
        at_once: int,
        modules: Sequence[str],
        told: Callable[[int, bool | None], None] | None = None,
    ) -> None:
        self.told = told
        self.jobs = jobs
        self.at_once = at_once
        self.modules = modules
        self.results: dict[int, Result] = {}
        self.killers: dict[Path, list[str]] = {}
        self.functions: dict[CodeType, list[FunctionType]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for name in self.modules:
            importlib.import_module(name)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        waiting = list(enumerate(self.jobs))[::-1]
        running: list[_Fork] = []
        gc.collect()
        self.functions = functions_of({str(job.path) for job in self.jobs})
        gc.freeze()  # what is not touched is not copied for a fork
        with tempfile.TemporaryDirectory() as folder:
            while waiting or running:
                while waiting and len(running) < self.at_once:
                    index, job = waiting.pop()
                    running.append(self._start(index, job, items, folder))
                ended = _first_ended(running)
                running.remove(ended)
                self._end(ended)
                shutil.rmtree(Path(folder, str(ended.index)), ignore_errors=True)
        return True

    def _start(
        self, index: int, job: Job, items: Mapping[str, pytest.Item], folder: str
    ) -> _Fork:
        first = [t for t in self.killers.get(job.path, []) if t in set(job.tests)]
        tests = dict.fromkeys([*first, *job.tests])
        chosen = [items[t] for t in tests if t in items]
        reading, writing = os.pipe()
        own = Path(folder, str(index))
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if not pid:
            os.close(reading)
            _be(lambda: swap(job, self.functions), job, chosen, writing, own)
        os.close(writing)
        return _Fork(index, pid, reading)

    def _end(self, fork: _Fork) -> None:
        with open(fork.pipe, encoding="utf-8") as told:
            by = told.read()
        _, status = os.waitpid(fork.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        killed = None if code == CANNOT else code != 0
        self.results[fork.index] = Result(killed, by or f"ended with {code}")
        if by:
            killers = self.killers.setdefault(self.jobs[fork.index].path, [])
            if by in killers:
                killers.remove(by)
            killers.insert(0, by)
            del killers[5:]
        if self.told and not killed:
            self.told(fork.index, killed)


def _first_ended(running: Sequence[_Fork]) -> _Fork:
    """One that has closed its pipe, by its end or by ours."""
    by_pipe = {fork.pipe: fork for fork in running}
    while True:
        ready, _, _ = select.select(list(by_pipe), [], [], 5.0)
        if ready:
            return by_pipe[ready[0]]
        for fork in running:
            if time.monotonic() - fork.began > HANGS_SECONDS:
                os.killpg(fork.pid, signal.SIGKILL)
                return fork


def _be(
    made: Callable[[], bool],
    job: Job,
    items: Sequence[pytest.Item],
    writing: int,
    folder: Path,
) -> None:
    """Be a process that runs the tests with a change, and ends."""
    code = 70
    try:
        os.setsid()
        limit = round(job.limit) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        folder.mkdir()
        os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = str(folder)
        code = _noticed(items, writing) if made() else CANNOT
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _noticed(items: Sequence[pytest.Item], writing: int) -> int:
    for item, following in zip(items, [*items[1:], None], strict=True):
        session = item.session
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os.write(writing, item.nodeid.encode())
            return 1
    return 0


def tried(
    jobs: Sequence[Job],
    files: Sequence[str],
    at_once: int,
    modules: Sequence[str],
    plugins: Sequence[object] = (),
    told: Callable[[int, bool | None], None] | None = None,
) -> list[Result]:
    """What became of each job, in their order.

    ``modules`` are imported before, ``files`` hold the tests.
    """
    trying = Trying(jobs, at_once, modules, told)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no"]
    words = [*options, "--assert", "plain", *files]
    pytest.main(words, plugins=[trying, *plugins])
    return [trying.results[index] for index in range(len(jobs))]
