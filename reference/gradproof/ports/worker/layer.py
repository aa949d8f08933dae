"""Serve the classes of a file: try them as the host says, until it says bye.

The order: {"path": …, "texts": {path: text}, "memory": bytes}. ``texts`` are run in
the place of files. Of the file its definitions alone are run.
"""

import ast
import contextlib
import inspect
import os
import platform
import sys
import types
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

import numpy as np

from .core import (
    checking,
    definitions,
    headless,
    networks,
    rule_names,
    script_calls,
    script_runs,
    training,
    updates,
)
from .core.channel import Channel, file_name, limit, told_name
from .core.loader import Notes, RoutineError, parsed
from .core.printable import clean
from .core.texts import Texts
from .core.trial import described, maker, perform
from .core.user_files import users_files
from .core.wire import decode_array, decode_number, encode_array
from .forms.served import subjects
from .forms.subject import Subject
from .functions import functions
from .pairs import pairs

FACTORY = "make_layer"
TRAINING = "training"
"""What a script's own updates are called."""
CHECK = "check"
"""And its own check of a gradient."""


def run(channel: Channel, order: Dict[str, Any]) -> None:
    """Load the file, say hello, and answer until the host says bye."""
    path = file_name(order["path"])
    sys.argv[:] = [path]
    limit(order["memory"])
    texts = Texts({file_name(name): text for name, text in order["texts"].items()})
    texts.install()
    pictures: Notes = []
    headless.install(pictures)
    try:
        module, notes = definitions.load(path, texts)
    except RoutineError as failure:
        channel.send(op="failed", reason=failure.reason, parameters=failure.parameters)
        return
    _set_up(module)
    own = _first([*layers(module, path), *optimizers(module)])
    body = parsed(path, texts)[1].body
    nets = made_networks(module, body)
    made = dict(nets)
    alone = not any(inspect.isclass(getattr(module, name, None)) for name in own)
    if alone:
        made.update(made_optimizers(module, path, body))
        own.update(made)
    done = {**_training(path, texts, nets, made), **_checking(path, texts, nets)}
    pictures += [["training-left-out", {}]] if done or (alone and made) else []
    pictures += [[doubt, {}] for doubt in script_calls.doubts(body, set(nets))]
    own.update(done)
    own.update(subjects(module, body))
    channel.send(
        op="hello",
        protocol=1,
        name=clean(os.path.basename(path)),
        language="Python " + platform.python_version(),
        library="numpy " + np.__version__,
        roles=["layer", "network", "optimizer"],
        f=[],
        notes=notes + pictures,
    )
    used = {n: cls for net in own.values() for n, cls in _used(net).items()}
    _answer(channel, own, {**used, **own}, _variable(module))


def _training(
    path: str, texts: Texts, nets: Dict[str, Any], made: Dict[str, Any]
) -> Dict[str, Any]:
    """A script that updates its networks itself, where that can be looked on."""
    _, tree = parsed(path, texts)
    line = script_calls.own_update(tree.body, set(nets))
    if not line or not script_runs.WATCHABLE:
        return {}
    return {TRAINING: training.Training(path, tree, line, made.values())}


def _checking(path: str, texts: Texts, nets: Dict[str, Any]) -> Dict[str, Any]:
    """A script that compares both gradients of a network, where it can be looked on."""
    _, tree = parsed(path, texts)
    line = script_calls.own_check(tree.body, set(nets))
    if not line or not script_runs.WATCHABLE:
        return {}
    return {CHECK: checking.Checking(path, tree, line, nets)}


SCRIPTS = (training.Training, checking.Checking)
"""What is no class, and is done by a script itself."""


def _used(thing: Any) -> Dict[str, Any]:
    """The layers that a network uses."""
    return {} if isinstance(thing, (Subject, *SCRIPTS)) else networks.used(thing)


def _set_up(module: types.ModuleType) -> None:
    """Give DeZero's variables their operators, which its package does on import."""
    for space in [module] + [m for m in list(sys.modules.values()) if m is not None]:
        set_up = vars(space).get("setup_variable")
        if inspect.isfunction(set_up) and not inspect.signature(set_up).parameters:
            with contextlib.suppress(Exception):
                set_up()


def _answer(
    channel: Channel, own: Dict[str, Any], found: Dict[str, Any], variable: Any
) -> None:
    """``found`` are the file's ``own`` classes, and what these use."""
    while True:
        frame = channel.receive()
        if frame["op"] == "bye":
            return
        if frame["op"] == "describe":
            said = [
                dict(_said(name, cls, variable), own=name in own)
                for name, cls in found.items()
            ]
            channel.send(op="described", id=frame["id"], layers=said)
        elif frame["op"] == "try":
            moments = [_tried(trial, found, variable) for trial in frame["trials"]]
            channel.send(op="tried", id=frame["id"], moments=moments)
        else:
            channel.send(op="unsupported", id=frame.get("id"), reason=frame["op"])


def layers(module: types.ModuleType, path: str) -> Iterator[Tuple[str, Any]]:
    """The classes of the file that go forward and back, and pairs of functions.

    After these come functions by themselves.
    """
    classes = set()
    for name, value in list(vars(module).items()):
        own = inspect.isclass(value) and value.__module__ == module.__name__
        if own and value.__name__ == name and _is_judged(value):
            classes.add(name)
            yield name, value
    factory = getattr(module, FACTORY, None)
    if inspect.isfunction(factory):
        yield FACTORY, factory
    yield from pairs(module)
    yield from functions(module, classes)


def _first(pairs: Iterable[Tuple[str, Any]]) -> Dict[str, Any]:
    """By name, the first of each."""
    found: Dict[str, Any] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def optimizers(module: types.ModuleType) -> Iterator[Tuple[str, Any]]:
    """The classes of the file that update parameters."""
    for name, value in list(vars(module).items()):
        own = inspect.isclass(value) and value.__module__ == module.__name__
        if own and value.__name__ == name and updates.is_optimizer(value):
            yield name, value


def made_networks(module: types.ModuleType, body: List[ast.stmt]) -> Dict[str, Any]:
    """The networks that a script makes, each with what the script switches on."""
    found: Dict[str, Any] = {}
    for call in script_calls.made(body).values():
        name = script_calls.name_of(call)
        value = getattr(module, name, None)
        if inspect.isclass(value) and networks.is_network(value):
            _by_default(value, script_calls.switches(call))
            found[name] = value
    return found


def _by_default(cls: Any, switches: Dict[str, Any]) -> None:
    """Have a class made with these where nothing else is said, in this process."""
    function = cls.__init__
    defaults = getattr(function, "__defaults__", None) or ()
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    named = names[len(names) - len(defaults) :]
    function.__defaults__ = tuple(map(switches.get, named, defaults))


def made_optimizers(
    module: types.ModuleType, path: str, body: List[ast.stmt]
) -> Dict[str, Any]:
    """The optimizers that a script makes, by the names by which it does."""
    is_users = users_files([path])
    spaces = [module]
    for other in list(sys.modules.values()):
        if is_users(getattr(other, "__file__", None) or "<"):
            spaces.append(other)
    found: Dict[str, Any] = {}
    for name in sorted(rule_names.made(body)):
        for space in spaces:
            for known, value in list(vars(space).items()):
                same = rule_names.plain(known) == rule_names.plain(name)
                if same and inspect.isclass(value) and updates.is_optimizer(value):
                    found.setdefault(known, value)
    return found


def _is_judged(cls: type) -> bool:
    return _goes_both_ways(cls) or networks.is_network(cls)


def _goes_both_ways(cls: type) -> bool:
    """Whether it has both of its own: a base class only says that they are to come."""
    methods = [getattr(cls, name, None) for name in ("forward", "backward")]
    return all(inspect.isfunction(m) and networks.uses_arguments(m) for m in methods)


def _variable(module: types.ModuleType) -> Any:
    """What wraps the arrays of DeZero's functions, where there is such a thing."""
    spaces = [module] + [m for m in list(sys.modules.values()) if m is not None]
    for space in spaces:
        name = getattr(space, "__name__", "")
        if space is not module and not name.split(".")[0].startswith("dezero"):
            continue
        found = vars(space).get("Variable")
        if inspect.isclass(found):
            return found
    return None


def is_function(cls: Any) -> bool:
    """Whether it is called with variables: a DeZero function."""
    bases = getattr(cls, "__mro__", ())
    return any(base.__name__ == "Function" for base in bases[1:])


def _said(name: str, cls: Any, variable: Any) -> Dict[str, Any]:
    if isinstance(cls, SCRIPTS):
        return dict(cls.described(name), file=told_name(cls.path), function=False)
    if isinstance(cls, Subject):
        said = cls.described(name)
        return dict(said, file=told_name(said["file"]), function=False)
    of_updates = updates.is_optimizer(cls)
    if networks.is_network(cls):
        said = networks.described(name, cls)
    else:
        said = (updates.described if of_updates else described)(name, cls)
    said["function"] = not of_updates and variable is not None and is_function(cls)
    said["given"] = [encode_array(np.asarray(given)) for given in said["given"]]
    said["file"] = told_name(said["file"])
    said["helpers"] = [[n, told_name(f), line] for n, f, line in said["helpers"]]
    return said


def _tried(trial: Dict[str, Any], found: Dict[str, Any], variable: Any) -> Any:
    cls = found[trial["name"]]
    if isinstance(cls, training.Training):
        return [_told(m) for m in cls.perform()]
    if isinstance(cls, checking.Checking):
        lengths = [length for step in trial["steps"] for length in step["lengths"]]
        return [_told(m) for m in cls.perform(lengths)]
    steps = [
        dict(
            step,
            arguments=[_value(a) for a in step["arguments"]],
            cotangents=[_value(c) for c in step["cotangents"]],
        )
        for step in trial["steps"]
    ]
    make = {name: _value(value) for name, value in trial["make"].items()}
    at = {name: _value(value) for name, value in trial.get("at", {}).items()}
    plain = dict(trial, make=make, steps=steps, at=at)
    if isinstance(cls, Subject):
        return [_told(m) for m in cls.perform(plain)]
    wraps = variable if is_function(cls) else None
    if networks.is_network(cls):
        return [_told(m) for m in networks.perform(plain, maker(cls))]
    if updates.is_optimizer(cls):
        made = updates.maker(cls)
        return [_told(m) for m in updates.perform(plain, made, variable)]
    return [_told(m) for m in perform(plain, maker(cls), wraps)]


def _value(value: Any) -> Any:
    """An array, a number, a tuple, or what else is plain."""
    if isinstance(value, dict):
        return decode_array(value)
    return tuple(value) if isinstance(value, list) else decode_number_or_text(value)


def decode_number_or_text(value: Any) -> Any:
    """Texts stay texts, but for the numbers that JSON has not."""
    return decode_number(value) if value in ("NaN", "Infinity", "-Infinity") else value


def _told(moment: Dict[str, Any]) -> Dict[str, Any]:
    told = dict(moment)
    for name in ("value", "params", "grads"):
        told[name] = [_encoded(array) for array in moment.get(name, [])]
    told["attributes"] = {
        name: encode_array(array)
        for name, array in moment.get("attributes", {}).items()
    }
    if moment.get("place"):
        told["place"] = [told_name(moment["place"][0]), moment["place"][1]]
    return told


def _encoded(array: Optional[np.ndarray]) -> Optional[Dict[str, Any]]:
    return None if array is None else encode_array(array)
