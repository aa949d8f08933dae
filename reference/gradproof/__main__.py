"""``python -m gradproof``: the command line, and its last resort."""

from __future__ import annotations

import sys
import warnings

from gradproof.commands import exit_codes

NO_NUMBER = "(divide by zero|overflow|underflow|invalid value) encountered"
"""What NumPy warns of."""


def main() -> int:
    """Run the command line; an unforeseen error is gradproof's own, code 70.

    A signal ends it in order, with the code that a shell gives to it.
    """
    from gradproof.commands import signals

    try:
        with signals.heard():
            return _run()
    except signals.SignalError as error:
        _tell("interrupted ({name}).", name=error.name)
        return error.code
    except KeyboardInterrupt:
        _tell("interrupted.")
        return exit_codes.INTERRUPTED


def _tell(text: str, **parameters: str) -> None:
    """How it ends, in the reader's language."""
    from gradproof.commands.words import asked, said

    sentence = said(text, asked(sys.argv[1:])).format(**parameters)
    print(f"gradproof: {sentence}", file=sys.stderr)


def _run() -> int:
    import click

    from gradproof.commands.cli import cli
    from gradproof.commands.words import asked, spoken

    # The numbers of what is judged may be as extreme as they like.
    warnings.filterwarnings("ignore", NO_NUMBER, RuntimeWarning)
    for stream in (sys.stdout, sys.stderr):
        # Formulas and Japanese need UTF-8, also where the console has another one.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return cli.main(prog_name="gradproof", standalone_mode=False) or 0
    except click.ClickException as error:
        with spoken(cli, asked(sys.argv[1:])):
            error.show()
        return error.exit_code
    except click.Abort as abort:
        raise abort.__cause__ or KeyboardInterrupt from None
    except Exception:
        import traceback

        traceback.print_exc()
        _tell("this is an error of gradproof's own, not of your code.")
        return exit_codes.INTERNAL


if __name__ == "__main__":
    sys.exit(main())
