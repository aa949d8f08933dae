"""Texts that are run in the place of files: nothing of them is written anywhere."""

import importlib.machinery
import os
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

Cells = Sequence[Tuple[str, str]]
"""Those of a notebook: the name of each, and its source."""


class Texts:
    """Texts by the name of the file, or of the notebook's cell, that each is for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.all: Dict[str, str] = {
            os.path.realpath(name): text for name, text in texts.items()
        }

    def of(self, name: str) -> Optional[str]:
        """What is run in the place of that file or cell; None if it is itself."""
        return self.all.get(os.path.realpath(name)) if self.all else None

    def put_into(self, cells: Optional[Cells]) -> Optional[Cells]:
        """A notebook's cells, each with the text that is run of it."""
        if cells is None:
            return None
        known = os.path.realpath
        return [(name, self.all.get(known(name), source)) for name, source in cells]

    def install(self) -> None:
        """Have every import of such a file run its text, whatever was compiled before.

        However a module is found, it is the file's loader that has its code.
        """
        if not self.all:
            return
        loader: Any = importlib.machinery.SourceFileLoader
        own_code = loader.get_code

        def get_code(self_: Any, name: str) -> Any:
            path = self_.get_filename(name)
            text = self.of(path)
            if text is None:
                return own_code(self_, name)
            return self_.source_to_code(text, path)

        loader.get_code = get_code


NONE = Texts({})
