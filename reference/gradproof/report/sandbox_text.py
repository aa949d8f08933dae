"""What stood around the ports that were run, and what it does not hold: one line."""

from __future__ import annotations

from rich.console import Console

from gradproof.ports import wall
from gradproof.report.layout import show_rows
from gradproof.report.phrases import Phrases


def show(phrases: Phrases, console: Console) -> None:
    """Print it; nothing where no child was run."""
    kind = wall.stood()
    if kind is None:
        return
    what = phrases.say(f"sandbox.{kind}")
    why = wall.refusal() if wall.wanted.get() != "off" else ""
    if kind != "bubblewrap" and why:
        what = phrases.say("sandbox.because", what=what, why=why)
    rest = phrases.say(f"sandbox.not-held.{kind}")
    said = phrases.say("sandbox.line", what=what, rest=rest)
    show_rows([(phrases.say("label.sandbox"), "dim", said)], console)
