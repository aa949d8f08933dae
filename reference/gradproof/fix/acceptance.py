"""A routine beside itself with another text: whether it has become right."""

from __future__ import annotations

from gradproof.examination.examination import Examination

SOUND = ("pass", "not-covered")
ALL = ("must", "should")


UNFIT = ("role-fewest-wrong", "role-unguarded")
"""Why a role was taken that does not fit: another may, once the routine is right."""


def is_right(before: Examination, after: Examination, strict: bool) -> bool:
    """Whether no must fails, if strict no should either, and nothing is worse.

    What a routine did not take before, as a script never gives it that, it need not
    take now.
    """
    was, now = _verdicts(before), _verdicts(after, *ALL[: 1 + strict])
    fine = all(
        v in SOUND or (v == "error" and was.get(id) == "error") for id, v in now.items()
    )
    alike = after.role == before.role or before.why in UNFIT
    return alike and fine and "pass" in now.values() and not _worse(before, after, ALL)


def is_better(before: Examination, after: Examination, strict: bool) -> bool:
    """Whether fewer musts fail, or as many and more of them could be judged.

    None that passed may be worse; if strict, no should either. That one fails which
    could not be judged before is no fault of the change.
    """
    levels = ALL[: 1 + strict]
    nearer = _open(after, levels) < _open(before, levels)
    passed = {id for id, verdict in _verdicts(before).items() if verdict == "pass"}
    lost = any(
        verdict not in SOUND and id in passed
        for id, verdict in _verdicts(after, *levels).items()
    )
    return after.role == before.role and nearer and not lost


def _open(examination: Examination, levels: tuple[str, ...]) -> list[tuple[int, int]]:
    """How many clauses of each level fail, and how many could not be judged."""
    found = [list(_verdicts(examination, level).values()) for level in levels]
    return [(v.count("fail"), v.count("not-covered")) for v in found]


def failures(examination: Examination, strict: bool) -> tuple[int, ...]:
    """How many clauses fail: musts first, and if strict shoulds."""
    levels = ALL[: 1 + strict]
    return tuple(
        list(_verdicts(examination, level).values()).count("fail") for level in levels
    )


def _worse(before: Examination, after: Examination, levels: tuple[str, ...]) -> bool:
    """Whether a clause that passed does not, or one fails that did not."""
    old, new = _verdicts(before), _verdicts(after, *levels)
    return any(
        verdict not in SOUND and old.get(id, verdict) in SOUND
        for id, verdict in new.items()
    )


def _verdicts(examination: Examination, *levels: str) -> dict[str, str]:
    return {
        f.clause.id: f.judgement.verdict
        for f in examination.findings
        if f.clause.level in (levels or ALL)
    }
