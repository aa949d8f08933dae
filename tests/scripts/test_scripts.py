"""Scripts and notebooks as people leave them: what is said of each.

The programs in programs/scripts are written in the manner of real copies.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli, exit_codes
from gradproof.examination.policy import AS_WRITTEN
from gradproof.ports.target import LoadError, UsageError, cells, parse
from gradproof.report import json_report, scan_lines
from gradproof.report.phrases import Phrases
from gradproof.report.scan_lines import ScanRecord
from gradproof.scripts.clauses import judge
from gradproof.scripts.evidence import ScriptEvidence, gather, merged
from gradproof.scripts.examination import (
    defects,
    examine_script,
    probe,
    unprobed,
)
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.records import Place, Quiver
from gradproof.scripts.session import session
from places import PROGRAMS

SCRIPTS = PROGRAMS / "scripts"
VERDICTS = {"pass": "P", "fail": "F", "error": "E", "not-covered": "-"}


SAME = 0
"""The sign of arrows that have none."""


@dataclass(frozen=True)
class Case:
    """A script, the verdicts of S1 to S4, what its arrows are, and its defects.

    ``results`` is the verdict of S5, before its routine is probed.
    """

    name: str
    verdicts: str
    style: str = "plain"
    defects: tuple[str, ...] = ()
    sign: int = -1
    results: str = "P"


RIGHT = [
    Case("asks_and_calls.py", "PPPP"),
    Case("batches.py", "PPPP"),
    Case("bom_and_crlf.py", "PPPP"),
    Case("coordinates.py", "PPPP"),
    Case("flat_and_square.py", "PPPP"),
    Case("global_f.py", "PPPP"),
    Case("lambda_in_main.py", "PPPP"),
    Case("logarithmic_lengths.py", "PPPP", "shortened"),
    Case("masked.py", "PPPP"),
    Case("mended.ipynb", "PPPP"),
    Case("mended.py", "PPPP"),
    Case("not_read.py", "PPPP"),
    Case("numbers.py", "PPPP"),
    Case("object_f.py", "PPPP"),
    Case("own_style.py", "PPPP", "normalised", sign=1),
    Case("partial_f.py", "PPPP"),
    Case("point_by_point.py", "PPPP"),
    Case("profiled.py", "PPPP"),
    Case("pylab_star.py", "PPPP"),
    Case("repository/chapter/from_above.py", "PPPP"),
    Case("row_by_row.py", "PPPP"),
    Case("scaled.py", "PPPP", "scaled"),
    Case("several_axes.py", "PPPP"),
    Case("thinned.py", "PPPP"),
    Case("tries_first.py", "PPPP"),
    Case("in_memory.py", "PPPP"),
    Case("two_functions.py", "PPPP"),
    Case("two_points.py", "PPPP"),
    Case("uphill.py", "PPPP", sign=1),
    Case("inverted_axis_by_data.py", "PPPP"),
    Case("inverted_axis_turned.py", "PPPP"),
    Case("with_descent.py", "PPPP"),
    Case("without_positions.py", "PPPP"),
]
"""Right code, right arrows."""

PARTLY = [
    Case("by_hand.py", "PP--", "unknown", results="-"),
    Case("by_hand_beside_a_call.py", "PPP-", "unknown"),
    Case("crash_afterwards.py", "FPPP"),
    Case("draws_no_arrows.py", "P-P-", ""),
    Case("draws_nothing.py", "P-P-", "", results="F"),
    Case("level_lines.py", "PPP-", "unknown"),
    Case("failing_cell.ipynb", "FPPP"),
    Case("forward.py", "PPPP"),
    Case("downloads.py", "-PPP"),
    Case("downloads.ipynb", "-PPP"),
    Case("missing_module.py", "-PPP"),
    Case("network.py", "P---", "", results="-"),
    Case("never_draws.py", "PFP-", ""),
    Case("of_old.py", "PPPP"),
    Case("precedence.py", "PPPP", "scaled", results="F"),
    Case("half_by_a_view.py", "PPPP", "scaled", results="F"),
    Case("stubbed_f.py", "-P--", "unknown", results="-"),
    Case("needs_a_module.ipynb", "-PPP"),
    Case("one_component_alone.py", "PPP-", "first-alone"),
]
"""What is not the shape bug: no arrows, an early end, a routine that is wrong."""

ROWS = ("transposed-points",)
WRONG = [
    Case("book_before_fix.py", "PPFP", "plain", ROWS),
    Case("by_indices.py", "PPFF", "wrong", ROWS, results="-"),
    Case("by_luck.ipynb", "PPFP", "plain", ROWS),
    Case("elsewhere.py", "PPPF", "wrong", sign=1),
    Case("first_row_only.py", "PPPF", "wrong", results="-"),
    Case("fourth_powers.py", "PPFP", "normalised", ROWS),
    Case("half_transposed.py", "FFP-", "unknown"),
    Case(
        "integers.py", "PPPF", "wrong", ("integer-truncation",), sign=SAME, results="F"
    ),
    Case("per_element.py", "PPFP", "plain", ("f-per-element",)),
    Case("product.py", "PPFF", "wrong", ROWS, results="-"),
    Case("repository/chapter/through_pardir.py", "PPFP", "plain", ROWS),
    Case("refused_elements.py", "FEF-", "", ("f-per-element",), results="-"),
    Case("refused_rows.py", "FEF-", "", ROWS, results="-"),
    Case("sign_lost.py", "PPPF", "u-sign", ("sign-flipped",)),
    Case("sign_lost_by_luck.py", "PPFF", "v-sign", (*ROWS, "sign-flipped")),
    Case("swapped.py", "PPPF", "swapped", ("components-swapped",)),
    Case("swapped_positions.py", "PPPF", "wrong"),
    Case("inverted_axis.py", "PPPF", "v-sign", ("sign-flipped",)),
    Case("one_component_twice.py", "PPPF", "first-twice"),
    Case("two_points_wrong.py", "PPFF", "wrong", ROWS),
    Case("vstacked.py", "PPFP", "plain", ROWS),
    Case("whole_array.py", "PPFP", "plain", ("whole-array",)),
]

WAYS_TO_DRAW = [
    Case("axes_as_arrows.py", "PPPP"),
    Case("in_space.py", "PPP-", "unknown"),
    Case("in_threads.py", "PPPP"),
    Case("old_axes.py", "FPPP"),
    Case("single_arrows.py", "PPPP", "scaled"),
    Case("streamlines.py", "P-P-", ""),
]
"""Arrows one by one, in three dimensions, of threads, with what is no more; lines."""

WAYS_TO_READ = [
    Case("random_f.py", "PPP-", "unknown", results="-"),
    Case("rectified.py", "PPPP"),
    Case("rectified_half_turned.py", "PPPF", "wrong"),
    Case("rough.py", "PPP-", "unknown", results="-"),
    Case("with_gamma.py", "PPPP"),
]
"""An f with choices, in 50 digits, that is random, that differences cannot judge."""

ALTERED = [
    Case("clipped_arrows.py", "PPP-", "clipped"),
    Case("rounded_arrows.py", "PPPP", "rounded"),
    Case("arrows_in_float32.py", "PPPP", "single"),
    Case("clipped_inside.py", "PPPF", "wrong", results="-"),
    Case("wrong_and_rounded.py", "PPPF", "wrong", results="-"),
    Case("wrong_in_float32.py", "PPPF", "wrong", results="-"),
    Case("sign_lost_and_rounded.py", "PPPF", "u-sign", ("sign-flipped",)),
]
"""Arrows that the script clips or rounds, and such that are wrong besides."""

WITHOUT_A_PICTURE = [
    Case("float_point.py", "P-P-", ""),
    Case("any_number.py", "P-P-", ""),
    Case("integer_point.py", "P-P-", "", ("integer-truncation",), results="F"),
    Case("single_point.py", "P-P-", "", ("single-precision",), results="F"),
    Case("integer_start.py", "P-P-", "", ("integer-truncation",), results="F"),
    Case("integer_descent.py", "P-P-", "", ("integer-truncation",), results="F"),
    Case("one_step.py", "P-P-", "", results="-"),
    Case("reads_what_is_moved.py", "P-P-", "", results="-"),
    Case("another_f_each_time.py", "P-P-", "", results="-"),
    Case("factor_inside.py", "P-P-", "", results="F"),
    Case("factor_inside_drawn.py", "PPPP", "scaled", results="F"),
    Case("scaled_inside_drawn.py", "PPPP", "scaled"),
]
"""What calls return, whatever becomes of it; a factor is the script's or an error."""

FEW = [WRONG[0], RIGHT[0], WRONG[2]]
"""Those that run in every environment."""


def test_arrows_drawn_alone_count_where_they_are_many_and_there_is_no_quiver() -> None:
    def drawn(kind: Any, line: int, count: int) -> list[Quiver]:
        arrow = np.ones((4, 1))
        place = Place("a.py", line)
        return [Quiver(place, arrow, 1, 0, 0, 4, None, kind)] * count

    few, many, quiver = (
        drawn("arrow", 1, 3),
        drawn("arrow", 2, 4),
        drawn("quiver", 3, 1),
    )
    assert merged(few) == []
    assert [q.total for q in merged([*few, *many])] == [4]
    assert [q.kind for q in merged([*few, *many, *quiver])] == ["quiver"]


@pytest.mark.once
def test_beside_a_right_picture_arrows_of_another_kind_are_not_judged() -> None:
    with seen("another_flow.py") as evidence:
        assert [f.drawn.style for f in evidence.fields] == ["plain", "unknown"]
        assert [f.judgement.verdict for f in judge(evidence)] == ["pass"] * 5
        assert [f.quiver.place.line for f in evidence.beside] == [19]


@pytest.mark.once
def test_beside_a_right_picture_a_slip_of_the_same_results_is_told() -> None:
    with seen("swapped_beside_right.py") as evidence:
        assert [f.drawn.style for f in evidence.fields] == ["plain", "swapped"]
        assert [f.judgement.verdict for f in judge(evidence)] == [
            *["pass"] * 3,
            "fail",
            "pass",
        ]


@contextmanager
def seen(name: str, timeout: float = 30.0) -> Iterator[ScriptEvidence]:
    """What a script did."""
    path = SCRIPTS / name
    text = cells(path) if path.suffix == ".ipynb" else None
    with session(path, timeout, text) as (current, run):
        yield gather(current, run)


def check(case: Case) -> None:
    with seen(case.name) as evidence:
        found = "".join(VERDICTS[f.judgement.verdict] for f in judge(evidence))
        expected = case.verdicts + case.results, case.defects
        assert (found, defects(evidence)) == expected
        drawn = [field.drawn for field in evidence.fields]
        assert {arrows.style for arrows in drawn} == ({case.style} - {""})
        assert not drawn or case.sign in (SAME, drawn[0].sign)


@pytest.mark.parametrize("case", FEW, ids=lambda case: case.name)
def test_a_script_is_judged(case: Case) -> None:
    check(case)


@pytest.mark.once
@pytest.mark.part(3)
@pytest.mark.parametrize(
    "case",
    [
        case
        for case in [
            *RIGHT,
            *PARTLY,
            *WRONG,
            *WAYS_TO_DRAW,
            *WAYS_TO_READ,
            *ALTERED,
            *WITHOUT_A_PICTURE,
        ]
        if case not in FEW
    ],
    ids=lambda case: case.name,
)
def test_every_script_is_judged(case: Case) -> None:
    check(case)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["check", *arguments])


def test_the_books_script_is_right_by_luck_and_the_report_says_so() -> None:
    result = run(str(SCRIPTS / "book_before_fix.py"))
    assert result.exit_code == exit_codes.WRONG
    said = " ".join(result.stdout.split())
    for sentence in (
        "book_before_fix.py draws the right picture by luck: its code is wrong.",
        "line 54 grad = numerical_gradient(function_2, np.array([X, Y])) f was given"
        " vectors of 324 numbers, 1,296 times, and never a point of 2 numbers. Each row"
        " is taken as a point; here row 0 holds every x0, row 1 every x1.",
        "by luck f adds the same term for every entry, so the derivatives agree."
        " With f = x0·x1 the same line draws 323 of 324 arrows wrong.",
        "f x0² + x1², ∇f = (2·x0, 2·x1)",
        "h = 0.0001, error h²/6·∂³f/∂x0³: right",
        "fix grad = numerical_gradient(function_2, np.array([X, Y]).T).T",
        "fail S3 points-only pass S1 runs, S2 draws, S4 arrows, S5 results"
        " transposed-points",
    ):
        assert sentence in said


@pytest.mark.once
def test_a_script_in_ones_own_style_passes_and_it_is_said_what_it_draws() -> None:
    result = run(str(SCRIPTS / "own_style.py"))
    assert result.exit_code == exit_codes.AS_EXPECTED
    first = result.stdout.splitlines()[0]
    assert first.endswith(
        "is right: every arrow has the direction of ∇f, and all have one length."
    )


@pytest.mark.once
def test_the_json_report_has_two_verdicts_and_the_routine_after_the_script() -> None:
    result = run(str(SCRIPTS / "book_before_fix.py"), "--format", "json")
    script, routine, *uncalled = json.loads(result.stdout)["ports"]
    names = [port["target"].rpartition(":")[2] for port in uncalled]
    assert names == ["_numerical_gradient_no_batch", "tangent_line"]
    assert script["role"] == "quiver-script"
    assert (script["script"]["code"], script["script"]["picture"]) == ("fail", "pass")
    assert script["script"]["luck"] == {
        "function": "x0·x1",
        "wrong": 323,
        "total": 324,
    }
    assert script["script"]["fix"]["line"] == 54
    assert script["diagnosis"][0]["defects"] == ["transposed-points"]
    assert routine["target"].endswith("book_before_fix.py:numerical_gradient")
    assert routine["verdict"] == "pass"


@pytest.mark.once
@pytest.mark.parametrize("wrong", [False, True])
def test_a_routine_that_is_given_a_matrix_is_judged_by_itself(
    wrong: bool, tmp_path: Path
) -> None:
    source = (SCRIPTS / "of_a_matrix.py").read_text("utf-8")
    assert "(up - f(x))" in source
    script = tmp_path / "script.py"
    text = source.replace("(up - f(x))", "(f(x) - up)") if wrong else source
    script.write_text(text, encoding="utf-8")
    result = run(str(script))
    if wrong:
        assert "script.py: its routine is wrong: numerical_gradient." in result.stdout
        assert result.exit_code == exit_codes.WRONG
    else:
        assert "numerical_gradient, which it calls, is right" in result.stdout
        assert result.exit_code == exit_codes.NOTHING_COVERED


@pytest.mark.once
def test_a_wrong_routine_makes_the_run_fail_though_its_arrows_are_scaled() -> None:
    result = run(str(SCRIPTS / "precedence.py"))
    assert result.exit_code == exit_codes.WRONG
    assert "every arrow is −∇f times 1e-08" in result.stdout
    assert "precedence.py:numerical_gradient is wrong" in result.stdout


@pytest.mark.once
def test_where_there_is_no_time_the_verdict_is_known_all_the_same() -> None:
    begin = time.monotonic()
    with seen("many_points.py", timeout=6) as evidence:
        one, two, three, four, _ = (f.judgement for f in judge(evidence))
    assert time.monotonic() - begin < 12
    assert (one.verdict, one.message) == ("error", "script.timeout")
    assert two.verdict == "error"
    assert (three.verdict, three.parameters["actual"]) == ("fail", [202500])
    assert four.verdict == "not-covered"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("python_2.py", "script.python-2"),
        ("shift_jis.py", "script.undecodable"),
        ("tabs.py", "load.not-python-shown"),
        ("broken.ipynb", "script.no-notebook"),
    ],
)
def test_what_is_no_python_3_gets_one_clear_sentence(name: str, message: str) -> None:
    with pytest.raises(LoadError) as caught, seen(name):
        pass
    assert caught.value.message == message


@pytest.mark.once
def test_the_routine_of_a_file_of_functions_is_judged_without_its_name() -> None:
    result = run(str(SCRIPTS / "only_functions.py"))
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "only_functions.py:numerical_gradient is right" in result.stdout


def test_a_role_goes_with_a_function() -> None:
    result = run(str(SCRIPTS / "mended.py"), "--role", "gradient")
    assert result.exit_code == exit_codes.USAGE
    assert "path/file.py:function" in result.stdout


@pytest.mark.once
def test_a_script_leaves_nothing_behind_in_its_folder() -> None:
    before = sorted(SCRIPTS.rglob("*"))
    with seen("asks_and_calls.py") as evidence:
        assert {note.id for note in evidence.run.notes} == {
            "asks-for-input",
            "no-programs",
        }
    assert sorted(SCRIPTS.rglob("*")) == before


@pytest.mark.once
def test_a_notebook_names_the_cell() -> None:
    result = run(str(SCRIPTS / "by_luck.ipynb"))
    assert "cell 5, line 1  grad = numerical_gradient(bowl" in result.stdout
    result = run(str(SCRIPTS / "failing_cell.ipynb"))
    assert "is wrong: cell 2, line 1: NameError" in result.stdout


# texts that are run in the place of files, so that a change is proved before it is made

COMMON = SCRIPTS / "repository" / "common" / "slopes.py"
THROUGH = SCRIPTS / "repository" / "chapter" / "through_pardir.py"


def examined(path: Path, texts: Mapping[str, str]) -> ScriptExamination:
    before = {file: file.read_bytes() for file in SCRIPTS.rglob("*") if file.is_file()}
    found = examine_script(parse(str(path)), AS_WRITTEN, 30.0, texts=texts)
    assert before == {f: f.read_bytes() for f in SCRIPTS.rglob("*") if f.is_file()}
    return found


@pytest.mark.once
def test_a_scripts_text_is_run_in_its_place_and_its_routine_probed() -> None:
    path = SCRIPTS / "precedence.py"
    right = path.read_text().replace("(up - down) / 2 * h", "(up - down) / (2 * h)")
    mended = examined(path, {str(path): right})
    assert [(r.target, r.verdict) for r in mended.routines] == [
        (f"{path}:numerical_gradient", "pass")
    ]
    assert mended.evidence.run.sources == {str(path): right}
    assert mended.evidence.fields[0].drawn.style == "plain"
    assert [r.verdict for r in examined(path, {}).routines] == ["fail"]


@pytest.mark.once
def test_a_text_of_an_imported_file_is_run_in_the_script_and_in_the_probe() -> None:
    wrong = COMMON.read_text().replace("/ (2 * h)", "/ 2 * h")
    assert wrong != COMMON.read_text()
    found = examined(THROUGH, {str(COMMON): wrong})
    assert [r.verdict for r in found.routines] == ["fail"]
    assert found.evidence.fields[0].drawn.style == "scaled"
    sources = found.evidence.run.sources
    assert {Path(name).resolve(): text for name, text in sources.items()} == {
        COMMON: wrong,
        THROUGH: THROUGH.read_text(),
    }
    assert [r.verdict for r in examined(THROUGH, {}).routines] == ["pass"]


@pytest.mark.once
def test_a_cells_text_is_run_in_its_place_and_in_the_probe() -> None:
    path = SCRIPTS / "mended.ipynb"
    _, (cell, source), *_ = cells(path) or []
    wrong = source.replace("/ (2 * h)", "/ 2 * h")
    found = examined(path, {cell: wrong})
    assert [(r.target, r.verdict) for r in found.routines] == [
        (f"{path}:numerical_gradient", "fail")
    ]
    assert found.evidence.run.sources[cell] == wrong


@pytest.mark.once
@pytest.mark.parametrize("name", ["mended.ipynb", "failing_cell.ipynb"])
def test_a_notebooks_routine_is_probed_by_itself(name: str) -> None:
    found = examined(SCRIPTS / name, {})
    assert [r.verdict for r in found.routines] == ["pass"]
    assert unprobed(found) == []


@pytest.mark.once
def test_one_routine_is_probed_by_its_name() -> None:
    path = SCRIPTS / "by_luck.ipynb"
    found, _ = probe(parse(f"{path}:point_gradient"), seconds=20)
    assert (found.role, found.verdict) == ("point-gradient", "pass")
    with pytest.raises(LoadError) as caught:
        probe(parse(f"{path}:gradient"), seconds=20)
    assert caught.value.parameters["functions"].startswith("point_gradient, num")
    with pytest.raises(UsageError):
        probe(parse(str(path)))


@pytest.mark.once
def test_a_notebooks_routine_is_a_target_like_a_files() -> None:
    result = run(f"{SCRIPTS / 'failing_cell.ipynb'}:numerical_gradient")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "cell 2 stops at line 1 (NameError)" in result.stdout
    result = run(f"{SCRIPTS / 'broken.ipynb'}:numerical_gradient")
    assert result.exit_code == exit_codes.NOT_LOADED
    assert "not a notebook that can be read" in result.stdout


@pytest.mark.once
def test_a_wrong_routine_of_a_notebook_is_not_shown_by_an_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (SCRIPTS / "mended.ipynb").read_text()
    Path("book.ipynb").write_text(text.replace("/ (2 * h)", "/ 2 * h"))
    result = run("book.ipynb:numerical_gradient")
    assert result.exit_code == exit_codes.WRONG
    assert "import" not in result.stdout.replace("when it is imported", "")
    assert "gradproof check book.ipynb:numerical_gradient" in result.stdout


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "how", "sentence"),
    [
        ("mended.py", "expression", "f x0² + x1², ∇f = (2·x0, 2·x1)"),
        (
            "rectified.py",
            "pieces",
            "f x0²/10 − 3·x0/2 + x1²/10 + x1 + 2, ∇f = (x0/5 − 3/2, x1/5 + 1)"
            " at 131 of 289 arrows",
        ),
        (
            "with_gamma.py",
            "digits",
            "f could not be read as an expression (f uses gamma): judged by differences"
            " in 50 digits and the rounding that was seen, without proof",
        ),
        (
            "not_read.py",
            "differences",
            "not_read.py is right: every arrow is −∇f, as far as differences can tell.",
        ),
        (
            "rough.py",
            "none",
            "f could not be read as an expression (f makes a float of a number),"
            " and differences of its values are too uncertain to decide",
        ),
        ("random_f.py", "none", "f gives another value the second time"),
    ],
)
def test_it_is_said_how_f_was_read(name: str, how: str, sentence: str) -> None:
    assert sentence in " ".join(run(str(SCRIPTS / name)).stdout.split())
    report = run(str(SCRIPTS / name), "--format", "json").stdout
    script = json.loads(report)["ports"][0]["script"]
    for arrows in script["arrows"]:
        assert arrows["how"] == how
        assert arrows["proved"] == (how in ("expression", "pieces"))
        counted = sum(piece["arrows"] for piece in arrows["pieces"])
        assert counted == (arrows["total"] if how == "pieces" else 0)


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ("x.size", "2", True),
        ("(2 * h)", "2 * h", False),
        ("x[i] = keep\n", "pass\n", False),
    ],
)
def test_a_routine_need_not_take_what_the_script_never_gives_it(
    old: str, new: str, right: bool, tmp_path: Path
) -> None:
    text = (SCRIPTS / "point_by_point.py").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "plane.py"
    path.write_text(text.replace("x.size", "2").replace(old, new), encoding="utf-8")
    found = examine_script(parse(str(path)), AS_WRITTEN, 30)
    assert found.code == ("pass" if right else "fail")
    assert found.picture == "pass"


IN_SPACE = """\
import numpy as np
def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        keep = x[i]
        x[i] = keep + h
        above = f(x)
        x[i] = keep - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = keep
    return grad
print(numerical_gradient(lambda x: x[0] ** 2 + x[1] * x[2], np.array([3.0, 4.0, 1.0])))
"""
"""Of its results nothing is known: it is no point of a plane."""


@pytest.mark.once
@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("x.size", "2", exit_codes.WRONG, ["fail"]),
        ("x.size", "x.shape[0]", exit_codes.NOTHING_COVERED, []),
        ("h = 1e-4", "h = 1e-4 if x.shape == (3,) else None", 4, []),
        ("x.size", "x.size", exit_codes.NOTHING_COVERED, ["pass"]),
    ],
    ids=["of-two-alone", "batch-not-refused", "of-three-alone", "right"],
)
def test_a_routine_that_is_said_to_be_wrong_makes_the_run_fail(
    old: str, new: str, code: int, told: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "space.py"
    path.write_text(IN_SPACE.replace(old, new), encoding="utf-8")
    found = examine_script(parse(str(path)), AS_WRITTEN, 30)
    assert found.verdict == "not-covered"
    assert [routine.verdict for routine in found.told_routines] == told
    assert len(json_report.report([found]).ports) == 1 + len(told)
    record = ScanRecord(str(path), 0, 1, "", [], "", "")
    lines = scan_lines.lines([found], record, Phrases("en"))
    assert len(lines) == 1 + len(told)
    first = scan_lines.decoded(lines[0]).scan
    assert first is not None
    assert exit_codes.of_record(first) == exit_codes.of_result(found) == code


@pytest.mark.once
@pytest.mark.parametrize(("size", "right"), [("2", False), ("x.size", True)])
def test_a_routine_is_held_to_points_in_space_beside_those_in_a_plane(
    size: str, right: bool, tmp_path: Path
) -> None:
    path = tmp_path / "both.py"
    text = IN_SPACE.replace("x.size", size)
    plane = "print(numerical_gradient(lambda x: x[0] * x[1], np.array([3.0, 4.0])))\n"
    path.write_text(text + plane, encoding="utf-8")
    found = examine_script(parse(str(path)), AS_WRITTEN, 30)
    assert found.of("S5") == "pass"
    assert (found.wrong_routines == ()) == right


@pytest.mark.once
@pytest.mark.parametrize("name", ["random_f.py", "rough.py"])
def test_arrows_of_an_f_without_a_gradient_do_not_pass(name: str) -> None:
    path = SCRIPTS / name
    found = examine_script(parse(str(path)), AS_WRITTEN, 30)
    assert found.verdict == "not-covered"
    assert (found.code, found.picture) == ("pass", "not-covered")


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "integer_point.py",
            "integer_point.py gets a wrong gradient: line 22:"
            " numerical_gradient was given integers, x = (3, 4), and returned"
            " (25000, 35000), where ∇f is (6, 8)",
        ),
        (
            "factor_inside_drawn.py",
            "factor_inside_drawn.py gets a wrong gradient:"
            " line 25: what numerical_gradient returns is ∇f times 1e-08",
        ),
        ("float_point.py", "float_point.py draws no arrows; its gradient calls are"),
        (
            "one_step.py",
            "one_step.py draws no arrows and gives f points; what its gradient calls"
            " return could not be judged.",
        ),
        (
            "product.py",
            "80 of 81 results of numerical_gradient are not ∇f",
        ),
    ],
)
def test_the_headline_says_of_results_what_is_known(name: str, said: str) -> None:
    result = run(str(SCRIPTS / name))
    assert said in " ".join(result.stdout.split())
    right = name in ("float_point.py", "one_step.py")
    assert result.exit_code == (exit_codes.AS_EXPECTED if right else exit_codes.WRONG)


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "is_offered"),
    [
        ("sign_lost.py", True),
        ("integer_point.py", True),
        ("precedence.py", True),
        ("elsewhere.py", False),
        ("integers.py", True),
        ("factor_inside.py", False),
        ("mended.py", False),
    ],
)
def test_a_fix_is_offered_where_there_is_one_to_try(
    name: str, is_offered: bool
) -> None:
    script = run(str(SCRIPTS / name)).stdout.split("\n\n  ", 2)[1]
    assert ("gradproof fix" in script) == is_offered


OWN = {
    "an unknown name": "print(undefined)",
    "an unknown name in a function": "def g():\n    return undefined\n\ng()",
    "a name that a library has not": "np.a_name_of_old(1)",
}
CAUSED = {
    "the length of nothing": "1 / len(helper.samples())",
    "a loop over nothing": "for n in helper.samples():\n    last = n\nprint(last)",
    "a name of a star": "from common_of_mine import *\nsigmoid(1)",
}


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "verdict"),
    [(text, "fail") for text in OWN.values()]
    + [(text, "not-covered") for text in CAUSED.values()],
    ids=[*OWN, *CAUSED],
)
def test_a_stand_in_excuses_what_it_may_have_had_a_part_in(
    text: str, verdict: str, tmp_path: Path
) -> None:
    path = tmp_path / "uses.py"
    head = "import numpy as np\nimport common_of_mine as helper\nhelper.start()\n"
    path.write_text(f"{head}{text}\n")
    said = json.loads(run(str(path), "--format", "json").stdout)
    clauses = {c["id"]: c["verdict"] for c in said["ports"][0]["clauses"]}
    assert clauses["S1"] == verdict


@pytest.mark.once
def test_a_cell_that_is_no_python_is_not_excused(tmp_path: Path) -> None:
    cells = ["import common_of_mine as helper\nhelper.start()", "this is no Python"]
    book = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    (tmp_path / "uses.ipynb").write_text(json.dumps(book))
    said = json.loads(run(f"{tmp_path}/uses.ipynb", "--format", "json").stdout)
    clauses = {c["id"]: c["verdict"] for c in said["ports"][0]["clauses"]}
    assert clauses["S1"] == "fail"
