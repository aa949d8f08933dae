"""What is said of many ports at once, in English."""

from __future__ import annotations

MESSAGES = {
    "scan.named": "named for a gradient, line {line}",
    "scan.shaped": "has the shape of a gradient routine, line {line}",
    "scan.classes": "layers, networks or optimizers",
    "scan.script": "a script that draws arrows or calls a gradient",
    "scan.notebook": "a notebook that draws arrows or calls a gradient",
    "scan.declared": "declared",
    "scan.copy": "copy: {target}",
    "scan.foreign": "in other languages, found and not judged:",
    "scan.init": "to judge it: gradproof init {language} --from {target}",
    "scan.no-init": "there is no starting point for its language; docs/protocol.md says how to judge it",
    "scan.error": "not judged: {text}",
    "scan.total": "{ports} to judge; {copies} more are copies; {foreign} in other languages",
    "folder.ignored": "{n} ignored by git",
    "folder.unchanged": "{n} not touched",
    "scan.files": "  {why}: {files}",
    "scan.more": "and {n} more",
}
