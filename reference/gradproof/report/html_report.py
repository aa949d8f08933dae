"""The report as HTML: a page that needs nothing else, or a fragment for a notebook."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradproof.fix.repair import Repair
from gradproof.report import port_text
from gradproof.report.examined import Examined, subjects_in
from gradproof.report.page import patch
from gradproof.report.page.contents import Section, section
from gradproof.report.page.templates import written
from gradproof.report.phrases import Phrases, Unusable
from gradproof.report.release import __version__

MARKS = {"pass": "✓", "in-part": "✓", "fail": "✗", "stale": "✗", "error": "✗"}


def page(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    passed_over: Mapping[str, Mapping[str, int]],
    phrases: Phrases,
    mended: Repair | None = None,
) -> str:
    """All ports on one page, and how much of which folder was passed over.

    Of a single one there may be what was ``mended``.
    """
    sections = _sections(examinations, unusable, phrases)
    targets = [each.target for each in (*examinations, *unusable)]
    title = f"gradproof: {targets[0]}" if targets else "gradproof"
    if len(targets) > 1:
        title = port_text.summary(examinations, unusable, phrases)
    return _written(
        "report.html",
        sections,
        phrases,
        title=title,
        lines=[_passed_over(*each, phrases) for each in passed_over.items()],
        environment=_environment_text(),
        patch=None if mended is None else patch.of(mended, phrases),
    )


def fragment_of(
    examinations: Sequence[Examined], unusable: Sequence[Unusable], phrases: Phrases
) -> str:
    """Return what was found of several targets as one element."""
    sections = _sections(examinations, unusable, phrases)
    return _written("fragment.html", sections, phrases)


def fragment(examination: Examined, phrases: Phrases) -> str:
    """What was found of one target as one element, in the colours of what it is in."""
    return fragment_of([examination], [], phrases)


def _sections(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
) -> list[Section]:
    found = [
        section(each, phrases) for one in examinations for each in subjects_in(one)
    ]
    return found + [_unusable(each, phrases) for each in unusable]


def _unusable(unusable: Unusable, phrases: Phrases) -> Section:
    said = phrases.unusable(unusable)
    return Section(unusable.target, said, "error", (), (), ())


def _passed_over(folder: str, counts: Mapping[str, int], phrases: Phrases) -> str:
    told = [phrases.say(f"folder.{why}", n=n) for why, n in counts.items()]
    listed = phrases.say("comma").join(told)
    return phrases.say("folder.passed-over", folder=folder, counts=listed)


def _environment_text() -> str:
    return (
        f"gradproof {__version__}, Python {platform.python_version()},"
        f" NumPy {np.__version__}, {sys.platform}"
    )


def _written(
    template: str, sections: Sequence[Section], phrases: Phrases, **more: Any
) -> str:
    return written(
        template,
        sections=sections,
        language=phrases.language,
        say=phrases.say,
        mark=lambda standing: MARKS.get(standing, "–"),
        prefix="port",
        **more,
    )
