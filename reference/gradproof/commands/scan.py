"""``gradproof scan``: find every port below folders, and judge them all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import exit_codes, signals
from gradproof.commands.options import (
    baseline_option,
    console,
    language_option,
    read_baseline,
    sandbox_option,
    seed_option,
    timeout_option,
)
from gradproof.commands.words import block, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases
    from gradproof.report.scan_lines import Line
    from gradproof.scan.plan import ScanPlan
    from gradproof.scan.scanning import Scanning
    from gradproof.scan.task import Done

EXAMPLES = """\
  gradproof scan submissions/ --list
  gradproof scan submissions/ --jobs 4 --output results.jsonl
  gradproof scan submissions/ --output results.jsonl --resume --format csv
  gradproof scan submissions/ --format html --pages report/
  gradproof scan submissions/ --cluster tcp://10.0.0.1:8786 --output results.jsonl
  gradproof scan . --changed-since main --baseline before.jsonl
"""
FORMATS = ("text", "json", "csv", "html")


@click.command(epilog=block("Examples:\n" + EXAMPLES))
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER...",
)
@click.option("--list", "listing", is_flag=True, help="Find, run nothing, and stop.")
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only what the branch has touched since it left this revision.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: (
        len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    ),
    show_default="one a processor",
    metavar="N",
    help="Judge so many ports at once.",
)
@click.option(
    "--cluster",
    "address",
    metavar="ADDRESS",
    help="Judge on the Dask cluster of this scheduler, as tcp://10.0.0.1:8786.",
)
@click.option(
    "--strict", is_flag=True, help="Treat warnings and unjudged code as failures."
)
@seed_option
@timeout_option("one port altogether")
@sandbox_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write each result into this file as it comes: JSON, a line a port.",
)
@click.option(
    "--resume", is_flag=True, help="Keep what --output has of ports as they are."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    default=FORMATS[0],
    show_default=True,
    help="What is written to the standard output at the end.",
)
@click.option(
    "--pages",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write an index, and a page a port, into this folder.  [html: gradproof-scan]",
)
@baseline_option
@language_option
def scan(
    folders: tuple[Path, ...],
    listing: bool,
    changed_since: str | None,
    jobs: int,
    address: str | None,
    strict: bool,
    seed: int,
    timeout: float,
    output: Path | None,
    resume: bool,
    style: str,
    pages: Path | None,
    baseline: Path | None,
    lang: Language,
) -> None:
    """Find what can be judged below folders, and judge it all.

    Found by their syntax are functions that are named for a gradient and take f, or
    have the shape of a gradient routine; scripts and notebooks that draw arrows or call
    a gradient; files of layers, networks and optimizers; and ports that a
    pyproject.toml declares. Numerical gradients in other languages are told with the
    command that makes them ports. What is the same but for names, comments and
    formatting, with all that it reaches, is judged once. What git ignores is left out.

    Ctrl-C ends the run with 130 and reports what is done. Exit code: as that of check,
    over all ports.
    """
    if resume and output is None:
        raise click.UsageError(told("--resume goes with --output."))
    if output is not None and output.exists() and not output.is_file():
        said = told("--output: {output} is not a regular file.", output=output)
        raise click.UsageError(said)
    found = _planned(folders, changed_since, lang)
    if listing:
        _show(found, lang)
        code = exit_codes.AS_EXPECTED if found.ports else exit_codes.NOTHING_COVERED
        sys.exit(code)
    from gradproof.ports import wall
    from gradproof.report.phrases import Phrases
    from gradproof.scan.scanning import Scanning
    from gradproof.scan.task import Manner

    if style == "html" and pages is None:
        pages = Path("gradproof-scan")
    before = read_baseline(baseline, lang)
    manner = Manner(timeout, strict, seed, lang, pages is not None, wall.wanted.get())
    scanning = Scanning(found, manner, output, pages)
    phrases = Phrases(lang)
    try:
        _judge(scanning, jobs, address, resume, phrases)
    except KeyboardInterrupt:
        _write(scanning, style, before, phrases)
        click.echo(_interrupted(scanning, output, phrases), err=True)
        raise
    except OSError as error:
        said = _unwritten(error, output)
        raise click.UsageError(said) from error
    scanning.finish()
    _write(scanning, style, before, phrases)
    sys.exit(_code(scanning))


def _unwritten(error: OSError, output: Path | None) -> str:
    """What could not be written, and why; a file beside the output is its own."""
    place = Path(error.filename) if error.filename else output
    if output is not None and place and place.name.startswith(f".{output.name}."):
        place = output
    return f"{place}: {error.strerror}" if place else str(error)


def _planned(folders: tuple[Path, ...], since: str | None, lang: Language) -> ScanPlan:
    from gradproof.golden.git import SourceError
    from gradproof.report.phrases import Phrases
    from gradproof.scan.plan import plan

    try:
        return plan(folders, since)
    except SourceError as error:
        sentence = error.sentence
        said = Phrases(lang).say(sentence.message, **sentence.parameters)
        raise click.UsageError(said) from error


def _show(found: ScanPlan, lang: Language) -> None:
    from gradproof.report import listing_text
    from gradproof.report.phrases import Phrases

    ports = [(port.found, port.copies) for port in found.ports]
    listing_text.show(
        ports, found.findings, found.errors, Phrases(lang), console(sys.stdout)
    )


def _judge(
    scanning: Scanning, jobs: int, address: str | None, resume: bool, phrases: Phrases
) -> None:
    """Judge what is not known yet, and keep each result as it comes."""
    kept = scanning.begin(resume=resume)
    if kept:
        ports, file = len(scanning.tasks), str(scanning.results.path)
        click.echo(phrases.say("scan.kept", n=kept, ports=ports, file=file), err=True)
    if not scanning.left:
        return
    with _progress(scanning, phrases) as tell, ExitStack() as stack:
        for done in _judged(scanning, jobs, address, phrases, stack):
            with signals.held():
                scanning.keep(done)
            tell()


def _judged(
    scanning: Scanning,
    jobs: int,
    address: str | None,
    phrases: Phrases,
    stack: ExitStack,
) -> Iterator[Done]:
    """What comes of it here, or on a cluster. Raises UsageError."""
    from gradproof.report.release import __version__
    from gradproof.scan.cluster import ClusterError, cluster
    from gradproof.scan.machine import machine

    if address is None:
        return scanning.judged(stack.enter_context(machine(jobs)))
    try:
        return scanning.judged_there(stack.enter_context(cluster(address)))
    except ClusterError as error:
        given = {"address": address, "text": error.text, "version": __version__}
        said = phrases.say(error.message, **given)
        raise click.UsageError(said) from error


@contextmanager
def _progress(scanning: Scanning, phrases: Phrases) -> Iterator[Callable[[], None]]:
    """What is called after each port: on a terminal it tells how far it is."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(sys.stderr), transient=True) as progress:
        bar = progress.add_task(
            phrases.say("scan.judging"), total=len(scanning.left), rate=""
        )

        def tell() -> None:
            speed = progress.tasks[0].speed
            rate = phrases.say("scan.rate", rate=f"{speed:.1f}") if speed else ""
            progress.update(bar, advance=1, rate=rate)

        yield tell


def _since(
    scanning: Scanning, before: Sequence[Line] | None, phrases: Phrases
) -> list[str]:
    """What has changed of that which was judged."""
    from gradproof.report import comparison

    if before is None:
        return []
    in_part = scanning.plan.in_part or bool(scanning.left)
    found = comparison.changes(before, scanning.results.lines, in_part=in_part)
    return [*comparison.told(found, phrases)]


def _write(
    scanning: Scanning, style: str, before: Sequence[Line] | None, phrases: Phrases
) -> None:
    """Write what was asked for to the standard output, and the index of the pages."""
    from gradproof.report import listing_text, scan_csv, scan_text, shared_routines

    lines, plan = shared_routines.once(scanning.results.lines), scanning.plan
    since = _since(scanning, before, phrases)
    notes = [*listing_text.beside(plan.findings, plan.errors, phrases), *since]
    if style == "json":
        for data in scanning.results.data():
            click.echo(data, nl=False)
    elif style == "csv":
        click.echo(scan_csv.table(lines, phrases), nl=False)
    else:
        scan_text.show(lines, notes, phrases, console(sys.stdout))
    if style in ("json", "csv"):
        for note in since:
            click.echo(note, err=True)
    if scanning.pages is not None:
        index = scanning.pages.finish(lines, notes)
        click.echo(phrases.say("scan.page", file=str(index)), err=True)


def _interrupted(scanning: Scanning, output: Path | None, phrases: Phrases) -> str:
    n, ports = len(scanning.results.found), len(scanning.tasks)
    said = [phrases.say("scan.interrupted", n=n, ports=ports)]
    if output is None:
        said.append(phrases.say("scan.lost"))
    else:
        said.append(phrases.say("scan.again", file=str(output)))
    return phrases.say("semicolon").join(said)


def _code(scanning: Scanning) -> int:
    records = (line.scan for line in scanning.results.lines)
    strict = scanning.strict
    told = (r for r in records if r is not None and (r.trouble or r.counted))
    codes = [exit_codes.of_record(r, strict=strict) for r in told]
    codes += [exit_codes.NOT_LOADED for _ in scanning.plan.errors]
    return exit_codes.gravest(codes) if codes else exit_codes.NOTHING_COVERED
