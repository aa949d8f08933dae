"""Targets are found, or it is said what is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gradproof.ports.target import LoadError, UsageError, load, parse


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_function_of_a_file_is_found(folder: Path) -> None:
    (folder / "port.py").write_text("def g(f, x): return 7")
    assert load(parse("port.py:g"))(None, None) == 7


def test_a_function_of_a_module_in_the_working_folder_is_found(folder: Path) -> None:
    (folder / "package_of_mine").mkdir()
    (folder / "package_of_mine" / "port.py").write_text("def g(f, x): return 8")
    assert load(parse("package_of_mine.port:g"))(None, None) == 8


def test_a_file_can_import_its_neighbour(folder: Path) -> None:
    (folder / "neighbour_of_port.py").write_text("STEP = 9")
    (folder / "port.py").write_text(
        "from neighbour_of_port import STEP\ndef g(f, x): return STEP"
    )
    before = list(sys.path)
    assert load(parse("port.py:g"))(None, None) == 9
    assert sys.path == before


def test_a_windows_drive_belongs_to_the_path() -> None:
    target = parse(r"C:\work\port.py:g")
    assert (str(target.path), target.function) == (r"C:\work\port.py", "g")


def test_a_file_without_a_function_lists_those_that_it_has(folder: Path) -> None:
    (folder / "port.py").write_text("raise SystemExit\ndef g(f, x): ...")
    with pytest.raises(UsageError, match=r"one of:\n  port\.py:g"):
        parse("port.py")


@pytest.mark.parametrize("text", ["port", "", ":", "port.py:", "a b:g", "m:g h"])
def test_what_is_no_target_is_a_matter_of_usage(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nothing_of_that_name", r"line 1: .*ModuleNotFoundError"),
        ("\n\ndef g(:", r"line 3: .*SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("g = 5", "of type int, and cannot be called"),
        ("def h(f, x): ...", "there is no g; functions here: h"),
        ("import math", "functions here: none"),
    ],
)
def test_what_cannot_be_loaded_is_said_with_its_line(
    folder: Path, source: str, said: str
) -> None:
    (folder / "port.py").write_text(source)
    with pytest.raises(LoadError, match=said):
        load(parse("port.py:g"))


def test_a_missing_file_and_a_missing_module_are_said(folder: Path) -> None:
    with pytest.raises(LoadError, match="there is no such file"):
        load(parse("port.py:g"))
    with pytest.raises(LoadError, match="ModuleNotFoundError"):
        load(parse("no_module_of_that_name:g"))
