"""The report of a fit as a person reads it."""

from __future__ import annotations

import io
import math
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from loglik.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from loglik.inference.grouped_fit import GroupedFit
    from loglik.inference.wald import Term
    from loglik.model.report import FitReport

# What is listed in a line.
_MISSING, _LEVELS = 4, 8
# Figures have six digits, or as many as show three of what tells them from those of the null model.
_DIGITS, _MOST_DIGITS = 6, 12
# A gap of this share is rounding, and so is a share of what a model explains.
_SAME = 1e-12


def summary_text(report: FitReport, width: int = 130) -> str:
    """Render the report as plain text, in the language of the context."""
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, highlight=False, legacy_windows=False)
    console.print(summary(report))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def short_text(report: FitReport) -> str:
    """One line: what was fitted to what, and how it ended."""
    return _word(
        "short", title=_title(report), n=report.n_rows, terms=len(report.terms), method=_method(report),
        state=_state(report),
    )  # fmt: skip


def summary(report: FitReport) -> RenderableType:
    """Render the report for a Rich console."""
    parts: list[RenderableType] = [heading(report)]
    if report.terms:
        parts += [Text(), *(_coefficient_table(*each) for each in coefficient_tables(report)), Text(), figures(report)]
    return Group(*parts)


def _word(key: str, **values: object) -> str:
    return say("summary", key, **values)


def _title(report: FitReport) -> str:
    k = len(report.classes)
    return _word("title" if k == 2 else "title_several", target=report.target, k=k)


def _method(report: FitReport) -> str:
    if report.firth:
        return _word("firth")
    return _word("likelihood") if report.alpha == 0.0 else _word("penalty", alpha=report.alpha)


def _state(report: FitReport) -> str:
    codes = {f.code for f in report.findings}
    if report.rows_touching is not None:
        return _word("limit", touching=report.rows_touching)
    if "LL201" in codes:
        return _word("no_estimate")
    if "LL206" in codes:
        return _word("undecided")
    return _word("converged" if report.converged else "not_converged")


def heading(report: FitReport) -> Text:
    """What was fitted to which rows, line by line, and last how it ended."""
    text = Text()
    text.append(_title(report), style="bold")
    if len(report.classes) == 2:
        positive = next(c for c in report.classes if c != report.reference)
        text.append(_word("compared", positive=positive, reference=report.reference))
    elif report.reference is not None:
        text.append(_word("compared_several", reference=report.reference))
    else:
        text.append(_word("symmetric"))
    most = sorted(report.missing.items(), key=lambda item: -item[1])
    text.append("\n")
    text.append(
        _word(
            "rows",
            n=report.n_rows,
            weight=None if report.sum_of_weights is None else _amount(report.sum_of_weights),
            dropped=report.n_dropped,
            missing=", ".join(f"{name} {count:,}" for name, count in most[:_MISSING]),
            more=len(most) > _MISSING,
            weights=report.weights,
            kind=_word(report.weight_kind),
            offset=report.offset,
        )
    )
    if report.formula is not None:
        text.append("\n" + _word("formula", formula=" ".join(report.formula.split())))
    if report.reference_levels:
        levels = [f"{column} {level}" for column, level in report.reference_levels.items()]
        text.append("\n" + _word("levels", levels=", ".join(levels[:_LEVELS]), more=len(levels) > _LEVELS))
    text.append("\n")
    text.append(
        _word(
            "way" if report.rows_touching is None else "way_to_limit", method=_method(report), state=_state(report),
            iterations=report.iterations, passes=report.passes, gradient=report.gradient_norm, decrement=report.decrement,
        )
    )  # fmt: skip
    return text


def _amount(value: float) -> str:
    """A sum of weights: whole, or with two places, or six digits where it is small."""
    return f"{value:,.0f}" if value == math.floor(value) else f"{value:,.2f}" if value >= 100.0 else f"{value:.6g}"


def coefficient_tables(
    report: FitReport, most: int | None = None
) -> Iterator[tuple[str | None, list[str], list[list[str]]]]:
    """Title, headings and cells of the table of each class; the first cell of a row is the name of its term.

    Parameters
    ----------
    report : FitReport
        Figures of the fit.
    most : int, optional
        Most rows of all tables together.
    """
    several = len(report.classes) > 2
    terms = report.terms if most is None else report.terms[:most]
    for class_, some in groupby(terms, key=lambda t: t.class_):
        title = _word("class", name=class_) if several else None
        yield title, *_coefficient_cells(report, list(some), several=several)


def _coefficient_cells(report: FitReport, terms: list[Term], *, several: bool) -> tuple[list[str], list[list[str]]]:
    inferred = any(t.std_error is not None for t in terms) or report.rows_touching is not None
    by_likelihood = report.firth and terms[0].lr_statistic is not None
    headings = [_word("term"), _word("estimate")]
    if inferred:
        percent = f"{100 * report.conf_level:g} %"
        headings += [
            _word("std_error"),
            "chi2" if by_likelihood else "z",
            "p",
            _word("low", percent=percent),
            _word("high"),
        ]
    if report.reference is not None:
        headings.append(_word("relative_risk_ratio" if several else "odds_ratio"))
    rows = []
    for t in terms:
        cells = [t.term, _estimate(t.estimate)]
        if inferred:
            statistic = t.lr_statistic if by_likelihood else t.statistic
            p = t.lr_p_value if by_likelihood or t.p_value is None else t.p_value
            cells += [
                "" if t.std_error is None else f"{t.std_error:.5g}", "" if statistic is None else f"{statistic:.3f}",
                p_text(p), _bound(t.conf_low), _bound(t.conf_high),
            ]  # fmt: skip
        ratio = report.odds_ratio(t)
        rows.append([*cells, *([] if ratio is None else [_ratio(ratio, t.estimate)])])
    return headings, rows


def _coefficient_table(title: str | None, headings: list[str], rows: list[list[str]]) -> Table:
    shown = None if title is None else Text(title)
    table = Table(title=shown, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(headings[0], overflow="fold")
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, *cells in rows:
        table.add_row(Text(name), *cells)
    return table


def _bound(value: float | None) -> str:
    """Write a bound of an interval; one that was not found is left empty."""
    return "" if value is None or math.isnan(value) else f"{value:.5g}"


def _estimate(value: float) -> str:
    """Write a coefficient; one that grows without end with its sign, one that may be anything in words."""
    return _word("undetermined") if math.isnan(value) else f"{value:.5g}" if math.isfinite(value) else f"{value:+g}"


def _ratio(value: float, estimate: float) -> str:
    """Write a ratio; beyond the range of float64 only that it is."""
    if not math.isfinite(estimate):
        return "" if math.isnan(estimate) else f"{value:g}"
    return "> 1.8e+308" if value == math.inf else "< 5e-324" if value == 0.0 else f"{value:.4g}"


def p_text(value: float | None, equals: str = "") -> str:
    """Write a p-value; far below what its distribution is good for, only that it is."""
    if value is None:
        return ""
    return "< 1e-16" if value < 1e-16 else equals + (f"{value:.4f}" if value >= 1e-4 else f"{value:.1e}")


def figures(report: FitReport) -> Text:
    """Figures of the whole fit, line by line."""
    o = report.overall
    if o is None:
        return Text()
    digits = _digits_beside(o.log_likelihood, o.null_log_likelihood)

    def figure(value: float | None) -> str | None:
        return None if value is None else f"{value:.{digits}g}"

    lines = [
        _word(
            "figures", log_likelihood=figure(o.log_likelihood), null=figure(o.null_log_likelihood),
            cross_entropy=figure(o.cross_entropy), deviance=figure(o.deviance),
        ),
        _word(
            "squares", mcfadden=_share(o.r2_mcfadden), tjur=None if o.r2_tjur is None else _share(o.r2_tjur),
            aic=figure(o.aic), bic=figure(o.bic),
        ),
    ]  # fmt: skip
    if o.lr_statistic is not None and o.lr_p_value is not None:
        lines.append(_word("lr_test", df=o.lr_df, statistic=f"{o.lr_statistic:.5g}", p=p_text(o.lr_p_value, "= ")))
    if report.counts is not None:
        lines.append(_counts(report.counts))
    if report.vcov.kind != "model" and report.inference_refused is None:
        lines.append(_word("vcov", kind=report.vcov.kind, clusters=report.vcov.cluster_texts))
    lines += [
        _word(
            "limit_test",
            term=t.term if len(report.classes) == 2 else f"[{t.class_}] {t.term}",
            statistic=f"{t.lr_statistic:.5g}",
            p=p_text(t.lr_p_value, "= "),
        )
        for t in report.terms
        if not math.isfinite(t.estimate) and t.lr_statistic is not None
    ]
    if report.intervals == "profile":
        lines.append(_word("profile", tests=report.firth))
    if o.penalised_log_likelihood is not None:
        digits = _digits_beside(o.penalised_log_likelihood, o.null_penalised_log_likelihood or 0.0)
        penalised, null = figure(o.penalised_log_likelihood), figure(o.null_penalised_log_likelihood)
        lines.insert(1, _word("penalised", penalised=penalised, null=null))
        lines.append(_word("firth_errors"))
    if report.inference_refused is not None:
        lines.append(_word("no_errors", why=report.inference_refused))
    return Text("\n".join(lines))


def _counts(c: GroupedFit) -> str:
    """Fit of a target of counts."""
    tested = c.deviance_p_value is not None
    return _word(
        "counts", groups=c.groups, deviance=f"{c.residual_deviance:.5g}", df=c.df, pearson=f"{c.pearson:.5g}",
        p=p_text(c.deviance_p_value, "= "), pearson_p=p_text(c.pearson_p_value, "= "), untested=not tested,
        small=f"{100.0 * c.small_counts:.0f} %" if c.small_counts and not tested else "",
    )  # fmt: skip


def _digits_beside(value: float, other: float) -> int:
    gap, size = abs(value - other), max(abs(value), abs(other))
    if not _SAME * size < gap < math.inf:
        return _DIGITS
    return min(max(_DIGITS, 3 + math.floor(math.log10(size)) - math.floor(math.log10(gap))), _MOST_DIGITS)


def _share(value: float) -> str:
    return "0.0000" if abs(value) < _SAME else f"{value:.4f}" if abs(value) >= 1e-3 else f"{value:.2g}"
