"""Targets: what a user names on the command line."""

from __future__ import annotations

import ast
import contextlib
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gradproof.edits import syntax
from gradproof.ports import inherited, notebook
from gradproof.ports.contents import contents
from gradproof.ports.function_names import kind_of
from gradproof.ports.statements import statements_of
from gradproof.ports.worker import forms
from gradproof.ports.worker.core import script_calls
from gradproof.ports.worker.core.pair_names import Names, pairs_of
from gradproof.ports.worker.core.rule_names import made

FILES = (".py", ".ipynb")
EXEC = "exec:"
VECTORS = "vectors:"


class TargetError(Exception):
    """A target that cannot be used: a message's id and its parameters."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message, parameters)
        self.message = message
        self.parameters = parameters

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.message, self.parameters)


def _rebuilt(
    kind: type[TargetError], message: str, parameters: Mapping[str, Any]
) -> TargetError:
    """Return an error that was pickled, as when it comes from another process."""
    error = kind.__new__(kind)
    TargetError.__init__(error, message, **parameters)
    return error


class UsageError(TargetError):
    """A target that is not of the form that is due."""


class LoadError(TargetError):
    """A target that is of the right form and cannot be loaded."""


class NotJudgedError(TargetError):
    """A subject that was found and cannot be judged: why, and what to do next."""


class InternalError(TargetError):
    """An error of gradproof's own while it judged a target; its cause is kept."""

    def __init__(self, cause: Exception) -> None:
        text = f"{type(cause).__name__}: {cause}"
        super().__init__("internal", text=text)
        self.__cause__ = cause


class MissingModuleError(LoadError):
    """A target that needs what is not installed here."""


@dataclass(frozen=True)
class Target:
    """What ``text`` names: of a file (``path`` is set) or a module (``module`` is).

    The file may be a notebook. Without a ``function`` it is all of the file; ``form``
    then says which of its subjects: the script that it is, or its parts.
    A ``command`` starts a program that speaks the line protocol; ``answers`` is a file
    of answers to test vectors.
    """

    text: str
    path: Path | None = None
    module: str = ""
    function: str = ""
    command: tuple[str, ...] = ()
    answers: Path | None = None
    form: Literal["", "script", "parts"] = ""

    @property
    def script(self) -> Path | None:
        """The file, absolute, where no function is named."""
        return self.path.absolute() if self.path and not self.function else None

    @property
    def cells(self) -> list[tuple[str, str]] | None:
        """The cells of the file, as they are now, if it is a notebook.

        Raises LoadError.
        """
        return cells(self.path)

    @property
    def layer(self) -> str | None:
        """The part that is named; "" for all parts of the file.

        ``None`` where the file has none, or it is the script that is meant. A script
        that trains, or that checks a network's gradient, has the networks and
        optimizers that it makes.
        """
        if self.path is None or self.form == "script":
            return None
        if self.form == "parts":
            return ""
        try:
            body = statements_of(self.path)
        except (SyntaxError, ValueError, OSError):
            return None
        folder = self.path.absolute().parent
        if not self.function:
            script = is_script(body, folder)
            return "" if judged_in_parts(body, folder, script=script) else None
        return _part_named(self.function, body, folder)

    def of_function(self) -> Target:
        """Itself, if it names a function. Raises UsageError."""
        if self.script is not None:
            raise _without_function(self.text)
        return self


def parse(text: str) -> Target:
    """What ``path/file.py``, ``path/file.py:function`` or ``module:function`` names.

    The file may be a notebook, ``path/notebook.ipynb``. ``exec:COMMAND`` is a command
    as a shell divides it into words; no shell runs it. ``vectors:answers.json`` is a
    file of answers.
    The last colon divides, so that a Windows drive's letter belongs to the path.
    Raises UsageError for anything else.
    """
    if text.startswith(EXEC):
        return Target(text, command=_words(text.removeprefix(EXEC)))
    if text.startswith(VECTORS):
        return Target(text, answers=_file(text.removeprefix(VECTORS)))
    if text.endswith(FILES):
        return Target(text, Path(text))
    place, colon, function = text.rpartition(":")
    if not colon:
        raise UsageError("usage.name-function")
    if not _is_dotted(function):
        raise UsageError("usage.no-function-name", name=function)
    if place.endswith(FILES):
        return Target(text, Path(place), function=function)
    if not _is_dotted(place):
        raise UsageError("usage.no-module-name", name=place)
    return Target(text, module=place, function=function)


def _words(command: str) -> tuple[str, ...]:
    """Raises UsageError for a command without a word, or with a quote left open."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError("usage.no-command", text=str(error)) from error
    if not words:
        raise UsageError("usage.empty-command")
    return tuple(words)


def _file(name: str) -> Path:
    """Raises UsageError where no file is named."""
    if not name.strip():
        raise UsageError("usage.empty-answers")
    return Path(name)


def parsed(text: str) -> Target | UsageError:
    """What a text names, or what is wrong with it."""
    try:
        return parse(text)
    except UsageError as error:
        return error


def is_script(body: list[ast.stmt], folder: Path) -> bool:
    """Return whether what is run of a file draws arrows or calls a gradient."""
    return _draws(body, _networks_made(body, folder))


def judged_in_parts(body: list[ast.stmt], folder: Path, *, script: bool) -> bool:
    """Return whether a file has parts: layers, networks, optimizers and the like.

    Functions such as softmax count where nothing else of the file is judged; what a
    script makes and trains where it is not a ``script`` that draws.
    """
    if _layers(body, folder):
        return True
    if script:
        return False
    kinds = {kind_of(name) for name in _functions(body)}
    if kinds - EVERY_DAY and not _has_gradient(body):
        return True
    return bool(made(body) or _networks_made(body, folder))


def part_names(body: list[ast.stmt], folder: Path) -> set[str]:
    """Return the names in a file that are judged with its parts."""
    pairs = [name for names in _pairs(body) for name in names]
    return {*_layers(body, folder), *_functions(body), *pairs, FACTORY}


def _part_named(name: str, body: list[ast.stmt], folder: Path) -> str | None:
    """Return the part of that name, or the pair that a function belongs to."""
    networks = _networks_made(body, folder)
    used = {*made(body), *networks}
    own = _done_itself(body, networks)
    if name in {*_layers(body, folder), *_functions(body), *used, *own, FACTORY}:
        return name
    return next((p.pair for p in _pairs(body) if name in p), None)


EVERY_DAY = {"step", "identity"}
"""Kinds of functions whose names others have, too."""

FACTORY = "make_layer"
"""The function of a file that gives a layer that has been made."""

BOTH_WAYS = {"forward", "backward"}
NETWORK = {"loss", "gradient"}
TRAINING, CHECK = "training", "check"
"""What a script's own updates are called, and its own check of a gradient."""
AHEAD = {"forward"}
MODELS = {"Model", "Layer"}
"""What DeZero's models and layers are derived from."""


def _layers(body: list[ast.stmt], folder: Path) -> set[str]:
    """Names of the classes that go forward and back, and of such pairs of functions."""
    methods = inherited.methods(body, folder.absolute())
    pairs = {names.pair for names in _pairs(body)}
    both = {name for name, own in methods.items() if own >= BOTH_WAYS or own >= NETWORK}
    found = pairs | both | _networks(body) | _optimizers(body) | {*forms.names(body)}
    return found - inherited.announced(body) - inherited.unwritten(body)


def _pairs(body: list[ast.stmt]) -> list[Names]:
    """The pairs of functions that make a layer."""
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    return list(pairs_of(functions))


def _optimizers(body: list[ast.stmt]) -> set[str]:
    """Names of the classes that update parameters, and of those derived from them."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            if bases & found or any(map(_updates, methods)):
                found.add(node.name)
    return found


def _updates(method: ast.FunctionDef) -> bool:
    """Whether it is ``update(self, params, grads)``, or DeZero's ``update_one``."""
    names = [argument.arg for argument in method.args.args]
    if method.name == "update_one":
        return True
    required = len(names) - len(method.args.defaults)
    return method.name == "update" and required == 3 and names[2][:1] in "gd"


def _networks(body: list[ast.stmt]) -> set[str]:
    """Names of the classes with a loss and its gradient, and of DeZero's models."""
    found = set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
            bases = {getattr(b, "id", getattr(b, "attr", "")) for b in node.bases}
            if methods >= NETWORK or (bases & MODELS and methods & AHEAD):
                found.add(node.name)
    return found


def _networks_made(body: list[ast.stmt], folder: Path) -> set[str]:
    """Names of the classes with a loss and its gradient that a script makes.

    A name that is imported is looked for in the file that it comes from; where no
    method is called as a gradient is, in none.
    """
    names = script_calls.makers_of_gradients(body)
    found = {n: inherited.of_class(n, body, folder) for n in names}
    networks = {n for n, methods in found.items() if methods >= NETWORK}
    # By differences a script may check lists of parameters too.
    checked = {n for n in found if found[n] >= BOTH_WAYS or n in networks}
    return checked if script_calls.own_check(body, checked) else networks


def _done_itself(body: list[ast.stmt], networks: set[str]) -> set[str]:
    """The names of what a script does with a network by itself."""
    lines = {
        TRAINING: script_calls.own_update(body, networks),
        CHECK: script_calls.own_check(body, networks),
    }
    return {name for name, line in lines.items() if line}


def _functions(body: list[ast.stmt]) -> set[str]:
    """Names of the functions of which layers are made."""
    names = (node.name for node in body if isinstance(node, ast.FunctionDef))
    return {name for name in names if kind_of(name)}


def _has_gradient(body: list[ast.stmt]) -> bool:
    """Whether a routine is defined, or something drawn in a function."""
    return _draws(
        [
            ast.Expr(n)
            for node in body
            for n in ast.walk(node)
            if isinstance(n, ast.Call)
        ]
    ) or any(
        isinstance(node, ast.FunctionDef)
        and "gradient" in node.name
        and not kind_of(node.name)
        for node in body
    )


def _draws(body: list[ast.stmt], networks: Collection[str] = ()) -> bool:
    """Whether what is run, and not only defined, calls a gradient or a quiver.

    The gradient of a network, of a class in ``networks``, is another matter; so is one
    by differences that such a gradient is compared with.
    """
    objects = script_calls.objects_of(body, set(networks))
    checks = script_calls.own_check(body, set(networks))
    compared = script_calls.by_differences(body, objects) if checks else []
    names = [
        script_calls.name_of(call)
        for call in script_calls.reached_calls(body)
        if not script_calls.is_method_of(call, objects) and call not in compared
    ]
    return any(name.endswith("gradient") or name == "quiver" for name in names)


def cells(path: Path | None) -> list[tuple[str, str]] | None:
    """Name and source of a notebook's code cells; None for what is no notebook.

    A cell is named ``/path/notebook.ipynb[3]``, and counted from 1. Raises LoadError.
    """
    if path is None or path.suffix != ".ipynb":
        return None
    path = path.absolute()
    if not path.is_file():
        raise LoadError("load.no-file")
    try:
        found = notebook.codes(contents(path))
    except (OSError, notebook.NotebookError) as error:
        raise LoadError("script.no-notebook", text=str(error)) from error
    return [(f"{path}[{number}]", source) for number, source in enumerate(found, 1)]


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _without_function(text: str) -> UsageError:
    choice = choice_of_functions(text)
    if choice:
        return UsageError("usage.choose-function", choice=choice)
    return UsageError("usage.name-function")


def choice_of_functions(text: str) -> str:
    """Return the targets of a file's functions, each on a line of its own."""
    names = defined(Path(text), (ast.FunctionDef,))
    return "".join(f"\n  {text}:{name}" for name in names)


CALLED = (ast.FunctionDef, ast.ClassDef)


def defined(path: Path, kinds: tuple[type[Any], ...] = CALLED) -> list[str]:
    """What of these kinds a file defines at its top level, without running it."""
    names: dict[str, None] = {}
    for text in _texts(path):
        with contextlib.suppress(SyntaxError, ValueError):
            body = syntax.parse(text).body
            names.update((n.name, None) for n in body if isinstance(n, kinds))
    return list(names)


def _texts(path: Path) -> list[str] | list[bytes]:
    """The text of a file, or those of a notebook's cells; none if it is unreadable."""
    try:
        data = contents(path)
        return notebook.codes(data) if path.suffix == ".ipynb" else [data]
    except (OSError, notebook.NotebookError):
        return []
