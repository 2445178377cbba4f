"""Cross-entropy of a linear layer's logits, ``hidden @ weight.T + bias``, without ever holding all of them.

With D features, V classes and N rows the logits are N x V numbers and their gradient as many again; of a language model's
vocabulary that is more memory than all the rest. Here a block of rows at a time is multiplied, its loss is taken, the
gradient g by its logits overwrites them and goes at once to where it ends::

    grad_hidden = g weight      grad_weight = sum over blocks g' hidden      grad_bias = sum over rows g

Nothing is left out or approximated: the sums are those of the whole product, in blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.multiclass import cross_entropy, value_and_rows
from loglik.losses.problem import problem
from loglik.losses.reduction import Denominator, Reduction, averages_itself, divisor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.losses.problem import Floats

# Of the block of logits, which their gradient overwrites: rows enough for the products to run at full speed.
_BLOCK_BYTES = 32 << 20


def linear_cross_entropy(
    hidden: Any,
    weight: Any,
    labels: Any,
    *,
    bias: Any = None,
    class_weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    threads: int | None = None,
) -> Any:
    """Cross-entropy of ``hidden @ weight.T + bias`` against labels, in nats.

    Parameters
    ----------
    hidden : array of shape (..., D)
        Features of each row, float32 or float64.
    weight : array of shape (V, D)
        One row for each class, of the same type.
    labels : integer array of shape (...)
        Classes, 0 to V - 1.
    bias : array of shape (V,), optional
        Added to the logits.
    class_weight : array of shape (V,), optional
        Weight of each class.
    sample_weight, label_smoothing, ignore_index, reduction, denominator, temperature, z_loss, softcap, threads
        See `cross_entropy`.

    Returns
    -------
    float, or float64 array of shape (...) with ``reduction="none"``

    Raises
    ------
    DataError
        As `cross_entropy`; LL144 also for NaN or infinity in the features, the weights or the bias, in every row, since
        products with zero would be NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from loglik.losses import linear_cross_entropy
    >>> round(linear_cross_entropy(np.eye(2), np.eye(3, 2), [0, 1]), 12)
    0.551444713932
    """
    p = _Layer(hidden, weight, labels, bias, class_weight, sample_weight, ignore_index, reduction, denominator)
    options = _options(label_smoothing, temperature, z_loss, softcap)
    threads = checks.thread_count(threads)
    rows = np.zeros(p.n if reduction == "none" else 0)
    total = 0.0
    for lo, hi, logits in p.blocks():
        loss = cross_entropy(**p.block(lo, hi, logits), **options, threads=threads)
        if reduction == "none":
            rows[lo:hi] = loss
        else:
            total += loss
    return rows.reshape(p.shape) if reduction == "none" else total


def linear_cross_entropy_value_and_grad(
    hidden: Any,
    weight: Any,
    labels: Any,
    *,
    bias: Any = None,
    class_weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    threads: int | None = None,
) -> tuple[Any, Floats, Floats] | tuple[Any, Floats, Floats, Floats]:
    """Cross-entropy of ``hidden @ weight.T + bias`` and its gradients by hidden, weight and, if given, bias.

    Parameters
    ----------
    hidden, weight, labels, bias, class_weight, sample_weight, label_smoothing, ignore_index, reduction, denominator, \
temperature, z_loss, softcap, threads
        See `linear_cross_entropy`. With ``reduction="none"`` the gradients are those of the sum of the losses.

    Returns
    -------
    value, grad_hidden, grad_weight[, grad_bias]
        Gradients have the shapes and the type of what they belong to.
    """
    p = _Layer(hidden, weight, labels, bias, class_weight, sample_weight, ignore_index, reduction, denominator)
    options = _options(label_smoothing, temperature, z_loss, softcap)
    threads = checks.thread_count(threads)
    grad_hidden, grad_weight = np.zeros_like(p.hidden), np.zeros_like(p.weight)
    grad_bias = None if p.bias is None else np.zeros_like(p.bias)
    rows = np.zeros(p.n if reduction == "none" else 0)
    total = 0.0
    for lo, hi, logits in p.blocks():
        checked = problem(**p.block(lo, hi, logits), **options)
        loss, g = value_and_rows(checked, threads, logits)
        if reduction == "none":
            rows[lo:hi] = loss
        else:
            total += loss
        _refuse_not_finite(
            "the gradient by the logits", g, lo
        )  # beyond float32, it would be NaN times weights of both signs
        _multiply(g, p.weight, grad_hidden[lo:hi])
        _multiply(g.T, p.hidden[lo:hi], grad_weight, add=True)
        if grad_bias is not None:
            grad_bias += g.sum(axis=0, dtype=np.float64)
    value = rows.reshape(p.shape) if reduction == "none" else total
    grad_hidden = grad_hidden.reshape(*p.shape, p.hidden.shape[1])
    return (value, grad_hidden, grad_weight) if grad_bias is None else (value, grad_hidden, grad_weight, grad_bias)


class _Layer:
    """Checked arguments, and the blocks of logits."""

    def __init__(
        self, hidden: Any, weight: Any, labels: Any, bias: Any, class_weight: Any, sample_weight: Any,
        ignore_index: int | None, reduction: Reduction, denominator: Denominator,
    ) -> None:  # fmt: skip
        h, self.weight = checks.floating(hidden, "hidden"), np.ascontiguousarray(checks.floating(weight, "weight"))
        if h.dtype != self.weight.dtype:
            raise DataError("LL147.two_types", hidden=h.dtype, weight=self.weight.dtype)
        if h.ndim == 0 or self.weight.ndim != 2 or h.shape[-1] != self.weight.shape[1]:
            raise DataError("LL147.two_shapes", hidden=h.shape, weight=self.weight.shape)
        checks.not_empty(h.shape, h.shape[-1], average=averages_itself(reduction, denominator))
        checks.not_empty(self.weight.shape, len(self.weight), average=False)
        self.shape, self.hidden = h.shape[:-1], np.ascontiguousarray(h.reshape(int(np.prod(h.shape[:-1])), h.shape[-1]))
        self.n, self.v = len(self.hidden), len(self.weight)
        _refuse_not_finite("hidden", self.hidden)
        _refuse_not_finite("weight", self.weight)
        self.bias = None
        if bias is not None:
            self.bias = checks.floating(bias, "bias").astype(h.dtype, copy=False)
            checks.same_shape("bias", self.bias, (self.v,))
            _refuse_not_finite("bias", self.bias[:, None])
        given = checks.as_array(labels, "labels")
        checks.same_shape("labels", given, self.shape)
        self.ignore_index = None if ignore_index is None else checks.whole(ignore_index, "ignore_index")
        self.labels = checks.class_labels(given.reshape(-1), self.n, self.v, self.ignore_index)
        self.reduction = reduction
        self.class_weight = checks.weights(class_weight, "class_weight", (self.v,))
        of_rows = checks.weights(sample_weight, "sample_weight", self.shape)
        self.sample_weight = None if of_rows is None else of_rows.reshape(-1)
        self.step = max(1, min(self.n, _BLOCK_BYTES // (self.v * h.dtype.itemsize)))
        self.by = self._divisor(denominator)

    def _divisor(self, denominator: Denominator) -> float:
        kept = np.ones(self.n, bool) if self.ignore_index is None else self.labels != self.ignore_index
        weight = self.sample_weight
        if self.class_weight is not None:
            of_row = self.class_weight[np.where(kept, self.labels, 0)]
            weight = of_row if weight is None else weight * of_row
        if weight is not None:
            weight = np.where(kept, weight, 0.0)
        return divisor(self.reduction, denominator, weight, int(kept.sum()))

    def blocks(self) -> Iterator[tuple[int, int, Floats]]:
        """Rows lo to hi and their logits, in an array that the next block overwrites."""
        logits = np.empty((self.step, self.v), self.hidden.dtype)
        for lo in range(0, self.n, self.step):
            hi = min(lo + self.step, self.n)
            block = logits[: hi - lo]
            _multiply(self.hidden[lo:hi], self.weight.T, block)
            if self.bias is not None:
                block += self.bias
            # Finite factors, but their products may overflow; once overwritten, the row could not be named.
            _refuse_not_finite("hidden @ weight.T", block, lo)
            yield lo, hi, block

    def block(self, lo: int, hi: int, logits: Floats) -> dict[str, Any]:
        """Arguments of the loss of a block's rows, divided by what the whole mean divides by."""
        weight = None if self.sample_weight is None else self.sample_weight[lo:hi]
        none = self.reduction == "none"
        if not none:  # a sum over weights divided by a number; unlike a mean it may be of no rows at all
            weight = np.full(hi - lo, 1.0 / self.by) if weight is None else weight / self.by
        return {
            "logits": logits, "labels": self.labels[lo:hi], "weight": self.class_weight, "sample_weight": weight,
            "ignore_index": self.ignore_index, "reduction": "none" if none else "sum",
        }  # fmt: skip


def _options(label_smoothing: Any, temperature: Any, z_loss: Any, softcap: Any) -> dict[str, Any]:
    return {"label_smoothing": label_smoothing, "temperature": temperature, "z_loss": z_loss, "softcap": softcap}


def _multiply(a: Floats, b: Floats, out: Floats, *, add: bool = False) -> None:
    """``out = a @ b``, or ``out += a @ b``, in place.

    NumPy cannot add in place, and its BLAS is another than SciPy's: used in turn, the threads of one would wait busily
    for work while those of the other have it. BLAS has columns where NumPy has rows, so it is given ``out' = b' a'``.
    """
    from scipy.linalg.blas import dgemm, sgemm

    gemm = sgemm if out.dtype == np.float32 else dgemm
    left, trans_a = (b.T, False) if b.flags.c_contiguous else (b, True)
    right, trans_b = (a.T, False) if a.flags.c_contiguous else (a, True)
    gemm(1.0, left, right, 1.0 if add else 0.0, out.T, trans_a=trans_a, trans_b=trans_b, overwrite_c=True)


def _refuse_not_finite(name: str, array: Floats, first: int = 0) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()):  # one pass without a temporary; a NaN or an infinity comes through
            return
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    i = first + checks.first_row(bad)
    raise DataError("LL144.not_finite", name=name, row=i)
