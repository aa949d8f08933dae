"""``gradproof review``: what changed in golden pictures."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.commands import exit_codes, signals
from gradproof.commands.options import (
    accounted,
    console,
    format_option,
    language_option,
    opened,
)
from gradproof.commands.words import block, told

if TYPE_CHECKING:
    from gradproof.golden.decisions import Verb
    from gradproof.golden.review import Review
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Phrases


PAGE = "gradproof-review.html"
ASIDE = "gradproof-review-"
DAY = 24 * 60 * 60
"""Seconds that a page in a temporary folder is kept, for who still looks at it."""


@click.command(
    epilog=block(
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
@format_option("text", "json", "markdown", "html")
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
    JSON of its arrows or entries beside it. What is accepted is staged; what is
    rejected is as in HEAD again.

    Exit code: 0 nothing is undecided; 1 something is; 2 usage.
    """
    if accept and reject:
        raise click.UsageError(told("--accept or --reject, one at a time."))
    names = accept or reject
    if not names and len(words) + bool(results) > 1:
        raise click.UsageError(told("Name one range A..B, or --results, or neither."))
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
        wanted = output or (Path(PAGE) if style == "html" else None)
        with accounted(lang, wanted):
            _review(revisions, folder, results, options, style, phrases, wanted, page)
    except SourceError as error:
        click.echo(Words(phrases).sentence(error.sentence), err=True)
        sys.exit(exit_codes.USAGE)


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

    done = False

    def stands() -> str:
        return phrases.say("interrupted.decided" if done else "interrupted.unwritten")

    with signals.told(stands), open_source(folder=folder, results=results) as source:
        found = review(source)
        with signals.held():
            decision = decisions.decide(source, found, verb, names)
            done = True
    text.show_decision(decision, phrases, console(sys.stdout))


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
            _page(found, phrases, output or Path(PAGE), options)
        else:
            _told(found, phrases, output, options, style)
        if style == "text" and page and found.changes:
            _swept()
            aside = Path(tempfile.mkdtemp(prefix=ASIDE))
            _page(found, phrases, aside / PAGE, options)
    sys.exit(exit_codes.WRONG if found.undecided else exit_codes.AS_EXPECTED)


def _swept() -> None:
    """Remove the pages that earlier reviews left in temporary folders."""
    for page in Path(tempfile.gettempdir()).glob(f"{ASIDE}*/{PAGE}"):
        # Another user's folder, or one that is held open, stays.
        with contextlib.suppress(OSError):
            if time.time() - page.lstat().st_mtime > DAY:
                page.unlink()
                page.parent.rmdir()


def _page(found: Review, phrases: Phrases, output: Path, options: list[str]) -> None:
    """Write the page, and say where; the source must be open."""
    from gradproof.report.review import html

    with opened(output) as stream:
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

    with opened(output) as stream:
        if style == "json":
            stream.write(json.dumps(json.report(found)))
        elif style == "markdown":
            stream.write(markdown.dumps(found, phrases))
        else:
            text.show(found, phrases, console(stream), options)
