"""Columns that make trouble: does the fit with its default settings reach the optimum?

The reference solution is found in extended precision: the columns are centered and scaled, those that repeat others
dropped by a pivoted QR in the order of the columns, and Newton's method runs in ``longdouble`` to a gradient of
1e-17. Where the platform has no wider type than float64, the gap cannot be resolved below about 1e-15, which is enough.
"""

from __future__ import annotations

import os
import warnings

import numpy as np

_ROWS = 4_000
_LARGEST_GAP = 1e-10
_WIDE = np.longdouble


def problems() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Designs with their outcomes."""
    rng = np.random.default_rng(61)
    x = rng.normal(size=(_ROWS, 8))
    y = (rng.random(_ROWS) < 1.0 / (1.0 + np.exp(-(x @ (rng.normal(size=8) * 0.5) - 0.4)))).astype(np.int32)
    scales = np.logspace(-8, 8, 8)[rng.permutation(8)]
    noise = rng.normal(size=(_ROWS, 2))
    common = np.sqrt(0.1) * x + np.sqrt(0.9) * rng.normal(size=(_ROWS, 1))
    return {
        "as they come": (x, y),
        "scales 1e-8 to 1e8": (x * scales, y),
        "correlation 0.9, scales 1e-3 to 1e3": (common * np.logspace(-3, 3, 8), y),
        "far from zero (mean 1e6)": (x + 1e6, y),
        "two columns twice": (np.column_stack([x, x[:, :2]]), y),
        "a constant column": (np.column_stack([x, np.full(_ROWS, 3.0)]), y),
        "a sum of others": (np.column_stack([x, x[:, 0] + x[:, 1]]), y),
        "nearly a copy (noise 1e-6)": (np.column_stack([x, x[:, :2] + 1e-6 * noise]), y),
        "nearly a sum (noise 1e-6)": (np.column_stack([x, x[:, 0] + x[:, 1] + 1e-6 * noise[:, 0]]), y),
        "all of it": (
            np.column_stack([x * scales, x[:, 0], np.full(_ROWS, 3.0), x[:, 2] + 1e-6 * noise[:, 0]]),
            y,
        ),
    }


def _solve(h: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Solve a positive definite system in the wide type, which LAPACK does not know: Cholesky, column by column."""
    p = len(g)
    low = np.zeros_like(h)
    for j in range(p):
        low[j, j] = np.sqrt(h[j, j] - low[j, :j] @ low[j, :j])
        low[j + 1 :, j] = (h[j + 1 :, j] - low[j + 1 :, :j] @ low[j, :j]) / low[j, j]
    z = np.zeros_like(g)
    for j in range(p):
        z[j] = (g[j] - low[j, :j] @ z[:j]) / low[j, j]
    for j in reversed(range(p)):
        z[j] = (z[j] - low[j + 1 :, j] @ z[j + 1 :]) / low[j, j]
    return z


def _retained(x: np.ndarray) -> np.ndarray:
    """Orthonormal columns with the span of the intercept and those columns that repeat none before them.

    Gram-Schmidt, twice, in the wide type: what is left of a column that repeats others is rounding of float64.
    """
    wide = x.astype(_WIDE)
    basis = [np.full(len(x), 1.0 / np.sqrt(_WIDE(len(x))), dtype=_WIDE)]
    for column in wide.T:
        rest = column
        for _ in range(2):
            for q in basis:
                rest = rest - q * (q @ rest)
        size = np.sqrt(rest @ rest)
        if size > 1e-12 * np.sqrt(column @ column):
            basis.append(rest / size)
    return np.column_stack(basis) * np.sqrt(_WIDE(len(x)))


def _loss(eta: np.ndarray, y: np.ndarray) -> np.floating:
    signed = np.where(y == 1, -eta, eta)
    return np.mean(np.maximum(signed, 0) + np.log1p(np.exp(-np.abs(signed))))


def optimum(x: np.ndarray, y: np.ndarray) -> tuple[np.floating, int]:
    """Smallest mean negative log-likelihood over the span of the columns, and its dimension."""
    q = _retained(x)
    beta = np.zeros(q.shape[1], dtype=_WIDE)
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-(q @ beta)))
        gradient = q.T @ (p - y) / len(y)
        if np.abs(gradient).max() < 1e-17:
            break
        beta -= _solve((q * (p * (1.0 - p))[:, None]).T @ q / len(y), gradient)
    return _loss(q @ beta, y), q.shape[1]


def measure(threads: int) -> list[dict]:
    """Gap and gradient of our fit on each."""
    from loglik import LogisticRegression

    os.environ["LOGLIK_NUM_THREADS"] = str(threads)
    rows = []
    for name, (x, y) in problems().items():
        exact, rank = optimum(x, y)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = LogisticRegression().fit(x, y)
        eta = x.astype(_WIDE) @ model.coef_[0].astype(_WIDE) + _WIDE(model.intercept_[0])
        report = model.model_.report
        gap = float((_loss(eta, y) - exact) / exact)
        rows.append({
            "problem": name, "columns": x.shape[1], "rank": rank, "gap": gap, "gradient_norm": report.gradient_norm,
            "converged": bool(model.converged_), "passes": report.passes, "good": abs(gap) <= _LARGEST_GAP,
            "warned": sorted({w.category.__name__ for w in caught}),
        })  # fmt: skip
        r = rows[-1]
        print(
            f"{name:38} gap {gap:9.1e}  gradient {r['gradient_norm']:.1e}  rank {rank} of {x.shape[1] + 1}  "
            f"{r['passes']} passes  {', '.join(r['warned'])}{'' if r['good'] else '  TOO FAR'}",
            flush=True,
        )
    return rows
