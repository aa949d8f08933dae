"""What is known of the slopes of a function at one place, or why nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gradproof.numerics.slope_estimates import SlopeEstimate, Trouble


@dataclass(frozen=True)
class Unknown:
    """Why nothing is known of f's slopes: an id and its parameters.

    Ids: ``raises``, ``ends``, ``no-number``, ``array``, ``complex``, ``random``,
    ``infinite``, ``large``, ``empty``, ``same``.
    """

    id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Slope:
    """∂f/∂x at one entry of x.

    ``limit`` is how near a central difference comes to ``value``, which is itself
    known to within ``doubt``. ``trouble`` is what is in the way where these are too
    large to decide. ``known``: the value is certain enough to be judged by.
    ``kinked``: there is a kink at x itself, and no derivative. Where all is from
    differences in x's own precision they are the ``estimate``, and ``limit`` is 0.
    """

    index: tuple[int, ...]
    value: float
    doubt: float
    limit: float
    trouble: Trouble
    known: bool
    kinked: bool
    estimate: SlopeEstimate | None = None

    @property
    def tells(self) -> bool:
        """Whether a claim can be told to be right by it."""
        by_estimate = self.estimate is not None and not self.trouble
        return (self.known or by_estimate) and not self.kinked


@dataclass(frozen=True)
class Slopes:
    """The slopes of f at x, of some entries or all.

    ``size`` is the number of all; ``aim`` the largest limit that decides.
    """

    entries: tuple[Slope, ...]
    size: int
    aim: float

    @property
    def estimated(self) -> bool:
        """Whether they are estimates."""
        return any(entry.estimate is not None for entry in self.entries)
