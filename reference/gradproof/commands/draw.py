"""``gradproof draw``: the field of a function of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import exit_codes
from gradproof.commands.options import accounted, language_option, sandbox_option
from gradproof.commands.words import block

if TYPE_CHECKING:
    from gradproof.report.messages import Language


@click.command(
    epilog=block("Example:\n  gradproof draw mine.py:f --output field.png\n")
)
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
@sandbox_option
@language_option
def draw(
    target: str, output: Path | None, limits: tuple[float, float], lang: Language
) -> None:
    """Draw the gradient field of a function of one's own, rightly.

    The function takes a point, f(x) with x[0] and x[1], or two numbers, f(x0, x1).
    The arrows show the direction of steepest descent, as in the book.
    """
    from gradproof.fields import drawing
    from gradproof.ports.target import TargetError, parse
    from gradproof.report.phrases import Phrases, Unusable

    try:
        function = parse(target).of_function()
        with accounted(lang, drawing.picture_of(function, output)):
            picture = drawing.draw(function, output, limits)
    except TargetError as error:
        unusable = Unusable(target, error)
        click.echo(Phrases(lang).unusable(unusable), err=True)
        sys.exit(exit_codes.of_result(unusable))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error
    click.echo(picture)
