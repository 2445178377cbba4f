"""Values and derivatives of the functions that no rule is about, beside mpmath."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb

from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.duals import UndefinedError
from loglik.derive.evaluate.elementary import elementary
from loglik.derive.evaluate.points import Point
from loglik.derive.expressions import Constant, Derivative, Function, Mul, Symbol

X = Symbol("x")
AT = Fraction(1, 3)
PEERS = {
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "sinh": mpmath.sinh, "cosh": mpmath.cosh,
    "tanh": mpmath.tanh, "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "erf": mpmath.erf,
    "factorial": mpmath.factorial, "gammafn": mpmath.gamma,
}  # fmt: skip


@pytest.mark.parametrize("name", PEERS)
def test_value_and_first_two_derivatives_of_the_function_of_a_square(name):
    e = Function(name, (Mul((X, X)),))
    first = Derivative(e, X)
    orders = [e, first] if name in {"factorial", "gammafn"} else [e, first, Derivative(first, X)]
    with mpmath.workdps(50):
        x = mpmath.mpf(1) / 3
        for order, each in enumerate(orders):
            expected = mpmath.diff(lambda t: PEERS[name](t * t), x, order)
            got = ball(each, Point(numbers={"x": AT})).value
            assert abs(mpmath.mpf(got.mid().str(40, radius=False)) - expected) < 1e-20


def test_pi_is_not_e():
    assert ball(Constant("pi"), Point()).value.overlaps(arb.pi())
    with pytest.raises(UndefinedError):
        ball(Constant("inf"), Point())


def test_the_largest_moves_alone():
    e = Derivative(Function("max", (Mul((X, X)), X)), X)
    assert ball(e, Point(numbers={"x": Fraction(3)})).value == 6
    assert ball(e, Point(numbers={"x": Fraction(1, 2)})).value == 1
    with pytest.raises(UndefinedError):  # both are largest: it has no derivative there
        ball(e, Point(numbers={"x": Fraction(1)}))
    assert elementary("max", [arb(1), arb(1)]) == 1


@pytest.mark.parametrize(("name", "args"), [("arcsin", [2]), ("gammafn", [-1]), ("cosine", [1]), ("sin", [1, 2])])
def test_what_has_no_value_is_undefined(name, args):
    with pytest.raises(UndefinedError):
        elementary(name, [arb(x) for x in args])


def test_binomial_coefficients():
    assert elementary("binomial", [arb(5), arb(2)]).overlaps(arb(10))
