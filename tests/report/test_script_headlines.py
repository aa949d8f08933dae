"""A script's headline never says more than its clauses, whatever these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pytest

from gradproof.contract.verdicts import Verdict, fold
from gradproof.report.messages import CATALOGUES
from gradproof.report.script_headlines import headline

Verdicts = Mapping[str, Verdict]
IDS = ("S1", "S2", "S3", "S4", "S5")
EACH: tuple[Verdict, ...] = ("pass", "fail", "error", "not-covered")


def every() -> Iterator[tuple[Verdict, Verdicts, Verdict | None]]:
    """All that can be judged, each with some clauses that were not asked for."""
    for verdicts in product((*EACH, None), repeat=len(IDS)):
        pairs = zip(IDS, verdicts, strict=True)
        clauses = {id: verdict for id, verdict in pairs if verdict is not None}
        for routines in (None, *EACH):
            yield fold(clauses.values()), clauses, routines


def fine(clauses: Verdicts) -> bool:
    return not {"fail", "error"} & set(clauses.values())


CLAIMS: dict[str, Callable[[Verdicts, Verdict | None], bool]] = {
    "script-pass": lambda c, r: (
        r != "fail"
        and fine(c)
        and all(c.get(id) == "pass" for id in ("S1", "S2", "S3", "S4"))
    ),
    "script-no-arrows": lambda c, r: (
        r != "fail"
        and fine(c)
        and c.get("S3") == c.get("S5") == "pass"
        and c.get("S2") == "not-covered"
    ),
    "script-no-results": lambda c, r: (
        r != "fail"
        and fine(c)
        and c.get("S3") == "pass" != c.get("S5")
        and c.get("S2") == "not-covered"
    ),
    "script-unjudged": lambda c, r: (
        r != "fail" and fine(c) and c.get("S3") == c.get("S5") == "pass" != c.get("S4")
    ),
    "script-points-alone": lambda c, r: (
        r != "fail"
        and fine(c)
        and c.get("S3") == "pass"
        and "pass" not in (c.get("S4"), c.get("S5"))
    ),
    "script-partly": lambda c, r: r != "fail" and fine(c) and "pass" in c.values(),
    "script-routine": lambda c, r: r == "fail" and c.get("S3") == "pass",
    "script-routine-alone": lambda c, r: r == "fail",
    "script-lucky": lambda c, _: (
        c.get("S3") == "fail" and c.get("S2") == c.get("S4") == "pass"
    ),
    "script-both": lambda c, _: c.get("S3") == c.get("S4") == "fail",
    "script-picture": lambda c, _: c.get("S4") == "fail",
    "script-results": lambda c, _: c.get("S5") == "fail",
    "fail": lambda c, _: "fail" in c.values(),
    "error": lambda c, _: "error" in c.values(),
    "not-covered": lambda c, _: fine(c) and "pass" not in c.values(),
    "script-right-routine": lambda c, r: (
        r == "pass" and fine(c) and "pass" not in c.values()
    ),
}


def test_no_headline_says_more_than_the_clauses_and_all_are_reached() -> None:
    reached = set()
    for verdict, clauses, routines in every():
        said = headline(verdict, clauses, routines=routines)
        if routines == "fail" and fine(clauses):
            assert said in ("headline.script-routine", "headline.script-routine-alone")
        reached.add(said.removeprefix("headline."))
        assert CLAIMS[said.removeprefix("headline.")](clauses, routines), (
            said,
            clauses,
        )
        assert all(said in catalogue for catalogue in CATALOGUES.values())
    assert reached == set(CLAIMS)


def test_arrows_that_may_be_meant_are_named_and_not_called_right() -> None:
    clauses: dict[str, Verdict] = dict.fromkeys(IDS, "pass")
    clauses["S4"] = "not-covered"
    said = headline("pass", clauses, meant=True)
    assert said == "headline.script-perhaps"
    assert all(said in catalogue for catalogue in CATALOGUES.values())
    clauses["S5"] = "not-covered"
    said = headline("pass", clauses, meant=True)
    assert said == "headline.script-points-alone"


@pytest.mark.parametrize("id", ["S3", "S4"])
def test_what_is_not_judged_is_not_called_right(id: str) -> None:
    clauses: dict[str, Verdict] = dict.fromkeys(IDS, "pass")
    assert headline("pass", clauses) == "headline.script-pass"
    said = headline("pass", clauses, unjudged=True)
    assert said == "headline.script-some"
    del clauses[id]
    said = headline("pass", clauses)
    assert said == "headline.script-partly"
