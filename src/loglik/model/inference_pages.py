"""Tests and comparisons as a person reads them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from loglik.model.summary import p_text
from loglik.texts import current, render, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    Document = Mapping[str, Any]


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


def hypothesis_page(test: Document) -> RenderableType:
    """Each hypothesis, and all of them together: a ``loglik.test/1`` document."""
    headings = [
        word("estimate"), word("std_error"), "z", "p", word("low", percent=f"{100 * test['level']:g} %"), word("high"),
    ]  # fmt: skip
    rows = [
        (
            h["hypothesis"], f"{h['estimate']:.5g}", f"{h['std_error']:.5g}", f"{h['statistic']:.3f}", p_text(h["p_value"]),
            f"{h['conf_low']:.5g}", f"{h['conf_high']:.5g}",
        )
        for h in test["hypotheses"]
    ]  # fmt: skip
    joint, vcov = test["joint"], test["vcov"]
    clusters = [f"{name} ({n:,})" for name, n in zip(vcov["clusters"], vcov["n_clusters"], strict=True)]
    return Group(
        Text(word("test_title", target=test["target"]), style="bold"),
        table(word("hypothesis"), headings, rows),
        Text(),
        Text(word("joint", df=joint["df"], statistic=_short(joint["statistic"]), p=p_text(joint["p_value"], "= "))),
        Text(word("covariance", kind=vcov["kind"], clusters=clusters)),
    )


def score_page(test: Document) -> RenderableType:
    """Terms that a model does not have: a ``loglik.score_test/1`` document."""
    p = p_text(test["p_value"], "= ")
    return Group(
        Text(word("score_title", target=test["target"]), style="bold"),
        Text(word("score_test", terms=test["terms"], df=test["df"], statistic=_short(test["statistic"]), p=p)),
    )


def comparison_page(found: Document) -> RenderableType:
    """Figures of each model, and the tests of each against the one before: a ``loglik.compare/1`` document."""
    models = found["models"]
    least = {name: min(m[name] for m in models) for name in ("aic", "bic")}
    headings = [word("coefficients"), word("log_likelihood"), word("deviance"), "AIC", "- min", "BIC", "- min"]
    rows = [
        (
            m["name"], f"{m['n_coefficients']:,}", f"{m['log_likelihood']:.8g}", f"{m['deviance']:.8g}",
            f"{m['aic']:.8g}", f"{m['aic'] - least['aic']:.4g}", f"{m['bic']:.8g}", f"{m['bic'] - least['bic']:.4g}",
        )
        for m in models
    ]  # fmt: skip
    lines = []
    for t in found["tests"]:
        key = "not_nested" if not t["nested"] else "ratio" if t["df"] else "equal"
        p = p_text(t["p_value"], "= ")
        lines.append(
            word(key, smaller=t["smaller"], larger=t["larger"], df=t["df"], statistic=_short(t["statistic"]), p=p)
        )
    return Group(
        Text(word("compare_title", target=found["target"], n=found["n_rows"]), style="bold"),
        table(word("model"), headings, rows),
        Text(),
        Text("\n".join(lines)),
    )


def drop1_page(found: Document) -> RenderableType:
    """The whole model, and what each term is worth: a ``loglik.drop1/1`` document."""
    headings = [
        word("df"), word("log_likelihood"), word("deviance"), "AIC", word("ratio_short"), "p", word("score"), "p",
    ]  # fmt: skip
    rows = [
        (
            word("whole") if r["term"] is None else r["term"], "" if r["term"] is None else f"{r['df']:,}",
            f"{r['log_likelihood']:.8g}", f"{r['deviance']:.8g}", f"{r['aic']:.8g}", _short(r["lr_statistic"]),
            p_text(r["lr_p_value"]), _short(r["score_statistic"]), p_text(r["score_p_value"]),
        )
        for r in found["rows"]
    ]  # fmt: skip
    return Group(
        Text(word("drop1_title", target=found["target"]), style="bold"),
        table(word("term"), headings, rows),
        Text(),
        Text(word("dropped_note")),
    )


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
