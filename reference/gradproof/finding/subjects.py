"""What in one file computes a gradient by hand: its subjects. Nothing is run.

Every command that is given a file, or a folder, asks here, so that all agree.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from gradproof.finding import lookalikes, shapes
from gradproof.ports.statements import statements_of
from gradproof.ports.target import (
    LoadError,
    NotJudgedError,
    Target,
    TargetError,
    UsageError,
    is_script,
    judged_in_parts,
    parsed,
    part_names,
)

Kind = Literal[
    "named",
    "shaped",
    "classes",
    "script",
    "notebook",
    "declared",
    "unjudged",
    "unreadable",
]
"""Why something is a subject, or that it cannot be judged."""

MAX_SOURCE_BYTES = 2 << 20
"""Of a file that is looked through: what is larger is data, and takes seconds a MB."""


@dataclass(frozen=True)
class Found:
    """A subject: what names it, why it is taken for one, and where it stands.

    ``function`` is its name in the file; "" for all of that. What cannot be judged has
    a ``problem``.
    """

    target: str
    kind: Kind
    path: Path
    function: str = ""
    line: int = 0
    problem: TargetError | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from every other subject."""
        return self.target, self.form

    @property
    def form(self) -> Literal["", "script", "parts"]:
        """Return which subjects of the file are meant, where all of it is named."""
        return _FORMS.get(self.kind, "")

    @property
    def opened(self) -> Target | TargetError:
        """Return the target of the subject, or why it cannot be judged."""
        if self.problem is not None:
            return self.problem
        target = parsed(self.target)
        if isinstance(target, Target):
            return replace(target, form=self.form)
        return target


_FORMS: dict[str, Literal["", "script", "parts"]] = {
    "script": "script",
    "notebook": "script",
    "classes": "parts",
}


def subjects(path: Path) -> list[Found]:
    """Return every subject of a Python file or notebook, in its order.

    A script comes first, its routines with it; then what is judged in parts (layers,
    networks, optimizers and the like, in one run), or routines, then what cannot be
    judged and why. Of a file that cannot be read there is one, which says so.
    """
    try:
        body = statements_of(path)
    except SyntaxError as error:
        return [_unreadable(path, _syntax_error(error))]
    except (ValueError, OSError, RecursionError) as error:
        said = LoadError("load.not-python", text=str(error))
        return [_unreadable(path, said)]
    return list(_subjects(path, body))


def subjects_of(
    text: str, apart: Collection[str] = (), alone: bool = False
) -> list[Found]:
    """Return the subjects of a target: of a plain file all, else the target itself.

    A file in which none is found is one as well: it is run, and may turn out to be a
    script; with a single function it is that function. What is named ``apart`` is left
    out. What is said of it, such as a role, may be about the target ``alone``.
    """
    target = parsed(text)
    if isinstance(target, UsageError):
        return [Found(text, "declared", Path(text), problem=target)]
    path, function = target.path or Path(text), target.function
    if target.path is None or function or alone or not path.is_file():
        return [Found(text, "declared", path, function)]
    found = subjects(path)
    if not found:
        only = only_function(path)
        return [only or Found(text, "declared", path)]
    return [each for each in found if not each.function or each.target not in apart]


def only_function(path: Path) -> Found | None:
    """Return the single function of a file that has imports and constants beside it."""
    body = statements_of(path)
    beside = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    defined = [n for n in body if not isinstance(n, beside) and not _is_text(n)]
    if len(defined) != 1 or not isinstance(defined[0], ast.FunctionDef):
        return None
    if not defined[0].args.args[1:]:  # f and x are two
        return None
    name = defined[0].name
    return Found(f"{path}:{name}", "named", path, name, defined[0].lineno)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def routines_of(path: Path) -> list[str]:
    """Return the targets of the routines that a file defines; of none if unreadable."""
    try:
        body = statements_of(path)
    except (SyntaxError, ValueError, OSError, RecursionError):
        return []
    return [f"{path}:{name}" for name, _, _ in shapes.routines(body)]


def _unreadable(path: Path, problem: TargetError) -> Found:
    return Found(str(path), "unreadable", path, problem=problem)


def _syntax_error(error: SyntaxError) -> LoadError:
    if not error.lineno:
        return LoadError("load.not-python", text=error.msg)
    return LoadError("load.not-python-at", line=error.lineno, text=error.msg)


def _subjects(path: Path, body: list[ast.stmt]) -> Iterator[Found]:
    folder = path.absolute().parent
    covered: set[str] = set()
    notebook = path.suffix == ".ipynb"
    routines = list(shapes.routines(body))
    script = is_script(body, folder) or shapes.calls_routine(body, routines)
    if script:
        yield Found(str(path), "notebook" if notebook else "script", path)
    if judged_in_parts(body, folder, script=script):
        covered |= part_names(body, folder)
        yield Found(str(path), "classes", path)
    covered |= {name for name, _, _ in routines} if script else set()
    for name, why, line in routines:
        if name not in covered:
            covered.add(name)
            yield Found(f"{path}:{name}", why, path, name, line)
    for each in lookalikes.lookalikes(body, covered, runs=script):
        problem = NotJudgedError(
            each.reason, file=str(path), line=each.line, **each.parameters
        )
        yield Found(
            f"{path}:{each.name}", "unjudged", path, each.name, each.line, problem
        )
