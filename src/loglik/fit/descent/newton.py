"""Newton's method with the exact Hessian, as a function: ``theta <- theta - H^-1 g``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.descent.finish import at_once, to_rounding
from loglik.fit.descent.loop import descend, unobserved
from loglik.fit.hessian.exact import WHOLE, Exact

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.descent.loop import Callback, SolverResult
    from loglik.fit.hessian.cholesky import Factor
    from loglik.fit.hessian.exact import HessianForm
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]


def newton(
    objective: Objective,
    theta: Vector,
    criterion: ConvergenceCriterion,
    max_iter: int,
    callback: Callback = unobserved,
    *,
    finish: bool = True,
    form: HessianForm = WHOLE,
    first: tuple[Evaluation, Factor] | None = None,
) -> SolverResult:
    """Minimise by damped Newton steps, and take the last step to rounding error.

    Parameters
    ----------
    objective : Objective
        What to minimise.
    theta : ndarray of shape (D,)
        Start.
    criterion : ConvergenceCriterion
        When a point is near enough.
    max_iter : int
        Most steps to take.
    callback : callable
        ``callback(iteration, here, recent)``; True ends the run.
    finish : bool
        Whether to go on past the criterion, to rounding error.
    form : HessianForm
        How the Hessian is held.
    first : (Evaluation, Factor) or None
        The objective at `theta` and its factored Hessian, if they are known.
    """
    if first is None:
        here = objective.evaluate(theta, hessian=form.is_whole)
        first = here, form.factor(objective, here)
    known = Exact(objective, form, first[1], criterion.largest)
    past = to_rounding(objective, criterion) if finish else at_once
    return descend(known, first[0], criterion, max_iter=max_iter, callback=callback, finish=past)
