"""The page of a report: its words, tables and pictures, put into the templates."""

from __future__ import annotations

import math
import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from loglik.derive.catalogue import derivation
from loglik.derive.show.lesson import lesson
from loglik.derive.show.page_html import section
from loglik.derive.show.style import style_within
from loglik.design.any_source import any_source
from loglik.errors.catalogue import explanation
from loglik.model.model_file import refuse_output, write_atomically
from loglik.model.plots import MOST_CLASSES
from loglik.model.summary import coefficient_tables, figures, heading, p_text
from loglik.plot.extra import needed
from loglik.plot.labels import short
from loglik.report import formulas, views
from loglik.report.content import content_of
from loglik.texts import Phrase, current, read, render, say, use, words
from loglik.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from loglik.errors import DataError
    from loglik.model.classifier import Classifier
    from loglik.model.report import FitReport
    from loglik.report.content import Content
    from loglik.texts import Language

__all__ = ["page", "rendered", "write_report"]

ENDINGS = (".html", ".htm")
"""Endings of a report's file."""

# A page stays below a megabyte: so many rows of a table, and so many signs of a name.
_ROWS, _EFFECTS, _LINE = 400, 120, 600
_DERIVATIONS = {
    True: ("sigmoid-derivative", "binary-cross-entropy", "logistic-gradient", "logistic-hessian", "newton-step"),
    False: ("softmax-derivative", "categorical-cross-entropy", "softmax-regression-gradient", "newton-step"),
}


def page(
    model: Classifier, data: Any = None, *, language: Language | None = None, table: str | None = None,
    weights: str | bool = True,
) -> str:  # fmt: skip
    """The report of a fitted classifier as one HTML page, which needs nothing from elsewhere.

    Parameters
    ----------
    model : FittedClassifier
        The model.
    data : data frame, str or Path, optional
        Rows with the target: those of the fit, or others. Without them effects, calibration, ROC curve and residuals say
        what is lacking.
    language : {"en", "ja"}, optional
        Language of the page; by default that of the context.
    table : str, optional
        Table of a database.
    weights : str or bool
        Column of weights; True: that of the fit, if it had one; False: none.

    Raises
    ------
    DataError
        LL431 matplotlib or Jinja2 is not installed; LL103, LL433 and others of the rows.
    """
    needed("jinja2"), needed("matplotlib")
    source = None if data is None else any_source(data, table, model.input.reading)
    with use(language or current()):
        return rendered(content_of(model, source, weights=weights))


def write_report(model: Classifier, path: str | PathLike[str], data: Any = None, **options: Any) -> None:
    """Write the report of a fitted classifier to a file, all of it or nothing.

    Parameters
    ----------
    model : FittedClassifier
        The model.
    path : str or PathLike
        An ``.html`` file, which is replaced if it is there.
    data, **options
        As of `page`.

    Raises
    ------
    DataError
        LL105, LL121 the file cannot be written; and those of `page`.
    """
    refuse_output(str(path), endings=ENDINGS)
    write_atomically(path, page(model, data, **options))


def rendered(content: Content, model_file: str = "model.json") -> str:
    """The page of computed content, in the language of the context.

    Parameters
    ----------
    content : Content
        What is shown.
    model_file : str
        Name of the model's file, for the commands that the page mentions.
    """
    template, values = _filled(content, model_file)
    return str(template.render(values))


def sections(content: Content, names: Iterable[str]) -> dict[str, str]:
    """Some sections of the page by their names, for a page of another kind.

    Parameters
    ----------
    content : Content
        What is shown.
    names : iterable of str
        Blocks of the template: ``findings``, ``coefficients``, ``calibration`` ...
    """
    template, values = _filled(content, "model.json")
    return {name: "".join(template.blocks[name](template.new_context(values))) for name in names}


def _filled(content: Content, model_file: str) -> tuple[Any, dict[str, Any]]:
    """The template, and what it is filled with."""
    jinja, language = needed("jinja2"), current()
    said = words("report", language)

    def w(key: str, **values: object) -> str:
        return render(said[key], values, language)

    model, report = content.model, content.model.report
    names = ("fitted", "findings", "coefficients", "effects", "calibration", "roc", "residuals", "path", "formulas")
    total = len(report.terms)
    title, *lines = [short(line, _LINE) for line in heading(report).plain.splitlines()]
    shown = min(len(content.classes), MOST_CLASSES)
    environment = jinja.Environment(
        autoescape=True, undefined=jinja.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_printable,
        loader=jinja.FunctionLoader(lambda name: read("loglik.report", f"templates/{name}")),
    )  # fmt: skip
    mark = needed("markupsafe").Markup
    level = f"{100.0 * report.conf_level:g} %"

    def picture(name: str) -> Any:
        made = getattr(views, name)(content, w(name))
        return mark(made) if isinstance(made, str) else made and [mark(each) for each in made]

    return environment.get_template("report.html"), {
        "w": w, "language": language, "report": report, "content": content, "short": short, "version": __version__,
        "level": level,
        "blocks": lambda text: mark(_blocks(text)),
        "style": mark(read("loglik.report", "templates/report.css") + style_within(".derivation")),
        "sections": [(name, w(name)) for name in names],
        "heading": short(title, 240), "lines": lines[:-1], "way": lines[-1], "state": w("bad" if report.serious else "good"),
        "lede": w("lede", n=report.n_rows, k=len(report.classes), terms=total),
        "facts": _facts(content, w), "findings": _findings(content, language),
        "sound": _sound(report, w),
        "tables": list(coefficient_tables(report, _ROWS)) if total else [], "more_rows": max(0, total - _ROWS),
        "more_terms": total if total > views.MOST_ROWS else 0,
        "ratio": _ratio_word(report.reference is not None, len(report.classes)),
        "figures": [short(line, _LINE) for line in figures(report).plain.splitlines()],
        "no_effects": None if content.no_effects is None else _sentence(content.no_effects),
        "without_rows": _without(content, model_file, w),
        "effects": None if content.effects is None else _effects_table(content),
        "rows_used": None if content.rows is None else _rows_used(content, w),
        "only": w("only_some", shown=shown, all=len(content.classes)) if shown < len(content.classes) else "",
        "losses": _losses(content, w), "areas": _areas(content, w), "worst": _worst(content, w),
        "plan": None if report.plan is None else report.plan.text(language),
        "picture": cache(picture),
        "predictors": [mark(each) for each in formulas.predictors(model)] if total else [],
        "more_predictors": max(0, len(report.classes) - 1 - formulas.MOST_CLASSES),
        "probability": mark(formulas.probability(model)), "objective": _marked(mark, formulas.objective(model)),
        "derivations": lambda: [(name, title, mark(body)) for name, title, body in _derivations(model, language)],
    }  # fmt: skip


def _marked(mark: Any, made: str | None) -> Any:
    return None if made is None else mark(made)


def _printable(value: Any) -> Any:
    """What a template prints: nothing that no page may contain."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return "".join(c if c in "\n\t" else short(c, 1) for c in value)
    return value


def _blocks(text: str) -> str:
    """Paragraphs, and formulas as they stand."""
    return "".join(
        f"<pre>{escape(line[4:])}</pre>" if line.startswith("    ") else f"<p>{escape(line)}</p>"
        for line in text.split("\n")
        if line.strip()
    )


def _facts(content: Content, w: Any) -> list[tuple[str, str]]:
    model, report = content.model, content.model.report
    facts = [
        (w("target"), short(report.target, _LINE)),
        (w("classes"), _listed(report.classes, w)),
        (w("features"), _listed(model.column_names, w)),
    ]
    if model.recipe is not None:
        facts.append((w("formula"), short(model.recipe.text, _LINE)))
    if content.label is not None:
        facts.append((w("data"), short(_text(content.label), _LINE)))
    if report.fingerprint is not None:
        facts.append((w("fingerprint"), report.fingerprint[:16]))
    return facts


def _text(label: str) -> str:
    return label.text(current()) if isinstance(label, Phrase) else label


def _listed(names: Any, w: Any) -> str:
    shown = [short(name, 60) for name in list(names)[:20]]
    return str(w("more_names", names=", ".join(shown), more=max(0, len(names) - 20)))


def _sound(report: FitReport, w: Any) -> list[str]:
    """What was asked of the fit, and found to be in order."""
    codes = {finding.code for finding in report.findings}
    if not report.converged or report.serious or report.rows_touching is not None:
        return []
    if report.alpha > 0.0:
        return [w("exists_penalty")]
    exists = w("exists_firth" if report.firth else "exists")
    return [exists] if codes & {"LL202", "LL204"} else [exists, w("independent")]


def _findings(content: Content, language: Language) -> list[tuple[str, str, list[dict[str, Any]], str, str]]:
    """Findings by their code, each with what the code means."""
    made: dict[str, list[dict[str, Any]]] = {}
    report = content.model.report
    for finding in (*report.findings, *(content.effects.findings if content.effects else ())):
        text, hint = short(finding.message, 4 * _LINE), short(finding.hint, 4 * _LINE)
        foreign = language != "en" and finding.said.fixed is not None
        made.setdefault(finding.code, []).append(
            {"text": text, "hint": hint, "serious": finding.serious, "foreign": foreign}
        )
    found = []
    for code, messages in made.items():
        known = explanation(code, language)
        found.append((code, known.title, messages[:20], known.meaning, known.what_to_do))
    return found


def _without(content: Content, model_file: str, w: Any) -> str | None:
    """Why the sections that need rows are empty."""
    if content.refused is not None:
        return _sentence(content.refused)
    return None if content.rows is not None else str(w("needs_rows", model=model_file))


def _sentence(error: DataError) -> str:
    return f"{error.code} {error.message}"


def _rows_used(content: Content, w: Any) -> str:
    rows = content.rows
    assert rows is not None  # noqa: S101
    key = "rows_of_fit" if rows.of_fit else "other_rows"
    n = rows.n_source - rows.n_without
    return str(w(key, n=n, without=rows.n_without, weights=rows.weights, loss=_figure(content.log_loss)))


def _figure(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.5g}"


def _ratio_word(reference: bool, classes: int) -> str | None:  # noqa: FBT001
    if not reference:
        return None
    return say("summary", "relative_risk_ratio" if classes > 2 else "odds_ratio").lower()


def _effects_table(content: Content) -> tuple[list[str], list[list[str]], int]:
    found = content.effects
    assert found is not None  # noqa: S101
    several = len(content.model.classes) > 2
    percent = f"{100.0 * found.conf_level:g} %"
    keys = ["term", *(["class"] if several else []), "contrast", "estimate", "std_error", "z", "p", "low", "high"]
    rows = []
    for r in found.rows[:_EFFECTS]:
        change = "" if r.contrast is None else say("effects", "slope") if r.contrast == "slope" else r.contrast
        values = [r.estimate, r.std_error, r.statistic, r.conf_low, r.conf_high]
        b, error, z, low, high = ("" if v is None else f"{v:.5g}" for v in values)
        of = [short(r.class_, 60)] if several else []
        rows.append([short(r.term, 120), *of, short(change, 120), b, error, z, p_text(r.p_value), low, high])
    return [say("effects", key, percent=percent) for key in keys], rows, max(0, len(found.rows) - _EFFECTS)


def _losses(content: Content, w: Any) -> tuple[list[str], list[list[str]]]:
    keys = ("log_loss", "miscalibration", "discrimination", "uncertainty", "brier")
    rows = [
        [short(each.name, 80), f"{each.weight:,.6g}", *(_figure(getattr(each.calibration, key)) for key in keys)]
        for each in content.classes
        if each.calibration is not None
    ]
    return [w("of_class"), w("weight"), *map(w, keys)], rows


def _areas(content: Content, w: Any) -> tuple[list[str], list[list[str]]]:
    rows = [
        [short(each.name, 80), *map(_figure, (each.roc.auc, *each.roc.interval()))]
        for each in content.classes
        if each.roc is not None
    ]
    return [w("of_class"), w("auc"), w("low"), w("high")], rows


def _worst(content: Content, w: Any) -> tuple[list[str], list[list[str]]]:
    rows = [
        [f"{each.row:,}", short(each.class_, 80), f"{each.probability:.4g}", f"{each.deviance:.4g}"]
        for each in content.worst
    ]
    return [w("row"), w("of_class"), w("probability_of"), w("deviance")], rows


def _derivations(model: Classifier, language: Language) -> list[tuple[str, str, str]]:
    """Name, title and page of the derivations that the fit stands on."""
    names = _DERIVATIONS[len(model.classes) == 2]
    return [_derivation(name, names, language) for name in names]


@cache
def _derivation(name: str, here: tuple[str, ...], language: Language) -> tuple[str, str, str]:
    shown = lesson(derivation(name), language)
    # What is on no page of this file is a command, not a link.
    body = re.sub(
        r'<a href="[\w-]+\.html"><code>([\w-]+)</code></a>', r"<code>loglik derive \1</code>", section(shown, here)
    )
    return name, shown.title, body
