"""The frames of the line protocol, and their JSON Schema.

One JSON object a line, over a program's standard input and output. The program's
frames begin with the value of the environment variable GRADPROOF_TAG; everything
else that it prints is noise.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

VERSION = 1

Number = float | Literal["NaN", "Infinity", "-Infinity"]
"""JSON has no numbers that are not finite: they are written as text."""

Layout = Literal["C", "F", "strided", "reversed", "read-only", "byte-swapped", "list"]


class Array(msgspec.Struct, frozen=True, omit_defaults=True):
    """An array: ``data`` is flat and row-major; ``dtype`` is kind and bytes, "f8".

    ``imag`` holds the imaginary parts of complex numbers. ``layout`` is how the
    array lies in memory; to a program of another language "C" is all that matters.
    """

    dtype: str
    shape: list[Annotated[int, msgspec.Meta(ge=0)]]
    data: list[Number]
    layout: Layout = "C"
    imag: list[Number] | None = None


class Hello(msgspec.Struct, frozen=True, tag_field="op", tag="hello"):
    """The program's first frame.

    ``roles`` are those that it serves, ``f`` how it takes functions; ``notes`` say
    what had to be assumed to call it, each an id and its parameters.
    """

    protocol: int
    name: str
    language: str
    roles: list[str]
    f: list[Literal["callback", "named"]]
    library: str = ""
    notes: list[tuple[str, dict[str, Any]]] = []


class Failed(msgspec.Struct, frozen=True, tag_field="op", tag="failed"):
    """In place of hello: the routine cannot be had, and why."""

    reason: str
    parameters: dict[str, Any] = {}


class EchoReply(msgspec.Struct, frozen=True, tag_field="op", tag="echo"):
    """The array of an echo, bit for bit."""

    id: int
    x: Array


class Call(msgspec.Struct, frozen=True, tag_field="op", tag="call"):
    """The program asks for f: the n-th time on this probe, at ``x``.

    ``x`` is null for an argument that is no array of numbers; ``kind`` then names
    its type, and ``size`` is the number of its components.
    """

    id: int
    n: int
    x: Array | None
    kind: str = ""
    size: int = 0


class Result(msgspec.Struct, frozen=True, tag_field="op", tag="result"):
    """What came of a probe."""

    id: int
    outcome: Literal["returned", "raised", "exited", "nonsense"] = "returned"
    value: Array | None = None
    kind: str = ""
    text: str = ""
    x_after: Array | None = None
    shares_memory: bool = False
    unpacked: bool = False
    manners: list[str] = []
    warnings: list[str] = []
    noise: str = ""
    seconds: float = 0.0


class Error(msgspec.Struct, frozen=True, tag_field="op", tag="error"):
    """The routine ended in an error, for programs that do not send outcomes."""

    id: int
    kind: str
    text: str = ""
    x_after: Array | None = None


class Unsupported(msgspec.Struct, frozen=True, tag_field="op", tag="unsupported"):
    """The program does not do this."""

    reason: str
    id: int | None = None


FromProgram = Hello | Failed | EchoReply | Call | Result | Error | Unsupported


class Function(msgspec.Struct, frozen=True, omit_defaults=True):
    """The f of a probe: to be called back."""

    callback: bool = True


class Gradient(msgspec.Struct, frozen=True, tag_field="op", tag="gradient"):
    """The host asks for the gradient of f at x."""

    id: int
    f: Function
    x: Array


class Echo(msgspec.Struct, frozen=True, tag_field="op", tag="echo"):
    """The host asks for x back, to see whether numbers come through unchanged."""

    id: int
    x: Array


class Value(
    msgspec.Struct, frozen=True, tag_field="op", tag="value", omit_defaults=True
):
    """f's answer to a call: a number, or one for each row of a batch.

    ``polynomial`` in its place: [coefficient, powers] of each term, to be worked out
    with the argument's own operators.
    """

    id: int
    n: int
    y: Number | list[Number] | None = None
    imag: Number | None = None
    polynomial: list[tuple[float, list[int]]] | None = None


class Raise(msgspec.Struct, frozen=True, tag_field="op", tag="raise"):
    """f is to raise an exception."""

    id: int
    n: int
    text: str


class Bye(msgspec.Struct, frozen=True, tag_field="op", tag="bye"):
    """The program is to end."""


FromHost = Gradient | Echo | Value | Raise | Bye


def encode_array(array: np.ndarray[Any, Any], layout: Layout = "C") -> Array:
    """The record of an array."""
    flat = array.ravel()
    return Array(
        dtype=f"{array.dtype.kind}{array.dtype.itemsize}",
        shape=list(array.shape),
        data=[encode_number(v) for v in flat.real.tolist()],
        layout=layout,
        imag=[encode_number(v) for v in flat.imag.tolist()]
        if array.dtype.kind == "c"
        else None,
    )


def decode_array(record: Array) -> np.ndarray[Any, Any]:
    """The array of a record, read-only.

    Raises ValueError if the data do not fit the shape or the type is unknown.
    """
    if record.dtype[:1] not in "biufc":
        raise ValueError(f"an array of type {record.dtype!r} holds no numbers")
    data = np.array([float(v) for v in record.data])
    if record.imag is not None:
        data = data + 1j * np.array([float(v) for v in record.imag])
    try:
        dtype = np.dtype(record.dtype)
    except TypeError as error:
        raise ValueError(f"there is no array type {record.dtype!r}") from error
    array = data.astype(dtype).reshape(record.shape)
    array.setflags(write=False)
    return array


def encode_number(value: float) -> Number:
    """A number as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def schema() -> dict[str, Any]:
    """The JSON Schema of all frames, by who sends them."""
    parts, definitions = msgspec.json.schema_components(
        [FromProgram, FromHost], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gradproof line protocol, version 1",
        "anyOf": [
            {"title": "from the program", **parts[0]},
            {"title": "from the host", **parts[1]},
        ],
        "$defs": definitions,
    }
