"""The verdict on a fit: the estimate exists, or the classes are separated, or neither was proved.

Cheapest first: contingency tables and sparse columns' ranges before the fit; the last Newton step after it
(`decrement`); and where that is no certificate, the ranges of all columns, the direction in which the optimiser drifts,
and the pairs themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.existence.ball import Ball, ball_of
from loglik.fit.existence.column_ranges import ColumnRanges, Threshold, column_ranges, thresholds
from loglik.fit.existence.describe import describe_alone, describe_direction
from loglik.fit.existence.search import find, verified_on_all
from loglik.fit.existence.separation import EmptyCell, Separation, empty_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loglik.array_types import Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design


class Existence:
    """What is known, in the course of one fit, about the existence of its estimate.

    Parameters
    ----------
    design : Design
        The rows, not centered.
    label : ndarray of int32, shape (n,)
        Classes, the reference being C.
    c : int
        Number of free classes.
    intercept : bool
        Whether the model has one.
    threads : int
        Threads that walk the rows.
    """

    def __init__(self, design: Design, label: Labels, c: int, *, intercept: bool, threads: int = 1) -> None:
        self.design, self.label, self.c, self.intercept, self.threads = design, label, c, intercept, threads
        self.separation: Separation | None = None
        self.proved = False
        self._known_ranges: ColumnRanges | None = None

    @property
    def settled(self) -> bool:
        """Whether there is a verdict."""
        return self.proved or self.separation is not None

    def at_once(self, free: Indices) -> None:
        """Look at what costs next to nothing: levels in which a class never occurs, and sparse columns."""
        cells = empty_cells(self.design, self.label, self.c + 1, intercept=self.intercept, threads=self.threads)
        words = self.design.words is not None and self.design.words.width > 0
        if cells or words:
            self.look_at_columns(free, cells)

    def look_at_columns(self, free: Indices, cells: Sequence[EmptyCell] = ()) -> None:
        """Look for columns that separate by themselves: one read of the rows."""
        alone = self._thresholds(free)
        if cells or alone:
            self.separation = describe_alone(self.design, self._ball(free), list(cells), alone)

    def look(self, free: Indices, beta: Matrix, before: Matrix | None = None) -> None:
        """Decide, by the ranges of the columns, by where the optimiser stands and whence it came, and by all pairs.

        Parameters
        ----------
        free : ndarray of int
            Storage positions of the estimated coefficients.
        beta : ndarray of shape (C, P)
            Where the optimiser stands, on the original scale of the columns.
        before : ndarray of shape (C, P) or None
            Where it stood some steps earlier.
        """
        self.look_at_columns(free)
        if self.separation is None:
            self._look_at_pairs(free, beta, before)

    def _look_at_pairs(self, free: Indices, beta: Matrix, before: Matrix | None) -> None:
        ball = self._ball(free)
        near = _unit(ball.from_columns(beta))
        starts = (near,) if before is None else (_unit(ball.from_columns(beta - before)), near)
        found = find(ball, near, starts)
        if found.direction is not None:
            self.separation = describe_direction(self.design, ball, found.direction)
        self.proved = found.exists

    def try_point(self, free: Indices, beta: Matrix) -> None:
        """See whether a point at which every margin is positive separates, as it does but for rounding."""
        ball = self._ball(free)
        d = _unit(ball.from_columns(beta))
        if d.any() and verified_on_all(ball, d)[0]:
            alone = self._thresholds(free)
            self.separation = (
                describe_alone(self.design, ball, [], alone, d) if alone else describe_direction(self.design, ball, d)
            )

    def _ball(self, free: Indices) -> Ball:
        return ball_of(
            self.design, self.label, self.c, free, self._ranges, intercept=self.intercept, threads=self.threads
        )

    @property
    def _ranges(self) -> ColumnRanges:
        if self._known_ranges is None:
            self._known_ranges = column_ranges(self.design, self.label, self.c + 1, self.threads)
        return self._known_ranges

    def _thresholds(self, free: Indices) -> list[Threshold]:
        candidates = np.zeros(self.design.n_coefficients, dtype=bool)
        candidates[free] = True
        return thresholds(self._ranges, candidates, intercept=self.intercept)


def _unit(d: Vector) -> Vector:
    size = float(np.abs(d).max(initial=0.0))
    return d / size if size > 0.0 else d
