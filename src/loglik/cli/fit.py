"""``loglik fit``: from a data file to a table of coefficients, or the reason why there is none."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from loglik.cli.options import AS_IT_IS, USUAL_ROOM, Input, Room, free_name, names, pairs
from loglik.cli.streams import console, print_json
from loglik.errors import DataError
from loglik.texts import Language, current, render, say, words
from loglik.texts.language import keeping_language

if TYPE_CHECKING:
    from loglik.design.source import Source
    from loglik.model.outcome import Outcome
    from loglik.model.report import FitReport


def fit(
    data: Annotated[str, Parameter(allow_leading_hyphen=True)],
    formula: str | None = None,
    /,
    *,
    target: Annotated[str | None, Parameter(name=["--target", "-t"])] = None,
    positive: str | None = None,
    reference: str | None = None,
    features: str | None = None,
    exclude: str | None = None,
    categorical: str | None = None,
    base: str | None = None,
    weights: str | None = None,
    weight_kind: Literal["frequency", "sampling"] = "frequency",
    offset: str | None = None,
    missing: Literal["drop", "error"] = "drop",
    min_count: int = 0,
    alpha: float = 0.0,
    firth: Annotated[bool, Parameter(name="--firth", negative="")] = False,
    solver: Literal["auto", "newton", "gd"] = "auto",
    tol: float = 1e-8,
    max_iter: int | None = None,
    learning_rate: float | None = None,
    level: float = 0.95,
    intervals: Literal["wald", "profile"] = "wald",
    separation: Literal["raise", "report"] = "raise",
    vcov: Literal["model", "sampling", "HC0", "HC1", "HC3", "cluster"] | None = None,
    cluster: str | None = None,
    keep_covariance: Annotated[bool | None, Parameter(name="--keep-covariance")] = None,
    threads: int | None = None,
    workers: str | None = None,
    resume: str | None = None,
    start: str | None = None,
    rows: Annotated[Input, Parameter(name="*")] = AS_IT_IS,
    room: Annotated[Room, Parameter(name="*")] = USUAL_ROOM,
    output: Annotated[str | None, Parameter(name=["--output", "-o"])] = None,
    report_to: Annotated[str | None, Parameter(name="--report")] = None,
    explain: Annotated[bool, Parameter(name="--explain", negative="")] = False,
    plan: Annotated[bool, Parameter(name="--plan", negative="")] = False,
    lang: Language | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="")] = False,
) -> int:
    """Fit a logistic regression (two classes or more) to a data file.

    Minimises -(1/W) sum w log P + (alpha/2) |b|^2. Numbers are dense columns; text and booleans are levels, compared
    with the most frequent one. Where the classes can be separated no estimate exists: the fit then ends with LL201.

    Parameters
    ----------
    data
        CSV, TSV, Parquet, JSON lines, Arrow, DuckDB or SQLite file, a directory or pattern of files; - reads standard input.
    formula
        What is made of the columns: "y ~ a*b + bs(x, df=4) + log(z)", in the place of --target and --features.
    target
        Column of classes.
    positive
        With two classes, the one whose probability is modelled (default: the last in sorted order).
    reference
        Class that the others are compared with (default: the first; with two classes the other one).
    features
        Explaining columns, as a,b,c (default: all others).
    exclude
        Columns to leave out, as a,b,c.
    categorical
        Columns of numbers to treat as levels, as a,b,c.
    base
        Reference levels of columns, as carrier=UA,origin=JFK (default: the most frequent level).
    weights
        Column of weights >= 0.
    weight_kind
        A weight w means w equal rows (frequency), or that the row stands for w others (sampling).
    offset
        Column added to the linear predictor.
    missing
        Drop rows with a missing value and count them, or refuse them.
    min_count
        Merge levels with fewer rows into one level (rare).
    alpha
        L2 penalty; 0 is maximum likelihood.
    firth
        Firth's estimate (Jeffreys' prior), which exists also where classes are separated; errors from the information.
    solver
        auto chooses between Newton's method and preconditioned L-BFGS; gd is plain gradient descent.
    tol
        Tolerance of the convergence rule.
    max_iter
        Most iterations.
    learning_rate
        Learning rate of gd (default: 1/L, which is certain to descend).
    level
        Coverage of the confidence intervals.
    intervals
        wald, or profile: the values that a likelihood-ratio test does not reject.
    separation
        raise ends a separated fit with LL201; report prints the limit, with +inf and -inf.
    vcov
        Covariance of standard errors, tests and intervals (default: the inverse information; with --cluster cluster).
    cluster
        Column of groups within which rows may depend on each other, or two, as firm,year; no features unless named.
    keep_covariance
        Keep the covariance in the model file (default: up to 1,000 coefficients).
    threads
        Threads; the result does not depend on it.
    workers
        Who reads the rows: local:4 (Dask, on this machine), tcp://host:8786 (a Dask scheduler), or processes:4.
    resume
        Folder that keeps the sums of each read until the fit is done: the same command then goes on from there.
    start
        Model file to start from, such as yesterday's: the same answer with fewer reads of the rows.
    output
        Keep the model in this file.
    report_to
        Write a report of the fit to this .html file, also of one that has no estimate, as of separated classes.
    explain
        Write the fit out: likelihood of the first rows, its log, cross-entropy, gradient, a Newton step.
    plan
        Print first how the fit was planned: method, preconditioner, expected reads of the rows, and why.
    lang
        Language of all that is printed.
    as_json
        Print the loglik.fit/1 document.
    quiet
        No progress.
    """
    from loglik.cli.progress import Progress
    from loglik.model.arguments import checked_numbers
    from loglik.model.model_file import read_model, refuse_output
    from loglik.model.train import inference_options, target_and_formula, train

    checked_numbers(
        alpha=alpha, level=level, tol=tol, learning_rate=learning_rate, max_iter=max_iter, threads=threads,
        min_count=min_count,
    )  # fmt: skip
    if firth and explain:
        raise DataError("LL240.explain")
    refuse_output(output, data)
    if report_to is not None:
        _refuse_report(report_to, data)
    if output is not None and Path(output).suffix.lower() in {".csv", ".tsv", ".parquet", ".jsonl", ".duckdb", ".db"}:
        raise DataError("LL121.not_json", path=output)
    if features is not None and not names(features):
        raise DataError("LL119.features_empty")
    from loglik.design.model_spec import ModelSpec
    from loglik.fit.options import Options

    clusters = names(cluster) or ()
    wanted = inference_options(level, vcov, clusters, weight_kind, keep_covariance, intervals, separation)
    column, read = target_and_formula(target, formula, features)
    spec = ModelSpec(
        target=column,
        formula=read,
        positive=positive,
        reference=reference,
        features=names(features),
        exclude=names(exclude) or (),
        categorical=names(categorical) or (),
        reference_levels=pairs(base, "--base"),
        weights=weights,
        weight_kind=weight_kind,
        offset=offset,
        missing=missing,
        min_count=min_count,
        clusters=clusters,
    )
    with Progress(quiet=quiet) as progress:
        source = rows.open(data, memory=room.memory(rows.memory_limit))
        if source.counted is None:
            progress.tell(say("command", "reading", source=source.label))
        else:
            progress.tell(say("command", "read", n=source.counted, source=source.label))
        options = Options(
            alpha=alpha, firth=firth, solver=solver, tol=tol, max_iter=max_iter, learning_rate=learning_rate, threads=threads,
            callback=progress.step, planned=progress.planned, tell=progress.rows, workers=workers, resume=resume,
        )  # fmt: skip
        outcome = train(source, spec, options, wanted, None if start is None else read_model(start))
        if report_to is not None:
            progress.tell(say("command", "drawing"))
            _write_report(report_to, outcome, source, output)
    report = outcome.classifier.report
    if output is not None and not report.serious:
        outcome.classifier.save(output)
    if as_json:
        print_json(report.as_json())
        return 1 if report.serious else 0
    if plan and report.plan is not None:
        console(soft_wrap=True).print(f"{report.plan.text(lang or current())}\n{_reads(report, lang)}\n", markup=False)
    _print(data, rows, output, report, report_to)
    if explain and not report.serious and report.rows_touching is None:
        _explain(outcome, lang or current())
    return 1 if report.serious else 0


def _reads(report: FitReport, lang: Language | None) -> str:
    """How often the rows were read in fact."""
    says = words("plan", lang or current())
    stages = [f"{says[f'read_{kind}']} {count}" for kind, count in report.reads.items()]
    return render(says["reads_made"], {"n": sum(report.reads.values()), "stages": stages}, lang or current()) + "\n"


def _explain(outcome: Outcome, lang: Language) -> None:
    from loglik.derive.this_fit import text, this_fit

    classes = tuple(outcome.classifier.classes[k] for k in outcome.classifier.order)
    print("\n" + text(this_fit(outcome.solution, classes), lang))  # noqa: T201


def _predict_command(model: str, data: str, rows: Input) -> str:
    """A command that predicts the rows of the fit."""
    paths = [f"./{path}" if path.startswith("-") and path != "-" else path for path in (model, data)]
    words = ["loglik", "predict", *paths, *rows.words]
    command = shlex.join([*words, "-o", free_name("predictions.csv", model, data)])
    return f"... | {command}" if data == "-" else command


def _refuse_report(path: str, data: str) -> None:
    """Refuse, before the fit, a report that could not be written."""
    from loglik.model.model_file import refuse_output
    from loglik.plot.extra import needed
    from loglik.report.html import ENDINGS

    refuse_output(path, data, endings=ENDINGS)
    needed("jinja2"), needed("matplotlib")


def _write_report(path: str, outcome: Outcome, source: Source, model: str | None) -> None:
    from loglik.model.model_file import write_atomically
    from loglik.report.content import content_of
    from loglik.report.html import rendered

    write_atomically(path, rendered(content_of(outcome.classifier, source), model or "model.json"))


def _print(data: str, rows: Input, output: str | None, report: FitReport, report_to: str | None) -> None:
    from loglik.cli import report_error
    from loglik.model.summary import summary

    out = console()
    out.print(summary(report))
    err = console(stderr=True, soft_wrap=True)
    for finding in report.findings:
        if not finding.serious:
            err.print(say("command", "note", code=finding.code, said=finding.message), markup=False)
    serious = [f for f in report.findings if f.serious]
    for finding in serious:
        report_error(finding, as_json=False)
    out.print()
    if report_to is not None:
        size = Path(report_to).stat().st_size / 1024.0
        out.print(say("command", "report_written", path=report_to, size=size), markup=False)
    if serious:
        out.print(keeping_language(say("command", "next", command=f"loglik explain {serious[0].code}")), markup=False)
    elif report.rows_touching is not None:
        out.print(keeping_language(say("command", "next", command="loglik explain LL243")), markup=False)
    elif output is not None:
        out.print(say("command", "kept", path=output), markup=False)
        out.print(keeping_language(say("command", "next", command=_predict_command(output, data, rows))), markup=False)
    else:
        out.print(say("command", "keep"), markup=False)
