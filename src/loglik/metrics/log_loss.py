"""Log loss of predicted probabilities (formula 6.1): ``-(1/W) sum_i w_i log p_(i, y_i)``, in nats."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.metrics.classes import Columns, columns

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Indices, Mask, Vector

    Floats = npt.NDArray[np.floating[Any]]

# Less than this is read before another thread has begun to help.
_THREAD_BYTES = 1 << 24


def log_loss(
    y_true: Any,
    y_pred: Any,
    *,
    normalize: bool = True,
    sample_weight: Any = None,
    labels: Any = None,
    threads: int | None = None,
) -> float:
    """Log loss of predicted probabilities, in nats; the signature is scikit-learn's.

    ``-(1/W) sum_i w_i log p_(i, y_i)`` with ``W = sum_i w_i``, as in scikit-learn. Where that is right the two agree.
    Not so: nothing is clipped here, so a probability 0 of the class that came up gives inf (scikit-learn: 36.04), and
    rows that do not sum to one are refused (scikit-learn: a warning, and a number that is no log loss).

    Parameters
    ----------
    y_true : array of shape (n,), or one-hot of shape (n, K)
        Labels: numbers, strings or booleans.
    y_pred : array of shape (n, K) or (n,)
        Probabilities of the classes in sorted order, rows summing to one within 1e-5 (float16 and bfloat16: within eight
        of their spacings, 0.008 and 0.06); or of the second of two classes.
    normalize : bool
        Divide by the sum of the weights (the number of rows without weights), or give the sum.
    sample_weight : array of shape (n,), optional
        Weight of each row, >= 0; a row of weight 0 counts nothing, whatever its probability.
    labels : array, optional
        All classes in sorted order; by default those that occur in `y_true`, which must then be as many as the columns.
    threads : int, optional
        Threads; the result does not depend on it.

    Returns
    -------
    float

    Raises
    ------
    DataError
        LL140 to LL145 and LL147, naming the first offending row; LL114 for weights.

    Examples
    --------
    >>> from loglik.metrics import log_loss
    >>> round(log_loss(["spam", "ham", "ham", "spam"], [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]), 12)
    0.216161874681
    >>> log_loss([1, 0], [0.0, 0.0])
    inf

    As a scorer:

    >>> from sklearn.metrics import make_scorer
    >>> scorer = make_scorer(log_loss, response_method="predict_proba", greater_is_better=False)
    """
    p = checks.floating(y_pred, "y_pred")
    if p.ndim not in {1, 2}:
        raise DataError("LL147.predictions", shape=p.shape)
    if not isinstance(normalize, bool | np.bool_ | int):
        raise DataError("LL118.normalize", normalize=normalize)
    average = bool(normalize)
    checks.not_empty(p.shape, p.shape[-1] if p.ndim == 2 else None, average=average)
    if not len(p):
        return 0.0
    if p.ndim == 2 and p.shape[1] == 1:
        p = p[:, 0]
    k = 2 if p.ndim == 1 else p.shape[1]
    where = columns(y_true, labels, k)
    n = p.shape[0]
    checks.same_shape("y_true", where.codes, (n,))
    given = checks.weights(sample_weight, "sample_weight", (n,))
    weight = np.empty(0) if given is None else np.ascontiguousarray(given)
    total = _total(p, where, weight, checks.sum_tolerance(y_pred), checks.thread_count(threads))
    if not normalize:
        return total
    by = float(weight.sum()) if weight.size else float(n)
    if by == 0.0:
        raise DataError("LL145.no_weight")
    return total / checks.divisor_in_range(by, "the sum of the weights")


def _total(p: Floats, where: Columns, weight: Vector, tolerance: float, threads: int | None) -> float:
    from loglik.kernels.losses import log_loss as kernels
    from loglik.parallel.threads import default_threads

    n = p.shape[0]
    sums = np.empty(-(-n // kernels.BLOCK))
    wide = p.ndim == 2 and p.shape[1] > 2
    kernel: Any = kernels.table_sums if wide else kernels.two_column_sums if p.ndim == 2 else kernels.one_column_sums
    count = min(threads or default_threads(), max(p.nbytes // _THREAD_BYTES, 1))
    step = n if count == 1 else kernels.BLOCK * -(-sums.size // (2 * count))

    def work(lo: int) -> int:
        hi = min(lo + step, n)
        rows = np.ascontiguousarray(p[lo:hi])
        bad = kernel(
            rows if wide else rows.reshape(-1),
            where.codes[lo:hi],
            where.low,
            weight[lo:hi],
            tolerance,
            lo // kernels.BLOCK,
            sums,
        )
        return int(bad) if bad < 0 else lo + int(bad)

    starts = range(0, n, step)
    if count == 1:
        bad = [work(lo) for lo in starts]
    else:
        with ThreadPoolExecutor(count) as pool:
            bad = list(pool.map(work, starts))
    first = [lo for lo in bad if lo >= 0]
    if first:
        lo, hi = min(first), min(min(first) + kernels.BLOCK, n)
        counts = weight[lo:hi] > 0.0 if weight.size else np.ones(hi - lo, bool)
        raise _refusal(p[lo:hi], where.codes[lo:hi] - where.low, where.codes[lo:hi], lo, counts, tolerance)
    return float(sums.sum())


def _refusal(
    p: Floats, column: Indices, label: Indices, lo: int, counts: Mask,
    tolerance: float,
) -> DataError:  # fmt: skip
    """Say which row of a block cannot be used, and why."""
    binary = p.ndim == 1
    rows: npt.NDArray[Any] = p.reshape(len(p), -1)
    k = 2 if binary else p.shape[1]
    nan = np.isnan(rows).any(axis=1) & counts
    outside = np.asarray(((rows < 0.0) | (rows > 1.0)).any(axis=1)) & counts
    unknown = (column < 0) | (column >= k)
    sums = rows.sum(axis=1, dtype=np.float64)
    off = np.where(counts & (not binary), np.abs(sums - 1.0), 0.0)
    bad = nan | outside | unknown | (off > tolerance)
    # None is left where the kernel's sum of a row, in another order, lies just beyond the tolerance.
    i = int(bad.argmax()) if bad.any() else int(off.argmax())
    if nan[i]:
        return DataError("LL144.nan", name="y_pred", row=lo + i)
    if outside[i]:
        value = next(v for v in rows[i].tolist() if not 0.0 <= v <= 1.0)
        return DataError("LL140.prediction", value=value, row=lo + i)
    if unknown[i]:
        return DataError("LL143.not_among", label=label[i], row=lo + i, k=k)
    return DataError("LL141.sum", name="y_pred", row=lo + i, total=sums[i])
