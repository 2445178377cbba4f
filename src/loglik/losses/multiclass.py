"""Multiclass cross-entropy (Text A, (1); Text C, 4.3): ``-(1/N) sum_i sum_k t_ik log y_ik``.

Logits go through a temperature and a soft cap if asked for, and then through softmax; with ``m = max_j x_j`` the loss of a
row is ``(m - x_y) + log1p(sum_{j != argmax} e^(x_j - m))``, two terms >= 0, so that the loss of a confident row keeps
all its digits (logits [40, 0], label 0: 4.248354255291589e-18). Probabilities are taken as they are: nothing is
clipped, and log 0 gives inf.

What the mean divides by, for weighted rows (w_i: sample weight times class weight of row i's label):

============  =======================================  ==========================================
here          ``denominator="weights"``: ``sum w_i``   also ``"rows"`` (rows that are not ignored), or a number
PyTorch       ``sum w_i`` (labels), N (soft targets)   ``CrossEntropyLoss``
Keras         N                                        ``sum_over_batch_size``
scikit-learn  ``sum w_i``                              ``log_loss``
============  =======================================  ==========================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.reduction import Denominator, Reduction, divisor, reduced

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating[Any]]

# Rows of a block of the general path: its temporaries stay in the cache.
_BLOCK_ENTRIES = 1 << 16


@dataclass(frozen=True)
class _Problem:
    """Checked arguments, with rows first and classes last."""

    x: Floats
    is_logits: bool
    labels: npt.NDArray[np.int64] | None
    targets: Floats | None
    kept: npt.NDArray[np.bool_]
    class_weight: Vector | None
    row_weight: Vector
    smoothing: float
    temperature: float
    z_loss: float
    softcap: float | None
    reduction: Reduction
    by: float
    shape: tuple[int, ...]
    axis: int

    @property
    def weighted(self) -> bool:
        """Whether the rows count differently."""
        return self.class_weight is not None or bool((self.row_weight != 1.0).any())

    @property
    def plain(self) -> bool:
        """Whether the fused kernels do all of it."""
        return (
            self.is_logits
            and self.labels is not None
            and self.smoothing == 0.0
            and self.temperature == 1.0
            and self.z_loss == 0.0
            and self.softcap is None
        )

    def rows_first(self, array: Floats) -> Floats:
        """Move the classes to the end and flatten the rest to rows."""
        return np.moveaxis(array, self.axis, -1).reshape(-1, self.x.shape[1])

    def as_given(self, rows: Floats) -> Floats:
        """Undo `rows_first`."""
        moved = list(self.shape)
        classes = moved.pop(self.axis)
        return np.moveaxis(rows.reshape(*moved, classes), -1, self.axis)


def _problem(
    logits: Any, probs: Any, labels: Any, targets: Any, weight: Any, sample_weight: Any, label_smoothing: float,
    ignore_index: int | None, reduction: Reduction, denominator: Denominator, axis: int, temperature: float,
    z_loss: float, softcap: float | None,
) -> _Problem:  # fmt: skip
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
    kept = np.ones(n, dtype=bool)
    hard, soft = None, None
    if labels is not None:
        array = np.asarray(labels)
        checks.same_shape("labels", array, rows_shape)
        hard = checks.class_labels(array.reshape(-1), n, v, ignore_index)
        if ignore_index is not None:
            kept = hard != ignore_index
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
    row_weight = np.ones(n)
    given = _weights(sample_weight, "sample_weight", rows_shape)
    if given is not None:
        row_weight = given.reshape(-1).copy()
    row_weight[~kept] = 0.0
    mean_weight = row_weight
    if class_weight is not None:
        mean_weight = row_weight * (class_weight[hard] if hard is not None else soft @ class_weight)  # type: ignore[operator]
    by = divisor(reduction, denominator, mean_weight, kept)
    return _Problem(
        rows, probs is None, hard, soft, kept, class_weight, row_weight, label_smoothing, temperature, z_loss, softcap,
        reduction, by, shape, axis,
    )  # fmt: skip


def _weights(values: Any, name: str, shape: tuple[int, ...]) -> Vector | None:
    if values is None:
        return None
    array = np.asarray(values, dtype=np.float64)
    checks.same_shape(name, array, shape)
    if not np.isfinite(array).all() or (array < 0.0).any():
        raise DataError("LL114", f"{name} must be finite and >= 0", "Mend the weights.")
    return array


def cross_entropy(
    *,
    logits: Any = None,
    probs: Any = None,
    labels: Any = None,
    targets: Any = None,
    weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    axis: int = -1,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    threads: int | None = None,
) -> Any:
    """Cross-entropy of class probabilities, in nats.

    Parameters
    ----------
    logits, probs : array of shape (..., K)
        Exactly one: unnormalised log-probabilities, or probabilities whose rows sum to one (within 1e-5).
    labels, targets : array
        Exactly one: integer classes of shape (...), or distributions of the shape of the logits.
    weight : array of shape (K,), optional
        Weight of each class.
    sample_weight : array of shape (...), optional
        Weight of each row.
    label_smoothing : float
        e: the target becomes ``(1 - e) t + e / K``.
    ignore_index : int, optional
        Rows with this label are left out, of the mean too.
    reduction : {"mean", "sum", "none"}
        ``"none"`` gives the weighted loss of each row.
    denominator : {"weights", "rows"} or float
        What the mean divides by; see the module.
    axis : int
        Axis of the classes.
    temperature : float
        Logits are divided by it (after the soft cap).
    z_loss : float
        Adds ``z_loss (log sum exp x)^2`` to the loss of each row.
    softcap : float, optional
        c: logits become ``c tanh(x / c)``.
    threads : int, optional
        Threads; the result does not depend on it.

    Returns
    -------
    float, or float64 array of shape (...) with ``reduction="none"``

    Raises
    ------
    DataError
        LL140 to LL147, naming the first offending row.

    Examples
    --------
    >>> from loglik.losses import cross_entropy
    >>> cross_entropy(logits=[[40.0, 0.0]], labels=[0])
    4.248354255291589e-18
    >>> round(cross_entropy(probs=[[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], labels=[0, 1]), 12)
    0.289909247626
    """
    p = _problem(
        logits, probs, labels, targets, weight, sample_weight, label_smoothing, ignore_index, reduction, denominator,
        axis, temperature, z_loss, softcap,
    )  # fmt: skip
    loss = _kernel_loss(p, threads)[0] if p.plain else _general(p, gradient=False)[0]
    return _result(p, loss)


def cross_entropy_value_and_grad(
    *,
    logits: Any = None,
    probs: Any = None,
    labels: Any = None,
    targets: Any = None,
    weight: Any = None,
    sample_weight: Any = None,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
    axis: int = -1,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
    threads: int | None = None,
    out: Floats | None = None,
) -> tuple[Any, Floats]:
    """Cross-entropy and its gradient by the logits (or probabilities), ``(w_i / W) (p_i - t_i)`` in the plain case.

    Parameters are those of `cross_entropy`; with ``reduction="none"`` each row's gradient is that of its own loss.

    Parameters
    ----------
    logits, probs, labels, targets, weight, sample_weight, label_smoothing, ignore_index, reduction, denominator, axis, \
temperature, z_loss, softcap, threads
        See `cross_entropy`.
    out : array, optional
        C-contiguous array of the shape and type of the logits (last axis the classes) that takes the gradient.

    Returns
    -------
    value, gradient
        The gradient has the shape and type of the logits.
    """
    p = _problem(
        logits, probs, labels, targets, weight, sample_weight, label_smoothing, ignore_index, reduction, denominator,
        axis, temperature, z_loss, softcap,
    )  # fmt: skip
    if out is not None and (
        out.shape != p.shape or out.dtype != p.x.dtype or not out.flags.c_contiguous or p.axis != len(p.shape) - 1
    ):
        raise DataError("LL147", f"out must be a C-contiguous {p.x.dtype} array of shape {p.shape}", "Classes last.")
    if p.plain:
        target = None if out is None else out.reshape(p.x.shape)
        loss, rows = _kernel_loss(p, threads, gradient=True, out=target)
    else:
        loss, rows = _general(p, gradient=True)
        if out is not None:
            out.reshape(p.x.shape)[:] = rows
    return _result(p, loss), out if out is not None else p.as_given(rows)


def cross_entropy_hvp(vector: Any, **arguments: Any) -> Floats:
    """Product of the Hessian of `cross_entropy` by the logits with a vector, exact.

    For plain softmax ``(w_i / W) (p o v - p (p'v))`` row by row; temperature, soft cap and z-loss included.

    Parameters
    ----------
    vector : array of the shape of the logits
        What the Hessian is applied to.
    **arguments
        Those of `cross_entropy`; logits only, reduction ``"mean"`` or ``"sum"``.
    """
    order = ("logits", "probs", "labels", "targets", "weight", "sample_weight", "label_smoothing", "ignore_index",
             "reduction", "denominator", "axis", "temperature", "z_loss", "softcap")  # fmt: skip
    defaults: dict[str, Any] = {"label_smoothing": 0.0, "reduction": "mean", "denominator": "weights", "axis": -1,
                                "temperature": 1.0, "z_loss": 0.0}  # fmt: skip
    unknown = set(arguments) - set(order)
    if unknown:
        raise TypeError(f"cross_entropy_hvp() got unexpected arguments {sorted(unknown)}")
    values: list[Any] = [arguments.get(name, defaults.get(name)) for name in order]
    p = _problem(*values)
    if not p.is_logits:
        raise DataError("LL146", "the Hessian-vector product is by logits", "Give logits=.")
    v = checks.floating(vector, "vector")
    checks.same_shape("vector", v, p.shape)
    rows = p.rows_first(v)
    out = np.empty_like(p.x)
    for lo, hi in _blocks(p):
        z, first, second = _transformed(p, p.x[lo:hi].astype(np.float64))
        m, _, prob, rest = _softmax(z)
        lse = m + np.log1p(rest)
        t, total = _weighted_targets(p, lo, hi, z.shape)
        u = first * rows[lo:hi]
        spread = prob * (u - (prob * u).sum(axis=1, keepdims=True))
        product = total[:, None] * spread
        g = total[:, None] * prob - t
        if p.z_loss:
            g = g + 2.0 * p.z_loss * lse[:, None] * prob
            product += 2.0 * p.z_loss * (prob * (prob * u).sum(axis=1, keepdims=True) + lse[:, None] * spread)
        scale = (p.row_weight[lo:hi] / p.by)[:, None]
        out[lo:hi] = scale * (first * product + second * rows[lo:hi] * g)
    return p.as_given(out)


def _result(p: _Problem, loss: Vector) -> Any:
    value = reduced(loss, p.reduction, p.by)
    return p_shape(p, value) if p.reduction == "none" else value


def p_shape(p: _Problem, rows: Any) -> Any:
    """Give row losses the shape of the labels."""
    return np.asarray(rows).reshape(p.shape[: p.axis] + p.shape[p.axis + 1 :])


def _blocks(p: _Problem) -> list[tuple[int, int]]:
    n, v = p.x.shape
    step = max(1, _BLOCK_ENTRIES // v)
    return [(lo, min(lo + step, n)) for lo in range(0, n, step)]


def _kernel_loss(
    p: _Problem, threads: int | None, *, gradient: bool = False, out: Floats | None = None
) -> tuple[Vector, Floats]:
    """Weighted losses, and the gradient if asked for, by the fused kernels on blocks of rows."""
    from concurrent.futures import ThreadPoolExecutor

    from loglik.design.blocks import default_threads
    from loglik.kernels import cross_entropy as kernels

    x, labels = p.x, p.labels
    if labels is None:
        msg = "the kernels take labels"
        raise ValueError(msg)
    n, v = x.shape
    w = p.row_weight if p.class_weight is None else p.row_weight * p.class_weight[labels]
    loss = np.empty(n)
    grad = (np.empty_like(x, order="C") if out is None else out) if gradient else x[:0]
    scale = w / p.by
    if v == 2:
        forward, backward = kernels.hard_two, kernels.hard_two_grad
    elif v <= kernels.NARROW:
        forward, backward = kernels.hard_narrow, kernels.hard_narrow_grad
    else:
        forward, backward = kernels.hard_wide, kernels.hard_wide_grad
    count = threads or default_threads()
    # Enough blocks for the threads, none so small that its start costs more than its rows.
    step = max(-(-n // (4 * count)), 1, _BLOCK_ENTRIES // v) if count > 1 else n

    def work(lo: int) -> None:
        hi = min(lo + step, n)
        rows = np.ascontiguousarray(x[lo:hi])
        if gradient:
            backward(rows, labels[lo:hi], scale[lo:hi], loss[lo:hi], grad[lo:hi])
        else:
            forward(rows, labels[lo:hi], loss[lo:hi])

    starts = range(0, n, step)
    if len(starts) == 1:
        work(0)
    else:
        with ThreadPoolExecutor(min(count, len(starts))) as pool:
            list(pool.map(work, starts))
    if np.isnan(loss.sum()):  # NaN in the logits comes through the kernels; +inf for two classes at once does too
        checks.no_nan("logits", x)
        i = checks.first_row(np.isnan(loss))
        raise DataError("LL144", f"logits of row {i} are all -inf, or +inf: no probability follows", "Mend the row.")
    if p.weighted:
        with np.errstate(invalid="ignore"):
            loss *= w
        loss[w == 0.0] = 0.0  # an ignored row counts nothing even where its loss is infinite
        if gradient and not p.kept.all():
            grad[~p.kept] = 0.0
    return loss, grad


def _transformed(p: _Problem, x: Vector) -> tuple[Vector, Any, Any]:
    """Logits after soft cap and temperature, with first and second derivative by the original ones."""
    first: Any = 1.0 / p.temperature
    second: Any = 0.0
    if p.softcap is not None:
        t = np.tanh(x / p.softcap)
        slope = 1.0 - t * t
        x, first, second = p.softcap * t, slope * first, -2.0 * t * slope / p.softcap * first
    return x / p.temperature, first, second


def _softmax(z: Vector) -> tuple[Vector, npt.NDArray[np.int64], Vector, Vector]:
    """Maximum, its position, probabilities, and the sum of all exponentials but the maximum's."""
    top = z.argmax(axis=1)
    rows = np.arange(z.shape[0])
    m = z[rows, top]
    e = np.exp(z - m[:, None])
    e[rows, top] = 0.0
    rest = e.sum(axis=1)
    e[rows, top] = 1.0
    return m, top, e / (1.0 + rest)[:, None], rest


def _weighted_targets(p: _Problem, lo: int, hi: int, shape: tuple[int, ...]) -> tuple[Vector, Vector]:
    """Targets after smoothing, times the class weights, and their row sums."""
    n, v = shape
    if p.labels is not None:
        t = np.zeros(shape)
        t[np.arange(n), p.labels[lo:hi]] = 1.0
    elif p.targets is not None:
        t = p.targets[lo:hi].astype(np.float64)
    else:
        msg = "neither labels nor targets"
        raise ValueError(msg)
    if p.smoothing:
        t = (1.0 - p.smoothing) * t + p.smoothing / v
    if p.class_weight is not None:
        t = t * p.class_weight
    return t, t.sum(axis=1)


def _general(p: _Problem, *, gradient: bool) -> tuple[Vector, Floats]:
    """Weighted losses and gradient with every option, block by block in float64."""
    if p.is_logits:
        checks.no_nan("logits", p.x)
    n = p.x.shape[0]
    loss = np.empty(n)
    grad = np.empty_like(p.x) if gradient else p.x[:0]
    for lo, hi in _blocks(p):
        x = p.x[lo:hi].astype(np.float64)
        t, total = _weighted_targets(p, lo, hi, x.shape)
        scale = (p.row_weight[lo:hi] / p.by)[:, None]
        if not p.is_logits:
            with np.errstate(divide="ignore", invalid="ignore"):
                loss[lo:hi] = np.where(t > 0.0, -t * np.log(x), 0.0).sum(axis=1)  # 0 log 0 = 0
                if gradient:
                    grad[lo:hi] = scale * np.where(t > 0.0, -t / x, 0.0)
            continue
        z, first, _ = _transformed(p, x)
        m, top, prob, rest = _softmax(z)
        log1p_rest = np.log1p(rest)
        # m - z_k >= 0 for every class, and 0 for the maximum: no term cancels another.
        with np.errstate(invalid="ignore"):
            gap = np.where(t > 0.0, t * (m[:, None] - z), 0.0)
        loss[lo:hi] = gap.sum(axis=1) + total * log1p_rest
        if p.z_loss:
            loss[lo:hi] += p.z_loss * (m + log1p_rest) ** 2
        if gradient:
            g = total[:, None] * prob - t
            if p.labels is not None and p.smoothing == 0.0:
                # The label's entry from the other classes: -(sum_{j != y} p_j), exact for confident rows.
                rows, y = np.arange(hi - lo), p.labels[lo:hi]
                others = np.where(y == top, rest / (1.0 + rest), 1.0 - prob[rows, y])
                g[rows, y] = -total * others
            if p.z_loss:
                g += 2.0 * p.z_loss * (m + log1p_rest)[:, None] * prob
            grad[lo:hi] = scale * first * g
    loss *= p.row_weight
    loss[p.row_weight == 0.0] = 0.0
    return loss, grad
