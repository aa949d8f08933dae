"""The search for a text with which a routine is right when it is probed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, zip_longest

from gradproof.edits.catalogue import candidates, of_two, others
from gradproof.edits.routines import Function
from gradproof.edits.text import NEWLINE, Text, parsed
from gradproof.examination.examination import Examination
from gradproof.fix.acceptance import SOUND, failures, is_better, is_right
from gradproof.fix.files import Files
from gradproof.ports.target import TargetError, parse
from gradproof.scripts.examination import probe
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.provenance import Calls
from gradproof.scripts.records import Place

MAX_PROBES = 60
"""Changes of one routine that are tried, each time."""
MAX_CHANGES = 3
"""Changes of one routine that are made one after the other."""

ChangedTexts = Mapping[str, str]
Tell = Callable[..., None]
"""Called before each try, of layers with the name of one."""


@dataclass(frozen=True)
class Mended:
    """What was mended, and where: a defect, of a routine or of a script's call.

    Of a quiver it is the style of its arrows; ``result`` is that of a call.
    """

    id: str
    place: Place
    routine: str = ""


@dataclass(frozen=True, eq=False)
class Remedy:
    """A file's text with which a routine is right, or better, and what is mended."""

    text: str
    mended: tuple[Mended, ...]
    examination: Examination
    enough: bool = False


@dataclass(frozen=True)
class Remedies:
    """Finds them; ``strict``: for shoulds too. ``timeout`` is in seconds, a probe."""

    files: Files
    timeout: float
    python: str | None
    strict: bool
    tell: Tell
    right: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    """What was found of other functions by themselves: by file, text and name."""

    def needed(self, routine: Examination) -> bool:
        """Whether a routine is wrong."""
        return any(failures(routine, self.strict))

    def wanting(self, found: ScriptExamination) -> list[Examination]:
        """The routines of a script that are wrong."""
        if not self.strict:
            return list(found.wrong_routines)
        return [routine for routine in found.routines if self.needed(routine)]

    def remedy(
        self, routine: Examination, file: str, texts: ChangedTexts, calls: Calls = ()
    ) -> Remedy | None:
        """The best that was found for a routine that is defined in that file.

        Of a script's it is enough that it does what is asked of it in the calls.
        """
        calls = () if self.strict else calls
        before = texts[file] if file in texts else self.files.text(file)
        if not self.files.may_change(file):
            return None
        found = Remedy(before, (), routine)
        for strict in (False, True)[: 1 + self.strict]:  # musts first
            for _ in range(MAX_CHANGES):
                if found.enough or not any(failures(found.examination, strict)):
                    break
                step = self._step(found, file, texts, calls, strict)
                if step is None:
                    break
                found = step
        return found if found.mended else None

    def _step(
        self, found: Remedy, file: str, texts: ChangedTexts, calls: Calls, strict: bool
    ) -> Remedy | None:
        """One change more: the first that is right, else the best of those named."""
        text, routine = parsed(found.text), found.examination
        name = function(routine)
        better: Remedy | None = None
        changes = _candidates(text, name, routine, strict) if text else ()
        for new, ids in islice(changes, MAX_PROBES):
            if self._spoils_another(found.text, new, file, name, texts):
                continue
            probed = self._probed(routine.target, {**texts, file: new}, calls)
            if probed is None:
                continue
            after, enough = probed
            right = enough or is_right(routine, after, strict)
            if not right and not (ids and is_better(routine, after, strict)):
                continue
            if not right and any(
                id in e.defects for id in ids for e in after.diagnosis
            ):
                continue  # it is still what was to be mended
            place = Place(file, first_line(found.text, new))
            more = [Mended(id, place, name) for id in ids or (named(routine),)]
            step = Remedy(new, (*found.mended, *more), after, enough)
            if right:
                return step
            if better is None or failures(after, True) < failures(
                better.examination, True
            ):
                better = step
        return better

    def _spoils_another(
        self, before: str, new: str, file: str, name: str, texts: ChangedTexts
    ) -> bool:
        """Whether another function is changed, which is right as it stands.

        A sign turned in the gradient's routine makes a descent right that climbs, and
        the routine wrong.
        """
        other = enclosing(before, first_line(before, new))
        if other in ("", name.rpartition(".")[2]):
            return False
        key = file, before, other
        if key not in self.right:
            probed = self._probed(f"{file}:{other}", {**texts, file: before}, ())
            self.right[key] = probed is not None and probed[0].verdict == "pass"
        return self.right[key]

    def _probed(
        self, target: str, texts: ChangedTexts, calls: Calls
    ) -> tuple[Examination, bool] | None:
        self.tell()
        try:
            return probe(parse(target), self.python, self.timeout, texts, calls)
        except TargetError:
            return None


def _candidates(
    text: Text, name: str, routine: Examination, strict: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Changed texts of a routine's file, and the defects that each is for.

    Those for what was diagnosed come first; of any other change that is not known.
    """
    diagnosed = [e.defects for e in routine.diagnosis if strict or e.level == "must"]
    singles = [(defect,) for defects in diagnosed for defect in defects]
    found: set[str] = set()
    for defects in dict.fromkeys([*diagnosed, *singles]):
        change = of_two if len(defects) == 2 else candidates
        for new in change(text, name, *defects):
            if new not in found:
                found.add(new)
                yield new, defects
    for new in others(text, name):
        if new not in found:
            yield new, ()


def function(routine: Examination) -> str:
    """The name of a routine, with that of its class."""
    return routine.target.rpartition(":")[2]


def named(routine: Examination) -> str:
    """The gravest that is wrong with a routine: a defect, else a clause."""
    for level in ("must", "should"):
        explained = [e for e in routine.diagnosis if e.level == level]
        broken = [f for f in routine.findings if f.clause.level == level]
        broken = [f for f in broken if f.judgement.verdict not in SOUND]
        broken.sort(key=lambda f: f.judgement.verdict != "fail")
        if explained:
            return explained[0].defects[0]
        if broken:
            return broken[0].clause.id
    return ""


def enclosing(text: str, line: int) -> str:
    """The name of the function of a file that a line is in; "" outside of all."""
    found = parsed(text)
    for node in found.tree.body if found else ():
        if isinstance(node, Function) and node.lineno <= line <= (node.end_lineno or 0):
            return node.name
    return ""


def first_line(before: str, after: str) -> int:
    """The first line of a text that differs from another's."""
    pairs = zip_longest(NEWLINE.split(before), NEWLINE.split(after))
    return next(number for number, (a, b) in enumerate(pairs, 1) if a != b)
