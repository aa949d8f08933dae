"""Processes of one machine: how they are started, and that nothing is left of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from gradproof.scan import machine


def test_where_temporary_files_lie_too_deep_for_a_socket_none_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/" + "x" * 80)
    assert machine._way() == "spawn"


@pytest.mark.once
def test_ports_are_judged_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with machine.machine(1) as pool:
        assert pool.executor().submit(len, "abc").result() == 3
    assert [*deep.iterdir()] == []
