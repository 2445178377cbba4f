"""Arguments of the multiclass losses, checked and brought to one form: rows first, classes last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.reduction import Denominator, Infinite, Reduction, averages_itself, divisor

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Indices, Mask, Vector

    Floats = npt.NDArray[np.floating[Any]]
    Labels = Indices

_HUGE = 1e100  # whose square, and a weight times it, are numbers


@dataclass(frozen=True)
class Options:
    """What is done with logits and targets besides softmax; `softcap` is inf where nothing is capped."""

    smoothing: float
    temperature: float
    z_loss: float
    softcap: float

    @property
    def none(self) -> bool:
        """Whether they change nothing."""
        return self == _NO_OPTIONS


_NO_OPTIONS = Options(0.0, 1.0, 0.0, np.inf)


@dataclass(frozen=True)
class Problem:
    """Checked arguments, with rows first and classes last.

    `row_weight` is the sample weight of each row, 0 for ignored ones; `counts` says which rows count for anything, and is
    None where all do.
    """

    x: Floats
    is_logits: bool
    labels: Labels | None
    targets: Floats | None
    counts: Mask | None
    class_weight: Vector | None
    row_weight: Vector | None
    options: Options
    reduction: Reduction
    by: float
    infinite: Infinite
    shape: tuple[int, ...]
    axis: int

    def scale(self, lo: int, hi: int) -> Vector:
        """Factor of the gradient of each row."""
        return np.full(hi - lo, 1.0 / self.by) if self.row_weight is None else self.row_weight[lo:hi] / self.by

    @property
    def plain(self) -> bool:
        """Whether the fused kernels do all of it."""
        return self.is_logits and self.labels is not None and self.options.none

    def rows_first(self, array: Floats) -> Floats:
        """Move the classes to the end and flatten the rest to rows."""
        return np.moveaxis(array, self.axis, -1).reshape(self.x.shape)

    def as_given(self, rows: Floats) -> Floats:
        """Undo `rows_first`."""
        moved = list(self.shape)
        classes = moved.pop(self.axis)
        return np.moveaxis(rows.reshape(*moved, classes), -1, self.axis)


def problem(
    *, logits: Any = None, probs: Any = None, labels: Any = None, targets: Any = None, weight: Any = None,
    sample_weight: Any = None, label_smoothing: float = 0.0, ignore_index: int | None = None,
    reduction: Reduction = "mean", denominator: Denominator = "weights", axis: int = -1, temperature: float = 1.0,
    z_loss: float = 0.0, softcap: float | None = None, infinite: Infinite = "keep",
) -> Problem:  # fmt: skip
    """Check the arguments of `loglik.losses.cross_entropy`."""
    checks.exactly_one(logits=logits, probs=probs)
    checks.exactly_one(labels=labels, targets=targets)
    checks.one_of(infinite, "infinite", ("keep", "refuse"))
    is_logits = probs is None
    given, name = (logits, "logits") if is_logits else (probs, "probs")
    x = checks.floating(given, name)
    if x.ndim == 0:
        raise DataError("LL147.single_number")
    axis, shape = checks.class_axis(axis, x.ndim), x.shape
    checks.not_empty(shape, shape[axis], average=averages_itself(reduction, denominator))
    rows_shape = shape[:axis] + shape[axis + 1 :]
    n, v = int(np.prod(rows_shape, dtype=np.intp)), shape[axis]
    rows = np.moveaxis(x, axis, -1).reshape(n, v)
    options = _options(label_smoothing, temperature, z_loss, softcap)
    if not is_logits and (options.temperature, options.z_loss, options.softcap) != (1.0, 0.0, np.inf):
        raise DataError("LL146.logits_alone")
    class_weight = checks.weights(weight, "weight", (v,))
    row_weight = checks.weights(sample_weight, "sample_weight", rows_shape)
    row_weight = None if row_weight is None else row_weight.reshape(n)
    hard, soft, kept = None, None, None
    if labels is not None:
        # The fused kernels look at the labels anyway; a second reading would be a good part of their time.
        looked_at_later = is_logits and options.none and ignore_index is None and weight is None
        hard, kept = _labels(labels, rows_shape, v, ignore_index, only_type=looked_at_later)
    else:
        if ignore_index is not None:
            raise DataError("LL146.ignore_targets")
        soft = checks.floating(targets, "targets")
        checks.same_shape("targets", soft, shape)
        soft = np.moveaxis(soft, axis, -1).reshape(n, v)
    if kept is not None:
        row_weight = np.where(kept, 1.0 if row_weight is None else row_weight, 0.0)
    counts = None if row_weight is None or row_weight.all() else row_weight > 0.0
    if not is_logits:
        checks.probabilities("probs", rows, counts, tolerance=checks.sum_tolerance(given))
    if soft is not None:
        checks.probabilities("targets", soft, counts, tolerance=checks.sum_tolerance(targets))
    mean_weight = row_weight
    if class_weight is not None:
        of_row = _class_weights_of_rows(class_weight, hard, soft, counts)
        mean_weight = of_row if row_weight is None else row_weight * of_row
        if hard is not None and options.smoothing == options.z_loss == 0.0 and not mean_weight.all():
            counts = mean_weight > 0.0  # a class of weight 0 takes its rows out like a sample weight of 0
    by = divisor(reduction, denominator, mean_weight, n if kept is None else int(kept.sum()))
    return Problem(
        rows, is_logits, hard, soft, counts, class_weight, row_weight, options, reduction, by, infinite, shape, axis
    )


def _options(label_smoothing: Any, temperature: Any, z_loss: Any, softcap: Any) -> Options:
    smoothing = checks.number(label_smoothing, "label_smoothing", 0.0, 1.0)
    if smoothing == 1.0:
        raise DataError("LL118.smoothing_of_all")
    return Options(
        smoothing,
        checks.number(temperature, "temperature", 1.0 / _HUGE, _HUGE),
        checks.number(z_loss, "z_loss", 0.0, _HUGE),
        np.inf if softcap is None else checks.number(softcap, "softcap", 1.0 / _HUGE, _HUGE),
    )


def _labels(
    labels: Any, shape: tuple[int, ...], v: int, ignore_index: int | None, *, only_type: bool
) -> tuple[Labels, Mask | None]:
    """Labels of the rows, 0 where they are ignored; and which are not, unless none is."""
    array = checks.as_array(labels, "labels")
    checks.same_shape("labels", array, shape)
    ignored = None if ignore_index is None else checks.whole(ignore_index, "ignore_index")
    hard = checks.class_labels(array.reshape(-1), array.size, v, ignored, only_type=only_type)
    if ignored is None:
        return hard, None
    kept = hard != ignored
    return (hard, None) if kept.all() else (np.where(kept, hard, 0), kept)


def _class_weights_of_rows(class_weight: Vector, hard: Labels | None, soft: Floats | None, counts: Any) -> Vector:
    """Weight of each row by its class, or its classes' in the shares of its target."""
    if hard is not None:
        return class_weight[hard]
    if soft is None:
        msg = "neither labels nor targets"
        raise ValueError(msg)
    if counts is not None:
        soft = np.where(counts[:, None], soft, 0.0)
    result: Vector = soft @ class_weight
    return result
