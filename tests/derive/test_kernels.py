"""The kernels of the fit compute what the derivations end in: compared in ball arithmetic, far beyond 50 digits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from loglik import losses
from loglik.derive.catalogue import derivation
from loglik.derive.evaluate.balls import ball
from loglik.derive.evaluate.points import Family, Point
from loglik.derive.expressions import Equation
from loglik.derive.syntax.parser import parse
from loglik.design.features import NumericFeature
from loglik.design.matrix import Design
from loglik.families.canonical import family_for
from loglik.fit.objective import Objective

RNG = np.random.default_rng(11)


def exact(value):
    """A float, or an array of floats, as exact rationals."""
    return Fraction(float(value))


def family(name, array, first):
    found = Family(name, "real", 0)
    for at, value in np.ndenumerate(np.asarray(array)):
        found[tuple(i + first for i in at)] = exact(value)
    return found


def point(*, first=1, sizes=None, **names):
    found = Point({name: Fraction(value) for name, value in (sizes or {}).items()})
    for name, value in names.items():
        if np.ndim(value):
            found.families[name] = family(name, value, first)
        else:
            found.numbers[name] = exact(value)
    return found


def last_line(name, number=0):
    """The right side of what a derivation proves."""
    claim = derivation(name).proves[number]
    assert isinstance(claim, Equation)
    return claim.right


def value(e, at):
    return float(ball(e, at).value.mid())


@pytest.mark.parametrize("size", [0.1, 3.0, 20.0])
def test_multiclass_cross_entropy_value_gradient_and_hessian(size):
    rows, classes = 4, 3
    logits = RNG.normal(size=(rows, classes)) * size
    targets = RNG.dirichlet(np.ones(classes), size=rows)
    loss = losses.cross_entropy(logits=logits, targets=targets, reduction="none")
    _, gradient = losses.cross_entropy_value_and_grad(logits=logits, targets=targets, reduction="sum")
    declared = derivation("softmax-cross-entropy-gradient").symbols
    one = parse("-sum(t[k]*log(softmax(z, k, K)), k, 1, K)", declared)
    slope, second = last_line("softmax-cross-entropy-gradient"), last_line("softmax-hessian")
    for i in range(rows):
        at = point(sizes={"K": classes}, z=logits[i], t=targets[i])
        total = sum((at.families["t"][k,] for k in range(1, classes + 1)), Fraction(0))
        np.testing.assert_allclose(loss[i], value(one, at), rtol=4e-15 * (1 + size))
        for j in range(1, classes + 1):
            at.numbers["j"] = Fraction(j)
            # Floats sum to 1 up to rounding; the derivation says exactly 1.
            assert abs(total - 1) < 1e-15
            np.testing.assert_allclose(gradient[i, j - 1], value(slope, at), rtol=1e-12, atol=4e-15)
            for m in range(1, classes + 1):
                at.numbers["l"] = Fraction(m)
                direction = np.zeros((rows, classes))
                direction[i, m - 1] = 1.0
                product = losses.cross_entropy_hvp(direction, logits=logits, targets=targets, reduction="sum")
                np.testing.assert_allclose(product[i, j - 1], value(second, at), rtol=1e-13, atol=2e-16)


def test_mean_cross_entropy_of_probabilities():
    probs = RNG.dirichlet(np.ones(4), size=5)
    targets = RNG.dirichlet(np.ones(4), size=5)
    at = point(sizes={"K": 4, "N": 5}, y=probs, t=targets)
    found = losses.cross_entropy(probs=probs, targets=targets)
    np.testing.assert_allclose(found, value(last_line("categorical-cross-entropy", 1), at), rtol=1e-15)


def test_binary_cross_entropy_and_its_derivative_by_the_probability():
    probs, targets = RNG.uniform(0.01, 0.99, 6), RNG.uniform(size=6)
    at = point(first=0, sizes={"M": 6}, yp=probs, t=targets)
    found = losses.binary_cross_entropy(probs=probs, targets=targets)
    np.testing.assert_allclose(found, value(last_line("binary-cross-entropy"), at), rtol=1e-14)
    _, gradient = losses.binary_cross_entropy_value_and_grad(probs=probs, targets=targets, reduction="sum")
    slope = last_line("binary-cross-entropy-derivative")
    for i in range(6):
        np.testing.assert_allclose(gradient[i], value(slope, point(yp=probs[i], t=targets[i])), rtol=1e-13)


def test_binary_cross_entropy_by_the_logit():
    logits, targets = RNG.normal(size=8) * 6, RNG.uniform(size=8)
    _, gradient = losses.binary_cross_entropy_value_and_grad(logits=logits, targets=targets, reduction="sum")
    slope = last_line("cross-entropy-of-sigmoid")
    for i in range(8):
        np.testing.assert_allclose(gradient[i], value(slope, point(u=logits[i], t=targets[i])), rtol=1e-13, atol=1e-16)


def test_logistic_regression_gradient_and_hessian():
    rows, columns = 7, 2
    dense = RNG.normal(size=(rows, columns))
    labels = np.array([0, 1, 1, 0, 1, 0, 0])
    weights = np.array([0.5, -1.25, 2.0])
    design = Design.of(
        tuple(NumericFeature(f"x{j}") for j in range(columns)), dense, np.zeros((rows, 0), dtype=np.int32)
    )
    objective = Objective(
        design,
        family_for(2),
        (1 - labels).astype(np.int32),  # the last class is the reference
        np.ones(rows),
        None,
        0.0,
        np.arange(columns + 1),
        1,
        float(rows),
    )
    found = objective.evaluate(weights, hessian=True)
    with_intercept = np.c_[np.ones(rows), dense]
    at = point(first=0, sizes={"M": rows, "p": columns}, w=weights, x=with_intercept, t=labels.astype(float))
    slope, second = last_line("logistic-gradient"), last_line("logistic-hessian")
    for j in range(columns + 1):
        at.numbers["j"] = Fraction(j)
        np.testing.assert_allclose(found.gradient[j], value(slope, at), rtol=1e-14)
        for m in range(columns + 1):
            at.numbers["l"] = Fraction(m)
            np.testing.assert_allclose(found.hessian[j, m], value(second, at), rtol=1e-14)
