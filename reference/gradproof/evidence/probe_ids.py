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

STEPS = ("steps-1", "steps-2", "steps-3", "steps-4")
"""The probes of a descent, by the number of steps."""

GIVEN = ("given", "given-single")
"""The point at which a pair is examined, in double and in single precision."""
