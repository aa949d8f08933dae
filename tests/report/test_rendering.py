"""What cannot be told of one target is said, and no other's report is lost."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

import gradproof
from gradproof import corrected
from gradproof.commands import exit_codes
from gradproof.commands.cli import cli
from gradproof.contract.verdicts import Judgement
from gradproof.examination.examination import Examination
from gradproof.examination.layers import examine_layers
from gradproof.examination.parts import LayersExamination
from gradproof.ports.layer_doors import LayerFile
from gradproof.project import checks
from gradproof.report.formats import FORMATS, Format
from gradproof.report.phrases import Phrases
from gradproof.report.rendering import Page
from places import PROGRAMS

every_form = pytest.mark.parametrize(
    "form", FORMATS.values(), ids=lambda form: form.name
)

WRONG_ALONE = {"github", "sarif"}
"""Forms that tell of nothing that is right."""


@functools.cache
def right() -> Examination:
    return gradproof.check(corrected.numerical_gradient).examination


def spoilt(examination: Examination) -> Examination:
    """A record that no form can tell of."""
    first, *others = examination.findings
    bad = replace(first, judgement=Judgement("pass", 0))  # type: ignore[arg-type]
    nothing: Any = (None,)
    return replace(examination, findings=(bad, *others), formulas=nothing)


def written(form: Format, *examinations: Any) -> tuple[str, list[str]]:
    stream: Any = io.BytesIO() if form.binary else io.StringIO()
    lost = Page(form, Phrases(), stream).write(examinations, [])
    said = stream.getvalue()
    assert all(unusable.internal for unusable in lost)
    return said if isinstance(said, str) else said.decode(), [u.target for u in lost]


@every_form
def test_the_other_ports_are_told_of(form: Format) -> None:
    one, other = (replace(right(), target=f"{n}.py:g") for n in ("one", "other"))
    said, lost = written(form, one, spoilt(right()), other)
    assert lost == [right().target]
    if form.name == "json":
        ports = json.loads(said)["ports"]
        verdicts = {port["target"]: port["verdict"] for port in ports}
        assert verdicts["one.py:g"] == verdicts["other.py:g"] == "pass"
    elif form.name not in WRONG_ALONE:
        assert "one.py:g" in said
        assert "other.py:g" in said
    assert "AttributeError" in said


@functools.cache
def layers() -> LayersExamination:
    path = PROGRAMS / "layers" / "volume1" / "layers.py"
    with LayerFile(path) as port:
        return examine_layers(port, "layers.py")


@every_form
@pytest.mark.once
def test_a_layer_that_cannot_be_told_of_costs_the_file_no_other(form: Format) -> None:
    first, *others = layers().layers
    bad = replace(first, findings=(None,))  # type: ignore[arg-type]
    said, lost = written(form, replace(layers(), layers=(bad, *others)))
    assert lost == [first.target]
    assert others
    if form.name not in WRONG_ALONE:
        assert all(layer.target.rpartition(":")[2] in said for layer in others)


@every_form
def test_what_is_nobodys_fault_is_not_hidden(form: Format) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("the paper is out")

    with pytest.raises(ValueError, match="paper"):
        written(form._replace(write=broken), right())


def test_a_terminal_is_still_seen_to_be_one() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    Page(FORMATS["text"], Phrases(), stream).write([right()], [])
    assert "\x1b[" in stream.getvalue()


@every_form
def test_the_command_ends_in_its_own_code(
    form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(table: Any, *_: Any) -> Examination:
        named = replace(right(), target=table.target)
        return spoilt(named) if "bad" in table.target else named

    monkeypatch.setattr(checks, "check", check)
    words = ["check", "good.py:g", "bad.py:g", "--format", form.name]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == exit_codes.INTERNAL
    assert form.name in WRONG_ALONE or "good.py:g" in result.stdout
    assert "AttributeError" in result.stderr
