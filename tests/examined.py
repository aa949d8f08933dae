"""What comes of judging the functions, layers and the like of a program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradproof.examination.layers import examine_layers
from gradproof.examination.parts import PartExamination
from gradproof.ports.layer_doors import LayerFile


def examined(path: Path, text: str) -> Sequence[PartExamination]:
    """Write a program, and return the examination of each subject in it."""
    path.write_text(text)
    with LayerFile(path, timeout=120) as port:
        return examine_layers(port, str(path)).layers
