"""`gradproof fix`: what it changes, that nothing else changes, and what it explains."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof import cli, exitcodes
from gradproof.scripts import mending, patching
from gradproof.scripts.fixing import Way
from gradproof.scripts.patching import NotText, Site, Source, diff, patched, source

SCRIPTS = Path(__file__).parent / "ports" / "scripts"
HEAD = "import numpy as np\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.cli, ["fix", *map(str, arguments)])


def edited(line: str, way: Way = "transposed", name: str = "g") -> str | None:
    """A text of one statement, with the call of ``name`` in it edited."""
    after = patched(Source(HEAD + line), [Site(2, name, "x", 1)], way)
    return None if after is None else after.text.removeprefix(HEAD)


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
    after = patched(Source(f"{head}r = g(f, A)"), [Site(2, "g", "x", 1)], "transposed")
    assert after == Source(f"{head}r = g(f, A.T).T")


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
    text = Source(f"{head}\nr = g(f, A)\n")
    after = patched(text, [Site(2, "g", "x", 1)], "each")
    assert after is not None
    assert f"r = {numpy}array([" in after.text


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
    with pytest.raises(NotText):
        source(data)


def test_a_diff_has_the_newlines_of_the_file_and_says_if_the_last_is_missing() -> None:
    before, after = Source("a\r\nb", bom=True), Source("a\r\nc", bom=True)
    assert diff(before, after, "x.py") == (
        "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n \ufeffa\r\n"
        "-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
    )


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path, link = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"a\r\n")
    path.chmod(0o750)
    link.symlink_to(path)
    mending.write(link, Source("a\r\n"), Source("b\r\n"))
    assert link.is_symlink()
    assert path.read_bytes() == b"b\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    with pytest.raises(mending.Changed):
        mending.write(path, Source("a\r\n"), Source("c\r\n"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.py", "b.py"]


def test_nothing_is_left_behind_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"a")

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        mending.write(path, Source("a"), Source("b"))
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"a"]


# the command


def test_the_books_script_is_mended_by_one_line() -> None:
    result = run(SCRIPTS / "book_before_fix.py")
    assert result.exit_code == exitcodes.AS_EXPECTED
    changed = [s for s in result.stdout.splitlines() if s[:1] in "+-"][2:]
    call = "     grad = numerical_gradient(function_2, np.array([X, Y])"
    assert changed == [f"-{call[1:]})", f"+{call[1:]}.T).T"]
    assert "mended at line 54; run with this change it passes" in result.stderr


def test_help_shows_how_it_is_used() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "gradproof fix ch04/gradient_2d.py --write" in result.stdout


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("nowhere.py", exitcodes.NOT_LOADED),
        ("nowhere.ipynb", exitcodes.NOT_LOADED),
        (SCRIPTS / "shift_jis.py", exitcodes.NOT_LOADED),
        ("module:function", exitcodes.USAGE),
    ],
)
def test_what_cannot_be_loaded_ends_in_its_own_code(target: str, code: int) -> None:
    result = run(target)
    assert result.exit_code == code
    assert str(target) in result.stderr
    assert result.stdout == ""


def test_without_a_script_the_usage_is_told() -> None:
    assert run().exit_code == exitcodes.USAGE


AWKWARD = ["columns_bom_and_crlf.py", "columns_shift_jis.py", "columns_over_lines.py"]


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
    assert result.exit_code == exitcodes.AS_EXPECTED
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


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("by_indices.py", 1),
        ("fourth_powers.py", 1),
        ("product.py", 1),
        ("repository/chapter/through_pardir.py", 1),
        ("two_points_wrong.py", 1),
        ("vstacked.py", 2),
        ("whole_array.py", 1),
    ],
)
def test_a_call_with_rows_for_points_is_mended(name: str, lines: int) -> None:
    result = run(SCRIPTS / name)
    assert result.exit_code == exitcodes.AS_EXPECTED
    assert sum(s.startswith("+") for s in result.stdout.splitlines()) == 1 + lines
    assert "it passes S1 to S4" in result.stderr


@pytest.mark.once
@pytest.mark.parametrize("name", ["mended.py", "own_style.py", "network.py"])
def test_a_script_with_nothing_wrong_is_left_alone(name: str) -> None:
    result = run(SCRIPTS / name, "--write")
    assert result.exit_code == exitcodes.AS_EXPECTED
    assert result.stdout == ""
    assert "nothing to mend" in result.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("by_luck.ipynb", "notebooks are not changed"),
        ("crash_afterwards.py", "gradproof explain S1"),
        ("elsewhere.py", "gradproof explain S4"),
        ("integers.py", "gradproof explain integer-truncation"),
        ("per_element.py", "gradproof explain f-per-element"),
        ("precedence.py", "gradproof explain operator-precedence"),
        ("sign_lost.py", "u has the wrong sign"),
        ("sign_lost_by_luck.py", "transposed it does not pass (S4 arrows: v has"),
    ],
)
def test_what_cannot_be_mended_is_explained(name: str, said: str) -> None:
    result = run(SCRIPTS / name)
    assert result.exit_code == exitcodes.WRONG
    assert result.stdout == ""
    assert said in result.stderr
    assert "gradproof explain " in result.stderr


@pytest.mark.once
def test_a_call_in_another_file_is_named_and_that_file_kept(tmp_path: Path) -> None:
    text = (SCRIPTS / "by_indices.py").read_text(encoding="utf-8")
    before, mark, after = text.partition("plt.quiver")
    (tmp_path / "field.py").write_text(before, encoding="utf-8")
    main = "from field import *\n" + mark + after
    (tmp_path / "main.py").write_text(main, encoding="utf-8")
    result = run(tmp_path / "main.py", "--write")
    assert result.exit_code == exitcodes.WRONG
    assert f"in another file, {tmp_path / 'field.py'}, line 37" in result.stderr
    assert (tmp_path / "field.py").read_text(encoding="utf-8") == before


@pytest.mark.once
def test_a_call_is_mended_and_its_wrong_routine_is_explained(tmp_path: Path) -> None:
    text = (SCRIPTS / "by_indices.py").read_text(encoding="utf-8")
    path = tmp_path / "both.py"
    path.write_text(text.replace("/ (2 * h)", "/ 2 * h"), encoding="utf-8")
    result = run(path)
    assert result.exit_code == exitcodes.WRONG
    assert "+grad = numerical_gradient(paraboloid, np.array([X, Y]).T).T" in (
        result.stdout
    )
    assert "gradproof explain operator-precedence" in result.stderr


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
    assert result.exit_code == exitcodes.AS_EXPECTED
    assert f"+grad = {call[:-1]}.T).T" in result.stdout


@pytest.mark.once
def test_a_change_that_does_not_pass_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wrong(text: Source, *_: object) -> Source:
        return Source(text.text.replace("grad[0]", "grad[0] * 2"))

    monkeypatch.setattr(mending, "patched", wrong)
    result = run(SCRIPTS / "by_indices.py")
    assert result.exit_code == exitcodes.WRONG
    assert result.stdout == ""


@pytest.mark.once
def test_the_sentences_are_had_in_japanese() -> None:
    result = run(SCRIPTS / "by_indices.py", "--lang", "ja")
    assert "37 行目を直しました" in result.stderr
    assert patching.BOM not in result.stdout
