"""Snap ML, primal and dual.

It penalises the intercept, and its primal solver does not give it back; so the constant is a column of ours, so large
that its share of the penalty vanishes. How near that comes to the objective is measured like all else.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.fit.contenders.contender import Contender
from benchmarks.fit.contenders.forms import Form, matrix_form, with_constant

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset
    from benchmarks.fit.objective import Estimate

_CONSTANT = 30.0
_NO_PENALTY = 1e-11


def _refuses(dual: bool, data: Dataset, alpha: float) -> str | None:  # noqa: FBT001
    if dual and alpha == 0.0:
        return "the dual needs a penalty"
    if data.n_classes > 2:
        return "one-vs-rest: another objective"
    if data.weight is not None or data.offset is not None:
        return "no weights"
    return None


def _prepare(data: Dataset, alpha: float) -> Form:
    form = matrix_form(data, alpha)
    form.x = with_constant(form.x, _CONSTANT)
    return form


def _fit(dual: bool, form: Form, tolerance: float | None, threads: int) -> Any:  # noqa: FBT001
    from snapml import LogisticRegression

    regularizer = (form.alpha or _NO_PENALTY) * form.data.n_rows
    model = LogisticRegression(
        dual=dual, regularizer=regularizer, tol=tolerance, n_jobs=threads, max_iter=100_000, random_state=0
    )
    return model.fit(form.x, form.data.y)


def _estimate(model: Any, form: Form) -> Estimate:
    coef = model.coef_.reshape(1, -1)
    return form.back(coef[:, -1] * _CONSTANT, coef[:, :-1])


CONTENDERS = tuple(
    Contender(f"Snap ML {name}", partial(_refuses, dual), _prepare, partial(_fit, dual), _estimate)
    for name, dual in (("primal", False), ("dual", True))
)
