"""Sentences made from a message's id and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradproof.contract.verdicts import Judgement
from gradproof.report.messages import CATALOGUES, Language
from gradproof.stencil import Unreadable

SIZES = frozenset({"allowed", "bound", "difference", "error"})
"""Parameters of which a reader needs the size and no more."""


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language."""

    language: Language = "en"

    def say(self, message: str, **parameters: Any) -> str:
        """The sentence of this id; numbers and shapes are written for a reader."""
        shown = {
            key: f"{value:.2g}" if key in SIZES else written(value)
            for key, value in parameters.items()
        }
        return CATALOGUES[self.language][message].format(**shown)

    def judgement(self, judgement: Judgement) -> str:
        """Why a judge came to its verdict."""
        parameters = dict(judgement.parameters)
        if judgement.message == "unreadable":
            reason = parameters.pop("reason")
            return self.unreadable(Unreadable(reason, parameters))
        return self.say(judgement.message, **self._named(parameters))

    def unreadable(self, unreadable: Unreadable) -> str:
        """Why no formula was read."""
        why = self.say(f"unreadable.{unreadable.reason}", **unreadable.parameters)
        return self.say("unreadable", why=why)

    def _named(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with the probe's id put into words."""
        if "probe" not in parameters:
            return dict(parameters)
        return {**parameters, "probe": self.say(f"probe.{parameters['probe']}")}


def written(value: Any) -> str:
    """A parameter for a reader: shapes and points in parentheses, digits enough."""
    if isinstance(value, list):
        inner = ", ".join(map(written, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)
