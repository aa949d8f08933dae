"""Which files are the user's, and which the library's."""

import os
import sysconfig
from typing import Callable, Dict, List

_WORKER = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def users_files(own: List[str]) -> Callable[[str], bool]:
    """Tells the user's files from the library's; ``own`` are names that are none."""
    places = ("stdlib", "platstdlib", "purelib", "platlib")
    library = {os.path.realpath(sysconfig.get_path(p)) + os.sep for p in places}
    library.add(_WORKER + os.sep)
    known: Dict[str, bool] = dict.fromkeys(own, True)

    def is_users(name: str) -> bool:
        if name not in known:
            real = os.path.realpath(name)
            known[name] = not (
                name.startswith("<")
                or real.startswith(tuple(library))
                or "site-packages" in real
            )
        return known[name]

    return is_users
