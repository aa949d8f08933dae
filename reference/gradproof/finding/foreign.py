"""Numerical gradients in sources of other languages, by how these define a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

NAME = r"(\w*(?:numer\w*|num|finite\w*|central\w*)_?(?:grad|diff|deriv)\w*)"
"""numericalGradient, num_grad, finite_difference, …"""

TYPED = rf"^[ \t]*[\w:<>,*&\[\] \t]*[\w>*&\]][ \t*&]+{NAME}\s*\([^;]*$"
"""A function after the type that it gives."""
FUNCTION = rf"\b(?:function|func|fn|fun|def|sub)\s+(?:\([^)]*\)\s*|self\.)?{NAME}"
ASSIGNED = rf"\b(?:const|let|var)\s+{NAME}\s*="

STARTED = {
    **dict.fromkeys((".js", ".mjs", ".cjs"), "javascript"),
    **dict.fromkeys((".ts", ".mts"), "typescript"),
    **dict.fromkeys((".c", ".h"), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hpp", ".hh"), "cpp"),
    **{".go": "go", ".rb": "ruby", ".rs": "rust", ".java": "java"},
}
"""The languages that `init` has a starting point for, by their files' suffixes."""

OTHERS = {
    *(".jl", ".r", ".m", ".swift", ".kt", ".cs", ".scala", ".php", ".lua", ".pl"),
    *(".f90", ".hs", ".ml", ".fs", ".nim", ".d", ".dart", ".ex", ".clj", ".cu"),
}

PATTERNS: Mapping[str, str] = {
    **dict.fromkeys((".c", ".h", ".java", ".cs", ".cu", ".d", ".f90"), TYPED),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".hpp", ".hh"), TYPED),
    ".r": rf"\b{NAME}\s*(?:<-|=)\s*function",
    ".m": rf"\bfunction\s+(?:[\w\[\], ]+=\s*)?{NAME}",
    ".hs": rf"^{NAME}\s*::",
    **dict.fromkeys((".ml", ".fs"), rf"\blet\s+(?:rec\s+)?{NAME}"),
    ".nim": rf"\bproc\s+{NAME}",
    ".clj": rf"\(defn\s+{NAME}",
    ".jl": rf"\bfunction\s+{NAME}|^{NAME}\([^)]*\)\s*=",
}

MAX_BYTES = 1 << 20
"""Of a source; what is longer was not written by hand."""


class Foreign(NamedTuple):
    """A function in a file; the language if there is a starting point for it."""

    path: Path
    function: str
    line: int
    language: str | None


def is_source(path: Path) -> bool:
    """Whether a file is one of another language, by its name."""
    return path.suffix.lower() in STARTED or path.suffix.lower() in OTHERS


def functions(path: Path) -> Iterator[Foreign]:
    """What looks like a numerical gradient in it."""
    suffix = path.suffix.lower()
    try:
        if path.stat().st_size > MAX_BYTES:
            return
        text = path.read_text("utf-8", "replace")
    except OSError:
        return
    seen = set()
    pattern = PATTERNS.get(suffix, f"{FUNCTION}|{ASSIGNED}")
    for found in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE):
        name = next(group for group in found.groups() if group)
        if name not in seen:
            seen.add(name)
            line = text.count("\n", 0, found.start(found.lastindex or 0)) + 1
            yield Foreign(path, name, line, STARTED.get(suffix))
