"""What an optimizer did to two parameters, and the rule that it follows."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gradproof.evidence import clipping, own_updates, valley, weight_decay
from gradproof.evidence.bounds import BoundedNumbers, bounded, limits
from gradproof.evidence.update_rules import (
    FORMS,
    USUAL,
    VALUES,
    Form,
    Numbers,
    role_of,
    walk,
)
from gradproof.numerics.running_error import running
from gradproof.ports.trials import (
    Description,
    LayerPort,
    Moment,
    Parameter,
    Step,
    Trial,
)
from gradproof.ports.worker.core.rule_names import climbs, named

Array = np.ndarray[Any, Any]
Walk = Callable[[Numbers, Sequence[Any], Sequence[Sequence[Any]]], Iterator[list[Any]]]
"""Where steps lead: numbers, starts and slopes give the parameters after each step."""

OWN = "own"
"""The manner of what a script does itself."""

STEPS = 20

DECAY = 0.1
"""The weight decay that is tried, where one can be given."""

STARTS: tuple[Array, ...] = (
    np.array([[0.0, -2.0, 0.5], [0.25, 3.0, -1.0]]),
    np.array([1.5, -0.75, 0.0]),
)
"""Two parameters of different shapes."""

TINY = (0, 0, 0)
"""The entry that begins at 0 and has slopes near the usual ε: there ε shows."""

STILL = (0, 1, 1)
"""The entry whose slope is 0 all the time."""

NEAR = 1e-6
"""Where a walk in plain numbers is further off, relative to the way that was gone, it
is not held to its running bound: these are ten thousand times smaller."""

ALWAYS = ("rate", "limit", "none")
"""The roles of what is given whatever it is by default."""

PLAIN = tuple(f for f in FORMS if f.rule in ("sgd", "momentum", "nesterov"))
"""What a foreign name's rule may be by gradients that are cut: what goes their way."""

MAX_EPSILON = 1e-3
"""The largest ε of published settings (EfficientNet's RMSprop, arXiv:1905.11946)."""


def slopes(seed: int = 0) -> list[tuple[Array, ...]]:
    """The derivatives of every step."""
    rng = np.random.default_rng([3, seed])
    found = []
    for _ in range(STEPS):
        step = [np.asarray(rng.uniform(-2, 2, start.shape)) for start in STARTS]
        step[TINY[0]][TINY[1:]] *= 1e-7
        step[STILL[0]][STILL[1:]] = 0
        found.append(tuple(step))
    return found


@dataclass(frozen=True, eq=False)
class Course:
    """What was done with one optimizer: its numbers by role, and what came of it.

    ``given`` are the numbers that it was given or has by default.
    """

    given: Mapping[str, float]
    starts: tuple[Array, ...]
    slopes: Sequence[tuple[Array, ...]]
    moments: tuple[Moment, ...]
    uphill: bool = False

    @property
    def broke(self) -> Moment | None:
        """The first step that did not return, or left no numbers of their shapes."""
        return next((m for m in self.moments if m.outcome != "returned"), None)

    @property
    def misshapen(self) -> tuple[int, Array | None] | None:
        """The first parameter that is no array of its shape any more."""
        for moment in self.moments[2:]:
            for i, now in enumerate(moment.params):
                if now is None or now.shape != self.starts[i].shape:
                    return i, now
        return None

    @functools.cached_property
    def actual(self) -> list[tuple[Array, ...]]:
        """The parameters after each step."""
        return [
            tuple(np.asarray(now, float) for now in moment.params if now is not None)
            for moment in self.moments[2:]
        ]


@dataclass(frozen=True)
class Followed:
    """A form of a rule, and the numbers with which it is followed."""

    form: Form
    numbers: Mapping[str, float]


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
    def candidates(self) -> tuple[Form, ...]:
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

    def numbers(self, course: Course, form: Form) -> Iterator[dict[str, float]]:
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
    manner, broke = _manner(port, said, first)
    if broke is not None:
        return replace(evidence, broke=broke)
    courses = _courses(port, said, manner)
    if climbs(said.kind):
        courses = {id: _upwards(course) for id, course in courses.items()}
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
        make |= {name: rate for name in make if _role(name, said) == "rate"}
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


def numbers_of(said: Description, *, other: bool = False) -> dict[str, float]:
    """What an optimizer is made with, by its parameters' names: the rate is another.

    ``other``: everything is another than by default.
    """
    found = {}
    for parameter in said.make:
        role = _role(parameter.name, said)
        if role is None:
            continue
        default = parameter.number
        one, two = VALUES[role]
        if said.instance:
            one, two = (default, default) if default is not None else (one, two)
        if parameter.required or role in ALWAYS or other:
            found[parameter.name] = two if one == default and not said.instance else one
    return found


def _role(name: str, said: Description) -> str | None:
    """The role of a parameter; where none is named a rate, one may be it."""
    roles = {p.name: role_of(p.name) for p in said.make}
    if "rate" not in roles.values():
        rate = next((p.name for p in said.make if _may_be_rate(p, said)), None)
        roles |= {rate: "rate"} if rate else {}
    return roles[name]


def _may_be_rate(parameter: Parameter, said: Description) -> bool:
    """Whether it is a factor, as the alpha of DeZero's Adam, or a number unnamed."""
    role = role_of(parameter.name)
    plain = parameter.required or parameter.number is not None
    return role == "factor" or (role is None and plain and not said.instance)


def _manner(
    port: LayerPort, said: Description, make: Mapping[str, float]
) -> tuple[str, Moment | None]:
    """The manner in which one update returns, or what came of the likeliest."""
    one = "update_one" in said.methods
    manners = ("setup", "one") if one else ("dictionary", "lists")
    actual = []
    for manner in manners:
        trial = _trial(said, make, manner, STARTS, slopes()[:1])
        (moments,) = port.run([trial])
        if moments[-1].outcome == "returned":
            return manner, None
        actual.append(moments[-1])
    # By lists, a dictionary is asked for what has the number 0.
    by_lists = not one and actual[0].kind in ("KeyError", "TypeError")
    return "", actual[by_lists]


def _trial(
    said: Description,
    make: Mapping[str, float],
    manner: str,
    starts: Sequence[Array],
    steps: Sequence[Sequence[Array]],
) -> Trial:
    begin = Step("begin", tuple(starts), manner)
    return Trial(
        said.name, make, (begin, *(Step("update", tuple(step)) for step in steps))
    )


def _courses(port: LayerPort, said: Description, manner: str) -> dict[str, Course]:
    """The first course, the same anew, and others.

    "faster" has twice the rate, "alone" the second parameter alone, "twins" it and
    one of its shape, "other" has other numbers; in others gradients may be cut.
    """
    make = numbers_of(said)
    rates = [p.name for p in said.make if _role(p.name, said) == "rate"]
    faster = {**make, **{name: 2 * make[name] for name in rates}}
    other = numbers_of(said, other=True)
    path = slopes()
    alone = [step[1:] for step in path]
    twins = [(-step[1], step[1]) for step in path]
    asked: dict[str, tuple[dict[str, float], tuple[Array, ...], Any]] = {
        "first": (make, STARTS, path),
        "again": (make, STARTS, path),
        "alone": (make, STARTS[1:], alone),
        "twins": (make, (STARTS[1] + 1, STARTS[1]), twins),
    }
    if rates:
        asked["faster"] = faster, STARTS, path
    if other != make:
        asked["other"] = other, STARTS, path
    decays = [p.name for p in said.make if weight_decay.is_one(p.name)]
    if decays and not said.instance:
        asked["decayed"] = make | dict.fromkeys(decays, DECAY), STARTS, path
    asked |= _clipped(said, make)
    trials = [
        _trial(said, given, manner, starts, steps)
        for given, starts, steps in asked.values()
    ]
    return {
        id: Course(_by_role(said, given), starts, steps, tuple(moments))
        for (id, (given, starts, steps)), moments in zip(
            asked.items(), port.run(trials), strict=True
        )
    }


def _upwards(course: Course) -> Course:
    """The course of what says that it climbs: a descent by the slopes' negatives."""
    slopes = [tuple(-dx for dx in step) for step in course.slopes]
    return replace(course, slopes=slopes, uphill=True)


def _clipped(
    said: Description, make: dict[str, float]
) -> dict[str, tuple[dict[str, float], tuple[Array, ...], Any]]:
    """Courses with limits of gradients, or where one shows that stands in the code."""
    limits = [p.name for p in said.make if clipping.is_one(p.name)]
    if limits and not said.instance:
        return {
            id: (make | dict.fromkeys(limits, limit), STARTS, slopes())
            for id, limit in clipping.CUT.items()
        }
    steep = [tuple(dx * clipping.STEEP for dx in step) for step in slopes()]
    return {"steep": (make, STARTS, steep)}


def _by_role(said: Description, make: Mapping[str, float]) -> dict[str, float]:
    """The numbers by role, those that it has by default as well."""
    found = {}
    for parameter in said.make:
        role = _role(parameter.name, said)
        default = parameter.number
        value = make.get(parameter.name, default)
        if role is not None and value is not None:
            found[role] = value
    return found


def recognized(evidence: OptimizerEvidence) -> OptimizerEvidence:
    """With the rule of its first parameter, if its name says none, and its form."""
    first = evidence.courses["first"]
    if not _whole(first):
        return evidence
    evidence = _cut(_ruled(evidence, first))
    followed = evidence.followed
    if followed is None:
        return evidence
    other, decayed = (evidence.courses.get(id) for id in ("other", "decayed"))
    anew = _anew(evidence, followed, other) if other and _whole(other) else None
    decay = _decay(decayed, followed) if decayed and _whole(decayed) else None
    return replace(evidence, anew=anew, decay=decay)


def _whole(course: Course) -> bool:
    return course.broke is None and course.misshapen is None


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
    if not courses or not all(map(_whole, courses.values())):
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
    forms: Sequence[Form],
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
    path = _path(followed.form, clip)
    parameters = len(course.starts)
    return explained(course, path, numbers, parameters) == parameters * STEPS


def _path(form: Form, clip: clipping.Clip | None) -> Walk:
    return walk_of(form) if clip is None else clipping.clipped(walk_of(form), clip)


def _decay(course: Course, followed: Followed) -> weight_decay.Decay | None:
    """The form of decay that a course shows, beside the rule that is followed."""
    for decay in weight_decay.FORMS:
        path = partial(walk, weight_decay.moved(followed.form.move, decay))
        numbers = {**followed.numbers, weight_decay.NUMBER: DECAY}
        numbers.pop(clipping.LIMIT, None)
        if explained(course, path, numbers) == len(STARTS) * STEPS:
            return decay
    return None


def follows(
    said: Description,
    course: Course,
    forms: Sequence[Form],
    parameters: int = 2,
    *,
    loose: bool = False,
    clip: clipping.Clip | None = None,
    held: Mapping[str, float] = {},
) -> Followed | None:
    """The form, with its numbers, that the first ``parameters`` of a course follow.

    ``loose``: with other numbers than were given, too; ``held`` are those of ``clip``.
    """
    for form in forms:
        path = _path(form, clip)
        for plain in candidates(said, course, form, loose=loose):
            numbers = {**plain, **held}
            found = explained(course, path, numbers, parameters)
            if found == parameters * STEPS:
                return Followed(form, numbers)
    return None


def candidates(
    said: Description, course: Course, form: Form, *, loose: bool = False
) -> Iterator[dict[str, float]]:
    """Numbers with which a form may be followed, likeliest first.

    Those that were given are; if ``loose``, others may be.
    """
    rates = dict.fromkeys([course.given[r] for r in ["rate"] if r in course.given])
    if not rates:
        rates = dict.fromkeys([c for c in said.constants if 0 < c < 10])
    choices = [_choices(said, course, role, loose) for role in form.roles]
    for rate in rates:
        for values in itertools.product(*choices):
            yield {"rate": rate, **dict(zip(form.roles, values, strict=True))}


def _choices(said: Description, course: Course, role: str, loose: bool) -> list[float]:
    """What a number may be: as given, else as it stands in the code, else as usual."""
    given = course.given
    if role in given and not loose:
        return [given[role]]
    found = [given[r] for r in (role, "factor") if r in given]
    if role == "epsilon":
        constants = [c for c in said.constants if 0 < c < 0.1 or c > 1e3]
    else:
        constants = [c for c in said.constants if 0.1 < c < 1]
    defaults = [n for p in said.make if (n := p.number) is not None]
    shares = [n for n in defaults if 0 < n < 1]
    return list(dict.fromkeys([*found, *constants, *USUAL[role], *shares]))


def explained(course: Course, path: Walk, numbers: Numbers, parameters: int = 2) -> int:
    """How many steps of parameters a walk predicts within its running bound.

    It is only asked for the bound if plain numbers come near.
    """
    near = _near(course, path, numbers, parameters)
    if near < parameters * STEPS:
        return near
    expected = bounded_path(course, path, numbers)
    return sum(
        not np.any(_but_still(i, limit.off(actual[i])))
        for actual, step in zip(course.actual, expected, strict=True)
        for i, limit in enumerate(step[:parameters])
    )


def _but_still(parameter: int, off: Array | None) -> Array:
    """Where it departs, without the entry whose slope is always 0."""
    if off is None:
        return np.array(True)
    if parameter == STILL[0] and off.shape == STARTS[STILL[0]].shape:
        off = off.copy()
        off[STILL[1:]] = False
    return off


def _near(course: Course, path: Walk, numbers: Numbers, parameters: int) -> int:
    """How many steps, until the first that is not, plain numbers predict roughly."""
    found = 0
    way: list[Any] = [0.0] * len(course.starts)
    before: Sequence[Array] = course.starts
    with np.errstate(all="ignore"):
        for actual, expected in zip(
            course.actual, path(numbers, course.starts, course.slopes), strict=True
        ):
            for i in range(min(parameters, len(actual))):
                way[i] = way[i] + np.abs(actual[i] - before[i])
                slack = NEAR * way[i] + 1e-14 * np.abs(actual[i])
                if np.any(_but_still(i, ~(np.abs(actual[i] - expected[i]) <= slack))):
                    return found
                found += 1
            before = actual
    return found


def expected_path(
    course: Course, form: Form, numbers: Numbers
) -> list[list[BoundedNumbers]]:
    """What is due of a right form after each step, with how far it may be off."""
    if course.uphill:
        return bounded_path(course, walk_of(form), numbers)
    return _expected_path(form, tuple(numbers.items()), len(course.starts))


@functools.lru_cache(maxsize=64)
def _expected_path(
    form: Form, numbers: tuple[tuple[str, float], ...], parameters: int
) -> list[list[BoundedNumbers]]:
    steps = [step[-parameters:] for step in slopes()]
    course = Course({}, STARTS[-parameters:], steps, ())
    return bounded_path(course, walk_of(form), dict(numbers))


def bounded_path(
    course: Course, path: Walk, numbers: Numbers
) -> list[list[BoundedNumbers]]:
    """What is due after each step, with how far it may be off."""
    exact = {role: running(value) for role, value in numbers.items()}
    starts = [bounded(start) for start in course.starts]
    steps = [[bounded(dx) for dx in step] for step in course.slopes]
    with np.errstate(all="ignore"):
        return [[limits(x) for x in now] for now in path(exact, starts, steps)]


def walk_of(form: Form) -> Walk:
    """Where a form leads."""
    return partial(walk, form.move)
