"""What a port may claim to be: one record a role.

What is judged under a role stands in `gradproof.contract.clauses`, and how it is
known to go wrong in `gradproof.defects.catalogue`, each by the role's id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gradproof.evidence.probe_ids import (
    DRAWN_ARRAYS,
    DRAWN_BATCHES,
    DRAWN_LINES,
    DRAWN_NUMBERS,
    DRAWN_PLANES,
    DRAWN_POINTS,
    DRAWN_STEPS,
    GIVEN,
    LINES,
    LONG_STEPS,
    MORE_ARRAYS,
    MORE_BATCHES,
    MORE_LINES,
    MORE_NUMBERS,
    MORE_PLANES,
    MORE_POINTS,
    MORE_STEPS,
    NUMBERS,
    PLANES,
    READ,
    SERVED,
    STEPS,
)
from gradproof.ports.role_ids import PORT_ROLES, RoleId


@dataclass(frozen=True)
class Role:
    """What a port may claim to be.

    ``call`` is the manner in which it is called: with an array; with a number; with
    one, for a function that is asked for its values; with rate and number of steps;
    or with x alone. ``points`` says what of an array is a point.

    ``served`` are the ids of the probes by which its musts are judged and explained,
    ``more`` those at which values alone are judged beside, ``drawn`` likewise those
    that are drawn at random. Those of ``shown`` are where formulas are read that a
    reader is shown: those of the first that has any.

    ``name`` is the pattern of what such a routine is called. ``by_name``: what is so
    named and keeps the musts has the role, whatever else it may be.
    """

    id: RoleId
    call: Literal["array", "number", "line", "steps", "claim"]
    points: Literal["rows", "one", "whole"]
    served: tuple[str, ...]
    shown: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    name: str | None = None
    by_name: bool = False

    def names(self, routine: str) -> bool:
        """Whether a routine's own name says that it plays the role."""
        own = re.split(r"[:.]", routine)[-1].lower()
        return self.name is not None and re.search(self.name, own) is not None


ROLES: dict[RoleId, Role] = {
    role.id: role
    for role in (
        Role(
            "gradient",
            "array",
            "rows",
            SERVED,
            ("rows", "point"),
            (*MORE_POINTS, *MORE_BATCHES),
            (*DRAWN_POINTS, *DRAWN_BATCHES),
        ),
        Role(
            "point-gradient",
            "array",
            "one",
            ("point",),
            ("point",),
            MORE_POINTS,
            DRAWN_POINTS,
        ),
        Role(
            "array-gradient",
            "array",
            "whole",
            SERVED,
            ("rows", "point"),
            (*MORE_POINTS, *MORE_ARRAYS),
            (*DRAWN_POINTS, *DRAWN_ARRAYS),
        ),
        Role(
            "derivative",
            "number",
            "whole",
            NUMBERS,
            NUMBERS[:1],
            MORE_NUMBERS,
            DRAWN_NUMBERS,
            r"diff|deriv",
        ),
        Role(
            "tangent",
            "line",
            "whole",
            (*LINES, *PLANES),
            (LINES[0], PLANES[0]),
            (*MORE_LINES, *MORE_PLANES),
            (*DRAWN_LINES, *DRAWN_PLANES),
            r"tangent",
            by_name=True,
        ),
        Role(
            "descent",
            "steps",
            "whole",
            STEPS,
            STEPS[:1],
            (*MORE_STEPS, *LONG_STEPS),
            DRAWN_STEPS,
            r"descent|descend|gradient_method",
            by_name=True,
        ),
        Role("pair", "claim", "whole", GIVEN),
    )
}

ARRAY_ROLES = tuple(id for id, role in ROLES.items() if role.call == "array")
"""The roles of a routine that gives the gradient at an array."""

OTHER_ROLES = tuple(id for id in PORT_ROLES if id not in ARRAY_ROLES)
"""Those of a routine that gives something else, made of a gradient."""

FORMULA_PROBES = frozenset((*READ, *NUMBERS, *LINES, *PLANES, *STEPS))
"""The probes at which a formula is needed, and read."""
