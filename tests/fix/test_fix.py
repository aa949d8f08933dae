"""`gradproof fix`: what it changes, that nothing else changes, and what it explains."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli, exit_codes
from gradproof.edits import calls
from gradproof.edits import text as texts
from gradproof.edits.calls import Site, Way
from gradproof.edits.journal import PartlyWrittenError
from gradproof.edits.text import FileText, NotTextError, Text, diff, source
from gradproof.fix import files, repair, routine_search
from gradproof.fix.files import FileChange
from gradproof.fix.patch import Patch
from gradproof.fix.repair import Repair
from gradproof.ports.target import Target
from places import PROGRAMS

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

SCRIPTS = PROGRAMS / "scripts"
WRONG = PROGRAMS / "wrong"
HEAD = "import numpy as np\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.cli, ["fix", *map(str, arguments)])


def edited(
    line: str, way: Way = "transposed", head: str = HEAD, f: str = ""
) -> str | None:
    """A text of one statement after others, with the call of g in it edited."""
    text = texts.parsed(head + line)
    sites = [Site(head.count("\n") + 1, "g", "x", 1, f)]
    edits = calls.edits(text, sites, way) if text else None
    after = texts.edited(text.text, edits) if text and edits else None
    return None if after is None else after.removeprefix(head)


# the text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r = g(f, A)", "r = g(f, A.T).T"),
        ("r = g(f, A + B)", "r = g(f, (A + B).T).T"),
        ("r = g(f, (A + B))", "r = g(f, ((A + B).T)).T"),
        ("r = g(x=A, f=f)", "r = g(x=A.T, f=f).T"),
        ("r = -g(f, np.array([X, Y]))[0]", "r = -g(f, np.array([X, Y]).T).T[0]"),
        ("r = g(f, P.T)", "r = g(f, P).T"),
        ("r = g(f, A).T", "r = g(f, A.T)"),
        ("r = m.g(f, A)", "r = m.g(f, A.T).T"),
        ("谷 = '∇'; r = g(谷, A)  # 勾配", "谷 = '∇'; r = g(谷, A.T).T  # 勾配"),
        ("r = g(f, A), g(f, B)", "r = g(f, A.T).T, g(f, B.T).T"),
        ("r = g(\r\n  f,\r\n  A\r\n)\r\n", "r = g(\r\n  f,\r\n  A.T\r\n).T\r\n"),
        ("r = g(\r  f,\r  A\r)\r", "r = g(\r  f,\r  A.T\r).T\r"),
        ("s = '\x0c\x85\u2028'; r = g(f, A)", "s = '\x0c\x85\u2028'; r = g(f, A.T).T"),
    ],
)
def test_the_array_is_transposed_there_and_back(before: str, after: str) -> None:
    assert edited(before) == after


def test_what_looks_like_a_newline_and_is_none_to_python_counts_no_line() -> None:
    head = "s = '\x0b\x0c\x1c\x85\u2028'\n"
    assert edited("r = g(f, A)", head=head) == "r = g(f, A.T).T"


@pytest.mark.parametrize(
    ("head", "line", "f"),
    [
        ("from m import g as h\n", "r = h(f, A)", ""),
        ("h = g\n", "r = h(f, A)", ""),
        ("h = m.g\n", "r = h(f, A)", ""),
        ("import m as h\n", "r = h.g(f, A)", ""),
        ("h = find()\n", "r = h(f, A)", "f"),
        ("h = find()\n", "r = h(m.f, A)", "f"),
    ],
)
def test_a_call_is_found_under_another_name(head: str, line: str, f: str) -> None:
    assert edited(line, head=head, f=f) == line.replace("A)", "A.T).T")


def test_what_could_be_either_of_two_calls_is_left_alone() -> None:
    assert edited("r = h(f, A), k(f, A)", f="f") is None
    assert edited("r = h(f, A), g(f, A)", f="f") == "r = h(f, A), g(f, A.T).T"


def test_a_result_is_turned_back() -> None:
    assert edited("r = g(f, P.T)", "result") == "r = g(f, P.T).T"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r = g(f, A)", "r = np.array([g(f, p) for p in A.T]).T"),
        ("r = g(f, P.T)", "r = np.array([g(f, p) for p in P]).T"),
        ("r = g(p, A)", "r = np.array([g(p, point) for point in A.T]).T"),
        ("r = g(f, A + B, 3)", "r = np.array([g(f, p, 3) for p in (A + B).T]).T"),
    ],
)
def test_a_call_is_made_for_each_column(before: str, after: str) -> None:
    assert edited(before, "each") == after


@pytest.mark.parametrize(
    "line", ["r = g(*both)", "r = g(f)", "r = h(f, A)", "r = g(f, A", ""]
)
def test_a_call_that_is_not_clear_is_left_alone(line: str) -> None:
    assert edited(line) is None


def test_calls_within_one_another_are_not_made_again_for_each_column() -> None:
    assert edited("r = g(f, g(f, A))", "each") is None


@pytest.mark.parametrize(
    ("head", "numpy"),
    [
        ("import numpy", "numpy."),
        ("import numpy as xp", "xp."),
        ("from numpy import *", ""),
        ("import math", "np."),
    ],
)
def test_numpy_is_called_by_the_name_that_it_has(head: str, numpy: str) -> None:
    after = edited("r = g(f, A)", "each", f"{head}\n")
    assert after is not None
    assert after.startswith(f"r = {numpy}array([")


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\r\nb = 2\rc = 3\n",
        b"\xef\xbb\xbfa = '\xe8\xb0\xb7'\r\n",
        "# coding: shift_jis\na = '谷'\n".encode("shift_jis"),
        "# coding: euc-jp\na = '谷'".encode("euc-jp"),
        b"",
    ],
)
def test_a_file_is_written_as_it_was_read(data: bytes) -> None:
    assert source(data).data == data


@pytest.mark.parametrize(
    "data",
    [
        b"a = '\xff'\n",
        b"# coding: nonsense\n",
        b"# coding: rot13\n",
        b"# coding: utf-7\na = '+AGE-'\n",  # would be written as 'a'
    ],
)
def test_what_is_no_python_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotTextError):
        source(data)


def test_a_diff_has_the_newlines_of_the_file_and_says_if_the_last_is_missing() -> None:
    before, after = FileText("a\r\nb", bom=True), FileText("a\r\nc", bom=True)
    assert diff(before, after, "x.py") == (
        "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n \ufeffa\r\n"
        "-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
    )


def change(path: Path, before: str, after: str) -> FileChange:
    return FileChange(path, FileText(before), FileText(after))


def test_files_are_replaced_whole_and_keep_their_mode(tmp_path: Path) -> None:
    path, link, other = (tmp_path / name for name in ("a.py", "b.py", "c.py"))
    path.write_bytes(b"a\r\n")
    other.write_bytes(b"c")
    path.chmod(0o750)
    link.symlink_to(path)
    files.write([change(link, "a\r\n", "b\r\n"), change(other, "c", "d")])
    assert link.is_symlink()
    assert path.read_bytes() == b"b\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert other.read_bytes() == b"d"
    with pytest.raises(files.FileChangedError):
        files.write([change(other, "d", "e"), change(path, "a\r\n", "c\r\n")])
    assert other.read_bytes() == b"d"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.py", "b.py", "c.py"]


def test_a_file_that_is_not_to_be_written_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"a")
    path.chmod(0o444)
    with pytest.raises(PermissionError):
        files.write([change(path, "a", "b")])
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"a"]


def test_nothing_is_left_behind_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"a")

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        files.write([change(path, "a", "b")])
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"a"]


def test_two_files_are_written_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tmp_path / name for name in ("a.py", "b.py"))
    first.write_bytes(b"a")
    second.write_bytes(b"b")
    replace, refused = os.replace, [second.resolve()]

    def some(new: Path, path: Path) -> None:
        if path in refused:
            raise OSError(28, "no space")
        replace(new, path)

    monkeypatch.setattr(os, "replace", some)
    both = [change(first, "a", "A"), change(second, "b", "B")]
    with pytest.raises(OSError, match="no space"):
        files.write(both)
    assert [first.read_bytes(), second.read_bytes()] == [b"a", b"b"]
    refused.clear()
    files.write(both)
    assert [first.read_bytes(), second.read_bytes()] == [b"A", b"B"]
    assert len(list(tmp_path.iterdir())) == 2


def test_what_could_not_be_taken_back_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (tmp_path / name for name in ("a.py", "b.py"))
    first.write_bytes(b"a")
    second.write_bytes(b"b")
    replace, left = os.replace, [1]

    def once(new: Path, path: Path) -> None:
        if path.name in ("a.py", "b.py"):
            if not left:
                raise OSError(28, "no space")
            left.pop()
        replace(new, path)

    monkeypatch.setattr(os, "replace", once)
    with pytest.raises(PartlyWrittenError) as caught:
        files.write([change(first, "a", "A"), change(second, "b", "B")])
    assert caught.value.paths == [first.resolve()]


def test_a_patch_has_each_file_once() -> None:
    patch, a = Patch(), Path("a.py")
    patch.add([change(a, "1", "2")])
    assert patch.in_the_way([change(a, "1", "2")]) is None
    patch.add([change(a, "1", "2"), change(Path("b.py"), "1", "2")])
    assert len(patch.changes) == 2
    other = change(a, "1", "3")
    assert patch.in_the_way([other]) is other
    patch.add([change(a, "2", "3")])  # the file was written in between
    assert patch.changes[0].before.text == "1"
    assert patch.changes[0].after.text == "3"


SHARED = """import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        grad[i] = (ahead - behind) / 2 * h
        x[i] = kept
    return grad
"""
CALLER = """from shared import numerical_gradient
import numpy as np
print(numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([1.0, 2.0])))
"""


@pytest.mark.once
@pytest.mark.parametrize("below", ["", "chapter"])
def test_git_applies_the_patch_of_scripts_that_share_a_module(
    below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the folder that they are in, and told so from one below it."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name, text in (("shared.py", SHARED), ("a.py", CALLER), ("b.py", CALLER)):
        (tmp_path / name).write_text(text)
    here = tmp_path / below
    here.mkdir(exist_ok=True)
    monkeypatch.chdir(here)
    up = "../" if below else ""
    result = run(f"{up}a.py", str(tmp_path / "b.py"))
    assert result.exit_code == exit_codes.AS_EXPECTED, result.stderr
    assert result.stdout.count("+++ ") == 1
    assert ("git apply in" in result.stderr) == bool(below)
    subprocess.run(
        ["git", "apply", "-"], input=result.stdout_bytes, check=True, cwd=tmp_path
    )
    assert (tmp_path / "shared.py").read_text() == SHARED.replace("2 * h", "(2 * h)")


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "said"),
    [("raise ValueError('no')", "ValueError"), ("return None", "None")],
    ids=["raises", "returns nothing"],
)
def test_of_a_routine_that_breaks_it_is_said_that_it_does(
    body: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "broken.py"
    path.write_text(f"def gradient(f, x):\n    f(x)\n    {body}\n")
    result = run(f"{path}:gradient")
    assert result.exit_code == exit_codes.WRONG
    assert "nothing to mend" not in result.stderr
    assert said in result.stderr


# the command


@pytest.mark.once
def test_the_books_script_is_mended_by_one_line() -> None:
    result = run(SCRIPTS / "book_before_fix.py")
    assert result.exit_code == exit_codes.AS_EXPECTED
    changed = [s for s in result.stdout.splitlines() if s[:1] in "+-"][2:]
    call = "     grad = numerical_gradient(function_2, np.array([X, Y])"
    assert changed[0] == "-    y = f(x) - d * x"  # of tangent_line, beside it
    assert changed[-2:] == [f"-{call[1:]})", f"+{call[1:]}.T).T"]
    assert "line 54: mended: the points lie in the columns" in result.stderr
    assert "run with this change it passes S1, S2, S3, S4, S5" in result.stderr
    command = f"gradproof fix {SCRIPTS / 'book_before_fix.py'} --write"
    assert result.stderr.endswith(f"To change the files: {command}\n")


def test_help_shows_how_it_is_used() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "gradproof fix ch04/gradient_2d.py --write" in result.stdout


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("nowhere.py", exit_codes.NOT_LOADED),
        ("nowhere.ipynb", exit_codes.NOT_LOADED),
        (SCRIPTS / "shift_jis.py", exit_codes.NOT_LOADED),
        ("module:function", exit_codes.USAGE),
    ],
)
def test_what_cannot_be_loaded_ends_in_its_own_code(target: str, code: int) -> None:
    result = run(target)
    assert result.exit_code == code
    assert str(target) in result.stderr
    assert result.stdout == ""


def test_an_error_of_its_own_costs_the_other_targets_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mend = repair.mend

    def broken(target: Target, *rest: Any) -> Repair:
        if "bad" in target.text:
            raise ZeroDivisionError("in the judge")
        return mend(target, *rest)

    monkeypatch.setattr(repair, "mend", broken)
    path = tmp_path / "sign.py"
    path.write_bytes((WRONG / "sign.py").read_bytes())
    result = run("bad.py:g", f"{path}:gradient")
    assert result.exit_code == exit_codes.INTERNAL
    assert "ZeroDivisionError: in the judge" in result.stderr
    assert f"--- a/{path.name}" in result.stdout


def test_without_a_script_the_usage_is_told() -> None:
    assert run().exit_code == exit_codes.USAGE


AWKWARD = ["columns_bom_and_crlf.py", "columns_shift_jis.py", "columns_over_lines.py"]


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize("name", AWKWARD)
def test_only_the_call_changes_in_the_bytes_of_a_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (SCRIPTS / name).read_bytes()
    path = Path(name)
    path.write_bytes(before)
    result = run(name, "--write")
    assert result.exit_code == exit_codes.AS_EXPECTED
    after = path.read_bytes()
    assert after != before
    assert _without_transposes(after) == _without_transposes(before)
    assert after.count(b"\r\n") == before.count(b"\r\n")
    path.write_bytes(before)
    Path("a.patch").write_bytes(result.stdout_bytes)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "a.patch"], check=True)
    assert path.read_bytes() == after


def _without_transposes(data: bytes) -> bytes:
    return data.replace(b".T", b"").replace(b"(", b"").replace(b")", b"")


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("by_indices.py", 1),
        ("refused_rows.py", 1),
        ("repository/chapter/through_pardir.py", 1),
        ("two_points_wrong.py", 1),
        ("vstacked.py", 2),
        ("whole_array.py", 1),
    ],
)
def test_a_call_with_rows_for_points_is_mended(name: str, lines: int) -> None:
    result = run(SCRIPTS / name)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert sum(s.startswith("+") for s in result.stdout.splitlines()) == 1 + lines
    assert "it passes S1, S2, S3, S4, S5" in result.stderr


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("mended.py", exit_codes.AS_EXPECTED),
        ("own_style.py", exit_codes.AS_EXPECTED),
        ("network.py", exit_codes.NOTHING_COVERED),
    ],
)
def test_a_script_with_nothing_wrong_is_left_alone(name: str, code: int) -> None:
    result = run(SCRIPTS / name, "--write")
    assert result.exit_code == code
    assert result.stdout == ""
    assert "nothing to mend" in result.stderr


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "defect", "line"),
    [
        ("first_row_only.py", "first-row-only", "    return grad"),
        ("forward.py", "forward-difference", "        x[i] = keep - h"),
        ("half_transposed.py", "the result", ").T).T"),
        ("integers.py", "integer-truncation", "    X = np.array(X, dtype=float)"),
        ("one_component_twice.py", "v was made", "U[0] / size, U[1] / size)"),
        ("precedence.py", "operator-precedence", "(up - down) / (2 * h)"),
        ("refused_elements.py", "f-per-element", "down = f(x)"),
        ("sign_lost.py", "the sign of u", "quiver(X, Y, -grad[0], -grad[1])"),
        ("sign_lost_by_luck.py", "the sign of v", "quiver(X, Y, -grad[0], -grad[1])"),
        ("swapped.py", "u and v", "quiver(X, Y, -grad[0], -grad[1])"),
    ],
)
def test_a_slip_in_the_routine_or_in_the_quiver_is_mended(
    name: str, defect: str, line: str
) -> None:
    result = run(SCRIPTS / name)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert any(s[:1] == "+" and s.endswith(line) for s in result.stdout.splitlines())
    assert f"mended: {defect}" in result.stderr or f"({defect})." in result.stderr


@pytest.mark.once
def test_a_script_that_draws_nothing_is_mended_too() -> None:
    result = run(SCRIPTS / "draws_nothing.py")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "+            grad[i] = (ahead - behind) / (2 * h)" in result.stdout
    assert "(operator-precedence)." in result.stderr
    assert "it passes S1, S3, S5." in result.stderr


HALF = SCRIPTS / "half_by_a_view.py"


@pytest.mark.once
def test_of_a_scripts_routine_no_more_is_mended_than_the_script_asks_for() -> None:
    result = run(HALF)
    assert result.exit_code == exit_codes.AS_EXPECTED
    added = [s for s in result.stdout.splitlines() if s[:1] == "+"][1:]
    assert added == ["+            kept = row[j:j + 1].copy()"]


@pytest.mark.once
def test_a_routine_is_mended_step_by_step() -> None:
    result = run(f"{HALF}:numerical_gradient")
    assert "+            kept = row[j:j + 1].copy()" in result.stdout
    assert "+        for j in range(row.size):" in result.stdout
    assert "(saved-view)." in result.stderr
    assert "line 10: mended: numerical_gradient: G5 value" in result.stderr


@pytest.mark.part(0)
@pytest.mark.once
def test_what_is_mended_in_part_is_shown_and_the_rest_explained(
    tmp_path: Path,
) -> None:
    text = HALF.read_text(encoding="utf-8")
    path = tmp_path / "part.py"
    path.write_text(text.replace("range(2)", "(0, 1)"), encoding="utf-8")
    result = run(f"{path}:numerical_gradient")
    assert result.exit_code == exit_codes.WRONG
    assert "+            kept = row[j:j + 1].copy()" in result.stdout
    assert "gradproof explain G5" in result.stderr  # of three components one is 0


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("forward", "forward-difference"),
        ("sign", "sign-flipped"),
        ("transposed_inside", "transposed-points"),
    ],
)
def test_a_function_is_mended_by_itself(name: str, defect: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.py"
    path.write_bytes((WRONG / path.name).read_bytes())
    result = run(f"{path}:gradient", "--write")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert f"({defect})." in result.stderr
    assert "judged with this change it is right" in result.stderr
    assert "nothing to mend" in run(f"{path}:gradient").stderr


SLIPS = PROGRAMS / "slips"


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("rows.py:one_point_in_one_piece", "unguarded-batch"),
        ("rows.py:one_point_by_its_length", "unguarded-batch"),
        ("tangents.py:tangent_off_by_the_slope", "tangent-off-point"),
    ],
)
def test_a_slip_is_offered_a_fix_which_mends_it(name: str, defect: str) -> None:
    target = f"{SLIPS / name}"
    said = CliRunner().invoke(cli.cli, ["check", target]).stdout
    assert f"gradproof fix {target}" in " ".join(said.split())
    result = run(target)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert f"({defect})." in result.stderr
    assert "judged with this change it is right" in result.stderr


def test_a_tangent_of_points_is_mended_in_both_its_terms(tmp_path: Path) -> None:
    port = tmp_path / "port.py"
    port.write_text(
        "import numpy as np\n\n\ndef slopes(f, x):\n    steps = 1e-4 * np.eye(x.size)\n"
        "    return np.array([(f(x + s) - f(x - s)) / 2e-4 for s in steps])\n\n\n"
        "def tangent(f, x):\n    d = slopes(f, x)\n    y = f(x) - d * x\n"
        "    return lambda t: d * t + y\n",
        encoding="utf-8",
    )
    result = run(f"{port}:tangent")
    assert "(tangent-by-component)." in result.stderr
    assert "judged with this change it is right" in result.stderr
    assert "+    y = f(x) - np.sum(d * x)\n" in result.stdout
    assert "+    return lambda t: np.sum(d * t) + y\n" in result.stdout


@pytest.mark.part(0)
@pytest.mark.once
def test_what_a_routine_should_do_is_mended_if_that_is_asked_for() -> None:
    target = f"{WRONG / 'not_restored.py'}:gradient"
    plain, strict = run(target), run(target, "--strict")
    assert "dtype=float" not in plain.stdout
    assert "+    x = np.array(x, dtype=float)" in strict.stdout
    assert strict.exit_code == exit_codes.WRONG
    assert "better, and nothing is worse" in strict.stderr
    assert "gradproof explain G14" in strict.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("target", "code", "said"),
    [
        ("os.path:join", exit_codes.USAGE, "a function in a file"),
        (f"{WRONG / 'sign.py'}:nothing", exit_codes.NOT_LOADED, "there is no nothing"),
    ],
)
def test_what_is_no_function_in_a_file_is_told(
    target: str, code: int, said: str
) -> None:
    result = run(target)
    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.part(3)
@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("crash_afterwards.py", "gradproof explain S1"),
        ("elsewhere.py", "gradproof explain S4"),
        ("per_element.py", "gradproof explain f-per-element"),
    ],
)
def test_what_cannot_be_mended_is_explained(name: str, said: str) -> None:
    result = run(SCRIPTS / name)
    assert result.exit_code == exit_codes.WRONG
    assert result.stdout == ""
    assert said in result.stderr


@pytest.mark.once
def test_an_error_in_another_cell_is_not_the_change_s_and_is_told(
    tmp_path: Path,
) -> None:
    notebook = json.loads((SCRIPTS / "by_luck.ipynb").read_text(encoding="utf-8"))
    last = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    notebook["cells"].append({**last, "id": "elsewhere", "source": "nowhere"})
    (tmp_path / "mine.ipynb").write_text(json.dumps(notebook, indent=1))
    result = run(tmp_path / "mine.ipynb", "--write")
    assert "it passes S2, S3, S4, S5" in result.stderr
    assert "name 'nowhere' is not defined" in result.stderr
    assert result.exit_code == exit_codes.WRONG
    again = run(tmp_path / "mine.ipynb")
    assert "transposed-points" not in again.stderr
    assert "gradproof explain S1" in again.stderr


def in_two_files(folder: Path, head: str = "") -> Path:
    """A faulty script whose routine and call are in another file."""
    text = (SCRIPTS / "by_indices.py").read_text(encoding="utf-8")
    before, mark, after = text.partition("plt.quiver")
    (folder / "field.py").write_text(before, encoding="utf-8")
    main = folder / "main.py"
    main.write_text(f"{head}from field import *\n{mark}{after}", encoding="utf-8")
    return main


@pytest.mark.once
def test_a_call_in_another_file_is_mended_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = in_two_files(tmp_path)
    before = main.read_bytes()
    monkeypatch.chdir(tmp_path)
    result = run("main.py", "--write")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "+++ b/field.py" in result.stdout
    assert "field.py:37: mended" in result.stderr
    assert ".T).T" in (tmp_path / "field.py").read_text(encoding="utf-8")
    assert main.read_bytes() == before
    assert "nothing to mend" in run("main.py").stderr


@pytest.mark.once
def test_a_call_and_its_routine_are_mended_together(tmp_path: Path) -> None:
    main = in_two_files(tmp_path)
    field = tmp_path / "field.py"
    text = field.read_text(encoding="utf-8")
    field.write_text(text.replace("/ (2 * h)", "/ 2 * h"), encoding="utf-8")
    result = run(main)
    assert result.exit_code == exit_codes.AS_EXPECTED
    added = [s for s in result.stdout.splitlines() if s[:1] == "+"]
    assert len(added) == 3
    assert result.stderr.count("mended: ") == 2


@pytest.mark.once
def test_nothing_is_written_if_a_file_has_changed_in_the_meantime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = in_two_files(tmp_path)
    write = files.write

    def later(changes: Sequence[FileChange]) -> None:
        (tmp_path / "field.py").write_text("pass\n", encoding="utf-8")
        write(changes)

    monkeypatch.setattr(files, "write", later)
    result = run(main, "--write")
    assert result.exit_code == exit_codes.WRONG
    assert "has changed in the meantime" in result.stderr
    assert (tmp_path / "field.py").read_text(encoding="utf-8") == "pass\n"


@pytest.mark.once
def test_what_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = run(in_two_files(tmp_path), "--write")
    assert result.exit_code == exit_codes.WRONG
    assert "could not be written: No space left" in result.stderr


@pytest.mark.once
def test_a_call_that_cannot_be_told_apart_is_explained(tmp_path: Path) -> None:
    text = (SCRIPTS / "by_indices.py").read_text(encoding="utf-8")
    call = "numerical_gradient(paraboloid, np.array([X, Y]))"
    assert call in text
    path = tmp_path / "starred.py"
    both = "numerical_gradient(*[paraboloid, np.array([X, Y])])"
    path.write_text(text.replace(call, both), encoding="utf-8")
    result = run(path)
    assert result.exit_code == exit_codes.WRONG
    assert "starred.py, line 37 is not in a form that can be edited" in result.stderr


@pytest.mark.once
@pytest.mark.parametrize("name", ["by_luck.ipynb"])
def test_a_notebook_is_mended_in_its_cell(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (SCRIPTS / name).read_bytes()
    path = Path(name)
    path.write_bytes(before)
    result = run(name, "--write")
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert "(transposed-points)." in result.stderr
    after = path.read_bytes()
    old, new = before.split(b"\n"), after.split(b"\n")
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1
    path.write_bytes(before)
    Path("a.patch").write_bytes(result.stdout_bytes)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "a.patch"], check=True)
    assert path.read_bytes() == after


@pytest.mark.once
def test_the_outermost_call_is_edited_and_no_routine(tmp_path: Path) -> None:
    text = (SCRIPTS / "by_indices.py").read_text(encoding="utf-8")
    call = "numerical_gradient(paraboloid, np.array([X, Y]))"
    outer = "def numerical_gradient(f, X):\n    return inner(f, X)\n\n\nside ="
    text = text.replace("numerical_gradient(f, X)", "inner(f, X)")
    assert call in text
    text = text.replace("side =", outer, 1)
    path = tmp_path / "inside.py"
    path.write_text(text, encoding="utf-8")
    result = run(path)
    # What is edited is the outermost call, and that is in no routine.
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert f"+grad = {call[:-1]}.T).T" in result.stdout


@pytest.mark.once
def test_a_change_that_does_not_pass_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(text: Text, *_: object) -> tuple[texts.Edit, ...]:
        start = text.text.index("grad[0]")
        return (texts.Edit(start, start + 7, "grad[0] * 2"),)

    monkeypatch.setattr(calls, "edits", wrong)
    result = run(SCRIPTS / "by_indices.py")
    assert result.exit_code == exit_codes.WRONG
    assert result.stdout == ""
    assert "it does not pass (by_indices.py" in result.stderr
    assert "[S3 points-only]" in result.stderr


@pytest.mark.once
def test_a_routine_that_is_still_wrong_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(text: Text, *_: object) -> Iterator[str]:
        yield text.text.replace("/ 2 * h", "/ h")

    monkeypatch.setattr(routine_search, "candidates", wrong)
    monkeypatch.setattr(routine_search, "others", wrong)
    result = run(SCRIPTS / "precedence.py")
    assert result.exit_code == exit_codes.WRONG
    assert result.stdout == ""
    assert "gradproof explain operator-precedence" in result.stderr


@pytest.mark.once
def test_the_sentences_are_had_in_japanese() -> None:
    result = run(SCRIPTS / "by_indices.py", "--lang", "ja")
    assert "37 行目の修正" in result.stderr
    assert texts.BOM not in result.stdout


GRADIENT = """
import numpy as np


def gradient(f, x):
    h = 1e-4
    result = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + h
        ahead = f(x)
        x[i] = kept - h
        behind = f(x)
        x[i] = kept
        result[i] = (ahead - behind) / (2 * h)
    return result
"""
CLIMBS = """

def descent(f, init_x, lr=0.01, step_num=100):
    x = init_x.copy()
    for _ in range(step_num):
        x += lr * gradient(f, x)
    return x
"""


@pytest.mark.once
def test_a_descent_that_climbs_is_turned_and_its_right_gradient_is_left_alone(
    tmp_path: Path,
) -> None:
    file = tmp_path / "steps.py"
    file.write_text(GRADIENT + CLIMBS, "utf-8")
    result = run(f"{file}:descent", "--write")
    assert result.exit_code == 0, result.stderr
    after = CLIMBS.replace("x += lr", "x -= lr")
    assert file.read_text("utf-8") == GRADIENT + after


@pytest.mark.once
def test_a_routine_that_a_script_gives_three_numbers_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "three.py"
    wrong = GRADIENT.replace("/ (2 * h)", "/ 2 * h")
    asked = "print(gradient(lambda x: (x**2).sum(), np.array([1.0, 2.0, 3.0])))\n"
    file.write_text(wrong + asked, "utf-8")
    result = run(file, "--write")
    assert result.exit_code == 0, result.stderr
    assert file.read_text("utf-8") == GRADIENT + asked


@pytest.mark.once
def test_nothing_to_mend_where_not_all_was_judged_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "three.py"
    asked = "print(gradient(lambda x: (x**2).sum(), np.array([1.0, 2.0, 3.0])))\n"
    file.write_text(GRADIENT + asked, "utf-8")
    assert run(file).exit_code == exit_codes.NOTHING_COVERED
