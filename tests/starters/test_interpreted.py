"""Starting points in scripting languages: right as they stand, and wrong by a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

import starting_points
from starting_points import Slip

pytestmark = pytest.mark.once

JAVASCRIPT_MOVES = (
    "x[i] = kept + H;\n      const ahead = f(x);",
    "x[i] = kept - H;\n      const behind = f(x);",
)

SLIPS = [
    Slip(
        "javascript",
        "the whole row is moved",
        {
            JAVASCRIPT_MOVES[0]: "const ahead = f(x.map((c) => c + H));",
            JAVASCRIPT_MOVES[1]: "const behind = f(x.map((c) => c - H));",
        },
        failing="G4 G5 G6",
        defect="whole-row-step",
    ),
    Slip(
        "javascript",
        "what is kept is the array itself",
        {
            "x.map((kept, i) => {": "x.map((_, i) => {\n    const kept = x;",
            "kept + H": "kept[i] + H",
            "kept - H": "kept[i] - H",
            "x[i] = kept;": "x[i] = kept[i];",
        },
        failing="G4 G5 G6 G9",
        defect="saved-view not-restored-on-error",
    ),
    Slip(
        "javascript",
        "the points are of single precision",
        {
            "x.map((point) => atPoint(f, point))": (
                "x.map((point) => atPoint(f, new Float32Array(point)))"
            ),
            ": atPoint(f, x);": ": atPoint(f, new Float32Array(x));",
        },
        failing="G5",
        defect="single-precision",
    ),
    Slip(
        "ruby",
        "what is kept is the array itself",
        {
            "kept = x[i]": "kept = x",
            "kept + H": "kept[i] + H",
            "kept - H": "kept[i] - H",
            "x[i] = kept\n  end": "x[i] = kept[i]\n  end",
        },
        failing="P4 P5 P6 P9",
        defect="saved-view not-restored-on-error",
    ),
    Slip(
        "ruby",
        "integers are divided",
        {"(ahead - behind) / (2 * H)": "1 / 2 * (ahead - behind) / H"},
        failing="P5",
        defect="",
    ),
    Slip(
        "typescript",
        "the divisor stands without parentheses",
        {"/ (2 * H)": "/ 2 * H"},
        failing="P4 P5 P6",
        defect="operator-precedence",
    ),
]


@pytest.mark.parametrize("language", ["javascript", "ruby", "typescript"])
def test_it_is_right_as_a_user_gets_it(language: str, tmp_path: Path) -> None:
    starting_points.require(language)
    made = starting_points.written(language, tmp_path)
    said = starting_points.run_as_told(tmp_path)
    assert said.startswith(f"exec:{made.run} is right.")
    assert "\n  fail " not in said


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: f"{s.language}: {s.name}")
def test_a_slip_is_named(slip: Slip, tmp_path: Path) -> None:
    starting_points.require(slip.language)
    found = starting_points.examined(slip, tmp_path)
    assert starting_points.outcome(found) == (slip.failing, slip.defect)
