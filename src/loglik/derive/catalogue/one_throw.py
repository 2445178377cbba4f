"""C.1hot: of one throw, one term of the sum remains."""

from __future__ import annotations

from loglik.derive.model import derivation

DERIVATION = derivation(
    "one-throw",
    formulas=("C.1hot",),
    symbols={"K": "size", "y": "simplex 1..K", "t": "onehot 1..K", "j": "index 1..K", "k": "index 1..K"},
    given={"one-hot": "t[k] = delta(j, k) for every k"},
    parts={
        "main": {
            "solution": {"t[k]": "delta(j, k)"},
            "steps": (
                "sum(t[k]*log(y[k]), k, 1, K)",
                ("=", "sum(delta(j, k)*log(y[k]), k, 1, K)", "given:one-hot"),
                ("=", "log(y[j])", "select-term"),
            ),
        }
    },
    proves=("sum(t[k]*log(y[k]), k, 1, K) = log(y[j])",),
    example={
        "K": "6",
        "j": "4",
        "y": ("1/12", "1/6", "1/6", "1/4", "1/6", "1/6"),
        "t": ("0", "0", "0", "1", "0", "0"),
    },
)
