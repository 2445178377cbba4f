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
)
