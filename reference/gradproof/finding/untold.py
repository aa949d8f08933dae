"""Files that reach what their text does not show: data, places, names in texts.

Names that may lead there are enough: what is taken for untold is judged by itself.
"""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec

from gradproof.finding import modules
from gradproof.finding.modules import IMPORTS, Module

TELLS_ALL = {
    *("__future__", "abc", "array", "bisect", "cmath", "collections", "contextlib"),
    *("copy", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq"),
    *("itertools", "logging", "math", "numbers", "operator", "os", "pathlib"),
    *("random", "statistics", "string", "sys", "textwrap", "time", "timeit", "typing"),
    *("typing_extensions", "unittest", "warnings"),
    *("numpy", "matplotlib", "mpl_toolkits", "scipy", "sympy", "IPython"),
}
"""Packages that read nothing but by the names below; of others it is not known."""

BY_TEXT = {
    *("eval", "exec", "compile", "globals", "locals", "vars", "__import__", "input"),
    *("getattr", "setattr", "delattr", "attrgetter", "methodcaller", "modules"),
    *("_getframe", "__dict__", "__doc__", "__annotations__", "__builtins__"),
    *("__qualname__", "__code__", "__globals__", "__class__"),
}
"""What may lead from a text to a name, or from a name to a text."""
OF_FILES = {
    *("open", "load", "loadtxt", "genfromtxt", "fromfile", "fromregex", "memmap"),
    *("open_memmap", "DataSource", "recfromcsv", "recfromtxt", "loadmat", "datasets"),
    *("read_text", "read_bytes", "imread", "get_sample_data", "rc_file"),
    *("listdir", "scandir", "walk", "glob", "rglob", "iterdir", "stat", "lstat"),
    *("exists", "isfile", "isdir", "is_file", "is_dir", "getsize", "getmtime"),
    *("popen", "system", "ctypeslib", "readlink", "samefile"),
}
"""What gives what a file holds, or whether there is one."""
OF_PLACES = {
    *("__file__", "getcwd", "cwd", "home", "expanduser", "environ", "getenv", "argv"),
    *("orig_argv", "executable", "uname", "getpid", "getuser", "gethostname"),
}
"""Where the file is, or who runs it: harmless where it is said where to import from."""


def is_untold(module: Module) -> bool:
    """Whether it reaches what its text does not show."""
    nodes = [node for statement in module.body for node in ast.walk(statement)]
    moved = any(map(_is_search, nodes))
    return (
        any(map(_leads_on, nodes))
        or any(
            isinstance(node, IMPORTS) and _is_unknown(node, module, moved=moved)
            for node in nodes
        )
        or any(map(_tells_its_place, module.body))
    )


def _leads_on(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in BY_TEXT | OF_FILES or node.attr == "__name__"
    if isinstance(node, ast.Name):
        return node.id in BY_TEXT | OF_FILES
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in BY_TEXT | OF_FILES for alias in node.names)
    return False


def _is_unknown(node: ast.stmt, module: Module, *, moved: bool) -> bool:
    """Whether an import leads to what is not followed; ``moved``: or to elsewhere."""
    if list(modules.imported(node, module.path)):
        return False
    return any(moved or _is_installed(name) for name in _packages(node) - TELLS_ALL)


def _tells_its_place(statement: ast.stmt) -> bool:
    """Whether it goes by a place, and not to say where to import from."""
    nodes = list(ast.walk(statement))
    names = {getattr(n, "id", getattr(n, "attr", "")) for n in nodes}
    names |= {a.name for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names}
    return bool(names & OF_PLACES) and not any(map(_is_search, nodes))


def _is_search(node: ast.AST) -> bool:
    """Whether it is sys.path."""
    of_sys = getattr(getattr(node, "value", None), "id", "") == "sys"
    return isinstance(node, ast.Attribute) and node.attr == "path" and of_sys


def _packages(node: ast.stmt) -> set[str]:
    """The packages that an import is of."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    assert isinstance(node, ast.Import)
    return {alias.name.partition(".")[0] for alias in node.names}


def _is_installed(name: str) -> bool:
    if name in sys.stdlib_module_names:
        return True
    try:
        return bool(name) and find_spec(name) is not None
    except (ImportError, ValueError):
        return False
