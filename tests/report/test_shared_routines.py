"""Routines that several scripts import: each counts once, and its users are told."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from gradproof.report import scan_csv, scan_html, scan_text, summary
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import DefectLine, Line, ScanRecord
from gradproof.report.shared_routines import once

SHARED = "common/grad.py:numerical_gradient"
DEFECT = "operator-precedence"


def line(
    port: str,
    target: str = "",
    copies: Sequence[str] = (),
    verdict: str = "fail",
    defect: str = DEFECT,
) -> Line:
    part = int(bool(target))
    record = ScanRecord(port, part, 1 + part, "s", list(copies), verdict, "said")
    diagnosis = [DefectLine([defect])] if verdict == "fail" else []
    return Line(target or port, verdict, "gradient", diagnosis=diagnosis, scan=record)


SCRIPTS = [
    line("a.py", verdict="not-covered"),
    line("a.py", SHARED),
    line("b.py", verdict="not-covered", copies=["c.py"]),
    line("b.py", SHARED, ["c.py"]),
]


def told(lines: Sequence[Line]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.target, each.users) for each in once(lines)]


def test_a_routine_of_several_scripts_is_counted_once() -> None:
    users = ("a.py", "b.py", "c.py")
    assert told(SCRIPTS) == [("a.py", ()), (SHARED, users), ("b.py", ())]
    assert summary.counts(once(SCRIPTS)) == {"fail": 1, "not-covered": 3}
    assert summary.defects(once(SCRIPTS)) == {(DEFECT,): 1}


@pytest.mark.parametrize("copies", [[], ["z.py:numerical_gradient"]])
def test_what_is_judged_by_itself_has_the_row(copies: list[str]) -> None:
    own = line(SHARED, copies=copies)
    found = told([*SCRIPTS, own])
    assert found == [("a.py", ()), ("b.py", ()), (SHARED, ("a.py", "b.py", "c.py"))]


def test_a_copy_of_what_has_a_row_has_none() -> None:
    own = line("z.py:numerical_gradient", copies=[SHARED])
    assert told([own, *SCRIPTS])[0] == (own.target, ("a.py", "b.py", "c.py"))
    assert len(once([own, *SCRIPTS])) == 3


@pytest.mark.parametrize(
    "other",
    [
        line("d.py", SHARED, verdict="pass"),
        line("d.py", SHARED, defect="sign-flipped"),
        line("d.py", "other.py:numerical_gradient"),
    ],
    ids=["right", "another-defect", "another-file"],
)
def test_what_is_found_otherwise_is_told_by_itself(other: Line) -> None:
    assert told([*SCRIPTS, other])[-1] == (other.target, ("d.py",))


def test_a_scripts_own_routine_has_no_other_users() -> None:
    lines = [line("a.py"), line("a.py", "a.py:numerical_gradient")]
    assert told(lines) == [("a.py", ()), ("a.py:numerical_gradient", ())]


def test_copies_of_a_scripts_own_routine_are_in_the_total_and_in_each_table() -> None:
    copies = ["b.py", "c.py"]
    lines = [line("a.py", copies=copies), line("a.py", "a.py:g", copies)]
    assert summary.defects(lines) == {(DEFECT,): 6}
    english = Phrases("en")
    assert scan_text.total(lines, english) == (
        "6 ports: 6 wrong (4 of them copies, judged once)"
    )
    assert [row.split("  ")[-1] for row in scan_text.rows(lines, english)] == (
        ["2 copies"] * 2
    )
    assert scan_csv.table(lines, english).count(b"\n") == 1 + 2 + 4
    assert "b.py:g" in scan_html.index(lines, [], english)


def test_each_table_names_the_users() -> None:
    lines = once(SCRIPTS)
    english, japanese = Phrases("en"), Phrases("ja")
    _, row, *_ = scan_text.rows(lines, english)
    assert row == f"{SHARED}  {DEFECT}  called by a.py, b.py, c.py"
    _, row, *_ = scan_text.rows(lines, japanese)
    assert row == f"{SHARED}  {DEFECT}  呼び出し元: a.py、b.py、c.py"
    text = scan_csv.table(lines, english).decode("utf-8-sig")
    head, _, shared, *_ = csv.reader(io.StringIO(text))
    assert (head[-1], shared[-1]) == ("called by", "a.py; b.py; c.py")
    assert "called by a.py, b.py, c.py" in scan_html.index(lines, [], english)
