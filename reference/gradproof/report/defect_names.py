"""A defect of a class, named for a reader: where it stands, and what it explains."""

from __future__ import annotations

import re

from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.examination.parts import PartExamination
from gradproof.report.phrases import Phrases

OF_A_CELL = re.compile(r"ipykernel_|<ipython-input")
"""In a name that IPython gives the text of a cell, and no reader knows."""


def defect(examination: PartExamination, phrases: Phrases) -> str:
    """The defect that explains all that was seen, and where it stands."""
    best = [e for e in examination.diagnosis[:1] if e.explained == e.parts]
    return "".join(told(e, phrases) for e in best)


def told(explanation: LayerExplanation, phrases: Phrases) -> str:
    """A defect by its id and title, and the place of it."""
    place = explanation.place
    placed = place.file and not OF_A_CELL.search(place.file)
    return phrases.say(
        "layer.defect" if placed else "layer.defect-unplaced",
        defect=explanation.defect,
        name=place.name,
        title=phrases.say(f"defect.{explanation.defect}.title"),
        file=place.file.replace("\\", "/").rpartition("/")[2],
        line=place.line,
    )
