"""The host of the line protocol, against programs that speak it well and badly."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from string import Formatter
from typing import Any

import msgspec
import numpy as np
import pytest

from gradproof.numerics import functions
from gradproof.ports import protocol, wall
from gradproof.ports.in_process import MAX_CALLS
from gradproof.ports.observation import (
    Broke,
    KnownValues,
    Observation,
    Probe,
    Raised,
    Returned,
    Unserved,
)
from gradproof.ports.subprocess_port import AWKWARD, MAX_RESTARTS, ChildPort
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core import wire
from gradproof.report.messages import CATALOGUES, Language

PRELUDE = """
import json, math, os, signal, sys, time
tag = os.environ["GRADPROOF_TAG"]
def write(text):
    sys.stdout.write(text)
    sys.stdout.flush()
def send(**frame):
    write(tag + json.dumps(frame) + "\\n")
def receive():
    return json.loads(sys.stdin.readline())
def hello(**more):
    frame = dict(op="hello", protocol=1, name="fake", language="Python",
                 roles=["gradient"], f=["callback"])
    send(**dict(frame, **more))
def call(n, id=None, **more):
    frame = dict(op="call", id=probe["id"] if id is None else id, n=n, x=probe["x"])
    send(**dict(frame, **more))
def called(n, *shape, data=(), **more):
    x = dict(dtype="f8", shape=shape, data=list(data) or [1.0] * math.prod(shape))
    send(**dict(dict(op="called", id=probe["id"], n=n, x=x, kind="ndarray"), **more))
def result(**more):
    x = dict(dtype="f8", shape=[2], data=[1.0, 2.0])
    send(**dict(dict(op="result", id=probe["id"], value=x, x_after=x), **more))
"""
GREETING = "hello()"
SERVE = """
while True:
    probe = receive()
    if probe["op"] == "bye": break
    if probe["op"] == "echo":
        send(**probe)
        continue
    {}
"""
POINT = Probe("point", functions.product.point, np.array([1.0, 2.0]), functions.product)
GRACE = 2.5
"""Seconds beyond the timeout within which everything is over, on a busy machine."""


@contextmanager
def program(
    body: str, timeout: float = 10.0, greeting: str = GREETING
) -> Iterator[ChildPort]:
    """A port whose program is ``body``; nothing is left of it at the end."""
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    command = [sys.executable, "-ISc", f"{PRELUDE}\n{greeting}\n{body}"]
    with ChildPort("fake", command, timeout=timeout) as port:
        yield port
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == descriptors


def observe(body: str, timeout: float = 10.0) -> Observation:
    """What comes of one probe, given to a program that serves probes by ``body``."""
    with program(SERVE.format(body), timeout) as port:
        return port.observe(POINT)


def load(greeting: str, timeout: float = 10.0) -> ChildPort:
    with program("sys.stdin.read()", timeout, greeting) as port:
        return port


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize(
    ("prefix", "known"), [("note", protocol.NOTES), ("load", protocol.FAILURES)]
)
def test_all_that_a_program_may_say_can_be_said(
    language: Language, prefix: str, known: Mapping[str, frozenset[str]]
) -> None:
    for id, parameters in known.items():
        sentence = CATALOGUES[language][f"{prefix}.{id}"]
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        # The caret is put below the column.
        assert names - {"caret"} <= parameters, id


def test_arrays_go_there_and_back_bit_for_bit() -> None:
    for dtype in ("f8", "f4", "f2", "c16", "i8", "u8", "i1", "b1"):
        there = AWKWARD if dtype[0] in "fc" else np.array([0, 1, 100])
        if dtype == "i8":
            there = np.array([2**53 + 1, -(2**63)])
        with np.errstate(over="ignore"):
            array = there.astype(dtype).reshape(-1, 1)
        for line in (
            msgspec.json.encode(protocol.encode_array(array)),
            wire.dumps(wire.encode_array(array)),
        ):
            record = msgspec.json.decode(line, type=protocol.Array)
            back = protocol.decode_array(record)
            assert back.dtype == array.dtype
            assert back.shape == array.shape
            assert back.tobytes() == array.tobytes()
            assert not back.flags.writeable


@pytest.mark.once
def test_a_call_is_answered_and_a_result_is_an_observation() -> None:
    seen = observe("call(0); y = receive()['y']; result(kind=str(y))")
    assert isinstance(seen.outcome, Returned)
    assert seen.outcome.kind == "2.0"
    assert seen.outcome.value.tolist() == [1, 2]
    (evaluation,) = seen.evaluations
    assert evaluation.argument is not None
    assert evaluation.argument.tolist() == [1, 2]


@pytest.mark.once
def test_an_error_and_what_is_unsupported_are_exceptions() -> None:
    seen = observe("send(op='error', id=probe['id'], kind='Range', text='too\\nfar')")
    assert seen.outcome == Raised("Range", "too far")
    seen = observe("send(op='unsupported', id=probe['id'], reason='no')")
    assert seen.outcome == Unserved("unsupported", {"reason": "no"})


@pytest.mark.once
def test_noise_is_no_failure() -> None:
    seen = observe(
        "write('before'); print('{}', file=sys.stderr); call(0); receive();"
        'print(\'{"op": "result"}\'); result()'
    )
    assert isinstance(seen.outcome, Returned)
    assert seen.noise == 'before{"op": "result"}\n'


BREACHES = {
    "garbage": "write(tag + 'garbage\\n')",
    "bad-utf-8": 'os.write(1, tag.encode() + b\'{"op": "\\xff\\xfe"}\\n\')',
    "deeply-nested": "write(tag + '[' * 100000 + '\\n')",
    "deeply-nested-parameters": (
        "write(tag + '{\"op\":\"failed\",\"reason\":' + '[' * 100000 + '\\n')"
    ),
    "empty": "write(tag + '\\n')",
    "no-object": "write(tag + '3\\n')",
    "nan": 'write(tag + \'{"op": "error", "id": NaN}\\n\')',
    "oversized": "write(tag + 'x' * (9 << 20) + '\\n')",
    "unknown-op": "send(op='guess', id=probe['id'])",
    "host-op": "send(op='value', id=probe['id'], n=0, y=1.0)",
    "missing-field": "send(op='call', id=probe['id'])",
    "wrong-type": "call('0')",
    "wrong-id": "result(id=probe['id'] + 1)",
    "call-of-another-probe": "call(0, id=99)",
    "hello-again": "hello()",
    "out-of-order": "call(1)",
    "duplicate-call": "call(0); receive(); call(0)",
    "called-what-was-not-sent": "called(0, 1)",
    "no-such-dtype": "result(value=dict(dtype='O', shape=[1], data=[1]))",
    "record-dtype": "result(value=dict(dtype='f8,f8', shape=[1], data=[1]))",
    "wrong-length": "result(value=dict(dtype='f8', shape=[3], data=[1, 2]))",
    "negative-shape": "result(value=dict(dtype='f8', shape=[-1], data=[1]))",
    "huge-shape": "result(value=dict(dtype='f8', shape=[2**62, 4], data=[]))",
    "many-dimensions": "result(value=dict(dtype='f8', shape=[1] * 99, data=[1]))",
    "huge-number": "result(value=dict(dtype='f8', shape=[1], data=[10**400]))",
    "overflow": "result(value=dict(dtype='f4', shape=[1], data=[1e300]))",
    "integer-overflow": "result(value=dict(dtype='i1', shape=[1], data=[300]))",
    "fractions-as-integers": "result(value=dict(dtype='i8', shape=[1], data=[0.5]))",
    "returned-nothing": "result(value=None)",
    "unknown-manner": "result(manners=['f(?)'])",
    "wrong-x-after": "result(x_after=dict(dtype='f8', shape=[9], data=[]))",
}


@pytest.mark.once
@pytest.mark.parametrize("body", BREACHES.values(), ids=BREACHES)
def test_what_is_no_frame_that_is_due_is_a_breach(body: str) -> None:
    seen = observe(f"{body}; sys.stdin.read()")
    assert isinstance(seen.outcome, Broke)
    assert seen.outcome.how == "protocol"
    assert seen.outcome.detail.isprintable()


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("os.abort()", "SIGABRT"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("os._exit(0)", "exit code 0"),
        ("sys.exit(5)", "exit code 5"),
        ("sys.exit('out of\\x1b[31m ideas')", "exit code 1: out of?[31m ideas"),
        ("call(0); receive(); os._exit(2)", "exit code 2"),
    ],
)
def test_a_crash_is_named(body: str, detail: str) -> None:
    assert observe(body).outcome == Broke("crash", detail)


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(60)",
        "call(0); receive(); time.sleep(60)",
        "[call(n) or time.sleep(0.05) for n in range(10**9)]",
        "os.close(0); time.sleep(60)",
    ],
)
def test_what_does_not_come_to_an_end_is_a_timeout(body: str) -> None:
    begin = time.monotonic()
    seen = observe(body, timeout=0.4)
    assert seen.outcome == Broke("timeout", "0.4 s for all")
    assert time.monotonic() - begin < 0.4 + GRACE


@pytest.mark.once
def test_calls_of_f_are_budgeted_also_for_one_that_does_not_wait() -> None:
    seen = observe("[call(n) for n in range(10**9)]")
    assert seen.outcome == Broke("budget", f"{MAX_CALLS:,} calls")


TELL_ME = f"hello(f=['callback', 'formula'], library='numpy {np.__version__}')"


def tell(*bodies: str) -> list[Observation]:
    """What comes of a probe and of more, of a program that may be sent f."""
    body = "\n    ".join(f"if probe['id'] == {n}: {b}" for n, b in enumerate(bodies, 1))
    with program(SERVE.format(body), greeting=TELL_ME) as port:
        return [port.observe(POINT) for _ in bodies]


@pytest.mark.once
def test_f_is_told_of_where_a_probe_like_it_has_been_served() -> None:
    asked = "result(kind=' '.join(probe['f']))"
    seen = [o.outcome for o in tell(asked, asked)]
    assert all(isinstance(outcome, Returned) for outcome in seen)
    assert [getattr(o, "kind", "") for o in seen] == ["callback", "callback tapes"]


@pytest.mark.once
def test_a_port_that_has_broken_is_asked_for_each_value() -> None:
    asked = "result(kind=' '.join(probe['f']))"
    *_, last = tell(asked, "os.abort()", asked)
    assert isinstance(last.outcome, Returned)
    assert last.outcome.kind == "callback"


@pytest.mark.once
def test_calls_that_are_told_of_stand_in_their_order() -> None:
    _, seen = tell(
        "result()",
        "called(0, 2, 2, data=[1, 2, 3, 4]); call(2); receive();"
        " called(3, 1, data=[5], kind='float'); result()",
    )
    given = [(e.argument, e.kind) for e in seen.evaluations]
    assert [(None if a is None else a.tolist(), kind) for a, kind in given] == [
        ([1, 2], "ndarray"),
        ([3, 4], "ndarray"),
        ([1, 2], ""),
        (5, "float"),
    ]
    assert all(isinstance(a, np.ndarray) and not a.flags.writeable for a, _ in given)


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        "called(1, 1, 2)",
        "called(0, 1, 2); called(0, 1, 2)",
        "called(0, 0, 2, data=())",
        "called(0)",
        "called(0, 3, 2, data=[1])",
        "called(0, 1, 2, id=99)",
    ],
)
def test_calls_that_cannot_have_been_are_a_breach(body: str) -> None:
    _, seen = tell("result()", f"{body}; sys.stdin.read()")
    assert isinstance(seen.outcome, Broke)
    assert seen.outcome.how == "protocol"


@pytest.mark.once
def test_calls_that_are_told_of_are_budgeted_too() -> None:
    _, seen = tell("result()", f"called(0, {MAX_CALLS}, 2); called({MAX_CALLS}, 1, 2)")
    assert seen.outcome == Broke("budget", f"{MAX_CALLS:,} calls")
    assert len(seen.evaluations) == MAX_CALLS + 1
    _, seen = tell("result()", f"called(0, {MAX_CALLS}, 2); result()")
    assert isinstance(seen.outcome, Returned)


@pytest.mark.once
def test_what_a_formula_is_read_by_is_answered_by_the_child_and_known_here() -> None:
    known: list[list[float]] = []

    def answer(node: np.ndarray[Any, Any]) -> float:
        known.append(node.tolist())
        return 0.5

    table = KnownValues([np.array([1.0, 2.0])], np.array([0.5]))
    read = replace(POINT, answer=answer, function=None, known=table)
    told = "result(kind=str(probe['f']['values'] + probe['f']['nodes'][0]['data']))"
    body = f"called(0, 2, 2, data=[1, 2, 1, 2]); {told}"
    shown = f"{{}}\n    if probe['id'] == 2: {body}"
    first = "if probe['id'] == 1: result()"
    with program(SERVE.format(shown.format(first)), greeting=TELL_ME) as port:
        port.observe(POINT)
        seen = port.observe(read)
    assert isinstance(seen.outcome, Returned)
    assert seen.outcome.kind == "[0.5, 1.0, 2.0]"
    assert known == [[1.0, 2.0], [1.0, 2.0]]


@pytest.mark.once
def test_a_port_that_hangs_is_over_in_time_and_leaves_something_to_the_others() -> None:
    body = "probe['x']['data'][0] == 1 and time.sleep(60); result()"
    other = Probe("other", POINT.answer, np.array([3.0, 4.0]), POINT.function)
    begin = time.monotonic()
    with program(SERVE.format(body), timeout=2.0) as port:
        assert isinstance(port.observe(POINT).outcome, Broke)
        assert isinstance(port.observe(other).outcome, Returned)
        outcomes = [port.observe(POINT).outcome for _ in range(20)]
    assert time.monotonic() - begin < 2.0 + GRACE
    assert set(outcomes) == {Broke("timeout", "2 s for all")}


@pytest.mark.once
def test_when_the_time_is_over_the_answer_comes_at_once() -> None:
    with program(SERVE.format("time.sleep(60)"), timeout=0.3) as port:
        while port.observe(POINT) and time.monotonic() < port._end:
            pass
        begin = time.monotonic()
        for _ in range(100):
            assert port.observe(POINT).outcome == Broke("timeout", "0.3 s for all")
        assert time.monotonic() - begin < 0.1


@pytest.mark.once
def test_a_child_is_started_again_a_bounded_number_of_times(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    log = tmp_path_factory.mktemp("starts") / "log"
    body = f"open({str(log)!r}, 'a').write('.'); os._exit(9)"
    unwalled = wall.wanted.set("off")  # it writes a log
    try:
        with program(SERVE.format(body)) as port:
            outcomes = {port.observe(POINT).outcome for _ in range(20)}
    finally:
        wall.wanted.reset(unwalled)
    assert outcomes == {Broke("crash", "exit code 9")}
    assert len(log.read_text()) == 1 + MAX_RESTARTS


@pytest.mark.once
def test_after_a_breach_the_next_probe_has_a_child_of_its_own() -> None:
    body = "probe['x']['data'][0] == 1 and result(id=7); result()"
    other = Probe("other", POINT.answer, np.array([3.0, 4.0]), POINT.function)
    with program(SERVE.format(body)) as port:
        assert isinstance(port.observe(POINT).outcome, Broke)
        assert isinstance(port.observe(other).outcome, Returned)


@pytest.mark.once
def test_a_second_result_is_never_taken_for_the_next_probes() -> None:
    with program(SERVE.format("result(); result()")) as port:
        assert isinstance(port.observe(POINT).outcome, Returned)
        outcome = port.observe(POINT).outcome
    assert outcome == Broke("protocol", "result of another probe")


@pytest.mark.once
@pytest.mark.parametrize(
    ("greeting", "message"),
    [
        ("time.sleep(60)", "load.timeout"),
        ("hello(); time.sleep(60)", "load.timeout"),
        ("os.abort()", "load.crashed"),
        ("hello(); os.abort()", "load.crashed"),
        ("write(tag + 'hi\\n')", "load.no-hello"),
        ("hello(protocol=2)", "load.no-hello"),
        ("hello(protocol='1')", "load.no-hello"),
        ("hello(notes=[['bogus', {}]])", "load.no-hello"),
        ("hello(notes=[['step-given', {'name': 'h'}]])", "load.no-hello"),
        ("hello(notes=[['step-given', {'name': [], 'step': 1}]])", "load.no-hello"),
        ("send(op='failed', reason='bogus')", "load.said"),
        ("send(op='failed', reason='needs-more')", "load.no-hello"),
        ("send(op='failed', reason='no-file')", "load.no-file"),
        ("receive()", "load.timeout"),
        ("hello(); hello()", "load.no-hello"),
        ("hello(); send(op='unsupported', reason='echo')", "load.no-hello"),
    ],
)
def test_one_that_does_not_come_up_is_said_to(greeting: str, message: str) -> None:
    with pytest.raises(LoadError) as caught:
        load(greeting, timeout=0.5)
    assert caught.value.message == message


INEXACT = {
    "15 digits": "[float('%.15g' % v) if v == 1 / 3 else v for v in data]",
    "no subnormals": "[0.0 if v == 5e-324 else v for v in data]",
    "single precision": "[v if i else 0.30000001192092896 for i, v in enumerate(data)]",
    "no infinities": "[1e308 if v == 'Infinity' else v for v in data]",
    "NaN as zero": "[0.0 if v == 'NaN' else v for v in data]",
}


@pytest.mark.once
@pytest.mark.parametrize("change", INEXACT.values(), ids=INEXACT)
def test_a_number_format_that_loses_something_is_at_fault(change: str) -> None:
    greeting = (
        "hello(); asked = receive(); data = asked['x']['data'];"
        f"asked['x']['data'] = {change}; send(**asked)"
    )
    with pytest.raises(LoadError) as caught:
        load(greeting)
    assert caught.value.message == "load.inexact"


@pytest.mark.once
@pytest.mark.parametrize("change", ["dtype='f4'", "shape=[2, 6]", "data=[]"])
def test_an_echo_of_another_kind_is_at_fault(change: str) -> None:
    greeting = (
        "hello(); asked = receive();"
        f"asked['x'] = dict(asked['x'], {change}); send(**asked)"
    )
    with pytest.raises(LoadError) as caught:
        load(greeting)
    assert caught.value.message == "load.no-hello"


@pytest.mark.once
def test_a_lost_minus_zero_is_a_note() -> None:
    port = load(
        "hello(notes=[['x-first', {}]]); asked = receive();"
        "asked['x']['data'] = [v or 0 for v in asked['x']['data']]; send(**asked)"
    )
    assert [note.id for note in port.notes] == ["x-first", "loses-minus-zero"]


@pytest.mark.once
def test_what_cannot_be_started_is_said_to() -> None:
    with (
        pytest.raises(LoadError) as caught,
        ChildPort("none", ["/nowhere/to/be/found"]),
    ):
        pass
    assert caught.value.message == "load.not-started"


@pytest.mark.once
@pytest.mark.parametrize("where", ["loading", "observing"])
def test_ctrl_c_ends_the_child(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    command = [
        sys.executable,
        "-ISc",
        f"{PRELUDE}\n{GREETING}\n{SERVE.format('result()')}",
    ]
    threads = threading.active_count()
    port = ChildPort("fake", command)
    if where == "observing":
        port.__enter__()
    monkeypatch.setattr("gradproof.ports.protocol_child._decode", interrupt)
    with pytest.raises(KeyboardInterrupt):
        port.__enter__() if where == "loading" else port.observe(POINT)
    assert threading.active_count() == threads
    assert port._process is None


ORDERED = "order = receive(); hello(name=order['name'])"


@pytest.mark.once
def test_an_order_is_the_first_line_at_every_start() -> None:
    """A child that has crashed is told again what it is to serve."""
    body = SERVE.format("os._exit(1) if probe['id'] == 1 else result()")
    command = [sys.executable, "-ISc", f"{PRELUDE}\n{ORDERED}\n{body}"]
    with ChildPort("fake", command, order=b'{"name": "ordered"}') as port:
        assert isinstance(port.observe(POINT).outcome, Broke)
        assert isinstance(port.observe(POINT).outcome, Returned)


@pytest.mark.once
def test_without_an_order_nothing_is_sent_before_hello() -> None:
    port = load(
        "hello(); first = receive(); assert first['op'] == 'echo'; send(**first)"
    )
    assert port.notes == ()


@pytest.mark.parametrize("shape", [[10**9, 10**9], [0, 10**18], [10**18, 0, 3]])
def test_a_shape_that_no_frame_can_fill_is_refused(shape: list[int]) -> None:
    record = protocol.Array(dtype="f8", shape=shape, data=[])
    with pytest.raises(ValueError, match="no frame holds the numbers"):
        protocol.decode_array(record)
