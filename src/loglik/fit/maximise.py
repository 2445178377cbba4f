"""The fit: from a design and labels to the maximum-likelihood coefficients, or the reason why there are none."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.errors import DataError
from loglik.families.canonical import family_for
from loglik.fit.collinearity import CollinearColumn, dependent_columns
from loglik.fit.column_stats import column_stats
from loglik.fit.descent.criterion import ConvergenceCriterion, SolverResult, Step, is_scarce, leaves_curvature
from loglik.fit.descent.gradient_descent import gradient_descent
from loglik.fit.descent.lbfgs import lbfgs
from loglik.fit.descent.newton import newton
from loglik.fit.descent.newton_cg import newton_cg
from loglik.fit.existence.decrement import ENOUGH, decrement_times_range, floor_of, row_range_bound
from loglik.fit.existence.nearer import proved_by_rows
from loglik.fit.existence.verdict import Existence
from loglik.fit.hessian.bordered import HighCardinality, elimination_is_cheap, high_cardinality_of
from loglik.fit.hessian.cholesky import ScaledCholesky
from loglik.fit.hessian.preconditioner import (
    cheap_preconditioner,
    hessian_flops,
    newton_is_cheap,
    preconditioner,
    products_are_cheaper,
    start_and_preconditioner,
)
from loglik.fit.hessian.refine import refined
from loglik.fit.null_model import null_coefficients
from loglik.fit.objective import Objective
from loglik.fit.options import USUAL_TOL, Options
from loglik.fit.recoding import centered, replaced_columns
from loglik.fit.residual_columns import INDEPENDENT
from loglik.fit.solution import Solution
from loglik.parallel.blas import single_threaded_blas
from loglik.parallel.threads import default_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.design.matrix import Design
    from loglik.fit.column_stats import ColumnStats
    from loglik.fit.descent.lbfgs import Memory
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.objective import Evaluation

    Vector = npt.NDArray[np.float64]
    Matrix = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]
    Labels = npt.NDArray[np.int32]

# An exact Hessian at the solution serves the last Newton step, the proof of existence and the inference.
_HESSIAN_FLOPS = 5e11
_MAX_HESSIAN = 4_000
# The last Newton step takes a second and a third one.
_POLISH_FLOPS = 2e10
_POLISH_STEPS = 3
_RARE = 16.0
# L-BFGS knows its step roughly.
_MARGIN = 3.0
# Squared decrement that it reaches where no Newton step follows.
_ALONE = 1e-16
# Nor is it formed for the last digits of a penalised fit, which has no inference, unless it costs next to nothing.
_CHEAP_FLOPS = 1e8
# Without a penalty a fit is taken at least this far: a proof that the estimate exists mostly needs to be this near, and
# nearer with more than two classes, where curvature is bounded less closely.
_PROVABLE_TOL = (1e-5, 1e-6)
_LARGEST = 1e140
_SINGLE_SHARE = 1e-6
# Steps of L-BFGS after which its preconditioner is computed anew.
_REFRESH_AFTER = 40
_FEW_COEFFICIENTS = 2_000
_NO_PLATEAU, _STEPS_OFF = 1e-14, 60
# Newton's method needs 5 to 8 steps where an estimate exists; a run that is still going is suspect.
_COLUMNS_AFTER = {"newton": 8, "lbfgs": 15}
_SUSPECT_AFTER = {"newton": (10, 25), "lbfgs": (40,), "gd": ()}


def maximise(
    design: Design, label: Labels, n_classes: int, weight: Vector, offset: Matrix | None, options: Options
) -> Solution:
    """Maximise the likelihood (or minimise the penalised cross-entropy).

    Parameters
    ----------
    design : Design
        Predictors.
    label : ndarray of int32, shape (n,)
        Class numbers, the reference class being ``n_classes - 1``.
    n_classes : int
        K.
    weight : ndarray of shape (n,)
        Weights, all > 0.
    offset : ndarray of shape (K - 1, n) or None
        Offset of each linear predictor.
    options : Options
        How to fit.
    """
    with single_threaded_blas():
        return _Fit(design, label, n_classes, weight, offset, options).run()


def _refuse_extremes(design: Design, stats: ColumnStats) -> None:
    """Refuse values that are missing (LL107) or infinite (LL109), and squares that leave the range of float64 (LL129)."""
    for j in np.flatnonzero(~np.isfinite(stats.squares)).tolist():
        bad = np.flatnonzero(~np.isfinite(design.dense[:, j]))
        if bad.size:
            missing = bool(np.isnan(design.dense[bad[0], j]))
            raise DataError(
                "LL107" if missing else "LL109",
                f'column "{design.term_names[1 + j]}" is {"NaN" if missing else "infinite"} in row {bad[0] + 1}'
                + (f", and {bad.size - 1:,} more are NaN or infinite" if bad.size > 1 else ""),
                "Mend the values, or leave such rows out.",
            )
    for j, size in enumerate(stats.largest):
        if size > _LARGEST or 0.0 < size < 1.0 / _LARGEST:
            raise DataError(
                "LL129",
                f'the numbers of column "{design.term_names[1 + j]}" are too {"large" if size > 1 else "small"} '
                f"(up to {size:.3g}): their squares leave the range of floating-point numbers",
                "Give the column in other units.",
            )


class _Fit:
    """One run: the steps below share the columns' statistics and the objective."""

    def __init__(
        self, design: Design, label: Labels, n_classes: int, weight: Vector, offset: Matrix | None, options: Options
    ) -> None:
        self.options = options
        self.threads = options.threads or default_threads()
        self.stats: ColumnStats = column_stats(design, self.threads)
        _refuse_extremes(design, self.stats)
        self.largest = self.stats.largest  # of the columns as they are
        # Without an intercept the model is not invariant to shifts; gradient descent shows the columns as they are.
        shift = options.intercept and options.solver != "gd"
        self.design, self.recoding = centered(design, self.stats.center if shift else np.zeros_like(self.stats.center))
        held = set(design.reference_positions.tolist()) | (set() if options.intercept else {0})
        free = np.array([j for j in design.list_order.tolist() if j not in held], dtype=np.int64)
        self.objective = Objective(
            self.design, family_for(n_classes), label, weight, offset, options.alpha, free, self.threads,
            float(weight.sum()),
        )  # fmt: skip
        self.objective.passes.count += 1 if design.dense.shape[1] else 0  # the statistics
        self.trajectory: list[Step] = []
        self.existence = Existence(design, label, n_classes - 1, intercept=options.intercept)
        self._past: deque[Vector] = deque(maxlen=3)
        self._known_rule: tuple[Objective, ConvergenceCriterion] | None = None
        self._first: tuple[Evaluation, Factor] | None = None
        self._way: tuple[Callable[[Vector], Vector], Memory] | None = None

    def run(self) -> Solution:
        collinear = self._drop_collinear()
        if not self.objective.size:
            raise DataError(
                "LL213",
                "there is nothing to estimate: the model has no intercept, and all its columns are zero",
                "Fit with an intercept, or give columns that are not zero.",
            )
        if self.options.alpha == 0.0:
            self.existence.at_once(self.objective.free)
        arrival = self._optimise()
        if self.options.alpha == 0.0 and arrival.converged and arrival.factor is not None:
            nearly = self.recoding.replaced.size > 0
            factor = refined(self.objective, arrival.point.theta, arrival.factor, always=nearly)
            arrival = replace(arrival, factor=factor)
        if self.options.alpha == 0.0:
            arrival = self._make_sure(arrival)
        objective, existence = self.objective, self.existence
        undecided = self.options.alpha == 0.0 and not existence.settled
        converged = arrival.converged and not undecided and existence.separation is None
        beta = self._original_scale(objective.expand(arrival.point.theta))
        singular = (
            not arrival.converged
            and arrival.factor is not None  # singular, or so flat that its step still moves rows
            and self._rule().holds(arrival.point.gradient, arrival.half_squared_decrement)
        )
        return Solution(
            beta,
            objective,
            self.recoding,
            arrival.point,
            arrival.factor,
            objective.free,
            collinear,
            arrival.iterations,
            objective.passes.count,
            self._rule().gradient_norm(arrival.point.gradient),
            arrival.half_squared_decrement,
            arrival.converged,
            converged,
            singular,
            self._predictor_error(beta),
            self._step_error(arrival),
            existence.separation,
            undecided,
            self.trajectory,
        )

    def _drop_collinear(self) -> list[CollinearColumn]:
        """With a penalty the estimate is unique however the columns hang together: nothing is dropped then."""
        free = self.objective.free
        if self.options.alpha > 0.0:
            return []
        if newton_is_cheap(self.objective) and self.options.solver != "gd":
            # Newton's method starts with a Hessian: if that has full rank, so have the columns.
            first = self.objective.evaluate(self._start(), hessian=True)
            if first.hessian is not None:
                factor = ScaledCholesky.of(first.hessian)
                if factor.least_share > INDEPENDENT:
                    self._first = first, factor
                    return []
        columns = dependent_columns(self.design, free, self.stats, self.threads)
        positions = [column.position for column in columns.dropped]
        self.objective = self.objective.with_free(free[~np.isin(free, positions)])
        self.objective.passes.count += columns.passes
        if columns.replaced.size and self.options.solver != "gd":
            self.design, self.recoding = replaced_columns(self.recoding, columns.replaced, columns.residuals)
            self.stats = column_stats(self.design, self.threads)
            self.objective = replace(self.objective, design=self.design)
            self.objective.passes.count += 1
        return columns.dropped

    def _optimise(self) -> SolverResult:
        objective, options = self.objective, self.options
        if options.solver == "gd":
            rate = options.learning_rate or self._safe_learning_rate()
            arrival = gradient_descent(
                objective, np.zeros(objective.size), rate, self._rule(), options.max_iter or 10_000, self._watch("gd")
            )
            return self._finish(arrival, polish=False)
        start = self._start()
        if options.solver == "newton":
            return self._newton(objective, start)
        if self.existence.separation is not None:
            return SolverResult(objective.evaluate(start), 0, np.inf, converged=False, stopped=True)
        long = high_cardinality_of(objective)
        if long is not None and elimination_is_cheap(objective, long):
            return self._newton(objective, start, long)
        if products_are_cheaper(objective, wanted=self._exact_hessian_is_wanted()):
            arrival = newton_cg(
                objective, start, lambda curvature: cheap_preconditioner(curvature, self._rule().scale), self._rule(),
                options.max_iter or 100, self._watch("newton"),
            )  # fmt: skip
            return self._finish(arrival, polish=True)
        if newton_is_cheap(objective):
            # A penalty that outweighs the rounding of float32 sums lets them show the way.
            if options.alpha > _SINGLE_SHARE * float(np.max(self._rule().scale, initial=0.0)) ** 2:
                objective = replace(objective, single=True)
            return self._newton(objective, start)
        return self._finish(self._lbfgs(start), polish=True)

    def _newton(self, objective: Objective, start: Vector, long: HighCardinality | None = None) -> SolverResult:
        return newton(
            objective, start, self._rule(), self.options.max_iter or 100, self._watch("newton"),
            finish=self._to_rounding(), first=self._first, long=long,
        )  # fmt: skip

    def _to_rounding(self) -> bool:
        return self.options.tol <= USUAL_TOL

    def _lbfgs(self, start: Vector) -> SolverResult:
        """L-BFGS; where it is slow, the curvature that it started from has changed, and is taken anew."""
        objective, options, rule, watch = self.objective, self.options, self._rule(), self._watch("lbfgs")
        theta, precondition = start_and_preconditioner(objective, start, rule.scale)
        left, done = options.max_iter or 500, 0

        def for_the_last_step(step: Vector, squared_decrement: float) -> bool:
            return leaves_curvature(rule, _MARGIN * step, _MARGIN**2 * squared_decrement)

        def by_itself(_step: Vector, squared_decrement: float) -> bool:
            return squared_decrement <= _ALONE

        finish = for_the_last_step if self._will_be_polished() else by_itself if options.alpha > 0.0 else None
        finish = finish if self._to_rounding() else None
        while True:
            leg = min(left - done, _REFRESH_AFTER)
            self._way = precondition, deque()
            arrival = lbfgs(objective, theta, precondition, rule, leg, watch, done, finish, self._way[1])
            done = arrival.iterations
            if arrival.converged or arrival.stopped or done >= left or arrival.exhausted:
                return arrival
            theta = arrival.point.theta
            precondition = preconditioner(objective, theta, rule.scale)

    def _start(self) -> Vector:
        """Coefficients of the model with the intercept alone: no column matters yet."""
        theta = np.zeros((self.objective.n_classes_free, self.objective.free.size))
        if self.options.intercept:
            objective = self.objective
            null = null_coefficients(objective.class_weights)
            if objective.offset is not None:
                null = null - objective.offset @ objective.weight / objective.total_weight
            theta[:, objective.free == 0] = null[:, None]
        return theta.ravel()

    def _rule(self) -> ConvergenceCriterion:
        if self._known_rule is None or self._known_rule[0] is not self.objective:
            self._known_rule = self.objective, self._make_rule()
        return self._known_rule[1]

    def _make_rule(self) -> ConvergenceCriterion:
        scale = np.ones(self.design.n_coefficients)
        numbers = self.design.numeric.numbers
        scale[numbers] = self.stats.root_mean_square_from(self.design.center)
        provable = self.options.alpha == 0.0 and self.options.solver != "gd"
        tol = min(self.options.tol, _PROVABLE_TOL[self.objective.n_classes_free > 1]) if provable else self.options.tol
        largest = self._largest()
        few = largest.copy() if self.objective.size <= _FEW_COEFFICIENTS else np.ones(self.design.n_coefficients)
        few[0] = 0.0
        # A column of noughts with a one in a 256th of the rows is as rare; a normal one reaches five times its size.
        rare = (self.stats.largest > _RARE * scale[numbers]) & (self.design.center == 0.0)
        few[numbers] = np.where(rare, self.stats.largest, 0.0)
        c, free = self.objective.n_classes_free, self.objective.free
        return ConvergenceCriterion(tol, np.tile(scale[free], c), np.tile(few[free], c), np.tile(largest[free], c))

    def _watch(self, kind: str) -> Callable[[int, Evaluation], bool]:
        suspect = _SUSPECT_AFTER[kind]

        def watch(iteration: int, point: Evaluation) -> bool:
            if self.options.trajectory:
                weights = self._original_scale(self.objective.expand(point.theta))
                self.trajectory.append(
                    Step(iteration, weights, point.value, float(np.max(np.abs(point.gradient), initial=0.0)))
                )
            if self.options.callback is not None:
                norm = self._rule().gradient_norm(point.gradient)
                self.options.callback(iteration, self.objective.passes.count, point.value, norm)
            if self.options.alpha > 0.0 or kind == "gd" or self.existence.settled:
                return self.options.alpha == 0.0 and self.existence.separation is not None
            self._past.append(point.theta)
            if point.margin > 0.0 and self.objective.offset is None:
                self.existence.try_point(self.objective.free, self._original_scale(self.objective.expand(point.theta)))
            elif iteration == _COLUMNS_AFTER[kind]:
                self.existence.look_at_columns(self.objective.free)
            elif iteration in suspect:
                self._look(point.theta)
            return self.existence.separation is not None

        return watch

    def _exact_hessian_is_wanted(self) -> bool:
        """Whether the inference will need it, and it is affordable."""
        if not self.options.inference or (self.options.alpha > 0.0 and hessian_flops(self.objective) > _CHEAP_FLOPS):
            return False
        small = self.objective.size <= _MAX_HESSIAN or high_cardinality_of(self.objective) is not None
        return small and hessian_flops(self.objective) <= _HESSIAN_FLOPS

    def _will_be_polished(self) -> bool:
        return self._exact_hessian_is_wanted() and hessian_flops(self.objective) <= _POLISH_FLOPS

    def _finish(self, arrival: SolverResult, *, polish: bool) -> SolverResult:
        """Compute the exact Hessian at the end, where it is wanted; with `polish`, take the Newton step it offers."""
        if not self._exact_hessian_is_wanted() or arrival.stopped or not np.isfinite(arrival.point.value):
            return arrival
        polish = polish and arrival.converged and self._will_be_polished() and self._to_rounding()
        steps = _POLISH_STEPS if polish else 0
        exact = newton(
            self.objective,
            arrival.point.theta,
            self._rule(),
            steps,
            lambda _i, _p: False,
            long=high_cardinality_of(self.objective),
        )
        return replace(exact, iterations=arrival.iterations + exact.iterations)

    def _make_sure(self, arrival: SolverResult) -> SolverResult:
        """Prove that the estimate exists, or look for a separating direction; and that it is near, where it exists."""
        existence, objective = self.existence, self.objective
        if existence.separation is not None:
            return arrival
        near = False
        if arrival.factor is None:
            if not existence.proved and arrival.converged:
                rule, largest = self._rule(), self.stats.largest
                existence.proved = proved_by_rows(objective, arrival.point, rule, largest, self._way)
        elif arrival.factor.jitter == 0.0:
            floor = floor_of(arrival.factor, arrival.point.gradient)
            near = decrement_times_range(objective, floor, self.stats.largest) <= ENOUGH
            existence.proved |= near
        if not existence.settled:
            self._look(arrival.point.theta)
        far = existence.proved and arrival.converged and arrival.factor is not None and not near
        if far and not self._is_near(arrival):
            # A gradient and a decrement that are small on a plateau say nothing of where the estimate is.
            rule = replace(self._rule(), tol=_NO_PLATEAU)
            there = newton(
                objective,
                arrival.point.theta,
                rule,
                _STEPS_OFF,
                lambda _i, _p: False,
                long=high_cardinality_of(objective),
            )
            iterations = arrival.iterations + there.iterations
            arrival = replace(there, iterations=iterations, converged=there.converged and self._is_near(there))
        return arrival

    def _is_near(self, arrival: SolverResult) -> bool:
        """Whether the last step changes no row's predictors by 1: Newton's method then converges quadratically."""
        if arrival.factor is None or arrival.factor.jitter:
            return False
        variance, c = arrival.factor.inverse_diagonal(), self.objective.n_classes_free
        reach = row_range_bound(self.design, self._largest(), self.objective.free, variance, c)
        return bool(np.sqrt(2.0 * max(arrival.half_squared_decrement, 0.0)) * reach <= ENOUGH)

    def _look(self, theta: Vector) -> None:
        """Search the rows as they are; where that settles nothing, those of the columns that are fitted in their place."""
        objective, existence = self.objective, self.existence
        points = [objective.expand(point) for point in (theta, *list(self._past)[:1])]
        existence.look(objective.free, *(self._original_scale(beta) for beta in points))
        if not existence.settled and self.recoding.replaced.size:
            c, intercept = objective.n_classes_free, self.options.intercept
            recoded = Existence(
                self.design.centered(np.zeros_like(self.design.center)), objective.label, c, intercept=intercept
            )
            recoded.look(objective.free, *(self.recoding.uncentered(beta) for beta in points))
            existence.proved = recoded.proved
            if recoded.separation is not None:
                direction = self.recoding.unreplaced(recoded.separation.direction)
                existence.separation = replace(recoded.separation, direction=direction, exact=False)

    def _largest(self) -> Vector:
        """Largest size of each column, in storage order."""
        return self.design.sizes(self.stats.largest_from(self.design.center))

    def _step_error(self, arrival: SolverResult) -> float:
        """``max_j u (H^-1)_jj s_j max_i |x_ij|`` where curvature is scarce: how far rounding of the gradient moves a row."""
        if arrival.factor is None or self.options.alpha > 0.0 or not is_scarce(self.objective, arrival.point):
            return 0.0
        reach = np.tile(self._largest()[self.objective.free], self.objective.n_classes_free) * self._rule().scale
        return float(np.finfo(float).eps / 2.0 * np.max(arrival.factor.inverse_diagonal() * reach, initial=0.0))

    def _predictor_error(self, beta: Matrix) -> float:
        """``u max_k sum_j |b_jk| max_i |x_ij|`` over the dense columns as they are, u the unit roundoff."""
        size = np.abs(beta[:, 1 : 1 + self.largest.size]) @ self.largest
        return float(np.finfo(float).eps / 2.0 * np.max(size, initial=0.0))

    def _original_scale(self, beta: Matrix) -> Matrix:
        """Coefficients of the columns as they are."""
        return self.recoding.coefficients(beta)

    def _safe_learning_rate(self) -> float:
        """``1/L`` with ``L = max eigenvalue of X'WX / (4 W)`` (binary) or ``/ (2 W)``, plus alpha: descent is certain."""
        objective, design = self.objective, self.design
        v = np.zeros((1, design.n_coefficients))
        v[0, objective.free] = 1.0 / self._rule().scale[: objective.free.size]
        largest = 1.0
        for _ in range(30):
            v /= np.linalg.norm(v)
            image = np.zeros_like(v)
            for lo in range(0, design.n_rows, design.block_rows):
                hi = min(lo + design.block_rows, design.n_rows)
                design.add_gradient(lo, hi, design.linear_predictor(lo, hi, v) * objective.weight[lo:hi], image)
            keep = np.zeros_like(image)
            keep[0, objective.free] = image[0, objective.free]
            largest = float(np.linalg.norm(keep)) / objective.total_weight
            v = keep
        bound = largest / (4.0 if objective.n_classes_free == 1 else 2.0)
        return 1.0 / (1.02 * bound + objective.alpha)
