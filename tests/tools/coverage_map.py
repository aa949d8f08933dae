"""Which tests run a line: told by Coverage's contexts, one a test."""

from __future__ import annotations

import ast
import multiprocessing
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec
import pytest
from coverage import Coverage

Definition = (ast.FunctionDef, ast.AsyncFunctionDef)


class Map(msgspec.Struct, frozen=True):
    """Seconds of each test, and the tests that run each line of each file."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def cheapest(self, ids: Iterable[str], limit: float) -> list[str]:
        """The shortest of each file in turn, as many as take so many seconds together.

        One at least. What files are about differs more than their tests do.
        """
        chosen: list[str] = []
        spent = 0.0
        for _, seconds, name in sorted(self._ranked(ids)):
            spent += seconds
            if chosen and spent > limit:
                break
            chosen.append(name)
        return chosen

    def _ranked(self, ids: Iterable[str]) -> Iterator[tuple[int, float, str]]:
        """Each with its rank among those of its file, and its seconds."""
        ranks: Counter[str] = Counter()
        for name in sorted(ids, key=lambda i: (self.seconds[i], i)):
            file = name.partition("::")[0]
            yield ranks[file], self.seconds[name], name
            ranks[file] += 1

    def running(self, path: str, source: str, line: int) -> set[str]:
        """The tests that run what stands there.

        Of a function's head, those that run the function; of what is outside of
        functions, all that run the module.
        """
        lines = self.lines.get(path, {})
        for number in _lines_with(ast.parse(source), line):
            if found := {test for n in number for test in lines.get(n, ())}:
                return found
        return set()


def _lines_with(tree: ast.Module, line: int) -> Iterator[range]:
    """Of the statement around a line, then of its function, then of the module."""
    inside = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and line in _all_of(node)
    ]
    functions = [n for n in inside if isinstance(n, Definition) and line in _body(n)]
    if functions:
        smallest = min(inside, key=lambda node: len(_all_of(node)))
        yield _head(smallest) if line in _head(smallest) else _all_of(smallest)
    for function in sorted(functions or inside, key=lambda n: len(_all_of(n))):
        if isinstance(function, Definition):
            yield _body(function)
    bodies = [n for n in ast.walk(tree) if isinstance(n, Definition)]
    yield from [range(0)] if not bodies else []
    yield range(min((_body(n).start for n in bodies), default=0), 10**6)


def _all_of(node: ast.stmt) -> range:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return range(first, (node.end_lineno or node.lineno) + 1)


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    return range(node.body[0].lineno, (node.end_lineno or 0) + 1)


def _head(node: ast.stmt) -> range:
    """Of a compound statement, what stands before its body."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body:
        return _all_of(node)
    return range(_all_of(node).start, max(body[0].lineno, _all_of(node).start + 1))


class _Recorder:
    """Given to pytest: says to Coverage which test is run, and takes its time."""

    def __init__(self, measured: Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        self.measured.switch_context(item.nodeid)
        began = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - began
            self.measured.switch_context("outside")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)


def _measured(root: Path, include: Sequence[str], words: Sequence[str]) -> Map:
    measured = Coverage(
        data_file=None, config_file=False, include=[str(root / i) for i in include]
    )
    measured.start()
    recorder = _Recorder(measured)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no"]
    pytest.main([*options, "--assert", "plain", *words], plugins=[recorder])
    measured.stop()
    data = measured.get_data()
    seconds = {n: s for n, s in recorder.seconds.items() if n not in recorder.failed}
    lines = {
        str(Path(path).relative_to(root)): {
            line: kept
            for line, tests in data.contexts_by_lineno(path).items()
            if (kept := [t for t in tests if t in seconds])
        }
        for path in data.measured_files()
    }
    return Map(seconds, lines)


def measure(
    root: Path,
    include: Sequence[str],
    files: Sequence[str],
    jobs: int,
    once: bool = False,
) -> Map:
    """Run the tests, those that fail left out.

    ``include`` are patterns of the files whose lines are told. With ``once`` tests that
    are marked so are among them.
    """
    parts = [list(files[start::jobs]) for start in range(min(jobs, len(files)))]
    marks = [] if once else ["-m", "not once"]
    words = [[*marks, *part] for part in parts]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context) as pool:
        waiting = [pool.submit(_measured, root, include, part) for part in words]
        return _together([w.result() for w in waiting])


def _together(maps: Sequence[Map]) -> Map:
    seconds: dict[str, float] = {}
    lines: defaultdict[str, defaultdict[int, list[str]]]
    lines = defaultdict(lambda: defaultdict(list))
    for part in maps:
        seconds.update(part.seconds)
        for path, tests in part.lines.items():
            for line, names in tests.items():
                lines[path][line].extend(names)
    return Map(seconds, {path: dict(found) for path, found in lines.items()})
