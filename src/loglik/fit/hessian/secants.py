"""Secants of the gradient beside an approximate inverse Hessian (L-BFGS).

Two-loop recursion after Nocedal and Wright, Numerical Optimization, algorithm 7.4, with the scaled identity there
replaced by the preconditioner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from loglik.fit.hessian.known import Direction, KnownHessian, newton_direction

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.fit.hessian.known import Preconditioner
    from loglik.fit.objective import Evaluation, Objective

    Vector = npt.NDArray[np.float64]

_MEMORY = 12
# Share of |s| |y| below which the curvature along a step is rounding.
_NO_CURVATURE = 1e-16


@dataclass(frozen=True)
class Secants(KnownHessian):
    """The last steps s with the changes y of the gradient along them.

    Parameters
    ----------
    objective : Objective
        What is minimised.
    precondition : callable
        Applies an approximate inverse Hessian; must be symmetric and positive definite.
    pairs : tuple of (s, y, s'y)
        The latest last.
    """

    objective: Objective
    precondition: Preconditioner
    pairs: tuple[tuple[Vector, Vector, float], ...] = ()
    resumable = True

    def direction(self, here: Evaluation) -> Direction:
        """The preconditioner's step, corrected by the secants."""
        q = here.gradient.copy()
        weights = []
        for s, y, curvature in reversed(self.pairs):
            a = float(s @ q) / curvature
            weights.append(a)
            q -= a * y
        r = self.precondition(q)
        for (s, y, curvature), a in zip(self.pairs, reversed(weights), strict=True):
            r = r + s * (a - float(y @ r) / curvature)
        return newton_direction(here.gradient, r)

    def after(self, here: Evaluation, there: Evaluation) -> Secants:
        """Add the step's secant, if there is curvature along it."""
        s, y = there.theta - here.theta, there.gradient - here.gradient
        curvature = float(s @ y)
        if curvature <= _NO_CURVATURE * float(np.abs(s) @ np.abs(y)):
            return self
        return replace(self, pairs=(*self.pairs, (s, y, curvature))[-_MEMORY:])

    def without_memory(self) -> Secants | None:
        """The preconditioner alone."""
        return replace(self, pairs=()) if self.pairs else None

    def shorter(self, length: float, direction: Direction, here: Evaluation, there: Evaluation) -> float:
        """Minimum of the parabola through both values and the slope, kept within a factor of ten."""
        squared_decrement = direction.squared_decrement or 0.0
        rise = there.value - here.value + length * squared_decrement
        best = length * length * squared_decrement / (2.0 * rise) if np.isfinite(rise) and rise > 0.0 else 0.0
        return min(max(best, 0.1 * length), 0.5 * length)
