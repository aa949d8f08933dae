"""What has changed since an earlier report is told, port by port."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs

from gradproof import api
from gradproof.commands import cli, exit_codes
from gradproof.report import comparison, scan_lines
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import (
    ClauseLine,
    DefectLine,
    FormulaLine,
    Line,
    ScanRecord,
)

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


TOLD = {
    "f + f, h = 1, error h²/6·∂³f/∂x0³": None,
    "∂f/∂x0 ≈ (f(x0 + h, x1) − f(x0)) / h, h = 1e-4, error h/2·∂²f/∂x0²": (
        "∂f/∂x0 ≈ (f(x0 + h, x1) − f(x0)) / h、h = 1e-4、誤差 h/2·∂²f/∂x0²"
    ),
    "f(x0 + h) / h ≈ 2·∂f/∂x0, not ∂f/∂x0, h = 0.1": (
        "f(x0 + h) / h ≈ 2·∂f/∂x0(∂f/∂x0 ではない)、h = 0.1"
    ),
    "∂f/∂x0 ≈ f(x0 + 1) − f(x0)": None,
}


@pytest.mark.parametrize("text", TOLD)
def test_formulas_are_told_in_the_readers_language(text: str) -> None:
    after = structs.replace(LINE, formula=[FormulaLine(text, ["x0", "x1"])])
    found = comparison.changes([LINE], [after])
    (_, said) = comparison.told(found, Phrases("en"))
    assert f"x0, x1: {text}" in said
    (_, said) = comparison.told(found, Phrases("ja"))
    assert f"x0, x1: {TOLD[text] or text}" in said


@pytest.mark.parametrize(
    ("failing", "due"), [(["P5"], ()), ([], ("input-mutated",))], ids=["must", "should"]
)
def test_what_explains_a_should_explains_no_must(
    failing: list[str], due: tuple[str, ...]
) -> None:
    """With --strict, a should that fails makes a port wrong by itself."""
    clauses = [ClauseLine(id, "fail") for id in failing]
    clauses.append(ClauseLine("P9", "fail", "should"))
    diagnosis = [DefectLine(["input-mutated"], "should")]
    line = Line("a.py:f", "fail", "gradient", diagnosis=diagnosis, clauses=clauses)
    assert line.defects == due


def copied(target: str, *copies: str) -> Line:
    record = ScanRecord(target, 0, 1, "", list(copies), "pass", "")
    return structs.replace(LINE, target=target, scan=record)


def test_a_copy_is_judged_as_that_which_it_is_a_copy_of() -> None:
    before, after = [copied("b.py:f", "c.py:f")], [copied("a.py:f", "b.py:f", "c.py:f")]
    found = comparison.changes(before, after)
    assert [(c.target, c.what) for c in found] == [("a.py:f", "new")]
    found = comparison.changes(after, [copied("a.py:f"), copied("c.py:f")])
    assert [(c.target, c.what) for c in found] == [("b.py:f", "gone")]


def test_what_was_not_asked_for_is_not_told_to_be_gone() -> None:
    assert comparison.changes([LINE, OTHER], [LINE], in_part=True) == []


BROKEN = {
    "no JSON": (b"hello", 1),
    "no JSON, and a line": (b"hello\n", 1),
    "another JSON": (b'{"a": 1}', 1),
    "bytes": (b"\xff\xfe\x00", 1),
    "a line among results": (b'{"target": "a.py:f"}\n<b>\n{"target": "b"}\n', 2),
    "a report that is cut off": (b'{"ports": [\n{"target": "a.py', 1),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_baseline_is_refused_with_the_line(
    tmp_path: Path, case: str
) -> None:
    data, number = BROKEN[case]
    path = tmp_path / "old.json"
    path.write_bytes(data)
    with pytest.raises(scan_lines.UnreadableResultsError) as caught:
        scan_lines.read(path)
    assert caught.value.line == number
    for lang, said in {"en": f"line {number}:", "ja": f"{number} 行目"}.items():
        words = ["check", "a.py:f", "--baseline", str(path), "--lang", lang]
        result = CliRunner().invoke(cli.cli, words)
        assert result.exit_code == exit_codes.USAGE
        assert said in result.output


def test_the_last_line_of_results_may_be_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "old.jsonl"
    path.write_bytes(b'{"target": "a.py:f"}\n{"target": "b')
    assert [line.target for line in scan_lines.read(path)] == ["a.py:f"]


def test_a_report_and_its_results_are_read_alike(tmp_path: Path) -> None:
    def gradient(f, x):  # type: ignore[no-untyped-def]
        return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4

    report = api.check(gradient, None, False, False, (), {}, 0, "en")
    assert isinstance(report, api.Report)
    path = tmp_path / "report.json"
    path.write_text(report.json(), "utf-8")
    read = scan_lines.read(path)
    now = scan_lines.of_results([report.examination])
    assert comparison.changes(read, now) == []
    assert read[0].verdict == report.verdict
