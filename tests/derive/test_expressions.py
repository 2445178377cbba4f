"""Trees: paths, alpha-equivalence, substitution that catches no names."""

from __future__ import annotations

from functools import reduce

import pytest
from alpha import alpha_equal
from hypothesis import given, settings
from trees import expressions

from loglik.derive import parse
from loglik.derive.expressions import (
    free_symbols,
    parts,
    rebuild,
    replace_at,
    substitute,
    walk,
)
from loglik.errors import DataError


@settings(max_examples=150, deadline=None)
@given(expressions)
def test_every_part_is_found_at_its_path_and_put_back(e):
    for path, part in walk(e):
        assert reduce(lambda at, i: parts(at)[i], path, e) == part
        assert replace_at(e, path, part) == e
    assert rebuild(e, parts(e)) == e


@settings(max_examples=150, deadline=None)
@given(expressions)
def test_a_name_of_nothing_is_substituted_nowhere(e):
    assert substitute(e, {"zzz": parse("1")}) == e
    assert alpha_equal(e, e)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("sum(y[k], k, 1, K)", "sum(y[j], j, 1, K)", True),
        ("sum(y[k], k, 1, K)", "sum(z[k], k, 1, K)", False),
        ("sum(sum(x[i, j], i, 1, n), j, 1, n)", "sum(sum(x[j, i], j, 1, n), i, 1, n)", True),
        ("sum(sum(x[i, j], i, 1, n), j, 1, n)", "sum(sum(x[j, i], i, 1, n), j, 1, n)", False),
        ("sum(k*j, k, 1, K)", "sum(j*j, j, 1, K)", False),
        ("lim(h -> h, h)", "lim(t -> h, t)", True),
        ("lim(h -> h, h)", "lim(t -> t, t)", False),
        ("d/dx x^2", "d/dt t^2", False),
        ("x + y", "y + x", False),
        ("P^[m]", "P[m]", False),
    ],
)
def test_names_of_bound_variables_do_not_count(one, other, equal):
    assert alpha_equal(parse(one), parse(other)) is equal


@pytest.mark.parametrize(
    ("text", "name", "value", "result"),
    [
        ("x + x^2", "x", "y + 1", "(y + 1) + (y + 1)^2"),
        ("sum(x*k, k, 1, k)", "k", "3", "sum(x*k, k, 1, 3)"),
        ("sum(x*k, k, 1, K)", "x", "k + 1", "sum((k + 1)*k_1, k_1, 1, K)"),
        ("lim(h -> 0, f + h)", "f", "h", "lim(h_1 -> 0, h + h_1)"),
        ("at(u*v, u, v)", "v", "u", "at(u_1*u, u_1, u)"),
        ("d/dx x^2", "x", "t", "d/dt (t^2)"),
        ("y[k]", "k", "j + 1", "y[j + 1]"),
    ],
)
def test_substitution(text, name, value, result):
    found = substitute(parse(text), {name: parse(value)})
    wanted = parse(result)
    assert alpha_equal(found, wanted) or str(found) == result


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [("d/dx x^2", "x", "3"), ("d/dx (x*y)", "y", "x"), ("d/dt (t*x)", "t", "x"), ("y[k]", "y", "3")],
)
def test_substitutions_that_change_a_derivative_are_refused(text, name, value):
    with pytest.raises(DataError, match="LL164"):
        substitute(parse(text), {name: parse(value)})


def test_free_and_bound_names():
    e = parse("sum(a*x[k], k, 1, K) + d/dw w^2")
    assert {s.name for s in free_symbols(e)} == {"a", "x", "K", "w"}
