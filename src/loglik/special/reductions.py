"""Log-sum-exp and softmax along axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.special import double as dd
from loglik.special import elementary as el
from loglik.special.arrays import column_blocks, from_rows, result_dtype, row_blocks, rows_of, signal, unmasked
from loglik.special.exponentials import CANCELLED

if TYPE_CHECKING:
    import numpy.typing as npt

    from loglik.array_types import Labels
    from loglik.special.arrays import Axis
    from loglik.special.double import Array, Pair, Triple

    Indices = npt.NDArray[np.intp]


def _terms(x: Array, top: Array) -> Pair:
    """e^(x - top) for one block of columns; top is finite."""
    return dd.ldexp(*el.exp(dd.two_diff(x, top)))


def _without(terms: tuple[Array, ...], pivot: Indices, columns: slice) -> None:
    """Set the cells of the pivot column of each row to 0, in place."""
    row = np.flatnonzero((pivot >= columns.start) & (pivot < columns.stop))
    for part in terms:
        part[row, pivot[row] - columns.start] = 0.0


def _others(x: Array, top: Array, pivot: Indices) -> Pair:
    """Sum of e^(x - top) over the columns other than the pivot."""
    total: Pair = (np.zeros(len(x)), np.zeros(len(x)))
    for columns in column_blocks(x.shape[1]):
        terms = _terms(x[:, columns], top)
        _without(terms, pivot, columns)
        total = dd.add(total, dd.sum_last(terms))
    return total


def _top(x: Array) -> tuple[Array, Indices]:
    """Return the largest of each row and its place; NaN where there is one."""
    pivot = x.argmax(axis=1)
    return x[np.arange(len(x)), pivot], pivot


def _logsumexp_rows(x: Array) -> Array:
    top, pivot = _top(x)
    finite = np.isfinite(top)
    safe = np.where(finite, top, 0.0)
    result = dd.add((safe, np.zeros_like(safe)), el.log1p(_others(x, safe[:, None], pivot)))[0]
    again = finite & (top < 0) & (np.abs(result) < CANCELLED * -top)
    if again.any():
        result[again] = _log_near_one(x[again], None, pivot[again])
    return np.where(finite, result, top)


def _weighted_rows(x: Array, w: Array) -> Array:
    # weight 0 takes a term out of the sum, whatever its exponent
    size, pivot = _top(np.where((w == 0) & ~np.isnan(x), -np.inf, x + np.log(w)))
    finite = np.isfinite(size)
    at = np.arange(len(x)), pivot
    top, (_, shift) = np.where(finite, x[at], 0.0), np.frexp(np.where(finite, w[at], 1.0))
    total: Pair = (np.zeros(len(x)), np.zeros(len(x)))
    for columns in column_blocks(x.shape[1]):
        e, k = el.exp(dd.two_diff(x[:, columns], top[:, None]))
        mantissa, exponent = np.frexp(w[:, columns])
        terms = dd.ldexp(dd.multiply(e, (mantissa, np.zeros_like(mantissa))), k + exponent - shift[:, None])
        terms = dd.where(w[:, columns] == 0, (np.zeros_like(mantissa),) * 2, terms)
        total = dd.add(total, dd.sum_last(terms))
    result = dd.add((top, np.zeros_like(top)), el.log(total, shift))[0]
    again = finite & (np.abs(result) < CANCELLED * np.maximum(1.0, np.abs(top)))
    if again.any():
        result[again] = _log_near_one(x[again], w[again], pivot[again])
    return np.where(finite, result, size)


def _weighted_triple(e: Triple, k: Labels, w: Array | None) -> Triple:
    if w is None:
        return dd.ldexp3(e, k)
    mantissa, exponent = np.frexp(w)
    zero = np.zeros_like(w)
    a, b, c = dd.ldexp3(dd.multiply3(e, (mantissa, zero, zero)), k + exponent)
    return np.where(w == 0, 0.0, a), np.where(w == 0, 0.0, b), np.where(w == 0, 0.0, c)


def _log_near_one(x: Array, w: Array | None, pivot: Indices) -> Array:
    """log(sum w e^x) as log1p(sum w e^x - 1), the sum in triples, where pairs have cancelled."""
    zero = np.zeros(len(x))
    at = np.arange(len(x)), pivot
    weight = None if w is None else w[at]
    less_one, e, k = el.expm1_triple((x[at], zero, zero))
    far = dd.add3((zero - 1.0, zero, zero), _weighted_triple(e, k, weight))
    near = less_one
    if weight is not None:
        # w (e^x - 1) + (w - 1): each part keeps its digits, however near w e^x is to 1
        near = dd.add3(dd.multiply3(less_one, (weight, zero, zero)), (*dd.two_sum(weight, zero - 1.0), zero))
    total: Triple = tuple(np.where(np.abs(x[at]) < 0.5, a, b) for a, b in zip(near, far, strict=True))  # type: ignore[assignment]
    for columns in column_blocks(x.shape[1]):
        part = x[:, columns]
        _, e, k = el.expm1_triple((part, np.zeros_like(part), np.zeros_like(part)))
        terms = _weighted_triple(e, k, None if w is None else w[:, columns])
        _without(terms, pivot, columns)
        total = dd.add3(total, dd.sum_last3(terms))
    return el.log1p((total[0], total[1]))[0]


def logsumexp(
    x: npt.ArrayLike, axis: Axis = None, weights: npt.ArrayLike | None = None, *, keepdims: bool = False
) -> Any:
    r"""Logarithm of a sum of exponentials along axes.

    .. math:: \ln \sum_i w_i e^{x_i} = m + \ln \sum_i w_i e^{x_i - m}, \qquad m = \max_i x_i

    Parameters
    ----------
    x : array_like
        Logarithms, in nats; -inf stands for the number 0.
    axis : int, tuple of int or None
        Axes to sum over, all by default.
    weights : array_like, optional
        w >= 0, broadcast against x; 1 by default. A term of weight 0 is left out, even where x is inf. A negative
        weight gives NaN and signals ``invalid``.
    keepdims : bool
        Keep the axes with length 1.

    Returns
    -------
    float or ndarray
        In nats. The empty sum is 0, and its logarithm -inf, without a signal. All weights 0 signal ``divide``.
        Error below 1 ulp, also where the sum is near 1 and its logarithm near 0.

    Notes
    -----
    The sum without its largest term is formed in double-double arithmetic and ends in log1p. Where m and the logarithm
    cancel, the sum less one is formed in triple-double arithmetic. P. Blanchard, D. J. Higham, N. J. Higham, Accurately
    computing the log-sum-exp and softmax functions, IMA J. Numer. Anal. 41 (2021), stops at the first of these steps.

    Examples
    --------
    >>> float(logsumexp([1000, 1000])) == 1000 + float(np.log(2)), float(logsumexp([0, 5], weights=[1, 0]))
    (True, 0.0)
    """
    array = unmasked(x, "x")
    dtype = result_dtype(x) if weights is None else result_dtype(x, weights)
    w_table = None
    if weights is not None:
        array, w_array = np.broadcast_arrays(array, unmasked(weights, "weights"))
        w_table = rows_of(w_array, axis)[0]
    table, lead, axes = rows_of(array, axis)
    out = np.full(len(table), -np.inf, dtype)
    invalid = divide = False
    if table.shape[1]:
        with np.errstate(all="ignore"):
            for rows in row_blocks(*table.shape):
                part = table[rows].astype(np.float64)
                bad = np.isnan(part).any(axis=1)
                if w_table is None:
                    out[rows] = _logsumexp_rows(part)
                else:
                    w = w_table[rows].astype(np.float64)
                    bad |= np.isnan(w).any(axis=1)
                    out[rows] = _weighted_rows(part, w)
                    divide |= bool(((w == 0).all(axis=1) & (part > -np.inf).any(axis=1) & ~bad).any())
                invalid |= bool((np.isnan(out[rows]) & ~bad).any())
    signal(invalid=invalid, divide=divide)
    result = out.reshape(lead)
    return (np.expand_dims(result, axes) if keepdims else result)[()]


def _softmax_rows(x: Array) -> Array:
    top, pivot = _top(x)
    safe = np.where(np.isfinite(top), top, np.nan)[:, None]
    one = np.ones(len(x)), np.zeros(len(x))
    total = dd.add(one, _others(x, safe, pivot))
    divisor = total[0][:, None], total[1][:, None]
    out = np.empty_like(x)
    for columns in column_blocks(x.shape[1]):
        e, k = el.exp(dd.two_diff(x[:, columns], safe))
        out[:, columns] = np.ldexp(dd.divide(e, divisor)[0], k)
    return out


def _log_softmax_rows(x: Array) -> Array:
    top, pivot = _top(x)
    safe = np.where(np.isfinite(top), top, np.nan)[:, None]
    a, b = dd.negative(el.log1p(_others(x, safe, pivot)))
    out = np.empty_like(x)
    for columns in column_blocks(x.shape[1]):
        d = dd.two_diff(x[:, columns], safe)
        out[:, columns] = np.where(d[0] == -np.inf, -np.inf, dd.add(d, (a[:, None], b[:, None]))[0])
    return out


def _plain_exps(x: Array) -> tuple[Array, Array, Indices]:
    top, pivot = _top(x)
    d: Array = x - np.where(np.isfinite(top), top, np.nan)[:, None]
    e = np.exp(d)
    e[np.arange(len(x)), pivot] *= 0.0  # keeps NaN
    return d, e, pivot


def _plain_softmax_rows(x: Array) -> Array:
    _, e, pivot = _plain_exps(x)
    others = e.sum(axis=1)
    e[np.arange(len(x)), pivot] += 1.0
    result: Array = e / (1.0 + others)[:, None]
    return result


def _plain_log_softmax_rows(x: Array) -> Array:
    d, e, _ = _plain_exps(x)
    result: Array = d - np.log1p(e.sum(axis=1))[:, None]
    return result


def _over_rows(careful: Any, plain: Any, x: npt.ArrayLike, axis: Axis) -> Any:
    array = unmasked(x, "x")
    dtype = result_dtype(x)
    table, _, axes = rows_of(array, axis)
    out = np.empty(table.shape, dtype)
    function = plain if dtype == np.float32 else careful
    invalid = False
    if table.size:
        with np.errstate(all="ignore"):
            for rows in row_blocks(*table.shape):
                part = table[rows].astype(np.float64)
                out[rows] = function(part)
                invalid |= bool((np.isnan(out[rows]).any(axis=1) & ~np.isnan(part).any(axis=1)).any())
    signal(invalid=invalid)
    return from_rows(out, array.shape, axes)[()]


def softmax(x: npt.ArrayLike, axis: Axis = -1) -> Any:
    r"""Probabilities whose logarithms are x up to a constant.

    .. math:: \frac{e^{x_k}}{\sum_j e^{x_j}}

    Parameters
    ----------
    x : array_like
        In nats; -inf gives probability 0. Where the largest is infinite (all -inf, or inf) the row is NaN and signals
        ``invalid``.
    axis : int, tuple of int or None
        Axes along which the probabilities sum to one.

    Returns
    -------
    ndarray
        Shape of x. Error below 1 ulp of each probability, however small it is.

    Notes
    -----
    Formula 7.3: the inverse of the logarithm, up to a constant.

    Examples
    --------
    >>> softmax([0.0, 0.0, -np.inf]).tolist()
    [0.5, 0.5, 0.0]
    """
    return _over_rows(_softmax_rows, _plain_softmax_rows, x, axis)


def log_softmax(x: npt.ArrayLike, axis: Axis = -1) -> Any:
    r"""Logarithms of the probabilities of `softmax`.

    .. math:: x_k - \ln \sum_j e^{x_j} = (x_k - m) - \ln\Bigl(1 + \sum_{j \ne a} e^{x_j - m}\Bigr), \qquad m = x_a

    with a the place of the largest. Both terms on the right are at most 0, so they do not cancel: the largest of
    ``[40, 0]`` has -4.2e-18 and not 0.

    Parameters
    ----------
    x : array_like
        In nats; -inf stays -inf. Where the largest is infinite the row is NaN and signals ``invalid``.
    axis : int, tuple of int or None
        Axes along which the probabilities sum to one.

    Returns
    -------
    ndarray
        Shape of x, in nats. Error below 1 ulp of each entry.

    Notes
    -----
    Its negative at the observed class is the cross-entropy of one sample: formula 6.2.

    Examples
    --------
    >>> log_softmax([40.0, 0.0]).tolist()
    [-4.248354255291589e-18, -40.0]
    """
    return _over_rows(_log_softmax_rows, _plain_log_softmax_rows, x, axis)
