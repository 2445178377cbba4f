"""Forms of the data that several peers share, made as fast as NumPy can: nobody waits for a slow encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.fit.objective import Estimate
from scipy import sparse

if TYPE_CHECKING:
    from benchmarks.fit.data.dataset import Dataset


@dataclass
class Form:
    """A matrix with what is needed to bring coefficients back to the columns of the data.

    Parameters
    ----------
    x : ndarray or csr_matrix
        Columns of numbers, then one-hot levels but the reference ones.
    data : Dataset
        Where it comes from.
    alpha : float
        Penalty.
    center, scale : ndarray or None
        What the numbers were standardised with.
    """

    x: np.ndarray | sparse.csr_matrix
    data: Dataset
    alpha: float
    center: np.ndarray | None = None
    scale: np.ndarray | None = None

    def back(self, intercept: np.ndarray, coef: np.ndarray) -> Estimate:
        """Coefficients in the columns of the data."""
        intercept, coef = np.array(intercept, dtype=float).ravel(), np.atleast_2d(np.array(coef, dtype=float))
        if self.scale is not None:
            m = len(self.scale)
            coef[:, :m] /= self.scale
            intercept -= coef[:, :m] @ self.center
        return Estimate(intercept, coef)


def matrix_form(data: Dataset, alpha: float, *, fortran: bool = False, standardise: bool = True) -> Form:
    """One matrix: the array itself, or compressed sparse rows with the levels expanded.

    Without a penalty the numbers are standardised, as users of gradient methods are told to do: the estimate is the
    same, the way to it shorter. With a penalty that would be another problem.
    """
    center = scale = None
    x = data.x
    if alpha == 0.0 and standardise and data.kind != "sparse":
        center, scale = x.mean(axis=0), x.std(axis=0)
        x = np.subtract(x, center, order="F" if fortran else "C")
        x /= scale
    if data.kind == "levels":
        x = one_hot(x, data)
    elif fortran and data.kind == "dense":
        x = np.asfortranarray(x)
    return Form(x, data, alpha, center, scale)


def one_hot(numbers: np.ndarray, data: Dataset) -> sparse.csr_matrix:
    """Numbers beside one-hot levels; the reference level of each column is left out."""
    n, m = numbers.shape
    wide = m + len(data.codes)
    column = np.empty((n, wide), dtype=np.int32)
    column[:, :m] = np.arange(m)
    keep = np.ones((n, wide), dtype=bool)
    at = m
    for j, (codes, levels) in enumerate(zip(data.codes, data.levels, strict=True), start=m):
        np.add(codes, at - 1, out=column[:, j])
        np.greater(codes, 0, out=keep[:, j])
        at += len(levels) - 1
    values = np.ones((n, wide))
    values[:, :m] = numbers
    start = np.concatenate([[0], np.cumsum(keep.sum(axis=1))]).astype(np.int32)
    return sparse.csr_matrix((values[keep], column[keep], start), shape=(n, at))


def with_constant(x: np.ndarray | sparse.csr_matrix, value: float) -> np.ndarray | sparse.csr_matrix:
    """One more column, for peers that cannot spare their own intercept from the penalty."""
    column = np.full((x.shape[0], 1), value)
    if sparse.issparse(x):
        return sparse.hstack([x, column], format="csr")
    return np.concatenate([x, column], axis=1)
