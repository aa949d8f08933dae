"""The defects that there is a change for."""

from __future__ import annotations

from gradproof.edits import layer_catalogue
from gradproof.edits.calls import WHERE_CALLED
from gradproof.edits.catalogue import OPERATORS

MENDED = {*OPERATORS, *WHERE_CALLED, *layer_catalogue.OPERATORS}
