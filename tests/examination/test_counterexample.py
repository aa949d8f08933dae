"""The simplest f and x for which a port's value is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof import corrected
from gradproof.examination.counterexample import explore, python, smallest
from gradproof.ports.in_process import FunctionPort, load
from gradproof.ports.target import parse
from places import PROGRAMS


def port(routine: Callable[..., Any], *, vectorized: bool = False) -> FunctionPort:
    return FunctionPort("port", routine, vectorized)


def wrong(name: str) -> FunctionPort:
    return port(load(parse(f"{PROGRAMS}/wrong/{name}.py:gradient"))[0])


def test_a_wrong_factor_shows_for_x0_at_0() -> None:
    found = smallest(wrong("precedence"), "gradient")
    assert found is not None
    assert (found.expression, found.x.tolist()) == ("x[0]", [0.0])
    assert found.judgement.parameters["got"] == 1e-8
    assert found.judgement.parameters["due"] == 1.0


def test_columns_for_rows_show_in_a_batch_alone() -> None:
    found = smallest(wrong("transposed_inside"), "gradient")
    assert found is not None
    assert found.x.ndim == 2
    assert found.expression == "x[0]"


def test_a_right_port_has_none() -> None:
    assert smallest(port(corrected.numerical_gradient), "gradient") is None
    assert explore(port(corrected.numerical_gradient), "gradient", 20) is None


def test_a_batch_routine_is_searched_by_batches() -> None:
    def batched(f: Any, x: Any) -> Any:
        return corrected.numerical_gradient(f, x, vectorized=True)

    def halved(f: Any, x: Any) -> Any:
        return batched(f, x) / 2

    assert smallest(port(batched, vectorized=True), "gradient") is None
    assert smallest(port(halved, vectorized=True), "gradient") is not None


def breaks_far_out(f: Any, x: Any) -> Any:
    """Wrong beyond 100, where no fixed probe looks."""
    return np.where(np.abs(x) > 100, 0.0, corrected.numerical_gradient(f, x))


def test_exploring_finds_what_the_fixed_probes_do_not_see() -> None:
    assert smallest(port(breaks_far_out), "gradient") is None
    found = explore(port(breaks_far_out), "gradient", 100)
    assert found is not None
    # How far a search shrinks is for each Hypothesis to say; that it fails is ours.
    assert np.max(np.abs(found.x)) > 100
    assert found.judgement.verdict == "fail"


def test_the_same_port_gives_the_same_example() -> None:
    first, second = (smallest(wrong("sign"), "gradient") for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.expression == second.expression
    assert first.x.tolist() == second.x.tolist()


def test_a_port_that_breaks_is_left_alone() -> None:
    calls = []

    def leaving(f: Any, x: Any) -> Any:
        calls.append(x)
        raise SystemExit(1)

    assert smallest(port(leaving), "gradient") is None
    assert len(calls) < 100


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        (((1, (1,)),), "x[0]"),
        (((2, (0, 3)), (1, (1, 1))), "2 * x[1] ** 3 + x[0] * x[1]"),
    ],
)
def test_a_polynomial_is_written_as_python(terms: Any, text: str) -> None:
    assert python(terms) == text


def test_no_folder_is_left_in_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    smallest(wrong("sign"), "gradient")
    assert list(tmp_path.iterdir()) == []
