"""The likelihood times Jeffreys' prior: ``l*(b) = l(b) + log|I(b)| / 2``, whose maximum always exists.

With ``V = I^-1``, ``Q_kl = x' V_kl x`` and ``D_m = (e_m - p)' Q (e_m - p)``, ``e_ref = 0``, the score of class m is::

    U*_m = sum_i w_i x_i [t_m - p_m + (p_m / 2) (D_m - Dbar)],    Dbar = sum over all K classes of p_k D_k

(formula 11.9: Firth, Biometrika 80, 1993; for K classes Bull, Mak and Greenwood, Computational Statistics and Data
Analysis 39, 2002); with two classes the adjustment is ``h (1/2 - p)``, h the leverage ``w p (1 - p) x' V x``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg.blas import dtrmm

from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.loss import terms
from loglik.fit.objective import Evaluation, Objective
from loglik.kernels.rows.dense import FEW_COLUMNS
from loglik.kernels.rows.leverage import jeffreys_pass
from loglik.kernels.rows.panels import panel_rows
from loglik.parallel.executor import MatrixSum, RowKernel, rows_per_block

if TYPE_CHECKING:
    from loglik.array_types import Array, Indices, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.design.rows import Rows
    from loglik.fit.hessian.form import Factor
    from loglik.fit.loss import At


_NONE = np.zeros(0)


@dataclass(frozen=True)
class Penalised(Evaluation):
    """The penalised likelihood at a point.

    Parameters
    ----------
    prior : ndarray of shape (D,)
        The gradient of ``-log|I(b)| / 2W`` there, which is part of its own.
    factor : ScaledCholesky
        Of the information of a row.
    """

    prior: Vector = field(default_factory=lambda: np.zeros(0))
    factor: ScaledCholesky | None = None


@dataclass(frozen=True)
class JeffreysObjective(Objective):
    """``-l*(b)/W``, but for a constant; its Hessian is that of ``-l(b)/W``, the information of a row.

    Parameters
    ----------
    null_factor : Factor or None
        Of the information at the null model, if it is known.
    """

    null_factor: Factor | None = None

    @staticmethod
    def of(objective: Objective, null_factor: Factor | None) -> JeffreysObjective:
        """The objective with Jeffreys' prior in the place of a penalty."""
        fields = {name: getattr(objective, name) for name in Objective.__dataclass_fields__}
        return JeffreysObjective(**fields, null_factor=null_factor)

    def evaluate(self, theta: Vector, *, hessian: bool = True) -> Evaluation:  # noqa: ARG002
        """Value, score and information in two reads of the rows."""
        here = super().evaluate(theta, hessian=True)
        if here.hessian is None or not np.isfinite(here.hessian).all():
            return replace(here, value=np.inf)
        factor = ScaledCholesky.of(here.hessian)
        if factor.jitter:  # the information has no digits left: Jeffreys' prior is next to 0
            return replace(here, value=np.inf)
        w = self.total_weight
        of = factor.half_inverse / np.sqrt(w) if self.n_classes_free == 1 else factor.inverse() / w
        spread = _Spread(self.at(theta), self.free, of, self.design.n_coefficients)
        prior = -self.gather(self.executor.sum(DENSE if self._is_dense else ADJUSTMENT, spread).sums) / w
        self.passes.count += 1
        value = here.value - factor.log_det() / (2.0 * w)
        return Penalised(
            **(vars(here) | {"value": value, "gradient": here.gradient + prior}), prior=prior, factor=factor
        )

    def with_prior_of(self, at: Penalised) -> HeldPrior:
        """The likelihood with the prior's logarithm replaced by its tangent at a point."""
        fields = {name: getattr(self, name) for name in Objective.__dataclass_fields__}
        return HeldPrior(**fields, point=at)

    @property
    def _is_dense(self) -> bool:
        design = self.design
        return self.n_classes_free == 1 and len(design.blocks) == 1 and design.numeric.n_numbers <= FEW_COLUMNS

    @property
    def likelihood(self) -> Objective:
        """The likelihood alone."""
        return Objective(**{name: getattr(self, name) for name in Objective.__dataclass_fields__})

    def penalised_log_likelihood(self, value: float) -> float:
        """``l + log|I| / 2`` in nats, from the value of the objective."""
        return self.total_weight * -value + self.size * float(np.log(self.total_weight)) / 2.0


@dataclass(frozen=True)
class HeldPrior(Objective):
    """``-l(b)/W`` with the tangent of ``-log|I(b)| / 2W`` at a point in its place: one read, without the information.

    Parameters
    ----------
    point : Penalised
        Where the tangent touches.
    """

    point: Penalised | None = None

    def evaluate(self, theta: Vector, *, hessian: bool = False) -> Evaluation:  # noqa: ARG002
        """Value and gradient, at the point those of the penalised likelihood."""
        here, at = super().evaluate(theta), self.point
        if at is None:
            return here
        prior = at.value + at.log_likelihood / self.total_weight + float(at.prior @ (theta - at.theta))
        return replace(here, value=here.value + prior, gradient=here.gradient + at.prior)


@dataclass(frozen=True, eq=False)
class _Spread:
    """Where the rows are evaluated, and V, class by class; with two classes R with ``V = R'R``."""

    at: At
    free: Indices
    covariance: Matrix
    width: int  # coefficients that are stored

    def of(self, k: int, l: int) -> Matrix:  # noqa: E741
        """Block k, l of what is given, its columns in storage order."""
        p = self.free.size
        wide = np.zeros((p, self.width))
        wide[:, self.free] = self.covariance[k * p : (k + 1) * p, l * p : (l + 1) * p]
        return wide

    def root(self, size: int) -> Matrix:
        """R in storage order, lower triangular, with noughts up to a size."""
        wide = np.zeros((size, size))
        wide[np.ix_(self.free, self.free)] = self.covariance
        return wide


def _zeros(rows: Rows, of: _Spread) -> MatrixSum:  # noqa: ARG001
    return MatrixSum(np.zeros_like(of.at.beta))


def _add(block: Rows, of: _Spread, total: MatrixSum) -> None:
    found, design = terms(block, of.at), block.design
    c, p = of.at.family.n_predictors, of.free.size
    if c == 1:  # x'Vx = |Rx|^2
        h = found.variance * _squared_norms(design, of)
        probability = found.residual[0] / block.weight + (block.label == 0)
        design.transpose_matvec((h * (0.5 - probability))[None], total.sums)
        return
    unit = np.zeros((p, of.width))
    unit[np.arange(p), of.free] = 1.0
    pairs = list(combinations_with_replacement(range(c), 2))
    columns, *products = design.matvec(np.concatenate([unit, *(of.of(k, m) for k, m in pairs)])).reshape(
        -1, p, block.n_rows
    )
    q = np.empty((c, c, block.n_rows))
    for (k, m), product in zip(pairs, products, strict=True):
        q[k, m] = q[m, k] = np.einsum("jb,jb->b", product, columns)
    design.transpose_matvec(_adjusted(found.probability, q) * block.weight, total.sums)


def _squared_norms(design: Design, of: _Spread) -> Vector:
    """``|Rx|^2`` of each row."""
    if len(design.blocks) > 1:
        whitened = design.matvec(of.of(0, 0))
        return np.asarray(np.einsum("jb,jb->b", whitened, whitened))
    rows = design.numeric.weighted(np.ones(design.n_rows))
    rows = dtrmm(1.0, of.root(of.width).T, rows.T, trans_a=True, overwrite_b=True).T
    return np.asarray(np.einsum("bj,bj->b", rows, rows))


def _adjusted(p: Matrix, q: Array) -> Matrix:
    """``(p_m / 2) (D_m - Dbar)``."""
    qp = np.einsum("klb,lb->kb", q, p)
    reference = np.einsum("kb,kb->b", qp, p)  # D of the reference class: p' Q p
    d = np.einsum("kkb->kb", q) - 2.0 * qp + reference
    mean = np.einsum("kb,kb->b", p, d) + np.maximum(1.0 - p.sum(axis=0), 0.0) * reference
    return np.asarray(0.5 * p * (d - mean))


def _block(rows: Rows, of: _Spread) -> int:
    c = of.at.beta.shape[0]
    return min(rows.block_rows, rows_per_block(8 * of.free.size * (1 + c * (c + 1) // 2)))


ADJUSTMENT = RowKernel(_zeros, _add, _block)
"""The gradient of ``log|I| / 2``."""


def _add_dense(block: Rows, of: _Spread, total: MatrixSum) -> None:
    numeric = block.design.numeric
    root = of.root(-(-of.width // 4) * 4)
    jeffreys_pass(
        numeric.x, numeric.center, block.label, block.weight, _NONE if block.offset is None else block.offset[0],
        of.at.beta[0], root, total.sums[0], np.empty((8, panel_rows(numeric.n_numbers))),
    )  # fmt: skip


DENSE = RowKernel(_zeros, _add_dense)
"""The same for two classes and a few columns of numbers."""
