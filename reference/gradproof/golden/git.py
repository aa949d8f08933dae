"""What a git repository holds, by plumbing commands: never a checkout.

Names go to git and come back ended by NUL, and always mean themselves, never a
pattern. Reading takes no lock and runs no file-system monitor.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gradproof.golden.message import Message

T = TypeVar("T")

PLAIN = ("-c", "core.fsmonitor=false", "--literal-pathspecs", "--no-pager")
ENVIRONMENT = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
LINK = "120000"
SUBMODULE = "160000"


class SourceError(Exception):
    """Why there is nothing to review, or a decision is refused: a sentence."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message)
        self.sentence = Message(message, parameters)


@dataclass(frozen=True)
class TreeEntry:
    """A file of a tree: its mode, object id and size in bytes."""

    mode: str
    oid: str
    size: int


@dataclass(frozen=True)
class Status:
    """How a file of the working tree stands: git's two letters, XY.

    X is index against HEAD, Y working tree against index; ``??`` is unknown to git,
    and ``unmerged`` is in conflict.
    """

    letters: str
    unmerged: bool = False

    @property
    def undecided(self) -> bool:
        """Whether the working tree holds what the index does not."""
        return self.unmerged or self.letters[1] != "."


@dataclass
class Repository:
    """A repository; ``root`` is its working tree's root, or the bare repository.

    Objects are read through one process of git's, which `close` ends.
    """

    root: Path
    prefix: str
    bare: bool
    _objects: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository that a folder is in; raises SourceError if there is none."""
        bare = output(folder, "rev-parse", "--is-bare-repository")
        if bare is None:
            raise SourceError("review.no-repository", folder=str(folder))
        top = output(folder, "rev-parse", "--show-toplevel")
        prefix = output(folder, "rev-parse", "--show-prefix") or ""
        return cls(Path(top or folder), prefix, bare=top is None)

    def run(
        self,
        *arguments: str,
        given: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """The output of a git command; raises SourceError with git's own words."""
        done = _git(self.root, arguments, given, environment)
        if done.returncode:
            words = os.fsdecode(done.stderr).strip()
            raise SourceError("review.git-failed", command=arguments[0], text=words)
        return done.stdout

    def tree(self, revision: str) -> str:
        """The tree of a revision; raises SourceError if there is no such revision."""
        # The suffix keeps any word from being read as an option.
        found = output(self.root, "rev-parse", "--verify", f"{revision}^{{tree}}")
        if found is None:
            raise SourceError("review.no-revision", revision=revision)
        return found

    def merge_base(self, a: str, b: str) -> str:
        """Where two revisions parted; raises SourceError if they never met."""
        self.tree(a), self.tree(b)
        found = output(self.root, "merge-base", a, b)
        if found is None:
            raise SourceError("review.no-merge-base", a=a, b=b)
        return found

    def head(self) -> str:
        """The tree of HEAD; the empty tree before the first commit."""
        return output(self.root, "rev-parse", "--verify", "HEAD^{tree}") or EMPTY_TREE

    def entries(self, tree: str, folder: str) -> dict[str, TreeEntry]:
        """The files of a tree that are below a folder, by path from the root."""
        below = ["--", folder] if folder else []
        if tree == EMPTY_TREE:
            return {}
        listing = self.run("ls-tree", "-r", "-z", "-l", "--full-tree", tree, *below)
        return dict(_understood("ls-tree", _entry, _parts(listing)))

    def statuses(self, folder: str) -> dict[str, Status]:
        """The files below a folder that differ from HEAD or the index."""
        listing = self.run(
            *("status", "--porcelain=v2", "-z", "--no-renames"),
            *("--untracked-files=all", "--", folder or "."),
        )
        return dict(_understood("status", _status, _parts(listing)))

    def blob(self, oid: str) -> bytes:
        """The bytes of an object; raises OSError if it is not there."""
        process = self._objects or subprocess.Popen(
            ["git", *PLAIN, "cat-file", "--batch"],
            cwd=self.root,
            env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._objects = process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{oid}\n".encode())
        process.stdin.flush()
        head = process.stdout.readline().split()
        if len(head) != 3 or not head[2].isdigit():
            raise OSError(f"git has no object {oid}")
        data = process.stdout.read(int(head[2]))
        if len(data) < int(head[2]):
            raise OSError(f"git has a part of object {oid}")
        process.stdout.read(1)
        return data

    def close(self) -> None:
        """End the process that reads objects."""
        if self._objects is not None:
            process, self._objects = self._objects, None
            with contextlib.suppress(OSError):
                process.communicate()


def _git(
    folder: Path,
    arguments: Iterable[str],
    given: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *PLAIN, *arguments],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        text = error.strerror or str(error)
        raise SourceError("review.git-failed", command="git", text=text) from error


def listed(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> list[str]:
    """The names that a command lists in a folder; raises SourceError."""
    done = _git(folder, arguments, environment=environment)
    if done.returncode:
        words = os.fsdecode(done.stderr).strip()
        raise SourceError("review.git-failed", command=arguments[0], text=words)
    return _parts(done.stdout)


def output(folder: Path, *arguments: str) -> str | None:
    """The one line that a git command prints; ``None`` if it fails."""
    done = _git(folder, arguments)
    return None if done.returncode else os.fsdecode(done.stdout).removesuffix("\n")


def _parts(listing: bytes) -> list[str]:
    return [os.fsdecode(part) for part in listing.split(b"\0") if part]


def _understood(
    command: str, read: Callable[[str], T | None], lines: Iterable[str]
) -> Iterator[T]:
    """What each line says; raises SourceError with one that says nothing known."""
    for line in lines:
        try:
            found = read(line)
        except (ValueError, IndexError) as error:
            raise SourceError(
                "review.git-failed", command=command, text=line
            ) from error
        if found is not None:
            yield found


def _entry(line: str) -> tuple[str, TreeEntry]:
    head, _, path = line.partition("\t")
    mode, _, oid, size = head.split()
    # A submodule has no size, nor has an object that is lost: reading tells of that.
    return path, TreeEntry(mode, oid, int(size) if size.isdecimal() else 0)


def _status(line: str) -> tuple[str, Status] | None:
    """What ``git status --porcelain=v2`` says of a path; later lines of one win."""
    if line.startswith("? "):
        return line[2:], Status("??")
    if line.startswith("u "):
        return line.split(" ", 10)[10], Status(_letters(line), unmerged=True)
    if line.startswith("1 "):
        return line.split(" ", 8)[8], Status(_letters(line))
    return None


def _letters(line: str) -> str:
    letters = line.split(" ")[1]
    if len(letters) != 2:
        raise ValueError(line)
    return letters
