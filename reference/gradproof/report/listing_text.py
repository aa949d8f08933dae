"""What was found in folders and is to be judged, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from gradproof.finding.findings import Findings
from gradproof.finding.subjects import Found
from gradproof.report.characters import as_name, printable
from gradproof.report.phrases import Phrases

MAX_NAMES = 5
"""Files that are named of those that are passed over for what is in them."""

NAMED = ("large", "unnamed")
"""Why files are passed over that a user may want to look at."""


def show(
    ports: Sequence[tuple[Found, Sequence[Found]]],
    findings: Sequence[Findings],
    errors: Mapping[Path, str],
    phrases: Phrases,
    console: Console,
) -> None:
    """Print each port under its file, with its copies; then what is not judged."""
    last = None
    for found, copies in ports:
        if found.path != last:
            console.print(Text(as_name(str(found.path)), "bold"), soft_wrap=True)
        last = found.path
        problem = found.problem
        if problem is None:
            said = phrases.say(f"scan.{found.kind}", line=found.line)
        else:
            why = phrases.say(problem.message, **problem.parameters)
            said = f"{phrases.say('standing.not-covered')}: {why}"
        name = as_name(found.function or found.path.name)
        told = Text(f"  {name}  ").append(said, "dim")
        console.print(told, soft_wrap=True)
        for copy in copies:
            text = phrases.say("scan.copy", target=copy.target)
            console.print(Text(f"    {text}", "dim"), soft_wrap=True)
    for line in (*beside(findings, errors, phrases), _total(ports, findings, phrases)):
        console.print(Text(printable(line)), soft_wrap=True)


def beside(
    findings: Sequence[Findings], errors: Mapping[Path, str], phrases: Phrases
) -> Iterator[str]:
    """What is not judged, and what was passed over."""
    yield from _foreign(findings, phrases)
    for text in errors.values():
        yield phrases.say("scan.error", text=text)
    yield from passed_over(findings, phrases)


def _foreign(findings: Iterable[Findings], phrases: Phrases) -> Iterator[str]:
    found = [each for folder in findings for each in folder.foreign]
    if found:
        yield phrases.say("scan.foreign")
    for each in found:
        yield f"  {each.path}:{each.line}  {each.function}"
        target = f"{each.path}:{each.function}"
        which = "scan.init" if each.language else "scan.no-init"
        yield "      " + phrases.say(which, language=each.language or "", target=target)


def passed_over(findings: Iterable[Findings], phrases: Phrases) -> Iterator[str]:
    """How much of each folder was passed over and why, and what cannot be read."""
    comma = phrases.say("comma")
    for each in findings:
        counts = [
            phrases.say(f"folder.{why}", n=n) for why, n in each.passed_over.items()
        ]
        if counts:
            folder = str(each.folder)
            yield phrases.say(
                "folder.passed-over", folder=folder, counts=comma.join(counts)
            )
        for why in NAMED:
            files = [str(path) for path, reason in each.passed.items() if reason == why]
            shown = files[:MAX_NAMES]
            if files[MAX_NAMES:]:
                shown.append(phrases.say("scan.more", n=len(files) - MAX_NAMES))
            if shown:
                said = phrases.say(f"folder.{why}", n=len(files))
                yield phrases.say("scan.files", why=said, files=comma.join(shown))


def _total(
    ports: Sequence[tuple[Found, Sequence[Found]]],
    findings: Iterable[Findings],
    phrases: Phrases,
) -> str:
    judged = [each for each in ports if each[0].problem is None]
    copies = sum(len(each) for _, each in judged)
    foreign = sum(len(each.foreign) for each in findings)
    return phrases.say("scan.total", ports=len(judged), copies=copies, foreign=foreign)
