"""The one loop of descent: evaluate, step, line search, converged? Methods differ in what they know of the Hessian."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.finish import ON_THE_WAY, at_once
from loglik.fit.descent.line_search import line_search, sufficient_decrease

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.array_types import Vector
    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.finish import Finish
    from loglik.fit.hessian.form import Factor
    from loglik.fit.hessian.known import Direction, KnownHessian
    from loglik.fit.objective import Evaluation

    Recent = tuple[Vector, ...]
    Callback = Callable[[int, Evaluation, Recent], bool]

# Points that are remembered: from the first of them to the last shows where the descent drifts.
_RECENT = 3
# Steps after which a Hessian that stays singular where the gradient vanishes leads nowhere.
_ASTRAY = 2


@dataclass(frozen=True)
class SolverResult:
    """Where a descent ended."""

    point: Evaluation
    iterations: int
    direction: Direction  # the step that would be next
    converged: bool  # whether the criterion holds
    factor: Factor | None = None  # of the exact Hessian there, if it is known
    known: KnownHessian | None = None  # what the descent knew of the Hessian
    recent: Recent = ()  # the last points, the latest last
    stopped: bool = False  # by the callback
    exhausted: bool = False  # no step leads further down: the objective has no digits left

    @property
    def half_squared_decrement(self) -> float:
        """``g' H^-1 g / 2``, with what is known of the Hessian; NaN if that is a bound."""
        half = self.direction.half_squared_decrement
        return float("nan") if half is None else half


def unobserved(_iteration: int, _here: Evaluation, _recent: Recent) -> bool:
    """Let a descent run: the callback of one that nobody watches."""
    return False


def descend(
    known: KnownHessian,
    here: Evaluation,
    criterion: ConvergenceCriterion,
    *,
    max_iter: int,
    callback: Callback = unobserved,
    finish: Finish = at_once,
    taken: int = 0,
    recent: Recent = (),
) -> SolverResult:
    """Minimise by steps ``H^-1 g``, H as far as it is known at `here`.

    Parameters
    ----------
    known, here : KnownHessian, Evaluation
        The start, and what is known of the Hessian there.
    criterion : ConvergenceCriterion
        When a point is near enough; the decrement is measured with what is known of the Hessian.
    max_iter, taken : int
        Most steps to take, those taken before included, whose last point is `here`: the callback has seen it.
    callback : callable
        ``callback(iteration, here, recent)``, called at each point; True ends the run.
    finish : callable
        Whether a point that is near enough is the last one.
    recent : tuple of ndarray
        Points before the start.
    """
    iteration, extra = taken, 0
    while True:
        direction = known.direction(here)
        converged = arrived = criterion.holds(here.gradient, direction.half_squared_decrement)
        if known.factor is not None and known.factor.jitter:
            converged = False  # the criterion holds for another matrix
        extra += arrived
        stopped = False
        if iteration == 0 or iteration > taken:
            recent = _remembered(recent, here, direction)
            stopped = callback(iteration, here, recent)
        standing = finish(here, direction, extra) if converged else ON_THE_WAY
        astray = arrived and not converged and extra > _ASTRAY
        diverged = direction.squared_decrement is None and not np.isfinite(here.value)
        ended = standing.done or stopped or astray or diverged or iteration >= max_iter
        there = None if ended or standing.last_step else line_search(known, here, direction)
        if there is not None:
            known, here, iteration = known.after(here, there), there, iteration + 1
            continue
        at_end = SolverResult(here, iteration, direction, converged, known.factor, known, recent)
        if ended:
            return replace(at_end, converged=converged and standing.certain, stopped=stopped)
        if standing.last_step:
            return _last_step(known, at_end, criterion, callback) or at_end
        again = known.without_memory()
        if again is None:
            return replace(at_end, exhausted=True)
        known = again


def _remembered(recent: Recent, here: Evaluation, direction: Direction) -> Recent:
    return () if direction.squared_decrement is None else (*recent, here.theta)[-_RECENT:]


def _last_step(
    known: KnownHessian, result: SolverResult, criterion: ConvergenceCriterion, callback: Callback
) -> SolverResult | None:
    """Take a step so short that the Hessian is the same at its end; None if it leads no further down."""
    here, direction = result.point, result.direction
    there = known.objective.evaluate(here.theta - direction.step)  # its Hessian is not wanted
    promised = direction.squared_decrement or 0.0
    if not sufficient_decrease(there, here, promised, direction.step):
        return None
    after = known.direction(there)
    if (after.squared_decrement or 0.0) > promised:
        return None
    recent = _remembered(result.recent, there, after)
    callback(result.iterations + 1, there, recent)
    converged = criterion.holds(there.gradient, after.half_squared_decrement)
    return replace(
        result, point=there, iterations=result.iterations + 1, direction=after, converged=converged, recent=recent
    )
