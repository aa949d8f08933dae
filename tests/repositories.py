"""Small git repositories with golden pictures, and changes of them."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradproof.golden.document import dumps
from gradproof.golden.snapshot import Arrows

ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@localhost",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@localhost",
}
ARROWS = Arrows(
    title="",
    labels=("x0", "x1"),
    limits=((-2.0, 2.0), (-2.0, 2.0)),
    angles="xy",
    scale=12.5,
    scale_units=None,
    units="width",
    pivot="tail",
    colours=("#666666",),
    arrows=((0.0, 1.0, 2.0, -3.0), (0.5, 1.0, 0.5, 0.25), (1.0, 1.0, -1.0, 0.5)),
)
FLIPPED = msgspec.structs.replace(
    ARROWS, arrows=(*ARROWS.arrows[:1], (0.5, 1.0, -0.5, -0.25), *ARROWS.arrows[2:])
)


def json_of(arrows: Arrows = ARROWS) -> bytes:
    return dumps(arrows).encode()


def png_of(*dots: tuple[int, int], size: tuple[int, int] = (40, 30)) -> bytes:
    """A white picture with black dots."""
    picture = Image.new("RGB", size, "white")
    for dot in dots:
        picture.putpixel(dot, (0, 0, 0))
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    return stream.getvalue()


COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
"""PNG's number for so many channels: grey, with alpha, RGB, with alpha."""
ADAM7 = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
"""Where the pixels of each pass begin, x and y, and their distances."""


def deep_png(
    values: NDArray[np.uint16], *, interlaced: bool = False, key: bytes = b""
) -> bytes:
    """A PNG of 16 bits, of values (height, width, channels); Pillow writes grey alone.

    ``key`` is the colour that is transparent.
    """
    height, width, channels = values.shape
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + row.astype(">u2").tobytes()
        for left, top, across, down in passes
        for row in values[top::down, left::across]
        if row.size
    )
    head = struct.pack(">IIBB", width, height, 16, COLOUR_TYPES[channels])
    chunks = [(b"IHDR", head + bytes([0, 0, interlaced]))]
    chunks += [(b"tRNS", key)] if key else []
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + _crc(kind + data)
        for kind, data in chunks
    )


def _crc(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))


@dataclass(frozen=True)
class Repo:
    """A repository of a test, whose files are below ``baseline_images``."""

    root: Path

    def git(self, *arguments: str) -> str:
        """What a git command prints; it must not fail."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **ISOLATED},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def path(self, name: str) -> Path:
        """A file of the folder of baselines."""
        return self.root / "baseline_images" / name

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files below the folder of baselines."""
        for name, data in files.items():
            self.path(name).parent.mkdir(parents=True, exist_ok=True)
            self.path(name).write_bytes(data)

    def commit(self, files: Mapping[str, bytes]) -> None:
        """Write files, and commit everything that is there."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "a change")

    def read(self, *names: str) -> list[bytes | None]:
        """The bytes of files, None where there is none."""
        paths = [self.path(name) for name in names]
        return [path.read_bytes() if path.exists() else None for path in paths]


def new(root: Path, files: Mapping[str, bytes]) -> Repo:
    """A repository whose one commit, on main, holds these baselines."""
    root.mkdir(parents=True, exist_ok=True)
    repo = Repo(root)
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.commit(files)
    return repo
