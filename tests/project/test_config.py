"""Ports and expectations declared in a project's pyproject.toml."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof.commands import cli, exit_codes
from gradproof.project import config
from places import PROGRAMS

pytestmark = pytest.mark.once  # each check starts a process


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def declare(project: Path, expect: str = "", file: str = "right/by_rows.py") -> None:
    target = json.dumps(f"{PROGRAMS / file}:gradient")
    lines = ["[tool.gradproof.ports.mine]", f"target = {target}", expect]
    project.write_text("\n".join(lines), encoding="utf-8")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["check", *arguments])


def test_without_a_file_or_a_table_there_are_no_ports(project: Path) -> None:
    assert config.read(project) == config.Table()
    project.write_text("[project]\nname = 'x'\n[tool.ruff]\n")
    assert config.read(project) == config.Table()
    assert check().exit_code == exit_codes.USAGE


def test_the_ports_of_the_project_are_checked_without_a_target(project: Path) -> None:
    declare(project)
    result = check()
    assert result.exit_code == 0
    assert "by_rows.py:gradient is right." in result.stdout


def test_an_expected_failure_is_no_failure_and_is_said_with_its_reason(
    project: Path,
) -> None:
    declare(project, 'expect = {G6 = "forward on purpose"}', "wrong/forward.py")
    result = check()
    assert result.exit_code == 0
    headline = result.stdout.splitlines()[0]
    assert headline.endswith(":gradient is wrong as declared (G6 accuracy).")
    said = " ".join(result.stdout.split())
    assert "expected the error of its formula is about 0.0003" in said
    assert "(forward on purpose) [G6 accuracy]" in said


def test_an_unexpected_pass_fails(project: Path) -> None:
    declare(project, 'expect = {G6 = "long mended"}')
    result = check()
    assert result.exit_code == exit_codes.WRONG
    said = "G6 accuracy was expected to fail, and passes"
    headline = result.stdout.splitlines()[0]
    assert headline.endswith(f":gradient is not as it was declared: {said}.")


def test_an_expectation_of_no_clause_of_the_role_fails(project: Path) -> None:
    declare(project, 'expect = {P1 = "another role"}')
    result = check()
    assert result.exit_code == exit_codes.WRONG
    assert "declared: this role has no clause P1." in result.stdout.splitlines()[0]


def test_what_is_wrong_as_declared_is_counted_apart(project: Path) -> None:
    declare(project, 'expect = {G6 = "on purpose"}', "wrong/forward.py")
    lines = project.read_text(encoding="utf-8")
    target = json.dumps(f"{PROGRAMS / 'right/by_rows.py'}:gradient")
    for expect, counted in (
        ("", "2 ports: 1 wrong as declared, 1 right"),
        (
            'expect = {G5 = "long mended"}',
            "2 ports: 1 not as declared, 1 wrong as declared",
        ),
    ):
        other = f"\n[tool.gradproof.ports.other]\ntarget = {target}\n{expect}"
        project.write_text(f"{lines}\n{other}\n", encoding="utf-8")
        assert counted in check().stdout.splitlines()


def test_a_should_that_fails_as_declared_makes_nothing_wrong(project: Path) -> None:
    declare(project, 'expect = {G10 = "integers truncate"}', "right/book.py")
    assert check().stdout.splitlines()[0].endswith(":gradient is right.")


def test_expectations_are_in_the_json_report(project: Path) -> None:
    declare(project, 'expect = {G6 = "known", G5 = "wrong"}', "wrong/forward.py")
    (port,) = json.loads(check("--format", "json").stdout)["ports"]
    expected = {c["id"]: c["expected"] for c in port["clauses"] if c["expected"]}
    assert expected == {"G5": "xpass", "G6": "xfail"}


# The defect that is known.

SLOPES = {
    "forward-difference": "(f(x + e) - f(x)) / 1e-4",
    "backward-difference": "(f(x) - f(x - e)) / 1e-4",
    "nameless": "(f(x + e) - f(x)) / 1e-4 + np.sign(e.sum())",
    "none": "(f(x + e) - f(x - e)) / 2e-4",
    "two": "(f(x) - f(x + e)) / 1e-4",
}


def declare_slope(project: Path, slope: str, declared: str) -> None:
    """A routine with that slope, and what is known of it: G6 fails, and why."""
    project.with_name("mine.py").write_text(
        "import numpy as np\n"
        "def gradient(f, x):\n"
        "    x = np.array(x, dtype=float)\n"
        "    if x.ndim == 2:\n"
        "        return np.array([gradient(f, row) for row in x]).reshape(x.shape)\n"
        f"    return np.array([{SLOPES[slope]} for e in 1e-4 * np.eye(x.size)])\n"
    )
    failing = ("G4", "G5", "G6") if slope in ("nameless", "two") else ("G6",)
    known = ", ".join(f'{clause} = "known"' for clause in failing)
    project.write_text(
        "[tool.gradproof.ports.mine]\n"
        'target = "mine.py:gradient"\n'
        f"expect = {{{known}}}\n"
        f"diagnosis = {declared}\n"
    )


def unwrapped(text: str) -> str:
    """A report with each row in one line."""
    return re.sub(r"\n {4,}", " ", text)


def test_the_defect_that_was_declared_is_as_expected(project: Path) -> None:
    declare_slope(project, "forward-difference", '["forward-difference"]')
    result = check()
    assert result.exit_code == 0
    said = "expected   the diagnosis is forward-difference, as declared"
    assert said in unwrapped(result.stdout)


@pytest.mark.once
def test_two_defects_are_declared_together_in_any_order(project: Path) -> None:
    declare_slope(project, "two", '["sign-flipped", "forward-difference"]')
    assert check().exit_code == 0
    declare_slope(project, "two", '["forward-difference", "sign-flipped"]')
    assert check().exit_code == 0
    for alone in ("sign-flipped", "forward-difference"):
        declare_slope(project, "two", f'["{alone}"]')
        assert check().exit_code == exit_codes.WRONG


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (
            "backward-difference",
            "the diagnosis was declared to be forward-difference,"
            " and is backward-difference",
        ),
        (
            "nameless",
            "the diagnosis was declared to be forward-difference,"
            " and none of the known defects explains what fails",
        ),
        (
            "none",
            "the diagnosis was declared to be forward-difference, and no must fails",
        ),
    ],
)
def test_a_port_that_is_wrong_in_another_way_is_not_as_expected(
    project: Path, slope: str, said: str
) -> None:
    declare_slope(project, slope, '["forward-difference"]')
    result = check()
    assert result.exit_code == exit_codes.WRONG
    assert said in unwrapped(result.stdout)
    if slope != "none":
        assert f"mine.py:gradient is not as it was declared: {said}." in (result.stdout)
    else:
        assert "none of the known defects explains it" not in result.stdout


def test_what_is_declared_of_a_should_is_its_defect(project: Path) -> None:
    """Where all musts hold; if one fails it is the musts' defect that counts."""
    integers = 'expect = {G10 = "integers truncate"}\n'
    declare(project, f'{integers}diagnosis = ["integer-truncation"]', "right/book.py")
    result = check()
    assert result.exit_code == 0
    assert "the diagnosis is integer-truncation, as declared" in result.stdout
    declare(project, f'{integers}diagnosis = ["nan-spreads"]', "right/book.py")
    assert check().exit_code == exit_codes.WRONG
    both = 'expect = {G6 = "forward", G10 = "integers"}\n'
    forward = f'{both}diagnosis = ["forward-difference"]'
    declare(project, forward, "wrong/forward.py")
    assert check().exit_code == 0


@pytest.mark.once
def test_a_diagnosis_is_declared_of_a_script_too(project: Path) -> None:
    target = json.dumps(str(PROGRAMS / "scripts" / "book_before_fix.py"))
    lines = ["[tool.gradproof.ports.tangent]"]
    lines += [f'target = {target[:-1]}:tangent_line"']
    lines += ['diagnosis = ["tangent-by-component"]', 'expect = {T1 = "of numbers"}']
    lines += ["[tool.gradproof.ports.script]", f"target = {target}"]
    lines += ['expect = {S3 = "as before 2019"}', 'diagnosis = ["transposed-points"]']
    project.write_text("\n".join(lines), encoding="utf-8")
    result = check()
    assert result.exit_code == 0, result.output
    assert "book_before_fix.py is wrong as declared (S3 points-only)." in result.stdout
    said = "the diagnosis is transposed-points, as declared"
    assert said in unwrapped(result.stdout)
    lines[-1] = 'diagnosis = ["whole-array"]'
    project.write_text("\n".join(lines), encoding="utf-8")
    result = check()
    assert result.exit_code == exit_codes.WRONG
    said = "the diagnosis was declared to be whole-array, and is transposed-points"
    assert said in unwrapped(result.stdout)


@pytest.mark.once
def test_a_script_that_was_mended_is_not_as_expected(project: Path) -> None:
    target = json.dumps(str(PROGRAMS / "scripts" / "mended.py"))
    lines = ["[tool.gradproof.ports.script]", f"target = {target}"]
    for declared, said in (
        ('expect = {S3 = "known"}', "S3 points-only was expected to fail, and passes"),
        (
            'diagnosis = ["transposed-points"]',
            "the diagnosis was declared to be transposed-points, and no must fails",
        ),
    ):
        project.write_text("\n".join([*lines, declared]), encoding="utf-8")
        result = check()
        assert result.exit_code == exit_codes.WRONG
        assert f"mended.py is not as it was declared: {said}." in result.stdout


def test_the_diagnosis_that_was_declared_is_in_the_json_report(project: Path) -> None:
    declare_slope(project, "backward-difference", '["forward-difference"]')
    (port,) = json.loads(check("--format", "json").stdout)["ports"]
    assert port["verdict"] == "fail"
    assert port["declared_diagnosis"] == {
        "defects": ["forward-difference"],
        "verdict": "fail",
        "message": "the diagnosis was declared to be forward-difference,"
        " and is backward-difference",
        "message_id": "diagnosis.changed",
        "parameters": {
            "declared": "forward-difference",
            "found": "backward-difference",
        },
    }
    declare(project)
    (port,) = json.loads(check("--format", "json").stdout)["ports"]
    assert port["declared_diagnosis"] is None


def test_the_declared_diagnosis_is_told_in_japanese(project: Path) -> None:
    declare_slope(project, "backward-difference", '["forward-difference"]')
    said = check("--lang", "ja").stdout
    assert "forward-difference" in said.splitlines()[0]
    assert "backward-difference" in said.splitlines()[0]
    assert "declared" not in said


@pytest.mark.parametrize("id", ["not-restored", "bias-not-summed", "rate-ignored"])
def test_a_defect_of_any_role_may_be_declared(id: str, project: Path) -> None:
    declare(project, f'diagnosis = ["{id}"]')
    assert config.read(project).ports["mine"].diagnosis == (id,)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (
            '["not-restored", "transposed-point"]',
            "$.tool.gradproof.ports.mine.diagnosis[1]: there is no defect"
            " 'transposed-point'; near: transposed-points",
        ),
        (
            '["xyz"]',
            "$.tool.gradproof.ports.mine.diagnosis[0]: there is no defect 'xyz';"
            " `gradproof explain` lists them",
        ),
        ('["G4"]', "there is no defect 'G4'"),
        ("[]", "$.tool.gradproof.ports.mine.diagnosis"),
        ('"sign-flipped"', "$.tool.gradproof.ports.mine.diagnosis"),
    ],
)
def test_an_unknown_defect_is_said_with_its_place_and_those_that_come_near(
    project: Path, declared: str, said: str
) -> None:
    declare_slope(project, "none", declared)
    result = check()
    assert result.exit_code == exit_codes.USAGE
    assert said in result.stderr
    assert "pyproject.toml" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.gradproof", "pyproject.toml"),
        ("[tool.gradproof.ports.a]\ntarget = 1", "$.tool.gradproof.ports.a.target"),
        ("[tool.gradproof.ports.a]", "name either a target or a command"),
        (f"[tool.gradproof]\na = {'[' * 100_000}", "it nests too deeply"),
        (f"[tool.gradproof]\n{'a.' * 50_000}a = 1", "it nests too deeply"),
        (f"[tool.gradproof]\n{'#' * 2_000_000}", "File too large"),
        ("[tool.gradproof]\nprots = {}", "unknown field `prots`"),
        (
            "[tool.gradproof.ports.a]\ntarget = 'a:b'\nrole = 'gradients'",
            "no role 'gradients'; near: gradient",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_said_with_its_place(
    project: Path, text: str, said: str
) -> None:
    project.write_text(text)
    result = check()
    assert result.exit_code == exit_codes.USAGE
    assert said in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_what_is_no_file_is_no_table(project: Path) -> None:
    os.mkfifo(project)
    assert "Name what to check" in check().output
    project.unlink()
    project.symlink_to("/dev/zero")
    assert "Name what to check" in check().output


def test_the_wall_that_a_project_wants_is_wanted_in_a_folder_below(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text('[tool.gradproof]\nsandbox = "off"')
    (project.parent / "below").mkdir()
    monkeypatch.chdir(project.parent / "below")
    result = check(f"{PROGRAMS / 'right' / 'by_rows.py'}:gradient")
    assert "run without a wall" in result.output


def test_a_role_goes_with_a_target(project: Path) -> None:
    declare(project)
    assert check("--role", "gradient").exit_code == exit_codes.USAGE


def test_one_clause_can_be_chosen_and_must_exist(project: Path) -> None:
    target = f"{PROGRAMS}/wrong/forward.py:gradient"
    assert check(target, "--only", "G1").exit_code == 0
    assert check(target, "--only", "G6").exit_code == exit_codes.WRONG
    result = check(target, "--only", "G0")
    assert result.exit_code == exit_codes.USAGE
    assert "no such clause: G0" in result.stderr


def test_a_failure_is_printed_with_the_command_that_shows_it_again() -> None:
    target = f"{PROGRAMS}/wrong/forward.py:gradient"
    result = check(target, "--format", "json")
    (port,) = json.loads(result.stdout)["ports"]
    command = next(c["reproduce"] for c in port["clauses"] if c["id"] == "G6")
    assert command == f"gradproof check {target} --role gradient --only G6"
    again = check(*command.split()[2:])
    assert again.exit_code == exit_codes.WRONG
    assert command in again.stdout.replace("\n            ", " ")


def test_changed_files_choose_the_declared_ports_that_live_in_them(
    project: Path,
) -> None:
    declare(project, file="wrong/forward.py")
    changed = str(PROGRAMS / "wrong" / "forward.py")
    assert check("--declared", changed).exit_code == exit_codes.WRONG
    nothing = check("--declared", "elsewhere.py")
    assert (nothing.exit_code, nothing.stdout) == (0, "")


@pytest.mark.parametrize(
    ("target", "file"),
    [
        ("a/port.py:g", "a/port.py"),
        ("a.port:g", "a/port.py"),
        ("a:g", "a/__init__.py"),
        ("script.py", "script.py"),
        ("a/book.ipynb:g", "a/book.ipynb"),
        ("book.ipynb", "book.ipynb"),
    ],
)
def test_a_port_lives_where_its_target_says(
    project: Path, target: str, file: str
) -> None:
    port = config.PortTable(target)
    assert config.living_in([port], [file]) == [port]
    assert config.living_in([port], ["other.py"]) == []
    assert config.living_in([port], ["pyproject.toml"]) == [port]


def test_a_program_has_a_command_in_the_place_of_a_target(project: Path) -> None:
    text = """
    [tool.gradproof.ports.js]
    command = "node 'my port.mjs'"
    cwd = "js"
    build = ["npm", "run", "build"]
    env = {NODE_ENV = "test"}
    """
    project.write_text(text, "utf-8")
    port = config.read(project).ports["js"]
    assert port.target == "exec:node 'my port.mjs'"
    assert config.words(port.build) == ("npm", "run", "build")
    assert config.living_in([port], ["js/my port.mjs"]) == [port]
    assert config.living_in([port], ["my port.mjs"]) == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "name either a target or a command"),
        ('target = "a:g"\ncommand = "node a.mjs"', "name either a target or a command"),
        ('target = "a:g"\ncwd = "js"', "cwd, env and build go with a command"),
        ('command = "node \'a.mjs"', "command: No closing quotation"),
    ],
)
def test_a_port_that_names_no_code_or_two_is_refused(
    project: Path, table: str, said: str
) -> None:
    project.write_text(f"[tool.gradproof.ports.mine]\n{table}\n", "utf-8")
    with pytest.raises(config.ConfigError, match=said):
        config.read(project)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[ports.a]\nrole = 'gradeint'",
            ".ports.a.role: no role 'gradeint'; near: gradient; allowed: gradient, ",
        ),
        ("[ports.a]\nrolle = 'x'", ".ports.a: unknown field `rolle`; near: role; "),
        ("lang = 'jp'", ".lang: no lang 'jp'; near: ja; allowed: en, ja"),
        ("timeout = 0", ".timeout: Expected `float` > 0"),
        (
            "[ports.a]\nvectorized = 1",
            ".ports.a.vectorized: expected boolean, got integer",
        ),
    ],
)
def test_what_is_wrong_is_told_with_the_port_the_choices_and_the_nearest(
    project: Path, text: str, said: str
) -> None:
    table = "[tool.gradproof]\n" + text.replace("[ports", "[tool.gradproof.ports")
    project.write_text(table, "utf-8")
    with pytest.raises(config.ConfigError) as caught:
        config.read(project)
    assert str(caught.value).startswith(f"{project}: $.tool.gradproof{said}")


def test_what_is_wrong_is_told_in_the_readers_language(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text("[tool.gradproof]\nlang = 'jp'\n", "utf-8")
    monkeypatch.setenv("GRADPROOF_LANG", "ja")
    with pytest.raises(config.ConfigError) as caught:
        config.read(project)
    assert str(caught.value) == (
        f"{project}: $.tool.gradproof.lang: lang に 'jp' は指定できません;"
        " 近いもの: ja; 指定できるもの: en, ja"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeout = 0", "$.tool.gradproof.timeout: 0.0 より大きい数が必要です"),
        (
            "timeout = 1e9",
            "$.tool.gradproof.timeout: 1000000.0 以下(数)でなければなりません",
        ),
        (
            "ports.a.diagnosis = []",
            "$.tool.gradproof.ports.a.diagnosis: 配列には 1 個以上が必要です",
        ),
        (
            'lang = ["ja"]',
            "$.tool.gradproof.lang: 型が違います(必要な型: string、実際の型: array)",
        ),
        (
            'ports.a.command = "a \'b"',
            "$.tool.gradproof.ports.a.command: 引用符が閉じられていません",
        ),
        ("strict = = 1", "2 行 10 列が TOML の文法に合いません"),
        ("strict = ", "2 行 10 列が TOML の文法に合いません"),
    ],
)
def test_what_libraries_say_of_a_table_is_japanese_too(
    project: Path, text: str, said: str
) -> None:
    project.write_text(f"[tool.gradproof]\n{text}\n", "utf-8")
    command = CliRunner().invoke(
        cli.cli, ["check", "--lang", "ja", "--config", str(project)]
    )
    assert command.exit_code == 2
    assert f"{project}: {said}" in command.output.replace("\n", "")


def test_an_option_chooses_the_language_before_the_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write_text("[tool.gradproof]\nlang = 'jp'\n", "utf-8")
    monkeypatch.setenv("GRADPROOF_LANG", "ja")
    words = ["check", "--lang", "en", "--config", str(project)]
    assert "no lang 'jp'; near: ja" in CliRunner().invoke(cli.cli, words).output


def test_the_project_is_found_from_a_folder_below(project: Path) -> None:
    below = project.parent / "a" / "b"
    below.mkdir(parents=True)
    assert config.found(below) == below / "pyproject.toml"
    project.write_text("[tool.gradproof]\n", "utf-8")
    assert config.found(below) == project
    (below / "pyproject.toml").write_text("[tool.ruff]\n", "utf-8")
    assert config.found(below) == project


def test_paths_are_relative_to_the_file_and_its_terms_hold(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = (PROGRAMS / "right" / "by_rows.py").read_text("utf-8")
    (project.parent / "mine.py").write_text(port, "utf-8")
    project.write_text(
        "[tool.gradproof]\nlang = 'ja'\nstrict = true\n"
        "[tool.gradproof.ports.mine]\ntarget = 'mine.py:gradient'\nrole = 'gradient'"
    )
    below = project.parent / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    for name in ("GRADPROOF_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert check("--output", "out.txt").exit_code == exit_codes.WRONG
    assert "誤り" in (below / "out.txt").read_text("utf-8")
    assert Path.cwd() == below
    monkeypatch.chdir(project.parent.parent)
    here = project.relative_to(Path.cwd())
    said = check("--config", str(here), "--lang", "en").stdout
    assert "mine.py:gradient is wrong" in said
    assert check("--config", "nowhere.toml").exit_code == exit_codes.USAGE
