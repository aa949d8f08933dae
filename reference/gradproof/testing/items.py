"""The items of ``pytest --gradproof TARGET``: nothing is run before an item is set up.

A port whose role is declared has one for each clause. One whose role must be inferred
has one for all, and its clauses are told of as parts of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest

from gradproof.project.config import ConfigError, PortTable, read
from gradproof.report.ci.results import BAD, ClauseResult, Suite
from gradproof.report.index import clauses_of
from gradproof.report.language import wanted
from gradproof.testing.failures import ClauseError, of_results, represented
from gradproof.testing.judged_ports import PROJECT, judged

WHOLE = "clauses"
"""The name of the item of a port whose role is inferred."""

SUB = {"expected": "xfailed", "hoped": "xfailed", "error": "failed"}
"""Outcomes in pytest's words."""


def collected(session: pytest.Session, ids: Sequence[str]) -> Iterator[pytest.Item]:
    """The items of the ports that the command line names, and of the project's.

    Of ports that only ``ids`` name it is these. Raises pytest.UsageError for a table,
    or an id, that cannot be used.
    """
    wanted = set(ids)
    by_id = {id.rpartition("::")[0] for id in ids}
    for table in _tables(session.config, by_id):
        port = PortCollector.from_parent(
            session, name=table.target, nodeid=table.target, table=table
        )
        items = list(port.collect())
        chosen = [item for item in items if item.nodeid in wanted]
        if not chosen and table.target not in by_id:
            chosen = items
        # It is these reports that pytest counts.
        report = pytest.CollectReport(port.nodeid, "passed", None, [*chosen])
        session.ihook.pytest_collectreport(report=report)
        yield from chosen
        wanted -= {item.nodeid for item in items}
    if wanted:
        raise pytest.UsageError(f"there is no {', '.join(sorted(wanted))}")


def _tables(config: pytest.Config, by_id: Collection[str]) -> list[PortTable]:
    """The ports: those of the command line, as they are declared if they are."""
    role = config.getoption("--gradproof-role")
    named = dict.fromkeys([*config.getoption("--gradproof"), *by_id])
    project = config.getoption("--gradproof-project")
    declared: list[PortTable] = []
    if project or by_id:
        try:
            config.stash[PROJECT] = read(config.rootpath / "pyproject.toml")
            declared = list(config.stash[PROJECT].ports.values())
        except ConfigError as error:
            language = config.getoption("--gradproof-lang") or wanted()
            raise pytest.UsageError(error.said(language)) from error
    known = {table.target: table for table in declared}
    tables = [known.get(target, PortTable(target, role)) for target in named]
    return tables + [t for t in declared if project and t.target not in named]


class PortCollector(pytest.Collector):
    """A port: it is examined in a child process when its first item is set up.

    So a port that hangs or crashes fails its own tests, and not the run.
    """

    def __init__(self, table: PortTable, **options: Any) -> None:
        super().__init__(**options)
        self.table = table
        self.told_of_loading = False

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each clause of a role that is declared; else one for all."""
        role = self.table.role
        if role is None:
            yield WholeItem.from_parent(self, name=WHOLE)
            return
        names = {clause.id: clause.name for clause in clauses_of(role)}
        labels = [f"{id}-{name}" for id, name in names.items()]
        labels += [f"expects-{id}" for id in sorted(set(self.table.expect) - {*names})]
        labels += ["diagnosis"] if self.table.diagnosis else []
        for label in labels:
            yield ClauseItem.from_parent(self, name=label)

    def suites(self) -> list[Suite]:
        """What comes of the port."""
        return judged(self.table, self.config)


class _Item(pytest.Item):
    """An item that is no function: where it is, and how its failure reads."""

    parent: PortCollector
    file: Any = None

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.config.rootpath, None, f"{self.name} of {self.parent.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        if isinstance(excinfo.value, ClauseError):
            return represented(excinfo.value, self.file, 0)
        return super().repr_failure(excinfo)


class ClauseItem(_Item):
    """One clause of a port whose role is declared."""

    result: ClauseResult

    def setup(self) -> None:
        """Have the port judged. Of one that cannot be loaded one item says why."""
        found = [r for suite in self.parent.suites() for r in suite.results]
        named = {label_of(result): result for result in found}
        if self.name in named:
            self.result = named[self.name]
            return
        if self.parent.told_of_loading:
            pytest.skip(found[0].message)
        self.parent.told_of_loading = True
        raise of_results(found)

    def runtest(self) -> None:
        """Pass, fail, skip or xfail, as the clause was judged."""
        self.file = self.result.spot.file
        come_to(self.result)


class WholeItem(_Item):
    """All clauses of a port whose role is inferred."""

    found: tuple[Suite, ...] = ()

    def setup(self) -> None:
        """Have the port judged."""
        self.found = tuple(self.parent.suites())

    def runtest(self) -> None:
        """Fail if one fails; skip where nothing could be judged."""
        bad = [r for suite in self.found for r in suite.results if r.outcome in BAD]
        if bad:
            self.file = bad[0].spot.file
            raise of_results(bad)
        come_to_nothing(self.found)

    def parts(self) -> Iterator[tuple[str, str]]:
        """Each clause, and what became of it in pytest's words."""
        for suite in self.found:
            of = f"{suite.part}-" if suite.part else ""
            for result in suite.results:
                outcome = str(result.outcome)
                yield of + label_of(result), SUB.get(outcome, outcome)


def label_of(result: ClauseResult) -> str:
    """The name of a clause's item: id and name."""
    return result.label.replace(" ", "-")


def come_to(result: ClauseResult) -> None:
    """Do as a test what was judged.

    A failed must fails; a failed should is an expected failure, unless strict; what
    is not covered is skipped, unless strict; a failure that was expected must come.
    """
    __tracebackhide__ = True
    match result.outcome:
        case "failed" | "error":
            raise of_results([result])
        case "skipped":
            pytest.skip(result.message)
        case "expected" | "hoped":
            pytest.xfail(result.message)


def come_to_nothing(found: Sequence[Suite]) -> None:
    """Skip where none of it could be judged: what was not is no pass."""
    __tracebackhide__ = True
    if found and all(suite.standing == "not-covered" for suite in found):
        open_ = (r for s in found for r in s.results if r.outcome == "skipped")
        pytest.skip(next((result.message for result in open_), ""))


def parts_of(item: pytest.Item, report: pytest.TestReport) -> list[pytest.TestReport]:
    """A report for each clause of an item that is about all of them.

    They have passed for pytest, whose own count of failures is of items.
    """
    if not isinstance(item, WholeItem) or report.when != "call":
        return []
    return [
        pytest.TestReport(
            nodeid=report.nodeid,
            location=report.location,
            keywords={},
            outcome="passed",
            longrepr=None,
            when="call",
            gradproof_part=[label, outcome],
        )
        for label, outcome in item.parts()
    ]
