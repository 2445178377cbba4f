"""What a fit reports: the contract of ``--json`` and the content of every table."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.inference.kinds import Vcov

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.design.model_spec import WeightKind
    from loglik.errors import Finding
    from loglik.fit.planned import Plan
    from loglik.inference.fit_statistics import FitStatistics
    from loglik.inference.grouped_fit import GroupedFit
    from loglik.inference.wald import Term
    from loglik.model.path import PathStep

SCHEMA = "loglik.fit/1"


@dataclass(frozen=True)
class FitReport:
    """All figures of one fit.

    Parameters
    ----------
    target : str
        Target column.
    classes : tuple of str
        All classes, sorted.
    reference : str or None
        Class that the others are compared with; None in penalised fits of three classes or more, which are symmetric.
    n_rows, n_dropped : int
        Rows used, and rows left out because a value is missing or their weight is zero.
    missing : dict of str to int
        Missing values per column.
    weights, offset : str or None
        Columns of weights and offset.
    formula : str or None
        The formula that says what is made of the columns, offsets in it included.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    alpha : float
        Penalty.
    solver : str
        What was asked for.
    conf_level : float
        Coverage of the intervals.
    converged : bool
        Whether the convergence rule holds.
    iterations, passes : int
        Steps of the optimiser, and reads of the rows.
    gradient_norm, decrement : float
        Both parts of the convergence rule.
    overall : FitStatistics or None
        Goodness of fit; None when there is no estimate.
    terms : sequence of Term
        Coefficients; empty when there is no estimate.
    findings : tuple of Finding
        What the reader must know.
    refusal : Finding or None
        Why there are no standard errors.
    plan : Plan or None
        How the fit was planned, and why; None for a model that was read from a file, which does not keep it.
    reference_levels : dict of str to str
        Level of each column of levels that the others are compared with.
    sum_of_weights : float or None
        Sum of the weights of the rows used, as they were given; None without weights.
    vcov : Vcov
        Which covariance standard errors, tests and intervals of the table stand on.
    fingerprint : str or None
        Of the rows used (`loglik.design.rows_used`); None in model files that do not have it.
    firth : bool
        Whether the likelihood was multiplied with Jeffreys' prior (Firth's estimate).
    intervals : str
        ``"wald"`` or ``"profile"``: what the intervals of the terms are.
    rows_touching : int or None
        Of separated classes whose limit is reported: the rows that have a part in its likelihood. The estimates of
        separated terms are then infinite, or NaN where any value has the same limit.
    counts : GroupedFit or None
        Of a target of counts: residual deviance and goodness of fit.
    path : tuple of PathStep
        The steps of the optimiser; of a long descent some; empty in files of older versions.
    reads : dict of str to int
        How often all rows were read, those for certificates and covariances included, by what for; a model file has none.
    """

    target: str
    classes: tuple[str, ...]
    reference: str | None
    n_rows: int
    n_dropped: int
    missing: dict[str, int]
    weights: str | None
    offset: str | None
    weight_kind: WeightKind
    alpha: float
    solver: str
    conf_level: float
    converged: bool
    iterations: int
    passes: int
    gradient_norm: float
    decrement: float
    overall: FitStatistics | None
    terms: Sequence[Term]
    findings: tuple[Finding, ...]
    refusal: Finding | None
    plan: Plan | None = field(default=None, compare=False)
    reference_levels: dict[str, str] = field(default_factory=dict)
    sum_of_weights: float | None = None
    vcov: Vcov = field(default_factory=Vcov)
    fingerprint: str | None = None
    firth: bool = False
    intervals: str = "wald"
    rows_touching: int | None = None
    counts: GroupedFit | None = None
    formula: str | None = None
    path: tuple[PathStep, ...] = field(default=(), compare=False)
    reads: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def serious(self) -> bool:
        """Whether a finding says that the numbers are not an estimate."""
        return any(f.serious for f in self.findings)

    @property
    def inference_refused(self) -> str | None:
        """Code and sentence that say why there are no standard errors; None where there are."""
        return None if self.refusal is None else f"{self.refusal.code} {self.refusal.message}"

    def odds_ratio(self, term: Term) -> float | None:
        """``exp(estimate)`` where it is the ratio of odds against the reference class.

        With two classes the odds ratio, with more the relative-risk ratio of the class against the reference; None in
        the symmetric form, whose coefficients compare a class with no other. Infinite where it exceeds float64.

        Parameters
        ----------
        term : Term
            One of `terms`.
        """
        if self.reference is None:
            return None
        with np.errstate(over="ignore", under="ignore"):
            return float(np.exp(term.estimate))

    def as_json(self) -> dict[str, Any]:
        """Return the ``loglik.fit/1`` document; figures that are refused or infinite are null."""
        o = self.overall
        figures: dict[str, Any] = {
            "schema": SCHEMA,
            "target": self.target,
            "classes": list(self.classes),
            "reference": self.reference,
            "n_rows": self.n_rows,
            "n_dropped": self.n_dropped,
            "sum_of_weights": self.sum_of_weights,
            "fingerprint": self.fingerprint,
            "missing": self.missing,
            "weights": self.weights,
            "weight_kind": self.weight_kind if self.weights is not None else None,
            "offset": self.offset,
            "formula": self.formula,
            "reference_levels": self.reference_levels,
            "alpha": self.alpha,
            "firth": self.firth,
            "solver": self.solver,
            "level": self.conf_level,
            "intervals": self.intervals,
            "converged": self.converged,
            "iterations": self.iterations,
            "passes": self.passes,
            "reads_made": self.reads,
            "plan": None if self.plan is None else self.plan.as_json(),
            "gradient_norm": self.gradient_norm,
            "decrement": self.decrement,
            "log_likelihood": o.log_likelihood if o else None,
            "null_log_likelihood": o.null_log_likelihood if o else None,
            "penalised_log_likelihood": o.penalised_log_likelihood if o else None,
            "null_penalised_log_likelihood": o.null_penalised_log_likelihood if o else None,
            "cross_entropy": o.cross_entropy if o else None,
            "deviance": o.deviance if o else None,
            "aic": o.aic if o else None,
            "bic": o.bic if o else None,
            "r2": {"mcfadden": o.r2_mcfadden if o else None, "tjur": o.r2_tjur if o else None},
            "lr_test": {
                "statistic": o.lr_statistic if o else None,
                "df": o.lr_df if o else None,
                "p_value": o.lr_p_value if o else None,
            },
            "counts": None if self.counts is None else asdict(self.counts),
            "inference_refused": self.inference_refused,
            "vcov": self.vcov.as_json(),
            "terms": [
                {
                    "class": t.class_,
                    "term": t.term,
                    "estimate": t.estimate,
                    "limit": _limit(t.estimate),
                    "std_error": t.std_error,
                    "statistic": t.statistic,
                    "p_value": t.p_value,
                    "conf_low": t.conf_low,
                    "conf_high": t.conf_high,
                    "lr_statistic": t.lr_statistic,
                    "lr_p_value": t.lr_p_value,
                    "odds_ratio": self.odds_ratio(t),
                }
                for t in self.terms
            ],
            "rows_touching": self.rows_touching,
            "findings": [{"code": f.code, "message": f.message, "columns": list(f.columns)} for f in self.findings],
        }
        return {key: _finite(value) for key, value in figures.items()}


def _limit(estimate: float) -> str | None:
    """What a document says where a coefficient is no number."""
    return None if math.isfinite(estimate) else "undetermined" if math.isnan(estimate) else f"{estimate:+}"


def _finite(value: Any) -> Any:
    """JSON has no infinity and no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return value
