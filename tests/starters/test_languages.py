"""Ports in eight languages and in Python 3.6 to 3.13, right and wrong, in one table.

``pytest tests/starters/test_languages.py -s`` prints it. The starting points are right
as a user gets them; the slips are those that their languages invite.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import starting_points
from gradproof.examination.examination import Examination
from gradproof.examination.policy import AS_WRITTEN
from gradproof.project import checks
from gradproof.project.config import PortTable
from places import PROGRAMS
from starting_points import Slip

pytestmark = pytest.mark.once

LANGUAGES = ["c", "cpp", "go", "java", "javascript", "ruby", "rust", "typescript"]
VERSIONS = [f"3.{minor}" for minor in range(6, 14)]

JAVASCRIPT_MOVES = (
    "x[i] = kept + H;\n      const ahead = f(x);",
    "x[i] = kept - H;\n      const behind = f(x);",
)

SLIPS = [
    Slip(
        "c",
        "integers are divided",
        {"(ahead - behind) / (2 * h)": "1 / 2 * (ahead - behind) / h"},
        failing="P5",
        defect="all-zero",
    ),
    Slip(
        "c",
        "what is kept is of single precision",
        {"const double kept": "const float kept"},
        failing="P5 P7",
        defect="single-precision",
    ),
    Slip(
        "c",
        "f's values and the result are of single precision",
        {
            "double ahead, behind;": "double y;\n        float ahead, behind;",
            "&ahead, context);": "&y, context);\n        ahead = y;",
            "&behind, context);": "&y, context);\n            behind = y;",
            "= (ahead - behind) / (2 * h)": "= (float)((ahead - behind) / (2 * h))",
        },
        failing="P5",
        defect="single-precision",
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
        defect="partly-filled",
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
        defect="rows-shared",
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
        "the axes are counted in place of the components",
        {
            "0..x.len()": "0..1",
            "Ok(gradient)": "gradient.resize(x.len(), 0.0);\n    Ok(gradient)",
        },
        failing="P5",
        defect="first-component-only",
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
        defect="stored-by-columns",
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
        defect="partly-filled",
    ),
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
        defect="all-zero",
    ),
]

WRONG = {
    "forward": ("G6", "forward-difference"),
    "times": ("G4 G5 G6", "operator-precedence"),
    "left-behind": ("G6 G7 G8 G9", "not-restored"),
}
"""What is wrong with the program of Python's own: failing clauses, and the defects."""

PYTHONS = [
    (version, kind, *due)
    for number, version in enumerate(VERSIONS)
    for kind, due in (("right", ("", "")), list(WRONG.items())[number % len(WRONG)])
]
"""Every interpreter has a right port and a wrong one."""

Row = tuple[str, str, str, str]


def _family(row: Row) -> str:
    """What stands together in the table; all Pythons do, in the order of their age."""
    return row[0].partition(".")[0]


@pytest.fixture(scope="module")
def table() -> Iterator[list[Row]]:
    """The rows of the table, which is printed at the end: -s shows it."""
    rows: list[Row] = []
    yield rows
    print()
    for language, what, failing, defect in sorted(rows, key=_family):
        verdict = f"fails {failing}" if failing else "right"
        print(f"{language:12} {what:50} {verdict:24} {defect}".rstrip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_right_as_a_user_gets_it(
    language: str, tmp_path: Path, table: list[Row]
) -> None:
    starting_points.require(language)
    made = starting_points.written(language, tmp_path)
    said = starting_points.run_as_told(tmp_path)
    assert said.startswith(f"exec:{made.run} is right.")
    assert "\n  fail " not in said
    table.append((language, "as a user gets it", "", ""))


@pytest.mark.part(2)
@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: f"{s.language}: {s.name}")
def test_a_slip_is_named(slip: Slip, tmp_path: Path, table: list[Row]) -> None:
    starting_points.require(slip.language)
    found = starting_points.outcome(starting_points.examined(slip, tmp_path))
    assert found == (slip.failing, slip.defect)
    table.append((slip.language, slip.name, *found))


@pytest.mark.parametrize(("version", "kind", "failing", "defect"), PYTHONS)
def test_a_program_of_any_python_is_judged_alike(
    version: str, kind: str, failing: str, defect: str, table: list[Row]
) -> None:
    python = shutil.which(f"python{version}") or ""
    if not python or subprocess.run([python, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"there is no Python {version} on PATH")
    command = [python, f"{PROGRAMS}/exec/routine.py", kind]
    found = checks.check_declared(
        PortTable("exec:" + shlex.join(command)), AS_WRITTEN, 60.0
    )
    assert isinstance(found, Examination), found
    assert starting_points.outcome(found) == (failing, defect)
    assert found.of("G12") == "not-covered"
    table.append((f"Python {version}", kind, failing, defect))
