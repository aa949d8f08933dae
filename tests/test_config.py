"""Ports and expectations declared in a project's pyproject.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof import cli, config, exitcodes

PORTS = Path(__file__).parent / "ports"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pyproject.toml"


def declare(project: Path, expect: str = "", file: str = "right/by_rows.py") -> None:
    target = json.dumps(f"{PORTS / file}:gradient")
    lines = ["[tool.gradproof.ports.mine]", f"target = {target}", expect]
    project.write_text("\n".join(lines), encoding="utf-8")


def check(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, ["check", *arguments])


def test_without_a_file_or_a_table_there_are_no_ports(project: Path) -> None:
    assert config.read(project) == config.Table()
    project.write_text("[project]\nname = 'x'\n[tool.ruff]\n")
    assert config.read(project) == config.Table()
    assert check().exit_code == exitcodes.USAGE


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
    assert "expected  G6 accuracy:" in result.stdout
    assert "(forward on purpose)" in result.stdout.replace("\n            ", " ")


def test_an_unexpected_pass_fails(project: Path) -> None:
    declare(project, 'expect = {G6 = "long mended"}')
    result = check()
    assert result.exit_code == exitcodes.WRONG
    assert "G6 accuracy was expected to fail, and passes" in result.stdout


def test_an_expectation_of_no_clause_of_the_role_fails(project: Path) -> None:
    declare(project, 'expect = {P1 = "another role"}')
    result = check()
    assert result.exit_code == exitcodes.WRONG
    assert "P1 is no clause of this role" in result.stdout


def test_expectations_are_in_the_json_report(project: Path) -> None:
    declare(project, 'expect = {G6 = "known", G5 = "wrong"}', "wrong/forward.py")
    (port,) = json.loads(check("--format", "json").stdout)["ports"]
    expected = {c["id"]: c["expected"] for c in port["clauses"] if c["expected"]}
    assert expected == {"G5": "xpass", "G6": "xfail"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.gradproof", "pyproject.toml"),
        ("[tool.gradproof.ports.a]\ntarget = 1", "$.tool.gradproof.ports[...].target"),
        ("[tool.gradproof.ports.a]", "missing required field `target`"),
        ("[tool.gradproof]\nprots = {}", "unknown field `prots`"),
        (
            "[tool.gradproof.ports.a]\ntarget = 'a:b'\nrole = 'gradients'",
            "Invalid enum value 'gradients'",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_said_with_its_place(
    project: Path, text: str, said: str
) -> None:
    project.write_text(text)
    result = check()
    assert result.exit_code == exitcodes.USAGE
    assert said in result.stderr


def test_a_role_goes_with_a_target(project: Path) -> None:
    declare(project)
    assert check("--role", "gradient").exit_code == exitcodes.USAGE


def test_one_clause_can_be_chosen_and_must_exist(project: Path) -> None:
    target = f"{PORTS}/wrong/forward.py:gradient"
    assert check(target, "--only", "G1").exit_code == 0
    assert check(target, "--only", "G6").exit_code == exitcodes.WRONG
    result = check(target, "--only", "G0")
    assert result.exit_code == exitcodes.USAGE
    assert "no such clause: G0" in result.stderr


def test_a_failure_is_printed_with_the_command_that_shows_it_again() -> None:
    target = f"{PORTS}/wrong/forward.py:gradient"
    result = check(target, "--format", "json")
    (port,) = json.loads(result.stdout)["ports"]
    command = next(c["reproduce"] for c in port["clauses"] if c["id"] == "G6")
    assert command == f"gradproof check {target} --role gradient --only G6"
    again = check(*command.split()[2:])
    assert again.exit_code == exitcodes.WRONG
    assert command in again.stdout.replace("\n            ", " ")


def test_changed_files_choose_the_declared_ports_that_live_in_them(
    project: Path,
) -> None:
    declare(project, file="wrong/forward.py")
    changed = str(PORTS / "wrong" / "forward.py")
    assert check("--declared", changed).exit_code == exitcodes.WRONG
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
