"""What judging needs, imported: processes are forked from one that has done so."""

from __future__ import annotations

from gradproof.examination import layers as layers
from gradproof.examination.vectors import answers as answers
from gradproof.fix import faults as faults
from gradproof.fix import layer_search as layer_search
from gradproof.ports import program as program
from gradproof.report import layer_text as layer_text
from gradproof.report import script_text as script_text
from gradproof.scripts import examination as examination
