"""A user's routine with a usual signature is served at once; another is asked about.

``python tests/tools/signatures_table.py`` builds and judges all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import starting_points
from gradproof.commands.cli import cli
from gradproof.starters import starter
from gradproof.starters.languages import LANGUAGES
from gradproof.starters.readers import cpp
from usual_signatures import USUAL, Usual

UNUSUAL = {
    "javascript": ("mine.mjs", "export const slope = (f) => (x) => f(x);\n"),
    "typescript": (
        "mine.ts",
        "export function slope(f: (...x: number[]) => number, x: number[]): void {}\n",
    ),
    "go": (
        "mine.go",
        "package main\nfunc slope(f func([]float32) float32, x []float32) {\n",
    ),
    "rust": (
        "mine.rs",
        "pub fn slope(f: impl Fn(f64, f64) -> f64, x: f64, y: f64) -> [f64; 2] {\n",
    ),
    "c": ("mine.c", "void slope(double (*f)(float *), float *x, int n) {}\n"),
    "cpp": (
        "mine.hpp",
        "Eigen::VectorXd slope(double (*f)(Eigen::VectorXd), Eigen::VectorXd x) {}\n",
    ),
    "java": (
        "Mine.java",
        "class Mine { static double[] slope(DoubleUnaryOperator f, double[] x) {} }\n",
    ),
}

BUILT = {
    "CommonJS, with a step": "",
    "rows, in a module": "",
    "a type for f, an out-parameter, a program of its own": "",
    "rows of pointers": "",
    "rows and an out-parameter": "",
    "rows, an arrow": "G4 G5 G6",
    "a generic f and a slice, private in a program": "P4 P5 P6",
}
"""Those that are built here, of each language but C++: the musts that are to fail."""


def made(usual: Usual, folder: Path, text: str) -> starter.Starter:
    (folder / usual.file).write_text(text, "utf-8")
    named = f"{folder / usual.file}:slope"
    return starter.calling(LANGUAGES[usual.language], named, folder)


@pytest.mark.parametrize("usual", USUAL, ids=lambda u: f"{u.language}: {u.name}")
def test_a_usual_signature_is_read(usual: Usual, tmp_path: Path) -> None:
    found = made(usual, tmp_path, usual.text)
    assert not found.unread
    program = found.files[found.program]
    assert usual.call in program
    assert f'"{usual.role}"' in program


@pytest.mark.parametrize("language", UNUSUAL)
def test_where_a_signature_is_not_known_the_line_to_write_is_named(
    language: str, tmp_path: Path
) -> None:
    file, text = UNUSUAL[language]
    mine = tmp_path / file
    mine.write_text(text, "utf-8")
    said = CliRunner().invoke(
        cli, ["init", language, "--from", f"{mine}:slope", "--output", str(tmp_path)]
    )
    assert said.exit_code == 0
    program = LANGUAGES[language].program
    lines = (tmp_path / program).read_text("utf-8").split("\n")
    number = next(
        n for n, each in enumerate(lines, 1) if "write here how slope is called" in each
    )
    assert f"{program}:{number}: how to call" in said.stderr
    assert "slope" in said.stderr.rpartition("not known: ")[2]


@pytest.mark.parametrize(
    ("language", "file", "text"),
    [
        ("java", "Mine.java", "class Mine { private static int slope(int x) {} }"),
        ("typescript", "mine.ts", "function slope(f, x) {}"),
    ],
)
def test_what_no_other_file_can_call_is_refused(
    language: str, file: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text, "utf-8")
    words = ["--from", str(tmp_path / file) + ":slope", "--output", str(tmp_path)]
    said = CliRunner().invoke(cli, ["init", language, *words])
    assert said.exit_code == 2
    assert "no other file can call slope" in said.stderr


@pytest.mark.once
@pytest.mark.parametrize("name", BUILT)
def test_it_is_built_and_judged(name: str, tmp_path: Path) -> None:
    (usual,) = (each for each in USUAL if each.name == name)
    starting_points.require(usual.language)
    right = not BUILT[name]
    found = made(usual, tmp_path, usual.text if right else usual.wrong)
    for file, text in found.files.items():
        (tmp_path / file).write_text(text, "utf-8")
    examination = starting_points.judged_in(found, tmp_path)
    failing, defect = starting_points.outcome(examination, level="must")
    assert failing == BUILT[name]
    assert ("operator-precedence" in defect) == (not right)


@pytest.mark.once
def test_the_calls_of_c_plus_plus_compile(tmp_path: Path) -> None:
    starting_points.require("cpp")
    text = "#include <cstddef>\n#include <functional>\n#include <stdexcept>\n"
    text += "#include <vector>\nusing Points = std::vector<std::vector<double>>;\n"
    text += "using Function = std::function<double(const std::vector<double>&)>;\n"
    for n, usual in enumerate(each for each in USUAL if each.language == "cpp"):
        file = f"mine{n}.hpp"
        (tmp_path / file).write_text(usual.text, "utf-8")
        places = cpp.adapted(usual.text, "slope", file).places
        text += f"namespace n{n} {{\n{places['routine']}{places['call']}}}\n"
    (tmp_path / "all.cpp").write_text(text, "utf-8")
    starting_points.build("g++ -std=c++17 -Wall -fsyntax-only all.cpp", tmp_path)
