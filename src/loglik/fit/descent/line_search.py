"""How far to go along a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from loglik.array_types import Vector
    from loglik.fit.hessian.known import Direction, KnownHessian
    from loglik.fit.objective import Evaluation

# Share of the promised gain that is enough, and of the slope that may be left (Nocedal and Wright, chapter 3).
_ARMIJO, _WOLFE = 1e-4, 0.9
# Relative change of the objective that rounding may hide.
_UNRESOLVED = 1e-10


def line_search(known: KnownHessian, here: Evaluation, direction: Direction) -> Evaluation | None:
    """Find the first of ever shorter steps that leads down enough; None if none does.

    A step that promises nothing is taken as it is.
    """
    if direction.squared_decrement is None:
        return known.evaluate(here.theta - direction.step)
    length = 1.0
    for _ in range(known.tries):
        there = known.evaluate(here.theta - length * direction.step)
        if sufficient_decrease(there, here, length * direction.squared_decrement, direction.step):
            return there
        length = known.shorter(length, direction, here, there)
    return None


def sufficient_decrease(new: Evaluation, old: Evaluation, promised: float, step: Vector) -> bool:
    """Armijo's rule; and where what is promised is too little for the objective to show, what the slopes show.

    The linear predictors of nearly collinear columns are small differences of large products: their rounding moves
    the objective by more than the last steps do, but the slope along the step still falls (approximate Wolfe
    conditions: Hager and Zhang, SIAM Journal on Optimization 16, 2005). Promised is ``length`` times the slope at `old`.
    """
    if not np.isfinite(new.value):
        return False
    noise = 8.0 * np.finfo(float).eps * abs(old.value)
    if new.value <= old.value - _ARMIJO * promised + noise:
        return True
    unresolved = promised <= _UNRESOLVED * abs(old.value) and new.value <= old.value + _UNRESOLVED * abs(old.value)
    return unresolved and bool(abs(new.gradient @ step) <= _WOLFE * (old.gradient @ step))
