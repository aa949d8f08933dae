"""What changed between two PNGs, in pixels."""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradproof.baselines.sentence import Sentence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LFS = b"version https://git-lfs.github.com/spec/"
MOST_PIXELS = 64_000_000
"""More are not decoded: four bytes each, for two pictures and their difference."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class PixelFigures:
    """``count`` of ``total`` pixels differ, all within ``box``.

    ``rms`` is over all channels, of 255, as pytest-mpl computes it; ``box`` is
    (left, top, right, bottom), the last two exclusive.
    """

    count: int
    total: int
    rms: float
    box: tuple[int, int, int, int]


class UnreadableError(Exception):
    """A file that cannot be used, with the sentence that says why."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message)
        self.sentence = Sentence(message, parameters, warns=True)


def decode(data: bytes) -> Pixels:
    """The pixels of a PNG, (height, width, 4), of 8 bits; opaque ones have alpha 255.

    Raises UnreadableError for what is no PNG, damaged, or larger than `MOST_PIXELS`.
    """
    width, height = size(data)
    if width * height > MOST_PIXELS:
        raise UnreadableError("review.png-huge", width=width, height=height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
                return np.asarray(_plain(picture).convert("RGBA"))
    # Pillow raises a great many kinds for damaged files, SyntaxError among them.
    # Their texts may hold addresses in memory, which differ from run to run.
    except Exception as error:
        text = type(error).__name__
        raise UnreadableError("review.png-broken", text=text) from error


def _plain(picture: Image.Image) -> Image.Image:
    """A picture of 16 bits in 8: Pillow's own conversion cuts values off at 255."""
    if picture.mode.startswith("I"):
        high = np.asarray(picture).astype(np.uint32) // 257
        return Image.fromarray(high.astype(np.uint8))
    return picture


def size(data: bytes) -> tuple[int, int]:
    """Width and height, from the first chunk alone; raises UnreadableError."""
    if data.startswith(LFS):
        raise UnreadableError("review.png-lfs")
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        raise UnreadableError("review.png-none")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def compare(before: Pixels, after: Pixels) -> PixelFigures | None:
    """How two pictures of one size differ; ``None`` if they do not."""
    # A pixel's four bytes at once; that is several times faster.
    differs = (before.view(np.uint32) != after.view(np.uint32))[..., 0]
    if not differs.any():
        return None
    rows, columns = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
    box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    left, top, right, bottom = map(int, box)
    inner = (slice(top, bottom), slice(left, right))  # outside it nothing differs
    channels = 3 if (before[..., 3].min(), after[..., 3].min()) == (255, 255) else 4
    gap = before[inner][..., :channels].astype(np.int32) - after[inner][..., :channels]
    mean = float((gap * gap).sum(dtype=np.int64)) / (differs.size * channels)
    return PixelFigures(
        int(differs.sum()), differs.size, mean**0.5, (left, top, right, bottom)
    )
