"""``python -m gradproof``: the command line, and its last resort."""

from __future__ import annotations

import sys

from gradproof.project import exit_codes


def main() -> int:
    """Run the command line; an unforeseen error is gradproof's own, code 70."""
    import click

    from gradproof.commands.cli import cli

    for stream in (sys.stdout, sys.stderr):
        # Formulas and Japanese need UTF-8, also where the console has another one.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return cli.main(prog_name="gradproof", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("gradproof: interrupted.", file=sys.stderr)
        return exit_codes.INTERRUPTED
    except Exception:
        import traceback

        traceback.print_exc()
        print(
            "gradproof: this is an error of gradproof's own, not of your code.",
            file=sys.stderr,
        )
        return exit_codes.INTERNAL


if __name__ == "__main__":
    sys.exit(main())
