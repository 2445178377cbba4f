"""Instances of rules, written without any care: names are caught, and conditions are not looked at."""

from __future__ import annotations

from functools import cache

from attacks.claim import Claim

from attacker.words import FAMILIES, bounds, declare, index, leaf, name, number, place, term
from loglik.derive import parse
from loglik.derive.expressions import Derivative, Equation, Function, Indexed, Symbol, parts, rebuild, walk
from loglik.derive.expressions.walk import binder
from loglik.derive.rules import RULES
from loglik.errors import DataError

_FUNCTIONS = frozenset({"sigmoid", "softmax", "delta"})
_HOLE = "hole"
_OPPOSITE = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
PATTERNS = tuple(r for r in RULES.values() if r.kind == "pattern")


@cache
def roles(rule_id):
    """What each variable of a rule is: applied (the F of F(k)), a family, differentiated by, bound, or any term."""
    rule = RULES[rule_id]
    found = dict.fromkeys(sorted(rule.names), "term")
    for _, e in walk(rule.equation):
        if isinstance(e, Function) and e.name in rule.names:
            found[e.name] = "applied"
        if isinstance(e, Indexed) and e.base.name in found:
            found[e.base.name] = "family"
        if isinstance(e, Function) and e.name == "softmax" and e.args[0].name in found:
            found[e.args[0].name] = "family"
        if isinstance(e, Derivative) and isinstance(e.variable, Symbol) and e.variable.name in found:
            found[e.variable.name] = "variable"
        if (bound := binder(e)) is not None:
            found[bound.name] = "bound"
    return found


def meanings(rng, rule):
    """Something for each variable."""
    chosen = {}
    for variable, role in roles(rule.id).items():
        match role:
            case "applied":
                text = place(rng, _HOLE) if rng.random() < 0.8 else term(rng, 2)
            case "family":
                text = rng.choice(FAMILIES)
            case "variable":
                text = name(rng) if rng.random() < 0.75 else f"{rng.choice(FAMILIES)}[{index(rng)}]"
            case "bound":
                text = variable if rng.random() < 0.5 else name(rng)
            case _:
                text = term(rng, rng.choice((0, 0, 1, 2)))
                if variable in {"l", "n"}:
                    text = rng.choice(bounds(rng).split(", "))
                if variable == "j":
                    text = index(rng)
        chosen[variable] = parse(text)
    return chosen


def put(pattern, chosen):
    """The pattern with meanings put in, as text would be: what is caught is caught."""
    if isinstance(pattern, Symbol):
        return chosen.get(pattern.name, pattern)
    if isinstance(pattern, Function) and pattern.name in chosen and pattern.name not in _FUNCTIONS:
        return _fill(chosen[pattern.name], put(pattern.args[0], chosen))
    return rebuild(pattern, tuple(put(each, chosen) for each in parts(pattern)))


def _fill(e, value):
    if isinstance(e, Symbol):
        return value if e.name == _HOLE else e
    return rebuild(e, tuple(_fill(each, value) for each in parts(e))) if parts(e) else e


def instance(rng):
    """Both sides of an instance, the relation and the rule."""
    while True:
        rule = rng.choice(PATTERNS)
        try:
            chosen = meanings(rng, rule)
            left, right = (put(side, chosen) for side in (rule.equation.left, rule.equation.right))
        except (DataError, AttributeError):  # no name where a name has to stand
            continue
        relation = rule.equation.relation
        if rng.random() < 0.4:
            left, right, relation = right, left, _OPPOSITE.get(relation, relation)
        uses = [f"{v} = {e}" for v, e in chosen.items() if roles(rule.id)[v] == "term" and rng.random() < 0.25]
        return left, relation, right, rule, uses


def captured(rng):
    """A careless instance as it is."""
    left, relation, right, rule, uses = instance(rng)
    return _claim(rng, "captured", str(left), relation, str(right), rule.id, uses)


def wrapped(rng):
    """A careless instance inside of something that binds a name, or is not monotone."""
    left, relation, right, rule, uses = instance(rng)
    if isinstance(left, Equation):
        return None
    before, after = f"({left})", f"({right})"
    kind = "wrapped"
    for _ in range(rng.choice((1, 1, 2))):
        kind, before, after = _wrap(rng, before, after)
    return _claim(rng, kind, before, relation, after, rule.id, uses)


def _wrap(rng, before, after):
    v = name(rng)
    kind, form = rng.choice(
        (
            ("under a sum", f"sum({{}}, {v}, {bounds(rng)})"),
            ("under a product", f"product({{}}, {v}, {bounds(rng)})"),
            ("under at", f"at({{}}, {v}, {rng.choice((leaf(rng), term(rng, 1)))})"),
            ("under a limit", f"lim({v} -> {rng.choice((number(rng), leaf(rng)))}, {{}})"),
            ("under a derivative", f"d/d{v} ({{}})"),
            ("in a place", f"{leaf(rng)}*{{}}"),
            ("in a place", f"{leaf(rng)} - {{}}"),
            ("in a place", "1/{}"),
            ("in a place", f"{{}}^{rng.choice(('0', '2', '(-1)'))}"),
            ("in a place", f"{rng.choice(('log', 'exp', 'sigmoid'))}({{}})"),
        )
    )
    return kind, form.format(before), form.format(after)


def relation_changed(rng):
    """A careful-looking instance with another relation, or claimed of another rule."""
    left, relation, right, rule, uses = instance(rng)
    if isinstance(left, Equation):
        relation = "<=>"
        other = rule
    else:
        relation = rng.choice(("=", "<=", ">=", "<", ">", "!="))
        other = rule if rng.random() < 0.8 else rng.choice(PATTERNS)
    return _claim(rng, "relation", str(left), relation, str(right), other.id, uses)


def conditions_as_given(rng):
    """The conditions of a rule given for one place, and used in another."""
    left, relation, right, rule, uses = instance(rng)
    if isinstance(left, Equation) or not rule.conditions:
        return None
    v, w = rng.choice(("k", "x", "j", "n")), rng.choice(("k", "x", "j", "n"))
    known = rng.choice((f"z[{v}]", v, "y[1]", f"{v} - {w}", f"z[{v}]*x"))
    given = {"g": f"{known} {rng.choice(('>', '!=', '>=', '=', '<'))} {number(rng)}"}
    if rng.random() < 0.5:
        given["g"] += f" for every {v}"
    form = rng.choice(
        (
            "{}",
            "{}",
            f"sum({{}}, {v}, {bounds(rng)})",
            f"at({{}}, {v}, {leaf(rng)})",
            f"product({{}}, {v}, {bounds(rng)})",
        )
    )
    return _claim(rng, "given elsewhere", form.format(left), relation, form.format(right), rule.id, uses, given)


def _claim(rng, kind, before, relation, after, rule, uses, given=None):
    symbols = declare(rng, before, after, *(given or {}).values(), *(u.split(" = ")[1] for u in uses))
    return Claim(
        kind,
        f"instance of {rule}",
        symbols,
        given or {},
        {"main": {"steps": [before, (relation, after, rule, *uses)]}},
        [f"{before} {relation} {after}"],
    )
