"""LIBLINEAR: trust-region Newton on the primal, the intercept spared (-R)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from benchmarks.fit.contenders.contender import Contender
from benchmarks.fit.contenders.forms import Form, matrix_form
from scipy import sparse

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset
    from benchmarks.fit.objective import Estimate

_NO_PENALTY = 1e-12


@dataclass
class _Problem:
    form: Form
    problem: Any


def _refuses(data: Dataset, _alpha: float) -> str | None:
    if data.n_classes > 2:
        return "one-vs-rest: another objective"
    if data.weight is not None or data.offset is not None:
        return "no weights"
    return None


def _prepare(data: Dataset, alpha: float) -> _Problem:
    from liblinear.liblinearutil import problem

    form = matrix_form(data, alpha)
    # Its dense form is a list made row by row in Python; compressed rows are much faster, even without a zero in them.
    return _Problem(form, problem(data.y.astype(float), sparse.csr_matrix(form.x), bias=1))


def _fit(form: _Problem, tolerance: float | None, _threads: int) -> Any:
    from liblinear.liblinearutil import parameter, train

    alpha, n = form.form.alpha or _NO_PENALTY, form.form.data.n_rows
    return train(form.problem, parameter(f"-s 0 -c {1.0 / (alpha * n)!r} -e {tolerance!r} -B 1 -R -q"))


def _estimate(model: Any, form: _Problem) -> Estimate:
    w = np.ctypeslib.as_array(model.w, (model.nr_feature + 1,)).copy()
    w *= 1.0 if model.get_labels()[0] == 1 else -1.0
    return form.form.back(w[-1:], w[:-1])


CONTENDERS = (Contender("LIBLINEAR", _refuses, _prepare, _fit, _estimate),)
