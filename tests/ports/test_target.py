"""Targets are taken apart, or it is said what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradproof.ports.target import UsageError, parse


def test_a_file_and_a_function_of_it() -> None:
    target = parse("ch04/port.py:numerical_gradient")
    assert target.path == Path("ch04/port.py")
    assert target.function == "numerical_gradient"


def test_a_notebook_and_a_function_of_it() -> None:
    target = parse("ch04/book.ipynb:numerical_gradient")
    assert target.path == Path("ch04/book.ipynb")
    assert target.function == "numerical_gradient"


def test_a_notebook_without_a_function_lists_those_that_it_has(tmp_path: Path) -> None:
    sources = ["def g(f, x): ...", "%pylab\ndef h(): ...", "no (", "def g(f, x): ..."]
    cells = [{"cell_type": "code", "source": [source]} for source in sources]
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    with pytest.raises(UsageError) as caught:
        parse(str(path)).of_function()
    assert caught.value.parameters["choice"] == f"\n  {path}:g\n  {path}:h"


def test_a_file_alone_is_a_script_as_a_whole(tmp_path: Path) -> None:
    target = parse(f"{tmp_path}/script.py")
    assert target.script == tmp_path / "script.py"
    assert (target.function, target.cells) == ("", None)
    assert parse(f"{tmp_path}/script.py:f").script is None


def test_a_method_is_named_with_its_class() -> None:
    assert parse("port.py:Net.gradient").function == "Net.gradient"


def test_a_module_and_a_function_of_it() -> None:
    target = parse("common.gradient:numerical_gradient")
    assert (target.path, target.module) == (None, "common.gradient")


def test_a_windows_drive_belongs_to_the_path() -> None:
    target = parse(r"C:\work\port.py:g")
    assert (str(target.path), target.function) == (r"C:\work\port.py", "g")


def test_a_file_without_a_function_lists_those_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("port.py").write_text("raise SystemExit\ndef g(f, x): ...")
    with pytest.raises(UsageError) as caught:
        parse("port.py").of_function()
    assert caught.value.parameters["choice"] == "\n  port.py:g"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port", "usage.name-function"),
        ("", "usage.name-function"),
        ("port.py", "usage.name-function"),
        ("book.ipynb", "usage.name-function"),
        ("book.ipynb:", "usage.no-function-name"),
        (":", "usage.no-function-name"),
        ("port.py:", "usage.no-function-name"),
        ("m:g h", "usage.no-function-name"),
        ("a b:g", "usage.no-module-name"),
    ],
)
def test_what_is_no_target_is_a_matter_of_usage(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text).of_function()
    assert caught.value.message == message
