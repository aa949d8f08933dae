"""How the pages become a site: ``tox run -e docs`` builds it below .tox/docs/site."""

import sys
from pathlib import Path

import gradproof

sys.path.append(str(Path(__file__).parent / "extensions"))

project = "gradproof"
version = release = gradproof.__version__
html_title = "gradproof"
extensions = [
    "mathml_formulas",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "two_languages",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_copy_source = html_show_sourcelink = html_show_copyright = False
html_extra_path = [
    f"{name}.schema.json" for name in ("answers", "protocol", "report", "vectors")
]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# Pages point to files of the repository that are no pages.
suppress_warnings = ["myst.xref_missing", "myst.header"]
