"""How a layer of a kind is made and fed: by what its parameters are named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradproof.evidence.layer_settings import Kind, Setting
from gradproof.ports.function_names import plain
from gradproof.ports.trials import Description, Moment, Parameter

Array = np.ndarray[Any, Any]

NAMES: Mapping[str, frozenset[str]] = {
    role: frozenset(names)
    for role, names in {
        "W": ("w", "weight", "weights", "kernel", "filters"),
        "b": ("b", "bias", "biases"),
        "gamma": ("gamma", "g", "scale"),
        "beta": ("beta", "shift"),
        "Wx": ("wx", "wxh", "wih"),
        "Wh": ("wh", "whh"),
        "stride": ("stride", "strides"),
        "pad": ("pad", "padding"),
        "pool_h": (
            *("poolh", "poolheight", "ph", "kernelh", "kernelheight", "kh", "fh"),
            *("filterh", "filterheight", "fieldheight", "hh", "height"),
        ),
        "pool_w": (
            *("poolw", "poolwidth", "pw", "kernelw", "kernelwidth", "kw", "fw"),
            *("filterw", "filterwidth", "fieldwidth", "ww", "width"),
        ),
        "shape": ("inputshape", "imgshape", "imageshape", "xshape"),
        "y": ("yhat", "ypred", "pred", "preds", "prediction", "predictions", "output"),
        "x": ("xs",),
        "t": (
            "ts",
            "target",
            "targets",
            "label",
            "labels",
            "ytrue",
            "teacher",
            "truth",
        ),
        "size": (
            *("poolsize", "kernelsize", "size", "ksize", "windowsize", "k", "f"),
            *("pool", "kernel", "window", "filtersize"),
        ),
        "ratio": (
            *("dropoutratio", "ratio", "p", "rate", "dropratio", "dropoutrate"),
            *("dropprob", "dropp", "dropoutprob", "droprate", "pdrop", "dropout"),
            *("prob", "probability", "dropprobability", "dropoutprobability"),
        ),
        "kept": (
            *("keepprob", "keepratio", "keeprate", "keep", "pkeep", "keepp"),
            *("keepprobability", "retain", "retainprob", "keptratio", "retainratio"),
        ),
        "momentum": ("decay",),
        "epsilon": ("eps",),
        "stateful": ("stateful", "keepstate"),
        "h": ("prevh", "hprev", "h0", "hidden", "hiddenstate"),
        "c": ("prevc", "cprev", "c0", "cell", "cellstate"),
        "ids": ("idx", "index", "indices", "indexes"),
        "n_in": (
            *("inputsize", "inputdim", "infeatures", "indim", "insize", "inputs"),
            *("fanin", "ninputs", "ninput", "dimin", "inputunits", "inunits"),
            *("inputfeatures", "inputnodes", "numinputs", "nx", "inchannels", "cin"),
            *("inputchannels", "numchannels", "nchannels", "channels", "inc", "inch"),
            *("numfeatures", "nfeatures", "features", "dim", "numembeddings", "inn"),
            *("vocabsize", "vocab", "vocabularysize", "inputlength", "dimensions"),
        ),
        "n_out": (
            *("outputsize", "outputdim", "outfeatures", "outdim", "outsize", "outputs"),
            *("fanout", "noutputs", "noutput", "dimout", "outputunits", "outunits"),
            *("outputfeatures", "outputnodes", "numoutputs", "outchannels", "cout"),
            *("outputchannels", "numfilters", "nfilters", "filternum", "outc", "outch"),
            *("hiddensize", "hiddendim", "nhidden", "embeddingdim", "embeddingsize"),
            *("wordvecsize", "embedsize", "embeddim", "units", "neurons", "nneurons"),
        ),
        "groups": ("numgroups", "ngroups", "group", "g"),
        "train": (
            *("train", "trainflg", "trainflag", "training", "istrain", "istraining"),
            *("trainmode", "isTraining".lower()),
        ),
    }.items()
}
"""What parameters are called, as `plain` writes it, by role."""


SIZES = ("n_in", "n_out")
"""The roles of sizes of which a layer makes its own parameters."""

LEFT = ("momentum", "epsilon")
"""What is not given where there is a default: it is the default that is judged."""


class UnbuildableError(Exception):
    """A layer of which it is not known how it is made: the parameter's name.

    What it does not take is what a layer of its kind is given: that role.
    """

    def __init__(self, parameter: str, *, taken: bool = True) -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.taken = taken


@dataclass(frozen=True)
class Plan:
    """The role of each parameter that the layer is made with, and of forward's.

    ``owned`` are the roles of what the layer has as its own parameters: they were
    made with it. It is made with what is ``held`` too, and forward given the ``last``.
    """

    make: Mapping[str, str]
    fed: tuple[str, ...]
    held: Mapping[str, Any] = field(default_factory=dict)
    last: tuple[Any, ...] = ()

    @property
    def owned(self) -> Mapping[str, str]:
        """The names of its own parameters, by role."""
        return {role: name for name, role in self.make.items()}

    def made_with(self, setting: Setting) -> dict[str, Any]:
        """The parameters' values by name."""
        values = {**sizes(setting.arrays), **setting.options, **setting.arrays}
        made = {name: values[role] for name, role in self.make.items()}
        return {**made, **self.held}

    def arguments(self, setting: Setting) -> tuple[Any, ...]:
        """What forward is given."""
        values = {**setting.options, **setting.fed, **setting.arrays}
        return (*(values[role] for role in self.fed), *self.last)


def sizes(arrays: Mapping[str, Array]) -> dict[str, Any]:
    """What a layer with such parameters is made of, if it makes them itself."""
    if "Wx" in arrays and "Wh" in arrays:
        return {"n_in": len(arrays["Wx"]), "n_out": len(arrays["Wh"])}
    if "gamma" in arrays:
        return {"n_in": arrays["gamma"].size}
    if "W" not in arrays:
        return {}
    shape = arrays["W"].shape
    if len(shape) == 4:
        return {"n_in": shape[1], "n_out": shape[0], "size": _side(shape[2:])}
    if len(shape) != 2:
        return {}
    turned = "x" in arrays and arrays["x"].shape[-1] != shape[0]
    ahead, behind = shape[::-1] if turned else shape
    return {"n_in": ahead, "n_out": behind}


def _side(size: tuple[int, ...]) -> int | tuple[int, ...]:
    """A square's side; else both."""
    side, *others = set(size)
    return size if others else side


def plan(kind: Kind, setting: Setting, said: Description) -> Plan:
    """How a layer of that kind is made and fed. Raises UnbuildableError."""
    held = _statistics(setting, said.make)
    make = made_roles(kind, setting, [p for p in said.make if p.name not in held])
    values = {**sizes(setting.arrays), **setting.options, **setting.arrays}
    for name, role in make.items():
        if role not in values:
            raise UnbuildableError(name)
    loose = [role for role in setting.arrays if role not in make.values()]
    options = [role for role in setting.options if role not in make.values()]
    fed = fed_roles([*loose, *setting.fed], options, said)
    return Plan(make, fed, held)


STATISTICS: Mapping[str, float] = {
    **dict.fromkeys(("mean", "avgmean", "runningmean", "movingmean"), 0.0),
    **dict.fromkeys(("var", "avgvar", "runningvar", "movingvar"), 1.0),
}
"""What a normalization's running statistics are at first, by their names."""


def _statistics(setting: Setting, make: Iterable[Parameter]) -> dict[str, Any]:
    """Those that a normalization has to be made with, by their parameters' names."""
    if "gamma" not in setting.arrays:
        return {}
    shape = setting.arrays["gamma"].shape
    return {
        p.name: np.full(shape, STATISTICS[plain(p.name)])
        for p in make
        if p.required and plain(p.name) in STATISTICS
    }


def made_roles(
    kind: Kind, setting: Setting, parameters: Iterable[Parameter]
) -> dict[str, str]:
    """The role of each parameter that is given a value, by its name."""
    known = [*kind.parameters, *setting.options, *sizes(setting.arrays)]
    found: dict[str, str] = {}
    unknown: list[Parameter] = []
    for parameter in parameters:
        role = role_of(parameter.name, known)
        if role in LEFT and not parameter.required:
            continue
        if role and role not in found.values():
            found[parameter.name] = role
        elif parameter.required:
            unknown.append(parameter)
    left = [role for role in kind.parameters if role not in found.values()]
    if set(SIZES) & set(found.values()):
        left = []  # it makes them itself
    if len(unknown) > len(left):
        first, *_ = unknown
        raise UnbuildableError(first.name)
    # Foreign names: in the order in which the kind's parameters are usual.
    for parameter, role in zip(unknown, left, strict=False):
        found[parameter.name] = role
    return found


SIDES = ("pool_h", "pool_w", "size")
"""The roles of a window's size: who takes one of them takes both sides or a square."""


def unasked(setting: Setting, how: Plan) -> frozenset[str]:
    """Of windows' options those that such a layer does not take: they are its own."""
    taken = {*how.make.values(), *how.fed}
    own = {role for role in setting.options if role not in taken}
    if taken & set(SIDES):
        own -= set(SIDES)
    return frozenset(own & {*SIDES, "stride", "pad"})


def role_of(name: str, known: Iterable[str]) -> str | None:
    """The role that a parameter of that name plays, among those that are known."""
    key = plain(name)
    for role in known:
        if key == plain(role) or key in NAMES.get(role, ()):
            return role
    return None


def fed_roles(
    roles: list[str], options: Collection[str], said: Description
) -> tuple[str, ...]:
    """Which roles forward is given, in its order. Raises UnbuildableError.

    Those of its parameters that have a role's name have that role, the others those
    that are left, in the order that is usual; ``options`` have to be named.
    """
    parameters = said.forward
    if any(p.name == "*" for p in parameters):
        return tuple(role for role in roles if role != "train")
    named = _named(parameters, [*roles, *options])
    takes_mode = "train" in named.values()
    left = [r for r in roles if r not in named.values() and r != "train"]
    fed: list[str] = []
    for parameter in parameters:
        role = named.get(parameter.name) or (left.pop(0) if left else None)
        if role is None and parameter.required:
            raise UnbuildableError(parameter.name)
        if role is None:
            break
        fed.append(role)
    lacking = [r for r in roles if r not in fed and (r != "train" or takes_mode)]
    if lacking:
        first, *_ = lacking
        raise UnbuildableError(first, taken=False)
    return tuple(fed)


def _named(parameters: Iterable[Parameter], roles: list[str]) -> dict[str, str]:
    """The role of each parameter that has a role's name."""
    found: dict[str, str] = {}
    for parameter in parameters:
        left = [role for role in roles if role not in found.values()]
        role = role_of(parameter.name, left)
        if role and not (role in LEFT and not parameter.required):
            found[parameter.name] = role
    return found


def gradients(
    plan: Plan, setting: Setting, before: Moment, after: Moment
) -> dict[str, Array | None]:
    """The gradient of each role, wherever the layer has put it; None where it is not.

    Of what forward was given, backward returns it, in that order; of what the layer
    has, it is in ``grads`` beside ``params``, in an attribute, or returned as well.
    """
    loose = [role for role in plan.fed if role in setting.arrays]
    found: dict[str, Array | None] = dict(zip(loose, after.value, strict=False))
    spare = after.value[len(loose) :]
    for number, role in enumerate(r for r in setting.arrays if r not in loose):
        gradient = _own(plan.owned.get(role, role), setting.arrays[role], after)
        if gradient is None:
            gradient = _listed(setting.arrays[role], before, after)
        if gradient is None:
            names = {plan.owned.get(role, role), role, *NAMES.get(role, ())}
            gradient = _attribute(names, after)
        if gradient is None and number < len(spare):
            gradient = spare[number]
        found[role] = gradient
    return {role: found.get(role) for role in setting.arrays}


def own_gradient(name: str, after: Moment) -> Array | None:
    """The gradient that a layer gives of what it has by that name."""
    if name.startswith("params["):
        number = int(name[len("params[") : -1])
        return after.grads[number] if number < len(after.grads) else None
    return _named_for(plain(name.rpartition(".")[2]), after)


def _own(name: str, parameter: Array, after: Moment) -> Array | None:
    """Its gradient, if that stands beside an entry of ``params``, or is of a number.

    Of one number it may be one in brackets, or without them.
    """
    listed, single = name.startswith("params["), parameter.size == 1
    if not (listed or single or "." in name):
        return None
    found = own_gradient(name, after)
    if found is None or not single or found.size != 1:
        return found
    return np.reshape(found, parameter.shape)


def _listed(parameter: Array, before: Moment, after: Moment) -> Array | None:
    """The entry of ``grads`` that stands where ``params`` has the parameter.

    Where that is there several times, its gradients add up.
    """
    found = [
        gradient
        for value, gradient in zip(before.params, after.grads, strict=False)
        if value is not None and np.array_equal(value, parameter)
    ]
    whole = [gradient for gradient in found if gradient is not None]
    if len(whole) == len(found) and len({g.shape for g in whole}) == 1:
        return np.asarray(np.sum(whole, axis=0))
    return next(iter(found), None)


def _attribute(names: set[str], after: Moment) -> Array | None:
    """The attribute that is named for the gradient of a parameter of these names."""
    for key in sorted(map(plain, names)):
        found = _named_for(key, after)
        if found is not None:
            return found
    return None


def _named_for(key: str, after: Moment) -> Array | None:
    names = {
        f"d{key}",
        f"grad{key}",
        f"{key}grad",
        f"g{key}",
        f"delta{key}",
        f"del{key}",
    }
    for attribute, value in after.attributes.items():
        owner, _, last = attribute.rpartition(".")
        if plain(last) in names:
            return value
        if plain(owner) in ("grads", "grad", "gradients") and plain(last) == key:
            return value
    return None
