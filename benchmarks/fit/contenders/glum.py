"""glum: iteratively reweighted least squares, categorical columns native."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import Contender
from benchmarks.fit.objective import Estimate
from scipy import sparse

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset

_MOST_COLUMNS = 10_000


@dataclass
class _Form:
    x: Any
    y: np.ndarray
    data: Dataset
    alpha: float


def _refuses(data: Dataset, _alpha: float) -> str | None:
    if data.n_classes > 2:
        return "two classes only"
    if data.n_columns > _MOST_COLUMNS:
        return f"Hessian of {data.n_columns:,} x {data.n_columns:,}"
    return None


def _prepare(data: Dataset, alpha: float) -> _Form:
    if data.codes:
        x = data.frame
    elif sparse.issparse(data.x):
        x = data.x.tocsc()
    else:
        x = np.asfortranarray(data.x)
    return _Form(x, data.y.astype(float), data, alpha)


def _fit(form: _Form, tolerance: float | None, _threads: int) -> Any:
    from glum import GeneralizedLinearRegressor

    # Its objective: mean of half the deviance, which is our loss, plus alpha / 2 |b|^2.
    model = GeneralizedLinearRegressor(
        family="binomial", alpha=form.alpha, l1_ratio=0, drop_first=True, gradient_tol=tolerance, max_iter=1_000
    )
    return model.fit(form.x, form.y, sample_weight=form.data.weight, offset=form.data.offset)


def _estimate(model: Any, _form: _Form) -> Estimate:
    return Estimate(np.atleast_1d(model.intercept_), np.atleast_2d(model.coef_))


CONTENDERS = (
    Contender("glum", _refuses, _prepare, _fit, _estimate, facts=lambda model: {"iterations": int(model.n_iter_)}),
)
