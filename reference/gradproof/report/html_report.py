"""The report as HTML: a page, or a fragment for a notebook."""

from __future__ import annotations

import html
import io
from collections.abc import Callable

from rich.console import Console

from gradproof.report import layout

FRAGMENT = '<pre style="line-height:1.3">{code}</pre>'

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ margin: 2em; }} pre {{ font-family: monospace; }}</style>
</head>
<body>
{body}
</body>
</html>
"""


def fragment(show: Callable[[Console], None]) -> str:
    """What ``show`` prints, as one element; whatever a port has said is escaped."""
    recording = layout.console(io.StringIO(), record=True)
    show(recording)
    return recording.export_html(inline_styles=True, code_format=FRAGMENT)


def page(show: Callable[[Console], None], title: str, language: str) -> str:
    """What ``show`` prints, as a page that needs nothing else."""
    body = fragment(show)
    return PAGE.format(language=language, title=html.escape(title), body=body)
