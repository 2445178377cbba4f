"""The p-value of the exact multinomial test, without listing every outcome.

The outcomes of n throws of K faces are C(n + K - 1, K - 1), far too many to list. Counts are chosen face by face; a
*partial outcome* is what the rest depends on: the throws left, r, and the log-probability so far, s. Then

* partial outcomes with the same r and s (exchanges of equally likely faces) are one, with their weights added;
* if even the likeliest completion of a partial outcome is no likelier than what was observed, all its completions
  count, and together they have the probability of r throws among the faces left: one term;
* if even its unlikeliest completion is likelier, none counts;
* the last two faces share r throws binomially, and the outcomes that count are two tails of that distribution.

Both bounds are exact. ``g(x) = x log p - log x!`` is concave in x, so the largest sum over the faces left takes the r
largest increments, and the smallest puts all r throws on the least likely face.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loglik.array_types import Indices, Mask, Vector

    Integers = Indices
    Partial = tuple[Integers, Vector, Vector]

MOST_PARTIAL = 2_000_000
"""Enumerate while the bound of `partial_outcomes` on the work is at most this."""

MOST_FACES = 200
"""Enumerate dice of at most so many faces."""

RELATIVE_TOLERANCE = 1e-7
"""An outcome counts as no more probable than the observed one up to this factor, as in R's ``binom.test``."""

_MANY_FACES = 12
_CHUNK = 1 << 20
# Sums in another order differ by less, and the tolerance above is a hundred times larger.
_SAME = 1e-9


def partial_outcomes(n: int, p: Vector) -> int:
    """Bound the partial outcomes at any face: choices of the counts of up to K - 2 faces.

    Exchanges of equally likely faces are counted once (with up to twelve faces). Counting stops beyond `MOST_PARTIAL`.

    Parameters
    ----------
    n : int
        Throws.
    p : ndarray of shape (K,)
        Positive probabilities.

    Examples
    --------
    >>> partial_outcomes(20, np.full(6, 1 / 6)), partial_outcomes(100, np.full(6, 1 / 6))
    (442, 191588)
    """
    order = np.sort(p).tolist()
    worst, same, run = 1, 1, 0
    for j in range(1, len(order) - 1):
        run = run + 1 if j > 1 and order[j - 1] == order[j - 2] else 1
        same *= run if len(order) <= _MANY_FACES else 1
        worst = max(worst, math.comb(n + j, j) // same)
        if worst > MOST_PARTIAL:
            break
    return worst


def tail_probability(counts: Integers, p: Vector) -> float:
    """Sum the probabilities of all outcomes that are no more probable than the observed one.

    Parameters
    ----------
    counts : ndarray of shape (K,)
        What was observed, K >= 2.
    p : ndarray of shape (K,)
        Positive probabilities that sum to one.

    Returns
    -------
    float
        In [0, 1]; terms are added in the log domain until their last exponential.

    Examples
    --------
    >>> round(tail_probability(np.array([3, 1]), np.array([0.5, 0.5])), 12)
    0.625
    """
    order = np.argsort(p, kind="stable")
    counts, p = counts[order], p[order]
    n, last = int(counts.sum()), p.size - 2
    log_p, log_factorial = np.log(p), gammaln(np.arange(n + 1) + 1.0)
    rest = np.cumsum(p[::-1])[::-1]
    limit = float((counts * log_p - log_factorial[counts]).sum()) + RELATIVE_TOLERANCE
    total = 0.0
    left, score, weight = np.array([n]), np.zeros(1), np.zeros(1)
    for k in range(last + 1):
        throws = np.arange(n + 1)
        log_all = throws * math.log(rest[k]) - log_factorial
        least = throws * log_p[k:].min() - log_factorial
        most = _largest(log_p[k:], n)
        whole = score + most[left] <= limit
        total += float(np.exp(weight[whole] + log_all[left[whole]] + log_factorial[n]).sum())
        open_ = ~whole & (score + least[left] <= limit)
        left, score, weight = left[open_], score[open_], weight[open_]
        if not left.size:
            return min(total, 1.0)
        if k < last:
            left, score, weight = _merged(_expanded(left, score, weight, log_p[k], log_factorial))
    tails = _two_tails(left, score - limit, log_p[last], log_p[last + 1], log_factorial)
    log_all = left * math.log(rest[last]) - log_factorial[left]
    total += float((tails * np.exp(weight + log_all + log_factorial[n])).sum())
    return min(total, 1.0)


def _largest(log_p: Vector, n: int) -> Vector:
    """Largest sum of g over the faces left, for 0 .. n throws."""
    increments = (log_p[:, None] - np.log(np.arange(1, n + 1))).ravel()
    increments = -np.sort(-increments)[:n]
    return np.concatenate([[0.0], np.cumsum(increments)])


def _expanded(left: Integers, score: Vector, weight: Vector, log_p: float, log_factorial: Vector) -> Iterator[Partial]:
    """Give one more face every possible count, some parents at a time."""
    ends = np.cumsum(left + 1)
    start = 0
    while start < left.size:
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _CHUNK, side="right")))
        sizes = left[start:stop] + 1
        parent = np.repeat(np.arange(start, stop), sizes)
        count = np.arange(parent.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        gain = count * log_p - log_factorial[count]
        yield _merge(left[parent] - count, score[parent] + gain, weight[parent] + gain)
        start = stop


def _merged(parts: Iterator[Partial]) -> Partial:
    chunks = list(parts)
    if len(chunks) == 1:
        return chunks[0]
    left, score, weight = (np.concatenate(column) for column in zip(*chunks, strict=True))
    return _merge(left, score, weight)


def _merge(left: Integers, score: Vector, weight: Vector) -> Partial:
    """Make one of partial outcomes with the same throws left and the same score."""
    order = np.lexsort((score, left))
    left, score, weight = left[order], score[order], weight[order]
    new = np.ones(left.size, dtype=bool)
    new[1:] = (np.diff(left) != 0) | (np.diff(score) > _SAME)
    first = np.flatnonzero(new)
    return left[first], score[first], np.logaddexp.reduceat(weight, first)


def _two_tails(left: Integers, score: Vector, log_p: float, log_q: float, log_factorial: Vector) -> Vector:
    """Share of the binomial distribution of the last two faces whose scores are at most 0."""

    def counts_at(x: Integers) -> Mask:
        value = score + x * log_p - log_factorial[x] + (left - x) * log_q - log_factorial[left - x]
        return np.asarray(value <= 0.0)

    share = 1.0 / (1.0 + math.exp(log_q - log_p))
    mode = np.minimum(((left + 1) * share).astype(np.int64), left)
    # Away from the mode the probabilities fall: bisection on either side, from a point that counts to one that does not.
    low = _bisect(np.full_like(left, -1), mode, left, counts_at)
    high = _bisect(left + 1, mode, left, counts_at)
    lower = np.where(low >= 0, bdtr(np.maximum(low, 0), left, share), 0.0)
    upper = np.where(high <= left, bdtrc(high - 1.0, left, share), 0.0)
    return np.where(counts_at(mode), 1.0, lower + upper)


def _bisect(inside: Integers, outside: Integers, left: Integers, counts_at: object) -> Integers:
    """Move the outermost counts towards the mode as far as they still count."""
    inside, outside = inside.copy(), outside.copy()
    while (np.abs(outside - inside) > 1).any():
        middle = (inside + outside) // 2
        active = np.abs(outside - inside) > 1
        held = counts_at(np.clip(middle, 0, left))  # type: ignore[operator]
        inside = np.where(active & held, middle, inside)
        outside = np.where(active & ~held, middle, outside)
    return inside
