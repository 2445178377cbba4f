"""A fit as HTML for notebooks: its sentences, and its table of coefficients."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from loglik.model.summary import coefficient_tables, figures, heading

if TYPE_CHECKING:
    from loglik.model.report import FitReport

# Longer tables are cut: a notebook is no place for thousands of rows.
_ROWS = 200


def html(report: FitReport) -> str:
    """The report as an HTML fragment, in the language of the context.

    Parameters
    ----------
    report : FitReport
        Figures of a fit.
    """
    first, *lines = heading(report).plain.splitlines()
    pieces = [f"<p><b>{escape(first)}</b><br/>{'<br/>'.join(map(escape, lines))}</p>"]
    for title, headings, rows in coefficient_tables(report, _ROWS):
        caption = f"<caption>{escape(title)}</caption>" if title else ""
        head = "".join(f"<th>{escape(each)}</th>" for each in headings)
        body = "".join(
            f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
            for name, *cells in rows
        )
        pieces.append(f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    if len(report.terms) > _ROWS:
        pieces.append("<p>…</p>")
    pieces.append(f"<p>{'<br/>'.join(map(escape, figures(report).plain.splitlines()))}</p>")
    return "".join(pieces)
