"""Accepting and rejecting changes of golden pictures, each so that it can be undone.

PNG and JSON go together: both are taken, or none.
"""

from __future__ import annotations

import fnmatch
import os
import shlex
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gradproof.edits.journal import replace_all
from gradproof.golden.git import EMPTY_TREE, Repository, SourceError
from gradproof.golden.pixels import UnreadableBaselineError
from gradproof.golden.review import Change, Review
from gradproof.golden.sources import File, Picture, Source, paths_of

Verb = Literal["accept", "reject"]
UNDECIDABLE = ("orphan", "unreadable", "unmerged")
REFS = "refs/gradproof/rejected"
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "gradproof"), ("EMAIL", "gradproof@localhost"))
}


@dataclass(frozen=True)
class Decision:
    """What was done, to which pictures, and the shell commands that undo it."""

    verb: Verb
    names: tuple[str, ...]
    undo: tuple[str, ...]


def decide(
    source: Source,
    review: Review,
    verb: Verb,
    names: Sequence[str],
    environment: Mapping[str, str] = os.environ,
) -> Decision:
    """Accept or reject the changes that are named, all of them or none.

    Raises SourceError if this is CI, if a name matches nothing, if a change cannot
    be decided upon, or if a file cannot be written; then nothing was changed.
    """
    if environment.get("CI", "").lower() not in ("", "0", "false"):
        raise SourceError("review.ci")
    if source.kind == "revisions":
        raise SourceError("review.committed")
    chosen = select(review, names)
    for change in chosen:
        _refuse(change, verb)
    try:
        undo = _DEEDS[source.kind, verb](source, [c.picture for c in chosen])
    except OSError as error:
        path, text = str(error.filename), error.strerror or str(error)
        raise SourceError("review.not-written", path=path, text=text) from error
    except UnreadableBaselineError as error:
        parameters = dict(error.sentence.parameters)
        raise SourceError(error.sentence.message, **parameters) from error
    return Decision(verb, tuple(c.name for c in chosen), tuple(undo))


def select(review: Review, names: Sequence[str]) -> list[Change]:
    """The changes that names or patterns mean; raises SourceError if one means none."""
    chosen: dict[str, Change] = {}
    for name in names:
        found = _named(name, review) or _matching(name, review)
        if not found:
            raise SourceError("review.no-match", name=name)
        chosen.update({change.name: change for change in found})
    return [chosen[name] for name in sorted(chosen)]


def _named(name: str, review: Review) -> list[Change]:
    for reading in _readings(name, review):
        found = [c for c in review.changes if _plain(c.name) == reading]
        if found:
            return found
    return []


def _matching(pattern: str, review: Review) -> list[Change]:
    readings = _readings(pattern, review)
    return [c for c in review.changes if any(_matches(c.name, r) for r in readings)]


def _matches(name: str, pattern: str) -> bool:
    name = _plain(name)
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(
        name.rpartition("/")[2], pattern
    )


def _plain(name: str) -> str:
    """One spelling of a name: macOS takes accents and voicing marks apart."""
    return unicodedata.normalize("NFC", name)


def _readings(name: str, review: Review) -> list[str]:
    """What a name may mean, likeliest first: a picture's own, or that of its file.

    A shell's completion adds the suffix; where it adds the folder, it is a file's.
    """
    given = _plain(name).removeprefix("./")
    own = given.removeprefix(f"{_plain(review.folder)}/")
    of_file = [own[: -len(end)] for end in (".png", ".json") if own.endswith(end)]
    return [own, *of_file] if own == given else [*of_file, own]


def _refuse(change: Change, verb: Verb) -> None:
    """Refuse to keep what does not belong together, or to choose for a merge."""
    if change.status == "unmerged":
        raise SourceError("review.refuse-unmerged", name=change.name)
    if change.state == "unplaced" and verb == "accept":
        raise SourceError("review.refuse-unplaced", name=change.name)
    if change.status in UNDECIDABLE and verb == "accept":
        raise SourceError("review.refuse-broken", name=change.name)


def _repository(source: Source) -> Repository:
    assert source.repository is not None
    return source.repository


def _stage(source: Source, pictures: Iterable[Picture]) -> list[str]:
    """Put the new files into git's index, which one command writes as a whole."""
    repository = _repository(source)
    paths = [path for picture in pictures for path in paths_of(picture)]
    given = b"".join(os.fsencode(path) + b"\0" for path in paths)
    options = ("--add", "--remove", "-z", "--stdin")
    repository.run("update-index", *options, given=given)
    unborn = repository.head() == EMPTY_TREE
    unstage = ("rm", "--cached", "--quiet") if unborn else ("restore", "--staged")
    return [_command(repository, *unstage, "--", *paths)]


def _command(repository: Repository, *words: str) -> str:
    return shlex.join(["git", "-C", str(repository.root), *words])


def _restore(source: Source, pictures: Sequence[Picture]) -> list[str]:
    """Bring back the files of HEAD, in index and folder; keep the new ones in a ref."""
    repository = _repository(source)
    present = [f for p in pictures for f in (p.after.png, p.after.json) if f]
    paths = [path for picture in pictures for path in paths_of(picture)]
    entries = repository.entries(repository.head(), source.folder)
    contents: dict[Path, bytes | None] = {
        _target(repository.root, path): repository.run(
            "cat-file", "--filters", f"--path={path}", entries[path].oid
        )
        if path in entries
        else None
        for path in paths
    }
    for file in present:
        if file.link:
            raise UnreadableBaselineError("review.link", path=file.path)
    reference = _keep(repository, [file.path for file in present])
    nothing = "0" * len(repository.head())
    lines = (
        f"{entries[p].mode} {entries[p].oid}\t{p}\0"
        if p in entries
        else f"0 {nothing}\t{p}\0"
        for p in paths
    )
    given = os.fsencode("".join(lines))
    # Last, since it is done as a whole or not at all: what was staged stays so if
    # the files cannot be written.
    replace_all(
        contents,
        lambda: repository.run("update-index", "-z", "--index-info", given=given),
    )
    return list(_back(repository, reference, [f.path for f in present], paths))


def _keep(repository: Repository, paths: Sequence[str]) -> str | None:
    """A ref whose tree holds these files of the working tree; None for no files."""
    if not paths:
        return None
    oids = [
        repository.run("hash-object", "-w", "--", path).decode().strip()
        for path in paths
    ]
    lines = (f"100644 {o}\t{p}\0" for o, p in zip(oids, paths, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        given = os.fsencode("".join(lines))
        repository.run(
            "update-index", "-z", "--index-info", given=given, environment=index
        )
        tree = repository.run("write-tree", environment=index).decode().strip()
    message = ("-m", "What a review of golden pictures rejected")
    made = repository.run("commit-tree", tree, *message, environment=AUTHOR)
    return _referred(repository, made.decode().strip())


def _referred(repository: Repository, commit: str) -> str:
    """A new ref for a commit, with the next number."""
    listing = repository.run("for-each-ref", "--format=%(refname)", REFS)
    ends = [line.rpartition(b"/")[2] for line in listing.split()]
    numbers = [int(end) for end in ends if end.isdigit()]
    reference = f"{REFS}/{max(numbers, default=0) + 1}"
    repository.run("update-ref", reference, commit, "0" * len(commit))
    return reference


def _back(
    repository: Repository,
    reference: str | None,
    kept: Sequence[str],
    paths: Sequence[str],
) -> Iterator[str]:
    """The commands that bring rejected files back, and rejected removals."""
    if reference:
        yield _command(repository, "restore", f"--source={reference}", "--", *kept)
    gone = [str(repository.root / path) for path in paths if path not in set(kept)]
    if gone:
        yield shlex.join(["rm", "--", *gone])


def _take(source: Source, pictures: Sequence[Picture]) -> list[str]:
    """Copy results over the baselines; the old files go beside the results."""
    folder, results = Path(source.folder), _results(source)
    contents: dict[Path, bytes | None] = {}
    kept: dict[Path, bytes | None] = {}
    undo = []
    shelf = _shelf(results, "replaced")
    for picture in pictures:
        for suffix, new, old in _new_files(picture):
            target = _target(folder, f"{picture.name}{suffix}")
            contents[target] = new.read()
            if old is None:
                undo.append(shlex.join(["rm", "--", str(target)]))
            else:
                copy = _target(shelf, f"{picture.name}{suffix}")
                kept[copy] = old.read()
                undo.append(shlex.join(["cp", "--", str(copy), str(target)]))
    replace_all(kept)
    replace_all(contents)
    return undo


def _results(source: Source) -> Path:
    assert source.results is not None
    return source.results


def _new_files(picture: Picture) -> Iterator[tuple[str, File, File | None]]:
    """What the run wrote: suffix, file, and the one that it stands for."""
    for suffix in (".png", ".json"):
        old, new = (
            getattr(version, suffix[1:]) for version in (picture.before, picture.after)
        )
        if new is not None and new is not old:
            yield suffix, new, old


def _put_aside(source: Source, pictures: Sequence[Picture]) -> list[str]:
    """Move results away, so that they are no longer reviewed."""
    results = _results(source)
    shelf = _shelf(results, "rejected")
    moves = {
        results / new.path: _target(shelf, new.path)
        for picture in pictures
        for _, new, _ in _new_files(picture)
    }
    contents: dict[Path, bytes | None] = {
        to: here.read_bytes() for here, to in moves.items()
    }
    replace_all(contents | dict.fromkeys(moves))
    return [shlex.join(["mv", "--", str(to), str(here)]) for here, to in moves.items()]


def _shelf(results: Path, name: str) -> Path:
    """A new folder beside the results, numbered; never through a link."""
    if (results / name).is_symlink():
        raise SourceError("review.folder-link", folder=str(results / name))
    taken = [int(p.name) for p in results.glob(f"{name}/*") if p.name.isdecimal()]
    return results / name / str(max(taken, default=0) + 1)


_DEEDS = {
    ("working-tree", "accept"): _stage,
    ("working-tree", "reject"): _restore,
    ("results", "accept"): _take,
    ("results", "reject"): _put_aside,
}


def _target(root: Path, path: str) -> Path:
    """A path to write to: below the root, and through no link that leads out."""
    target = root / path
    inside = target.parent.resolve().is_relative_to(root.resolve())
    if ".." in Path(path).parts or not inside or target.is_symlink():
        raise SourceError("review.outside", folder=str(target))
    return target
