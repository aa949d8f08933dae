"""What a difference formula approximates, term by term."""

from fractions import Fraction

import numpy as np
import pytest

from gradproof.numerics.moments import (
    exact_offsets,
    moment,
    multi_indices,
    rounding,
    unit,
)

H = Fraction(1, 8)


def test_multi_indices_are_all_those_of_the_order_once() -> None:
    assert multi_indices(2, 2) == [(2, 0), (1, 1), (0, 2)]
    assert len(set(multi_indices(3, 4))) == 15


def test_unit_index_names_one_component() -> None:
    assert unit(3, 1) == (0, 1, 0)


def test_offsets_are_exact_where_float_subtraction_rounds() -> None:
    ((offset,),) = exact_offsets([2.0**60], [[1e-4]])
    assert offset == Fraction(1e-4) - 2**60


@pytest.mark.parametrize(
    ("offsets", "weights", "index", "value"),
    [
        pytest.param([[H], [-H]], [4, -4], (0,), 0, id="central: no constant"),
        pytest.param([[H], [-H]], [4, -4], (1,), 1, id="central: the derivative"),
        pytest.param([[H], [-H]], [4, -4], (2,), 0, id="central: no second"),
        pytest.param([[H], [-H]], [4, -4], (3,), H**2 / 6, id="central: h²/6"),
        pytest.param([[H], [0]], [8, -8], (2,), H / 2, id="forward: h/2"),
        pytest.param([[H, H], [-H, H]], [4, -4], (1, 1), H, id="moved: h mixed"),
    ],
)
def test_moments_of_known_formulas(
    offsets: list[list[Fraction]],
    weights: list[float],
    index: tuple[int, ...],
    value: Fraction,
) -> None:
    assert moment(offsets, weights, index) == value


@pytest.mark.parametrize("step", [1e-3, 1e-4, 1e-7])
@pytest.mark.parametrize("x", [0.1, 1.0, -3e5])
def test_rounding_covers_a_formula_in_floats_and_not_one_in_single_precision(
    x: float, step: float
) -> None:
    def deviation(nodes: list[list[float]], weights: list[float]) -> tuple[float, ...]:
        m = moment(exact_offsets([x], nodes), weights, (1,))
        return abs(float(m - 1)), rounding([x], nodes, weights, (1,))

    weights = [1 / (2 * step), -1 / (2 * step)]
    found, allowed = deviation([[x + step], [x - step]], weights)
    assert found <= allowed
    single = [[float(np.float32(x + step))], [float(np.float32(x - step))]]
    found, allowed = deviation(single, weights)
    assert found > allowed
