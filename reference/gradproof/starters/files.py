"""Writing files where none of them is yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gradproof.starters.errors import StarterError


def write(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write the files into the folder, which is made; their paths.

    Raises StarterError, and writes nothing, if one of them is there; OSError if it
    cannot be written.
    """
    paths = {folder / name: text for name, text in files.items()}
    there = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise StarterError("init.exists", files=", ".join(there))
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever made it in the meantime keeps it.
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    return list(paths)
