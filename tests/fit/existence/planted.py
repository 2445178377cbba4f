"""Larger designs whose verdict is known from how they are made, with the certificate that proves it in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from exact_oracle import Verdict
from flint import fmpz_mat
from scipy.interpolate import BSpline
from small_design import SmallDesign

Random = np.random.Generator


@dataclass(frozen=True)
class Planted:
    """A design of two classes with its verdict and its proof.

    A direction over (intercept, columns) proves separation; rows that occur in both classes prove that it is not
    complete, and if they span everything, that there is none.
    """

    small: SmallDesign
    verdict: Verdict
    direction: np.ndarray | None = None
    blamed: frozenset[str] | None = None

    def proved(self) -> bool:
        x = np.c_[np.ones(self.small.n_rows, dtype=int), np.column_stack(self.small.columns)]
        sign = np.where(self.small.label == 0, 1, -1)
        shared = self._rows_of_both_classes(x)
        if self.verdict == "exists":
            return fmpz_mat(shared.astype(int).tolist()).rank() == x.shape[1]
        margins = sign * (x.astype(object) @ self.direction.astype(object))
        if self.verdict == "complete":
            return bool((margins > 0).all())
        return bool((margins >= 0).all() and (margins > 0).any() and len(shared))

    def _rows_of_both_classes(self, x: np.ndarray) -> np.ndarray:
        of_class = [{tuple(r) for r in x[self.small.label == k].tolist()} for k in (0, 1)]
        return np.array(sorted(of_class[0] & of_class[1]))


def unimodular(rng: Random, p: int) -> tuple[np.ndarray, np.ndarray]:
    """A matrix of small whole numbers with determinant 1, and its inverse."""
    m, inverse = np.eye(p, dtype=int), np.eye(p, dtype=int)
    for _ in range(2 * p):
        i, j = rng.choice(p, 2, replace=False)
        f = int(rng.choice([-1, 1]))
        if abs(m[:, j] + f * m[:, i]).max() > 50:
            continue
        m[:, j] += f * m[:, i]
        inverse[i] -= f * inverse[j]
    return m, inverse


def shared_rows(rng: Random, x: np.ndarray, label: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Let each of these rows occur in the other class too."""
    order = rng.permutation(label.size + of.size)
    return np.r_[x, x[of]][order], np.r_[label, 1 - label[of]][order]


def hidden_combination(rng: Random, p: int) -> Planted:
    """A combination of about all columns is 0 but in a few rows, where its sign is the class."""
    n = 5 * p
    z = rng.integers(-3, 4, size=(n, p))
    label = rng.integers(0, 2, n)
    z[:, 0] = 0
    some = rng.choice(n, int(rng.integers(1, 6)), replace=False)
    z[some, 0] = np.where(label[some] == 0, 1, -1) * rng.integers(1, 4, some.size)
    z, label = shared_rows(rng, z, label, np.setdiff1d(np.arange(n), some)[: 2 * p])
    m, inverse = unimodular(rng, p)
    return Planted(SmallDesign(label, (z @ m).astype(float)), "quasi-complete", np.r_[0, inverse[:, 0]])


def flag_among_others(rng: Random, p: int) -> Planted:
    """An indicator that is 0 in every row of one class, among other indicators and whole numbers."""
    n = 6 * p
    x = np.where(rng.random(p) < 0.5, rng.random((n, p)) < 0.3, rng.integers(-4, 5, size=(n, p))).astype(int)
    label = rng.integers(0, 2, n)
    j, spared = int(rng.integers(p)), int(rng.integers(2))
    x[:, j] = (rng.random(n) < rng.choice([0.02, 0.4])) & (label != spared)
    x[np.flatnonzero(label != spared)[0], j] = 1
    x, label = shared_rows(rng, x, label, np.flatnonzero(x[:, j] == 0)[: 2 * p])
    direction = np.zeros(1 + p, dtype=int)
    direction[1 + j] = 1 if spared == 1 else -1
    return Planted(SmallDesign(label, x.astype(float)), "quasi-complete", direction, frozenset({f"x{j}"}))


def two_columns_together(rng: Random, p: int) -> Planted:
    """Two columns whose difference is >= 0 in one class and <= 0 in the other; alone neither says anything."""
    n = 6 * p
    x = rng.integers(-5, 6, size=(n, p))
    label = rng.integers(0, 2, n)
    i, j = rng.choice(p, 2, replace=False)
    gap = rng.integers(0, 3, n)
    gap[0] = 1
    x[:, i] = x[:, j] + np.where(label == 0, gap, -gap)
    x, label = shared_rows(rng, x, label, np.flatnonzero(gap == 0))
    direction = np.zeros(1 + p, dtype=int)
    direction[[1 + i, 1 + j]] = 1, -1
    return Planted(SmallDesign(label, x.astype(float)), "quasi-complete", direction, frozenset({f"x{i}", f"x{j}"}))


def apart(rng: Random, p: int) -> Planted:
    """One column tells the classes apart, by little compared with its spread."""
    n = 5 * p
    x = rng.integers(-9, 10, size=(n, p))
    label = rng.integers(0, 2, n)
    j = int(rng.integers(p))
    x[:, j] = np.where(label == 0, 1, 0) + np.where(label == 0, 1, -1) * rng.integers(0, 1000, n)
    direction = np.zeros(1 + p, dtype=int)
    direction[[0, 1 + j]] = -1, 2
    return Planted(SmallDesign(label, x.astype(float)), "complete", direction, frozenset({f"x{j}"}))


def all_but_apart(rng: Random, p: int) -> Planted:
    """Told apart by a column but for as many rows in both classes as make an estimate exist."""
    base = apart(rng, p).small
    x, label = shared_rows(rng, base.dense, base.label, np.arange(p + 3))
    return Planted(SmallDesign(label, x), "exists")


def moment(rng: Random, p: int) -> Planted:
    """The class changes at a moment in milliseconds since 1970."""
    n = 8 * p
    x = rng.integers(-9, 10, size=(n, p))
    x[:, 0] = 1_600_000_000_000 + np.sort(rng.integers(0, 10**10, n))
    half = n // 2
    x[half:, 0] += 1
    label = (np.arange(n) < half).astype(int)
    direction = np.zeros(1 + p, dtype=object)
    direction[0], direction[1] = -int(x[half - 1, 0] + x[half, 0]), 2
    return Planted(SmallDesign(label, x.astype(float)), "complete", direction, frozenset({"x0"}))


KINDS = (hidden_combination, flag_among_others, two_columns_together, apart, all_but_apart, moment)


FORMS = ("treatment", "blocks", "sums", "orthogonal", "powers")


def group_splines(rng: Random, form: str) -> tuple[SmallDesign, np.ndarray]:
    """A spline for each of four groups, one of which has a single class where the first function of its basis lives.

    Returns the design, whose first function is left out in favour of intercept and indicators as software does, and the
    rows that the function raises. In all forms but "blocks" it is a combination of columns, 0 to rounding in other rows.
    """
    n, degree, groups = int(rng.integers(200, 1500)), int(rng.integers(2, 4)), int(rng.integers(3, 7))
    inner = np.sort(np.round(rng.uniform(0.25, 0.95, int(rng.integers(1, 4))), 2))
    knots = np.r_[[0.0] * (degree + 1), inner, [1.0] * (degree + 1)]
    group, x = rng.integers(groups, size=n), rng.uniform(size=n)
    hole = group == 1
    m = hole.sum()
    x[hole] = np.where(rng.random(m) < 0.06, rng.uniform(0.0, 0.2, m), rng.uniform(inner[0], 1.0, m))
    x[np.flatnonzero(hole)[0]] = 0.125
    label = (rng.random(n) < 0.5).astype(int)
    label[hole & (x < inner[0])] = 1
    basis = BSpline.design_matrix(x, knots, degree).toarray()
    if form == "powers":  # the same splines by truncated powers
        basis = np.column_stack([x**j for j in range(degree + 1)] + [np.maximum(x - k, 0) ** degree for k in inner])
    raised = hole & (x < inner[0])
    of = [(group == g).astype(float) for g in range(groups)]
    if form == "blocks":
        return SmallDesign(label, np.column_stack([basis * o[:, None] for o in of]), intercept=False), raised
    if form == "sums":
        basis = np.cumsum(basis[:, ::-1], axis=1)[:, ::-1]
    rest = basis[:, 1:]
    columns = [*of[1:], rest, *(rest * o[:, None] for o in of[1:])]
    whole = np.column_stack(columns)
    if form == "orthogonal":
        whole = np.linalg.qr(whole - whole.mean(axis=0))[0]
    return SmallDesign(label, whole), raised
