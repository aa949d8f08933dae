"""What a script's child tells is taken down, and what it breaks with is told."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from gradproof.ports.child_process import Process
from gradproof.ports.frames import (
    BreachError,
    ChildError,
    DeadlineError,
    EndedError,
    Frame,
    LimitError,
)
from gradproof.ports.observation import Note
from gradproof.ports.orders import ScriptOrder
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core.printable import clean
from gradproof.ports.worker.core.texts import Texts
from gradproof.ports.worker.watch.quivers import GCA
from gradproof.scripts import session as module
from gradproof.scripts.objectives import record
from gradproof.scripts.records import Failure, Given, Place, Run
from gradproof.scripts.session import (
    GRACE,
    Session,
    UnansweredError,
    again,
    not_python,
    statement,
)
from small_scripts import PRODUCT, X, by_rows, called, run

CALL: dict[str, Any] = {
    **{"op": "call", "number": 3, "f": 1, "name": "slopes", "qualified": "A.slopes"},
    **{"file": "a.py", "line": 7, "home": "b.py", "f_name": "g", "stub": True},
    **{"argument": "x", "shape": [9, 2], "integers": True, "x": record(X)},
    **{"result": None, "ended": False, "points": [[1, 2], [3, 4]]},
    **{"seen": [["array", [2], [], 4], ["list", [3], None, 1]]},
    **{"answers": [[1, 2, 5], [3, 4, 6]], "samples": [record(X[0])]},
}
QUIVER: dict[str, Any] = {
    **{"op": "quiver", "file": "a.py", "line": 9, "arrows": record(X.T), "total": 12},
    **{"hidden": 3, "calls": 1, "form": 2, "error": None, "kind": "arrow"},
    **{"mirrored": [0, 1]},
}
FAILURE: dict[str, Any] = {
    **{"file": "a.py", "line": 5, "cell": "", "kind": "KeyError", "text": "'a'"},
    **{"missing": ["torch"]},
}
RAN: dict[str, Any] = {
    **{"op": "ran", "failures": [], "stopped": False, "notes": [], "calls": 8},
}


class Child:
    """A process that tells what it is made to tell, and notes what is done to it."""

    last_words = "out of memory\x1b[31m"

    def __init__(self, *told: Any) -> None:
        self.told = list(told)
        self.sent: list[Any] = []
        self.deadlines: list[float] = []
        self.killed = 0

    def receive(self, deadline: float) -> Frame:
        self.deadlines.append(deadline)
        told = self.told.pop(0)
        if isinstance(told, Exception):
            raise told
        line = told if isinstance(told, bytes) else json.dumps(told).encode()
        return Frame(line, "")

    def send(self, line: bytes) -> None:
        self.sent.append(json.loads(line))

    def kill(self) -> None:
        self.killed += 1


def held(child: Child, **order: Any) -> Session:
    made = ScriptOrder(**{"path": Path("mine.py"), **order})
    return Session(made, 5.0, cast(Process, child))


def test_all_that_is_told_is_taken_down() -> None:
    child = Child(CALL, QUIVER, {**RAN, "failures": [FAILURE]}, "never read")
    seen = held(child, stubs=("torch",), removed=("float",)).run()
    (call,) = seen.calls
    assert (call.number, call.f, call.name, call.qualified) == (
        3,
        1,
        "slopes",
        "A.slopes",
    )
    assert (call.place, call.home, call.f_name) == (Place("a.py", 7), "b.py", "g")
    assert (call.stub, call.argument, call.shape) == (True, "x", (9, 2))
    assert (call.integers, call.ended, call.result) == (True, False, None)
    assert call.x is not None
    assert np.array_equal(call.x, X)
    assert call.seen == (Given("array", (2,), (), 4), Given("list", (3,), None, 1))
    assert call.points.tolist() == [[1, 2], [3, 4]]
    assert call.answers.tolist() == [[1, 2, 5], [3, 4, 6]]
    assert [sample.tolist() for sample in call.samples] == [X[0].tolist()]
    (quiver,) = seen.quivers
    assert (quiver.place, quiver.total, quiver.hidden) == (Place("a.py", 9), 12, 3)
    assert (quiver.calls, quiver.form, quiver.error) == (1, 2, None)
    assert (quiver.kind, quiver.mirrored) == ("arrow", (False, True))
    assert quiver.arrows is not None
    assert np.array_equal(quiver.arrows, X.T)
    assert seen.failures == (
        Failure(Place("a.py", 5), "", "KeyError", "'a'", ("torch",)),
    )
    assert (seen.broke, seen.stubs, seen.removed) == (None, ("torch",), ("float",))
    assert (seen.call_count, seen.notebook, seen.notes) == (8, False, ())
    assert set(seen.sources) == {"mine.py", "a.py", "b.py"}
    assert (child.killed, len(child.told)) == (0, 1)
    assert set(child.deadlines) == {5.0 + GRACE}


def test_what_matplotlib_raised_is_told_and_which_axis_is_inverted() -> None:
    failed = {
        **QUIVER,
        "error": ["ValueError", "no"],
        "mirrored": [1, 0],
        "arrows": None,
    }
    (quiver,) = held(Child(failed, RAN)).run().quivers
    assert (quiver.error, quiver.mirrored) == (("ValueError", "no"), (True, False))
    assert quiver.arrows is None


def test_cells_are_the_sources_of_a_notebook_and_texts_stand_for_files() -> None:
    cells = [("mine.ipynb[0]", "x = 1"), ("mine.ipynb[1]", "y = 2")]
    seen = held(Child(RAN), cells=cells).run()
    assert (seen.sources, seen.notebook) == (dict(cells), True)
    texts = Texts({"mine.py": "z = 3"})
    assert held(Child(RAN), texts=texts).run().sources == {"mine.py": "z = 3"}


@pytest.mark.parametrize(
    ("error", "broke"),
    [
        (DeadlineError(), ("timeout", "it did not stop when told to")),
        (EndedError("SIGKILL"), ("crash", "SIGKILL: out of memory")),
        (LimitError("memory", "2 GB"), ("memory", "2 GB")),
        (BreachError("no\x1b tag"), ("protocol", "no? tag")),
        (b"no json", ("protocol", "no frame: Expecting value")),
        (b"[1]", ("protocol", "no frame")),
        (b"{}", ("protocol", "no frame")),
        (b'{"op": 1}', ("protocol", "no frame")),
    ],
)
def test_how_a_script_broke_is_told_with_what_it_did_before(
    error: Any, broke: tuple[str, str]
) -> None:
    child = Child(CALL, CALL, error)
    session = held(child)
    seen = session.run()
    assert seen.broke is not None
    assert seen.broke[0] == broke[0]
    assert seen.broke[1].startswith(broke[1])
    assert "\x1b" not in seen.broke[1]
    assert (len(seen.calls), seen.call_count, child.killed) == (2, 2, 1)
    assert (seen.failures, seen.notes) == ((), ())
    with pytest.raises(UnansweredError, match="its process has ended"):
        session.ask(op="evaluate")
    session.close()
    assert child.killed == 1


def test_a_script_that_was_stopped_tells_what_it_did_and_may_be_asked() -> None:
    child = Child({**RAN, "stopped": True}, {"op": "told", "error": None})
    session = held(child)
    assert session.run().broke == ("timeout", "")
    assert session.ask(op="evaluate", f=0) == {"op": "told", "error": None}
    assert (child.sent, child.killed) == ([{"op": "evaluate", "f": 0}], 0)


def test_an_interpreter_that_tells_nothing_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def wrong(python: Any) -> LoadError:
        asked.append(python)
        return LoadError("no")

    monkeypatch.setattr(module, "interpreter_error", wrong)
    child = Child(EndedError("exit code 1"))
    with pytest.raises(LoadError):
        held(child, python="python9").run()
    assert (asked, child.killed) == (["python9"], 1)
    held(Child(CALL, EndedError("exit code 1")), python="python9").run()
    assert asked == ["python9"]
    monkeypatch.setattr(module, "interpreter_error", lambda python: None)
    assert held(Child(EndedError("exit code 1"))).run().broke is not None


@pytest.mark.parametrize(
    "frame",
    [
        {"op": "call"},
        {**CALL, "number": "many"},
        {**CALL, "seen": 7},
        {**CALL, "points": [[1, 2, 3]]},
        {**CALL, "x": {"shape": [1]}},
        {**CALL, "number": "9" * 300 + "x"},
    ],
)
def test_a_frame_that_is_no_such_frame_is_refused(frame: Any) -> None:
    child = Child(frame, RAN)
    with pytest.raises(LoadError) as caught:
        held(child).run()
    assert caught.value.message == "load.no-hello"
    assert isinstance(caught.value.__cause__, (KeyError, TypeError, ValueError))
    text = clean(repr(caught.value.__cause__), 200)
    assert caught.value.parameters == {"text": text}
    assert child.killed == 1


FAILED: dict[str, Any] = {"op": "failed", "reason": "syntax"}


def test_a_script_that_is_no_python_is_refused() -> None:
    why = {"text": "invalid syntax", "line": 3}
    child = Child(CALL, {**FAILED, "parameters": why})
    with pytest.raises(LoadError) as caught:
        held(child).run()
    assert caught.value.message == "load.syntax"
    assert caught.value.parameters == why
    assert child.killed == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Missing parentheses in call to 'print'", "script.python-2"),
        ("multiple exception types must be parenthesized", "script.python-2"),
        ("'utf-8' codec can't decode byte", "script.undecodable"),
        ("invalid or missing encoding declaration", "script.undecodable"),
        ("invalid syntax", "load.syntax"),
    ],
)
def test_why_a_text_is_no_python_is_named(text: str, reason: str) -> None:
    frame = {**FAILED, "parameters": {"text": text, "line": 3}}
    found = not_python(frame, Path("mine.py"))
    assert found.message == reason
    if reason == "script.python-2":
        assert found.parameters == {"line": 3}
        bare = not_python({**FAILED, "parameters": {"text": text}}, Path("mine.py"))
        assert bare.parameters == {"line": 0}


def test_what_is_very_long_is_cut() -> None:
    long = "a" * 1000
    name, path, words = clean(long, 80), clean(long, 200), clean(long)
    names = dict.fromkeys(("name", "f_name", "argument", "qualified"), long)
    told = {**CALL, **names, "seen": [[long, [2], [], 4]]}
    failure = {**FAILURE, "kind": long, "text": long, "missing": [long]}
    quiver = {**QUIVER, "error": [long, long]}
    seen = held(Child(told, quiver, {**RAN, "failures": [failure]})).run()
    (call,), (drawn,), (failed,) = seen.calls, seen.quivers, seen.failures
    assert (call.name, call.f_name, call.argument) == (name, name, name)
    assert (call.qualified, call.seen[0].kind) == (path, name)
    assert drawn.error == (name, words)
    assert (failed.kind, failed.text, failed.missing) == (name, words, (name,))
    child = Child(BreachError(long), {"op": "told", "error": long})
    session = held(child)
    with pytest.raises(UnansweredError) as caught:
        held(Child({"op": "told", "error": long})).ask(op="evaluate")
    assert str(caught.value) == path
    assert session.run().broke == ("protocol", path)
    child = Child(EndedError("SIGKILL"))
    child.last_words = long
    assert held(child, python=sys.executable).run().broke == (
        "crash",
        f"SIGKILL: {path}",
    )


# Questions


@pytest.mark.parametrize(
    ("error", "why", "killed"),
    [
        (DeadlineError(), "DeadlineError", 1),
        (EndedError("exit code 1"), "EndedError", 1),
        ({"op": "told", "error": "no\x1b such f"}, "no? such f", 0),
    ],
)
def test_why_a_question_is_not_answered_is_told(
    error: Any, why: str, killed: int
) -> None:
    child = Child(error)
    with pytest.raises(UnansweredError) as caught:
        held(child).ask(op="evaluate")
    assert (str(caught.value), child.killed) == (why, killed)
    assert issubclass(DeadlineError, ChildError)


def test_a_call_is_made_once_more() -> None:
    call = called(by_rows, PRODUCT, X, number=4)
    child = Child({"op": "told", "error": None, "value": record(X)})
    assert np.array_equal(again(held(child), call, [[1, [1, 0]]], "same"), X)
    (question,) = child.sent
    assert question == {"op": "again", "call": 4, "terms": [[1, [1, 0]]], "how": "same"}
    broken = Child({"op": "told", "error": None, "value": 7})
    with pytest.raises(UnansweredError):
        again(held(broken), call, [], "same")


# What a script says of itself, and what it lacks


def test_notes_are_those_that_are_known() -> None:
    told = [
        ("found-above", {"module": "common\x1b"}),
        ("asked-for-input", {}),
        ("asked-for-input", {"what": "name"}),
        ("found-above", {}),
        ("another", {}),
    ]
    assert list(module._notes(told)) == [
        Note("found-above", {"module": "common?"}),
        Note("asks-for-input", {}),
    ]


def test_that_a_script_was_run_in_a_folder_above_is_noted() -> None:
    ran = {**RAN, "notes": [["no-programs", {}]]}
    seen = held(Child(ran), folder=Path("above")).run()
    assert seen.notes == (
        Note("no-programs", {}),
        Note("run-above", {"folder": "above"}),
    )
    assert held(Child(ran)).run().notes == (Note("no-programs", {}),)


def failed(kind: str, text: str, **fields: Any) -> Run:
    seen = run()
    failure = Failure(Place("mine.py", 1), "", kind, text)
    return type(seen)(**{**vars(seen), "failures": (failure,), **fields})


ABSENT = "module 'numpy' has no attribute 'float'"
AXES = "gca() got an unexpected keyword argument 'projection'"


@pytest.mark.parametrize(
    ("kind", "text", "known", "stubs", "removed"),
    [
        ("ModuleNotFoundError", "No module named 'a.b.c'", {}, ["a"], []),
        ("ModuleNotFoundError", "No module named 'a'", {"stubs": ("a",)}, [], []),
        ("ModuleNotFoundError", "nothing is named", {}, [], []),
        ("ImportError", "No module named 'a'", {}, [], []),
        ("AttributeError", ABSENT, {}, [], ["float"]),
        ("AttributeError", ABSENT, {"removed": ("float",)}, [], []),
        ("AttributeError", "no attribute 'float'", {}, [], []),
        ("KeyError", ABSENT, {}, [], []),
        ("TypeError", AXES, {}, [], [GCA]),
        ("TypeError", AXES, {"removed": (GCA,)}, [], []),
        ("TypeError", "no such argument", {}, [], []),
        ("ValueError", AXES, {}, [], []),
    ],
)
def test_what_a_script_has_failed_for_is_missing(
    kind: str, text: str, known: Any, stubs: list[str], removed: list[str]
) -> None:
    assert module._missing(failed(kind, text, **known)) == (stubs, removed)


def test_a_script_that_misses_a_file_has_its_repository_s_folder(
    tmp_path: Path,
) -> None:
    deep = tmp_path / "a" / "b" / "c" / "d" / "mine.py"
    deep.parent.mkdir(parents=True)
    missed = failed("FileNotFoundError", "data.csv", path=deep)
    assert module._other_folder(missed) is None
    for folder in (tmp_path, tmp_path / "a" / "b"):
        (folder / ".git").mkdir()
        assert module._other_folder(missed) == folder
    assert module._other_folder(failed("KeyError", "a", path=deep)) is None
    # Its own folder is no other one, and far above is another's.
    (deep.parent / ".git").mkdir()
    assert module._other_folder(missed) == tmp_path / "a" / "b"
    far = tmp_path / "a" / "e" / "f" / "g" / "h" / "mine.py"
    assert module._other_folder(failed("FileNotFoundError", "b", path=far)) is None


SOURCE = """if True:
    g = grad(
        f,
        [1,
         2],
    )
for x in (1,
          2):
    pass
"""


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (0, ""),
        (1, "if True:"),
        (2, "g = grad(f, [1, 2])"),
        (6, "g = grad(f, [1, 2])"),
        (7, "for x in (1,"),
        (8, "2):"),
        (9, "pass"),
        (10, ""),
        (11, ""),
        (-1, ""),
    ],
)
def test_a_statement_is_told_in_one_line(line: int, text: str) -> None:
    assert statement(SOURCE, line) == text


def test_the_last_line_of_what_is_no_python_is_told_as_it_is() -> None:
    source = "a (\n  b"
    assert [statement(source, n) for n in (0, 1, 2, 3)] == ["", "a (", "b", ""]


def test_of_several_statements_in_a_line_all_are_told() -> None:
    assert statement("a = 1; b = 2", 1) == "a = 1; b = 2"


def test_a_file_that_cannot_be_read_has_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    assert module._text(path) == ""
    for raw, text in (
        (b"x = 1\r\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\n\xe9", "# -*- coding: latin-1 -*-\né"),
        (b"\xff", ""),
        (b"# coding: none-such\n", ""),
    ):
        path.write_bytes(raw)
        assert module._text(path) == text


# Once more


class Began:
    """A child that was started before."""

    def __init__(self, child: Child, at: float) -> None:
        self.child, self.at = child, at

    def take(self) -> Any:
        return self.child


def started(
    monkeypatch: pytest.MonkeyPatch, *children: Child
) -> list[tuple[ScriptOrder, float]]:
    """The orders by which these are started, one after the other."""
    orders: list[tuple[ScriptOrder, float]] = []
    left = list(children)

    def start(order: ScriptOrder, seconds: float) -> Any:
        orders.append((order, seconds))
        return left.pop(0)

    monkeypatch.setattr(ScriptOrder, "start", start)
    return orders


def lacking(name: str) -> Child:
    text = f"No module named '{name}'"
    kind = "ModuleNotFoundError"
    return Child({**RAN, "failures": [{**FAILURE, "kind": kind, "text": text}]})


def test_a_script_is_run_again_with_something_for_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    path = tmp_path / "a" / "mine.py"
    absent = {**FAILURE, "kind": "AttributeError", "text": ABSENT}
    missed = {**FAILURE, "kind": "FileNotFoundError", "text": "b.csv"}
    second = Child({**RAN, "failures": [absent]})
    third, last = Child({**RAN, "failures": [missed]}), Child(CALL, RAN)
    children = [lacking("torch.nn"), second, third, last]
    orders = started(monkeypatch, *children)
    with module.session(path, 60, python="python9") as (session, seen):
        assert (seen.stubs, seen.removed) == (("torch",), ("float",))
        assert len(seen.calls) == 1
        assert session.order == orders[-1][0]
        assert [child.killed for child in children] == [1, 1, 1, 0]
    assert last.killed == 1
    assert [(o.stubs, o.removed, o.folder) for o, _ in orders] == [
        ((), (), None),
        (("torch",), (), None),
        (("torch",), ("float",), None),
        (("torch",), ("float",), tmp_path),
    ]
    assert {(o.path, o.python) for o, _ in orders} == {(path, "python9")}
    assert all(59 < seconds <= 60 for _, seconds in orders)


def test_a_script_is_run_again_six_times_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = started(monkeypatch, *(lacking(f"m{k}") for k in range(9)))
    with module.session(Path("mine.py"), 60) as (_, seen):
        assert seen.stubs == tuple(f"m{k}" for k in range(6))
    assert len(orders) == 7


def test_after_its_time_a_script_is_not_run_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    child = lacking("torch")
    orders = started(monkeypatch, child)
    with module.session(Path("mine.py"), 0) as (_, seen):
        assert seen.stubs == ()
    assert [seconds for _, seconds in orders] == [0.1]
    assert child.deadlines[0] == pytest.approx(time.monotonic() + GRACE, abs=2)


def test_a_script_that_has_begun_is_not_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders = started(monkeypatch)
    child = Child(RAN)
    began: Any = Began(child, 100.0)
    with module.session(Path("mine.py"), 7, begun=began) as (session, _):
        assert (orders, session.deadline) == ([], 107.0)
    assert (child.deadlines, child.killed) == ([107.0 + GRACE], 1)
