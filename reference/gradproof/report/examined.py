"""What a report may be about: whatever was examined, and what in it was judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.layers import LayersExamination
from gradproof.scripts.examination import ScriptExamination

Examined: TypeAlias = Examination | ScriptExamination | LayersExamination
"""What comes of one target."""


def judged(examined: Examined) -> Mapping[str, Judged]:
    """What was judged of a target: of a file each class by its name, else one of ""."""
    if isinstance(examined, LayersExamination):
        return {layer.evidence.said.name: layer for layer in examined.layers}
    return {"": examined}
