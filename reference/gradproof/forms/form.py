"""What makes a form: how its subjects are observed and judged, in one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from gradproof.contract.clauses import Clause, Finding, judged
from gradproof.defects.examples import Example
from gradproof.defects.layer_diagnosis import LayerExplanation
from gradproof.ports.trials import Description, LayerPort


class Bilingual(NamedTuple):
    """A sentence in each language of the reports."""

    en: str
    ja: str


@dataclass(frozen=True)
class Rule:
    """One sentence about what right means, and its judge.

    ``numbers`` is set for rules about values: one of them must pass for "right".
    ``source`` is the id of a message ``source.ID``; ``example`` is the smallest code
    that breaks the rule, beside the same code corrected.
    """

    name: str
    text: Bilingual
    judge: Callable[[Any], Any]
    example: Example
    severity: Literal["error", "warning"] = "error"
    numbers: bool = False
    source: str = "random-directions"

    @property
    def clause(self) -> Clause:
        """The rule as the rest of the package knows it."""
        level: Literal["must", "should"] = (
            "must" if self.severity == "error" else "should"
        )
        return Clause(
            self.name, self.name, level, self.source, self.judge, numbers=self.numbers
        )


@dataclass(frozen=True)
class FormDefect:
    """A named mistake: its texts, and the smallest code that has it."""

    name: str
    title: Bilingual
    explanation: Bilingual
    remedy: Bilingual
    example: Example


@dataclass(frozen=True)
class Form:
    """A form of hand-written gradients.

    ``observe`` runs one subject through a port; its evidence has ``said``, the
    description, and ``notes``. ``diagnose`` names the defects that explain the
    findings, best first. ``applies`` says which rules are about a subject;
    without it all of them are. ``messages`` are the sentences of its judges, by id.
    ``brief`` are the ids of passed rules' messages that a table shows.
    """

    role: str
    title: Bilingual
    rules: tuple[Rule, ...]
    defects: tuple[FormDefect, ...]
    observe: Callable[[LayerPort, Description], Any]
    diagnose: Callable[[Any, Sequence[Finding]], tuple[LayerExplanation, ...]]
    messages: Mapping[str, Bilingual] = field(default_factory=dict)
    applies: Callable[[Any], frozenset[str]] | None = None

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The rules as clauses of the role."""
        return tuple(rule.clause for rule in self.rules)

    def judge(self, evidence: Any) -> tuple[Finding, ...]:
        """Judge every rule that applies; where the first does not hold, it alone."""
        first, *rest = (c for c in self.clauses if c.id in self.applying(evidence))
        (found,) = judged((first,), evidence)
        if found.judgement.verdict != "pass":
            return (found,)
        return (found, *judged(rest, evidence))

    def applying(self, evidence: Any) -> frozenset[str]:
        """Return the names of the rules that are about this subject."""
        if self.applies is not None:
            return self.applies(evidence)
        return frozenset(rule.name for rule in self.rules)

    def sentences(self, language: Literal["en", "ja"]) -> dict[str, str]:
        """Return every sentence about the form, by message id."""
        texts = {f"role.{self.role}": self.title, **self.messages}
        texts |= {f"clause.{rule.name}": rule.text for rule in self.rules}
        for defect in self.defects:
            texts[f"defect.{defect.name}.title"] = defect.title
            texts[f"defect.{defect.name}.explanation"] = defect.explanation
            texts[f"defect.{defect.name}.remedy"] = defect.remedy
        return {id: getattr(text, language) for id, text in texts.items()}
