"""Entropy, cross-entropy and divergence of discrete distributions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from loglik.errors import DataError
from loglik.special import double as dd
from loglik.special import elementary as el
from loglik.special.arrays import column_blocks, result_dtype, row_blocks, rows_of, signal, unmasked
from loglik.special.logarithms import log_of_base

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from loglik.array_types import Labels
    from loglik.special.double import Array, Pair

    Table = npt.NDArray[Any]
    Integers = Labels
    Terms = Callable[..., Pair]


def sum_tolerance(dtype: np.dtype[Any]) -> float:
    """How far the sum of a row may be from 1: 1e-6, but eight steps of a narrower float.

    Examples
    --------
    >>> sum_tolerance(np.dtype(np.float64)), sum_tolerance(np.dtype(np.float16))
    (1e-06, 0.0078125)
    """
    if dtype.name == "bfloat16":
        return 8 * 2.0**-7
    return max(1e-6, 8 * float(np.finfo(dtype).eps)) if dtype.kind == "f" else 1e-6


def _row_name(row: int, lead: tuple[int, ...]) -> str | None:
    if not lead:
        return None
    place = ", ".join(str(int(i)) for i in np.unravel_index(row, lead))
    return place if len(lead) == 1 else f"({place})"


def _refuse_unless_distributions(name: str, table: Table, lead: tuple[int, ...]) -> None:
    """LL142 no outcomes, LL140 a value outside [0, 1], LL141 a sum that is not one: the first row of any."""
    if not table.shape[1]:
        raise DataError("LL142.no_outcomes", name=name)
    tolerance = sum_tolerance(table.dtype)
    for rows in row_blocks(*table.shape):
        part = table[rows].astype(np.float64)
        outside = ~((part >= 0) & (part <= 1))
        total = part.sum(axis=1)
        bad = outside.any(axis=1) | (np.abs(total - 1) > tolerance)
        if not bad.any():
            continue
        i = int(bad.argmax())
        where = _row_name(rows.start + i, lead)
        if outside[i].any():
            j = int(outside[i].argmax())
            raise DataError("LL140.entry", name=name, row=where, j=j, value=float(part[i, j]))
        raise DataError("LL141.sum_of_entries", name=name, row=where, total=float(total[i]), tolerance=tolerance)


def _with_zero(x: Array) -> Pair:
    return x, np.zeros_like(x)


def _reduce(terms: Terms, scale: Callable[..., Array], tables: tuple[Table, ...], base: float) -> tuple[Array, bool]:
    """Sum ``terms`` along the rows, in units of ``base``.

    ``scale`` gives the size of the largest factors that count, by which the row is brought near 1: sums of subnormal
    terms then keep their digits.
    """
    out = np.empty(len(tables[0]))
    base_log = log_of_base(np.array([base]))
    with np.errstate(all="ignore"):
        for rows in row_blocks(*tables[0].shape):
            parts = [t[rows].astype(np.float64) for t in tables]
            _, exponent = np.frexp(scale(*parts).max(axis=1))
            total: Pair = (np.zeros(len(exponent)), np.zeros(len(exponent)))
            for columns in column_blocks(parts[0].shape[1]):
                total = dd.add(total, dd.sum_last(terms(*(p[:, columns] for p in parts), -exponent[:, None])))
            # 0 and inf are free of units, and inf has no correction
            quotient = dd.divide(total, base_log)
            value = np.where(np.isfinite(total[0]), dd.ldexp(quotient, exponent)[0], total[0])
            infinite = scale(*parts).max(axis=1) == np.inf
            out[rows] = np.where(infinite, np.copysign(np.inf, base_log[0]), value) + 0.0 * base_log[0]
    return out, bool(np.isnan(base_log[0]).any() and not math.isnan(base))


def _result(out: Array, lead: tuple[int, ...], dtype: np.dtype[Any], *, invalid: bool) -> Any:
    signal(invalid=invalid)
    with np.errstate(under="ignore"):
        return out.astype(dtype).reshape(lead)[()]


def _minus_times_log(p: Array, q: Array, exponent: Integers) -> Pair:
    """Return -p log q, scaled."""
    # Where log q = 0, p is not among the sizes that the scale was made for: scaled by it, 1 would overflow.
    log_q = el.log(_with_zero(np.where((p > 0) & (q < 1), q, 1.0)))
    return dd.negative(dd.multiply(_with_zero(np.ldexp(np.where(q < 1, p, 0.0), exponent)), log_q))


def _entropy_terms(p: Array, exponent: Integers) -> Pair:
    return _minus_times_log(p, p, exponent)


def entropy(p: npt.ArrayLike, axis: int = -1, base: float = math.e) -> Any:
    r"""Entropy of distributions.

    .. math:: H(p) = -\sum_k p_k \log_b p_k, \qquad 0 \log 0 = 0

    Parameters
    ----------
    p : array_like
        Probabilities. Each row along ``axis`` sums to 1 within 1e-6 (eight steps of a narrower float: 0.008 in
        float16, 0.06 in bfloat16); it is used as it is and not divided by its sum.
    axis : int
        Axis of the outcomes.
    base : float
        Unit: nats for e, bits for 2. A base as in `loglik.special.log`.

    Returns
    -------
    float or ndarray
        Shape of p without ``axis``. Error below 1 ulp: no term is negative, and they are summed in double-double
        arithmetic.

    Raises
    ------
    loglik.errors.DataError
        LL140 a value outside [0, 1] or NaN, LL141 a row that does not sum to one, LL142 no outcomes.

    Notes
    -----
    C. E. Shannon, A Mathematical Theory of Communication, 1948; the least value of the cross-entropy, formula 6.2, over
    all y.

    Examples
    --------
    >>> float(entropy([0.5, 0.25, 0.25], base=2)), float(entropy([1.0, 0.0]))
    (1.5, 0.0)
    """
    dtype = result_dtype(p)
    table, lead, _ = rows_of(unmasked(p, "p"), axis)
    _refuse_unless_distributions("p", table, lead)
    out, invalid = _reduce(_entropy_terms, lambda p: np.where(p < 1, p, 0.0), (table,), base)
    return _result(out, lead, dtype, invalid=invalid)


def _pair_of_tables(p: npt.ArrayLike, q: npt.ArrayLike, axis: int) -> tuple[Table, Table, tuple[int, ...]]:
    a, b = unmasked(p, "p"), unmasked(q, "q")
    n = max(a.ndim, b.ndim)
    a, b = (c.reshape((1,) * (n - c.ndim) + c.shape) for c in (a, b))
    if a.shape[axis] != b.shape[axis]:
        raise ValueError(f"p and q differ in the number of outcomes: {a.shape[axis]} and {b.shape[axis]}")
    a, b = np.broadcast_arrays(a, b)
    (p_table, lead, _), (q_table, _, _) = rows_of(a, axis), rows_of(b, axis)
    _refuse_unless_distributions("p", p_table, lead)
    _refuse_unless_distributions("q", q_table, lead)
    return p_table, q_table, lead


def cross_entropy(p: npt.ArrayLike, q: npt.ArrayLike, axis: int = -1, base: float = math.e) -> Any:
    r"""Cross-entropy of a distribution q under the true distribution p.

    .. math:: H(p, q) = -\sum_k p_k \log_b q_k, \qquad 0 \log 0 = 0

    It is inf where q_k = 0 < p_k: what q holds impossible happens. Nothing is clipped.

    Parameters
    ----------
    p, q : array_like
        Probabilities, broadcast against each other; rows along ``axis`` sum to 1 as in `entropy`.
    axis : int
        Axis of the outcomes, the same number in p and q.
    base : float
        Unit: nats for e, bits for 2. A base as in `loglik.special.log`.

    Returns
    -------
    float or ndarray
        Shape of p and q without ``axis``. Error below 1 ulp.

    Raises
    ------
    loglik.errors.DataError
        LL140 a value outside [0, 1] or NaN, LL141 a row that does not sum to one, LL142 no outcomes.
    ValueError
        The numbers of outcomes differ.

    Notes
    -----
    Formula 6.1 for one sample, 6.2.

    Examples
    --------
    >>> float(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2)) > float(entropy([0.5, 0.5], base=2))
    True
    >>> float(cross_entropy([0.5, 0.5], [1.0, 0.0]))
    inf
    """
    dtype = result_dtype(p, q)
    p_table, q_table, lead = _pair_of_tables(p, q, axis)

    def scale(p: Array, q: Array) -> Array:
        return np.where((q == 0) & (p > 0), np.inf, np.where(q < 1, p, 0.0))

    out, invalid = _reduce(_minus_times_log, scale, (p_table, q_table), base)
    return _result(out, lead, dtype, invalid=invalid)


def _divergence_terms(p: Array, q: Array, exponent: Integers) -> Pair:
    """Return p log(p/q) - p + q, scaled; nonnegative, and to about 2^-59 of itself for every p and q."""
    both = (p > 0) & (q > 0) & (p != q)
    (mp, kp), (mq, kq) = np.frexp(np.where(both, p, 1.0)), np.frexp(np.where(both, q, 1.0))
    ps, qs = np.ldexp(p, exponent), np.ldexp(q, exponent)
    log_ratio = el.log(dd.divide(_with_zero(mp), _with_zero(mq)), kp - kq)
    whole = dd.add(dd.multiply(_with_zero(np.where(both, ps, 0.0)), log_ratio), dd.two_sum(qs, -ps))
    # for p near q: q (u^2/2 - u^3/6 + u^4/12 - ...) with u = p/q - 1
    mp = np.ldexp(mp, kp - kq)
    u = dd.divide(dd.two_sum(np.where(both, mp, mq), -mq), _with_zero(mq))
    near = np.abs(u[0]) < 1 / 128
    u = dd.where(near, u, _with_zero(np.zeros_like(p)))
    tail = np.full_like(p, 1 / (12 * 11))
    for k in range(11, 2, -1):
        tail = 1 / (k * (k - 1)) - u[0] * tail
    # the tail now begins with 1/6
    series = dd.multiply(dd.multiply(u, u), dd.two_sum(np.full_like(p, 0.5), -u[0] * tail))
    terms = dd.where(near & both, dd.multiply(_with_zero(qs), series), whole)
    return dd.where(p == q, _with_zero(np.zeros_like(p)), terms)


def kl_divergence(p: npt.ArrayLike, q: npt.ArrayLike, axis: int = -1, base: float = math.e) -> Any:
    r"""Kullback-Leibler divergence of q from p.

    .. math:: D(p \| q) = \sum_k \Bigl(p_k \log_b \frac{p_k}{q_k} - \frac{p_k - q_k}{\ln b}\Bigr), \qquad 0 \log 0 = 0

    Where both rows sum to one, the last part sums to 0 and D is the textbook's sum of p log(p/q). Rows of floats sum to
    one only up to rounding; then the textbook's sum may be negative, and for nearly equal p and q it is nothing but that
    rounding. Every term of the sum above is nonnegative, and D is 0 exactly when p = q. It is inf where q_k = 0 < p_k.

    Parameters
    ----------
    p, q : array_like
        Probabilities, broadcast against each other; rows along ``axis`` sum to 1 as in `entropy`.
    axis : int
        Axis of the outcomes, the same number in p and q.
    base : float
        Unit: nats for e, bits for 2. A base as in `loglik.special.log`.

    Returns
    -------
    float or ndarray
        Shape of p and q without ``axis``. Error below 1 ulp of the sum above, for nearly equal p and q too. With sums
        P and Q of the rows, it is P times the divergence of p/P and q/Q, plus P ln(P/Q) - P + Q, of second order.

    Raises
    ------
    loglik.errors.DataError
        LL140 a value outside [0, 1] or NaN, LL141 a row that does not sum to one, LL142 no outcomes.
    ValueError
        The numbers of outcomes differ.

    Notes
    -----
    S. Kullback, R. A. Leibler, On Information and Sufficiency, 1951; the form with - p + q is that of
    `scipy.special.kl_div`. By formula 6.3 it is `cross_entropy` less `entropy`, where the rows sum to one.

    Examples
    --------
    >>> float(kl_divergence([0.5, 0.5], [0.5, 0.5])), float(kl_divergence([1.0, 0.0], [0.5, 0.5], base=2))
    (0.0, 1.0)
    """
    dtype = result_dtype(p, q)
    p_table, q_table, lead = _pair_of_tables(p, q, axis)

    def scale(p: Array, q: Array) -> Array:
        return np.where((q == 0) & (p > 0), np.inf, np.where(p == q, 0.0, np.maximum(p, q)))

    out, invalid = _reduce(_divergence_terms, scale, (p_table, q_table), base)
    return _result(out, lead, dtype, invalid=invalid)
