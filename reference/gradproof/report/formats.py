"""The forms of a report, each one entry of a table.

What writes a form is imported when it is asked for: the table is read at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from rich.console import Console

    from gradproof.report.examined import Examined
    from gradproof.report.phrases import Phrases, Unusable

    Write: TypeAlias = Callable[
        [Sequence[Examined], Sequence[Unusable], Phrases, Any], None
    ]


class Format(NamedTuple):
    """One form: its name, how it is written to a stream, and whether as bytes."""

    name: str
    write: Write
    binary: bool = False


def _ports(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    console: Console,
) -> None:
    from gradproof.report import port_text

    port_text.show_all(examinations, unusable, phrases, console)


def _folders(
    passed: Mapping[str, Mapping[str, int]],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    console: Console,
) -> None:
    from gradproof.report import folder_text

    folder_text.show(examinations, unusable, passed, phrases, console)


def _text(
    show: Write,
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report.layout import console

    show(examinations, unusable, phrases, console(stream))


def _html(
    passed: Mapping[str, Mapping[str, int]],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import html_report

    stream.write(html_report.page(examinations, unusable, passed, phrases))


def _json(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import json_report

    stream.write(json_report.dumps(json_report.report(examinations, unusable)))


def _junit(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report.ci import junit, results

    stream.write(junit.dumps(results.suites(examinations, unusable, phrases)))


def _github(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report.ci import github, results

    stream.write(github.dumps(results.suites(examinations, unusable, phrases)))


def _sarif(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report.ci import results, sarif

    stream.write(sarif.dumps(results.suites(examinations, unusable, phrases), phrases))


def _sarif_with(
    fixes: Mapping[str, Any],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report.ci import results, sarif

    suites = results.suites(examinations, unusable, phrases)
    stream.write(sarif.dumps(suites, phrases, fixes))


def _markdown(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import port_text
    from gradproof.report.ci import markdown, results

    suites = results.suites(examinations, unusable, phrases)
    several = len(examinations) + len(unusable) > 1
    counts = port_text.summary(examinations, unusable, phrases) if several else ""
    stream.write(markdown.dumps(suites, counts, phrases))


FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (
        Format("text", partial(_text, _ports)),
        Format("json", _json),
        Format("html", partial(_html, {})),
        Format("markdown", _markdown),
        Format("junit", _junit),
        Format("github", _github),
        Format("sarif", _sarif),
    )
}
"""By name; the first is the one that is written if none is named."""


def with_fixes(form: Format, fixes: Mapping[str, Any]) -> Format:
    """Return the form with changes that were tried, where it can hold any."""
    if form.name != "sarif":
        return form
    return form._replace(write=partial(_sarif_with, fixes))


def of_files(form: Format, files: Mapping[str, Sequence[Any]]) -> Format:
    """Return the form of a report on files: its text begins with what is in each.

    ``files`` has the results of each plain file.
    """
    several = {file: found for file, found in files.items() if len(found) > 1}
    if form.name != "text" or not several:
        return form
    return form._replace(write=partial(_text, partial(_files, several)))


def _files(
    files: Mapping[str, Sequence[Any]],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    console: Console,
) -> None:
    from gradproof.report import port_text

    port_text.show_all(examinations, unusable, phrases, console, files)


def of_folders(form: Format, passed: Mapping[str, Mapping[Any, int]]) -> Format:
    """The form of a report on folders: for people it is one table.

    In it is told how many files were ``passed`` over in each folder, and why.
    """
    match form.name:
        case "text":
            return form._replace(write=partial(_text, partial(_folders, passed)))
        case "html":
            return form._replace(write=partial(_html, passed))
    return form
