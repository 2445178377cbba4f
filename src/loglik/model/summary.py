"""The report of a fit as a person reads it."""

from __future__ import annotations

import io
import math
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from loglik.inference.wald import Term
    from loglik.model.report import FitReport


def summary_text(report: FitReport, width: int = 130) -> str:
    """Render the report as plain text."""
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, legacy_windows=False)
    console.print(summary(report))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def summary(report: FitReport) -> RenderableType:
    """Render the report for a Rich console."""
    parts: list[RenderableType] = [_heading(report)]
    if report.terms:
        parts += [Text(), *_coefficient_tables(report), Text(), _figures(report)]
    return Group(*parts)


def _heading(report: FitReport) -> Text:
    text = Text()
    kind = "Binary" if len(report.classes) == 2 else f"Multinomial ({len(report.classes)} classes)"
    text.append(f"{kind} logistic regression of {report.target}", style="bold")
    if len(report.classes) == 2:
        positive = next(c for c in report.classes if c != report.reference)
        text.append(f': probability of "{positive}" against "{report.reference}"')
    elif report.reference is not None:
        text.append(f': each class against "{report.reference}"')
    else:
        text.append(": symmetric form, coefficients of all classes sum to zero")
    text.append(f"\n{report.n_rows:,} rows used, {report.n_dropped:,} dropped")
    if report.missing:
        most = sorted(report.missing.items(), key=lambda item: -item[1])
        listed = ", ".join(f"{name} {count:,}" for name, count in most[:4])
        text.append(f" (missing: {listed}{', ...' if len(most) > 4 else ''})")
    if report.weights is not None:
        text.append(f"; {report.weight_kind} weights from {report.weights}")
    if report.offset is not None:
        text.append(f"; offset {report.offset}")
    method = "maximum likelihood" if report.alpha == 0.0 else f"L2 penalty alpha = {report.alpha:g}"
    codes = {f.code for f in report.findings}
    state = "converged" if report.converged else "NOT converged"
    state = (
        "no estimate exists"
        if "LL201" in codes
        else "UNDECIDED whether an estimate exists"
        if "LL206" in codes
        else state
    )
    text.append(
        f"\n{method}, {state}: {report.iterations:,} iterations, {report.passes:,} passes over the rows, "
        f"gradient {report.gradient_norm:.1e}, decrement {report.decrement:.1e}"
    )
    return text


def _coefficient_tables(report: FitReport) -> list[RenderableType]:
    tables: list[RenderableType] = []
    several = len(report.classes) > 2
    for class_, terms in groupby(report.terms, key=lambda t: t.class_):
        tables.append(
            _coefficient_table(report, list(terms), f'class "{class_}"' if several else None, several=several)
        )
    return tables


def _coefficient_table(report: FitReport, terms: list[Term], title: str | None, *, several: bool) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Term", overflow="fold")
    inferred = terms[0].std_error is not None
    percent = f"{100 * report.conf_level:g} %"
    headings = ["Estimate"]
    if inferred:
        headings += ["Std. error", "z", "p", f"{percent} low", "high"]
    if report.reference is not None:
        headings.append("Relative-risk ratio" if several else "Odds ratio")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for t in terms:
        cells: list[str | Text] = [Text(t.term), f"{t.estimate:.5g}"]
        if inferred:
            cells += [
                f"{t.std_error:.5g}", f"{t.statistic:.3f}", _p(t.p_value), f"{t.conf_low:.5g}", f"{t.conf_high:.5g}",
            ]  # fmt: skip
        ratio = report.odds_ratio(t)
        table.add_row(*cells, *([] if ratio is None else [_ratio(ratio)]))
    return table


def _ratio(value: float) -> str:
    """Write a ratio; beyond the range of float64 only that it is."""
    return "> 1.8e+308" if value == math.inf else "< 5e-324" if value == 0.0 else f"{value:.4g}"


def _p(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if value >= 1e-4 else f"{value:.1e}"


def _figures(report: FitReport) -> Text:
    o = report.overall
    text = Text()
    if o is None:
        return text
    text.append(
        f"log-likelihood {o.log_likelihood:.6g} (null model {o.null_log_likelihood:.6g}); "
        f"cross-entropy {o.cross_entropy:.6g} nats per row; deviance {o.deviance:.6g}"
    )
    squares = f"\nR2: McFadden {o.r2_mcfadden:.4f}"
    if o.r2_tjur is not None:
        squares += f", Tjur {o.r2_tjur:.4f}"
    text.append(squares)
    if o.aic is not None and o.bic is not None:
        text.append(f"; AIC {o.aic:.6g}, BIC {o.bic:.6g}")
    if o.lr_statistic is not None and o.lr_p_value is not None:
        text.append(
            f"\nlikelihood-ratio test against the null model: chi2({o.lr_df}) = {o.lr_statistic:.5g}, p = {_p(o.lr_p_value)}"
        )
    if report.inference_refused is not None:
        text.append(f"\nno standard errors: {report.inference_refused}")
    return text
