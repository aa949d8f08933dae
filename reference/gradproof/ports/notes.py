"""What is to be said of a port although it is no fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gradproof.ports.observation import Note, Observation, Returned


def of(observations: Iterable[Observation]) -> tuple[Note, ...]:
    """The notes on what a port did, each once, in the order in which they arose."""
    found: dict[str, Note] = {}
    for observation in observations:
        for note in _of(observation):
            found.setdefault(note.id, note)
    return tuple(found.values())


def _of(observation: Observation) -> Iterator[Note]:
    for manner in observation.manners:
        yield Note(f"calls-{manner}")
    outcome = observation.outcome
    if isinstance(outcome, Returned):
        # A descent is expected to give its history beside x.
        if outcome.unpacked and not observation.probe.keywords:
            yield Note("unpacked")
        if outcome.kind == "list":
            yield Note("list")
    if observation.noise.strip():
        yield Note("prints", {"text": observation.noise.strip().splitlines()[0]})
    if observation.warnings:
        yield Note("warns", {"text": observation.warnings[0]})
