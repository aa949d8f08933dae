"""What has changed since an earlier report is told, port by port."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from gradproof import api
from gradproof.report import comparison, scan_lines
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import DefectLine, FormulaLine, Line

LINE = Line("a.py:f", "pass", "gradient", formula=[FormulaLine("f′", ["x0"])])
WRONG = Line("a.py:f", "fail", "gradient", diagnosis=[DefectLine(["sign-flipped"])])
NOT_LOADED = Line("a.py:f", message="no file", message_id="load.no-file")
OTHER = Line("b.py:f", "pass", "gradient")

CASES: dict[str, tuple[Sequence[Line], Sequence[Line], list[str]]] = {
    "nothing": ([LINE], [LINE], []),
    "a time": ([LINE], [Line("a.py:f", "pass", wall=3, formula=LINE.formula)], []),
    "a verdict, a formula, a defect": (
        [LINE],
        [WRONG],
        ["verdict", "formula", "defect"],
    ),
    "a port that is new": ([], [LINE], ["new"]),
    "a port that is gone": ([LINE, OTHER], [OTHER], ["gone"]),
    "what cannot be loaded": ([LINE], [NOT_LOADED], ["verdict", "formula"]),
    "another role of one program": ([OTHER, OTHER], [OTHER, OTHER, OTHER], ["new"]),
    "another order": ([LINE, OTHER], [OTHER, LINE], []),
}


@pytest.mark.parametrize("case", CASES)
def test_changes_are_told_by_what_they_are_of(case: str) -> None:
    before, after, expected = CASES[case]
    found = comparison.changes(before, after)
    assert [change.what for change in found] == expected
    for lang in ("en", "ja"):
        said = list(comparison.told(found, Phrases(lang)))
        assert len(said) == len(found) + 1


def test_a_report_and_its_results_are_read_alike(tmp_path: Path) -> None:
    def gradient(f, x):  # type: ignore[no-untyped-def]
        return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4

    report = api.check(gradient, None, False, False, (), {}, 0, "en")
    path = tmp_path / "report.json"
    path.write_text(report.json(), "utf-8")
    read = scan_lines.read(path)
    now = scan_lines.of_results([report.examination])
    assert comparison.changes(read, now) == []
    assert read[0].verdict == report.verdict
