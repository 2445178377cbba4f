"""What is told to be a density has the integral, or the sum, 1 over some usual set."""

from __future__ import annotations

import pytest

from check.statements import only

#: Whether it is one, and the formula.
TOLD = [
    (False, r"p(x) = \frac{1}{s \sqrt{2\pi}} \exp\left(-\frac{c x^2}{s^2}\right)"),
    (True, r"p(x) = \frac{\sqrt{c}}{s \sqrt{\pi}} \exp\left(-\frac{c x^2}{s^2}\right)"),
    (False, r"P(X = x) = p^x (1 - p)^x"),
    (True, r"P(X = x) = p^x (1 - p)^{1 - x}"),
    (False, r"f(x) = c^3 x e^{-c x^2}"),
    (True, r"f(x) = 2 c x e^{-c x^2}"),
    (True, r"P(X = k) = \binom{k - 1}{r - 1} p^r (1 - p)^{k - r}"),
    (True, r"f(x) = \frac{c m^c}{x^{c + 1}}"),
    (True, r"f(x) = \frac{1}{2 b} e^{-|x - m|/b}"),
    (True, r"f(x) = \frac{2 x}{c^2}"),
    (True, r"f(x, y) = 120 x (y - x) (1 - y)"),
    (True, r"P(X = k) = \frac{\binom{K}{k} \binom{N - K}{n - k}}{\binom{N}{n}}"),
]


@pytest.mark.parametrize(("one", "formula"), TOLD)
def test_a_density_of_another_integral_is_suspicious(one, formula):
    reasons = {
        each.reason.key for each in only(f"The probability density or mass function is\n\n$${formula}$$").findings
    }
    assert ("density-not-one" in reasons) is not one
    assert "density-not-one" not in {each.reason.key for each in only(f"A function is\n\n$${formula}$$").findings}
