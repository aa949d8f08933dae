"""The forms of a report, each one entry of a table.

What writes a form is imported when it is asked for: the table is read at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def _text(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import port_text
    from gradproof.report.layout import console

    port_text.show_all(examinations, unusable, phrases, console(stream))


def _json(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import json_report

    stream.write(json_report.dumps(json_report.report(examinations, unusable)))


def _html(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import html_report, port_text

    def show(screen: Console) -> None:
        port_text.show_all(examinations, unusable, phrases, screen)

    stream.write(html_report.page(show, "gradproof", phrases.language))


def _text_of_folders(
    passed: Mapping[str, Mapping[str, int]],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import folder_text
    from gradproof.report.layout import console

    folder_text.show(examinations, unusable, passed, phrases, console(stream))


def _html_of_folders(
    passed: Mapping[str, Mapping[str, int]],
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    stream: Any,
) -> None:
    from gradproof.report import folder_text, html_report

    def show(screen: Console) -> None:
        folder_text.show(examinations, unusable, passed, phrases, screen)

    stream.write(html_report.page(show, "gradproof", phrases.language))


TABLES: Mapping[str, Callable[..., None]] = {
    "text": _text_of_folders,
    "html": _html_of_folders,
}
"""How the forms for people are written of folders: first what was passed over."""

FORMATS: Mapping[str, Format] = {
    form.name: form
    for form in (Format("text", _text), Format("json", _json), Format("html", _html))
}
"""By name; the first is the one that is written if none is named."""
