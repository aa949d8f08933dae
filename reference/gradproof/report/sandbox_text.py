"""What stood around the ports that were run, and what it does not hold: one line."""

from __future__ import annotations

from gradproof.ports import wall
from gradproof.report.phrases import Phrases


def line(phrases: Phrases) -> str:
    """The line, with its end; nothing where no child was run."""
    kind = wall.stood()
    if kind is None:
        return ""
    what = phrases.say(f"sandbox.{kind}")
    why = wall.refusal() if wall.wanted.get() != "off" else ""
    if kind != "bubblewrap" and why:
        what = phrases.say("sandbox.because", what=what, why=why)
    rest = phrases.say(f"sandbox.not-held.{kind}")
    return "\n" + phrases.say("sandbox.line", what=what, rest=rest) + "\n"
