"""The pytest plugin: ``pytest --gradproof TARGET`` makes a test of each clause.

It is loaded in every run of pytest where gradproof is installed, so it imports
nothing of gradproof until it is asked to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


COMPARED = pytest.StashKey[tuple["Path", str]]()
"""The file of the arrows that a test has drawn, and what is wrong with them."""

DRAWN = pytest.StashKey[Callable[[], None]]()
"""Writes the baselines of what a test has drawn."""


IDS = pytest.StashKey[Sequence[str]]()
"""The ids of ports' items among the arguments."""

SHARED = pytest.StashKey[str]()
"""The folder in which the processes of a run share results."""

LETTERS = {"passed": ",", "failed": "f", "skipped": "-", "xfailed": "y"}
"""What a clause is in a line of dots, where it is a part of an item."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("gradproof", "numerical gradients, judged by gradproof")
    group.addoption(
        "--gradproof",
        action="append",
        default=[],
        metavar="TARGET",
        help="judge this port, path/file.py:function, path/notebook.ipynb:function or"
        " package.module:function; repeatable",
    )
    group.addoption(
        "--gradproof-project",
        action="store_true",
        help="judge the ports of [tool.gradproof] in the root folder's pyproject.toml",
    )
    group.addoption(
        "--gradproof-role",
        metavar="ROLE",
        default=None,
        help="what the ports of --gradproof claim to be: then each clause is a test;"
        " without it the role is inferred, and a port is one test",
    )
    group.addoption(
        "--gradproof-strict",
        action="store_true",
        help="count shoulds, and refuse what is not covered",
    )
    group.addoption(
        "--gradproof-seed",
        type=seed,
        default=0,
        metavar="N",
        help="draw the random points with this seed (default: 0)",
    )
    group.addoption(
        "--gradproof-timeout",
        type=float,
        metavar="S",
        help="seconds for one port altogether (default: 30)",
    )
    group.addoption(
        "--gradproof-lang",
        choices=["en", "ja"],
        help="language (default: that of GRADPROOF_LANG, or of the locale)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take the ids of ports' items out of the arguments, which are files to pytest."""
    ids: Sequence[str] = tuple(filter(_is_of_port, config.args))
    config.stash[IDS] = ids
    if ids:
        config.args[:] = [argument for argument in config.args if argument not in ids]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist's in which folder the results are shared."""
    config: pytest.Config = node.config
    if _asked(config):
        if SHARED not in config.stash:
            import tempfile

            config.stash[SHARED] = tempfile.mkdtemp(prefix="gradproof-")
        node.workerinput["gradproof_shared"] = config.stash[SHARED]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    if SHARED in config.stash:
        import shutil

        shutil.rmtree(config.stash[SHARED], ignore_errors=True)


def _is_of_port(argument: str) -> bool:
    """Whether an argument is the id of an item of a port's."""
    place, parts, _ = argument.rpartition("::")
    if not parts or os.path.exists(argument.partition("::")[0]):
        return False
    return ":" in place or place.endswith((".py", ".ipynb"))


def _asked(config: pytest.Config) -> bool:
    named = ("--gradproof", "--gradproof-project")
    return bool(config.stash[IDS]) or any(map(config.getoption, named))


def seed(text: str) -> int:
    """The seed that a word names. Raises ValueError for what is none."""
    number = int(text)
    if number < 0:
        raise ValueError(f"{number} is negative")
    return number


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the ports' items before anything is chosen by ``-k`` or ``-m``."""
    if _asked(config):
        from gradproof.testing.items import collected

        items.extend(collected(session, config.stash[IDS]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of the clauses of an item that is about all of a port's."""
    report = yield
    items = sys.modules.get("gradproof.testing.items")
    if items is not None:
        for part in items.parts_of(item, report):
            item.ihook.pytest_runtest_logreport(report=part)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: Any) -> tuple[str, str, str] | None:
    """What is printed of a clause that is a part of an item."""
    if not hasattr(report, "gradproof_part"):
        return None
    label, outcome = report.gradproof_part
    return f"clauses {outcome}", LETTERS[outcome], f"{outcome.upper()} {label}"


@pytest.fixture
def quiver_baseline(request: pytest.FixtureRequest) -> Callable[[Figure], Figure]:
    """Compare a figure's arrows with the JSON beside its pytest-mpl baseline.

    For a test that is marked ``mpl_image_compare``: it returns
    ``quiver_baseline(figure)``. The arrows are compared when pytest-mpl compares the
    picture, and written when it writes it (``--mpl-generate-path``).
    """

    def compare(figure: Figure) -> Figure:
        plugins = request.config.pluginmanager.get_plugins()
        comparer = next((p for p in plugins if hasattr(p, "generate_filename")), None)
        if comparer is not None:
            _compare_arrows(figure, comparer, request.node)
        return figure

    return compare


def _compare_arrows(figure: Figure, comparer: Any, item: pytest.Item) -> None:
    from pathlib import Path

    from gradproof.golden import baseline

    panels = baseline.panels_of(figure)
    name = Path(comparer.generate_filename(item)).with_suffix(".json")
    if comparer.generate_dir is not None:
        item.stash[DRAWN] = _drawn_aside(comparer, name, panels)
        return
    path = Path(comparer.get_baseline_directory(item)) / name
    # `gradproof review --results FOLDER` finds the arrows of a failed run there.
    seen = Path(comparer.results_dir) / name
    baseline.update(seen, panels)
    changes = baseline.changes_since(path, panels)
    if changes:
        _leave_picture(figure, comparer, item, seen.with_suffix(".png"))
    said = _said(path, changes, item.config) if changes else ""
    item.stash[COMPARED] = seen, said


def _said(path: Path, changes: Iterable[Any], config: pytest.Config) -> str:
    """What has changed, in the reader's language."""
    from gradproof.report.language import wanted
    from gradproof.report.phrases import Phrases

    phrases = Phrases(config.getoption("--gradproof-lang") or wanted())
    lines = [phrases.say(each.message, **each.parameters) for each in changes]
    return phrases.say("baseline.changed", path=path, changes="\n  ".join(lines))


def _drawn_aside(comparer: Any, name: Path, panels: Any) -> Callable[[], None]:
    """Have pytest-mpl write its PNG elsewhere; what then writes it with the arrows."""
    import tempfile
    from pathlib import Path

    from gradproof.golden import baseline

    folder = comparer.generate_dir
    aside = tempfile.TemporaryDirectory(prefix="gradproof-")
    comparer.generate_dir = Path(aside.name)

    def write() -> None:
        comparer.generate_dir = folder
        with aside:
            drawn = Path(aside.name, name).with_suffix(".png")
            if drawn.exists():
                baseline.update_both(Path(folder) / name, panels, drawn)

    return write


def _leave_picture(figure: Figure, comparer: Any, item: pytest.Item, to: Path) -> None:
    """Write the picture of arrows that have changed.

    Where they change few pixels pytest-mpl leaves none: then the old one would stay
    beside the new arrows when these are accepted.
    """
    marker = item.get_closest_marker("mpl_image_compare")
    if marker is not None and marker.kwargs.get("remove_text"):
        sys.modules[type(comparer).__module__].remove_ticks_and_titles(figure)
    comparer.save_figure(item, figure, to)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail for arrows only when the picture was compared, too.

    So a failed run leaves both, and they are accepted or rejected together. A run
    that did not fail leaves none.
    """
    failures = []
    try:
        try:
            yield
        finally:
            if DRAWN in item.stash:
                item.stash[DRAWN]()
    except (Exception, pytest.fail.Exception) as failure:
        if COMPARED not in item.stash:
            raise
        failures.append(failure)
    if COMPARED not in item.stash:
        return
    seen, said = item.stash[COMPARED]
    if failures or not said:  # pytest-mpl has left its own, or there is none
        seen.with_suffix(".png").unlink(missing_ok=True)
    if failures and not said:
        raise failures[0]
    if said:
        pytest.fail("\n".join([said, *map(str, failures)]), pytrace=False)
    seen.unlink(missing_ok=True)
