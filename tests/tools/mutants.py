"""Change the judging code on purpose, a place at a time, and see that a test fails.

    python tests/tools/mutants.py [MODULE ...] [--sample N] [--seed S] [--jobs J]

A module is named as below `gradproof`, as ``numerics/enclosure.py``; without one it
is all of `TESTS`, which says beside each the tests that are to notice. Cosmic Ray makes
the mutants: each operator into its opposite, each number one up and one down, each
condition denied, each decorator and each loop left out (`OPERATORS`). They are tried in
copies of the tree, never in it: a process in which the libraries are loaded forks for
each, which takes a third of the time of a new one.

Printed are the survivors, and how many there were of each module. A survivor is either
news, or stands with its reason in ``mutants.toml`` beside this file: one that does not,
or a reason that no mutant needs, makes the exit code 1.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

import hypothesis
import msgspec
import pytest

ROOT = Path(__file__).parents[2]
REASONS = Path(__file__).with_name("mutants.toml")
COPIED = ("reference", "tests", "baseline_images", "docs", "pyproject.toml")
SAID = "said"
"""A file in a copy: what the tests printed last."""
HANGS_SECONDS = 1800.0
"""Of wall time: what takes so long waits for something that does not come."""
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
LOADED = ("numpy", "sympy", "mpmath", "matplotlib.figure", "hypothesis.extra.numpy")

NUMERICS = "tests/numerics/"
DERIVED = NUMERICS + "test_derived_bounds.py"
TESTS: Mapping[str, Sequence[str]] = {
    "numerics/rounding.py": (NUMERICS + "test_rounding.py",),
    "numerics/enclosure.py": (DERIVED, NUMERICS + "test_enclosure.py"),
    "numerics/error_bounds.py": (DERIVED, NUMERICS + "test_error_bounds.py"),
    "numerics/running_error.py": (NUMERICS + "test_running_error.py",),
    "numerics/difference_formula.py": (
        NUMERICS + "test_difference_formula.py",
        NUMERICS + "test_error_bounds.py",
    ),
    "evidence/stencil.py": ("tests/evidence/test_stencil.py",),
}
"""Modules of the package, and the tests that are to notice."""

OPPOSITES = (
    *("BinaryOperator_Add_Sub", "BinaryOperator_Sub_Add", "BinaryOperator_Mul_Div"),
    *("BinaryOperator_Div_Mul", "BinaryOperator_FloorDiv_Mul"),
    *("BinaryOperator_Mod_Mul", "BinaryOperator_Pow_Mul"),
    *("BinaryOperator_BitAnd_BitOr", "BinaryOperator_BitOr_BitAnd"),
    *("ComparisonOperator_Eq_NotEq", "ComparisonOperator_NotEq_Eq"),
    *("ComparisonOperator_Lt_LtE", "ComparisonOperator_LtE_Lt"),
    *("ComparisonOperator_Gt_GtE", "ComparisonOperator_GtE_Gt"),
    *("ComparisonOperator_Is_IsNot", "ComparisonOperator_IsNot_Is"),
    *("UnaryOperator_Delete_USub", "UnaryOperator_Delete_Not"),
    *("UnaryOperator_Delete_Invert", "TrueWithFalse", "FalseWithTrue"),
    *("AndWithOr", "OrWithAnd", "BreakWithContinue", "ContinueWithBreak"),
)
OPERATORS = (
    *(f"core/Replace{name}" for name in OPPOSITES),
    *("core/AddNot", "core/ExceptionReplacer", "core/NumberReplacer"),
    *("core/RemoveDecorator", "core/ZeroIterationForLoop"),
)
"""Cosmic Ray's."""


@dataclass(frozen=True)
class Project:
    """A tree, the folder in it that holds the modules, and what is copied of it."""

    root: Path
    package: str = "reference/gradproof"
    copied: Sequence[str] = COPIED

    def source(self, module: str) -> str:
        """What a module says, unchanged."""
        return (self.root / self.package / module).read_text("utf-8")


@dataclass(frozen=True)
class Mutant:
    """A module with one change: the lines that were, and those that are, stripped."""

    module: str
    source: str
    was: str
    now: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line}\n  - {self.was}\n  + {self.now}"


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why mutants of a line survive: they are no other program where it matters."""

    module: str
    line: str
    mutants: tuple[str, ...]
    why: str

    def covers(self, mutant: Mutant) -> bool:
        """Whether it is of this mutant."""
        place = mutant.module == self.module and mutant.was == self.line
        return place and mutant.now in self.mutants


def reasons(path: Path) -> list[Reason]:
    """What the file tells of survivors; a file that is not there: nothing."""
    if not path.exists():
        return []
    read = msgspec.toml.decode(path.read_bytes(), type=dict[str, list[Reason]])
    return read.get("survivor", [])


def mutants_of(project: Project, module: str) -> list[Mutant]:
    """All that differ in what they do, in the order of lines."""
    source = project.source(module)
    seen = {_meaning(source)}
    found = []
    for mutated in _mutated(source):
        meaning = _meaning(mutated)
        if meaning not in seen:
            seen.add(meaning)
            found.append(_mutant(module, source, mutated))
    return sorted(found, key=lambda m: m.line)


def _mutated(source: str) -> Iterator[str]:
    # Imported here: what tests this module is looked at where Cosmic Ray is missing.
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    nodes = list(ast_nodes(get_ast(source)))
    for name in OPERATORS:
        operator = get_operator(name)()
        count = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for occurrence in range(count):
            yield mutate_code(source, operator, occurrence)


class _Plain(ast.NodeTransformer):
    """Without annotations, which are not evaluated."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _meaning(source: str) -> str:
    return ast.dump(_Plain().visit(ast.parse(source)))


def _mutant(module: str, source: str, mutated: str) -> Mutant:
    old, new = source.splitlines(), mutated.splitlines()
    changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    _, i, j, k, m = next(change for change in changes if change[0] != "equal")
    was, now = (
        " ".join(line.strip() for line in part).strip() for part in (old[i:j], new[k:m])
    )
    return Mutant(module, mutated, was, now, i + 1)


class _NoShrinking:
    """Given to pytest: what fails first is enough, and the same in every run."""

    @staticmethod
    def pytest_configure() -> None:
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", derandomize=True, database=None, deadline=None, phases=phases
        )
        hypothesis.settings.load_profile("mutants")


def _copy(project: Project, folders: str, loaded: Sequence[str]) -> None:
    """Make a copy of the tree, and go there: each worker has its own."""
    here = Path(tempfile.mkdtemp(dir=folders))
    for name in project.copied:
        whole, to = project.root / name, here / name
        if whole.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(whole, to, ignore=ignored, symlinks=True)
        else:
            shutil.copy2(whole, to)
    os.chdir(here)
    sys.path[:0] = [str((here / project.package).parent)]
    os.environ["PYTHONPATH"] = sys.path[0]
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    for name in loaded:
        importlib.import_module(name)


def _tried(
    package: str, module: str, source: str, tests: Sequence[str], limit: float
) -> tuple[bool, float]:
    """Whether the tests pass with this source of a module, and their processor time."""
    path = Path(package, module)
    original = path.read_bytes()
    path.write_text(source, "utf-8")
    try:
        return _passes(tests, limit)
    finally:
        path.write_bytes(original)


def _unchanged(project: Project, module: str, tests: Sequence[str]) -> float:
    """The processor time of the tests, that pass as the module is."""
    source = project.source(module)
    passed, seconds = _tried(project.package, module, source, tests, 600.0)
    if not passed:
        said = Path(SAID).read_text("utf-8", "replace")[-2000:]
        raise ValueError(f"the tests of {module} fail as it is: {said}")
    return seconds


def _passes(tests: Sequence[str], limit: float) -> tuple[bool, float]:
    child = os.fork()
    if not child:
        _run(tests, limit)
    deadline = time.monotonic() + HANGS_SECONDS
    ended = 0
    while not ended:
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
        ended, status, used = os.wait4(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) == 0, used.ru_utime + used.ru_stime


def _run(tests: Sequence[str], limit: float) -> None:
    """Be a process that runs them, within so much processor time, and ends."""
    code = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (round(limit), round(limit)))
        said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert", "plain", *QUIET]
        code = int(pytest.main([*options, *tests], plugins=[_NoShrinking()]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@dataclass(frozen=True)
class Outcome:
    """What became of the mutants of a module."""

    module: str
    tried: int
    survivors: Sequence[Mutant]


def outcomes(
    project: Project,
    modules: Mapping[str, Sequence[str]],
    sample: int | None = None,
    seed: int = 0,
    jobs: int = 2,
    loaded: Sequence[str] = LOADED,
) -> Iterator[Outcome]:
    """Try mutants of modules, each with its tests; of each so many, or all.

    Raises
    ------
    ValueError
        If the tests of a module fail before it is changed.
    """
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folders,
        ProcessPoolExecutor(jobs, context, _copy, (project, folders, loaded)) as pool,
    ):
        for module, tests in modules.items():
            seconds = pool.submit(_unchanged, project, module, tests).result()
            chosen = _chosen(mutants_of(project, module), sample, seed)
            limit = 20 + 6 * seconds
            waiting = [
                pool.submit(_tried, project.package, module, m.source, tests, limit)
                for m in chosen
            ]
            alive = [m for m, w in zip(chosen, waiting, strict=True) if w.result()[0]]
            yield Outcome(module, len(chosen), alive)


def _chosen(mutants: list[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    if sample is None or sample >= len(mutants):
        return mutants
    return sorted(Random(seed).sample(mutants, sample), key=lambda m: m.line)


def report(
    found: Iterable[Outcome], known: Sequence[Reason], whole: bool
) -> Iterator[tuple[str, bool]]:
    """Lines, and whether each is one that is not to be; ``whole``: all were tried."""
    for outcome in found:
        alive = outcome.survivors
        unexplained = [m for m in alive if not any(r.covers(m) for r in known)]
        for mutant in unexplained:
            yield str(mutant), True
        if whole:
            yield from _unneeded(outcome, known)
        killed = outcome.tried - len(alive)
        yield (
            f"{outcome.module:34} {outcome.tried:4} mutants, {killed:4} killed, "
            f"{len(alive) - len(unexplained):3} alive with a reason, "
            f"{len(unexplained):3} without",
            False,
        )


def _unneeded(outcome: Outcome, known: Sequence[Reason]) -> Iterator[tuple[str, bool]]:
    for reason in known:
        alive = [m.now for m in outcome.survivors if reason.covers(m)]
        for mutant in set(reason.mutants) - set(alive):
            if reason.module == outcome.module:
                yield f"{reason.module}: no survivor is `{mutant}`", True


def main(words: Sequence[str] | None = None) -> int:
    """Try them, and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", choices=[*TESTS, []], metavar="MODULE")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(words)
    modules = {name: TESTS[name] for name in asked.modules or TESTS}
    found = outcomes(Project(ROOT), modules, asked.sample, asked.seed, asked.jobs)
    bad = False
    for line, wrong in report(found, reasons(REASONS), asked.sample is None):
        print(line, flush=True)
        bad |= wrong
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
