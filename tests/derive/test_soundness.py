"""What the checker takes on trust, tried on random expressions: signs, the field axioms, arrangement, instances."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import mutations

from loglik.derive import parse
from loglik.derive.checker.sampling import symbols_in, truth
from loglik.derive.evaluate.balls import ball, rational
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import sample
from loglik.derive.expressions import (
    ONE,
    Add,
    Derivative,
    E,
    Equation,
    Function,
    Indexed,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
    domain,
    negative,
    number,
    parts,
    rebuild,
    reciprocal,
)
from loglik.derive.kernel.algebra import same_quotient
from loglik.derive.kernel.bounds import interval, not_one
from loglik.derive.kernel.conditions import holds
from loglik.derive.kernel.defined import lacking
from loglik.derive.kernel.scope import Scope
from loglik.derive.rules.arrangement import arrangement_key, written_number
from loglik.derive.search.meanings import declared_in

DECLARED = {
    "x": "positive",
    "u": "real",
    "p": "probability",
    "r": "unit",
    "n": "nonnegative",
    "q": "nonzero",
    "a": "base",
    "b": "label",
}
K = Symbol("K", domain("size"))
k = Symbol("k", domain("index 1..K"))
families = [Symbol("y", domain("simplex 1..K")), Symbol("t", domain("distribution 1..K")), Symbol("z", domain("real"))]
leaves = st.one_of(
    st.sampled_from([Symbol(name, domain(text)) for name, text in DECLARED.items()]),
    st.integers(-3, 3).map(number),
    st.just(number(1, 2)),
    st.just(E),
    st.sampled_from([Indexed(f, (number(1),)) for f in families]),
)


def larger(below):
    pair = st.lists(below, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        pair.map(Add),
        pair.map(Mul),
        below.map(reciprocal),
        below.map(negative),
        below.map(lambda e: Add((ONE, negative(e)))),
        st.builds(lambda e, n: Pow(e, number(n)), below, st.integers(-2, 3)),
        st.builds(Pow, below, below),
        st.builds(Log, below, st.sampled_from([E, Symbol("a", domain("base"))])),
        below.map(lambda e: Function("sigmoid", (e,))),
        st.builds(lambda e, f: Sum(Mul((e, Indexed(f, (k,)))), k, ONE, K), below, st.sampled_from(families)),
        st.builds(lambda e, f: Product(Add((e, Indexed(f, (k,)))), k, ONE, K), below, st.sampled_from(families)),
    )


def scope_of(*es):
    return Scope(declared_in(es))


expressions = st.recursive(leaves, larger, max_leaves=6)
many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def values(*es, count=3):
    """Balls of several expressions at a few points, where all have one."""
    symbols = {s for e in es for s in symbols_in(e)}
    for seed in range(count):
        point = sample(symbols, seed)
        try:
            yield tuple(ball(e, point).value for e in es)
        except (UndefinedError, TooWideError):
            continue


@many
@given(expressions)
def test_intervals_contain_the_values(e):
    found = interval(e, scope_of(e))
    for (value,) in values(e, count=6):
        if isinstance(found.low, Fraction):
            low = rational(found.low)
            assert not value < low
            assert found.low_closed or not (value.is_exact() and value == low)
        if isinstance(found.high, Fraction):
            high = rational(found.high)
            assert not value > high
            assert found.high_closed or not (value.is_exact() and value == high)
        if found.without_zero:
            assert not value.is_zero()
        if not_one(e, scope_of(e)):
            assert not (value.is_exact() and value == 1)


@many
@given(expressions)
def test_what_lacks_nothing_has_a_value(e):
    if not lacking(e, scope_of(e)):
        for seed in range(6):
            with suppress(TooWideError):
                ball(e, sample(symbols_in(e), seed))


@many
@given(expressions, st.randoms(use_true_random=False))
def test_wrong_expressions_are_neither_arranged_nor_equal_by_the_field_axioms(e, random):
    wrong_ones = [wrong for _, wrong in mutations(e, [], ())]
    for wrong in random.sample(wrong_ones, min(3, len(wrong_ones))):
        if any(not one.overlaps(other) for one, other in values(e, wrong)):
            assert arrangement_key(e) != arrangement_key(wrong)
            assert not same_quotient(e, wrong)


def shuffled(e, random):
    """The same expression in another arrangement."""
    below = tuple(shuffled(part, random) for part in parts(e))
    if isinstance(e, (Add, Mul)):
        operands = list(below)
        random.shuffle(operands)
        if len(operands) > 2 and random.random() < 0.5:
            operands = [type(e)(tuple(operands[:2])), *operands[2:]]
        if random.random() < 0.3:
            operands.append(number(0) if isinstance(e, Add) else ONE)
        return type(e)(tuple(operands))
    return rebuild(e, below) if below else e


@many
@given(expressions, st.randoms(use_true_random=False))
def test_arrangement_does_not_matter(e, random):
    other = shuffled(e, random)
    assert arrangement_key(e) == arrangement_key(other)
    for one, two in values(e, other):
        assert same_quotient(e, other)
        assert one.overlaps(two)


@many
@given(expressions)
def test_written_numbers_have_their_value(e):
    found = written_number(e)
    if found is not None:
        for (value,) in values(e, count=1):
            (exact,) = next(values(Number(found), count=1))
            assert value.overlaps(exact)


@many
@given(expressions, st.sampled_from([">", ">=", "<", "<=", "!="]), st.integers(-1, 1))
def test_conditions_that_are_proved_are_true(e, relation, right):
    condition = Equation(e, relation, number(right))
    if holds(condition, scope_of(condition)):
        for seed in range(3):
            point = sample(symbols_in(e), seed)
            try:
                assert truth(condition, point) is not False
            except (UndefinedError, TooWideError):
                continue


@settings(max_examples=100, deadline=None)
@given(expressions)
def test_what_is_called_differentiable_has_a_derivative(e):
    x = Symbol("x", domain("positive"))
    if holds(Function("differentiable", (e, x)), scope_of(e, x)):
        symbols = symbols_in(e) | {x}
        for seed in range(3):
            point = sample(symbols, seed)
            try:
                ball(e, point)
            except (UndefinedError, TooWideError):
                continue
            ball(Derivative(e, x), point)


@pytest.mark.parametrize(
    ("condition", "proved"),
    [
        ("x > 0", True),
        ("u > 0", False),
        ("u^2 >= 0", True),
        ("u^2 > 0", False),
        ("1 - p > 0", True),
        ("1 - r > 0", False),
        ("1 - r >= 0", True),
        ("x + h > 0", False),
        ("a != 1", True),
        ("x != 1", False),
        ("log(a) != 0", True),
        ("log(x) != 0", False),
        ("x - x > 0", False),
        ("sigmoid(u) > 0", True),
        ("1 - sigmoid(u) > 0", True),
        ("2 - p > 0", True),
        ("sum(exp(z[k]), k, 1, K) > 0", True),
        ("sum(exp(z[k]), k, 2, K) > 0", True),
        ("sum(exp(z[k]), k, 3, K) > 0", False),
        ("product(x + k, k, 1, K) > 0", True),
        ("-p*x < 0", True),
    ],
)
def test_what_is_proved_of_signs(condition, proved):
    declared = {name: domain(text) for name, text in DECLARED.items()}
    declared |= {"K": domain("size"), "z": domain("real"), "k": domain("index 1..K"), "h": domain("real")}
    assert holds(parse(condition, declared), Scope(declared)) is proved
