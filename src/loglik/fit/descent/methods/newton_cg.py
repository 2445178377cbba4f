"""Newton's method whose steps come from conjugate gradients: the Hessian is never formed, only applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loglik.fit.descent.loop import descend
from loglik.fit.descent.method import Patience
from loglik.fit.hessian.preconditioner import preconditioner_of_operator
from loglik.fit.hessian.products import Products

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from loglik.fit.descent.loop import SolverResult
    from loglik.fit.descent.method import Task
    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.hessian.operator import HessianOperator

    Vector = npt.NDArray[np.float64]


class NewtonCG:
    """One read of the rows for the gradient, and one for each product with the Hessian."""

    name = "newton-cg"
    needs = "products"
    offered = False
    max_iter = 100
    patience = Patience(8, (10, 25))

    def minimise(self, task: Task, start: Vector) -> SolverResult:
        """Take steps found by conjugate gradients."""

        def preconditioner_at(operator: HessianOperator) -> Preconditioner:
            return preconditioner_of_operator(task.plan.preconditioner, operator, task.criterion.scale)

        here = task.objective.evaluate(start)
        known = Products.at(here, task.objective, preconditioner_at, task.criterion)
        return descend(known, here, task.criterion, max_iter=task.max_iter or self.max_iter, callback=task.callback)


METHOD = NewtonCG()
