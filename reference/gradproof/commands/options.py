"""What commands share: options, and where their reports go."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from gradproof.commands import completion, signals
from gradproof.commands.words import told
from gradproof.ports.role_ids import PORT_ROLES
from gradproof.ports.sandbox_ids import SANDBOXES
from gradproof.project.limits import MAX_TIMEOUT_SECONDS
from gradproof.report.formats import FORMATS
from gradproof.report.language import LANGUAGES, wanted

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.ports.sandbox_ids import Sandbox
    from gradproof.report.messages import Language
    from gradproof.report.phrases import Unusable
    from gradproof.report.scan_lines import Line

Command = Callable[..., Any]


role_option = click.option(
    "--role",
    type=click.Choice(PORT_ROLES),
    help="What the port claims to be; inferred without it.",
)

language_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=wanted,
    help="Language; by default that of GRADPROOF_LANG, or of the locale (LANG).",
)

output_option = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report into this file.",
)


config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take the declared ports from this file, with paths relative to it.",
)


def python_option(what: str) -> Callable[[Command], Command]:
    """The option of the interpreter that runs ``what``."""
    return click.option(
        "--python",
        metavar="EXE",
        help=f"The interpreter to run the {what} in, 3.6 or later, with its own NumPy.",
    )


def _seconds(_: click.Context, __: click.Parameter, value: float) -> float:
    """Raises BadParameter for what no clock can wait for, and for NaN."""
    if not value <= MAX_TIMEOUT_SECONDS:
        named = {"value": f"{value:g}", "most": f"{MAX_TIMEOUT_SECONDS:,}"}
        raise click.BadParameter(
            told("{value} is no number of seconds up to {most}.", **named)
        )
    return value


def timeout_option(of: str) -> Callable[[Command], Command]:
    """The option of the seconds that are had for ``of``."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        callback=_seconds,
        default=30.0,
        show_default=True,
        metavar="S",
        help=f"Seconds for {of}.",
    )


def _sandbox(_: click.Context, __: click.Parameter, value: Sandbox | None) -> None:
    """Have it so for all ports of this run; the project says it where no option does.

    Raises UsageError where the project's word is none.
    """
    from gradproof.ports import wall

    wall.want(value or _declared_sandbox(Path()) or "auto")


def _declared_sandbox(folder: Path) -> Sandbox | None:
    from gradproof.ports.contents import contents
    from gradproof.project import config

    path = config.found(folder)
    with contextlib.suppress(OSError):
        if b"sandbox" in contents(path):
            try:
                return config.read(path).sandbox
            except config.ConfigError as error:
                raise click.UsageError(str(error)) from error
    return None


sandbox_option = click.option(
    "--sandbox",
    type=click.Choice(SANDBOXES),
    callback=_sandbox,
    expose_value=False,
    is_eager=True,
    help="The wall around what is run: no network, no other processes, files that are"
    " not changed. Bubblewrap, where it works (auto, unless the project says another);"
    " or not at all (require).",
)

seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Draw the random points with this seed.",
)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """The option of the form of a report, the first by default."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
    )


def _pairs(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, Path | None]]:
    """Forms and their files, ``None`` for standard output. Raises BadParameter."""
    found = []
    for value in values:
        form, _equals, file = value.partition("=")
        if form not in FORMATS or not file:
            listed = ", ".join(FORMATS)
            named = {"value": repr(value), "formats": listed}
            raise click.BadParameter(
                told("{value} is no FORMAT=FILE, with a format of {formats}.", **named)
            )
        found.append((form, None if file == "-" else Path(file)))
    return found


report_option = click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=FILE",
    shell_complete=completion.reports,
    callback=_pairs,
    help="Write the report in this format as well, into the file (-: standard output);"
    " repeatable.",
)


baseline_option = click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Tell what changed since a JSON report of check, or results of scan.",
)


def read_baseline(path: Path | None, lang: Language) -> list[Line] | None:
    """What was said of ports in an earlier report. Raises UsageError."""
    if path is None:
        return None
    from gradproof.report import scan_lines
    from gradproof.report.phrases import Phrases

    try:
        return scan_lines.read(path)
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
    except scan_lines.UnreadableResultsError as error:
        why = {"line": error.line, "text": error.text}
        said = Phrases(lang).say("since.unreadable", file=str(path), **why)
        raise click.UsageError(said) from error


@contextlib.contextmanager
def opened(output: Path | None, *, binary: bool = False) -> Iterator[Any]:
    """The stream that a report goes to: a file, text in UTF-8, or standard output.

    A file is written at the end, as a whole; one that was there is left as it is if
    there is no report.
    """
    if output is None:
        yield sys.stdout.buffer if binary else sys.stdout
        return
    stream = io.BytesIO() if binary else io.StringIO()
    yield stream
    said = stream.getvalue()
    data = said if isinstance(said, bytes) else said.encode("utf-8")
    try:
        with signals.held():
            output.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"{output}: {error.strerror}") from error


@contextlib.contextmanager
def accounted(lang: Language, *places: Path | None) -> Iterator[None]:
    """Say which files were written, in which folders or where, if a signal comes."""
    wanted = [place for place in places if place is not None]
    before = dict(_stamps(wanted))

    def said() -> str:
        from gradproof.report.phrases import Phrases

        new = [path for path, stamp in _stamps(wanted) if before.get(path) != stamp]
        phrases = Phrases(lang)
        if not new:
            return phrases.say("interrupted.unwritten")
        return phrases.say("interrupted.written", targets=", ".join(map(str, new)))

    with signals.told(said) if wanted else contextlib.nullcontext():
        yield


def _stamps(places: list[Path]) -> Iterator[tuple[Path, tuple[int, int]]]:
    """The files that are there, and when each was written and how long it is."""
    for place in places:
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            with contextlib.suppress(OSError):
                found = path.stat()
                yield path, (found.st_mtime_ns, found.st_size)


def console(stream: TextIO) -> Console:
    """The console of the reports, on that stream."""
    from gradproof.report import layout

    return layout.console(stream)


def trace(*unusable: Unusable) -> None:
    """Show where gradproof itself went wrong, if it did."""
    import traceback

    for failed in unusable:
        if failed.internal:
            # Formatted here: `print_exception` said nothing on Python 3.10, where the
            # backport of ExceptionGroup stands in for it.
            shown = traceback.format_exception(failed.error.__cause__)
            click.echo("".join(shown), err=True, nl=False)
