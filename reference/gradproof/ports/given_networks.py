"""A network that somebody has made, as a port: in this process, put back as it was."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.ports.kept_objects import Restore, kept
from gradproof.ports.layer_doors import Layers, asdict_shallow, moment
from gradproof.ports.observation import Note
from gradproof.ports.trials import Description, Moment, Trial
from gradproof.ports.worker.core import networks

Array = np.ndarray[Any, Any]


class GivenNetwork:
    """A network as it is, with what its loss is given; a context manager.

    Before each trial, and in the end, all that it can reach is put back as it was. What
    is in single precision is judged as a copy in double precision.
    """

    def __init__(self, net: Any, fed: tuple[Any, ...]) -> None:
        """Raises ValueError for what is no network."""
        if not networks.is_network(net):
            raise ValueError(type(net).__name__)
        self.net = _doubled(net)
        self.name = type(net).__name__
        self.fed = tuple(map(_in_double, fed))
        self.used = Layers(networks.used(net))
        self.notes: tuple[Note, ...] = ()
        if self.net is not net:
            self.notes = (Note("doubled", {}),)

    def describe(self) -> Sequence[Description]:
        """The network, and then the layers that it uses."""
        said = Layers({self.name: self.net}).describe()[0]
        others = [replace(each, own=False) for each in self.used.describe()]
        return [replace(said, given=self.fed), *others]

    def run(self, trials: Sequence[Trial]) -> list[list[Moment]]:
        """Perform the trials, one after the other."""
        if any(trial.name != self.name for trial in trials):
            return self.used.run(trials)
        with _as_it_was(self.net) as restore:
            return [list(self._moments(trial, restore)) for trial in trials]

    def _moments(self, trial: Trial, restore: Restore) -> Iterator[Moment]:
        plain = asdict_shallow(trial)
        plain["steps"] = list(map(asdict_shallow, trial.steps))
        restore()
        for said in networks.perform(plain, lambda given: self.net):
            yield moment(said)


def networks_of(cls: type) -> Layers:
    """A class of networks, and what it uses. Raises ValueError if it is none."""
    if not networks.is_network(cls):
        raise ValueError(cls.__name__)
    return Layers({**networks.used(cls), cls.__name__: cls})


@contextmanager
def _as_it_was(net: Any) -> Iterator[Restore]:
    """Put back the network, and the random numbers."""
    state, other = np.random.get_state(), random.getstate()  # noqa: NPY002
    try:
        with kept(net, *_methods(net)) as restore:
            yield restore
    finally:
        np.random.set_state(state)  # noqa: NPY002
        random.setstate(other)


def _methods(net: Any) -> Iterator[Any]:
    for name in ("loss", "gradient", "forward", "backward", "__call__"):
        method = getattr(net, name, None)
        if method is not None:
            yield method


def _in_double(fed: Any) -> Any:
    array = np.asarray(fed)
    return array.astype(float) if array.dtype.kind == "f" else array


def _doubled(net: Any) -> Any:
    """A copy in double precision, if the parameters are in single; else itself."""
    single = [a for a in _parameters(net) if a.dtype == np.float32]
    if not single:
        return net
    try:
        return copy.deepcopy(net, dict(_memo(single)))
    except Exception:  # what cannot be copied is judged in single precision
        return net


def _parameters(net: Any) -> Iterable[Array]:
    found = getattr(net, "params", ())
    if callable(found):
        return [p.data for p in found() if isinstance(p.data, np.ndarray)]
    listed = [*(found.values() if isinstance(found, dict) else found)]
    grads = getattr(net, "grads", None)
    listed += grads if isinstance(grads, list) else []
    return [a for a in listed if isinstance(a, np.ndarray)]


def _memo(arrays: Iterable[Array]) -> Iterator[tuple[int, Array]]:
    """What stands for each array in a copy: views of one array are views of one."""
    owners: dict[int, Array] = {}
    for array in arrays:
        owner = array
        while isinstance(owner.base, np.ndarray):
            owner = owner.base
        double = owners.setdefault(id(owner), owner.astype(float))
        yield id(owner), double
        if array is not owner:
            yield id(array), _view(double, owner, array)


def _view(double: Array, owner: Array, array: Array) -> Array:
    """The view of ``double`` that ``array`` is of its owner."""
    address = "__array_interface__"
    first, begin = (
        getattr(array, address)["data"][0],
        getattr(owner, address)["data"][0],
    )
    if first != begin or not owner.flags.c_contiguous:
        return array.astype(float)
    strides = tuple(2 * s for s in array.strides)
    return np.lib.stride_tricks.as_strided(double, array.shape, strides)
