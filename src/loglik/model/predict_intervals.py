"""Predicted probabilities of rows with their confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.design.arrays import offset_matrix
from loglik.design.rows import Rows
from loglik.errors import Finding
from loglik.inference.intervals import INTERVALS, spread_of
from loglik.model.effects import free_positions, predictor_of
from loglik.model.new_rows import new_rows
from loglik.model.predict import offset_column, refuse_limit
from loglik.model.vcov import vcov_of
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.executor import Threads
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from loglik.array_types import Matrix
    from loglik.design.model_spec import Missing
    from loglik.design.source import Source
    from loglik.inference.kinds import VcovKind
    from loglik.model.classifier import Classifier


@dataclass(frozen=True)
class Intervals:
    """Ends of intervals, in the order of the source's rows.

    Parameters
    ----------
    low, high : ndarray of shape (n, K)
        In the order of the classes; NaN for rows without a prediction.
    finding : Finding or None
        That some were lost in rounding.
    """

    low: Matrix
    high: Matrix
    finding: Finding | None


def intervals_of(
    model: Classifier, source: Source, *, conf_level: float, vcov: VcovKind | None = None, cluster: Any = None,
    fit_data: Any = None, missing: Missing = "drop", offset: Any = None,
) -> Intervals:  # fmt: skip
    """Intervals of the probabilities of a source's rows; parameters and errors are those of `predict_intervals`."""
    refuse_limit(model)
    _, v = vcov_of(model, vcov, cluster, fit_data)
    rows = new_rows(model.columns, source, missing, offset_column(model, offset), model.recipe)
    shifts = offset_matrix(offset, source.n_rows, len(model.classes))
    shifts = rows.offset if shifts is None else shifts[:, rows.kept]
    spread = spread_of(predictor_of(model), v, free_positions(model), conf_level)
    k = len(model.classes)
    with single_threaded_blas():
        executor = Threads(Rows(rows.design, offset=shifts), default_threads())
        made = executor.collect(INTERVALS, spread, 2 * k, by_row=True)
    ends = np.full((source.n_rows, 2 * k), np.nan)
    ends[rows.kept] = made
    lost = int(np.isnan(made).any(axis=1).sum())
    place = np.argsort(model.order)
    return Intervals(ends[:, 2 * place], ends[:, 2 * place + 1], Finding("LL247.intervals", n=lost) if lost else None)
