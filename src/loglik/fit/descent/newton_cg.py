"""Newton's method whose steps come from conjugate gradients: the Hessian is never formed, only applied.

Each product with it reads the rows once, without an exponential. Steps are found as exactly as they are worth
(Dembo, Eisenstat and Steihaug, SIAM Journal on Numerical Analysis 19, 1982): roughly at first, and to the square root of
the distance left near the end, which makes the method superlinear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.descent.criterion import ConvergenceCriterion, SolverResult, sufficient_decrease
from loglik.fit.hessian.operator import HessianOperator

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]

_MAX_PRODUCTS = 300
_ROUGHLY = 0.3
_MARGIN = 0.1


def newton_cg(
    objective: Objective,
    theta: Vector,
    preconditioner_at: Callable[[HessianOperator], Callable[[Vector], Vector]],
    rule: ConvergenceCriterion,
    max_iter: int,
    watch: Callable[[int, Evaluation], bool],
) -> SolverResult:
    """Minimise with products with the Hessian instead of the Hessian.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    preconditioner_at : callable
        From the Hessian at a point to an approximate inverse, symmetric and positive definite.
    rule : ConvergenceCriterion
        Convergence rule; the decrement is that of the step found, just below the exact one.
    max_iter : int
        Most steps to take.
    watch : callable
        ``watch(iteration, evaluation)``; True ends the run.
    """
    here = objective.evaluate(theta)
    curvature = HessianOperator(objective, here)
    precondition = preconditioner_at(curvature)
    first = 0.0
    iteration = 0
    while True:
        norm = rule.gradient_norm(here.gradient)
        near = norm <= rule.tol
        if iteration and not near:
            curvature = HessianOperator(objective, here)
            precondition = preconditioner_at(curvature)
        rough = float(here.gradient @ precondition(here.gradient))
        first = first or rough
        # What the step leaves of the gradient: less and less, but not less than the rule asks for.
        share = min(_ROUGHLY, float(np.sqrt(np.sqrt(rough / first)))) if first > 0.0 else 0.0
        share = max(share, min(_ROUGHLY, _MARGIN * rule.tol / norm)) if norm > 0.0 else share
        step = precondition(here.gradient) if near else _solve(curvature.product, here.gradient, precondition, share)
        squared_decrement = max(float(here.gradient @ step), 0.0)
        converged = rule.holds(here.gradient, squared_decrement / 2.0)
        stopped = watch(iteration, here)
        if converged or stopped or iteration >= max_iter:
            return SolverResult(here, iteration, squared_decrement / 2.0, converged, stopped=stopped)
        length = 1.0
        for _ in range(30):
            there = objective.evaluate(here.theta - length * step)
            if sufficient_decrease(there, here, length * squared_decrement, step):
                break
            length /= 2.0
        else:
            return SolverResult(here, iteration, squared_decrement / 2.0, converged, exhausted=True)
        here = there
        iteration += 1


def _solve(
    product: Callable[[Vector], Vector], g: Vector, precondition: Callable[[Vector], Vector], share: float
) -> Vector:
    """``H s = g`` until the residual, in the preconditioner's norm, is `share` of that of g."""
    s, r = np.zeros_like(g), g.copy()
    z = precondition(r)
    d, rz = z, float(r @ z)
    enough = share * share * rz
    for _ in range(_MAX_PRODUCTS):
        hd = product(d)
        curvature = float(d @ hd)
        if curvature <= 0.0:
            break
        s += (rz / curvature) * d
        r -= (rz / curvature) * hd
        z = precondition(r)
        before, rz = rz, float(r @ z)
        if rz <= enough:
            break
        d = z + (rz / before) * d
    return s
