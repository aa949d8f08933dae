"""The search for changes with which a script and its routines are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradproof.contract.clauses import Finding
from gradproof.contract.verdicts import Judgement
from gradproof.edits import calls, quivers
from gradproof.edits.calls import WAYS, WHERE_CALLED
from gradproof.edits.catalogue import candidates
from gradproof.edits.text import edited, parsed
from gradproof.examination.policy import AS_WRITTEN
from gradproof.fix import faults
from gradproof.fix.routine_search import (
    ChangedTexts,
    Mended,
    Remedies,
    first_line,
    function,
)
from gradproof.ports.target import Target
from gradproof.scripts.arrow_styles import Style
from gradproof.scripts.evidence import ScriptEvidence
from gradproof.scripts.examination import examine_script
from gradproof.scripts.examined import ScriptExamination
from gradproof.scripts.provenance import Calls
from gradproof.scripts.records import GradientCall, Place
from gradproof.scripts.suggestion import site

MAX_RUNS = 12
"""Times that a script is run with changes."""
RUNS = "S1"
"""The clause that a script runs to its end."""
MAX_DEPTH = 3
"""Changes of the script's own that are made one after the other."""


@dataclass(frozen=True)
class Obstacle:
    """Why no change was made: a message's id and its parameters.

    ``finding`` is what a changed script failed by.
    """

    message: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    finding: Finding | None = None


@dataclass(frozen=True, eq=False)
class State:
    """The script with some texts changed, and what was found out about it."""

    found: ScriptExamination
    texts: ChangedTexts = field(default_factory=dict)
    mended: tuple[Mended, ...] = ()

    @property
    def judgements(self) -> dict[str, Judgement]:
        """What was found of each clause, by its id."""
        return {f.clause.id: f.judgement for f in self.found.findings}

    def failing(self, before: Mapping[str, Judgement]) -> Finding | None:
        """The first clause that does not pass, if it had anything to judge before.

        An error that a changed script ends with as before, and not over its arrows,
        has nothing to do with the change.
        """
        changed = self.texts and not faults.refused(self.found.evidence)
        for finding in self.found.findings:
            id, now = finding.clause.id, finding.judgement
            nothing = now.verdict == before[id].verdict == "not-covered"
            elsewhere = changed and id == RUNS and now == before[id]
            if now.verdict != "pass" and not nothing and not elsewhere:
                return finding
        return None


class Search:
    """The search for changes with which a script passes."""

    def __init__(
        self, found: ScriptExamination, timeout: float, remedies: Remedies
    ) -> None:
        self.first = State(found)
        self.before = self.first.judgements
        self.timeout, self.remedies = timeout, remedies
        self.obstacle: Obstacle | None = None
        self.runs = 0

    def end(self) -> State | None:
        """A script that passes: with its routines mended, else as they are."""
        mended = self._routines(self.first)
        for start in dict.fromkeys([mended, self.first]):
            if start is not self.first and not start.texts:
                continue
            end = self._solved(start, MAX_DEPTH)
            if end is not None:
                return end
        return None

    def _solved(self, state: State, depth: int) -> State | None:
        if state.failing(self.before) is None:
            return state
        if depth:
            for following in self._following(state):
                end = self._solved(following, depth - 1)
                if end is not None:
                    return end
        return None

    # routines, which are probed by themselves

    def _routines(self, state: State) -> State:
        """The state with each wrong routine mended that can be, and run once."""
        texts, mended = dict(state.texts), list(state.mended)
        for routine in self.remedies.wanting(state.found):
            calls = _calls_of(state.found.evidence, function(routine))
            file = calls[0].home
            found = self.remedies.remedy(routine, file, texts, calls)
            if found is not None:
                mended += found.mended
                texts[file] = found.text
        if not mended:
            return state
        return State(self._run(texts) or state.found, texts, tuple(mended))

    # the script itself, which is run

    def _following(self, state: State) -> Iterator[State]:
        """The script with one thing changed, where that thing is right then."""
        faulty = faults.faulty(state.found.evidence)
        if faulty:
            yield from self._calls(state, faulty)
            return
        refused = faults.refused(state.found.evidence)
        wrong = faults.wrong_quivers(state.found.evidence)
        if refused:
            yield from self._results(state, refused)
        elif wrong:
            yield from self._quivers(state, wrong)
        elif faults.cut_off(state.found.evidence):
            yield from self._digits(state)

    def _calls(
        self, state: State, faulty: Sequence[tuple[GradientCall, str]]
    ) -> Iterator[State]:
        """The calls given points, in either way."""
        if any(how not in WHERE_CALLED for _, how in faulty):
            call, defect = faulty[0]
            yield from self._changed_routine(
                state, call, defect, lambda s: not faults.faulty(s.found.evidence)
            )
            return
        mended = tuple(Mended(how, c.place) for c, how in _once(faulty))
        own = [call for call, _ in faulty]
        for way in WAYS:
            following = self._edited(state, own, way, mended)
            if following and not faults.faulty(following.found.evidence):
                yield following
            if following:
                self._stuck_at(following, own[0].place)

    def _results(
        self, state: State, refused: Sequence[GradientCall]
    ) -> Iterator[State]:
        """The results of calls turned back."""
        mended = tuple({c.place: Mended("result", c.place) for c in refused}.values())
        following = self._edited(state, refused, "result", mended)
        if following and not faults.refused(following.found.evidence):
            yield following

    def _edited(
        self,
        state: State,
        own: Sequence[GradientCall],
        way: calls.Way,
        mended: tuple[Mended, ...],
    ) -> State | None:
        """The script with calls edited; ``None`` if one is not found."""
        sources = {**state.found.evidence.run.sources, **state.texts}
        sites = {call.place: site(sources, call) for call in own}
        texts: dict[str, str] = {}
        for file in dict.fromkeys(place.file for place in sites):
            text = parsed(self._text(state.texts, file))
            here = [site for place, site in sites.items() if place.file == file]
            edits = calls.edits(text, here, way) if text else None
            new = edited(text.text, edits) if text and edits else None
            if new is None:
                self._stuck(Obstacle("fix.not-found", self._at(own[0].place)))
                return None
            texts[file] = new
        return self._next(state, texts, mended)

    def _quivers(
        self, state: State, wrong: Sequence[tuple[Place, Style]]
    ) -> Iterator[State]:
        texts: dict[str, str] = {}
        for place, style in wrong:
            text = parsed(texts.get(place.file, self._text(state.texts, place.file)))
            edits = quivers.edits(text, place.line, style) if text else None
            new = edited(text.text, edits) if text and edits else None
            if new is None:
                self._stuck(Obstacle("fix.not-found", self._at(place)))
                return
            texts[place.file] = new
        mended = tuple(Mended(style, place) for place, style in wrong)
        following = self._next(state, texts, mended)
        if following and not faults.wrong_quivers(following.found.evidence):
            yield following
        if following:
            self._stuck_at(following, wrong[0][0])

    def _digits(self, state: State) -> Iterator[State]:
        call, defect = faults.cut_off(state.found.evidence)[0]
        yield from self._changed_routine(
            state, call, defect, lambda s: not faults.cut_off(s.found.evidence)
        )

    def _changed_routine(
        self,
        state: State,
        call: GradientCall,
        defect: str,
        good: Callable[[State], bool],
    ) -> Iterator[State]:
        """The script with a routine changed for a defect, where it is good then."""
        text = parsed(self._text(state.texts, call.home))
        if text is None:
            return
        for new in candidates(text, call.qualified, defect):
            place = Place(call.home, first_line(text.text, new))
            mended = Mended(defect, place, call.name)
            following = self._next(state, {call.home: new}, (mended,))
            if following is None:
                return
            worse = {r.target for r in following.found.wrong_routines} - {
                r.target for r in state.found.wrong_routines
            }
            if good(following) and not worse:
                yield following

    # running

    def _next(
        self, state: State, texts: ChangedTexts, mended: tuple[Mended, ...]
    ) -> State | None:
        texts = {**state.texts, **texts}
        if not all(self.remedies.files.may_change(file) for file in texts):
            return None
        found = self._run(texts)
        return State(found, texts, (*state.mended, *mended)) if found else None

    def _run(self, texts: ChangedTexts) -> ScriptExamination | None:
        """The script examined with these texts; nothing if it was run too often."""
        if self.runs >= MAX_RUNS:
            return None
        self.runs += 1
        self.remedies.tell()
        first, python = self.first.found, self.remedies.python
        target = Target(first.target, first.evidence.run.path)
        return examine_script(target, AS_WRITTEN, self.timeout, python, texts)

    def _text(self, texts: ChangedTexts, file: str) -> str:
        return texts[file] if file in texts else self.remedies.files.text(file)

    def _at(self, place: Place) -> dict[str, Any]:
        run = self.first.found.evidence.run
        return {"file": run.named(place), "line": place.line}

    def _stuck_at(self, state: State, place: Place) -> None:
        finding = state.failing(self.before)
        if finding is not None:
            self._stuck(Obstacle("fix.tried", self._at(place), finding))

    def _stuck(self, obstacle: Obstacle) -> None:
        """Keep why it could not be done; a change that was tried says more."""
        if self.obstacle is None or (
            self.obstacle.finding is None and obstacle.finding is not None
        ):
            self.obstacle = obstacle


def _calls_of(evidence: ScriptEvidence, name: str) -> Calls:
    """The calls of a routine for which it was probed; there is one."""
    own = [
        tuple(call for call in calls if call.qualified == name)
        for calls in (evidence.judged, evidence.run.calls)
    ]
    return own[0] or own[1]


def _once(
    faulty: Sequence[tuple[GradientCall, str]],
) -> list[tuple[GradientCall, str]]:
    """One call of each place."""
    return list({call.place: (call, how) for call, how in faulty}.values())
