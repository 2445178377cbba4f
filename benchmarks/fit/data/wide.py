"""Sparse rows with more columns than a Hessian could have."""

from __future__ import annotations

import numpy as np
from benchmarks.fit.data.dataset import Dataset
from scipy import sparse


def _power_law(rng: np.random.Generator, size: int, columns: int) -> np.ndarray:
    """Columns of a Zipf law with exponent 1: column j with probability near to 1 / (j log columns)."""
    return np.minimum((columns + 1.0) ** rng.random(size) - 1.0, columns - 1).astype(np.int32)


def _two_classes(rng: np.random.Generator, x: sparse.csr_matrix, strength: float) -> np.ndarray:
    eta = x @ (rng.normal(size=x.shape[1]) * strength)
    return (rng.random(x.shape[0]) < 1.0 / (1.0 + np.exp(-(eta - eta.mean())))).astype(np.int32)


def text(seed: int, n: int, columns: int, words: int) -> Dataset:
    """Rows like tf-idf: positive, of length 1, frequent words weighing less."""
    rng = np.random.default_rng(seed)
    row = np.repeat(np.arange(n), words)
    column = _power_law(rng, n * words, columns)
    x = sparse.csr_matrix((np.ones(n * words), (row, column)), shape=(n, columns))
    x.sum_duplicates()
    seen = np.bincount(x.indices, minlength=columns)
    x.data = (1.0 + np.log(x.data)) * (1.0 + np.log((1.0 + n) / (1.0 + seen)))[x.indices]
    length = np.sqrt(np.bincount(np.repeat(np.arange(n), np.diff(x.indptr)), x.data**2))
    x.data /= np.repeat(length, np.diff(x.indptr))
    x.sort_indices()
    return Dataset(x, _two_classes(rng, x, 4.0), [], [], [])


def hashed(seed: int, n: int, columns: int, fields: int) -> Dataset:
    """One level of each of many fields, hashed into one range of columns."""
    rng = np.random.default_rng(seed)
    column = np.empty((n, fields), dtype=np.int32)
    for f in range(fields):
        level = _power_law(rng, n, columns).astype(np.int64)
        column[:, f] = (level * 2_654_435_761 + f * 40_503_001) % (2**31 - 1) % columns
    x = sparse.csr_matrix(
        (np.ones(n * fields), column.ravel(), np.arange(0, n * fields + 1, fields)), shape=(n, columns)
    )
    x.sum_duplicates()
    x.indptr = x.indptr.astype(np.int32)
    x.sort_indices()
    return Dataset(x, _two_classes(rng, x, 0.3), [], [], [])
