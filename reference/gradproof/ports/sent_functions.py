"""What a child is sent of an f, so that it can work out the values by itself.

That is done where it shows nothing less than to be asked: of arguments that are arrays
of doubles, by the host's own NumPy. The child then tells of its calls when it is done
with a probe. Of one that breaks before that the host would not know what it asked for:
so it is asked for every value at first, and by a port that has broken.
"""

from __future__ import annotations

import functools

import numpy as np

from gradproof.numerics import tape
from gradproof.numerics.functions import Function
from gradproof.ports import protocol
from gradproof.ports.observation import KnownValues, Probe

MAX_COMPONENTS = 100
"""Of a point for which a tape is sent: what is longer takes longer to read than to
ask."""


def can_be_sent(said: protocol.Hello) -> bool:
    """Whether what the program works out are the bits that would be sent."""
    return "formula" in said.f and said.library == f"numpy {np.__version__}"


def described(probe: Probe) -> protocol.AskedFunction:
    """The probe's f, as far as it can be sent."""
    if probe.raises_at is not None:
        return protocol.CALLBACK
    if probe.known is not None:
        return _looked_up(probe.known)
    if probe.function is None:
        return protocol.CALLBACK
    x = np.asarray(probe.x)
    sizes = frozenset({1, x.size, *x.shape[-1:]})
    return _worked_out(probe.function, sizes)


def _looked_up(known: KnownValues) -> protocol.AskedFunction:
    if not all(node.dtype == np.float64 for node in known.nodes):
        return protocol.CALLBACK
    nodes = [protocol.encode_array(node) for node in known.nodes]
    return protocol.AskedFunction(True, nodes=nodes, values=known.values.tolist())


@functools.lru_cache(maxsize=256)
def _worked_out(function: Function, sizes: frozenset[int]) -> protocol.AskedFunction:
    few = [size for size in sorted(sizes) if size <= MAX_COMPONENTS]
    tapes = {size: tape.recorded(function, size) for size in few}
    held: dict[int, list[protocol.Operation]] = {
        size: [*each] for size, each in tapes.items() if each is not None
    }
    return protocol.AskedFunction(True, tapes=held)
