"""The methods of classes are found where they stand, in siblings too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gradproof.ports import inherited
from gradproof.ports.target import parse

BASE = """\
class Base:
    def forward(self, x):
        return x

    def backward(self, dout):
        return dout


class Announcing:
    def forward(self, x):
        "To come."
        raise NotImplementedError

    def backward(self, dout):
        pass
"""

FILES = {
    "from base import Base\nclass Relu(Base):\n    pass\n": {"forward", "backward"},
    "from base import Base as B\nclass Relu(B): pass\n": {"forward", "backward"},
    "from base import *\nclass Relu(Base): pass\n": {"forward", "backward"},
    "import base\nclass Relu(base.Base): pass\n": {"forward", "backward"},
    "from .base import Base\nclass Relu(Base): pass\n": {"forward", "backward"},
    "from between import Base\nclass Relu(Base): pass\n": {"forward", "backward"},
    "from above.other import Base\nclass Relu(Base): pass\n": {"forward", "backward"},
    "from base import Announcing\nclass Relu(Announcing): pass\n": set(),
    "from nowhere import Base\nclass Relu(Base): pass\n": set(),
    "from round import Base\nclass Relu(Base): pass\n": set(),
}


@pytest.mark.parametrize(("text", "expected"), FILES.items())
def test_a_class_has_the_methods_that_it_inherits(
    text: str, expected: set[str], tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    for name, content in {
        "here/base.py": BASE,
        "here/between.py": "from base import *\nclass Base(Base): pass\n",
        "above/other.py": BASE,
        "here/round.py": "from round import Base\nclass Base(Base): pass\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    assert inherited.methods(ast.parse(text).body, folder)["Relu"] == expected
    (folder / "layers.py").write_text(text)
    assert parse(f"{folder / 'layers.py'}").layer == ("" if expected else None)


def test_a_function_of_a_pair_stands_for_the_pair(tmp_path: Path) -> None:
    path = tmp_path / "pairs.py"
    path.write_text("def affine_forward(x): ...\ndef affine_backward(dout): ...\n")
    for name in ("affine", "affine_forward", "affine_backward"):
        assert parse(f"{path}:{name}").layer == "affine"
    assert parse(f"{path}:relu_forward").layer is None
