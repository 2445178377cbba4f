"""D.next, K classes: the gradient by the weights, for one sample: prediction minus truth, times the feature."""

from __future__ import annotations

from loglik.derive.model import derivation

# The logit of class k, and the sum of all exponentials.
_U = "sum(w[k, i]*x[i], i, 1, p)"
_UC = "sum(w[c, i]*x[i], i, 1, p)"
_UJ = "sum(w[j, i]*x[i], i, 1, p)"
_S = f"sum(exp({_UC}), c, 1, K)"

DERIVATION = derivation(
    "softmax-regression-gradient",
    formulas=("D.next",),
    symbols={
        "K": "size",
        "p": "size",
        "w": "real",
        "x": "real",
        "t": "distribution 1..K",
        "i": "index 1..p",
        "l": "index 1..p",
        "c": "index 1..K",
        "j": "index 1..K",
        "k": "index 1..K",
    },
    parts={
        "loss": {
            "steps": (
                f"-sum(t[k]*log(exp({_U})/{_S}), k, 1, K)",
                ("=", f"-sum(t[k]*(log(exp({_U})) - log({_S})), k, 1, K)", "log-quotient"),
                ("=", f"-sum(t[k]*({_U} - log({_S})), k, 1, K)", "log-of-power"),
                ("=", f"-sum(t[k]*{_U} - log({_S})*t[k], k, 1, K)", "expand"),
                ("=", f"-(sum(t[k]*{_U}, k, 1, K) - sum(log({_S})*t[k], k, 1, K))", "sum-of-differences"),
                ("=", f"-(sum(t[k]*{_U}, k, 1, K) - log({_S})*sum(t[k], k, 1, K))", "sum-constant-factor"),
                ("=", f"-(sum(t[k]*{_U}, k, 1, K) - log({_S})*1)", "probabilities-sum-to-one"),
                ("=", f"log({_S}) - sum(t[k]*{_U}, k, 1, K)", "arithmetic"),
            )
        },
        "gradient": {
            "steps": (
                f"d/dw[j, l] (log({_S}) - sum(t[k]*{_U}, k, 1, K))",
                ("=", f"d/dw[j, l] log({_S}) + d/dw[j, l] (-sum(t[k]*{_U}, k, 1, K))", "derivative-of-sum"),
                ("=", f"d/dw[j, l] log({_S}) - d/dw[j, l] sum(t[k]*{_U}, k, 1, K)", "constant-factor"),
                ("=", f"1/{_S}*d/dw[j, l] {_S} - d/dw[j, l] sum(t[k]*{_U}, k, 1, K)", "chain-log"),
                (
                    "=",
                    (f"1/{_S}*sum(d/dw[j, l] exp({_UC}), c, 1, K) - sum(d/dw[j, l] (t[k]*{_U}), k, 1, K)"),
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    f"1/{_S}*sum(exp({_UC})*d/dw[j, l] {_UC}, c, 1, K) - sum(d/dw[j, l] (t[k]*{_U}), k, 1, K)",
                    "chain-exp",
                ),
                (
                    "=",
                    f"1/{_S}*sum(exp({_UC})*d/dw[j, l] {_UC}, c, 1, K) - sum(t[k]*d/dw[j, l] {_U}, k, 1, K)",
                    "constant-factor",
                ),
                (
                    "=",
                    (
                        f"1/{_S}*sum(exp({_UC})*sum(d/dw[j, l] (w[c, i]*x[i]), i, 1, p), c, 1, K)"
                        " - sum(t[k]*sum(d/dw[j, l] (w[k, i]*x[i]), i, 1, p), k, 1, K)"
                    ),
                    "derivative-of-range-sum",
                ),
                (
                    "=",
                    (
                        f"1/{_S}*sum(exp({_UC})*sum(x[i]*d/dw[j, l] (w[c, i]), i, 1, p), c, 1, K)"
                        " - sum(t[k]*sum(x[i]*d/dw[j, l] (w[k, i]), i, 1, p), k, 1, K)"
                    ),
                    "constant-factor",
                ),
                (
                    "=",
                    (
                        f"1/{_S}*sum(exp({_UC})*sum(x[i]*(delta(c, j)*delta(i, l)), i, 1, p), c, 1, K)"
                        " - sum(t[k]*sum(x[i]*(delta(k, j)*delta(i, l)), i, 1, p), k, 1, K)"
                    ),
                    "derivative-of-matrix-element",
                ),
                (
                    "=",
                    f"1/{_S}*sum(exp({_UC})*(delta(c, j)*x[l]), c, 1, K) - sum(t[k]*(delta(k, j)*x[l]), k, 1, K)",
                    "select-term",
                ),
                ("=", f"1/{_S}*(exp({_UJ})*x[l]) - t[j]*x[l]", "select-term"),
                ("=", f"(exp({_UJ})/{_S} - t[j])*x[l]", "factor-out"),
            )
        },
    },
    proves=(
        f"-sum(t[k]*log(exp({_U})/{_S}), k, 1, K) = log({_S}) - sum(t[k]*{_U}, k, 1, K)",
        f"d/dw[j, l] (log({_S}) - sum(t[k]*{_U}, k, 1, K)) = (exp({_UJ})/{_S} - t[j])*x[l]",
    ),
    shows=1,
    example={
        "K": "3",
        "p": "2",
        "j": "2",
        "l": "2",
        "w": (("1/2", "-1"), ("1", "0"), ("0", "2")),
        "x": ("1", "3/2"),
        "t": ("0", "1", "0"),
    },
)
