"""The files that a branch has touched, by git."""

from __future__ import annotations

from pathlib import Path

from gradproof.golden import git
from gradproof.golden.git import Repository


def changed_since(folder: Path, revision: str) -> set[Path]:
    """Files that differ from where HEAD left a revision, in the working tree.

    What git does not know yet is among them. Raises SourceError.
    """
    repository = Repository.at(folder)
    base = repository.merge_base(revision, "HEAD")
    root = repository.root
    names = git.listed(root, "diff", "--name-only", "--no-renames", "-z", base)
    names += git.listed(root, "ls-files", "-z", "--others", "--exclude-standard")
    return {(root / name).absolute() for name in names}
