"""skglm: proximal Newton with coordinate descent; its elastic net without the L1 part is our objective."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import Contender
from benchmarks.fit.contenders.forms import Form, matrix_form
from scipy import sparse

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset
    from benchmarks.fit.objective import Estimate


def _refuses(data: Dataset, _alpha: float) -> str | None:
    if data.n_classes > 2:
        return "two classes only"
    if data.weight is not None or data.offset is not None:
        return "no weights"
    return None


def _prepare(data: Dataset, alpha: float) -> Form:
    form = matrix_form(data, alpha, fortran=True)
    if sparse.issparse(form.x):
        form.x = form.x.tocsc()
    return form


def _fit(form: Form, tolerance: float | None, _threads: int) -> Any:
    from skglm import GeneralizedLinearEstimator
    from skglm.datafits import Logistic
    from skglm.penalties import L1_plus_L2
    from skglm.solvers import ProxNewton

    solver = ProxNewton(max_iter=1_000, tol=tolerance, fit_intercept=True)
    return GeneralizedLinearEstimator(Logistic(), L1_plus_L2(form.alpha, 0.0), solver).fit(form.x, form.data.y)


def _estimate(model: Any, form: Form) -> Estimate:
    return form.back(np.atleast_1d(model.intercept_), model.coef_)


CONTENDERS = (Contender("skglm", _refuses, _prepare, _fit, _estimate),)
