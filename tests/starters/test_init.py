"""What ``gradproof init`` writes, and what it refuses."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gradproof.commands.cli import cli
from gradproof.project import config
from gradproof.starters import projects, starter
from gradproof.starters.languages import LANGUAGES, Language
from places import ROOT


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["init", *words], catch_exceptions=False)


each_language = pytest.mark.parametrize(
    "language", LANGUAGES.values(), ids=lambda language: language.id
)


def test_without_a_language_it_lists_them() -> None:
    said = run().stdout
    assert all(each.id in said and each.title in said for each in LANGUAGES.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [("javascrip", "near: javascript"), ("kobold", "there are javascript")],
)
def test_what_comes_near_an_unknown_language_is_told(name: str, said: str) -> None:
    found = run(name)
    assert found.exit_code == 2
    assert said in found.stderr


@each_language
def test_it_writes_its_files_and_a_readme_and_says_what_is_next(
    language: Language, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"
    found = run(language.id, "--output", str(folder))
    assert found.exit_code == 0
    names = {path.name for path in folder.iterdir()}
    assert names >= {language.program, language.routine, "README.gradproof.md"}
    assert all(str(folder / name) in found.stdout for name in names)
    assert f"cd {folder}" in found.stdout
    readme = (folder / "README.gradproof.md").read_text("utf-8")
    assert "gradproof check exec:" in readme
    assert f'command = "{language.run}"' in readme


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_readme_speaks_the_language_that_is_asked_for(
    lang: str, tmp_path: Path
) -> None:
    run("javascript", "--lang", lang, "--output", str(tmp_path))
    readme = (tmp_path / "README.gradproof.md").read_text("utf-8")
    assert ("検証" in readme) == (lang == "ja")


@each_language
def test_nothing_is_written_where_one_file_is_already(
    language: Language, tmp_path: Path
) -> None:
    there = tmp_path / language.program
    there.write_text("mine")
    found = run(language.id, "--output", str(tmp_path))
    assert found.exit_code == 2
    assert str(there) in found.stderr
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_routine_of_ones_own_is_called_where_it_lies(tmp_path: Path) -> None:
    mine = tmp_path / "mine.rb"
    mine.write_text("def slopes(f, x); end", "utf-8")
    folder = tmp_path / "port"
    found = run("ruby", "--from", f"{mine}:slopes", "--output", str(folder))
    assert found.exit_code == 0, found.stderr
    assert not (folder / "numerical_gradient.rb").exists()
    program = (folder / "port.rb").read_text("utf-8")
    assert "value = slopes(asked(id), x)" in program
    assert 'require_relative "../mine.rb"' in program


def test_a_routine_of_go_lies_beside_its_program(tmp_path: Path) -> None:
    mine = tmp_path / "mine.go"
    mine.write_text("package main\nfunc slopes(f, x) {}", "utf-8")
    found = run("go", "--from", f"{mine}:slopes", "--output", str(tmp_path / "port"))
    assert found.exit_code == 2
    assert "in the folder of the routine" in found.stderr


@pytest.mark.parametrize(
    ("routine", "said"),
    [
        ("mine.mjs", "name a routine as FILE:FUNCTION"),
        ("none.mjs:slopes", "No such file"),
        ("mine.mjs:slope", "the name slope does not occur"),
        ("mine.mjs:", "name a routine as FILE:FUNCTION"),
    ],
)
def test_a_routine_that_is_not_there_is_refused(
    routine: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.mjs").write_text("export function slopes(f, x) {}")
    found = run("javascript", "--from", routine, "--output", "port")
    assert found.exit_code == 2
    assert said in found.stderr
    assert not Path("port").exists()


@pytest.mark.once
def test_the_wheel_holds_the_files_of_every_language(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for language in LANGUAGES.values():
        for name in starter.own(language).files:
            assert f"gradproof/starters/{language.id}/{name}" in names


@pytest.mark.parametrize("kind", projects.KINDS.values(), ids=lambda kind: kind.id)
def test_a_tool_gets_its_file_and_a_right_routine_that_is_declared(
    tmp_path: Path, kind: projects.Tool
) -> None:
    result = run(kind.id, "--output", str(tmp_path))
    assert result.exit_code == 0
    assert kind.command in result.stdout
    declared = config.read(tmp_path / "pyproject.toml").ports["gradient"]
    assert (declared.target, declared.role) == (projects.OWN, "gradient")
    assert kind.file == "" or (tmp_path / kind.file).read_text("utf-8").strip()
    if kind.file:
        again = run(kind.id, "--output", str(tmp_path))
        assert (again.exit_code, kind.file in again.stderr) == (2, True)


def test_a_project_that_declares_its_ports_gets_the_tools_file_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.gradproof]\n")
    result = run("tox", "--output", str(tmp_path))
    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"pyproject.toml", "tox.ini"}
    assert (tmp_path / "pyproject.toml").read_text() == "[tool.gradproof]\n"


def test_what_is_to_be_added_to_a_projects_own_file_is_shown(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    named = "common/g.py:f"
    result = run("pre-commit", "--from", named, "--output", str(tmp_path))
    assert f'[tool.gradproof.ports.gradient]\ntarget = "{named}"\n' in result.stdout
    assert not (tmp_path / "gradient.py").exists()


def test_the_page_on_ci_shows_the_workflow_that_is_written(tmp_path: Path) -> None:
    run("ci", "--output", str(tmp_path))
    written = tmp_path / ".github" / "workflows" / "gradproof.yml"
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    assert f"```yaml\n{written.read_text('utf-8')}```" in page


@pytest.mark.once
def test_what_is_written_for_pytest_is_green(pytester: pytest.Pytester) -> None:
    assert run("pytest").exit_code == 0
    result = pytester.runpytest_subprocess("-p", "no:pytest-mpl")
    result.assert_outcomes(passed=17)
