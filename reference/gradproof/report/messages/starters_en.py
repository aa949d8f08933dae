"""Starting points in other languages: English."""

MESSAGES = {
    "init.languages": "Programs to start from, with gradproof init LANGUAGE:",
    "init.unknown": "there is no starting point for '{name}'; there are {known}",
    "init.suggest": "there is no starting point for '{name}'; near: {near}",
    "init.from": "--from {named}: name a routine as FILE:FUNCTION",
    "init.no-file": "--from {file}: {text}",
    "init.no-function": "--from {file}: the name {function} does not occur in it",
    "init.not-beside": "--from {file}: in {language} the program has to lie in the folder of the routine; name that by --output",
    "init.private": "--from {file}: no other file can call {function}: make it public (or export it) first",
    "init.fill-in": "fill in  {place}: how to call a routine of this signature is not known: {signature}",
    "init.exists": "nothing was written, since there is already: {files}",
    "init.written": "written  {file}",
    "init.next": "next:",
    "init.readme.title": "A port in {language}, judged by gradproof",
    "init.readme.routine": "Files: `{program}` speaks gradproof's line protocol and calls `{function}` of `{routine}`, the routine under test.",
    "init.readme.packages": "Debian: `apt-get install {packages}`.",
    "init.readme.build": "Build: `{command}`",
    "init.readme.no-build": "Build: nothing to do.",
    "init.readme.check": "Check: `{command}`",
    "init.readme.ci": "CI: run 3 and 4; the exit code is 0 if it is right. Or declare it in this folder's pyproject.toml, and run `gradproof check`:",
}
