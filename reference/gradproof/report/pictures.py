"""The pictures of what was examined: written into a folder, each with its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gradproof.examination.layers import (
    LayerExamination,
    OptimizerExamination,
)
from gradproof.examination.parts import LayersExamination, PartExamination
from gradproof.golden.document import Panels, dumps
from gradproof.golden.entries import Entries
from gradproof.golden.points import Points
from gradproof.report.captions import in_language
from gradproof.report.gradient_entries import of_layer
from gradproof.report.messages import Language
from gradproof.report.optimizer_paths import of_optimizer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Result = TypeVar("Result")


def has_any(result: object) -> bool:
    """Whether there may be pictures of a result."""
    return isinstance(result, LayersExamination)


def draw(
    results: Iterable[Result], folder: Path, language: Language = "en"
) -> list[Result | LayersExamination]:
    """The results, with the pictures that were drawn of layers and optimizers.

    Of layers these are gradients, of optimizers paths: in a file of what is wrong, and
    all of the one class that was asked for. Their texts are in ``language``. Raises
    OSError if one cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    return [
        _of_layers(result, folder, taken, language)
        if isinstance(result, LayersExamination)
        else result
        for result in results
    ]


def _of_layers(
    examination: LayersExamination, folder: Path, taken: set[str], language: Language
) -> LayersExamination:
    layers = tuple(
        replace(
            part,
            figures=tuple(_of_part(part, folder, taken, language, right=right)),
        )
        for right in [not examination.whole]
        for part in examination.layers
    )
    return replace(examination, layers=layers)


def _of_part(
    examination: PartExamination,
    folder: Path,
    taken: set[str],
    language: Language,
    *,
    right: bool,
) -> Iterator[str]:
    """The paths of the pictures of a class; ``right``: also of what is right."""
    file = Path(examination.target.rpartition(":")[0]).stem
    match examination:
        case LayerExamination():
            for gradient, entries in of_layer(
                examination.evidence, right=right
            ).items():
                name = _free(file, examination.name, gradient, taken=taken)
                yield _write(_heat_map(entries, language), (entries,), folder, name)
        case OptimizerExamination():
            wrong = examination.of("O2") == "fail"
            paths = of_optimizer(examination.evidence) if right or wrong else ()
            if paths:
                name = _free(file, examination.name, "path", taken=taken)
                yield _write(_path_map(paths, wrong=wrong), paths, folder, name)


def _free(*words: str, taken: set[str]) -> str:
    """A name for files, and another one where two have the same words."""
    plain: Sequence[str] = [re.sub(r"[^\w.]+", "_", word) for word in words if word]
    name, number = "-".join(plain), 2
    while name.casefold() in taken:
        name, number = "-".join([*plain, str(number)]), number + 1
    taken.add(name.casefold())
    return name


def _heat_map(entries: Entries, language: Language) -> Figure:
    from gradproof.figures import heat_maps

    return heat_maps.draw(entries, in_language(language))


def _path_map(paths: Sequence[Points], *, wrong: bool) -> Figure:
    from gradproof.figures import path_maps

    return path_maps.draw(paths, [wrong])


def _write(figure: Figure, panels: Panels, folder: Path, name: str) -> str:
    """The path of the picture."""
    from gradproof.figures import canvas

    path = folder / f"{name}.png"
    canvas.write(figure, path)
    data = path.with_suffix(".json")
    data.write_text(dumps(*panels), encoding="utf-8", newline="\n")
    return str(path)
