"""Where `gradproof check` offers `gradproof fix`, running it yields a patch."""

from __future__ import annotations

import pytest

from corpus import SLIPS
from gradproof.fix import faults
from gradproof.fix.repair import mend
from gradproof.ports.target import parse
from gradproof.scripts.examination import probe
from places import PROGRAMS

FIRST = {
    str(defect): f"slips/{file}.py:{name}"
    for file, slips in reversed(SLIPS.items())
    for name, defect in reversed(slips.items())
    if defect and file != "pairs"
}
"""The first slip of each defect. A routine of rows is right for rows."""
NAMED = [name for defect, name in FIRST.items() if defect != "row-by-row"]

NOT_OFFERED = {
    "slips/rows.py:iterator_used_up",
    "slips/rows.py:last_row_everywhere",
    "slips/steps.py:single_step_double_divisor",
    "slips/steps.py:all_components_together",
    "slips/steps.py:last_index_in_every_closure",
}
"""Named, with no change that is known for that defect in that manner."""


@pytest.mark.part(2)
@pytest.mark.once
@pytest.mark.parametrize("name", [*NAMED[::2], *sorted(NOT_OFFERED)])
def test_an_offer_is_kept(name: str) -> None:
    target = parse(str(PROGRAMS / name))
    found = faults.with_offer(probe(target)[0], target)
    assert found.mendable == (name not in NOT_OFFERED)
    if found.mendable:
        assert mend(target, 60.0).changes


@pytest.mark.once
def test_what_is_named_and_cannot_be_changed_is_offered_nothing() -> None:
    target = parse(f"{PROGRAMS / 'slips' / 'steps.py'}:all_components_together")
    found, _ = probe(target)
    assert [e.defects for e in found.diagnosis if e.level == "must"]
    assert not faults.with_offer(found, target).mendable


@pytest.mark.once
def test_what_is_explained_in_part_is_offered_nothing() -> None:
    target = parse(f"{PROGRAMS / 'slips' / 'steps.py'}:last_component_left_out")
    found, _ = probe(target)
    assert [e.whole for e in found.diagnosis if e.level == "must"] == [False]
    assert not faults.with_offer(found, target).mendable
