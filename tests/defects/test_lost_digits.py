"""Digits that are lost: named by the numbers themselves, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradproof.defects.recipe import Descent, Tangent
from gradproof.examination.examination import Examination, examine
from gradproof.numerics.number_formats import NumberFormat, formats_of, is_single
from gradproof.ports.in_process import FunctionPort
from gradproof.ports.role_ids import RoleId
from gradproof.report.phrases import Phrases

# They are plain numbers, the same under each version.
pytestmark = pytest.mark.once

Rounding = Callable[[float], float]


def single(number: float) -> float:
    return float(np.float32(number))


def as_written(form: str) -> Rounding:
    return lambda number: float(form % number)


def routine(
    h: float = 1e-4,
    *,
    given: Rounding = float,
    kept: Rounding = float,
    node: Rounding = float,
    value: Rounding = float,
    difference: Rounding = float,
    result: Rounding = float,
    ahead_alone: bool = False,
) -> Callable[..., Any]:
    """A gradient at one point; each of its numbers may be kept otherwise."""

    def gradient(f: Any, x: Any) -> Any:
        if np.ndim(x) != 1:
            raise ValueError("one point is due")
        point = [given(number) for number in x]
        slopes = []
        for i, own in enumerate(point):
            back = kept(own)
            point[i] = node(back + h)
            ahead = value(float(f(np.array(point))))
            point[i] = back if ahead_alone else node(back - h)
            behind = value(float(f(np.array(point))))
            point[i] = back
            over = h if ahead_alone else 2 * h
            slopes.append(result(difference(ahead - behind) / over))
        x[:] = point
        return np.array(slopes)

    return gradient


def examined(gradient: Any, role: RoleId = "point-gradient") -> Examination:
    return examine(FunctionPort("port", gradient), role)


def named(found: Examination) -> list[str]:
    return [
        " ".join(e.defects) for e in found.diagnosis if e.level == "must" and e.whole
    ]


def lost(found: Examination) -> list[tuple[str, NumberFormat]]:
    return [(loss.place, loss.format) for loss in found.diagnosis[0].losses]


SINGLE = NumberFormat("single")
F32 = single(1e-4)
THROUGHOUT: dict[str, Any] = dict.fromkeys(("given", "kept", "node", "value"), single)

SINGLES: dict[str, tuple[Callable[..., Any], str]] = {
    "what is kept": (routine(kept=single), "arguments"),
    "f's values": (routine(value=single), "values"),
    "the differences": (routine(difference=single), "differences"),
    "f's values and the step": (routine(F32, value=single), "values"),
    "the results": (routine(result=single), "results"),
    "the quotients": (routine(difference=single, result=single), "results"),
    "all": (routine(F32, **THROUGHOUT, result=single), "arguments"),
    "all, with a longer step": (
        routine(single(1e-3), **THROUGHOUT, result=single),
        "arguments",
    ),
    "all, written shortest": (
        routine(F32, **THROUGHOUT, result=lambda v: float(str(np.float32(v)))),
        "arguments",
    ),
}


@pytest.mark.part(2)
@pytest.mark.parametrize("name", SINGLES)
def test_what_is_kept_in_single_precision_is_named(name: str) -> None:
    gradient, place = SINGLES[name]
    found = examined(gradient)
    assert found.verdict == "fail"
    assert named(found)[0] == "single-precision"
    assert lost(found) == [(place, SINGLE)]


FEW = {
    "%.3f": ("results", NumberFormat("decimals", 3)),
    "%.6f": ("results", NumberFormat("decimals", 6)),
    "%g": ("results", NumberFormat("significant", 6)),
    "%.10g": ("results", NumberFormat("significant", 10)),
}


@pytest.mark.parametrize("form", FEW)
def test_results_of_few_digits_are_named_with_their_number(form: str) -> None:
    found = examined(routine(result=as_written(form)))
    assert named(found) == ["few-digits"]
    assert lost(found) == [FEW[form]]


def test_arguments_of_few_digits_are_named() -> None:
    found = examined(routine(node=as_written("%.6f")))
    assert named(found) == ["few-digits"]
    assert lost(found) == [("arguments", NumberFormat("decimals", 6))]


@pytest.mark.parametrize("form", ["%g", "%.5f"])
def test_all_that_is_sent_in_few_digits_is_named_once(form: str) -> None:
    """As where each number goes through one printf: x too comes back so."""
    short = as_written(form)
    found = examined(routine(given=short, node=short, result=short))
    assert named(found) == ["few-digits"]
    assert "arguments" in {place for place, _ in lost(found)}


BESIDE = {
    "forward, %.6f": (
        routine(ahead_alone=True, result=as_written("%.6f")),
        "forward-difference few-digits",
    ),
    "forward, %g": (
        routine(ahead_alone=True, result=as_written("%g")),
        "forward-difference few-digits",
    ),
    "forward, float32": (
        routine(ahead_alone=True, result=single),
        "forward-difference single-precision",
    ),
    "too large a step, %.6f": (
        routine(0.1, result=as_written("%.6f")),
        "step-too-large few-digits",
    ),
    "half, %.6f": (
        routine(result=lambda v: float(f"{2 * v:.6f}")),
        "missing-half few-digits",
    ),
}


@pytest.mark.part(2)
@pytest.mark.parametrize("name", BESIDE)
def test_another_defect_is_named_beside_the_digits(name: str) -> None:
    gradient, due = BESIDE[name]
    assert named(examined(gradient))[0] == due


RIGHT = {
    "a step of float32": routine(F32),
    "a step of a power of two": routine(2.0**-13),
    "17 digits": routine(result=as_written("%.17g")),
    "15 digits": routine(result=as_written("%.15g")),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_not_blamed(name: str) -> None:
    found = examined(RIGHT[name])
    assert (found.verdict, named(found)) == ("pass", [])


OTHERWISE = {
    "numbers that are short by nature": routine(2.0**-3),
    "cut to integers": routine(result=lambda v: float(int(v))),
    "forward": routine(ahead_alone=True),
    "no finite numbers": routine(result=lambda v: float("inf")),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_wrong_otherwise_has_lost_no_digits(name: str) -> None:
    found = examined(OTHERWISE[name])
    assert found.verdict == "fail"
    assert not [each.losses for each in found.diagnosis if each.losses]


def test_of_a_port_that_gives_f_many_points_nothing_is_assumed() -> None:
    """A batch of one point holds as many numbers as the point."""

    def at_once(f: Any, x: Any) -> Any:
        points = np.atleast_2d(x)
        slopes = [
            (f(points + e) - f(points - e)) / 2e-4
            for e in 1e-4 * np.eye(points.shape[1])
        ]
        gradient = np.stack(slopes, axis=-1)
        return gradient[0] if len(gradient) == 1 else gradient

    found = examine(FunctionPort("port", at_once, True), "gradient")
    assert found.verdict == "fail"
    assert not [each.losses for each in found.diagnosis if each.losses]


def rounded(form: str, role: RoleId) -> Callable[..., Any]:
    """A descent, or a tangent, whose numbers are written so."""
    write = as_written(form)
    if role == "descent":
        return lambda f, x, lr=0.01, step_num=100: np.array(
            [write(number) for number in Descent()(f, x, lr, step_num)[0]]
        )

    def tangent(f: Any, x: Any) -> Any:
        line = Tangent(points="whole")(f, x)
        return lambda t: write(line(t))

    return tangent


@pytest.mark.parametrize("role", ["descent", "tangent"])
@pytest.mark.parametrize("form", ["%.6f", "%.5g", "%.17g"])
def test_so_they_are_in_what_is_made_of_a_gradient(form: str, role: RoleId) -> None:
    due = [] if "17" in form else ["few-digits"]
    assert named(examined(rounded(form, role), role)) == due


def test_a_batch_that_is_refused_is_no_explanation_of_values() -> None:
    """Its step is the book's in float32: the right model agrees with its own step."""
    right = routine(F32)

    def turned(f: Any, x: Any) -> Any:
        slopes = right(f, x)
        return -slopes if len(slopes) == 1 else slopes

    assert named(examined(turned)) == []


def test_the_sentence_tells_the_digits_and_the_way_out() -> None:
    found = examined(routine(result=as_written("%.6f")))
    for phrases, number in (
        (Phrases("en"), "6 decimals"),
        (Phrases("ja"), "小数 6 桁"),
    ):
        said = phrases.diagnosis(found.diagnosis, wrong=True)
        assert said.startswith("few-digits")
        assert number in said
        assert "%.17g" in said


@pytest.mark.parametrize(
    ("numbers", "due"),
    [
        ([0.5, 1.25, -3.0], "decimals 2, significant 3, single 0"),
        ([1200.0, 3.4e8], "decimals 0, significant 2, single 0"),
        ([0.1, 1 / 3], ""),
        ([single(0.1), single(1 / 3)], "single 0"),
        ([0.12345678, float("nan")], "decimals 8, significant 8, single 0"),
    ],
)
def test_the_formats_that_numbers_are_in(numbers: list[float], due: str) -> None:
    said = [f"{found.kind} {found.digits}" for found in formats_of(numbers)]
    assert ", ".join(said) == due


@pytest.mark.parametrize("number", [0.1, 1e-5, 123456.789, 6.02e23])
def test_float32_is_known_as_it_is_and_as_it_is_written(number: float) -> None:
    assert is_single(single(number))
    assert is_single(float(str(np.float32(number))))
    assert is_single(float(f"{np.float32(number):.9g}"))
    assert not is_single(number * (1 + 1e-12))


@pytest.mark.parametrize("number", [0.1, 2 / 3, 123456.7890125, -9.99999996])
@pytest.mark.parametrize("kind", ["decimals", "significant", "single"])
def test_a_rounded_number_is_off_by_half_a_unit_at_most(
    number: float, kind: Any
) -> None:
    form = NumberFormat(kind, 6)
    kept = form.rounded(number)
    # The number that is kept is rounded to a double as well.
    assert abs(kept - number) <= form.off(number) + 2**-53 * abs(number)
    assert kept in [each.rounded(kept) for each in formats_of([kept])]
