"""The command line's own words, click's among them, in the reader's language."""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from itertools import pairwise
from typing import Any

import click

from gradproof.report.language import Language, named, speaking, wanted

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""Those of click that say something."""

COMPLETE = "_GRADPROOF_COMPLETE"
"""What a shell puts into the environment, to be told what may come next."""

EXAMPLES = re.compile(r"\bExamples?:")
"""What stands above the examples; the examples are the same in each language."""


def block(text: str) -> str:
    """Text that click is not to wrap."""
    return "\b\n" + text


class Commands(MutableMapping[str, click.Command]):
    """Commands by their names; the module of one is imported when it is asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._known: dict[str, click.Command | None] = dict.fromkeys(names)

    def __getitem__(self, name: str) -> click.Command:
        found = self._known[name]
        if found is None:
            module = importlib.import_module(f"gradproof.commands.{name}")
            found = self._known[name] = getattr(module, name)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._known[name] = command

    def __delitem__(self, name: str) -> None:
        del self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class CommandGroup(click.Group):
    """Commands of which help and errors are in the language that is asked for.

    ``summaries`` has a sentence for each, so that the list of them needs none itself.
    """

    def __init__(self, *, summaries: Mapping[str, str], **options: Any) -> None:
        super().__init__(commands=Commands(summaries), **options)
        self.summaries = summaries

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List them, as click does."""
        listed = [click.Command(n, short_help=s) for n, s in self.summaries.items()]
        click.Group(commands=listed).format_commands(ctx, formatter)

    def main(
        self, args: Sequence[str] | None = None, *more: Any, **options: Any
    ) -> Any:
        """Run a command, as click does."""
        words = sys.argv[1:] if args is None else list(args)
        language = asked(words)
        if COMPLETE in os.environ:
            from gradproof.commands import shells

            shells.register()
        with speaking(language), spoken(self, language):
            return super().main(args, *more, **options)


def asked(words: Sequence[str]) -> Language:
    """The language of ``--lang``, wherever it stands; else that of the environment."""
    for word, value in pairwise([*words, ""]):
        option, _, beside = word.partition("=")
        if option == "--lang":
            return named(beside or value) or wanted()
    return wanted()


def said(text: str, language: Language) -> str:
    """A text of the command line in a language."""
    if language == "en":
        return text
    from gradproof.report.messages.help_ja import WORDS

    return WORDS.get(text, text)


def told(text: str, **parameters: object) -> str:
    """A text of the command line in the language that is wanted."""
    return said(text, wanted()).format(**parameters)


@contextlib.contextmanager
def spoken(group: CommandGroup, language: Language) -> Iterator[None]:
    """Have click and the commands' help speak a language, and English again after."""
    if language == "en":
        yield
        return
    from gradproof.report.messages.help_ja import WORDS

    with contextlib.ExitStack() as undone:
        listed = {n: _summary(WORDS.get(s, s)) for n, s in group.summaries.items()}
        _put(undone, group, "summaries", listed)
        for name in MODULES:
            module = sys.modules[f"click.{name}"]
            _put(undone, module, "_", lambda said: WORDS.get(said, said))
            _put(undone, module, "ngettext", lambda one, many, n: WORDS.get(many, many))
        for owner, attribute in texts(group):
            said = getattr(owner, attribute)
            found = WORDS.get(plain(said), EXAMPLES.sub("例:", said))
            _put(undone, owner, attribute, found)
            if attribute == "help" and isinstance(owner, click.Command):
                _put(undone, owner, "short_help", _summary(found))
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


def _summary(help: str) -> str:
    return help.removeprefix("\b\n").partition("\n")[0]


def _put(undone: contextlib.ExitStack, owner: Any, name: str, value: Any) -> None:
    if hasattr(owner, name):
        undone.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)
