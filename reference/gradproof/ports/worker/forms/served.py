"""The subjects of every form in a file whose definitions have been run."""

import ast
from typing import Any, Iterator, List, Tuple

from . import value_and_gradient
from .subject import Subject

FORMS: Tuple[Any, ...] = (value_and_gradient,)
"""Modules, each with ``subjects(module, path, body)``."""


def subjects(
    module: Any, path: str, body: List[ast.stmt]
) -> Iterator[Tuple[str, Subject]]:
    """Yield every subject of a file, by its name."""
    for form in FORMS:
        yield from form.subjects(module, path, body)
