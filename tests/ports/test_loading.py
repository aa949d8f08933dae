"""A file is loaded as Python would load it, and else it is said what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from commandline import run

pytestmark = pytest.mark.once

LAYER = """\
class Sigmoid:
    def forward(self, x{of}):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout{of}):
        return dout * self.out * (1 - self.out)
"""
ROUTINE = """\
def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros(x.shape, dtype=np.float_)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape, dtype=np.float64)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad
"""
ACTIVATION = (
    "import numpy as np\n\n\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
)
IMPORTS = {
    "future annotations": (
        "from __future__ import annotations\n"
        "from typing import TYPE_CHECKING\n"
        "from .act import sigmoid\n"
        "if TYPE_CHECKING:\n    from nowhere import Tensor\n",
        ": Tensor",
    ),
    "relative": ("from .act import sigmoid\n", ""),
    "above": ("from net.act import sigmoid\n", ""),
    "the repository's own name": ("from repo.net.act import sigmoid\n", ""),
    "src": ("from lib.act import sigmoid\n", ""),
    "an optional module": (
        "try:\n    import cupy_of_nobody as xp\nexcept ImportError:\n"
        "    import numpy as xp\n"
        "def sigmoid(x):\n    return 1 / (1 + xp.exp(-x))\n",
        "",
    ),
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    for folder in ("repo/.git", "repo/net", "repo/src/lib"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("repo/net/__init__.py", "repo/src/lib/__init__.py"):
        (tmp_path / name).touch()
    for name in ("repo/net/act.py", "repo/src/lib/act.py"):
        (tmp_path / name).write_text(ACTIVATION)
    return tmp_path / "repo"


@pytest.mark.parametrize("name", IMPORTS)
@pytest.mark.parametrize("part", ["", ":Sigmoid"])
def test_a_layer_is_found_with_what_it_imports(
    name: str, part: str, repo: Path
) -> None:
    imports, of = IMPORTS[name]
    file = repo / "net" / "mine.py"
    file.write_text(f"{imports}\n\n{LAYER.format(of=of)}")
    result = run(f"{file}{part}")
    assert result.exit_code == 0, result.stdout
    assert "right" in result.stdout
    assert "placeholder" not in result.stdout


@pytest.mark.parametrize("part", ["", ":numerical_gradient"])
def test_names_that_numpy_had_are_given_back_and_told(
    part: str, tmp_path: Path
) -> None:
    file = tmp_path / "old.py"
    file.write_text(f"import numpy as np\n\n\n{ROUTINE}")
    result = run(f"{file}{part}")
    assert result.exit_code == 0, result.stdout


@pytest.mark.parametrize("part", ["", ":numerical_gradient"])
def test_what_numpy_took_away_from_a_layer_or_a_script_is_given_back(
    part: str, tmp_path: Path
) -> None:
    file = tmp_path / "script.py"
    call = "print(numerical_gradient(lambda x: x @ x, np.array([1.0, np.product(2)])))"
    file.write_text(f"import numpy as np\n\n\n{ROUTINE}\n\n{call}\n")
    assert run(f"{file}{part}").exit_code == 0


BROKEN = {
    "syntax": ("def numerical_gradient(f, x):\n    return f(x\n", "line 2"),
    "import": (
        "import numpy as np\nimport net_of_nobody\n\nnet_of_nobody.Net(3)\n",
        "net_of_nobody is not installed",
    ),
    "nothing": ("import numpy as np\n\nx = 3\n", "nothing in it looks like"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_went_wrong_is_said_and_not_to_name_a_function(
    name: str, tmp_path: Path
) -> None:
    text, said = BROKEN[name]
    file = tmp_path / "broken.py"
    file.write_text(text)
    for target in (file, tmp_path):
        result = run(target)
        assert result.exit_code != 0
        if target == file or name == "syntax":
            assert said in result.stdout
        assert "name a function" not in result.stdout
