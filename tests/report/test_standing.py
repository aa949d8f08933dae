"""A headline never says more than its clauses, over all records that can be built."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradproof
from gradproof import corrected
from gradproof.contract import layers, networks, optimizers
from gradproof.contract.clauses import CONTRACT, Finding
from gradproof.contract.verdicts import Judgement, Verdict
from gradproof.examination.examination import Examination
from gradproof.examination.parts import PartExamination
from gradproof.examination.policy import Terms
from gradproof.ports.role_ids import RoleId
from gradproof.report import layer_text, port_text
from gradproof.report.layout import console
from gradproof.report.phrases import Phrases
from gradproof.report.standing import NUMBERS, standing

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ROLES = tuple(CONTRACT)


@pytest.fixture(scope="module")
def right() -> Examination:
    return gradproof.check(corrected.numerical_gradient).examination


def examined(
    like: Examination, role: RoleId, verdicts: Mapping[str, Verdict], terms: Terms
) -> Examination:
    findings = tuple(
        Finding(clause, Judgement(verdicts[clause.id], "holds"))
        for clause in CONTRACT[role]
    )
    unknown = tuple(terms.unknown(findings))
    chosen = terms.chosen(findings)
    return replace(like, role=role, findings=chosen, terms=terms, unknown=unknown)


@st.composite
def records(draw: st.DrawFn) -> tuple[RoleId, dict[str, Verdict], Terms]:
    """A role, a verdict for each of its clauses, mostly a pass, and terms."""
    role = draw(st.sampled_from(ROLES))
    ids = [clause.id for clause in CONTRACT[role]]
    some = draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(VERDICTS)))
    declared = st.dictionaries(st.sampled_from([*ids, "G0"]), st.just("known"))
    terms = Terms(
        strict=draw(st.booleans()),
        only=draw(st.frozensets(st.sampled_from(ids), max_size=2)),
        expect=draw(st.one_of(st.just({}), declared)),
    )
    verdicts: dict[str, Verdict] = dict.fromkeys(ids, "pass")
    return role, verdicts | some, terms


@given(record=records())
def test_right_is_what_passes_in_every_must_and_in_numbers(
    right: Examination, record: tuple[RoleId, dict[str, Verdict], Terms]
) -> None:
    role, verdicts, terms = record
    examination = examined(right, role, verdicts, terms)
    headline = port_text.headline(examination, Phrases())
    found = {f.clause.id: f.judgement.verdict for f in examination.findings}
    # A clause that need not apply is no part of the whole where it is not wanted.
    musts = [
        clause
        for clause in CONTRACT[role]
        if clause.level == "must" and (clause.applies is None or clause.id in found)
    ]
    whole = all(found.get(clause.id) == "pass" for clause in musts)
    numbers = any(
        clause.name in NUMBERS and found.get(clause.id) == "pass" for clause in musts
    )
    if headline.endswith(" is right."):
        assert whole
        assert numbers
    if " right" in headline:
        assert numbers
        assert examination.verdict == "pass"
        assert examination.as_expected
        assert not terms.as_declared(examination.findings)
        assert not any(found.get(clause.id) in ("fail", "error") for clause in musts)
    # A should that was asked for by its id counts.
    if whole and not terms.strict and not terms.expect and not terms.only:
        assert standing(examination) == "pass"


class Affine:
    """A right layer, with parameters."""

    def __init__(self, W: Any, b: Any) -> None:
        self.W, self.b = W, b
        self.x = self.dW = self.db = None

    def forward(self, x: Any) -> Any:
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout: Any) -> Any:
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)  # type: ignore[attr-defined]
        return dout @ self.W.T


class Tanh:
    """A right layer without."""

    def forward(self, x: Any) -> Any:
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout: Any) -> Any:
        return dout * (1 - self.y**2)


class SGD:
    """A right optimizer."""

    def __init__(self, lr: float = 0.01) -> None:
        self.lr = lr

    def update(self, params: Any, grads: Any) -> None:
        for key in params:
            params[key] -= self.lr * grads[key]


class Net:
    """A right network."""

    def __init__(self) -> None:
        self.params = {"W": np.array([[0.5, -0.25], [0.125, 1.0]])}

    def loss(self, x: Any, t: Any) -> Any:
        return np.sum((x @ self.params["W"] - t) ** 2) / 2

    def gradient(self, x: Any, t: Any) -> Any:
        return {"W": x.T @ (x @ self.params["W"] - t)}


@functools.cache
def parts_examined() -> tuple[PartExamination, ...]:
    """Of each kind one; the third by itself, as a function without backward."""
    affine, tanh = (
        gradproof.check_layer(layer).examination.layers[0] for layer in (Affine, Tanh)
    )
    said = replace(tanh.evidence.said, alone="function")
    alone = replace(tanh, evidence=replace(tanh.evidence, said=said))
    x = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25]])
    others = gradproof.check_optimizer(SGD), gradproof.check_network(Net(), x, x / 2)
    return affine, tanh, alone, *(each.examination.layers[0] for each in others)


JUDGES: tuple[Any, ...] = (layers, layers, layers, optimizers, networks)
"""The contract of each of them."""


@st.composite
def part_records(draw: st.DrawFn) -> tuple[int, dict[str, Verdict], Terms]:
    """A part, verdicts that are none of a pass, and terms."""
    which = draw(st.integers(0, len(JUDGES) - 1))
    ids = [clause.id for clause in JUDGES[which].CLAUSES]
    verdicts = st.dictionaries(
        st.sampled_from(ids), st.sampled_from(VERDICTS), max_size=3
    )
    declared = st.dictionaries(st.sampled_from([*ids, "G0"]), st.just("known"))
    terms = Terms(
        strict=draw(st.booleans()),
        only=draw(st.frozensets(st.sampled_from(ids), max_size=2)),
        expect=draw(st.one_of(st.just({}), declared)),
    )
    return which, draw(verdicts), terms


def part_examined(record: tuple[int, dict[str, Verdict], Terms]) -> PartExamination:
    which, verdicts, terms = record
    like = parts_examined()[which]
    findings = tuple(
        Finding(f.clause, Judgement(verdicts.get(f.clause.id, "pass"), "holds"))
        for f in JUDGES[which].judge(like.evidence)
    )
    return replace(
        like,
        findings=terms.chosen(findings),
        terms=terms,
        unknown=tuple(terms.unknown(findings)),
        diagnosis=(),
    )


@given(record=part_records())
@settings(deadline=None)
def test_a_part_is_right_if_every_must_that_is_about_it_passes(
    record: tuple[int, dict[str, Verdict], Terms],
) -> None:
    examination = part_examined(record)
    headline = layer_text.headline(examination, Phrases())
    found = {f.clause.id: f.judgement.verdict for f in examination.findings}
    musts = examination.musts
    whole = all(found.get(id) == "pass" for id in musts)
    numbers = any(found.get(id) == "pass" for id in examination.about_numbers)
    # Of a network no more is known than that it agrees with its loss.
    right = headline.endswith(" is right.") or " agrees with its loss" in headline
    if right:
        assert whole
        assert numbers
    if right or " right" in headline:
        assert numbers
        assert examination.verdict == "pass"
        assert examination.as_expected
        assert not examination.terms.as_declared(examination.findings)
        assert not any(found.get(id) in ("fail", "error") for id in musts)
    terms = examination.terms
    if whole and not terms.strict and not terms.expect and not terms.only:
        assert right


@pytest.mark.parametrize(
    ("verdicts", "terms", "said"),
    [
        ({}, Terms(), "Affine is right."),
        (
            {"L9": "not-covered"},
            Terms(),
            "Affine is right as far as it could be judged; not judged: L9 again.",
        ),
        (
            {},
            Terms(only=frozenset({"L1"})),
            "Affine: what was judged holds (L1 runs); it was not judged in full.",
        ),
        (
            {"L3": "not-covered", "L4": "not-covered"},
            Terms(),
            "Affine: nothing could be judged.",
        ),
        ({"L3": "fail"}, Terms(expect={"L3": "known"}), "Affine is wrong as declared"),
    ],
)
def test_what_of_a_layer_was_not_judged_is_said_in_the_same_breath(
    verdicts: dict[str, Verdict], terms: Terms, said: str
) -> None:
    examination = part_examined((0, verdicts, terms))
    assert layer_text.headline(examination, Phrases()).startswith(said)


@pytest.mark.parametrize("kind", ["port", "layer"])
def test_all_that_was_declared_and_is_not_so_is_told(
    kind: str, right: Examination
) -> None:
    passes = "G1" if kind == "port" else "L1"
    terms = Terms(expect={passes: "known", "X1": "known"})
    if kind == "port":
        ids = (clause.id for clause in CONTRACT["gradient"])
        verdicts: dict[str, Verdict] = dict.fromkeys(ids, "pass")
        stale: Any = examined(right, "gradient", verdicts, terms)
        text: Any = port_text
    else:
        stale, text = part_examined((0, {}, terms)), layer_text
    screen = console(io.StringIO())
    text.show(stale, Phrases(), screen)
    headline, *rows = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    for reason in ("this role has no clause X1", f"{passes} "):
        assert reason in headline
        assert reason in "\n".join(rows)
    assert "was expected to fail, and passes" in headline


@pytest.mark.parametrize(
    ("changed", "only", "said"),
    [
        ({}, (), "numerical_gradient is right."),
        (
            {"G4": "not-covered", "G6": "not-covered"},
            (),
            "numerical_gradient is right as far as it could be judged; not judged:"
            " G4 consistent, G6 accuracy.",
        ),
        (
            {},
            ("G1",),
            "numerical_gradient: what was judged holds (G1 point); it was not judged in"
            " full.",
        ),
    ],
)
def test_what_was_not_judged_is_said_in_the_same_breath(
    right: Examination, changed: Mapping[str, Verdict], only: tuple[str, ...], said: str
) -> None:
    ids = (clause.id for clause in CONTRACT["gradient"])
    verdicts: dict[str, Verdict] = dict.fromkeys(ids, "pass")
    verdicts.update(changed)
    named = replace(right, target="numerical_gradient")
    terms = Terms(only=frozenset(only))
    examination = examined(named, "gradient", verdicts, terms)
    assert port_text.headline(examination, Phrases()) == said


def test_every_role_has_a_clause_about_its_numbers() -> None:
    for clauses in CONTRACT.values():
        assert {c.name for c in clauses if c.level == "must"} & NUMBERS
