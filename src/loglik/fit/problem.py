"""What is to be minimised: the columns as they are fitted, those that are left out, and when a point is near enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.design.columns.slopes import SlopesBlock
from loglik.design.sample import drawn
from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.collinearity import CollinearColumn, dependent_columns
from loglik.fit.column_stats import column_stats
from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.jeffreys import JeffreysObjective
from loglik.fit.null_model import null_start
from loglik.fit.objective import Objective
from loglik.fit.plan import Sizes, newton_is_cheap
from loglik.fit.recoding import centered, replaced_columns
from loglik.fit.residual_columns import INDEPENDENT
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from loglik.array_types import Labels, Matrix, Vector
    from loglik.design.matrix import Design
    from loglik.fit.column_stats import ColumnStats
    from loglik.fit.hessian.form import Factor
    from loglik.fit.objective import Evaluation
    from loglik.fit.options import Options
    from loglik.fit.recoding import Recoding

    Start = tuple[Evaluation, Factor]

# Sizes of numbers whose squares leave the range of float64, or nearly.
_LARGEST = 1e140
# Without a penalty a fit is taken at least this far: a proof that the estimate exists mostly needs to be this near, and
# nearer with more than two classes, where curvature is bounded less closely.
_PROVABLE_TOL = (1e-5, 1e-6)
# A column of noughts with a one in a 256th of the rows reaches 16 times its root mean square; a normal one five times.
_RARE = 16.0
# Rows that tell whether coefficients that are given are better than none, at least.
_FEW_ROWS = 1_000
# Coefficients up to which levels are looked at one by one for the length of the last step.
_FEW_COEFFICIENTS = 2_000


@dataclass(frozen=True)
class Problem:
    """What is to be minimised."""

    options: Options
    objective: Objective  # of the columns as they are fitted
    recoding: Recoding  # how these come from the columns as they are
    stats: ColumnStats  # of the dense columns before they are centered
    largest: Vector  # largest size of each dense column as it is
    criterion: ConvergenceCriterion
    collinear: list[CollinearColumn]  # columns left out
    sizes: Sizes
    start: Vector  # the null model, in which no column counts yet, or coefficients that are given
    first: (
        Start | None
    )  # the likelihood there and its factored Hessian, if that has shown the columns to be independent

    def original_scale(self, theta: Vector) -> Matrix:
        """Coefficients of the columns as they are, C x P."""
        return self.recoding.coefficients(self.objective.expand(theta))


def prepared(
    design: Design, label: Labels, n_classes: int, weight: Vector, offset: Matrix | None, options: Options
) -> Problem:
    """Read the columns for their sizes, and leave out those that repeat others; parameters are those of `maximise`."""
    # Constants that slopes take from levels change a penalty; gradient descent shows the columns as they are.
    moves = options.alpha == 0.0 and options.solver != "gd"
    found = _prepared(design, label, n_classes, weight, offset, options, moves=moves)
    moved = found.recoding.slopes
    if moved is None or moved.is_within(found.objective.free):
        return found
    return _prepared(design, label, n_classes, weight, offset, options, moves=False)


def _prepared(
    design: Design,
    label: Labels,
    n_classes: int,
    weight: Vector,
    offset: Matrix | None,
    options: Options,
    *,
    moves: bool,
) -> Problem:
    threads = options.threads or default_threads()
    stats = column_stats(design, threads)
    largest = stats.largest
    _refuse_extremes(design, stats)
    # Without an intercept the model is not invariant to shifts; gradient descent shows the columns as they are.
    shift = options.intercept and options.solver != "gd"
    center = stats.center if shift else np.zeros_like(stats.center)
    moved, recoding = centered(design, center, slopes=moves, intercept=options.intercept)
    held = set(design.reference_positions.tolist()) | (set() if options.intercept else {0})
    free = np.array([j for j in design.list_order.tolist() if j not in held], dtype=np.int64)
    objective = Objective(
        moved, family_for(n_classes), label, weight, offset, options.alpha, free, threads, float(weight.sum())
    )
    objective.passes.count += 1 if design.numeric.n_numbers else 0  # the statistics
    start = _start(objective, recoding, options)
    sizes = Sizes.of(objective)
    first = _independent_at_the_start(objective, sizes, start, options)
    collinear: list[CollinearColumn] = []
    if (
        first is None and options.alpha == 0.0
    ):  # with a penalty the estimate is unique however the columns hang together
        objective, recoding, stats, collinear = _without_dependent_columns(objective, recoding, stats, options)
        start, sizes = _start(objective, recoding, options), Sizes.of(objective)
    if not objective.size:
        raise DataError("LL213.nothing")
    criterion = _criterion(objective, stats, options)
    if options.firth:
        objective = JeffreysObjective.of(objective, first and first[1])
    return Problem(options, objective, recoding, stats, largest, criterion, collinear, sizes, start, first)


def _start(objective: Objective, recoding: Recoding, options: Options) -> Vector:
    """Coefficients that are given, unless a sample of the rows says that the null model is nearer; else that."""
    null = null_start(objective, intercept=options.intercept)
    if options.start is None:
        return null
    given, n = objective.gather(recoding.fitted(options.start)), objective.design.n_rows
    some = objective.subsample(drawn(n, min(n, max(_FEW_ROWS, 4 * objective.size))))
    values = [some.evaluate(theta).value for theta in (given, null)]
    return given if values[0] <= values[1] else null


def largest_fitted(design: Design, stats: ColumnStats) -> Vector:
    """Largest size of each column as it is fitted, in storage order."""
    return design.sizes(stats.largest_from(design.center))


def _independent_at_the_start(objective: Objective, sizes: Sizes, start: Vector, options: Options) -> Start | None:
    """Newton's method starts with a Hessian: if that has full rank, so have the columns."""
    if options.alpha > 0.0 or options.solver == "gd" or not newton_is_cheap(sizes):
        return None
    here = objective.evaluate(start, hessian=True)
    if here.hessian is None:
        return None
    factor = ScaledCholesky.of(here.hessian)
    return (here, factor) if factor.least_share > INDEPENDENT else None


def _without_dependent_columns(
    objective: Objective, recoding: Recoding, stats: ColumnStats, options: Options
) -> tuple[Objective, Recoding, ColumnStats, list[CollinearColumn]]:
    """Drop columns that are combinations of others, and fit what is left of those that nearly are."""
    columns = dependent_columns(objective.design, objective.free, stats, objective.threads)
    positions = [column.position for column in columns.dropped]
    objective = objective.with_free(objective.free[~np.isin(objective.free, positions)])
    objective.passes.count += columns.passes
    if columns.replaced.size and options.solver != "gd":
        design, recoding = replaced_columns(
            recoding, objective.design, columns.replaced, columns.residuals, objective.threads
        )
        stats = column_stats(design, objective.threads)
        objective = replace(objective, design=design)
        objective.passes.count += 1
    return objective, recoding, stats, columns.dropped


def _criterion(objective: Objective, stats: ColumnStats, options: Options) -> ConvergenceCriterion:
    design, c, free = objective.design, objective.n_classes_free, objective.free
    scale = np.ones(design.n_coefficients)
    numbers = design.numeric.numbers
    scale[numbers] = stats.root_mean_square_from(design.center)
    for block in design.blocks[1:]:
        if isinstance(block, SlopesBlock):
            scale[block.span] = np.maximum(block.root_mean_square(), 1.0)
    provable = options.may_not_exist and options.solver != "gd"
    tol = min(options.tol, _PROVABLE_TOL[c > 1]) if provable else options.tol
    largest = largest_fitted(design, stats)
    few = largest.copy() if objective.size <= _FEW_COEFFICIENTS else np.ones(design.n_coefficients)
    few[0] = 0.0
    rare = (stats.largest > _RARE * scale[numbers]) & (design.center == 0.0)
    few[numbers] = np.where(rare, stats.largest, 0.0)
    scale, few, largest = np.tile(np.stack([scale, few, largest])[:, free], c)
    return ConvergenceCriterion(tol, scale, few, largest)


def _refuse_extremes(design: Design, stats: ColumnStats) -> None:
    """Refuse values that are missing (LL107) or infinite (LL109), and squares that leave the range of float64 (LL129)."""
    for j in np.flatnonzero(~np.isfinite(stats.squares)).tolist():
        bad = np.flatnonzero(~np.isfinite(design.dense[:, j]))
        if bad.size:
            missing = bool(np.isnan(design.dense[bad[0], j]))
            raise DataError(
                "LL107.entry" if missing else "LL109.entry",
                column=design.term_names[1 + j],
                row=bad[0] + 1,
                more=bad.size - 1,
            )
    for j, size in enumerate(stats.largest):
        if size > _LARGEST or 0.0 < size < 1.0 / _LARGEST:
            raise DataError("LL129.squares", column=design.term_names[1 + j], large=size > 1, size=size)
