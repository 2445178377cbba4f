"""Random expressions for property tests."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from loglik.derive.expressions import (
    Add,
    At,
    Chain,
    Derivative,
    E,
    Equation,
    Function,
    Indexed,
    Limit,
    Log,
    Mul,
    Number,
    Pow,
    Product,
    Sum,
    Symbol,
)

NAMES = ("x", "yp", "w_0", "k", "h", "λ")
symbols = st.sampled_from(NAMES).map(Symbol)
numbers = st.fractions(min_value=-20, max_value=20, max_denominator=12).map(Number)
whole = st.integers(-3, 5).map(lambda n: Number(Fraction(n)))
leaves = symbols | numbers | whole | st.just(E)


def larger(below):
    pair = st.lists(below, min_size=2, max_size=3).map(tuple)
    indexed = st.builds(Indexed, symbols, st.lists(below, min_size=1, max_size=2).map(tuple), st.booleans())
    single_upper = indexed.map(lambda i: Indexed(i.base, i.indices[:1], i.upper))
    return st.one_of(
        pair.map(Add),
        pair.map(Mul),
        st.builds(Pow, below, below | whole),
        st.builds(Log, below, below),
        st.builds(Sum, below, symbols, below, below),
        st.builds(Product, below, symbols, below, below),
        st.builds(Limit, below, symbols, below),
        st.builds(Derivative, below, symbols | single_upper),
        st.builds(At, below, symbols, below),
        st.builds(lambda a: Function("sigmoid", (a,)), below),
        st.builds(lambda a: Function("abs", (a,)), below),
        st.builds(lambda a: Pow(a, Number(Fraction(1, 2))), below),
        st.builds(lambda a, b: Function("delta", (a, b)), below, below),
        indexed,
    )


expressions = st.recursive(leaves, larger, max_leaves=12)
statements = st.one_of(
    expressions,
    st.builds(Equation, expressions, st.sampled_from(["=", "<=", ">=", "<", ">", "!="]), expressions),
    st.builds(lambda a, b, c: Chain((a, b, c), ("=", "<=")), expressions, expressions, expressions),
    st.builds(
        lambda a, b, c, d: Equation(Equation(a, "=", b), "<=>", Equation(c, "=", d)),
        expressions,
        expressions,
        expressions,
        expressions,
    ),
)
