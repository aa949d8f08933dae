"""Examine the classes of a file: try each, judge what it did, name what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradproof.contract import layers, optimizers
from gradproof.contract import networks as network_contract
from gradproof.contract.layers import ROLE, judge
from gradproof.defects import update_diagnosis
from gradproof.defects.layer_diagnosis import diagnose
from gradproof.evidence import (
    functions,
    own_updates,
    script_checks,
    updates,
)
from gradproof.evidence import layers as layer_evidence
from gradproof.evidence.passages import LayerEvidence
from gradproof.evidence.updates import OptimizerEvidence
from gradproof.examination.networks import (
    CheckExamination,
    NetworkExamination,
    examine_network,
)
from gradproof.examination.parts import Diagnosed, LayersExamination, PartExamination
from gradproof.examination.policy import AS_WRITTEN, Terms
from gradproof.forms import BY_ROLE
from gradproof.forms.form import Form
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, LayerPort


@dataclass(frozen=True, kw_only=True)
class LayerExamination(PartExamination):
    """All that was found out about a layer.

    ``mendable``: there is a change of the text to try.
    """

    role: str = ROLE
    evidence: LayerEvidence
    mendable: bool = False

    @property
    def about_numbers(self) -> frozenset[str]:
        """The gradients; of a function its value."""
        alone = self.evidence.said.alone == "function"
        return frozenset({"L2"} if alone else {"L3", "L4"})

    @property
    def musts(self) -> frozenset[str]:
        """Those of such a layer."""
        return layers.musts(self.evidence)


@dataclass(frozen=True, kw_only=True)
class OptimizerExamination(PartExamination):
    """All that was found out about an optimizer."""

    role: str = optimizers.ROLE
    evidence: OptimizerEvidence

    @property
    def about_numbers(self) -> frozenset[str]:
        """Its rule."""
        return frozenset({"O2"})

    @property
    def musts(self) -> frozenset[str]:
        """Those of such an optimizer."""
        return optimizers.musts(self.evidence)


def examine_layer(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> LayerExamination:
    """Examine one layer of a port."""
    begin = time.perf_counter()
    gather = functions.gather if said.alone else layer_evidence.gather
    evidence = gather(port, said)
    findings = judge(evidence)
    found = Diagnosed(evidence, findings, diagnose(evidence, findings), begin)
    role = "function" if said.alone else ROLE
    return LayerExamination(role=role, **found.fields(target, port.notes, terms))


def examine_optimizer(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> OptimizerExamination:
    """Examine one optimizer of a port."""
    begin = time.perf_counter()
    evidence = updates.gather(port, said)
    findings = optimizers.judge(evidence)
    diagnosis = update_diagnosis.diagnose(evidence, findings)
    found = Diagnosed(evidence, findings, diagnosis, begin)
    return OptimizerExamination(**found.fields(target, port.notes, terms))


@dataclass(frozen=True, kw_only=True)
class FormExamination(PartExamination):
    """All that was found out about a subject of a form."""

    form: Form

    @property
    def about_numbers(self) -> frozenset[str]:
        """The rules about values."""
        return frozenset(rule.name for rule in self.form.rules if rule.numbers)

    @property
    def musts(self) -> frozenset[str]:
        """The error-level rules that apply to it."""
        errors = {rule.name for rule in self.form.rules if rule.severity == "error"}
        return self.form.applying(self.evidence) & errors


def examine_subject(
    port: LayerPort, said: Description, target: str, terms: Terms = AS_WRITTEN
) -> FormExamination:
    """Examine one subject of a form that is a folder of ``forms/``."""
    begin = time.perf_counter()
    form = BY_ROLE[said.role]
    evidence = form.observe(port, said)
    with np.errstate(all="ignore"):
        findings = form.judge(evidence)
        diagnosis = form.diagnose(evidence, findings)
    found = Diagnosed(evidence, findings, diagnosis, begin)
    fields = found.fields(target, (*port.notes, *evidence.notes), terms)
    return FormExamination(role=said.role, form=form, **fields)


EXAMINE: Mapping[str, Callable[..., PartExamination]] = {
    ROLE: examine_layer,
    network_contract.ROLE: examine_network,
    optimizers.ROLE: examine_optimizer,
    **dict.fromkeys(BY_ROLE, examine_subject),
}
"""How a class of a file is examined, by its role."""


def examine_layers(
    port: LayerPort, place: str, terms: Terms = AS_WRITTEN, only: str = ""
) -> LayersExamination:
    """Examine every class of a file, or the one that is asked for."""
    described = port.describe()
    asked = [
        said
        for said in described
        if said.own and (not only or said.name == only) and functions.known(said)
    ]
    # What takes long comes last: if time runs out, it is that which is not judged.
    by_name = {
        said.name: EXAMINE[said.role](
            port, said, f"{place}:{said.name}" if place else said.name, terms
        )
        for said in sorted(asked, key=_effort)
    }
    layers = [by_name[said.name] for said in asked]
    notes = tuple(_notes(port, layers))
    layers = [layer for layer in layers if not _is_unknown(layer)]
    told = tuple(_with_faults(port, layer, described) for layer in layers)
    target = f"{place}:{only}" if only and place else place or only
    return LayersExamination(target, told, not only, notes)


def _effort(said: Description) -> int:
    """Larger of what takes longer: of what is run as it stands it is not known."""
    as_it_stands = own_updates.is_own(said) or script_checks.is_check(said)
    roles = (optimizers.ROLE, ROLE, *BY_ROLE, network_contract.ROLE)
    return len(roles) if as_it_stands else roles.index(said.role)


def _own(examined: PartExamination) -> bool:
    """Whether it is what a script does itself."""
    evidence = examined.evidence
    return isinstance(evidence, OptimizerEvidence) and evidence.manner == updates.OWN


def _is_unknown(examined: PartExamination) -> bool:
    """Whether it is what a script does itself, and nothing is known of it."""
    if isinstance(examined, CheckExamination):
        return not examined.evidence.checks
    return _own(examined) and examined.verdict == "not-covered"


def _notes(port: LayerPort, layers: Sequence[PartExamination]) -> Iterator[Note]:
    """Those of the port; of a script that was run, how far.

    What its text says of its updates is told by their judgement then.
    """
    own = next(filter(_own, layers), None)
    check = next((e for e in layers if isinstance(e, CheckExamination)), None)
    judged = own is not None and own.verdict != "not-covered"
    of_check = tuple(_of_check(check)) if check is not None else ()
    checks = check is not None and bool(check.evidence.checks)
    for note in port.notes:
        if note.id == "training-left-out" and own is not None:
            yield from (n for n in _of_training(own) if n != UNSEEN or not checks)
        elif note.id == "training-left-out" and check is not None:
            continue
        elif note not in of_check and not (judged and note.id == "updates-upwards"):
            yield note
    yield from of_check


def _of_check(check: CheckExamination) -> Iterator[Note]:
    """What was missing when a script was run, and what its own check cannot see."""
    for module in check.evidence.missed:
        yield Note("data-stood-in", {"module": module})
    done = check.evidence.checks
    yield Note("check-cut" if done else "check-unseen", {})
    if any(each.samples == 1 for each in done):
        yield Note("check-of-one-sample", {})
    for each in done:
        zero = [p.name for p in each.parameters if p.zero]
        if zero:
            yield Note("check-zero", {"names": ", ".join(zero)})
        if each.missing:
            yield Note("check-lacks", {"names": ", ".join(each.missing)})


UNSEEN = Note("training-unseen", {})


def _of_training(own: PartExamination) -> Iterator[Note]:
    """What was missing when a script was run, and how far it came."""
    for module in own.evidence.missed:
        yield Note("data-stood-in", {"module": module})
    updates = len(own.evidence.own)
    yield Note("training-cut", {"updates": updates}) if updates else UNSEEN


def _with_faults(
    port: LayerPort, examined: PartExamination, described: Sequence[Description]
) -> PartExamination:
    """A network that is wrong, with the layers that it uses and that are wrong too."""
    if not isinstance(examined, NetworkExamination) or not examined.departs:
        return examined
    uses = examined.evidence.said.uses
    faults = tuple(_wrong(port, (s for s in described if s.name in uses)))
    return replace(examined, faults=faults)


def _wrong(
    port: LayerPort, described: Iterable[Description]
) -> Iterator[PartExamination]:
    for said in described:
        if said.role == ROLE:
            examined = examine_layer(port, said, said.name)
            if examined.verdict == "fail":
                yield examined
