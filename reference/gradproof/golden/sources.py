"""Where two versions of each golden picture come from: three sources, one form."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from gradproof.edits.journal import finish_below
from gradproof.golden import document
from gradproof.golden.document import MAX_BYTES
from gradproof.golden.git import LINK, SUBMODULE, Repository, SourceError, TreeEntry
from gradproof.golden.pixels import UnreadableBaselineError

Kind = Literal["working-tree", "revisions", "results"]
State = Literal["undecided", "accepted", "unmerged", "unplaced"]

FOLDER = "baseline_images"
HEAD_BYTES = 4096
KEPT = ("replaced", "rejected")
"""Folders beside results that hold what decisions put aside."""
LEFTOVERS = ("baseline.png", "result-failed-diff.png")
"""What pytest-mpl writes beside a result."""


@dataclass(frozen=True)
class File:
    """A file of a version, read when it is needed.

    Two files of one ``identity`` hold the same bytes.
    """

    path: str
    size: int
    link: bool
    identity: str | None
    reader: Callable[[], bytes] = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Its bytes.

        Raises UnreadableBaselineError for links and what is too large or gone.
        """
        if self.link:
            raise UnreadableBaselineError("review.link", path=self.path)
        if self.size > MAX_BYTES:
            raise UnreadableBaselineError(
                "review.huge", path=self.path, bytes=self.size
            )
        try:
            return self.reader()
        except OSError as error:
            text = error.strerror or str(error)
            raise UnreadableBaselineError(
                "review.gone", path=self.path, text=text
            ) from error

    def same_as(self, other: File | None) -> bool:
        """Whether it is known, without reading, to be the same."""
        if other is None or self is other:
            return self is other
        return self.identity is not None and self.identity == other.identity


@dataclass(frozen=True)
class Version:
    """A picture at one time: PNG and JSON, either of which may be missing."""

    png: File | None = None
    json: File | None = None

    def __bool__(self) -> bool:
        return self.png is not None or self.json is not None


@dataclass(frozen=True)
class Picture:
    """Two versions of a picture.

    ``name`` is the path below the folder without suffix; ``guessed`` if it is only
    that of a test. ``whole`` says that a file that is not there is missing, and not
    merely left out by a test run.
    """

    name: str
    before: Version
    after: Version
    state: State = "undecided"
    whole: bool = True
    guessed: bool = False


@dataclass
class Source:
    """All pictures of a source, and what the two sides are called.

    ``folder`` is where the baselines are, from the repository's root or, for the
    results of a test run, as given. A context manager: it ends git's process.
    """

    kind: Kind
    before: str
    after: str
    folder: str
    pictures: tuple[Picture, ...]
    repository: Repository | None = None
    results: Path | None = None

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        if self.repository:
            self.repository.close()


def open_source(
    revisions: str | None = None,
    *,
    folder: str = FOLDER,
    results: Path | None = None,
    at: Path = Path(),
) -> Source:
    """The pictures of ``A..B``, of a run's results, or of the working tree.

    Raises SourceError, whose sentence says what hinders it.
    """
    if results is not None:
        for where in (results, at / folder):
            finish_below(where)
        return _of_results(results, at / folder)
    repository = Repository.at(at)
    try:
        below = _below(repository, folder)
        if revisions is not None:
            return _of_revisions(repository, revisions, below, folder)
        finish_below(repository.root / below)
        return _of_working_tree(repository, below, folder)
    except SourceError:
        repository.close()
        raise


def _below(repository: Repository, folder: str) -> str:
    """A folder as a path from the root; raises SourceError if it lies outside."""
    if os.path.isabs(folder):
        root = str(repository.root.resolve())
        folder_ = os.path.relpath(Path(folder).resolve(), root)
    else:
        folder_ = posixpath.join(repository.prefix, folder)
    path = posixpath.normpath(folder_)
    if path == ".." or path.startswith(("../", "/")):
        raise SourceError("review.outside", folder=folder)
    return "" if path == "." else path


def _of_revisions(
    repository: Repository, revisions: str, below: str, folder: str
) -> Source:
    """Two commits; with three dots, as git has it, from where they parted."""
    match = re.fullmatch(r"(.*?)(\.\.\.?)(.*)", revisions, re.DOTALL)
    if match is None:
        raise SourceError("review.no-range", revisions=revisions)
    a, dots, b = match.groups()
    a, b = a or "HEAD", b or "HEAD"
    start = repository.merge_base(a, b)[:12] if dots == "..." else a
    before, after = (
        _of_tree(repository, repository.entries(repository.tree(r), below))
        for r in (start, b)
    )
    _refuse_nothing((before, after), below, folder)
    pictures = _pictures(before, after, below)
    return Source("revisions", start, b, below, pictures, repository)


def _refuse_nothing(
    sides: Iterable[Mapping[str, File]], below: str, folder: str
) -> None:
    """A folder that holds no picture on either side is a slip, and no success."""
    for side in sides:
        for path, file in side.items():
            if path.endswith(".png"):
                return
            if file.link and path == below:
                raise SourceError("review.folder-link", folder=folder)
    raise SourceError("review.no-pictures", folder=folder)


def _of_tree(
    repository: Repository, entries: Mapping[str, TreeEntry]
) -> dict[str, File]:
    return {
        path: File(path, e.size, e.mode == LINK, e.oid, _blob(repository, e.oid))
        for path, e in entries.items()
        if e.mode != SUBMODULE
    }


def _blob(repository: Repository, oid: str) -> Callable[[], bytes]:
    return lambda: repository.blob(oid)


def _of_working_tree(repository: Repository, below: str, folder: str) -> Source:
    if repository.bare:
        raise SourceError("review.bare")
    before = _of_tree(repository, repository.entries(repository.head(), below))
    statuses = repository.statuses(below)
    after = {path: file for path, file in before.items() if path not in statuses}
    for path in statuses:
        found = on_disk(repository.root / path, path)
        if found is not None:
            after[path] = found
    _refuse_nothing((before, after), below, folder)
    undecided = {p for p, s in statuses.items() if s.undecided}
    unmerged = {p for p, s in statuses.items() if s.unmerged}
    pictures = tuple(
        _standing(picture, undecided, unmerged)
        for picture in _pictures(before, after, below)
    )
    return Source("working-tree", "HEAD", "", below, pictures, repository)


def _standing(picture: Picture, undecided: set[str], unmerged: set[str]) -> Picture:
    """The picture with what the index says of its files."""
    paths = set(paths_of(picture))
    state: State = (
        "unmerged"
        if paths & unmerged
        else "undecided"
        if paths & undecided
        else "accepted"
    )
    return replace(picture, state=state)


def paths_of(picture: Picture) -> list[str]:
    """The files that either version has, PNG first."""
    files = (
        getattr(version, kind)
        for kind in ("png", "json")
        for version in (picture.before, picture.after)
    )
    return list(dict.fromkeys(file.path for file in files if file))


def on_disk(path: Path, told: str) -> File | None:
    """A file of the disk, links not followed; ``None`` if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    link = stat.S_ISLNK(found.st_mode)
    if not link and not stat.S_ISREG(found.st_mode):
        return None
    return File(told, found.st_size, link, None, lambda: _read(path))


def _read(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with open(descriptor, "rb") as stream:
        return stream.read()


def _pictures(
    before: Mapping[str, File], after: Mapping[str, File], below: str
) -> tuple[Picture, ...]:
    """Pairs by name; a JSON counts if it has a PNG, or holds arrows."""
    start = len(below) + 1 if below else 0
    stems = sorted(
        {path[:-4] for side in (before, after) for path in side if path[-4:] == ".png"}
        | {
            path[:-5]
            for side in (before, after)
            for path, file in side.items()
            if path[-5:] == ".json"
            and not _paired(path, before, after)
            and not _unchanged(path, before, after)
            and arrows_in(file)
        }
    )
    return tuple(
        Picture(stem[start:], version(before, stem), version(after, stem))
        for stem in stems
    )


def _paired(path: str, *sides: Mapping[str, File]) -> bool:
    return any(f"{path[:-5]}.png" in side for side in sides)


def _unchanged(
    path: str, before: Mapping[str, File], after: Mapping[str, File]
) -> bool:
    return path in before and before[path].same_as(after.get(path))


def arrows_in(file: File | None) -> bool:
    """Whether a JSON claims to hold arrows, near its beginning."""
    try:
        return file is not None and document.claimed(file.read()[:HEAD_BYTES])
    except UnreadableBaselineError:
        return False


def version(side: Mapping[str, File], stem: str) -> Version:
    """PNG and JSON of one name."""
    return Version(side.get(f"{stem}.png"), side.get(f"{stem}.json"))


def _of_results(results: Path, folder: Path) -> Source:
    """What a test run left: pytest-mpl's folders, and files named as the baselines.

    A folder holds ``result.png``, and ``baseline.png``, a copy of the baseline, by
    which this is found; among equals, or without it, by the folder's name, which
    ends with the test's parameter. JSON is ``result.json`` there, or lies at the top.
    """
    for where in (results, folder):
        if not where.is_dir():
            raise SourceError("review.no-folder", folder=str(where))
    baselines = _files(folder)
    found = _files(results)
    if not found:
        raise SourceError("review.no-results", folder=str(results))
    put_aside = {path for path in found if path.partition("/")[0] in KEPT}
    tests, flat = _sorted_out({p: f for p, f in found.items() if p not in put_aside})
    pictures = dict(_flat(flat, baselines))
    for test, files in tests.items():
        picture = _of_test(test or results.name, files, flat, baselines)
        pictures[picture.name] = picture
    named = tuple(pictures[name] for name in sorted(pictures))
    return Source(
        "results", str(folder), str(results), str(folder), named, results=results
    )


def _files(folder: Path) -> dict[str, File]:
    """The PNG and JSON files below a folder, by path from it; links not followed."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            told = path.relative_to(folder).as_posix()
            if path.suffix in (".png", ".json"):
                file = on_disk(path, told)
                if file is not None:
                    found[told] = file
    return found


def _sorted_out(
    files: Mapping[str, File],
) -> tuple[dict[str, dict[str, File]], dict[str, File]]:
    """The files of each test's folder, by name, and the others."""
    folders = {folder for folder, name in map(_split, files) if name == "result.png"}
    tests: dict[str, dict[str, File]] = {folder: {} for folder in sorted(folders)}
    flat = {}
    for path, file in files.items():
        folder, name = _split(path)
        if folder in tests:
            tests[folder][name] = file
        elif name not in LEFTOVERS:
            flat[path] = file
    return tests, flat


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _flat(
    flat: Mapping[str, File], baselines: Mapping[str, File]
) -> Iterator[tuple[str, Picture]]:
    for name in sorted({os.path.splitext(path)[0] for path in flat}):
        after = version(flat, name)
        before = version(baselines, name)
        if after.png or (before.png and arrows_in(after.json)):
            yield name, _overlaid(name, before, after)


def _overlaid(name: str, before: Version, after: Version) -> Picture:
    """What the run did not write stays; but new pixels leave old arrows in doubt."""
    png = after.png or before.png
    whole = after.json is not None or before.json is None
    return Picture(name, before, Version(png, after.json), whole=whole)


def _of_test(
    test: str,
    files: Mapping[str, File],
    flat: Mapping[str, File],
    baselines: Mapping[str, File],
) -> Picture:
    png, copy = files["result.png"], files.get("baseline.png")
    # Once the result was accepted, it is the baseline's copy.
    names = (
        _copied(copy, baselines) or _copied(png, baselines)
        if copy
        else _missing({*baselines, *flat})
    )
    names = _ending(test, names) if len(names) != 1 or not copy else names
    if len(names) > 1 or (copy and not names):
        return Picture(test, Version(), Version(png), "unplaced", whole=False)
    # Without a name of its own a baseline is called after its test.
    name = names[0] if names else test.rpartition("/")[2].rpartition(".")[2]
    after = Version(png, files.get("result.json") or flat.get(f"{name}.json"))
    picture = _overlaid(name, version(baselines, name), after)
    return replace(picture, guessed=not names)


def _copied(copy: File, baselines: Mapping[str, File]) -> list[str]:
    """Names of the baselines that a copy was made of: one, but for equals."""
    pngs = {p: file for p, file in baselines.items() if p.endswith(".png")}
    return [path[:-4] for path, file in pngs.items() if _same_bytes(file, copy)]


def _same_bytes(a: File, b: File) -> bool:
    try:
        return a.size == b.size and a.read() == b.read()
    except UnreadableBaselineError:
        return False


def _missing(paths: set[str]) -> list[str]:
    """Names that have a JSON and no PNG."""
    stems = (path[:-5] for path in sorted(paths) if path.endswith(".json"))
    return [stem for stem in stems if f"{stem}.png" not in paths]


def _ending(test: str, names: Iterable[str]) -> list[str]:
    """The longest of the names that a test's own ends with."""
    ends = [n for n in names if re.search(rf"(^|[._-]){re.escape(_folded(n))}$", test)]
    longest = max(map(len, ends), default=0)
    return [name for name in ends if len(name) == longest]


def _folded(name: str) -> str:
    """A name as pytest-mpl writes it in a folder's name."""
    return re.sub(r"[\[\]]", "_", name.rpartition("/")[2]).removesuffix("_")
