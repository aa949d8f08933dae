"""Where each model of an optimizer's defect leads, beside the way by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import pytest

from gradproof.defects.updates import DEFECTS
from gradproof.evidence.update_rules import FORMS

R, MU, RHO, B1, B2, E = 0.1, 0.75, 0.6, 0.7, 0.4, 0.01
NUMBERS = {"rate": R, "momentum": MU, "decay": RHO, "epsilon": E}
NUMBERS |= {"beta1": B1, "beta2": B2}
STARTS = (3.0, -1.0)
SLOPES = ((2.0, -0.5), (-1.0, 3.0), (0.25, 1.5))

Step = Callable[[float, float, float], tuple[float, float]]
"""(x, what is remembered, dx): both after the step."""
Way = Callable[[float, Sequence[float]], list[float]]


def by(step: Step) -> Way:
    """The way of one number, that remembers nothing at first."""

    def way(x: float, slopes: Sequence[float]) -> list[float]:
        kept, found = 0.0, []
        for dx in slopes:
            x, kept = step(x, kept, dx)
            found.append(x)
        return found

    return way


def first_kept(step: Step) -> Way:
    """The same, of which what is remembered stays that of the first step."""

    def way(x: float, slopes: Sequence[float]) -> list[float]:
        x, kept = step(x, 0.0, slopes[0])
        found = [x]
        for dx in slopes[1:]:
            x, _ = step(x, kept, dx)
            found.append(x)
        return found

    return way


def forgetful(step: Step) -> Way:
    return by(lambda x, kept, dx: step(x, 0.0, dx))


def velocity(x: float, v: float, dx: float) -> tuple[float, float]:
    return x + MU * v - R * dx, MU * v - R * dx


def squares(x: float, h: float, dx: float) -> tuple[float, float]:
    return x - R * dx / (sqrt(h + dx**2) + E), h + dx**2


def fading(x: float, h: float, dx: float) -> tuple[float, float]:
    return over_root(RHO * h + 0.4 * dx**2)(x, dx)


def over_root(h: float) -> Callable[[float, float], tuple[float, float]]:
    return lambda x, dx: (x - R * dx / (sqrt(h) + E), h)


def of_adam(
    b1: float = B1,
    b2: float = B2,
    of_m: Callable[[int], float] = lambda t: t,
    of_v: Callable[[int], float] = lambda t: t,
    root: Callable[[float, float], float] = lambda v, part: sqrt(v / part) + E,
    kept: float = 1,
) -> Way:
    """Adam; a bias that is corrected for infinitely many steps is not corrected."""

    def way(x: float, slopes: Sequence[float]) -> list[float]:
        m, v, found = 0.0, 0.0, []
        for t, dx in enumerate(slopes, 1):
            m = b1 * kept * m + (1 - b1) * dx
            v = b2 * kept * v + (1 - b2) * dx**2
            x -= R * m / (1 - b1 ** of_m(t)) / root(v, 1 - b2 ** of_v(t))
            found.append(x)
        return found

    return way


def never(t: int) -> float:
    return float("inf")


def corrected_twice(x: float, slopes: Sequence[float]) -> list[float]:
    m, v, found = 0.0, 0.0, []
    for t, dx in enumerate(slopes, 1):
        m, v = B1 * m + (1 - B1) * dx, B2 * v + (1 - B2) * dx**2
        rate = R * sqrt(1 - B2**t) / (1 - B1**t)
        x -= rate * m / (1 - B1**t) / (sqrt(v / (1 - B2**t)) + E)
        found.append(x)
    return found


def corrected_state(x: float, slopes: Sequence[float]) -> list[float]:
    m, v, found = 0.0, 0.0, []
    for t, dx in enumerate(slopes, 1):
        m = (B1 * m + (1 - B1) * dx) / (1 - B1**t)
        v = (B2 * v + (1 - B2) * dx**2) / (1 - B2**t)
        x -= R * m / (sqrt(v) + E)
        found.append(x)
    return found


def uphill(x: float, slopes: Sequence[float]) -> list[float]:
    return by(velocity)(x, [-dx for dx in slopes])


def once(x: float, slopes: Sequence[float]) -> list[float]:
    return [x - R * slopes[0]] * 3


WAYS: Sequence[tuple[str, str, Way]] = (
    ("update-uphill", "momentum", uphill),
    ("update-once", "momentum", once),
    ("state-not-kept", "momentum", forgetful(velocity)),
    ("state-not-kept", "adagrad", forgetful(squares)),
    ("state-not-kept", "rmsprop", forgetful(fading)),
    ("state-not-kept", "adam", of_adam(kept=0)),
    ("state-of-first-call", "momentum", first_kept(velocity)),
    ("state-of-first-call", "adagrad", first_kept(squares)),
    ("state-of-first-call", "rmsprop", first_kept(fading)),
    (
        "velocity-of-first-call",
        "momentum",
        lambda x, slopes: [x - R * n * slopes[0] for n in (1, 2, 3)],
    ),
    (
        "nesterov-old-form",
        "nesterov",
        by(
            lambda x, v, dx: (
                x + MU**2 * (MU * v - R * dx) - (1 + MU) * R * dx,
                MU * v - R * dx,
            )
        ),
    ),
    ("nesterov-without-look-ahead", "nesterov", by(velocity)),
    ("velocity-late", "momentum", by(lambda x, v, dx: (x + v, MU * v - R * dx))),
    (
        "step-added-twice",
        "momentum",
        by(lambda x, v, dx: (x + MU * v - 2 * R * dx, MU * v - R * dx)),
    ),
    (
        "rate-twice",
        "momentum",
        by(lambda x, v, dx: (x + R * (MU * v - R * dx), MU * v - R * dx)),
    ),
    (
        "velocity-reversed",
        "momentum",
        by(lambda x, v, dx: (x - MU * v - R * dx, -MU * v - R * dx)),
    ),
    (
        "decay-swapped",
        "rmsprop",
        by(lambda x, h, dx: over_root(0.4 * h + RHO * dx**2)(x, dx)),
    ),
    (
        "momentum-swapped",
        "momentum",
        by(lambda x, v, dx: (x + 0.25 * v - R * dx, 0.25 * v - R * dx)),
    ),
    ("beta-complements", "adam", of_adam(1 - B1, 1 - B2)),
    ("betas-swapped", "adam", of_adam(B2, B1)),
    (
        "squares-summed",
        "rmsprop",
        by(lambda x, h, dx: over_root(h + 0.4 * dx**2)(x, dx)),
    ),
    (
        "squares-unweighted",
        "rmsprop",
        by(lambda x, h, dx: over_root(RHO * h + dx**2)(x, dx)),
    ),
    (
        "squares-late",
        "adagrad",
        by(lambda x, h, dx: (x - R * dx / (sqrt(h) + E), h + dx**2)),
    ),
    (
        "not-squared",
        "adagrad",
        by(lambda x, h, dx: over_root(h + abs(dx))(x, dx)),
    ),
    (
        "root-missing",
        "rmsprop",
        by(
            lambda x, h, dx: (
                x - R * dx / (RHO * h + 0.4 * dx**2 + E),
                RHO * h + 0.4 * dx**2,
            )
        ),
    ),
    ("bias-not-corrected", "adam", of_adam(of_m=never, of_v=never)),
    ("bias-of-m-alone", "adam", of_adam(of_v=never)),
    ("bias-of-v-alone", "adam", of_adam(of_m=never)),
    ("bias-of-next-step", "adam", of_adam(of_m=lambda t: t + 1, of_v=lambda t: t + 1)),
    ("bias-of-first-step", "adam", of_adam(of_m=lambda t: 1, of_v=lambda t: 1)),
    (
        "bias-of-m-alone",
        "adam-inside",
        of_adam(of_v=never, root=lambda v, part: sqrt(v / part + E)),
    ),
    (
        "bias-of-v-alone",
        "adam-inside",
        of_adam(of_m=never, root=lambda v, part: sqrt(v / part + E)),
    ),
    (
        "bias-of-v-alone",
        "adam-hat",
        of_adam(of_m=never, root=lambda v, part: (sqrt(v) + E) / sqrt(part)),
    ),
    (
        "bias-of-v-alone",
        "adam-inside-hat",
        of_adam(of_m=never, root=lambda v, part: sqrt((v + E) / part)),
    ),
    ("bias-corrected-twice", "adam", corrected_twice),
    ("bias-corrected-state", "adam", corrected_state),
)


def walked(defect: str, form: str) -> list[Any]:
    """Where both parameters are, after each step."""
    found = next(f for f in FORMS if f.id == form)
    numbers = {role: NUMBERS[role] for role in ("rate", *found.roles)}
    return list(DEFECTS[defect].model(found)(numbers, STARTS, SLOPES))


def named(part: Any) -> str:
    return part if isinstance(part, str) else "its-way"


@pytest.mark.parametrize(("defect", "form", "way"), WAYS, ids=named)
def test_an_optimizer_with_a_defect_goes_its_way(
    defect: str, form: str, way: Way
) -> None:
    first, second = (way(x, [s[k] for s in SLOPES]) for k, x in enumerate(STARTS))
    found = walked(defect, form)
    assert [now[0] for now in found] == pytest.approx(first)

    assert [now[1] for now in found] == pytest.approx(second)


def test_one_that_ends_after_its_first_parameter_leaves_the_others() -> None:
    first = by(velocity)(3.0, [2.0, -1.0, 0.25])
    found = walked("update-of-first-parameter", "momentum")
    assert [now[0] for now in found] == pytest.approx(first)
    assert [now[1] for now in found] == [-1.0] * 3


def test_one_that_remembers_for_its_first_parameter_forgets_for_the_others() -> None:
    found = walked("state-of-first-parameter", "momentum")
    assert [now[0] for now in found] == pytest.approx(by(velocity)(3, [2, -1, 0.25]))
    others = forgetful(velocity)(-1.0, [-0.5, 3.0, 1.5])
    assert [now[1] for now in found] == pytest.approx(others)


def test_steps_that_are_counted_by_parameters_are_as_many_times_as_many() -> None:
    found = walked("bias-counted-by-parameters", "adam")
    for k, x in enumerate(STARTS):

        def step(t: int, k: int = k) -> int:
            return 2 * t - 1 + k

        way = of_adam(of_m=step, of_v=step)(x, [s[k] for s in SLOPES])
        assert [now[k] for now in found] == pytest.approx(way)


def test_each_defect_of_one_number_has_its_way() -> None:
    among_several = {
        "update-of-first-parameter",
        "state-of-first-parameter",
        "bias-counted-by-parameters",
    }
    assert {defect for defect, *_ in WAYS} | among_several == set(DEFECTS)
