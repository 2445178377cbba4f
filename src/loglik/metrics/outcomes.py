"""Predicted probabilities of an event beside whether it came: rows with the same prediction, and bins of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    from typing import Any

    from loglik.array_types import Indices, Vector

WeightKind = Literal["frequency", "sampling"]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Rows in the order of their predictions.

    Parameters
    ----------
    p : ndarray of shape (n,)
        Predictions, ascending.
    y : ndarray of shape (n,)
        1.0 where the event came, else 0.0.
    w : ndarray of shape (n,)
        Weights, > 0.
    spread : ndarray of shape (n,)
        By what a row's variance counts in that of a sum: w where a weight says how many rows it is, else its square.
    """

    p: Vector
    y: Vector
    w: Vector
    spread: Vector

    @staticmethod
    def of(y_true: Any, y_score: Any, sample_weight: Any = None, weight_kind: WeightKind = "frequency") -> Outcomes:
        """Order rows; those of weight 0 are left out.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Whether the event came: 0 and 1, or booleans.
        y_score : array-like of shape (n,)
            Prediction of each row.
        sample_weight : array-like of shape (n,), optional
            Weights, >= 0.
        weight_kind : {"frequency", "sampling"}
            A weight w means w equal rows, or that the row stands for w others.

        Raises
        ------
        DataError
            LL432 arrays that do not fit together, an outcome that is neither 0 nor 1, or a value that is no number.
        """
        p, y = np.asarray(y_score, dtype=np.float64), np.asarray(y_true, dtype=np.float64)
        w = np.ones(p.shape) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if p.ndim != 1 or p.shape != y.shape or p.shape != w.shape:
            raise DataError("LL432.shapes", score=p.shape, truth=y.shape, weight=w.shape)
        wrong = np.flatnonzero((y != 0.0) & (y != 1.0))
        if wrong.size:
            raise DataError("LL432.truth", value=y[wrong[0]], row=wrong[0])
        wrong = np.flatnonzero(np.isnan(p) | ~(w >= 0.0) | np.isinf(w))
        if wrong.size:
            raise DataError("LL432.value", score=p[wrong[0]], weight=w[wrong[0]], row=wrong[0])
        there = np.flatnonzero(w > 0.0)
        order = there[np.argsort(p[there], kind="stable")]
        p, y, w = p[order], y[order], w[order]
        return Outcomes(p, y, w, w if weight_kind == "frequency" else w * w)

    @property
    def ties(self) -> Indices:
        """First row of each run of equal predictions."""
        return (
            np.flatnonzero(np.concatenate([[True], np.diff(self.p) != 0.0])) if self.p.size else np.zeros(0, np.int64)
        )

    def bins(self, most: int) -> Indices:
        """First row of each of at most so many bins of about the same weight, whose ends never part equal predictions."""
        starts = self.ties
        if starts.size <= most:
            return starts
        before = np.concatenate([[0.0], np.cumsum(self.w)])[starts]
        wanted = np.linspace(0.0, float(self.w.sum()), most + 1)[:-1]
        return np.unique(starts[np.searchsorted(before, wanted, side="left").clip(max=starts.size - 1)])
