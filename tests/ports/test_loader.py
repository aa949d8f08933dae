"""Files are loaded as they stand, wherever they lie; nothing is left beside them."""

from __future__ import annotations

import json
import os
import py_compile
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from gradproof.examination.examination import examine
from gradproof.numerics import functions
from gradproof.ports.in_process import open_port
from gradproof.ports.observation import Probe
from gradproof.ports.subprocess_port import ChildPort, python_command, python_port
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
    assert served(tmp_path, "a/b/c/d/port.py") == ["stood-in"]


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
    note = "found-above" if found else "stood-in"
    assert served(tmp_path, "a/b/port.py") == [note]


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
        ("x = 1\nprint 'Python 2'\n", "load.not-python-shown", 2),
        ("def g(f, x):\n    y = 1\n\treturn y\n", "load.not-python-shown", 3),
        ("x = (\n", "load.not-python", None),
        (b"# coding: cp932\nx = '\x81'\n", "load.not-python", None),
        (b"# coding: rot13\nk = 1\n", "load.not-python", None),
        (b"x = '\xff'\n", "load.not-python", None),
        ("# coding: no-such-code\n", "load.not-python", None),
        (b"x = 1\0\n", "load.not-python", None),
        ("x = 1\n\n1 / 0\n", "load.import-failed-at", 3),
        ("import os\nos.nothing\n", "load.import-failed-at", 2),
        ("raise SystemExit(3)\n", "load.import-failed-at", 1),
        (f"{'(' * 500}{')' * 500}", "load.not-python-shown", None),
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
    assert error.message in (message, f"{message}-at", f"{message}-shown")
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


# texts that are run in the place of files

HALF = GRADIENT.replace("2.0", "1.0")
"""Another routine: its second number is 1."""


def numbers_with(
    folder: Path, name: str, texts: Mapping[str, str], function: str = "gradient"
) -> list[float]:
    """What a port answers with these texts; no file is changed, and none comes."""
    before = contents(folder)
    target = parse(f"{folder}/{name}:{function}")
    placed = {str(folder / path): text for path, text in texts.items()}
    with python_port(target, timeout=20, texts=placed) as port:
        value = port.observe(POINT).value
    assert contents(folder) == before
    assert value is not None
    numbers: list[float] = value.tolist()
    return numbers


def book(*sources: str) -> str:
    """A notebook of code cells, with text between them."""
    text = {"cell_type": "markdown", "metadata": {}, "source": ["def gradient"]}
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    cells = [cell for source in sources for cell in (text, {**code, "source": source})]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})


FROM_HELP = "from help import gradient\n"
FOUND = {
    "the file itself": ("port.py", {"port.py": PORT}, "port.py"),
    "beside it": ("port.py", {"port.py": FROM_HELP, "help.py": PORT}, "help.py"),
    "in a folder above": (
        "a/b/port.py",
        {"a/b/port.py": FROM_HELP, "help.py": PORT},
        "help.py",
    ),
    "by the book's way": (
        "ch04/port.py",
        {
            "ch04/port.py": "import sys, os\nsys.path.append(os.pardir)\n"
            "from common.help import gradient\n",
            "common/help.py": PORT,
        },
        "common/help.py",
    ),
    "in a package": (
        "port.py",
        {
            "port.py": "from common import gradient\n",
            "common/__init__.py": "from .help import gradient\n",
            "common/help.py": PORT,
        },
        "common/help.py",
    ),
    "a package": (
        "port.py",
        {"port.py": "from common import gradient\n", "common/__init__.py": PORT},
        "common/__init__.py",
    ),
    "by a relative import": (
        "ch04/port.py",
        {"ch04/port.py": "from ..help import gradient\n", "help.py": PORT},
        "help.py",
    ),
    "a package of relative imports": (
        "ch04/port.py",
        {"ch04/port.py": "from . import gradient\n", "ch04/__init__.py": PORT},
        "ch04/__init__.py",
    ),
    "by its path": (
        "port.py",
        {
            "port.py": "import importlib.util as u\n"
            "s = u.spec_from_file_location('m', 'my help.py')\n"
            "m = u.module_from_spec(s)\ns.loader.exec_module(m)\n"
            "gradient = m.gradient\n",
            "my help.py": PORT,
        },
        "my help.py",
    ),
    "from a notebook": (
        "port.ipynb",
        {"port.ipynb": book(FROM_HELP), "help.py": PORT},
        "help.py",
    ),
}


@once
@pytest.mark.parametrize(("name", "files", "place"), FOUND.values(), ids=FOUND)
def test_a_text_is_run_in_a_files_place_however_it_is_found(
    name: str, files: Mapping[str, str], place: str, tmp_path: Path
) -> None:
    write(tmp_path, files)
    assert numbers_with(tmp_path, name, {}) == [15, 2]
    text = files[place].replace(GRADIENT, HALF)
    assert numbers_with(tmp_path, name, {place: text}) == [15, 1]


@once
@pytest.mark.parametrize("mode", py_compile.PycInvalidationMode)
def test_what_was_compiled_before_is_not_run_in_a_texts_place(
    mode: py_compile.PycInvalidationMode, tmp_path: Path
) -> None:
    write(tmp_path, {"port.py": FROM_HELP, "help.py": PORT})
    py_compile.compile(str(tmp_path / "help.py"), invalidation_mode=mode)
    text = PORT.replace(GRADIENT, HALF)
    assert numbers_with(tmp_path, "port.py", {}) == [15, 2]
    assert numbers_with(tmp_path, "port.py", {"help.py": text}) == [15, 1]


@once
def test_a_text_is_for_its_own_file_alone(tmp_path: Path) -> None:
    """Files of the same name stay as they are."""
    other = "def gradient(f, x): raise NotImplementedError\n"
    write(
        tmp_path,
        {
            "port.py": f"import other.help, help\n{FROM_HELP}",
            "help.py": PORT,
            "other/help.py": PORT,
            "other/__init__.py": "",
        },
    )
    texts = {"other/help.py": other, "help.pyc": other, "ch04/help.py": other}
    assert numbers_with(tmp_path, "port.py", texts) == [15, 2]


@once
@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_text_is_for_a_file_by_whatever_name(tmp_path: Path) -> None:
    write(tmp_path, {"there/port.py": FROM_HELP, "there/help.py": PORT})
    (tmp_path / "here").symlink_to("there")
    text = PORT.replace(GRADIENT, HALF)
    for place in ("here/help.py", "there/help.py", "here/../there/help.py"):
        assert numbers_with(tmp_path, "here/port.py", {place: text}) == [15, 1]


@once
def test_a_text_that_is_no_python_is_said_where(tmp_path: Path) -> None:
    write(tmp_path, {"port.py": PORT})
    texts = {str(tmp_path / "port.py"): "x = 1\ny = 1 +\n"}
    with (
        pytest.raises(LoadError) as caught,
        python_port(parse(f"{tmp_path}/port.py:gradient"), texts=texts),
    ):
        pass
    assert caught.value.message == "load.not-python-shown"
    assert caught.value.parameters["line"] == 2


# notebooks

NUMPY = "%matplotlib inline\nimport numpy as np"
RECORD = "from dataclasses import dataclass\n@dataclass\nclass A:\n    h: 'float' = 2.0"
NOTEBOOKS = {
    "one cell": ([f"{NUMPY}\n{GRADIENT}"], []),
    "cell after cell": ([NUMPY, "h = np", GRADIENT.replace("np", "h")], []),
    "the last of two": ([NUMPY, HALF, GRADIENT], []),
    "on after a failing cell": ([NUMPY, "1 / 0", GRADIENT], [(2, "ZeroDivisionError")]),
    "a cell that is no Python": ([NUMPY, "x = (", GRADIENT], [(2, "SyntaxError")]),
    "one that ends": ([NUMPY, GRADIENT, "raise SystemExit"], [(3, "SystemExit")]),
    "the first is told": ([NUMPY, GRADIENT, "a", "b.c", "1 / 0"], [(3, "NameError")]),
    "another language": ([NUMPY, "%%bash\nrm x (", GRADIENT], []),
    "the names of notebooks": (
        [NUMPY, "display(1)\nget_ipython().run_line_magic('pylab', '')", GRADIENT],
        [],
    ),
    "a program": ([NUMPY, f"if __name__ == '__main__':\n    {GRADIENT}"], []),
    "a record": ([NUMPY, RECORD, GRADIENT.replace("2.0", "A().h")], []),
}


@once
@pytest.mark.parametrize(("cells", "told"), NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_a_routine_is_had_from_a_notebook(
    cells: list[str], told: list[tuple[int, str]], tmp_path: Path
) -> None:
    write(tmp_path, {"勾配.ipynb": book(*cells)})
    target = parse(f"{tmp_path}/勾配.ipynb:gradient")
    main = sys.modules["__main__"]
    here = open_port(target)
    assert sys.modules["__main__"] is main
    with python_port(target) as there:
        for port in (here, there):
            value = port.observe(POINT).value
            assert value is not None
            assert value.tolist() == [15, 2]
            notes = [n.parameters for n in port.notes if n.id == "cell-failed"]
            assert [(n["cell"], n["kind"]) for n in notes] == told


@once
@pytest.mark.parametrize(
    ("cells", "message", "parameter"),
    [
        ([NUMPY, HALF.replace("gradient", "other")], "not-there", "other"),
        ([NUMPY, "class A:\n    1 / 0"], "not-there", "-"),
        ([NUMPY, "no\n", f"import os.no\n{GRADIENT}"], "cell-failed", "3"),
        ([NUMPY, f"x = (\n{GRADIENT}"], "cell-failed", "2"),
        (["gradient = 3"], "not-callable", "int"),
        ([], "not-there", "-"),
    ],
)
def test_what_a_notebook_has_not_is_said(
    cells: list[str], message: str, parameter: str, tmp_path: Path
) -> None:
    write(tmp_path, {"port.ipynb": book(*cells)})
    error = refused(tmp_path, "port.ipynb")
    assert error.message == f"load.{message}"
    assert parameter in map(str, error.parameters.values())


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"{}", b'{"cells": [1]}', b"\xff", b"[" * 10**6]
)
def test_what_is_no_notebook_is_said_to_be_none(text: bytes, tmp_path: Path) -> None:
    write(tmp_path, {"port.ipynb": text})
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/port.ipynb:gradient"))
    assert caught.value.message == "script.no-notebook"


def test_a_notebook_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        open_port(parse(f"{tmp_path}/port.ipynb:gradient"))
    assert caught.value.message == "load.no-file"


@once
def test_a_cells_text_is_run_in_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"port.ipynb": book(NUMPY, GRADIENT, GRADIENT)})
    for place, numbers in (("[3]", [15, 1]), ("[2]", [15, 2]), ("", [15, 2])):
        texts = {f"port.ipynb{place}": HALF}
        assert numbers_with(tmp_path, "port.ipynb", texts) == numbers


@once
def test_a_long_notebook_is_served(tmp_path: Path) -> None:
    """Longer than the words of a command may be."""
    write(tmp_path, {"port.ipynb": book("# long" * 100_000, NUMPY, GRADIENT)})
    assert numbers_with(tmp_path, "port.ipynb", {}) == [15, 2]


# what is missing


RIGHT = """
def gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = kept
    return grad
"""
IMPORTS = {
    "functions": "from common.functions import sigmoid, softmax",
    "a-star": "from common.util import *",
    "data": (
        "from dataset.mnist import load_mnist\n"
        "(x_train, t_train), (x_test, t_test) = load_mnist(one_hot_label=True)\n"
        "batch = x_train[np.random.choice(x_train.shape[0], 100)]\n"
        "assert batch.shape == (100, 784) and t_train.shape[1] == 10\n"
        "images = load_mnist(normalize=False, flatten=False)[1][0]\n"
        "assert images.shape[1:] == (1, 28, 28) and images.dtype == np.uint8\n"
    ),
    "spirals": (
        "from dataset import spiral\n"
        "x, t = spiral.load_data()\n"
        "assert (x.shape, t.shape) == ((300, 2), (300, 3))\n"
    ),
    "sequences": (
        "from dataset import sequence\n"
        "(x, t), (x_test, t_test) = sequence.load_data('date.txt', seed=1984)\n"
        "char_to_id, id_to_char = sequence.get_vocab()\n"
        "assert (x.shape[1], t.shape[1], len(char_to_id)) == (29, 11, 59)\n"
        "(x, t), _ = sequence.load_data()\n"
        "char_to_id, id_to_char = sequence.get_vocab()\n"
        "assert (x.shape[1], t.shape[1], len(id_to_char)) == (7, 5, 13)\n"
        "assert ''.join(id_to_char[c] for c in x[0]) and x.max() < 13\n"
    ),
    "a-corpus": (
        "from dataset import ptb\n"
        "corpus, word_to_id, id_to_word = ptb.load_data('train')\n"
        "assert int(max(corpus)) + 1 == len(word_to_id) == 10000\n"
        "assert id_to_word[word_to_id['you']] == 'you'\n"
    ),
    "keras": (
        "from keras_of_mine.datasets import mnist\n"
        "(x_train, y_train), (x_test, y_test) = mnist.load_data()\n"
        "assert x_train.shape[1:] == (28, 28) and y_train.shape == x_train.shape[:1]\n"
    ),
    "scikit-learn": (
        "from sklearn_of_mine import datasets\n"
        "iris = datasets.load_iris()\n"
        "assert iris.data.shape == (150, 4) and iris['target'].max() == 2\n"
        "X, y = datasets.load_digits(return_X_y=True)\n"
        "assert X.shape == (1797, 64) and len(y) == 1797\n"
    ),
    "objects": (
        "from lib.net import TwoLayerNet, Layer\n"
        "net = TwoLayerNet(input_size=784)\n"
        "class Own(Layer):\n    def forward(self, x):\n        return x\n"
    ),
    "a-window": "import wx.lib.plot as plot\nframe = plot.Frame(None)",
    "two": "import common_of_mine\nimport wx\n",
}


@pytest.mark.once
@pytest.mark.parametrize("start", IMPORTS.values(), ids=IMPORTS.keys())
def test_what_the_routine_does_not_use_need_not_be_there(
    start: str, tmp_path: Path
) -> None:
    (tmp_path / "port.py").write_text(f"import numpy as np\n{start}\n{RIGHT}")
    port = open_port(parse(f"{tmp_path}/port.py:gradient"))
    assert "stood-in" in {note.id for note in port.notes}
    assert examine(port).verdict == "pass"
    assert not {"common", "dataset", "lib", "wx"} & set(sys.modules)


def test_a_notebook_s_imports_need_not_be_there(tmp_path: Path) -> None:
    cells = ["from common.functions import sigmoid\nimport numpy as np", RIGHT]
    book = {"cells": [{"cell_type": "code", "source": cell} for cell in cells]}
    (tmp_path / "port.ipynb").write_text(json.dumps(book))
    with python_port(parse(f"{tmp_path}/port.ipynb:gradient"), timeout=20) as port:
        assert [note.id for note in port.notes] == ["stood-in"]
        assert examine(port).verdict == "pass"


USES = {
    "a function": "from common.functions import g\n" + RIGHT.replace("f(x)", "g(f(x))"),
    "an object": (
        "import lib\nnet = lib.Net()\ndef gradient(f, x):\n    return net.grad(x)\n"
    ),
    "itself": "from common.gradient import gradient",
    "swallows": (
        "import lib\ndef gradient(f, x):\n    try:\n        return lib.go(x) + 1\n"
        "    except BaseException:\n        return x"
    ),
}


@pytest.mark.parametrize("text", USES.values(), ids=USES.keys())
def test_what_it_uses_and_is_missing_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "port.py").write_text(f"import numpy as np\n{text}\n")
    target = parse(f"{tmp_path}/port.py:gradient")
    with pytest.raises(LoadError) as here:
        examine(open_port(target))
    with pytest.raises(LoadError) as there, python_port(target, timeout=20) as port:
        examine(port)
    for caught in (here, there):
        assert caught.value.message == "load.missing"
        assert caught.value.parameters["names"] in ("common", "lib")


def test_a_module_of_one_s_own_is_not_stood_in_for() -> None:
    for module in ("no_such_module", "gradproof.no_such"):
        with pytest.raises(LoadError) as caught:
            open_port(parse(f"{module}:gradient"))
        assert caught.value.message == "load.import-failed"
