"""From the losses of rows to a number, with what the mean divides by said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks

if TYPE_CHECKING:
    from loglik.array_types import Vector

Reduction = Literal["mean", "sum", "none"]
Denominator = Literal["weights", "rows"] | float
Infinite = Literal["keep", "refuse"]


def averages_itself(reduction: Reduction, denominator: Denominator) -> bool:
    """Whether the mean divides by the rows or their weights, of which there must be some; an unknown reduction is LL118."""
    checks.one_of(reduction, "reduction", ("mean", "sum", "none"))
    return reduction == "mean" and isinstance(denominator, str)


def divisor(reduction: Reduction, denominator: Denominator, weight: Vector | None, kept: int) -> float:
    """What the sum of weighted losses is divided by.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
        Only the mean divides.
    denominator : {"weights", "rows"} or float
        Sum of the weights of the rows that count (the weighted mean), their number, or a number of the caller's.
    weight : ndarray of shape (n,), optional
        Weight of each row: its sample weight times the weight of its class, 0 if it is ignored; 1 by default.
    kept : int
        Rows that are not ignored.

    Raises
    ------
    DataError
        LL145 nothing to divide by; LL118 unknown denominator; LL114 weights whose sum is no normal number.
    """
    of_weights = float(kept) if weight is None else float(weight.sum())
    if not of_weights < np.inf:
        raise DataError("LL114.product")
    if not isinstance(denominator, str):
        number = checks.number(denominator, "denominator", 1e-300, 1e300)
        return number if reduction == "mean" else 1.0
    if denominator not in {"weights", "rows"}:
        raise DataError("LL118.denominator", denominator=denominator)
    if reduction != "mean":
        return 1.0
    total = of_weights if denominator == "weights" else float(kept)
    if not kept or total == 0.0:
        raise DataError("LL145.nothing")
    return checks.divisor_in_range(total, "the sum of the weights")


def finite_rows(loss: Vector, infinite: Infinite) -> Vector:
    """Losses of rows, unless one is infinite and that is to be refused (LL148)."""
    checks.one_of(infinite, "infinite", ("keep", "refuse"))
    if infinite == "refuse" and np.isinf(loss).any():
        i = int(np.flatnonzero(np.isinf(loss))[0])
        raise DataError("LL148.infinite", row=i)
    return loss


def reduced(loss: Vector, reduction: Reduction, by: float) -> float | Vector:
    """Apply the reduction to weighted losses."""
    if reduction == "none":
        return loss
    with np.errstate(over="ignore"):
        return float(loss.sum()) / by
