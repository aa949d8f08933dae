"""Which files are the user's, and which the library's."""

import functools
import os
import sysconfig
from typing import Callable, Dict, List, Tuple

_WORKER = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_PACKAGE = os.path.dirname(os.path.dirname(_WORKER))
"""The folder of gradproof itself, which a user's code may call."""


@functools.lru_cache(maxsize=1)
def _library() -> Tuple[str, ...]:
    """Where what is installed lies."""
    places = ("stdlib", "platstdlib", "purelib", "platlib")
    found = {os.path.realpath(sysconfig.get_path(p)) + os.sep for p in places}
    own = {_WORKER} | ({_PACKAGE} if _PACKAGE.endswith("gradproof") else set())
    return tuple(found | {folder + os.sep for folder in own})


def users_files(own: List[str]) -> Callable[[str], bool]:
    """Tells the user's files from the library's; ``own`` are names that are none."""
    library = _library()
    known: Dict[str, bool] = dict.fromkeys(own, True)

    def is_users(name: str) -> bool:
        if name not in known:
            real = os.path.realpath(name)
            known[name] = not (
                name.startswith("<")
                or real.startswith(library)
                or "site-packages" in real
            )
        return known[name]

    return is_users
