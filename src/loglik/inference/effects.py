"""Averages over rows of predicted probabilities and of their derivatives, with gradients by the coefficients.

With ``p = softmax(eta)`` of C predictors beside the reference's 0, weights w that sum to W, rows X_i of the design and Z_i of
its derivative by a column, ``d_c = Z_i' b_c`` (0 for the reference) and ``J_km = p_k ([k = m] - p_m)``::

    prediction   (1/W) sum_i w_i p_k                       by b_m:  (1/W) sum_i w_i J_km X_i
    slope        (1/W) sum_i w_i p_k (d_k - D)             by b_m:  (1/W) sum_i w_i (S_km X_i + J_km Z_i)
    D = sum_c p_c d_c,   S_km = p_k ([k = m] - p_m) (d_k - D) - p_k p_m (d_m - D)

and the variance of an estimate with the gradient g is ``g' V g`` (the delta method: Cramer, Mathematical Methods of
Statistics, 1946, section 28.4). Columns, weights and offsets count as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from loglik.families.canonical import family_for
from loglik.kernels.rows.odds import derivatives, multiplied_odds
from loglik.parallel.executor import MatrixSums, RowKernel, Threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from loglik.array_types import Matrix, Vector
    from loglik.design.counterfactual import ColumnRows, LevelAlone, Setting
    from loglik.design.matrix import Design

    Array = npt.NDArray[np.float64]

T = TypeVar("T")

# Memory of the sums of a pass over the rows.
_SUMS_BYTES = 1 << 26
# Logarithms of odds whose products with one another are numbers; what is beyond is 0 or 1 to 150 digits.
_FARTHEST = 350.0


@dataclass(frozen=True, eq=False)
class Averaged:
    """An average for each class, the reference last.

    Parameters
    ----------
    value : ndarray of shape (C + 1,)
        Averages.
    gradient : ndarray of shape (C + 1, C, P)
        Their derivatives by the coefficients in storage order.
    """

    value: Vector
    gradient: Array

    def __sub__(self, other: Averaged) -> Averaged:
        """Difference, with the difference of the gradients."""
        return Averaged(self.value - other.value, self.gradient - other.gradient)


@dataclass(frozen=True, eq=False)
class Predictor:
    """Linear predictors of rows: coefficients in storage order, and those to compute with where columns are centered.

    Parameters
    ----------
    coefficients : ndarray of shape (C, P)
        Against the reference.
    centers : ndarray of shape (q,) or None
        Subtracted from the columns of numbers.
    intercepts : ndarray of shape (C,) or None
        Intercepts that go with them.
    """

    coefficients: Matrix
    centers: Vector | None = None
    intercepts: Vector | None = None

    def of(self, design: Design, offset: Matrix | Vector | None) -> Matrix:
        """Linear predictors of the free classes: C x n."""
        beta = self.coefficients
        if self.centers is not None and self.intercepts is not None:
            design, beta = design.centered(self.centers), beta.copy()
            beta[:, 0] = self.intercepts
        with np.errstate(over="ignore", invalid="ignore"):  # whoever uses them tells what was lost
            eta = design.matvec(beta)
            if offset is not None:
                eta += offset
        return eta

    def probabilities(self, design: Design, offset: Vector | None) -> Matrix:
        """Of all classes, the reference last: (C + 1) x n."""
        with np.errstate(over="ignore", invalid="ignore"):
            return family_for(self.coefficients.shape[0] + 1).probabilities(self.of(design, offset))


def predictions_at(rows: ColumnRows, predictor: Predictor, settings: Sequence[Setting], threads: int) -> list[Averaged]:
    """Average predicted probabilities with some columns set to other values, one for each setting."""
    made: list[Averaged] = []
    for some in _chunks(settings, predictor):
        alone = tuple(rows.level_alone(setting) for setting in some)
        values, gradients = Threads(rows, threads).sum(PREDICTIONS, _Settings(predictor, tuple(some), alone)).sums
        for gradient, level in zip(gradients, alone, strict=True):
            if level is not None:  # rows at the level have 1 there, as for the intercept, and 0 at the others
                gradient[..., level.span] = 0.0
                gradient[..., level.first + level.level] = gradient[..., 0]
        made += _averaged(rows, values, gradients)
    return made


def slopes_of(rows: ColumnRows, predictor: Predictor, columns: Sequence[str], threads: int) -> list[Averaged]:
    """Average derivatives of predicted probabilities by columns of numbers, whatever the formula makes of them."""
    made: list[Averaged] = []
    for some in _chunks(columns, predictor):
        sums = Threads(rows, threads).sum(SLOPES, _Slopes(predictor, tuple(some)))
        made += _averaged(rows, *sums.sums)
    return made


def linear_slopes_of(
    rows: ColumnRows, predictor: Predictor, directions: Sequence[Vector], threads: int
) -> list[Averaged]:
    """As `slopes_of`, for columns whose derivative Z of the design is the same in every row: one sum serves them all."""
    if not directions:
        return []
    beta, total = predictor.coefficients, rows.weight.sum()
    sums = Threads(rows, threads).sum(LINEAR_SLOPES, predictor)
    j, t = (part / total for part in sums.sums)
    made = []
    for z in directions:
        d = beta @ z
        gradient = np.einsum("c,kcmp->kmp", d, t)
        gradient += j[:, :, None] * z
        value = j @ d
        made.append(_with_reference(np.append(value, -value.sum()), gradient))
    return made


@dataclass(frozen=True, eq=False)
class _Settings:
    predictor: Predictor
    settings: tuple[Setting, ...]
    alone: tuple[LevelAlone | None, ...]


@dataclass(frozen=True, eq=False)
class _Slopes:
    predictor: Predictor
    columns: tuple[str, ...]


def _zeros(n: int, beta: Matrix) -> MatrixSums:
    c = beta.shape[0]
    return MatrixSums((np.zeros((n, c + 1)), np.zeros((n, c, *beta.shape))))


def _zeros_of_settings(rows: ColumnRows, of: _Settings) -> MatrixSums:  # noqa: ARG001
    return _zeros(len(of.settings), of.predictor.coefficients)


def _zeros_of_slopes(rows: ColumnRows, of: _Slopes) -> MatrixSums:  # noqa: ARG001
    return _zeros(len(of.columns), of.predictor.coefficients)


def _zeros_of_linear(rows: ColumnRows, of: Predictor) -> MatrixSums:  # noqa: ARG001
    c, p = of.coefficients.shape
    return MatrixSums((np.zeros((c, c)), np.zeros((c, c, c, p))))


def _add_settings(block: ColumnRows, of: _Settings, total: MatrixSums) -> None:
    first = 0
    for column, run in groupby(of.alone, lambda level: level and level.column):
        levels = tuple(run)
        some, first = slice(first, first + len(levels)), first + len(levels)
        sums = total.sums[0][some], total.sums[1][some]
        if column is None:
            for i, setting in enumerate(of.settings[some]):
                rows = block.at(setting)
                design, offset = rows.design()
                p = of.predictor.probabilities(design, offset)
                sums[0][i] += p @ rows.weight
                _transposed(design, _responses(p) * rows.weight, sums[1][i])
        else:
            _add_levels(block, of.predictor, [level for level in levels if level is not None], *sums)


def _add_levels(
    block: ColumnRows, predictor: Predictor, levels: Sequence[LevelAlone], values: Matrix, gradients: Array
) -> None:
    """Add levels of one column: other coefficients in the place of a row's own, all else as it is.

    Gradients by the coefficients of the column are left to the caller.
    """
    design, offset = block.design()
    column, first = levels[0].column, levels[0].first
    beta, places = predictor.coefficients, [first + level.level for level in levels]
    rest = predictor.of(design, offset) - beta[:, first + block.levels[column].codes]
    if beta.shape[0] > 1:
        for i, place in enumerate(places):
            p = family_for(beta.shape[0] + 1).probabilities(rest + beta[:, [place]])
            values[i] += p @ block.weight
            _transposed(design, _responses(p) * block.weight, gradients[i])
        return
    responses = np.empty((len(places), block.n_rows))
    odds, factors = (np.exp(np.clip(eta, -_FARTHEST, _FARTHEST)) for eta in (rest[0], beta[0, places]))
    multiplied_odds(odds, factors, block.weight, values, responses)
    design.transpose_matvec(responses, gradients.reshape(len(places), -1))


def _add_slopes(block: ColumnRows, of: _Slopes, total: MatrixSums) -> None:
    values, gradients = total.sums
    beta, weight = of.predictor.coefficients, block.weight
    design, offset = block.design()
    p = of.predictor.probabilities(design, offset)
    responses = _responses(p)
    unmoved = beta.copy()
    unmoved[:, 0] = 0.0
    for i, column in enumerate(of.columns):
        moved, shift = block.derivative(column)
        d = moved.matvec(unmoved)
        if shift is not None:
            d += shift
        apart = _apart(p, d)
        values[i] += (p * apart) @ weight
        second = responses * apart[:-1, None] - p[:-1, None] * (p[:-1] * apart[:-1])[None]
        _transposed(design, second * weight, gradients[i])
        own = np.zeros_like(gradients[i])
        _transposed(moved, responses * weight, own)
        own[:, :, 0] = 0.0
        gradients[i] += own


def _add_linear(block: ColumnRows, of: Predictor, total: MatrixSums) -> None:
    jacobian, second = total.sums
    design, offset = block.design()
    c = of.coefficients.shape[0]
    if c == 1:
        along, across = np.empty(block.n_rows), np.empty(block.n_rows)
        derivatives(of.of(design, offset)[0], block.weight, along, across)
        jacobian += along.sum()
        design.transpose_matvec(across[None], second[0, 0])
        return
    p = of.probabilities(design, offset)
    weighted = _responses(p) * block.weight  # w J_km
    jacobian += weighted.sum(axis=2)
    # d J_kc / d eta_m = J_km ([k = c] - p_c) - p_k J_cm
    for i in range(c):
        for j in range(c):
            along = weighted[i] * (_rest(p, i) if i == j else -p[j]) - p[i] * weighted[j]
            design.transpose_matvec(along, second[i, j])


def _responses(p: Matrix) -> Array:
    """``J_km = p_k ([k = m] - p_m)`` of the free classes: C x C x n."""
    free = p[:-1]
    made = -free[:, None] * free[None]
    for k in range(free.shape[0]):
        made[k, k] = free[k] * _rest(p, k)
    return made


def _rest(p: Matrix, k: int) -> Vector:
    """``1 - p_k`` with all its digits."""
    return np.asarray(p[:k].sum(axis=0) + p[k + 1 :].sum(axis=0))


def _apart(p: Matrix, d: Matrix) -> Matrix:
    """``d_k - D = sum_c p_c (d_k - d_c)`` of all classes, exact also where p_k is near 1."""
    every = np.concatenate([d, np.zeros((1, d.shape[1]))])
    return np.array([((every[k] - every) * p).sum(axis=0) for k in range(every.shape[0])])


def _transposed(design: Design, residual: Array, gradient: Array) -> None:
    """Add ``sum_i residual_kmi X_i``: C x C x n into C x C x P."""
    flat = gradient.reshape(-1, gradient.shape[-1])
    design.transpose_matvec(residual.reshape(-1, residual.shape[-1]), flat)


def _averaged(rows: ColumnRows, values: Matrix, gradients: Array) -> list[Averaged]:
    total = rows.weight.sum()
    return [_with_reference(v / total, g / total) for v, g in zip(values, gradients, strict=True)]


def _with_reference(value: Vector, gradient: Array) -> Averaged:
    """The gradient of the reference's part: all classes add up to a constant."""
    return Averaged(value, np.concatenate([gradient, -gradient.sum(axis=0, keepdims=True)]))


def _chunks(wanted: Sequence[T], predictor: Predictor) -> list[Sequence[T]]:
    c = predictor.coefficients.shape[0]
    each = max(1, _SUMS_BYTES // (8 * c * predictor.coefficients.size))
    return [wanted[i : i + each] for i in range(0, len(wanted), each)]


PREDICTIONS = RowKernel(_zeros_of_settings, _add_settings)
"""Sums of predicted probabilities with columns set to other values, and of their gradients."""
SLOPES = RowKernel(_zeros_of_slopes, _add_slopes)
"""Sums of derivatives of predicted probabilities by columns, and of their gradients."""
LINEAR_SLOPES = RowKernel(_zeros_of_linear, _add_linear)
"""Sums of the first and second derivatives of the probabilities by the predictors."""
