"""The command line. What is heavy is imported where a command begins."""

from __future__ import annotations

import click

from gradproof.commands.check import check
from gradproof.commands.demo import demo
from gradproof.commands.draw import draw
from gradproof.commands.explain import explain
from gradproof.commands.fix import fix
from gradproof.commands.init import init
from gradproof.commands.review import review
from gradproof.commands.vectors import vectors


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[check, demo, draw, explain, fix, init, review, vectors],
)
@click.version_option(package_name="gradproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Verify numerical gradients of *Deep Learning from Scratch*, chapter 4.

    Is a port right, what formula does it really compute, what is wrong?
    """
