"""What the language says beside logarithms: roots, absolute values, means over finite sets, vectors and matrices."""

from __future__ import annotations

import mpmath
import pytest

from loglik import derive
from loglik.derive import connect, differentiate, parse
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.points import Point
from loglik.derive.expressions import Derivative, domain, walk
from loglik.errors import DataError

TRUE = {
    "root": "symbols x: real\n    sqrt(x^2)\n  = |x|    root-of-square",
    "root of a positive number": "symbols x, y: positive\n    sqrt(x^2*y)\n  = x*sqrt(y)",
    "log of a root": "symbols x: positive\n    log(sqrt(x))\n  = 1/2*log(x)",
    "derivative of a root": "symbols x: positive\n    d/dx sqrt(x)\n  = 1/(2*sqrt(x))",
    "derivative of an absolute value": "symbols x: nonzero\n    d/dx |x|\n  = x/|x|",
    "triangle": "symbols x, y, z: real\n    |x - z|\n  = |(x - y) + (y - z)|    arithmetic\n  <= |x - y| + |y - z|",
    "square of an absolute value": "symbols x, y: real\n    |x*y|^2\n  = x^2*y^2",
    "power rule at 0": "symbols x: real\n    d/dx x^3\n  = 3*x^2",
    "whole powers of negative numbers": (
        "symbols x: real; m, n: size\n    x^m*x^n\n  = x^(m + n)    whole-exponent-sum\n"
    ),
    "power of a constant": "symbols a: positive; x: real\n    d/dx a^x\n  = a^x*log(a)",
    "mean of a constant": "symbols K: size; p: simplex 1..K; c: real\n    expectation(c, k, p, 1, K)\n  = c",
    "linear mean": (
        "symbols K: size; p: simplex 1..K; f, g, a: real\n    expectation(a*f[k] + 2*g[k], k, p, 1, K)\n"
        "  = a*expectation(f[k], k, p, 1, K) + 2*expectation(g[k], k, p, 1, K)    expectation-is-linear"
    ),
    "variance": (
        "symbols K: size; p: distribution 1..K; f: real\n"
        "    expectation((f[k] - expectation(f[i], i, p, 1, K))^2, k, p, 1, K)\n"
        "  = expectation(f[k]^2, k, p, 1, K) - expectation(f[k], k, p, 1, K)^2    variance"
    ),
    "mean of a logarithm": (
        "symbols K: size; p: simplex 1..K; f: positive\n    expectation(log(f[k]), k, p, 1, K)\n"
        "  <= log(expectation(f[k], k, p, 1, K))    jensen-inequality"
    ),
    "gradient of a product of vectors": (
        "symbols n: size; u, v: real; j: index 1..n\n    d/du[j] dot(u, v, 1, n)\n  = v[j]"
    ),
    "gradient of a square": (
        "symbols n: size; u: real; j: index 1..n\n    d/du[j] (1/2*sum(u[i]^2, i, 1, n))\n  = u[j]"
    ),
    "products of matrices": (
        "symbols n: size; A, B, x: real; i: index 1..n\n    sum(A[i, k]*matvec(B, x, k, 1, n), k, 1, n)\n"
        "  = sum(sum(A[i, k]*(B[k, j]*x[j]), j, 1, n), k, 1, n)    sum-constant-factor\n"
        "  = sum(sum(A[i, k]*(B[k, j]*x[j]), k, 1, n), j, 1, n)    swap-sums\n"
        "  = sum(sum(x[j]*(A[i, k]*B[k, j]), k, 1, n), j, 1, n)    arithmetic\n"
        "  = sum(x[j]*matmul(A, B, i, j, 1, n), j, 1, n)    sum-constant-factor"
    ),
}
FALSE = {
    "root without its sign": "symbols x: real\n    sqrt(x^2)\n  = x",
    "root of a negative number": "symbols x: real\n    sqrt(x)^2\n  = x    square-of-root",
    "roots of a product": "symbols x, y: real\n    sqrt(x*y)\n  = sqrt(x)*sqrt(y)    root-of-product",
    "derivative at the corner": "symbols x: real\n    d/dx |x|\n  = x/|x|",
    "derivative of a root at 0": "symbols x: nonnegative\n    d/dx sqrt(x)\n  = 1/(2*sqrt(x))",
    "a sum of absolute values": "symbols x, y: real\n    |x + y|\n  = |x| + |y|",
    "the triangle upside down": "symbols x, y: real\n    |x| + |y|\n  <= |x + y|    triangle-inequality",
    "power rule of a reciprocal at 0": "symbols x: real\n    d/dx x^(-3)\n  = -3*x^(-4)",
    "power rule of the first power at 0": "symbols x: real\n    d/dx x^1\n  = 1*x^(1 - 1)*d/dx x    whole-power-rule",
    "a real power of a negative number": "symbols x, c: real\n    d/dx x^c\n  = c*x^(c - 1)*d/dx x    real-power-rule",
    "a moving exponent": "symbols x: positive\n    d/dx x^x\n  = x*x^(x - 1)*d/dx x    real-power-rule",
    "a moving base": "symbols x: positive\n    d/dx x^x\n  = x^x*log(x)*d/dx x    chain-power",
    "whole powers that are not": "symbols x, m, n: real\n    x^m*x^n\n  = x^(m + n)    whole-exponent-sum",
    "mean with weights": "symbols K: size; p: positive; c: real\n    expectation(c, k, p, 1, K)\n  = c",
    "mean over a part": (
        "symbols K: size; p: simplex 1..K; c: real\n    expectation(c, k, p, 1, 2)\n  = c    expectation-of-constant"
    ),
    "mean of what moves": (
        "symbols K: size; p: simplex 1..K; k: index 1..K\n    expectation(k, k, p, 1, K)\n  = k    expectation-of-constant"
    ),
    "the mean of a logarithm upside down": (
        "symbols K: size; p: simplex 1..K; f: positive\n    log(expectation(f[k], k, p, 1, K))\n"
        "  <= expectation(log(f[k]), k, p, 1, K)    jensen-inequality"
    ),
    "derivative of a constrained mean": (
        "symbols K: size; p: simplex 1..K; c: real; j: index 1..K\n    d/dp[j] expectation(c, k, p, 1, K)\n"
        "  = d/dp[j] c    expectation-of-constant"
    ),
    "gradient out of range": ("symbols n: size; u, v: real; j: integer\n    d/du[j] dot(u, v, 1, n)\n  = v[j]"),
    "matrices that commute": (
        "symbols n: size; A, B: real; i, j: index 1..n\n    matmul(A, B, i, j, 1, n)\n  = matmul(B, A, i, j, 1, n)"
    ),
}


@pytest.mark.parametrize("text", TRUE.values(), ids=TRUE.keys())
def test_true_steps_are_verified(text):
    found = derive.check(text)
    assert found.verified, str(found)


@pytest.mark.parametrize("text", FALSE.values(), ids=FALSE.keys())
def test_false_steps_are_not(text):
    found = derive.check(text)
    assert not found.verified, str(found)


DERIVATIVES = [
    ("x^2*log(x)", {"x": "positive"}),
    ("exp(-x^2)/(1 + x^2)", {"x": "real"}),
    ("sqrt(1 + x^2)", {"x": "real"}),
    ("log(x^2 + 1, a)", {"x": "real", "a": "base"}),
    ("2^x*x^3", {"x": "real"}),
    ("sigmoid(3*x - 1)^2", {"x": "real"}),
    ("|x|^3", {"x": "nonzero"}),
    ("x^a", {"x": "positive", "a": "base"}),
    ("log(log(1 + exp(x)))", {"x": "real"}),
    ("(x^3*exp(x)*log(x))/(1 + x)", {"x": "positive"}),
    ("sum(x^k/k, k, 1, 5)", {"x": "positive"}),
]


def at(e, **numbers):
    return ball(e, Point({name: parse(value).value for name, value in numbers.items()})).value


@pytest.mark.parametrize(("text", "said"), DERIVATIVES)
def test_derivatives_are_verified_and_right(text, said):
    """No derivative is left, and the value is that of a difference quotient in 60 digits."""
    declared = {name: domain(each) for name, each in said.items()}
    found = differentiate(text, "x", declared)
    assert found is not None
    assert all(report.verdict == "verified" for report in found.reports)
    last = found.steps[-1].term
    assert not any(isinstance(part, Derivative) for _, part in walk(last))
    with mpmath.workdps(60):
        h = mpmath.mpf(10) ** -20
        near = [
            mpmath.mpf(at(parse(text, declared), x=x, a="3").str(60, radius=False))
            for x in ("0.70000000000000000001", "0.69999999999999999999")
        ]
        slope = mpmath.mpf(at(last, x="0.7", a="3").str(60, radius=False))
        assert abs((near[0] - near[1]) / (2 * h) - slope) < mpmath.mpf(10) ** -30 * (1 + abs(slope))


def test_derivatives_by_elements():
    declared = {"A": domain("real"), "x": domain("real"), "n": domain("size"), "i": domain("index 1..n")}
    found = differentiate("matvec(A, x, i, 1, n)", "x[i]", declared)
    assert found is not None
    assert str(found.steps[-1].term) == "A[i, i]"


def test_of_what_has_no_derivative_there_is_no_chain():
    assert differentiate("log(x)", "x", {"x": domain("real")}) is None
    assert differentiate("|x|", "x", {"x": domain("real")}) is None
    assert differentiate("x^x", "x", {"x": domain("positive")}) is None
    with pytest.raises(DataError, match="LL160"):
        differentiate("log(x)", "x + 1")


POSITIVE, REAL = domain("positive"), domain("real")


def test_connect_takes_derivatives():
    found = connect("d/dx d/dx x^5", "20*x^3", {"x": REAL})
    assert found is not None
    assert {"whole-power-rule", "constant-factor", "arithmetic"} == {s.rule for s in found.steps} - {
        "derivative-of-variable"
    }
    assert connect("d/dx x^2", "3*x", {"x": REAL}, seconds=0.3) is None


@pytest.mark.parametrize(
    ("start", "end", "given", "relation"),
    [
        ("x^2", "y", {"h": "y = x^2"}, "="),
        ("log(x*z)", "log(y) + log(z)", {"h": "x = y"}, "="),
        ("x/x", "1", {"h": "x != 0"}, "="),
        ("log(x)", "y - 1", {"h": "x <= y"}, "<="),
        ("log(x)", "y - 1", {"h": "y >= x"}, "<="),
        ("x + 1", "y + 1", {"h": "x < y"}, "<="),
        ("|x + y|", "|x| + |y|", {}, "<="),
    ],
)
def test_connect_with_what_is_given(start, end, given, relation):
    declared = {"x": POSITIVE if "log" in start else REAL, "y": POSITIVE if "log" in start else REAL, "z": POSITIVE}
    found = connect(start, end, declared, given=given, relation=relation)
    assert found is not None
    assert all(report.verdict.startswith("verified") for report in found.reports)
    assert given == {} or "given:h" in {s.rule for s in found.steps} or "!=" in given["h"]
    assert connect(start, end, declared, relation=relation, seconds=0.3) is None or not given


def test_connect_does_not_turn_what_is_given_round():
    assert connect("x + 1", "y + 1", {"x": REAL, "y": REAL}, given={"h": "x >= y"}, relation="<=", seconds=0.3) is None
    with pytest.raises(DataError, match="LL160"):
        connect("x", "y", given={"h": "x"})
