"""Samples of the rows: enough of them to tell what all rows would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.sample import drawn
from loglik.kernels.rows.products import first_of_each, more_of_each
from loglik.parallel.executor import RowKernel

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Vector
    from loglik.design.rows import Rows
    from loglik.fit.objective import Objective

MIN_SAMPLE = 10_000
"""Rows of a sample that is worth a fit."""
_SAMPLES_PER_COEFFICIENT, _MOST_COEFFICIENTS = 30, 1_000
# A sample of this share of the rows costs little however much it tells.
_SMALL_SHARE = 32
_ROWS_OF_A_LEVEL = 20


def sample_size(objective: Objective) -> int:
    """Rows that tell the curvature of all."""
    n, p = objective.design.n_rows, min(objective.free.size, _MOST_COEFFICIENTS)
    size = max(MIN_SAMPLE, _SAMPLES_PER_COEFFICIENT * p, n // _SMALL_SHARE)
    if 4 * size > n:  # no start from it, only a preconditioner
        size = max(MIN_SAMPLE // 2, _SAMPLES_PER_COEFFICIENT // 3 * p)
    return min(n, size)


def some_rows(objective: Objective) -> Objective:
    """As many rows, drawn at random, as tell the curvature of all."""
    return rows_at_random(objective, sample_size(objective))


def some_rows_of_each_level(objective: Objective) -> Objective:
    """As `some_rows`, and the first rows of each level, so that none is without curvature."""
    found = objective.executor.sum(FIRST_OF_EACH, _ROWS_OF_A_LEVEL).rows
    at_random = drawn(objective.design.n_rows, sample_size(objective))
    return objective.subsample(np.union1d(at_random, found[found >= 0]))


@dataclass(eq=False)
class _FirstRows:
    """Numbers of the first rows of each level, and how many there are."""

    seen: Indices
    rows: Indices

    @property
    def nbytes(self) -> int:
        return int(self.rows.nbytes)

    def __iadd__(self, other: Self) -> Self:
        more_of_each(self.seen, self.rows, other.seen, other.rows)
        return self


def _none_seen(rows: Rows, most: int) -> _FirstRows:
    p = rows.design.n_coefficients
    return _FirstRows(np.zeros(p, dtype=np.int64), np.full((p, most), -1, dtype=np.int64))


def _add_first(block: Rows, most: int, total: _FirstRows) -> None:  # noqa: ARG001
    first_of_each(block.design.codes, block.first, total.seen, total.rows)


FIRST_OF_EACH = RowKernel(_none_seen, _add_first)
"""The first rows of each level, so many of them."""


def rows_at_random(objective: Objective, size: int, ridge: Vector | None = None) -> Objective:
    """So many rows, drawn at random (or all, if there are no more), with a ridge if one is given."""
    return (
        objective
        if size >= objective.design.n_rows
        else objective.subsample(drawn(objective.design.n_rows, size), ridge)
    )


def gathered(objective: Objective, size: int) -> Objective:
    """As `rows_at_random` without a ridge, for one read of the rows: they are gathered, not copied."""
    return objective if size >= objective.design.n_rows else objective.gathered(drawn(objective.design.n_rows, size))
