"""Rows: the design, and what stands beside each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Indices, Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.parallel.executor import Reader

_NO_LABELS, _NO_WEIGHTS = np.zeros(0, dtype=np.int32), np.zeros(0)


@dataclass(slots=True, eq=False)
class Rows:
    """Rows of a design with their labels and weights; a block of them is the same with fewer rows.

    Parameters
    ----------
    design : Design
        Predictors.
    label : ndarray of int32, shape (n,)
        Class of each row; empty where rows have none.
    weight : ndarray of shape (n,)
        Weights, all > 0; empty where rows have none.
    offset : ndarray of shape (C, n) or None
        Added to the linear predictors.
    beside : ndarray of shape (m, n) or None
        What a kernel has computed for each row, or is to fill.
    first : int
        Number of the first of these rows among all.
    """

    design: Design
    label: Labels = field(default_factory=lambda: _NO_LABELS)
    weight: Vector = field(default_factory=lambda: _NO_WEIGHTS)
    offset: Matrix | None = None
    beside: Matrix | None = None
    first: int = 0

    @property
    def n_rows(self) -> int:
        """Number of rows n."""
        return self.design.n_rows

    @property
    def block_rows(self) -> int:
        """Fixed number of rows in a block."""
        return self.design.block_rows

    def block(self, lo: int, hi: int) -> Rows:
        """Rows lo..hi, without a copy."""
        if lo == 0 and hi == self.n_rows and self.design.is_in_memory:
            return self
        return Rows(
            self.design.block(lo, hi),
            self.label[lo:hi],
            self.weight[lo:hi],
            None if self.offset is None else self.offset[:, lo:hi],
            None if self.beside is None else self.beside[:, lo:hi],
            self.first + lo,
        )

    def keeping(self, beside: Matrix) -> Rows:
        """The same rows, with numbers computed for each beside them."""
        return Rows(self.design, self.label, self.weight, self.offset, beside, self.first)

    @property
    def reader(self) -> Reader | None:
        """Who reads these rows for a fit, where that is not whoever asks."""
        return self.design.reader if self.beside is None else None

    def without_rows(self) -> Rows:
        """What is known of the rows without them: small, to be sent."""
        offset = None if self.offset is None else np.ascontiguousarray(self.offset[:, :0])
        return Rows(self.design.alone(0, 0), offset=offset)

    def alone(self, lo: int, hi: int) -> Rows:
        """Rows lo..hi and no others, to be sent."""
        offset = None if self.offset is None else np.ascontiguousarray(self.offset[:, lo:hi])
        label, weight = np.ascontiguousarray(self.label[lo:hi]), np.ascontiguousarray(self.weight[lo:hi])
        return Rows(self.design.alone(lo, hi), label, weight, offset)

    def held(self, n_rows: int, piece: Callable[[int, int], Rows]) -> HeldRows:
        """As `without_rows` of all `n_rows`, with blocks that ``piece(lo, hi)`` has."""
        return HeldRows(self.design, offset=self.offset, count=n_rows, piece=piece)

    @property
    def kept(self) -> Matrix:
        """What stands beside them."""
        if self.beside is None:
            msg = "nothing stands beside these rows"
            raise ValueError(msg)
        return self.beside


@dataclass(slots=True, eq=False)
class SomeRows(Rows):
    """Some of the rows, gathered block by block: a copy of all of them can be a good part of the input.

    Parameters
    ----------
    index : ndarray of int
        Which.
    """

    index: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def reader(self) -> None:
        """Whoever asks gathers them."""
        return

    @property
    def n_rows(self) -> int:
        """Number of rows chosen."""
        return int(self.index.size)

    def block(self, lo: int, hi: int) -> Rows:
        """Copy the chosen rows lo..hi."""
        some = self.index[lo:hi]
        offset = None if self.offset is None else np.ascontiguousarray(self.offset[:, some])
        beside = None if self.beside is None else self.beside[:, some]
        return Rows(self.design.rows(some), self.label[some], self.weight[some], offset, beside, self.first + lo)


def _nobody(lo: int, hi: int) -> Rows:
    msg = f"nobody holds rows {lo} to {hi}"
    raise ValueError(msg)


@dataclass(slots=True, eq=False)
class HeldRows(Rows):
    """All rows as somebody sees them who holds some of them: columns of this design, rows of `piece`.

    Parameters
    ----------
    count : int
        Number of all rows.
    piece : callable
        ``piece(lo, hi)`` has rows lo..hi, with whatever is subtracted from their columns.
    """

    count: int = 0
    piece: Callable[[int, int], Rows] = field(default=_nobody)

    @property
    def n_rows(self) -> int:
        """Number of all rows."""
        return self.count

    def block(self, lo: int, hi: int) -> Rows:
        """Rows lo..hi, which have to be held."""
        there = self.piece(lo, hi)
        offset = None if self.offset is None else there.offset
        return Rows(self.design.over(there.design), there.label, there.weight, offset, None, lo)
