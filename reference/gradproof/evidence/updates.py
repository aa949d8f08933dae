"""What an optimizer did to two parameters, and the rule that it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.evidence import clipping, own_updates, valley, weight_decay
from gradproof.evidence.followed_rules import (
    Followed,
    candidates,
    cut_path,
    explained,
    follows,
)
from gradproof.evidence.optimizer_courses import (
    DECAY,
    STARTS,
    STEPS,
    Course,
    is_whole,
    manner_of,
    numbers_of,
    role_in,
    upwards,
    watched,
)
from gradproof.evidence.update_rules import FORMS, RuleVariant, walk
from gradproof.ports.trials import Description, LayerPort, Moment
from gradproof.ports.worker.core.rule_names import climbs, named

Array = np.ndarray[Any, Any]


OWN = "own"
"""The manner of what a script does itself."""


PLAIN = tuple(f for f in FORMS if f.rule in ("sgd", "momentum", "nesterov"))
"""What a foreign name's rule may be by gradients that are cut: what goes their way."""


@dataclass(frozen=True, eq=False)
class OptimizerEvidence:
    """All that a judge may look at.

    ``decay`` is the form in which it decays weights, if it can: right or wrong, and
    ``clip`` how it cuts gradients, where it does: ``cuts``.

    ``rule`` is the one of its name, or (``by_behaviour``) that of the first parameter;
    ``followed`` the form that all of the first course follows, and ``anew`` that of the
    course with other numbers. ``problem`` is the parameter of which nothing is known,
    ``valley`` the path over the book's valley. ``own`` are the updates of a script
    itself, which may say that it ``climbs``, and have ``missed`` the data of modules.
    """

    said: Description
    rule: str | None = None
    by_behaviour: bool = False
    problem: str = ""
    manner: str = ""
    broke: Moment | None = None
    courses: Mapping[str, Course] = field(default_factory=dict)
    followed: Followed | None = None
    anew: Followed | None = None
    decay: weight_decay.Decay | None = None
    cuts: bool = False
    clip: clipping.Clip | None = None
    valley: Array | None = None
    own: tuple[own_updates.OwnUpdate, ...] = ()
    climbs: bool = False
    missed: tuple[str, ...] = ()

    @property
    def candidates(self) -> tuple[RuleVariant, ...]:
        """The forms that are right for it."""
        rules = {self.rule}
        first = self.courses.get("first")
        if self.rule == "sgd" and first and "momentum" in first.given:
            rules |= {"momentum"}
        return tuple(form for form in FORMS if form.rule in rules)

    @property
    def right_clip(self) -> clipping.Clip | None:
        """How it cuts gradients, if that is right: ``followed`` is followed with it."""
        return self.clip if self.clip is not None and self.clip.right else None

    def numbers(self, course: Course, form: RuleVariant) -> Iterator[dict[str, float]]:
        """Numbers with which a form may be followed in a course, likeliest first."""
        return candidates(self.said, course, form)


def gather(port: LayerPort, said: Description) -> OptimizerEvidence:
    """Have an optimizer update parameters, and find the rule that it follows."""
    if own_updates.is_own(said):
        own, missed = own_updates.watched(port, said)
        found = OptimizerEvidence(said, manner=OWN, own=own, climbs=_says_so(said))
        return replace(found, missed=missed)
    evidence = OptimizerEvidence(said, named(said.kind))
    first = numbers_of(said)
    needed = [p.name for p in said.make if p.required and p.name not in first]
    if needed:
        return replace(evidence, problem=needed[0])
    manner, broke = manner_of(port, said, first)
    if broke is not None:
        return replace(evidence, broke=broke)
    courses = watched(port, said, manner)
    if climbs(said.kind):
        courses = {id: upwards(course) for id, course in courses.items()}
    found = recognized(replace(evidence, manner=manner, courses=courses))
    return replace(found, valley=_valley(port, found))


def _says_so(said: Description) -> bool:
    """Whether the text of a script says that something is to become large."""
    try:
        return climbs(Path(said.file).read_text("utf-8", "replace"))
    except OSError:
        return False


def _valley(port: LayerPort, evidence: OptimizerEvidence) -> Array:
    said, rate = evidence.said, valley.RATES.get(evidence.rule)
    make = numbers_of(said)
    if rate is not None and not said.instance:
        make |= {name: rate for name in make if role_in(name, said) == "rate"}
    return valley.walked(port, said, make, evidence.manner)


def right_way(evidence: OptimizerEvidence) -> Array | None:
    """The path of the right rule over the valley; ``None`` where no rule is known."""
    first = evidence.courses.get("first")
    if first is None or not evidence.candidates or evidence.right_clip or first.uphill:
        return None
    form, numbers = evidence.candidates[0], {}
    if evidence.followed is not None:
        form, numbers = evidence.followed.form, dict(evidence.followed.numbers)
    else:
        numbers = next(evidence.numbers(first, form))
    if not evidence.said.instance and "rate" in first.given:
        numbers["rate"] = valley.RATES[evidence.rule]
    return valley.right(form, numbers)


def recognized(evidence: OptimizerEvidence) -> OptimizerEvidence:
    """With the rule of its first parameter, if its name says none, and its form."""
    first = evidence.courses["first"]
    if not is_whole(first):
        return evidence
    evidence = _cut(_ruled(evidence, first))
    followed = evidence.followed
    if followed is None:
        return evidence
    other, decayed = (evidence.courses.get(id) for id in ("other", "decayed"))
    anew = _anew(evidence, followed, other) if other and is_whole(other) else None
    decay = _decay(decayed, followed) if decayed and is_whole(decayed) else None
    return replace(evidence, anew=anew, decay=decay)


def _ruled(evidence: OptimizerEvidence, first: Course) -> OptimizerEvidence:
    """With its rule, and the form that all of the first course follows."""
    if evidence.rule is None:
        found = follows(evidence.said, first, FORMS, parameters=1)
        if found is None:
            uphill = [tuple(-dx for dx in step) for step in first.slopes]
            turned = replace(first, slopes=uphill)
            found = follows(evidence.said, turned, FORMS, parameters=1)
        if found is None:
            return evidence
        evidence = replace(evidence, rule=found.form.rule, by_behaviour=True)
    followed = follows(evidence.said, first, evidence.candidates)
    return replace(evidence, followed=followed)


def _anew(
    evidence: OptimizerEvidence, followed: Followed, other: Course
) -> Followed | None:
    """The same form with other numbers: those that were given, or some."""
    forms, said, clip = (followed.form,), evidence.said, evidence.right_clip
    given = {**followed.numbers, **other.given}
    numbers = clipping.of_numbers(given) if clip else {}
    return follows(said, other, forms, clip=clip, held=numbers) or follows(
        said, other, forms, loose=True, clip=clip, held=numbers
    )


def _cut(evidence: OptimizerEvidence) -> OptimizerEvidence:
    """With how it cuts gradients, if it does, and the form that it follows then."""
    courses = {i: c for i, c in evidence.courses.items() if i in clipping.COURSES}
    if not courses or not all(map(is_whole, courses.values())):
        return evidence
    plain = evidence.followed
    limited = any(clipping.LIMIT in course.given for course in courses.values())
    if plain and all(_explains(course, plain, None) for course in courses.values()):
        return replace(evidence, cuts=limited)
    courses = {"first": evidence.courses["first"], **courses}
    evidence = replace(evidence, cuts=limited or plain is not None)
    forms = (plain.form,) if plain else evidence.candidates or PLAIN
    for clip in (*clipping.RIGHT, *clipping.WRONG):
        way = _following(evidence, courses, forms, clip)
        if way is not None:
            followed = way if clip.right else plain
            rule = evidence.rule or (way.form.rule if clip.right else None)
            known = evidence.by_behaviour or evidence.rule is None
            found = replace(evidence, clip=clip, cuts=True, by_behaviour=known)
            return replace(found, followed=followed, rule=rule)
    return evidence


def _following(
    evidence: OptimizerEvidence,
    courses: Mapping[str, Course],
    forms: Sequence[RuleVariant],
    clip: clipping.Clip,
) -> Followed | None:
    """The form that all courses follow by gradients that are cut so."""
    last = list(courses.values())[-1]
    for limit in clipping.limits(last.given, evidence.said.constants):
        held = {clipping.LIMIT: limit}
        found = follows(evidence.said, last, forms, clip=clip, held=held)
        if found and all(_explains(c, found, clip) for c in courses.values()):
            return found
    return None


def cut_alone(evidence: OptimizerEvidence) -> bool:
    """Whether the second parameter, alone, goes the way that is due when it is cut."""
    course, followed = evidence.courses["alone"], evidence.followed
    return followed is not None and _explains(course, followed, evidence.right_clip)


def _explains(course: Course, followed: Followed, clip: clipping.Clip | None) -> bool:
    numbers = {**followed.numbers, **course.given}
    numbers = {n: numbers[n] for n in followed.numbers}
    path = cut_path(followed.form, clip)
    parameters = len(course.starts)
    return explained(course, path, numbers, parameters) == parameters * STEPS


def _decay(course: Course, followed: Followed) -> weight_decay.Decay | None:
    """The form of decay that a course shows, beside the rule that is followed."""
    for decay in weight_decay.FORMS:
        path = partial(walk, weight_decay.moved(followed.form.move, decay))
        numbers = {**followed.numbers, weight_decay.NUMBER: DECAY}
        numbers.pop(clipping.LIMIT, None)
        if explained(course, path, numbers) == len(STARTS) * STEPS:
            return decay
    return None
