"""Separation as an answer: a report whose separated terms are infinite, and whose others are estimates."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtri

from loglik.errors import DataError, Finding
from loglik.fit.limit import Limit, fall_of, limit_of
from loglik.fit.limit_of_classes import ClassLimit, limit_of_classes
from loglik.fit.null_model import null_log_likelihood
from loglik.inference.covariance import Estimate, refuse_inference, refuse_weights, standard_errors
from loglik.inference.fit_statistics import FitStatistics
from loglik.inference.profile import profiles
from loglik.inference.wald import Term, wald_terms

if TYPE_CHECKING:
    from loglik.design.model_frame import ModelFrame
    from loglik.fit.options import Options
    from loglik.fit.solution import Solution
    from loglik.inference.kinds import InferenceOptions
    from loglik.model.outcome import Outcome

# Multiplications up to which infinite terms are tested; each takes some hundred Hessians.
_TEST_FLOPS, _REFITS = 2e12, 200.0
_UNDETERMINED = float("nan")


def limit_report(outcome: Outcome, frame: ModelFrame, options: Options, wanted: InferenceOptions) -> Outcome:
    """Put the limit of a separated likelihood in the place of the estimate that there is none.

    Raises
    ------
    DataError
        LL243 another covariance than that of the likelihood; or the limit was not found.
    """
    first, k = outcome.solution, len(frame.target.classes)
    if wanted.vcov not in (None, "model") or frame.weight_kind != "frequency":
        raise DataError("LL243.vcov")
    limit = (
        limit_of(frame.design, frame.target.label, frame.weight, frame.offset, options, first)
        if k == 2
        else limit_of_classes(frame.design, frame.target.label, k, first)
    )
    last = (limit.solution or first) if isinstance(limit, Limit) else first
    refused = _refused(limit, frame, wanted=options.inference)
    terms = _terms(limit, first, frame, wanted, inferred=refused is None)
    names = [t.term if k == 2 else f"[{t.class_}] {t.term}" for t in terms]
    infinite = tuple(name for name, tends in zip(names, limit.tends, strict=True) if tends in {"+inf", "-inf"})
    undetermined = tuple(name for name, tends in zip(names, limit.tends, strict=True) if tends == "undetermined")
    kept = [f for f in outcome.classifier.report.findings if f.code != "LL201"]
    said = Finding(
        "LL243.reported", columns=infinite + undetermined, names=infinite, any=undetermined, touching=limit.touching.size,
        n=frame.design.n_rows,
    )  # fmt: skip
    beta = np.zeros((k - 1, frame.design.n_coefficients))
    beta[:, limit.free] = np.reshape([t.estimate for t in terms], (k - 1, -1))
    report = replace(
        outcome.classifier.report,
        iterations=last.iterations,
        passes=first.passes + (0 if last is first else last.passes),
        gradient_norm=math.nan if last is first else last.gradient_norm,
        decrement=math.nan if last is first else last.decrement,
        terms=terms,
        overall=_figures(limit, first, options),
        findings=(*kept, said),
        refusal=refused,
        converged=True,
        rows_touching=int(limit.touching.size),
        intervals=wanted.intervals,
    )
    return replace(outcome, classifier=replace(outcome.classifier, coefficients=beta, report=report))


def _refused(limit: Limit | ClassLimit, frame: ModelFrame, *, wanted: bool) -> Finding | None:
    """Why the finite terms have no standard errors; None if they have."""
    if isinstance(limit, ClassLimit):
        return refuse_weights(frame.weight, frame.weight_kind) if wanted else Finding("LL305.not_asked")
    if limit.solution is None:
        return None
    return refuse_inference(limit.solution, frame.weight_kind, "model", wanted=wanted)


def _terms(
    limit: Limit | ClassLimit, first: Solution, frame: ModelFrame, wanted: InferenceOptions, *, inferred: bool
) -> tuple[Term, ...]:
    classes = [frame.target.classes[i] for i in frame.target.order[:-1]]
    names = [(class_, frame.design.term_names[j]) for class_ in classes for j in limit.free.tolist()]
    z = float(-ndtri((1.0 - wanted.conf_level) / 2.0))
    finite = (
        _finite_terms(limit, names, wanted, inferred=inferred)
        if isinstance(limit, Limit)
        else _finite_of_classes(limit, names, wanted, z, inferred=inferred)
    )
    size = len(names)
    tested = first.objective.design.n_rows * first.objective.design.entries_per_row**2 * _REFITS * size <= _TEST_FLOPS
    out = []
    for place, (name, tends) in enumerate(zip(names, limit.tends, strict=True)):
        if tends == "finite":
            out.append(finite[place])
            continue
        sign = {"+inf": 1.0, "-inf": -1.0}.get(tends, 0.0)
        term = Term(*name, sign * math.inf if sign else _UNDETERMINED)
        if tested and sign:
            statistic, bound = (
                fall_of(first, limit.log_likelihood, place, sign, z)
                if isinstance(limit, Limit)
                else limit.test(place, sign, z)
            )
            low, high = (bound, math.inf) if sign > 0.0 else (-math.inf, bound)
            p = float(chdtrc(1, statistic))
            term = replace(term, conf_low=low, conf_high=high, lr_statistic=float(statistic), lr_p_value=p)
        out.append(term)
    return tuple(out)


def _finite_terms(
    limit: Limit, names: list[tuple[str, str]], wanted: InferenceOptions, *, inferred: bool
) -> dict[int, Term]:
    """Table of the fit of the rows that touch, by place."""
    solution = limit.solution
    if solution is None:
        return {}
    place = {j: i for i, j in enumerate(limit.free.tolist())}
    free = [place[j] for j in solution.free.tolist()]
    errors = standard_errors(Estimate.of(solution)) if inferred else None
    profiled = profiles(solution, wanted.conf_level) if inferred and wanted.intervals == "profile" else None
    beta = solution.beta[0, solution.free]
    made = wald_terms([names[i] for i in free], beta, errors, wanted.conf_level, profiled)
    return dict(zip(free, made, strict=True))


def _finite_of_classes(
    limit: ClassLimit, names: list[tuple[str, str]], wanted: InferenceOptions, z: float, *, inferred: bool
) -> dict[int, Term]:
    """Table of the finite coefficients, by place."""
    there = [place for place, tends in enumerate(limit.tends) if tends == "finite"]
    errors = limit.std_error[there] if inferred else None
    made = wald_terms([names[i] for i in there], limit.estimate[there], errors, wanted.conf_level)
    if inferred and wanted.intervals == "profile":
        intervals = [limit.interval(place, z) for place in there]
        made = [replace(t, conf_low=low, conf_high=high) for t, (low, high) in zip(made, intervals, strict=True)]
    return dict(zip(there, made, strict=True))


def _figures(limit: Limit | ClassLimit, first: Solution, options: Options) -> FitStatistics:
    """Figures of the supremum; AIC and BIC are of a maximum, which there is not."""
    objective, log_l = first.objective, limit.log_likelihood
    null = null_log_likelihood(objective, intercept=options.intercept)
    df = len(limit.tends) - (objective.n_classes_free if options.intercept else 0)
    statistic = max(2.0 * (log_l - null), 0.0)
    return FitStatistics(
        log_likelihood=log_l,
        null_log_likelihood=null,
        cross_entropy=(0.0 - log_l) / objective.total_weight,
        deviance=0.0 - 2.0 * log_l,
        aic=None,
        bic=None,
        r2_mcfadden=1.0 - log_l / null,
        r2_tjur=None,
        lr_statistic=statistic,
        lr_df=df,
        lr_p_value=float(chdtrc(df, statistic)) if df > 0 else None,
    )
