"""Directions in which the classes may separate: from an optimiser's drift to a direction that is verified on the rows.

An optimiser that runs to infinity moves along a separating direction d, but never exactly: where ``a' d`` should be 0
it is a little of either sign. `cleaned` guesses which rows these are, at one tolerance after another since margins may
shrink to 0 without a gap, and removes from d what touches them. Whether the guess was right, `verified` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.ball import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Matrix, Vector

RAISED = 8.0
"""Multiples of its error above which a margin is raised."""

_TOLERANCES = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13)
_RANK = 1e-12
_NOISE = (1e-12, 2e-15)


def error_of(a: Matrix, d: Vector, slack: Vector) -> float:
    """Bound of what a margin may be off: rounding, and what is not known of the numbers."""
    size, numbers = np.abs(d), a != 0.0
    most = int(numbers.sum(axis=1).max(initial=0))
    rounding = (most + 8) * UNIT * float((np.abs(a) @ size).max(initial=0.0))
    return rounding + (float((numbers @ (slack * size)).max(initial=0.0)) if slack.any() else 0.0)


def verified(a: Matrix, d: Vector, slack: Vector) -> bool:
    """Whether d lowers no pair and raises some, beyond what rounding can do."""
    m, error = a @ d, error_of(a, d, slack)
    return bool(m.min(initial=np.inf) >= -error and m.max(initial=-np.inf) > RAISED * error)


def cleaned(a: Matrix, d: Vector) -> Iterator[Vector]:
    """Propose directions near d that touch rows exactly, or nearly so: of size 1.

    Parameters
    ----------
    a : ndarray of shape (m, D)
        Pairs, no number larger than 1.
    d : ndarray of shape (D,)
        A direction that raises pairs more than it lowers any.
    """
    size = float(np.abs(d).max(initial=0.0))
    if size == 0.0 or not np.isfinite(size):
        return
    d = d / size
    margin = a @ d
    top = float(margin.max(initial=0.0))
    if top <= 0.0:
        return
    if margin.min() > 0.0:
        yield d
    before = -1
    for tolerance in _TOLERANCES:
        touching = margin <= tolerance * top
        count = int(touching.sum())
        if count in (before, 0):
            continue
        before = count
        rows, _ = row_space(a[touching])
        if rows.shape[0] == d.size:
            continue
        clean = d
        for _ in range(3):
            clean = clean - rows.T @ (rows @ clean)
        size = float(np.abs(clean).max(initial=0.0))
        if size > 0.0:
            clean = clean / size
            for noise in _NOISE:  # coefficients that should be 0
                yield np.where(np.abs(clean) < noise, 0.0, clean)
    if margin.min() <= 0.0:
        yield d


def row_space(a: Matrix) -> tuple[Matrix, float]:
    """Orthonormal rows that span those of a but for the smallest singular values; and the largest of these, or 0."""
    small = np.linalg.qr(a, mode="r") if a.shape[0] > a.shape[1] else a
    _, sizes, rows = np.linalg.svd(small, full_matrices=False)
    kept = sizes > _RANK * sizes.max(initial=0.0)
    return np.asarray(rows[kept]), float(sizes[~kept].max(initial=0.0))


def separating(a: Matrix, d: Vector, slack: Vector) -> Vector | None:
    """Direction near d that is verified on these pairs."""
    for candidate in cleaned(a, d):
        if verified(a, candidate, slack):
            return candidate
    return None
