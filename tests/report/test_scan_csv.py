"""What became of many ports as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradproof
from gradproof.report import scan_csv, scan_lines
from gradproof.report.messages import Language
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import FormulaLine, Line, ScanRecord

pytestmark = pytest.mark.once

H = 1e-4
WORDS = re.compile(r"[A-Za-z]{2,}")


def divided(f: Callable[[Any], float], x: Any, by: float) -> Any:
    steps = H * np.eye(x.size)
    return np.array([f(x + step) - f(x - step) for step in steps]) / by


def right(f: Callable[[Any], float], x: Any) -> Any:
    return divided(f, x, 2 * H)


def wrong(f: Callable[[Any], float], x: Any) -> Any:
    return divided(f, x, H)


def formula(port: Any, language: Language) -> str:
    found = gradproof.check(port, role="point-gradient").examination
    record = ScanRecord("a.py", 0, 1, "", [], "", "")
    phrases = Phrases(language)
    (data,) = scan_lines.lines([found], record, phrases)
    text = scan_csv.table([scan_lines.decoded(data)], phrases).decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(text))
    return row[scan_csv.COLUMNS.index("formula")]


@pytest.mark.parametrize(("port", "word"), [(right, "error"), (wrong, "not")])
def test_a_formula_is_told_in_the_readers_language(port: Any, word: str) -> None:
    assert word in WORDS.findall(formula(port, "en"))
    japanese = formula(port, "ja")
    assert "∂f/∂x0" in japanese
    assert WORDS.findall(japanese) == []


def test_results_that_have_it_in_english_alone_still_tell_it() -> None:
    line = Line("a.py:f", "pass", formula=[FormulaLine("f′ ≈ f")])
    assert "f′ ≈ f" in scan_csv.table([line], Phrases("ja")).decode()
