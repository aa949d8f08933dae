"""Sentences made from a message's id and its parameters."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement
from gradproof.defects.diagnosis import Explanation
from gradproof.defects.lost_digits import LostDigits
from gradproof.examination.counterexample import Counterexample
from gradproof.examination.examination import Examination
from gradproof.examination.judged import Judged
from gradproof.examination.parts import PartExamination
from gradproof.numerics.formula_text import FormulaText
from gradproof.ports.observation import Note
from gradproof.ports.target import (
    InternalError,
    NotJudgedError,
    TargetError,
    UsageError,
    parsed,
)
from gradproof.report.characters import printable
from gradproof.report.messages import CATALOGUES, Language, foreign_ja
from gradproof.report.numbers import compared, number, power_of_two, size, written
from gradproof.scripts.examined import ScriptExamination

SIZES = frozenset({"allowed", "bound", "difference", "error", "off"}) | {
    *("doubt", "effect", "guard", "threshold", "typical"),
}
"""Parameters of which a reader needs the size and no more."""

COUNTS = frozenset({"calls", "count", "evaluations", "size", "total", "wrong"})
"""Parameters that count something: their thousands are told apart."""

PLACES = frozenset({"at", "point", "start", "t"})
"""Where something was seen: its numbers are given for orientation."""
PLACE_DIGITS = 4

MISSING_MODULE = {"ModuleNotFoundError", "ImportError"}
"""Exceptions whose own text says what kind they are."""

CELL = re.compile(r"(.*\.ipynb)\[(\d+)\]")
"""What stands for a file where code stands in a notebook's cell."""

BETWEEN_LETTERS = re.compile("(?<=[ぁ-ゖァ-ヺー一-鿿々]) (?=[ぁ-ゖァ-ヺー一-鿿々])")
"""A blank that Japanese does not write: it stands beside names and numbers only."""
FORMULA = re.compile(
    r"(?P<equation>.+? ≈ .+?)(, not (?P<derivative>[^,]+))?"
    r"(, h = (?P<step>[^,]+))?(, error (?P<error>.+))?"
)
"""A formula as it is told in English."""
HELD = "\0"
"""Stands for a blank of a name or a text, which stays."""


NAMES = frozenset({"target", "file", "path", "module"})
"""Parameters that are one line whatever they hold."""


@dataclass(frozen=True)
class Unusable:
    """A target that could not be loaded, and why."""

    target: str
    error: TargetError

    @property
    def internal(self) -> bool:
        """Whether it is gradproof that failed, and not the target."""
        return isinstance(self.error, InternalError)

    @property
    def unjudged(self) -> bool:
        """Return whether it is a subject that was found and cannot be judged."""
        return isinstance(self.error, NotJudgedError)


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language."""

    language: Language = "en"

    def say(self, message: str, **parameters: Any) -> str:
        """The sentence of this id; numbers and shapes are written for a reader."""
        shown = _Shown((key, _shown(key, value)) for key, value in parameters.items())
        if self.language == "ja" and message in foreign_ja.MESSAGES:
            shown["text"] = foreign_ja.translated(shown["text"])
        variant = _variant(message, parameters)
        sentence = CATALOGUES[self.language].get(variant)
        if cell := CELL.fullmatch(shown.get("file", "")):
            shown["file"] = self.say("place.of-cell", name=cell[1], cell=cell[2])
        if "actual" in shown and "expected" in shown:
            shown |= compared(parameters, named=sentence or "")
        if isinstance(parameters.get("column"), int):
            shown["caret"] = " " * parameters["column"] + "^"
        if sentence is None:
            # A program in any language names its notes and reasons as it likes.
            listed = ", ".join(f"{key} = {value}" for key, value in shown.items())
            return f"{printable(message)} ({listed})" if listed else printable(message)
        if self.language != "ja":
            return sentence.format_map(shown)
        held = _Shown((key, text.replace(" ", HELD)) for key, text in shown.items())
        said = BETWEEN_LETTERS.sub("", sentence.format_map(held))
        return said.replace(HELD, " ")

    def judgement(self, judgement: Judgement) -> str:
        """Why a judge came to its verdict."""
        parameters = dict(judgement.parameters)
        if judgement.message == "unreadable":
            reason = parameters.pop("reason")
            return self.unreadable(reason, parameters)
        if judgement.message == "inconsistent":
            parameters["formula"] = self.formula(FormulaText(**parameters["formula"]))
        return self.say(judgement.message, **self._named(parameters))

    def formula(self, text: FormulaText) -> str:
        """A formula, what it is where it is not the derivative, and its error."""
        parts = [f"{text.derivative} ≈ {text.formula}"]
        if text.equals:
            parts = [
                self.say(
                    "formula.not",
                    formula=text.formula,
                    equals=text.equals,
                    derivative=text.derivative,
                )
            ]
        if text.step:
            parts.append(f"h = {text.step}")
        if text.error:
            parts.append(self.say("formula.error", terms=text.error))
        return self.say("comma").join(parts)

    def formula_of(self, told: str) -> str:
        """A formula that was told in English, as in a report; else what was told."""
        parts = FORMULA.fullmatch(told)
        if parts is None:
            return told
        left, _, right = parts["equation"].partition(" ≈ ")
        given = parts["step"] or "", parts["error"] or ""
        if parts["derivative"]:
            text = FormulaText(parts["derivative"], left, given[0], right, given[1])
        else:
            text = FormulaText(left, right, given[0], "", given[1])
        return self.formula(text)

    def unreadable(self, reason: str, parameters: Mapping[str, Any]) -> str:
        """Why no formula was read."""
        why = self.say(f"unreadable.{reason}", **parameters)
        return self.say("unreadable", why=why)

    def note(self, note: Note) -> str:
        """Something to be said that is no fault."""
        return self.say(f"note.{note.id}", **note.parameters)

    def unusable(self, unusable: Unusable) -> str:
        """Why a target cannot be used; the target's own name comes first."""
        error, target = unusable.error, _shown("target", unusable.target)
        return f"{target}: {self.say(error.message, **error.parameters)}"

    def diagnosis(self, explanations: Sequence[Explanation], *, wrong: bool) -> str:
        """What explains the musts, with the runner-up; empty if they hold.

        Of a port that is ``wrong`` it is said if nothing explains the musts.
        """
        musts = [self._explanation(e) for e in explanations if e.level == "must"]
        if musts[1:]:
            musts = [self.say("diagnosis.next", best=musts[0], next=musts[1])]
        if wrong and not musts:
            musts = [self.say("diagnosis.none")]
        return "".join(musts)

    def clause(self, finding: Finding, explanations: Sequence[Explanation]) -> str:
        """A clause by its names, and of a should the defect that explains it."""
        named = finding.clause.label
        best = self.explained(finding, explanations)
        return self.say("diagnosis.should", clause=named, best=best) if best else named

    def explained(self, finding: Finding, explanations: Sequence[Explanation]) -> str:
        """The defect that explains a should; empty where none does."""
        for each in explanations:
            if each.level == "should" and finding.clause.id in each.clauses:
                alone = each.whole and not each.losses
                return " + ".join(each.defects) if alone else self._explanation(each)
        return ""

    def smallest(self, found: Counterexample) -> str:
        """The simplest f and x for which a value is wrong, and what it is."""
        shown = dict(found.judgement.parameters)
        shown["function"] = found.function.written(found.x.shape[-1])
        shown["x"] = str(found.x.tolist())
        if found.judgement.message in ("off", "unsteady"):
            return self.say(f"smallest.{found.judgement.message}", **shown)
        why = self.judgement(found.judgement)
        return self.say("smallest.otherwise", **{**shown, "why": why})

    def _explanation(self, explanation: Explanation) -> str:
        said = self.say(
            f"diagnosis.explains.{explanation.unit}",
            defects=" + ".join(explanation.defects),
            explained=explanation.explained,
            probes=explanation.probes,
        )
        if not explanation.losses:
            return said
        losses = self.say("comma").join(map(self._loss, explanation.losses))
        return self.say("diagnosis.lost", explanation=said, losses=losses)

    def _loss(self, loss: LostDigits) -> str:
        kind, digits = loss.format.kind, loss.format.digits
        return self.say(f"lost.{loss.place}.{kind}", digits=digits)

    def _place(self, kind: str, name: str, index: int = 0) -> str:
        return self.say(f"place.{kind}", name=name, index=index)

    def _differences(self, differences: Sequence[Any]) -> str:
        """By how much two gradients differ, parameter by parameter."""
        listed = [
            self.say(
                "check.difference" if compared == size else "check.difference-part",
                **{"name": name, "difference": off, "compared": compared, "size": size},
            )
            for name, off, compared, size in differences
        ]
        return self.say("comma").join(listed)

    def _named(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with the probe's id, and places, put into words."""
        if "places" in parameters:
            places = [self._place(*place) for place in parameters["places"]]
            parameters = {**parameters, "where": self.say("comma").join(places)}
        if "differences" in parameters:
            told = self._differences(parameters["differences"])
            parameters = {**parameters, "listed": told}
        if "probe" not in parameters:
            return dict(parameters)
        probe = f"probe.{parameters['probe']}"
        known = probe in CATALOGUES[self.language]
        said = self.say(probe) if known else parameters["probe"]
        return {**parameters, "probe": said}


def reproduction(examination: Judged, finding: Finding) -> str | None:
    """The command that judges this clause alone.

    ``None`` for what the command line does not find: a pair, or a function that
    stands in no file and no module that it can import.
    """
    unknown = isinstance(parsed(examination.target), UsageError)
    if examination.role == "pair" or unknown:
        return None
    words = ["gradproof", "check", examination.target]
    if isinstance(examination, Examination):
        words += ["--role", examination.role]
        words += ["--seed", str(examination.seed)] if examination.seeded else []
    words += [*examination.options, "--only", finding.clause.id]
    return shlex.join(words)


def defects_named(examination: Judged, phrases: Phrases) -> str:
    """The defects that explain what was seen, in a line; empty if none does."""
    if isinstance(examination, ScriptExamination):
        return " + ".join(examination.defects)
    if isinstance(examination, PartExamination):
        return " + ".join(told.defect for told in examination.diagnosis)
    if not isinstance(examination, Examination) or not examination.diagnosis:
        return ""
    wrong = examination.verdict == "fail"
    return phrases.diagnosis(examination.diagnosis, wrong=wrong)


def remedy(target: str, options: Sequence[str] = ()) -> str:
    """The command that looks for a change that mends it."""
    return shlex.join(["gradproof", "fix", target, *options])


def call(examination: Examination) -> str | None:
    """The command that shows the smallest counterexample again.

    ``None`` where the routine cannot be imported and called as it is.
    """
    found = examination.smallest
    place, _, name = examination.target.rpartition(":")
    folder, _, file = place.replace("\\", "/").rpartition("/")
    module = file.removesuffix(".py") if file.endswith(".py") else place
    names = [*module.split("."), name]
    imported = not file.endswith(".ipynb") and all(n.isidentifier() for n in names)
    if found is None or examination.adapted or not imported:
        return None
    code = (
        f"import numpy as np; from {module} import {name}; "
        f"print({name}(lambda x: {found.expression}, np.array({found.x.tolist()})))"
    )
    inside = f"cd {shlex.quote(folder)} && " if file.endswith(".py") and folder else ""
    return f"{inside}python -c {shlex.quote(code)}"


def _variant(message: str, parameters: Mapping[str, Any]) -> str:
    """The message that says this best: of a missing module its text alone."""
    missing = str(parameters.get("kind")) in MISSING_MODULE
    failed = message.startswith("load.import-failed")
    return message.replace("failed", "missing") if failed and missing else message


def _shown(key: str, value: Any) -> str:
    """A parameter for a reader; of some the size alone."""
    if key in COUNTS and isinstance(value, int):
        return f"{value:,}"
    if key in PLACES:
        return written(value, PLACE_DIGITS)
    if key == "scale" and number(value):
        return power_of_two(value)
    shown = size(value) if key in SIZES and number(value) else written(value)
    # A file may be named so that the rest of its name looks like a line of ours.
    return shown.replace("\n", "\\n") if key in NAMES else shown


class _Word(str):
    """A parameter in its place: `{n:copy|copies}` is the word for so many."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if not bar:
            return super().__format__(spec)
        return one if self == "1" else many


class _Shown(dict[str, str]):
    """The parameters of a message; what a program did not send is left open."""

    def __getitem__(self, key: str) -> str:
        return _Word(super().__getitem__(key))

    def __missing__(self, key: str) -> str:
        return "?"
