"""Tests and comparisons as a person reads them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from loglik.model.summary import p_text
from loglik.texts import current, render, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from loglik.model.hypothesis_test import HypothesisTest


def page_text(page: RenderableType, width: int = 130) -> str:
    """Render a page as plain text, in the language of the context."""
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, legacy_windows=False)
    console.print(page)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def word(key: str, **values: object) -> str:
    """A text of these pages."""
    language = current()
    return render(words("inference", language)[key], values, language)


def table(first: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose first column is text."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(first, overflow="fold")
    for heading in headings:
        made.add_column(heading, justify="right", no_wrap=True)
    for name, *cells in rows:
        made.add_row(Text(name), *cells)
    return made


def hypothesis_page(test: HypothesisTest) -> RenderableType:
    """Each hypothesis, and all of them together."""
    percent = f"{100 * test.conf_level:g} %"
    headings = [word("estimate"), word("std_error"), "z", "p", word("low", percent=percent), word("high")]
    rows = [
        (text, f"{b:.5g}", f"{se:.5g}", f"{z:.3f}", p_text(p), f"{low:.5g}", f"{high:.5g}")
        for text, b, se, z, p, low, high in zip(
            test.hypotheses, test.estimate, test.std_error, test.statistic, test.p_value, test.conf_low, test.conf_high,
            strict=True,
        )
    ]  # fmt: skip
    joint = word("joint", df=test.df, statistic=f"{test.chi2:.5g}", p=p_text(test.chi2_p_value, "= "))
    kind = word("covariance", kind=test.vcov.kind, clusters=test.vcov.cluster_texts)
    return Group(
        Text(word("test_title", target=test.target), style="bold"),
        table(word("hypothesis"), headings, rows),
        Text(),
        Text(joint),
        Text(kind),
    )
