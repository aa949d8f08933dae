"""Files are loaded as they stand, wherever they lie; nothing is left beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gradproof import functions
from gradproof.observation import Probe
from gradproof.ports.child import ChildPort, python_command
from gradproof.ports.function import open_port
from gradproof.ports.target import LoadError, parse

GRADIENT = "def gradient(f, x): return np.array([f(x), 2.0])\n"
PORT = f"import numpy as np\n{GRADIENT}"
HELPED = f"from common.help import np\n{GRADIENT}"
HELP = "import numpy as np\n"
POINT = Probe("point", functions.product.point, np.array([3.0, 5.0]), functions.product)

once = pytest.mark.once


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def contents(folder: Path) -> dict[Path, bytes | None]:
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def served(folder: Path, name: str, function: str = "gradient") -> list[str]:
    """The notes on a port that was loaded in a child and answers a probe.

    Nothing of what lies in the folder is changed, and nothing comes to it.
    """
    before = contents(folder)
    command = python_command(parse(f"{folder}/{name}:{function}"))
    with ChildPort(name, command, timeout=20) as port:
        value = port.observe(POINT).value
    assert value is not None
    assert value.tolist() == [15, 2]
    assert contents(folder) == before
    return [note.id for note in port.notes]


def refused(folder: Path, name: str, function: str = "gradient") -> LoadError:
    """Why a port cannot be had; alike in a child and in this process."""
    target = parse(f"{folder}/{name}:{function}")
    with (
        pytest.raises(LoadError) as there,
        ChildPort(name, python_command(target), timeout=20),
    ):
        pass
    with pytest.raises(LoadError) as here:
        open_port(target)
    assert (here.value.message, here.value.parameters) == (
        there.value.message,
        there.value.parameters,
    )
    return there.value


JAPANESE = (
    "# 勾配\nimport numpy as np\nname = '勾配'\nassert len(name) == 2\n" + GRADIENT
)
TEXTS = {
    "bom": b"\xef\xbb\xbf" + JAPANESE.encode(),
    "crlf": JAPANESE.replace("\n", "\r\n").encode(),
    "cp932": b"# coding: cp932\n" + JAPANESE.encode("cp932"),
    "euc-jp": b"#!/usr/bin/python\n# -*- coding: euc-jp -*-\n"
    + JAPANESE.encode("euc-jp"),
    "no newline at the end": PORT.rstrip().encode(),
    "an invalid escape": PORT.encode() + b'text = "\\d"\n',
}


@once
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_as_python_does(text: bytes, tmp_path: Path) -> None:
    write(tmp_path, {"port.py": text})
    assert served(tmp_path, "port.py") == []


@once
@pytest.mark.parametrize(
    "name",
    [
        "04_gradient.py",
        "勾配 メモ.py",
        "my-port.v2.py",
        "random.py",
        "json.py",
        "dataclasses.py",
        "calling.py",
        "numpy_gradient.py",
        "__main__.py",
        "class.py",
    ],
)
def test_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: PORT})
    assert served(tmp_path, name) == []


@once
def test_a_file_of_a_standard_modules_name_may_hold_a_dataclass(tmp_path: Path) -> None:
    record = (
        "from __future__ import annotations\nimport dataclasses\n"
        "@dataclasses.dataclass\nclass Record:\n    h: 'float' = 1.0\n"
    )
    used = "import random\nrandom.Random\n"
    write(tmp_path, {"random.py": record + PORT + used})
    assert served(tmp_path, "random.py") == []


@once
def test_modules_beside_it_are_found_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"gradient.py": HELP, "port.py": f"from gradient import np\n{GRADIENT}"},
    )
    assert served(tmp_path, "port.py") == []


@once
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_modules_of_three_folders_above_are_found(depth: int, tmp_path: Path) -> None:
    below = "/".join("abc"[:depth])
    write(tmp_path, {"common/help.py": HELP, f"{below}/port.py": HELPED})
    assert served(tmp_path, f"{below}/port.py") == ["found-above"]


@once
def test_a_fourth_folder_above_is_not_searched(tmp_path: Path) -> None:
    write(tmp_path, {"common/help.py": HELP, "a/b/c/d/port.py": HELPED})
    assert refused(tmp_path, "a/b/c/d/port.py").message == "load.import-failed-at"


@once
@pytest.mark.parametrize(("top", "found"), [("", True), ("a/", False)])
def test_the_search_stops_at_the_top_of_a_repository(
    top: str, found: bool, tmp_path: Path
) -> None:
    """It is searched itself, and nothing above it."""
    write(
        tmp_path,
        {f"{top}.git/HEAD": "", "common/help.py": HELP, "a/b/port.py": HELPED},
    )
    if found:
        assert served(tmp_path, "a/b/port.py") == ["found-above"]
    else:
        error = refused(tmp_path, "a/b/port.py")
        assert error.parameters == {
            "kind": "ModuleNotFoundError",
            "text": "No module named 'common'",
            "line": 1,
        }


@once
def test_the_books_way_to_the_folder_above_works(tmp_path: Path) -> None:
    way = "import sys, os\nsys.path.append(os.pardir)\n"
    write(tmp_path, {"common/help.py": HELP, "ch04/port.py": way + HELPED})
    assert served(tmp_path, "ch04/port.py") == []


@once
def test_files_are_opened_from_the_ports_own_folder(tmp_path: Path) -> None:
    write(tmp_path, {"data.txt": "1", "port.py": f"open('data.txt').close()\n{PORT}"})
    assert served(tmp_path, "port.py") == []


RELATIVE = {
    "one level": ("from .help import np", {"ch04/help.py": HELP}),
    "two levels": ("from ..common.help import np", {"common/help.py": HELP}),
    "a package": (
        "from ..common import np",
        {"common/__init__.py": "from .help import np", "common/help.py": HELP},
    ),
    "its own package": ("from . import np", {"ch04/__init__.py": HELP}),
    "a module": ("from . import help\nnp = help.np", {"ch04/help.py": HELP}),
}


@once
@pytest.mark.parametrize(("line", "files"), RELATIVE.values(), ids=RELATIVE)
def test_relative_imports_work(
    line: str, files: Mapping[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "deep-learning.v2"
    write(folder, {**files, "ch04/port.py": f"{line}\n{GRADIENT}"})
    assert served(folder, "ch04/port.py") == ["relative-imports"]


@once
def test_a_folder_named_like_a_module_may_hold_relative_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "numpy/ch04/port.py": f"from ..help import np\n{GRADIENT}",
            "numpy/help.py": HELP,
        },
    )
    assert served(tmp_path, "numpy/ch04/port.py") == ["relative-imports"]


AFTERWARDS = {
    "fails": "1 / 0",
    "exits": "raise SystemExit",
    "asks for a number": "int(input())",
    "is interrupted by itself": "raise GeneratorExit",
    "lacks a module": "import no_such_module",
}


@once
@pytest.mark.parametrize("line", AFTERWARDS.values(), ids=AFTERWARDS)
def test_what_fails_after_the_routine_is_a_note(line: str, tmp_path: Path) -> None:
    write(tmp_path, {"port.py": f"{PORT}{line}\n"})
    assert "failed-after" in served(tmp_path, "port.py")


@once
@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x = 1\nprint 'Python 2'\n", "load.not-python-at", 2),
        ("def g(f, x):\n    y = 1\n\treturn y\n", "load.not-python-at", 3),
        ("x = (\n", "load.not-python-at", None),
        (b"# coding: cp932\nx = '\x81'\n", "load.not-python", None),
        (b"x = '\xff'\n", "load.not-python", None),
        ("# coding: no-such-code\n", "load.not-python", None),
        (b"x = 1\0\n", "load.not-python", None),
        ("x = 1\n\n1 / 0\n", "load.import-failed-at", 3),
        ("import os\nos.nothing\n", "load.import-failed-at", 2),
        ("raise SystemExit(3)\n", "load.import-failed-at", 1),
        (f"{'(' * 500}{')' * 500}", "load.not-python", None),
        ("gradient = 3\n", "load.not-callable", None),
        ("def another(f, x): pass\n", "load.not-there", None),
    ],
)
def test_what_cannot_be_loaded_is_said_where(
    text: str | bytes, message: str, line: int | None, tmp_path: Path
) -> None:
    write(tmp_path, {"port.py": text})
    error = refused(tmp_path, "port.py")
    # Where a null byte or too deep a nesting is noticed depends on the Python.
    assert error.message in (message, f"{message}-at")
    if line:
        assert error.parameters["line"] == line
    for value in error.parameters.values():
        assert str(value).isprintable()


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/port.py:gradient"))
    assert caught.value.message == "load.no-file"


def test_the_functions_of_the_file_are_offered(tmp_path: Path) -> None:
    write(tmp_path, {"port.py": f"{PORT}from os import getcwd\ndef other(): ..."})
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/port.py:grad"))
    assert caught.value.parameters == {"name": "grad", "functions": "gradient, other"}


@once
def test_a_module_is_found_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"some/where.py": PORT})
    monkeypatch.chdir(tmp_path)
    with ChildPort("m", python_command(parse("some.where:gradient"))) as port:
        assert port.observe(POINT).value is not None
    assert sorted(contents(tmp_path)) == [tmp_path / "some", tmp_path / "some/where.py"]


@once
def test_a_relative_path_is_one_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"some/port.py": PORT})
    monkeypatch.chdir(tmp_path / "some")
    with ChildPort("m", python_command(parse("../some/port.py:gradient"))) as port:
        assert port.observe(POINT).value is not None


def test_this_process_is_left_as_it_was(tmp_path: Path) -> None:
    loud = "import sys, os, helper\nprint('loud')\nsys.stdout = None\nos.chdir('/')\n"
    write(tmp_path, {"port.py": loud + PORT, "helper.py": ""})
    before = os.getcwd(), list(sys.path), list(sys.meta_path), sys.stdout, input
    port = open_port(parse(f"{tmp_path}/port.py:gradient"))
    assert (
        os.getcwd(),
        list(sys.path),
        list(sys.meta_path),
        sys.stdout,
        input,
    ) == before
    assert [note.id for note in port.notes] == ["printed-on-import"]
    assert not (tmp_path / "__pycache__").exists()


@once
def test_the_worker_leaves_no_names_in_a_ports_way(tmp_path: Path) -> None:
    """A port may have modules of the worker's names; its argv is its own."""
    files = {name: HELP for name in ("calling.py", "loading.py", "wire.py")}
    lines = (
        "import sys, calling, loading, wire\n"
        "assert sys.argv == [__file__], sys.argv\n"
        "assert 'GRADPROOF_TAG' not in __import__('os').environ\n"
        "assert __name__ == 'port'\n"
    )
    write(tmp_path, {**files, "port.py": lines + PORT})
    assert served(tmp_path, "port.py") == []
