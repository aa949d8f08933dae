"""Exit codes: what a run says to a shell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradproof.ports.target import TargetError
    from gradproof.project.checks import Checked
    from gradproof.report.scan_lines import ScanRecord

AS_EXPECTED = 0
WRONG = 1
"""A clause failed or a port broke."""
USAGE = 2
NOT_LOADED = 3
NOTHING_COVERED = 4
INTERNAL = 70
"""An error of gradproof's own, EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
"""As a shell has it of what SIGINT ends: 128 + 2."""
OF_SIGNALS = 128
"""Added to the number of the signal that ended the run: 130 for Ctrl-C."""

GRAVEST_FIRST = (INTERNAL, USAGE, WRONG, NOT_LOADED, AS_EXPECTED, NOTHING_COVERED)


def gravest(codes: Iterable[int]) -> int:
    """Return the code of a run over all subjects: 4 only where nothing was judged."""
    found = set(codes)
    return next((code for code in GRAVEST_FIRST if code in found), AS_EXPECTED)


OF_VERDICTS = {
    "pass": AS_EXPECTED,
    "fail": WRONG,
    "error": WRONG,
    "not-covered": NOTHING_COVERED,
}


def of_result(result: Checked, *, strict: bool = False) -> int:
    """Return what a result says to a shell; ``strict``: all is to be judged."""
    from gradproof.report.examined import verdicts
    from gradproof.report.phrases import Unusable

    if isinstance(result, Unusable):
        code = _of_error(result.error)
        return WRONG if strict and code == NOTHING_COVERED else code
    if not result.as_expected:
        return WRONG
    return gravest(OF_VERDICTS[verdict] for verdict in verdicts(result))


OF_TROUBLE = {
    "usage": USAGE,
    "load": NOT_LOADED,
    "internal": INTERNAL,
    "killed": WRONG,
    "unjudged": NOTHING_COVERED,
}


def of_record(record: ScanRecord, *, strict: bool = False) -> int:
    """Return what a line of results says to a shell; ``strict``: all is judged."""
    if record.trouble:
        code = OF_TROUBLE[record.trouble]
        return WRONG if strict and code == NOTHING_COVERED else code
    if not record.as_expected:
        return WRONG
    return gravest(OF_VERDICTS[verdict] for verdict in record.counted)


def _of_error(error: TargetError) -> int:
    """Of a target that could not be loaded."""
    from gradproof.ports.target import InternalError, NotJudgedError, UsageError

    codes = {
        UsageError: USAGE,
        InternalError: INTERNAL,
        NotJudgedError: NOTHING_COVERED,
    }
    return codes.get(type(error), NOT_LOADED)
