"""Attacks on terms: values that are not there and cancel, names bound again, poles and one-sided limits."""

from __future__ import annotations

from attacker.steps import one_step
from attacker.words import bounds, leaf, number, place, term

_FIELD = ("arithmetic", "cancel", "expand", "factor-out", "common-denominator")


def cancelled(rng):
    """What may have no value, taken away."""
    gap, rest = term(rng, 2), leaf(rng)
    before, after = rng.choice(
        (
            (f"({gap}) - ({gap})", "0"),
            (f"0*({gap})", "0"),
            (f"{rest} + 0*({gap})", rest),
            (f"({gap})/({gap})", "1"),
            (f"{rest}*({gap})/({gap})", rest),
            (f"({gap}) + {rest} - ({gap})", rest),
            (f"sum(({gap})/({gap}), k, {bounds(rng)})", f"sum(1, k, {bounds(rng)})"),
            (f"0*d/dx ({gap})", "0"),
            (f"0*lim(h -> {number(rng)}, {gap})", "0"),
            (f"0*sum({gap}, k, {bounds(rng)})", "0"),
            (f"at(0*({gap}), x, {leaf(rng)})", f"at(0, x, {leaf(rng)})"),
        )
    )
    if rng.random() < 0.3:
        before, after = after, before
    return one_step(rng, "undefined", before, "=", after, rng.choice(_FIELD))


def vanished(rng):
    """The same, by rules whose one side no longer has the term."""
    gap = term(rng, 2)
    before, after, rule = rng.choice(
        (
            (f"({gap})^0", "1", "power-zero"),
            (f"d/dx ({gap})", "0", "derivative-of-constant"),
            (f"at({leaf(rng)}, u, {gap})", "{0}", "value-at"),
            (f"sum(({gap})*z[k], k, 1, 0)", f"({gap})*sum(z[k], k, 1, 0)", "sum-constant-factor"),
            (f"sum(delta(j, k)*({place(rng, 'k')}), k, 1, K)", "{1}", "select-term"),
            (f"sum(({gap})*z[k], k, {bounds(rng)})", "{2}", "sum-constant-factor"),
        )
    )
    if after == "{0}":
        after = before[3 : before.index(", u, ")]
    elif after == "{1}":
        after = before[len("sum(delta(j, k)*") : -len(", k, 1, K)")].replace("k", "j")
    elif after == "{2}":
        after = f"({gap})*sum(z[k]{before[before.index(', k, ') :] if before.count(', k, ') == 1 else ', k, 1, K)'}"
    return one_step(rng, "undefined", before, "=", after, rule)


def rebound(rng):
    """A name whose domain proves a condition, bound to something else."""
    p = rng.choice(("p", "a", "x", "K", "n"))
    domain = {"p": "probability", "a": "base", "x": "positive", "K": "size", "n": "size"}[p]
    before, after, rule = rng.choice(
        (
            (f"log({p}^2)", f"2*log({p})", "log-power"),
            (f"log((1 - {p})^2)", f"2*log(1 - {p})", "log-power"),
            (f"{p}^0", "1", "power-zero"),
            (f"(1 - {p})^0", "1", "power-zero"),
            (f"{p}/{p}", "1", "cancel"),
            (f"log({p})/log({p})", "1", "cancel"),
            (f"log(1, {p})", "0", "log-of-one"),
            (f"log({p}, {p})", "1", "log-of-base"),
            (f"sum(softmax(z, k, {p}), k, 1, {p})", "1", "softmax-sums-to-one"),
            (f"sum(y[k], k, 1, {p})", "1", "probabilities-sum-to-one"),
            (f"sum(z[k], k, 1, {p} + 1)", f"sum(z[k], k, 1, {p}) + z[{p} + 1]", "last-term"),
            (f"sum(delta({p}, k)*z[k], k, 1, 3)", f"z[{p}]", "select-term"),
            (f"sigmoid(u) - {p}^2", f"sigmoid(u) - {p}^(2 + 0)", "arithmetic"),
        )
    )
    form = rng.choice(
        (
            f"sum({{}}, {p}, {bounds(rng)})",
            f"product({{}}, {p}, {bounds(rng)})",
            f"at({{}}, {p}, {leaf(rng)})",
            f"at({{}}, {p}, {term(rng, 1)})",
            f"lim({p} -> {number(rng)}, {{}})",
            f"at(at({{}}, {p}, u), u, {leaf(rng)})",
            f"sum(at({{}}, {p}, i), i, {bounds(rng)})",
        )
    )
    return one_step(
        rng, "rebound", form.format(before), "=", form.format(after), rule, fixed={p: domain, "y": "simplex 1..K"}
    )


def limits(rng):
    """Poles, one-sided values, points that are reached or not."""
    point = rng.choice(("0", "0", "0", "1", "-1", "x", "h"))
    body = rng.choice(
        (
            "1/h",
            "1/h^2",
            "(h^2)^(1/2)/h",
            "exp(1/h)",
            "log(h^2)",
            "h*log(h^2)",
            "1/(1 - h)",
            "(x + h)^0",
            "h/h",
            "log(x + h)",
            "(1 + h)^(1/h)",
            "log(1 + h*u)",
            "1/(h - x)",
            term(rng, 2),
        )
    )
    c = leaf(rng)
    other = rng.choice((body.replace("h", f"({c}*t)") if "h" in body else body, body))
    before, after, rule, *uses = rng.choice(
        (
            (f"lim(h -> {point}, {body})", f"lim(t -> {point}, {other})", "limit-substitution", f"c = {c}"),
            (f"lim(h -> {point}, {c}*({body}))", f"{c}*lim(h -> {point}, {body})", "limit-constant-factor"),
            (f"lim(h -> {point}, log({body}))", f"log(lim(h -> {point}, {body}))", "limit-of-log"),
            (f"lim(h -> {point}, ({body})^{c})", f"lim(h -> {point}, {body})^{c}", "limit-of-power"),
            (f"lim(h -> {point}, {body})", number(rng), "arithmetic"),
            (f"lim(h -> {point}, {body} - {body})", "0", "arithmetic"),
            (f"lim(h -> {point}, ({body})/({body}))", f"lim(h -> {point}, 1)", "cancel"),
            (
                f"lim(h -> {point}, at(log(({body})^2), u, {rng.choice(('1/h', '-3/h', c))}))",
                f"lim(h -> {point}, at(2*log({body}), u, {rng.choice(('1/h', '-3/h', c))}))",
                "log-power",
            ),
        )
    )
    return one_step(rng, "limit", before, "=", after, rule, *uses)
