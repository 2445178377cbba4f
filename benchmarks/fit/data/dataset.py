"""One case's data in memory: what a contender's process loads before anything is timed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from loglik.cached import cached_property


@dataclass
class Dataset:
    """Rows of one case.

    Parameters
    ----------
    x : ndarray or csr_matrix, shape (n, m)
        Columns of numbers; with categorical columns, those that are not.
    y : ndarray of int, shape (n,)
        Class numbers 0 .. k - 1.
    codes : list of ndarray of int32
        Level numbers of each categorical column; level 0 is the most frequent one, everybody's reference.
    names : list of str
        Names of the categorical columns.
    levels : list of list of str
        Names of their levels.
    weight, offset : ndarray or None
        Of each row.
    """

    x: np.ndarray | sparse.csr_matrix
    y: np.ndarray
    codes: list[np.ndarray]
    names: list[str]
    levels: list[list[str]]
    weight: np.ndarray | None = None
    offset: np.ndarray | None = None

    @property
    def n_rows(self) -> int:
        return len(self.y)

    @cached_property
    def n_classes(self) -> int:
        return int(self.y.max()) + 1

    @property
    def n_columns(self) -> int:
        """Columns once levels are expanded, the reference levels left out: the order is numbers, then levels."""
        return self.x.shape[1] + sum(len(v) - 1 for v in self.levels)

    @cached_property
    def total_weight(self) -> float:
        return float(self.n_rows if self.weight is None else self.weight.sum())

    @property
    def kind(self) -> str:
        return "levels" if self.codes else "sparse" if sparse.issparse(self.x) else "dense"

    @property
    def n_bytes(self) -> int:
        """Size of the input."""
        x = (self.x.data, self.x.indices, self.x.indptr) if sparse.issparse(self.x) else (self.x,)
        return sum(a.nbytes for a in (*x, *self.codes, self.y, self.weight, self.offset) if a is not None)

    @cached_property
    def frame(self):
        """The same rows as a pandas data frame, where there are categorical columns."""
        import pandas as pd

        columns = {f"x{j}": self.x[:, j] for j in range(self.x.shape[1])}
        for name, codes, levels in zip(self.names, self.codes, self.levels, strict=True):
            columns[name] = pd.Categorical.from_codes(codes, categories=levels)
        return pd.DataFrame(columns, copy=False)

    def some(self, rows: np.ndarray) -> Dataset:
        """Some of the rows."""

        def taken(values: np.ndarray | None) -> np.ndarray | None:
            return None if values is None else np.ascontiguousarray(values[rows])

        x = self.x[rows] if sparse.issparse(self.x) else taken(self.x)
        codes = [taken(c) for c in self.codes]
        return Dataset(x, taken(self.y), codes, self.names, self.levels, taken(self.weight), taken(self.offset))
