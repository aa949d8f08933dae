"""The wall around a child: bubblewrap, where it works.

Behind it a child has no network, sees no process but its own, and of the files what it
needs, which it cannot change; what it writes goes into folders in memory, of a bounded
size, that are gone with it.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Literal

from gradproof.ports import grounds, kept
from gradproof.ports.sandbox_ids import Sandbox
from gradproof.ports.target import LoadError
from gradproof.ports.workers import own_order

Kind = Literal["bubblewrap", "keeper", "none"]
"""What stands around children: without bubblewrap a keeper alone, off Linux nothing."""

BWRAP = "bwrap"
SCRATCH_BYTES = 256 << 20
"""Of each folder that can be written to."""
SCRATCH = "/dev/shm/written"
"""Where a worker writes what was to be written beside it."""
PROBE_SECONDS = 10.0

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
SETTINGS = (
    *("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"),
    *("localtime", "timezone", "passwd", "group", "nsswitch.conf", "matplotlibrc"),
)
"""Of /etc: nothing in it is secret."""
ALONE = (
    *("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
    *("--unshare-cgroup-try", "--cap-drop", "ALL", "--as-pid-1"),
)
KEPT = (
    *("PYTHON", "MPL", "LC_", "LANG", "OMP_", "OPENBLAS_", "MKL_", "BLIS_"),
    *("NUMEXPR_", "LD_LIBRARY_PATH", "XDG_C", "VIRTUAL_ENV", "CONDA_PREFIX"),
    *("JAVA_HOME", "NODE_PATH", "GOROOT", "GOPATH", "RUBYLIB", "GEM_", "PERL5LIB"),
    *("R_LIBS", "LUA_", "JULIA_", "GRADPROOF_TAG"),
)
"""How variables begin that a child keeps."""
KEPT_TOO = {"PATH", "HOME", "TZ", "USER", "LOGNAME"}

wanted: ContextVar[Sandbox] = ContextVar("wanted", default="auto")
"""What the command line, or the project, says of all children."""
_stood: set[Kind] = set()


def want(mode: Sandbox) -> None:
    """Have it so for all children from now on, and forget those before."""
    wanted.set(mode)
    _stood.clear()


def around() -> Kind:
    """What stands around the next child. Raises LoadError where more is required."""
    mode = wanted.get()
    kind: Kind = "keeper" if kept.is_supported() else "none"
    if mode != "off":
        why = refusal()
        if not why:
            kind = "bubblewrap"
        elif mode == "require":
            raise LoadError("wall.required", text=why)
    _stood.add(kind)
    return kind


def stood() -> Kind | None:
    """The weakest that stood around a child of this process; None without one."""
    order: tuple[Kind, ...] = ("none", "keeper", "bubblewrap")
    return next((kind for kind in order if kind in _stood), None)


@functools.cache
def refusal() -> str:
    """Why bubblewrap does not work here, in its own words; nothing if it does.

    Some systems forbid what it needs: that is known once it has been run.
    """
    if not kept.is_supported():
        return f"there is no bubblewrap for {sys.platform}"
    if shutil.which(BWRAP) is None:
        return "bwrap: command not found"
    try:
        done = subprocess.run(
            [*behind([], {}), "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bwrap: {error}"
    said = done.stderr.decode("utf-8", "replace").strip()
    return said or f"bwrap: exit code {done.returncode}" if done.returncode else ""


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The variables behind the wall: those that are needed, and the ``extra`` ones."""
    known = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_TOO or name.startswith(KEPT)
    }
    return {**known, **extra, "GRADPROOF_SCRATCH": SCRATCH}


def behind(seen: Sequence[Path], variables: Mapping[str, str]) -> list[str]:
    """What a command is put after, to run behind a wall and see these paths alone.

    They stand from the top: each lies upon what was laid before it.
    """
    home = Path(variables.get("HOME", "/nowhere"))
    words = [BWRAP, *ALONE, *_system()]
    for place in (Path("/tmp"), home):
        words += _folder(place)
    words += [word for path in seen for word in _laid(path, home)]
    for folder in grounds.pictures(variables) if variables else ():
        words += _pictures(folder)
    return [*words, "--remount-ro", "/", "--"]


def before(
    command: Sequence[str],
    order: bytes,
    cwd: Path | None,
    variables: Mapping[str, str],
) -> list[str]:
    """What is put before the command of a child, for it to see what it needs.

    Nothing where no wall stands around it. Raises LoadError where one has to.
    """
    if around() != "bubblewrap":
        return []
    seen = grounds.of_python(sys.executable, variables)
    order = order or own_order(command)
    if order:
        seen |= grounds.of_order(order, cwd) | grounds.of_python(command[0], variables)
    else:
        seen |= grounds.of_command(command, variables, cwd)
    return behind(grounds.existing(seen), variables)


def _system() -> Iterator[str]:
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.exists():
            yield from ("--ro-bind", name, name)
    java = [str(p.relative_to("/etc")) for p in Path("/etc").glob("java*")]
    for name in (*SETTINGS, *java):
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    yield from ("--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig")
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from _folder(Path("/dev/shm"))
    yield from ("--remount-ro", "/dev")


def _folder(place: Path) -> list[str]:
    """One that is empty, in memory."""
    return ["--size", str(SCRATCH_BYTES), "--tmpfs", str(place)]


def _laid(path: Path, home: Path) -> Iterator[str]:
    yield from ("--ro-bind", str(path), str(path))
    if path == home or path in home.parents:
        with contextlib.suppress(OSError):
            for entry in home.glob(".*"):
                hidden = ["--tmpfs"] if entry.is_dir() else ["--ro-bind", "/dev/null"]
                if not entry.is_symlink():
                    yield from (*hidden, str(entry))


def _pictures(folder: Path) -> list[str]:
    """Matplotlib's folder has to be one that it can write to."""
    with contextlib.suppress(OSError):
        entries = [str(entry) for entry in sorted(folder.iterdir())]
        laid = [word for e in entries for word in ("--ro-bind-try", e, e)]
        return [*_folder(folder), *laid]
    return []
