"""The items of ``pytest --gradproof TARGET``: one for each clause of each port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gradproof.contract.verdicts import Judgement
from gradproof.examination.judged import Judged
from gradproof.project import checks
from gradproof.project.config import ConfigError, PortTable, read
from gradproof.report.examined import judged
from gradproof.report.language import Language, wanted
from gradproof.report.phrases import Phrases, Unusable
from gradproof.testing import Check


def collected(session: pytest.Session) -> Iterator[pytest.Item]:
    """The items of the ports that the command line names, and of the project's.

    Raises pytest.UsageError for a table that cannot be used.
    """
    for table in _tables(session.config):
        port = PortCollector.from_parent(
            session, name=table.target, nodeid=table.target, table=table
        )
        yield from port.collect()


def _tables(config: pytest.Config) -> list[PortTable]:
    tables = [PortTable(target) for target in config.getoption("--gradproof")]
    if config.getoption("--gradproof-project"):
        try:
            declared = read(config.rootpath / "pyproject.toml").ports
        except ConfigError as error:
            raise pytest.UsageError(str(error)) from error
        tables += declared.values()
    return tables


class PortCollector(pytest.Collector):
    """A port: it is examined in a child process, once, when it is collected.

    So a port that hangs or crashes fails its own tests, and not the run.
    """

    def __init__(self, table: PortTable, **options: Any) -> None:
        super().__init__(**options)
        self.table = table

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each clause; or one that says why there are none."""
        strict = self.config.getoption("--gradproof-strict")
        drawn = self.config.getoption("--gradproof-seed")
        terms = checks.terms(self.table, strict=strict, seed=drawn)
        timeout = self.config.getoption("--gradproof-timeout")
        result = checks.check_declared(self.table, terms, timeout)
        if isinstance(result, Unusable):
            yield UnusableItem.from_parent(self, name="loads", unusable=result)
            return
        for name, each in judged(result).items():
            yield from self._clauses(each, f"{name}-" if name else "")

    def _clauses(self, result: Judged, of: str) -> Iterator[pytest.Item]:
        lang = language(self.config)
        for finding in result.findings:
            check = Check(result, finding, lang)
            yield ClauseItem.from_parent(self, name=of + check.label, check=check)
        for clause in result.unknown:
            yield UnknownItem.from_parent(
                self, name=f"{of}expects-{clause}", clause=clause
            )
        if result.declared is not None:
            yield DiagnosisItem.from_parent(
                self, name="diagnosis", declared=result.declared
            )


class _Item(pytest.Item):
    """An item that is no function: where it is, and how its failure reads."""

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.config.rootpath, None, self.nodeid

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        if isinstance(excinfo.value, AssertionError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ClauseItem(_Item):
    """One clause of one port."""

    def __init__(self, check: Check, **options: Any) -> None:
        super().__init__(**options)
        self.check = check

    def runtest(self) -> None:
        """Pass, fail, skip or xfail, as the clause was judged."""
        self.check()


class UnusableItem(_Item):
    """A target that could not be loaded."""

    def __init__(self, unusable: Unusable, **options: Any) -> None:
        super().__init__(**options)
        self.unusable = unusable

    def runtest(self) -> None:
        """Fail, and say why."""
        spoken = language(self.config)
        raise AssertionError(Phrases(spoken).unusable(self.unusable))


class UnknownItem(_Item):
    """An expectation of a clause that the port's role has not."""

    def __init__(self, clause: str, **options: Any) -> None:
        super().__init__(**options)
        self.clause = clause

    def runtest(self) -> None:
        """Fail: an expectation that matches nothing is stale."""
        spoken = language(self.config)
        said = Phrases(spoken).say("unknown-clause", clause=self.clause)
        raise AssertionError(said)


class DiagnosisItem(_Item):
    """The defects that a port was declared to have."""

    def __init__(self, declared: Judgement, **options: Any) -> None:
        super().__init__(**options)
        self.declared = declared

    def runtest(self) -> None:
        """Fail if it has others now."""
        if self.declared.verdict == "fail":
            spoken = language(self.config)
            raise AssertionError(Phrases(spoken).judgement(self.declared))


def language(config: pytest.Config) -> Language:
    """The language that was asked for, or that of the environment."""
    asked: Language | None = config.getoption("--gradproof-lang")
    return asked or wanted()
