"""Attacks on order: differences that are 0, of either sign or not there, in places that turn a relation round."""

from __future__ import annotations

from attacker.steps import one_step
from attacker.words import bounds, leaf, name, number, term

#: What is often positive or not negative, and is neither everywhere.
_SMALL = (
    "0",
    "1",
    "x",
    "x^2",
    "exp(u)",
    "p",
    "1 - p",
    "y[k]",
    "1 - y[k]",
    "z[k]^2",
    "abs(u)",
    "sqrt(x)",
    "1/x^2",
    "x^(-2)",
    "log(a)^2",
    "sigmoid(u)",
    "1 - sigmoid(u)",
    "softmax(z, k, K)",
    "k - 1",
    "K - k",
    "k - j",
    "n",
    "delta(j, k)",
    "sum(y[i], i, 1, K)",
    "sum(z[i]^2, i, 1, n)",
    "lim(h -> 0, x + h^2)",
    "lim(h -> 0, h^2)",
    "lim(h -> 0, 1/h^2)",
    "lim(h -> 0, exp(1/h))",
    "d/dx (x^3)",
    "d/dx abs(x)",
    "d/du sqrt(u^2)",
    "at(1/u^2, u, x)",
    "(x - u)^2",
    "x*u",
    "log(1 + exp(u))",
)


def compared(rng):
    """One term less than another, by the rule that says no more than that."""
    first = rng.choice((leaf(rng), term(rng, 1), term(rng, 2), rng.choice(_SMALL)))
    gap = rng.choice(_SMALL) if rng.random() < 0.8 else term(rng, 2)
    second = rng.choice(
        (
            f"{first} + {gap}",
            f"{gap} + {first}",
            f"{first} + {gap}*({rng.choice(_SMALL)})",
            f"{first} + {gap}/({rng.choice(_SMALL)})",
            f"({first})*(1 + {gap})",
            gap,
            first,
            number(rng),
        )
    )
    relation = rng.choice(("<", "<="))
    rule = {"<": "less-than", "<=": "less-or-equal"}[relation]
    if rng.random() < 0.15:
        rule = rng.choice(("less-than", "less-or-equal", "not-negative", "not-positive"))
    if rng.random() < 0.2:
        first, second, relation = second, first, {"<": ">", "<=": ">="}[relation]
    if rng.random() < 0.5:
        v = name(rng)
        form = rng.choice(
            (
                f"sum({{}}, {v}, {bounds(rng)})",
                f"product({{}}, {v}, {bounds(rng)})",
                f"at({{}}, {v}, {leaf(rng)})",
                f"lim({v} -> {number(rng)}, {{}})",
                f"d/d{v} ({{}})",
                f"({rng.choice(_SMALL)})*({{}})",
                f"{leaf(rng)}*({{}})",
                f"{leaf(rng)} - ({{}})",
                f"{rng.choice(_SMALL)} + ({{}})",
                "1/({})",
                "({})^2",
                "exp({})",
                "log({})",
            )
        )
        first, second = form.format(f"({first})"), form.format(f"({second})")
    given = None
    if rng.random() < 0.15:
        given = {"g": f"{rng.choice(_SMALL)} {rng.choice(('>', '>=', '<', '!=', '='))} {number(rng)}"}
    return one_step(rng, "order", first, relation, second, rule, given=given)
