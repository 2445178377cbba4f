"""Certificates that no search would propose, put to the step kernel itself: careless meanings, frames with wrong names."""

from __future__ import annotations

from attacker.instances import PATTERNS, meanings, put, roles
from attacker.words import SCALARS, bounds, declare, leaf, number, place
from loglik.derive import parse
from loglik.derive.expressions import (
    Add,
    At,
    Derivative,
    Equation,
    Limit,
    Mul,
    Product,
    Sum,
    Symbol,
    domain,
    substitute,
    walk,
)
from loglik.derive.kernel.instances import Meaning
from loglik.derive.kernel.results import unfounded
from loglik.derive.kernel.scope import RefusedError, Scope
from loglik.derive.kernel.step import Certificate, Instance, sides_of, verify
from loglik.derive.rules import RULES
from loglik.errors import DataError

_HOLE = "?0"
_OPPOSITE = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
_FIELD = (RULES["arithmetic"], RULES["both-sides"])


def forged(rng):
    """A step with a forged certificate: its statement, its domains, and whether the kernel takes it for proved.

    None where no such step can be written.
    """
    try:
        rule = rng.choice(PATTERNS) if rng.random() < 0.9 else rng.choice(_FIELD)
        used, left, right = _instance(rng, rule)
        frame = _frame(rng)
        before, after = (_spoken(_filled(frame, side)) for side in (left, right))
        relation = _relation(rng, rule, used)
        statement = Equation(before, relation, after)
        symbols = {name: domain(text) for name, text in declare(rng, str(statement), fixed={"K": "size"}).items()}
        used, frame = (_declared(each, symbols) for each in (used, frame))
        before, after = (parse(str(each), symbols) for each in (before, after))
    except (DataError, RefusedError, AttributeError, TypeError, KeyError):
        return None
    scope = Scope(symbols)
    try:
        found = verify(before, relation, after, Certificate(frame, {_HOLE: used}), scope)
        proved = not any(each.open for each in found) and not unfounded((before, after), scope)
    except (RefusedError, DataError):
        proved = False
    return Equation(before, relation, after), symbols, rule.id, proved


def _instance(rng, rule):
    if rule.kind != "pattern":
        one, other = (parse(f"{leaf(rng)} + {place(rng, 'k')}") for _ in range(2))
        if rule.kind == "equation":
            one, other = Equation(one, "=", parse(number(rng))), Equation(other, "=", parse(number(rng)))
        return (
            Instance(
                rule, sides=(one, other), meanings={"by": Meaning(parse(leaf(rng)))} if rng.random() < 0.5 else {}
            ),
            one,
            other,
        )
    chosen = meanings(rng, rule)
    of = roles(rule.id)
    means = {}
    for name in rule.names:
        applied = of.get(name) == "applied"
        inside = rng.choice(("hole", "hole", "k", "x")) if applied else ""
        body = chosen[name]
        if rng.random() < 0.3:  # a name that the frame binds
            body = substitute(body, {rng.choice(SCALARS): Symbol(f"{rng.choice(SCALARS)}@{rng.choice('001')}")})
        means[name] = Meaning(body, (inside,) if applied else ())
    used = Instance(rule, backwards=rng.random() < 0.4, meanings=means)
    if rng.random() < 0.6:
        left, right = sides_of(used)
    else:
        left, right = (put(side, chosen) for side in (rule.equation.left, rule.equation.right))
    return (used, right, left) if used.backwards else (used, left, right)


def _frame(rng):
    """A term with one hole; the names it binds are as the kernel wants them, or nearly so."""
    frame, nodes = Symbol(_HOLE), []
    for depth in range(rng.choice((0, 0, 1, 1, 2))):
        name = rng.choice(SCALARS)
        new = Symbol(f"{name}@{depth if rng.random() < 0.9 else rng.choice('012')}")
        low, high = (
            parse(each) for each in rng.choice(("1, K", "0, K", "1, 3", "n, K", "1, 0", bounds(rng))).split(", ")
        )
        value = parse(leaf(rng))
        kind = rng.randrange(7)
        made = (
            lambda f, new=new, low=low, high=high: Sum(f, new, low, high),
            lambda f, new=new, low=low, high=high: Product(f, new, low, high),
            lambda f, new=new, value=value: At(f, new, value),
            lambda f, new=new, value=value: Limit(f, new, value),
            lambda f, name=name: Derivative(f, Symbol(name)),
            lambda f, value=value: Mul((value, f)),
            lambda f, value=value: Add((f, value)),
        )[kind]
        nodes.append(made)
    for made in reversed(nodes):
        frame = made(frame)
    return frame


def _filled(frame, side):
    return put(frame, {_HOLE: side})


def _spoken(e):
    """The term as it would be written: the names of the frame without their marks."""
    marked = {s.name for _, s in walk(e) if isinstance(s, Symbol) and "@" in s.name}
    return put(e, {name: Symbol(name.split("@")[0] or "v") for name in marked})


def _declared(what, symbols):
    """The same with the domains of its names."""
    if isinstance(what, Instance):
        means = {k: Meaning(_declared(m.body, symbols), m.names) for k, m in what.meanings.items()}
        sides = None if what.sides is None else tuple(_declared(e, symbols) for e in what.sides)
        return Instance(what.rule, what.backwards, means, sides)
    return put(what, {name: Symbol(name, d) for name, d in symbols.items()})


def _relation(rng, rule, used):
    if rule.kind != "pattern":
        return "=" if rule.kind == "field" else "<=>"
    own = rule.equation.relation
    own = _OPPOSITE.get(own, own) if used.backwards else own
    return own if rng.random() < 0.8 else rng.choice(("=", "<=", ">=", "<", ">", "!="))
