"""In CI (``CI=true``) a skipped test has failed, and a search tries the same examples.

A test that is skipped there was to be run. Elsewhere Hypothesis searches anew each
time: what it finds, whoever ran it sees, and not whoever comes next.
"""

from __future__ import annotations

import os
import subprocess
import venv
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

settings.register_profile("ci", derandomize=True, database=None, deadline=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

# Most of the time that an installation takes: what is imported is compiled then.
os.environ.setdefault("PIP_NO_COMPILE", "1")

# How wide a report is, in which colours and language: tests say it where it matters.
for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
    os.environ.pop(name, None)
os.environ["GRADPROOF_LANG"] = "en"

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[
    None, pytest.CollectReport, pytest.CollectReport
]:
    return _refuse_skip((yield))


def _refuse_skip(report: Report) -> Report:
    """The report, failed if it says skipped; an expected failure is none."""
    expected = hasattr(report, "wasxfail")
    if os.environ.get("CI") == "true" and report.skipped and not expected:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take --every."""
    parser.addoption(
        "--every",
        action="store_true",
        help="run each case of tests of which a part is enough: of those marked part(n)"
        " every n-th is run otherwise, and none of part(0)",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what is not of the part that is run."""
    if config.getoption("every"):
        return
    number: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("part")
        test = item.nodeid.partition("[")[0]
        part = mark.args[0] if mark else 1
        (kept if part and number[test] % part == 0 else left).append(item)
        number[test] += 1
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave unread what is all marked ``once`` where that is not wanted."""
    if config.option.markexpr != "not once" or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text("utf-8", "replace")
    return True if "\npytestmark = pytest.mark.once\n" in text else None


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from the source tree in a new virtual environment."""
    folder = tmp_path_factory.mktemp("wheel")
    venv.create(folder / "builder", with_pip=True)
    pip = [f"{folder}/builder/bin/python", "-m", "pip"]
    command = [*pip, "wheel", "-q", "--no-deps", "-w", f"{folder}/built", str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = (folder / "built").iterdir()
    return built
