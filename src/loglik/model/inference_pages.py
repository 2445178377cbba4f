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

    from loglik.model.comparison import Comparison
    from loglik.model.dropped_terms import DroppedTerms
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


def comparison_page(found: Comparison) -> RenderableType:
    """Figures of each model, and the tests of each against the one before."""
    least = min(m.aic for m in found.models), min(m.bic for m in found.models)
    headings = [word("coefficients"), word("log_likelihood"), word("deviance"), "AIC", "- min", "BIC", "- min"]
    rows = [
        (
            m.name, f"{m.n_coefficients:,}", f"{m.log_likelihood:.8g}", f"{m.deviance:.8g}", f"{m.aic:.8g}",
            f"{m.aic - least[0]:.4g}", f"{m.bic:.8g}", f"{m.bic - least[1]:.4g}",
        )
        for m in found.models
    ]  # fmt: skip
    lines = []
    for t in found.tests:
        key = "not_nested" if not t.nested else "equal" if not t.df else "ratio"
        statistic = None if t.statistic is None else f"{t.statistic:.5g}"
        lines.append(
            word(key, smaller=t.smaller, larger=t.larger, df=t.df, statistic=statistic, p=p_text(t.p_value, "= "))
        )
    return Group(
        Text(word("compare_title", target=found.target, n=found.n_rows), style="bold"),
        table(word("model"), headings, rows),
        Text(),
        Text("\n".join(lines)),
    )


def drop1_page(found: DroppedTerms) -> RenderableType:
    """The whole model, and what each term is worth."""
    headings = [
        word("df"), word("log_likelihood"), word("deviance"), "AIC", word("ratio_short"), "p", word("score"), "p",
    ]  # fmt: skip
    rows = [
        (
            word("whole") if r.term is None else r.term, f"{r.df:,}" if r.term is not None else "",
            f"{r.log_likelihood:.8g}", f"{r.deviance:.8g}", f"{r.aic:.8g}", _statistic(r.lr_statistic),
            p_text(r.lr_p_value), _statistic(r.score_statistic), p_text(r.score_p_value),
        )
        for r in found.rows
    ]  # fmt: skip
    return Group(
        Text(word("drop1_title", target=found.target), style="bold"),
        table(word("term"), headings, rows),
        Text(),
        Text(word("dropped_note")),
    )


def _statistic(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
