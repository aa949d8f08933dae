"""The numbers of the vectors: given once, and never to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["point", "rows", "whole", "number", "line", "steps"]
"""What of x is a point: all of (D,); each row; all of an array; x is a number; x is a
number, and the tangent there is asked for; all of (D,), from where steps lead."""


@dataclass(frozen=True)
class ProbePoint:
    """Which probe a vector is made of, and what of its x is a point."""

    kind: Kind
    probe: str


NUMBERS: Mapping[int, ProbePoint] = {
    1: ProbePoint("point", "point"),
    2: ProbePoint("point", "component"),
    3: ProbePoint("point", "zeros"),
    4: ProbePoint("point", "level"),
    5: ProbePoint("point", "many"),
    6: ProbePoint("point", "far"),
    7: ProbePoint("point", "flat"),
    8: ProbePoint("point", "twin"),
    9: ProbePoint("point", "ratio"),
    10: ProbePoint("point", "point-integers"),
    11: ProbePoint("rows", "rows"),
    12: ProbePoint("rows", "square"),
    13: ProbePoint("rows", "wide"),
    14: ProbePoint("rows", "others"),
    15: ProbePoint("rows", "rosenbrock"),
    16: ProbePoint("rows", "one-row"),
    17: ProbePoint("rows", "low"),
    18: ProbePoint("rows", "repeated"),
    19: ProbePoint("rows", "column"),
    20: ProbePoint("rows", "twin-rows"),
    21: ProbePoint("rows", "rows-integers"),
    22: ProbePoint("rows", "nan"),
    23: ProbePoint("rows", "infinity"),
    24: ProbePoint("whole", "rows"),
    25: ProbePoint("whole", "square"),
    26: ProbePoint("whole", "wide"),
    27: ProbePoint("whole", "others"),
    28: ProbePoint("whole", "rosenbrock"),
    29: ProbePoint("whole", "one-row"),
    30: ProbePoint("whole", "low"),
    31: ProbePoint("whole", "repeated"),
    32: ProbePoint("whole", "solid"),
    33: ProbePoint("whole", "twin-rows"),
    34: ProbePoint("whole", "rows-integers"),
    35: ProbePoint("number", "number"),
    36: ProbePoint("number", "number-fourth"),
    37: ProbePoint("number", "number-negative"),
    38: ProbePoint("number", "number-zero"),
    39: ProbePoint("number", "number-steep"),
    40: ProbePoint("number", "number-flat"),
    41: ProbePoint("number", "number-twin"),
    42: ProbePoint("number", "number-ratio"),
    43: ProbePoint("line", "line"),
    44: ProbePoint("line", "line-fourth"),
    45: ProbePoint("line", "line-zero"),
    46: ProbePoint("line", "line-negative"),
    47: ProbePoint("steps", "steps-1"),
    48: ProbePoint("steps", "steps-2"),
    49: ProbePoint("steps", "steps-3"),
    50: ProbePoint("steps", "steps-4"),
    51: ProbePoint("steps", "steps-5"),
    52: ProbePoint("steps", "steps-6"),
    53: ProbePoint("steps", "steps-zero"),
    54: ProbePoint("steps", "steps-rise"),
    55: ProbePoint("steps", "steps-flat"),
}
"""A vector that is given up leaves a gap: the others keep their numbers."""
