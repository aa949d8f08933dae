"""What is said first of whatever was judged."""

from __future__ import annotations

from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.report import layer_text, port_text, script_text
from gradproof.report.phrases import Phrases
from gradproof.scripts.examined import ScriptExamination


def headline(examination: Judged, phrases: Phrases) -> str:
    """The verdict in a sentence; its subject is the target, or the file's name."""
    match examination:
        case ScriptExamination():
            return script_text.first_line(examination, phrases)
        case PartExamination():
            return layer_text.headline(examination, phrases)
        case Examination():
            return port_text.headline(examination, phrases)
    raise TypeError(type(examination).__name__)
