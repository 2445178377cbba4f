"""Attacks on what goes round the rules: chains, hypotheses, givens, contradictions, tied names, concavity."""

from __future__ import annotations

from attacks.claim import Claim

from attacker.steps import one_step
from attacker.words import bounds, declare, leaf, name, number, term

_RELATIONS = ("=", "<=", ">=", "<", ">", "!=")


def mixed_chain(rng):
    """Relations between names, given one by one; the claim is any relation of the ends."""
    names = rng.sample(("x", "u", "p", "a", "c", "h"), rng.choice((3, 3, 4)))
    between = [rng.choice(_RELATIONS) for _ in names[1:]]
    given = {f"g{i}": f"{a} {r} {b}" for i, (a, r, b) in enumerate(zip(names, between, names[1:], strict=False))}
    steps = [names[0], *((r, b, f"given:g{i}") for i, (r, b) in enumerate(zip(between, names[1:], strict=True)))]
    claim = f"{names[0]} {rng.choice(_RELATIONS)} {names[-1]}"
    fixed = {n: rng.choice(("real", "real", "integer", "unit")) for n in names}
    return Claim("chain", "mixed relations", fixed, given, {"main": {"steps": steps}}, [claim])


_FACTS = (
    ("z[k] = 0", "sum(z[k], k, 1, K)", "sum(0, k, 1, K)"),
    ("z[k] = x", "sum(z[k], k, 1, K)", "sum(x, k, 1, K)"),
    ("z[k] > 0", "z[j]", "0"),
    ("x^2 = x", "u^2", "u"),
    ("(x^2)^(1/2) = x", "(u^2)^(1/2)", "u"),
    ("x > 0", "u", "0"),
    ("x = 2", "x^2", "2^2"),
    ("x*u = 1", "x*u", "1"),
    ("x <= u", "c*x", "c*u"),
    ("x <= u", "u", "x"),
    ("z[k] <= z[k + 1]", "z[j]", "z[j + 1]"),
    ("z[k] = z[1]", "z[K + 1]", "z[1]"),
    ("z[j] = y[j]", "sum(z[k], k, 0, K)", "sum(y[k], k, 0, K)"),
    ("n/n = 1", "u/u", "1"),
)


def _fact(rng):
    fact, before, after = rng.choice(_FACTS)
    relation = next(r for r in (" <= ", " > ", " = ") if r in fact).strip()
    v = next(n for n in ("k", "j", "n", "x") if f"[{n}" in fact or n in fact)
    return fact, before, after, relation, v


def quantified(rng):
    """Something given, with or without `for every`, used elsewhere."""
    fact, before, after, relation, v = _fact(rng)
    every = f" for every {v}" if rng.random() < 0.6 else ""
    form = rng.choice(
        (
            "{}",
            "{}",
            "{} + c",
            "c*({})",
            f"sum({{}}, {name(rng)}, {bounds(rng)})",
            f"at({{}}, {name(rng)}, {leaf(rng)})",
            f"d/d{name(rng)} ({{}})",
        )
    )
    return one_step(
        rng, "given", form.format(before), relation, form.format(after), "given:fact", given={"fact": fact + every}
    )


def hypotheses(rng):
    """A part proved under one hypothesis and used under another, or none."""
    fact, before, after, relation, v = _fact(rng)
    every = f" for every {v}" if rng.random() < 0.7 else ""
    first = {"given": {"fact": fact + every}, "steps": [before, (relation, after, "given:fact")]}
    weaker = rng.choice(
        ("", fact, fact.replace(v, "i"), fact + " for every k", fact.replace("0", "1"), "u = u", "h > 0")
    )
    second = {"steps": [f"{before} + 1", (relation, f"{after} + 1", "part:first")]}
    if weaker:
        second["given"] = {rng.choice(("fact", "other")): weaker}
    claims = [f"{before} + 1 {relation} {after} + 1"]
    symbols = declare(rng, fact, before, after, weaker, "i", "u", "h")
    return Claim("hypothesis", "hypotheses", symbols, {}, {"first": first, "second": second}, claims)


def lemma(rng):
    """A part proved for one name and used for another, whose domain is larger."""
    before, after, rule = rng.choice(
        (
            ("log({}^2)", "2*log({})", "log-power"),
            ("{}/{}", "1", "cancel"),
            ("{}^0", "1", "power-zero"),
            ("sum(delta({}, k)*z[k], k, 1, K)", "z[{}]", "select-term"),
            ("log({}, {})", "1", "log-of-base"),
            ("sum(z[k], k, 1, {} + 1)", "sum(z[k], k, 1, {}) + z[{} + 1]", "last-term"),
            ("(1 - {})^0", "1", "power-zero"),
        )
    )
    v = rng.choice(("x", "p", "a", "n", "j", "k"))
    w = rng.choice((v, "u", "c", "i", "m", number(rng), f"({v} - 1)", f"({v} + 1)", f"-{v}", "h"))
    form = rng.choice(
        ("{} + 1", "2*{}", f"sum({{}}, {v}, {bounds(rng)})", f"at({{}}, {v}, {leaf(rng)})", f"lim({v} -> 0, {{}})")
    )
    strong = {"x": "positive", "p": "probability", "a": "base", "n": "size", "j": "index 1..K", "k": "index 1..K"}[v]
    first = {"steps": [before.replace("{}", v), ("=", after.replace("{}", v), rule)]}
    ends = [form.replace("{}", f"({text.replace('{}', w)})") for text in (before, after)]
    second = {"steps": [ends[0], ("=", ends[1], "part:first")]}
    symbols = declare(rng, *ends, *first["steps"][0], w, fixed={v: strong})
    return Claim("lemma", "used for another name", symbols, {}, {"first": first, "second": second}, [" = ".join(ends)])


def contradictory(rng):
    """Givens that nothing satisfies, and any conclusion from them."""
    x = rng.choice(("x", "u", "n", "p", "t"))
    one, other = rng.choice(
        (
            (f"{x} > {number(rng)}", f"{x} < {number(rng)}"),
            (f"{x} = {number(rng)}", f"{x} = {number(rng)}"),
            (f"{x}^2 = {number(rng)}", f"{x} > 0"),
            (f"exp({x}) = {number(rng)}", f"{x} != 1"),
            (f"{x} != {x}", f"{x} = 1"),
            (f"z[k] = {number(rng)} for every k", f"z[1] = {number(rng)}"),
            (f"log({number(rng)}) = {x}", f"{x} = {x}"),
            (f"{x} >= 1", f"{x} <= {number(rng)}"),
            (f"sum(y[k], k, 1, K) = {number(rng)}", "K = K"),
        )
    )
    before, relation, after, rule = rng.choice(
        (
            (x, "=", f"{x} + 0", "arithmetic"),
            ("log(c*c)", "=", "log(c) + log(c)", "log-product"),
            *((left, rel, right, "given:one") for left, rel, right in [_split(one)]),
        )
    )
    return one_step(
        rng, "contradiction", before, relation, after, rule, given={"one": one, "two": other}, fixed={"c": "positive"}
    )


def _split(relation):
    text = relation.partition(" for every ")[0]
    mark = next(r for r in (" != ", " >= ", " <= ", " > ", " < ", " = ") if r in text)
    left, right = text.split(mark)
    return left, mark.strip(), right


def equations(rng):
    """Equations multiplied by what may be 0 or have no value, turned round, or taken for true."""
    x, by = rng.choice(("x", "u", "c")), term(rng, 1)
    left, right = rng.choice(((x, number(rng)), (f"{x}^2", "1"), (f"{x} + n", "2*n"), (f"{x}*u", "u")))
    relation = rng.choice(("=", "=", "=", "<", "<="))
    factor, rule = rng.choice(
        (
            (by, "both-sides"),
            (f"1/({by})", "both-sides"),
            ("-1", "both-sides"),
            ("0", "both-sides"),
            ("1", "swap-sides"),
        )
    )
    after = f"{factor}*({left}) {relation} {factor}*({right})" if rule == "both-sides" else f"{right} {relation} {left}"
    uses = (f"by = {factor}",) if rule == "both-sides" else ()
    before = f"{left} {relation} {right}"
    begin = rng.choice(("", "", "identity", "given:it"))
    given = (
        {"it": before}
        if begin == "given:it" and rng.random() < 0.5
        else {"it": f"{left} = {number(rng)}"}
        if begin == "given:it"
        else {}
    )
    proves = after if begin else rng.choice((f"{before} <=> {after}", after))
    return one_step(rng, "equation", before, "<=>", after, rule, *uses, given=given, begin=begin, proves=proves)


def tied(rng):
    """Derivatives of names that are tied to the variable, or facts that hold at a point only."""
    body = rng.choice(("x^2", "x + 1", "exp(x)", "3*x"))
    given = rng.choice((f"u = {body}", f"{body} = u", f"z[k] = {body} for every k", f"u - {body} = 0"))
    what = "sum(z[k], k, 1, K)" if "z[k]" in given else "u"
    before, after, rule = rng.choice(
        (
            (f"d/dx {what}", "0", "derivative-of-constant"),
            (f"d/dx ({what}*x)", f"{what}*d/dx x", "constant-factor"),
            (f"d/dx ({what})", f"d/dx ({body})", "given:tie"),
            ("d/dx (x^2)", "d/dx u", "given:tie"),
            (f"d/dx exp({what})", "0", "derivative-of-constant"),
        )
    )
    return one_step(
        rng, "tied", before, "=", after, rule, given={"tie": given}, fixed={"u": "real", "x": "real", "z": "real"}
    )


def concave(rng):
    """Tangents of functions that are concave at some points, or on another set."""
    f, second = rng.choice(
        (
            ("{}^3", "6*u"),
            ("{}^2", "2"),
            ("{}^3 - 3*{}^2", "6*u - 6"),
            ("-{}^2", "-2"),
            ("exp({})", "exp(u)"),
            ("log({})", "-1/u^2"),
            ("1/{}", "2/u^3"),
        )
    )
    here, there, by = (f.replace("{}", v) for v in ("x", "c", "u"))
    claimed = rng.choice((second, "-1", "0", "-6*(1 - u)", "-u^2", number(rng)))
    every = rng.choice(("", " for every u"))
    return one_step(
        rng,
        "concave",
        here,
        "<=",
        f"{there} + at(d/du ({by}), u, c)*(x - c)",
        "tangent-of-concave",
        given={"second": f"d/du (d/du ({by})) = {claimed}{every}"} if rng.random() < 0.9 else None,
        fixed={
            "u": rng.choice(("real", "positive", "probability", "unit", "label")),
            "x": rng.choice(("positive", "positive", "real")),
            "c": "positive",
        },
    )
