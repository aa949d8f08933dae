"""Published schemas do not depend on the release of the library that makes them."""

from __future__ import annotations

import json

import pytest

from gradproof.ports import schemas

KEPT = "One port.\n\n    ``wall`` is in seconds,\n    all of it."
CLEANED = "One port.\n\n``wall`` is in seconds,\nall of it."


@pytest.mark.parametrize("description", [KEPT, CLEANED])
def test_a_description_is_without_the_indentation_of_its_docstring(
    description: str,
) -> None:
    """The first is what msgspec 0.22 gives, the second what 0.23 does."""
    schema = {"$defs": {"Port": {"description": description}}, "anyOf": [{"a": 1}]}
    assert json.loads(schemas.written(schema)) == {
        "$defs": {"Port": {"description": CLEANED}},
        "anyOf": [{"a": 1}],
    }


def test_a_property_called_description_is_left_alone() -> None:
    schema = {"properties": {"description": {"type": "string"}}}
    assert schemas.plain(schema) == schema
