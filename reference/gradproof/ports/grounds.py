"""What a port needs to see: its folder, its interpreter, what it draws with."""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gradproof.ports.imported import MAX_FOLDERS_ABOVE

PREFIXES = ("bin", "lib", "lib64", "libexec", "include")
"""Of what is installed in a home folder; the rest of it may be anything."""


def ground(folder: Path) -> Path:
    """The repository that a folder lies in; without one, the folders that are searched.

    Never the home folder, nor what holds it, but for what lies there itself.
    """
    mine = folder.absolute()
    above = [mine, *mine.parents][: MAX_FOLDERS_ABOVE + 1]
    allowed = [place for place in above if place == mine or not _is_common(place)]
    whole = [place for place in above[: len(allowed)] if (place / ".git").exists()]
    return next(iter(whole), allowed[-1])


def _is_common(place: Path) -> bool:
    home = Path.home()
    shared = {Path(tempfile.gettempdir()), *Path(tempfile.gettempdir()).parents}
    return place in shared or place in (home, *home.parents) or len(place.parts) < 3


def of_order(order: bytes, cwd: Path | None) -> set[Path]:
    """The grounds of what a worker is told to run."""
    told, here = json.loads(order), cwd or Path.cwd()
    named = [Path(told["path"]).parent] if told.get("path") else [here]
    named += [Path(told["folder"])] if told.get("folder") else []
    named += [] if _is_common(here) else [here]
    return {ground(folder) for folder in named}


def of_command(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path | None
) -> set[Path]:
    """Those of a program: its folder, what its words name, and what is on PATH."""
    here = cwd or Path.cwd()
    named = {ground(here)}
    for word in command:
        with contextlib.suppress(OSError, ValueError):
            path = here / word
            if path.exists():
                named.add(ground(path if path.is_dir() else path.parent))
    for place in environment.get("PATH", "").split(":"):
        if place.startswith("/"):
            named.update(installed(Path(place)))
    found = shutil.which(command[0], path=environment.get("PATH"))
    if found:
        named.update(installed(Path(found).resolve().parent))
    return named


def installed(folder: Path) -> Iterator[Path]:
    """What comes with the programs in a folder."""
    if folder.name not in ("bin", "sbin") or len(folder.parts) < 3:
        yield folder
        return
    prefix, home = folder.parent, Path.home()
    if home in prefix.parents or prefix == home:
        yield from (prefix / name for name in PREFIXES)
    else:
        yield prefix


def of_python(command: str, environment: Mapping[str, str]) -> set[Path]:
    """The interpreter's prefix, and where it finds modules."""
    named = {Path(p) for p in environment.get("PYTHONPATH", "").split(":") if p}
    if command == sys.executable:
        named |= _own()
    found = Path(shutil.which(command, path=environment.get("PATH")) or command)
    for exe in (found.absolute(), found.resolve()):
        # A virtual environment is a prefix as a whole.
        if exe.parent.name == "bin" and len(exe.parts) > 3:
            named.add(exe.parent.parent)
        else:
            named.add(exe if _is_common(exe.parent) else exe.parent)
    return named


@functools.cache
def _own() -> frozenset[Path]:
    """What this interpreter has its modules from, editable ones too."""
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", ""))
        known = getattr(module, "MAPPING", {})
        places.update(str(Path(path).parent) for path in known.values())
    found = {Path(place) for place in places if place}
    return frozenset(p for p in found if p.is_absolute() and not _is_common(p))


def pictures(environment: Mapping[str, str]) -> list[Path]:
    """Matplotlib's folders: its settings, and its cache of fonts."""
    own = environment.get("MPLCONFIGDIR")
    if own:
        return [Path(own).absolute()]
    home = Path(environment.get("HOME") or Path.home())
    return [
        Path(environment.get(variable) or home / usual) / "matplotlib"
        for variable, usual in (
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
        )
    ]


def existing(paths: Iterable[Path]) -> list[Path]:
    """Those that are there, as they are called and as they really lie, from the top."""
    found = set()
    for path in paths:
        with contextlib.suppress(OSError):
            if path.exists():
                found |= {path.absolute(), path.resolve()}
    found.discard(Path("/"))
    return sorted(found, key=lambda path: (len(path.parts), str(path)))
