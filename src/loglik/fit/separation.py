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
from loglik.kernels.products import count_classes

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
# Rows up to which the number of rows that can be separated is found exactly; above it is a lower bound.
_EXACT_COUNT = 20_000
# Margins are 0 or scaled up to 1; what lies between is rounding.
_RAISED = 1e-6
_LOWERED = -1e-7


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
    found: list[EmptyCell] = []
    if design.codes.shape[1] == 0:
        return found
    counts = np.zeros((design.n_coefficients, n_classes), dtype=np.int64)
    count_classes(design.codes, label, counts)
    for feature, positions in zip(design.features, storage_positions(design.features), strict=True):
        if not isinstance(feature, CategoricalFeature):
            continue
        table = counts[positions]
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
    complete = bool((margins(design, label, direction)[0] > 0.0).all())
    return Separation(
        "complete" if complete else "quasi-complete",
        int(raised.sum()),
        design.n_rows,
        direction,
        tuple(cell.term for cell in cells),
        tuple(dict.fromkeys(cell.column for cell in cells)),
        tuple(cells),
    )


def separation_by_point(design: Design, beta: Matrix) -> Separation:
    """Make the certificate of a point at which every row has a positive margin: complete separation."""
    names = [design.term_names[j] for j in design.list_order if beta[:, j].any() and design.term_names[j] != INTERCEPT]
    n = design.n_rows
    return Separation("complete", n, n, beta, tuple(names), _columns_of(design, tuple(names)))


def margins(design: Design, label: Labels, direction: Matrix) -> tuple[Vector, Vector]:
    """Smallest and largest ``x_i' (d_y - d_k)`` over the other classes k, for each row.

    The direction lowers a row whose smallest margin is negative, and raises one whose largest is positive.
    """
    low, high = np.empty(design.n_rows), np.empty(design.n_rows)
    for lo in range(0, design.n_rows, design.block_rows):
        hi = min(lo + design.block_rows, design.n_rows)
        eta = np.concatenate([design.linear_predictor(lo, hi, direction), np.zeros((1, hi - lo))])
        at = label[lo:hi], np.arange(hi - lo)
        own = eta[at]
        eta[at] = -np.inf
        low[lo:hi] = own - eta.max(axis=0)
        eta[at] = np.inf
        high[lo:hi] = own - eta.min(axis=0)
    return low, high


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
    scale = np.where(largest > 0.0, largest, 1.0)
    search = _Search(design, label, c, free, scale[free], near)
    direction = search.separating_direction()
    if direction is None:
        return None
    simple = search.simplest_direction(direction)
    shown = direction if simple is None else simple
    low, high = margins(design, label, shown)
    # Judged by what a coefficient can change: its size times the largest size of its column.
    reach = np.abs(shown).max(axis=0) * scale
    names = design.term_names
    terms = tuple(names[j] for j in design.list_order if reach[j] > _RAISED * reach.max() and names[j] != INTERCEPT)
    return Separation(
        "complete" if (low > _RAISED).all() else "quasi-complete",
        int((high > _RAISED).sum()),
        design.n_rows,
        shown,
        terms,
        _columns_of(design, terms),
    )


def _columns_of(design: Design, terms: tuple[str, ...]) -> tuple[str, ...]:
    owner = {term: getattr(feature, "name", term) for feature in design.features for term in feature.term_names}
    return tuple(dict.fromkeys(owner[t] for t in terms))


class _Search:
    """Row generation: the programme on a working set of rows, tested on all rows, until both agree.

    The programme is ``max sum z`` subject to ``z <= A d`` and ``0 <= z <= 1``, with a row of A for every working row
    and class other than its own. A direction may be scaled up, so each z is 0 or 1 at the optimum, and those at 1 are
    all that any direction can raise: the answer does not hang on the units of the columns.
    """

    def __init__(self, design: Design, label: Labels, c: int, free: Indices, scale: Vector, near: Matrix) -> None:
        self.design, self.label, self.c, self.free, self.scale = design, label, c, free, scale
        n = design.n_rows
        if n <= _FIRST_ROWS:
            self.working = np.arange(n)
        else:
            spread = np.linspace(0, n - 1, _FIRST_ROWS // 2).astype(np.int64)
            closest = np.argpartition(margins(design, label, near)[0], _FIRST_ROWS // 2)[: _FIRST_ROWS // 2]
            self.working = np.unique(np.concatenate([spread, closest]))
            self._complete_rank()

    def separating_direction(self) -> Matrix | None:
        """Find a direction that lowers no row and raises as many as any direction can; None if there is none."""
        for _ in range(_MAX_PROGRAMMES):
            a = self._constraints()
            m, k = a.shape
            cost = np.concatenate([np.zeros(k), -np.ones(m)])
            x = _highs(
                cost, sparse.hstack([-a, sparse.eye_array(m)]), np.zeros(m),
                np.concatenate([np.tile([-np.inf, np.inf], (k, 1)), np.tile([0.0, 1.0], (m, 1))]),
            )  # fmt: skip
            if x is None or x[k:].sum() < 0.5:
                return None  # no direction on these rows, hence none on all
            d = self._expand(x[:k])
            low, high = margins(self.design, self.label, d)
            wanted = np.setdiff1d(np.flatnonzero(low < _LOWERED), self.working)
            if wanted.size == 0 and self.design.n_rows <= _EXACT_COUNT:
                wanted = np.setdiff1d(np.flatnonzero(high <= _RAISED), self.working)
            if wanted.size == 0:
                return d if low.min() >= _LOWERED and (high > _RAISED).any() else None
            self._add(wanted, low)
        return None

    def simplest_direction(self, direction: Matrix) -> Matrix | None:
        """Find the direction with the smallest sum of sizes that raises the same rows; it names few columns."""
        low, high = margins(self.design, self.label, direction)
        complete = bool((low > _RAISED).all())
        spared = np.tile(self.free != 0, self.c).astype(float)
        for _ in range(10):
            a = self._constraints()
            raised = a @ (direction[:, self.free] * self.scale).ravel() > _RAISED
            x = _highs(
                np.concatenate([spared, spared]), sparse.hstack([-a, a]), -raised.astype(float),
                np.tile([0.0, np.inf], (2 * a.shape[1], 1)),
            )  # fmt: skip
            if x is None:
                return None
            d = self._expand(x[: a.shape[1]] - x[a.shape[1] :])
            new_low, new_high = margins(self.design, self.label, d)
            failed = (new_low < _LOWERED) | ((high > _RAISED) & (new_high <= _RAISED))
            if complete:
                failed |= new_low <= _RAISED
            wanted = np.setdiff1d(np.flatnonzero(failed), self.working)
            if wanted.size == 0:
                return None if failed.any() else d
            self._add(wanted, new_low)
        return None

    def _add(self, rows: Indices, low: Vector) -> None:
        worst = rows[np.argsort(low[rows], kind="stable")[:_MORE_ROWS]]
        self.working = np.union1d(self.working, worst)

    def _complete_rank(self) -> None:
        """Add rows until the working rows have full column rank, as all rows have: only then do they prove a no."""
        for _ in range(20):
            x = self._working_rows() / self.scale
            _, sizes, right = np.linalg.svd(x, full_matrices=True)
            rank = int((sizes > 1e-10 * sizes[0]).sum())
            if rank == self.free.size:
                return
            blind = np.zeros((self.free.size - rank, self.design.n_coefficients))
            blind[:, self.free] = right[rank:] / self.scale
            seen = np.concatenate(
                [
                    np.abs(
                        self.design.linear_predictor(lo, min(lo + self.design.block_rows, self.design.n_rows), blind)
                    )
                    for lo in range(0, self.design.n_rows, self.design.block_rows)
                ],
                axis=1,
            )
            self.working = np.union1d(self.working, seen.argmax(axis=1))

    def _expand(self, scaled: Vector) -> Matrix:
        d = np.zeros((self.c, self.design.n_coefficients))
        d[:, self.free] = scaled.reshape(self.c, -1) / self.scale
        return d

    def _constraints(self) -> sparse.csr_array:
        """One row per working row and other class: ``x_i (e_y - e_k)`` over the free coefficients, scaled."""
        x = sparse.csr_array(self._working_rows() / self.scale)
        y = self.label[self.working]
        blocks = []
        for k in range(self.c + 1):
            index = np.flatnonzero(y != k)
            parts = []
            for j in range(self.c):
                factor = (y[index] == j).astype(float) - (1.0 if j == k else 0.0)
                parts.append(sparse.diags_array(factor) @ x[index])
            blocks.append(sparse.hstack(parts))
        return sparse.csr_array(sparse.vstack(blocks))

    def _working_rows(self) -> Matrix:
        part = self.design.rows(self.working)
        unit = np.zeros((self.free.size, self.design.n_coefficients))
        unit[np.arange(self.free.size), self.free] = 1.0
        return part.linear_predictor(0, part.n_rows, unit).T


def _highs(cost: Vector, a_ub: sparse.csr_array, b_ub: Vector, bounds: Matrix) -> Vector | None:
    from scipy.optimize import linprog

    result = linprog(
        cost, A_ub=a_ub, b_ub=b_ub, bounds=bounds, method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )  # fmt: skip
    return None if result.x is None else np.asarray(result.x)
