"""Dense columns, two classes."""

from __future__ import annotations

import numpy as np
from benchmarks.fit.data.dataset import Dataset

_CHUNK = 100_000


def _outcome(rng: np.random.Generator, eta: np.ndarray) -> np.ndarray:
    return (rng.random(len(eta)) < 1.0 / (1.0 + np.exp(-eta))).astype(np.int32)


def normal(seed: int, n: int, p: int, *, signal: float = 2.0) -> Dataset:
    """Independent standard normal columns; coefficients so small that the classes overlap."""
    rng = np.random.default_rng(seed)
    beta = rng.normal(size=p) * signal / np.sqrt(p)
    x = rng.normal(size=(n, p))
    return Dataset(x, _outcome(rng, x @ beta - 0.7), [], [], [])


def scaled(seed: int, n: int, p: int) -> Dataset:
    """Equicorrelated columns (0.9) on scales from 1e-3 to 1e3, in no order."""
    rng = np.random.default_rng(seed)
    beta = rng.normal(size=p) * 2.0 / np.sqrt(p)
    x = np.empty((n, p))
    for at in range(0, n, _CHUNK):
        part = x[at : at + _CHUNK]
        part[:] = np.sqrt(0.1) * rng.normal(size=part.shape) + np.sqrt(0.9) * rng.normal(size=(len(part), 1))
    y = _outcome(rng, x @ beta - 0.7)
    x *= rng.permutation(np.logspace(-3, 3, p))
    return Dataset(x, y, [], [], [])


def weighted(seed: int, n: int, p: int, *, with_offset: bool) -> Dataset:
    """`normal` with weights 1, 2 or 3, and an offset that belongs to the truth."""
    rng = np.random.default_rng(seed)
    beta = rng.normal(size=p) * 2.0 / np.sqrt(p)
    x = rng.normal(size=(n, p))
    offset = rng.normal(size=n) * 0.5 if with_offset else None
    y = _outcome(rng, x @ beta - 0.7 + (offset if with_offset else 0.0))
    return Dataset(x, y, [], [], [], rng.integers(1, 4, n).astype(float), offset)
