"""One thing in a file that computes a gradient by hand, as the worker serves it."""

from typing import Any, Dict, List


class Subject:
    """A subject of a form; a subclass runs it on the inputs of a trial."""

    role = ""

    def described(self, name: str) -> Dict[str, Any]:
        """Return the fields of a description: name, kind, file, line, parameters."""
        raise NotImplementedError

    def perform(self, trial: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Return the outcome of each step, the first of making the subject."""
        raise NotImplementedError


def description(name: str, role: str, **fields: Any) -> Dict[str, Any]:
    """Return a description with every field that the host expects."""
    empty: Dict[str, Any] = {
        "name": name,
        "kind": name,
        "file": "",
        "line": 0,
        "lines": {},
        "make": [],
        "forward": [],
        "backward": [],
        "methods": [],
        "helpers": [],
        "instance": False,
        "given": [],
        "alone": "",
        "role": role,
    }
    return dict(empty, **fields)
