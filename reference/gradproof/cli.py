"""The command line. What is heavy is imported where a command begins."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import msgspec

from gradproof import __version__, exitcodes

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.config import PortTable, Role
    from gradproof.examination.examination import Examination
    from gradproof.fix.files import Change
    from gradproof.fix.repair import Mending
    from gradproof.golden.decisions import Verb
    from gradproof.golden.review import Review
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases, Unusable
    from gradproof.scripts.examination import ScriptExamination

EXAMPLES = """\
  gradproof check ch04/gradient_2d.py
  gradproof check common.gradient:numerical_gradient --role array-gradient
  gradproof check mine.py:gradient yours.ipynb:gradient --format json
"""

role_option = click.option(
    "--role",
    type=click.Choice(
        [
            *("gradient", "point-gradient", "array-gradient"),
            *("derivative", "tangent", "descent"),
        ]
    ),
    help="What the port claims to be; inferred without it.",
)


def _block(text: str) -> str:
    """Text that click is not to wrap."""
    return "\b\n" + text


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Verify numerical gradients of *Deep Learning from Scratch*, chapter 4.

    Is a port right, what formula does it really compute, what is wrong?
    """


language_option = click.option(
    "--lang",
    type=click.Choice(["en", "ja"]),
    default="en",
    show_default=True,
    help="Language of the report.",
)


@cli.command(epilog=_block("Examples:\n" + EXAMPLES))
@click.argument("targets", nargs=-1, metavar="TARGET...")
@role_option
@click.option(
    "--vectorized", is_flag=True, help="f takes a batch (M, D) and returns (M,)."
)
@click.option(
    "--python",
    metavar="EXE",
    help="The interpreter to run the port in, 3.6 or later, with its own NumPy.",
)
@click.option(
    "--declared",
    is_flag=True,
    help="Targets are files: judge the declared ports that live in them.",
)
@click.option(
    "--strict", is_flag=True, help="Count shoulds, and refuse what is not covered."
)
@click.option(
    "--only", multiple=True, metavar="CLAUSE", help="Judge this clause; repeatable."
)
@click.option(
    "--explore",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Try N more functions and places beyond the fixed ones.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for one port altogether.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@language_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report into this file.",
)
def check(
    targets: tuple[str, ...],
    role: Role | None,
    vectorized: bool,
    python: str | None,
    declared: bool,
    strict: bool,
    only: tuple[str, ...],
    explore: int,
    timeout: float,
    style: str,
    lang: Language,
    output: Path | None,
) -> None:
    """Judge ports: path/file.py:function or package.module:function.

    A method is path/file.py:Class.method, a notebook's function
    path/notebook.ipynb:function. A file alone, path/script.py or path/notebook.ipynb,
    is run as it stands: its gradient calls and its arrows are judged, and the routine
    that it calls. Without a target, the ports of [tool.gradproof] in ./pyproject.toml
    are judged.

    Exit code: 0 as expected; 1 a clause failed or a port broke, an expected failure
    passed, an expectation matches nothing, or a declared diagnosis changed; 2 usage;
    3 a port could not be loaded; 4 nothing was covered; 70 an error of gradproof's own.
    """
    if vectorized and role not in (None, "gradient"):
        raise click.UsageError("--vectorized goes with --role gradient alone.")
    if targets and not declared:
        tables = [_table(target, role, vectorized, python) for target in targets]
    elif role or vectorized:
        raise click.UsageError("--role and --vectorized go with a target.")
    else:
        tables = _declared(targets if declared else None, python)
    if declared and not tables:
        sys.exit(exitcodes.AS_EXPECTED)
    if not tables:
        click.echo(
            "Name what to check, for example:\n\n" + EXAMPLES, err=True, nl=False
        )
        sys.exit(exitcodes.USAGE)
    results, codes = _check(tables, strict, frozenset(only), timeout, explore)
    _report(results, style, lang, output)
    sys.exit(exitcodes.gravest(codes))


def _table(
    target: str, role: Role | None, vectorized: bool, python: str | None
) -> PortTable:
    from gradproof.config import PortTable

    return PortTable(target, role, vectorized, python)


def _declared(files: tuple[str, ...] | None, python: str | None) -> list[PortTable]:
    """The ports of the project, or those of them that live in ``files``."""
    from gradproof import config

    try:
        ports = list(config.read(Path("pyproject.toml")).ports.values())
    except config.ConfigError as error:
        raise click.UsageError(str(error)) from error
    if files is not None:
        ports = config.living_in(ports, files)
    return [msgspec.structs.replace(t, python=python or t.python) for t in ports]


def _check(
    tables: list[PortTable],
    strict: bool,
    only: frozenset[str],
    timeout: float,
    explored: int,
) -> tuple[list[Examination | ScriptExamination | Unusable], list[int]]:
    """Check one port after the other; on a terminal, say which."""
    from gradproof.scripts import launch

    # A script runs while what is heavy is imported.
    with launch.begun(tables[0].target, timeout, tables[0].python) as begun:
        from gradproof import checking

        unknown = checking.unknown_clauses(only)
        if unknown:
            raise click.UsageError(f"--only: no such clause: {', '.join(unknown)}")
        results = []
        for number, table in enumerate(tables, 1):
            if len(tables) > 1 and sys.stderr.isatty():
                click.echo(f"[{number}/{len(tables)}] {table.target}", err=True)
            terms = checking.terms(table, strict, only)
            first = begun if number == 1 else None
            results.append(checking.check(table, terms, timeout, explored, first))
    return results, [checking.exit_code(result) for result in results]


def _report(
    results: list[Examination | ScriptExamination | Unusable],
    style: str,
    lang: Language,
    output: Path | None,
) -> None:
    from gradproof.report import json, text
    from gradproof.report.phrases import Phrases, Unusable

    unusable = [r for r in results if isinstance(r, Unusable)]
    examinations = [r for r in results if not isinstance(r, Unusable)]
    with _opened(output) as stream:
        if style == "json":
            stream.write(json.dumps(json.report(examinations, unusable)))
        else:
            text.show_all(examinations, unusable, Phrases(lang), _console(stream))


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """The stream that a report goes to: a file, in UTF-8, or standard output."""
    if output is None:
        yield sys.stdout
        return
    try:
        with output.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error


def _console(stream: TextIO) -> Console:
    """A console that colours on a terminal alone, and wraps there alone."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(file=stream, width=100, highlight=False, markup=False, emoji=False)
    )


@cli.command()
@click.option(
    "--figures",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gradproof-pictures"),
    show_default=True,
    help="The folder that the pictures are written into.",
)
@language_option
def demo(figures: Path, lang: Language) -> None:
    """Show the bug of the book's script, prove its fix, write the pictures."""
    from gradproof import demo as demo_
    from gradproof.report.phrases import Phrases

    try:
        demo_.run(figures, Phrases(lang), _console(sys.stdout))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error


@cli.command(
    epilog=_block(
        "Examples:\n"
        "  gradproof fix ch04/gradient_2d.py\n"
        "  gradproof fix ch04/gradient_2d.py --write\n"
        "  gradproof fix ch04/*.py > fixes.patch\n"
        "  gradproof fix common/gradient.py:numerical_gradient --strict\n"
    )
)
@click.argument("names", nargs=-1, metavar="TARGET...", required=True)
@click.option("--write", is_flag=True, help="Change the files, too.")
@click.option("--strict", is_flag=True, help="Mend what a routine should do as well.")
@click.option(
    "--python",
    metavar="EXE",
    help="The interpreter to run the scripts in, 3.6 or later, with its own NumPy.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for one run of a script.",
)
@language_option
def fix(
    names: tuple[str, ...],
    write: bool,
    strict: bool,
    python: str | None,
    timeout: float,
    lang: Language,
) -> None:
    """Mend scripts, notebooks, and gradient routines: path/file.py:function.

    A change is shown only if it is proved: the changed text of a script is run in
    memory and passes S1 to S4 as in check, and a routine that was changed is better by
    itself. The unified diff is printed; what is said of it goes to the standard error
    output. What cannot be mended is explained.

    Exit code: 0 everything was mended or needs nothing; 1 something could not be
    mended; 2 usage; 3 a target could not be loaded; 70 an error of gradproof's own.
    """
    from gradproof.report.phrases import Phrases

    phrases = Phrases(lang)
    codes = [_fix(name, write, strict, python, timeout, phrases) for name in names]
    sys.exit(exitcodes.gravest(codes))


def _fix(
    name: str,
    write: bool,
    strict: bool,
    python: str | None,
    timeout: float,
    phrases: Phrases,
) -> int:
    """Mend one target; the code that it ends with."""
    from gradproof import checking
    from gradproof.fix import repair
    from gradproof.ports.target import TargetError
    from gradproof.report import fix_text
    from gradproof.report.phrases import Unusable

    console = _console(sys.stderr)
    with console.status(name) as status:
        numbers = itertools.count(1)

        def tell() -> None:
            said = phrases.say("fix.trying", target=name, number=next(numbers))
            status.update(said)

        try:
            found = repair.mend(name, timeout, python, strict, tell)
        except TargetError as error:
            unusable = Unusable(name, error)
            click.echo(phrases.unusable(unusable), err=True)
            return checking.exit_code(unusable)
    for change in found.changes:
        _show_diff(name, found, change)
    for sentence in fix_text.sentences(found, phrases):
        click.echo(sentence, err=True)
    written = not write or _written(found, phrases)
    return exitcodes.AS_EXPECTED if found.done and written else exitcodes.WRONG


def _show_diff(name: str, found: Mending, change: Change) -> None:
    """Print a file's patch: its bytes; to a terminal its text."""
    from gradproof.edits import text

    own = change.path == found.path
    given = Path(name.rpartition(":")[0] if ":" in Path(name).name else name)
    path = given if own else Path(os.path.relpath(change.path))
    diff = text.diff(change.before, change.after, path.as_posix())
    terminal = sys.stdout.isatty()
    click.echo(diff if terminal else diff.encode(change.before.encoding), nl=False)


def _written(found: Mending, phrases: Phrases) -> bool:
    """Write what was mended, if anything was; whether that went well."""
    from gradproof.fix import files

    if not found.changes:
        return True
    said = {"target": found.target}
    try:
        files.write(found.changes)
    except files.Changed:
        click.echo(phrases.say("fix.changed", **said), err=True)
        return False
    except OSError as error:
        text = error.strerror or str(error)
        click.echo(phrases.say("fix.not-written", text=text, **said), err=True)
        return False
    click.echo(phrases.say("fix.written", **said), err=True)
    return True


@cli.command(epilog=_block("Example:\n  gradproof draw mine.py:f --output field.png\n"))
@click.argument("target", metavar="FILE.py:F")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The picture; by default the function's name with .png.",
)
@click.option(
    "--limits",
    type=(float, float),
    default=(-2.0, 2.0),
    show_default=True,
    metavar="LOW HIGH",
    help="The range of x0 and x1.",
)
@language_option
def draw(
    target: str, output: Path | None, limits: tuple[float, float], lang: Language
) -> None:
    """Draw the gradient field of a function of one's own, rightly.

    The function takes a point, f(x) with x[0] and x[1], or two numbers, f(x0, x1).
    The arrows show the direction of steepest descent, as in the book.
    """
    from gradproof import checking
    from gradproof import draw as draw_
    from gradproof.ports import target as target_
    from gradproof.report.phrases import Phrases, Unusable

    try:
        picture = draw_.draw(target_.parse(target), output, limits)
    except target_.TargetError as error:
        unusable = Unusable(target, error)
        click.echo(Phrases(lang).unusable(unusable), err=True)
        sys.exit(checking.exit_code(unusable))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo(picture)


@cli.command(
    epilog=_block(
        "Examples:\n"
        "  gradproof explain transposed-points\n"
        "  gradproof explain G4 --lang ja\n"
    )
)
@click.argument("id", required=False, metavar="[ID]")
@language_option
def explain(id: str | None, lang: Language) -> None:
    """Explain a defect or a clause; without an ID, list them."""
    from gradproof.report import explanation
    from gradproof.report.phrases import Phrases

    phrases, console = Phrases(lang), _console(sys.stdout)
    if id is None:
        explanation.show_list(phrases, console)
        return
    known = explanation.known(id)
    if known is None:
        click.echo(explanation.unknown(id, phrases), err=True)
        sys.exit(exitcodes.USAGE)
    explanation.show(known, phrases, console)


@cli.command(
    epilog=_block(
        "Examples:\n"
        "  gradproof review\n"
        "  gradproof review main..branch --path tests/baseline\n"
        "  gradproof review --accept right-sine 'faulty-*'\n"
    )
)
@click.argument("words", nargs=-1, metavar="[A..B]")
@click.option(
    "--path",
    "folder",
    metavar="FOLDER",
    default="baseline_images",
    show_default=True,
    help="The folder that the pictures are below.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Review what a test run with pytest-mpl left here.",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="NAME...",
    help="Keep the new files of these pictures, or patterns.",
)
@click.option(
    "--reject", multiple=True, metavar="NAME...", help="Bring the old files back."
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
)
@language_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report into this file; a page goes into gradproof-review.html.",
)
@click.option(
    "--page/--no-page",
    default=None,
    help="Beside the text, write the page into a temporary folder;"
    " by default on a terminal.",
)
def review(
    words: tuple[str, ...],
    folder: str,
    results: Path | None,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    style: str,
    lang: Language,
    output: Path | None,
    page: bool | None,
) -> None:
    """Say what changed in golden pictures, and decide upon it.

    The working tree is compared with HEAD, or revision A with B, or the baselines
    with the results of a test run. A picture is a PNG and, where there is one, the
    JSON of its arrows beside it. What is accepted is staged; what is rejected is
    as in HEAD again.

    Exit code: 0 nothing is undecided; 1 something is; 2 usage.
    """
    if accept and reject:
        raise click.UsageError("--accept or --reject, one at a time.")
    names = accept or reject
    if not names and len(words) + bool(results) > 1:
        raise click.UsageError("Name one range A..B, or --results, or neither.")
    from gradproof.golden.git import SourceError
    from gradproof.report.phrases import Phrases
    from gradproof.report.review.words import Words

    revisions = None if names or not words else words[0]
    verb: Verb = "accept" if accept else "reject"
    options = ["--path", folder] if folder != "baseline_images" else []
    options += ["--results", str(results)] if results else []
    phrases = Phrases(lang)
    try:
        if names:
            _decide(verb, (*names, *words), folder, results, phrases)
            return
        if page is None:
            page = output is None and sys.stdout.isatty()
        _review(revisions, folder, results, options, style, phrases, output, page)
    except SourceError as error:
        click.echo(Words(phrases).sentence(error.sentence), err=True)
        sys.exit(exitcodes.USAGE)


def _decide(
    verb: Verb,
    names: tuple[str, ...],
    folder: str,
    results: Path | None,
    phrases: Phrases,
) -> None:
    from gradproof.golden import decisions
    from gradproof.golden.review import review
    from gradproof.golden.sources import open_source
    from gradproof.report.review import text

    with open_source(folder=folder, results=results) as source:
        decision = decisions.decide(source, review(source), verb, names)
    text.show_decision(decision, phrases, _console(sys.stdout))


def _review(
    revisions: str | None,
    folder: str,
    results: Path | None,
    options: list[str],
    style: str,
    phrases: Phrases,
    output: Path | None,
    page: bool,
) -> None:
    """Report, and end with 1 if something is undecided."""
    from gradproof.golden.review import review
    from gradproof.golden.sources import open_source

    with open_source(revisions, folder=folder, results=results) as source:
        found = review(source)
        if style == "html":
            _page(found, phrases, output or Path("gradproof-review.html"), options)
        else:
            _told(found, phrases, output, options, style)
        if style == "text" and page and found.changes:
            aside = Path(tempfile.mkdtemp(prefix="gradproof-"))
            _page(found, phrases, aside / "gradproof-review.html", options)
    sys.exit(exitcodes.WRONG if found.undecided else exitcodes.AS_EXPECTED)


def _page(found: Review, phrases: Phrases, output: Path, options: list[str]) -> None:
    """Write the page, and say where; the source must be open."""
    from gradproof.report.review import html

    with _opened(output) as stream:
        html.write(found, phrases, stream, options)
    click.echo(output)


def _told(
    found: Review,
    phrases: Phrases,
    output: Path | None,
    options: list[str],
    style: str,
) -> None:
    from gradproof.report.review import json, markdown, text

    with _opened(output) as stream:
        if style == "json":
            stream.write(json.dumps(json.report(found)))
        elif style == "markdown":
            stream.write(markdown.dumps(found, phrases))
        else:
            text.show(found, phrases, _console(stream), options)
