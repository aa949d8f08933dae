"""The forms of hand-written gradients that are served here, each a module.

A module has a ``ROLE``, ``names(body)`` and ``subjects(module, path, body)``.
"""

import ast
from typing import Any, Dict, Iterator, List, Tuple

from . import value_and_gradient
from .subject import Subject

FORMS: Tuple[Any, ...] = (value_and_gradient,)


def names(body: List[ast.stmt]) -> Dict[str, int]:
    """Return the names of all subjects in a file, with their lines; run nothing."""
    found: Dict[str, int] = {}
    for form in FORMS:
        for name, line in form.names(body).items():
            found.setdefault(name, line)
    return found


def subjects(
    module: Any, path: str, body: List[ast.stmt]
) -> Iterator[Tuple[str, Subject]]:
    """Yield every subject of a file whose definitions have been run."""
    for form in FORMS:
        yield from form.subjects(module, path, body)
