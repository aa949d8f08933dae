"""The routines of `corpus`, each from a module of its own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from gradproof import api
from gradproof.ports.in_process import FunctionPort
from places import PROGRAMS


def module(path: Path) -> ModuleType:
    """A module of its own each time: none sees what an earlier examination left."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def routine(target: str) -> Any:
    path, _, name = target.partition(":")
    return getattr(module(PROGRAMS / path), name)


def port(target: str) -> FunctionPort:
    return api.port(routine(target), vectorized="/vectorized.py" in target)
