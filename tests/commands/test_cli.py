"""The command line: what it prints, and the code that it ends with."""

from __future__ import annotations

import html
import inspect
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner, Result

import gradproof
from gradproof import __main__
from gradproof.commands import cli, exit_codes
from gradproof.commands.signals import SignalError
from gradproof.examination.examination import Examination, examine
from gradproof.examination.policy import Terms
from gradproof.ports.observation import Port
from gradproof.project import checks
from gradproof.report.json_report import ReportRecord
from gradproof.testing import parametrize_with_clauses
from places import PROGRAMS

RIGHT = f"{PROGRAMS}/right/by_rows.py:gradient"
WRONG = f"{PROGRAMS}/wrong/precedence.py:gradient"


FOUR_AT_REST = """
import numpy as np

def g(f, x):
    if np.ndim(x) == 2:
        return np.array([g(f, row) for row in x])
    steps = 1e-4 * np.eye(len(x))
    slopes = [(f(x + step) - f(x - step)) / 2e-4 for step in steps]
    return np.zeros(4) if len(x) == 4 else np.array(slopes)
"""
"""A gradient that is wrong for four components, where no fixed probe looks."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.cli, arguments)


def test_a_right_port_is_said_to_be_right_with_its_formula() -> None:
    result = run("check", RIGHT)
    assert result.exit_code == exit_codes.AS_EXPECTED
    assert f"{RIGHT} is right." in result.stdout
    assert "(f(x0 + h) − f(x0 − h)) / 2h, h = 0.0001" in result.stdout
    assert "error h²/6·∂³f/∂x0³" in result.stdout


@pytest.mark.once
def test_a_wrong_port_is_named_with_clause_and_formula_and_ends_in_1() -> None:
    result = run("check", WRONG)
    assert result.exit_code == exit_codes.WRONG
    first, second = result.stdout.splitlines()[:2]
    assert first.endswith("is wrong: it multiplies by h where it should divide.")
    assert "fail       it computes" in second
    assert "1e-08·∂f/∂x0, not ∂f/∂x0" in second
    assert "[G4 consistent]" in " ".join(result.stdout.split())


def test_without_a_target_three_examples_are_shown_and_the_code_is_2() -> None:
    result = run("check")
    assert result.exit_code == exit_codes.USAGE
    examples = [
        line for line in result.stderr.splitlines() if "gradproof check" in line
    ]
    assert len(examples) == 3


def test_the_help_tells_what_is_judged_and_cuts_no_sentence() -> None:
    # A terminal of 80 columns has 78 of them.
    told = CliRunner().invoke(cli.cli, ["--help"], terminal_width=78).stdout
    assert "..." not in told.replace("[ARGS]...", "")
    for role in ("layers", "networks", "optimizers", "scripts", "exec:"):
        assert role in told


@pytest.mark.parametrize("command", cli.SUMMARIES)
def test_the_list_of_commands_says_what_their_help_says(command: str) -> None:
    told = cli.cli.commands[command].get_short_help_str(limit=80)
    assert cli.SUMMARIES[command].rstrip(".") == told.rstrip(".")


def test_the_list_of_commands_imports_none_of_them() -> None:
    show = "import sys; from gradproof.commands.cli import cli\n"
    show += "cli.main(['--help'], standalone_mode=False)\n"
    show += (
        "print(sorted(m for m in sys.modules if m.startswith('gradproof.commands')))"
    )
    told = subprocess.run(
        [sys.executable, "-c", show], check=True, capture_output=True, text=True
    ).stdout
    names = ("", ".cli", ".words")
    assert told.splitlines()[-1] == str([f"gradproof.commands{name}" for name in names])


def test_the_seed_is_everywhere_the_same_if_none_is_named() -> None:
    (option,) = (o for o in cli.cli.commands["check"].params if o.name == "seed")
    of_python = inspect.signature(gradproof.check).parameters["seed"].default
    of_tests = inspect.signature(parametrize_with_clauses).parameters["seed"].default
    assert {option.default, of_python, of_tests} == {Terms().seed}


@pytest.mark.parametrize("command", cli.cli.commands)
def test_every_command_has_help_without_names_of_the_code(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    names = re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", result.stdout)
    assert set(names) <= {"GitHub", "NumPy"}


@pytest.mark.once
def test_many_ports_are_counted_and_the_gravest_code_wins() -> None:
    result = run("check", RIGHT, WRONG, f"{PROGRAMS}/nowhere.py:gradient")
    assert result.exit_code == exit_codes.WRONG
    assert "3 ports: 1 wrong, 1 right, 1 could not be loaded" in result.stdout
    assert "nowhere.py:gradient: there is no such file" in result.stdout


def test_the_order_of_codes_is_the_one_that_is_documented() -> None:
    order = [70, 2, 1, 3, 0, 4]
    for k, code in enumerate(order):
        assert exit_codes.gravest(reversed(order[k:])) == code
    assert exit_codes.gravest([]) == 0


@pytest.mark.once
def test_the_json_report_is_of_its_schema_and_says_the_same() -> None:
    result = run("check", WRONG, "--format", "json")
    assert result.exit_code == exit_codes.WRONG
    report = msgspec.json.decode(result.stdout, type=ReportRecord)
    (port,) = report.ports
    assert report.format == "gradproof-report/1"
    assert (port.role, port.role_inferred, port.verdict) == ("gradient", True, "fail")
    (formula,) = port.formula
    assert formula.components == ["x0", "x1"]
    assert not formula.consistent
    failed = {clause.id for clause in port.clauses if clause.verdict == "fail"}
    assert failed == {"G4", "G5", "G6"}


@pytest.mark.once
def test_json_has_the_same_bytes_each_time_but_for_the_time_it_took() -> None:
    def once() -> str:
        report = json.loads(run("check", WRONG, "--format", "json").stdout)
        for port in report["ports"]:
            port["wall"] = 0.0
        return json.dumps(report)

    assert once() == once()


def test_values_that_json_cannot_hold_are_written_as_text(tmp_path: Path) -> None:
    port = tmp_path / "port.py"
    port.write_text("def g(f, x):\n    f(x)\n    return x * float('nan')\n")
    result = run("check", f"{port}:g", "--format", "json")
    report = json.loads(result.stdout)
    value = next(c for c in report["ports"][0]["clauses"] if c["name"] == "value")
    assert value["parameters"]["actual"] == "nan"


def test_a_report_can_be_written_to_a_file_in_japanese(tmp_path: Path) -> None:
    output = tmp_path / "報告.txt"
    result = run("check", RIGHT, "--lang", "ja", "--output", str(output))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "正しいです" in output.read_text(encoding="utf-8")


def test_an_output_that_cannot_be_written_is_a_matter_of_usage(tmp_path: Path) -> None:
    result = run("check", RIGHT, "--output", str(tmp_path / "no" / "report.txt"))
    assert result.exit_code == exit_codes.USAGE
    assert "No such file or directory" in result.stderr


@pytest.mark.once
def test_no_line_of_a_report_ends_in_blanks_or_carries_colours_off_a_terminal() -> None:
    output = run("check", RIGHT, WRONG).stdout
    assert "\x1b" not in output
    assert all(line == line.rstrip() for line in output.splitlines())


def test_vectorized_goes_with_rows_alone() -> None:
    result = run("check", RIGHT, "--vectorized", "--role", "array-gradient")
    assert result.exit_code == exit_codes.USAGE
    assert "--vectorized goes with --role gradient alone" in result.stderr


@pytest.mark.once
def test_a_role_can_be_given() -> None:
    result = run(
        "check", f"{PROGRAMS}/right/one_point.py:gradient", "--role", "gradient"
    )
    assert result.exit_code == exit_codes.WRONG
    assert "as given" in result.stdout


def test_an_error_of_its_own_ends_in_70(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("a slip of gradproof's")

    monkeypatch.setattr(cli.cli, "main", fail)
    assert __main__.main() == exit_codes.INTERNAL
    assert "an error of gradproof's own" in capsys.readouterr().err


def test_what_is_said_around_an_error_is_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["gradproof", "check", "--nosuch", "--lang", "ja"]
    monkeypatch.setattr("sys.argv", words)
    assert __main__.main() == exit_codes.USAGE
    usage, help_, _, error = capsys.readouterr().err.splitlines()
    assert usage == "使い方: gradproof check [OPTIONS] TARGET..."
    assert help_.endswith("で説明を表示します。")
    assert error.startswith("エラー: ")
    assert "--nosuch" in error


@pytest.mark.parametrize("chosen", ["--lang", "GRADPROOF_LANG"])
@pytest.mark.parametrize(
    ("stop", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "gradproof: 中断しました。\n"),
        (SignalError(signal.SIGTERM), 143, "gradproof: 中断しました (SIGTERM)。\n"),
        (
            RuntimeError("a slip"),
            exit_codes.INTERNAL,
            "RuntimeError: a slip\n"
            "gradproof: これは gradproof 自身のエラーで、"
            "あなたのコードの誤りではありません。\n",
        ),
    ],
)
def test_how_it_ends_is_said_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    chosen: str,
    stop: BaseException,
    code: int,
    told: str,
) -> None:
    def ended(**_: object) -> None:
        raise stop

    monkeypatch.setattr(cli.cli, "main", ended)
    words = ["gradproof", "check", RIGHT]
    if chosen == "--lang":
        words += ["--lang", "ja"]
    else:
        monkeypatch.setenv(chosen, "ja")
    monkeypatch.setattr("sys.argv", words)
    assert __main__.main() == code
    assert capsys.readouterr().err.endswith(told)


SLIPPED = "an error in gradproof itself"


@pytest.mark.once
@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_an_error_of_its_own_in_one_port_loses_no_other(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def slip(port: Port, *rest: Any) -> Examination:
        if "precedence" in port.name:
            raise KeyError("probe.example")
        return examine(port, *rest)

    monkeypatch.setattr(f"{checks.__name__}.examine", slip)
    result = run("check", WRONG, RIGHT, "--format", form)
    assert result.exit_code == exit_codes.INTERNAL
    assert ("internal" if form == "json" else SLIPPED) in html.unescape(result.stdout)
    assert "by_rows.py:gradient" in result.stdout
    assert "Traceback" in result.stderr
    assert "in slip" in result.stderr
    if form == "json":
        report = msgspec.json.decode(result.stdout, type=ReportRecord)
        assert [port.verdict for port in report.ports] == ["pass"]
        assert [error.message_id for error in report.errors] == ["internal"]
    if form == "text":
        assert "2 ports: 1 right, 1 not judged" in result.stdout


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_an_interruption_ends_in_130(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stop: type[BaseException],
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise stop

    monkeypatch.setattr(checks, "check", interrupted)
    monkeypatch.setattr(sys, "argv", ["gradproof", "check", RIGHT])
    assert __main__.main() == exit_codes.INTERRUPTED == 130
    assert capsys.readouterr().err.strip() == "gradproof: interrupted."


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--version"], 0, "gradproof "),
        (["check", "--timeout", "soon", RIGHT], 2, "Invalid value for '--timeout'"),
        (["nonsense"], 2, "No such command"),
        (["check", f"{PROGRAMS}/nowhere.py:g"], 3, "there is no such file"),
    ],
)
def test_the_program_ends_with_the_codes_of_its_commands(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["gradproof", *arguments])
    try:
        ended = __main__.main()
    except SystemExit as stop:
        ended = int(stop.code or 0)
    assert ended == code
    assert said in "".join(capsys.readouterr())


def test_a_seed_is_taken_and_told() -> None:
    result = run("check", RIGHT, "--seed", "3")
    assert "with the seed 3" in result.stdout
    assert run("check", RIGHT, "--seed", "-1").exit_code == exit_codes.USAGE


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_found_by_exploring_is_reported(tmp_path: Path, language: str) -> None:
    port = tmp_path / "port.py"
    port.write_text(FOUR_AT_REST)
    result = run("check", f"{port}:g", "--explore", "60", "--lang", language)
    assert result.exit_code == exit_codes.WRONG
    assert "f = " in result.stdout
    assert "probe.example" not in result.stdout


@pytest.mark.once
def test_demo_shows_the_shapes_proves_the_fix_and_writes_the_pictures(
    tmp_path: Path,
) -> None:
    result = run("demo", "--figures", str(tmp_path))
    assert result.exit_code == 0
    said = result.stdout
    assert "f was given arrays of shape (324,), 1,296 times" in said
    assert "f was given arrays of shape (2,), 1,296 times" in said
    assert "Σ xᵢ²: the faulty call draws all 324 arrows right, by luck." in said
    assert "x0·x1: the faulty call draws 323 of 324 arrows wrong." in said
    assert said.count("the right call is right at all 324 points") == 3
    assert str(tmp_path) in said
    assert len(list(tmp_path.glob("*.png"))) == 9


@pytest.mark.once
def test_demo_speaks_japanese(tmp_path: Path) -> None:
    result = run("demo", "--figures", str(tmp_path), "--lang", "ja")
    assert "偶然正しく" in result.stdout


def test_demo_says_when_its_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    result = run("demo", "--figures", str(tmp_path / "taken" / "below"))
    assert result.exit_code == exit_codes.USAGE
    assert "taken" in result.stderr


@pytest.mark.parametrize("seconds", ["inf", "nan", "-inf", "1e300", "0", "-1", "soon"])
@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_no_clock_can_wait_for_is_a_matter_of_usage(
    command: str, seconds: str
) -> None:
    result = run(command, RIGHT, "--timeout", seconds)
    assert result.exit_code == exit_codes.USAGE
    assert "--timeout" in result.stderr


@pytest.mark.once
@pytest.mark.parametrize("style", ["text", "json"])
def test_a_name_that_is_not_utf_8_is_told_of(style: str, tmp_path: Path) -> None:
    routine = Path(PROGRAMS / "right" / "by_rows.py").read_bytes()
    for name, text in ((b"\xff.py", routine), (b"\xfe.py", b"def g(f, x): no")):
        (tmp_path / os.fsdecode(name)).write_bytes(text)
    for target, code in (
        (b"\xff.py:gradient", 0),
        (b"\xfe.py:g", 1),
        (b"\xfd.py:g", 3),
    ):
        command: list[str | bytes] = [sys.executable, "-m", "gradproof", "check"]
        command += [target, "--format", style]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode == code, done.stderr.decode()
        assert "Traceback" not in done.stderr.decode()
        assert done.stdout.decode()
        if style == "json":
            json.loads(done.stdout)
