"""What a layer is given and what it did: frozen records, and no judgement."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np

from gradproof.ports.observation import Note
from gradproof.ports.role_ids import TrialRoleId

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Parameter:
    """One that a method takes: ``default`` is its default as it is written."""

    name: str
    required: bool = True
    default: str = ""

    @property
    def plain(self) -> Any:
        """The default as a value, where it is something plain; else ``None``."""
        try:
            return ast.literal_eval(self.default)
        except (SyntaxError, ValueError):
            return None

    @property
    def number(self) -> float | int | None:
        """The default, where it is a number; true and false are none."""
        value = self.plain
        return value if type(value) in (float, int) else None


@dataclass(frozen=True)
class Helper:
    """A function of the user's that a layer calls, and where it begins."""

    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Description:
    """What a class says of itself; ``lines`` are those of its methods.

    ``kind`` is the name of the class, ``name`` what it is asked for by. An
    ``instance`` has been made already; its forward is ``given`` these. A ``function``
    takes variables, as DeZero's. What stands ``alone`` is a "function" that has no
    backward, or the "adjoint" of another, which is its backward. An optimizer's
    ``make`` are its numbers where it has been made already; ``constants`` are those
    that stand in its code. A network ``uses`` the layers that are asked for by these
    names; what is not the file's ``own`` is there because a network uses it.
    """

    name: str
    kind: str
    file: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    make: tuple[Parameter, ...] = ()
    forward: tuple[Parameter, ...] = ()
    backward: tuple[Parameter, ...] = ()
    methods: tuple[str, ...] = ()
    helpers: tuple[Helper, ...] = ()
    instance: bool = False
    function: bool = False
    given: tuple[Any, ...] = ()
    alone: str = ""
    role: TrialRoleId = "layer"
    constants: tuple[float, ...] = ()
    uses: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that is done with a layer or an optimizer.

    "forward" and "backward" call these with the ``arguments``, "call" the ``method``.
    "slopes" are differences of <``cotangents``, forward> by each entry ``of`` a
    parameter or an argument, a row for each of the ``lengths``. "begin" hands
    parameters to an optimizer, in the manner of ``method``, "update" their gradients.
    "loss" is a network's, without the ``guard`` in its logarithm, "gradient" what it
    claims, of <cotangents, what comes out> where that is no number.
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
    arguments: tuple[Any, ...] = ()
    method: str = ""
    of: str | int = ""
    cotangents: tuple[Any, ...] = ()
    lengths: tuple[float, ...] = ()
    guard: float = 0.0


@dataclass(frozen=True, eq=False)
class Trial:
    """A layer, made of ``make`` by its parameters' names, and what is done with it.

    A network's own parameters are put ``at`` these, by their names.
    """

    name: str
    make: Mapping[str, Any]
    steps: tuple[Step, ...]
    seed: int = 0
    at: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Moment:
    """What came of a step: the arrays returned, and the layer's as they were then.

    An entry of ``value`` is ``None`` for what was no array of numbers. ``changed`` says
    of each argument whether it was written to, ``kept`` of each of ``grads`` whether it
    is still the array that was there at first. ``place`` is the file and the line of an
    exception. Of an optimizer ``params`` are those that it was given, as they are then,
    ``kept`` says of these whether each is still the same array, and ``changed`` of the
    gradients. Where a module is ``missing``, ``text`` names it.
    """

    outcome: Literal["returned", "raised", "exited", "broke", "missing"]
    value: tuple[Array | None, ...] = ()
    kind: str = ""
    text: str = ""
    place: tuple[str, int] | None = None
    none: bool = False
    changed: tuple[bool, ...] = ()
    attributes: Mapping[str, Array] = field(default_factory=dict)
    params: tuple[Array | None, ...] = ()
    grads: tuple[Array | None, ...] = ()
    kept: tuple[bool, ...] = ()

    @property
    def first(self) -> Array | None:
        """The first of what was returned, if that is an array of numbers."""
        return next(iter(self.value), None)


class LayerPort(Protocol):
    """Anything that has layers to try."""

    @property
    def notes(self) -> tuple[Note, ...]:
        """What had to be assumed."""

    def describe(self) -> Sequence[Description]:
        """The layers that are there."""

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """For each trial what came of making the layer, and then of each step.

        Where a step was not come to, there is none.
        """
