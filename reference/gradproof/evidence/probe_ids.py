"""The probes by their ids, and which of them belong together."""

from __future__ import annotations

BATCHES = ("rows", "square", "wide", "rosenbrock")
"""The batches whose gradients are judged entry by entry."""

READ = ("point", *BATCHES)
"""The probes at which a formula is needed, and read."""

WHOLE = tuple(probe for probe in READ if probe != "wide")
"""Those at which arrays are judged as one point: 12 components would say no more
than 6, and take the longest of all."""

SERVED = (*READ, "others")
"""The probes that a role must serve; the others ask for more."""

NUMBERS = ("number", "number-fourth")
"""The probes of a derivative."""

LINES = ("line", "line-fourth")
"""The probes of a tangent."""

PLANES = ("plane", "plane-three")
"""Those of one that takes points, and no numbers."""

STEPS = ("steps-1", "steps-2", "steps-3", "steps-4")
"""The probes of a descent, by the number of steps."""

GIVEN = ("given", "given-single")
"""The point at which a pair is examined, in double and in single precision."""

MORE_POINTS = (
    *("component", "zeros", "level", "many", "far"),
    *("flat", "nearest", "nearer", "near", "twin", "ratio"),
)
"""Points at which values alone are judged."""

MORE_BATCHES = (
    *("one-row", "nearer-row", "near-row", "near-rows"),
    *("low", "repeated", "column", "twin-rows", "later-rows"),
)
"""Likewise batches."""

MORE_ARRAYS = (
    *("one-row", "nearer-row", "near-row"),
    *("low", "repeated", "solid", "twin-rows", "later-rows"),
)
"""Likewise arrays that are one point."""

MORE_NUMBERS = tuple(
    f"number-{what}"
    for what in (
        *("negative", "zero", "steep"),
        *("flat", "nearest", "nearer", "near", "twin", "ratio"),
    )
)

MORE_LINES = ("line-zero", "line-negative")

MORE_PLANES = ("plane-zeros",)

MORE_STEPS = ("steps-5", "steps-6")
"""Those that go on from `STEPS`."""

LONG_STEPS = ("steps-zero", "steps-rise", "steps-flat")
"""Single steps from other places, of another rate."""

DRAWN_POINTS = ("random-point",)
"""Those that are drawn at random: values alone are judged there as well."""

DRAWN_BATCHES = ("random-rows",)

DRAWN_ARRAYS = ("random-array",)

DRAWN_NUMBERS = ("random-number", "random-number-2")

DRAWN_LINES = ("random-line",)

DRAWN_PLANES = ("random-plane",)

DRAWN_STEPS = ("random-step",)

SEED = 0
"""The seed that they are drawn with, if no other is asked for."""
