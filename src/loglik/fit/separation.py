"""Separation: directions along which the likelihood grows for ever, so that no maximum-likelihood estimate exists.

A direction d (coefficients for every free class) separates when it lowers no row's margin,
``x_i' (d_y - d_k) >= 0`` for every row i and every class k other than its own y, and raises at least one. All rows
raised: complete separation; some: quasi-complete (Albert and Anderson, Biometrika 71, 1984). Whether such a direction
exists is a linear programme (Konis, Linear programming algorithms for detecting separated data, 2007), solved here by
HiGHS on a growing set of rows: a direction found on some rows is tested on all, and the rows it violates are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from loglik.design.features import INTERCEPT, CategoricalFeature
from loglik.design.matrix import storage_positions

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.design.matrix import Design

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]
    Labels = npt.NDArray[np.int32]

_FIRST_ROWS = 2_000
_MORE_ROWS = 2_000
_MAX_PROGRAMMES = 60
# Margins of a direction with entries in [-1, 1] on columns of size <= 1.
_RAISED = 1e-6
_LOWERED = -1e-8


@dataclass(frozen=True)
class EmptyCell:
    """A level in which a class never occurs: the commonest cause of separation.

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
        ``"complete"`` or ``"quasi-complete"``.
    rows_separated, n_rows : int
        Rows that the direction raises strictly, of all rows.
    direction : ndarray of shape (C, P)
        Coefficients in storage order, on the original scale of the columns.
    terms : tuple of str
        Terms with a coefficient other than zero in the direction, the intercept left out.
    columns : tuple of str
        Their columns.
    cells : tuple of EmptyCell
        Levels in which a class never occurs, if that is the cause.
    """

    kind: str
    rows_separated: int
    n_rows: int
    direction: Matrix
    terms: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[EmptyCell, ...] = ()


def empty_cells(design: Design, label: Labels, n_classes: int, *, intercept: bool) -> list[EmptyCell]:
    """Find levels in which some class never occurs, from the contingency tables alone."""
    found = []
    column = 0
    for feature, positions in zip(design.features, storage_positions(design.features), strict=True):
        if not isinstance(feature, CategoricalFeature):
            continue
        level = design.codes[:, column] - positions[0]
        column += 1
        table = np.bincount(level * np.int64(n_classes) + label, minlength=feature.width * n_classes)
        table = table.reshape(feature.width, n_classes)
        for i in np.flatnonzero((table == 0).any(axis=1) & (table.sum(axis=1) > 0)):
            if i == feature.reference and not intercept:
                continue  # then the indicator of the reference level is not in the model
            absent = tuple(int(k) for k in np.flatnonzero(table[i] == 0))
            name = feature.levels[i]
            found.append(EmptyCell(f"{feature.name}[{name}]", feature.name, name, absent, int(table[i].sum())))
    return found


def separation_by_cells(design: Design, cells: list[EmptyCell], label: Labels, c: int) -> Separation:
    """Make the certificate that empty cells amount to: each of their rows gains, no other row changes."""
    direction = np.zeros((c, design.n_coefficients))
    raised = np.zeros(design.n_rows, dtype=bool)
    names = {name: i for i, name in enumerate(design.term_names)}
    for cell in cells:
        shift = np.zeros(c + 1)
        shift[list(cell.absent)] = -1.0
        shift -= shift[c]
        position = names[cell.term]
        if position in design.reference_positions:
            feature = next(f for f in design.features if isinstance(f, CategoricalFeature) and f.name == cell.column)
            direction[:, 0] += shift[:c]
            others = [names[t] for t in feature.term_names if names[t] != position]
            direction[:, others] -= shift[:c, None]
        else:
            direction[:, position] += shift[:c]
        raised |= (design.codes == position).any(axis=1)
    complete = bool(raised.all()) and bool((margins(design, label, direction) > 0.0).all())
    return Separation(
        "complete" if complete else "quasi-complete",
        int(raised.sum()),
        design.n_rows,
        direction,
        tuple(cell.term for cell in cells),
        tuple(dict.fromkeys(cell.column for cell in cells)),
        tuple(cells),
    )


def margins(design: Design, label: Labels, direction: Matrix) -> Vector:
    """Smallest ``x_i' (d_y - d_k)`` over the other classes k, for each row: how much the direction raises it."""
    c = direction.shape[0]
    out = np.empty(design.n_rows)
    for lo in range(0, design.n_rows, design.block_rows):
        hi = min(lo + design.block_rows, design.n_rows)
        eta = np.concatenate([design.linear_predictor(lo, hi, direction), np.zeros((1, hi - lo))])
        rows = np.arange(hi - lo)
        own = eta[label[lo:hi], rows].copy()
        eta[label[lo:hi], rows] = -np.inf
        out[lo:hi] = own - eta.max(axis=0) if c else 0.0
    return out


def find_separation(
    design: Design, label: Labels, c: int, free: Indices, largest: Vector, near: Matrix
) -> Separation | None:
    """Decide by linear programming whether a separating direction exists.

    Parameters
    ----------
    design : Design
        Predictors.
    label : ndarray of int32, shape (n,)
        Classes, the reference being `c`.
    c : int
        Number of free classes.
    free : ndarray of int
        Storage positions of the estimated coefficients; their columns must be linearly independent.
    largest : ndarray of shape (P,)
        Largest size of each column in storage order.
    near : ndarray of shape (C, P)
        Where the optimiser stands; rows with small margins there are tried first.
    """
    scale = np.where(largest > 0.0, largest, 1.0)[free]
    search = _Search(design, label, c, free, scale, near)
    total = np.zeros((c, design.n_coefficients))
    raised = np.zeros(design.n_rows, dtype=bool)
    # A vertex of the programme need not raise every row that can be raised: go on with the rows that are left.
    for _ in range(10):
        found = search.direction(~raised)
        if found is None:
            break
        direction, gain = found
        new = (gain > _RAISED) & ~raised
        if not new.any():
            break
        total += direction
        raised |= new
        if raised.all():
            break
    if not raised.any():
        return None
    simple = search.sparse_direction()
    shown = total if simple is None else simple
    # The separating step is judged in units of the columns' largest size.
    involved = (np.abs(shown) * np.where(largest > 0.0, largest, 1.0)).max(axis=0) > 1e-7
    names = design.term_names
    terms = tuple(names[j] for j in design.list_order if involved[j] and names[j] != INTERCEPT)
    return Separation(
        "complete" if raised.all() else "quasi-complete",
        int(raised.sum()),
        design.n_rows,
        shown,
        terms,
        _columns_of(design, terms),
    )


def _columns_of(design: Design, terms: tuple[str, ...]) -> tuple[str, ...]:
    owner = {term: getattr(feature, "name", term) for feature in design.features for term in feature.term_names}
    return tuple(dict.fromkeys(owner[t] for t in terms))


class _Search:
    """Row generation: the programme on a working set of rows, tested on all rows, until both agree."""

    def __init__(
        self, design: Design, label: Labels, c: int, free: Indices, scale: Vector, near: Matrix
    ) -> None:
        self.design, self.label, self.c, self.free, self.scale = design, label, c, free, scale
        n = design.n_rows
        if n <= _FIRST_ROWS:
            self.working = np.arange(n)
        else:
            spread = np.linspace(0, n - 1, _FIRST_ROWS // 2).astype(np.int64)
            closest = np.argpartition(margins(design, label, near), _FIRST_ROWS // 2)[: _FIRST_ROWS // 2]
            self.working = np.unique(np.concatenate([spread, closest]))

    def direction(self, wanted: npt.NDArray[np.bool_]) -> tuple[Matrix, Vector] | None:
        """Find a direction that lowers no row and raises some of the `wanted` ones, and its margins."""
        target = self._sum_of_rows(wanted)
        for _ in range(_MAX_PROGRAMMES):
            d = self._solve(target)
            if d is None:
                return None
            gain = margins(self.design, self.label, d)
            lowered = np.flatnonzero(gain < _LOWERED)
            new = np.setdiff1d(lowered, self.working)
            if new.size == 0:
                return (d, gain) if (gain[wanted] > _RAISED).any() and gain.min() > -_RAISED / 10 else None
            worst = new[np.argsort(gain[new], kind="stable")[:_MORE_ROWS]]
            self.working = np.union1d(self.working, worst)
        return None

    def sparse_direction(self) -> Matrix | None:
        """Find the direction with the smallest sum of sizes, which names few columns; None if it fails on some row."""
        a = self._constraints()
        m = self.c * self.free.size
        target = self._sum_of_rows(np.ones(self.design.n_rows, dtype=bool))
        spared = np.tile(self.free != 0, self.c).astype(float)
        result = _highs(
            np.concatenate([spared, spared]),
            sparse.vstack([sparse.hstack([-a, a]), sparse.csr_matrix(np.concatenate([-target, target]))]),
            np.concatenate([np.zeros(a.shape[0]), [-1.0]]),
            (0.0, None),
        )
        if result is None:
            return None
        scaled = result[:m] - result[m:]
        size = float(np.abs(scaled).max())
        if size == 0.0:
            return None
        d = self._expand(scaled / size)
        gain = margins(self.design, self.label, d)
        top = float(gain.max())
        return d if top > _RAISED and gain.min() >= _LOWERED else None

    def _solve(self, target: Vector) -> Matrix | None:
        a = self._constraints()
        x = _highs(-target, -a, np.zeros(a.shape[0]), (-1.0, 1.0))
        if x is None or float(target @ x) <= 0.0:
            return None
        return self._expand(x)

    def _expand(self, scaled: Vector) -> Matrix:
        d = np.zeros((self.c, self.design.n_coefficients))
        d[:, self.free] = scaled.reshape(self.c, -1) / self.scale
        return d

    def _sum_of_rows(self, wanted: npt.NDArray[np.bool_]) -> Vector:
        """``sum_i sum_{k != y} x_i (e_y - e_k)`` over the wanted rows, scaled to size 1."""
        k = self.c + 1
        total = np.zeros((self.c, self.design.n_coefficients))
        for lo in range(0, self.design.n_rows, self.design.block_rows):
            hi = min(lo + self.design.block_rows, self.design.n_rows)
            r = np.where(np.arange(self.c)[:, None] == self.label[lo:hi], k - 1.0, -1.0) * wanted[lo:hi]
            self.design.add_gradient(lo, hi, np.ascontiguousarray(r), total)
        target = (total[:, self.free] / self.scale).ravel()
        largest = float(np.abs(target).max(initial=0.0))
        return target / largest if largest > 0.0 else target

    def _constraints(self) -> sparse.csr_matrix:
        """One row per working row and other class: ``x_i (e_y - e_k)`` over the free coefficients, scaled."""
        x = sparse.csr_matrix(self._working_rows() / self.scale)
        y = self.label[self.working]
        blocks = []
        for k in range(self.c + 1):
            index = np.flatnonzero(y != k)
            parts = []
            for j in range(self.c):
                factor = (y[index] == j).astype(float) - (1.0 if j == k else 0.0)
                parts.append(sparse.diags_array(factor) @ x[index])
            blocks.append(sparse.hstack(parts))
        return sparse.csr_matrix(sparse.vstack(blocks))

    def _working_rows(self) -> Matrix:
        part = self.design.rows(self.working)
        unit = np.zeros((self.free.size, self.design.n_coefficients))
        unit[np.arange(self.free.size), self.free] = 1.0
        return part.linear_predictor(0, part.n_rows, unit).T


def _highs(
    cost: Vector, a_ub: sparse.csr_matrix, b_ub: Vector, bounds: tuple[float, float | None]
) -> Vector | None:
    from scipy.optimize import linprog

    result = linprog(
        cost, A_ub=a_ub, b_ub=b_ub, bounds=bounds, method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )  # fmt: skip
    return None if result.x is None else np.asarray(result.x)
