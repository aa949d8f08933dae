"""Arrows are linked with the results that they are made of, rightly or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gradproof.scripts import composition, provenance
from gradproof.scripts.composition import (
    BY_COMPONENTS,
    BY_DIRECTIONS,
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
