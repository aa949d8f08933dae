"""Each choice of the recipe, by what it makes of a function of which all is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradproof.defects.recipe import Descent, Recipe, Tangent
from gradproof.numerics.number_formats import NumberFormat

H = 0.5


def cubes(x: Any) -> float:
    """Σ k·x³, of all numbers in turn, from k = 1."""
    numbers = np.ravel(x)
    return float(np.arange(1, numbers.size + 1) @ numbers**3)


def slope(k: int, x: float) -> float:
    """The central difference of k·x³ with a step of a half: k(3x² + ¼)."""
    return k * (3 * x * x + 0.25)


POINT = [1.0, 2.0, -3.0]
SLOPES = [slope(1, 1), slope(2, 2), slope(3, 3)]
ONE, TWO, THREE = SLOPES
ROWS = [[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]
OWN = [[slope(1, a), slope(2, b)] for a, b in ROWS]


def ahead(k: int, x: float) -> float:
    return k * ((x + H) ** 3 - x**3) / H


AT_POINT: dict[str, tuple[dict[str, Any], Any]] = {
    "nothing": ({}, SLOPES),
    "taps": (
        {"taps": ((1, 1.0), (0, -1.0))},
        [ahead(1, 1), ahead(2, 2), ahead(3, -3)],
    ),
    "power": ({"power": 1}, [s / 4 for s in SLOPES]),
    "factor": ({"factor": 3.0}, [3 * s for s in SLOPES]),
    "sign": ({"sign": -1.0}, [-s for s in SLOPES]),
    "moves": ({"moves": "row"}, [sum(SLOPES)] * 3),
    "given": ({"given": "element"}, [slope(1, 1), slope(1, 2), slope(1, 3)]),
    "reversed": ({"stored": "reversed"}, [THREE, TWO, ONE]),
    "rolled": ({"stored": "rolled"}, [THREE, ONE, TWO]),
    "over all": ({"stored": "over-all"}, THREE),
    "everywhere": ({"stored": "everywhere"}, [THREE] * 3),
    "nowhere": ({"stored": "nowhere"}, [0, 0, 0]),
    "into the first": ({"stored": "into-first"}, [THREE, 0, 0]),
    "first": ({"loop": "first"}, [ONE, 0, 0]),
    "first alone": ({"loop": "first-alone"}, [ONE]),
    "but the first": ({"loop": "but-first"}, [0, TWO, THREE]),
    "whole": ({"points": "whole"}, SLOPES),
    "one": ({"points": "one"}, SLOPES),
    "piece": ({"points": "piece"}, SLOPES),
    "columns": ({"points": "columns"}, SLOPES),
    "kept": ({"kept": NumberFormat("decimals", 1)}, [3.2, 24.5, 81.8]),
}


@pytest.mark.parametrize("choice", AT_POINT)
def test_at_a_point_each_choice_does_what_it_says(choice: str) -> None:
    fields, due = AT_POINT[choice]
    x = np.array(POINT)
    found = Recipe(step=H, **fields)(cubes, x)
    assert np.shape(found) == np.shape(due)
    assert found == pytest.approx(np.array(due))
    assert x.tolist() == POINT


BY_COLUMN = [[slope(k, c) for c in row] for k, row in enumerate(ROWS, 1)]
ALL = [slope(k, x) for k, x in enumerate(np.ravel(ROWS).tolist(), 1)]

AT_ROWS: dict[str, tuple[dict[str, Any], Any]] = {
    "nothing": ({}, OWN),
    "columns": ({"points": "columns"}, BY_COLUMN),
    "whole": ({"points": "whole"}, np.reshape(ALL, (3, 2))),
    "first row": ({"points": "first-row"}, [OWN[0], [0, 0], [0, 0]]),
    "piece": ({"points": "piece"}, ALL),
    "shared": ({"rows": "shared"}, [OWN[2]] * 3),
    "by columns": (
        {"rows": "by-columns"},
        [[OWN[0][0], OWN[1][0]], [OWN[2][0], OWN[0][1]], [OWN[1][1], OWN[2][1]]],
    ),
    "from columns": (
        {"rows": "from-columns"},
        [[OWN[0][0], OWN[1][1]], [OWN[0][1], OWN[2][0]], [OWN[1][0], OWN[2][1]]],
    ),
    "first alone": ({"loop": "first"}, [[row[0], 0] for row in OWN]),
    "whole, the first alone": (
        {"points": "whole", "loop": "first"},
        [[ALL[0], 0], [0, 0], [0, 0]],
    ),
    "reversed": ({"stored": "reversed"}, [row[::-1] for row in OWN]),
    "everywhere": ({"stored": "everywhere"}, [[row[1]] * 2 for row in OWN]),
}


@pytest.mark.parametrize("choice", AT_ROWS)
def test_of_rows_each_choice_does_what_it_says(choice: str) -> None:
    fields, due = AT_ROWS[choice]
    x = np.array(ROWS)
    found = Recipe(step=H, **fields)(cubes, x)
    assert np.shape(found) == np.shape(due)
    assert found == pytest.approx(np.array(due))
    assert x.tolist() == ROWS


def test_where_one_point_is_due_rows_are_refused() -> None:
    with pytest.raises(IndexError):
        Recipe(points="one")(cubes, np.array(ROWS))


@pytest.mark.parametrize("shape", [(), (2, 2, 2)])
def test_other_arrays_are_of_use_as_a_whole_alone(shape: Any) -> None:
    with pytest.raises(ValueError, match="due"):
        Recipe()(cubes, np.ones(shape))
    found = Recipe(points="whole", step=H)(cubes, np.ones(shape))
    assert np.ravel(found).tolist() == [slope(k, 1) for k in range(1, found.size + 1)]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({}, POINT),
        ({"restores": "nothing"}, [0.5, 1.5, -3.5]),
        ({"restores": "nothing", "work": "copy"}, POINT),
        ({"restores": "ahead"}, [1.5, 2.5, -2.5]),
        ({"restores": "nothing", "moves": "row"}, [-0.5, 0.5, -4.5]),
        ({"spoils": True}, [-1, -2, 3]),
        ({"alias": "from-start", "stored": "nowhere"}, POINT),
        ({"alias": "at-end"}, SLOPES),
    ],
)
def test_x_is_left_as_is_said(fields: dict[str, Any], left: Any) -> None:
    x = np.array(POINT)
    Recipe(step=H, **fields)(cubes, x)
    assert x == pytest.approx(np.array(left, float))


@pytest.mark.parametrize("alias", ["from-start", "at-end"])
def test_a_result_may_be_the_array_that_was_given(alias: Any) -> None:
    x = np.array(POINT)
    assert Recipe(alias=alias)(cubes, x) is x
    assert Recipe()(cubes, x) is not x


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({}, POINT),
        ({"careful": False}, [1.0, 1.5, -3.0]),
        ({"restores": "nothing"}, [0.5, 1.5, -3.0]),
    ],
)
def test_when_f_fails_x_is_restored_by_what_is_careful(
    fields: dict[str, Any], left: list[float]
) -> None:
    asked = 0

    def failing(x: Any) -> float:
        nonlocal asked
        asked += 1
        if asked == 4:
            raise ZeroDivisionError
        return cubes(x)

    x = np.array(POINT)
    with pytest.raises(ZeroDivisionError):
        Recipe(step=H, **fields)(failing, x)
    assert x.tolist() == left


def test_of_integers_what_works_in_their_array_moves_by_whole_numbers() -> None:
    """1 ± ½ is 1 and 0 there, 2 ± ½ is 2 and 1."""
    x = np.array([1, 2])
    assert Recipe(step=H)(cubes, x).tolist() == [slope(1, 1), slope(2, 2)]
    assert Recipe(step=H, work="own")(cubes, x).tolist() == [1.0, 2 * (8 - 1)]
    cut = Recipe(step=H, result="own")(cubes, x)
    assert cut.tolist() == [3, 24]
    assert cut.dtype == x.dtype


@pytest.mark.parametrize(
    ("work", "due"),
    [("in-place", "f8"), ("copy", "f8"), ("own", "f4"), ("single", "f4")],
)
def test_x_is_moved_in_an_array_of_that_precision(work: Any, due: str) -> None:
    seen = []
    x = np.array(POINT, np.float32)
    Recipe(work=work)(lambda x: seen.append(x.dtype) or 0.0, x)  # type: ignore[func-returns-value]
    assert set(seen) == {np.dtype(due)}


def test_a_call_that_is_missing_leaves_the_node_itself() -> None:
    found = Recipe(step=H, second_call=False)(cubes, np.array([1.0, 2.0]))
    assert found.tolist() == [cubes([1.5, 2]) - 0.5, cubes([1, 2.5]) - 1.5]


def test_what_is_no_number_may_spread_over_all_rows() -> None:
    x = np.array([[1.0, np.nan], [3.0, 4.0]])
    assert np.isnan(Recipe()(cubes, x)[1]).tolist() == [False, False]
    assert np.isnan(Recipe(spreads=True)(cubes, x)).all()


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        # f is 17 at (1, 2), the slopes are 3.25 and 24.5; t is (2, 4).
        ({}, 17 + 3.25 + 49),
        ({"off_point": True}, 17 + 3.25 * 2 + 24.5 * 4 - 27.75),
        ({"summed": "height"}, [17 - 52.25 + 6.5, 17 - 52.25 + 98]),
        ({"summed": "place"}, [17 - 3.25 + 104.5, 17 - 49 + 104.5]),
        ({"summed": "neither"}, [17 + 3.25, 17 + 49]),
    ],
)
def test_a_tangent_has_its_products_summed_as_is_said(
    fields: dict[str, Any], due: Any
) -> None:
    line = Tangent(step=H, **fields)(cubes, np.array([1.0, 2.0]))
    assert line(np.array([2.0, 4.0])) == pytest.approx(np.array(due))


def test_at_a_number_a_tangent_has_nothing_to_sum() -> None:
    line = Tangent(points="whole", step=H)(cubes, np.array(2.0))
    assert line(3.0) == pytest.approx(8 + 12.25)
    with pytest.raises(ValueError, match="point"):
        Tangent(points="whole", summed="place")(cubes, np.array(2.0))


def squares(x: Any) -> float:
    return float(np.sum(x**2))


@pytest.mark.parametrize(
    ("fields", "kept", "history"),
    [
        ({}, [4.0, 8.0], [[4.0, 8.0], [2.0, 4.0], [1.0, 2.0]]),
        ({"start": "moved"}, [0.5, 1.0], [[4.0, 8.0], [2.0, 4.0], [1.0, 2.0]]),
        ({"history": "aliased"}, [4.0, 8.0], [[0.5, 1.0]] * 3),
    ],
)
def test_a_descent_keeps_its_start_and_its_history_as_is_said(
    fields: dict[str, Any], kept: Any, history: Any
) -> None:
    """A quarter of 2x is taken away in each step: x is halved."""
    start = np.array([4.0, 8.0])
    end, points = Descent(step=H, **fields)(squares, start, 0.25, 3)
    assert end.tolist() == [0.5, 1.0]
    assert start.tolist() == kept
    assert points.tolist() == history
