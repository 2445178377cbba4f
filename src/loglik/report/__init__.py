"""A report of a fit as one HTML file: what was fitted, what it found, how well it describes rows, and its formulas.

`content` computes what is shown (the ``loglik.report/1`` document), `views` draws it, `formulas` writes the formulas of the
fit, and `html` fills the templates, which are data files. Needs the extra ``plot``.
"""

from __future__ import annotations

from loglik.report.content import Content, content_of
from loglik.report.html import page, write_report

__all__ = ["Content", "content_of", "page", "write_report"]
