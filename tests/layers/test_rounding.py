"""The layers in double precision: within the bound that their own text works out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from gradproof.layers import Layer
from gradproof.numerics.running_error import Running, running
from layers.cases import CASES, Case
from layers.differences import several
from layers.mutants import MUTANTS
from precision import BITS, exactly, mp

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

each = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def bounded(array: Any) -> Any:
    """An array of floats as one of numbers with running error bounds."""
    return np.vectorize(running, otypes=[object])(array)


def results(layer: Layer, case: Case, kind: Callable[[Any], Any]) -> dict[str, Any]:
    """Values by number and cotangents by name, worked out in numbers of one kind."""
    value, backward = layer(*map(kind, case.arguments()), **case.held)
    rng = np.random.default_rng(1)
    cotangents = [kind(rng.uniform(-1, 1, np.shape(y))) for y in several(value)]
    gradients = zip(case.names, backward(*cotangents), strict=True)
    return {**{str(k): y for k, y in enumerate(several(value))}, **dict(gradients)}


def excess(found: Any, case: Case, name: str) -> float:
    """The largest distance of ``found`` from the exact value, in bounds."""
    exact = results(case.layer, case, exactly)[name]
    bounds = results(case.layer, case, bounded)[name]
    with mpmath.workprec(BITS):
        return max(
            _in_bounds(abs(mp(f) - mp(e)), running(b))
            for f, e, b in zip(*map(np.ravel, (found, exact, bounds)), strict=True)
        )


def _in_bounds(distance: Any, bound: Running) -> float:
    return float(distance / bound.error) if bound.error else float(distance > 0) * 1e300


@each
def test_double_precision_is_within_the_bound(case: Case) -> None:
    for name, found in results(case.layer, case, np.asarray).items():
        assert excess(found, case, name) <= 1, name


@pytest.mark.parametrize("name", ["affine", "softmax", "convolution", "lstm"])
def test_single_precision_is_not(name: str) -> None:
    case = CASES[name]
    for part, found in results(case.layer, case, np.float32).items():
        assert excess(found, case, part) > 1e6, part


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_mistakes_are_a_million_bounds_off(mutant: Any) -> None:
    case = CASES[mutant.case]
    spoilt = results(mutant.layer, case, np.asarray)
    shapes = dict(zip(case.names, case.shapes, strict=True))
    for name in mutant.spoils:
        wrong = np.shape(spoilt[name]) != shapes[name]
        assert wrong or excess(spoilt[name], case, name) > 1e6, name
