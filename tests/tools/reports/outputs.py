"""Run commands of one revision's package, in its own process, and keep what they say.

    python outputs.py PACKAGE FOLDER BATCHES OUTPUTS

``PACKAGE`` is the folder that gradproof must come from, ``FOLDER`` the one that all
commands' folders are below. ``BATCHES`` is JSON, as is what is written to ``OUTPUTS``:
by a command's name its exit code, streams, and the files that it made. No sibling is
imported here: the commands see the package of their revision alone.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import inspect
import io
import json
import os
import pkgutil
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

KEPT = ("check", "examine_script")
APART = ("__main__", "pytest_plugin", "testing", "worker")
"""Modules that are not imported here: they act, or belong elsewhere."""
MADE = "made"
"""The folder, below the working folder, whose files are part of an output."""


def main(package: str, folder: str, batches: str, outputs: str) -> None:
    """Run the batches; see the module."""
    import gradproof

    if Path(package) not in Path(gradproof.__file__ or "").parents:
        sys.exit(f"gradproof comes from {gradproof.__file__}, not from {package}")
    memory: dict[str, Any] = {}
    keep_results(memory)
    found = {}
    for batch in json.loads(Path(batches).read_text("utf-8")):
        memory.clear()
        for task in batch:
            os.chdir(Path(folder, task["folder"]))
            found[task["name"]] = run(task["arguments"])
    text = json.dumps(found, ensure_ascii=False).replace(folder, "<folder>")
    text = text.replace(gradproof.__version__, "<version>")
    Path(outputs).write_text(text, "utf-8", "replace")


def run(arguments: list[str]) -> dict[str, Any]:
    """What comes of a command in the working folder."""
    from gradproof.__main__ import main as command_line

    sys.argv = ["gradproof", *arguments]
    out, err = io.BytesIO(), io.BytesIO()
    with (
        contextlib.redirect_stdout(_stream(out)) as told,
        contextlib.redirect_stderr(_stream(err)) as said,
    ):
        try:
            code: Any = command_line()
        except SystemExit as end:
            code = end.code
        told.flush()
        said.flush()
    texts = {"stdout": _text(out), "stderr": _text(err)}
    return {"code": code or 0, **texts, "files": dict(_made(Path(MADE)))}


def _stream(buffer: io.BytesIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(buffer, encoding="utf-8")


def _text(buffer: io.BytesIO) -> str:
    return buffer.getvalue().decode("utf-8", "replace")


def _made(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of a folder, which is then removed; of no text, the digest."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            try:
                yield path.as_posix(), data.decode("utf-8")
            except UnicodeDecodeError:
                yield path.as_posix(), f"sha256 {hashlib.sha256(data).hexdigest()}"
    shutil.rmtree(folder, ignore_errors=True)


def keep_results(memory: dict[str, Any]) -> None:
    """Let one examination serve every format that is asked for, and `fix`.

    The functions are found by their names and by what they take, wherever they stand:
    modules move. Where there are none, each command examines anew, and takes longer.
    """
    modules = list(_modules())
    for module in modules:
        for name in KEPT:
            function = vars(module).get(name)
            if isinstance(function, FunctionType) and "begun" in _takes(function):
                _replace(modules, function, kept(function, memory))


def _modules() -> Iterator[Any]:
    import gradproof

    for found in pkgutil.walk_packages(gradproof.__path__, "gradproof."):
        if not any(name in APART for name in found.name.split(".")):
            yield importlib.import_module(found.name)


def _takes(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _replace(modules: list[Any], old: Any, new: Any) -> None:
    for module in modules:
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def kept(function: Callable[..., Any], memory: dict[str, Any]) -> Callable[..., Any]:
    """The function; what it gave for equal arguments it gives again.

    A script that has ``begun`` already gives what it gives otherwise. Arguments that
    are told by an address alone are never equal.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def once(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        told = {k: _told(v) for k, v in bound.arguments.items() if k != "begun"}
        key = f"{function.__name__} {told}"
        if " at 0x" in key:
            return function(*given, **named)
        if key not in memory:
            memory[key] = function(*given, **named)
        return memory[key]

    return once


def _told(argument: Any) -> str:
    return repr(argument.absolute() if isinstance(argument, Path) else argument)


if __name__ == "__main__":
    main(*sys.argv[1:])
