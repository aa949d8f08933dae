"""Slips that people make, and unusual routines that are right: judged as they are.

``pytest tests/test_corpus.py -k table -s`` prints what the judge says of each.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import gradproof
from corpus import (
    CHEATS,
    CLAIMED,
    IN_A_CHILD,
    LESS,
    RIGHT,
    SLIP,
)
from corpus_routines import module, port, routine
from gradproof import api
from gradproof.contract.clauses import judge
from gradproof.evidence import random_probes
from gradproof.evidence.collection import gather, of_like
from gradproof.examination import counterexample
from gradproof.examination.examination import Examination, examine
from gradproof.ports.subprocess_port import python_port
from gradproof.ports.target import parse
from places import PROGRAMS
from slips_page import PAGE, seen

# Two hundred and more examinations: half a minute.
pytestmark = pytest.mark.once

ABOUT_NUMBERS = {"value", "slope", "step"}
"""The clauses in which numbers are judged, whatever the role."""

OTHER_SEEDS = (1, 2, 3)

SHARE = 0.9
"""Of the slips, at least so many are to be found wrong."""


@dataclass(frozen=True)
class Judged:
    """What was said of a routine.

    ``told`` are the defects, of musts and of shoulds; ``unmet`` the clauses that fail
    or end in an error. A judge that breaks is a verdict of its own: "crash".
    """

    verdict: str
    role: str = ""
    told: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    numbers: bool = False


@functools.cache
def judged(target: str) -> Judged:
    try:
        return _told(_report(target, routine(target)))
    except Exception as error:
        return Judged(f"crash: {type(error).__name__}")


def _report(target: str, made: Any) -> api.Report:
    if "/pairs.py" in target:
        return gradproof.check_pair(*made())
    vectorized = "/vectorized.py" in target
    if target.startswith("unusual"):
        return gradproof.check(made, vectorized=vectorized)
    # The smallest counterexample of each slip would take longer than all the rest.
    with mock.patch.object(counterexample, "smallest", return_value=None):
        return gradproof.check(made, CLAIMED.get(target), vectorized=vectorized)


def _told(report: api.Report) -> Judged:
    found = report.examination
    assert isinstance(found, Examination)
    return Judged(
        verdict=report.verdict,
        role=found.role,
        told=tuple(defect for e in found.diagnosis for defect in e.defects),
        unmet=tuple(
            f.clause.id
            for f in found.findings
            if f.judgement.verdict in ("fail", "error")
        ),
        numbers=any(
            f.clause.name in ABOUT_NUMBERS and f.judgement.verdict == "pass"
            for f in found.findings
        ),
    )


def named(target: str) -> bool:
    """Whether a slip was found wrong, and told by its name if it has one."""
    found, defect = judged(target), SLIP[target]
    wrong = found.verdict in ("fail", "error")
    return wrong and (defect is None or defect in found.told)


def right(target: str) -> bool:
    """Whether what is right was found right, by its numbers and under its role."""
    found = judged(target)
    return (found.verdict, found.role) == ("pass", RIGHT[target]) and found.numbers


@pytest.mark.part(3)
@pytest.mark.parametrize("target", SLIP)
def test_a_slip_is_found_wrong(target: str) -> None:
    assert named(target), judged(target)


@pytest.mark.part(3)
@pytest.mark.parametrize("target", RIGHT)
def test_what_is_unusual_and_right_is_found_right(target: str) -> None:
    assert right(target), judged(target)


@pytest.mark.parametrize(
    "target", [target for target, role in RIGHT.items() if role != "pair"][::3]
)
def test_so_it_is_at_other_random_points(target: str) -> None:
    given = port(target)
    evidence = gather(given, RIGHT[target])
    for seed in OTHER_SEEDS:
        drawn = random_probes.drawn(evidence.role, seed, given.vectorized)
        fitting = of_like(evidence.observations, drawn)
        seen = {probe.id: given.observe(probe) for probe in fitting}
        there = replace(evidence, observations={**evidence.observations, **seen})
        verdicts = {f.judgement.verdict for f in judge(there, level="must")}
        assert verdicts <= {"pass", "not-covered"}, seed


@pytest.mark.parametrize("target", IN_A_CHILD)
def test_so_it_is_in_a_child(target: str) -> None:
    named = parse(f"{PROGRAMS / target}")
    with python_port(named, vectorized="/vectorized.py" in target) as child:
        examination = examine(child)
    assert (examination.verdict, examination.role) == ("pass", RIGHT[target])


@pytest.mark.parametrize("target", LESS)
def test_a_lesser_fault_is_told_and_is_none_of_the_musts(target: str) -> None:
    clause, defect = LESS[target]
    found = judged(target)
    assert found.verdict == "pass"
    assert clause in found.unmet
    assert defect is None or defect in found.told


@pytest.mark.parametrize("target", CHEATS)
def test_what_nobody_can_see_passes(target: str) -> None:
    assert judged(target).verdict == "pass", CHEATS[target]


def test_the_table_holds_sixty_slips_and_sixty_right_ones_at_least() -> None:
    assert min(len(SLIP), len(RIGHT)) >= 60


def routines(path: Path) -> Iterator[str]:
    """The public names of a file that can be called."""
    made = module(path)
    for statement in ast.parse(path.read_text("utf-8")).body:
        names = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)][:1]
        if isinstance(statement, ast.FunctionDef):
            names = [statement.name]
        elif not isinstance(statement, ast.Assign):
            continue
        yield from (
            n for n in names if not n.startswith("_") and callable(vars(made)[n])
        )


def test_every_routine_is_in_a_table() -> None:
    there = {
        f"{folder}/{path.name}:{name}"
        for folder in ("slips", "unusual")
        for path in (PROGRAMS / folder).glob("*.py")
        for name in routines(path)
    }
    assert there == {*SLIP, *RIGHT, *LESS, *CHEATS}


@pytest.mark.part(0)
def test_the_table_of_verdicts_has_nine_slips_of_ten_and_all_that_is_right() -> None:
    print()
    for target in (*SLIP, *RIGHT, *LESS, *CHEATS):
        print(_line(target))
    found, kept = sum(map(named, SLIP)), sum(map(right, RIGHT))
    print(f"{found} of {len(SLIP)} slips found, {kept} of {len(RIGHT)} right ones kept")
    assert found >= SHARE * len(SLIP)
    assert kept == len(RIGHT)


def _line(target: str) -> str:
    found = judged(target)
    expected = _expected(target)
    told = ", ".join((*found.unmet[:3], *found.told[:1]))
    return f"{target:55} {expected:22} {found.verdict:12} {found.role:15} {told}"


def _expected(target: str) -> str:
    if target in SLIP:
        return SLIP[target] or "wrong"
    if target in LESS:
        return f"right but for {LESS[target][0]}"
    return "cannot be seen" if target in CHEATS else "right"


ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
"""The rows of docs/slips.md, which a tool makes: it takes too long for a test."""


def test_the_page_of_what_sees_what_has_a_row_for_each_slip() -> None:
    named = {row.split("|")[1].strip() for row in ROWS}
    assert {target.rpartition(":")[2] for target in SLIP} <= named


@pytest.mark.parametrize("target", [t for t in SLIP if "/pairs.py" not in t][::16])
def test_the_page_says_of_a_slip_what_sees_it(target: str) -> None:
    found = seen(target)
    (row,) = (r for r in ROWS if r.split("|")[1].strip() == found.name)
    marks = [cell.strip() for cell in row.strip("| ").split("|")][1:]
    assert marks[-1].split() == list(found.clauses)
    assert marks.count("●") == len(found.probes)
