"""Whatever a port does, there is a verdict and a sentence, and the run goes on."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from gradproof.commands import cli, exit_codes
from gradproof.numerics import functions
from gradproof.ports.child_process import GRACE_SECONDS
from gradproof.ports.in_process import MAX_CALLS, open_port
from gradproof.ports.limits import ADDRESS_BYTES
from gradproof.ports.observation import (
    Broke,
    Nonsense,
    Observation,
    Outcome,
    Probe,
    Raised,
)
from gradproof.ports.subprocess_port import ChildPort, python_command
from gradproof.ports.target import parse
from places import PROGRAMS

BAD = PROGRAMS / "bad"
POINT = Probe("point", functions.product.point, np.array([3.0, 5.0]), functions.product)

NONSENSE = {
    "nothing": "None",
    "text": "str",
    "texts": "list",
    "objects": "ndarray of object",
    "ragged": "list",
    "generator": "generator",
    "function": "function",
    "huge": "ndarray of shape (1000, 1000)",
    "endless": "ndarray of shape (1000000, 1000000)",
    "numbers_of_truth": "ndarray of bool",
    "moments": "ndarray of datetime64[D]",
    "hostile": "Hostile",
}
EXCEPTIONS: dict[str, Outcome] = {
    "weird": Raised("Weird", ""),
    "shy": Raised("Shy", ""),
    "loud": Raised("Loud", "?[31mred?[0m ?" + "x" * 486),
    "generator_exit": Raised("GeneratorExit", ""),
    "exits": Broke("exit", "SystemExit: enough"),
}
CRASHES = {
    "aborts": Broke("crash", "SIGABRT"),
    "reads_nowhere": Broke("crash", "SIGSEGV"),
    "leaves": Broke("crash", "exit code 0"),
    "hangs": Broke("timeout", "3 s for all"),
    "ignores_signals": Broke("timeout", "3 s for all"),
    "writes_without_end": Broke("output", "64 MB"),
    "prints_without_end": Broke("timeout", "3 s for all"),
    "recurses_past_the_limit": Broke("crash", "SIGSEGV"),
}
HARMLESS = (
    "changes_numpy",
    "closes_streams",
    "forges",
    "forks",
    "leaves_a_process",
    "leaves_a_thread",
    "moves_away",
    "takes_streams_away",
)

once = pytest.mark.once


def in_child(
    name: str, timeout: float = 20.0, memory: int = ADDRESS_BYTES
) -> Observation:
    """What a port of the folder does on one probe, in a child that is then over."""
    command = python_command(parse(f"{BAD}/{name}"), memory=memory)
    with ChildPort(name, command, timeout=timeout) as port:
        return port.observe(POINT)


def here(name: str) -> Observation:
    return open_port(parse(f"{BAD}/{name}")).observe(POINT)


def check(*targets: str, options: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of a run."""
    result = CliRunner().invoke(
        cli.cli, ["check", *targets, "--format", "json", *options]
    )
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize(("name", "what"), NONSENSE.items(), ids=NONSENSE)
def test_what_is_no_array_of_numbers_is_named(name: str, what: str) -> None:
    assert here(f"results.py:{name}").outcome == Nonsense(what)


@once
@pytest.mark.parametrize(("name", "what"), NONSENSE.items(), ids=NONSENSE)
def test_so_it_is_in_a_child(name: str, what: str) -> None:
    assert in_child(f"results.py:{name}").outcome == Nonsense(what)


@pytest.mark.parametrize(("name", "outcome"), EXCEPTIONS.items(), ids=EXCEPTIONS)
def test_an_exception_is_an_outcome_whatever_it_is(name: str, outcome: Outcome) -> None:
    assert here(f"exceptions.py:{name}").outcome == outcome


@once
@pytest.mark.parametrize(("name", "outcome"), EXCEPTIONS.items(), ids=EXCEPTIONS)
def test_so_it_is_in_the_child(name: str, outcome: Outcome) -> None:
    assert in_child(f"exceptions.py:{name}").outcome == outcome


@once
@pytest.mark.parametrize("name", ["group", "recursive"])
def test_groups_and_recursion_are_exceptions(name: str) -> None:
    kinds = {"group": ("BaseExceptionGroup", "Two"), "recursive": ("RecursionError",)}
    outcome = in_child(f"exceptions.py:{name}").outcome
    assert isinstance(outcome, Raised)
    assert outcome.kind in kinds[name]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nothing", "NoneType"),
        ("text", "str"),
        ("huge", "ndarray of shape (10000000,)"),
        ("objects", "ndarray of object"),
        ("itself", "function"),
    ],
)
def test_what_f_cannot_take_it_says_so_alike_everywhere(name: str, what: str) -> None:
    outcome = Raised("ProbeError", f"f does not take {what}")
    assert here(f"arguments.py:{name}").outcome == outcome
    assert in_child(f"arguments.py:{name}").outcome == outcome


def test_what_f_was_given_is_kept_whatever_becomes_of_it() -> None:
    seen = here("arguments.py:changed_later")
    assert [
        e.argument.tolist() for e in seen.evaluations if e.argument is not None
    ] == [
        [3.0001, 5],
        [2.9999, 5],
        [3, 5.0001],
        [3, 4.9999],
    ]


@once
@pytest.mark.parametrize(("name", "outcome"), CRASHES.items(), ids=CRASHES)
def test_the_end_of_a_child_is_told_apart(name: str, outcome: Outcome) -> None:
    timeout = 3.0 if outcome == CRASHES["hangs"] else 20.0
    begin = time.monotonic()
    seen = in_child(f"processes.py:{name}", timeout)
    assert seen.outcome == outcome
    assert time.monotonic() - begin < timeout + 2.5


@once
@pytest.mark.parametrize(
    "name", ["processes.py:calls_for_ever", "exceptions.py:swallows"]
)
def test_one_that_calls_f_without_end_is_stopped(name: str) -> None:
    assert in_child(name).outcome == Broke("budget", f"{MAX_CALLS:,} calls")


@once
@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_memory_is_limited() -> None:
    outcome = in_child("processes.py:eats_memory", 60.0, memory=1 << 30).outcome
    assert isinstance(outcome, Raised)
    assert outcome.kind in ("MemoryError", "_ArrayMemoryError")


@once
@pytest.mark.parametrize("name", HARMLESS)
def test_meddling_that_does_no_harm_does_none(name: str) -> None:
    threads = threading.active_count()
    command = python_command(parse(f"{BAD}/processes.py:{name}"))
    with ChildPort(name, command, timeout=20) as port:
        for _ in range(2):
            seen = port.observe(POINT)
            assert seen.value is not None, seen.outcome
            assert seen.value.tolist() == pytest.approx([5, 3], abs=1e-6)
            # What is written past all streams is told by no report.
            assert seen.noise == ""
        begin = time.monotonic()
    assert time.monotonic() - begin < GRACE_SECONDS
    assert threading.active_count() == threads


def test_numpys_error_handling_is_put_back() -> None:
    before = np.geterr()
    assert here("processes.py:changes_numpy").value is not None
    assert np.geterr() == before


@once
def test_a_call_from_a_thread_that_was_left_behind_reaches_no_later_probe() -> None:
    command = python_command(parse(f"{BAD}/processes.py:leaves_a_thread_that_calls"))
    with ChildPort("port", command, timeout=20) as port:
        for _ in range(5):
            assert len(port.observe(POINT).evaluations) in (4, 5)
            time.sleep(0.02)


@once
def test_one_that_closes_the_channel_has_crashed() -> None:
    outcome = in_child("processes.py:closes_all").outcome
    assert isinstance(outcome, Broke)
    assert outcome.how == "crash"


REPORTS = {
    "results.py:nan": ("fail", "off"),
    "results.py:infinite": ("fail", "off"),
    "results.py:wrong_shape": ("fail", "wrong-shape"),
    "results.py:nothing": ("error", "nonsense"),
    "exceptions.py:weird": ("error", "raised"),
    "exceptions.py:exits": ("error", "broke.exit"),
    "arguments.py:kept_in_x": ("fail", "not-restored"),
    "processes.py:aborts": ("error", "broke.crash"),
}


@once
@pytest.mark.parametrize(("name", "expected"), REPORTS.items(), ids=REPORTS)
def test_each_has_a_verdict_and_a_sentence(
    name: str, expected: tuple[str, str]
) -> None:
    code, report = check(f"{BAD}/{name}")
    assert code == exit_codes.WRONG
    (port,) = report["ports"]
    verdict, message = expected
    assert port["verdict"] == verdict
    said = {
        c["message_id"]: c["message"] for c in port["clauses"] if c["level"] == "must"
    }
    assert said[message].isprintable()


@once
def test_the_run_goes_on_after_ports_that_hang_crash_and_cannot_be_had() -> None:
    targets = [
        f"{BAD}/processes.py:hangs",
        f"{BAD}/processes.py:aborts",
        f"{BAD}/processes.py:nothing_of_the_kind",
        f"{PROGRAMS}/right/by_rows.py:gradient",
    ]
    begin = time.monotonic()
    code, report = check(*targets, options=("--timeout", "1.5"))
    assert time.monotonic() - begin < 1.5 + 4
    assert code == exit_codes.WRONG
    assert [port["verdict"] for port in report["ports"]] == ["error", "error", "pass"]
    assert [error["message_id"] for error in report["errors"]] == ["load.not-there"]


@once
def test_an_objective_is_shown_the_way(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def f(x): return x[0] * x[1]")
    code, report = check(f"{tmp_path}/mine.py:f")
    assert code == exit_codes.NOT_LOADED
    (error,) = report["errors"]
    assert "this looks like f" in error["message"]
    assert "gradproof draw" in error["message"]
