"""The step kernel alone: certificates that are right, and forged ones. Whoever makes them is trusted with nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loglik.derive import parse
from loglik.derive.expressions import (
    ONE,
    Add,
    Derivative,
    Equation,
    Indexed,
    Log,
    Mul,
    Number,
    Sum,
    Symbol,
    domain,
    substitute,
    walk,
)
from loglik.derive.expressions.walk import binder, body_and_rest
from loglik.derive.kernel.instances import Meaning
from loglik.derive.kernel.intervals import ANY, Interval, add, exactly, multiply, power
from loglik.derive.kernel.results import Result, as_rule, composed, usable
from loglik.derive.kernel.scope import Fact, RefusedError, Scope
from loglik.derive.kernel.step import Certificate, Instance, verify
from loglik.derive.rules import RULES
from loglik.derive.rules.arrangement import arrangement_key

SETS = {
    name: domain(text)
    for name, text in {
        "x": "real",
        "y": "real",
        "f": "real",
        "p": "positive",
        "q": "positive",
        "n": "integer",
        "K": "size",
        "k": "index 1..K",
        "j": "index 1..K",
        "z": "real",
        "w": "real",
    }.items()
}
HOLE = Symbol("?0")
BOUND = Symbol("k@0")


def read(text):
    return parse(text, SETS)


def meanings(**given):
    """Meanings as texts; ``(k)`` before one opens a place: ``F="(u) u^2"``."""
    found = {}
    for name, text in given.items():
        places, _, body = text.rpartition(") ")
        names = tuple(filter(None, places.lstrip("(").split(", ")))
        found[name] = Meaning(parse(body, {**SETS, **{n: domain("real") for n in names}}), names)
    return found


def law(name, *, backwards=False, **given):
    return Instance(RULES[name], backwards, meanings(**given))


def proves(before, relation, after, frame, *instances, facts=()):
    """Whether a certificate proves a step; False if it is refused or leaves a condition open."""
    before, after = (read(e) if isinstance(e, str) else e for e in (before, after))
    holes = {f"?{i}": each for i, each in enumerate(instances)}
    try:
        found = verify(before, relation, after, Certificate(frame, holes), Scope(SETS, tuple(facts)))
    except RefusedError:
        return False
    return not any(each.open for each in found)


def field(left, right):
    return Instance(RULES["arithmetic"], sides=(read(left), read(right)))


LOG = law("log-power", X="p", Y="2", a="e")


def in_sum(body, name="k@0", lower="1", upper="K"):
    return Sum(body, Symbol(name), read(lower), read(upper))


def test_right_certificates_prove():
    assert proves("log(p^2)", "=", "2*log(p)", HOLE, LOG)
    assert proves("x + log(p^2)", "=", "2*log(p) + x", Add((Symbol("x"), HOLE)), LOG)
    inner = Instance(
        RULES["log-power"], False, {"X": Meaning(BOUND), "Y": Meaning(Symbol("x")), "a": Meaning(parse("e"))}
    )
    assert proves("sum(log(k^x), k, 1, K)", "=", "sum(x*log(j), j, 1, K)", in_sum(HOLE), inner)
    below = law("log-below-line", x="p")
    assert proves("q*log(p)", "<=", "q*(p - 1)", Mul((Symbol("q"), HOLE)), below)
    assert proves("-log(p)", ">=", "-(p - 1)", Mul((Number(Fraction(-1)), HOLE)), below)
    assert proves("d/dp (x*p)", "=", "x*d/dp (p)", HOLE, law("constant-factor", c="x", F="p", x="p"))


FORGED = {
    "another term": ("log(p^2)", "=", "3*log(p)", HOLE, LOG),
    "another relation": ("log(p^2)", "<", "2*log(p)", HOLE, LOG),
    "turned round": ("log(p)", ">=", "p - 1", HOLE, law("log-below-line", x="p")),
    "backwards": ("p - 1", "<=", "log(p)", HOLE, law("log-below-line", backwards=True, x="p")),
    "a negative factor": ("-log(p)", "<=", "-(p - 1)", Mul((Number(Fraction(-1)), HOLE)), law("log-below-line", x="p")),
    "a factor of unknown sign": ("x*log(p)", "<=", "x*(p - 1)", Mul((Symbol("x"), HOLE)), law("log-below-line", x="p")),
    "two factors at once": (
        "log(p)*log(q)",
        "<=",
        "(p - 1)*(q - 1)",
        Mul((HOLE, Symbol("?1"))),
        law("log-below-line", x="p"),
        law("log-below-line", x="q"),
    ),
    "an argument that is not monotone": (
        "log(p)^2",
        "<=",
        "(p - 1)^2",
        parse("y^2", {"y": SETS["y"]}),
        law("log-below-line", x="p"),
    ),
    "a condition that does not hold": ("log(x^2)", "=", "2*log(x)", HOLE, law("log-power", X="x", Y="2", a="e")),
    "a bound name that is not new": (
        "sum(log(k^2), k, 1, K)",
        "=",
        "sum(2*log(k), k, 1, K)",
        in_sum(HOLE, "k"),
        law("log-power", X="k", Y="2", a="e"),
    ),
    "a bound name of another level": (
        "sum(log(k^2), k, 1, K)",
        "=",
        "sum(2*log(k), k, 1, K)",
        in_sum(HOLE, "k@1"),
        Instance(
            RULES["log-power"], False, {"X": Meaning(Symbol("k@1")), "Y": Meaning(parse("2")), "a": Meaning(parse("e"))}
        ),
    ),
    "a name that means nothing": (
        "sum(log(k^2), k, 1, K)",
        "=",
        "sum(2*log(k), k, 1, K)",
        HOLE,
        Instance(
            RULES["sum-constant-factor"], False, {"c": Meaning(Symbol("k@")), **meanings(F="(k) z[k]", l="1", n="K")}
        ),
    ),
    "a constant that is the bound name": (
        "sum(k*z[k], k, 1, K)",
        "=",
        "n*sum(z[k], k, 1, K)",
        HOLE,
        law("sum-constant-factor", c="n", F="(k) z[k]", l="1", n="K"),
    ),
    "a family for a number": ("z[k]", "=", "w[k]", Indexed(HOLE, (Symbol("k"),)), field("z", "w")),
    "the variable of a derivative": ("d/dx (x*y)", "=", "d/dy (x*y)", Derivative(read("x*y"), HOLE), field("x", "y")),
    "an open place too many": ("d/dx x^2", "=", "0", HOLE, law("derivative-of-constant", c="(u) x^2", x="x")),
    "a function that hides its variable": (
        "d/dx (x*x)",
        "=",
        "lim(h -> 0, 1/h*(x*(x + h) - x*x))",
        HOLE,
        Instance(RULES["derivative-definition"], False, {"F": Meaning(read("x*y"), ("y",)), "x": Meaning(read("x"))}),
    ),
    "a constant that is none": ("d/dx (x*x)", "=", "x*d/dx (x)", HOLE, law("constant-factor", c="x", F="x", x="x")),
    "sides instead of a pattern": (
        "log(x)",
        "=",
        "x",
        HOLE,
        Instance(RULES["log-power"], sides=(read("log(x)"), read("x"))),
    ),
    "sides that are not equal": ("x*y", "=", "x + y", HOLE, field("x*y", "x + y")),
    "a side without a value": ("x/x", "=", "1", HOLE, field("x/x", "1")),
    "no instance": ("x*y", "=", "y*x", read("x*y")),
    "an instance without a place": ("log(p^2)", "=", "2*log(p)", HOLE, LOG, LOG),
    "one hole twice": ("log(p^2) + log(p^2)", "=", "2*log(p) + 2*log(p)", Add((HOLE, HOLE)), LOG),
    "a factor of 0": (
        "x = y",
        "<=>",
        "x - x = 0",
        HOLE,
        Instance(RULES["both-sides"], False, meanings(by="0"), (read("x = y"), read("x - x = 0"))),
    ),
    "a factor that may be 0": (
        "x = 1",
        "<=>",
        "y*x = y",
        HOLE,
        Instance(RULES["both-sides"], False, meanings(by="y"), (read("x = 1"), read("y*x = y"))),
    ),
    "half an equation": (
        "x = y",
        "<=>",
        "x = y",
        Equation(HOLE, "=", Symbol("y")),
        Instance(RULES["both-sides"], False, {}, (read("x = y"), read("x = y"))),
    ),
    "a name that nobody can write": (Mul((Symbol("k@0"), ONE)), "=", Symbol("k@0"), HOLE, field("x", "x")),
    "a hole in the term": (Symbol("?0"), "=", ONE, HOLE, field("1", "1")),
}


@pytest.mark.parametrize("what", FORGED)
def test_forged_certificates_do_not(what):
    before, relation, after, frame, *instances = FORGED[what]
    if what == "an argument that is not monotone":
        frame = substitute(frame, {"y": HOLE})
    assert not proves(before, relation, after, frame, *instances)


def test_what_holds_at_a_point_is_not_used_where_the_point_moves():
    known = Fact(read("x = 2"))
    two = Instance(as_rule("given:g", known))
    assert proves("x + y", "=", "2 + y", Add((HOLE, Symbol("y"))), two, facts=[known])
    assert not proves(
        "d/dx (x*y)", "=", "d/dx (2*y)", Derivative(Mul((HOLE, Symbol("y"))), Symbol("x")), two, facts=[known]
    )
    assert proves(
        "d/dy (x*y)", "=", "d/dy (2*y)", Derivative(Mul((HOLE, Symbol("y"))), Symbol("y")), two, facts=[known]
    )


def test_a_fact_for_every_index_keeps_its_range_and_catches_nothing():
    known = Fact(read("z[j] = sum(w[k]*j, k, 1, K)"), {"j": SETS["j"]})

    def used(text):
        return Instance(as_rule("given:g", known), meanings={"j": Meaning(read(text))})

    assert proves("z[k]", "=", "sum(w[j]*k, j, 1, K)", HOLE, used("k"), facts=[known])
    assert not proves("z[k]", "=", "sum(w[k]*k, k, 1, K)", HOLE, used("k"), facts=[known])
    assert not proves("z[n]", "=", "sum(w[j]*n, j, 1, K)", HOLE, used("n"), facts=[known])
    assert not proves("z[K + 1]", "=", "sum(w[j]*(K + 1), j, 1, K)", HOLE, used("K + 1"), facts=[known])


def test_a_constant_of_a_result_stays_one_where_it_is_used():
    result = Result(read("d/dx (f*x) = f"))
    fact = usable(result, (), SETS)
    assert fact.identity
    assert set(fact.every) == {"x", "f"}

    def used(**given):
        return Instance(as_rule("part:p", fact), meanings=meanings(**given))

    assert proves("d/dx (y*x)", "=", "y", HOLE, used(x="x", f="y"), facts=[fact])
    assert not proves("d/dx (x*x)", "=", "x", HOLE, used(x="x", f="x"), facts=[fact])
    assert not proves("d/dx (log(y)*x)", "=", "log(y)", HOLE, used(x="x", f="log(y)"), facts=[fact])
    tied = Fact(read("y = x^2"))
    assert not proves("d/dx (y*x)", "=", "y", HOLE, used(x="x", f="y"), facts=[fact, tied])


def test_results_are_used_where_all_is_given_that_they_rest_on():
    every, one = Fact(read("z[k] = 1"), {"k": SETS["k"]}), Fact(read("z[k] = 1"))
    result = Result(read("sum(z[j], j, 1, K) = sum(1, j, 1, K)"), (every,))
    assert usable(result, [every], SETS) is not None
    assert usable(result, [every, one], SETS) is not None
    assert usable(result, [one], SETS) is None
    assert usable(result, [], SETS) is None
    fixed = usable(Result(read("x + y = 1"), (Fact(read("x = 1 - y")),)), [Fact(read("x = 1 - y"))], SETS)
    assert not fixed.every


@pytest.mark.parametrize(
    ("relations", "together"),
    [
        ("=", "="),
        ("= < =", "<"),
        ("< <=", "<"),
        ("<= <=", "<="),
        (">= >", ">"),
        ("= !=", "!="),
        ("<=> <=>", "<=>"),
        ("!= !=", None),
        ("< >", None),
        ("<= >=", None),
        ("< !=", None),
        ("= <=>", None),
    ],
)
def test_relations_add_up_by_transitivity_only(relations, together):
    assert composed(relations.split()) == together


def test_bound_names_of_a_rule_have_one_range_each():
    """A condition on what stands under a sum of the rule is judged for the range of that sum."""
    for rule in RULES.values():
        if rule.kind != "pattern":
            continue
        ranges = {}
        for _, node in walk(rule.equation):
            if binder(node) is not None:
                key = type(node).__name__, *(arrangement_key(e) for e in body_and_rest(node)[1])
                used = {s.name for c in rule.conditions for _, s in walk(c) if isinstance(s, Symbol)}
                if binder(node).name in used:
                    assert ranges.setdefault(binder(node).name, key)[1:] == key[1:], rule.id


ENDS = [Fraction(-3), Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(2)]
INTERVALS = [
    Interval(a, b, p, q)
    for a in ENDS
    for b in ENDS
    for p in (True, False)
    for q in (True, False)
    if a < b or (a == b and p and q)
] + [ANY, Interval(low=Fraction(0)), Interval(high=Fraction(1), high_closed=True), Interval(nonzero=True)]
VALUES = sorted({Fraction(n, 4) for n in range(-16, 17)} | {Fraction(1, 1000), Fraction(-1, 1000), Fraction(100)})


def inside(x, a):
    above = a.low < x or (a.low == x and a.low_closed)
    below = x < a.high or (x == a.high and a.high_closed)
    return above and below and not (a.nonzero and x == 0)


@pytest.mark.parametrize("operation", [add, multiply])
def test_intervals_contain_what_their_values_give(operation):
    exact = {add: lambda x, y: x + y, multiply: lambda x, y: x * y}[operation]
    for a in INTERVALS[::3]:
        for b in INTERVALS[::4]:
            found = operation(a, b)
            pairs = [(x, y) for x in VALUES[::3] if inside(x, a) for y in VALUES[::2] if inside(y, b)]
            assert all(inside(exact(x, y), found) for x, y in pairs), (a, b, found)


@pytest.mark.parametrize("n", [-3, -2, -1, 1, 2, 3, 4])
def test_powers_of_intervals(n):
    for a in INTERVALS:
        values = [x for x in VALUES if inside(x, a) and (x or n > 0)]
        assert all(inside(x**n, power(a, n)) for x in values), (a, n)
        assert all(inside(x, a.both(ANY)) for x in values)


def test_numbers_of_intervals_stay_short():
    found = exactly(10)
    for _ in range(40):
        found = multiply(power(found, 9), exactly(Fraction(7, 3)))
    assert found.positive
    assert isinstance(found.low, Fraction)
    assert found.low.numerator.bit_length() < 5_000


def test_logs_of_numbers_have_signs():
    from loglik.derive.kernel.bounds import interval

    half = Number(Fraction(1, 2))
    assert interval(Log(half, parse("e")), Scope()).negative
    assert interval(Log(half, half), Scope()).positive
    assert not interval(Log(ONE, parse("e")), Scope()).without_zero
