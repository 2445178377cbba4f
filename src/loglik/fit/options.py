"""How to fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loglik.array_types import Matrix
    from loglik.fit.planned import Plan

Solver = Literal["auto", "newton", "gd"]

USUAL_TOL = 1e-8
"""Default tolerance; who asks for less is not given more."""


@dataclass(frozen=True)
class Options:
    """How to fit.

    Parameters
    ----------
    alpha : float
        L2 penalty; 0 is maximum likelihood.
    intercept : bool
        Whether the intercept is estimated.
    solver : str
        ``"auto"``, ``"newton"`` or ``"gd"``.
    tol : float
        Tolerance of the convergence rule.
    max_iter : int
        Most iterations.
    learning_rate : float or None
        For ``"gd"``; by default 1/L, with L a bound on the curvature.
    threads : int or None
        Threads; None means all processors, or ``LOGLIK_NUM_THREADS``.
    trajectory : bool
        Keep every step.
    inference : bool
        Whether standard errors will be asked for: their exact Hessian can cost more than the fit.
    firth : bool
        Whether the likelihood is multiplied with Jeffreys' prior.
    callback : callable or None
        Called at each step with (iteration, passes, loss, gradient norm).
    planned : callable or None
        Called with the plan, once it is made.
    tell : callable or None
        Called as rows are read with (rows read so far, rows of the data, seconds since the first).
    start : ndarray of shape (C, P) or None
        Coefficients to start from, of the columns as they are; where they are worse than none, the fit starts without.
    workers : str, distributed.Client or None
        Who reads the rows (`parallel/pools/chosen.py`); None means this process.
    resume : str, Path or None
        Folder in which the sums of each read are kept, so that a fit that was ended goes on from there.
    """

    alpha: float = 0.0
    intercept: bool = True
    solver: Solver = "auto"
    tol: float = USUAL_TOL
    max_iter: int | None = None
    learning_rate: float | None = None
    threads: int | None = None
    trajectory: bool = False
    inference: bool = True
    firth: bool = False
    callback: Callable[[int, int, float, float], None] | None = None
    planned: Callable[[Plan], None] | None = None
    tell: Callable[[int, int, float], None] | None = None
    start: Matrix | None = None
    workers: Any = None
    resume: str | Path | None = None

    @property
    def may_not_exist(self) -> bool:
        """Whether it has to be proved that there is an estimate: neither penalty nor prior makes sure of it."""
        return self.alpha == 0.0 and not self.firth
