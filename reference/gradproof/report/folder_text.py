"""What was found in folders, for a terminal: one table, and what was passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gradproof.examination.parts import LayersExamination
from gradproof.report import layer_text, port_text, script_text
from gradproof.report.characters import as_name
from gradproof.report.examined import Examined
from gradproof.report.layout import STYLES, show_line
from gradproof.report.phrases import Phrases, Unusable
from gradproof.report.standing import standing
from gradproof.scripts.examined import ScriptExamination

Row = tuple[str, str, str, str]
"""The file, what stands in it, what is said of that, and the style."""


def show(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    passed: Mapping[str, Mapping[str, int]],
    phrases: Phrases,
    console: Console,
) -> None:
    """Print a line for whatever was judged, under the file in which it stands.

    ``passed`` is how much of each folder was passed over, by why.
    """
    rows = [row for each in examinations for row in _rows(each, phrases)]
    rows += [_unusable(each, phrases) for each in unusable]
    width = max((cell_len(as_name(name)) for _, name, _, _ in rows), default=0)
    last = ""
    for file, name, said, style in rows:
        file, name = as_name(file), as_name(name)
        if file != last:
            console.print(Text(file, "bold"), soft_wrap=True)
        last = file
        lead = "  " + name + " " * (width - cell_len(name) + 2)
        show_line(said, style, console, lead=lead)
    if not rows:
        console.print(Text(phrases.say("folder.empty")), soft_wrap=True)
    for folder, counts in passed.items():
        if counts:
            told = [phrases.say(f"folder.{why}", n=n) for why, n in counts.items()]
            listed = phrases.say("comma").join(told)
            said = phrases.say("folder.passed-over", folder=folder, counts=listed)
            show_line(said, "dim", console)
    if rows:
        summary = port_text.summary(examinations, unusable, phrases)
        show_line(summary, "", console)


def _rows(examination: Examined, phrases: Phrases) -> Iterator[Row]:
    if isinstance(examination, LayersExamination):
        for part in examination.layers:
            said = layer_text.BETWEEN.join(layer_text.parts(part, phrases))
            yield examination.target, part.name, said, STYLES[part.outcome]
    elif isinstance(examination, ScriptExamination):
        said = script_text.first_line(examination, phrases)
        name = Path(examination.target).name
        yield examination.target, name, said, STYLES[examination.outcome]
    else:
        for each in port_text.roles(examination):
            file, _, name = each.target.rpartition(":")
            said = port_text.headline(each, phrases)
            yield file or each.target, name, said, STYLES[standing(each)]


def _unusable(unusable: Unusable, phrases: Phrases) -> Row:
    file, colon, name = unusable.target.rpartition(":")
    error = unusable.error
    said = phrases.say(error.message, **error.parameters)
    place = file if colon else unusable.target
    return place, name if colon else Path(place).name, said, "bold red"
