"""Mend the layers of a file: change its text, or that of what they call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradproof.contract.clauses import Finding
from gradproof.contract.layers import ROLE
from gradproof.examination.layers import LayerExamination
from gradproof.examination.parts import LayersExamination, PartExamination
from gradproof.fix.files import Files
from gradproof.fix.layer_search import LayerSearch, MendedTexts, is_wrong, named
from gradproof.fix.repair import Left, Repair
from gradproof.fix.routine_search import ChangedTexts, Mended, Tell
from gradproof.ports.target import LoadError, Target


def mend(
    target: Target,
    timeout: float,
    python: str | None,
    tell: Tell = lambda *_: None,
    strict: bool = False,
) -> Repair:
    """Examine the layers of a file, or one of them, and again with changes of texts.

    A change is kept if the layer is right with it, or less of it is wrong and nothing
    else, and no other layer of the file is worse. ``timeout`` is in seconds, for each
    try; ``tell`` is called before each. ``strict``: what a layer should do is mended
    too. Raises TargetError.
    """
    only = (target.function and target.layer) or ""
    files = Files.read(target)
    search = LayerSearch(files, timeout, python, tell, strict)
    whole = search.examined({})
    if not _of(whole, only):
        raise LoadError("load.no-layer", name=only or files.path.name)
    texts: ChangedTexts = {}
    mended: tuple[Mended, ...] = ()
    for wanted in _in_turn(_of(whole, only)):
        found = _remedy(search, whole, texts, wanted)
        if found is not None:
            step, whole = found
            texts, mended = step.texts, (*mended, *step.mended)
    wrong_ones = [e for e in _of(whole, only) if is_wrong(e, strict)]
    left = tuple(map(_left, wrong_ones))
    about = LayersExamination(target.text, tuple(_of(whole, only)), not only)
    wrong = Repair(target, files.path, about.verdict, unjudged=_unjudged(about))
    changes = files.changes(texts) if texts else ()
    return replace(wrong, changes=changes, mended=mended, left=left)


def _remedy(
    search: LayerSearch, whole: LayersExamination, texts: ChangedTexts, wanted: str
) -> tuple[MendedTexts, LayersExamination] | None:
    """A remedy for the layer of that name, if it is wrong by now."""
    (layer,) = _of(whole, wanted)
    if not isinstance(layer, LayerExamination) or not is_wrong(layer, search.strict):
        return None
    return search.remedy(layer, whole, texts)


def _in_turn(layers: Sequence[PartExamination]) -> list[str]:
    """The names of the layers, those of functions first: they may be in all others."""
    return [layer.name for layer in sorted(layers, key=lambda e: e.role == ROLE)]


def _of(whole: LayersExamination, only: str) -> list[PartExamination]:
    """The layer of that name; without one all of them."""
    return [layer for layer in whole.layers if not only or layer.name == only]


def _left(layer: PartExamination) -> Left:
    id = named(layer)
    clause = next((f for f in layer.findings if f.clause.id == id), None)
    return Left(id, layer.name, clause)


def _unjudged(found: LayersExamination) -> Finding | None:
    """The first must that nothing can be said of, where none passes."""
    if found.verdict != "not-covered":
        return None
    musts = (f for layer in found.layers for f in layer.having("not-covered"))
    return next((f for f in musts if f.clause.level == "must"), None)
