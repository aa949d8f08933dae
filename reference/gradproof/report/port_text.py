"""The report for a terminal: plain sentences first, the clauses' ids after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from rich.console import Console

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Verdict
from gradproof.examination.examination import (
    ComponentFormula,
    Examination,
    ProgramExamination,
)
from gradproof.examination.parts import LayersExamination
from gradproof.report import declared_text
from gradproof.report.characters import Command, as_name
from gradproof.report.examined import Examined, subjects_in
from gradproof.report.layout import STYLES, Row, show_line, show_rows
from gradproof.report.phrases import Phrases, Unusable, call, remedy, reproduction
from gradproof.report.standing import named, standing, unusable_standing
from gradproof.scripts.examined import ScriptExamination

QUALIFIED = {
    f"pair.{judged}"
    for plain in ("holds", "estimated", "directions")
    for judged in (plain, f"{plain}-unguarded")
} - {"pair.holds"}
"""Messages of what holds as far as it was judged: the headline says how far."""

OF_ERRORS = {"forward-difference", "backward-difference", "step-too-large"}
"""Defects of which the headline says how large the error is, and what is allowed."""

TOLD_BY_FORMULA = {"wrong-factor"}
"""Defects of which the formula says more than the title."""

TELLING = {"not-points", "inconsistent", "adds", "not-restored", "wrong-batch"}
"""Messages that name a cause: of these the headline takes its reason, if it can."""
COUNTED = (
    "fail",
    "error",
    "stale",
    "as-declared",
    "pass",
    "in-part",
    "holds",
    "not-covered",
    "unloaded",
    "internal",
)
"""What a summary counts, in its order."""


def show_all(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
    console: Console,
    files: Mapping[str, Sequence[Examined | Unusable]] = MappingProxyType({}),
) -> None:
    """Print all ports, then the targets that could not be loaded, then the counts.

    A routine of a script is told of in its script's report, unless it is wrong.
    ``files`` are those with several subjects: their counts come first, and what is
    wrong before what is right.
    """
    in_files = {id(each) for found in files.values() for each in found}
    for file, found in files.items():
        counts = counts_of(found, phrases)
        show_line(f"{as_name(file)}: {counts}", "bold", console)
        console.print()
        examined = [each for each in found if not isinstance(each, Unusable)]
        wrong = [each for each in examined if _is_bad(each)]
        for one in wrong:
            _show(one, phrases, console)
        for one in (each for each in examined if each not in wrong):
            _show_brief(one, phrases, console)
        for each in found:
            if isinstance(each, Unusable):
                _show_unusable(each, phrases, console)
    for one in (e for e in examinations if id(e) not in in_files):
        _show(one, phrases, console)
    for target in (e for e in unusable if id(e) not in in_files):
        _show_unusable(target, phrases, console)
    others = sum(id(e) not in in_files for e in (*examinations, *unusable))
    if others + len(files) > 1:
        show_line(summary(examinations, unusable, phrases), "", console)


def _is_bad(examined: Examined) -> bool:
    """Return whether it is wrong or broken, or not as it was declared."""
    return examined.verdict in ("fail", "error") or not examined.as_expected


def _show(examination: Examined, phrases: Phrases, console: Console) -> None:
    if isinstance(examination, ScriptExamination):
        _show_script(examination, phrases, console)
    elif isinstance(examination, LayersExamination):
        _show_layers(examination, phrases, console)
    else:
        for each in roles(examination):
            show(each, phrases, console)
            console.print()


def _show_brief(examination: Examined, phrases: Phrases, console: Console) -> None:
    """Print what is right: a script in full, of a routine a line."""
    if isinstance(examination, ScriptExamination | LayersExamination):
        _show(examination, phrases, console)
        return
    for routine in roles(examination):
        show_line(headline(routine, phrases), STYLES[standing(routine)], console)


def _show_unusable(unusable: Unusable, phrases: Phrases, console: Console) -> None:
    if not unusable.unjudged:
        show_line(phrases.unusable(unusable), "bold red", console)
        return
    label = phrases.say("label.not-covered")
    show_line(f"{label}: {phrases.unusable(unusable)}", "yellow", console)


# What tells of scripts and layers is imported where there are some.


def _show_script(
    examination: ScriptExamination, phrases: Phrases, console: Console
) -> None:
    from gradproof.fix import faults
    from gradproof.report import script_text

    script_text.show(examination, phrases, console)
    console.print()
    for routine in examination.wrong_routines:
        mendable = faults.of_script(examination.evidence, routine)
        show(replace(routine, mendable=mendable), phrases, console)
        console.print()


def _show_layers(
    examination: LayersExamination, phrases: Phrases, console: Console
) -> None:
    from gradproof.report import layer_text

    layer_text.show_all(examination, phrases, console)
    console.print()


def roles(examination: Examination | ProgramExamination) -> Sequence[Examination]:
    """What a program is under each of its roles, or the port itself."""
    if isinstance(examination, ProgramExamination):
        return examination.roles
    return [examination]


def summary(
    examinations: Sequence[Examined],
    unusable: Sequence[Unusable],
    phrases: Phrases,
) -> str:
    """How many ports there are of each standing; a script's routines are part of it."""
    tally = _tally([*examinations, *unusable])
    counts = _written(tally, phrases)
    return phrases.say("summary", ports=sum(tally.values()), counts=counts)


def counts_of(results: Iterable[Examined | Unusable], phrases: Phrases) -> str:
    """Return how many subjects there are of each standing: "1 wrong, 2 right"."""
    return _written(_tally(results), phrases)


def _written(tally: Mapping[str, int], phrases: Phrases) -> str:
    counts = [phrases.say(f"count.{o}", n=tally[o]) for o in COUNTED if tally[o]]
    return phrases.say("comma").join(counts)


def _tally(results: Iterable[Examined | Unusable]) -> Counter[str]:
    """Count the standings of all subjects; a routine that scripts share counts once."""
    by_target: dict[str, str] = {}
    for result in results:
        if isinstance(result, Unusable):
            by_target.setdefault(result.target, unusable_standing(result))
            continue
        for part in subjects_in(result):
            by_target[part.target] = str(standing(part))
    return Counter(by_target.values())


def show(examination: Examination, phrases: Phrases, console: Console) -> None:
    """Print what was found out about one port."""
    show_line(headline(examination, phrases), STYLES[standing(examination)], console)
    show_rows(rows(examination, phrases), console)


def headline(examination: Examination, phrases: Phrases) -> str:
    """What is said first."""
    found = standing(examination)
    if found in ("as-declared", "stale"):
        return declared_text.in_the_light(examination, phrases)
    numbers = [f for f in examination.findings if f.clause.numbers]
    qualified = [f.judgement for f in numbers if f.judgement.message in QUALIFIED]
    if found in ("pass", "in-part") and qualified:
        reason = phrases.judgement(qualified[0])
        return phrases.say("headline.agrees", target=examination.target, reason=reason)
    cause = _cause(examination, phrases) if found == "fail" else ""
    if cause:
        return cause
    which = f"{found}-numbers" if found == "not-covered" and numbers else found
    return phrases.say(
        f"headline.{which}",
        target=examination.target,
        reason=_reason(examination, phrases),
        clauses=phrases.say("comma").join(map(_named, named(examination))),
    )


def _cause(examination: Examination, phrases: Phrases) -> str:
    """The headline of what one defect explains in full; empty if none does."""
    best = next((e for e in examination.diagnosis if e.level == "must"), None)
    if best is None or not best.whole or best.defects[1:]:
        return ""
    if best.defects[0] in TOLD_BY_FORMULA:
        return ""
    defect, target = best.defects[0], examination.target
    if defect in OF_ERRORS:
        for finding in examination.having("fail"):
            parameters = finding.judgement.parameters
            if finding.judgement.message in ("inaccurate", "inaccurate-number"):
                return phrases.say(f"headline.{defect}", target=target, **parameters)
    title = phrases.say(f"defect.{defect}.title")
    return phrases.say("headline.fail", target=target, reason=inside(title))


def inside(title: str) -> str:
    """A title as part of a sentence: without its capital, which a name keeps."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _reason(examination: Examination, phrases: Phrases) -> str:
    """The finding that decides, one that names a cause if there is one."""
    terms = examination.terms
    deciding = [
        f
        for f in examination.having(examination.verdict)
        if terms.counts(f) and not terms.expectation(f)
    ]
    deciding.sort(key=lambda f: f.judgement.message not in TELLING)
    # What is wrong at one point comes before what becomes of many.
    deciding.sort(key=lambda f: f.judgement.message in ("pair.large", "wrong-batch"))
    if deciding:
        return phrases.judgement(deciding[0].judgement)
    for finding in examination.findings:
        if terms.expectation(finding) == "xpass":
            return phrases.say("xpass", clause=_named(finding))
        if terms.strict and finding.judgement.verdict == "not-covered":
            return phrases.judgement(finding.judgement)
    return phrases.judgement(examination.declared) if examination.declared else ""


def rows(examination: Examination, phrases: Phrases) -> Iterator[Row]:
    """The rows of the report: label, style of the label, text.

    What is wrong comes first, then what it computes, how to see it and what to do; at
    the end what it was taken for, and what is right.
    """
    yield from declared_text.expected(examination, phrases)
    said = headline(examination, phrases)
    for label, style, text, names in _findings(examination, phrases, counted=True):
        # What the headline has said is not said again.
        yield label, style, names if text in said else f"{text} [{names}]"
    for formula in examination.formulas:
        yield phrases.say("label.computes"), "dim", _formula(formula, phrases)
    if examination.unreadable:
        unreadable = examination.unreadable
        reason = phrases.unreadable(unreadable.reason, unreadable.parameters)
        yield phrases.say("label.computes"), "dim", reason
    yield from _causes(examination, phrases)
    for label, style, text, names in (
        *_findings(examination, phrases, counted=False),
        *_findings(examination, phrases, ("not-covered",), counted=None),
    ):
        yield label, style, f"{text} [{names}]"
    role = phrases.say(f"role.{examination.role}")
    why = phrases.say(examination.why)
    yield phrases.say("label.role"), "dim", f"{role}{phrases.say('semicolon')}{why}"
    for note in examination.notes:
        yield phrases.say("label.note"), "dim", phrases.note(note)
    passes = examination.having("pass")
    if passes:
        names = ", ".join(map(_named, passes))
        yield phrases.say("label.pass"), STYLES["pass"], names
    if examination.seed is not None:
        drawn = phrases.say("drawn", seed=examination.seed)
        yield phrases.say("label.drawn"), "dim", drawn


def _causes(examination: Examination, phrases: Phrases) -> Iterator[Row]:
    """The defect, the smallest example of it, and the commands for both."""
    terms = examination.terms
    wrong = examination.verdict == "fail" and any(
        map(terms.counts, examination.having("fail"))
    )
    said = phrases.diagnosis(examination.diagnosis, wrong=wrong)
    if said:
        yield phrases.say("label.diagnosis"), "bold", said
    if examination.smallest:
        line = phrases.smallest(examination.smallest)
        yield phrases.say("label.smallest"), "bold", line
        command = call(examination)
        if command:
            yield phrases.say("label.shown-by"), "dim", Command(command)
    yield from _again(examination, phrases)
    if examination.mendable:
        command = remedy(examination.target, examination.options)
        yield phrases.say("label.fix"), "dim", Command(command)


def _findings(
    examination: Examination,
    phrases: Phrases,
    verdicts: Sequence[Verdict] = ("fail", "error"),
    *,
    counted: bool | None,
) -> Iterator[tuple[str, str, str, str]]:
    """What did not pass: each sentence once, beside the clauses that it is said of.

    ``counted`` are those that the verdict counts, or those that it does not.
    """
    said: dict[Row, list[str]] = {}
    for verdict in verdicts:
        for finding in examination.having(verdict):
            if counted in (None, examination.terms.counts(finding)):
                row = _row(finding, examination, phrases)
                named = phrases.clause(finding, examination.diagnosis)
                said.setdefault(row, []).append(named)
    for (label, style, text), names in said.items():
        yield label, style, text, ", ".join(names)


def _breaks_alike(finding: Finding, examination: Examination) -> bool:
    """Whether a should has met what breaks a must, for another input."""
    return finding.judgement.verdict == "error" and any(
        examination.terms.counts(other)
        and other.judgement.message == finding.judgement.message
        for other in examination.having("error")
    )


def _again(examination: Examination, phrases: Phrases) -> Iterator[Row]:
    """The command that shows the first failure again."""
    for verdict in ("fail", "error"):
        for finding in examination.having(verdict):
            if examination.terms.counts(finding):
                again = reproduction(examination, finding)
                if again:
                    yield phrases.say("label.again"), "dim", Command(again)
                return


def _row(finding: Finding, examination: Examination, phrases: Phrases) -> Row:
    verdict = finding.judgement.verdict
    text = phrases.judgement(finding.judgement)
    if examination.terms.expectation(finding) == "xfail":
        reason = examination.terms.expect[finding.clause.id]
        return phrases.say("label.expected"), "dim", f"{text} ({reason})"
    if examination.terms.counts(finding) or verdict == "not-covered":
        return phrases.say(f"label.{verdict}"), STYLES[verdict], text
    if _breaks_alike(finding, examination):
        text = phrases.say("likewise-raised")
    return phrases.say("label.should"), "yellow", text


def _named(finding: Finding) -> str:
    return finding.clause.label


def _formula(formula: ComponentFormula, phrases: Phrases) -> str:
    parts = [phrases.formula(formula.text)]
    if formula.components[1:]:
        others = ", ".join(formula.components[1:])
        parts.append(phrases.say("likewise", components=others))
    if formula.varies:
        parts.append(phrases.say("varies"))
    return phrases.say("semicolon").join(parts)
