"""Why no program to start from can be written."""

from __future__ import annotations

from typing import Any


class StarterError(Exception):
    """What was asked for is not to be had: a message's id and its parameters."""

    def __init__(self, message: str, **parameters: Any) -> None:
        super().__init__(message, parameters)
        self.message = message
        self.parameters = parameters
