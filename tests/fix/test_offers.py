"""Where `gradproof check` offers `gradproof fix`, running it yields a patch."""

from __future__ import annotations

import pytest

from corpus import SLIPS
from gradproof.fix import faults
from gradproof.fix.repair import mend
from gradproof.ports.target import parse
from gradproof.scripts.examination import probe
from places import PROGRAMS

NAMED = [
    f"slips/{file}.py:{name}"
    for file, slips in SLIPS.items()
    for name, defect in slips.items()
    if defect and file != "pairs"
]
WRONG = [
    f"wrong/{path.name}:gradient" for path in sorted((PROGRAMS / "wrong").glob("*.py"))
]

NOT_OFFERED = {
    "slips/rows.py:iterator_used_up",
    "slips/steps.py:single_step_double_divisor",
    "slips/steps.py:all_components_together",
    "slips/steps.py:last_index_in_every_closure",
}
"""Named, with no change that is known for that defect in that manner."""


@pytest.mark.once
@pytest.mark.parametrize("name", [*NAMED, *WRONG])
def test_an_offer_is_kept(name: str) -> None:
    target = parse(str(PROGRAMS / name))
    found = faults.with_offer(probe(target)[0], target)
    assert found.mendable == (name not in NOT_OFFERED)
    if found.mendable:
        assert mend(target, 60.0).changes


def test_what_is_named_and_cannot_be_changed_is_offered_nothing() -> None:
    target = parse(f"{PROGRAMS / 'slips' / 'steps.py'}:all_components_together")
    found, _ = probe(target)
    assert [e.defects for e in found.diagnosis if e.level == "must"]
    assert not faults.with_offer(found, target).mendable


def test_what_is_explained_in_part_is_offered_nothing() -> None:
    target = parse(f"{PROGRAMS / 'slips' / 'derivatives.py'}:diff_step_of_the_root")
    found, _ = probe(target)
    assert [e.whole for e in found.diagnosis if e.level == "must"] == [False]
    assert not faults.with_offer(found, target).mendable
