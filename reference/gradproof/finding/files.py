"""The files below a folder, as git has them: what it ignores is left out.

Git's own rules are had where the folder is in no repository, too, by an empty one
that stands elsewhere. Where there is no git, all files are listed.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gradproof.golden import git

PassedOver = Literal[
    "unnamed",
    "hidden",
    "environments",
    "tests",
    "ignored",
    "nothing",
    "large",
    "unchanged",
]

ENVIRONMENTS = {"venv", "env", "node_modules", "site-packages", "build", "dist"}
TESTS = re.compile(r"tests?|test_.*|.*_test\.py|conftest\.py")
PATTERNS = ("--no-literal-pathspecs",)
"""Of this command names may not be said to be no patterns."""
LIST = ("ls-files", "-z", "--exclude-standard")
"""Files that are known to git, or that it would take up."""


@dataclass(frozen=True)
class Listing:
    """Files in order; what was passed over by the path at which it began, and why."""

    files: list[Path] = field(default_factory=list)
    passed: dict[Path, PassedOver] = field(default_factory=dict)


def below(folder: Path) -> Listing:
    """The files that are looked at below a folder."""
    listing = Listing()
    known: dict[Path, PassedOver | None] = {}
    for file in sorted(set(_all(folder, listing))):
        parts = file.relative_to(folder).parts
        for end in range(1, len(parts) + 1):
            place = folder.joinpath(*parts[:end])
            if place not in known:
                known[place] = _why(place)
            why = known[place]
            if why is not None:
                listing.passed[place] = why
                break
        else:
            listing.files.append(file)
    return listing


def _why(path: Path) -> PassedOver | None:
    """Why a file or a folder is passed over, if it is.

    A name that is no text could not be written into a report.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return "unnamed"
    if path.name.startswith(".") or path.name == "__pycache__":
        return "hidden"
    if path.name in ENVIRONMENTS or (path / "pyvenv.cfg").is_file():
        return "environments"
    return "tests" if TESTS.fullmatch(path.name) else None


def _all(folder: Path, listing: Listing) -> Iterator[Path]:
    """Every file that git does not ignore, those of repositories inside too."""
    try:
        with tempfile.TemporaryDirectory(prefix="gradproof-") as empty:
            found, ignored = _by_git(folder, Path(empty))
    except git.SourceError:
        yield from _walked(folder)
        return
    for name in ignored:
        place = folder / name
        if _why(place) is None and (name.endswith("/") or place.suffix == ".py"):
            listing.passed[place] = "ignored"
    for name in found:
        place = folder / name
        if place.is_dir() and not place.is_symlink():
            yield from _all(place, listing)
        elif place.is_file():
            yield place


def _by_git(folder: Path, empty: Path) -> tuple[list[str], list[str]]:
    """Names below a folder, and those that are ignored. Raises SourceError."""
    known = git.output(folder, "rev-parse", "--show-toplevel") is not None
    elsewhere: Mapping[str, str] = {}
    if not known or git.output(folder, *PATTERNS, "check-ignore", ".") is not None:
        git.listed(empty, "init", "--quiet", "--bare")
        elsewhere = {"GIT_DIR": str(empty), "GIT_WORK_TREE": str(folder.absolute())}
    found = git.listed(folder, *LIST, "--cached", "--others", environment=elsewhere)
    ignored = git.listed(
        folder, *LIST, "--others", "--ignored", "--directory", environment=elsewhere
    )
    return found, ignored


def _walked(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        yield from (Path(place, name) for name in files)
