"""The command line's own words, click's among them, in the reader's language."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import click

from gradproof.report.language import Language, named, wanted

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""Those of click that say something."""

EXAMPLES = re.compile(r"\bExamples?:")
"""What stands above the examples; the examples are the same in each language."""


class Group(click.Group):
    """Commands of which help and errors are in the language that is asked for."""

    def main(
        self, args: Sequence[str] | None = None, *more: Any, **options: Any
    ) -> Any:
        """Run a command, as click does."""
        words = sys.argv[1:] if args is None else list(args)
        with spoken(self, asked(words)):
            return super().main(args, *more, **options)


def asked(words: Sequence[str]) -> Language:
    """The language of ``--lang``, wherever it stands; else that of the environment."""
    for word, value in pairwise([*words, ""]):
        option, _, beside = word.partition("=")
        if option == "--lang":
            return named(beside or value) or wanted()
    return wanted()


@contextlib.contextmanager
def spoken(group: click.Group, language: Language) -> Iterator[None]:
    """Have click and the commands' help speak a language, and English again after."""
    if language == "en":
        yield
        return
    from gradproof.report.messages.help_ja import WORDS

    with contextlib.ExitStack() as undone:
        for name in MODULES:
            module = sys.modules[f"click.{name}"]
            _put(undone, module, "_", lambda said: WORDS.get(said, said))
            _put(undone, module, "ngettext", lambda one, many, n: WORDS.get(many, many))
        for owner, attribute in texts(group):
            said = getattr(owner, attribute)
            found = WORDS.get(plain(said), EXAMPLES.sub("例:", said))
            _put(undone, owner, attribute, found)
            if attribute == "help" and isinstance(owner, click.Command):
                first = found.removeprefix("\b\n").partition("\n")[0]
                _put(undone, owner, "short_help", first)
        yield


def texts(command: click.Command) -> Iterator[tuple[Any, str]]:
    """Where a command and those below it have a text: an object and its attribute."""
    for attribute in ("help", "epilog"):
        if getattr(command, attribute):
            yield command, attribute
    for parameter in command.params:
        if getattr(parameter, "help", None):
            yield parameter, "help"
    if isinstance(command, click.Group):
        for below in command.commands.values():
            yield from texts(below)


def plain(text: str) -> str:
    """A text as it is known by: its first paragraph, without line breaks."""
    return " ".join(text.strip().split("\n\n")[0].split())


def _put(undone: contextlib.ExitStack, owner: Any, name: str, value: Any) -> None:
    if hasattr(owner, name):
        undone.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)
