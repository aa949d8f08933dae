"""A review for a terminal: the sentence first, then pixels."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from gradproof.golden.decisions import Decision
from gradproof.golden.review import Change, Review
from gradproof.report.phrases import Phrases
from gradproof.report.review.words import Words, alike

STYLES = {
    "added": "green",
    "removed": "red",
    "orphan": "bold red",
    "unreadable": "bold red",
    "unmerged": "bold red",
}


def show(
    review: Review,
    phrases: Phrases,
    console: Console,
    options: Sequence[str] = (),
) -> None:
    """Print all changes, like ones as one, and how to decide upon them.

    ``options`` are those that the same review is called with.
    """
    words = Words(phrases)
    for changes in alike(review.changes):
        _show(changes, words, console)
    console.print(words.headline(review), soft_wrap=True)
    if review.undecided and review.kind != "revisions":
        given = "".join(f" {shlex.quote(option)}" for option in options)
        console.print(words.say("review.how", options=given), soft_wrap=True)


def _show(changes: Sequence[Change], words: Words, console: Console) -> None:
    first = changes[0]
    told = [words.sentence(sentence) for sentence in first.sentences]
    head = Text(
        words.names([c.name for c in changes]), STYLES.get(first.status, "bold")
    )
    console.print(head + Text(f": {told[0]}", "not bold default"), soft_wrap=True)
    for text in told[1:]:
        console.print(Text(f"  {text}"), soft_wrap=True)
    facts = [words.status(first), words.pixels_of(changes)]
    line = words.say("semicolon").join(fact for fact in facts if fact)
    console.print(Text(f"  {line}", "dim"), soft_wrap=True)


def show_decision(decision: Decision, phrases: Phrases, console: Console) -> None:
    """Print what was decided, and the commands that undo it."""
    words = Words(phrases)
    names = words.names(decision.names)
    done = words.say(f"review.done.{decision.verb}", names=names)
    console.print(Text(done), soft_wrap=True)
    for command in decision.undo:
        console.print(Text(f"  {command}"), soft_wrap=True)
