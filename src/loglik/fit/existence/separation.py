"""What is said of separated classes, and the levels in which a class never occurs: the commonest cause.

A direction d (coefficients for every free class) separates when it lowers no row's margin,
``x_i' (d_y - d_k) >= 0`` for every row i and every class k other than its own y, and raises at least one. All
raised: complete separation; some: quasi-complete (Albert and Anderson, Biometrika 71, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from loglik.design.features import LevelsFeature
from loglik.design.rows import Rows
from loglik.kernels.rows.products import count_classes
from loglik.parallel.executor import RowKernel, executor_of

if TYPE_CHECKING:
    from typing import Self

    from loglik.array_types import Indices, Labels, Matrix
    from loglik.design.matrix import Design

Kind = Literal["complete", "quasi-complete", "at least quasi-complete"]


@dataclass(frozen=True)
class EmptyCell:
    """A level in which a class never occurs.

    Parameters
    ----------
    term : str
        ``column[level]``.
    column : str
        The column.
    level : str
        The level.
    absent : tuple of int
        The classes that never occur, as class numbers.
    rows : int
        Rows with this level.
    """

    term: str
    column: str
    level: str
    absent: tuple[int, ...]
    rows: int


@dataclass(frozen=True)
class Separation:
    """The certificate that the maximum-likelihood estimate does not exist.

    Parameters
    ----------
    kind : str
        ``"complete"``; ``"quasi-complete"``, where it is known that no direction raises all rows against all classes; or
        ``"at least quasi-complete"``, where that was not decided.
    rows_separated, n_rows : int
        Rows that the direction raises strictly, of all rows. Another direction may raise more.
    direction : ndarray of shape (C, P)
        Coefficients in storage order, on the original scale of the columns.
    terms : tuple of str
        Terms that separate, the intercept left out: the largest share of the direction's linear predictor first.
    columns : tuple of str
        Their columns.
    cells : tuple of EmptyCell
        Levels in which a class never occurs, if that is the cause.
    exact : bool
        Whether the numbers as they are stored are separated; otherwise numbers within their rounding are.
    remedy : tuple of str
        Columns without which the estimate is known to exist, if it is known of a few.
    """

    kind: Kind
    rows_separated: int
    n_rows: int
    direction: Matrix
    terms: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[EmptyCell, ...] = ()
    exact: bool = True
    remedy: tuple[str, ...] = ()


def empty_cells(design: Design, label: Labels, n_classes: int, *, intercept: bool, threads: int = 1) -> list[EmptyCell]:
    """Find levels in which some class never occurs, from the contingency tables alone."""
    found: list[EmptyCell] = []
    if not design.levels.width:
        return found
    counts = executor_of(Rows(design, label), threads).sum(CELLS, n_classes).counts
    for feature, positions in zip(design.features, design.positions, strict=True):
        if not isinstance(feature, LevelsFeature):
            continue
        table = counts[positions]
        for i in np.flatnonzero((table == 0).any(axis=1) & (table.sum(axis=1) > 0)):
            if i == feature.reference and not intercept:
                continue  # then the indicator of the reference level is not in the model
            absent = tuple(int(k) for k in np.flatnonzero(table[i] == 0))
            name = feature.levels[i]
            found.append(EmptyCell(feature.term_names[i], feature.name, name, absent, int(table[i].sum())))
    return found


@dataclass
class _Counts:
    """Rows by level and class."""

    counts: Indices

    @property
    def nbytes(self) -> int:
        return int(self.counts.nbytes)

    def __iadd__(self, other: Self) -> Self:
        self.counts += other.counts
        return self


def _no_rows(rows: Rows, n_classes: int) -> _Counts:
    return _Counts(np.zeros((rows.design.n_coefficients, n_classes), dtype=np.int64))


def _add_rows(block: Rows, n_classes: int, total: _Counts) -> None:  # noqa: ARG001
    count_classes(block.design.codes, block.label, total.counts)


CELLS = RowKernel(_no_rows, _add_rows)
"""How often each class occurs in each level."""


def direction_of_cells(design: Design, cells: list[EmptyCell], c: int) -> Matrix:
    """Direction that empty cells amount to: each of their rows gains, no other row changes; C x P, whole numbers."""
    direction = np.zeros((c, design.n_coefficients))
    places = {
        f.name: (f, p) for f, p in zip(design.features, design.positions, strict=True) if isinstance(f, LevelsFeature)
    }
    numbers: dict[str, dict[str, int]] = {}
    for cell in cells:
        shift = np.zeros(c + 1)
        shift[list(cell.absent)] = -1.0
        shift -= shift[c]
        feature, positions = places[cell.column]
        known = numbers.setdefault(cell.column, {})
        if not known:
            known.update({level: i for i, level in enumerate(feature.levels)})
        i = known[cell.level]
        if i == feature.reference:
            direction[:, 0] += shift[:c]
            direction[:, np.delete(positions, i)] -= shift[:c, None]
        else:
            direction[:, positions[i]] += shift[:c]
    return direction
