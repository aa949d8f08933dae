"""Judging the ports of a run of pytest, each once, however many processes there are."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gradproof.project import checks
from gradproof.project.config import PortTable, Table, inside
from gradproof.report.ci import results
from gradproof.report.ci.results import Suite
from gradproof.report.language import CHOICE, wanted
from gradproof.report.phrases import Phrases, Unusable

LOOK_SECONDS = 0.05
GRACE_SECONDS = 60.0
"""Beyond a port's own time, before a process that waits for another helps itself."""

TIMEOUT_SECONDS = 30.0
"""For one port, where neither an option nor the project says another."""

PROJECT = pytest.StashKey[Table]()
"""What the project declares, if its ports are judged."""

KNOWN = pytest.StashKey[dict[str, list[Suite]]]()


def judged(table: PortTable, config: pytest.Config) -> list[Suite]:
    """What comes of a port: judged now, before, or by another process of the run."""
    known = config.stash.setdefault(KNOWN, {})
    name = hashlib.sha256(repr(table).encode()).hexdigest()
    if name not in known:
        folder = getattr(config, "workerinput", {}).get("gradproof_shared")
        project = config.stash.get(PROJECT, Table())
        asked = config.getoption("--gradproof-timeout")
        timeout = asked or project.timeout or TIMEOUT_SECONDS

        def judge() -> list[Suite]:
            return _judge(table, config, timeout)

        known[name] = once(Path(folder, name), judge, timeout) if folder else judge()
    return known[name]


def _judge(table: PortTable, config: pytest.Config, timeout: float) -> list[Suite]:
    project = config.stash.get(PROJECT, Table())
    terms = checks.terms(
        table,
        strict=config.getoption("--gradproof-strict") or project.strict,
        seed=config.getoption("--gradproof-seed"),
    )
    apart = frozenset(each.target for each in project.ports.values())
    # What a project declares is relative to its file.
    with inside(config.rootpath) if table in project.ports.values() else nullcontext():
        found = checks.check_subjects(table, terms, timeout, apart)
    asked = config.getoption("--gradproof-lang") or os.environ.get(CHOICE)
    lang = project.lang if project.lang and not asked else None
    phrases = Phrases(config.getoption("--gradproof-lang") or lang or wanted())
    strict = terms.strict
    examined = [each for each in found if not isinstance(each, Unusable)]
    unusable = [each for each in found if isinstance(each, Unusable)]
    suites = results.suites(examined, unusable, phrases)
    return [results.refusing_unjudged(s) for s in suites] if strict else suites


def once(path: Path, judge: Callable[[], list[Suite]], timeout: float) -> list[Suite]:
    """What ``judge`` gives to whoever has the lock first; the others read it there.

    The folder is the run's own, and nobody else may write into it.
    """
    lock = path.with_suffix(".lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return _awaited(path, timeout + GRACE_SECONDS) or judge()
    found = judge()
    partial = path.with_suffix(".part")
    partial.write_bytes(msgspec.json.encode(found, enc_hook=str))
    partial.replace(path)
    return found


def _awaited(path: Path, seconds: float) -> list[Suite]:
    """What another process has found; nothing if it does not come in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists():
            data = path.read_bytes()
            return msgspec.json.decode(data, type=list[Suite], dec_hook=_made)
        time.sleep(LOOK_SECONDS)
    return []


def _made(kind: type[Any], text: str) -> Any:
    """A path, where msgspec does not know of any."""
    return kind(text)
