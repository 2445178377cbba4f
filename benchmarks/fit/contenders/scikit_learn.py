"""scikit-learn's solvers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import DECADES, Contender
from benchmarks.fit.contenders.forms import Form, matrix_form

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset
    from benchmarks.fit.objective import Estimate

# Its Hessian is formed whole.
_MOST_COEFFICIENTS = 10_000
_SAGA = 25_000
# LIBLINEAR inside scikit-learn penalises the intercept as the coefficient of a constant column: a large constant makes
# that vanish; how near it comes to the objective is measured like all else.
_INTERCEPT_SCALING = 100.0
_NO_PENALTY = 1e-12


def _refuses(solver: str, data: Dataset, alpha: float) -> str | None:
    k = data.n_classes
    if data.offset is not None:
        return "no offset"
    if solver == "liblinear" and k > 2:
        return "one-vs-rest: another objective"
    coefficients = (data.n_columns + 1) * (1 if k == 2 else k)
    if solver == "newton-cholesky" and coefficients > _MOST_COEFFICIENTS:
        return f"Hessian of {coefficients:,} x {coefficients:,}"
    if solver == "saga" and (data.n_rows > _SAGA or alpha == 0.0 or (data.kind == "dense" and k == 2)):
        return "not tried: made for sparse rows or many classes, with a penalty, up to 25,000 rows"
    return None


def _prepare(solver: str, data: Dataset, alpha: float) -> Form:
    # Newton with an exact Hessian does not care for the scale of columns.
    return matrix_form(data, alpha, standardise=solver != "newton-cholesky")


def _fit(solver: str, form: Form, tolerance: float | None, threads: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    data = form.data
    c = 1.0 / (form.alpha * data.total_weight) if form.alpha else np.inf
    options: dict[str, Any] = {}
    if solver == "liblinear":
        c = c if form.alpha else 1.0 / (_NO_PENALTY * data.total_weight)
        options["intercept_scaling"] = _INTERCEPT_SCALING
    if solver == "saga":
        options["random_state"] = 0
    model = LogisticRegression(C=c, solver=solver, tol=tolerance, max_iter=20_000, **options)
    _ = threads  # by the environment: BLAS and OpenMP
    return model.fit(form.x, data.y, sample_weight=data.weight)


def _estimate(model: Any, form: Form) -> Estimate:
    return form.back(model.intercept_, model.coef_)


CONTENDERS = tuple(
    Contender(
        f"scikit-learn {solver}",
        partial(_refuses, solver),
        partial(_prepare, solver),
        partial(_fit, solver),
        _estimate,
        DECADES,
        lambda model: {"iterations": int(np.max(model.n_iter_))},
    )
    for solver in ("newton-cholesky", "lbfgs", "newton-cg", "liblinear", "saga")
)
