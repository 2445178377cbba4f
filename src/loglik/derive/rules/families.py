"""What is known of a family of probabilities."""

from __future__ import annotations

from loglik.derive.rules.model import Rule

RULES = (
    Rule(
        "probabilities-sum-to-one",
        "sum(Y[k], k, l, n) = 1",
        "Y l n",
        ("simplex(Y, l, n)",),
        basis="definition",
        samples=({"Y": "y", "l": "1", "n": "K"},),
        pointwise=True,
    ),
    Rule(
        "expectation-of-constant",
        "sum(Y[k]*c, k, l, n) = c",
        "Y c l n",
        ("simplex(Y, l, n)",),
        samples=({"Y": "y", "c": "x", "l": "1", "n": "K"},),
        pointwise=True,
    ),
    Rule(
        "expectation-is-linear",
        "sum(Y[k]*(a*F(k) + b*G(k)), k, l, n) = a*sum(Y[k]*F(k), k, l, n) + b*sum(Y[k]*G(k), k, l, n)",
        "Y a b F G l n",
        samples=({"Y": "y", "a": "u", "b": "x", "F": "log(y[k])", "G": "z[k]", "l": "1", "n": "K"},),
    ),
    Rule(
        "variance",
        (
            "sum(Y[k]*(F(k) - sum(Y[i]*F(i), i, l, n))^2, k, l, n)"
            " = sum(Y[k]*F(k)^2, k, l, n) - sum(Y[k]*F(k), k, l, n)^2"
        ),
        "Y F l n",
        ("simplex(Y, l, n)",),
        samples=({"Y": "y", "F": "z[k]", "l": "1", "n": "K"},),
        pointwise=True,
    ),
    Rule(
        "jensen-inequality",
        "sum(Y[k]*log(F(k)), k, l, n) <= log(sum(Y[k]*F(k), k, l, n))",
        "Y F l n",
        ("simplex(Y, l, n)", "F(k) > 0"),
        samples=({"Y": "y", "F": "y[k]^2 + k", "l": "1", "n": "K"},),
        pointwise=True,
    ),
)
