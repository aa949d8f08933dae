"""The frames of the line protocol, and their JSON Schema.

One JSON object a line, over a program's standard input and output. The program's
frames begin with the value of the environment variable GRADPROOF_TAG; everything
else that it prints is noise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from gradproof.ports.role_ids import TrialRoleId

VERSION = 1

Number = int | float | Literal["NaN", "Infinity", "-Infinity"]
"""JSON has no numbers that are not finite: they are written as text."""

Parameters = dict[str, str | int | float]

NOTES: Mapping[str, frozenset[str]] = {
    "asked-for-input": frozenset(),
    "cell-failed": frozenset({"cell", "kind", "line"}),
    "check-of-one-sample": frozenset(),
    "check-only-prints": frozenset(),
    "failed-after": frozenset({"kind", "line"}),
    "found-above": frozenset({"module"}),
    "old-names": frozenset({"names"}),
    "made-instance": frozenset({"name"}),
    "no-pictures": frozenset(),
    "printed-on-import": frozenset(),
    "relative-imports": frozenset({"package"}),
    "step-given": frozenset({"name", "step"}),
    "stood-in": frozenset({"module"}),
    "training-left-out": frozenset(),
    "updates-upwards": frozenset(),
    "without-self": frozenset(),
    "x-first": frozenset(),
}
"""The notes that hello may carry, and the parameters of each."""

FAILURES: Mapping[str, frozenset[str]] = {
    "cell-failed": frozenset({"cell", "kind", "text", "line"}),
    "import-failed": frozenset({"kind", "text"}),
    "import-failed-at": frozenset({"kind", "text", "line"}),
    "missing": frozenset({"names"}),
    "needs-f-and-x": frozenset(),
    "needs-self": frozenset(),
    "needs-more": frozenset({"names"}),
    "no-file": frozenset(),
    "no-numpy": frozenset({"version", "text"}),
    "not-callable": frozenset({"kind"}),
    "not-made": frozenset({"name", "kind", "text"}),
    "not-python": frozenset({"kind", "text"}),
    "not-python-at": frozenset({"kind", "text", "line"}),
    "not-python-shown": frozenset({"kind", "text", "line", "source", "column"}),
    "not-there": frozenset({"name", "functions"}),
    "objective": frozenset(),
}
"""The reasons that failed may give, and the parameters of each."""

MISSING = frozenset({"missing", "needs-self"})
"""Those that turn out when the routine is called."""

DTYPES = frozenset(
    f"{kind}{size}"
    for kind, sizes in {
        "b": [1],
        "i": [1, 2, 4, 8],
        "u": [1, 2, 4, 8],
        "f": [2, 4, 8, 12, 16],
        "c": [8, 16, 24, 32],
    }.items()
    for size in sizes
)
"""Types of numbers: kind and bytes."""

Layout = Literal[
    "C", "F", "strided", "reversed", "read-only", "byte-swapped", "list", "number"
]


class Array(msgspec.Struct, frozen=True, omit_defaults=True):
    """An array: ``data`` is flat and row-major; ``dtype`` is kind and bytes, "f8".

    ``imag`` holds the imaginary parts of complex numbers. ``layout`` is how the
    array lies in memory; to a program of another language all are "C", but "number",
    which is one number and no array.
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
    f: list[Literal["callback", "named", "formula"]]
    library: str = ""
    notes: list[tuple[str, Parameters]] = []


class Failed(msgspec.Struct, frozen=True, tag_field="op", tag="failed"):
    """In place of hello, or of a result: the routine cannot be had, and why."""

    reason: str
    parameters: Parameters = {}


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


class Called(msgspec.Struct, frozen=True, tag_field="op", tag="called"):
    """Calls that the program has answered by itself: the n-th on this probe and more.

    The first axis of ``x`` counts them; behind it stand their arguments, all of the
    ``kind``. It is no question: the host does not answer.
    """

    id: int
    n: int
    x: Array
    kind: str = ""


class Result(msgspec.Struct, frozen=True, tag_field="op", tag="result"):
    """What came of a probe.

    ``outcome``: ``returned``, with the ``value``; ``raised`` (an exception) or
    ``exited`` (it ended the interpreter), with ``kind`` and ``text``; ``nonsense``,
    no array of numbers but a ``kind``. ``x_after`` is what x holds then,
    ``shares_memory`` says whether the value is a view of it, ``unpacked`` whether it
    was the first item of a tuple, ``manners`` how f was called where it was not f(x).
    ``second`` is a descent's history, where it keeps one; ``earlier`` is what the
    result of the probe before is by now, if that was to be looked at again.
    """

    id: int
    outcome: Literal["returned", "raised", "exited", "nonsense"] = "returned"
    value: Array | None = None
    second: Array | None = None
    earlier: Array | None = None
    kind: str = ""
    text: str = ""
    x_after: Array | None = None
    shares_memory: bool = False
    unpacked: bool = False
    manners: list[Literal["f()", "f(*x)"]] = []
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


class LayerSaid(msgspec.Struct, frozen=True):
    """What a class says of itself."""

    name: str
    kind: str
    file: str = ""
    line: int = 0
    lines: dict[str, int] = {}
    make: list[tuple[str, bool, str]] = []
    forward: list[tuple[str, bool, str]] = []
    backward: list[tuple[str, bool, str]] = []
    methods: list[str] = []
    helpers: list[tuple[str, str, int]] = []
    instance: bool = False
    function: bool = False
    given: list[Array] = []
    alone: Literal["", "function", "adjoint"] = ""
    role: TrialRoleId = "layer"
    constants: list[Number] = []
    uses: list[str] = []
    own: bool = True


class Described(msgspec.Struct, frozen=True, tag_field="op", tag="described"):
    """The layers, and others, that are there, by their ``role``.

    ``make``, ``forward`` and ``backward`` take these: a parameter is its name, whether
    it is required, and its default as it is written. A helper is a function of the
    user's that the layer calls, its file and its line. What stands ``alone`` is a
    function without a backward, or the adjoint of one, which is its backward.
    ``constants`` stand in an optimizer's code.
    """

    id: int
    layers: list[LayerSaid]


class MomentSaid(msgspec.Struct, frozen=True):
    """What came of a step of a trial, with the layer's arrays as they were then.

    In ``value`` stands null for what is no array of numbers. ``changed`` says of each
    argument whether it was written to, ``kept`` of each of ``grads`` whether it is the
    array that was there at first, ``place`` where an exception came from. Of an
    optimizer ``params`` are those that it was given, ``kept`` is said of these, and
    ``changed`` of the gradients. Of a network ``attributes`` are its parameters when it
    is made, and later those that have been written to; ``gradients`` are what it
    claims, by their names, or ``value`` in their order. It is ``missing`` where what
    came of it is not the code's doing, for modules are not installed: ``text`` names
    them.
    """

    outcome: Literal["returned", "raised", "exited", "missing"]
    value: list[Array | None] = []
    gradients: dict[str, Array] = {}
    kind: str = ""
    text: str = ""
    place: tuple[str, int] | None = None
    none: bool = False
    changed: list[bool] = []
    attributes: dict[str, Array] = {}
    params: list[Array | None] = []
    grads: list[Array | None] = []
    kept: list[bool] = []


class Tried(msgspec.Struct, frozen=True, tag_field="op", tag="tried"):
    """Of each trial what came of making the layer, and then of each step."""

    id: int
    moments: list[list[MomentSaid]]


Operation = tuple[str | int | tuple[int | float], ...]
"""Its name, and one operand or two."""

FromProgram = (
    Hello
    | Failed
    | EchoReply
    | Call
    | Called
    | Result
    | Error
    | Unsupported
    | Described
    | Tried
)


class AskedFunction(msgspec.Struct, frozen=True, omit_defaults=True):
    """The f of a probe: to be called back, or ``named``, for a program that cannot.

    A program that is sent a ``formula`` may work it out for arguments of doubles.
    ``tapes`` hold, by the number of components, the operations that lead to the value,
    [name, operand, …] each: "+", "-", "*", "/", "**" of two operands, "exp", "log",
    "sin", "sqrt" of one. An operand is the place of a component, or beyond these of
    what came of an operation; or [number]. With ``values`` in their place f is the
    first of them at the first of the ``nodes``, and so on; those beyond are f's at new
    arguments, in the order in which they come. −0 is 0 there.
    """

    callback: bool = False
    named: str = ""
    tapes: dict[int, list[Operation]] = {}
    nodes: list[Array] = []
    values: list[float] = []


CALLBACK = AskedFunction(callback=True)


class GradientRequest(
    msgspec.Struct, frozen=True, tag_field="op", tag="gradient", omit_defaults=True
):
    """The host asks for the gradient of f at x.

    ``again``: x is to be handed over in the very array of the probe before, if it is
    of that shape, and the result of the probe before looked at again afterwards.
    ``same_f``: f is the function of the probe before, and may be the same object.
    """

    id: int
    f: AskedFunction
    x: Array
    again: bool = False
    same_f: bool = False


class DerivativeRequest(GradientRequest, frozen=True, tag_field="op", tag="derivative"):
    """The host asks for the derivative of f, a function of one number, at x."""


class TangentRequest(
    GradientRequest, frozen=True, tag_field="op", tag="tangent", kw_only=True
):
    """The host asks for the tangent of f at the number x: its values at ``at``."""

    at: Array


class DescentRequest(
    GradientRequest, frozen=True, tag_field="op", tag="descent", kw_only=True
):
    """The host asks where steps down the gradient of f lead from x.

    ``keywords`` are ``lr``, the rate, and ``step_num``, the number of steps.
    """

    keywords: dict[str, int | float]


class Echo(msgspec.Struct, frozen=True, tag_field="op", tag="echo"):
    """The host asks for x back, to see whether numbers come through unchanged."""

    id: int
    x: Array


class Value(
    msgspec.Struct, frozen=True, tag_field="op", tag="value", omit_defaults=True
):
    """f's answer to a call: a number, or one for each row of a batch.

    ``imag`` holds the imaginary parts, likewise. ``polynomial`` in its place:
    [coefficient, powers] of each term, to be worked out with the argument's own
    operators; a negative power is so many divisions.
    """

    id: int
    n: int
    y: Number | list[Number] | None = None
    imag: Number | list[Number] | None = None
    polynomial: list[tuple[float, list[int]]] | None = None


class Raise(msgspec.Struct, frozen=True, tag_field="op", tag="raise"):
    """f is to raise an exception."""

    id: int
    n: int
    text: str


class DescribeRequest(msgspec.Struct, frozen=True, tag_field="op", tag="describe"):
    """The host asks for the layers that are there."""

    id: int


Given = Array | list[int] | bool | int | float | str | None
"""What a layer is made with or given: an array, or something plain."""


class StepAsked(msgspec.Struct, frozen=True):
    """One thing that is done with a layer.

    "call" calls the ``method``; "slopes" gives the differences of <``cotangents``,
    forward> by each entry ``of`` a parameter or an argument, a row a length. "begin"
    hands an optimizer the parameters, in the manner of ``method``: "dictionary",
    "lists", "setup" or "one"; "update" has it update them by their gradients. "loss" is
    a network's, with the ``guard`` taken from what its logarithms are given; "gradient"
    gives the gradient that it claims, of each parameter, of the loss or of
    <``cotangents``, what comes out>.
    """

    do: Literal[
        "forward",
        "backward",
        "call",
        "slopes",
        "begin",
        "update",
        "loss",
        "gradient",
    ]
    arguments: list[Given] = []
    method: str = ""
    of: str | int = ""
    cotangents: list[Given] = []
    lengths: list[float] = []
    guard: float = 0.0


class TrialAsked(msgspec.Struct, frozen=True):
    """A layer, made with ``make`` by its parameters' names, and what is done with it.

    ``seed`` is that of the random numbers, before each forward. A network's parameters
    are put ``at`` these, by their names, before each step.
    """

    name: str
    make: dict[str, Given]
    steps: list[StepAsked]
    seed: int = 0
    at: dict[str, Array] = {}


class TryRequest(msgspec.Struct, frozen=True, tag_field="op", tag="try"):
    """The host has layers tried: each trial makes one anew."""

    id: int
    trials: list[TrialAsked]


class Bye(msgspec.Struct, frozen=True, tag_field="op", tag="bye"):
    """The program is to end."""


FromHost = (
    GradientRequest
    | DerivativeRequest
    | TangentRequest
    | DescentRequest
    | Echo
    | Value
    | Raise
    | DescribeRequest
    | TryRequest
    | Bye
)


def encode_array(array: np.ndarray[Any, Any], layout: Layout = "C") -> Array:
    """The record of an array."""
    flat = array.ravel() if array.dtype.kind != "b" else array.ravel().astype(int)
    return Array(
        dtype=f"{array.dtype.kind}{array.dtype.itemsize}",
        shape=list(array.shape),
        data=[encode_number(v) for v in flat.real.tolist()],
        layout=layout,
        imag=[encode_number(v) for v in flat.imag.tolist()]
        if array.dtype.kind == "c"
        else None,
    )


MAX_NUMBERS = 1 << 22
"""In an array: each takes two bytes of a frame at least; an axis of 0 counts as 1."""


def decode_array(record: Array) -> np.ndarray[Any, Any]:
    """The array of a record, read-only.

    Raises ValueError if the data do not fit the shape or the type.
    """
    if record.dtype not in DTYPES:
        raise ValueError(f"an array of type {record.dtype!r} holds no numbers")
    if math.prod(max(each, 1) for each in record.shape) > MAX_NUMBERS:
        raise ValueError(f"no frame holds the numbers of the shape {record.shape}")
    try:
        array = _array(record)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"no array of type {record.dtype}: {error}") from error
    array.setflags(write=False)
    return array


def _array(record: Array) -> np.ndarray[Any, Any]:
    fits = len(record.data) == math.prod(record.shape)
    if record.dtype == "f8" and record.imag is None and fits:
        # Nearly all are of this kind, and there are thousands for a port.
        return np.array([*map(float, record.data)]).reshape(record.shape)
    array = np.zeros(record.shape, record.dtype)
    with np.errstate(over="raise"):
        array[...] = _numbers(record.data, array)
        if record.imag is not None:
            array.imag[...] = _numbers(record.imag, array)
    return array


def _numbers(data: list[Number], array: np.ndarray[Any, Any]) -> Any:
    """The numbers for an array; one of integers takes nothing else."""
    if len(data) != array.size:
        raise ValueError(f"{len(data)} numbers for the shape {array.shape}")
    if array.dtype.kind not in "iu":
        return np.array([float(v) for v in data]).reshape(array.shape)
    if not all(isinstance(v, int) for v in data):
        raise ValueError("a number is no integer")
    return np.array(data, array.dtype).reshape(array.shape)


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
