"""From data and a target to a fitted classifier, or to the error that says why there is none."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from loglik.design.any_source import any_source
from loglik.design.formula.grammar import read as read_formula
from loglik.design.formula.parts import target_of
from loglik.design.levels import level_text
from loglik.design.model_frame import ModelFrame, model_frame
from loglik.design.model_spec import Missing, ModelSpec, WeightKind, column_names
from loglik.design.reading import reading_of
from loglik.design.stored.memory import memory_of
from loglik.errors import DataError
from loglik.fit.maximise import maximise
from loglik.fit.options import Options, Solver
from loglik.fit.reads import read_for, reads_made
from loglik.inference.kinds import USUAL_INFERENCE, InferenceOptions, Intervals
from loglik.model.arguments import (
    check_choices,
    check_reference_levels,
    check_switches,
    checked_numbers,
    checked_vcov,
    refuse_firth,
)
from loglik.model.limit_report import limit_report
from loglik.model.model_file import read_model
from loglik.model.outcome import Outcome, outcome_of, raise_or_warn, refuse_inference_of
from loglik.model.path import Recorder
from loglik.model.start import start_from
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.pools.chosen import working
from loglik.parallel.scratch import spilling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from loglik.design.formula.grammar import Formula
    from loglik.design.source import Source
    from loglik.inference.kinds import VcovKind
    from loglik.model.classifier import Classifier
    from loglik.model.fitted import FittedClassifier


def fit_classifier(
    data: Any,
    target: str | None = None,
    *,
    formula: str | None = None,
    positive: str | None = None,
    reference: str | None = None,
    features: Sequence[str] | str | None = None,
    exclude: Sequence[str] | str = (),
    categorical: Sequence[str] | str = (),
    reference_levels: Mapping[str, str] | None = None,
    weights: str | None = None,
    weight_kind: WeightKind = "frequency",
    offset: str | None = None,
    missing: Missing = "drop",
    min_count: int = 0,
    alpha: float = 0.0,
    firth: bool = False,
    solver: Solver = "auto",
    tol: float = 1e-8,
    max_iter: int | None = None,
    conf_level: float = 0.95,
    intervals: Intervals = "wald",
    separation: Literal["raise", "report"] = "raise",
    inference: bool = True,
    vcov: VcovKind | None = None,
    cluster: Sequence[str] | str = (),
    keep_covariance: bool | None = None,
    threads: int | None = None,
    workers: Any = None,
    resume: str | Path | None = None,
    start: Classifier | str | Path | None = None,
    table: str | None = None,
    query: str | None = None,
    where: Any = None,
    filesystem: Any = None,
    delimiter: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str = "utf-8",
    missing_words: Sequence[str] | None = None,
    memory_limit: int | str | None = None,
    spill_dir: str | Path | None = None,
    keep_cache: bool = False,
) -> FittedClassifier:
    """Fit a binary or multinomial logistic regression by maximum likelihood.

    Minimises ``-(1/W) sum_i w_i log P_i + (alpha/2) |b|^2`` (nats), the intercept spared; ``alpha = 0`` is maximum
    likelihood.

    Parameters
    ----------
    data : data frame, Arrow dataset or reader, str or Path
        Any data frame that narwhals knows, a dataset or a reader of record batches of PyArrow, or a CSV, TSV, Parquet,
        JSON-lines or Arrow file, a directory or a pattern (``"rows/*.parquet"``) of files, or a DuckDB or SQLite database.
    target : str
        Column of classes.
    formula : str, optional
        What is made of the columns, ``"y ~ a*b + log(x)"`` (see `loglik explain LL250`); in the place of `features`, and
        of `target` if it has a left side.
    positive : str, optional
        With two classes, the one whose probability is modelled; by default the last in sorted order.
    reference : str, optional
        Class that the others are compared with; by default the first (with two classes: the other one).
    features : sequence of str, optional
        Explaining columns; by default all others. ``[]`` fits the intercept alone.
    exclude : sequence of str
        Columns to leave out.
    categorical : sequence of str
        Columns of numbers to treat as levels.
    reference_levels : mapping of str to str, optional
        Reference level of categorical columns; by default the most frequent level.
    weights : str, optional
        Column of weights >= 0.
    weight_kind : {"frequency", "sampling"}
        A weight w means w equal rows, or that the row stands for w others (sandwich standard errors).
    offset : str, optional
        Column added to the linear predictor of every class but the reference.
    missing : {"drop", "error"}
        What to do with rows in which a value is missing.
    min_count : int
        Levels with fewer rows are merged into the level ``(rare)``, which also takes levels not seen in the fit.
    alpha : float
        L2 penalty.
    firth : bool
        Maximise ``l(b) + log|I(b)| / 2``, the likelihood times Jeffreys' prior (Firth 1993): the estimate always exists,
        also where the classes are separated, and its bias is of a smaller order. Standard errors come from the
        information I at the estimate, as in R's brglm2; logistf and firthmodels take that with the weights
        ``(1 + h) p (1 - p)``, which are smaller ones. The likelihood-ratio test is of the penalised likelihood.
    solver : {"auto", "newton", "gd"}
        ``"auto"`` chooses between Newton's method and preconditioned L-BFGS; ``"gd"`` is plain gradient descent.
    tol : float
        Tolerance of the convergence rule.
    max_iter : int, optional
        Most iterations.
    conf_level : float
        Coverage of the confidence intervals.
    intervals : {"wald", "profile"}
        ``"profile"``: the values that a likelihood-ratio test does not reject, all other coefficients being maximised
        over (Venzon and Moolgavkar 1988). They do not presume the likelihood to be a parabola, and hold where a Wald
        interval misleads. With ``firth=True`` of the penalised likelihood, with its test of each coefficient.
    separation : {"raise", "report"}
        What to do when the classes are separated, so that no estimate exists: raise `SeparationError`, or report
        the limit of the likelihood, in which separated terms are infinite and the others are the estimates of the
        rows that touch (LL243). Infinite terms have a likelihood-ratio test and a one-sided profile interval.
    inference : bool
        Whether standard errors are wanted; with many classes and columns they can cost more than the fit.
    vcov : {"model", "sampling", "HC0", "HC1", "HC3", "cluster"}, optional
        Covariance that standard errors, tests and intervals stand on (see `FittedClassifier.vcov`); by default the inverse
        information, with sampling weights ``"sampling"``, and with `cluster` ``"cluster"``.
    cluster : str or sequence of two str
        Column of groups within which rows may depend on each other, or two for groups of two kinds; it is no feature
        unless it is named as one.
    keep_covariance : bool, optional
        Whether the covariance of the coefficients is kept with the model; by default if there are at most 1,000 of them.
    threads : int, optional
        Threads; the result does not depend on it.
    workers : str or distributed.Client, optional
        Who reads the rows: ``"local:4"``, Dask workers that are started on this machine and end with the fit; ``"tcp://host:8786"``
        or a Client, those of a Dask scheduler (``pip install loglik[dask]``); ``"processes:4"``, processes of
        `concurrent.futures`. The result is the same to the last bit.
    resume : str or Path, optional
        Folder in which the sums of each read are kept until the fit is done. A fit that was killed or interrupted goes
        on from there when it is begun again with the same data and options, and ends with the same bits.
    start : FittedClassifier, str or Path, optional
        A model, or its file, whose coefficients the fit starts from, such as that of yesterday's data: the same answer within
        the tolerance, with fewer reads of the rows. Terms are found by their names, new ones start from 0.
    table : str, optional
        Table of a database with several.
    query : str, optional
        A SELECT of a database, in the place of a table.
    where : str or (str, values), optional
        Condition on the rows of files, as in SQL: ``"year = 2013"``, or with parameters ``("year = ?", [2013])`` or
        ``("carrier = $c", {"c": "UA"})``.
    filesystem : fsspec.AbstractFileSystem or pyarrow.fs.FileSystem, optional
        Where the path is, if not on this machine. URLs such as ``"s3://bucket/rows"`` need none
        (``pip install loglik[remote]``).
    delimiter, decimal, thousands, encoding : str, optional
        How a CSV file is written: between its fields (by default what the header line shows), the decimal sign, the
        sign between groups of three digits, and the encoding. Predictions read with the same options.
    missing_words : sequence of str, optional
        Fields of a CSV file that mean a missing value, in the place of NA, N/A, NaN, nan, NULL and null; an empty field
        always does.
    memory_limit : int or str, optional
        Memory that is taken to be available, in bytes or as ``"300MB"``; by default what the machine or the control group
        has left. Rows of files whose encoded size is above 40 % of it are mapped from disk.
    spill_dir : str or Path, optional
        Directory for them; by default that of temporary files.
    keep_cache : bool
        Whether encoded rows stay in `spill_dir` for the next fit of the same file.

    Returns
    -------
    FittedClassifier

    Raises
    ------
    DataError
        The data or the request cannot be used (``LL1xx``).
    SeparationError
        The classes can be separated, so no estimate exists (``LL201``).

    Warns
    -----
    CollinearityWarning
        Columns that repeat others were dropped (``LL202``, ``LL204``).
    NotConvergedWarning
        The optimiser stopped early (``LL203``).
    UndecidedWarning
        It was not decided whether the estimate exists (``LL206``).
    DataWarning
        Texts that look like numbers were taken as levels (``LL165``); whole numbers lost digits (``LL166``).
    InferenceWarning
        Figures that do not hold were left out (``LL302``).
    """
    numbers = checked_numbers(alpha=alpha, tol=tol, max_iter=max_iter, threads=threads)
    others = checked_numbers(conf_level=conf_level, min_count=min_count)
    check_choices(weight_kind=weight_kind, missing=missing, solver=solver)
    check_switches(inference=inference, firth=firth)
    check_reference_levels(reference_levels)
    clusters = column_names(cluster, "cluster")
    wanted = inference_options(
        others["conf_level"], vcov, clusters, weight_kind, keep_covariance, intervals, separation
    )
    target, read = target_and_formula(target, formula, features)
    spec = ModelSpec(
        target=target,
        formula=read,
        positive=_as_level(positive),
        reference=_as_level(reference),
        features=None if features is None else column_names(features, "features"),
        exclude=column_names(exclude, "exclude"),
        categorical=column_names(categorical, "categorical"),
        reference_levels={str(c): level_text(v) for c, v in (reference_levels or {}).items()},
        weights=_as_level(weights),
        weight_kind=weight_kind,
        offset=_as_level(offset),
        missing=missing,
        min_count=others["min_count"],
        clusters=clusters,
    )
    reading = reading_of(
        delimiter=delimiter, decimal=decimal, thousands=thousands, encoding=encoding, missing_words=missing_words
    )
    options = Options(
        solver=solver, inference=bool(inference), firth=bool(firth), workers=workers, resume=resume, **numbers
    )
    memory = memory_of(memory_limit, spill_dir, keep=keep_cache)
    known = read_model(start) if isinstance(start, (str, PathLike)) else start
    source = any_source(data, table, reading, memory, query=query, where=where, filesystem=filesystem)
    outcome = train(source, spec, options, wanted, start=known)
    raise_or_warn(outcome, stacklevel=3)
    return outcome.classifier


def inference_options(
    conf_level: float,
    vcov: Any,
    clusters: Sequence[str],
    weight_kind: WeightKind,
    keep: Any = None,
    intervals: Any = "wald",
    separation: Any = "raise",
) -> InferenceOptions:
    """What is wanted beside the estimate, checked; parameters are those of `fit_classifier`.

    Raises
    ------
    DataError
        LL118 no such kind, LL234 clusters without their kind or the other way round, LL236 no kind for sampling weights.
    """
    if keep is not None:
        check_switches(keep_covariance=keep)
    check_choices(intervals=intervals, limit=separation)
    return InferenceOptions(conf_level, checked_vcov(vcov, clusters, weight_kind), keep, intervals, separation)


def target_and_formula(target: Any, formula: Any, features: Any) -> tuple[str, Formula | None]:
    """What `fit_classifier` and the command line are told of the target and the formula.

    Raises
    ------
    DataError
        LL250 the formula cannot be read; LL257 there is no target, or two; LL258 features beside a formula.
    """
    if formula is None:
        if target is None:
            raise DataError("LL257.nothing")
        return str(target), None
    if not isinstance(formula, str):
        raise DataError("LL258.no_text", given=type(formula).__name__)
    if features is not None:
        raise DataError("LL258.features")
    read = read_formula(formula)
    return target_of(read, None if target is None else str(target)), read


def _as_level(value: Any) -> str | None:
    return None if value is None else level_text(value)


def train(
    source: Source,
    spec: ModelSpec,
    options: Options,
    wanted: InferenceOptions = USUAL_INFERENCE,
    start: Classifier | None = None,
) -> Outcome:
    """Read, fit, and report; separation and the like are findings of the report, not exceptions.

    Parameters
    ----------
    source : Source
        Rows.
    spec : ModelSpec
        Parts of the columns.
    options : Options
        How to fit.
    wanted : InferenceOptions
        What is wanted beside the estimate.
    start : Classifier or None
        Whose coefficients the fit starts from.
    """
    with spilling(), working(options.workers):
        frame = model_frame(source, spec)
        if frame.recipe is not None:
            options = replace(options, intercept=frame.recipe.intercept)
        return fit_frame(frame, options, wanted, start)


def fit_frame(
    frame: ModelFrame,
    options: Options,
    wanted: InferenceOptions = USUAL_INFERENCE,
    start: Classifier | None = None,
) -> Outcome:
    """Fit, and report: the one way from rows that are read to a classifier, as of `train`."""
    k = len(frame.target.classes)
    if options.firth:
        design = frame.design
        size = (k - 1) * (design.n_coefficients - design.reference_positions.size)
        flops = design.n_rows * design.entries_per_row**2 * k * (k - 1) / 2.0
        refuse_firth(options, frame.weight_kind, wanted.vcov, size, flops)
    if options.inference and options.alpha == 0.0:
        refuse_inference_of(frame, wanted)
    with single_threaded_blas(), read_for(frame, options) as read:  # once, for fit and inference
        steps = Recorder(options.callback)
        options = replace(options, callback=steps)
        started = options if start is None else replace(options, start=start_from(start, frame))
        solution = maximise(read.design, read.target.label, k, read.weight, read.offset, started)
        # All figures now: a classifier must not hold on to the rows, which may change or be large.
        outcome = outcome_of(solution, read, options, wanted, steps.path(solution))
        if solution.separation is not None and wanted.separation == "report":
            outcome = limit_report(outcome, read, options, wanted)
        report = replace(outcome.classifier.report, reads=reads_made(read))
        return replace(outcome, classifier=replace(outcome.classifier, report=report))
