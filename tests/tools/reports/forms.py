"""What is compared of a command's output: all but time and environment."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
CLOCK = re.compile(r'"message_id": ?"[\w.-]*timeout"')
"""What a report in JSON holds of a port that came to the end of its time."""
VARYING = ("environment", "version", "wall")
WIDTH, LINES = 200, 40


def normal(output: Mapping[str, Any]) -> str:
    """An output as text: exit code, streams and files, without what varies."""
    parts = [f"exit code {output['code']}"]
    parts += [f"--- {key}\n{_text(output[key])}" for key in ("stdout", "stderr")]
    parts += [f"--- {name}\n{_text(text)}" for name, text in output["files"].items()]
    return ADDRESS.sub("0x…", "\n".join(parts))


def _text(text: str) -> str:
    """The text; a report in JSON without what varies."""
    try:
        record = json.loads(text)
    except ValueError:
        return text
    return json.dumps(_constant(record), indent=1, ensure_ascii=False)


def _constant(value: Any) -> Any:
    if isinstance(value, list):
        return [_constant(item) for item in value]
    if isinstance(value, dict):
        return {k: _constant(v) for k, v in value.items() if k not in VARYING}
    return value


def pairs(
    names: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """The outputs of a batch: name, and both texts.

    If a port in it came to the end of its time, then without numbers: how far it came
    is no behaviour.
    """
    texts = [(name, normal(before[name]), normal(after[name])) for name in names]
    if any(CLOCK.search(text) for _, *both in texts for text in both):
        return [(n, _numberless(old), _numberless(new)) for n, old, new in texts]
    return texts


def _numberless(text: str) -> str:
    return re.sub(r"\d[\d,.]*", "#", text)


def sentences(text: str) -> list[re.Pattern[str]]:
    """The patterns in a file of accepted sentences, one a line; # begins a comment."""
    lines = (line.strip() for line in text.splitlines())
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def accepted(before: str, after: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether two texts are one, but for sentences that may differ.

    Spaces and line ends count for nothing here: a longer sentence breaks elsewhere.
    """
    before, after = " ".join(before.split()), " ".join(after.split())
    for pattern in patterns:
        before, after = pattern.sub("…", before), pattern.sub("…", after)
    return before == after


def difference(name: str, before: str, after: str) -> str:
    """The first lines of a unified diff under the command's name."""
    lines = [
        line if len(line) <= WIDTH else line[:WIDTH] + "…"
        for line in difflib.unified_diff(
            before.splitlines(), after.splitlines(), "before", "after", lineterm="", n=2
        )
    ]
    rest = [f"… {len(lines) - LINES} lines more"] if len(lines) > LINES else []
    return "\n".join((f"$ {name}", *lines[:LINES], *rest, ""))
