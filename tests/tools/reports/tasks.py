"""What the command line is asked for when two revisions are compared."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("right", "wrong", "manners", "roles", "bad")
FORMATS = (("--format", "json"), (), ("--lang", "ja"))
PATIENCE = ("--timeout", "60")
"""So much that a busy machine changes no verdict."""
HASTE = ("--timeout", "5")
"""For what never ends by itself."""
ENDLESS = (
    *("bad/exceptions.py:swallows", "bad/processes.py:calls_for_ever"),
    *("bad/processes.py:eats_memory", "bad/processes.py:hangs"),
    *("bad/processes.py:ignores_signals", "bad/processes.py:prints_without_end"),
    *("bad/processes.py:writes_without_end", "scripts/many_points.py"),
)
RACING = ("bad/processes.py:leaves_a_thread_that_calls",)
"""Ports that do now this, now that."""
ROLES = ("gradient", "point-gradient", "array-gradient")
COMMANDS = ("check", "demo", "draw", "explain", "fix", "review")
RIGHT, WRONG = "right/by_rows.py:gradient", "wrong/precedence.py:gradient"
MADE = "made"
"""The folder whose files are part of an output (outputs.py keeps them)."""


@dataclass(frozen=True)
class Task:
    """One command; ``folder`` is where it runs, below the temporary one."""

    arguments: tuple[str, ...]
    folder: str = "programs"

    @property
    def name(self) -> str:
        """The command as one types it, and where, if not among the programs."""
        there = "" if self.folder == "programs" else f"cd {self.folder}; "
        return there + shlex.join(("gradproof", *self.arguments))


@dataclass(frozen=True)
class Batch:
    """Commands about one subject: one process runs them, in this order."""

    subject: str
    tasks: tuple[Task, ...]


def batches(programs: Path, explained: Iterable[str]) -> list[Batch]:
    """All that is compared; ``explained`` are the ids that `explain` lists."""
    return [
        *_functions(programs),
        *_scripts(programs),
        *_terms(programs),
        *_others(),
        _explain(explained),
    ]


def listed(text: str) -> list[str]:
    """The ids in the list that `explain` prints: words that are indented by two."""
    return re.findall(r"^ {2}(\S+)", text, re.MULTILINE)


def functions(file: Path) -> Iterator[str]:
    """Public functions at a file's top, and methods of its public classes."""
    for node in _public(ast.parse(file.read_bytes())):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        else:
            yield from (f"{node.name}.{inner.name}" for inner in _public(node))


def _public(
    tree: ast.Module | ast.ClassDef,
) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
            yield node


def _checks(target: str, *options: str) -> tuple[Task, ...]:
    options = (*options, *_time(target))
    return tuple(Task(("check", target, *options, *form)) for form in FORMATS)


def _time(target: str) -> tuple[str, str]:
    return HASTE if target in ENDLESS else PATIENCE


def _functions(programs: Path) -> Iterator[Batch]:
    for room in ROOMS:
        for file in sorted((programs / room).rglob("*.py")):
            for name in functions(file):
                target = f"{file.relative_to(programs).as_posix()}:{name}"
                if target not in RACING:
                    yield Batch(target, _checks(target))


def _scripts(programs: Path) -> Iterator[Batch]:
    folder = programs / "scripts"
    for file in sorted([*folder.rglob("*.py"), *folder.rglob("*.ipynb")]):
        target = file.relative_to(programs).as_posix()
        fix = Task(("fix", target, *_time(target)))
        yield Batch(target, (*_checks(target), fix))


def _terms(programs: Path) -> Iterator[Batch]:
    """Some functions again, on other terms than the usual ones."""
    for file in sorted((programs / "wrong").glob("*.py")):
        target = f"wrong/{file.name}:gradient"
        for terms in (*(("--role", role) for role in ROLES), ("--strict",)):
            yield Batch(shlex.join((target, *terms)), _checks(target, *terms))
        mending = (("fix", target), ("fix", target, "--strict"))
        yield Batch(f"fix {target}", tuple(Task((*m, *PATIENCE)) for m in mending))
    for target, *options in (
        ("right/vectorized.py:gradient", "--vectorized"),
        ("right/stacked.py:gradient", "--vectorized"),
        (RIGHT, "--explore", "10"),
        (WRONG, "--explore", "10"),
        (WRONG, "--only", "G4", "--only", "G5"),
        ("roles/book.py:numerical_diff", "--role", "gradient"),
        ("scripts/only_functions.py:numerical_gradient",),
    ):
        yield Batch(shlex.join((target, *options)), _checks(target, *options))


def _others() -> Iterator[Batch]:
    helps = [("--help",), ("--version",), *((c, "--help") for c in COMMANDS)]
    yield Batch("help", tuple(map(Task, helps)))
    yield Batch("usage", tuple(map(Task, _misuses())))
    several = (RIGHT, "scripts/product.py", WRONG, "nowhere.py:gradient", *PATIENCE)
    yield Batch("several", tuple(Task(("check", *several, *form)) for form in FORMATS))
    yield Batch("project", tuple(_declared()))
    pictures = ("demo", "--figures", f"{MADE}/demo")
    yield Batch("demo", (Task(pictures), Task((*pictures, "--lang", "ja"))))
    field = ("draw", "objective.py:f", "--output", f"{MADE}/field.png")
    yield Batch("draw", (Task(field, "project"),))
    yield Batch("review", tuple(Task(("review", *a), "repository") for a in _reviews()))


def _misuses() -> Iterator[tuple[str, ...]]:
    yield from ((), ("check",), ("check", RIGHT, "--only", "Z9"), ("fix",))
    yield from (("check", RIGHT, "--format", "yaml"), ("check", RIGHT, "--nothing"))
    yield from (("explain", "nothing"), ("explain", "transposed-point"))
    for target in ("nowhere.py:f", "right/by_rows.py:nothing", "nowhere.py", "right"):
        yield ("check", target)
        yield ("check", target, "--lang", "ja")
        yield ("fix", target)


def _declared() -> Iterator[Task]:
    """The ports of a project that has a pyproject.toml."""
    of_file = ("--declared", "../programs/wrong/forward.py")
    for options in ((), of_file, ("--strict",)):
        for form in FORMATS:
            yield Task(("check", *options, *PATIENCE, *form), "project")


def _reviews() -> Iterator[tuple[str, ...]]:
    """Reviews of the working tree and of revisions, and decisions."""
    for which in ((), ("main~1..main",)):
        for style in ("text", "json", "markdown"):
            yield (*which, "--format", style)
            yield (*which, "--format", style, "--lang", "ja")
        yield (*which, "--format", "html", "--output", f"{MADE}/page.html")
    yield ("nowhere..main",)
    yield ("--accept", "turned")
    yield ("--reject", "dotted")
    yield ("--accept", "nothing")
    yield ("--lang", "ja")  # what is left


def _explain(ids: Iterable[str]) -> Batch:
    words = [(), *((id,) for id in ids)]
    languages = ((), ("--lang", "ja"))
    every = [("explain", *word, *lang) for word in words for lang in languages]
    return Batch("explain", tuple(map(Task, every)))
