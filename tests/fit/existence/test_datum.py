"""Columns far from zero: the verdict, the slopes and their standard errors are those of the same columns near zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loglik
from loglik.errors import LoglikError

GRID = 2.0**-9  # so that every shifted number is exact


def table(seed: int) -> pd.DataFrame:
    """Columns whose classes overlap by much, by little, by two rows of one column, or not at all."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 300))
    x = np.round(rng.normal(size=(n, 3)) * [1, 30, 0.5] / GRID) * GRID
    score = x[:, 0] + 0.03 * x[:, 1]
    kind = ("much", "little", "not", "two rows")[seed % 4]
    y = score + (rng.logistic(size=n) if kind == "much" else 0.0) > 0
    if kind == "little":  # the rows nearest to the border are of either class
        nearest = np.argsort(np.abs(score))[: n // 12]
        y[nearest] = rng.random(nearest.size) < 0.5
    if kind == "two rows":
        x = x[:, :1] * (1, 1000)[seed % 8 > 3]
        order = np.argsort(x[:, 0], kind="stable")
        y[order] = np.arange(n) >= n // 2
        y[order[n // 2 - 1 : n // 2 + 1]] = True, False
        x[order[n // 2], 0] += GRID
        x[order[n // 2 + 1 :], 0] += GRID
    return pd.DataFrame(x, columns=list("abc")[: x.shape[1]]).assign(y=np.where(y, "yes", "no"))


def outcome(frame: pd.DataFrame) -> tuple[str, dict[str, tuple[float, float | None]], float]:
    try:
        report = loglik.fit_classifier(frame, "y").report
    except loglik.errors.SeparationError as error:
        return error.separation.kind, {}, 0.0
    except LoglikError as error:
        return "refused " + error.code, {}, 0.0
    terms = {t.term: (t.estimate, t.std_error) for t in report.terms if t.term in "abc"}
    return "exists" if report.converged else "refused", terms, report.overall.log_likelihood


@pytest.mark.parametrize("datum", [1e5, 1e8, 1.6e9, 1e11, 1.6e12])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_datum_of_a_column(datum: float) -> None:
    seen, refused = set(), 0
    for seed in range(24):
        frame = table(seed)
        kind, terms, likelihood = outcome(frame)
        moved = frame.assign(a=frame.a + datum)
        if "b" in frame:
            moved["b"] -= datum * (seed % 3)
        assert ((moved.a - datum) == frame.a).all()
        got, moved_terms, moved_likelihood = outcome(moved)
        seen.add(kind)
        if got.startswith("refused"):
            refused += 1
            continue
        assert got == kind, seed
        assert moved_likelihood == pytest.approx(likelihood, rel=1e-6), seed
        for name, (estimate, error) in terms.items():
            if error is None or moved_terms[name][1] is None:  # refused, for their digits
                continue
            assert moved_terms[name] == pytest.approx((estimate, error), rel=1e-6, abs=1e-6 * error), (seed, name)
    assert seen == {"exists", "complete"}
    assert refused <= 1
