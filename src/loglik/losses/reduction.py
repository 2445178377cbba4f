"""From the losses of rows to a number, with what the mean divides by said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from loglik.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]

Reduction = Literal["mean", "sum", "none"]
Denominator = Literal["weights", "rows"] | float
Infinite = Literal["keep", "refuse"]


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
        LL145 nothing to divide by; LL118 unknown reduction or denominator.
    """
    if reduction not in {"mean", "sum", "none"}:
        raise DataError("LL118", f"reduction = {reduction!r} is not known", "Choose mean, sum or none.")
    if reduction != "mean":
        return 1.0
    if denominator == "weights":
        total = float(kept) if weight is None else float(weight.sum())
    elif denominator == "rows":
        total = float(kept)
    elif isinstance(denominator, int | float) and denominator > 0:
        total = float(denominator)
    else:
        raise DataError(
            "LL118", f"denominator = {denominator!r} is not known", "Choose weights, rows, or a number > 0."
        )
    if not kept or total == 0.0:
        raise DataError(
            "LL145",
            "every row is ignored or has weight 0: the mean of nothing is not defined",
            "Use reduction='sum', or skip this batch.",
        )
    return total


def finite_rows(loss: Vector, infinite: Infinite) -> Vector:
    """Losses of rows, unless one is infinite and that is to be refused (LL148)."""
    if infinite not in {"keep", "refuse"}:
        raise DataError("LL118", f"infinite = {infinite!r} is not known", "Choose keep or refuse.")
    if infinite == "refuse" and np.isinf(loss).any():
        i = int(np.flatnonzero(np.isinf(loss))[0])
        raise DataError(
            "LL148", f"the loss of row {i} is infinite: what was observed has probability 0", "Logits keep more digits."
        )
    return loss


def reduced(loss: Vector, reduction: Reduction, by: float) -> float | Vector:
    """Apply the reduction to weighted losses."""
    return loss if reduction == "none" else float(loss.sum()) / by
