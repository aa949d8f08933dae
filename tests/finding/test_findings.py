"""A folder is looked through by the syntax of its files, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradproof.finding.findings import find
from gradproof.finding.subjects import MAX_SOURCE_BYTES

BOTH_WAYS = "class Relu:\n def forward(self, x): 0\n def backward(self, d): 0"
FILES = {
    "common/layers.py": BOTH_WAYS,
    "common/gradient.py": "raise SystemExit\ndef numerical_gradient(f, x): return x",
    "common/util.py": "def shuffle(x, t): return x",
    "ch04/gradient_2d.py": "plt.quiver(1)\ndef numerical_gradient(f, x): return x",
    "ch05/net.py": "class Net:\n def loss(self, x, t): 0\n def gradient(self, x, t): 0",
    "ch06/optimizer.py": "class SGD:\n def update(self, params, grads): 0",
    "steps/models.py": "class Net(Model):\n def forward(self, x): return x",
    "ch04/broken.py": "def (",
    "tests/test_net.py": "plt.quiver(1)",
    ".hidden/net.py": "plt.quiver(1)",
    "venv/lib/net.py": "plt.quiver(1)",
    "mine/pyvenv.cfg": "",
    "mine/net.py": "plt.quiver(1)",
    "notes.txt": "plt.quiver(1)",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_what_can_be_judged_is_found_and_the_rest_is_counted(folder: Path) -> None:
    found = find(folder)
    assert [target.removeprefix(f"{folder}/") for target in found.targets] == [
        "ch04/broken.py",
        "ch04/gradient_2d.py",
        "ch05/net.py",
        "ch06/optimizer.py",
        "common/gradient.py:numerical_gradient",
        "common/layers.py",
        "steps/models.py",
    ]
    assert found.passed_over == {
        "hidden": 1,
        "environments": 2,
        "tests": 1,
        "nothing": 1,
    }


def test_a_file_of_classes_and_a_routine_is_both(tmp_path: Path) -> None:
    file = tmp_path / "all.py"
    text = BOTH_WAYS + "\ndef numerical_diff(f, x): return x"
    file.write_text(text, encoding="utf-8")
    assert find(tmp_path).targets == (str(file), f"{file}:numerical_diff")


def test_what_python_cannot_decode_is_unreadable_and_no_copy(tmp_path: Path) -> None:
    text = "# 数値微分\ndef numerical_gradient(f, x): return f(x) - f(x - 1)\n"
    for name, head, encoding in (
        ("utf8.py", "", "utf-8"),
        ("told.py", "# -*- coding: shift_jis -*-\n", "shift_jis"),
        ("untold.py", "", "shift_jis"),
    ):
        (tmp_path / name).write_text(head + text, encoding)
    found = find(tmp_path)
    names = [(port.path.name, port.kind) for port in found.ports]
    assert names == [
        ("told.py", "named"),
        ("untold.py", "unreadable"),
        ("utf8.py", "named"),
    ]


def test_a_file_of_data_is_not_looked_through(tmp_path: Path) -> None:
    """To parse one of 24 MB takes a minute, and there may be many."""
    text = "def numerical_gradient(f, x): return f(x) - f(x - 1)\n"
    line = "x = 1\n"
    for name, size in (("data.py", MAX_SOURCE_BYTES + 1), ("code.py", 0)):
        (tmp_path / name).write_text(text + line * (size // len(line)))
    found = find(tmp_path)
    assert [port.path.name for port in found.ports] == ["code.py"]
    assert found.passed == {tmp_path / "data.py": "large"}
