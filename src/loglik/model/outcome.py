"""What is said of a solution: the figures that hold, the findings, and the classifier with them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import CategoricalFeature
from loglik.design.rows_used import rows_fingerprint
from loglik.errors import DataError, Finding, SeparationError, warning_class
from loglik.inference.covariance import (
    Estimate,
    covariance,
    indefinite,
    refuse_inference,
    refuse_kind,
    standard_errors,
    usual_kind,
)
from loglik.inference.fit_statistics import fit_statistics
from loglik.inference.grouped_fit import grouped_fit
from loglik.inference.kinds import Vcov
from loglik.inference.profile import profiles
from loglik.model.classifier import Centering
from loglik.model.fitted import FittedClassifier
from loglik.model.predict import by_class, probabilities
from loglik.model.report import FitReport
from loglik.model.terms import Terms
from loglik.model.wording import (
    collinear_finding,
    digits_finding,
    not_converged_finding,
    separation_finding,
    singular_finding,
    undecided_finding,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Matrix, Vector
    from loglik.design.model_frame import ModelFrame
    from loglik.fit.options import Options
    from loglik.fit.solution import Solution
    from loglik.inference.grouped_fit import GroupedFit
    from loglik.inference.kinds import InferenceOptions, VcovKind
    from loglik.inference.profile import Profiles
    from loglik.inference.wald import Term
    from loglik.model.path import PathStep

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
    """

    classifier: FittedClassifier
    solution: Solution


def refuse_inference_of(frame: ModelFrame, wanted: InferenceOptions) -> None:
    """Refuse, before the fit, inference that no fit to these rows could have.

    Raises
    ------
    DataError
        LL234 one cluster, LL236 HC3 of more than two classes, LL241 profiles of another covariance than the likelihood's.
    """
    kind = wanted.vcov or usual_kind(frame.weight_kind)
    refuse_kind(kind, len(frame.target.classes), frame.clusters)
    if wanted.intervals == "profile" and kind != "model":
        raise DataError("LL241.vcov", kind=kind)


def outcome_of(
    solution: Solution, frame: ModelFrame, options: Options, wanted: InferenceOptions, path: tuple[PathStep, ...]
) -> Outcome:
    """Report on a solution: inference where it is right, findings, and the classifier."""
    kind = wanted.vcov or usual_kind(frame.weight_kind)
    target, design = frame.target, frame.design  # whose names are made when there is something to say about them
    labels = [target.classes[i] for i in target.order]
    findings: list[Finding] = [*frame.findings]
    if solution.collinear:
        findings += collinear_finding(solution.collinear, design.term_names)
    if solution.separation is not None:
        findings.append(separation_finding(solution.separation, target.name, labels, design.term_names))
    elif solution.singular:
        findings.append(singular_finding())
    elif not solution.arrived:
        findings.append(
            not_converged_finding(solution.iterations, solution.gradient_norm, solution.decrement, options.tol)
        )
    if solution.undecided:
        findings.append(undecided_finding(solution.objective.size))
    if solution.converged and solution.predictor_error > _SIX_DIGITS:
        findings.append(digits_finding(solution.predictor_error, centered=_centering(solution) is not None))
    symmetric = options.alpha > 0.0 and len(labels) > 2
    refused = refuse_inference(solution, frame.weight_kind, kind, wanted=options.inference)
    separated = solution.separation is not None
    terms: Sequence[Term] = ()
    figures, errors, profiled = None, None, None
    covariances: tuple[tuple[Vcov, Matrix], ...] = ()
    if not separated:
        if not refused:
            errors, covariances, noticed = _inferred(solution, frame, kind, keep=wanted.keeps(solution.objective.size))
            findings += noticed
            if wanted.intervals == "profile":
                profiled, noticed = _profiled(solution, design.term_names, wanted.conf_level)
                findings += noticed
        terms = Terms(
            design.features, labels, solution.beta, solution.free, symmetric, errors, wanted.conf_level, profiled
        )
        # A matrix too large to invert (LL303), or not asked for (LL305), does not touch the likelihood.
        genuine = refused is None or refused.code in {"LL214", "LL303", "LL305"}
        figures = fit_statistics(solution, frame.weight_kind, intercept=options.intercept, likelihood_tests=genuine)
        if frame.weights_from is not None and frame.weight_kind == "sampling":
            findings.append(Finding("LL302.criteria"))
    columns = design.features if frame.recipe is None else frame.recipe.columns
    report = FitReport(
        target=target.name,
        classes=target.classes,
        reference=None if symmetric else target.reference,
        n_rows=design.n_rows,
        n_dropped=frame.n_dropped,
        missing=frame.missing,
        weights=frame.weights_from,
        offset=frame.offset_from,
        weight_kind=frame.weight_kind,
        alpha=options.alpha,
        solver=options.solver,
        conf_level=wanted.conf_level,
        converged=solution.converged,
        iterations=solution.iterations,
        passes=solution.passes,
        gradient_norm=solution.gradient_norm,
        decrement=solution.decrement,
        overall=figures,
        terms=terms,
        findings=tuple(findings),
        reference_levels={c.name: c.levels[c.reference] for c in columns if isinstance(c, CategoricalFeature)},
        sum_of_weights=frame.sum_of_weights,
        vcov=_vcov(frame, kind),
        fingerprint=rows_fingerprint(frame),
        firth=options.firth,
        intervals="wald" if profiled is None else "profile",
        refusal=refused,
        formula=None if frame.recipe is None else frame.recipe.text,
        plan=solution.plan,
        path=path,
    )
    classifier = FittedClassifier(
        features=design.features,
        classes=target.classes,
        order=target.order,
        coefficients=solution.beta,
        report=report,
        input=frame.input,
        recipe=frame.recipe,
        centering=_centering(solution),
        covariances=covariances,
    )
    if frame.groups is not None and not separated:
        genuine = figures is not None and figures.aic is not None
        fit = _of_counts(classifier, frame, solution.objective.size, genuine=genuine)
        classifier = replace(classifier, report=replace(report, counts=fit))
    return Outcome(classifier, solution)


def _of_counts(model: FittedClassifier, frame: ModelFrame, size: int, *, genuine: bool) -> GroupedFit:
    """Goodness of fit of a target of counts."""
    made, weight = frame.groups, frame.weight_of_group
    if made is None or weight is None:
        msg = "the target has no counts"
        raise ValueError(msg)
    offset = None if frame.offset is None else frame.offset[:, made.place]
    (p,) = by_class(model, frame.design.rows(made.place), offset, probabilities)
    return grouped_fit(made.successes, made.trials, weight, p[:, 1], p[:, 0], coefficients=size, genuine=genuine)


def _vcov(frame: ModelFrame, kind: VcovKind) -> Vcov:
    if kind != "cluster" or frame.clusters is None:
        return Vcov(kind)
    return Vcov(kind, frame.clusters.names, frame.clusters.counts)


def _inferred(
    solution: Solution, frame: ModelFrame, kind: VcovKind, *, keep: bool
) -> tuple[Vector, tuple[tuple[Vcov, Matrix], ...], list[Finding]]:
    """Standard errors of a kind, the covariances to be kept, and what was noticed."""
    estimate = Estimate.of(solution)
    if kind == "model":
        kept = ((Vcov(), covariance(estimate, frame.weight_kind, "model")),) if keep else ()
        return standard_errors(estimate), kept, []
    v = covariance(estimate, frame.weight_kind, kind, frame.clusters)
    kept = ((_vcov(frame, kind), v),) if keep else ()
    if keep and frame.weight_kind == "frequency":
        kept = (*kept, (Vcov(), covariance(estimate, frame.weight_kind, "model")))
    found = indefinite(v, () if frame.clusters is None else frame.clusters.names)
    return np.sqrt(np.diag(v)), kept, [] if found is None else [found]


def _profiled(solution: Solution, term_names: Sequence[str], conf_level: float) -> tuple[Profiles, list[Finding]]:
    """Profile-likelihood intervals, and which bounds were not found."""
    made = profiles(solution, conf_level)
    lost = np.flatnonzero(np.isnan(made.low) | np.isnan(made.high))
    names = tuple(dict.fromkeys(term_names[solution.free[j % solution.free.size]] for j in lost))
    return made, [Finding("LL242.not_found", columns=names, names=names)] if names else []


def _centering(solution: Solution) -> Centering | None:
    """The centers that the fit subtracted, where predictions need them too."""
    recoding = solution.recoding
    recoded = recoding.replaced.size or recoding.slopes is not None
    if solution.predictor_error <= _SIX_DIGITS or recoded or not recoding.center.any():
        return None
    return Centering(recoding.center, solution.objective.expand(solution.point.theta)[:, 0].copy())


def raise_or_warn(outcome: Outcome, stacklevel: int) -> None:
    """Turn findings into what Python users expect: an error for separation, warnings for the rest."""
    for finding in outcome.classifier.report.findings:
        if finding.code == "LL201":
            raise SeparationError(finding.said, columns=finding.columns, separation=outcome.solution.separation)
        warnings.warn(f"{finding.code} {finding.message}", warning_class(finding), stacklevel=stacklevel)
