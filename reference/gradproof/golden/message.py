"""Something to be told, as an id and parameters: words are for the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A message's id, its parameters, and the panel that it is about, from 1.

    ``who`` among the parameters are arrows: their ``count``, the ``total``, and of
    the first ``arrows`` number, x and y; ``numbers`` are those of all of them, as the
    version before counts. ``warns`` marks what hinders a decision.
    """

    message: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    panel: int | None = None
    warns: bool = False
    numbers: tuple[int, ...] = ()
