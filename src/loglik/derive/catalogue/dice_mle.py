"""C.open: the probabilities of the faces by maximum likelihood, with a Lagrange multiplier."""

from __future__ import annotations

from loglik.derive.model import derivation

_SLOPE = "d/dy[j] (sum(t[k]*log(y[k]), k, 1, K) - lambda*(sum(y[k], k, 1, K) - 1))"
_LAGRANGE = {"lagrange": f"{_SLOPE} = 0 for every j"}
_CONSTRAINT = {"constraint": "sum(y[k], k, 1, K) = 1"}

DERIVATION = derivation(
    "dice-mle",
    formulas=("C.open",),
    symbols={
        "K": "size",
        "y": "positive",
        "t": "positive",
        "lambda": "nonzero",
        "j": "index 1..K",
        "k": "index 1..K",
    },
    parts={
        # The Lagrange function, differentiated by the probability of face j.
        "slope": {
            "steps": (
                _SLOPE,
                (
                    "=",
                    "d/dy[j] sum(t[k]*log(y[k]), k, 1, K) + d/dy[j] (-lambda*(sum(y[k], k, 1, K) - 1))",
                    "derivative-of-sum",
                ),
                (
                    "=",
                    "d/dy[j] sum(t[k]*log(y[k]), k, 1, K) - lambda*d/dy[j] (sum(y[k], k, 1, K) - 1)",
                    "constant-factor",
                ),
                (
                    "=",
                    "d/dy[j] sum(t[k]*log(y[k]), k, 1, K) - lambda*(d/dy[j] sum(y[k], k, 1, K) + d/dy[j] (-1))",
                    "derivative-of-sum",
                ),
                (
                    "=",
                    "d/dy[j] sum(t[k]*log(y[k]), k, 1, K) - lambda*(d/dy[j] sum(y[k], k, 1, K) + 0)",
                    "derivative-of-constant",
                ),
                (
                    "=",
                    "sum(d/dy[j] (t[k]*log(y[k])), k, 1, K) - lambda*sum(d/dy[j] (y[k]), k, 1, K)",
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    "sum(t[k]*d/dy[j] log(y[k]), k, 1, K) - lambda*sum(d/dy[j] (y[k]), k, 1, K)",
                    "constant-factor",
                ),
                (
                    "=",
                    "sum(t[k]*(1/y[k]*d/dy[j] (y[k])), k, 1, K) - lambda*sum(d/dy[j] (y[k]), k, 1, K)",
                    "chain-log",
                ),
                (
                    "=",
                    "sum(t[k]*(1/y[k]*delta(j, k)), k, 1, K) - lambda*sum(delta(j, k), k, 1, K)",
                    "derivative-of-element",
                ),
                ("=", "t[j]/y[j] - lambda", "select-term"),
            ),
        },
        # Where the derivative is 0, each probability is proportional to its count.
        "proportional": {
            "begin": "given:lagrange",
            "given": _LAGRANGE,
            "solution": {"lambda": "sum(t[i], i, 1, K)", "y[k]": "t[k]/sum(t[i], i, 1, K)"},
            "steps": (
                f"{_SLOPE} = 0",
                ("<=>", "t[j]/y[j] - lambda = 0", "part:slope"),
                ("<=>", "t[j] - lambda*y[j] = 0", "both-sides", "by = y[j]"),
                ("<=>", "t[j] = lambda*y[j]", "both-sides"),
                ("<=>", "t[j]/lambda = y[j]", "both-sides", "by = 1/lambda"),
                ("<=>", "y[j] = t[j]/lambda", "swap-sides"),
            ),
        },
        # The probabilities sum to 1, which gives the multiplier.
        "total": {
            "given": {**_LAGRANGE, **_CONSTRAINT},
            "solution": {"lambda": "sum(t[i], i, 1, K)", "y[k]": "t[k]/sum(t[i], i, 1, K)"},
            "steps": (
                "1",
                ("=", "sum(y[k], k, 1, K)", "given:constraint"),
                ("=", "sum(t[k]/lambda, k, 1, K)", "part:proportional"),
                ("=", "1/lambda*sum(t[k], k, 1, K)", "sum-constant-factor"),
            ),
        },
        "multiplier": {
            "given": {**_LAGRANGE, **_CONSTRAINT},
            "begin": "part:total",
            "solution": {"lambda": "sum(t[i], i, 1, K)", "y[k]": "t[k]/sum(t[i], i, 1, K)"},
            "steps": (
                "1 = 1/lambda*sum(t[k], k, 1, K)",
                ("<=>", "lambda = sum(t[k], k, 1, K)", "both-sides", "by = lambda"),
            ),
        },
        "estimate": {
            "given": {**_LAGRANGE, **_CONSTRAINT},
            "solution": {"lambda": "sum(t[i], i, 1, K)", "y[k]": "t[k]/sum(t[i], i, 1, K)"},
            "steps": (
                "y[j]",
                ("=", "t[j]/lambda", "part:proportional"),
                ("=", "t[j]/sum(t[k], k, 1, K)", "part:multiplier"),
            ),
        },
    },
    proves=("y[j] = t[j]/sum(t[k], k, 1, K)",),
    example={
        "K": "6",
        "j": "4",
        "t": ("3", "4", "2", "5", "1", "5"),
        "y": ("3/20", "1/5", "1/10", "1/4", "1/20", "1/4"),
    },
)
