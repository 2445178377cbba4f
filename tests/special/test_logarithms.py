"""Exact powers, the rules 2.1 to 2.7 on floats, signals and types."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from loglik import special

EPS = np.finfo(np.float64).eps

positive = st.floats(1e-150, 1e150)
base = st.floats(1e-9, 1e9).filter(lambda a: abs(a - 1) > 1e-3)


def unit(*values: float) -> float:
    """One unit in the last place of the largest."""
    return float(np.spacing(max(abs(v) for v in values)))


@pytest.mark.parametrize("a", [2, 3, 5, 7, 10, 12, 97, 1000])
def test_logarithm_of_an_exact_power_is_exact(a):
    for k in range(-300, 301):
        power = Fraction(a) ** k
        if not 1e-300 < power < 1e300:
            continue
        # a negative power is a rounded one: its logarithm is off by up to eps/2/ln a, less than half a unit of k
        if k >= 0 and Fraction(float(power)) != power:
            continue
        assert special.log(float(power), a) == k, (a, k)
        assert special.exp_base(k, a) == float(power)


def test_powers_of_two_over_all_exponents():
    k = np.arange(-1074, 1024)
    with np.errstate(under="ignore"):
        np.testing.assert_array_equal(special.log(np.ldexp(1.0, k), 2), k)
        np.testing.assert_array_equal(special.log(np.ldexp(1.0, k), 0.5), -k)
        np.testing.assert_array_equal(special.exp_base(k, 2), np.ldexp(1.0, k))


def test_the_examples_of_the_texts():
    assert special.log(8, 2) == 3.0
    assert special.log(1000, 10) == 3.0
    assert special.log(0.001, 10) == -3.0
    assert special.log(1 / 8, 2) == -3.0


@given(base)
def test_logarithm_of_one_and_of_the_base(a):
    """2.1 and 2.2, exactly."""
    assert special.log(1.0, a) == 0.0
    assert special.log(a, a) == 1.0


@given(positive, positive, base)
@example(1.0, 1.0 + EPS, 2.0)
def test_product(x, y, a):
    """2.3: rounding XY costs eps/2 over |ln a|, each logarithm half a unit."""
    got, left, right = special.log(x * y, a), special.log(x, a), special.log(y, a)
    assert abs(got - (left + right)) <= EPS / abs(math.log(a)) + 2 * unit(got, left, right)


@given(positive, positive, base)
def test_quotient(x, y, a):
    """2.4, with the same bound."""
    got, left, right = special.log(y / x, a), special.log(y, a), special.log(x, a)
    assert abs(got - (left - right)) <= EPS / abs(math.log(a)) + 2 * unit(got, left, right)


@given(positive, base)
def test_reciprocal(x, a):
    """2.5: one unit of the logarithm, and the rounding of 1/X."""
    assert abs(special.log(1 / x, a) + special.log(x, a)) <= EPS / abs(math.log(a)) + unit(special.log(x, a))


@given(st.floats(1e-3, 1e3), st.floats(-40, 40), base)
def test_power(x, y, a):
    """2.6: rounding X^Y costs eps/2 over |ln a|; Y times a logarithm, one unit."""
    assume(x != 1)
    got, expected = special.log(special.exp_base(y, x), a), y * special.log(x, a)
    assert abs(got - expected) <= EPS / abs(math.log(a)) + 2 * unit(got, expected)


@given(positive, base, base)
def test_change_of_base(b, a, c):
    """2.7: two roundings on the right and one on the left: 2 ulp."""
    got, expected = special.log(b, a), special.log(b, c) / special.log(a, c)
    assert abs(got - expected) <= 2 * unit(got)


@given(st.floats(-300, 300), st.floats(1.1, 10))
def test_inverse(y, a):
    """log_a(a^y) is y up to the rounding of a^y."""
    assume(abs(y * math.log(a)) < 700)
    assert abs(special.log(special.exp_base(y, a), a) - y) <= EPS / math.log(a) + unit(y)


@given(st.floats(-700, 700))
def test_complements(x):
    """sigmoid(x) + sigmoid(-x) = 1, log_sigmoid(x) - log_sigmoid(-x) = x, logit inverts sigmoid where it can."""
    assert abs(special.sigmoid(x) + special.sigmoid(-x) - 1) <= EPS
    assert abs(special.log_sigmoid(x) - special.log_sigmoid(-x) - x) <= 2 * unit(x, 1)
    if x < 0:
        assert abs(special.logit(special.sigmoid(x)) - x) <= 2 * EPS + 2 * unit(x)
        assert abs(special.log1mexp(special.log_sigmoid(x)) - special.log_sigmoid(-x)) <= 2 * EPS * abs(
            special.log_sigmoid(-x)
        ) + EPS * abs(x) * special.sigmoid(x)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=9))
def test_softmax_is_a_distribution_and_logsumexp_its_normaliser(x):
    p = special.softmax(x)
    assert abs(p.sum() - 1) <= len(x) * EPS
    np.testing.assert_allclose(special.log_softmax(x), np.array(x) - special.logsumexp(x), rtol=4 * EPS, atol=100 * EPS)


@pytest.mark.parametrize(
    ("function", "arguments", "value", "signal"),
    [
        (special.log, (-1.0,), math.nan, "invalid"),
        (special.log, (0.0,), -math.inf, "divide"),
        (special.log, (0.0, 10), -math.inf, "divide"),
        (special.log, (0.0, 0.5), math.inf, "divide"),
        (special.log, (2.0, 1.0), math.nan, "invalid"),
        (special.log, (2.0, -3.0), math.nan, "invalid"),
        (special.log, (2.0, math.inf), math.nan, "invalid"),
        (special.dlog, (0.0,), math.inf, "divide"),
        (special.dlog, (-1.0,), math.nan, "invalid"),
        (special.exp_base, (1e5, 10), math.inf, "over"),
        (special.exp_base, (1.0, -2.0), math.nan, "invalid"),
        (special.log1p, (-2.0,), math.nan, "invalid"),
        (special.log1p, (-1.0,), -math.inf, "divide"),
        (special.expm1, (1000.0,), math.inf, "over"),
        (special.log1mexp, (0.5,), math.nan, "invalid"),
        (special.log1mexp, (0.0,), -math.inf, "divide"),
        (special.logsubexp, (1.0, 2.0), math.nan, "invalid"),
        (special.logsubexp, (2.0, 2.0), -math.inf, "divide"),
        (special.logit, (1.5,), math.nan, "invalid"),
        (special.logit, (1.0,), math.inf, "divide"),
        (special.xlogy, (1.0, 0.0), -math.inf, "divide"),
        (special.xlogy, (1.0, -1.0), math.nan, "invalid"),
        (special.xlog1py, (1.0, -1.0), -math.inf, "divide"),
    ],
)
def test_domain_errors_follow_errstate(function, arguments, value, signal):
    with np.errstate(all="ignore"):
        np.testing.assert_equal(float(function(*arguments)), value)
    with np.errstate(all="ignore", **{signal: "raise"}), pytest.raises(FloatingPointError):
        function(*arguments)
    with np.errstate(all="raise", **{signal: "ignore"}):
        function(*arguments)


def test_conventions_at_zero():
    with np.errstate(all="raise"):
        assert special.xlogy(0, 0) == 0
        assert special.xlog1py(0, -1) == 0
        assert special.entropy([1.0, 0.0]) == 0
        assert special.logsumexp([]) == -np.inf
        assert special.logaddexp(-np.inf, -np.inf) == -np.inf
    assert np.isnan(special.xlogy(0, np.nan))


@pytest.mark.parametrize("name", sorted(set(special.__all__) - {"entropy", "cross_entropy", "kl_divergence"}))
def test_types_and_shapes(name):
    """float32 and narrower give float32, the rest float64; scalars give scalars; broadcasting; strides; empty input."""
    function = getattr(special, name)
    two = name in {"exp_base", "logaddexp", "logsubexp", "xlogy", "xlog1py"}
    reduces = name == "logsumexp"
    sign = -1.0 if name == "log1mexp" else 1.0

    def call(x):
        return function(x, x / 2) if two else function(x)

    x = sign * np.array([0.25, 0.5, 0.75])
    full = call(x)
    assert np.asarray(full).dtype == np.float64
    for narrow in (np.float32, np.float16):
        got = call(x.astype(narrow))
        assert np.asarray(got).dtype == np.float32
        np.testing.assert_allclose(got, full, rtol=1e-6)
    np.testing.assert_array_equal(call(np.repeat(x, 2)[::2]), full)
    # NumPy's own log1p and expm1 take another path where the stride is negative
    np.testing.assert_allclose(call(x[::-1]), full if reduces else full[::-1], rtol=2 * EPS)
    if not reduces:
        assert call(np.empty((0, 3))).shape == (0, 3)
        if "softmax" not in name:
            assert np.ndim(call(np.float64(sign * 0.5))) == 0
        big = np.broadcast_to(x, (20000, 3))
        np.testing.assert_array_equal(call(big), np.broadcast_to(full, big.shape))
    with pytest.raises(TypeError):
        function(*([np.array([1j])] * (2 if two else 1)))


def test_bfloat16_computes_in_float32():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = np.array([0.5, 2.0, 3.0], ml_dtypes.bfloat16)
    assert special.log(x).dtype == np.float32
    np.testing.assert_array_equal(special.log(x), special.log(x.astype(np.float32)))
    assert special.logsumexp(x).dtype == np.float32


def test_axes_weights_and_keepdims():
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(4, 5, 6)), rng.random((4, 1, 6))
    expected = np.log((w * np.exp(x)).sum(axis=(0, 2)))
    np.testing.assert_allclose(special.logsumexp(x, axis=(0, 2), weights=w), expected, rtol=1e-14)
    assert special.logsumexp(x, axis=(0, -1), weights=w, keepdims=True).shape == (1, 5, 1)
    np.testing.assert_allclose(special.softmax(x, axis=1), np.exp(x) / np.exp(x).sum(axis=1, keepdims=True), rtol=1e-13)
    np.testing.assert_allclose(special.softmax(x, axis=None).sum(), 1, rtol=1e-14)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        special.logsumexp([0.0, 1.0], weights=[-1.0, 0.5])
