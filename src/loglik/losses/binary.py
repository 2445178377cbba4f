"""Binary cross-entropy (Text A, (2); Text D, D.loss): ``-(1/N) sum_i [t_i log y_i + (1 - t_i) log(1 - y_i)]``.

By logits, with ``softplus(x) = log(1 + e^x)``: ``c t softplus(-x) + (1 - t) softplus(x)``, c the weight of class 1;
two terms >= 0. Its derivative is ``(1 - t) sigmoid(x) - c t sigmoid(-x)`` (``sigmoid(x) - t`` for c = 1), its second
derivative ``(c t + 1 - t) sigmoid(x) sigmoid(-x)``. By probabilities nothing is clipped: log 0 gives inf (the derivative
``(y - t) / (y (1 - y))``, D.ce').
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.losses import checks
from loglik.losses.reduction import Denominator, Reduction, divisor, reduced

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating[Any]]


def binary_cross_entropy(
    *,
    logits: Any = None,
    probs: Any = None,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
) -> Any:
    """Binary cross-entropy, in nats.

    Parameters
    ----------
    logits, probs : array
        Exactly one: log-odds, or probabilities of the class 1.
    targets : array of the same shape
        Probabilities of the class 1, often 0 or 1.
    sample_weight : array of the same shape, optional
        Weight of each entry.
    pos_weight : float, optional
        c: factor of the term of the class 1.
    reduction : {"mean", "sum", "none"}
        ``"none"`` gives the weighted loss of each entry.
    denominator : {"weights", "rows"} or float
        What the mean divides by: the sum of sample weights, the number of entries, or a number.

    Returns
    -------
    float, or float64 array with ``reduction="none"``

    Raises
    ------
    DataError
        LL140, LL142, LL144 to LL147, naming the first offending entry.

    Examples
    --------
    >>> from loglik.losses import binary_cross_entropy
    >>> binary_cross_entropy(logits=[40.0], targets=[1])
    4.248354255291589e-18
    >>> binary_cross_entropy(probs=[0.0], targets=[1])
    inf
    """
    x, t, w, by, is_logits = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator)
    return reduced(_weighted(_loss(x, t, pos_weight, is_logits=is_logits), w), reduction, by)


def binary_cross_entropy_value_and_grad(
    *,
    logits: Any = None,
    probs: Any = None,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
) -> tuple[Any, Floats]:
    """Binary cross-entropy and its gradient by the logits (or probabilities).

    Parameters
    ----------
    logits, probs, targets, sample_weight, pos_weight, reduction, denominator
        See `binary_cross_entropy`.

    Returns
    -------
    value, gradient
        The gradient has the shape and type of the logits.
    """
    x, t, w, by, is_logits = _problem(logits, probs, targets, sample_weight, pos_weight, reduction, denominator)
    c = 1.0 if pos_weight is None else pos_weight
    if is_logits:
        up, down = _sigmoids(x)
        # For t = 1 only the second term is left, for t = 0 only the first: nothing cancels for hard targets.
        g = (1.0 - t) * up - c * t * down
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            g = np.where(t < 1.0, (1.0 - t) / (1.0 - x), 0.0) - np.where(t > 0.0, c * t / x, 0.0)
    value = reduced(_weighted(_loss(x, t, pos_weight, is_logits=is_logits), w), reduction, by)
    given = checks.floating(logits if is_logits else probs, "logits")
    return value, np.asarray(_weighted(g, w) / by, dtype=given.dtype)


def binary_cross_entropy_hvp(
    vector: Any,
    *,
    logits: Any,
    targets: Any,
    sample_weight: Any = None,
    pos_weight: float | None = None,
    reduction: Reduction = "mean",
    denominator: Denominator = "weights",
) -> Floats:
    """Product of the Hessian of `binary_cross_entropy` by the logits, which is diagonal, with a vector.

    Parameters
    ----------
    vector : array of the shape of the logits
        What the Hessian is applied to.
    logits, targets, sample_weight, pos_weight, reduction, denominator
        See `binary_cross_entropy`.
    """
    x, t, w, by, _ = _problem(logits, None, targets, sample_weight, pos_weight, reduction, denominator)
    v = checks.floating(vector, "vector")
    checks.same_shape("vector", v, x.shape)
    c = 1.0 if pos_weight is None else pos_weight
    up, down = _sigmoids(x)
    given = checks.floating(logits, "logits")
    return np.asarray(_weighted((c * t + (1.0 - t)) * up * down, w) / by * v, dtype=given.dtype)


def _problem(
    logits: Any, probs: Any, targets: Any, sample_weight: Any, pos_weight: float | None, reduction: Reduction,
    denominator: Denominator,
) -> tuple[Vector, Vector, Vector | None, float, bool]:  # fmt: skip
    checks.exactly_one(logits=logits, probs=probs)
    is_logits = probs is None
    name = "logits" if is_logits else "probs"
    x = checks.floating(logits if is_logits else probs, name).astype(np.float64)
    checks.not_empty(x.shape)
    t = checks.floating(targets, "targets").astype(np.float64)
    checks.same_shape("targets", t, x.shape)
    checks.probabilities("targets", np.atleast_1d(t), rows=False)
    if is_logits:
        checks.no_nan(name, np.atleast_1d(x))
    else:
        checks.probabilities(name, np.atleast_1d(x), rows=False)
    if pos_weight is not None and not (np.isfinite(pos_weight) and pos_weight > 0.0):
        raise DataError("LL118", f"pos_weight = {pos_weight} is out of range", "It must be a positive number.")
    w = None
    if sample_weight is not None:
        w = np.asarray(sample_weight, dtype=np.float64)
        checks.same_shape("sample_weight", w, x.shape)
        if not np.isfinite(w).all() or (w < 0.0).any():
            raise DataError("LL114", "sample_weight must be finite and >= 0", "Mend the weights.")
    return x, t, w, divisor(reduction, denominator, w, x.size), is_logits


def _softplus(x: Vector) -> Vector:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _sigmoids(x: Vector) -> tuple[Vector, Vector]:
    """``sigmoid(x)`` and ``sigmoid(-x)``, each to full relative accuracy."""
    a = np.exp(-np.abs(x))
    small, large = a / (1.0 + a), 1.0 / (1.0 + a)
    return np.where(x >= 0.0, large, small), np.where(x >= 0.0, small, large)


def _loss(x: Vector, t: Vector, pos_weight: float | None, *, is_logits: bool) -> Vector:
    c = 1.0 if pos_weight is None else pos_weight
    with np.errstate(divide="ignore", invalid="ignore"):
        positive = _softplus(-x) if is_logits else -np.log(x)
        negative = _softplus(x) if is_logits else -np.log1p(-x)
        return np.where(t > 0.0, c * t * positive, 0.0) + np.where(t < 1.0, (1.0 - t) * negative, 0.0)


def _weighted(values: Vector, weight: Vector | None) -> Vector:
    if weight is None:
        return values
    with np.errstate(invalid="ignore"):
        return np.where(weight > 0.0, weight * values, 0.0)
