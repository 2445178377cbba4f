"""What no method can go below: one read of the data, and one product with them forth and back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.fit.data.dataset import Dataset

_ROUNDS = 5
_CHUNK = 65_536


def _arrays(data: Dataset) -> list[np.ndarray]:
    x = (data.x.data, data.x.indices) if sparse.issparse(data.x) else (data.x,)
    return [*x, *data.codes]


def _read(data: Dataset, threads: int) -> None:
    parts = [a.reshape(-1) for a in _arrays(data)]
    size = _CHUNK * 8
    pieces = [part[at : at + size] for part in parts for at in range(0, len(part), size)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(np.sum, pieces))


def _products(data: Dataset) -> None:
    """``X w`` and ``X' r``, for every class: by BLAS, by SciPy, or by looking levels up and counting them."""
    k = 1 if data.n_classes == 2 else data.n_classes
    w, r = np.ones((data.x.shape[1], k)), np.ones((data.n_rows, k))
    if k == 1:
        w, r = w[:, 0], r[:, 0]
    _ = data.x @ w
    _ = data.x.T @ r
    for codes, levels in zip(data.codes, data.levels, strict=True):
        np.take(np.ones(len(levels)), codes)
        np.bincount(codes, weights=r, minlength=len(levels))


def _best(work: Callable[[], None]) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def floor(data: Dataset, threads: int) -> dict:
    """Seconds of both, best of a few; of the products with one thread of BLAS or all, whichever is faster."""
    with threadpool_limits(1):
        single = _best(lambda: _products(data))
    products = min(single, _best(lambda: _products(data)))
    return {"read": _best(lambda: _read(data, threads)), "products": products}
