"""The texts of pictures: in the reader's language, if a font has its letters."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.font_manager import FontEntry, fontManager

from gradproof.figures import canvas, captions, heat_maps
from gradproof.golden.entries import entries
from gradproof.report.messages import CATALOGUES

# What they show does not depend on the interpreter.
pytestmark = pytest.mark.once

DEJAVU = str(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))
GREEK = {"actual": "{title}: αληθές"}


def manager(**files: str) -> Any:
    """What knows these fonts alone, by family."""
    named = [(name.replace("_", " "), file) for name, file in files.items()]
    return SimpleNamespace(ttflist=[FontEntry(fname=f, name=n) for n, f in named])


def japanese() -> dict[str, str]:
    texts = CATALOGUES["ja"].items()
    return {k.removeprefix("picture."): t for k, t in texts if k.startswith("picture.")}


def test_without_a_font_that_has_the_letters_texts_are_english() -> None:
    known = (
        manager(),
        manager(DejaVu_Sans=DEJAVU),
        manager(IPAGothic=DEJAVU),  # a family of that name without the letters
        manager(IPAGothic="/nowhere.ttf"),  # one that was removed since
    )
    for each in known:
        assert captions.captions(japanese(), each) == captions.ENGLISH


def test_texts_that_every_font_has_need_none() -> None:
    assert captions.captions(GREEK, manager()) == captions.Captions(GREEK)


def test_a_font_is_taken_that_has_all_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    has = {"/a.ttf": "実際", "/b.ttc": "".join(japanese().values())}

    def font(path: str) -> Any:
        return SimpleNamespace(get_charmap=lambda: dict.fromkeys(map(ord, has[path])))

    monkeypatch.setattr("matplotlib.font_manager.get_font", font)
    known = manager(Meiryo="/a.ttf", IPAGothic="/b.ttc")
    assert captions.captions(japanese(), known).font == "IPAGothic"
    del has["/a.ttf"]
    assert captions.captions(japanese(), manager(IPAGothic="/b.ttc")).font


def test_a_font_that_was_installed_since_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    added: list[str] = []
    paths = ["/fonts/DejaVuSans.ttf", "/fonts/ipag.ttf", DEJAVU]
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: paths)
    monkeypatch.setattr("matplotlib.font_manager.fontManager", _keeping(added))
    assert captions.japanese_font({"実"}) is None
    assert added == ["/fonts/ipag.ttf"]


def _keeping(added: list[str]) -> Any:
    return SimpleNamespace(ttflist=manager(X=DEJAVU).ttflist, addfont=added.append)


def test_a_picture_is_drawn_in_the_font_and_no_letter_is_missing() -> None:
    """Of the font only the name is known here: Greek stands for what DejaVu lacks."""
    texts = {**captions.TEXTS, **GREEK}
    family = next(f.name for f in fontManager.ttflist if "Mono" in f.name)
    array = np.eye(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = heat_maps.draw(
            entries("dW", array, array, np.zeros((2, 2), bool)),
            captions.Captions(texts, family),
        )
        assert canvas.png(figure)
    title = figure.axes[0].title
    assert title.get_text() == "dW: αληθές"
    assert title.get_fontfamily() == ["DejaVu Sans", family]


def test_japanese_pictures_have_no_empty_boxes_where_there_is_a_font() -> None:
    """Matplotlib warns of each letter that no font of a text has."""
    found = captions.captions(japanese())
    expected = japanese() if found.font else captions.TEXTS
    assert found.texts == expected
    array = np.eye(2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wrong = np.eye(2, dtype=bool)
        assert canvas.png(heat_maps.draw(entries("dW", array, -array, wrong), found))
