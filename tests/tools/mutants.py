"""Change the judging code on purpose, a place at a time, and see that a test fails.

    python tests/tools/mutants.py [MODULE ...] [--sample N] [--seed S] [--jobs J]
        [--map FILE] [--tests FILE] [--seconds T]

A module is named as below `gradproof`, as ``numerics/enclosure.py``; without one it is
all that ``mutants.toml`` beside this file names (bounds, enclosures, the stencil, the
judges, the evidence of scripts), or with ``--rest`` all of `ROOMS` but these. Cosmic
Ray makes the mutants: each operator into its opposite, each number one up and one down,
each condition denied, each decorator and each loop left out (`OPERATORS`).

A module that the file names is held to the tests that it names there, or to those of
the files that are named here, in each case to those that are not marked ``once``; other
modules are held to all tests of the files that judge. Coverage tells which of them run
the line that is changed: the shortest are asked, of so many seconds together. What it
tells is written to the file of the map, or read from it where it is there. Tests that
have noticed another mutant of the module are tried first. In a fork of a process that
has collected the tests the code of the functions is replaced (`swapped.py`). What
cannot be changed so, and what survives so, is tried once more in a copy of the tree, by
a process in which only the libraries are loaded.

Printed are the survivors, and how many there were of each module; on the way, to
stderr, what is left after the exchange, and of that what survives in a copy. A survivor
is either news, or stands with its reason in ``mutants.toml``: one that does not, or a
reason that no mutant needs, makes the exit code 1. Of the rest some may survive: there
it is 1 if fewer than 95 % are killed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import difflib
import hashlib
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
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import msgspec
import pytest

import swapped
from coverage_map import Map, measure
from swapped import Job

ROOT = Path(__file__).parents[2]
KNOWN = Path(__file__).with_name("mutants.toml")
COPIED = ("reference", "tests", "baseline_images", "docs", "pyproject.toml")
SAID = "said"
"""A file in a copy: what the tests printed last."""
HANGS_SECONDS = 1800.0
"""Of wall time: what takes so long waits for something that does not come."""
SECONDS = 30.0
"""Of the tests that a mutant is held to, together."""
SECONDS_OF_REST = 90.0
"""The same, where a module has no tests of its own that are named."""
ENOUGH = 0.95
"""Of a sample of the rest, so many are to be killed."""
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
LOADED = ("numpy", "sympy", "mpmath", "matplotlib.figure", "hypothesis.extra.numpy")

ROOMS = ("contract", "defects", "evidence", "examination", "numerics", "scripts")
"""Where code judges."""
ELSEWHERE = (
    *(
        f"tests/{folder}/"
        for folder in (
            *("commands", "edits", "fields", "figures", "finding", "golden", "ports"),
            *("programs", "project", "report", "scan", "starters", "tools"),
        )
    ),
    *(
        f"tests/test_{name}.py"
        for name in ("ci", "documentation", "faults", "package", "pytest_plugin")
    ),
)
"""Tests that judge nothing, or in other processes."""
RECORDS = "tests/test_records.py"
"""Runs nothing, and looks at all modules."""

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

    def dotted(self, module: str) -> str:
        """What a module is imported as."""
        return ".".join([Path(self.package).name, *Path(module).with_suffix("").parts])


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


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A module all of whose mutants are tried, and what is to notice them.

    Of the tests of a mutant, the shortest of so many seconds together.
    """

    name: str
    tests: tuple[str, ...]
    seconds: float = SECONDS


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is tried whole, and what survives that."""

    module: tuple[Judged, ...]
    survivor: tuple[Reason, ...] = ()

    def judged(self, name: str) -> Judged | None:
        """How a module is tried that is named here."""
        return next((m for m in self.module if m.name == name), None)


def known(path: Path = KNOWN) -> Known:
    """What the file says."""
    return msgspec.toml.decode(path.read_bytes(), type=Known)


def mutants_of(project: Project, module: str) -> list[Mutant]:
    """All that differ in what they do, in the order of lines."""
    found = []
    for part in _parts(project.source(module)):
        seen = {None, _meaning(part.source)}
        for mutated in _mutated(part.source):
            meaning = _meaning(mutated)
            if meaning not in seen:
                seen.add(meaning)
                found.append(_mutant(module, part, mutated))
    return sorted(found, key=lambda m: m.line)


@dataclass(frozen=True)
class Part:
    """A statement of a module, with the lines before and after it: it is soon read."""

    before: str
    source: str
    after: str


def _parts(source: str) -> Iterator[Part]:
    lines = source.splitlines(keepends=True)
    begin = 0
    for statement in ast.parse(source).body:
        end = statement.end_lineno or 0
        part = (lines[:begin], lines[begin:end], lines[end:])
        yield Part(*map("".join, part))
        begin = end


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
            # Of several exceptions one that is an attribute cannot be replaced.
            with contextlib.suppress(AttributeError):
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


def _meaning(source: str) -> str | None:
    """What it says; None where a mutant is no Python: `**` made `*` in a display."""
    try:
        return ast.dump(_Plain().visit(ast.parse(source)))
    except SyntaxError:
        return None


def _mutant(module: str, part: Part, mutated: str) -> Mutant:
    old, new = part.source.splitlines(), mutated.splitlines()
    changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    _, i, j, k, m = next(change for change in changes if change[0] != "equal")
    was, now = (
        " ".join(line.strip() for line in part).strip() for part in (old[i:j], new[k:m])
    )
    line = part.before.count("\n") + i + 1
    return Mutant(module, f"{part.before}{mutated}{part.after}", was, now, line)


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


class _Only:
    """Given to pytest: of the tests that it finds, these, in this order."""

    def __init__(self, names: Sequence[str]) -> None:
        self.order = {name: place for place, name in enumerate(names)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.order:
            kept = [item for item in items if item.nodeid in self.order]
            items[:] = sorted(kept, key=lambda item: self.order[item.nodeid])


@dataclass(frozen=True)
class Asked:
    """Files of tests, of these the tests (none: all), and seconds of processor time."""

    files: Sequence[str]
    names: Sequence[str] = ()
    limit: float = 600.0


def _tried(package: str, module: str, source: str, asked: Asked) -> tuple[bool, float]:
    """Whether the tests pass with this source of a module, and their processor time."""
    path = Path(package, module)
    original = path.read_bytes()
    path.write_text(source, "utf-8")
    try:
        return _passes(asked)
    finally:
        path.write_bytes(original)


def _passes(asked: Asked) -> tuple[bool, float]:
    child = os.fork()
    if not child:
        _run(asked)
    deadline = time.monotonic() + HANGS_SECONDS
    ended = 0
    while not ended:
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
        ended, status, used = os.wait4(child, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) == 0, used.ru_utime + used.ru_stime


def _run(asked: Asked) -> None:
    """Be a process that runs them, within so much processor time, and ends."""
    code = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (round(asked.limit),) * 2)
        said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        options = ["-x", "-q", "-p", "no:cacheprovider", "--assert", "plain", *QUIET]
        plugins = [_NoShrinking(), _Only(asked.names)]
        code = int(pytest.main([*options, *asked.files], plugins=plugins))
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


@contextmanager
def _copies(
    project: Project, jobs: int, loaded: Sequence[str]
) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("fork")
    with (
        tempfile.TemporaryDirectory() as folders,
        ProcessPoolExecutor(jobs, context, _copy, (project, folders, loaded)) as pool,
    ):
        yield pool


@dataclass(frozen=True)
class Progress:
    """Says on stderr which mutants are left: a whole run takes hours."""

    mutants: Sequence[Mutant]

    def __call__(self, index: int, killed: bool | None) -> None:
        left = "cannot be exchanged" if killed is None else "survives the exchange"
        self.say(left, self.mutants[index])

    @staticmethod
    def say(left: str, mutant: Mutant) -> None:
        print(f"{left}: {mutant}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Search:
    """A tree, which tests run what of it, and how long those of a mutant may take."""

    project: Project
    map: Map
    seconds: float = SECONDS
    jobs: int = 2
    loaded: Sequence[str] = LOADED

    def outcomes(self, mutants: Sequence[Mutant]) -> Iterator[Outcome]:
        """Try them by exchange of functions; what survives that, in copies."""
        left = [
            m
            for m, dead in zip(mutants, self._swapped(mutants), strict=True)
            if not dead
        ]
        alive = self._in_copies(left)
        for module in dict.fromkeys(m.module for m in mutants):
            tried = sum(m.module == module for m in mutants)
            yield Outcome(module, tried, [m for m in alive if m.module == module])

    def _tests(self, mutant: Mutant, seconds: float) -> list[str]:
        path = f"{self.project.package}/{mutant.module}"
        source = self.project.source(mutant.module)
        running = self.map.running(path, source, mutant.line)
        return self.map.cheapest(running, seconds)

    def _swapped(self, mutants: Sequence[Mutant]) -> Iterator[bool]:
        jobs = [
            Job(
                self.project.root / self.project.package / m.module,
                self.project.source(m.module),
                m.source,
                tests := self._tests(m, self.seconds),
                self._limit(tests),
            )
            for m in mutants
        ]
        files = sorted({_file(test) for job in jobs for test in job.tests})
        modules = sorted({self.project.dotted(m.module) for m in mutants})
        # In a process of its own: this one loads nothing that is changed in copies.
        with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
            told = Progress(mutants)
            asked = (jobs, files, self.jobs, modules, [_NoShrinking()], told)
            found = pool.submit(swapped.tried, *asked).result()
        return (bool(result.killed) for result in found)

    def _limit(self, tests: Sequence[str]) -> float:
        return 20 + 6 * sum(self.map.seconds[test] for test in tests)

    def _in_copies(self, mutants: Sequence[Mutant]) -> list[Mutant]:
        with _copies(self.project, self.jobs, self.loaded) as pool:
            waiting = [self._submitted(pool, mutant) for mutant in mutants]
            alive = []
            for mutant, tried in zip(mutants, waiting, strict=True):
                if tried.result()[0]:
                    Progress.say("alive", mutant)
                    alive.append(mutant)
            return alive

    def _importing(self, module: str) -> list[str]:
        """The tests of files that import a module: what they look at need not run."""
        files = sorted({_file(test) for test in self.map.seconds})
        dotted = self.project.dotted(module)
        named = {f for f in files if imports(self.project.root / f, dotted)}
        return [t for t in self.map.seconds if _file(t) in {*named, RECORDS}]

    def _submitted(
        self, pool: ProcessPoolExecutor, mutant: Mutant
    ) -> Future[tuple[bool, float]]:
        found = [*self._importing(mutant.module), *self._tests(mutant, self.seconds)]
        tests = list(dict.fromkeys(found))
        files = list(dict.fromkeys(map(_file, tests)))
        asked = Asked(files, tests, self._limit(tests))
        package = self.project.package
        return pool.submit(_tried, package, mutant.module, mutant.source, asked)


def imports(file: Path, module: str) -> bool:
    """Whether a file imports a module, or something from it, by its dotted name."""
    within, _, name = module.rpartition(".")
    return any(
        isinstance(node, ast.ImportFrom)
        and (
            node.module == f"{within}.{name}"
            or (node.module == within and name in {n.name for n in node.names})
        )
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
    )


def _file(test: str) -> str:
    return test.partition("::")[0]


def chosen(mutants: list[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    """So many of them, or all: by what each says, so that the others do not matter.

    When code is changed elsewhere, the same ones are chosen again.
    """

    def place(mutant: Mutant) -> bytes:
        said = f"{seed}\n{mutant.module}\n{mutant.was}\n{mutant.now}"
        return hashlib.sha256(said.encode()).digest()

    kept = sorted(mutants, key=place)[:sample]
    return sorted(kept, key=lambda m: (m.module, m.line))


Line = tuple[str, bool]
"""What is printed, and whether it is one that is not to be."""


def report(outcome: Outcome, reasons: Sequence[Reason], whole: bool) -> Iterator[Line]:
    """Lines, and whether each is one that is not to be; ``whole``: all were tried."""
    alive = outcome.survivors
    unexplained = [m for m in alive if not any(r.covers(m) for r in reasons)]
    for mutant in unexplained:
        yield str(mutant), True
    if whole:
        yield from _unneeded(outcome, reasons)
    killed = outcome.tried - len(alive)
    yield (
        f"{outcome.module:34} {outcome.tried:4} mutants, {killed:4} killed, "
        f"{len(alive) - len(unexplained):3} alive with a reason, "
        f"{len(unexplained):3} without",
        False,
    )


def _unneeded(
    outcome: Outcome, reasons: Sequence[Reason]
) -> Iterator[tuple[str, bool]]:
    for reason in reasons:
        alive = [m.now for m in outcome.survivors if reason.covers(m)]
        for mutant in set(reason.mutants) - set(alive):
            if reason.module == outcome.module:
                yield f"{reason.module}: no survivor is `{mutant}`", True


def share(found: Sequence[Outcome]) -> Line:
    """How many were killed of all, and whether that is too few."""
    tried = sum(outcome.tried for outcome in found)
    killed = tried - sum(len(outcome.survivors) for outcome in found)
    said = f"{killed} of {tried} killed, {killed / max(tried, 1):.1%}"
    return said, killed < ENOUGH * tried


def rest() -> list[str]:
    """The modules of `ROOMS` that are not tried whole."""
    whole = {module.name for module in known().module}
    package = ROOT / Project.package
    paths = sorted(p for room in ROOMS for p in (package / room).glob("*.py"))
    names = [str(path.relative_to(package)) for path in paths]
    return [n for n in names if n not in whole and not n.endswith("__init__.py")]


def test_files() -> list[str]:
    """The files of tests that run in the process in which the judges are."""
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    names = [str(path.relative_to(ROOT)) for path in found]
    return [n for n in names if not n.startswith(ELSEWHERE)]


def measured(files: Sequence[str], jobs: int, once: bool = False) -> Map:
    """What the tests of these files run of what judges."""
    include = [f"{Project.package}/{room}/*" for room in ROOMS]
    return measure(ROOT, include, files, jobs, once)


def the_map(kept: Path | None, files: Sequence[str], jobs: int) -> Map:
    """Read it, or measure it and, if it has a place, keep it: without files, of all."""
    if kept and kept.exists():
        return msgspec.json.decode(kept.read_bytes(), type=Map)
    found = measured(files or test_files(), jobs, once=not files)
    if kept:
        kept.write_bytes(msgspec.json.encode(found))
    return found


def searched(mutants: Sequence[Mutant], asked: argparse.Namespace) -> Iterator[Outcome]:
    """Try them: those of one module after the other, by the tests of each."""
    others = list(mutants)
    if not asked.tests:
        for judged in known().module:
            own = [m for m in mutants if m.module == judged.name]
            others = [m for m in others if m.module != judged.name]
            if own:
                seconds = judged.seconds if asked.seconds is None else asked.seconds
                map = measured(judged.tests, asked.jobs)
                yield from Search(Project(ROOT), map, seconds, asked.jobs).outcomes(own)
    if others:
        map = the_map(asked.map, asked.tests or (), asked.jobs)
        seconds = SECONDS_OF_REST if asked.seconds is None else asked.seconds
        yield from Search(Project(ROOT), map, seconds, asked.jobs).outcomes(others)


def main(words: Sequence[str] | None = None) -> int:
    """Try them, and print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser.add_argument("--rest", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--map", type=Path)
    parser.add_argument("--tests", action="append", metavar="FILE")
    parser.add_argument("--seconds", type=float)
    asked = parser.parse_args(words)
    os.chdir(ROOT)
    all_whole = [module.name for module in known().module]
    modules = asked.modules or (rest() if asked.rest else all_whole)
    mutants = [m for module in modules for m in mutants_of(Project(ROOT), module)]
    some = chosen(mutants, asked.sample, asked.seed)
    whole = asked.sample is None
    found, bad = [], False
    for outcome in searched(some, asked):
        found.append(outcome)
        for line, wrong in report(outcome, known().survivor, whole):
            print(line, flush=True)
            bad |= wrong
    line, too_few = share(found)
    print(line)
    return int(too_few if asked.rest else bad)


if __name__ == "__main__":
    sys.exit(main())
