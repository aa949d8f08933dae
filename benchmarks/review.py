"""What reviewing golden pictures costs, beside reading and decoding their PNGs.

A hundred pictures with 324 arrows each are changed in a temporary repository, a third
of them by one arrow, a third as a whole and a third beyond any explanation, which is
the dearest. The time of the review with its text is divided by that of reading both
PNGs of each and decoding them, measured in turns; the median is shown, and the peak
of what Python and NumPy hold meanwhile.

Exits with 1 if a limit is exceeded.
"""

from __future__ import annotations

import io
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image
from rich.console import Console

from gradproof.golden import pixels
from gradproof.golden.document import dumps, loads
from gradproof.golden.review import review
from gradproof.golden.snapshot import Arrows
from gradproof.golden.sources import open_source
from gradproof.report.phrases import Phrases
from gradproof.report.review import text

GOLDEN = Path(__file__).parents[1] / "baseline_images"
PICTURES = 100
TURNS = 5
LIMIT = 3.0
"""Times that of decoding: one's own work, on top of that, is comparing."""
MEGABYTES = 16
"""Pixels of a picture, before and after, are 2.5; one picture is held at a time."""


def main() -> int:
    """Measure, print, and say whether a limit was exceeded."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _fill(root)
        turns = [
            (_seconds(_review, root), _seconds(_decode, root)) for _ in range(TURNS)
        ]
        ratio = statistics.median(whole / bare for whole, bare in turns)
        peak = _peak(root)
    whole = statistics.median(whole for whole, _ in turns)
    print(f"{PICTURES} pictures: {whole:.2f} s, {ratio:.2f} × decoding (limit {LIMIT})")
    print(f"peak {peak:.0f} MB (limit {MEGABYTES})")
    return int(ratio > LIMIT or peak > MEGABYTES)


def _fill(root: Path) -> None:
    """A repository with the pictures, and the same changed in its working tree."""
    folder = root / "baseline_images"
    folder.mkdir()
    for k in range(PICTURES):
        for suffix in (".png", ".json"):
            source = GOLDEN / f"right-sine{suffix}"
            shutil.copy(source, folder / f"p{k:03}{suffix}")
    for command in (("init", "-q"), ("add", "."), ("commit", "-qm", "old")):
        identity = ("-c", "user.name=a", "-c", "user.email=a@localhost")
        subprocess.run(["git", *identity, *command], cwd=root, check=True)
    (arrows,) = loads((GOLDEN / "right-sine.json").read_text("utf-8"))
    assert isinstance(arrows, Arrows)
    for k in range(PICTURES):
        new = dumps(_changed(arrows, k))
        (folder / f"p{k:03}.json").write_text(new, encoding="utf-8", newline="\n")
        _dot(folder / f"p{k:03}.png", k)


def _changed(arrows: Arrows, k: int) -> Arrows:
    rows = arrows.values()
    if k % 3 == 0:
        rows[k, 2:] *= -1
    elif k % 3 == 1:
        rows[:, 2:] *= 1 + k
    else:
        rows[:, 2:] += np.random.default_rng(k).normal(size=(len(rows), 2))
    told = tuple(tuple(map(float, row)) for row in rows)
    return msgspec.structs.replace(arrows, arrows=told)


def _dot(path: Path, k: int) -> None:
    with Image.open(path) as picture:
        picture.putpixel((k, k), (0, 0, 0, 255))
        picture.save(path)


def _review(root: Path) -> None:
    with open_source(at=root) as source:
        found = review(source)
    assert len(found.changes) == PICTURES
    text.show(found, Phrases(), Console(file=io.StringIO()))


def _decode(root: Path) -> None:
    with open_source(at=root) as source:
        for picture in source.pictures:
            for version in (picture.before, picture.after):
                assert version.png is not None
                pixels.decode(version.png.read())


def _seconds(routine: Callable[[Path], None], root: Path) -> float:
    start = time.perf_counter()
    routine(root)
    return time.perf_counter() - start


def _peak(root: Path) -> float:
    """Megabytes, at most."""
    tracemalloc.start()
    _review(root)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


if __name__ == "__main__":
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    raise SystemExit(main())
