"""Small designs of numbers: grids, ties, shifts, scales, near separation, dependent columns, few rows."""

from __future__ import annotations

import math

import numpy as np
from small_design import SmallDesign

Random = np.random.Generator


def some_classes(rng: Random, n: int, k: int) -> np.ndarray:
    return rng.permutation(np.r_[np.arange(k), rng.integers(0, k, n - k)])


def classes_by(rng: Random, score: np.ndarray, k: int) -> np.ndarray:
    """Cut a score at random, blur it in most of the designs: all verdicts are to occur."""
    blur = rng.choice([0.0, 0.2, 0.5, 1.0, 2.0]) * (np.ptp(score) / 4)
    blurred = score + blur * rng.normal(size=score.size)
    at = np.sort(rng.choice(blurred, size=k - 1, replace=False)) if score.size >= k else blurred[: k - 1]
    found = np.searchsorted(at, blurred)
    return found if np.unique(found).size > 1 else some_classes(rng, score.size, k)


def shape(rng: Random, most_rows: int = 22, most_columns: int = 4) -> tuple[int, int, int]:
    k = int(rng.choice([2, 2, 2, 3, 4]))
    return int(rng.integers(k + 2, most_rows)), int(rng.integers(1, most_columns + 1 - (k == 4))), k


def grid(rng: Random) -> SmallDesign:
    """Small whole numbers; classes at random, or pulled apart along the first column, or cut by a sum of columns."""
    n, p, k = shape(rng)
    x = rng.integers(-2, 3, size=(n, p)).astype(float)
    way = rng.integers(3)
    label = some_classes(rng, n, k)
    if way == 1:
        x[:, 0] += rng.integers(1, 5) * label
    elif way == 2:
        label = classes_by(rng, x @ rng.integers(-2, 3, p).astype(float), k)
    return SmallDesign(label, x, intercept=bool(rng.random() < 0.75))


def ties(rng: Random) -> SmallDesign:
    """Two or three values a column, and rows that occur twice."""
    n, p, k = shape(rng, 14)
    x = rng.choice([0.0, 1.0, 3.0][: rng.integers(2, 4)], size=(n, p))
    x = x[rng.integers(0, n, size=2 * n)]
    return SmallDesign(classes_by(rng, x.sum(axis=1), k), x)


def decimals(rng: Random) -> SmallDesign:
    """Tenths and thirds: sums that are ties in the data as written are not in floats."""
    n, p, k = shape(rng)
    whole = rng.integers(-4, 5, size=(n, p))
    label = classes_by(rng, (whole @ rng.integers(-1, 2, p)).astype(float), k)
    return SmallDesign(label, whole / rng.choice([10.0, 3.0, 100.0, 7.0]))


def normals(rng: Random) -> SmallDesign:
    """Numbers in general position, with 12 bits so that the oracle is quick, or with all of theirs."""
    n, p, k = shape(rng, 18, 3)
    x = rng.normal(size=(n, p))
    x = x if rng.random() < 0.2 else np.round(x * 4096) / 4096
    label = classes_by(rng, x @ rng.normal(size=p), k) if rng.random() < 0.5 else some_classes(rng, n, k)
    return SmallDesign(label, x, intercept=bool(rng.random() < 0.75))


def shifted(rng: Random) -> SmallDesign:
    """A grid or normal numbers far from zero, up to 1e12."""
    small = (grid if rng.random() < 0.6 else normals)(rng)
    where = np.floor(10.0 ** rng.uniform(3, 12, size=small.dense.shape[1])) * rng.choice([-1, 0, 1, 1])
    return small.but(dense=small.dense + where, intercept=bool(rng.random() < 0.9))


def scaled(rng: Random) -> SmallDesign:
    """Columns in units from 1e-12 to 1e12."""
    small = (grid, normals, ties)[rng.integers(3)](rng)
    return small.but(dense=small.dense * 10.0 ** rng.integers(-12, 13, size=small.dense.shape[1]))


def scaled_and_shifted(rng: Random) -> SmallDesign:
    small = grid(rng)
    q = small.dense.shape[1]
    unit = 10.0 ** rng.integers(-6, 7, size=q)
    return small.but(dense=(small.dense + rng.integers(-(10**6), 10**6, size=q)) * unit)


def time_stamps(rng: Random) -> SmallDesign:
    """Milliseconds or seconds since 1970 beside other columns; the class changes at a moment, or nearly."""
    n, _, k = shape(rng, 20)
    unit = float(rng.choice([1.0, 1000.0]))
    start = np.floor(1.6e9 + rng.integers(0, 10**8)) * unit
    every = float(rng.choice([1.0, 60.0, 86_400.0])) * unit
    when = start + np.sort(rng.integers(0, 40, n)) * every
    columns = [when]
    if rng.random() < 0.6:
        columns.append(rng.integers(0, 5, n).astype(float))
    if rng.random() < 0.3:  # an end beside a start
        columns.append(when + rng.integers(1, 9, n) * every)
    return SmallDesign(classes_by(rng, when, k), np.column_stack(columns))


def nearly_separated(rng: Random) -> SmallDesign:
    """A gap of one unit in the last place, one value in both classes, one row over by as much, or by more."""
    n = int(rng.integers(3, 10))
    low, high = rng.uniform(0.1, 1.0, n), rng.uniform(1.0, 3.0, n)
    low[0], high[0] = np.nextafter(1.0, 0), 1.0
    kind = rng.integers(5)
    if kind == 1:
        low[0] = 1.0
    elif kind == 2:
        low[0] = np.nextafter(1.0, 2)
    elif kind == 3:
        low[0] = 1.0 + 10.0 ** rng.integers(-15, -1)
    elif kind == 4:
        low[0] = high[1]
    x = np.r_[low, high]
    columns = [x * float(rng.choice([1.0, 3e-7, 1e9])) + float(rng.choice([0.0, 0.0, 10.0]))]
    if rng.random() < 0.5:
        columns.append(rng.integers(-1, 2, 2 * n).astype(float))
    if rng.random() < 0.3:  # seen only in a sum of two columns
        columns.append(rng.normal(size=2 * n))
        columns[0] = columns[0] - columns[-1]
    return SmallDesign(np.r_[np.zeros(n, int), np.ones(n, int)], np.column_stack(columns))


def dependent(rng: Random) -> SmallDesign:
    """Columns that repeat others, exactly or all but."""
    small = (grid, normals, decimals)[rng.integers(3)](rng)
    x = small.dense
    way = rng.integers(5)
    more = (
        x[:, 0] * 3,
        x[:, 0] + x[:, -1],
        x[:, 0] * (1 / 3) - 0.7,
        np.full(small.n_rows, 2.5),
        x[:, 0] + rng.choice([1e-13, 1e-8, 1e-4]) * rng.normal(size=small.n_rows),
    )[way]
    at = int(rng.integers(x.shape[1] + 1))
    return small.but(dense=np.insert(x, at, more, axis=1))


def few_rows(rng: Random) -> SmallDesign:
    """Two to five rows, often fewer than coefficients."""
    k = int(rng.integers(2, 4))
    n, p = int(rng.integers(k, 6)), int(rng.integers(1, 4))
    x = rng.integers(-2, 3, size=(n, p)) * float(rng.choice([1.0, 1.0, 0.1, 1e6]))
    return SmallDesign(some_classes(rng, n, k), x, intercept=bool(rng.random() < 0.7))


def powers(rng: Random) -> SmallDesign:
    """Powers of one column: x, x^2, x^3 of numbers up to a thousand."""
    n, p, k = shape(rng, 18, 3)
    x = rng.integers(-9, 10, n) * float(rng.choice([1.0, 1.0, 0.1, 100.0]))
    label = classes_by(rng, np.abs(x - rng.integers(-5, 6)), k)
    return SmallDesign(label, np.column_stack([x**j for j in range(1, p + 1)]))


def single_precision(rng: Random) -> SmallDesign:
    small = (grid, decimals, normals)[rng.integers(3)](rng)
    return small.but(dense=small.dense.astype(np.float32))


def one_class_apart(rng: Random) -> SmallDesign:
    """Three or four classes, one of which is told apart from the rest, which overlap."""
    n, p, k = int(rng.integers(9, 24)), int(rng.integers(1, 4)), int(rng.integers(3, 5))
    x = rng.integers(-2, 3, size=(n, p)).astype(float)
    label = some_classes(rng, n, k)
    x[:, -1] += np.where(label == rng.integers(k), float(rng.integers(2, 6)), 0.0)
    return SmallDesign(label, x)


def across_by_one(rng: Random) -> SmallDesign:
    """Rows of large whole numbers with determinant 1: what tells them apart is 1 in their product, below all rounding."""
    a, b = (int(v) for v in rng.integers(2 ** int(rng.integers(20, 40)), 2**40, 2))
    a, b = a // math.gcd(a, b), b // math.gcd(a, b)
    u = pow(a, -1, b)
    v = (1 - u * a) // b  # u a + v b = 1
    across = int(rng.integers(-1, 2))
    rows = np.array([[-b, a], [b + across * u, across * v - a], [a, b], [a + 1, b]], dtype=float)
    label = rng.integers(0, 2, 4)
    label[3] = 1 - label[0]
    return SmallDesign(label, np.where(label == 0, 1, -1)[:, None] * rows, intercept=False)


NUMBERS = (
    grid, ties, decimals, normals, shifted, scaled, scaled_and_shifted, time_stamps, nearly_separated, dependent,
    few_rows, powers, single_precision, one_class_apart,
)  # fmt: skip
