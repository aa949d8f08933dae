"""Update rules against what was published, unrolled: no memory, sums over all steps."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from functools import partial
from typing import Any

import mpmath
import numpy as np
import pytest

from gradproof import optimizers
from gradproof.optimizers import adagrad, adam, momentum, nesterov, rmsprop, sgd
from precision import BITS, departs, exactly, mp

Rule = Callable[..., Any]

STEPS = 20
START = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])


def gradients(seed: int = 0) -> Any:
    """Derivatives (STEPS, 2, 3), one of which is 0 all the time."""
    slopes = np.random.default_rng(seed).uniform(-2, 2, (STEPS, *START.shape))
    slopes[:, 1, 1] = 0
    return exactly(slopes)


def given(numbers: dict[str, float]) -> Any:
    """What is given by keyword, in high precision."""
    return {name: exactly(np.array(number))[()] for name, number in numbers.items()}


def walked(rule: Rule, **held: float) -> Any:
    """Where STEPS steps of a rule lead."""
    x: Any = exactly(START)
    memory: Any = ()
    for slope in gradients():
        x, *memory = rule(x, slope, *memory, **given(held))
    return x


def sums(terms: Callable[[Any, int], Any]) -> Any:
    """START plus the sum of ``terms(gs, t)``, gs an entry's slopes up to step t."""
    slopes = gradients().reshape(STEPS, -1).T
    with mpmath.workprec(BITS):
        return [
            mp(x) + sum(terms([mp(g) for g in gs[:t]], t) for t in range(1, STEPS + 1))
            for x, gs in zip(START.flat, slopes, strict=True)
        ]


def decayed(factor: Any, gs: list[Any], power: int = 1) -> Any:
    """Σ factor^(t − k)·gₖ^power over k = 1 … t."""
    return sum(mp(factor) ** k * g**power for k, g in enumerate(reversed(gs)))


def by_adam(
    gs: Any, t: int, rate: Any, b1: Any, b2: Any, e: Any, hat: Any, inside: Any = 0
) -> Any:
    """Kingma and Ba, section 2: with m̂ and v̂ if ``hat`` is 0, else with ε̂ alone."""
    m, v = (1 - mp(b1)) * decayed(b1, gs), (1 - mp(b2)) * decayed(b2, gs, 2)
    c1, c2 = 1 - mp(b1) ** t, 1 - mp(b2) ** t
    if hat:
        return -mp(rate) * mpmath.sqrt(c2) / c1 * m / (mpmath.sqrt(v) + mp(hat))
    return -mp(rate) * (m / c1) / (mpmath.sqrt(v / c2 + mp(inside)) + mp(e))


RATE = {"rate": 0.3}
RULES: dict[str, tuple[Rule, dict[str, float], Callable[[Any, int], Any]]] = {
    "sgd": (sgd, RATE, lambda gs, t: -mp(0.3) * gs[-1]),
    "momentum": (
        momentum,
        {**RATE, "momentum": 0.8},
        lambda gs, t: -mp(0.3) * decayed(0.8, gs),
    ),
    "nesterov": (
        nesterov,
        {**RATE, "momentum": 0.8},
        lambda gs, t: -mp(0.3) * (mp(0.8) * decayed(0.8, gs) + gs[-1]),
    ),
    "adagrad": (
        adagrad,
        {**RATE, "epsilon": 1e-5},
        lambda gs, t: -mp(0.3) * gs[-1] / (mpmath.sqrt(decayed(1, gs, 2)) + mp(1e-5)),
    ),
    "adagrad-inside": (
        adagrad,
        {**RATE, "epsilon": 0.0, "inside": 1e-5},
        lambda gs, t: -mp(0.3) * gs[-1] / mpmath.sqrt(decayed(1, gs, 2) + mp(1e-5)),
    ),
    "rmsprop": (
        rmsprop,
        {**RATE, "decay": 0.9, "epsilon": 1e-5},
        lambda gs, t: (
            -mp(0.3)
            * gs[-1]
            / (mpmath.sqrt((1 - mp(0.9)) * decayed(0.9, gs, 2)) + mp(1e-5))
        ),
    ),
    "rmsprop-inside": (
        rmsprop,
        {**RATE, "decay": 0.9, "epsilon": 0.0, "inside": 1e-5},
        lambda gs, t: (
            -mp(0.3)
            * gs[-1]
            / mpmath.sqrt((1 - mp(0.9)) * decayed(0.9, gs, 2) + mp(1e-5))
        ),
    ),
    "adam": (
        adam,
        {**RATE, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-5},
        lambda gs, t: by_adam(gs, t, 0.3, 0.8, 0.9, 1e-5, 0),
    ),
    "adam-hat": (
        adam,
        {**RATE, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.0, "epsilon_hat": 1e-5},
        lambda gs, t: by_adam(gs, t, 0.3, 0.8, 0.9, 0, 1e-5),
    ),
    "adam-inside": (
        adam,
        {**RATE, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.0, "inside": 1e-5},
        lambda gs, t: by_adam(gs, t, 0.3, 0.8, 0.9, 0, 0, 1e-5),
    ),
    "adam-inside-hat": (
        adam,
        {**RATE, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.0, "inside_hat": 1e-5},
        lambda gs, t: by_adam(
            gs, t, 0.3, 0.8, 0.9, 0, 0, mp(1e-5) / (1 - mp(0.9) ** t)
        ),
    ),
}


def strays(name: str, rule: Rule | None = None) -> bool:
    """Whether a rule leads elsewhere than the published one."""
    right, held, terms = RULES[name]
    return departs(walked(rule or right, **held), sums(terms))


@pytest.mark.parametrize("name", RULES)
def test_twenty_steps_are_those_of_the_published_rule(name: str) -> None:
    assert not strays(name)


# --- mistakes that are met ------------------------------------------------------------


def old_nesterov(x: Any, dx: Any, v: Any = 0, *, rate: Any, momentum: Any) -> Any:
    """The book's form before it was mended: with the v after the step."""
    v = momentum * v - rate * dx
    return x + momentum * momentum * v - (1 + momentum) * rate * dx, v


def forgetful(rule: Rule) -> Rule:
    return lambda x, dx, *memory, **held: rule(x, dx, **held)


def remembering_the_first(x: Any, dx: Any, v: Any = None, **held: Any) -> Any:
    x, next_v = momentum(x, dx, 0 if v is None else v, **held)
    return x, next_v if v is None else v


def uncorrected(x: Any, dx: Any, m: Any = 0, v: Any = 0, **held: Any) -> Any:
    # At a late step there is nothing left to correct.
    x, m, v, _ = adam(x, dx, m, v, 10**6, **held)
    return x, m, v


def corrected_from_step(first: int) -> Rule:
    def rule(x: Any, dx: Any, m: Any = 0, v: Any = 0, t: int = first, **h: Any) -> Any:
        return adam(x, dx, m, v, t, **h)

    return rule


def swapped(rule: Rule) -> Rule:
    return lambda *a, decay, **held: rule(*a, decay=1 - decay, **held)


MISTAKES: dict[str, tuple[str, Rule]] = {
    "uphill": ("sgd", lambda x, dx, *, rate: sgd(x, -dx, rate=rate)),
    "rate-ignored": ("sgd", lambda x, dx, *, rate: sgd(x, dx)),
    "velocity-not-kept": ("momentum", forgetful(momentum)),
    "velocity-of-the-first-step": ("momentum", remembering_the_first),
    "no-look-ahead": ("nesterov", momentum),
    "old-form": ("nesterov", old_nesterov),
    "squares-not-kept": ("adagrad", forgetful(adagrad)),
    "squares-that-fade": ("adagrad", partial(rmsprop, decay=0.9)),
    "not-the-root": (
        "adagrad",
        lambda x, dx, h=0, *, rate, epsilon: (
            x - rate * dx / (h + dx * dx + epsilon),
            h + dx * dx,
        ),
    ),
    "epsilon-inside": (
        "adagrad",
        lambda *a, rate, epsilon: adagrad(*a, rate=rate, epsilon=0, inside=epsilon),
    ),
    "epsilon-of-1e7": (
        "rmsprop",
        lambda *a, epsilon, **held: rmsprop(*a, epsilon=1e7, **held),
    ),
    "decay-swapped": ("rmsprop", swapped(rmsprop)),
    "bias-not-corrected": ("adam", uncorrected),
    "bias-of-the-next-step": ("adam", corrected_from_step(1)),
    "betas-swapped": (
        "adam",
        lambda *a, beta1, beta2, **held: adam(*a, beta1=beta2, beta2=beta1, **held),
    ),
    "the-other-epsilon": (
        "adam",
        lambda *a, epsilon, **held: adam(*a, epsilon=0, epsilon_hat=epsilon, **held),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_leads_elsewhere(mistake: str) -> None:
    assert strays(*MISTAKES[mistake])


# --- by hand ------------------------------------------------------------------------


def positions(rule: Rule, slopes: list[float], **held: Any) -> list[float]:
    """Where a number goes from 0, step by step."""
    x: Any = np.zeros(1)
    memory: Any = ()
    found = []
    for slope in slopes:
        x, *memory = rule(x, np.array([slope]), *memory, **held)
        found.append(float(x[0]))
    return found


@pytest.mark.parametrize(
    ("rule", "held", "slopes", "expected"),
    [
        (sgd, {"rate": 0.5}, [2, -4], [-1, 1]),
        (momentum, {"rate": 1, "momentum": 0.5}, [4, 0, 2], [-4, -6, -9]),
        # v: −4, −2, −3; x + μ·v − η·dx: −2 − 4, −1 − 0, −1.5 − 2
        (nesterov, {"rate": 1, "momentum": 0.5}, [4, 0, 2], [-6, -7, -10.5]),
        # √h: 3, 5, 13
        (adagrad, {"rate": 1, "epsilon": 0}, [3, 4, 12], [-1, -1.8, -1.8 - 12 / 13]),
        # h: 16/4, 4·3/4 + 4/4
        (rmsprop, {"rate": 1, "decay": 0.75, "epsilon": 0}, [4, 2], [-2, -3]),
        # m̂ and v̂ of equal slopes are the slope and its square
        (adam, {"rate": 0.5, "epsilon": 0}, [7, 7, 7], [-0.5, -1, -1.5]),
        (adam, {"rate": 1, "epsilon": 7}, [7], [-0.5]),
    ],
)
def test_steps_that_can_be_done_by_hand(
    rule: Rule, held: Any, slopes: Any, expected: Any
) -> None:
    assert positions(rule, slopes, **held) == pytest.approx(expected, rel=2**-45)


def test_nesterov_s_point_takes_the_derivative_ahead() -> None:
    def slope(x: Any) -> Any:
        return x * x * x - x

    rate, mu = exactly(np.array([0.1, 0.8]))
    x: Any = exactly(np.array([0.5]))
    memory: Any = ()
    theta, v = x, exactly(np.zeros(1))
    for _ in range(STEPS):
        x, *memory = nesterov(x, slope(x), *memory, rate=rate, momentum=mu)
        v = mu * v - rate * slope(theta + mu * v)
        theta = theta + v
    assert not departs(x, theta + mu * v)


# --- conduct ------------------------------------------------------------------------


@pytest.mark.parametrize("name", optimizers.__all__)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_keeps_precision_and_shape_and_writes_to_nothing(
    name: str, dtype: Any
) -> None:
    x, dx = np.ones((2, 3), dtype), np.full((2, 3), 0.5, dtype)
    memory: Any = ()
    for _ in range(2):
        for array in (x, dx, *memory):
            if isinstance(array, np.ndarray):
                array.setflags(write=False)
        x, *memory = getattr(optimizers, name)(x, dx, *memory)
        assert (x.dtype, x.shape) == (dtype, (2, 3))
        arrays = [a for a in memory if not isinstance(a, int)]
        assert all((a.dtype, a.shape) == (dtype, (2, 3)) for a in arrays)


def test_the_example_is_true() -> None:
    assert doctest.testmod(optimizers).attempted == 4
    assert doctest.testmod(optimizers).failed == 0
