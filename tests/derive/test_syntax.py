"""The plain syntax: what is printed is read back as the same tree, and what cannot be read is refused at its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from trees import statements

from loglik.derive import parse
from loglik.derive.expressions import MAX_DEPTH, Add, Derivative, E, Function, Log, Mul, Pow, Symbol, domain, number
from loglik.errors import DataError

x, y, a = Symbol("x"), Symbol("y"), Symbol("a")


@settings(max_examples=600, deadline=None)
@given(statements)
def test_what_is_printed_is_read_back(e):
    assert parse(str(e)) == e


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x - y", Add((x, Mul((number(-1), y))))),
        ("-x*y", Mul((number(-1), x, y))),
        ("-(x*y)", Mul((number(-1), Mul((x, y))))),
        ("x/y", Mul((x, Pow(y, number(-1))))),
        ("1/y", Pow(y, number(-1))),
        ("2/3*x", Mul((number(2, 3), x))),
        ("0.25", number(1, 4)),
        ("x^-y^2", Pow(x, Mul((number(-1), Pow(y, number(2)))))),
        ("log(x)", Log(x, E)),
        ("d/dx log(x, a)", Derivative(Log(x, a), x)),
        ("sqrt(x)", Pow(x, number(1, 2))),
        ("x^(1/2)", Pow(x, number(1, 2))),
        ("|x|*|y|", Mul((Function("abs", (x,)), Function("abs", (y,))))),
        ("||x| - |y||", Function("abs", (Add((Function("abs", (x,)), Mul((number(-1), Function("abs", (y,)))))),))),
        ("d/dx x^2*y", Mul((Derivative(Pow(x, number(2)), x), y))),
    ],
)
def test_reading(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("short", "written"),
    [
        ("dot(u, v, 1, n)", "sum(u[i]*v[i], i, 1, n)"),
        ("dot(i, j, 1, n)", "sum(i[k]*j[k], k, 1, n)"),
        ("matvec(A, x, j, 0, p)", "sum(A[j, i]*x[i], i, 0, p)"),
        ("matvec(A, x, i + k, 0, p)", "sum(A[i + k, j]*x[j], j, 0, p)"),
        ("matmul(A, B, i, j, 1, n)", "sum(A[i, k]*B[k, j], k, 1, n)"),
        ("quadratic(A, x, 1, n)", "sum(sum(x[i]*A[i, j]*x[j], j, 1, n), i, 1, n)"),
        ("trace(A, 1, n)", "sum(A[i, i], i, 1, n)"),
        ("expectation(log(x[k]), k, p, 1, K)", "sum(p[k]*log(x[k]), k, 1, K)"),
    ],
)
def test_notations_are_written_out(short, written):
    assert parse(short) == parse(written)


@pytest.mark.parametrize(
    "text",
    [
        "-(1/N)*sum(t[k]*log(y[k]), k, 1, K)",
        "lim(h -> 0, (log(x + h, a) - log(x, a))/h)",
        "product(P^[m], m, 0, M - 1)",
        "at(d/du sigmoid(u), u, w[0] + x)",
        "d/dw[j] log(x)",
        "log(x, a) = y <=> a^y = x",
        "a = b <= c",
    ],
)
def test_notations_of_the_formulas(text):
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("(x + y", "LL160", 7),
        ("x + y)", "LL160", 6),
        ("x + ", "LL160", 5),
        ("x $ y", "LL160", 3),
        ("__import__('os')", "LL160", 1),
        ("import(os)", "LL161", 1),
        ("log()", "LL160", 5),
        ("sum(k, 3, 1, K)", "LL160", 8),
        ("sigmoid(x, y)", "LL160", 1),
        ("d/x y", "LL160", 3),
        ("1/0", "LL160", 3),
        ("x y", "LL160", 3),
        ("log = 3", "LL160", 1),
        ("y[]", "LL160", 3),
        ("9" * 100, "LL162", 1),
        ("|x", "LL160", 3),
        ("x|", "LL160", 2),
        ("dot(u, v)", "LL160", 1),
        ("sqrt()", "LL160", 6),
        ("sqrt = 3", "LL160", 1),
    ],
)
def test_refusals_name_the_place(text, code, place):
    with pytest.raises(DataError) as refused:
        parse(text)
    assert refused.value.code == code
    assert f"character {place}" in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 2_000 + "x" + ")" * 2_000,
        "-" * 9_000,
        "^".join("9" * 2_000),
        "x" * 1_000_000,
        "1+" * 4_999 + "1",
        "d/dx " * 1_000 + "x",
        "log(" * 1_000 + "x" + ")" * 1_000,
        "x^(" * 1_000 + "x" + ")" * 1_000,
        "y[" * 1_000 + "x" + "]" * 1_000,
    ],
)
def test_hostile_texts_are_refused(text):
    with pytest.raises(DataError) as refused:
        parse(text)
    assert refused.value.code in {"LL160", "LL162"}
    assert len(str(refused.value)) < 600


def test_a_tower_of_powers_is_only_a_tree():
    assert parse("9^9^9^9").depth == 4


def test_only_declared_names_are_read():
    declared = {"x": domain("positive"), "y": domain("simplex 1..K"), "K": domain("size")}
    assert parse("x", declared).domain.kind == "positive"
    assert str(parse("sum(y[k], k, 1, K)", declared)) == "sum(y[k], k, 1, K)"
    with pytest.raises(DataError, match='LL161 "yp"'):
        parse("x*yp", declared)
    with pytest.raises(DataError, match='LL161 "k"'):  # outside its sum
        parse("sum(y[k], k, 1, K) + k", declared)


def test_depth_is_bounded_however_the_tree_is_made():
    e = x
    for _ in range(MAX_DEPTH - 1):
        e = Log(e, a)
    with pytest.raises(DataError, match="LL162"):
        Log(e, a)
