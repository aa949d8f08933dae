"""What changed between two PNGs, in pixels."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gradproof.golden.clusters import Box, clusters
from gradproof.golden.message import Message

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LFS = b"version https://git-lfs.github.com/spec/"
MAX_PIXELS = 64_000_000
"""More are not decoded: of each of two pictures four bytes, or eight."""

LOW_BYTES = {2: "RGB;16L", 4: "RGBA", 6: "RGBA;16L"}
"""Colour types of which Pillow keeps the high bytes of 16 bits alone, and the raw mode
in which it keeps the low ones, or all. A PNG has the high byte first, so that to take
it for one that has the low byte first is to read the others."""

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True)
class PixelFigures:
    """``count`` of ``total`` pixels differ, all within ``box``.

    ``rms`` is over all channels, of 255, as pytest-mpl computes it; ``box`` is
    (left, top, right, bottom), the last two exclusive. ``clusters`` are boxes around
    those that lie together, ``unexplained`` of those outside of what explains them.
    """

    count: int
    total: int
    rms: float
    box: Box
    clusters: tuple[Box, ...] = ()
    unexplained: tuple[Box, ...] = ()


class UnreadableBaselineError(Exception):
    """A file that cannot be used, with the sentence that says why."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message)
        self.sentence = Message(message, parameters, warns=True)


def decode(data: bytes) -> Pixels:
    """The pixels of a PNG, (height, width, 4), of 8 bits, or of 16 if it has so many.

    Opaque ones have the largest alpha, 255 or 65535. Raises
    UnreadableBaselineError for what is no PNG, damaged, or larger than `MAX_PIXELS`.
    """
    width, height = size(data)
    if width * height > MAX_PIXELS:
        raise UnreadableBaselineError("review.png-huge", width=width, height=height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if data[24:25] == b"\x10":  # the header's bit depth
                return _deep(data, colours=data[25])
            with _opened(data) as picture:
                return np.asarray(picture.convert("RGBA"))
    # Pillow raises a great many kinds for damaged files, SyntaxError among them.
    # Their texts may hold addresses in memory, which differ from run to run.
    except Exception as error:
        text = type(error).__name__
        raise UnreadableBaselineError("review.png-broken", text=text) from error


def _opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["PNG"])


def _deep(data: bytes, colours: int) -> Pixels:
    """Pixels of 16 bits; ``colours`` is the header's colour type."""
    with _opened(data) as picture:
        clear = picture.info.get("transparency")
        values = np.atleast_3d(np.asarray(picture)).astype(np.uint16)
    if colours in LOW_BYTES:
        low = _as_raw(data, LOW_BYTES[colours])
        if colours == 4:  # grey and alpha, each of two bytes, for red to alpha
            values = 256 * low[..., ::2] + low[..., 1::2]
        else:
            values = 256 * values + low
    return _with_alpha(values, clear)


def _as_raw(data: bytes, mode: str) -> NDArray[np.uint16]:
    """The picture with its bytes taken in another of Pillow's raw modes."""
    with _opened(data) as picture:
        picture.tile = [(*tile[:3], mode) for tile in picture.tile]
        return np.asarray(picture).astype(np.uint16)


def _with_alpha(values: NDArray[np.uint16], clear: Any) -> NDArray[np.uint16]:
    """Grey or colours, with alpha or a colour that is transparent, as RGBA."""
    channels = values.shape[2]
    pixels = np.full((*values.shape[:2], 4), 65535, np.uint16)
    pixels[..., :3] = values[..., :3] if channels > 2 else values[..., :1]
    if channels in (2, 4):
        pixels[..., 3] = values[..., -1]
    elif clear is not None:
        pixels[(values == clear).all(-1), 3] = 0
    return pixels


def size(data: bytes) -> tuple[int, int]:
    """Width and height, from the first chunk alone; raises UnreadableBaselineError."""
    if data.startswith(LFS):
        raise UnreadableBaselineError("review.png-lfs")
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        raise UnreadableBaselineError("review.png-none")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def compare(
    before: Pixels, after: Pixels, explained: Sequence[Box] | None = None
) -> PixelFigures | None:
    """How two pictures of one size differ; ``None`` if they do not.

    Of two depths the deeper counts: it shows v of 255 as 257·v of 65535. What changed
    otherwise explains pixels in the boxes ``explained``, or in all of the picture.
    """
    if before.dtype != after.dtype:
        before, after = _deepened(before), _deepened(after)
    deep = before.dtype == np.uint16
    # A pixel's channels at once; that is several times faster.
    whole = np.uint64 if deep else np.uint32
    differs = (before.view(whole) != after.view(whole))[..., 0]
    if not differs.any():
        return None
    rows, columns = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
    box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    left, top, right, bottom = map(int, box)
    inner = (slice(top, bottom), slice(left, right))  # outside it nothing differs
    opaque = np.iinfo(before.dtype).max
    channels = 3 if min(before[..., 3].min(), after[..., 3].min()) == opaque else 4
    wide = np.int64 if deep else np.int32
    gap = before[inner][..., :channels].astype(wide) - after[inner][..., :channels]
    mean = float((gap * gap).sum(dtype=np.int64)) / (differs.size * channels)
    rms = mean**0.5 / (257 if deep else 1)
    return PixelFigures(
        int(differs.sum()),
        differs.size,
        rms,
        (left, top, right, bottom),
        clusters(differs),
        () if explained is None else clusters(_without(differs, explained)),
    )


def _without(mask: NDArray[np.bool_], boxes: Sequence[Box]) -> NDArray[np.bool_]:
    left_over = np.array(mask, dtype=bool)
    for left, top, right, bottom in boxes:
        left_over[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = False
    return left_over


def _deepened(pixels: Pixels) -> Pixels:
    return pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * 257
