"""A report written as a whole: what cannot be written costs the rest nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gradproof.examination.parts import LayersExamination
from gradproof.ports.target import InternalError
from gradproof.report.examined import Examined
from gradproof.report.formats import Format
from gradproof.report.phrases import Phrases, Unusable


class _HeldText(io.StringIO):
    """Takes the place of a stream that is written to once all is known to go well."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream

    def isatty(self) -> bool:
        return bool(self._stream.isatty())

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a plain attribute there
        return str(getattr(self._stream, "encoding", None) or "utf-8")


class Page(NamedTuple):
    """A form and a language for a report that is written to a stream."""

    form: Format
    phrases: Phrases
    stream: Any

    def write(
        self, examinations: Sequence[Examined], unusable: Sequence[Unusable]
    ) -> list[Unusable]:
        """Write a report on all; give what could not be told, and why.

        That stands in the report among what is unusable. Raises what goes wrong where
        no single target is to blame.
        """
        lost: list[Unusable] = []
        try:
            said = self._said(examinations, unusable)
        except Exception:
            parts = [p for e in examinations for p in self._tellable(e)]
            kept = [part for part in parts if not isinstance(part, Unusable)]
            lost = [part for part in parts if isinstance(part, Unusable)]
            if not lost:
                raise
            said = self._said(kept, [*unusable, *lost])
        self.stream.write(said)
        return lost

    def _said(
        self, examinations: Sequence[Examined], unusable: Sequence[Unusable]
    ) -> Any:
        held = io.BytesIO() if self.form.binary else _HeldText(self.stream)
        self.form.write(examinations, unusable, self.phrases, held)
        return held.getvalue()

    def _tellable(self, examination: Examined) -> Iterator[Examined | Unusable]:
        """It, or its layers one by one, and what cannot be told in its place."""
        try:
            self._said([examination], [])
        except Exception as error:
            if isinstance(examination, LayersExamination) and examination.layers[1:]:
                for layer in examination.layers:
                    alone = replace(examination, target=layer.target, layers=(layer,))
                    yield from self._tellable(alone)
            else:
                yield Unusable(examination.target, InternalError(error))
        else:
            yield examination
