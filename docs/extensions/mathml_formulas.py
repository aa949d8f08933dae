"""Formulas as MathML, made when the site is built: pages need no script or network."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(visitor: Any, node: nodes.math) -> None:
    visitor.body.append(convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def _block(visitor: Any, node: nodes.math_block) -> None:
    formula = convert(node.astext(), display="block")
    visitor.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode
