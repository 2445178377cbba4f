"""Values: balls against 50-digit arithmetic, exact derivatives, and the same numbers from SymPy."""

from __future__ import annotations

from fractions import Fraction
from time import perf_counter

import mpmath
import pytest
from sympy_form import to_sympy

from loglik.derive import parse
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.duals import TooWideError, UndefinedError
from loglik.derive.evaluate.points import Point, sample
from loglik.derive.expressions import domain, free_symbols

DECLARED = {
    "x": domain("positive"),
    "a": domain("base"),
    "u": domain("real"),
    "y": domain("simplex 1..K"),
    "t": domain("nonnegative"),
    "z": domain("real"),
    "K": domain("size"),
    "k": domain("index 1..K"),
    "j": domain("index 1..K"),
}


def at(**numbers):
    return Point({name: Fraction(value) for name, value in numbers.items()})


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("log(x, a)", mpmath.log),
        ("d/dx log(x, a)", lambda x, a: 1 / (x * mpmath.log(a))),
        ("d/dx d/dx log(x)", lambda x, a: -1 / x**2),  # noqa: ARG005
        ("d/dx d/da (x^a)", lambda x, a: x ** (a - 1) * (1 + a * mpmath.log(x))),
        ("d/dx at(d/du (u^3*x), u, x^2)", lambda x, a: 15 * x**4),  # noqa: ARG005
        ("d/dx (x*d/dx x^3)", lambda x, a: 9 * x**2),  # noqa: ARG005
        ("product(x + k, k, 1, 3)", lambda x, a: (x + 1) * (x + 2) * (x + 3)),  # noqa: ARG005
        ("lim(h -> 0, (1 + h)^(1/h))", lambda x, a: mpmath.e),  # noqa: ARG005
    ],
)
def test_values_in_50_digits(text, exact):
    found = ball(parse(text), at(x=Fraction(7, 3), a=Fraction(5, 2)))
    with mpmath.workdps(50):
        wanted = exact(mpmath.mpf(7) / 3, mpmath.mpf(5) / 2)
        digits = 20 if found.estimate else 45
        assert abs(mpmath.mpf(found.value.str(60, radius=False)) - wanted) < mpmath.mpf(10) ** -digits
    assert found.estimate is text.startswith("lim")


@pytest.mark.parametrize("text", ["log(-x)", "1/(x - x)", "log(x - x)", "(x - x)^0", "(-x)^(1/2)"])
def test_what_has_no_value_says_so(text):
    with pytest.raises(UndefinedError):
        ball(parse(text), at(x=2))


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9^9",
        "sum(sum(sum(k, k, 1, 9999), i, 1, 9999), j, 1, 9999)",
        "product(k, k, 1, 999999999)",
        "sum(k, k, 1, 10^40)",
        "exp(exp(exp(exp(9))))",
    ],
)
def test_values_without_bound_are_refused_in_time(text):
    began = perf_counter()
    with pytest.raises((UndefinedError, TooWideError)):
        ball(parse(text), Point())
    assert perf_counter() - began < 5


def test_samples_come_from_their_sets():
    symbols = free_symbols(parse("sum(y[k]*x*t[j], k, 1, K) + log(u, a)", DECLARED))
    for seed in range(200):
        point = sample(symbols, seed)
        size = int(point.numbers["K"])
        assert size >= 2
        assert sum(point.families["y"][i,] for i in range(1, size + 1)) == 1
        assert all(v > 0 for v in point.families["y"].values())
        assert 1 <= point.numbers["j"] <= size
        assert point.numbers["x"] > 0
        assert point.numbers["a"] > 0
        assert point.numbers["a"] != 1


@pytest.mark.parametrize(
    "text", ["sigmoid(u)^2/x - log(x, a)", "at(exp(u)*x, u, log(x))", "sqrt(x)*|log(x) - u|^3", "d/dx x^(u*x)"]
)
def test_sympy_agrees_with_the_balls(text):
    e = parse(text, DECLARED)
    point = sample(free_symbols(e), 4)
    in_sympy = to_sympy(e).doit()
    found = in_sympy.subs({s: point.numbers[s.name] for s in in_sympy.free_symbols})
    assert float(found) == pytest.approx(float(ball(e, point).value), rel=1e-13)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("-sum(t[k]*log(y[k]), k, 1, K)", lambda t, y, z: -sum(a * mpmath.log(b) for a, b in zip(t, y, strict=True))),  # noqa: ARG005
        ("softmax(z, 2, K)", lambda t, y, z: mpmath.exp(z[1]) / sum(map(mpmath.exp, z))),  # noqa: ARG005
        ("d/dz[1] softmax(z, 2, K)", lambda t, y, z: -mpmath.exp(z[0] + z[1]) / sum(map(mpmath.exp, z)) ** 2),  # noqa: ARG005
    ],
)
def test_values_of_families(text, exact):
    e = parse(text, DECLARED)
    point = sample(free_symbols(parse("sum(t[k]*y[k]*z[k], k, 1, K)", DECLARED)), 4)
    indices = range(1, int(point.numbers["K"]) + 1)
    exactly = {name: [point.families[name][i,] for i in indices] for name in ("t", "y", "z")}
    families = {name: [mpmath.mpf(v.numerator) / v.denominator for v in found] for name, found in exactly.items()}
    assert float(ball(e, point).value) == pytest.approx(float(exact(**families)), rel=1e-13)


def test_sympy_form_of_sums_limits_and_derivatives():
    import sympy as sp

    assert to_sympy(parse("sum(k^2, k, 1, 3)")).doit() == 14
    assert to_sympy(parse("lim(h -> 0, (1 + h)^(1/h))")).doit() == sp.E
    assert str(to_sympy(parse("d/dw[j] (w[j]*x)")).doit()) == "x"
    assert to_sympy(parse("x <= x + 1")) == sp.true
