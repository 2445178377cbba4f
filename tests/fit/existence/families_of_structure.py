"""Small designs of structure: levels, indicators, interactions, splines, sparse columns, weights and offsets."""

from __future__ import annotations

import numpy as np
from families_of_numbers import NUMBERS, Random, classes_by, grid, shape, some_classes
from scipy.interpolate import BSpline
from small_design import SmallDesign


def levels(rng: Random) -> SmallDesign:
    """Columns of levels, some rare, with or without numbers beside them."""
    n, p, k = shape(rng, 30, 2)
    codes = tuple(rng.choice(m, n, p=rng.dirichlet(np.ones(m))) for m in rng.integers(2, 6, rng.integers(1, 3)))
    label = some_classes(rng, n, k) if rng.random() < 0.6 else classes_by(rng, codes[0] + 0.5 * codes[-1], k)
    x = rng.integers(-2, 3, size=(n, p - 1)).astype(float)
    return SmallDesign(label, x, codes, intercept=bool(rng.random() < 0.85))


def rare_indicators(rng: Random) -> SmallDesign:
    """Columns of noughts with a few ones, beside numbers."""
    n, p, k = shape(rng, 30, 2)
    rare = np.zeros((n, int(rng.integers(1, 4))))
    for j in range(rare.shape[1]):
        rare[rng.choice(n, rng.integers(1, 5), replace=False), j] = float(rng.choice([1.0, 1.0, 2.0, 0.1]))
    x = np.round(rng.normal(size=(n, p)) * 64) / 64
    return SmallDesign(some_classes(rng, n, k), np.c_[x, rare], intercept=bool(rng.random() < 0.85))


def one_class_indicators(rng: Random) -> SmallDesign:
    """An indicator that is 0 in every row of one class, or of all but one."""
    small = rare_indicators(rng)
    column = (rng.random(small.n_rows) < 0.4).astype(float)
    spared = rng.integers(small.n_classes)
    column[(small.label == spared) if rng.random() < 0.5 else (small.label != spared)] = 0.0
    return small.but(dense=np.insert(small.dense, rng.integers(small.dense.shape[1] + 1), column, axis=1))


def interactions(rng: Random) -> SmallDesign:
    """Two columns and their product; an indicator times a number."""
    n, _, k = shape(rng, 24)
    a = rng.integers(-2, 3, n).astype(float) if rng.random() < 0.5 else np.round(rng.normal(size=n) * 256) / 256
    b = (rng.random(n) < 0.4).astype(float) if rng.random() < 0.5 else rng.integers(-1, 4, n) * 0.1
    label = classes_by(rng, a * b, k) if rng.random() < 0.5 else some_classes(rng, n, k)
    return SmallDesign(label, np.column_stack([a, b, a * b]), intercept=bool(rng.random() < 0.85))


def splines(rng: Random) -> SmallDesign:
    """A B-spline basis, of one group or of two, one of which may have an empty region."""
    n = int(rng.integers(14, 36))
    x = np.sort(np.round(rng.uniform(size=n), 3))
    degree = int(rng.integers(1, 4))
    knots = np.r_[[0.0] * degree, np.linspace(0, 1, int(rng.integers(2, 4))), [1.0] * degree]
    basis = BSpline.design_matrix(x, knots, degree).toarray()[:, 1:]
    label = classes_by(rng, np.sin(6 * x) + 0.3 * x, 2)
    if rng.random() < 0.5:  # a class only here: splines are 0 elsewhere
        label = np.where(x > rng.uniform(0.5, 0.9), rng.integers(2), some_classes(rng, n, 2))
    if np.unique(label).size < 2:
        label[0] = 1 - label[0]
    if rng.random() < 0.4:
        group = (rng.random(n) < 0.5).astype(float)
        basis = np.c_[basis, group, basis * group[:, None]][:, : basis.shape[1] + 4]
    return SmallDesign(label, basis)


def sparse_columns(rng: Random) -> SmallDesign:
    """Sparse columns of counts or weights, alone or beside dense ones; some in one class only."""
    n, p, k = shape(rng, 30, 3)
    words = rng.poisson(0.4, size=(n, int(rng.integers(1, 6)))) * (1.0 if rng.random() < 0.6 else 0.3)
    label = some_classes(rng, n, k)
    if rng.random() < 0.4:
        words[label == rng.integers(k), 0] = 0.0
    dense = rng.integers(-2, 3, size=(n, p - 1)).astype(float)
    return SmallDesign(label, dense, words=words, intercept=bool(rng.random() < 0.85))


def weighted(rng: Random) -> SmallDesign:
    """Any of the others, with weights from 1e-6 to 1e6: they change no verdict."""
    small = any_other(rng)
    spread = float(rng.choice([1.0, 3.0, 6.0]))
    return small.but(weight=10.0 ** rng.uniform(-spread, spread, small.n_rows))


def with_offset(rng: Random) -> SmallDesign:
    """Any of the others, with offsets up to 100: they change no verdict."""
    small = any_other(rng)
    size = float(rng.choice([1.0, 10.0, 100.0]))
    if rng.random() < 0.5:
        shift = np.tile(rng.normal(size=small.n_rows) * size, (small.n_classes - 1, 1))
    else:
        shift = rng.normal(size=(small.n_classes - 1, small.n_rows)) * size
    return small.but(offset=shift)


def any_other(rng: Random) -> SmallDesign:
    return (*NUMBERS, levels, rare_indicators, interactions, sparse_columns)[rng.integers(len(NUMBERS) + 4)](rng)


def mixed(rng: Random) -> SmallDesign:
    """Numbers in different units, levels and sparse columns together."""
    small = grid(rng)
    n = small.n_rows
    codes = tuple(rng.integers(0, m, n) for m in rng.integers(2, 4, rng.integers(0, 2)))
    words = rng.poisson(0.5, size=(n, 2)).astype(float) if rng.random() < 0.5 else None
    unit = 10.0 ** rng.integers(-9, 10, size=small.dense.shape[1])
    return small.but(dense=small.dense * unit, levels=codes, words=words)


STRUCTURES = (
    levels, rare_indicators, one_class_indicators, interactions, splines, sparse_columns, weighted, with_offset, mixed,
)  # fmt: skip
