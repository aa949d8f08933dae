"""Right ports in many manners keep every must; what they do not keep is known."""

from __future__ import annotations

import pytest

from gradproof.examination.examination import Examination, examine
from gradproof.ports import target
from gradproof.ports.in_process import FunctionPort, load
from places import PROGRAMS

FOLDER = PROGRAMS / "right"
VECTORIZED = {"stacked", "vectorized"}

SHOULDS_UNMET = {
    # rows are points
    "adaptive_richardson": "G14 G17",
    "along_axis": "G14 G17",
    "asks_once_more": "G14 G15 G17",
    "book": "G9 G10 G11",
    "by_rows": "G9 G10 G11 G14 G17",
    "caching": "G17",
    "complex_step": "G14 G17",
    "comprehension": "G17",
    "copies": "G17",
    "dual_numbers": "G14 G17",
    "five_point": "G14",
    "fortran_result": "G17",
    "generator": "G17",
    "lists_back": "G10 G11 G14 G17",
    "named_divisor": "G9 G10 G11 G14 G17",
    "put_back": "G14",
    "recursion": "G14 G17",
    "repeated_pass": "G9 G10 G11 G14 G15",
    "richardson": "G14 G17",
    "same_name": "G10",
    "smaller_step": "G17",
    "stacked": "",
    "there_and_back": "G8 G9 G10 G11 G14 G17",
    "type_kept": "",
    "vectorized": "G17",
    "weighted_sum": "G14",
    # one point
    "one_point": "P9 P10 P11",
    # one scalar of the whole array
    "flat_indices": "A9 A10 A11",
    "nditer": "A9 A10 A11 A14",
    "whole_array": "A9 A10 A11",
}
"""The clauses that fail or end in an error, by the file of the port."""

UNREADABLE = {
    "adaptive_richardson": "value-dependent",
    "complex_step": "complex-arguments",
    "dual_numbers": "foreign-arguments",
}

ROLES = {"G": "gradient", "P": "point-gradient", "A": "array-gradient"}


def of_file(name: str) -> Examination:
    routine, _ = load(target.parse(f"{FOLDER / name}.py:gradient"))
    return examine(FunctionPort(name, routine, name in VECTORIZED))


@pytest.mark.once
@pytest.mark.parametrize("name", SHOULDS_UNMET)
def test_a_right_port_passes_and_leaves_unmet_what_is_known(name: str) -> None:
    examination = of_file(name)
    unmet = {f.clause.id for v in ("fail", "error") for f in examination.having(v)}
    assert unmet == set(SHOULDS_UNMET[name].split())
    assert examination.verdict == "pass"
    assert examination.role == ROLES[(SHOULDS_UNMET[name] or "G")[0]]
    reason = examination.unreadable.reason if examination.unreadable else None
    assert reason == UNREADABLE.get(name)


def test_every_right_port_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(SHOULDS_UNMET)


@pytest.mark.once
@pytest.mark.parametrize("name", sorted(set(SHOULDS_UNMET) - set(UNREADABLE)))
def test_what_can_be_read_leaves_nothing_uncovered(name: str) -> None:
    assert of_file(name).having("not-covered") == []


@pytest.mark.once
def test_the_formula_of_a_five_point_difference_is_of_fourth_order() -> None:
    orders = {n: of_file(n).formulas[0].order for n in ("five_point", "richardson")}
    assert set(orders.values()) == {4}
