"""The search for a text with which a layer is right when it is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from gradproof.edits.layer_catalogue import RAISES, candidates, others
from gradproof.edits.layer_methods import Method, at_line, of_class, of_pair
from gradproof.edits.text import Text, parsed
from gradproof.examination.layers import (
    LayerExamination,
    examine_layers,
)
from gradproof.examination.parts import LayersExamination, PartExamination
from gradproof.fix.files import Files
from gradproof.fix.layer_acceptance import (
    is_better,
    is_right,
    is_worse,
    loses,
    missed,
    wrong,
)
from gradproof.fix.routine_search import ChangedTexts, Mended, Tell, first_line
from gradproof.ports.layer_doors import LayerFile
from gradproof.ports.target import Target, TargetError
from gradproof.scripts.records import Place

MAX_PROBES = 40
"""Changes of one layer that are tried, each time."""
MAX_CHANGES = 3
"""Changes of one layer that are made one after the other."""

Candidates = Iterator[tuple[Method, str, str]]
"""The method that is changed, the file's text then, and the defect that it is for."""


@dataclass(frozen=True, eq=False)
class MendedTexts:
    """Texts with which a layer is right, or better, and what is mended in them."""

    texts: ChangedTexts
    mended: tuple[Mended, ...]
    layer: LayerExamination


@dataclass(frozen=True)
class LayerSearch:
    """Finds changes for the layers of a file; ``timeout`` is in seconds, a try.

    ``strict``: for what they should do, too.
    """

    files: Files
    timeout: float
    python: str | None
    tell: Tell
    strict: bool = False

    @property
    def path(self) -> Path:
        """The file of the layers."""
        return self.files.path

    def examined(self, texts: ChangedTexts, only: str = "") -> LayersExamination:
        """What the layers do with these texts. Raises TargetError."""
        with LayerFile(self.path, self.python, self.timeout, texts) as port:
            return examine_layers(port, str(self.path), only=only)

    def remedy(
        self, layer: LayerExamination, whole: LayersExamination, texts: ChangedTexts
    ) -> tuple[MendedTexts, LayersExamination] | None:
        """The best that was found, and what all layers of the file do with it.

        With it no layer of the file is worse.
        """
        found = MendedTexts(texts, (), layer)
        for _ in range(MAX_CHANGES):
            if not is_wrong(found.layer, self.strict):
                break
            step = self._step(found)
            if step is None:
                break
            found = step
        if not found.mended:
            return None
        after = self.examined(found.texts)
        return None if _any_is_worse(whole, after) else (found, after)

    def _step(self, found: MendedTexts) -> MendedTexts | None:
        """One change more: the first that is right, else the best for what is named.

        What loses a should is taken where nothing else that is for the defect is right.
        """
        best, losing = None, ""
        for method, new, id in islice(self._candidates(found), MAX_PROBES):
            if losing and id != losing:
                break
            after = self._tried({**found.texts, method.file: new}, found.layer)
            if after is None:
                continue
            right = is_right(found.layer, after) and _mends(found.layer, after)
            if not right and not (id and is_better(found.layer, after)):
                continue
            place = Place(method.file, first_line(method.text.text, new))
            more = Mended(id or named(found.layer), place, found.layer.name)
            texts = {**found.texts, method.file: new}
            step = MendedTexts(texts, (*found.mended, more), after)
            if right and not loses(found.layer, after):
                return step
            if right and not losing:
                best, losing = step, id or "any"
            elif best is None or len(wrong(after)) < len(wrong(best.layer)):
                best = step
        return best

    def _tried(
        self, texts: ChangedTexts, layer: LayerExamination
    ) -> LayerExamination | None:
        self.tell(layer.name)
        try:
            found = self.examined(texts, layer.name).layers
        except TargetError:
            return None
        return next((x for x in found if isinstance(x, LayerExamination)), None)

    def _candidates(self, found: MendedTexts) -> Candidates:
        own = methods(found.layer, self.files, found.texts)
        seen: set[tuple[str, str]] = set()
        for id in (*causes(found.layer), ""):
            chosen = candidates(own, id) if id else others(own)
            for method, new in chosen:
                if (method.file, new) not in seen:
                    seen.add((method.file, new))
                    yield method, new, id


def methods(
    layer: LayerExamination, files: Files, texts: Mapping[str, str]
) -> list[Method]:
    """The methods of a layer, and the user's functions that it calls.

    The one in which the defect is thought to stand comes first.
    """
    said = layer.evidence.said
    parsed_texts: dict[str, Text | None] = {}

    def text(file: str) -> Text | None:
        if file not in parsed_texts:
            may = files.may_change(file)
            own = texts.get(file, files.text(file) if may else "")
            parsed_texts[file] = parsed(own) if own else None
        return parsed_texts[file]

    found: list[Method] = []
    own = text(said.file)
    if own is not None:
        found += of_class(own, said.kind, said.file) or of_pair(
            own, said.name, said.file
        )
    for helper in said.helpers:
        where = text(helper.file)
        if where is not None:
            found += at_line(where, helper.name, helper.line, helper.file)
    places = [e.place.name.rpartition(".")[2] for e in layer.diagnosis[:1]]
    found.sort(key=lambda m: m.function.name not in places)
    return found


def with_offers(found: LayersExamination, target: Target) -> LayersExamination:
    """The layers, those marked of which there is a change of a text to try."""
    try:
        files = Files.read(target)
    except TargetError:
        return found  # nothing can be written in it
    marked = tuple(
        replace(part, mendable=_may_be_mended(part, files))
        if isinstance(part, LayerExamination)
        else part
        for part in found.layers
    )
    return replace(found, layers=marked)


def _may_be_mended(layer: LayerExamination, files: Files) -> bool:
    if not is_wrong(layer):
        return False
    own = methods(layer, files, {})
    return any(True for id in causes(layer)[:1] for _ in candidates(own, id))


def causes(layer: LayerExamination) -> list[str]:
    """The defects that may be it, best first; of what breaks that it does."""
    broken = [RAISES] if layer.of("L1") == "error" else []
    return list(dict.fromkeys([*broken, *(e.defect for e in layer.diagnosis)]))


def is_wrong(layer: PartExamination, strict: bool = False) -> bool:
    """Whether a must fails; where it is asked for, a should that is named."""
    if layer.verdict in ("fail", "error"):
        return True
    return strict and bool(missed(layer)) and bool(layer.diagnosis)


def _mends(before: PartExamination, after: PartExamination) -> bool:
    """Whether something that was wrong is not; where no must was, what is named."""
    other = missed(after) <= missed(before) and named(after) != named(before)
    return is_wrong(before) or other


def named(layer: PartExamination) -> str:
    """What is wrong with a layer: a defect, else a clause."""
    for explanation in layer.diagnosis:
        return explanation.defect
    wrong = [f for v in ("fail", "error") for f in layer.having(v)]
    musts = [f for f in wrong if f.clause.level == "must"]
    return (musts or wrong)[0].clause.id if wrong else ""


def _any_is_worse(before: LayersExamination, after: LayersExamination) -> bool:
    new = {layer.name: layer for layer in after.layers}
    return any(
        layer.name not in new or is_worse(layer, new[layer.name])
        for layer in before.layers
    )
