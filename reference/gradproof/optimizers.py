"""Right update rules: pure functions that take one step.

A rule takes a parameter x, the derivative dx of the loss by it, and what it remembers;
it returns the next x and what to remember. At first nothing is remembered:

>>> import numpy as np
>>> x, memory = np.array([1.0, -2.0]), ()
>>> for _ in range(3):
...     x, *memory = momentum(x, 2 * x, *memory, rate=0.25, momentum=0.5)
>>> x
array([-0.25,  0.5 ])

Each entry of a parameter is treated by itself, whatever the shape. ``rate`` is the
learning rate η. Numbers may be of any kind that NumPy takes in arrays of objects.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

__all__ = ["adagrad", "adam", "momentum", "nesterov", "rmsprop", "sgd"]


def sgd(x: Array, dx: Array, *, rate: Any = 0.01) -> tuple[Array]:
    """x − η·dx: steepest descent."""
    return (x - rate * dx,)


def momentum(
    x: Array, dx: Array, v: Any = 0, *, rate: Any = 0.01, momentum: Any = 0.9
) -> tuple[Array, Array]:
    """x + v with v ← μ·v − η·dx (Polyak 1964: the heavy ball).

    With v ← μ·v + η·dx and x − v, or v ← μ·v + dx and x − η·v, x goes the same way.
    """
    v = momentum * v - rate * dx
    return x + v, v


def nesterov(
    x: Array, dx: Array, v: Any = 0, *, rate: Any = 0.01, momentum: Any = 0.9
) -> tuple[Array, Array]:
    """x + μ·v − η·dx with v ← μ·v − η·dx.

    Nesterov's point θ moves by v, which takes the derivative ahead, at θ + μ·v. This
    follows x = θ + μ·v, as Bengio et al. 2012 do, arXiv:1212.0901, equation 7: written
    with the v before the step, x + μ²·v − (1 + μ)·η·dx.
    """
    v = momentum * v - rate * dx
    return x + momentum * v - rate * dx, v


def adagrad(
    x: Array,
    dx: Array,
    h: Any = 0,
    *,
    rate: Any = 0.01,
    epsilon: Any = 1e-7,
    inside: Any = 0,
) -> tuple[Array, Array]:
    """x − η·dx / (√h + ε) with h ← h + dx² (Duchi et al. 2011, JMLR 12).

    ``inside`` is added under the root, where others have their ε.
    """
    h = h + dx * dx
    return x - rate * dx / (np.sqrt(h + inside) + epsilon), h


def rmsprop(
    x: Array,
    dx: Array,
    h: Any = 0,
    *,
    rate: Any = 0.01,
    decay: Any = 0.99,
    epsilon: Any = 1e-7,
    inside: Any = 0,
) -> tuple[Array, Array]:
    """x − η·dx / (√h + ε) with h ← ρ·h + (1 − ρ)·dx², ρ = ``decay``.

    Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6e.
    ``inside`` is added under the root, where others have their ε.
    """
    h = decay * h + (1 - decay) * dx * dx
    return x - rate * dx / (np.sqrt(h + inside) + epsilon), h


def adam(
    x: Array,
    dx: Array,
    m: Any = 0,
    v: Any = 0,
    step: int = 0,
    *,
    rate: Any = 0.001,
    beta1: Any = 0.9,
    beta2: Any = 0.999,
    epsilon: Any = 1e-8,
    epsilon_hat: Any = 0,
    inside: Any = 0,
    inside_hat: Any = 0,
) -> tuple[Array, Array, Array, int]:
    """x − η·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) at the t-th step.

    m ← β₁·m + (1 − β₁)·dx and v ← β₂·v + (1 − β₂)·dx²: Kingma and Ba 2014,
    arXiv:1412.6980, algorithm 1. The form at the end of its section 2, which the book
    has, divides η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m by √v + ε̂ instead: that is
    ε = ε̂/√(1 − β₂ᵗ), here ``epsilon_hat``, with an ``epsilon`` of 0. Under the root
    ``inside`` is added to v̂, and ``inside_hat`` to v.
    """
    step += 1
    m = beta1 * m + (1 - beta1) * dx
    v = beta2 * v + (1 - beta2) * dx * dx
    m_part, v_part = 1 - beta1**step, 1 - beta2**step
    square = (v + inside_hat) / v_part + inside
    root = np.sqrt(square) + epsilon + epsilon_hat / v_part**0.5
    return x - rate * (m / m_part) / root, m, v, step
