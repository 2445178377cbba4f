"""How often the fit reads the rows: the price of a fit that no machine's mood changes.

Each bound is one above what the fit takes. A preconditioner that has gone astray, a start that is thrown away or a
Hessian formed twice shows here first, and all results stay right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import loglik
from loglik.parallel.executor import Threads


def draw(eta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Classes with the log-odds `eta`, or with the linear predictors in its columns."""
    if eta.ndim == 1:
        return (rng.random(eta.size) < 1.0 / (1.0 + np.exp(-eta))).astype(int)
    return (eta + rng.gumbel(size=eta.shape)).argmax(axis=1)


def dense() -> tuple:
    rng = np.random.default_rng(1)
    x = rng.standard_normal((100_000, 30))
    return x, draw(x @ rng.standard_normal(30) * 0.4 - 0.5, rng), {}


def many_rows() -> tuple:
    """Few steps from a sample's estimate, each with the Hessian of all rows, which adds little to a read."""
    rng = np.random.default_rng(9)
    x = rng.standard_normal((270_000, 20))
    return x, draw(x @ rng.standard_normal(20) * 0.4 - 0.5, rng), {}


def badly_scaled() -> tuple:
    """Columns in units from thousandths to thousands, any two of them correlated 0.9."""
    rng = np.random.default_rng(2)
    x = np.sqrt(0.1) * rng.standard_normal((100_000, 30)) + np.sqrt(0.9) * rng.standard_normal((100_000, 1))
    return x * np.logspace(-3, 3, 30), draw(x @ rng.standard_normal(30) * 0.4, rng), {}


def levels() -> tuple:
    rng = np.random.default_rng(3)
    columns, eta = {}, np.zeros(100_000)
    for size in (4, 30, 200):
        code = rng.integers(size, size=eta.size)
        columns[f"of{size}"] = pd.Categorical.from_codes(code, [f"l{i}" for i in range(size)])
        eta += rng.standard_normal(size)[code] * 0.5
    columns["x"] = rng.standard_normal(eta.size)
    return pd.DataFrame(columns), draw(eta + 0.3 * columns["x"], rng), {}


def classes() -> tuple:
    rng = np.random.default_rng(4)
    x = rng.standard_normal((40_000, 40))
    for j in range(1, 40):
        x[:, j] += 0.9 * x[:, j - 1]
    return x, draw(x @ rng.standard_normal((40, 12)) / 12.0, rng), {"inference": False}


def words() -> tuple:
    rng = np.random.default_rng(5)
    n, p, per_row = 20_000, 20_000, 30
    share = 1.0 / (np.arange(p) + 10.0)
    columns = rng.choice(p, size=n * per_row, p=share / share.sum())
    x = sparse.csr_array((np.ones(columns.size), columns, np.arange(0, columns.size + 1, per_row)), shape=(n, p))
    x.sum_duplicates()
    return x, draw(x @ rng.standard_normal(p) * 0.2, rng), {"alpha": 1.0 / n}


def small() -> tuple:
    rng = np.random.default_rng(6)
    x = rng.standard_normal((500, 10))
    return x, draw(x @ rng.standard_normal(10) * 0.5, rng), {}


def near_copy() -> tuple:
    """Rounding of the linear predictors hides what the last steps gain: a line search must not wait to see it."""
    rng = np.random.default_rng(61)
    x = rng.standard_normal((4_000, 8))
    y = draw(x @ rng.standard_normal(8) * 0.5 - 0.4, rng)
    return np.column_stack([x, x[:, :2] + 1e-6 * rng.standard_normal((4_000, 2))]), y, {}


def many_classes() -> tuple:
    """The Hessian of a sample is dear; a matrix for each class is the preconditioner."""
    rng = np.random.default_rng(7)
    x = rng.standard_normal((82_000, 16))
    return x, draw(x @ rng.standard_normal((16, 90)) / 5.0, rng), {"alpha": 1e-4}


def shops() -> tuple:
    """Thousands of levels: they are eliminated, for the standard errors too."""
    rng = np.random.default_rng(8)
    shop, kind = rng.integers(3_000, size=120_000), rng.integers(20, size=120_000)
    frame = pd.DataFrame({"kind": kind, "x": rng.standard_normal(shop.size), "shop": shop}).astype(
        {"kind": "category", "shop": "category"}
    )
    eta = 0.5 * rng.standard_normal(3_000)[shop] + 0.5 * rng.standard_normal(20)[kind] + 0.3 * frame["x"].to_numpy()
    return frame, draw(eta, rng), {}


# One read for the columns' sizes and one for collinearity are among them.
@pytest.mark.parametrize(
    ("case", "most"),
    [
        (dense, 9),
        (many_rows, 6),
        (badly_scaled, 9),
        (levels, 8),
        (classes, 10),
        (words, 83),
        (small, 8),
        (near_copy, 13),
        (many_classes, 17),
        (shops, 16),
    ],
)
def test_passes(case, most: int) -> None:
    x, y, options = case()
    model = loglik.LogisticRegression(**options).fit(x, y)
    report = model.model_.report
    assert report.converged
    assert report.gradient_norm <= 1e-8
    assert report.passes <= most


def test_all_reads_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those for statistics, certificates and covariances too: as often as somebody sums over all rows."""
    made = []
    summed = Threads.sum

    def counted(executor: Threads, kernel: Any, parameters: Any) -> Any:
        made.append(executor.rows.n_rows)
        return summed(executor, kernel, parameters)

    monkeypatch.setattr(Threads, "sum", counted)
    for case, options, most in (
        (many_rows, {}, 6), (levels, {}, 10), (levels, {"vcov": "HC1"}, 11), (small, {}, 10), (small, {"firth": True}, 25),
    ):  # fmt: skip
        x, y, _ = case()
        frame = (
            x.assign(y=y)
            if isinstance(x, pd.DataFrame)
            else pd.DataFrame(x, columns=map("x{}".format, range(x.shape[1])))
        )
        made.clear()
        reads = loglik.fit_classifier(frame.assign(y=y), "y", **options).report.reads
        assert sum(reads.values()) == made.count(len(y)) <= most, reads
        assert ("inference" in reads) == ("vcov" in options)
