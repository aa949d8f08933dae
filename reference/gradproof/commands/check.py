"""``gradproof check``: judge ports."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click
from click.core import ParameterSource

from gradproof.commands import completion, exit_codes
from gradproof.commands.options import (
    accounted,
    baseline_option,
    config_option,
    format_option,
    language_option,
    opened,
    output_option,
    python_option,
    read_baseline,
    report_option,
    role_option,
    sandbox_option,
    seed_option,
    timeout_option,
    trace,
)
from gradproof.commands.words import block, told
from gradproof.report.characters import as_name
from gradproof.report.formats import FORMATS, of_files, of_folders, with_fixes
from gradproof.report.language import CHOICE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradproof.finding.findings import Findings
    from gradproof.finding.subjects import Found
    from gradproof.fix.files import FileChange
    from gradproof.ports.role_ids import PortRoleId
    from gradproof.project.checks import Checked
    from gradproof.project.config import PortTable, Table
    from gradproof.report.examined import Examined
    from gradproof.report.formats import Format
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Unusable
    from gradproof.report.scan_lines import Line

EXAMPLES = """\
  gradproof check ch04/gradient_2d.py
  gradproof check common.gradient:numerical_gradient --role array-gradient
  gradproof check common/ ch05/
  gradproof check mine.py:gradient yours.ipynb:gradient --format json
  gradproof check exec:'node port.mjs' --role point-gradient
  gradproof check vectors:answers.json
  gradproof check --report junit=junit.xml --report sarif=gradproof.sarif
"""
FIRST_EXAMPLES = "".join(EXAMPLES.splitlines(keepends=True)[:3])


@click.command(epilog=block("Examples:\n" + EXAMPLES))
@click.argument(
    "targets",
    nargs=-1,
    metavar="TARGET...",
    shell_complete=completion.targets,
)
@role_option
@click.option(
    "--vectorized", is_flag=True, help="f takes a batch (M, D) and returns (M,)."
)
@python_option("port")
@click.option(
    "--declared",
    is_flag=True,
    help="Targets are files: judge the declared ports that live in them.",
)
@config_option
@click.option(
    "--strict", is_flag=True, help="Treat warnings and unjudged code as failures."
)
@click.option(
    "--only",
    multiple=True,
    metavar="CLAUSE",
    shell_complete=completion.clauses,
    help="Judge this clause; repeatable.",
)
@click.option(
    "--explore",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Try N more functions and places beyond the fixed ones.",
)
@seed_option
@timeout_option("one port altogether")
@click.option(
    "--figures",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Draw layers' wrong gradients and optimizers' paths into this folder.",
)
@sandbox_option
@format_option(*FORMATS)
@language_option
@output_option
@report_option
@baseline_option
def check(
    targets: tuple[str, ...],
    role: PortRoleId | None,
    vectorized: bool,
    python: str | None,
    declared: bool,
    config: Path | None,
    strict: bool,
    only: tuple[str, ...],
    explore: int,
    seed: int,
    timeout: float,
    figures: Path | None,
    style: str,
    lang: Language,
    output: Path | None,
    reports: list[tuple[str, Path | None]],
    baseline: Path | None,
) -> None:
    """Judge functions, layers, networks, optimizers, scripts.

    A file, path/file.py or path/notebook.ipynb, is judged as a whole: the script that
    it is, if it draws arrows or calls a gradient; its layers, networks and optimizers;
    its gradient routines, called or not. What looks like a hand-written gradient and
    cannot be judged is listed with the reason. check FOLDER judges every file and
    prints one table. One function is path/file.py:function or package.module:function,
    a method path/file.py:Class.method, a layer path/layers.py:Class. A program in any
    language, exec:'COMMAND ARGUMENTS', speaks a line protocol (docs/protocol.md); what
    can only answer once answers test vectors (gradproof vectors), vectors:FILE. Without
    a target, the ports of
    [tool.gradproof] are judged, in the pyproject.toml here or in a folder above; its
    strict, timeout and lang hold for them.

    Exit code: 0 as expected; 1 something is wrong or broke, an expected failure passed,
    an expectation matches nothing, or a declared diagnosis changed; else 3 a file could
    not be read or run; else 4 if nothing was judged. With --strict, 1 as well for what
    was not judged. 2 usage; 70 an error of gradproof's own; 130 interrupted.
    """
    if vectorized and role not in (None, "gradient"):
        raise click.UsageError(told("--vectorized goes with --role gradient alone."))
    scans = [] if declared else _scans(targets)
    if targets and not declared:
        tables = [
            _table(target, role, vectorized, python)
            for target in targets
            if not Path(target).is_dir()
        ]
    elif role or vectorized:
        raise click.UsageError(told("--role and --vectorized go with a target."))
    else:
        project = _project(config)
        tables = _declared(project, targets if declared else None, python)
        strict = strict or project.table.strict
        timeout = _unless_given("timeout", project.table.timeout, timeout)
        lang = _unless_given("lang", project.table.lang, lang)
        output, figures = _absolute(output), _absolute(figures)
        reports = [(form, _absolute(file)) for form, file in reports]
        from gradproof.ports import wall

        wall.want(_unless_given("sandbox", project.table.sandbox, wall.wanted.get()))
        click.get_current_context().with_resource(project.inside())
    if declared and not tables:
        sys.exit(exit_codes.AS_EXPECTED)
    if not tables and not scans:
        asked = told("Name what to check, for example:")
        click.echo(f"{asked}\n\n{FIRST_EXAMPLES}", err=True, nl=False)
        sys.exit(exit_codes.USAGE)
    wanted = [(style, output), *reports]
    before = read_baseline(baseline, lang)
    with accounted(lang, figures, *(file for _, file in wanted)):
        if not tables and not any(each.ports for each in scans):
            _report([], wanted, scans, {}, lang, timeout, python)
            sys.exit(exit_codes.NOTHING_COVERED)
        found = [port for each in scans for port in each.ports]
        results, codes, files = _check(
            tables, found, strict, frozenset(only), timeout, explore, seed, python
        )
        if figures is not None:
            results = _drawn(results, figures, lang)
        lost = _report(results, wanted, scans, files, lang, timeout, python)
        if before is not None:
            aside = style != "text" or output is not None
            _tell_since(before, results, lang, aside=aside)
    sys.exit(exit_codes.gravest([*codes, *(exit_codes.INTERNAL for _ in lost)]))


def _table(
    target: str, role: PortRoleId | None, vectorized: bool, python: str | None
) -> PortTable:
    from gradproof.project.config import PortTable

    return PortTable(target, role, vectorized, python)


def _scans(targets: tuple[str, ...]) -> list[Findings]:
    """What there is in those of the targets that are folders."""
    folders = [Path(target) for target in targets if Path(target).is_dir()]
    if not folders:
        return []
    from gradproof.finding.findings import find

    return [find(folder) for folder in folders]


def _fixes(
    examinations: Sequence[Examined], timeout: float, python: str | None
) -> dict[str, Sequence[FileChange]]:
    """Return the changes that were tried and make a subject right, by its target."""
    from gradproof.project.remedy import remedies

    return {
        target: found.changes
        for each in examinations
        for target, found in remedies(each, timeout, python).items()
    }


def _form(
    style: str, scans: list[Findings], files: Mapping[str, Sequence[Checked]]
) -> Format:
    """The form of the report: of folders its text is one table."""
    form = FORMATS[style]
    if not scans:
        return of_files(form, files)
    return of_folders(form, {str(scan.folder): scan.passed_over for scan in scans})


class _Project(NamedTuple):
    """What a file declares, and the folder that it is in."""

    table: Table
    folder: Path

    def inside(self) -> AbstractContextManager[None]:
        """Work in that folder."""
        from gradproof.project import config

        return config.inside(self.folder)


def _project(file: Path | None) -> _Project:
    """The project that a file declares, or the one that is worked in."""
    from gradproof.project import config

    path = file or config.found(Path())
    try:
        return _Project(config.read(path), path.absolute().parent)
    except config.ConfigError as error:
        raise click.UsageError(str(error)) from error


Value = TypeVar("Value")


def _unless_given(name: str, declared: Value | None, value: Value) -> Value:
    """What the project declares, unless the command line or a variable says more."""
    source = click.get_current_context().get_parameter_source(name)
    of_variable = name == "lang" and CHOICE in os.environ
    if declared is None or of_variable or source is not ParameterSource.DEFAULT:
        return value
    return declared


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path is not None else None


def _declared(
    project: _Project, files: tuple[str, ...] | None, python: str | None
) -> list[PortTable]:
    """The ports of the project, or those of them that live in ``files``."""
    from msgspec import structs

    from gradproof.project import config

    ports = list(project.table.ports.values())
    if files is not None:
        changed = [str(Path(file).absolute()) for file in files]
        with project.inside():
            ports = config.living_in(ports, changed)
    return [structs.replace(t, python=python or t.python) for t in ports]


def _check(
    tables: list[PortTable],
    found: list[Found],
    strict: bool,
    only: frozenset[str],
    timeout: float,
    explored: int,
    seed: int,
    python: str | None,
) -> tuple[list[Checked], list[int], dict[str, list[Checked]]]:
    """Check one subject after the other; on a terminal, say which.

    Return the results, their exit codes, and for each plain file what came of it.
    """
    from msgspec import structs

    from gradproof.finding.subjects import subjects_of
    from gradproof.ports import head_start

    apart = frozenset(table.target for table in tables)
    plan = [
        (table, each)
        for table in tables
        for each in subjects_of(table.target, apart, bool(table.role))
    ]
    plan += [(_table(each.target, None, False, python), each) for each in found]
    # A script runs while what is heavy is imported.
    table, first = plan[0]
    with head_start.begun(
        first.opened, timeout, table.python, as_layers=not table.role
    ) as begun:
        from gradproof.project import checks

        _refuse_unknown(only)
        results: list[Checked] = []
        files: dict[str, list[Checked]] = {}
        seen: set[str] = set()
        for number, (table, each) in enumerate(plan, 1):
            if len(plan) > 1 and sys.stderr.isatty():
                progress = f"[{number}/{len(plan)}] {as_name(each.target)}"
                click.echo(progress, err=True)
            declared = structs.replace(table, target=each.target)
            if table.target in seen:  # what is declared is about the first subject
                declared = structs.replace(declared, expect={}, diagnosis=None)
            seen.add(table.target)
            terms = checks.terms(
                declared, strict=strict, seed=seed, only=only, explored=explored
            )
            child = begun if number == 1 else None
            more = checks.check_subject(
                declared, each.opened, terms, timeout, child, apart
            )
            results += more
            files.setdefault(str(each.path), []).extend(more)
    codes = [exit_codes.of_result(result, strict=strict) for result in results]
    return results, codes, files


def _refuse_unknown(only: frozenset[str]) -> None:
    """Raise UsageError for what is no clause."""
    if not only:
        return
    from gradproof.report.index import unknown_clauses

    unknown = unknown_clauses(only)
    if unknown:
        ids = ", ".join(unknown)
        raise click.UsageError(told("--only: no such clause: {ids}", ids=ids))


def _drawn(results: list[Checked], folder: Path, lang: Language) -> list[Checked]:
    """The results with their pictures; says so where nothing is to be drawn."""
    from gradproof.report import pictures
    from gradproof.report.phrases import Phrases

    if not any(map(pictures.has_any, results)):
        click.echo(Phrases(lang).say("pictures.layers-only"), err=True)
        return results
    try:
        return pictures.draw(results, folder, lang)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error


def _tell_since(
    before: Sequence[Line], results: list[Checked], lang: Language, *, aside: bool
) -> None:
    """Tell what has changed; ``aside``: beside a report that is for programs."""
    from gradproof.report import comparison, scan_lines
    from gradproof.report.phrases import Phrases

    now = scan_lines.of_results(results)
    for line in comparison.told(comparison.changes(before, now), Phrases(lang)):
        click.echo(line, err=aside)


def _report(
    results: list[Checked],
    wanted: list[tuple[str, Path | None]],
    scans: list[Findings],
    files: Mapping[str, Sequence[Checked]],
    lang: Language,
    timeout: float,
    python: str | None,
) -> list[Unusable]:
    """Write the report in each form that is wanted; give what it could not tell of."""
    from gradproof.report import sandbox_text
    from gradproof.report.layout import console
    from gradproof.report.phrases import Phrases, Unusable
    from gradproof.report.rendering import Page

    unusable = [r for r in results if isinstance(r, Unusable)]
    examinations = [r for r in results if not isinstance(r, Unusable)]
    trace(*unusable)
    lost: list[Unusable] = []
    for style, file in wanted:
        form = _form(style, scans, files)
        if style == "sarif":
            form = with_fixes(form, _fixes(examinations, timeout, python))
        with opened(file, binary=form.binary) as stream:
            lost += Page(form, Phrases(lang), stream).write(examinations, unusable)
            if form.name == "text":
                sandbox_text.show(Phrases(lang), console(stream))
    trace(*lost)
    return lost
