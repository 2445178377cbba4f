"""Dense columns, many classes."""

from __future__ import annotations

import numpy as np
from benchmarks.fit.data.dataset import Dataset

_CHUNK = 50_000


def _classes(rng: np.random.Generator, x: np.ndarray, beta: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Draw from the softmax: the largest of logits plus Gumbel noise."""
    y = np.empty(len(x), dtype=np.int32)
    for at in range(0, len(x), _CHUNK):
        logits = x[at : at + _CHUNK] @ beta + start
        y[at : at + _CHUNK] = np.argmax(logits + rng.gumbel(size=logits.shape), axis=1)
    y[: len(start)] = np.arange(len(start))  # every class occurs, however few the rows
    return y


def autoregressive(seed: int, n: int, p: int, k: int) -> Dataset:
    """Neighbouring columns correlate with 0.9."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    for j in range(1, p):
        x[:, j] = 0.9 * x[:, j - 1] + np.sqrt(1 - 0.9**2) * x[:, j]
    beta = rng.normal(size=(p, k)) / np.sqrt(p)
    return Dataset(x, _classes(rng, x, beta, rng.normal(size=k) * 0.3), [], [], [])


def mixed(seed: int, n: int, numbers: int, switches: int, k: int) -> Dataset:
    """Correlated numbers on different scales, and columns of zeros and ones."""
    rng = np.random.default_rng(seed)
    x = np.empty((n, numbers + switches))
    x[:, :numbers] = rng.normal(size=(n, numbers)) @ (np.eye(numbers) + 0.5 * rng.normal(size=(numbers, numbers)))
    x[:, numbers:] = rng.random((n, switches)) < rng.uniform(0.1, 0.5, switches)
    beta = rng.normal(size=(numbers + switches, k)) * 0.3
    y = _classes(rng, x, beta, rng.normal(size=k) * 0.3)
    x[:, :numbers] *= np.logspace(0, 1, numbers)
    return Dataset(x, y, [], [], [])


def many(seed: int, n: int, p: int, k: int) -> Dataset:
    """Independent columns and many classes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    beta = rng.normal(size=(p, k)) * 1.5 / np.sqrt(p)
    return Dataset(x, _classes(rng, x, beta, rng.normal(size=k) * 0.2), [], [], [])


def digits() -> Dataset:
    """The handwritten digits that come with scikit-learn, grey from 0 to 1."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return Dataset(np.ascontiguousarray(x / 16.0), y.astype(np.int32), [], [], [])
