"""statsmodels: Newton with inference; dense columns, no penalty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import Contender
from benchmarks.fit.objective import Estimate

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset

_LARGEST = 2e9  # bytes of the design


@dataclass
class _Form:
    x: np.ndarray
    data: Dataset


def _refuses(data: Dataset, alpha: float) -> str | None:
    if alpha:
        return "no L2 penalty with inference"
    if data.kind != "dense":
        return "dense columns only"
    if data.n_rows * data.n_columns * 8 > _LARGEST:
        return "too large"
    if data.n_classes > 10:
        return "not tried: one product of the rows per pair of classes"
    return None


def _prepare(data: Dataset, _alpha: float) -> _Form:
    return _Form(np.concatenate([np.ones((data.n_rows, 1)), data.x], axis=1), data)


def _fit(form: _Form, tolerance: float | None, _threads: int) -> Any:
    import statsmodels.api as sm

    data = form.data
    if data.n_classes > 2:
        return sm.MNLogit(data.y, form.x).fit(disp=0, tol=tolerance, maxiter=200)
    if data.weight is None and data.offset is None:
        return sm.Logit(data.y, form.x).fit(disp=0, tol=tolerance, maxiter=200)
    model = sm.GLM(data.y, form.x, sm.families.Binomial(), offset=data.offset, freq_weights=data.weight)
    return model.fit(tol=tolerance, maxiter=200)


def _estimate(result: Any, form: _Form) -> Estimate:
    beta = np.asarray(result.params).reshape(form.x.shape[1], -1).T
    if form.data.n_classes > 2:  # its reference class, the first, has zeros
        beta = np.concatenate([np.zeros((1, beta.shape[1])), beta])
    return Estimate(beta[:, 0], beta[:, 1:])


CONTENDERS = (Contender("statsmodels", _refuses, _prepare, _fit, _estimate),)
