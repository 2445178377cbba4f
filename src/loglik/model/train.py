"""From data and a target to a fitted classifier, or to the error that says why there is none."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.assemble import Prepared, assemble
from loglik.design.duckdb_source import FileSource
from loglik.design.features import CategoricalFeature
from loglik.design.files import open_source
from loglik.design.frames import FrameSource, frame_source, is_data_frame
from loglik.design.input_spec import InputSpec
from loglik.design.levels import level_text
from loglik.design.reading import Reading, reading_of
from loglik.design.request import Missing, Request, WeightKind, column_names
from loglik.errors import DataError, Finding, SeparationError, warning_class
from loglik.fit.maximise import maximise
from loglik.fit.options import Options, Solver
from loglik.inference.covariance import refuse_inference, standard_errors
from loglik.inference.overall import overall
from loglik.model.fitted import FittedClassifier
from loglik.model.report import FitReport
from loglik.model.terms import Terms
from loglik.model.wording import (
    UNDECIDED_HINT,
    collinear_finding,
    digits_finding,
    not_converged_finding,
    separation_finding,
    singular_finding,
    undecided_finding,
    what_to_do,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.features import Feature
    from loglik.design.source import Source
    from loglik.fit.solution import Solution
    from loglik.inference.wald import Term


# Linear predictors that are off by more do not give probabilities to six digits.
_SIX_DIGITS = 1e-6


@dataclass(frozen=True)
class Outcome:
    """A fit with everything it found; `classifier` has no estimate if the report is serious.

    Parameters
    ----------
    classifier : FittedClassifier
        The fit.
    solution : Solution
        What the optimiser left.
    hint : str
        What to do about a serious finding.
    """

    classifier: FittedClassifier
    solution: Solution
    hint: str = ""


def any_source(data: Any, table: str | None = None, reading: Reading | None = None) -> Source:
    """Make a source of rows of a file name or a data frame; a source stays as it is."""
    if isinstance(data, FileSource | FrameSource):
        return data
    if isinstance(data, str | Path):
        return open_source(data, table, reading)
    if is_data_frame(data):
        return frame_source(data, reading)
    raise DataError(
        "LL123",
        f"data of type {type(data).__name__} has no named columns",
        "Give a data frame or a file name; for arrays use loglik.LogisticRegression.",
    )


def fit_classifier(
    data: Any,
    target: str,
    *,
    positive: str | None = None,
    reference: str | None = None,
    features: Sequence[str] | str | None = None,
    exclude: Sequence[str] | str = (),
    categorical: Sequence[str] | str = (),
    base: Mapping[str, str] | None = None,
    weights: str | None = None,
    weight_kind: WeightKind = "frequency",
    offset: str | None = None,
    missing: Missing = "drop",
    min_count: int = 0,
    alpha: float = 0.0,
    solver: Solver = "auto",
    tol: float = 1e-8,
    max_iter: int | None = None,
    level: float = 0.95,
    inference: bool = True,
    threads: int | None = None,
    table: str | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str = "utf-8",
    missing_words: Sequence[str] | None = None,
) -> FittedClassifier:
    """Fit a binary or multinomial logistic regression by maximum likelihood.

    Minimises ``-(1/W) sum_i w_i log P_i + (alpha/2) |b|^2`` (nats), the intercept spared; ``alpha = 0`` is maximum
    likelihood.

    Parameters
    ----------
    data : data frame, str or Path
        Any data frame that narwhals knows, or a CSV, TSV, Parquet or JSON-lines file, or a DuckDB or
        SQLite database.
    target : str
        Column of classes.
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
    base : mapping of str to str, optional
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
    solver : {"auto", "newton", "gd"}
        ``"auto"`` chooses between Newton's method and preconditioned L-BFGS; ``"gd"`` is plain gradient descent.
    tol : float
        Tolerance of the convergence rule.
    max_iter : int, optional
        Most iterations.
    level : float
        Coverage of the confidence intervals.
    inference : bool
        Whether standard errors are wanted; with many classes and columns they can cost more than the fit.
    threads : int, optional
        Threads; the result does not depend on it.
    table : str, optional
        Table of a database with several.
    delimiter, decimal, thousands, encoding : str, optional
        How a CSV file is written: between its fields (by default what the header line shows), the decimal sign, the
        sign between groups of three digits, and the encoding. Predictions read with the same options.
    missing_words : sequence of str, optional
        Fields of a CSV file that mean a missing value, in the place of NA, N/A, NaN, nan, NULL and null; an empty field
        always does.

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
    check_options(alpha=alpha, level=level, tol=tol, max_iter=max_iter, threads=threads)
    check_choices(weight_kind=weight_kind, missing=missing, solver=solver)
    check_switches(inference=inference)
    if isinstance(min_count, bool) or not isinstance(min_count, int | np.integer) or min_count < 0:
        raise DataError("LL118", f"min_count = {min_count!r} is out of range", "It must be a whole number >= 0.")
    target, weights, offset = str(target), _as_level(weights), _as_level(offset)
    features = None if features is None else column_names(features, "features")
    exclude, categorical = column_names(exclude, "exclude"), column_names(categorical, "categorical")
    reading = reading_of(
        delimiter=delimiter, decimal=decimal, thousands=thousands, encoding=encoding, missing_words=missing_words
    )
    positive, reference = _as_level(positive), _as_level(reference)
    check_base(base)
    base = {str(c): level_text(v) for c, v in (base or {}).items()}
    if not isinstance(inference, bool | np.bool_):
        raise DataError("LL118", f"inference = {inference!r} is neither True nor False", "Give one of them.")
    if isinstance(min_count, bool) or not isinstance(min_count, int | np.integer) or min_count < 0:
        raise DataError("LL118", f"min_count = {min_count!r} is out of range", "It must be a whole number >= 0.")
    request = Request(
        target, positive, reference, features, exclude, categorical, base, weights, weight_kind, offset, missing,
        min_count,
    )  # fmt: skip
    options = Options(alpha=alpha, solver=solver, tol=tol, max_iter=max_iter, threads=threads, inference=inference)
    outcome = train(any_source(data, table, reading), request, options, level)
    raise_or_warn(outcome, stacklevel=3)
    return outcome.classifier


def check_base(base: Any) -> None:
    """Refuse reference levels that are not given by column (LL118)."""
    if base is not None and not isinstance(base, Mapping):
        raise DataError("LL118", f"base = {base!r} is no mapping", 'Write it as base={"carrier": "UA"}.')


def _as_level(value: Any) -> str | None:
    return None if value is None else level_text(value)


def check_choices(**choices: str) -> None:
    """Refuse values that an option does not have (LL118)."""
    known = {
        "weight_kind": ("frequency", "sampling"),
        "missing": ("drop", "error"),
        "solver": ("auto", "newton", "gd"),
        "separation": ("warn", "raise"),
    }
    for name, value in choices.items():
        if not isinstance(value, str) or value not in known[name]:
            raise DataError("LL118", f"{name} = {value!r} is not known", f"Choose one of {', '.join(known[name])}.")


def check_switches(**switches: bool) -> None:
    """Refuse what is neither True nor False (LL118)."""
    for name, value in switches.items():
        if not isinstance(value, bool | np.bool_):
            raise DataError("LL118", f"{name} = {value!r} is neither True nor False", "Give True or False.")


def raise_or_warn(outcome: Outcome, stacklevel: int) -> None:
    """Turn findings into what Python users expect: an error for separation, warnings for the rest."""
    for finding in outcome.classifier.report.findings:
        text = f"{finding.code} {finding.message}"
        if finding.code == "LL201":
            raise SeparationError(
                "LL201", finding.message, outcome.hint, finding.columns, separation=outcome.solution.separation
            )
        warnings.warn(text, warning_class(finding), stacklevel=stacklevel)


def check_options(
    *,
    alpha: float,
    level: float = 0.95,
    tol: float = 1e-8,
    max_iter: int | None = None,
    threads: int | None = None,
    learning_rate: float | None = None,
) -> None:
    """Refuse options out of range (LL118)."""
    largest = sys.float_info.max
    rate = 1.0 if learning_rate is None else learning_rate
    numbers: dict[str, Any] = {"alpha": alpha, "level": level, "tol": tol, "learning_rate": rate}
    for name, given in numbers.items():
        if isinstance(given, bool) or not isinstance(given, Real) or not -largest <= given <= largest:  # type: ignore[operator]
            raise DataError("LL118", f"{name} = {given!r} is not a finite number", "Give a number.")
    for name, count in (("max_iter", max_iter), ("threads", threads)):
        if isinstance(count, bool) or (count is not None and not isinstance(count, int | np.integer)):
            raise DataError("LL118", f"{name} = {count!r} is not a whole number", "Give a whole number.")
    checks = (
        ("alpha", alpha, alpha >= 0.0 and np.isfinite(float(alpha)), "a finite number >= 0"),
        ("level", level, 0.0 < level < 1.0, "a number between 0 and 1, such as 0.95"),
        ("tol", tol, 0.0 < tol <= 1e-3, "a small positive number, at most 1e-3, such as 1e-8"),
        ("max_iter", max_iter, max_iter is None or max_iter >= 1, "a whole number >= 1"),
        ("learning_rate", learning_rate, learning_rate is None or learning_rate > 0.0, "a positive number"),
        ("threads", threads, threads is None or threads >= 1, "a whole number >= 1"),
    )
    for name, value, fine, wanted in checks:
        if not fine:
            raise DataError("LL118", f"{name} = {value} is out of range", f"It must be {wanted}.")


def train(source: Source, request: Request, options: Options, level: float = 0.95) -> Outcome:
    """Read, fit, and report; separation and the like are findings of the report, not exceptions.

    Parameters
    ----------
    source : Source
        Rows.
    request : Request
        Parts of the columns.
    options : Options
        How to fit.
    level : float
        Coverage of the intervals.
    """
    prepared = assemble(source, request)
    k = len(prepared.target.classes)
    offset = None if prepared.offset is None else np.tile(prepared.offset, (k - 1, 1))
    solution = maximise(prepared.design, prepared.target.label, k, prepared.weight, offset, options)
    spec = input_spec(source, request, prepared)
    return outcome_of(solution, prepared, request, options, level, spec)


def input_spec(source: Source, request: Request, prepared: Prepared) -> InputSpec:
    """What predictions have to know of how the rows were read."""
    by_text = [f for f in prepared.design.features if isinstance(f, CategoricalFeature) and f.kind in {"text", "mixed"}]
    levels = {level for f in by_text for level in (*f.levels, *f.unused)}
    # What was a level in a data frame is one in a file too, such as NA for Namibia.
    words = tuple(word for word in source.reading.missing_words if word not in levels)
    return InputSpec(
        prepared.target.kind,
        replace(source.reading, missing_words=words),
        None if request.offset is None else "column",
    )


def outcome_of(
    solution: Solution,
    prepared: Prepared,
    request: Request,
    options: Options,
    level: float,
    spec: InputSpec | None = None,
) -> Outcome:
    """Report on a solution: inference where it is right, findings, and the classifier."""
    target = prepared.target
    labels = [target.classes[i] for i in target.order]
    design = prepared.design  # whose names are made when there is something to say about them
    findings: list[Finding] = [*prepared.findings]
    if solution.collinear:
        findings += collinear_finding(solution.collinear, design.term_names)
    hint = ""
    if solution.separation is not None:
        findings.append(separation_finding(solution.separation, target.name, labels, design.term_names))
        hint = what_to_do(solution.separation)
    elif solution.singular:
        findings.append(singular_finding())
        hint = (
            "Leave out columns that nearly repeat others, or fit with a penalty (--alpha 0.01; in Python alpha=0.01)."
        )
    elif not solution.arrived:
        findings.append(
            not_converged_finding(solution.iterations, solution.gradient_norm, solution.decrement, options.tol)
        )
        hint = "Allow more iterations (--max-iter), or use --solver auto."
    if solution.undecided:
        findings.append(undecided_finding(solution.objective.size))
        hint = f"{UNDECIDED_HINT} {hint}".strip()
    if solution.converged and solution.predictor_error > _SIX_DIGITS:
        findings.append(digits_finding(solution.predictor_error))
    symmetric = options.alpha > 0.0 and len(labels) > 2
    refused = refuse_inference(solution, request.weight_kind, wanted=options.inference)
    separated = solution.separation is not None
    terms: Sequence[Term] = ()
    figures = None
    if not separated:
        errors = None if refused else standard_errors(solution, request.weight_kind)
        terms = Terms(prepared.design.features, labels, solution.beta, solution.free, symmetric, errors, level)
        # A matrix too large to invert (LL303), or not asked for (LL305), does not touch the likelihood.
        genuine = refused is None or refused.code in {"LL214", "LL303", "LL305"}
        figures = overall(solution, request.weight_kind, intercept=options.intercept, likelihood_tests=genuine)
        if request.weights is not None and request.weight_kind == "sampling":
            findings.append(
                Finding(
                    "LL302", "sampling weights: AIC, BIC and the likelihood-ratio test do not hold and are left out"
                )
            )
    report = FitReport(
        target=target.name,
        classes=target.classes,
        reference=None if symmetric else target.reference,
        n_rows=prepared.design.n_rows,
        n_dropped=prepared.n_dropped,
        missing=prepared.missing,
        weights=request.weights,
        offset=request.offset,
        weight_kind=request.weight_kind,
        alpha=options.alpha,
        solver=options.solver,
        level=level,
        converged=solution.converged,
        iterations=solution.iterations,
        passes=solution.passes,
        gradient_norm=solution.gradient_norm,
        decrement=solution.decrement,
        overall=figures,
        terms=terms,
        findings=tuple(findings),
        inference_refused=None if refused is None else f"{refused.code} {refused.message}",
    )
    features: tuple[Feature, ...] = prepared.design.features
    spec = spec or InputSpec(target.kind)
    return Outcome(
        FittedClassifier(features, target.classes, target.order, solution.beta, report, spec), solution, hint
    )
