"""Pure functions of arrays, whose results are kept for when they are asked again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")

MAX_BYTES = 4096
"""Bytes of an argument; with larger ones nothing is kept."""


@dataclass(frozen=True)
class _Arguments:
    """Arguments, equal where their keys are."""

    key: tuple[Hashable, ...]
    all: tuple[Any, ...] = field(compare=False)


def remembered(
    size: int = 4096,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Keep the last ``size`` results of a pure function. Their arrays are read-only.

    Its arguments are arrays, lists of numbers, or can be hashed; they are given by
    position.
    """

    def of(function: Callable[..., Result]) -> Callable[..., Result]:
        @functools.lru_cache(maxsize=size)
        def kept(arguments: _Arguments) -> Result:
            result = function(*arguments.all)
            fields = getattr(result, "__dict__", {}).values()
            parts = result if isinstance(result, tuple) else fields
            for part in parts:
                if isinstance(part, np.ndarray):
                    part.setflags(write=False)
            return result

        @functools.wraps(function)
        def ask(*given: Any) -> Result:
            arguments = tuple(np.array(a) if isinstance(a, list) else a for a in given)
            if any(getattr(a, "nbytes", 0) > MAX_BYTES for a in arguments):
                return function(*arguments)
            return kept(_Arguments(tuple(map(_hashable, arguments)), arguments))

        return ask

    return of


def _hashable(argument: Any) -> Hashable:
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.dtype.str, argument.tobytes()
    hashable: Hashable = argument
    return hashable
