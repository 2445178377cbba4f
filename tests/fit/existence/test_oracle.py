"""The oracle against an enumeration of all extreme rays, on designs tiny enough for it."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from exact_oracle import margin_rows, separated_within, verdict, verdict_of_rows, whole_numbers
from exact_simplex import Feasible, Infeasible, feasible_point
from flint import fmpz_mat


def verdict_by_rays(a: np.ndarray) -> str:
    """Try the null vector of every m - 1 rows, to either side: a cone with a vertex is the sum of such rays.

    The sum of all that separate raises every row that any direction raises.
    """
    m = a.shape[1]
    kernel, rank = fmpz_mat(a.tolist()).nullspace()
    if rank:  # leave out columns that depend on others: they change no verdict
        keep = independent(a)
        return verdict_by_rays(a[:, keep]) if keep else "exists"
    total = np.zeros(len(a), dtype=object)
    for chosen in combinations(range(len(a)), m - 1):
        rows = [a[i].tolist() for i in chosen] or [[0] * m]
        kernel, nullity = fmpz_mat(rows).nullspace()
        if nullity == 1:
            margins = a @ np.array([int(kernel[i, 0]) for i in range(m)], dtype=object)
            for candidate in (margins, -margins):
                if (candidate >= 0).all():
                    total += candidate
    return "complete" if (total > 0).all() else "quasi-complete" if (total > 0).any() else "exists"


def independent(a: np.ndarray) -> list[int]:
    kept: list[int] = []
    for j in range(a.shape[1]):
        if fmpz_mat(a[:, [*kept, j]].tolist()).rank() > len(kept):
            kept.append(j)
    return kept


@pytest.mark.parametrize(("n", "p", "k"), [(4, 1, 2), (6, 2, 2), (7, 3, 2), (9, 2, 2), (6, 1, 3), (7, 2, 3), (6, 1, 4)])
def test_as_the_rays_say(n: int, p: int, k: int) -> None:
    found = set()
    for seed in range(60 if k < 4 else 20):
        rng = np.random.default_rng([n, p, k, seed])
        x = rng.integers(-2, 3, size=(n, p))
        y = np.r_[np.arange(k), rng.integers(0, k, n - k)]
        x[:, 0] += seed % 3 * y
        if seed % 7 == 0:
            x[:, -1] = 2 * x[:, 0]
        design = np.c_[np.ones(n, dtype=int), x] if seed % 2 else x
        a = margin_rows(design.astype(object), y, k)
        assert verdict_of_rows(a) == verdict_by_rays(a), seed
        found.add(verdict_of_rows(a))
    assert found >= {"exists", "quasi-complete"}


def test_textbook_verdicts() -> None:
    x, y = np.array([1.0, 2, 3, 4, 5, 6]), np.array([0, 0, 0, 1, 1, 1])
    assert verdict([x], y, 2, intercept=True) == "complete"
    assert verdict([x], y, 2, intercept=False) == "exists"
    assert verdict([np.array([1.0, 2, 3, 3, 5, 6])], y, 2, intercept=True) == "quasi-complete"
    assert verdict([np.array([1.0, 2, 4, 3, 5, 6])], y, 2, intercept=True) == "exists"
    assert verdict([], y, 2, intercept=True) == "exists"
    # Three classes on a line, each between its own bounds: the middle one has a larger predictor than both.
    assert verdict([x], np.array([0, 0, 1, 1, 2, 2]), 3, intercept=True) == "complete"


def test_one_unit_in_the_last_place_decides() -> None:
    y = np.array([0, 0, 1, 1])
    touching = np.array([0.1, 0.3, 0.3, 0.7])
    assert verdict([touching], y, 2, intercept=True) == "quasi-complete"
    apart, across = touching.copy(), touching.copy()
    apart[2], across[2] = np.nextafter(0.3, 1), np.nextafter(0.3, 0)
    assert verdict([apart], y, 2, intercept=True) == "complete"
    assert verdict([across], y, 2, intercept=True) == "exists"
    assert verdict([1e12 + 4096 * apart], y, 2, intercept=True) != "exists"


def test_a_member_of_the_ball() -> None:
    y, x = np.array([0, 0, 1, 1]), np.array([0.1, 0.3, np.nextafter(0.3, 0), 0.7])
    radius = np.full(4, 2.0**-60)
    assert not separated_within([x], y, [radius], intercept=True)
    assert separated_within([x], y, [radius * 64], intercept=True)
    assert separated_within([-x], y, [radius * 64], intercept=True)
    # Exact numbers do not move, whatever the others do.
    assert not separated_within([x, x[::-1].copy()], y, [0 * radius, 0 * radius], intercept=True)


def test_whole_numbers_keep_the_ratios() -> None:
    column = np.array([0.1, -3e-12, 0.0, 1e12 + 0.25])
    whole = whole_numbers(column)
    assert all(isinstance(v, int) for v in whole)
    for i in range(4):
        assert Fraction(int(whole[i]), int(whole[0])) == Fraction(column[i]) / Fraction(column[0])


def test_feasibility_with_large_numbers_and_degenerate_pivots() -> None:
    """Beale's cycling example in whole numbers, and a system that leaves the range of int64."""
    beale = np.array([[1, -32, -4, 36, 4, 0, 0], [1, -24, -1, 6, 0, 2, 0], [0, 0, 1, 0, 0, 0, 1]], dtype=object)
    assert isinstance(feasible_point(beale, np.array([0, 0, 1], dtype=object)), Feasible)
    big = np.array([[10**30, -1], [1, -(10**30)]], dtype=object)
    assert isinstance(feasible_point(big, np.array([1, 1], dtype=object)), Infeasible)
    found = feasible_point(big, np.array([10**30, -(10**31)], dtype=object))
    assert isinstance(found, Feasible)
