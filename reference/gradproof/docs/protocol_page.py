"""The line protocol for whoever writes a program: rules, frames, a conversation."""

from __future__ import annotations

import inspect
import json
import time
from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import numpy as np

from gradproof.evidence.named_functions import named_functions
from gradproof.evidence.probes import PROBE_ERROR
from gradproof.ports import protocol
from gradproof.ports.child_process import ENVIRONMENT, TAG, Process
from gradproof.ports.frames import MAX_LINE_BYTES
from gradproof.ports.in_process import MAX_CALLS
from gradproof.ports.subprocess_port import AWKWARD, MAX_RESTARTS, python_command
from gradproof.ports.target import parse

RULES = (
    f"A frame is one JSON object in UTF-8 on one line, of at most {MAX_LINE_BYTES:,}"
    f" bytes. The program begins each of its frames with the value of the environment"
    f" variable `{TAG}`, wherever on a line it stands; the host's frames have no tag.",
    "All else that the program prints on its standard output, and its standard error,"
    " is noise: it is kept for the report, and no failure. The tag keeps noise apart;"
    " it is no secret from the program.",
    "The program begins: with `hello`, or with `failed` where there is no routine to"
    " serve. From then on it answers: each frame of the host's with one of its own,"
    " except `bye`, upon which it ends. It has to flush its output after each frame,"
    " and to read a line at a time: the host waits for the answer before it sends the"
    " next (mawk, for one, does so with `-W interactive` alone).",
    "The host begins with an `echo`, unless the program was started again. Its array"
    " has to come back bit for bit: a double is to be written with 17 significant"
    " digits, or with as few as read back the same."
    " A lost sign of −0 is noted, anything else that is lost is an error.",
    'Numbers that JSON does not have are written as `"NaN"`, `"Infinity"` and'
    ' `"-Infinity"`, in a `y` too. Arrays are flat and row-major, with their shape,'
    " which may be [] (a number) or hold a 0 (no data); `dtype` is kind and bytes. What"
    " comes is of `f8`, and for a few probes of `f4` or `i8`: a language without these"
    " takes the numbers as doubles. What it sends may all be of `f8`.",
    "Fields stand in any order, with or without spaces between. Those in brackets below"
    " may be left out; what a program does not know it passes over. A `result` with"
    " `id`, `value` and `x_after` is enough, and an `error` with `id`, `kind` and"
    " `x_after`.",
    "On `gradient` the program computes the gradient of f at x. Whenever its routine"
    " asks for f, it sends `call`, numbered from 0, and waits for `value` or `raise`;"
    " on `raise` its f is to raise an exception. At last it sends `result`, with what"
    " x holds afterwards, or `error`, or `unsupported`. An x that the routine does not"
    " take, as a batch where it takes one point, is answered by `error`. If what the"
    " routine ended in is"
    f" the exception that f raised, its `kind` is `{PROBE_ERROR}`: any other is"
    " taken for one of the routine's own.",
    "Every answer bears the `id` of what it answers. There is no resynchronisation: a"
    " frame that is not due, is malformed or too long, and a missed deadline end the"
    f" program and all that it has started. It is started again {MAX_RESTARTS} times at"
    f" most. f is called at most {MAX_CALLS:,} times a probe.",
    "What is expected of the routine never leaves the host.",
    "`roles` in `hello` name what the program serves. `gradient` leaves open whether"
    " rows are points or the whole array is one: that is found out; `point-gradient`"
    " and `array-gradient` say it. These three share the op `gradient`; `derivative`,"
    " `tangent` and `descent` have an op each. A program of several roles is judged"
    " under each; where it names several of these three, under the one that fits.",
    "A program that cannot call back says `named` in `f`: it is then sent the name of a"
    " function in the place of a callback. Its formula cannot be read, so the report"
    " says what was not covered. A function that it does not have it answers with"
    " `unsupported`, and an op too.",
    "A program that says `formula` in `f` beside `callback` may be sent what f is, so"
    " that it need not ask for each value; it may ask all the same. What it works out"
    " by itself it says in `called`, before the next `call` and before `result`: many"
    " calls in one frame, if their arguments are of one shape and kind. It is sent only"
    " where it says in `library` that it computes with the NumPy of the host, which has"
    " to give the same bits, and where it has served such a probe before. No other"
    " program has to know of it.",
    "A program with layers, networks or optimizers names `layer`, `network` or"
    " `optimizer` in `roles`, nothing else, and an empty `f`. It is started once for"
    " `hello` and the echo, and once more to be asked: first `describe`, then `try`.",
)
TRIALS = (
    "Each trial makes a thing anew: `make` has what it is made of, by the names that"
    " `described` gave them. Then its steps are done one after the other. The answer"
    " has a list of moments for each trial: one for the making, one for each step, and"
    " none after the first that raised. All that a moment does not tell is not judged."
)
STEPS = (
    (
        "`forward`",
        "what forward is given",
        "`value`: the arrays that came out; `attributes`: the thing's own by name",
    ),
    (
        "`backward`",
        "the cotangents; 1 for a loss",
        "`value`: the gradient of each argument; those of parameters, as `dW`, stand in"
        " `attributes`, or in `grads` beside `params`",
    ),
    ("`loss`", "what the loss is given", "`value`: the loss, an array of shape []"),
    (
        "`gradient`",
        "the same; the parameters are first put `at` the trial's",
        "`gradients`: what is claimed for each parameter, by its name; `attributes`:"
        " the parameters that are others afterwards",
    ),
    (
        "`begin`",
        "the parameters of an optimizer; `method` is `dictionary` or `lists`: raise if"
        " it is not yours, and you are asked for the other",
        "`params`: the parameters",
    ),
    (
        "`update`",
        "their gradients, in the same order",
        "`params`: the parameters afterwards; `kept`, `changed`",
    ),
    (
        "`slopes`",
        "what forward is given; `of`, `lengths` and `cotangents` say the rest",
        "`value`: differences, where forward is not known here; else it may raise",
    ),
    (
        "`call`",
        "nothing; `method` is one that `methods` of `described` names",
        "as `forward`",
    ),
)
SOON = 30.0
"""Seconds that the conversation of the page may take."""


def markdown() -> str:
    """The page; its conversation is one that has just been held."""
    return "\n".join(_lines()) + "\n"


def conversation() -> list[tuple[str, dict[str, Any]]]:
    """Who sent which frame, in one conversation with the worker for Python.

    What depends on the machine is left out of it.
    """
    said: list[tuple[str, dict[str, Any]]] = []
    process = Process(
        python_command(parse("gradproof.sample:numerical_gradient")), ENVIRONMENT
    )
    deadline = time.monotonic() + SOON

    def send(frame: protocol.FromHost) -> None:
        said.append(("host", msgspec.to_builtins(frame)))
        process.send(msgspec.json.encode(frame))

    def receive() -> protocol.FromProgram:
        line = process.receive(deadline).line
        said.append(("program", _anywhere(json.loads(line))))
        frame: protocol.FromProgram = msgspec.json.decode(
            line, type=protocol.FromProgram
        )
        return frame

    x = protocol.encode_array(np.array([1.0, 2.0]))
    try:
        receive()
        send(protocol.Echo(0, protocol.encode_array(AWKWARD)))
        receive()
        send(protocol.GradientRequest(1, protocol.CALLBACK, x))
        while isinstance(call := receive(), protocol.Call):
            assert call.x is not None
            x0, x1 = protocol.decode_array(call.x)
            send(protocol.Value(call.id, call.n, float(x0 * x1)))
        send(protocol.Bye())
        process.close()
    finally:
        process.kill()
    return said


def _anywhere(frame: dict[str, Any]) -> dict[str, Any]:
    same = {"language": "Python 3", "library": "numpy", "seconds": 0.0}
    return {key: same.get(key, value) for key, value in frame.items()}


RECORDS = (
    protocol.Array,
    protocol.AskedFunction,
    protocol.LayerSaid,
    protocol.TrialAsked,
    protocol.StepAsked,
    protocol.MomentSaid,
)


def _lines() -> Iterator[str]:
    yield "# The line protocol"
    yield ""
    yield "<!-- Generated by `python -m gradproof.docs`; edit the protocol instead. -->"
    yield ""
    yield (
        f"How gradproof talks to a program that serves a routine, version"
        f" {protocol.VERSION}: JSON, line by line, over standard input and output."
        " Python ports are run by the same protocol, in a worker that needs nothing"
        " but Python 3.6 or later and NumPy. The frames' JSON Schema is"
        " [protocol.schema.json](protocol.schema.json)."
    )
    yield from ("", "## Rules", "")
    for number, rule in enumerate(RULES, 1):
        yield f"{number}. {rule}"
    yield from ("", "## Frames of the program", "")
    yield from _table(protocol.FromProgram)
    yield from ("", "## Frames of the host", "")
    yield from _table(protocol.FromHost)
    yield from ("", "## Records within frames", "")
    for record in RECORDS:
        yield f"* **{record.__name__}**: {_fields(record)}. {_sentence(record)}"
    yield from ("", "## Layers, networks and optimizers", "", TRIALS, "")
    yield "| `do` | `arguments` | the moment |"
    yield "|---|---|---|"
    for step in STEPS:
        yield f"| {' | '.join(step)} |"
    yield from ("", "## Functions by name", "")
    yield "| name | f |"
    yield "|---|---|"
    for function in named_functions().values():
        yield f"| `{function.name}` | {function.text} |"
    yield from ("", "## A conversation", "")
    yield (
        "The book's routine is asked for the gradient of x0·x1 at (1, 2). The tag of"
        " the program's frames is left out; what depends on the machine is too."
    )
    yield from ("", "```text")
    for who, frame in conversation():
        yield f"{who:8} {json.dumps(frame, ensure_ascii=False)}"
    yield "```"


def _table(frames: Any) -> Iterator[str]:
    yield "| op | fields | meaning |"
    yield "|---|---|---|"
    for frame in get_args(frames):
        op = frame.__struct_config__.tag
        yield f"| `{op}` | {_fields(frame) or '–'} | {_sentence(frame)} |"


def _fields(record: Any) -> str:
    """The names of the fields; those that may be left out are in brackets."""
    return ", ".join(
        f"`{field.encode_name}`" if field.required else f"[`{field.encode_name}`]"
        for field in msgspec.structs.fields(record)
    )


def _sentence(record: Any) -> str:
    return " ".join((inspect.getdoc(record) or "").replace("``", "`").split())
