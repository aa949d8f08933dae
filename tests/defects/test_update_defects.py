"""Each defect of an optimizer is caught by a must, named first, told from others."""

from __future__ import annotations

import pytest

from gradproof.contract.optimizers import judge
from gradproof.defects import update_matrix
from gradproof.defects.update_diagnosis import PARTS, diagnose
from gradproof.defects.updates import DEFECTS, IDS
from gradproof.evidence.followed_rules import explained
from gradproof.evidence.update_rules import FORMS, USUAL, RuleVariant
from gradproof.report.messages import CATALOGUES

pytestmark = pytest.mark.once  # models do the same under each version


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_right_optimizer_of_each_form_breaks_nothing(form: RuleVariant) -> None:
    evidence = update_matrix.mutant(form, None)
    findings = judge(evidence)
    assert [f for f in findings if f.judgement.verdict != "pass"] == []
    assert diagnose(evidence, findings) == ()
    assert evidence.followed is not None
    assert evidence.followed.form == form


@pytest.mark.parametrize("id", DEFECTS)
def test_a_defect_is_caught_and_named_first(id: str) -> None:
    forms = update_matrix.forms_of(DEFECTS[id])
    assert forms
    for form in forms:
        evidence = update_matrix.mutant(form, DEFECTS[id])
        findings = judge(evidence)
        failed = {f.clause.id for f in findings if f.judgement.verdict == "fail"}
        assert "O2" in failed, form.id
        best, *others = diagnose(evidence, findings)
        assert best.explained == best.parts, form.id
        assert best.defect == id, form.id
        assert [o for o in others if o.explained == o.parts] == [], form.id


def test_no_two_defects_go_the_same_way() -> None:
    for form in FORMS:
        concerned = [d for d in DEFECTS.values() if d.concerns(form.rule)]
        for defect in concerned:
            course = update_matrix.mutant(form, defect).courses["first"]
            numbers = {role: USUAL[role][0] for role in form.roles}
            for other in concerned:
                path = other.model(form)
                same = explained(course, path, {**course.given, **numbers}) == PARTS
                assert same == (other is defect), (form.id, defect.id, other.id)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_defect_is_explained(language: str) -> None:
    said = CATALOGUES[language]  # type: ignore[index]
    for id in IDS:
        for part in ("title", "explanation", "remedy"):
            assert said[f"defect.{id}.{part}"]
