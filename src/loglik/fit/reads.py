"""How often a plan will read all rows: expected, stage by stage, of data like most.

A separated or nearly separated data set needs more; so do columns that few rows carry, and a line search that has to be
tried again. The bounds are those of the benchmark's cases and of the tests' (`tests/fit/test_plan.py`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from loglik.fit.planned import Reads

if TYPE_CHECKING:
    from loglik.fit.objective import Objective
    from loglik.fit.options import Options
    from loglik.fit.planned import Plan

# Newton's method converges quadratically: steps from the null model to rounding.
_NEWTON = (3, 9)
# Steps found by conjugate gradients, and reads for one: a gradient, the rows' curvature, and products.
_NEWTON_CG, _READS_A_STEP = (4, 12), (4, 14)
# Steps of L-BFGS with a preconditioner that is off by more than chance; with levels, which overlap; and with fewer rows
# than coefficients.
_LBFGS, _LBFGS_LEVELS, _LBFGS_FEW_ROWS = (6, 30), (6, 90), (10, 100)
# Squared decrement near the tolerance; with a sample's Hessian the memory saves up to half of the steps to it.
_REACHED, _SAVED = 1e-15, 0.5
# Steps of a method that knows but a bound of the Hessian.
_BOUND = (1, 10_000)
# Reads of a search for a proof where there is no exact Hessian: mostly none, since a sample of the rows is enough.
_PROOF = (0, 8)


def expected_reads(
    plan: Plan, objective: Objective, options: Options, *, started: bool, replaced: bool
) -> tuple[Reads, ...]:
    """Reads of each stage.

    Parameters
    ----------
    plan : Plan
        All else that was decided.
    objective : Objective
        What is minimised; it knows how often it was read so far.
    options : Options
        What is asked for.
    started : bool
        Whether the objective and its Hessian are known at the start.
    replaced : bool
        Whether a column is fitted as what others leave of it: its Hessian is computed again in orthogonal columns.
    """
    before = objective.passes.count
    reads = [Reads("before", before, before)]
    if plan.method is None:
        return (*reads, Reads("descent", 1, 1))
    a_hessian = 1 if plan.is_whole else 2
    a_step = (a_hessian if plan.eliminates else 1, a_hessian if plan.eliminates else 1)
    if plan.method == "newton-cg":
        a_step = _READS_A_STEP
    least, most = (min(n, options.max_iter or n) for n in _steps(plan, objective))
    start = 0 if started else a_step[0] if plan.eliminates else 1
    reads.append(Reads("descent", start + least * a_step[0], start + most * a_step[1]))
    end = (0, 0) if not plan.exact_at_end else (a_hessian, a_hessian * (1 + plan.last_newton_steps))
    reads.append(Reads("end", end[0], end[1] + replaced))
    if options.alpha == 0.0 and plan.method != "newton" and not plan.exact_at_end:
        reads.append(Reads("proof", *_PROOF))
    return tuple(reads)


def _steps(plan: Plan, objective: Objective) -> tuple[int, int]:
    if plan.method == "newton":
        return _NEWTON
    if plan.method == "newton-cg":
        return _NEWTON_CG
    if plan.method != "lbfgs":
        return _BOUND
    if plan.start == "growing-samples":
        # A sample of m rows is off by D/m in the squared decrement, and so is, relatively, a step with its Hessian.
        off = min(plan.n_coefficients / plan.sample_rows, 0.5)
        steps = math.log(_REACHED / off) / math.log(off)
        return max(2, math.floor(_SAVED * steps)), math.ceil(steps) + 3
    if plan.n_rows < plan.n_coefficients:
        return _LBFGS_FEW_ROWS
    return _LBFGS if not objective.design.codes.shape[1] else _LBFGS_LEVELS
