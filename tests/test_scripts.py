"""Scripts and notebooks as people leave them: what is said of each.

The programs in ports/scripts are written in the manner of real copies.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof import cli, exitcodes
from gradproof.ports.target import LoadError
from gradproof.scripts.clauses import judge
from gradproof.scripts.evidence import ScriptEvidence, gather
from gradproof.scripts.examining import defects
from gradproof.scripts.notebook import cells
from gradproof.scripts.running import session

SCRIPTS = Path(__file__).parent / "ports" / "scripts"
VERDICTS = {"pass": "P", "fail": "F", "error": "E", "not-covered": "-"}


SAME = 0
"""The sign of arrows that have none."""


@dataclass(frozen=True)
class Case:
    """A script, the verdicts of S1 to S4, what its arrows are, and its defects."""

    name: str
    verdicts: str
    style: str = "plain"
    defects: tuple[str, ...] = ()
    sign: int = -1


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
    Case("pylab_star.py", "PPPP"),
    Case("repository/chapter/from_above.py", "PPPP"),
    Case("row_by_row.py", "PPPP"),
    Case("scaled.py", "PPPP", "scaled"),
    Case("several_axes.py", "PPPP"),
    Case("thinned.py", "PPPP"),
    Case("two_points.py", "PPPP"),
    Case("uphill.py", "PPPP", sign=1),
    Case("with_descent.py", "PPPP"),
    Case("without_positions.py", "PPPP"),
]
"""Right code, right arrows; in the last but two the f is a choice and not read."""

PARTLY = [
    Case("by_hand.py", "PP--", "unknown"),
    Case("by_hand_beside_a_call.py", "PPP-", "unknown"),
    Case("crash_afterwards.py", "FPPP"),
    Case("draws_no_arrows.py", "P-P-", ""),
    Case("failing_cell.ipynb", "FPPP"),
    Case("forward.py", "PPPP"),
    Case("missing_module.py", "EPPP"),
    Case("network.py", "P---", ""),
    Case("never_draws.py", "PFP-", ""),
    Case("of_old.py", "FPPP"),
    Case("precedence.py", "PPPP", "scaled"),
    Case("half_by_a_view.py", "PPPP", "scaled"),
    Case("stubbed_f.py", "EPEE", "unknown"),
]
"""What is not the shape bug: no arrows, an early end, a routine that is wrong."""

ROWS = ("transposed-points",)
WRONG = [
    Case("book_before_fix.py", "PPFP", "plain", ROWS),
    Case("by_indices.py", "PPFF", "wrong", ROWS),
    Case("by_luck.ipynb", "PPFP", "plain", ROWS),
    Case("elsewhere.py", "PPPF", "wrong", sign=1),
    Case("first_row_only.py", "PPPF", "wrong"),
    Case("fourth_powers.py", "PPFP", "normalised", ROWS),
    Case("half_transposed.py", "FFP-", "unknown"),
    Case("integers.py", "PPPF", "wrong", ("integer-truncation",), sign=SAME),
    Case("per_element.py", "PPFP", "plain", ("f-per-element",)),
    Case("product.py", "PPFF", "wrong", ROWS),
    Case("repository/chapter/through_pardir.py", "PPFP", "plain", ROWS),
    Case("sign_lost.py", "PPPF", "u-sign", ("sign-flipped",)),
    Case("sign_lost_by_luck.py", "PPFF", "v-sign", (*ROWS, "sign-flipped")),
    Case("swapped.py", "PPPF", "swapped", ("components-swapped",)),
    Case("swapped_positions.py", "PPPF", "wrong"),
    Case("two_points_wrong.py", "PPFF", "wrong", ROWS),
    Case("vstacked.py", "PPFP", "plain", ROWS),
    Case("whole_array.py", "PPFP", "plain", ("whole-array",)),
]

FEW = [WRONG[0], RIGHT[0], WRONG[2]]
"""Those that run in every environment."""


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
        assert (found, defects(evidence)) == (case.verdicts, case.defects)
        drawn = [field.drawn for field in evidence.fields]
        assert {arrows.style for arrows in drawn} == ({case.style} - {""})
        assert not drawn or case.sign in (SAME, drawn[0].sign)


@pytest.mark.parametrize("case", FEW, ids=lambda case: case.name)
def test_a_script_is_judged(case: Case) -> None:
    check(case)


@pytest.mark.once
@pytest.mark.parametrize(
    "case",
    [case for case in RIGHT + PARTLY + WRONG if case not in FEW],
    ids=lambda case: case.name,
)
def test_every_script_is_judged(case: Case) -> None:
    check(case)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["check", *arguments])


def test_the_books_script_is_right_by_luck_and_the_report_says_so() -> None:
    result = run(str(SCRIPTS / "book_before_fix.py"))
    assert result.exit_code == exitcodes.WRONG
    said = " ".join(result.stdout.split())
    for sentence in (
        "book_before_fix.py draws the right picture by luck: its code is wrong.",
        "line 54 grad = numerical_gradient(function_2, np.array([X, Y])) f was given"
        " vectors of 324 numbers, 1,296 times; points of 2 are due. Each row is taken"
        " as a point; here row 0 holds every x0, row 1 every x1.",
        "by luck f adds the same term for every entry, so the derivatives agree."
        " With f = x0·x1 the same line draws 323 of 324 arrows wrong.",
        "f x0² + x1², ∇f = (2·x0, 2·x1)",
        "h = 0.0001, error h²/6·∂³f/∂x0³: right",
        "fix grad = numerical_gradient(function_2, np.array([X, Y]).T).T",
        "fail S3 points-only pass S1 runs, S2 draws, S4 arrows transposed-points",
    ):
        assert sentence in said


@pytest.mark.once
def test_a_script_in_ones_own_style_passes_and_it_is_said_what_it_draws() -> None:
    result = run(str(SCRIPTS / "own_style.py"))
    assert result.exit_code == exitcodes.AS_EXPECTED
    first = result.stdout.splitlines()[0]
    assert first.endswith(
        "is right: every arrow has the direction of ∇f, and all have one length."
    )


@pytest.mark.once
def test_the_json_report_has_two_verdicts_and_the_routine_after_the_script() -> None:
    result = run(str(SCRIPTS / "book_before_fix.py"), "--format", "json")
    script, routine = json.loads(result.stdout)["ports"]
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
def test_a_wrong_routine_makes_the_run_fail_though_its_arrows_are_scaled() -> None:
    result = run(str(SCRIPTS / "precedence.py"))
    assert result.exit_code == exitcodes.WRONG
    assert "every arrow is −∇f times 1e-08" in result.stdout
    assert "precedence.py:numerical_gradient is wrong" in result.stdout


@pytest.mark.once
def test_where_there_is_no_time_the_verdict_is_known_all_the_same() -> None:
    begin = time.monotonic()
    with seen("many_points.py", timeout=6) as evidence:
        one, two, three, four = (f.judgement for f in judge(evidence))
    assert time.monotonic() - begin < 12
    assert (one.verdict, one.message) == ("error", "script.timeout")
    assert two.verdict == "error"
    assert (three.verdict, three.parameters["came"]) == ("fail", [202500])
    assert four.verdict == "not-covered"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("python_2.py", "script.python-2"),
        ("shift_jis.py", "script.undecodable"),
        ("tabs.py", "load.not-python-at"),
        ("broken.ipynb", "script.no-notebook"),
    ],
)
def test_what_is_no_python_3_gets_one_clear_sentence(name: str, message: str) -> None:
    with pytest.raises(LoadError) as caught, seen(name):
        pass
    assert caught.value.message == message


@pytest.mark.once
def test_a_file_of_functions_alone_is_told_which_it_has() -> None:
    result = run(str(SCRIPTS / "only_functions.py"))
    assert result.exit_code == exitcodes.USAGE
    assert "only_functions.py:numerical_gradient" in result.stdout


def test_a_role_goes_with_a_function() -> None:
    result = run(str(SCRIPTS / "mended.py"), "--role", "gradient")
    assert result.exit_code == exitcodes.USAGE
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
    assert "failing_cell.ipynb[2], line 1: NameError" in result.stdout
