"""The forms of hand-written gradients that are served here.

This much reads names alone, and imports nothing heavy: the host asks it, too.
"""

import ast
from typing import Any, Dict, List, Tuple

from . import derivative_names, returned_names

NAMES: Tuple[Any, ...] = (returned_names, derivative_names)
"""For each form the module that finds its subjects by ``names(body)``."""


def names(body: List[ast.stmt]) -> Dict[str, int]:
    """Return the names of all subjects in a file, with their lines; run nothing."""
    found: Dict[str, int] = {}
    for form in NAMES:
        for name, line in form.names(body).items():
            found.setdefault(name, line)
    return found
