"""The subjects of every form in a file whose definitions have been run."""

import ast
from typing import Any, Iterator, List, Tuple

from . import derivatives, value_and_gradient
from .subject import Case, Subject

FORMS: Tuple[Any, ...] = (value_and_gradient, derivatives)
"""Modules, each with ``subjects(module, body, case)``."""


def subjects(module: Any, body: List[ast.stmt]) -> Iterator[Tuple[str, Subject]]:
    """Yield every subject of a file, by its name."""
    case = Case(module)
    for form in FORMS:
        yield from form.subjects(module, body, case)
