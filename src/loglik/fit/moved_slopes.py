"""Slopes of numbers that are far from zero: in each cell a constant is subtracted, which is the share of the cell's level.

``b_l [cell = l] + s_l x [cell = l]`` is the same model with ``x - c_l`` in the place of x and ``b_l + c_l s_l`` in that of
b_l, but its columns do not repeat each other to nearly all their digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.slopes import SlopesBlock
from loglik.design.features import LevelsFeature

if TYPE_CHECKING:
    from loglik.array_types import Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design

# A mean this many standard deviations from zero costs digits in the Hessian; and coefficients up to which their covariance
# is found by a matrix of all of them.
_FAR, _MOST_MOVED = 100.0, 4_000


@dataclass(frozen=True)
class MovedSlopes:
    """``b_level = b'_level - c b_slope``, the reference levels being brought back to 0.

    Parameters
    ----------
    slopes, levels : ndarray of int, shape (m,)
        Storage positions of the slopes, and of the levels that have their cells.
    center : ndarray of shape (m,)
        What is subtracted.
    references : tuple of (ndarray of int, int)
        Positions of the levels of the columns that slopes are within, and that of their reference level.
    """

    slopes: Indices
    levels: Indices
    center: Vector
    references: tuple[tuple[Indices, int], ...]

    def coefficients(self, beta: Matrix) -> Matrix:
        """Coefficients (C x P) of the numbers as they are."""
        return self._moved(beta, -self.center)

    def fitted(self, beta: Matrix) -> Matrix:
        """Coefficients of the numbers less the constants: the opposite of `coefficients`."""
        return self._moved(beta, self.center)

    def _moved(self, beta: Matrix, by: Vector) -> Matrix:
        moved = beta.copy()
        np.add.at(moved.T, self.levels, (by * beta[:, self.slopes]).T)  # slopes of two numbers may share a level
        for span, reference in self.references:
            base = moved[:, [reference]].copy()
            moved[:, span] -= base
            moved[:, :1] += base
        return moved

    def gradient(self, gradient: Matrix) -> Matrix:
        """Gradient (C x P) by the coefficients of the numbers as they are."""
        whole, original = gradient.copy(), gradient.copy()
        for span, reference in self.references:
            whole[:, reference] = gradient[:, 0] - gradient[:, span].sum(axis=1) + gradient[:, reference]
        original[:, self.slopes] += self.center * whole[:, self.levels]
        return original

    def is_within(self, free: Indices) -> bool:
        """Whether all levels that take up constants are estimated, but those of the references."""
        held = [reference for _, reference in self.references]
        spans = np.concatenate([self.levels, *(span for span, _ in self.references)])
        return bool(np.isin(np.setdiff1d(spans, held), free).all())

    def rounding(self, beta: Matrix) -> float:
        """``u max |c s|``: rounding of a linear predictor computed from the coefficients of the numbers as they are."""
        return float(np.finfo(float).eps / 2.0 * np.abs(beta[:, self.slopes] * self.center).max(initial=0.0))

    def jacobian(self, free: Indices, size: int) -> Matrix:
        """``db/db'`` of one class, over the free coefficients of P."""
        one = np.zeros((free.size, size))
        one[np.arange(free.size), free] = 1.0
        return np.asarray(self.coefficients(one)[:, free].T)


def moved_slopes(design: Design, *, intercept: bool) -> tuple[Design, MovedSlopes | None]:
    """Subtract what can be: from slopes far from zero, in cells whose levels have coefficients too."""
    if design.n_coefficients > _MOST_MOVED or not design.is_in_memory or not design.codes.shape[1]:
        return design, None
    blocks, found = list(design.blocks), []
    for i, block in enumerate(design.blocks):
        if isinstance(block, SlopesBlock):
            center = _centers(block)
            levels = _levels(block, design) if center.any() else None
            if levels is None:
                continue
            span, reference = _feature_of(design, int(levels[0]))
            if reference in levels and not intercept:
                continue
            blocks[i] = replace(block, x=block.x - center[block.place])
            found.append((block.first + np.arange(block.width), levels, center[:-1], span, reference))
    if not found:
        return design, None
    slopes, levels, center = (np.concatenate([f[k] for f in found]) for k in range(3))
    references = {f[4]: (f[3], f[4]) for f in found if f[4] is not None and f[4] in f[1]}
    return replace(design, blocks=tuple(blocks)), MovedSlopes(slopes, levels, center, tuple(references.values()))


def _centers(block: SlopesBlock) -> Vector:
    """Means of the numbers in each cell that is far from zero, and noughts; last a nought for rows without a slope."""
    place, m = block.place, block.n_slopes
    datum = np.zeros(m + 1)
    datum[place[::-1]] = block.x[::-1]
    datum[-1] = 0.0
    apart, index = np.where(place >= 0, block.x - datum[place], 0.0), place % (m + 1)
    count = np.maximum(_sums(index, np.ones(place.size), m), 1.0)
    offset = _sums(index, apart, m) / count
    spread = np.sqrt(np.maximum(_sums(index, apart * apart, m) / count - offset**2, 0.0))
    mean = datum + offset
    mean[-1] = 0.0
    return np.where(np.abs(mean) > _FAR * spread, mean, 0.0)


def _sums(index: Labels, values: Vector, m: int) -> Vector:
    return np.asarray(np.bincount(index, values, minlength=m + 1), dtype=np.float64)


def _levels(block: SlopesBlock, design: Design) -> Indices | None:
    """Positions of the levels whose rows are those of the slopes; None where no column has them."""
    within = block.place >= 0
    place = block.place[within]
    for codes in design.codes.T:
        level = np.full(block.n_slopes, -1, dtype=np.int64)
        level[place] = codes[within]
        if (level < 0).any() or np.unique(level).size < level.size:
            continue
        same = (level[place] == codes[within]).all() and np.isin(codes, level).sum() == place.size
        if same:
            return level
    return None


def _feature_of(design: Design, position: int) -> tuple[Indices, int | None]:
    """Positions of the levels of the column that a level is of, and that of its reference."""
    for feature, positions in zip(design.features, design.positions, strict=True):
        if isinstance(feature, LevelsFeature) and position in positions:
            return positions, None if feature.reference is None else int(positions[feature.reference])
    raise AssertionError(position)
