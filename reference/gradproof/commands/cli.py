"""The command line. What is heavy is imported where a command begins."""

from __future__ import annotations

import click

from gradproof.commands.words import CommandGroup, block

SUMMARIES = {
    "check": "Judge functions, layers, networks, optimizers, scripts.",
    "demo": "Show the bug of the book's script, and prove its fix.",
    "draw": "Draw the gradient field of a function of one's own, rightly.",
    "explain": "Explain a defect or a clause; without an ID, list them.",
    "fix": "Mend scripts, notebooks, routines and layers, with proof.",
    "init": "Write what to start from, in another language or with a tool.",
    "review": "Say what changed in golden pictures, and decide upon it.",
    "scan": "Find what can be judged below folders, and judge it all.",
    "vectors": "Write test vectors, for what can only answer once.",
}
"""Of each command the first sentence of its help."""


@click.group(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    summaries=SUMMARIES,
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
