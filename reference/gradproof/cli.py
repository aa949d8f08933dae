"""The command line. What is heavy is imported where a command begins."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from gradproof import __version__, exitcodes

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.contract.evidence import Role
    from gradproof.examination import Examination
    from gradproof.report.json import ErrorRecord
    from gradproof.report.messages import Language

EXAMPLES = """\
  gradproof check ch04/gradient_2d.py:numerical_gradient
  gradproof check common.gradient:numerical_gradient --role array-gradient
  gradproof check mine.py:gradient yours.py:gradient --format json
"""

role_option = click.option(
    "--role",
    type=click.Choice(["gradient", "point-gradient", "array-gradient"]),
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
    style: str,
    lang: Language,
    output: Path | None,
) -> None:
    """Judge ports: path/file.py:function or package.module:function.

    Exit code: 0 all right; 1 a clause failed or a port broke; 2 usage; 3 a port
    could not be loaded; 4 nothing was covered; 70 an error of gradproof's own.
    """
    if not targets:
        click.echo(
            "Name what to check, for example:\n\n" + EXAMPLES, err=True, nl=False
        )
        sys.exit(exitcodes.USAGE)
    if vectorized and role not in (None, "gradient"):
        raise click.UsageError("--vectorized goes with --role gradient alone.")
    examinations, errors, codes = _examine(targets, role, vectorized)
    with _opened(output) as stream:
        if style == "json":
            from gradproof.report import json

            stream.write(json.dumps(json.report(examinations, errors)))
        else:
            from gradproof.report import text
            from gradproof.report.phrases import Phrases

            text.show_all(examinations, errors, Phrases(lang), _console(stream))
    sys.exit(exitcodes.gravest(codes))


def _examine(
    targets: Iterable[str], role: Role | None, vectorized: bool
) -> tuple[list[Examination], list[ErrorRecord], list[int]]:
    """Examine what can be loaded; what cannot is an error, and the run goes on."""
    from gradproof.examination import examine
    from gradproof.ports import target
    from gradproof.ports.function import FunctionPort
    from gradproof.report.json import ErrorRecord

    examinations, errors, codes = [], [], []
    for name in targets:
        try:
            routine = target.load(target.parse(name))
        except target.TargetError as error:
            errors.append(ErrorRecord(name, str(error)))
            usage = isinstance(error, target.UsageError)
            codes.append(exitcodes.USAGE if usage else exitcodes.NOT_LOADED)
            continue
        examination = examine(FunctionPort(name, routine, vectorized), role)
        examinations.append(examination)
        codes.append(CODES[examination.verdict])
    return examinations, errors, codes


CODES = {
    "pass": exitcodes.AS_EXPECTED,
    "fail": exitcodes.WRONG,
    "error": exitcodes.WRONG,
    "not-covered": exitcodes.NOTHING_COVERED,
}


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
def draw(target: str, output: Path | None, limits: tuple[float, float]) -> None:
    """Draw the gradient field of a function of one's own, rightly.

    The function takes a point, f(x) with x[0] and x[1], or two numbers, f(x0, x1).
    The arrows show the direction of steepest descent, as in the book.
    """
    from gradproof import draw as draw_
    from gradproof.ports import target as target_

    try:
        picture = draw_.draw(target_.parse(target), output, limits)
    except target_.TargetError as error:
        click.echo(f"gradproof: {error}", err=True)
        usage = isinstance(error, target_.UsageError)
        sys.exit(exitcodes.USAGE if usage else exitcodes.NOT_LOADED)
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo(picture)
