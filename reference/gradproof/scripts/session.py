"""Run a script in a child process, take down what it did, and ask about its f."""

from __future__ import annotations

import ast
import contextlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from gradproof.edits import syntax
from gradproof.ports import protocol
from gradproof.ports.child_process import Process, interpreter_error
from gradproof.ports.frames import (
    BreachError,
    ChildError,
    DeadlineError,
    EndedError,
    LimitError,
)
from gradproof.ports.head_start import Begun
from gradproof.ports.observation import Note
from gradproof.ports.orders import ScriptOrder
from gradproof.ports.target import LoadError
from gradproof.ports.worker.core.old_names import OLD
from gradproof.ports.worker.core.printable import clean
from gradproof.ports.worker.core.texts import Texts
from gradproof.ports.worker.core.wire import decode_number
from gradproof.ports.worker.watch.quivers import GCA
from gradproof.scripts.records import (
    Failure,
    Given,
    GradientCall,
    Place,
    Quiver,
    Run,
)

MAX_RERUNS = 6
"""Modules and names that are stood in for, one after the other."""

REMOVED = re.compile(
    r"module 'numpy' has no attribute '(?P<old>\w+)'"
    r"|`?np\.(?P<new>\w+)`? was (?:removed|deprecated)"
)
NO_PROJECTION = "gca() got an unexpected keyword argument"
NOTES = {
    "found-above": ("found-above", {"module"}),
    "asked-for-input": ("asks-for-input", set()),
    "no-programs": ("no-programs", set()),
}
"""What the child notes and is worth saying of a script, and its parameters."""


GRACE = 5.0
"""Seconds in which a script that was stopped may tell what was seen, and be asked."""


class UnansweredError(Exception):
    """The child did not answer a question; the text says why."""


@dataclass
class Session:
    """A child that has run a script and answers questions about its f.

    The child may have been started already, as ``_process``. ``deadline`` is the
    script's; what it did is told, and asked about, for so long again as `GRACE`.
    """

    order: ScriptOrder
    deadline: float
    _process: Process | None = None

    def run(self) -> Run:
        """Run the script to its end. Raises LoadError if it is no Python at all."""
        if self._process is None:
            self._process = self.order.start(max(self.deadline - time.monotonic(), 0.1))
        frames: list[dict[str, Any]] = []
        broke: tuple[Any, str] | None = None
        try:
            while not frames or frames[-1]["op"] not in ("ran", "failed"):
                frames.append(self._receive())
        except DeadlineError:
            broke = "timeout", "it did not stop when told to"
        except EndedError as error:
            broke = "crash", f"{error.how}: {self._last_words()}"
        except LimitError as error:
            broke = error.limit, error.amount
        except BreachError as error:
            broke = "protocol", clean(str(error), 200)
        if broke:
            self.close()
        wrong = None if frames else interpreter_error(self.order.python)
        if wrong is not None:
            raise wrong
        if frames and frames[-1]["op"] == "failed":
            self.close()
            raise not_python(frames[-1], self.order.path)
        try:
            return self._taken_down(frames, broke)
        except (KeyError, TypeError, ValueError) as error:
            self.close()
            raise LoadError("load.no-hello", text=clean(repr(error), 200)) from error

    def _receive(self) -> dict[str, Any]:
        assert self._process is not None
        line = self._process.receive(self.deadline + GRACE).line
        try:
            frame = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BreachError(f"no frame: {error}") from error
        if not isinstance(frame, dict) or not isinstance(frame.get("op"), str):
            raise BreachError("no frame")
        return frame

    def _last_words(self) -> str:
        return clean(self._process.last_words, 200) if self._process else ""

    def ask(self, **question: Any) -> dict[str, Any]:
        """The answer to a question. Raises UnansweredError."""
        if self._process is None:
            raise UnansweredError("its process has ended")
        self._process.send(json.dumps(question).encode())
        try:
            answer = self._receive()
        except ChildError as error:
            self.close()
            raise UnansweredError(type(error).__name__) from error
        if answer.get("error") is not None:
            raise UnansweredError(clean(str(answer["error"]), 200))
        return answer

    def close(self) -> None:
        """End the child and all that it has started."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _text(self, file: str) -> str:
        text = self.order.texts.of(file)
        return _text(Path(file)) if text is None else text

    def _own_notes(self) -> list[Note]:
        folder = self.order.folder
        return [Note("run-above", {"folder": clean(str(folder))})] if folder else []

    def _taken_down(
        self, frames: Sequence[Mapping[str, Any]], broke: tuple[Any, str] | None
    ) -> Run:
        ran = next((f for f in frames if f["op"] == "ran"), None)
        failures = [_failure(f) for f in ran["failures"]] if ran else []
        if ran and ran["stopped"]:
            broke = "timeout", ""
        calls = tuple(_call(f) for f in frames if f["op"] == "call")
        order = self.order
        path = str(order.path)
        cells = order.texts.put_into(order.cells)
        sources = dict(cells or [(path, self._text(path))])
        for call in calls:
            for file in (call.place.file, call.home):
                if file not in sources:
                    sources[file] = self._text(file)
        return Run(
            path=order.path,
            sources=sources,
            calls=calls,
            quivers=tuple(_quiver(f) for f in frames if f["op"] == "quiver"),
            failures=tuple(failures),
            broke=broke,
            stubs=order.stubs,
            removed=order.removed,
            notes=(*_notes(ran["notes"]), *self._own_notes()) if ran else (),
            call_count=int(ran["calls"]) if ran else len(calls),
            notebook=order.cells is not None,
        )


@contextlib.contextmanager
def session(
    path: Path,
    timeout: float,
    cells: Sequence[tuple[str, str]] | None = None,
    python: str | None = None,
    texts: Mapping[str, str] = {},
    begun: Begun | None = None,
) -> Iterator[tuple[Session, Run]]:
    """Run the script; again, with something in their place, where names are missing.

    What is missing is made up for only after the script has failed for it, so that a
    script with a way around it goes that way. One that misses a file is run once more
    in its repository's folder. ``texts`` are run in the place of files, wherever they
    are imported, and of cells: each by the name that ``Run.sources`` has it under.
    It may have ``begun`` as it stands. Raises LoadError.
    """
    deadline = (begun.at if begun else time.monotonic()) + timeout
    order = ScriptOrder(path, cells, python, texts=Texts(texts))
    current = Session(order, deadline, begun.take() if begun else None)
    try:
        run = current.run()
        for _ in range(MAX_RERUNS):
            stubs, removed = _missing(run)
            folder = order.folder or _other_folder(run)
            new = stubs or removed or folder != order.folder
            if not new or time.monotonic() > deadline:
                break
            current.close()
            order = replace(
                order,
                stubs=(*order.stubs, *stubs),
                removed=(*order.removed, *removed),
                folder=folder,
            )
            current = Session(order, deadline)
            run = current.run()
        yield current, run
    finally:
        current.close()


def _missing(run: Run) -> tuple[list[str], list[str]]:
    """Modules and NumPy's names for which the script has failed."""
    stubs, removed = [], []
    for failure in run.failures:
        if failure.kind == "ModuleNotFoundError":
            module = re.search(r"No module named '([\w.]+)'", failure.text)
            name = module[1].split(".")[0] if module else ""
            if name and name not in run.stubs:
                stubs.append(name)
        gone = REMOVED.search(failure.text)
        name = (gone["old"] or gone["new"]) if gone else ""
        known = name in OLD and name not in run.removed
        if failure.kind == "AttributeError" and known:
            removed.append(name)
        no_gca = failure.kind == "TypeError" and NO_PROJECTION in failure.text
        if no_gca and GCA not in run.removed:
            removed.append(GCA)
    return stubs, removed


def _other_folder(run: Run) -> Path | None:
    """The repository's folder, for a script that misses a file in its own."""
    missed = any(f.kind == "FileNotFoundError" for f in run.failures)
    above = [p for p in list(run.path.parents)[1:5] if (p / ".git").exists()]
    return above[0] if missed and above else None


def not_python(frame: Mapping[str, Any], path: Path) -> LoadError:
    """Why the text cannot be compiled; Python 2 is named."""
    parameters = dict(frame["parameters"])
    said = str(parameters.get("text", ""))
    line = parameters.get("line", 0)
    if "Missing parentheses in call to" in said or "multiple exception types" in said:
        return LoadError("script.python-2", line=line)
    if "codec can't decode" in said or "invalid or missing encoding" in said:
        return LoadError("script.undecodable")
    return LoadError(f"load.{frame['reason']}", **parameters)


def statement(source: str, line: int) -> str:
    """The statement that a line belongs to, in one line; the line if it is none."""
    lines = source.split("\n")
    alone = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    try:
        tree = syntax.parse(source)
    except (SyntaxError, ValueError):
        return alone
    # Of a compound statement the head alone is meant: its line is told as it is.
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        and not hasattr(node, "body")
    ]
    if len(around) != 1:
        return alone
    whole = ast.get_source_segment(source, *around) or alone
    if "\n" not in whole:
        return whole
    joined = " ".join(part.strip() for part in whole.split("\n"))
    return re.sub(r"(?<=[(\[{]) |,? (?=[)\]}])", "", joined)


def _text(path: Path) -> str:
    """A Python file's text, as Python reads it; nothing if that cannot be."""
    import tokenize

    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, ValueError, LookupError):
        return ""


def _call(frame: Mapping[str, Any]) -> GradientCall:
    return GradientCall(
        number=int(frame["number"]),
        f=int(frame["f"]),
        name=clean(frame["name"], 80),
        qualified=clean(frame["qualified"], 200),
        home=str(frame["home"]),
        place=Place(str(frame["file"]), int(frame["line"])),
        f_name=clean(frame["f_name"], 80),
        stub=bool(frame["stub"]),
        argument=clean(frame["argument"], 80),
        shape=tuple(map(int, frame["shape"])),
        integers=bool(frame["integers"]),
        x=_array(frame["x"]),
        result=_array(frame["result"]),
        ended=bool(frame["ended"]),
        seen=tuple(
            Given(clean(kind, 80), tuple(shape), _shape(answer), int(count))
            for kind, shape, answer, count in frame["seen"]
        ),
        points=np.array(frame["points"], float).reshape(-1, 2),
        answers=np.array(frame["answers"], float).reshape(-1, 3),
        samples=tuple(array(sample) for sample in frame["samples"]),
    )


def _shape(shape: Sequence[int] | None) -> tuple[int, ...] | None:
    return None if shape is None else tuple(shape)


def _quiver(frame: Mapping[str, Any]) -> Quiver:
    error = frame["error"]
    return Quiver(
        place=Place(str(frame["file"]), int(frame["line"])),
        arrows=_array(frame["arrows"]),
        total=int(frame["total"]),
        hidden=int(frame["hidden"]),
        calls=int(frame["calls"]),
        form=int(frame["form"]),
        error=(clean(error[0], 80), clean(error[1])) if error else None,
        kind=frame["kind"],
        mirrored=(bool(frame["mirrored"][0]), bool(frame["mirrored"][1])),
    )


def _failure(frame: Mapping[str, Any]) -> Failure:
    return Failure(
        place=Place(str(frame["file"]), int(frame["line"])),
        cell=str(frame["cell"]),
        kind=clean(frame["kind"], 80),
        text=clean(frame["text"]),
        missing=tuple(clean(name, 80) for name in frame["missing"]),
    )


def _notes(told: Sequence[tuple[str, Mapping[str, str]]]) -> Iterator[Note]:
    for id, parameters in told:
        name, known = NOTES.get(id, ("", None))
        if known == set(parameters):
            yield Note(name, {k: clean(v) for k, v in parameters.items()})


def _array(record: Mapping[str, Any] | None) -> np.ndarray[Any, Any] | None:
    return None if record is None else array(record)


def array(record: Any) -> np.ndarray[Any, Any]:
    """The array of a frame. Raises ValueError if it is none."""
    try:
        return protocol.decode_array(msgspec.convert(record, protocol.Array))
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def numbers(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    """The numbers of an answer."""
    return np.array([float(decode_number(v)) for v in values])


def again(
    session: Session, call: GradientCall, terms: Any, how: str
) -> np.ndarray[Any, Any]:
    """The result of a call made once more, for another f. Raises UnansweredError."""
    answer = session.ask(op="again", call=call.number, terms=terms, how=how)
    try:
        return array(answer["value"])
    except ValueError as error:
        raise UnansweredError(str(error)) from error
