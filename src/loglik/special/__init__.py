"""Log-domain functions on arrays: logarithms, the logistic function, log-sum-exp, entropy and divergence.

All take scalars and arrays, broadcast, and return float32 for float32 and narrower floats, float64 otherwise. The
logarithm is natural and units are nats unless a ``base`` is given. 0 log 0 is 0. Nothing is clipped: log 0 is -inf.
Elementwise functions signal domain errors as NumPy does, under `numpy.errstate`; functions of distributions raise
`loglik.errors.DataError`.

Results are within 2 ulp of the exact value over the whole domain, also where the usual formulas cancel; float64 goes
through double-double arithmetic where that takes it, float32 through float64.
"""

from loglik.special.exponentials import log1mexp, log1pexp, logaddexp, logsubexp
from loglik.special.information import cross_entropy, entropy, kl_divergence
from loglik.special.logarithms import dlog, exp_base, expm1, log, log1p, xlog1py, xlogy
from loglik.special.logistic import log_sigmoid, logit, sigmoid
from loglik.special.reductions import log_softmax, logsumexp, softmax

__all__ = [
    "cross_entropy",
    "dlog",
    "entropy",
    "exp_base",
    "expm1",
    "kl_divergence",
    "log",
    "log1mexp",
    "log1p",
    "log1pexp",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logit",
    "logsubexp",
    "logsumexp",
    "sigmoid",
    "softmax",
    "xlog1py",
    "xlogy",
]
