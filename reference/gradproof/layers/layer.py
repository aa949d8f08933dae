"""What a layer is: a function that gives its value and, beside it, its derivative.

A layer takes arrays and returns its value and ``backward``. The value is an array, or
a tuple of arrays. ``backward`` takes a cotangent of each of them, which is what a loss
changes by with each of its entries (the book's ``dout``), and returns a cotangent of
each *positional* argument, always as a tuple. What is given by *keyword* is held:
labels, masks, strides, and the layers that a layer is made of.

Nothing is kept from one call to the next, and no argument is written to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""Of floats; or of objects that have operators and, as methods, ``exp``, ``sqrt`` …"""

Backward: TypeAlias = Callable[..., tuple[Array, ...]]

Layer: TypeAlias = Callable[..., tuple[Any, Backward]]
