"""Figures of the fit as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from loglik.fit.jeffreys import JeffreysObjective
from loglik.fit.null_model import null_log_likelihood, null_penalised_log_likelihood
from loglik.parallel.blas import single_threaded_blas

if TYPE_CHECKING:
    from loglik.design.model_spec import WeightKind
    from loglik.fit.solution import Solution


@dataclass(frozen=True)
class FitStatistics:
    """Goodness of fit; None where a figure is refused.

    Parameters
    ----------
    log_likelihood, null_log_likelihood : float
        In nats; for sampling weights the weighted (pseudo) log-likelihood.
    cross_entropy : float
        ``-log L / sum w``, in nats per row.
    deviance : float
        ``-2 log L``.
    aic, bic : float or None
        ``-2 log L + 2 D`` and ``-2 log L + D log n``; not for penalised or Firth fits or sampling weights.
    r2_mcfadden : float
        ``1 - log L / log L_null``.
    r2_tjur : float or None
        Mean probability of the positive class among its rows minus that among the others; two classes only.
    lr_statistic, lr_df, lr_p_value : float or None
        Likelihood-ratio test against the null model; of Firth's penalised likelihoods where these are maximised.
    penalised_log_likelihood, null_penalised_log_likelihood : float or None
        Of Firth fits: ``l + log|I| / 2`` at the estimate, and at its maximum over the intercepts alone, I being the
        information of all coefficients in both.
    """

    log_likelihood: float
    null_log_likelihood: float
    cross_entropy: float
    deviance: float
    aic: float | None
    bic: float | None
    r2_mcfadden: float
    r2_tjur: float | None
    lr_statistic: float | None
    lr_df: int | None
    lr_p_value: float | None
    penalised_log_likelihood: float | None = None
    null_penalised_log_likelihood: float | None = None


def fit_statistics(
    solution: Solution, weight_kind: WeightKind, *, intercept: bool, likelihood_tests: bool
) -> FitStatistics:
    """Compute the figures of a fit; the null model has the intercept (and offset) alone.

    Parameters
    ----------
    solution : Solution
        A fit.
    weight_kind : str
        ``"frequency"`` or ``"sampling"``.
    intercept : bool
        Whether the model has an intercept.
    likelihood_tests : bool
        Whether the log-likelihood is a maximum of a genuine likelihood: not when the fit is penalised or did not
        converge, nor for sampling weights or frequencies that are not whole.
    """
    objective = solution.objective
    penalised = null_penalised = None
    with single_threaded_blas():
        null = null_log_likelihood(objective, intercept=intercept)
        if isinstance(objective, JeffreysObjective):
            penalised = objective.penalised_log_likelihood(solution.point.value)
            null_penalised = null_penalised_log_likelihood(objective, intercept=intercept)
    log_l = float(solution.point.log_likelihood)
    df = objective.size - (objective.n_classes_free if intercept else 0)
    genuine = likelihood_tests and weight_kind == "frequency"
    gain = log_l - null if penalised is None or null_penalised is None else penalised - null_penalised
    statistic = max(2.0 * gain, 0.0)
    maximal = genuine and penalised is None
    return FitStatistics(
        log_likelihood=log_l,
        null_log_likelihood=null,
        cross_entropy=(0.0 - log_l) / objective.total_weight,
        deviance=-2.0 * log_l,
        aic=-2.0 * log_l + 2.0 * objective.size if maximal else None,
        bic=-2.0 * log_l + objective.size * float(np.log(objective.total_weight)) if maximal else None,
        r2_mcfadden=1.0 - log_l / null,
        r2_tjur=_tjur(solution),
        lr_statistic=statistic if genuine else None,
        lr_df=df if genuine else None,
        lr_p_value=float(chdtrc(df, statistic)) if genuine and df > 0 else None,
        penalised_log_likelihood=penalised,
        null_penalised_log_likelihood=null_penalised,
    )


def _tjur(solution: Solution) -> float | None:
    """Mean probability of class 0 among its rows, ``1 - A/W_0``, minus that among the others, ``B/W_1``."""
    if solution.point.missed is None:
        return None
    weights = solution.objective.class_weights
    a, b = solution.point.missed
    return float(1.0 - a / weights[0] - b / weights[1])
