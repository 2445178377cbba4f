"""Exact values, and the points where formulas for them go wrong: shared by the tests and the accuracy benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mpmath
import numpy as np
import scipy.special as sc

from loglik import special

if TYPE_CHECKING:
    from collections.abc import Callable

mp = mpmath.mp.clone()
mp.dps = 400  # 1 - 1e-324 is not 1: the textbook formulas then need no care

LN2 = float(np.log(2))


def ulps(got, exact, dtype) -> float:
    """Distance in units of the last place of the exact value; the exact value may round to inf or to 0."""
    info = np.finfo(dtype)
    if mp.isnan(exact):
        return 0.0 if np.isnan(got) else np.inf
    if np.isnan(got):
        return np.inf
    if mp.isinf(exact):
        return 0.0 if got == float(exact) else np.inf
    exponent = mp.frexp(exact)[1] - 1 if exact else info.minexp
    unit = mp.ldexp(1, max(exponent, int(info.minexp)) - int(info.nmant))
    if np.isinf(got):
        limit = mp.ldexp(1, int(info.maxexp))
        return (
            0.0
            if mp.sign(exact) == np.sign(got) and abs(exact) >= limit - mp.mpf(float(info.max)) * info.eps
            else np.inf
        )
    return float(abs(mp.mpf(float(got)) - exact) / unit)


def log_spaced(rng, n, dtype, low=None, high=None):
    info = np.finfo(dtype)
    low = np.log(float(info.smallest_subnormal)) if low is None else low
    high = np.log(float(info.max)) if high is None else high
    return np.exp(rng.uniform(low, high, n)).clip(0, float(info.max))


def around(rng, n, centre, dtype, steps=50):
    """Log-spaced distances from a point, down to single steps of the dtype."""
    eps = float(np.finfo(dtype).eps)
    far = centre + rng.choice([-1, 1], n) * np.exp(rng.uniform(np.log(eps), -1, n)) * max(abs(centre), eps)
    near = dtype(centre) + rng.integers(-steps, steps + 1, n) * np.spacing(dtype(centre))
    return np.concatenate([far, near])


def positive(rng, n, dtype):
    info = np.finfo(dtype)
    return np.concatenate(
        [
            log_spaced(rng, n, dtype),
            rng.uniform(0, 10, n),
            around(rng, n, 1.0, dtype),
            [info.smallest_subnormal, info.tiny, info.max, np.inf, 0.0, 1.0],
        ]
    )


def real(rng, n, dtype, size=800.0):
    return np.concatenate(
        [
            rng.uniform(-size, size, n),
            rng.normal(size=n) * 3,
            rng.choice([-1, 1], n) * log_spaced(rng, n, dtype),
            rng.uniform(-745, -700, n // 4),
            rng.uniform(-104, -80, n // 4),
            rng.uniform(30, 40, n // 4),
            [0.0, np.inf, -np.inf],
        ]
    )


def nonpositive(rng, n, dtype):
    return np.concatenate([-np.abs(real(rng, n, dtype)), np.minimum(around(rng, n, -LN2, dtype), 0)])


def probability(rng, n, dtype):
    return np.concatenate(
        [
            rng.uniform(0, 1, n),
            log_spaced(rng, n, dtype, high=-0.01),
            1 - log_spaced(rng, n, dtype, np.log(np.finfo(dtype).epsneg), -0.01),
            around(rng, n, 0.5, dtype),
            [0.0, 1.0],
        ]
    ).clip(0, 1)


def bases(rng, n, dtype):
    some = np.concatenate([[2.0, 10.0, 0.5, 3.0, np.e], around(rng, 5, 1.0, dtype), log_spaced(rng, 10, dtype)])
    base = rng.choice(some[some != 1], n).astype(dtype)
    return np.where((base == 1) | (base == 0) | np.isinf(base), dtype(7), base)


def with_base(points):
    return lambda rng, n, dtype: ((x := points(rng, n, dtype)), bases(rng, len(x), dtype))


def log_and_base(rng, n, dtype):
    x, base = with_base(positive)(rng, n, dtype)
    base = base.copy()
    k = rng.integers(1, 30, n)
    x[:n] = np.minimum(np.float64(3) ** k, 1e30)
    base[:n] = 3
    return x, base


def exponent_and_base(rng, n, dtype):
    base = bases(rng, 4 * n, dtype).astype(np.float64)
    with np.errstate(over="ignore", divide="ignore"):
        x = np.log(log_spaced(rng, 4 * n, dtype)) / np.log(base)
    x[:n] = rng.integers(-20, 20, n)
    return x, base


def pairs_to_add(rng, n, dtype):
    x, y = real(rng, n, dtype), real(rng, n, dtype)
    rng.shuffle(y)
    small = -log_spaced(rng, 4 * n, dtype, np.log(1e-25), np.log(80))
    cancelling = special.log1mexp(small)
    close = rng.normal(size=n) * 10
    return np.r_[x, small, close, -np.inf], np.r_[y, cancelling, close * (1 + 1e-9 * rng.normal(size=n)), -np.inf]


def pairs_to_subtract(rng, n, dtype):
    x, y = real(rng, n, dtype), real(rng, n, dtype)
    rng.shuffle(y)
    x, y = np.maximum(x, y), np.minimum(x, y)
    keep = ~((x == np.inf) & (y == np.inf))
    close = (rng.normal(size=2 * n) * 20).astype(dtype)
    below = close - rng.integers(1, 40, 2 * n) * np.spacing(np.abs(close))
    big = log_spaced(rng, 4 * n, dtype, np.log(1e-25), np.log(40)).astype(dtype)
    # e^x - e^y near 1, where the result passes through 0
    cancelling = special.log(special.expm1(big.astype(np.float64)))
    return np.r_[x[keep], close, big], np.r_[y[keep], below, np.minimum(cancelling.astype(dtype), big)]


def products(points):
    def both(rng, n, dtype):
        y = points(rng, n, dtype)
        return rng.choice(np.r_[real(rng, n, dtype)[:-2], log_spaced(rng, n, dtype)], len(y)), y

    return both


def minus_one_up(rng, n, dtype):
    return np.concatenate([positive(rng, n, dtype), -probability(rng, n, dtype), -log_spaced(rng, n, dtype, high=-1.0)])


def rows(rng, n, _dtype):
    """Logits: ordinary, confident, nearly equal, with -inf, and log-probabilities whose sum is about 1."""
    table = rng.normal(size=(n, 7)) * np.exp(rng.uniform(-20, 6, (n, 1)))
    table[::5] += 300
    table[1::7, 2] = -np.inf
    table[2::9] = 0.3
    table[3::9] = np.array([0.0, -40, -45, -60, -700, -745, -np.inf])
    table[::3] = sc.log_softmax(table[::3], axis=1)
    # alone near 0: the largest is a logarithm of nearly 1
    table[4::9, 0] = -np.exp(rng.uniform(-60, -2, len(table[4::9])))
    table[4::9, 1] = special.log1mexp(table[4::9, 0])
    table[4::9, 2:] = -np.inf
    return (table,)


def weighted_rows(rng, n, dtype):
    (table,) = rows(rng, n, dtype)
    weights = np.exp(rng.normal(size=table.shape) * rng.choice([0.1, 3, 60], (n, 1)))
    weights[rng.random(table.shape) < 0.1] = 0
    weights[:, 0] += 1e-3
    weights[::2] /= np.exp(table[::2] * (np.abs(table[::2]) < 80)).sum(axis=1, keepdims=True)
    return np.maximum(table, -1e3), weights.clip(0, float(np.finfo(dtype).max))


def distributions(rng, n, dtype):
    table = rng.dirichlet(np.full(6, 0.3), n)
    table[::4] = rng.multinomial(8, table[::4]) / 8
    table[1::6] = [1.0, 1e-310 if dtype == np.float64 else 1e-42, 0, 1e-30, 0, 0]
    table[2::6, 0] = 1 - 1e-6 * rng.random(len(table[2::6]))
    table[2::6, 1:] = (1 - table[2::6, :1]) / 5
    return table.clip(0, 1).astype(dtype)


def pair_of_distributions(rng, n, dtype):
    p, q = distributions(rng, n, dtype), distributions(rng, n, dtype)
    rng.shuffle(q)
    third = n // 3
    near = p[:third].astype(np.float64) * (1 + np.exp(rng.uniform(-36, -1, (third, 1))) * rng.normal(size=(third, 6)))
    q[:third] = (near / near.sum(axis=1, keepdims=True)).clip(0, 1)
    q[third : third + 5] = np.nextafter(p[third : third + 5], dtype(0.5))
    return p, q


def _log_sum(terms):
    total = mp.fsum(terms)
    return mp.log(total) if total else -mp.inf


def _exp(x):
    return mp.exp(x) if x > -mp.inf else mp.mpf(0)


def _add(x, y):
    if mp.inf in (x, y):
        return mp.inf
    m, small = max(x, y), min(x, y)
    if mp.isinf(small):
        return m
    d = small - m
    return m if d < -1e6 else m + mp.log1p(mp.exp(d)) if abs(m) > 1e4 else _log_sum([mp.exp(x), mp.exp(y)])


def _subtract(x, y):
    if x == y:
        return mp.mpf("-inf")
    if mp.isinf(x) or mp.isinf(y):
        return x
    if abs(x) < 1e4 and abs(y) < 1e4:
        return mp.log(mp.exp(x) - mp.exp(y))
    return x + mp.log(-mp.expm1(y - x)) if y - x > -1e6 else x


def _one_minus_exp(x):
    return mp.mpf(0) if x < -1e6 else -mp.inf if x == 0 else mp.log(-mp.expm1(x))


def _softplus(x):
    return mp.mpf(0) if x < -1e6 else x if x > 1e6 else mp.log1p(mp.exp(x))


def _sigmoid(x):
    return mp.mpf(0) if x < -1e6 else mp.mpf(1) if x > 1e6 else 1 / (1 + mp.exp(-x))


def _ratio_log(x, base):
    if x == 0 or mp.isinf(x):
        return (-1 if x == 0 else 1) * mp.sign(mp.log(base)) * mp.inf
    return mp.log(x) / (1 if base == float(np.e) else mp.log(base))


def _expm1(x):
    return mp.inf if x > 1e6 else mp.mpf(-1) if x < -1e6 else mp.expm1(x)


def _times(x, y_log):
    return mp.mpf(0) if x == 0 else x * y_log


def _ln(y):
    return -mp.inf if y == 0 else mp.log(y)


def _softmax(x):
    e = [_exp(t - max(x)) for t in x]
    return [t / mp.fsum(e) for t in e]


def _log_softmax(x):
    # log1p of the others: the logarithm of the largest may be 1e-300
    a = max(range(len(x)), key=lambda i: x[i])
    rest = mp.log1p(mp.fsum(_exp(t - x[a]) for i, t in enumerate(x) if i != a))
    return [t - x[a] - rest for t in x]


def _divergence(p, q):
    return mp.fsum(_times(a, _ln(a) - _ln(b)) - a + b if a else b for a, b in zip(p, q, strict=True))


def _cross(p, q):
    return mp.fsum(-_times(a, _ln(b)) for a, b in zip(p, q, strict=True))


def _plain_log1mexp(x):
    return np.where(x > -LN2, np.log(-np.expm1(x)), np.log1p(-np.exp(x)))


@dataclass(frozen=True)
class Case:
    """A function, its exact value, the points, and what people use instead."""

    function: Callable
    exact: Callable
    points: Callable
    peer: Callable
    rowwise: bool = False

    def arguments(self, n, dtype, seed=0):
        with np.errstate(all="ignore"):
            return tuple(np.asarray(a).astype(dtype) for a in self.points(np.random.default_rng(seed), n, dtype))

    def exact_values(self, arguments):
        lists = [a.astype(np.float64).tolist() for a in arguments]
        if self.rowwise:
            values = [self.exact(*([mp.mpf(t) for t in row] for row in cells)) for cells in zip(*lists, strict=True)]
            return [v for row in values for v in (row if isinstance(row, list) else [row])]
        return [self.exact(*(mp.mpf(t) for t in cells)) for cells in zip(*lists, strict=True)]

    def errors(self, function, arguments, exact):
        """Error in ulp at each point."""
        with np.errstate(all="ignore"):
            got = np.ravel(function(*arguments))
        dtype = arguments[0].dtype.type
        return np.array([ulps(g, e, dtype) for g, e in zip(got, exact, strict=True)])


def _one(points):
    return lambda rng, n, dtype: (points(rng, n, dtype),)


CASES = {
    "log": Case(special.log, _ln, _one(positive), np.log),
    "log(x, base)": Case(special.log, _ratio_log, log_and_base, lambda x, b: np.log(x) / np.log(b)),
    "exp_base": Case(
        special.exp_base,
        lambda x, b: mp.exp(x * (1 if b == float(np.e) else mp.log(b))),
        exponent_and_base,
        lambda x, b: np.power(b, x),
    ),
    "dlog": Case(
        special.dlog,
        lambda x, b: (
            mp.sign(mp.log(b)) * mp.inf
            if x == 0
            else mp.mpf(0)
            if mp.isinf(x)
            else 1 / (x * (1 if b == float(np.e) else mp.log(b)))
        ),
        with_base(positive),
        lambda x, b: 1 / (x * np.log(b)),
    ),
    "log1p": Case(special.log1p, lambda x: -mp.inf if x == -1 else mp.log1p(x), _one(minus_one_up), np.log1p),
    "expm1": Case(special.expm1, _expm1, _one(real), np.expm1),
    "xlogy": Case(special.xlogy, lambda x, y: _times(x, _ln(y)), products(positive), sc.xlogy),
    "xlog1py": Case(
        special.xlog1py,
        lambda x, y: _times(x, -mp.inf if y == -1 else mp.log1p(y)),
        products(minus_one_up),
        sc.xlog1py,
    ),
    "log1mexp": Case(special.log1mexp, _one_minus_exp, _one(nonpositive), _plain_log1mexp),
    "log1pexp": Case(special.log1pexp, _softplus, _one(real), lambda x: np.logaddexp(x.dtype.type(0), x)),
    "log_sigmoid": Case(special.log_sigmoid, lambda x: -_softplus(-x), _one(real), sc.log_expit),
    "sigmoid": Case(special.sigmoid, _sigmoid, _one(real), sc.expit),
    "logit": Case(
        special.logit,
        lambda p: -mp.inf if p == 0 else mp.inf if p == 1 else mp.log(p) - mp.log1p(-p),
        _one(probability),
        sc.logit,
    ),
    "logaddexp": Case(special.logaddexp, _add, pairs_to_add, np.logaddexp),
    "logsubexp": Case(
        special.logsubexp,
        _subtract,
        pairs_to_subtract,
        lambda x, y: sc.logsumexp(np.stack([x, y]), axis=0, b=np.array([[1], [-1]], x.dtype)),
    ),
    "logsumexp": Case(
        lambda x: special.logsumexp(x, axis=1),
        lambda x: _log_sum(_exp(t) for t in x),
        rows,
        lambda x: sc.logsumexp(x, axis=1),
        rowwise=True,
    ),
    "logsumexp(weights)": Case(
        lambda x, w: special.logsumexp(x, axis=1, weights=w),
        lambda x, w: _log_sum(b * _exp(a) for a, b in zip(x, w, strict=True)),
        weighted_rows,
        lambda x, w: sc.logsumexp(x, axis=1, b=w),
        rowwise=True,
    ),
    "softmax": Case(special.softmax, _softmax, rows, lambda x: sc.softmax(x, axis=1), rowwise=True),
    "log_softmax": Case(special.log_softmax, _log_softmax, rows, lambda x: sc.log_softmax(x, axis=1), rowwise=True),
    "entropy": Case(
        special.entropy,
        lambda p: _cross(p, p),
        lambda *a: (distributions(*a),),
        lambda p: sc.entr(p).sum(axis=1),
        rowwise=True,
    ),
    "cross_entropy": Case(
        special.cross_entropy,
        _cross,
        pair_of_distributions,
        lambda p, q: -sc.xlogy(p, q).sum(axis=1),
        rowwise=True,
    ),
    "kl_divergence": Case(
        special.kl_divergence,
        _divergence,
        pair_of_distributions,
        lambda p, q: sc.kl_div(p, q).sum(axis=1),
        rowwise=True,
    ),
}
