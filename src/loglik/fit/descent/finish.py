"""How far a descent goes on where the criterion holds: not at all, to rounding, or as far as a last step needs.

A policy is ``finish(here, direction, extra)``, asked where the criterion holds, as it did at `extra` points so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loglik.fit.criterion import is_scarce, leaves_curvature

if TYPE_CHECKING:
    from collections.abc import Callable

    from loglik.fit.criterion import ConvergenceCriterion
    from loglik.fit.hessian.known import Direction
    from loglik.fit.objective import Evaluation, Objective

    Finish = Callable[[Evaluation, Direction, int], "Standing"]

# Newton converges quadratically: one step past the criterion reaches rounding error, and costs one read of the rows.
_FINISHED = 1e-22
# Points past which it is of no use to go on, where the criterion holds: of Newton's method; where few rows hold the
# curvature, since their predictors may still change by 1; and of L-BFGS.
_MOST, _MOST_SCARCE, _MOST_SECANT = 2, 40, 8
# L-BFGS may know its step wrong by this factor.
_ROUGH = 3.0
# Squared decrement at which steps that are corrected by secants have reached the last digits.
_CORRECTED = 1e-20
# Squared decrement that L-BFGS reaches where no Newton step follows.
_ALONE = 1e-16


@dataclass(frozen=True)
class Standing:
    """What remains to be done at a point where the criterion holds."""

    done: bool  # it is the last one
    last_step: bool = False  # the next step is so short that it leaves the Hessian as it is: it is the last
    certain: bool = True  # the criterion can be believed


ON_THE_WAY = Standing(done=False)


def at_once(_here: Evaluation, _direction: Direction, _extra: int) -> Standing:
    """End where the criterion holds."""
    return Standing(done=True)


def never(_here: Evaluation, _direction: Direction, _extra: int) -> Standing:
    """Go on: what is known of the Hessian is not what is wanted in the end."""
    return ON_THE_WAY


def to_rounding(objective: Objective, criterion: ConvergenceCriterion) -> Finish:
    """Go on with Newton steps until nothing is left but rounding."""

    def finish(here: Evaluation, direction: Direction, extra: int) -> Standing:
        squared = direction.squared_decrement or 0.0
        scarce = is_scarce(objective, here)
        settled = leaves_curvature(criterion, direction.step, squared, scarce=scarce)
        finished = squared <= _FINISHED and (settled or not scarce)
        # A penalty of next to nothing on separable classes: all is flat, and the estimate far away.
        certain = settled or not (scarce and objective.alpha > 0.0)
        return Standing(finished or extra > (_MOST_SCARCE if scarce else _MOST), settled, certain)

    return finish


def to_the_last_step(criterion: ConvergenceCriterion) -> Finish:
    """Go on with secants until one Newton step will be enough."""

    def finish(_here: Evaluation, direction: Direction, extra: int) -> Standing:
        squared = direction.squared_decrement or 0.0
        return Standing(
            leaves_curvature(criterion, _ROUGH * direction.step, _ROUGH**2 * squared) or extra > _MOST_SECANT
        )

    return finish


def by_secants_alone(_here: Evaluation, direction: Direction, extra: int) -> Standing:
    """Go on with secants to the last digits."""
    return Standing((direction.squared_decrement or 0.0) <= _ALONE or extra > _MOST_SECANT)


def by_corrected_steps(_here: Evaluation, direction: Direction, extra: int) -> Standing:
    """Go on with steps of a matrix that is near the Hessian to the last digits."""
    return Standing((direction.squared_decrement or 0.0) <= _CORRECTED or extra > _MOST_SECANT)
