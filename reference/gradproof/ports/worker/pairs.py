"""Two functions as a layer: forward returns a value and a cache, backward takes it.

Dictionaries of settings, as ``conv_param = {'stride': 1, 'pad': 0}``, are taken apart:
their keys are parameters of the layer's forward, by names that are known.
"""

import inspect
import re
import types
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .core.pair_names import pairs_of
from .core.trial import PLAIN

WINDOW = ("pool_height", "pool_width", "stride")

KEYS = {
    "convparam": ("stride", "pad"),
    "poolparam": WINDOW,
    "bnparam": ("mode",),
    "dropoutparam": ("p", "mode"),
    "lnparam": (),
    "gnparam": (),
}  # type: Mapping[str, Sequence[str]]
"""The keys of dictionaries by the names of these, as these courses call them."""

KNOWN = ("stride", "pad", "pool_height", "pool_width", "p", "mode")
"""Keys that are looked for in forward's code where the dictionary's name is another."""

SETTINGS = re.compile(r".*(param|params|parameters|cfg|config|hparams)\d*", re.I)

FIXED = {"stride": 2, "pad": 0, "pool_height": 2, "pool_width": 2}
"""What a second dictionary has for a key that the first has too."""

VALUES = ("y", "out", "output", "a", "activation")
"""What backward calls forward's value, where it takes that and no cache."""


def pairs(module: types.ModuleType) -> Iterator[Tuple[str, type]]:
    """The layers that two functions make, of which one is the module's own."""
    functions = {n: f for n, f in list(vars(module).items()) if inspect.isfunction(f)}
    for names in pairs_of(functions):
        forward, backward = functions[names.forward], functions[names.backward]
        if module.__name__ in (forward.__module__, backward.__module__):
            yield names.pair, pair(names.pair, forward, backward)


def pair(stem: str, forward: Any, backward: Any) -> type:
    """The class that two functions make, the first of which returns a cache."""
    taken, dictionaries = _taken(forward)
    cached = _cached(backward)

    class Pair:
        def __init__(self) -> None:
            # What forward writes into them, as running means, is there the next time.
            self.dictionaries = {}  # type: Dict[str, Dict[str, Any]]

        def forward(self, *xs: Any) -> Any:
            given = dict(zip(taken, xs))  # noqa: B905 - Python 3.8
            inputs = self.inputs(given) if dictionaries else xs
            value = forward(*inputs)
            if not isinstance(value, tuple):
                self.cache = cached(inputs, value)
                return value
            self.cache = value[-1]
            return value[0] if len(value) == 2 else value[:-1]

        def inputs(self, given: Dict[str, Any]) -> List[Any]:
            """What forward is given, its dictionaries filled."""
            found = []
            for name in inspect.signature(forward).parameters:
                if name not in dictionaries:
                    if name in given:
                        found.append(given[name])
                    continue
                held = self.dictionaries.setdefault(name, {})
                held.update(_filled(dictionaries[name], given))
                found.append(held)
            return found

        def backward(self, *dys: Any) -> Any:
            if _cache_first(backward):
                return backward(self.cache, *dys)
            return backward(*dys, self.cache)

    Pair.__name__ = Pair.__qualname__ = stem
    ahead = Pair.forward  # type: Any
    ahead.__wrapped__ = forward
    if dictionaries:
        ahead.__signature__ = inspect.Signature(list(taken.values()))
    Pair.backward.__wrapped__ = backward  # type: ignore[attr-defined]
    setattr(Pair, PLAIN, True)
    return Pair


Keys = Mapping[str, Optional[str]]
"""The keys of a dictionary, each with the parameter that says it, if one does."""


def _taken(
    forward: Any,
) -> "Tuple[Dict[str, inspect.Parameter], Dict[str, Keys]]":
    """Forward's parameters, with keys in the place of dictionaries; and the keys."""
    taken = {}  # type: Dict[str, inspect.Parameter]
    dictionaries = {}  # type: Dict[str, Keys]
    for name, parameter in inspect.signature(forward).parameters.items():
        keys = _keys(name, forward)
        if keys is None:
            taken[name] = parameter
            continue
        said = {}  # type: Dict[str, Optional[str]]
        for key in keys:
            told = "train" if key == "mode" else key
            said[key] = None if key in FIXED and key in taken else told
            if told not in taken:
                taken[told] = inspect.Parameter(told, parameter.POSITIONAL_OR_KEYWORD)
        dictionaries[name] = said
    if dictionaries:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        taken = {
            n: inspect.Parameter(n, kind, default=p.default) for n, p in taken.items()
        }
    return _without_defaults(taken), dictionaries


def _without_defaults(
    taken: "Dict[str, inspect.Parameter]",
) -> "Dict[str, inspect.Parameter]":
    """Those before one that has none have none either: they are given by position."""
    found, needed = [], False
    for name, parameter in reversed(list(taken.items())):
        needed = needed or parameter.default is parameter.empty
        if needed and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            parameter = parameter.replace(default=parameter.empty)
        found.append((name, parameter))
    return dict(reversed(found))


def _keys(name: str, forward: Any) -> Optional[Sequence[str]]:
    """The keys of a parameter that is a dictionary by its name; else ``None``."""
    key = re.sub(r"[^a-z]", "", name.lower())
    for known in (key, key.rstrip("s")):
        if known in KEYS:
            return KEYS[known]
    if not SETTINGS.fullmatch(name):
        return None
    constants = forward.__code__.co_consts
    read = [known for known in KNOWN if known in constants]
    return read or None


def _filled(keys: Keys, given: Mapping[str, Any]) -> Iterator[Tuple[str, Any]]:
    for key, told in keys.items():
        if told is None:
            yield key, FIXED[key]
        elif key == "mode":
            yield key, "train" if given[told] else "test"
        else:
            yield key, given[told]


def _cached(backward: Any) -> Any:
    """Chooses what backward is given beside dout, where forward returns no cache."""
    named = list(inspect.signature(backward).parameters)[1:]

    def chosen(inputs: Sequence[Any], value: Any) -> Any:
        return value if named and named[0].lower() in VALUES else inputs[0]

    return chosen


def _cache_first(backward: Any) -> bool:
    """Whether backward takes the cache before its cotangent."""
    named = list(inspect.signature(backward).parameters)
    return len(named) > 1 and "cache" in named[0] and "cache" not in named[-1]
