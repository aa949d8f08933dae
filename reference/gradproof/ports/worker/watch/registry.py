"""Which functions are looked at: the user's, as long as anything comes of it."""

import types
from typing import Callable, Dict, FrozenSet, Optional, Set, Tuple

from .arguments import names_of

MAX_IDLE_CALLS = 1000
"""Calls in a row that have come to nothing, after which a function is left alone."""
SUSPENDED = 0x20 | 0x80 | 0x200
"""Code of generators and coroutines: they are left and entered again."""


class Looked:
    """How a function is looked at. Code itself is slow to look up by: it is hashed."""

    __slots__ = ("asked", "code", "idle", "names", "returns")

    def __init__(self, code: types.CodeType, names: Tuple[str, ...]) -> None:
        self.code = code
        self.names = names
        """The parameters of what is watched; none of what is not."""
        self.asked: Optional[FrozenSet[int]] = None
        """Code of the functions that are no arguments and that it may ask."""
        self.idle = 0
        """Calls in a row that have come to nothing."""
        self.returns = False
        """Whether one is told of its returns."""


class Looks:
    """How each function is looked at, by its code's id."""

    def __init__(self, is_users: Callable[[str], bool]) -> None:
        self.is_users = is_users
        self.known: Dict[int, Looked] = {}
        self.resting: Set[int] = set()
        """Code of those that are left alone."""

    def at(self, code: types.CodeType) -> Looked:
        """How it is looked at, from now on if it is new."""
        return self.known.get(id(code)) or self._first(code)

    def _first(self, code: types.CodeType) -> Looked:
        named = code.co_name == "<lambda>" or not code.co_name.startswith("<")
        names: Tuple[str, ...] = ()
        if named and not code.co_flags & SUSPENDED and self.is_users(code.co_filename):
            names = names_of(code)
        looked = self.known[id(code)] = Looked(code, names)
        return looked

    def came_to_nothing(self, looked: Looked) -> None:
        """Count a call, and leave the function alone after too many."""
        looked.idle += 1
        if looked.idle > MAX_IDLE_CALLS:
            self.rest(looked)

    def rest(self, looked: Looked) -> None:
        """Leave a function alone."""
        looked.names = ()
        looked.idle = 0
        self.resting.add(id(looked.code))

    def wake(self, codes: FrozenSet[int]) -> None:
        """Look again at those of the functions that are left alone."""
        for each in codes & self.resting:
            self.resting.discard(each)
            looked = self.known[each]
            looked.names = names_of(looked.code)
