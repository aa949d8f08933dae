"""What shells do with completions, where click's own scripts lose something."""

from __future__ import annotations

from click.shell_completion import (
    BashComplete,
    FishComplete,
    ZshComplete,
    add_completion_class,
)


class Fish(FishComplete):
    """Fish, with descriptions that have commas."""

    source_template = FishComplete.source_template.replace(
        'string split "," $completion',
        'string split --max 1 "," $completion',
    )


class Zsh(ZshComplete):
    """Zsh, without a blank behind what ends in an equals sign."""

    source_template = ZshComplete.source_template.replace(
        "compadd -U -V unsorted -a completions",
        "local -a ending\n"
        '        [[ "${completions[1]}" == *= ]] && ending=(-S "")\n'
        '        compadd "${ending[@]}" -U -V unsorted -a completions',
    )


class Bash(BashComplete):
    """Bash, without a blank behind what ends in an equals sign."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)\n",
        "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace\n",
    )


def register() -> None:
    """Have click take these."""
    for shell in (Bash, Fish, Zsh):
        add_completion_class(shell)
