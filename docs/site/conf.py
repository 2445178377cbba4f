"""Sphinx: the pages that ``docs/site/build.py`` has put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loglik.version import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project, author, release, version = "loglik", "The loglik developers", __version__, __version__
copyright = author  # noqa: A001  # what Sphinx calls it
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
root_doc = "index"
html_theme = "pydata_sphinx_theme"
html_title = "loglik"
html_static_path = ["../../build/docs/source/_static"]
html_css_files = ["pictures.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "show_nav_level": 1,
}
html_context = {"default_mode": "auto"}
pygments_style = "default"
myst_heading_anchors = 4
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
suppress_warnings = ["misc.highlighting_failure"]  # console blocks with all sorts of signs


def own_language(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Say which pages are Japanese: browsers choose fonts and line breaks by it."""
    if page.endswith(".ja") or page == "ja":
        context["language"] = "ja"


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("html-page-context", own_language)
