"""The files that an import names."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradproof.ports import imported
from gradproof.ports.worker.core import loader


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A repository in a folder that has a module too."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    for name in (
        "outside.py",
        "repository/common/__init__.py",
        "repository/common/layers.py",
        "repository/common/deep/__init__.py",
        "repository/ch05/layers.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    return tmp_path / "repository"


def test_the_nearest_file_comes_first(house: Path) -> None:
    near, common = house / "ch05", house / "common"
    assert list(imported.files("layers", near)) == [near / "layers.py"]
    assert list(imported.files("common.layers", near)) == [common / "layers.py"]
    assert list(imported.files("common", near)) == [common / "__init__.py"]
    assert list(imported.files("nowhere", near)) == []


def test_dots_say_which_folder(house: Path) -> None:
    near, deep = house / "ch05", house / "common" / "deep"
    assert list(imported.files("layers", deep, 2)) == [house / "common" / "layers.py"]
    assert list(imported.files("", deep, 1)) == [deep / "__init__.py"]
    assert list(imported.files("layers", deep, 1)) == []
    assert list(imported.files("common.layers", near, 1)) == []


def test_packages_are_run_before_their_modules(house: Path) -> None:
    common = house / "common" / "__init__.py"
    assert list(imported.packages("common.layers", house / "ch05")) == [common]
    assert list(imported.packages("common.nothing", house / "ch05")) == []
    assert list(imported.packages("layers", house / "ch05")) == []


def test_a_repository_ends_the_way_up(house: Path) -> None:
    assert list(imported.files("outside", house / "ch05")) == []
    assert imported.MAX_FOLDERS_ABOVE == loader.MAX_FOLDERS_ABOVE
