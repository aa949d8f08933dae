"""What a report may be about: whatever was examined, and what in it was judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gradproof.contract.verdicts import Verdict
from gradproof.examination.examination import Examination, ProgramExamination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import LayersExamination
from gradproof.scripts.examined import ScriptExamination

Examined: TypeAlias = (
    Examination | ProgramExamination | ScriptExamination | LayersExamination
)
"""What comes of one target."""


def judged(examined: Examined) -> Mapping[str, Judged]:
    """What was judged of a target, by its name; what is judged alone has the name "".

    Of a file it is each class, of a program of several roles each role.
    """
    if isinstance(examined, LayersExamination):
        return {layer.name: layer for layer in examined.layers}
    if isinstance(examined, ProgramExamination):
        return {each.role: each for each in examined.roles}
    return {"": examined}


def subjects_in(examined: Examined) -> list[Judged]:
    """Return all that was judged of a target; of a script its routines, too."""
    found = [*judged(examined).values()]
    if isinstance(examined, ScriptExamination):
        found += examined.told_routines
    return found


def verdicts(examined: Examined) -> list[Verdict]:
    """Those of all that was judged of a target; of a script of its routines, if wrong.

    A script may draw the right picture by a wrong routine.
    """
    of_routines: tuple[Judged, ...] = ()
    if isinstance(examined, ScriptExamination):
        of_routines = examined.wrong_routines
    return [each.verdict for each in (*judged(examined).values(), *of_routines)]
