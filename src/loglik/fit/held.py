"""An objective of which some coefficients are held where they are: what profiles and tests of them minimise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.criterion import ConvergenceCriterion
from loglik.fit.descent.finish import by_corrected_steps
from loglik.fit.descent.loop import descend
from loglik.fit.descent.methods.jeffreys import CorrectedInformation
from loglik.fit.hessian.form import WHOLE
from loglik.fit.objective import Evaluation, Objective

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class HeldObjective(Objective):
    """An objective as a function of some of its coefficients, the others held.

    Jeffreys' prior stays that of all coefficients: the information of those held counts too.

    Parameters
    ----------
    whole : Objective
        The objective.
    held : ndarray of shape (D,)
        Where coefficients are held.
    moving : ndarray of int
        Positions in theta of those that are not.
    """

    whole: Objective | None = None
    held: Vector = field(default_factory=lambda: np.zeros(0))
    moving: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @staticmethod
    def of(whole: Objective, held: Vector, moving: Indices) -> HeldObjective:
        """Hold all coefficients but some."""
        fields = {name: getattr(whole, name) for name in Objective.__dataclass_fields__}
        return HeldObjective(**fields, whole=whole, held=held, moving=moving)

    def all_of(self, theta: Vector) -> Vector:
        """Put the moving coefficients among those held."""
        full = self.held.copy()
        full[self.moving] = theta
        return full

    def evaluate(self, theta: Vector, *, hessian: bool = False) -> Evaluation:
        """Value, and gradient and Hessian by the moving coefficients."""
        assert self.whole is not None  # noqa: S101
        here = self.whole.evaluate(self.all_of(theta), hessian=hessian)
        some = None if here.hessian is None else here.hessian[np.ix_(self.moving, self.moving)]
        return replace(here, theta=theta, gradient=here.gradient[self.moving], hessian=some)


def minimum_held(
    whole: Objective, theta: Vector, moving: Indices, scale: Vector, tol: float, max_iter: int
) -> Evaluation:
    """Minimise over the moving coefficients from a start; the answer is of all coefficients.

    Parameters
    ----------
    whole : Objective
        The objective.
    theta : ndarray of shape (D,)
        Start, and where coefficients are held.
    moving : ndarray of int
        Positions of those that are not.
    scale : ndarray of shape (D,)
        Root mean squares of the columns (`ConvergenceCriterion`).
    tol : float
        Tolerance.
    max_iter : int
        Most steps.
    """
    if moving.size:
        held = HeldObjective.of(whole, theta, moving)
        here = held.evaluate(theta[moving], hessian=True)
        factor = WHOLE.factor(held, here)
        found = descend(
            CorrectedInformation(held, factor.solve, factor=factor), here, ConvergenceCriterion(tol, scale[moving]),
            max_iter=max_iter, finish=by_corrected_steps,
        )  # fmt: skip
        theta = held.all_of(found.point.theta)
    return whole.evaluate(theta, hessian=True)
