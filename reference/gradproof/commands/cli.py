"""The command line. What is heavy is imported where a command begins."""

from __future__ import annotations

import click

from gradproof.commands.check import check
from gradproof.commands.demo import demo
from gradproof.commands.draw import draw
from gradproof.commands.explain import explain
from gradproof.commands.fix import fix
from gradproof.commands.init import init
from gradproof.commands.options import block
from gradproof.commands.review import review
from gradproof.commands.scan import scan
from gradproof.commands.vectors import vectors
from gradproof.commands.words import Group


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    commands=[check, demo, draw, explain, fix, init, review, scan, vectors],
    epilog=block(
        "Examples:\n"
        "  gradproof demo\n"
        "  gradproof check ch04/gradient_2d.py\n"
        "  gradproof check common/gradient.py:numerical_gradient\n"
        "  gradproof check common/ ch05/\n"
        "  gradproof check exec:'node port.mjs'\n"
        "  gradproof fix ch04/gradient_2d.py\n"
    ),
)
@click.version_option(package_name="gradproof", message="%(prog)s %(version)s")
def cli() -> None:
    """Verify the gradients of *Deep Learning from Scratch*, and of every port of it.

    Is it right, what formula does it really compute, what is wrong? Judged are
    numerical gradients (chapter 4), layers, networks and optimizers (chapters 5 to 8,
    the second volume, DeZero), scripts and notebooks as they stand, and programs in any
    language.
    """
