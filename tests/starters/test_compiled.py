"""Starting points that are compiled: right as they stand, and wrong by a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

import starting_points
from starting_points import Slip

pytestmark = pytest.mark.once

SLIPS = [
    Slip(
        "c",
        "integers are divided",
        {"(ahead - behind) / (2 * h)": "1 / 2 * (ahead - behind) / h"},
        failing="P5",
        defect="",
    ),
    Slip(
        "c",
        "what is kept is of single precision",
        {"const double kept": "const float kept"},
        failing="P5 P7",
        defect="",
    ),
    Slip(
        "c",
        "the points are of single precision",
        {"= kept + h": "= (float)(kept + h)", "= kept - h": "= (float)(kept - h)"},
        failing="P4 P5 P6",
        defect="single-precision",
    ),
    Slip(
        "c",
        "each slope is stored one place further",
        {"gradient[i] =": "gradient[(i + 1) % n] ="},
        failing="P4 P5 P6",
        defect="components-swapped",
    ),
    Slip(
        "c",
        "the out-parameter is not indexed",
        {"gradient[i] =": "*gradient ="},
        failing="P4 P5 P6",
        defect="",
    ),
    Slip(
        "go",
        "what is kept is a slice of the same array",
        {
            "kept := x[i]": "kept := x[i : i+1]",
            "x[i] = kept }": "copy(x[i:], kept) }",
            "kept + step": "kept[0] + step",
        },
        failing="G4 G5 G6 G9",
        defect="saved-view not-restored-on-error",
    ),
    Slip(
        "go",
        "all rows share one slice",
        {
            "gradient := make([]float64, len(x))\n": "gradient := shared[:len(x)]\n",
            "const h = 1e-4": "const h = 1e-4\n\nvar shared [1024]float64",
        },
        failing="G2 G5",
        defect="",
    ),
    Slip(
        "rust",
        "an error leaves before x is put back",
        {"let y = f(x);": "let y = f(x)?;", "    y\n}": "    Ok(y)\n}"},
        failing="P9",
        defect="not-restored-on-error",
    ),
    Slip(
        "rust",
        "the divisor stands without parentheses",
        {"/ (2.0 * H)": "/ 2.0 * H"},
        failing="P4 P5 P6",
        defect="operator-precedence",
    ),
    Slip(
        "rust",
        "the axes are counted in place of the components",
        {
            "0..x.len()": "0..1",
            "Ok(gradient)": "gradient.resize(x.len(), 0.0);\n    Ok(gradient)",
        },
        failing="P5",
        defect="",
    ),
    Slip(
        "cpp",
        "the result is stored by columns",
        {
            "    return gradients;\n": """\
    std::vector<Point> stored = gradients;
    for (std::size_t k = 0, n = gradients.size(); k < n * gradients[0].size(); ++k) {
        const std::size_t width = gradients[0].size();
        stored[k / width][k % width] = gradients[k % n][k / n];
    }
    return stored;
"""
        },
        failing="G2 G4 G5 G13",
        defect="",
    ),
    Slip(
        "java",
        "what is kept is the array itself",
        {
            "double kept = x[i]": "double[] kept = x",
            "kept + H": "kept[i] + H",
            "kept - H": "kept[i] - H",
            "x[i] = kept;": "x[i] = kept[i];",
        },
        failing="G4 G5 G6 G9",
        defect="saved-view not-restored-on-error",
    ),
    Slip(
        "java",
        "the components are counted from one",
        {"int i = 0;": "int i = 1;"},
        failing="G5",
        defect="",
    ),
]


@pytest.mark.parametrize("language", ["c", "cpp", "go", "java", "rust"])
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
