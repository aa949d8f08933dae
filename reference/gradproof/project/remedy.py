"""The patch of a wrong port, which its page shows."""

from __future__ import annotations

import time
from dataclasses import replace

from gradproof.examination.examination import Examination
from gradproof.examination.layers import LayerExamination
from gradproof.examination.parts import LayersExamination
from gradproof.fix import faults, layer_repair, repair
from gradproof.fix.repair import Repair
from gradproof.ports.target import TargetError, parse
from gradproof.project.checks import Checked
from gradproof.report.examined import Examined
from gradproof.scripts.examined import ScriptExamination


class _TimeoutError(Exception):
    """The time for all tries is over."""


def remedy(result: Checked, timeout: float, python: str | None = None) -> Repair | None:
    """The changes that mend it, proved; none where none is found in that time.

    ``timeout`` is in seconds of wall time, for all tries.
    """
    if not _may_be_mended(result):
        return None
    end = time.monotonic() + timeout

    def tell(*_: str) -> None:
        if time.monotonic() > end:
            raise _TimeoutError

    try:
        target = parse(result.target)
        if isinstance(result, LayersExamination):
            found = layer_repair.mend(target, timeout, python, tell=tell)
        else:
            found = repair.mend(target, timeout, python, tell=tell)
    except (TargetError, _TimeoutError):
        return None
    return found if found.changes else None


def remedies(
    result: Examined, timeout: float, python: str | None = None
) -> dict[str, Repair]:
    """Return what makes each wrong subject of a result right, by its target.

    ``timeout`` is in seconds of wall time, for all tries about one of them.
    """
    parts: list[Examined] = [result]
    if isinstance(result, LayersExamination):
        parts = [replace(result, layers=(x,), target=x.target) for x in result.layers]
    elif isinstance(result, ScriptExamination):
        parts += result.wrong_routines
    found = ((p.target, remedy(p, timeout, python)) for p in parts)
    return {target: repair for target, repair in found if repair and repair.done}


def _may_be_mended(result: Checked) -> bool:
    if isinstance(result, ScriptExamination):
        return result.verdict == "fail" and faults.may_be_mended(result)
    if isinstance(result, LayersExamination):
        layers = (x for x in result.layers if isinstance(x, LayerExamination))
        return any(layer.mendable for layer in layers)
    return isinstance(result, Examination) and result.mendable
