"""A preconditioner for very many columns: the exact curvature of those that matter most, the diagonal of the rest.

Words, hashed features and levels come in a few frequent columns and a long tail. The frequent ones overlap, and so are
what makes the problem ill-conditioned; a rare one overlaps with next to nothing, and its own curvature is enough.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.features import CategoricalFeature, Feature, NumericFeature, SparseFeatures
from loglik.design.matrix import Design
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.loss import PREDICTORS

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Indices, Matrix, Vector
    from loglik.fit.objective import Objective

_MOST_HOT = 1_000


def hot_block(
    objective: Objective,
    sample: Objective,
    theta: Vector,
    diagonal: Vector,
    filled_up: Callable[[Matrix, Vector], Matrix],
) -> Callable[[Vector], Vector]:
    """Approximate inverse Hessian at theta.

    Parameters
    ----------
    objective : Objective
        All rows.
    sample : Objective
        Some of them.
    theta : ndarray of shape (D,)
        Where the curvature is taken.
    diagonal : ndarray of shape (D,)
        Approximate diagonal of the Hessian.
    filled_up : callable
        ``filled_up(hessian, diagonal)`` mends what the sample does not know.
    """
    c, p = objective.n_classes_free, objective.free.size
    size_of_column = diagonal.reshape(c, p).sum(axis=0)
    hot = np.sort(np.argsort(-size_of_column, kind="stable")[: max(_MOST_HOT // c, 1)])
    design, free = columns_of(sample.design, objective.free[hot])
    # The other columns' part stays what it is.
    eta = sample.executor.collect(PREDICTORS, sample.at(theta), c)
    block = replace(sample, design=design, free=free, offset=eta, ridge=None)
    hessian = block.evaluate(np.zeros(c * hot.size), hessian=True).hessian
    if hessian is None:
        msg = "the Hessian was asked for"
        raise ValueError(msg)
    places = (np.arange(c)[:, None] * p + hot).ravel()
    factor = ScaledCholesky.of(filled_up(hessian, diagonal[places]))

    def solve(g: Vector) -> Vector:
        step = g / diagonal
        step[places] = factor.solve(g[places])
        return step

    return solve


def columns_of(design: Design, positions: Indices) -> tuple[Design, Indices]:
    """Make a design of some of the columns, and say where they stand in it.

    Parameters
    ----------
    design : Design
        All columns.
    positions : ndarray of int
        Storage positions of those to keep; dense ones are always kept.

    Returns
    -------
    design : Design
        Levels that are left out share one position, that of a level of their own.
    positions : ndarray of int
        The new storage positions, in the given order.
    """
    first_level, first_sparse = design.levels.first, design.levels.stop
    new = np.full(design.n_coefficients, -1)
    new[:first_level] = np.arange(first_level)
    levels = np.sort(positions[(positions >= first_level) & (positions < first_sparse)])
    new[levels] = first_level + np.arange(levels.size)
    n_levels = levels.size + 1 if design.levels.width else 0
    words = np.sort(positions[positions >= first_sparse])
    new[words] = first_level + n_levels + np.arange(words.size)
    new[new < 0] = first_level + levels.size  # of these only levels are looked up
    features: tuple[Feature, ...] = (
        *(f for f in design.features if isinstance(f, NumericFeature)),
        *([CategoricalFeature("levels", tuple(map(str, range(n_levels))), 0)] if n_levels else []),
        *([SparseFeatures(tuple(map(str, words)))] if design.sparse is not None else []),
    )
    few = Design.of(
        features,
        design.dense,
        new[design.codes].astype(np.int32),
        None if design.sparse is None else design.sparse[:, words - first_sparse],
        design.center,
    )
    return few, new[positions]
