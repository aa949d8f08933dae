"""``gradproof demo``: the bug, and the proof of its fix."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradproof.commands.options import (
    accounted,
    console,
    language_option,
    sandbox_option,
)

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.fields.demonstration import DrawnField
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases


@click.command()
@click.option(
    "--figures",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gradproof-pictures"),
    show_default=True,
    help="The folder that the pictures are written into.",
)
@sandbox_option
@language_option
def demo(figures: Path, lang: Language) -> None:
    """Show the bug of the book's script, and prove its fix.

    The pictures of both are written.
    """
    with accounted(lang, figures):
        _demo(figures, lang)


def _demo(figures: Path, lang: Language) -> None:
    from gradproof.report.phrases import Phrases

    try:
        figures.mkdir(parents=True, exist_ok=True)
        _tell(figures, Phrases(lang), console(sys.stdout))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from error


def _tell(folder: Path, phrases: Phrases, console: Console) -> None:
    """Print what comes of each function, and write its pictures."""
    from rich.text import Text

    from gradproof.fields import demonstration

    def line(message: str, style: str = "", **parameters: Any) -> None:
        text = phrases.say(f"demo.{message}", **parameters)
        console.print(Text(text, style), soft_wrap=True)

    line("title", "bold")
    pictures = []
    for each in demonstration.compared():
        function, total = each.function.text, each.faulty.wrong.size
        if each.name == "squares":
            line("given", **_seen(each.faulty), call="np.array([X, Y])")
            line("expected", **_seen(each.right), call="np.array([X, Y]).T")
        wrong, left = int(each.faulty.wrong.sum()), int(each.right.wrong.sum())
        which, style = ("faulty", "red") if wrong else ("lucky", "yellow")
        line(which, style, function=function, wrong=wrong, total=total)
        verdict, style = ("unproved", "bold red") if left else ("proved", "green")
        line(verdict, style, function=function, wrong=left, total=total)
        pictures += demonstration.write(each, folder, phrases.language)
    line("why")
    line("pictures", folder=folder.resolve(), count=len(pictures))
    for picture in pictures:
        console.print(Text(f"  {picture.name}"), soft_wrap=True)


def _seen(field: DrawnField) -> dict[str, Any]:
    """How often f was given what; the numbers are counted, not known beforehand."""
    shape, count = field.shapes.most_common(1)[0]
    return {"shape": list(shape), "calls": f"{count:,}"}
