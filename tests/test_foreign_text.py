"""No foreign text is run outside of a child: the package's own syntax shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradproof

pytestmark = pytest.mark.once

PACKAGE = Path(gradproof.__file__).parent
IN_CHILDREN = PACKAGE / "ports" / "worker"

RUNS = {"eval", "exec", "compile", "__import__", "execfile"}
RUNS_OF_OTHERS = {
    *("sympify", "parse_expr", "parse_latex", "system", "popen", "spawnl", "spawnv"),
    *("getoutput", "getstatusoutput", "run_path", "run_module"),
}
READS_CODE = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "code", "pty"}


def breaches(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where something might be run that is a text, and what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _called(node))
        elif isinstance(node, ast.Import):
            names = (alias.name.partition(".")[0] for alias in node.names)
            yield from ((node.lineno, n) for n in names if n in READS_CODE)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = (node.module or "").partition(".")[0]
            if module in READS_CODE:
                yield node.lineno, module


def _called(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id in RUNS | RUNS_OF_OTHERS:
        yield call.func.id
    # A strict one takes no text.
    strict = any(keyword.arg == "strict" for keyword in call.keywords)
    named = isinstance(call.func, ast.Attribute) and call.func.attr
    if named in RUNS_OF_OTHERS and not strict:
        yield str(named)
    for keyword in call.keywords:
        if keyword.arg in ("shell", "allow_pickle"):
            off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
            if not off:
                yield f"{keyword.arg}="


SUCH = """
eval(text)
os.system(text)
subprocess.run(text, shell=True)
import pickle
from marshal import loads
numpy.load(file, allow_pickle=True)
sympy.sympify(text)
exec(compile(text, "", "exec"))
"""
RIGHT = """
re.compile(text)
subprocess.run(words, shell=False)
numpy.load(file, allow_pickle=False)
sympy.sympify(made, strict=True)
session.eval
from gradproof.ports.worker.core import code
"""


def test_what_runs_text_is_found_and_nothing_else() -> None:
    found = {line for line, _ in breaches(ast.parse(SUCH))}
    assert found == set(range(2, 10))
    assert not list(breaches(ast.parse(RIGHT)))


OWN = {"defects/examples.py: exec"}
"""Where what is run is the catalogue's own text: an example of a defect."""


def test_no_foreign_text_is_run_outside_of_a_child() -> None:
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}: {what}"
        for path in PACKAGE.rglob("*.py")
        if IN_CHILDREN not in path.parents
        for _, what in breaches(ast.parse(path.read_bytes()))
    ]
    assert set(found) <= OWN
