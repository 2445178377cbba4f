"""Arguments of the multiclass losses, checked and brought to one form: rows first, classes last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.reduction import Denominator, Infinite, Reduction, divisor

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating[Any]]


_PLAIN = (0.0, 1.0, 0.0, None)
"""Label smoothing, temperature, z-loss and soft cap that change nothing."""


@dataclass(frozen=True)
class Problem:
    """Checked arguments, with rows first and classes last."""

    x: Floats
    is_logits: bool
    labels: npt.NDArray[np.int64] | None
    targets: Floats | None
    kept: npt.NDArray[np.bool_] | None
    class_weight: Vector | None
    row_weight: Vector | None
    smoothing: float
    temperature: float
    z_loss: float
    softcap: float | None
    reduction: Reduction
    by: float
    infinite: Infinite
    shape: tuple[int, ...]
    axis: int

    def scale(self, lo: int, hi: int) -> Any:
        """Factor of the gradient of each row, as a column or a number."""
        return 1.0 / self.by if self.row_weight is None else (self.row_weight[lo:hi] / self.by)[:, None]

    @property
    def plain(self) -> bool:
        """Whether the fused kernels do all of it."""
        return (
            self.is_logits
            and self.labels is not None
            and (self.smoothing, self.temperature, self.z_loss, self.softcap) == _PLAIN
        )

    def rows_first(self, array: Floats) -> Floats:
        """Move the classes to the end and flatten the rest to rows."""
        return np.moveaxis(array, self.axis, -1).reshape(-1, self.x.shape[1])

    def as_given(self, rows: Floats) -> Floats:
        """Undo `rows_first`."""
        moved = list(self.shape)
        classes = moved.pop(self.axis)
        return np.moveaxis(rows.reshape(*moved, classes), -1, self.axis)


def problem(
    logits: Any, probs: Any, labels: Any, targets: Any, weight: Any, sample_weight: Any, label_smoothing: float,
    ignore_index: int | None, reduction: Reduction, denominator: Denominator, axis: int, temperature: float,
    z_loss: float, softcap: float | None, infinite: Infinite = "keep",
) -> Problem:  # fmt: skip
    """Check the arguments of `loglik.losses.cross_entropy`."""
    checks.exactly_one(logits=logits, probs=probs)
    checks.exactly_one(labels=labels, targets=targets)
    x = checks.floating(logits if probs is None else probs, "logits" if probs is None else "probs")
    if x.ndim == 0:
        raise DataError("LL147", "a single number is no row of classes", "Give an array with an axis of classes.")
    checks.not_empty(x.shape)
    axis %= x.ndim
    shape = x.shape
    rows_shape = shape[:axis] + shape[axis + 1 :]
    rows = np.moveaxis(x, axis, -1).reshape(-1, shape[axis])
    n, v = rows.shape
    if not (
        0.0 <= label_smoothing < 1.0 and temperature > 0.0 and z_loss >= 0.0 and (softcap is None or softcap > 0.0)
    ):
        raise DataError(
            "LL118",
            f"label_smoothing = {label_smoothing}, temperature = {temperature}, z_loss = {z_loss}, softcap = {softcap}",
            "Needed: 0 <= label_smoothing < 1, temperature > 0, z_loss >= 0, softcap > 0.",
        )
    if probs is not None:
        if temperature != 1.0 or z_loss != 0.0 or softcap is not None:
            raise DataError("LL146", "temperature, z_loss and softcap act on logits, not on probs", "Give logits=.")
        checks.probabilities("probs", rows)
    kept, hard, soft = None, None, None
    if labels is not None:
        array = np.asarray(labels)
        checks.same_shape("labels", array, rows_shape)
        # The fused kernels look at the labels anyway; a second reading would be a good part of their time.
        plain = probs is None and (label_smoothing, temperature, z_loss, softcap) == _PLAIN
        looked_at_later = plain and ignore_index is None and weight is None
        hard = checks.class_labels(array.reshape(-1), n, v, ignore_index, only_type=looked_at_later)
        if ignore_index is not None:
            kept = hard != ignore_index
            kept = None if kept.all() else kept
        if kept is not None:
            hard = np.where(kept, hard, 0)
    else:
        if ignore_index is not None:
            raise DataError(
                "LL146", "ignore_index goes with labels=, not with targets=", "Give such rows sample_weight 0."
            )
        soft = checks.floating(targets, "targets")
        checks.same_shape("targets", soft, shape)
        soft = np.moveaxis(soft, axis, -1).reshape(n, v)
        checks.probabilities("targets", soft)
    class_weight = _weights(weight, "weight", (v,))
    given = _weights(sample_weight, "sample_weight", rows_shape)
    row_weight = None if given is None else given.reshape(-1)
    if kept is not None:
        row_weight = np.where(kept, 1.0 if row_weight is None else row_weight, 0.0)
    mean_weight = row_weight
    if class_weight is not None:
        of_row = class_weight[hard] if hard is not None else soft @ class_weight  # type: ignore[operator]
        mean_weight = of_row if row_weight is None else row_weight * of_row
    by = divisor(reduction, denominator, mean_weight, n if kept is None else int(kept.sum()))
    return Problem(
        rows, probs is None, hard, soft, kept, class_weight, row_weight, label_smoothing, temperature, z_loss, softcap,
        reduction, by, infinite, shape, axis,
    )  # fmt: skip


def _weights(values: Any, name: str, shape: tuple[int, ...]) -> Vector | None:
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float64)
    checks.same_shape(name, array, shape)
    if not np.isfinite(array).all() or (array < 0.0).any():
        raise DataError("LL114", f"{name} must be finite and >= 0", "Mend the weights.")
    return array
