"""Layers as ports: in this process, for code that is trusted, and in a child."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from gradproof.ports import notebook, protocol
from gradproof.ports.child_process import Process, launch
from gradproof.ports.frames import ChildError
from gradproof.ports.head_start import Begun
from gradproof.ports.limits import ADDRESS_BYTES
from gradproof.ports.observation import Note
from gradproof.ports.orders import layers_order
from gradproof.ports.protocol_child import ProtocolChild, not_loaded
from gradproof.ports.target import LoadError
from gradproof.ports.target import cells as target_cells
from gradproof.ports.trials import Description, Helper, Moment, Parameter, Trial
from gradproof.ports.worker.core import networks, updates
from gradproof.ports.worker.core import trial as worker_trial
from gradproof.ports.worker.core.printable import clean
from gradproof.ports.workers import worker_command

MAX_RESTARTS = 8
"""Of a file's child: each class may break one."""


@dataclass(frozen=True)
class Layers:
    """Classes, or objects, with forward and backward, that are called where they are.

    Objects are ``given`` these. ``notes`` say what had to be assumed to have them. Of
    ``layers_alone``, what goes forward and back is no network, whatever else it has.
    """

    found: Mapping[str, Any]
    given: tuple[Any, ...] = ()
    notes: tuple[Note, ...] = ()
    layers_alone: bool = False

    def describe(self) -> Sequence[Description]:
        """What each says of itself."""
        return [self._described(name, cls) for name, cls in self.found.items()]

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """Perform the trials, one after the other."""
        state = np.random.get_state()  # noqa: NPY002 - the one that layers use
        try:
            return [self._run(trial) for trial in trials]
        finally:
            np.random.set_state(state)  # noqa: NPY002

    def _described(self, name: str, cls: Any) -> Description:
        if updates.is_optimizer(cls):
            return description(updates.described(name, cls))
        if self._is_network(cls):
            return description(networks.described(name, cls))
        said = description(worker_trial.described(name, cls))
        given = tuple(
            np.array(x, float) if isinstance(x, list) else x for x in self.given
        )
        return replace(said, given=given) if said.instance else said

    def _is_network(self, thing: Any) -> bool:
        return not self.layers_alone and networks.is_network(thing)

    def _run(self, trial: Trial) -> list[Moment]:
        cls = self.found[trial.name]
        plain = {
            **asdict_shallow(trial),
            "steps": list(map(asdict_shallow, trial.steps)),
        }
        if self._is_network(cls):
            made = worker_trial.maker(cls)
            return [moment(m) for m in networks.perform(plain, made)]
        if updates.is_optimizer(cls):
            return [moment(m) for m in updates.perform(plain, updates.maker(cls))]
        made = worker_trial.maker(cls)
        return [moment(m) for m in worker_trial.perform(plain, made, None)]


def asdict_shallow(record: Any) -> dict[str, Any]:
    """The fields of a record; arrays in them stay what they are."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def description(said: Mapping[str, Any]) -> Description:
    """The record of what a class says of itself."""
    parts = dict(said)
    for name in ("make", "forward", "backward"):
        parts[name] = tuple(Parameter(*parameter) for parameter in said[name])
    parts["helpers"] = tuple(Helper(*helper) for helper in said["helpers"])
    parts["methods"] = tuple(said["methods"])
    parts["given"] = tuple(said["given"])
    parts["constants"] = tuple(map(float, said.get("constants", ())))
    parts["uses"] = tuple(said.get("uses", ()))
    return Description(**parts)


def moment(said: Mapping[str, Any]) -> Moment:
    """The record of what came of a step, its arrays made read-only."""
    place = said.get("place")
    return Moment(
        outcome=said["outcome"],
        value=tuple(map(_frozen, said.get("value", ()))),
        kind=said.get("kind", ""),
        text=said.get("text", ""),
        place=(place[0], place[1]) if place else None,
        none=said.get("none", False),
        changed=tuple(said.get("changed", ())),
        attributes={
            name: array
            for name, value in said.get("attributes", {}).items()
            if (array := _frozen(value)) is not None
        },
        params=tuple(map(_frozen, said.get("params", ()))),
        grads=tuple(map(_frozen, said.get("grads", ()))),
        kept=tuple(said.get("kept", ())),
    )


def _frozen(array: Any) -> np.ndarray[Any, Any] | None:
    if array is None:
        return None
    frozen: np.ndarray[Any, Any] = np.asarray(array)
    frozen.setflags(write=False)
    return frozen


class LayerFile(ProtocolChild):
    """The layers of a file, in a child; a context manager, which ends the child.

    ``timeout`` is in seconds of wall time for all trials together; ``texts`` are run in
    the place of files, by their names. It may have ``begun`` already.
    """

    max_restarts = MAX_RESTARTS

    def __init__(
        self,
        path: Path,
        python: str | None = None,
        timeout: float = 30.0,
        texts: Mapping[str, str] = MappingProxyType({}),
        begun: Begun | None = None,
    ) -> None:
        self._begun = begun
        self.path = path
        self.python = python
        self.timeout = timeout
        cells = target_cells(path) or []
        self._cells = [source for _, source in cells]
        if cells:
            name = str(path.absolute())
            texts = {name: notebook.joined(self._cells), **texts}
        self.texts = texts
        self.notes: tuple[Note, ...] = ()
        self._end = 0.0
        self._ended: LoadError | None = None
        self._restarts = 0
        self._ended_by: set[str] = set()

    def __enter__(self) -> LayerFile:
        """Start the child. Raises LoadError when the file cannot be had."""
        begin = self._begun.at if self._begun else time.monotonic()
        self._end = begin + self.timeout
        self._process = self._launched()
        try:
            hello = self._answer()
            if isinstance(hello, protocol.Failed):
                said = {k: clean(str(v)) for k, v in hello.parameters.items()}
                raise LoadError(f"load.{hello.reason}", **said)
            if not isinstance(hello, protocol.Hello):
                raise LoadError("load.no-hello", text="another frame")
            self.notes = tuple(Note(id, parameters) for id, parameters in hello.notes)
        except BaseException:
            self.stop()
            raise
        return self

    def _launched(self) -> Process:
        begun = self._begun.take() if self._begun else None
        if begun is not None:
            return begun
        order = layers_order(self.path, ADDRESS_BYTES, self.texts)
        return launch(worker_command(self.python), order, seconds=self.timeout)

    def describe(self) -> Sequence[Description]:
        """What each layer says of itself. Raises LoadError."""
        frame = self._ask(protocol.DescribeRequest(self._next_id()))
        if not isinstance(frame, protocol.Described):
            raise LoadError("load.no-hello", text="described is due")
        return [self._placed(_description(said)) for said in frame.layers]

    def _placed(self, said: Description) -> Description:
        """Return what is said with its lines as those of a notebook's cells."""
        if not self._cells or said.file != str(self.path.absolute()):
            return said
        cell, line = notebook.place_of(said.line, self._cells)
        lines = {
            name: notebook.place_of(number, self._cells)[1]
            for name, number in said.lines.items()
        }
        return replace(said, file=f"{said.file}[{cell}]", line=line, lines=lines)

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """Have the trials performed; a child that breaks is told of in each.

        For what did not break it, it is started again, a few times at most.
        """
        names = {trial.name for trial in trials}
        if self._process is None and not names & self._ended_by:
            self._start_again()
        asked = protocol.TryRequest(
            self._next_id(), [_asked(trial) for trial in trials]
        )
        try:
            if names & self._ended_by:
                raise self._ended or LoadError("load.crashed", how="it has ended")
            return self._tried(trials, self._ask(asked))
        except LoadError as error:
            said = ", ".join(map(str, error.parameters.values()))
            broke = Moment("broke", kind=error.message, text=said)
            self._ended_by |= names
            return [[broke] for _ in trials]

    def _start_again(self) -> None:
        """Start what has ended, if there is time for that."""
        if self._restarts == self.max_restarts:
            return
        self._restarts += 1
        end = self._end
        if time.monotonic() < end:
            with contextlib.suppress(LoadError):
                self.__enter__()
        self._end = end

    def _tried(
        self, trials: Sequence[Trial], frame: protocol.FromProgram
    ) -> list[list[Moment]]:
        """The moments of each trial. Raises LoadError where the frame is not due."""
        if not isinstance(frame, protocol.Tried):
            raise LoadError("load.no-hello", text="tried is due")
        if len(frame.moments) != len(trials):
            self.stop()
            said = f"moments of {len(frame.moments)} trials where {len(trials)} are due"
            raise LoadError("load.no-hello", text=said)
        try:
            pairs = zip(trials, frame.moments, strict=True)
            return [[_moment(m, trial) for m in moments] for trial, moments in pairs]
        except ValueError as error:
            # Arrays whose numbers do not fit.
            self.stop()
            raise LoadError("load.no-hello", text=clean(str(error), 200)) from error

    def _ask(self, frame: protocol.FromHost) -> protocol.FromProgram:
        if self._process is None:
            raise self._ended or LoadError("load.crashed", how="it has ended")
        self._send(frame)
        return self._answer()

    def _answer(self) -> protocol.FromProgram:
        """The next frame. Raises LoadError."""
        try:
            return self._receive(self._end)
        except ChildError as error:
            self._ended = not_loaded(error, self.stop(), self.timeout)
            raise self._ended from error


def _description(said: protocol.LayerSaid) -> Description:
    given = [protocol.decode_array(array) for array in said.given]
    return description({**msgspec.structs.asdict(said), "given": given})


def _asked(trial: Trial) -> protocol.TrialAsked:
    return protocol.TrialAsked(
        trial.name,
        {name: _given(value) for name, value in trial.make.items()},
        [
            protocol.StepAsked(
                step.do,
                [_given(a) for a in step.arguments],
                step.method,
                step.of,
                [_given(c) for c in step.cotangents],
                list(step.lengths),
                step.guard,
            )
            for step in trial.steps
        ],
        trial.seed,
        {name: protocol.encode_array(array) for name, array in trial.at.items()},
    )


def _given(value: Any) -> protocol.Given:
    if isinstance(value, np.ndarray):
        return protocol.encode_array(value)
    if isinstance(value, tuple):
        return [int(v) for v in value]
    plain: protocol.Given = value.item() if isinstance(value, np.generic) else value
    return plain


def _moment(said: protocol.MomentSaid, trial: Trial) -> Moment:
    parts = msgspec.structs.asdict(said)
    by_name = parts.pop("gradients")
    if by_name:
        parts["value"] = [by_name.get(name) for name in trial.at]
    for name in ("value", "params", "grads"):
        parts[name] = [
            None if a is None else protocol.decode_array(a) for a in parts[name]
        ]
    parts["attributes"] = {
        name: protocol.decode_array(a) for name, a in said.attributes.items()
    }
    return moment(parts)
