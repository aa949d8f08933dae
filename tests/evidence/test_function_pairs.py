"""Pairs of functions are layers: dictionaries of settings are filled by their names."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from gradproof.examination.layers import examine_layers
from gradproof.ports.layer_doors import LayerFile, Layers
from gradproof.ports.target import parse
from gradproof.ports.worker.core.pair_names import pairs_of
from gradproof.ports.worker.pairs import pair, pairs

pytestmark = pytest.mark.once  # what they show does not depend on the interpreter

PROGRAMS = Path(__file__).parents[1] / "programs" / "layers" / "pairs"


def examined(file: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(PROGRAMS))
    spec = importlib.util.spec_from_file_location(file, PROGRAMS / f"{file}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, file, module)
    spec.loader.exec_module(module)
    found = examine_layers(Layers(dict(pairs(module))), "").layers
    return {layer.name: layer for layer in found}


UNKNOWN = {"tilted": "tilt_param"}


def test_right_pairs_are_found_and_right(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined("right", monkeypatch)
    assert len(found) == 18
    for name, layer in found.items():
        failed = [f for f in layer.having("fail") if f.clause.level == "must"]
        assert failed == [], name
        due = "not-covered" if name in UNKNOWN else "pass"
        assert layer.verdict == due, name
    # Of this dictionary nothing is known.
    said = found["tilted"].findings[0].judgement
    assert said.parameters == {"parameter": "tilt_param"}


WRONG = {
    "affine": {"L4", "L3"},
    "sigmoid": {"L3"},
    "conv_naive": {"L3"},
    "max_pool_naive": {"L3"},
    "batchnorm": {"L12"},
    "batchnorm_alt": {"L3", "L12"},
    "layernorm": {"L3"},
    "spatial_groupnorm": {"L3"},
    "dropout": {"L3"},
    "affine_relu": {"L3"},
    "conv_relu_pool": {"L3"},
    "rnn_step": {"L3"},
    "rnn": {"L3"},
    "word_embedding": {"L3"},
}


def test_wrong_pairs_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined("wrong", monkeypatch)
    wrong = {
        name: {f.clause.id for f in layer.having("fail")} & {"L3", "L4", "L12"}
        for name, layer in found.items()
    }
    assert set(wrong) == set(WRONG)
    for name, ids in wrong.items():
        assert ids, name
        assert ids <= WRONG[name], name


def test_names_make_pairs() -> None:
    names = [
        *("conv_forward_naive", "conv_backward_naive", "bn_forward", "bn_backward"),
        *("bn_backward_alt", "forward_fc", "backward_fc", "reluForward"),
        *("reluBackward", "lone_forward", "forward", "pool_forward_fast"),
    ]
    assert sorted(p.pair for p in pairs_of(names)) == [
        *("bn", "bn_alt", "conv_naive", "fc", "relu")
    ]


@pytest.mark.parametrize(
    ("asked", "layer"),
    [
        ("conv_naive", "conv_naive"),
        ("conv_forward_naive", "conv_naive"),
        ("batchnorm_backward_alt", "batchnorm_alt"),
        ("conv", None),
    ],
)
def test_a_pair_is_asked_for_by_its_name_or_by_a_function_s(
    asked: str, layer: str | None
) -> None:
    assert parse(f"{PROGRAMS / 'right.py'}:{asked}").layer == layer


FAST = """
try:
    from .compiled import added
except ImportError:
    print("compile it first")

def plain_forward(x):
    return 2 * x, None

def plain_backward(dout, cache):
    return added(dout, dout)

def other_forward(x):
    return 2 * x, None

def other_backward(dout, cache):
    return aded(dout, dout)
"""


def test_what_a_file_tries_to_import_is_missing_and_other_names_are_its_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "fast.py").write_text(FAST)
    with LayerFile(tmp_path / "fast.py") as port:
        said = [e.findings[0].judgement for e in examine_layers(port, "").layers]
    assert [(j.verdict, j.message) for j in said] == [
        ("not-covered", "load.missing"),
        ("error", "layer.raised"),
    ]
    assert said[0].parameters == {"names": "compiled"}


def test_a_pair_that_takes_nothing_is_not_judged() -> None:
    def empty_forward(*, of: int = 1) -> Any:
        return of, None

    def empty_backward(dout: Any, cache: Any) -> Any:
        return dout

    made = pair("empty", empty_forward, empty_backward)
    (found,) = examine_layers(Layers({"empty": made}), "").layers
    assert found.verdict in ("not-covered", "error")
