"""The numbers of the vectors: given once, and never to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["point", "rows", "whole", "number", "line"]
"""What of x is a point: all of (D,); each row; all of an array; x is a number; x is a
number, and the tangent there is asked for."""


@dataclass(frozen=True)
class Place:
    """Which probe a vector is made of, and what of its x is a point."""

    kind: Kind
    probe: str


NUMBERS: Mapping[int, Place] = {
    1: Place("point", "point"),
    2: Place("point", "component"),
    3: Place("point", "zeros"),
    4: Place("point", "level"),
    5: Place("point", "many"),
    6: Place("point", "far"),
    7: Place("point", "flat"),
    8: Place("point", "twin"),
    9: Place("point", "ratio"),
    10: Place("point", "point-integers"),
    11: Place("rows", "rows"),
    12: Place("rows", "square"),
    13: Place("rows", "wide"),
    14: Place("rows", "others"),
    15: Place("rows", "rosenbrock"),
    16: Place("rows", "one-row"),
    17: Place("rows", "low"),
    18: Place("rows", "repeated"),
    19: Place("rows", "column"),
    20: Place("rows", "twin-rows"),
    21: Place("rows", "rows-integers"),
    22: Place("rows", "nan"),
    23: Place("rows", "infinity"),
    24: Place("whole", "rows"),
    25: Place("whole", "square"),
    26: Place("whole", "wide"),
    27: Place("whole", "others"),
    28: Place("whole", "rosenbrock"),
    29: Place("whole", "one-row"),
    30: Place("whole", "low"),
    31: Place("whole", "repeated"),
    32: Place("whole", "solid"),
    33: Place("whole", "twin-rows"),
    34: Place("whole", "rows-integers"),
    35: Place("number", "number"),
    36: Place("number", "number-fourth"),
    37: Place("number", "number-negative"),
    38: Place("number", "number-zero"),
    39: Place("number", "number-steep"),
    40: Place("number", "number-flat"),
    41: Place("number", "number-twin"),
    42: Place("number", "number-ratio"),
    43: Place("line", "line"),
    44: Place("line", "line-fourth"),
    45: Place("line", "line-zero"),
    46: Place("line", "line-negative"),
}
"""A vector that is given up leaves a gap: the others keep their numbers."""
