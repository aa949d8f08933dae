"""The pictures of what was examined: written into a folder, each with its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gradproof.examination.gradient_entries import of_layer
from gradproof.examination.layers import LayerExamination, LayersExamination
from gradproof.golden.document import dumps
from gradproof.golden.entries import Entries

Result = TypeVar("Result")


def draw(results: Iterable[Result], folder: Path) -> list[Result | LayersExamination]:
    """The results, with the pictures of layers' gradients that were drawn of them.

    In a file those that are wrong; of a layer that was asked for all. Raises OSError
    if one cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    return [
        _of_layers(result, folder, taken)
        if isinstance(result, LayersExamination)
        else result
        for result in results
    ]


def _of_layers(
    examination: LayersExamination, folder: Path, taken: set[str]
) -> LayersExamination:
    layers = tuple(
        replace(part, figures=_of_layer(part, folder, taken, right=right))
        if isinstance(part, LayerExamination)
        else part
        for right in [not examination.whole]
        for part in examination.layers
    )
    return replace(examination, layers=layers)


def _of_layer(
    examination: LayerExamination, folder: Path, taken: set[str], *, right: bool
) -> tuple[str, ...]:
    found = of_layer(examination.evidence, right=right)
    file = Path(examination.target.rpartition(":")[0]).stem
    layer = examination.evidence.said.name
    return tuple(
        _write(entries, folder, _free(file, layer, gradient, taken=taken))
        for gradient, entries in found.items()
    )


def _free(*words: str, taken: set[str]) -> str:
    """A name for files, and another one where two have the same words."""
    plain: Sequence[str] = [re.sub(r"[^\w.]+", "_", word) for word in words if word]
    name, number = "-".join(plain), 2
    while name.casefold() in taken:
        name, number = "-".join([*plain, str(number)]), number + 1
    taken.add(name.casefold())
    return name


def _write(entries: Entries, folder: Path, name: str) -> str:
    """The path of the picture."""
    from gradproof import figures, heat_maps

    path = folder / f"{name}.png"
    figures.write(heat_maps.draw(entries), path)
    data = path.with_suffix(".json")
    data.write_text(dumps(entries), encoding="utf-8", newline="\n")
    return str(path)
