"""JSON Schemas as they are published: the same whatever library makes them."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec


def written(schema: dict[str, Any]) -> str:
    """Return a schema as the text of a file, indented by two; ends with a newline."""
    encoded = msgspec.json.encode(plain(schema))
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def plain(schema: Any) -> Any:
    """Return a schema whose descriptions are docstrings without their indentation.

    Releases of msgspec before 0.23 leave it in, later ones take it away.
    """
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value)
            if key == "description" and isinstance(value, str)
            else plain(value)
            for key, value in schema.items()
        }
    return [*map(plain, schema)] if isinstance(schema, list) else schema
