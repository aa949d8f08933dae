"""The simplest f and x for which a port's value is wrong."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradproof import corrected
from gradproof.api import Report
from gradproof.defects.recipe import Recipe
from gradproof.examination.counterexample import explore, python, smallest
from gradproof.examination.examination import examine
from gradproof.examination.policy import Terms
from gradproof.ports.in_process import FunctionPort, load
from gradproof.ports.target import parse
from gradproof.report.phrases import Phrases
from places import PROGRAMS

pytestmark = pytest.mark.once  # searches take their time


def port(routine: Callable[..., Any], *, vectorized: bool = False) -> FunctionPort:
    return FunctionPort("port", routine, vectorized)


def wrong(name: str) -> FunctionPort:
    return port(load(parse(f"{PROGRAMS}/wrong/{name}.py:gradient"))[0])


def test_a_wrong_factor_shows_for_x0_at_0() -> None:
    found = smallest(wrong("precedence"), "gradient")
    assert found is not None
    assert (found.expression, found.x.tolist()) == ("x[0]", [0.0])
    assert found.judgement.parameters["actual"] == 1e-8
    assert found.judgement.parameters["expected"] == 1.0


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


def wrong_by_chance(f: Any, x: Any) -> Any:
    """Wrong, and every time by another number."""
    return corrected.numerical_gradient(f, x) * (2 + COIN.random())


def one_call_in_two(f: Any, x: Any) -> Any:
    """Wrong at every other call, whatever it is given."""
    return corrected.numerical_gradient(f, x) * (1 + next(TURNS) % 2)


COIN, TURNS = random.Random(1), itertools.count()


def test_it_is_looked_for_unless_the_terms_say_otherwise() -> None:
    found = examine(wrong("precedence"), "gradient")
    assert found.smallest is not None
    plain = examine(wrong("precedence"), "gradient", Terms(shrinking=False))
    assert plain.smallest is None
    assert plain.findings == found.findings
    assert plain.diagnosis == found.diagnosis


@pytest.mark.parametrize("routine", [wrong_by_chance, one_call_in_two])
@pytest.mark.parametrize("search", [smallest, lambda p, r: explore(p, r, 30)])
def test_of_a_port_that_answers_now_so_now_so_that_is_said(
    routine: Callable[..., Any], search: Callable[..., Any]
) -> None:
    found = search(port(routine), "gradient")
    assert found is not None
    judgement = found.judgement
    assert (judgement.verdict, judgement.message) == ("fail", "unsteady")
    assert judgement.parameters["actual"] != judgement.parameters["again"]
    for language in ("en", "ja"):
        assert "?" not in Phrases(language).smallest(found)


def by_chance_and_right(f: Any, x: Any) -> Any:
    return Recipe(step=1e-4 * (1 + COIN.random()))(f, x)


def test_a_step_by_chance_is_no_failure() -> None:
    assert smallest(port(by_chance_and_right), "gradient") is None
    assert explore(port(by_chance_and_right), "gradient", 20) is None


def breaks_for_four(f: Any, x: Any) -> Any:
    """It raises where a point has four components."""
    if np.shape(x)[-1] == 4:
        raise ValueError("at most three")
    return corrected.numerical_gradient(f, x)


def loses_an_axis(f: Any, x: Any) -> Any:
    """Three points come back as one row of numbers."""
    slopes = corrected.numerical_gradient(f, x)
    return slopes.ravel() if np.shape(x)[:-1] == (3,) else slopes


@pytest.mark.parametrize(
    ("routine", "message", "verdict"),
    [(breaks_for_four, "raised", "error"), (loses_an_axis, "wrong-shape", "fail")],
)
def test_in_exploring_no_result_is_a_failure_too(
    routine: Callable[..., Any], message: str, verdict: str
) -> None:
    found = explore(port(routine), "gradient", 100)
    assert found is not None
    assert (found.judgement.message, found.judgement.verdict) == (message, verdict)
    for language in ("en", "ja"):
        assert "?" not in Phrases(language).smallest(found)
    # Where a value is known to be wrong, that is what is shrunk.
    assert smallest(port(routine), "gradient") is None


def leaves_for_four(f: Any, x: Any) -> Any:
    if np.shape(x)[-1] == 4:
        raise SystemExit(1)
    return corrected.numerical_gradient(f, x)


def test_in_exploring_a_break_is_a_failure_and_is_not_shrunk() -> None:
    found = explore(port(leaves_for_four), "gradient", 100)
    assert found is not None
    assert found.judgement.message == "broke.exit"
    assert found.x.shape[-1] == 4


@pytest.mark.parametrize("name", ["adaptive_richardson", "complex_step"])
def test_without_a_formula_the_bound_of_the_book_s_is_no_measure(name: str) -> None:
    routine, _ = load(parse(f"{PROGRAMS}/right/{name}.py:gradient"))
    assert explore(port(routine), "gradient", 60) is None

    def doubled(f: Any, x: Any) -> Any:
        return 2 * routine(f, x)

    found = smallest(port(doubled), "gradient")
    assert found is not None
    assert found.judgement.message == "off"


def test_what_is_found_in_exploring_is_told_in_every_form() -> None:
    for routine in (one_call_in_two, breaks_for_four, loses_an_axis, breaks_far_out):
        report = Report(examine(port(routine), "gradient", Terms(explored=100)))
        assert report.verdict in ("fail", "error")
        for language in ("en", "ja"):
            assert report.text(language)
        assert report.json()


def test_hypothesis_is_loaded_for_a_failure_alone() -> None:
    code = (
        "import sys, gradproof\n"
        "from gradproof import corrected\n"
        "gradproof.check(corrected.numerical_gradient)\n"
        "gradproof.check(corrected.numerical_diff)\n"
        "assert 'hypothesis' not in sys.modules\n"
        "gradproof.check(lambda f, x: 2 * corrected.numerical_gradient(f, x))\n"
        "assert 'hypothesis' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_no_folder_of_a_fixed_name_is_left_or_used(tmp_path: Path) -> None:
    code = (
        "import os, gradproof\n"
        "from gradproof import corrected\n"
        "gradproof.check(lambda f, x: 2 * corrected.numerical_gradient(f, x))\n"
        "print(os.environ['HYPOTHESIS_STORAGE_DIRECTORY'])\n"
    )
    environment = {k: v for k, v in os.environ.items() if "HYPOTHESIS" not in k}
    names = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            timeout=120,
            capture_output=True,
            text=True,
            env={**environment, "TMPDIR": str(tmp_path)},
        ).stdout
        for _ in range(2)
    }
    assert len(names) == 2
    assert list(tmp_path.iterdir()) == []


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
