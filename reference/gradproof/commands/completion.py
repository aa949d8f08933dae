"""What a shell completes: targets, clauses, defects. What is heavy is imported late.

Bash takes a colon for the end of a word, and hands on what comes after it by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem


def targets(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files; after a file's colon the functions and classes in it."""
    words = [str(word) for word in context.params.get(str(parameter.name)) or ()]
    if incomplete == ":" and words:
        return _items(f":{name}" for name in _defined(words[-1]))
    if words[-1:] == [":"] and words[1:]:
        return _beginning(_defined(words[-2]), incomplete)
    place, colon, _name = incomplete.rpartition(":")
    if not colon:
        return [CompletionItem(incomplete, type="file")]
    return _beginning((f"{place}:{name}" for name in _defined(place)), incomplete)


def clauses(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The ids of clauses, with their names."""
    from gradproof.report.index import CLAUSES

    return [
        CompletionItem(id, help=clause.name)
        for id, (_role, clause) in CLAUSES.items()
        if id.startswith(incomplete.upper())
    ]


def subjects(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What can be explained: defects and clauses."""
    from gradproof.report.index import DEFECTS

    found = _beginning(DEFECTS, incomplete)
    return found + clauses(context, parameter, incomplete)


def kinds(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What there is a starting point for."""
    from gradproof.starters.languages import LANGUAGES
    from gradproof.starters.projects import KINDS

    return _beginning((*LANGUAGES, *KINDS), incomplete)


def reports(
    _: click.Context, __: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The formats, each with its equals sign."""
    from gradproof.report.formats import FORMATS

    return _beginning((f"{name}=" for name in FORMATS), incomplete)


def _defined(place: str) -> list[str]:
    from gradproof.ports.target import defined

    return defined(Path(place))


def _beginning(words: Iterable[str], with_: str) -> list[CompletionItem]:
    return _items(word for word in words if word.startswith(with_))


def _items(words: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words]
