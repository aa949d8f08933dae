"""Arrows are linked with the results that they are made of, rightly or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.numerics.rounding import UNIT_ROUNDOFF
from gradproof.scripts import composition, provenance
from gradproof.scripts.composition import (
    BY_COMPONENTS,
    BY_DIRECTIONS,
    NOT_AT_ALL,
    Composition,
)
from gradproof.scripts.records import GradientCall, Place, Quiver, Run

Array = NDArray[np.float64]

SIDE = np.arange(-2, 2.5, 0.5)
POINTS = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
H = 1e-4


def f(p: Array) -> Array:
    return np.asarray(p[..., 0] ** 2 + 3 * p[..., 1] + p[..., 0] * p[..., 1])


def by_differences(points: Array, f: Callable[[Array], Array] = f) -> Array:
    slopes = [(f(points + m) - f(points - m)) / (2 * H) for m in H * np.eye(2)]
    return np.stack(slopes, axis=1)


G = by_differences(POINTS)
LENGTH = np.hypot(*G.T)[:, None]


def call(x: Array, result: Array) -> GradientCall:
    nothing: Any = np.empty((0, 2))
    place = Place("a.py", 1)
    seen: Any = ()
    return GradientCall(
        number=0, place=place, name="gradient", qualified="gradient", home="a.py",
        f=0, f_name="f", stub=False, shape=x.shape, integers=False, x=x,
        result=result, ended=True, seen=seen, points=nothing, answers=nothing,
        samples=(), argument="x",
    )  # fmt: skip


def made(
    w: Array, positions: Array = POINTS, x: Array = POINTS, g: Array = G, form: int = 4
) -> Composition:
    arrows = np.concatenate([positions.T, w.T])
    quiver = Quiver(Place("a.py", 9), arrows, len(w), 0, 1, form, None)
    found = provenance.made_of([call(x, g)], quiver)
    assert found is not None
    return found


def linked(w: Array) -> bool:
    arrows = np.concatenate([POINTS.T, w.T])
    quiver = Quiver(Place("a.py", 9), arrows, len(w), 0, 1, 4, None)
    nothing: Any = ()
    run = Run(
        Path("a.py"), {}, (call(POINTS, G),), (quiver,), (), None, (), (), nothing, 1,
        False,
    )  # fmt: skip
    return bool(provenance.linked(run, quiver))


TURNED = POINTS.reshape(9, 9, 2).transpose(1, 0, 2).reshape(-1, 2)


@pytest.mark.parametrize(
    ("way", "arrows"),
    [
        ("first-twice", -G[:, [0, 0]]),
        ("first-twice", G[:, [0, 0]] * [-1, 1]),
        ("first-twice", -G[:, [0, 0]] / LENGTH),
        ("first-twice", 0.3 * G[:, [0, 0]] / (LENGTH + 1e-6)),
        ("second-twice", -0.1 * G[:, [1, 1]]),
        ("absolute", np.abs(G)),
        ("absolute", -np.abs(G) / (1 + LENGTH)),
        ("unequal", -G * [1, 2]),
        ("unequal", np.stack([-G[:, 0] / LENGTH[:, 0], -G[:, 1]], axis=1)),
        ("first-alone", -G * [1, 0]),
        ("second-alone", G * [0, 0.5]),
        ("shuffled", -G.reshape(2, -1).T),
        ("shuffled", G.reshape(9, 9, 2).transpose(1, 0, 2).reshape(-1, 2)),
    ],
)
def test_results_that_are_put_together_otherwise_are_told(
    way: str, arrows: Array
) -> None:
    found = made(arrows)
    assert found.recombined == way
    assert found.wrong > len(arrows) / 3
    assert found.part == 1
    assert linked(arrows)


@pytest.mark.parametrize(
    "arrows",
    [
        -G,
        0.05 * G,
        -G / LENGTH,
        -G / (LENGTH + 1e-8),
        -G * np.log1p(LENGTH) / LENGTH,
        np.where(LENGTH > 2, -G, 0),
    ],
)
def test_directions_that_are_kept_are_no_recombination(arrows: Array) -> None:
    found = made(arrows)
    assert (found.rank, found.recombined) == (BY_DIRECTIONS, None)


def test_a_part_of_the_arrows_is_found_at_their_places() -> None:
    assert made(-G[::3], POINTS[::3]).rank == BY_DIRECTIONS
    assert made(-G[::3, [1, 1]], POINTS[::3]).recombined == "second-twice"


def test_points_that_are_given_with_y_first_make_no_wrong_picture() -> None:
    """The script that takes both back to their places is right."""
    x = POINTS[:, ::-1].copy()
    g = by_differences(x, lambda p: f(p[..., ::-1]))
    found = made(-g[:, ::-1], x=x, g=g)
    assert (found.rank, found.recombined) == (BY_COMPONENTS, None)


def test_without_positions_the_order_of_the_rows_is_the_scripts_own() -> None:
    upside_down = -G.reshape(9, 9, 2)[::-1].reshape(-1, 2)
    assert made(upside_down, form=2).recombined is None


@pytest.mark.parametrize(
    "arrows",
    [
        G[:, ::-1] * [-1, 1],  # level lines
        POINTS,
        np.stack([POINTS[:, 0], POINTS[:, 0]], axis=1),
        np.abs(POINTS),
        np.stack([np.ones(len(G)), G[:, 0]], axis=1),  # tangents of a section
        np.stack([-np.sign(G[:, 0]), np.zeros(len(G))], axis=1),
        np.sign(G),
    ],
)
def test_what_is_made_of_something_else_is_not_judged(arrows: Array) -> None:
    assert not linked(arrows)


def test_of_some_arrows_each_component_may_have_a_factor_of_its_own() -> None:
    arrows = -G * [1, 2]
    arrows[3] = [7.0, 9.0]
    found = made(arrows)
    assert (found.rank, found.recombined) == (BY_COMPONENTS, None)
    assert found.part == pytest.approx(80 / 81)


def test_sizes_are_distinct_that_differ_in_the_ninth_place() -> None:
    sizes = np.array([1.0, 1 - 2e-9, 1 - 4e-9])
    assert composition._distinct(sizes)
    assert composition._distinct(1e9 * sizes)
    assert not composition._distinct(np.array([1.0, 1 - 2e-10, 1 - 4e-10]))


def test_a_gradient_of_one_size_throughout_makes_nothing_its_own() -> None:
    same = np.tile([2.0, 3.0], (len(POINTS), 1))
    assert made(np.ones((len(POINTS), 2)), g=same).recombined is None


def test_what_holds_for_less_than_half_of_the_arrows_is_not_sure_at_all() -> None:
    assert Composition(BY_DIRECTIONS, 0.5).sureness == (BY_DIRECTIONS, 0.5)
    assert Composition(BY_DIRECTIONS, 0.49).sureness == (NOT_AT_ALL, 0.49)
    assert Composition(BY_COMPONENTS, 1.0).sureness == (BY_COMPONENTS, 1.0)


@pytest.mark.parametrize(
    "arrows",
    [G * [1, -1] / LENGTH, G[:, ::-1] / LENGTH, G[:, ::-1], G * [0.5, -3]],
    ids=["a sign", "swapped, of one length", "swapped", "factors"],
)
def test_components_that_are_held_are_told_of_every_arrow(arrows: Array) -> None:
    found = made(arrows)
    assert (found.rank, found.part, found.recombined) == (BY_COMPONENTS, 1.0, None)


@pytest.mark.parametrize("share", [0.4, 0.5, 0.6])
def test_arrows_have_directions_where_half_of_them_or_more_do(share: float) -> None:
    g = np.random.default_rng(5).normal(size=(10, 2))
    w = 0.01 * g
    w[int(10 * share) :] = np.random.default_rng(6).normal(size=(10, 2))[
        int(10 * share) :
    ]
    found = composition.composition(w, g)
    if share < 0.5:
        assert found.rank == BY_COMPONENTS
    else:
        assert (found.rank, found.part) == (BY_DIRECTIONS, share)


def test_an_arrow_of_no_length_has_every_direction() -> None:
    w, g = np.array([[0.0, 0.0], [2.0, 2.0]]), np.array([[1.0, 3.0], [1.0, 1.0]])
    assert composition._parallel(w, g).all()
    assert composition._parallel(g, w).all()
    assert composition.turned(w, g) == 0


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize(("roundings", "on"), [(60, True), (70, False)])
def test_directions_are_told_up_to_64_roundings(
    size: float, roundings: int, on: bool
) -> None:
    g = np.array([[1.0, 0.0]])
    w = np.array([[1.0, roundings * UNIT_ROUNDOFF]])
    assert composition._parallel(size * w, g)[0] == on
    assert composition._parallel(w, -size * g)[0] == on


@pytest.mark.parametrize("size", [0.01, 100.0])
def test_arrows_are_turned_that_point_elsewhere_than_most(size: float) -> None:
    g = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [3.0, -1.0], [1.0, 1.0]])
    assert composition.turned(size * g, g) == composition.turned(-size * g, g) == 0
    w = size * g
    w[1] = -w[1]
    assert composition.turned(w, g) == composition.turned(-w, g) == 1
    w[3] = w[3, ::-1]
    assert composition.turned(w, g) == composition.turned(-w, g) == 2
    w[:3] = 0
    assert composition.turned(w, g) == 1
    w = -size * g
    w[1] = 0
    assert composition.turned(w, g) == composition.turned(-w, g) == 0


def test_factors_are_those_of_arrows_both_of_whose_components_have_one() -> None:
    g = np.array([[1.0, 0.0], [2.0, 4.0], [-1.0, 3.0], [0.0, 5.0]])
    assert composition._by_factors(g * [2, 3], g) == 1.0
    assert composition._by_factors(g * [2, 0], g) == 0.0
    assert composition._by_factors(g[[0, 3]], g[[0, 3]]) == 0.0
    w = g * [2, 3]
    w[0, 0] += 1
    assert composition._by_factors(w, g) == 0.75


def test_sizes_of_some_components_and_others_are_no_sizes_of_all() -> None:
    others = np.random.default_rng(2).uniform(0.1, 1, len(G))
    both = np.stack([np.abs(G[:, 0]), others], axis=1)
    assert composition._recombined(both, G) is None
    assert composition._recombined(both[:, ::-1], G[:, ::-1]) is None


@pytest.mark.parametrize("sign", [-1, 1])
def test_sizes_have_all_of_them_one_sign(sign: int) -> None:
    sizes = 0.01 * sign * np.abs(G)
    assert composition._recombined(sizes, G) == "absolute"
    sizes[np.flatnonzero(G.all(axis=1))[0]] *= -1
    assert composition._recombined(sizes, G) is None


@pytest.mark.parametrize(
    ("factors", "sign"), [([2, 2, 2, 2], 1), ([-1] * 4, -1), ([1, -1, 1, 1], 0)]
)
def test_the_sign_of_a_factor_is_told_where_it_is_one(
    factors: list[float], sign: int
) -> None:
    g, length = np.array([1.0, -2.0, 3.0, -4.0]), np.array([1.0, 2.5, 3.0, 5.0])
    assert composition._sign(np.array(factors) * g, g, length) == sign
    guarded = np.array(factors) * g / (length + 0.5)
    assert composition._sign(guarded, g, length) == sign
    guarded[1] *= 1 + 1e-13
    assert composition._sign(guarded, g, length) is None


def test_numbers_that_are_not_distinct_are_so_whatever_their_size() -> None:
    for size in (1e-9, 1.0, 1e9):
        close = size * np.array([1.0, 1 - 2e-10, 1 - 4e-10])
        assert not composition._distinct(close)
    assert not composition._distinct(np.zeros(3))


def test_arrows_are_shuffled_where_they_hold_all_numbers_in_another_order() -> None:
    g = np.array([[1.0, 2.0], [3.0, -4.0], [0.0, 6.0], [7.0, 8.5]])
    w = -0.5 * np.array([[2.0, 1.0], [0.0, -4.0], [7.0, 6.0], [8.5, 3.0]])
    assert composition.shuffled(w, g, None)
    assert not composition.shuffled(w * [[1], [1], [1.1], [1]], g, None)
    level = g[:, ::-1] * [-1, 1]
    for size in (1e-3, 1.0, 1e3):
        assert not composition.shuffled(size * level, g, None)
    same = np.array([[1.0, 2.0], [-2.0, 1.0], [2.0, -1.0], [1.0, 2.0]])
    assert not composition.shuffled(same[::-1], same, None)


def test_results_at_places_that_are_exchanged_are_not_shuffled() -> None:
    g = np.array([[1.0, 2.0], [3.0, -4.0], [0.0, 6.0], [7.0, 8.5]])
    w = np.array([[2.0, 1.0], [8.5, 7.0], [6.0, 0.0], [-4.0, 3.0]])
    assert composition.shuffled(w, g, None)
    for size in (1e-3, 1.0, 1e3):
        assert not composition.shuffled(w, g, size * w[:, ::-1])
    assert composition.shuffled(w, g, w)
    assert composition.shuffled(w, g, w[:, ::-1] * [[1], [1], [1], [-1.1]] + 0.1)
