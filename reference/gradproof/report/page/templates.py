"""The templates of pages, and what they look like."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from gradproof.report.characters import printable


def written(template: str, **given: Any) -> str:
    """A page: texts are escaped, and shown without what moves or turns them."""
    return _environment().get_template(template).render(style=_style(), **given)


@cache
def _environment() -> Environment:
    loader = PackageLoader("gradproof", "report/page")
    environment = Environment(
        loader=loader, autoescape=True, trim_blocks=True, finalize=_shown
    )
    environment.filters["breakable"] = breakable
    return environment


def breakable(text: str) -> Markup:
    """A text of which paths may be broken between their parts."""
    escaped = str(escape(printable(text)))
    return Markup(re.sub(r"(?<=/)(?=\w)", "<wbr>", escaped))


def _shown(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, Markup):
        return printable(value)
    return value


@cache
def _style() -> Markup:
    loader = _environment().loader
    assert loader is not None
    return Markup(loader.get_source(_environment(), "report.css")[0])
