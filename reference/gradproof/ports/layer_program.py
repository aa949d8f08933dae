"""Programs in any language that have layers, networks or optimizers to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from gradproof.ports.child_process import Process, launch
from gradproof.ports.layer_doors import LayerFile
from gradproof.ports.trials import Moment, Trial

ROLES = ("layer", "network", "optimizer")
"""What a program names in hello if it answers ``describe`` and ``try``."""

VALUED = ("forward", "loss")
"""What is done for the sake of its value."""

OWN = {"load.crashed": "program.died", "load.no-hello": "program.misfit"}
"""What is the doing of what was tried, by the message of why there is no answer."""

NOT_ASKED = Moment("raised", kind="unsupported")


class LayerProgram(LayerFile):
    """A program that is asked for its layers; a context manager, which ends it."""

    max_restarts = 3

    def __init__(
        self,
        command: Sequence[str],
        timeout: float = 30.0,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(Path(), timeout=timeout)
        self.command = command
        self.cwd = cwd
        self.env = env or {}
        self._broke: dict[str, Moment] = {}

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """Have the trials performed, but for those in single precision.

        Which numbers a program computes in is its own matter.
        """
        asked = [trial for trial in trials if not _is_single(trial)]
        actual = iter(self._answers(asked) if asked else [])
        return [
            fitting(trial, next(actual)) if trial in asked else [NOT_ASKED] * 2
            for trial in trials
        ]

    def _answers(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """What came of trials; what broke the program once is not tried again.

        For what else it has it is started again, a few times at most.
        """
        name = trials[0].name
        if name not in self._broke:
            if self._process is None:
                self._start_again()
            running = self._process is not None
            moments = super().run(trials)
            if self._process is not None:
                return moments
            broke = moments[0][0]
            kind = OWN.get(broke.kind, broke.kind) if running else broke.kind
            self._broke[name] = replace(broke, kind=kind)
        return [[self._broke[name]] for _ in trials]

    def _launched(self) -> Process:
        return launch(self.command, cwd=self.cwd, env=self.env, seconds=self.timeout)


def fitting(trial: Trial, moments: list[Moment]) -> list[Moment]:
    """The moments, or one that says why they are no answer to the trial."""
    why = _misfit(trial, moments)
    return [Moment("broke", kind="program.misfit", text=why)] if why else moments


def _misfit(trial: Trial, moments: Sequence[Moment]) -> str:
    """What an answer lacks, or has too much of: each step has one, to the first not."""
    expected = len(trial.steps) + 1
    if not moments or len(moments) > expected:
        return f"{len(moments)} moments where {expected} are due"
    *before, last = moments
    if any(moment.outcome != "returned" for moment in before):
        return "moments after one that has not returned"
    if last.outcome == "returned" and len(moments) < expected:
        return f"{len(moments)} moments where {expected} are due"
    if last.outcome == "broke":
        return ""
    sizes = [len(step.arguments) for step in trial.steps if step.do == "begin"]
    for step, moment in zip(trial.steps, moments[1:], strict=False):
        if moment.outcome != "returned":
            continue
        if step.do in VALUED and not (moment.value or moment.none):
            return f"no value of {step.do}"
        if step.do in ("begin", "update") and len(moment.params) != sizes[0]:
            return f"{len(moment.params)} params where {sizes[0]} are due"
    return ""


def _is_single(trial: Trial) -> bool:
    """Whether it is about arrays of single precision."""
    given = [*trial.make.values(), *(a for step in trial.steps for a in step.arguments)]
    return any(isinstance(a, np.ndarray) and a.dtype == np.float32 for a in given)
